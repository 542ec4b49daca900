"""PDFs printed by other programs give the text that went into them, word by word and in order."""

from __future__ import annotations

import difflib
from pathlib import Path

import pytest
from marsad.seeds.errors import SeedError
from marsad.seeds.formats.pdf import articles
from marsad.seeds.formats.properties import (
    believable_author,
    believable_title,
)
from marsad.seeds.formats.visual import logical

FILES = Path(__file__).parent / "files"
ARABIC, ENGLISH, HEBREW = (
    (FILES / name).read_text("utf-8").strip()
    for name in ("bridge.ar.txt", "lighthouse.en.txt", "library.he.txt")
)
TITLE = ARABIC.split("\n")[0]


def read(name: str):
    (article,) = articles((FILES / name).read_bytes(), name)
    return article


def in_order(expected: str, found: str) -> float:
    matcher = difflib.SequenceMatcher(None, expected.split(), found.split(), autojunk=False)
    return matcher.ratio()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("bridge-chromium.pdf", ARABIC),
        ("bridge-sans-chromium.pdf", ARABIC),
        ("bridge-libreoffice.pdf", ARABIC),
        ("columns-chromium.pdf", ARABIC),
        ("numbered-chromium.pdf", ARABIC),
        ("library-chromium.pdf", HEBREW),
        ("lighthouse-groff.pdf", ENGLISH),
        ("lighthouse-open-ghostscript.pdf", ENGLISH),
    ],
)
def test_the_words_come_out_in_the_order_in_which_they_were_written(name, text):
    assert in_order(text, read(name).text) >= 0.99


def test_vowel_signs_stay_with_their_letters():
    text = (FILES / "vocalised.ar.txt").read_text("utf-8")
    assert in_order(text, read("vocalised-chromium.pdf").text) >= 0.9


@pytest.mark.parametrize(
    "name", ["bridge-chromium.pdf", "bridge-libreoffice.pdf", "columns-chromium.pdf"]
)
def test_lines_are_joined_to_the_paragraphs_that_were_written(name):
    assert read(name).text.split("\n") == ARABIC.split("\n")


def test_words_hyphenated_at_line_ends_are_whole_again():
    text = read("lighthouse-groff.pdf").text
    assert {"navigational", "breakwater.", "begin"} <= set(text.split())
    assert "-\n" not in text and "- " not in text


def test_headers_and_page_numbers_are_left_out_and_counted():
    article = read("numbered-chromium.pdf")
    assert "صحيفة النخيل" not in article.text and "صفحة" not in article.text
    assert "4 headers, footers and page numbers were left out" in article.warnings


def test_brackets_in_arabic_open_before_they_close():
    text = read("bridge-chromium.pdf").text
    assert "(ومقرها روتردام)" in text and "«هذا الجسر" in text and "الثقيلة»" in text


def test_the_title_is_that_of_the_file_and_the_day_it_was_made_is_no_date_of_publication():
    article = read("bridge-chromium.pdf")
    assert article.title == TITLE and article.author is None
    assert article.published is None


def test_a_file_without_a_title_has_none():
    assert read("lighthouse-groff.pdf").title is None


def test_a_scan_is_refused_and_ocr_is_named():
    with pytest.raises(SeedError, match=r"scanned.*\.pdf holds no text, only pictures .* OCR"):
        read("lighthouse-scanned-ghostscript.pdf")


def test_a_password_is_asked_to_be_taken_off():
    with pytest.raises(SeedError, match="is locked with a password"):
        read("lighthouse-locked-ghostscript.pdf")


def test_a_file_cut_off_near_its_end_is_read_with_a_warning():
    data = (FILES / "numbered-chromium.pdf").read_bytes()
    (article,) = articles(data[: int(0.97 * len(data))], "cut.pdf")
    assert in_order(ARABIC, article.text) >= 0.95
    assert "damaged: the end of the file is missing, and text may be too" in article.warnings


def test_a_file_cut_off_before_its_fonts_is_refused_rather_than_misread():
    data = (FILES / "numbered-chromium.pdf").read_bytes()
    with pytest.raises(SeedError, match="does not say which letters its fonts are for"):
        articles(data[: len(data) // 2], "cut.pdf")


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", b"%PDF-1.7\n%%EOF", b"\0" * 100])
def test_what_is_no_pdf_is_refused_in_one_line(data):
    with pytest.raises(SeedError, match=r"^bad\.pdf is too damaged to be read as a PDF\..*$"):
        articles(data, "bad.pdf")


def test_nothing_is_written_to_the_terminal(capfd):
    read("bridge-chromium.pdf")
    with pytest.raises(SeedError, match="damaged"):
        articles(b"%PDF-1.4 1 0 obj", "bad.pdf")
    assert capfd.readouterr() == ("", "")


# Lines as a page shows them, from left to right, beside how they are read.
@pytest.mark.parametrize(
    ("seen", "is_rtl", "read"),
    [
        ("ةعاس 24 لالخ", True, "خلال 24 ساعة"),
        ("Delta 5 ةكرش", True, "شركة Delta 5"),
        ("رانيد 18.5", True, "18.5 دينار"),
        ("%12 اهردق", True, "قدرها 12%"),
        (".2025", True, "2025."),
        ("the word םולש means peace", False, "the word שלום means peace"),
        ("a םולש b ןכ c", False, "a שלום b כן c"),
        ("plain English (2024).", False, "plain English (2024)."),
    ],
)
def test_a_line_as_seen_becomes_the_line_as_read(seen, is_rtl, read):
    assert logical(list(seen), is_rtl) == read


def test_brackets_known_by_their_looks_are_exchanged_in_arabic_only():
    assert logical(list("(ةنيدم)"), True, mirror=True) == "(مدينة)"
    assert logical(list("(UN) ةئيه"), True, mirror=True).startswith("هيئة")


@pytest.mark.parametrize(
    "title",
    ["", "Microsoft Word - a.doc", "untitled", "Document1", "report_final_2", "x.indd", "٣", "þÿ"],
)
def test_titles_that_programs_write_are_none(title):
    assert believable_title(title, "report.pdf") is None


def test_titles_that_people_write_are_kept_but_the_name_of_the_file_is_none():
    assert believable_title("  Flood in\nthe valley ") == "Flood in the valley"
    assert believable_title("annual report", "annual report.pdf") is None


def test_authors_that_are_accounts_are_none():
    assert {believable_author(a) for a in ("User", "admin", "HP", "j@x.org", "python-docx")} == {
        None
    }
    assert believable_author("ليلى الحمداني") == "ليلى الحمداني"
