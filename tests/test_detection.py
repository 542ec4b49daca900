"""What a file is: by what is in it, and by its name only where that leaves a choice."""

import bz2
import gzip
import io
import json
import lzma
import random
import tarfile
import zipfile

import pytest
import zstandard
from marsad.seeds import zips
from marsad.seeds.detection import HEAD, format_of, no_reader_for

TEXT = "The river rose by two metres during the night.\nNobody was hurt, the town said.\n"
ARABIC = "أعلنت البلدية أن منسوب النهر ارتفع مترين خلال الليل وأن أحدا لم يصب بأذى.\n" * 3
RUSSIAN = "Река поднялась за ночь на два метра, сообщили в городе, никто не пострадал.\n" * 3
PAGE = "<!DOCTYPE html>\n<html><head><title>x</title></head><body><p>River</p></body></html>"
FEED = "<rss version='2.0'><channel><item><title>x</title></item></channel></rss>"
MAIL = "Received: from a\nMessage-ID: <1@a>\nMIME-Version: 1.0\nFrom: a@b\nSubject: x\n\nRiver\n"
LINES = "".join(json.dumps({"id": n, "text": "River " * 3}) + "\n" for n in range(3))


def zipped(*names, mimetype=None, first=b"x"):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        if mimetype:
            archive.writestr(zipfile.ZipInfo("mimetype"), mimetype)
        for name in names:
            archive.writestr(name, first)
    return out.getvalue()


def tarred(form=tarfile.GNU_FORMAT):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as archive:
        archive.addfile(tarfile.TarInfo("a.txt"), io.BytesIO())
    return out.getvalue()


def old_tar():
    """A tar from before there was a signature in it."""
    block = bytearray(tarred()[:512])
    block[257:265] = bytes(8)
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block) + bytes(1024)


@pytest.mark.parametrize(
    ("data", "name", "form"),
    [
        (TEXT, "a.txt", "text"),
        (TEXT, "a", "text"),
        ("# River\n\n- *two* metres\n", "a.md", "text"),
        ("The tag <html> begins a page, and <!DOCTYPE html> goes before.\n" + TEXT, "a.txt", "text"),
        (PAGE, "a.txt", "html"),
        ("\ufeff<!-- saved -->\n<?xml version='1.0'?>\n" + PAGE, "a", "html"),
        ("<div><p>River</p></div>", "a.html", "html"),
        ("<p>River</p> is a line of Markdown.", "a.md", "text"),
        ("Only words, whatever the name.", "a.html", "text"),
        (FEED, "a.txt", "feed"),
        ("<?xml version='1.0'?><!DOCTYPE rss [<!ENTITY a 'b'>]>" + FEED, "a.xml", "feed"),
        ("<feed xmlns='http://www.w3.org/2005/Atom'></feed>", "a.atom", "feed"),
        (MAIL, "a.txt", "mail"),
        ("Subject: x\n\nRiver\n", "a.eml", "mail"),
        ("From: our correspondent\nDate: Tuesday\nPlace: here\n\nRiver\n", "a.txt", "text"),
        ("From a@b Tue Mar  4 10:00:00 2025\n" + MAIL, "inbox", "mbox"),
        ("From the river came a sound.\nIn 2025 it was loud.\n", "a.txt", "text"),
        (LINES, "a.txt", "jsonl"),
        (LINES, "a.json", "jsonl"),
        (LINES[:40] + "\n" + LINES, "a.jsonl", "jsonl"),
        ('{"text": "River"}', "a.json", "json"),
        ('[\n{"text": "River"}\n]', "a.txt", "json"),
        ('[{"text": "River"}]', "a.jsonl", "json"),
        ('{\n "text": "River"\n}', "a", "json"),
        ("[Update] The river rose.\n", "a.txt", "text"),
        ("{River} rose.\n", "a.txt", "text"),
        ("a,b\n1,2\n", "a.csv", "csv"),
        ("a,b\n1,2\n", "a.txt", "text"),
        ("a\tb\n1\t2\n", "a.tsv", "tsv"),
        (b"%PDF-1.7\n%\xe2\xe3", "a.txt", "pdf"),
        (b"\r\n\r\n%PDF-1.4\n", "a.pdf", "pdf"),
        (b"PAR1" + bytes(20), "a", "parquet"),
        (b"WARC/1.0\r\nWARC-Type: warcinfo\r\n", "a", "warc"),
        (tarred(), "a", "tar"),
        (tarred(tarfile.PAX_FORMAT), "a", "tar"),
        (old_tar(), "a", "tar"),
        (gzip.compress(b"x"), "a.txt", "gz"),
        (bz2.compress(b"x"), "a.txt", "bz2"),
        (lzma.compress(b"x"), "a.txt", "xz"),
        (zstandard.compress(b"x"), "a.txt", "zst"),
        (zipped("a.txt"), "a.docx", "zip"),
        (zipped("[Content_Types].xml", "word/document.xml"), "a.zip", "docx"),
        (zipped("[Content_Types].xml", "xl/workbook.xml"), "a", "sheet"),
        (zipped("META-INF/container.xml", mimetype="application/epub+zip"), "a", "epub"),
        (zipped("content.xml", mimetype="application/vnd.oasis.opendocument.spreadsheet"), "a", "sheet"),
        (zipped("content.xml", mimetype="application/vnd.oasis.opendocument.text"), "a", "odt"),
        (zipped("content.xml", mimetype="application/vnd.oasis.opendocument.graphics"), "a.odg", None),
        (b"{\\rtf1\\ansi River}", "a.doc", "rtf"),
        (zipped("ppt/presentation.xml"), "a.pptx", None),
        (b"\x89PNG\r\n\x1a\n" + bytes(30), "a.txt", None),
        (b"\xff\xd8\xff\xe0" + bytes(30), "a", None),
        (b"\x7fELF\2\1\1" + bytes(30), "a", None),
        (bytes(range(256)) * 8, "a.txt", None),
        ("BMW and MZ are letters; ID3 too.\n" + TEXT, "a.txt", "text"),
        ("<?xml version='1.0'?><urlset><url/></urlset>", "a.xml", None),
    ],
)  # fmt: skip
def test_content_tells_and_the_name_breaks_ties(data, name, form):
    head = data.encode() if isinstance(data, str) else data
    assert format_of(head[:HEAD], name) == form
    assert (no_reader_for(head, name) is not None) == (
        form is None and data != bytes(range(256)) * 8
    )


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
)
@pytest.mark.parametrize("text", [TEXT, ARABIC, RUSSIAN])
def test_text_stays_text_in_every_encoding(text, encoding):
    assert format_of(text.encode(encoding), "a.txt") == "text"


@pytest.mark.parametrize(
    ("text", "page"), [(ARABIC, "cp1256"), ("Île près d'été, dit-elle. " * 9, "cp1252")]
)
def test_text_in_windows_pages_stays_text(text, page):
    assert format_of(text.encode(page), "a.txt") == "text"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le"])
def test_a_page_in_utf16_is_a_page(encoding):
    assert format_of(PAGE.encode(encoding), "a.txt") == "html"


def test_a_letter_cut_at_the_end_of_the_head_changes_nothing():
    data = ("a" + "ن" * HEAD).encode()[:HEAD]
    assert format_of(data, "a.txt") == "text"


def test_a_first_line_longer_than_the_head():
    line = json.dumps({"text": "River " * HEAD}).encode()
    assert format_of(line[:HEAD], "a.jsonl") == "jsonl"
    assert format_of(line[:HEAD], "a.json") == "json"
    assert format_of(line[:HEAD], "a") == "json"


def test_the_list_of_a_zip_tells_what_its_beginning_does_not():
    noise = random.Random(0).randbytes(2 * HEAD)
    data = zipped("media/picture.png", "word/document.xml", first=noise)
    assert format_of(data[:HEAD], "a") == "zip"
    assert zips.format_of(io.BytesIO(data)) == "docx"
    assert zips.format_of(io.BytesIO(zipped("a.txt"))) == "zip"
    assert zips.format_of(io.BytesIO(data[:-30])) == "zip"  # its reader says what is wrong


def test_thousands_of_comments_before_nothing_take_no_time():
    assert format_of(b"<!---->" * 9000, "a.txt") == "text"
