"""Lines as they look, from left to right, to the order in which they are read.

Undoes what the Unicode bidirectional algorithm does to Arabic, Hebrew and the Latin words and
numbers among them. Two readings can look the same ("Delta 5" and "5 Delta" in an Arabic line);
the one in which the number follows is taken.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

_PAIRS = "()[]{}<>«»‹›"
_MIRRORED = {_PAIRS[n]: _PAIRS[n ^ 1] for n in range(len(_PAIRS))}
_WITHIN_NUMBERS = ".,:/٫٬"
_AFTER_NUMBERS = "%٪‰$€£°"
_OPENS = re.compile(r"(?:^|\s)[(\[{«‹]+\w|\w[)\]}»›]+(?:$|[\s.,،؛:؟!])")
_CLOSES = re.compile(r"(?:^|\s)[)\]}»›]+\w|\w[(\[{«‹]+(?:$|[\s.,،؛:؟!])")


def logical(units: Sequence[str], is_rtl: bool, *, mirror: bool = False) -> str:
    """Return a line in the order in which it is read.

    Parameters
    ----------
    units : sequence of str
        Its letters and spaces from left to right; a ligature is one unit, in reading order.
    is_rtl : bool
        Whether the paragraph runs from right to left.
    mirror : bool, default False
        Whether brackets inside of text from right to left are known by how they look, and so
        are to be exchanged.
    """
    kinds = [_kind(unit) for unit in units]
    if not is_rtl and "R" not in kinds:
        return "".join(units)
    if is_rtl:
        return "".join(_reversed(units, kinds, mirror))
    first, last = kinds.index("R"), len(kinds) - 1 - kinds[::-1].index("R")
    found: list[str] = list(units[:first])
    start = first
    for end in _ends_of_rtl(kinds, first, last):
        found += _reversed(units[start : end[0]], kinds[start : end[0]], mirror)
        found += units[end[0] : end[1]]
        start = end[1]
    return "".join([*found, *units[last + 1 :]])


def share_rtl(text: Iterable[str]) -> tuple[int, int]:
    """Return how many letters run from right to left, and how many from left to right."""
    kinds = [_kind(unit) for unit in text]
    return kinds.count("R"), kinds.count("L")


def looks_mirrored(lines: Iterable[str]) -> bool:
    """Tell whether brackets stand the wrong way round in most places."""
    wrong = right = 0
    for line in lines:
        right += len(_OPENS.findall(line))
        wrong += len(_CLOSES.findall(line))
    return wrong > right


def _kind(unit: str) -> str:
    for character in unit:
        kind = unicodedata.bidirectional(character)
        if kind in ("R", "AL"):
            return "R"
        if kind == "L":
            return "L"
        if kind in ("EN", "AN"):
            return "N"
    return " "


def _ends_of_rtl(kinds: list[str], first: int, last: int) -> list[tuple[int, int]]:
    """Return where each stretch from right to left ends, and where the next one begins."""
    ends: list[tuple[int, int]] = []
    at = first
    while at <= last:
        if kinds[at] == "L":
            end = at
            while kinds[end - 1] != "R":
                end -= 1
            while kinds[at] != "R":
                at += 1
            ends.append((end, at))
        at += 1
    return [*ends, (last + 1, last + 1)]


def _reversed(units: Sequence[str], kinds: Sequence[str], mirror: bool) -> list[str]:
    """Return units from right to left, but Latin text and numbers in them from left to right."""
    runs: list[list[str]] = []
    at = 0
    while at < len(units):
        end = at + 1
        if kinds[at] == "L":
            end = _end_of_latin(units, kinds, at)
        elif kinds[at] == "N":
            end = _end_of_number(units, kinds, at)
        run = list(units[at:end])
        if mirror and end == at + 1:
            run = [_MIRRORED.get(run[0], run[0])]
        runs.append(run)
        at = end
    return [unit for run in reversed(runs) for unit in run]


def _end_of_latin(units: Sequence[str], kinds: Sequence[str], at: int) -> int:
    end = at + 1
    opened = 0
    for number in range(at, len(units)):
        if kinds[number] == "R":
            break
        opened += (units[number] in "([") - (units[number] in ")]")
        if kinds[number] in "LN" or (units[number] in ")]" and opened == 0 and end == number):
            end = number + 1
    return end


def _end_of_number(units: Sequence[str], kinds: Sequence[str], at: int) -> int:
    end = at + 1
    while end < len(units):
        if kinds[end] == "N":
            end += 1
        elif units[end] in _WITHIN_NUMBERS and end + 1 < len(units) and kinds[end + 1] == "N":
            end += 2
        else:
            break
    after = units[end : end + 2]
    if after and after[0] in _AFTER_NUMBERS and (len(after) == 1 or after[1] == " "):
        end += 1
    return end
