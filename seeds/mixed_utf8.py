"""UTF-8 that is damaged, or stands beside text in an older encoding in one file.

Pages and dumps are put together from pieces. Word by word, what is UTF-8 is read as such; words
in an older encoding are read in that; a character that was cut becomes U+FFFD.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .older_encodings import guess

# Text in older encodings holds sequences that pass for UTF-8 by accident. SIB-200, train split,
# 12,000 pieces in 40 encodings: at most 0.40 of what is not ASCII (EUC-JP) in pieces that have
# more than five such characters, and at most 0.29 of the words, in pieces with four such words
# or more 0.1. To be measured again when encodings are added to benchmarks/decoding.py.
_MOSTLY = 2 / 3
_FEWEST_WORDS, _SHARE_OF_WORDS = 4, 0.2
# Words of an older encoding, of which fewer bytes than this tell no more than that it is Western.
_FEWEST_BYTES = 20

_STRAY = re.compile("[\udc80-\udcff]+")
_WORD = re.compile(r'[^\s<>"]*[^\x00-\x7f\s<>"][^\s<>"]*')
# One or two characters of UTF-8 that were cut: a beginning without its end, or an end alone.
_CUT = re.compile(
    "(?:[\udcc2-\udcdf]|[\udce0-\udcef][\udc80-\udcbf]|[\udcf0-\udcf4][\udc80-\udcbf]{1,2}"
    "|[\udc80-\udcbf]+){1,2}"
)
# Dashes, dots and quotation marks of the Windows pages, in a word of ASCII.
_MARKS = re.compile("(?<![^\x00-\x7f])[\udc85\udc91-\udc97](?![^\x00-\x7f])")


@dataclass(frozen=True)
class Mended:
    """A text: the older encoding of some words (or None), and how many characters were lost."""

    text: str
    older: str | None
    lost: int


def read_mostly_utf8(data: bytes) -> Mended | None:
    """Read bytes that are UTF-8 for the most part, or word by word; None if they are not."""
    text = data.decode("utf-8", "surrogateescape")
    stray = len(data) - len(_STRAY.sub("", text).encode("utf-8"))
    whole = sum(character > "\x7f" for character in text) - stray
    words = _WORD.findall(text)
    good = sum(1 for word in words if not _STRAY.search(word))
    if whole < _MOSTLY * (whole + stray) and (
        good < max(_FEWEST_WORDS, _SHARE_OF_WORDS * len(words))
    ):
        return None
    older = _older([word for word in words if _is_older(word)])
    read = _WORD.sub(lambda match: _read(match.group(), older), text)
    lost = len(_STRAY.findall(read))
    return Mended(_STRAY.sub("\ufffd", read), older, lost)


def _is_older(word: str) -> bool:
    """Tell whether a word is in an older encoding, not UTF-8 of which something was cut."""
    runs = _STRAY.findall(word)
    stray = sum(map(len, runs))
    if not runs or 2 * stray < sum(character > "\x7f" for character in word):
        return False
    return bool(_MARKS.search(word)) or any(not _CUT.fullmatch(run) for run in runs)


def _older(words: list[str]) -> str | None:
    if not words:
        return None
    data = b" ".join(word.encode("utf-8", "surrogateescape") for word in words)
    high = sum(byte > 0x7F for byte in data)
    if high < _FEWEST_BYTES and 2 * high < len(data):
        return "cp1252"
    found = guess(data)
    return found.encoding if found else None


def _read(word: str, older: str | None) -> str:
    is_sign = len(word) == 1 and "\udc80" <= word <= "\udcbf"  # a dash, a quotation mark by itself
    if older is None or not (is_sign or _is_older(word)):
        return word
    return word.encode("utf-8", "surrogateescape").decode(older, "replace")
