"""Files made to harm, broken and odd ones: what the test of hostile files reads."""

from __future__ import annotations

import bz2
import copy
import gzip
import io
import json
import lzma
import random
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from functools import cache

import pyarrow as pa
import pyarrow.parquet as pq
import pypdf
import zstandard

SAID = "The river rose by two metres during the night and flooded the lower town, officials said."
PAGE = f"<!DOCTYPE html><html><head><title>Flood</title></head><body>{f'<p>{SAID}</p>' * 5}</body></html>"
MIB = 1 << 20
SECRET = "file:///etc/passwd"
LAUGHS = '<!ENTITY a0 "lol">' + "".join(
    f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12)
)
DOCTYPE_LAUGHS = f"<?xml version='1.0'?><!DOCTYPE x [{LAUGHS}]>"
DOCTYPE_SECRET = f"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY s SYSTEM '{SECRET}'>]>"
_NOISE = random.Random(7)


def lines(count: int, **more: str) -> bytes:
    rows = ({"id": n, "text": f"{n}. {SAID}", **more} for n in range(count))
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


def zipped(members: dict[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def gzip_of_4_gib() -> bytes:
    """4 GiB of one letter in 4 MB, made of one piece that stands by itself."""
    return b"\x1f\x8b\x08\0\0\0\0\0\0\3" + _again(b"a", 4096) + bytes(8)


def _again(letter: bytes, mebibytes: int) -> bytes:
    """Deflate one letter in pieces that stand by themselves, made once."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    piece = packer.compress(letter * MIB) + packer.flush(zlib.Z_FULL_FLUSH)
    return piece * mebibytes + packer.flush()


def gzip_that_claims_4_gib() -> bytes:
    return gzip.compress(SAID.encode())[:-4] + b"\xff\xff\xff\xff"


def nested(depth: int, pack: Callable[[bytes], bytes]) -> bytes:
    data = SAID.encode()
    for _ in range(depth):
        data = pack(data)
    return data


def overlapping_zip() -> bytes:
    """One packed file of 200 kB that a hundred names share."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("0.txt", SAID * 2000)
        for number in range(1, 100):
            again = copy.copy(archive.filelist[0])
            again.filename = again.orig_filename = f"{number}.txt"
            archive.filelist.append(again)
    return out.getvalue()


def encrypted_zip() -> bytes:
    data = bytearray(zipped({"a.txt": SAID}))
    for start, offset in ((data.index(b"PK\1\2"), 8), (0, 6)):
        data[start + offset] |= 1
    return bytes(data)


def wrong_crc_zip() -> bytes:
    data = bytearray(zipped({"a.txt": SAID}, zipfile.ZIP_STORED))
    data[40] ^= 1
    return bytes(data)


def tar_of_the_forbidden() -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name in ("../../escape.txt", "/tmp/absolute.txt"):
            entry = tarfile.TarInfo(name)
            entry.size = len(SAID)
            archive.addfile(entry, io.BytesIO(SAID.encode()))
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE):
            entry = tarfile.TarInfo(f"kind{kind!r}")
            entry.type, entry.linkname = kind, "/etc/passwd"
            archive.addfile(entry)
    return out.getvalue()


def truncated_tar() -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name in ("first.txt", "second.txt"):
            entry = tarfile.TarInfo(name)
            entry.size = 4000
            archive.addfile(entry, io.BytesIO((SAID * 50).encode()[:4000]))
    return out.getvalue()[:6000]


def pdf(text: str = SAID, **changed: str) -> bytes:
    """A PDF of one page, by hand; `changed` replaces its objects."""
    stream = f"BT /F1 12 Tf 20 700 Td ({text}) Tj ET"
    objects = {
        "catalog": "<</Type/Catalog/Pages 2 0 R>>",
        "pages": "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "page": "<</Type/Page/Parent 2 0 R/MediaBox[0 0 900 800]/Contents 4 0 R"
        "/Resources<</Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>",
        "contents": f"<</Length {len(stream)}>>stream\n{stream}\nendstream",
        **changed,
    }
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects.values(), 1):
        places.append(len(out))
        out += f"{number} 0 obj{body}endobj\n".encode("latin-1")
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    end = f"xref\n0 {len(places) + 1}\n0000000000 65535 f \n{table}"
    end += f"trailer<</Size {len(places) + 1}/Root 1 0 R>>\nstartxref\n{len(out)}\n%%EOF\n"
    return out + end.encode()


def encrypted_pdf() -> bytes:
    writer, out = pypdf.PdfWriter(io.BytesIO(pdf())), io.BytesIO()
    writer.encrypt("secret", algorithm="RC4-128")
    writer.write(out)
    return out.getvalue()


def pdf_bomb() -> bytes:
    """A page of which one stream is 1 GiB of spaces."""
    packer = zlib.compressobj(9)
    data = packer.compress(b" " * MIB) + packer.flush(zlib.Z_FULL_FLUSH)
    data += _again(b" ", 1023) + bytes(4)
    body = f"<</Length {len(data)}/Filter/FlateDecode>>stream\n".encode() + data + b"\nendstream"
    return pdf(contents=body.decode("latin-1"))


def docx(body: str) -> bytes:
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
    return zipped({
        "[Content_Types].xml": "<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'>"
        "<Default Extension='rels' ContentType='application/vnd.openxmlformats-package.relationships+xml'/>"
        f"<Override PartName='/word/document.xml' ContentType='{kind}'/></Types>",
        "_rels/.rels": "<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'>"
        f"<Relationship Id='r1' Type='{rel}' Target='word/document.xml'/></Relationships>",
        "word/document.xml": body,
    })  # fmt: skip


def word(start: str, text: str) -> str:
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    return f"{start}<w:document xmlns:w='{space}'><w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:body></w:document>"


def xlsx(start: str, text: str) -> bytes:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    cells = f"<row r='1'><c r='A1' t='inlineStr'><is><t>text</t></is></c></row><row r='2'><c r='A2' t='inlineStr'><is><t>{text}</t></is></c></row>"
    return zipped({
        "[Content_Types].xml": f"<Types xmlns='{package}/content-types'/>",
        "_rels/.rels": f"<Relationships xmlns='{package}/relationships'><Relationship Id='r1' Type='{rel}/officeDocument' Target='xl/workbook.xml'/></Relationships>",
        "xl/workbook.xml": f"<workbook xmlns='{main}' xmlns:r='{rel}'><sheets><sheet name='s' sheetId='1' r:id='r1'/></sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f"<Relationships xmlns='{package}/relationships'><Relationship Id='r1' Type='{rel}/worksheet' Target='worksheets/sheet1.xml'/></Relationships>",
        "xl/worksheets/sheet1.xml": f"{start}<worksheet xmlns='{main}'><sheetData>{cells}</sheetData></worksheet>",
    })  # fmt: skip


def epub(start: str, text: str) -> bytes:
    return zipped({
        "META-INF/container.xml": "<container xmlns='urn:oasis:names:tc:opendocument:xmlns:container' version='1.0'>"
        "<rootfiles><rootfile full-path='a.opf' media-type='application/oebps-package+xml'/></rootfiles></container>",
        "a.opf": "<package xmlns='http://www.idpf.org/2007/opf' version='3.0'><manifest><item id='c' href='c.xhtml' "
        "media-type='application/xhtml+xml'/></manifest><spine><itemref idref='c'/></spine></package>",
        "c.xhtml": f"{start}<html xmlns='http://www.w3.org/1999/xhtml'><body><p>{text}</p></body></html>",
    })  # fmt: skip


def feed(start: str, text: str) -> bytes:
    item = f"<item><title>Flood</title><link>https://a.example/1</link><description>{text}</description></item>"
    return f"{start}<rss version='2.0'><channel><title>a</title>{item}</channel></rss>".encode()


def mail(depth: int) -> bytes:
    head = "Received: from a\nMessage-ID: <1@a.example>\nMIME-Version: 1.0\nFrom: a@a.example\nSubject: Flood\n"
    boundaries = range(depth)
    opened = "".join(
        f"Content-Type: multipart/mixed; boundary=b{n}x\n\n--b{n}x\n" for n in boundaries
    )
    return f"{head}{opened}Content-Type: text/plain\n\n{SAID}\n".encode()


def warc(data: bytes, claimed: int | None = None) -> bytes:
    body = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + data
    head = (
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://a.example/1.html\r\n"
        "WARC-Date: 2025-03-04T10:00:00Z\r\nWARC-Record-ID: <urn:uuid:1b1a1c1d-0000-4000-8000-000000000001>\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {claimed or len(body)}\r\n\r\n"
    )
    return head.encode() + body + b"\r\n\r\n"


def parquet(table: dict[str, list]) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.table(table), out)
    return out.getvalue()


def noise(start: bytes, size: int = 5000) -> bytes:
    return start + _NOISE.randbytes(size)


def good() -> dict[str, bytes]:
    """Return five files of one article each, by their names."""
    return {
        "good.txt": SAID.encode(),
        "good.html": PAGE.encode(),
        "good.jsonl.gz": gzip.compress(lines(1)),
        "good.csv": f'id,text\n1,"{SAID}"\n'.encode(),
        "good.zip": zipped({"good.txt": SAID}),
    }


@cache
def bad() -> dict[str, tuple[bytes, str, int]]:
    """Return name → what is in it, a pattern of the line that it ends in, articles that come.

    An empty pattern: no line. As number of articles -1: any.
    """
    same = b"word " * (4 * MIB)
    empty = {f"empty{e}": (b"", "is empty", 0) for e in
             (".txt", ".html", ".pdf", ".docx", ".epub", ".xlsx", ".eml", ".rss", ".jsonl", ".csv",
              ".parquet", ".warc", ".zip", ".gz")}  # fmt: skip
    return {
        **empty,
        "space.txt": (b" \n\t\n", "holds only white space", 0),
        "nul.txt": (SAID.encode() * 3 + b"\0 end", "", 1),
        "binary.txt": (noise(b""), "is not text", 0),
        "latin1.txt": ((SAID * 9 + "été ").encode("utf-8") + b"caf\xe9 " + SAID.encode(), "", 1),
        "utf16.txt": (b"\xff\xfe" + SAID.encode("utf-16-le")[:-1] + b"\xd8", "", 1),
        "huge.txt": (b"word " * (13 * MIB + MIB // 2), "is larger than 64 MiB", 0),
        "page.pdf": (PAGE.encode(), "", 1),
        "pdf.txt": (pdf(), "", 1),
        "picture.html": (b"\x89PNG\r\n\x1a\n" + bytes(99), "seems to be a picture", 0),
        "program.docx": (b"\x7fELF\2\1\1\0" + bytes(99), "seems to be a program", 0),
        "truncated.pdf": (pdf()[:300], ".", -1),
        "noise.pdf": (noise(b"%PDF-1.7\n"), ".", 0),
        "loop.pdf": (pdf(pages="<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2/Parent 2 0 R>>"), ".", 0),
        "encrypted.pdf": (encrypted_pdf(), "encrypted|password", 0),
        "bomb.pdf": (pdf_bomb(), ".", 0),
        "bomb.zip": (
            zipped({"a.txt": b"a" * 20 * MIB, "b.txt": b"b" * 20 * MIB}),
            "200 times its size",
            0,
        ),
        "overlap.zip": (overlapping_zip(), "99 more in it left out: they share their bytes", 0),
        "deep.zip": (nested(12, lambda data: zipped({"in.zip": data})), "deeper than 5", 0),
        "deep.gz": (nested(12, gzip.compress), "deeper than 5", 0),
        "encrypted.zip": (encrypted_zip(), r"#a\.txt left out: encrypted", 0),
        "truncated.zip": (zipped({"a.txt": SAID * 9})[:-30], "cannot be read as a zip", 0),
        "crc.zip": (wrong_crc_zip(), r"#a\.txt is damaged", -1),
        "bzip.zip": (zipped({"a.txt": SAID}, zipfile.ZIP_BZIP2), "packed in a way", 0),
        "void.zip": (zipped({}), "holds nothing", 0),
        "void.docx": (zipped({}), "a zip without what such a document has", 0),
        "other.xlsx": (zipped({"a.txt": SAID}), "a zip without what such a document has", 0),
        "forbidden.tar": (tar_of_the_forbidden(), "kind.* links are not followed", 2),
        "truncated.tar": (truncated_tar(), "tar|damaged|cut off", -1),
        "bomb.gz": (gzip_of_4_gib(), "200 times its size", 0),
        "bomb.bz2": (bz2.compress(same), "200 times its size", 0),
        "bomb.xz": (lzma.compress(same, preset=0), "200 times its size", 0),
        "bomb.zst": (zstandard.compress(same), "200 times its size", 0),
        "claims.txt.gz": (gzip_that_claims_4_gib(), "damaged", 1),
        "half.jsonl.gz": (gzip.compress(lines(2000))[:9000], "ends too early", -1),
        "half.txt.zst": (zstandard.compress(SAID.encode() * 9999)[:-9], "ends too early", -1),
        "more.txt.gz": (
            gzip.compress(SAID.encode()) + b"something else",
            "goes on with something",
            1,
        ),
        "noise.gz": (noise(b"\x1f\x8b\x08\0\0\0\0\0\0\3"), "damaged", 0),
        "deep.html": (b"<html><body>" + b"<div>" * 50_000 + SAID.encode(), "", -1),
        "attribute.html": (
            f"<html><body a='{'x' * 20 * MIB}'><p>{SAID}</p></body>".encode(),
            "",
            -1,
        ),
        "open.csv": (b'id,text\n1,"' + SAID.encode() + b"\n" + b"2,word\n" * 2000, ".", -1),
        "nul.csv": (f'id,text\n1,"{SAID}\0"\n2,"{SAID}"\n'.encode(), "", -1),
        "nothing.csv": (b"a,b\n", ".", 0),
        "long.jsonl": (b'{"text": "' + b"x" * 100 * MIB + b'"}\n' + lines(1), ".", -1),
        "deep.json": (b"[" * 100_000 + b"]" * 100_000, ".", 0),
        "deep.jsonl": (b'{"text": ' + b"[" * 100_000 + b"]" * 100_000 + b"}\n" + lines(1), ".", 1),
        "half.json": (b"[" + b",".join(lines(30).split(b"\n")[:30])[:-20], ".", -1),
        "broken.jsonl": (lines(1) + b'{"text": "no en\n' + lines(1), ".", 2),
        "other.parquet": (parquet({"a": [1, 2], "b": [3.0, 4.0]}), ".", 0),
        "half.parquet": (parquet({"text": [SAID] * 99})[:-40], ".", 0),
        "noise.parquet": (noise(b"PAR1") + b"\xff\xff\xff\x7fPAR1", ".", 0),
        "laughs.rss": (feed(DOCTYPE_LAUGHS, "&a11;"), "", -1),
        "laughs.docx": (docx(word(DOCTYPE_LAUGHS, "&a11;")), ".", 0),
        "laughs.xlsx": (xlsx(DOCTYPE_LAUGHS, "&a11;"), ".", -1),
        "laughs.epub": (epub(DOCTYPE_LAUGHS, "&a11;"), ".", -1),
        "secret.rss": (feed(DOCTYPE_SECRET, "&s;"), "", -1),
        "secret.docx": (docx(word(DOCTYPE_SECRET, f"{SAID} &s;")), "", -1),
        "secret.xlsx": (xlsx(DOCTYPE_SECRET, f"{SAID} &s;"), "", -1),
        "secret.epub": (epub(DOCTYPE_SECRET, f"{SAID} &s;"), "", -1),
        "deep.eml": (mail(1000), "", -1),
        "header.eml": (
            b"From: a@a.example\nSubject: " + b"x" * 5 * MIB + b"\n\n" + SAID.encode(),
            "",
            -1,
        ),
        "endless.mbox": (
            b"From a@a.example Tue Mar  4 10:00:00 2025\n" + mail(0) + SAID.encode() * 50_000,
            "",
            -1,
        ),
        "half.warc": (warc(PAGE.encode())[:400], ".", -1),
        "claims.warc": (warc(PAGE.encode(), 1 << 40), ".", -1),
        "noise.xls": (noise(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), ".", 0),
        "noise.epub": (zipped({"META-INF/container.xml": noise(b"")}), ".", 0),
        "hang.rss": (feed("", "HANG"), "took longer than", 0),
        "eat.rss": (feed("", "EAT"), "needs too much memory", 0),
        "crash.rss": (feed("", "CRASH"), "made its parser crash", 0),
        "odd.rss": (feed("", "RAISE"), "ZeroDivisionError", 0),
    }
