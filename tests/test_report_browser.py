"""The page in a real browser: no network, nothing on the console, texts stay text, accessible."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import axe_playwright_python.sync_playwright as axe
import pytest
from marsad.index import Collection, Selection
from marsad.scripts.reporting import (
    Period,
    Words,
    as_html,
    gather,
    map_of,
    material_of,
    verify,
)
from reports import article, fill

EVIL = (
    "<script>window.pwned = 1</script><img src=x onerror='window.pwned = 1'>"
    "</blockquote></style><style>body{display:none}</style> \"'><svg onload=window.pwned=1> &amp; "
)
MARKED = "</script><script>window.pwned = 1</script>"
WIDTHS = (390, 1280)


def write(collection: Collection, folder: Path, reader: str) -> Path:
    """Write the page on a pile in which everything that can be planted is planted."""
    fill(collection)
    words = ["river", "flood", "dam", "bridge", "water"]
    planted = [
        article(f"evil{n}", words, n, extra=EVIL * 2, title=EVIL + MARKED, source=EVIL[:40],
                published="2025-02-02", url="javascript:window.pwned=1") for n in range(3)
    ]  # fmt: skip
    planted.append(article("wide", ["x" * 300, "ي" * 300], 1, title="w" * 5000))
    collection.add([replace(e, document=replace(e.document, author=MARKED)) for e in planted])
    material = material_of(collection, Selection(), reader=reader)
    report = gather(material, reader=reader, period=Period.parse("2025-02-01.."))
    told = Words(reader)
    file = folder / f"{reader}.html"
    file.write_text(as_html(report, told, map_of(material, report, told)), encoding="utf-8")
    return file


@pytest.fixture(params=["en", "ar"])
def page(request, empty, tmp_path) -> Path:
    return write(empty, tmp_path, request.param)


def opened(browser, file: Path, width: int, **more) -> SimpleNamespace:
    """Open a page with the network cut; return it and what it asked for and complained of."""
    context = browser.new_context(viewport={"width": width, "height": 900}, offline=True, **more)
    window = context.new_page()
    asked, said = [], []
    window.on("request", lambda request: asked.append(request.url))
    window.on("console", lambda message: said.append(message.text))
    window.on("pageerror", lambda error: said.append(str(error)))
    window.goto(file.as_uri())
    return SimpleNamespace(window=window, asked=asked, said=said)


@pytest.mark.parametrize("width", WIDTHS)
def test_it_opens_without_network_and_says_nothing_on_the_console(browser, page, width):
    found = opened(browser, page, width)
    found.window.mouse.wheel(0, 4000)
    found.window.wait_for_timeout(300)
    assert found.asked == [page.as_uri()]
    assert found.said == []


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_makes_the_page_wider_than_the_window(browser, page, width):
    window = opened(browser, page, width).window
    assert window.evaluate("document.documentElement.scrollWidth") <= width


def test_what_is_planted_in_articles_stays_text(browser, page):
    window = opened(browser, page, 1280).window
    assert window.evaluate("window.pwned") is None
    assert window.locator("main img, main iframe, blockquote *").count() == 0
    assert "window.pwned" in window.inner_text("main")
    assert window.evaluate("getComputedStyle(document.body).display") != "none"
    assert window.locator("a[href^='javascript']").count() == 0


def test_the_policy_allows_no_script_that_is_not_its_own(browser, page):
    found = opened(browser, page, 1280)
    found.window.evaluate(
        "() => { const s = document.createElement('script'); s.textContent = 'window.pwned = 1';"
        " document.body.append(s); }"
    )
    assert found.window.evaluate("window.pwned") is None
    assert "Content Security Policy" in found.said[0]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("colours", ["light", "dark"])
def test_axe_has_no_serious_findings(browser, page, width, colours):
    window = opened(browser, page, width, bypass_csp=True, color_scheme=colours).window
    found = axe.Axe().run(window).response["violations"]
    serious = [v for v in found if v["impact"] in ("serious", "critical")]
    assert [(v["id"], v["nodes"][0]["html"]) for v in serious] == []


def test_each_passage_has_the_language_and_direction_it_is_in(browser, page):
    window = opened(browser, page, 1280).window
    quotes = window.locator("blockquote[data-passage]")
    assert quotes.count() > 5
    for n in range(quotes.count()):
        quote = quotes.nth(n)
        language = quote.get_attribute("lang")
        expected = {"ar": "rtl", "en": "ltr"}[language]
        assert quote.evaluate("e => getComputedStyle(e).direction") == expected
    reader = page.stem
    assert window.get_attribute("html", "lang") == reader
    assert window.get_attribute("html", "dir") == Words(reader).direction


def test_what_the_browser_shows_is_what_stands_in_the_collection(browser, empty, tmp_path):
    window = opened(browser, write(empty, tmp_path, "en"), 1280).window
    shown = window.evaluate(
        "[...document.querySelectorAll('[data-passage]')].map(e => [e.dataset.passage,"
        " +e.dataset.start, +e.dataset.end, e.textContent])"
    )
    assert len(shown) > 10
    for id_, start, end, text in shown:
        assert empty.text(id_.partition(":")[0])[start:end] == text


def test_the_parser_of_verify_reads_what_the_browser_reads(browser, empty, tmp_path):
    file = write(empty, tmp_path, "ar")
    window = opened(browser, file, 1280).window
    shown = window.evaluate(
        "[...new Set([...document.querySelectorAll('[data-passage]')].map(e =>"
        " [e.dataset.passage, e.dataset.start, e.dataset.end, e.textContent].join('|')))].length"
    )
    found = verify(empty, file)
    assert (found.checked, found.wrong) == (shown, ())


def test_links_within_the_page_lead_somewhere(browser, page):
    window = opened(browser, page, 1280).window
    assert window.evaluate(
        "[...document.querySelectorAll('a[href^=\"#\"]')].filter(a =>"
        " !document.getElementById(a.getAttribute('href').slice(1))).length"
    ) == 0  # fmt: skip


def test_it_prints_to_pages_of_a4_with_what_is_folded_shown(browser, page, tmp_path):
    window = opened(browser, page, 1280).window
    window.emulate_media(media="print")
    pdf = window.pdf(prefer_css_page_size=True)
    assert re.search(rb"/MediaBox\s*\[0 0 59[45](\.\d+)? 84[12](\.\d+)?\]", pdf)
    assert window.locator("nav").first.is_hidden()
    shown = window.locator("#copies details:not([open]) table")
    assert all(shown.nth(n).is_visible() for n in range(shown.count()))
