"""What a file is, told by its first bytes; its name only decides where they leave a choice.

A saved page with the ending `.txt` is a page, and one JSON object a line is JSON Lines whatever
it is called. CSV cannot be told from text by content, so there the ending decides.
"""

from __future__ import annotations

import io
import json
import re
from pathlib import PurePath

import ijson
import orjson

from . import compressed, zips
from .decoding import decode
from .errors import SeedError

# How much of a file is looked at.
HEAD = 1 << 16

RECORDS = {
    ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "json",
    ".csv": "csv", ".tsv": "tsv", ".tab": "tsv",
}  # fmt: skip
_PAGES = (".html", ".htm", ".xhtml", ".shtml")
_MAILS = (".eml", ".mht", ".mhtml")
# Every ending that a reader is for. Anything else is looked into.
KNOWN = {
    ".txt", ".text", ".md", ".markdown", *_PAGES, *_MAILS, ".mbox", ".pdf", ".docx", ".odt", ".rtf",
    ".epub", ".xlsx", ".xlsm", ".xls", ".ods", ".rss", ".atom", *RECORDS, ".parquet", ".warc",
    ".zip", ".tar", ".tgz", ".gz", ".zst", ".bz2", ".xz",
}  # fmt: skip

_BINARY = (
    (0, b"%PDF-", "pdf"),
    (0, b"PAR1", "parquet"),
    (0, b"WARC/", "warc"),
    (0, b"{\\rtf", "rtf"),
    (257, b"ustar", "tar"),
    (0, b"PK\x03\x04", "zip"),
    (0, b"PK\x05\x06", "zip"),
    (0, b"PK\x07\x08PK\x03\x04", "zip"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# What has no reader, by how it begins, so that a message can name it.
_NO_READER = (
    (0, b"\x89PNG", "a picture (PNG)"),
    (0, b"\xff\xd8\xff", "a picture (JPEG)"),
    (0, b"GIF8", "a picture (GIF)"),
    (0, b"BM", "a picture (BMP)"),
    (0, b"II*\0", "a picture (TIFF)"),
    (0, b"MM\0*", "a picture (TIFF)"),
    (8, b"WEBP", "a picture (WebP)"),
    (8, b"WAVE", "sound (WAV)"),
    (8, b"AVI ", "a film (AVI)"),
    (4, b"ftyp", "a film or picture (MP4, HEIC, AVIF)"),
    (0, b"\x1aE\xdf\xa3", "a film (Matroska, WebM)"),
    (0, b"ID3", "sound (MP3)"),
    (0, b"OggS", "sound or a film (Ogg)"),
    (0, b"fLaC", "sound (FLAC)"),
    (0, b"\x7fELF", "a program (ELF)"),
    (0, b"MZ", "a program (Windows)"),
    (0, b"\xca\xfe\xba\xbe", "a program (Java or macOS)"),
    (0, b"\xcf\xfa\xed\xfe", "a program (macOS)"),
    (0, b"\0asm", "a program (WebAssembly)"),
    (0, b"SQLite format 3\0", "an SQLite database"),
    (0, b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (0, b"Rar!", "a RAR archive"),
    (0, b"wOFF", "a font (WOFF)"),
    (0, b"wOF2", "a font (WOFF)"),
    (0, b"\0\1\0\0\0", "a font (TrueType)"),
    (0, b"\x93NUMPY", "an array (NumPy)"),
    (0, b"#!/", "a program (script)"),
    (0, b"<?php", "a program (PHP)"),
    (0, _OLE, "an old or encrypted Office document (.doc, .ppt, .msg)"),
)

_PAGE = re.compile(r"<(?:!doctype\s+html|html|head|body)[\s>]", re.I)
_SPACE = re.compile(r"\s*")
_ROOT = re.compile(r"<([A-Za-z_][\w:.-]*)")
_FEEDS = ("rss", "feed", "rdf:RDF", "RDF")
_HEADER = re.compile(r"([A-Za-z][A-Za-z0-9-]*):[ \t]?[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*\r?\n")
# Header lines that a letter has and an article's own "From:" and "Date:" lines do not.
_ONLY_MAIL = {"received", "message-id", "mime-version", "return-path", "delivered-to",
              "content-type", "dkim-signature", "x-mailer"}  # fmt: skip
_JSON = re.compile(r'\{\s*["}]|\[\s*[\[{"\]]')
_MBOX = re.compile(r"From \S[^\r\n]*\d{4}[^\r\n]*\r?\n>?[A-Za-z][A-Za-z0-9-]*:")


def format_of(head: bytes, name: str) -> str | None:
    """Tell what a file is.

    Parameters
    ----------
    head : bytes
        How it begins, `HEAD` bytes of it or all if it has fewer.
    name : str
        Its name or path.

    Returns
    -------
    str or None
        ``text``, ``html``, ``pdf``, ``docx``, ``odt``, ``rtf``, ``epub``, ``sheet``, ``mail``,
        ``mbox``, ``feed``, ``json``, ``jsonl``, ``csv``, ``tsv``, ``parquet``, ``warc``, ``zip``,
        ``tar``, ``gz``, ``zst``, ``bz2`` or ``xz``; None where there is no reader. A zip whose
        beginning does not tell what it is stays ``zip``: `zips.format_of` knows more.
    """
    binary = _binary_format(head, name)
    if binary is not None:
        return binary
    if no_reader_for(head, name) is not None:
        return None
    try:
        text = decode(head, name).text if head else ""
    except SeedError:
        return None
    return _text_format(text.lstrip("\ufeff"), PurePath(name).suffix.lower(), len(head) < HEAD)


def no_reader_for(head: bytes, name: str) -> str | None:
    """Say what a file seems to be that no reader is for; None where that cannot be told.

    Parameters
    ----------
    head, name
        As for `format_of`.
    """
    for offset, magic, called in _NO_READER:
        if head.startswith(magic, offset) and _is_sure(head, magic):
            return called
    if head.startswith(b"PK\x03\x04"):
        return zips.no_reader_for(head)
    return _xml_without_reader(head.lstrip(b"\xef\xbb\xbf \t\r\n"), name)


def _xml_without_reader(head: bytes, name: str) -> str | None:
    """Say what XML is that is neither a page nor a feed, drawings among it."""
    if not head.startswith((b"<?xml", b"<!--", b"<!DOCTYPE svg", b"<svg")):
        return None
    root = _root(head.decode("utf-8", "replace"))
    if root and root.rpartition(":")[2] == "svg" and not name.lower().endswith(_PAGES):
        return "a drawing (SVG)"
    if head.startswith(b"<?xml") and root and root not in _FEEDS and root.lower() != "html":
        return f"XML that is no page and no feed (<{root}>)"
    return None


def _is_sure(head: bytes, magic: bytes) -> bool:
    """Do not take a text that begins with the letters BM or MZ for a picture or program."""
    return not magic.isalnum() or any(byte < 9 for byte in head[:64])


def _binary_format(head: bytes, name: str) -> str | None:
    for form, (_, pattern, _) in compressed.FORMATS.items():
        if pattern.match(head):
            return form
    for offset, magic, form in _BINARY:
        if head.startswith(magic, offset):
            return zips.format_of_head(head) if form == "zip" else form
    if b"%PDF-" in head[:1024] and not head.lstrip().startswith(b"<"):
        return "pdf"
    if head.startswith(_OLE):
        is_book = any(part.encode("utf-16-le") in head for part in ("Workbook", "Book"))
        return "sheet" if is_book or name.lower().endswith(".xls") else None
    return "tar" if _is_old_tar(head) else None


def _is_old_tar(head: bytes) -> bool:
    """Tell a tar from before 1988 by the checksum of its first header."""
    block = head[:512]
    digits = block[148:156].strip(b" \0")
    if len(block) < 512 or not re.fullmatch(rb"[0-7]+", digits):
        return False
    return sum(block[:148]) + 8 * 32 + sum(block[156:]) == int(digits, 8)


def _text_format(text: str, ending: str, is_all: bool) -> str:
    """Tell the forms of text apart; `is_all` where `text` is not only the beginning."""
    if _PAGE.match(text, _after_prolog(text)) or (ending in _PAGES and "<" in text):
        return "html"
    if _root(text) in _FEEDS:
        return "feed"
    if _MBOX.match(text):
        return "mbox"
    if _is_mail(text, ending):
        return "mail"
    shape = _json_shape(text, ending, is_all)
    if shape:
        return shape
    return RECORDS.get(ending, "text")


def _root(text: str) -> str | None:
    """Return the name of the first element of an XML text."""
    start = _after_prolog(text)
    if text.startswith("<!DOCTYPE", start):
        end, inner = text.find(">", start), text.find("[", start)
        if -1 < inner < end:
            end = text.find(">", text.find("]", inner))
        start = _after_prolog(text, end + 1)
    match = _ROOT.match(text, start)
    return match[1] if match else None


def _after_prolog(text: str, start: int = 0) -> int:
    """Return where what follows white space, comments and declarations begins."""
    while True:
        start = _SPACE.match(text, start).end()  # type: ignore[union-attr]
        for opening, closing in (("<!--", "-->"), ("<?", "?>")):
            if text.startswith(opening, start):
                end = text.find(closing, start)
                start = end + len(closing) if end > 0 else len(text)
                break
        else:
            return start


def _is_mail(text: str, ending: str) -> bool:
    names, end = [], 0
    while (match := _HEADER.match(text, end)) is not None:
        names.append(match[1].lower())
        end = match.end()
    if ending in _MAILS:
        return bool(names)
    return len(names) > 2 and len(_ONLY_MAIL.intersection(names)) > 1


def _json_shape(text: str, ending: str, is_all: bool) -> str | None:
    """Return ``jsonl``, ``json``, or None for a text that is no JSON."""
    text = text.lstrip()
    if not text.startswith(("{", "[")):
        return None
    first, newline, rest = text.partition("\n")
    if text.startswith("{") and (newline or is_all) and _is_json(first):
        return "json" if ending == ".json" and not rest.strip() else "jsonl"
    if RECORDS.get(ending) == "jsonl" and not newline and not is_all:
        return "jsonl"  # a first line longer than the head
    return "json" if _JSON.match(text) and _begins_json(text, is_all) else None


def _is_json(text: str) -> bool:
    try:
        orjson.loads(text)
    except ValueError:
        return _is_lenient_json(text)
    return True


def _is_lenient_json(text: str) -> bool:
    """Tell JSON with NaN or halves of characters in it, which not all parsers take."""
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _begins_json(text: str, is_all: bool) -> bool:
    try:
        for _ in ijson.basic_parse(io.BytesIO(text.encode("utf-8", "replace"))):
            pass
    except ijson.IncompleteJSONError as error:
        # The parsers that ijson may use say the end of the text in these words.
        return not is_all and ("premature EOF" in str(error) or "Incomplete" in str(error))
    except ijson.JSONError:
        return False
    except ValueError:  # half a character, or a number out of all bounds: their reader says it
        return True
    return True
