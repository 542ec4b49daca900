"""Books made by pandoc, and by hand where no program makes them: a chapter is an article."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from marsad.seeds.articles import Article, Problem
from marsad.seeds.errors import SeedError
from marsad.seeds.formats.epub import articles

FILES = Path(__file__).parent / "files"
CONTAINER = '<container><rootfiles><rootfile full-path="o/b.opf"/></rootfiles></container>'
LONG = "The river rose again in the night, as it had in the spring, and the people of the lower town carried their beds up the hill. "


def book(chapters: dict[str, str], metadata: str = "", more: dict[str, str] | None = None) -> bytes:
    items = "".join(
        f'<item id="c{n}" href="{href}" media-type="application/xhtml+xml"/>'
        for n, href in enumerate(chapters)
    )
    refs = "".join(f'<itemref idref="c{n}"/>' for n in reversed(range(len(chapters))))
    opf = f"<package><metadata>{metadata}</metadata><manifest>{items}</manifest><spine>{refs}</spine></package>"
    parts = {"META-INF/container.xml": CONTAINER, "o/b.opf": opf, **(more or {})}
    parts.update({f"o/{href.replace('%20', ' ')}": text for href, text in chapters.items()})
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return held.getvalue()


def page(body: str, head: str = "") -> str:
    return (
        f'<html xmlns="http://www.w3.org/1999/xhtml"><head>{head}</head><body>{body}</body></html>'
    )


@pytest.mark.parametrize("name", ["tales-pandoc.epub", "tales-pandoc-2.epub"])
def test_chapters_come_in_order_with_their_titles_and_the_books_properties(name):
    found = articles((FILES / name).read_bytes(), name)
    assert [(a.key, a.title) for a in found] == [
        ("text/ch001.xhtml", "الجسر القديم"),
        ("text/ch002.xhtml", "السوق الكبير"),
    ]
    assert {(a.source, a.author, a.published) for a in found} == {
        ("دار الضفة", "مالك العلي", "2023-11-02")
    }


@pytest.mark.parametrize("name", ["tales-pandoc.epub", "tales-pandoc-2.epub"])
def test_a_paragraph_is_a_line_and_marks_of_notes_are_not_text(name):
    lines = articles((FILES / name).read_bytes(), name)[0].text.split("\n")
    assert lines[0] == "الجسر القديم" and lines[3] == "القوارب"
    assert lines[4].endswith("وكان أجر العبور رغيفاً أو حفنة من التمر.")
    assert lines[5:] == ["كان التمر يومها أغلى من الخبز."]


def test_title_page_contents_and_thanks_are_left_out_and_counted():
    first = articles((FILES / "tales-pandoc.epub").read_bytes(), "t.epub")[0]
    assert first.warnings == (
        "3 parts of the book with next to no text (cover, contents) were left out",
    )


def test_the_order_is_that_of_the_spine_not_of_the_names():
    data = book({"a.xhtml": page(f"<p>{LONG}</p>"), "b%20c.xhtml": page(f"<p>{LONG}</p>")})
    assert [a.key for a in articles(data, "x.epub")] == ["b%20c.xhtml", "a.xhtml"]


def test_a_chapter_without_title_takes_its_heading_and_else_the_books():
    chapters = {"a.xhtml": page(f"<p>{LONG}</p>"), "b.xhtml": page(f"<h2>Rain</h2><p>{LONG}</p>")}
    found = articles(book(chapters, "<title>The Flood</title>"), "x.epub")
    assert [a.title for a in found] == ["Rain", "The Flood"]
    assert [a.source for a in found] == [None, None]


def test_names_of_characters_tables_and_self_closed_tags_are_read():
    text = f"<p>One&nbsp;two &eacute;t&eacute; {LONG}</p><a id='x'/><table><tr><td>A</td><td>B</td></tr></table>"
    (found,) = articles(book({"a.xhtml": page(text, "<script/><title/>")}), "x.epub")
    assert found.text.split("\n") == [f"One two été {LONG}".strip(), "A | B"]


def test_a_book_of_short_texts_is_kept_as_it_is():
    found = articles(
        book({"a.xhtml": page("<p>Snow.</p>"), "b.xhtml": page("<p>Ice.</p>")}), "x.epub"
    )
    assert [a.text for a in found] == ["Ice.", "Snow."]


def test_a_chapter_that_is_missing_is_told_and_the_others_are_read():
    data = book({"a.xhtml": page(f"<p>{LONG}</p>"), "b.xhtml": page("")})
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(held, "w") as new:
        for name in old.namelist():
            if not name.endswith("b.xhtml"):
                new.writestr(name, old.read(name))
    found = articles(held.getvalue(), "x.epub")
    assert [type(item) for item in found] == [Article, Problem]
    assert found[1].line.startswith("x.epub is damaged (it has no part 'o/b.xhtml')")


def test_a_locked_book_is_named_so_but_scrambled_fonts_lock_nothing():
    def locked(algorithm: str) -> bytes:
        lock = f'<encryption><EncryptedData><EncryptionMethod Algorithm="{algorithm}"/><CipherData><CipherReference URI="o/a.xhtml"/></CipherData></EncryptedData></encryption>'
        return book({"a.xhtml": page(f"<p>{LONG}</p>")}, more={"META-INF/encryption.xml": lock})

    with pytest.raises(SeedError, match=r"x\.epub is locked by its seller \(DRM\)"):
        articles(locked("http://www.w3.org/2001/04/xmlenc#aes128-cbc"), "x.epub")
    assert len(articles(locked("http://www.idpf.org/2008/embedding"), "x.epub")) == 1


def test_entities_that_multiply_are_not_expanded():
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<!DOCTYPE html [<!ENTITY a0 "ha">{entities}]>' + page(f"<p>{LONG}&a9;</p>")
    (found,) = articles(book({"a.xhtml": bomb}), "x.epub")
    assert len(found.text) < 2 * len(LONG)


def test_a_path_out_of_the_book_finds_nothing():
    data = book({"../../../etc/passwd": page("<p>x</p>"), "a.xhtml": page(f"<p>{LONG}</p>")})
    found = articles(data, "x.epub")
    assert [a.text for a in found if isinstance(a, Article)] == [LONG.strip()]
    assert "root:" not in repr(found)


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 cut off"])
def test_what_is_no_book_is_refused_in_one_line(data):
    with pytest.raises(SeedError, match=r"^x\.epub is damaged .*$"):
        articles(data, "x.epub")


def test_a_zip_without_a_package_file_is_refused():
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("a.txt", "words")
    with pytest.raises(SeedError, match=r"x\.epub is no EPUB that can be read"):
        articles(held.getvalue(), "x.epub")


def test_a_book_without_text_is_refused():
    with pytest.raises(SeedError, match=r"x\.epub holds no text"):
        articles(book({"a.xhtml": page("<img src='a.png'/>")}), "x.epub")
