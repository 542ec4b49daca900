"""Web archives (WARC, WET): the pages, feeds and PDFs that were answered, one at a time.

Redirects, errors, revisits, pictures and scripts are left out quietly. The date in an
archive is the day of the crawl, which is no date of publication, and is not used.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import BinaryIO

from fastwarc import ArchiveIterator, WarcRecord, WarcRecordType
from fastwarc.stream_io import BrotliReader, ChunkedReader, GzipReader, WarcReader, ZstdReader

from ..articles import Member, Problem
from ..errors import SeedError
from ..limits import Limits
from .markup_encoding import as_utf8

# What a page may take once it is unpacked.
LARGEST = Limits().document
_WANTED = (
    "text/html", "application/xhtml+xml", "text/plain", "application/pdf", "application/rss+xml",
    "application/atom+xml", "application/rdf+xml", "application/xml", "text/xml",
    "application/feed+json",
)  # fmt: skip
_JSON = ("application/json", "text/json")
_FEED_MARK = b"jsonfeed.org/version"
_RECORDS = WarcRecordType.response | WarcRecordType.conversion


def members(stream: BinaryIO, name: str) -> Iterator[Member | Problem]:
    """Give the documents of a web archive in the order in which they were fetched.

    Parameters
    ----------
    stream : binary stream
        Read forwards only; packed by record (gzip, Zstandard), as a whole, or not.
    name : str
        How messages call the archive.

    Yields
    ------
    Member or Problem
        A member's key is ``record=N``, counted over the records of answers; its `url` the
        address that was asked for. A damaged or truncated archive ends in a Problem.
    """
    reader = _Forwards(stream)
    number = 0
    try:
        for record in ArchiveIterator(reader, record_types=_RECORDS, parse_http=True):
            number += 1
            if _is_wanted(record):
                yield from _member(record, number, name)
    except OSError as error:
        yield Problem(
            f"{name} is damaged after record {number} ({error}). What came before was read; "
            "fetch it again."
        )
    if reader.error is not None:
        yield Problem(str(reader.error))


class _Forwards:
    """A stream for a reader that asks where it is; what goes wrong in it is kept for later."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream, self._position = stream, 0
        self.error: SeedError | None = None

    def read(self, size: int = -1) -> bytes:
        try:
            data = self._stream.read(size) if self.error is None else b""
        except SeedError as error:  # raised here it would end the program in the library
            self.error, data = error, b""
        self._position += len(data)
        return data

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = 0) -> int:
        raise io.UnsupportedOperation("seek")

    def close(self) -> None:
        """Leave the stream to whoever opened it."""


def _is_wanted(record: WarcRecord) -> bool:
    if record.record_type == WarcRecordType.conversion:
        return True
    if record.http_headers is None or record.http_headers.status_code != 200:
        return False
    return _kind(record) in (*_WANTED, *_JSON)


def _kind(record: WarcRecord) -> str:
    return (record.http_content_type or "text/html").partition(";")[0].strip().lower()


def _member(record: WarcRecord, number: int, name: str) -> Iterator[Member | Problem]:
    url = record.headers.get("WARC-Target-URI")
    called = f"{name}, record {number}" + (f" ({url})" if url else "")
    raw = record.reader.read(LARGEST + 1)
    if len(raw) < record.content_length and len(raw) <= LARGEST:
        yield Problem(
            f"{called} is cut off: {len(raw)} of {record.content_length} bytes are there. What "
            "came before was read; fetch the archive again."
        )
        return
    try:
        data = _decoded(raw, record)
    except OSError as error:
        yield Problem(f"{called} cannot be unpacked ({error}). It was left out.")
        return
    if len(data) > LARGEST:
        yield Problem(f"{called} is larger than {LARGEST >> 20} MiB, the limit. It was left out.")
        return
    is_http = record.record_type != WarcRecordType.conversion
    if not data.strip() or (is_http and _kind(record) in _JSON and _FEED_MARK not in data[:4096]):
        return
    if is_http and record.http_charset and _kind(record) != "application/pdf":
        data = as_utf8(data, record.http_charset)
    yield Member(key=f"record={number}", data=data, url=_address(url))


def _decoded(raw: bytes, record: WarcRecord) -> bytes:
    """Undo what the server did to send an answer, no further than the limit."""
    headers = record.http_headers
    if headers is None:
        return raw
    if (headers.get("Transfer-Encoding") or "").strip().lower() == "chunked":
        raw = _unchunked(raw)
    for coding in reversed((headers.get("Content-Encoding") or "").lower().split(",")):
        way = _CODINGS.get(coding.strip())
        if way is not None:
            raw = _unpacked(raw, way, _MAGIC.get(way))
    return raw


def _unpacked(raw: bytes, way: Callable[[BinaryIO], WarcReader], magic: bytes | None) -> bytes:
    """Undo a coding; some programs store the body unpacked and keep the header that names it."""
    if magic is not None and not raw.startswith(magic):
        return raw
    try:
        return way(io.BytesIO(raw)).read(LARGEST + 1)
    except OSError:
        if magic is None and _is_text(raw):
            return raw
        raise


def _is_text(raw: bytes) -> bool:
    try:
        return "\0" not in raw.decode("utf-8")
    except UnicodeDecodeError:
        return False


_CODINGS: dict[str, Callable[[BinaryIO], WarcReader]] = {
    "gzip": GzipReader,
    "x-gzip": GzipReader,
    "br": BrotliReader,
    "zstd": ZstdReader,
    "deflate": lambda stream: GzipReader(stream, zlib=True),
}
# How what was packed begins, where that is fixed.
_MAGIC: dict[Callable[[BinaryIO], WarcReader], bytes] = {
    GzipReader: b"\x1f\x8b",
    ZstdReader: b"\x28\xb5\x2f\xfd",
}


def _unchunked(raw: bytes) -> bytes:
    """Join the chunks of an answer; some programs store it joined and keep the header."""
    size = raw[:12].partition(b"\r\n")[0].partition(b";")[0].strip()
    try:
        int(size, 16)
    except ValueError:
        return raw
    return ChunkedReader(io.BytesIO(raw)).read(LARGEST + 1)


def _address(url: str | None) -> str | None:
    """Return an address without the brackets that some programs put around it."""
    bare = (url or "").strip().removeprefix("<").removesuffix(">")
    return bare if bare.lower().startswith(("http://", "https://")) else None
