"""Streams over streams: what was looked at is put back, what passes is hashed."""

from __future__ import annotations

import hashlib
import io
import tempfile
from collections.abc import Callable
from typing import BinaryIO, cast

from .compressed import CutOff
from .errors import SeedError
from .limits import MIB, Limits, too_large

CHUNK = 1 << 16
# A copy that has to be seekable goes to a temporary file when it is larger.
_IN_MEMORY = 16 * MIB


class Hashed(io.RawIOBase):
    """A stream that is read forwards, its bytes counted and hashed as they pass.

    Parameters
    ----------
    stream : binary stream
    passed : callable
        Gets the number of bytes of each piece.

    Attributes
    ----------
    size : int
        Bytes that have passed.
    """

    def __init__(self, stream: BinaryIO, passed: Callable[[int], object] = int) -> None:
        self._stream, self._passed = stream, passed
        self._hash = hashlib.sha256()
        self.size = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read(size)
        self._hash.update(data)
        self.size += len(data)
        self._passed(len(data))
        return data

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def finish(self) -> str:
        """Read what is left, and return the SHA-256 of all."""
        while self.read(CHUNK):
            pass
        return self._hash.hexdigest()


class Rejoined(io.RawIOBase):
    """A stream whose beginning was taken from it, whole again.

    Parameters
    ----------
    head : bytes
        What was taken.
    cut_off : CutOff or None
        What was met in taking it; raised again when the head has been read.
    rest : binary stream
    """

    def __init__(self, head: bytes, cut_off: CutOff | None, rest: BinaryIO) -> None:
        self._head, self._cut_off, self._rest = memoryview(head), cut_off, rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        if self._head:
            size = min(len(buffer), len(self._head))
            buffer[:size], self._head = self._head[:size], self._head[size:]
            return size
        if self._cut_off:
            raise self._cut_off
        data = _read_some(self._rest, len(buffer))
        buffer[: len(data)] = data
        return len(data)


def read_up_to(stream: BinaryIO, most: int) -> tuple[bytes, CutOff | None]:
    """Read at most so many bytes, and what cut the stream off before that if anything did."""
    pieces, size = [], 0
    try:
        while size < most:
            data = _read_some(stream, most - size)
            if not data:
                break
            pieces.append(data)
            size += len(data)
    except CutOff as error:
        return b"".join(pieces), error
    return b"".join(pieces), None


def seekable_copy(
    stream: BinaryIO, name: str, limits: Limits, folder: str | None = None
) -> BinaryIO:
    """Copy a stream that can only be read forwards, in memory or in a file without a name.

    Parameters
    ----------
    stream, name, limits
    folder : str, optional
        Where to make a file with a name instead.

    Raises
    ------
    SeedError
        If it is larger than all that one archive may hold, or there is no room for it.
    """
    size = 0
    try:
        copy = (
            tempfile.NamedTemporaryFile(dir=folder, delete=False)  # noqa: SIM115
            if folder
            else _Spooled(max_size=_IN_MEMORY)
        )
        while data := _read_some(stream, CHUNK):
            size += len(data)
            if size > limits.unpacked:
                raise too_large(name, limits)
            copy.write(data)
        copy.flush()
        copy.seek(0)
    except OSError as error:
        raise SeedError(f"{name} cannot be copied to be read: {error.strerror}.") from None
    return cast(BinaryIO, copy)


class _Spooled(tempfile.SpooledTemporaryFile):
    """A copy in memory while it is small; Python 3.10 lacks what readers ask of a file."""

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def writable(self) -> bool:
        return True


def _read_some(stream: BinaryIO, most: int) -> bytes:
    """Read what there is at once: a large read would lose what comes before an error."""
    if isinstance(stream, io.BufferedReader):
        return stream.read1(min(most, CHUNK))
    return stream.read(min(most, CHUNK))
