"""Feeds: an entry is an article, whatever the feed's age, and nothing outside it is read."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest
from marsad.seeds import SeedError
from marsad.seeds.formats import feed
from marsad.seeds.formats.feed import articles

FILES = Path(__file__).parent / "files"


def rss(items: str, *, head: str = "<title>Lonca Haber</title>", version: str = "2.0") -> bytes:
    return (
        f"<?xml version='1.0' encoding='utf-8'?><rss version='{version}' "
        "xmlns:dc='http://purl.org/dc/elements/1.1/' "
        "xmlns:content='http://purl.org/rss/1.0/modules/content/'>"
        f"<channel>{head}<link>https://lonca.example/</link>{items}</channel></rss>"
    ).encode()


def test_rss_written_by_hugo() -> None:
    first, second = articles((FILES / "hugo-rss.xml").read_bytes(), "index.xml")
    assert first.title == "مكتبة متنقلة تجوب قرى الجبل"
    assert first.text.splitlines()[0] == first.title
    assert first.text.splitlines()[1].startswith("انطلقت صباح الأحد مكتبة متنقلة")
    assert first.key == "id=https://sahel.example/posts/one/"
    assert first.url == "https://sahel.example/posts/one/"
    assert first.published == "2025-03-02T08:15:00+02:00"
    assert first.source == "أخبار الساحل"
    assert first.author is None
    assert "neu gepflastert & gestrichen" in second.text


def test_atom_written_by_pelican() -> None:
    first, second = articles((FILES / "pelican-atom.xml").read_bytes(), "all.atom.xml")
    assert "هفته‌ی آینده" in first.text  # with its joiner
    assert second.author == "نورین خان"
    assert second.published == "2025-01-19T11:00:00+05:00"
    assert second.text.splitlines() == [
        "گلگت میں سیبوں کا میلہ",
        "گلگت میں اتوار کو سیبوں کا سالانہ میلہ لگا، جس میں چالیس دیہات کے باغبان اپنی فصل لے کر آئے۔",
        "منتظمین کے مطابق اس سال برف دیر سے پڑی، اس لیے پھل میٹھا اور بڑا ہے۔",
    ]
    assert second.source == "Rozan"


def test_the_longest_text_of_an_entry_is_read_without_its_markup() -> None:
    item = (
        "<item><title>Okul &amp;amp; kitap</title><guid>7</guid><description>Kısa.</description>"
        "<content:encoded><![CDATA[<p>Köy okuluna <b>üç bin</b> kitap geldi.</p><script>x()</script>"
        "<p>Raflar doldu.</p>]]></content:encoded><dc:creator>Ece</dc:creator>"
        "<dc:date>2025-02-11T08:00:00+03:00</dc:date></item>"
    )
    [read] = articles(rss(item), "f.xml")
    assert read.text == "Okul & kitap\nKöy okuluna üç bin kitap geldi.\nRaflar doldu."
    assert (read.key, read.author) == ("id=7", "Ece")
    assert read.published == "2025-02-11T08:00:00+03:00"
    assert read.url is None


def test_rss_1_and_rss_0_91_are_feeds_too() -> None:
    rdf = """<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
    xmlns="http://purl.org/rss/1.0/"><channel rdf:about="https://a.example/"><title>Alt</title></channel>
    <item rdf:about="https://a.example/1"><title>Kanal</title><link>https://a.example/1</link>
    <description>Der Kanal ist wieder offen.</description></item></rdf:RDF>"""
    [read] = articles(rdf.encode(), "f.rdf")
    assert (read.title, read.source, read.url) == ("Kanal", "Alt", "https://a.example/1")
    old = "<item><title>Kanal</title><description>Offen.</description></item>"
    [read] = articles(rss(old, version="0.91"), "f.xml")
    assert read.text == "Kanal\nOffen."
    assert read.key == "entry=1"


def test_json_feed() -> None:
    feed = {
        "version": "https://jsonfeed.org/version/1.1", "title": "Rozan",
        "items": [
            {"id": 3, "url": "https://r.example/3", "title": "میلہ", "date_published": "2025-01-19T11:00:00+05:00",
             "content_html": "<p>گلگت میں میلہ لگا۔</p><p>پھل میٹھا ہے۔</p>", "authors": [{"name": "نورین"}, {"name": "علی"}]},
            {"id": 3, "content_text": "a < b & c\nzweite Zeile"},
        ],
    }  # fmt: skip
    first, second = articles(json.dumps(feed).encode(), "feed.json")
    assert first.text == "میلہ\nگلگت میں میلہ لگا۔\nپھل میٹھا ہے۔"
    assert first.author == "نورین, علی"
    assert first.published == "2025-01-19T11:00:00+05:00"
    assert second.text == "a < b & c\nzweite Zeile"
    assert (first.key, second.key) == ("id=3", "id=3#2")


def test_a_feed_in_an_old_encoding() -> None:
    item = "<item><title>مطر على الساحل</title><description>أغلقت السلطات الطريق ساعتين.</description></item>"
    data = rss(item).decode().replace("utf-8", "windows-1256").encode("cp1256")
    [read] = articles(data, "f.xml")
    assert read.text == "مطر على الساحل\nأغلقت السلطات الطريق ساعتين."
    assert read.encoding == "cp1256"


def test_entities_and_addresses_are_never_followed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("something was fetched")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    secret = tmp_path / "secret.txt"
    secret.write_text("do not tell")
    item = "<item><title>Kanal &x; &lol3;</title><description>Offen.</description></item>"
    doctype = (
        f"<!DOCTYPE rss SYSTEM 'http://evil.example/a.dtd' [<!ENTITY x SYSTEM 'file://{secret}'>"
        "<!ENTITY lol 'lol'><!ENTITY lol2 '&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;'>"
        "<!ENTITY lol3 '&lol2;&lol2;&lol2;&lol2;&lol2;&lol2;&lol2;&lol2;'>]>"
    )
    data = rss(item).replace(b"<rss", doctype.encode() + b"<rss", 1)
    [read] = articles(data, "f.xml")
    assert "do not tell" not in read.text and "lollol" not in read.text
    assert read.text.endswith("Offen.")
    with pytest.raises(SeedError, match="is no feed"):
        articles(b"http://evil.example/feed.xml", "f.xml")
    with pytest.raises(SeedError, match="is no feed"):
        articles(str(secret).encode(), "f.xml")


def test_a_feed_that_breaks_off_gives_what_came_before_and_says_so() -> None:
    items = "".join(
        f"<item><title>Nr {n}</title><description>Text {n}</description></item>" for n in range(5)
    )
    data = rss(items)
    read = articles(data[: data.index(b"Text 3")], "f.xml")
    assert [a.title for a in read][:3] == ["Nr 0", "Nr 1", "Nr 2"]
    assert any("damaged" in warning for warning in read[0].warnings)


def test_a_feed_without_entries_says_so() -> None:
    with pytest.raises(SeedError, match=r"f\.xml is a feed without entries"):
        articles(rss(""), "f.xml")
    with pytest.raises(SeedError, match=r"f\.json is no JSON Feed"):
        articles(b'{"version": 1}', "f.json")


def test_the_first_link_of_an_entry_is_its_own_and_a_relative_one_is_of_the_site() -> None:
    text = "<description>The basin is closed until the works are complete.</description>"
    items = (
        f"<item><title>One</title><link>https://lonca.example/1</link>{text}"
        "<source url='https://other.example/feed'>Other</source>"
        "<link>https://other.example/1</link></item>"
        f"<item><title>Two</title><link>https://lonca.example/2</link>{text}"
        "<a:link xmlns:a='http://www.w3.org/2005/Atom' rel='related' href='https://o.example/2'/>"
        "</item>"
        f"<item><title>Three</title>{text}<a:link xmlns:a='http://www.w3.org/2005/Atom' "
        "rel='self' href='https://lonca.example/feed/3'/><a:link "
        "xmlns:a='http://www.w3.org/2005/Atom' rel='alternate' href='/3'/></item>"
        f"<item><title>Four</title>{text}</item>"
    )
    read = articles(rss(items), "f.xml")
    at = "https://lonca.example"
    assert [article.url for article in read] == [f"{at}/1", f"{at}/2", f"{at}/3", None]
    assert {article.source for article in read} == {"Lonca Haber"}


def test_a_feed_that_gathers_news_names_the_outlet_of_each_entry() -> None:
    items = "".join(
        f"<item><title>{name}</title><link>https://gather.example/{name}</link>"
        f"<source url='https://{name}.example'>{name}</source></item>"
        for name in ("One", "Two")
    )
    assert [article.source for article in articles(rss(items), "f.xml")] == ["One", "Two"]


def test_a_base_that_an_entry_states_goes_before_the_site() -> None:
    written = (
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://a.example/news/">'
        '<title>A</title><link href="https://a.example/"/><entry><title>T</title>'
        '<link href="3"/><summary>The pilot wrote a note.</summary></entry></feed>'
    )
    [read] = articles(written.encode(), "f.xml")
    assert read.url == "https://a.example/news/3"


def test_a_fault_in_one_entry_costs_only_that_one(monkeypatch: pytest.MonkeyPatch) -> None:
    real = feed.parse_date

    def failing(text: str, **more: str | None) -> str | None:
        if "bad" in text:
            raise IndexError("list index out of range")
        return real(text, **more)

    monkeypatch.setattr(feed, "parse_date", failing)
    items = "".join(
        f"<item><title>{n}</title><pubDate>{date}</pubDate></item>"
        for n, date in enumerate(["2025-01-01", "bad", "2025-01-03"])
    )
    one, two, problem = articles(rss(items), "f.xml")
    assert (one.title, two.title) == ("0", "2")
    assert "f.xml, entry 2" in problem.line and "a fault of marsad" in problem.line
