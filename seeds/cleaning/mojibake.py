"""Mojibake repaired: text that was decoded in the wrong encoding, once or several times.

ftfy knows UTF-8 that was read in a Western or Cyrillic page. Three more are known here: UTF-8
read as Windows-1256, Arabic or Cyrillic pages read as Western ones, and the quotation marks of
Mac Arabic. Every repair keeps what it replaced, so that the text as it was can be had back.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import regex

# Characters without which nothing is tried: Latin-1 and its Windows page, box drawing, and the
# letters by which the lead bytes of UTF-8 show in Windows-1251 and 1256.
_SUSPICIOUS = regex.compile(
    "[\x80-\x9f¡-ÿŒœŠšŸŽžƒˆ˜†‡•…‰€™\u02c7\u02d8-\u02dd─-▟]"
    "|[ГРСВ][\u0080-\u00bf\u0400-\u040f\u0450-\u045f\u0490\u0491’-„†-•…‰€™]"
    "|[طظآ][\x80-\xbfپچژڈگکڑںھہے€‚ƒ„…†‡ˆ‰‹Œ‘-”•–—™›œ،؛؟\u200c-\u200f]"
)
# A capital that stands alone at the head of a sentence is a word (Sango, Sicilian), though ftfy
# takes it with its space for two bytes of UTF-8.
_CAPITAL = regex.compile(r"(?:^|(?<=[.!?…:»”\"] ))\s*[ÂÃ] (?=\p{L})")
_LINE = regex.compile(r"[^\n\r]+")
_ARABIC = regex.compile(r"[\u0621-\u064a]")
_MAC_QUOTES = regex.compile(
    r"(?<![\p{Latin}])\u0152(?=[\p{Arabic}\d(\[\"])|(?<![\p{Latin}])\u02dc(?![\p{Latin}])"
)
_MAC = {"\u0152": "«", "\u02dc": "»"}
# UTF-8 sequences as Windows-1256 shows them: a lead byte and its continuations.
_TAIL = "".join(bytes([b]).decode("cp1256") for b in range(0x80, 0xC0))
_LEAD = {
    n: "".join(bytes([b]).decode("cp1256") for b in leads)
    for n, leads in ((1, range(0xC2, 0xE0)), (2, range(0xE0, 0xF0)), (3, range(0xF0, 0xF5)))
}
_AS_1256 = regex.compile(
    "(?:[\x00-\x7f]*(?:"
    + "|".join(f"[{regex.escape(lead)}][{regex.escape(_TAIL)}]{{{n}}}" for n, lead in _LEAD.items())
    + r"))+"
)
_SEQUENCE = regex.compile(
    "|".join(f"[{regex.escape(lead)}][{regex.escape(_TAIL)}]{{{n}}}" for n, lead in _LEAD.items())
)
# So many sequences of UTF-8 in one stretch are no accident (a Persian word may look like one).
_FEWEST = 4
# Pages of other scripts read as Western ones: runs of words without one letter of ASCII.
_HIGH_WORDS = regex.compile(
    r"[\u00a1-\u00ff\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192ˆ˜†‡…‰‹›€™]"
    r"[^A-Za-z\n]*[\u00c0-\u00ff]"
)
_HIGH_LETTERS = 12
# UTF-8 as Western pages show it.
_UTF_8 = regex.compile("[\u00c2-\u00f4][\x80-\xbfŒœŠšŸŽžƒˆ˜–—‘’‚“”„†‡•…‰‹›€™]")
_COMMON = {"cp1256": frozenset("اليمونرتبةعدسف"), "cp1251": frozenset("оеаинтсрвлкмдпуя")}
_COMMON_SHARE = {"cp1256": 0.62, "cp1251": 0.7}


@dataclass(frozen=True)
class Repair:
    """A repaired stretch: characters `start` up to `end` of the repaired text, and what it was."""

    start: int
    end: int
    original: str


def repair(text: str) -> tuple[str, list[Repair]]:
    """Repair what was decoded in the wrong encoding; healthy text stays as it is.

    Returns
    -------
    str
        The repaired text, with the line breaks, quotation marks and widths it had.
    list of Repair
        In order; empty where nothing was repaired. `original` undoes them.
    """
    if text.isascii():
        return text, []
    pieces: list[str] = []
    repairs: list[Repair] = []
    at = length = 0
    for match in _LINE.finditer(text):
        line = match.group()
        if line.isascii() or not _SUSPICIOUS.search(line):
            continue
        for start, end, new in _changes(line):
            kept = text[at : match.start() + start]
            pieces += (kept, new)
            length += len(kept)
            repairs.append(Repair(length, length + len(new), line[start:end]))
            length += len(new)
            at = match.start() + end
    return "".join([*pieces, text[at:]]), repairs


def original(text: str, repairs: Sequence[Repair]) -> str:
    """Return the text as it was before it was repaired."""
    pieces: list[str] = []
    at = 0
    for done in repairs:
        pieces += (text[at : done.start], done.original)
        at = done.end
    return "".join([*pieces, text[at:]])


def _changes(line: str) -> Iterator[tuple[int, int, str]]:
    """Yield the stretches of a line to replace, in order, and what by."""
    fixed = _fixed(line)
    if fixed != line:
        start = _shared(line, fixed)
        shared = min(len(line), len(fixed)) - start
        tail = _shared(line[::-1][:shared], fixed[::-1][:shared])
        yield start, len(line) - tail, fixed[start : len(fixed) - tail]
    elif _ARABIC.search(line):
        for match in _MAC_QUOTES.finditer(line):
            yield match.start(), match.end(), _MAC[match.group()]


def _shared(one: str, other: str) -> int:
    """Return how many characters two texts begin with alike."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))


def _fixed(line: str) -> str:
    """Return the line repaired, as often as it was spoilt."""
    import ftfy
    from ftfy.badness import is_bad

    for _ in range(4):
        before = line
        line = _from_other_page(line)
        line = _from_windows_1256(line)
        if is_bad(line) and (not _CAPITAL.search(line) or is_bad(_CAPITAL.sub("", line))):
            line = _checked(line, ftfy.fix_encoding(line))
        if line == before:
            break
    return line


def _checked(line: str, fixed: str) -> str:
    """Return what ftfy made of a line, unless it only guessed at single characters."""
    return line if "\ufffd" in fixed and "\ufffd" not in line else fixed


def _from_windows_1256(line: str) -> str:
    def decoded(match: regex.Match[str]) -> str:
        found = match.group()
        if len(_SEQUENCE.findall(found)) < _FEWEST:
            return found
        try:
            return found.encode("cp1256").decode("utf-8")
        except UnicodeError:
            return found

    return _AS_1256.sub(decoded, line) if _SEQUENCE.search(line) else line


def _from_other_page(line: str) -> str:
    """Return a line of Arabic or Cyrillic bytes that were read as Western letters, decoded."""

    def decoded(match: regex.Match[str]) -> str:
        found = match.group()
        high = sum(1 for c in found if c >= "\u00c0")
        if len(_UTF_8.findall(found)) * 10 > high:
            return found
        if high < _HIGH_LETTERS or regex.search(r"[\u0370-\u1fff]", found):
            return found
        return _best_page(found)

    return _HIGH_WORDS.sub(decoded, line)


def _best_page(text: str) -> str:
    best, most = text, 0.0
    data = b"".join(_western(character) for character in text)
    for page, common in _COMMON.items():
        try:
            read = data.decode(page)
        except UnicodeDecodeError:
            continue
        letters = [c for c in read.lower() if c.isalpha()]
        share = sum(1 for c in letters if c in common) / max(1, len(letters))
        if share >= _COMMON_SHARE[page] and share - _COMMON_SHARE[page] > most - 1:
            best, most = read, 1 + share - _COMMON_SHARE[page]
    return best


def _western(character: str) -> bytes:
    try:
        return character.encode("cp1252")
    except UnicodeEncodeError:
        return character.encode("latin-1", "replace")
