"""Streams that were packed as a whole (gzip, Zstandard, bzip2, xz), unpacked as they are read.

What comes out is bounded by what went in, so that a small file cannot fill the machine. A file
that is cut off gives all that can be had of it, and then says so.
"""

from __future__ import annotations

import bz2
import io
import lzma
import re
import zlib
from collections.abc import Callable
from typing import Any, BinaryIO, Protocol

import zstandard

from .errors import SeedError
from .limits import MIB, Budget

# Format → what its name is, what its files begin with, and the endings that packing adds.
FORMATS = {
    "gz": ("gzip", re.compile(rb"\x1f\x8b\x08"), (".gz", ".gzip")),
    "zst": (
        "Zstandard",
        re.compile(rb"(\x28\xb5\x2f\xfd|[\x50-\x5f]\x2a\x4d\x18)"),
        (".zst", ".zstd"),
    ),
    "bz2": ("bzip2", re.compile(rb"BZh[1-9]"), (".bz2",)),
    "xz": ("xz", re.compile(rb"\xfd7zXZ\0"), (".xz",)),
}
_TAR = {".tgz": ".tar", ".tbz": ".tar", ".tbz2": ".tar", ".txz": ".tar", ".tzst": ".tar"}
_LONGEST_MAGIC = 6
_CHUNK = 1 << 16
# zstandard gives all that its input holds at once, up to some 40,000 times as much.
_ZSTD_CHUNK = 1 << 11
# xz -9 wants 65 MiB; a file may claim to want 4 GiB.
_XZ_MEMORY = 256 * MIB


class CutOff(SeedError):
    """The packed data ends too early or is damaged; what came before it is sound."""


class _Unpacker(Protocol):
    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    @property
    def needs_input(self) -> bool: ...
    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


def unpacked(stream: BinaryIO, form: str, name: str, budget: Budget) -> BinaryIO:
    """Open what a packed stream holds.

    Parameters
    ----------
    stream : binary stream
        Only read forwards.
    form : str
        A key of `FORMATS`.
    name : str
        How messages call the file.
    budget : Budget
        What its limits allow.

    Returns
    -------
    binary stream
        Raises `SeedError` where it is read further than the limits allow, and `CutOff` after
        the last bytes of a file that is cut off or damaged.
    """
    return io.BufferedReader(_Unpacked(stream, form, name, budget), _CHUNK)


def inner_name(name: str) -> str:
    """Return the name that a packed file had before it was packed."""
    stem, dot, ending = name.rpartition(".")
    ending = dot + ending.lower()
    if ending in _TAR:
        return stem + _TAR[ending]
    return stem if any(ending in endings for _, _, endings in FORMATS.values()) else name


class _Unpacked(io.RawIOBase):
    def __init__(self, stream: BinaryIO, form: str, name: str, budget: Budget) -> None:
        self._stream, self._name, self._budget = stream, name, budget
        self._called, self._magic, _ = FORMATS[form]
        self._make = _UNPACKERS[form]
        self._size = _ZSTD_CHUNK if form == "zst" else _CHUNK
        self._unpacker = self._make()
        self._spare = b""
        self._in = self._out = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        try:
            while not self._spare:
                data = self._next(len(buffer))
                if data is None:
                    return 0
                self._spare = data
        except (zlib.error, OSError, EOFError, lzma.LZMAError, zstandard.ZstdError) as error:
            raise self._cut_off(f"is damaged ({error})") from None
        size = min(len(buffer), len(self._spare))
        buffer[:size], self._spare = self._spare[:size], self._spare[size:]
        return size

    def _next(self, most: int) -> bytes | None:
        """Return the next bytes, which may be none yet; None at the end."""
        packed = b""
        if self._unpacker.eof:
            packed = self._unpacker.unused_data.lstrip(b"\0") or self._more().lstrip(b"\0")
            if not packed:
                return None
            if len(packed) < _LONGEST_MAGIC:
                packed += self._more()
            if not self._magic.match(packed):
                raise CutOff(
                    f"{self._name} goes on with something that is no {self._called}. What came "
                    "before was read; fetch the file again if there should be more."
                )
            self._unpacker = self._make()
        elif self._unpacker.needs_input:
            packed = self._more()
        data = self._unpacker.decompress(packed, max(most, _CHUNK))
        if not (packed or data or self._unpacker.eof) and self._unpacker.needs_input:
            raise self._cut_off("ends too early")
        self._count(len(data))
        return data

    def _more(self) -> bytes:
        data = self._stream.read(self._size)
        self._in += len(data)
        return data

    def _count(self, size: int) -> None:
        self._out += size
        self._budget.check_ratio(self._out, self._in, self._name)

    def _cut_off(self, what: str) -> CutOff:
        return CutOff(
            f"{self._name} {what}: the {self._called} data is not whole. What came before was "
            "read; fetch the file again."
        )


class _Gunzip:
    """The unpacker of zlib in the manner of those of bzip2 and xz."""

    def __init__(self) -> None:
        self._zlib = zlib.decompressobj(wbits=31)
        self._error: zlib.error | None = None

    @property
    def eof(self) -> bool:
        return self._zlib.eof

    @property
    def unused_data(self) -> bytes:
        return self._zlib.unused_data

    @property
    def needs_input(self) -> bool:
        return not self._zlib.unconsumed_tail

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        if self._error:
            raise self._error
        before, data = self._zlib.copy(), self._zlib.unconsumed_tail + data
        try:
            return self._zlib.decompress(data, max_length)
        except zlib.error as error:
            self._error = error
            return _before_fault(before, data, max_length)


def _before_fault(unpacker: Any, data: bytes, most: int) -> bytes:
    """Return what zlib can unpack before the byte at which it fails, for it then gives nothing."""
    out = b""
    try:
        for place in range(len(data)):
            if len(out) >= most:
                break
            out += unpacker.decompress(unpacker.unconsumed_tail + data[place : place + 1], most)
    except zlib.error:
        pass
    return out


class _Unzstd:
    """The unpacker of zstandard in the same manner; it takes small pieces and gives all."""

    needs_input = True

    def __init__(self) -> None:
        self._zstd = zstandard.ZstdDecompressor().decompressobj()

    @property
    def eof(self) -> bool:
        return self._zstd.eof

    @property
    def unused_data(self) -> bytes:
        return self._zstd.unused_data

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        return self._zstd.decompress(data)


def _unxz() -> lzma.LZMADecompressor:
    return lzma.LZMADecompressor(memlimit=_XZ_MEMORY)


_UNPACKERS: dict[str, Callable[[], _Unpacker]] = {
    "gz": _Gunzip, "zst": _Unzstd, "bz2": bz2.BZ2Decompressor, "xz": _unxz,
}  # fmt: skip
