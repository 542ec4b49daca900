"""Which encoding bytes are in that say nothing of it and are not UTF-8.

8-bit and East Asian encodings are told by chardet, whose models of letters in sequence know 49
languages; UTF-16 without a mark is told here, by the order of bytes that gives text.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import Any

# So many bytes are looked at: of a longer text, lines that are not ASCII alone.
SAMPLE = 1 << 16
# From this share of the first reading's score on, another one is nearly as likely. SIB-200, train
# split, 4,200 pieces in 40 encodings: where the second reading scores less than this of the
# first, 98.6 in 100 are right; above, 88. To be measured again with benchmarks/decoding.py
# whenever chardet changes.
NEARLY = 0.99
# Python's names where the one that is told is a part of another that programs write.
_WIDER = {"iso8859-1": "cp1252", "tis-620": "cp874", "euc_kr": "cp949", "gb2312": "gb18030"}
# UTF-7 and mainframe encodings are never how a text came here; ASCII and UTF-8 were tried.
_NEVER = ("ascii", "utf-8", "utf-8-sig", "utf-7", "utf-16", "utf-16-le", "utf-16-be", "utf-32",
          "utf-32-le", "utf-32-be")  # fmt: skip
# In a text with so few bytes that are not ASCII, Windows-1252 is taken from this share of the best
# score on. Pieces of 30 to 400 bytes with up to three such bytes: of those in Windows-1252 or
# ISO-8859-15 0.988 are right in place of 0.963, in other encodings of the web 0.961 in place of
# 0.962; in those of DOS and the old Macintosh, in which little lies about, 0.58 in place of 0.91.
_FEW, _AS_WESTERN = 3, 0.93
# But not where it gives capitals or signs within words.
_UNLIKE_A_WORD = re.compile(r"[a-z](?![à-öø-ÿšœž’·\xad])[^\x00-\x7f][a-z]")
_HIGH = bytes(range(0x80, 0x100))
_MARKS = b"\x82\x84\x85\x91\x92\x93\x94\x95\x96\x97\xa0\xab\xb0\xb7\xbb"
# Below this share of the best reading's score, what is said of an encoding is not believed. On the
# same pieces it overrules 4 of 4,229 that say what is so, and 0.78 to 0.96 of those that say they
# are in a Windows page that they are not in; 0.8 overrules 7, and 0.81 to 0.97.
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
_LINE_NOT_ASCII = re.compile(rb"[^\n]*[\x80-\xff][^\n]*\n?")
# ISO-2022 and HZ are ASCII with signs that switch the letters.
_SWITCHES = re.compile(rb"\x1b\$[@AB()]|\x1b\([IJ]|~\{[!-~]{2}")
_SPACE = frozenset("\t\n\r \u3000")
# UTF-16: the share of its characters that are of its main script, or common to all. Any text in
# bytes gives Chinese letters two by two, up to 1.0 in pieces of 50 bytes; but none gives bytes
# that are no text by themselves, as the high bytes and the punctuation of UTF-16 are.
_OF_ONE_SCRIPT, _CONTROLS = 0.9, 0.01
# Bytes that stand in no text.
CONTROL = bytes(set(range(32)) - {9, 10, 12, 13, 27}) + b"\x7f"


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
    sample = sample_of(data)
    readings = _readings(sample)
    if not readings:
        return None
    most = readings[0][1]
    first, _, text = _western_if_few(sample, readings) or readings[0]
    rivals = (name for name, score, other in readings if other != text and score >= NEARLY * most)
    rival = next(rivals, None)
    same = (name for name, _, other in readings if other == text and name.startswith("cp125"))
    return Guess(next(same, _WIDER.get(first, first)), rival)


def is_against(data: bytes, said: str) -> bool:
    """Tell whether a text that is not UTF-8 cannot well be in the encoding that it is said to be.

    Parameters
    ----------
    data : bytes
        Without markup.
    said : str
        A name that Python knows.
    """
    sample = sample_of(data)
    readings = _readings(sample)
    text = sample.decode(said, "replace")
    score = max((score for _, score, other in readings if _is_nearly(text, other)), default=0.0)
    return bool(readings) and score < AGAINST * readings[0][1]


def switched(data: bytes) -> str | None:
    """Return the encoding of an ASCII text in which signs switch the letters, None if none do."""
    if not _SWITCHES.search(data) or not data.isascii():
        return None
    found = _ask(sample_of(data, whole=True))[0]["encoding"]
    if not found or not found.startswith(("iso2022", "hz")):
        return None
    try:
        return None if data.decode(found).isascii() else str(found)
    except UnicodeDecodeError:
        return None


def sample_of(data: bytes, *, whole: bool = False) -> bytes:
    """Return the beginning of a text, or of its lines that are not ASCII alone."""
    if whole or len(data) <= SAMPLE:
        return data[:SAMPLE]
    lines, size = [], 0
    for match in _LINE_NOT_ASCII.finditer(data):
        lines.append(match.group()[: SAMPLE - size])
        size += len(lines[-1])
        if size >= SAMPLE:
            break
    return b"".join(lines)


def utf16_without_mark(data: bytes) -> str | None:
    """Tell UTF-16 by which order of its bytes gives characters of one script."""
    sample = data[:SAMPLE]
    controls = len(sample) - len(sample.translate(None, CONTROL))
    if len(sample) < 8 or len(data) % 2 or controls < _CONTROLS * len(sample):
        return None
    shares = {
        name: _share_of_one_script(sample.decode(name, "replace"))
        for name in ("utf-16-le", "utf-16-be")
    }
    best = max(shares, key=lambda name: shares[name])
    return best if shares[best] >= _OF_ONE_SCRIPT else None


def _readings(sample: bytes) -> list[tuple[str, float, str]]:
    """Return (encoding, score, text), best first; encodings that Python lacks are left out."""
    found = []
    for asked in _ask(sample):
        name = asked["encoding"]
        if not name or name in _NEVER:
            continue
        score = asked["confidence"] * (_RARE_COUNTS if name in _RARE else 1)
        try:
            found.append((name, score, sample.decode(name, "replace")))
        except LookupError:
            continue
    return sorted(found, key=lambda reading: -reading[1])


def _is_nearly(text: str, other: str) -> bool:
    if text == other or len(text) != len(other):
        return text == other
    return sum(map(str.__eq__, text, other)) >= _ALIKE * len(text)


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
    is_near = western[1] >= _AS_WESTERN * readings[0][1] and high <= _FEW
    return western if is_near and not _UNLIKE_A_WORD.search(western[2]) else None


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


def _share_of_one_script(text: str) -> float:
    """Return the share of characters that are of the main script, or ASCII, or punctuation."""
    counts: dict[str, int] = {}
    for character in text:
        kind = _kind(character)
        counts[kind] = counts.get(kind, 0) + 1
    common = counts.pop("common", 0)
    strange = counts.pop("strange", 0)
    main = max(counts.values(), default=0)
    return 0.0 if strange > 0.02 * len(text) else (common + main) / len(text)


@cache
def _kind(character: str) -> str:
    """Return the script of a letter by its block, "common" or "strange"."""
    code, category = ord(character), unicodedata.category(character)
    if character in _SPACE or 0x20 < code < 0x7F:
        return "common"
    if category in ("Cc", "Cn", "Co", "Cs") or character == "\ufffd":
        return "strange"
    if 0x2000 < code < 0x2070 or 0x3000 <= code < 0x3040 or 0xFF00 <= code < 0xFFF0:
        return "common"
    if 0x3040 <= code < 0x3100 or 0x3400 <= code < 0xA000:
        return "CJK"
    if 0xAC00 <= code < 0xD7B0:
        return "Hangul"
    return "Latin" if code < 0x250 or 0x1E00 <= code < 0x1F00 else f"{code >> 8:x}"
