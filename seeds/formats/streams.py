"""Streams of bytes that were looked into, and their lines."""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator
from typing import Any, BinaryIO, cast

from ..streams import Rejoined

LARGEST_LINE = 1 << 26
_BLOCK = 1 << 20
_WIDE_STARTS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"{\0", "utf-16-le"),
    (b"[\0", "utf-16-le"),
    (b"\0{", "utf-16-be"),
    (b"\0[", "utf-16-be"),
)


def as_utf8(stream: BinaryIO, sample: int) -> tuple[bytes, BinaryIO, str]:
    """Return the beginning of a stream and the whole of it in UTF-8, and what it was in.

    UTF-16 and UTF-32 are told by their marks, or by the zero bytes of what JSON begins with; what
    cannot be read in them is replaced. All else is taken to be UTF-8.
    """
    start = stream.read(sample)
    encoding = next((code for mark, code in _WIDE_STARTS if start.startswith(mark)), None)
    if encoding is None:
        start = start.removeprefix(codecs.BOM_UTF8)
        return start, io.BufferedReader(Rejoined(start, None, stream), _BLOCK), "utf-8"
    text = io.TextIOWrapper(
        io.BufferedReader(Rejoined(start, None, stream)), encoding, "replace", newline=""
    )
    start = text.read(sample).encode("utf-8", "replace")
    return start, io.BufferedReader(Rejoined(start, None, cast(BinaryIO, _Encoded(text)))), encoding


def lines_of(stream: BinaryIO) -> Iterator[bytes | None]:
    """Yield the lines of a stream with their ends; None for one of more than 64 MiB."""
    while line := stream.readline(LARGEST_LINE):
        if len(line) < LARGEST_LINE or line.endswith(b"\n"):
            yield line
            continue
        while (more := stream.readline(_BLOCK)) and not more.endswith(b"\n"):
            pass
        yield None


class _Encoded(io.RawIOBase):
    """Text, read as UTF-8."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text, self._left = text, b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        target = memoryview(buffer).cast("B")
        if not self._left:
            self._left = self._text.read(max(1, len(target) // 4)).encode("utf-8", "replace")
        part, self._left = self._left[: len(target)], self._left[len(target) :]
        target[: len(part)] = part
        return len(part)
