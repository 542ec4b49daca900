"""Rich text written by LibreOffice, and what older programs write: code pages of fonts."""

from __future__ import annotations

from pathlib import Path

import pytest
from marsad.seeds.errors import SeedError
from marsad.seeds.formats import odt
from marsad.seeds.formats.rtf import articles

FILES = Path(__file__).parent / "files"


def read(body: bytes) -> str:
    (article,) = articles(b"{\\rtf1\\ansi " + body + b"}", "a.rtf")
    return article.text


def test_libreoffice_rtf_says_what_its_odt_says():
    (rtf,) = articles((FILES / "harbour-libreoffice.rtf").read_bytes(), "a.rtf")
    (same,) = odt.articles((FILES / "harbour-libreoffice.odt").read_bytes(), "a.odt")
    assert rtf.text == same.text
    assert (rtf.title, rtf.author) == (same.title, same.author)


def test_letters_are_decoded_by_the_code_page_of_their_font():
    said = "مرحبا".encode("cp1256").hex()
    escaped = "".join(f"\\'{said[n : n + 2]}" for n in range(0, len(said), 2)).encode()
    fonts = b"{\\fonttbl{\\f0\\fcharset0 Times;}{\\f1\\fcharset178 Times (Arabic);}}"
    assert read(fonts + b"caf\\'e9 {\\f1 " + escaped + b"} na\\'efve") == "café مرحبا naïve"


def test_two_byte_letters_are_decoded_together():
    fonts = b"{\\fonttbl{\\f2\\fcharset128 Mincho;}}"
    assert read(fonts + b"\\f2 \\'93\\'fa\\'96\\'7b") == "日本"


@pytest.mark.parametrize("skip", [0, 1, 2])
def test_as_many_signs_as_are_said_stand_for_a_character(skip):
    body = f"\\uc{skip}\\u1605 {'?' * skip} x".encode()
    assert read(body) == "م x"


def test_characters_written_in_halves_are_whole():
    assert read(b"\\u-10179?\\u-8704? end") == "😀 end"


def test_deleted_and_hidden_text_and_groups_of_settings_are_left_out():
    body = b"{\\*\\generator Program;}{\\stylesheet{\\s1 Heading;}}One {\\deleted two }{\\v three }four.\\par {\\*\\unknown five}Six."
    assert read(body) == "One four.\nSix."


def test_a_picture_of_bytes_is_passed_over():
    assert read(b"Before {\\pict\\bin5 }}}}}} after.") == "Before after."


def test_a_document_that_is_cut_off_is_read_with_a_warning():
    (article,) = articles(b"{\\rtf1 First.\\par {Sec", "a.rtf")
    assert article.text == "First.\nSec"
    assert article.warnings == ("damaged: the end of the file is missing",)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"plain words", r"^a\.rtf is no RTF document\. Save it as \.docx or \.txt\.$"),
        (b"{\\rtf1 {\\pict 00ff}}", r"^a\.rtf holds no text\."),
        (b"{\\rtf1 " + b"{" * 100_000, r"^a\.rtf is damaged \(groups more than 1000 deep\)"),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_line(data, message):
    with pytest.raises(SeedError, match=message):
        articles(data, "a.rtf")
