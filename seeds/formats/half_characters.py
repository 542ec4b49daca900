"""Halves of characters in JSON (``\\ud83d`` without what follows it) made U+FFFD as it streams.

Programs that cut texts by UTF-16 units leave such halves, and strict parsers stop at them.
"""

from __future__ import annotations

import io
import re
from typing import Any, BinaryIO, cast

_BLOCK = 1 << 20
# An escape: a pair of halves, one half alone, or any other.
_ESCAPE = re.compile(
    rb"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    rb"|(u[dD][89a-fA-F][0-9a-fA-F]{2})|.)",
    re.S,
)
_HALF = re.compile(rb"\\u[dD][89a-fA-F]")
_LONGEST = 12


def without_halves(data: bytes) -> bytes:
    """Return JSON with U+FFFD in place of halves of characters."""
    return _ESCAPE.sub(_whole, data) if _HALF.search(data) else data


def streamed_without_halves(stream: BinaryIO) -> BinaryIO:
    """Return a stream that reads as `without_halves` of another one, which is read forwards."""
    return io.BufferedReader(_Mended(stream), _BLOCK)


class _Mended(io.RawIOBase):
    def __init__(self, stream: BinaryIO) -> None:
        self._stream, self._kept, self._ready = stream, b"", b""
        self._is_ended = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._ready and not self._is_ended:
            data = self._stream.read(_BLOCK)
            self._is_ended = not data
            data = self._kept + data
            end = len(data) if self._is_ended else _last_whole(data)
            self._ready, self._kept = without_halves(data[:end]), data[end:]
        target = cast("memoryview", memoryview(buffer)).cast("B")
        part, self._ready = self._ready[: len(target)], self._ready[len(target) :]
        target[: len(part)] = part
        return len(part)


def _last_whole(data: bytes) -> int:
    """Return up to where no escape is cut through, though more may follow."""
    near = len(data) - _LONGEST
    if b"\\" not in data[max(0, near) :]:
        return len(data)
    # Escapes are told apart from a character on that is never in one.
    start = max(0, *(data.rfind(plain, 0, max(0, near)) for plain in (b" ", b",", b":")))
    end = start
    for found in _ESCAPE.finditer(data, start):
        if found.start() > near:
            return found.start()
        end = found.end()
    return len(data) - 1 if data.endswith(b"\\") and end < len(data) else len(data)


def _whole(found: re.Match[bytes]) -> bytes:
    return b"\\ufffd" if found[1] else found[0]
