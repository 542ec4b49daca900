"""Zip and tar: the files that they hold, one after the other, read in memory.

Nothing is unpacked to the disk, so a member's name is only ever a key, wherever it points.
"""

from __future__ import annotations

import io
import os
import stat
import struct
import tarfile
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, BinaryIO

from ..articles import Problem
from ..compressed import CutOff
from ..errors import SeedError
from ..limits import Budget, Limits

# A zip's list of members takes some 100 bytes a member.
_LIST_ENTRY = 256
_ENCRYPTED = 1
_UTF8_NAME = 0x800
# Why members are left out.
_LEFT_OUT = {
    "shared": "they share their bytes, as in zips that are made to fill memory.",
    "encrypted": "encrypted. Unpack it with its password and give what was in it.",
    "packed": "packed in a way that is not read inside a zip. Pack it anew by deflate.",
    "link": "links are not followed.",
    "device": "devices and pipes are not opened.",
}
# Code pages that old programs wrote Arabic names in, the more likely one first.
_ARABIC_PAGES = ("cp1256", "cp720")


@dataclass(frozen=True)
class Packed:
    """A file in an archive: its name there, and a stream that can be read until the next one.

    `size` is that of its packed bytes in a zip; 0 in a tar, whose own bytes pass as it is read.
    """

    key: str
    stream: BinaryIO
    size: int = 0


def members(
    stream: BinaryIO, name: str, limits: Limits, budget: Budget | None = None
) -> Iterator[Packed | Problem]:
    """Yield the files of a zip or tar in the order in which they lie there.

    Hidden files, those that macOS adds (``__MACOSX``) and folders are left out. Links, devices
    and what is encrypted are left out and said in one line at the end.

    Parameters
    ----------
    stream : binary stream
        A zip must be seekable; a tar is only read forwards.
    name : str
        How messages call the archive.
    limits : Limits
    budget : Budget, optional
        What the file that this archive lies in may still unpack; a new one by default.

    Raises
    ------
    SeedError
        If the archive is damaged, or unpacks to more than may be.
    """
    budget = budget or Budget(limits)
    is_zip = stream.seekable() and stream.read(2) == b"PK"
    if stream.seekable():
        stream.seek(0)
    yield from _zip(stream, name, budget) if is_zip else _tar(stream, name, budget)


def check_list(stream: BinaryIO, name: str, limits: Limits) -> None:
    """Refuse a zip whose list of members would itself fill the memory; zipfile reads it whole.

    Raises
    ------
    SeedError
    """
    end = stream.seek(0, os.SEEK_END)
    stream.seek(max(0, end - (1 << 16) - 22))
    tail = stream.read()
    place = tail.rfind(b"PK\x05\x06")
    size = struct.unpack_from("<L", tail, place + 12)[0] if len(tail) >= place + 22 > 21 else 0
    large = tail.rfind(b"PK\x06\x06")
    if size == 0xFFFFFFFF and len(tail) >= large + 56 > 55:
        size = struct.unpack_from("<Q", tail, large + 40)[0]
    stream.seek(0)
    if min(size, end) > limits.members * _LIST_ENTRY:
        raise SeedError(
            f"{name} holds more than {limits.members:,} files, the limit. Unpack it and give "
            "the folder."
        )


def _zip(stream: BinaryIO, name: str, budget: Budget) -> Iterator[Packed | Problem]:
    check_list(stream, name, budget.limits)
    try:
        with zipfile.ZipFile(stream) as archive:
            infos = sorted(archive.infolist(), key=lambda info: info.header_offset)
            overlapping = _overlapping(infos, archive.start_dir)
            keys = _Keys()
            for info in infos:
                key = keys.of(_zip_name(info))
                if key.endswith("/") or _is_left_out(key):
                    continue
                budget.count_member(name)
                why = "shared" if info.header_offset in overlapping else _why_not(info)
                if why:
                    keys.leave_out(why, key)
                else:
                    yield from _zip_member(archive, info, key, f"{name}#{key}", budget)
            yield from keys.problems(name)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, struct.error) as error:
        raise SeedError(
            f"{name} cannot be read as a zip: {error}. It may be cut off; fetch it again."
        ) from None


def _why_not(info: zipfile.ZipInfo) -> str | None:
    if stat.S_ISLNK(info.external_attr >> 16):
        return "link"
    if info.flag_bits & _ENCRYPTED:
        return "encrypted"
    # The other ways give as much as there is at once, which may be a million times the input.
    is_plain = info.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
    return None if is_plain else "packed"


def _zip_member(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, key: str, shown: str, budget: Budget
) -> Iterator[Packed | Problem]:
    try:
        with archive.open(info) as member:
            opened = _Member.opened(member, shown, budget, info.compress_size)
            yield Packed(key, opened, info.compress_size)
    except (zipfile.BadZipFile, NotImplementedError, zlib.error, EOFError) as error:
        yield Problem(f"{shown} is damaged: {error}. It was left out; fetch the archive again.")


def _overlapping(infos: list[zipfile.ZipInfo], end: int) -> set[int]:
    """Return where members begin that share bytes with the next one or with the list."""
    if not infos:
        return set()
    starts = [info.header_offset for info in infos[1:]] + [end]
    return {
        info.header_offset
        for info, following in zip(infos, starts, strict=True)
        if info.header_offset + 30 + info.compress_size > following
    }


def _tar(stream: BinaryIO, name: str, budget: Budget) -> Iterator[Packed | Problem]:
    try:
        with tarfile.open(fileobj=stream, mode="r|", encoding="utf-8") as archive:
            keys = _Keys()
            for member in archive:
                archive.members.clear()  # type: ignore[attr-defined]  # it would keep all that it has met
                key = keys.of(_name_of(member.name.encode("utf-8", "surrogateescape")))
                if member.isdir() or _is_left_out(key):
                    continue
                budget.count_member(name)
                if not member.isreg():
                    keys.leave_out("link" if member.issym() or member.islnk() else "device", key)
                    continue
                opened = archive.extractfile(member)
                assert opened is not None  # it is a regular file
                shown = f"{name}#{key}"
                # A sparse file says to be larger than what lies in the archive for it.
                packed = member.size if not member.issparse() else 0
                yield Packed(key, _Member.opened(opened, shown, budget, packed))
            yield from keys.problems(name)
    except (tarfile.TarError, EOFError, OSError, ValueError, zlib.error) as error:
        raise SeedError(
            f"{name} cannot be read further as a tar: {error}. It may be cut off; what came "
            "before was read."
        ) from None


class _Member(io.RawIOBase):
    """A file in an archive, whose bytes are counted."""

    def __init__(self, stream: BinaryIO, name: str, budget: Budget, packed: int) -> None:
        self._stream, self._name, self._budget, self._packed = stream, name, budget, packed
        self._out = 0

    @classmethod
    def opened(cls, *arguments: Any) -> BinaryIO:
        return io.BufferedReader(cls(*arguments), 1 << 16)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        try:
            data = self._stream.read(len(buffer))
        except (zipfile.BadZipFile, tarfile.TarError, zlib.error, EOFError, OSError) as error:
            raise CutOff(
                f"{self._name} is damaged: {error}. What came before was read; fetch the archive "
                "again."
            ) from None
        self._out += len(data)
        self._budget.spend(len(data), self._name)
        self._budget.check_ratio(self._out, self._packed, self._name)
        buffer[: len(data)] = data
        return len(data)


class _Keys:
    """Gives each member a key of its own, and keeps count of what is left out and why."""

    def __init__(self) -> None:
        self._times: Counter[str] = Counter()
        self._left_out: dict[str, list[str]] = {}

    def of(self, name: str) -> str:
        name = name or "nameless"
        self._times[name] += 1
        return name if self._times[name] == 1 else f"{name}~{self._times[name]}"

    def leave_out(self, why: str, key: str) -> None:
        self._left_out.setdefault(why, []).append(key)

    def problems(self, name: str) -> Iterator[Problem]:
        for why, keys in self._left_out.items():
            first = f"{name}#{keys[0]}"
            more = f" and {len(keys) - 1:,} more in it" if len(keys) > 1 else ""
            yield Problem(f"{first}{more} left out: {_LEFT_OUT[why]}", count=len(keys))


def _is_left_out(key: str) -> bool:
    parts = PurePosixPath(key).parts
    return "__MACOSX" in parts or any(p.startswith(".") and p not in (".", "..") for p in parts)


def _zip_name(info: zipfile.ZipInfo) -> str:
    if info.flag_bits & _UTF8_NAME:
        return _cleaned(info.orig_filename)
    return _name_of(info.orig_filename.encode("cp437", "replace"))


def _name_of(raw: bytes) -> str:
    """Decode a name whose encoding is not said: UTF-8, an Arabic page, or what the format says."""
    try:
        return _cleaned(raw.decode("utf-8"))
    except UnicodeDecodeError:
        pass
    high = bytes(byte for byte in raw if byte > 127)
    for page in _ARABIC_PAGES:
        if all("\u0621" <= letter <= "\u0652" for letter in high.decode(page, "replace")):
            return _cleaned(raw.decode(page))
    return _cleaned(raw.decode("cp437"))


def _cleaned(name: str) -> str:
    name = name.replace("\\", "/").removeprefix("./")
    return "".join(c if c.isprintable() else "\ufffd" for c in name)
