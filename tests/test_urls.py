"""Addresses of one page in one form, and outlets."""

import pytest
from marsad.seeds.urls import canonical_url, outlet_of

PAGE = "https://www.example.org/news/7?id=3"


@pytest.mark.parametrize(
    "url",
    [
        PAGE, "HTTPS://WWW.Example.ORG:443/news/7?id=3", f"{PAGE}#comments", f"{PAGE}&utm_source=x&utm_medium=y",
        "https://www.example.org/news/7/?fbclid=abc&id=3", f"{PAGE}&gclid=1&ref=twitter", f"  {PAGE}\n",
        "https://www.example.org//news/./x/../7?id=3", "https://www.example.org/%6Eews/7?id=3",
        "https://user:secret@www.example.org/news/7?id=3", "https://www.example.org/news/7?&amp;id=3&",
        "www.example.org/news/7?id=3", "//www.example.org/news/7?id=3", "https://www.example.org./news/7;jsessionid=A1?id=3",
    ],
)  # fmt: skip
def test_what_leads_to_one_page_is_one_address(url):
    assert canonical_url(url) == PAGE


@pytest.mark.parametrize(
    "url",
    [
        "https://www.example.org/news/7?id=4", "https://www.example.org/news/7", "https://www.example.org/News/7?id=3",
        "https://www.example.org/news/7?cid=9&id=3", "https://www.example.org/news/7?gallery=1&id=3",
        "https://www.example.org/news/7?id=3&ref=12", "http://www.example.org/news/7?id=3", "https://example.org/news/7?id=3",
        "https://m.example.org/news/7?id=3", "https://www.example.org:8443/news/7?id=3", "https://www.example.org/?7",
        "https://www.example.org/#!/news/7", "https://www.example.org/a%2Fb",
    ],
)  # fmt: skip
def test_what_may_be_another_page_stays_another_address(url):
    assert canonical_url(url) == url


def test_arabic_addresses_are_one_however_they_are_escaped():
    plain = "https://مثال.example/أخبار/سياسة محلية"
    escaped = "https://xn--mgbh0fb.example/%d8%a3%D8%AE%D8%A8%D8%A7%D8%B1/%D8%B3%D9%8A%D8%A7%D8%B3%D8%A9%20%D9%85%D8%AD%D9%84%D9%8A%D8%A9/"
    assert canonical_url(plain) == canonical_url(escaped)
    assert canonical_url(plain).startswith("https://مثال.example/%D8%A3")


def test_order_of_parameters_does_not_matter_but_of_those_with_one_name_it_does():
    assert canonical_url("http://a.example/?b=1&a=2&a=1") == "http://a.example/?a=2&a=1&b=1"
    assert canonical_url("http://a.example/?a=&b") == "http://a.example/?a=&b"


@pytest.mark.parametrize(
    "url",
    ["", "news/7", "/news/7", "ftp://example.org/x", "mailto:a@example.org", "javascript:alert(1)", "http://", "http:///x",
     "http://a b.example/", "http://example.org:99999/", "http://[::1/", "http://..example/", "http://x.example/" + "a" * 9000],
)  # fmt: skip
def test_what_is_no_address_of_a_page_is_none(url):
    assert canonical_url(url) is None


@pytest.mark.parametrize(
    "url",
    [f"{PAGE}%zz", "http://a.example/%", "http://a.example/%C7%E1", "http://a.example/?q=%2B+%26", "http://[::1]:80/x",
     "http://a.example/;jsessionid=1", "https://web.archive.org/web/20240101000000/https://www.b.example/x"],
)  # fmt: skip
def test_an_address_in_its_one_form_stays_as_it_is(url):
    once = canonical_url(url)
    assert once is not None
    assert canonical_url(once) == once


@pytest.mark.parametrize(
    ("url", "outlet"),
    [
        (PAGE, "example.org"), ("http://m.example.co.uk/x", "example.co.uk"), ("http://amp.www.example.org/", "example.org"),
        ("https://arabic.example.org/", "arabic.example.org"), ("http://www.com/", "www.com"),
        ("https://xn--mgbh0fb.example/", "مثال.example"),
        ("https://web.archive.org/web/20240101000000/https://www.b.example/x", "b.example"),
        ("not an address", None), ("", None),
    ],
)  # fmt: skip
def test_an_outlet_is_the_host_without_what_only_says_for_which_device(url, outlet):
    assert outlet_of(url) == outlet


def test_halves_of_characters_and_marks_of_direction_in_an_address_are_left_out():
    assert canonical_url("\u200fhttp://a.example/\ud800x\u200e") == "http://a.example/x"
