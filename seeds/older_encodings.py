"""Which encoding bytes are in that say nothing of it and are not UTF-8.

8-bit and East Asian encodings are told by chardet, whose models of letters in sequence know 49
languages. What it does not weigh is weighed here: how common an encoding is, and what no word has.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

import regex

# So many bytes are looked at: of a longer text, lines that are not ASCII alone.
SAMPLE = 1 << 16
# From this share of the first reading's score on, another one is nearly as likely. SIB-200, train
# split, 4,200 pieces in 40 encodings: where the second reading scores less than this of the
# first, 98.7 in 100 are right; above, 82. To be measured again with benchmarks/decoding.py
# whenever chardet changes.
NEARLY = 0.99
# Python's names where the one that is told is a part of another that programs write.
_WIDER = {"iso8859-1": "cp1252", "tis-620": "cp874", "euc_kr": "cp949", "gb2312": "gb18030"}
# UTF-7 and mainframe encodings are never how a text came here; ASCII and UTF-8 were tried.
_NEVER = ("ascii", "utf-8", "utf-8-sig", "utf-7", "utf-16", "utf-16-le", "utf-16-be", "utf-32",
          "utf-32-le", "utf-32-be")  # fmt: skip
# In a text with so few bytes that are not ASCII, Windows-1252 is taken from this share of the best
# score on. Pieces of 30 to 1,000 bytes: of those in Windows-1252 or ISO-8859-15 0.993 are right in
# place of 0.985, in other encodings of the web as many as without; in those of DOS and the old
# Macintosh, in which little lies about, 0.898 in place of 0.957. At 0.98 0.992 and 0.915.
_FEW, _AS_WESTERN = 2, 0.95
_HIGH = bytes(range(0x80, 0x100))
_MARKS = b"\x82\x84\x85\x91\x92\x93\x94\x95\x96\x97\xa0\xab\xb0\xb7\xbb"
# Below this share of the best reading's score, what is said of an encoding is not believed. On the
# same pieces it overrules 4 of 4,229 that say what is so, and 0.86 to 0.99 of those that say they
# are in a Windows page that they are not in; 0.8 overrules 5, and 0.91 to 0.99; 0.5 2, and 0.68 up.
AGAINST = 0.7
# Two encodings of one kind differ in a few letters.
_ALIKE = 0.99
# Encodings in which hardly a text lies about; their scores count for less. On the same pieces
# (three of these among their 40 encodings) right readings rise from 0.972 to 0.975, and from
# 0.950 to 0.958 in pieces of 50 bytes; 0.95 gives 0.956 there, 0.8 0.960, 0.5 costs one in 100.
_RARE = frozenset((
    "iso8859-3", "iso8859-4", "iso8859-10", "iso8859-14", "iso8859-16", "johab", "hp-roman8",
    "mac-latin2", "mac-iceland", "mac-turkish", "mac-greek", "koi8-t", "kz1048", "ptcp154",
    "cp437", "cp720", "cp737", "cp775", "cp855", "cp856", "cp858", "cp860", "cp861", "cp862",
    "cp863", "cp864", "cp865", "cp869", "cp1006", "cp1125",
))  # fmt: skip
_RARE_COUNTS = 0.9
# What tells a wrong reading at sight, and chardet's pairs of letters do not weigh: a sign or a
# capital amid letters (√амлет, wŸrde), a sign at the head of a word, letters of two alphabets in
# one. On pieces of 30 to 1,000 bytes right readings rise from 0.966 to 0.976, in no kind of
# encoding they fall.
_SIGNS = r"[[\p{S}\p{C}¡¿§†‡•…„‚‹›«»¶]--[\x00-\x7f\xad\u200c-\u200f]]"
_OTHER = r"[\p{Hebrew}\p{Arabic}\p{Cyrillic}\p{Greek}]"
_OUT_OF_PLACE = regex.compile(
    rf"(?<=\p{{Latin}}){_OTHER}|{_OTHER}(?=\p{{Latin}})|(?<=\p{{L}}){_SIGNS}(?=\p{{L}})"
    r"|(?<=\p{Ll})[\p{Lu}--[A-Z]]"
    r"|[[\p{S}\p{C}¶†‡]--[\x00-\x7f\xad\u200c-\u200f©®°]](?=\p{L})",
    regex.V1,
)
_ASCII_LETTER, _OTHER_LETTER = re.compile("[A-Za-z]"), regex.compile(_OTHER)
# So many bytes are looked at for it, in readings with this share of the first one's score.
_LOOKED_AT, _WORTH = 4000, 0.5
_LINE_NOT_ASCII = re.compile(rb"[^\n]*[\x80-\xff][^\n]*\n?")
# ISO-2022 and HZ are ASCII with signs that switch the letters.
_SWITCHES = re.compile(rb"\x1b\$[@AB()]|\x1b\([IJ]|~\{[!-~]{2}")


@dataclass(frozen=True)
class Guess:
    """An encoding, and another one that fits nearly as well and reads otherwise (or None)."""

    encoding: str
    rival: str | None = None


def guess(data: bytes) -> Guess | None:
    """Tell the encoding of a text that is not UTF-8; None if none fits.

    Parameters
    ----------
    data : bytes
        Without markup, which would hide its letters.

    Returns
    -------
    Guess or None
        `encoding` is a name that Python knows.
    """
    sample = _sample(data)
    readings = _readings(sample)
    if not readings:
        return None
    most = readings[0][1]
    first, _, text = _western_if_few(sample, readings) or readings[0]
    rivals = (name for name, score, other in readings if other != text and score >= NEARLY * most)
    rival = next(rivals, None)
    same = {name for name, _, other in readings if other == text and name.startswith("cp125")}
    return Guess(min(same, key=_by_use, default=_WIDER.get(first, first)), rival)


def is_against(data: bytes, said: str) -> bool:
    """Tell whether a text that is not UTF-8 cannot well be in the encoding that it is said to be.

    Parameters
    ----------
    data : bytes
        Without markup.
    said : str
        A name that Python knows.
    """
    sample = _sample(data)
    readings = _readings(sample)
    text = sample.decode(said, "replace")
    score = max((score for _, score, other in readings if _is_nearly(text, other)), default=0.0)
    return bool(readings) and score < AGAINST * readings[0][1]


def switched(data: bytes) -> str | None:
    """Return the encoding of an ASCII text in which signs switch the letters, None if none do."""
    if not _SWITCHES.search(data) or not data.isascii():
        return None
    found = _ask(data[:SAMPLE])[0]["encoding"]
    if not found or not found.startswith(("iso2022", "hz")):
        return None
    try:
        return None if data.decode(found).isascii() else str(found)
    except UnicodeDecodeError:
        return None


def _sample(data: bytes) -> bytes:
    return data if len(data) <= SAMPLE else _not_ascii(data, SAMPLE)


def _not_ascii(data: bytes, size: int) -> bytes:
    """Return the first lines that are not ASCII alone, up to a size."""
    lines = []
    for match in _LINE_NOT_ASCII.finditer(data):
        lines.append(match.group()[:size])
        size -= len(lines[-1])
        if size <= 0:
            break
    return b"".join(lines)


def _readings(sample: bytes) -> list[tuple[str, float, str]]:
    """Return (encoding, score, text), best first; encodings that Python lacks are left out."""
    found: list[tuple[str, float, str]] = []
    telling = _not_ascii(sample, _LOOKED_AT)
    for asked in _ask(sample):
        name = asked["encoding"]
        if not name or name in _NEVER:
            continue
        if found and asked["confidence"] < _WORTH * found[0][1] and name != "cp1252":
            continue
        try:
            text = sample.decode(name, "replace")
        except LookupError:
            continue
        score = asked["confidence"] * (_RARE_COUNTS if name in _RARE else 1)
        found.append((name, score * _share_in_place(telling, name), text))
    return sorted(found, key=lambda reading: -reading[1])


def _is_nearly(text: str, other: str) -> bool:
    if text == other or len(text) != len(other):
        return text == other
    return sum(map(str.__eq__, text, other)) >= _ALIKE * len(text)


def _by_use(name: str) -> tuple[bool, str]:
    return name != "cp1252", name


def _share_in_place(telling: bytes, name: str) -> float:
    """Return 1 where no sign or capital stands within a word, 0 where half of what may do."""
    high = len(telling) - len(telling.translate(None, _HIGH))
    found = _OUT_OF_PLACE.findall(telling.decode(name, "replace"))
    return max(0.0, 1 - 2 * len(found) / max(1, high))


def _western_if_few(
    sample: bytes, readings: list[tuple[str, float, str]]
) -> tuple[str, float, str] | None:
    """Return the Western reading where a text has too few letters to tell it from others.

    The quotation marks and dashes of all Windows pages are the same bytes.
    """
    high = len(sample) - len(sample.translate(None, _HIGH))
    western = next((reading for reading in readings if reading[0] == "cp1252"), None)
    if western is None or sample.translate(None, _MARKS).isascii():
        return western
    best, most, text = readings[0]
    if high > _FEW:
        return None
    return western if best in _RARE or western[1] >= _AS_WESTERN * most or _is_other(text) else None


def _is_other(text: str) -> bool:
    """Tell whether a text of ASCII has a letter or two that are not Latin."""
    return bool(_ASCII_LETTER.search(text) and _OTHER_LETTER.search(text))


def _ask(sample: bytes) -> list[dict[str, Any]]:
    chardet, era = _chardet()
    return list(
        chardet.detect_all(
            sample, ignore_threshold=True, compat_names=False, encoding_era=era,
            max_bytes=SAMPLE, prefer_superset=False,
        )
    )  # fmt: skip


@cache
def _chardet() -> tuple[Any, Any]:
    import chardet
    from chardet.enums import EncodingEra

    return chardet, EncodingEra.ALL & ~EncodingEra.MAINFRAME
