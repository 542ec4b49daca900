"""Lines that say when, where or by which agency a story was put out, and nothing else.

A date inside a story is a subheading of it (a chronicle has many), so a bare date counts only
at the edges of a text.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import regex

from .lines import BODY, Line, between_texts
from .wordings import Wordings, key, wordings

# Words of a date line, and of the place, agency or outlet beside the date.
_LONGEST, _BESIDE = 16, 4
# A year has its place at an end, so that "158-23-2012" is a number to call.
_WRITTEN = regex.compile(
    r"(?<!\d)(?:\d{4}\s?[/.\-]\s?\d{1,2}\s?[/.\-]\s?\d{1,2}"
    r"|\d{1,2}\s?[/.\-]\s?\d{1,2}\s?[/.\-]\s?\d{2,4})(?!\d)"
)
# No hour from 30, no minute from 60, no price and no share: "12.99" and "5.44 %" are no times.
_CLOCK = regex.compile(
    r"(?<![\d$€£₹])(?![3-9٣-٩۳-۹]\d)\d{1,2}\s?[:٫.h]\s?(?![6-9٦-٩۶-۹])\d{2}(?!\d|\s?[%٪$€£₹])"
)
_COUNTED = regex.compile(r"\d+(?:mins?|\p{L}{1,2}|º|ª)?\d*")
_PARTED = regex.compile(r"[,،:：|/–—\-(（«·•]")
_CASED = regex.compile(r"[\p{Lu}\p{Ll}]")
# "HOBART, Australia —" and "Cottbus (lar)." on a line of their own.
_PLACE = regex.compile(
    r"\p{Lu}[\p{L}\s.,'’/-]{1,40}(?:\s*[—–]|\s-|\((?:\p{Ll}{2,5}|\p{Lu}{2,5})(?:[/,]\s?\p{L}{2,5})?\)\s*[.:–—-]*)"
)
_SMALL = regex.compile(r"(?:^|\s)\p{Ll}{4,}")


def find_datelines(lines: Sequence[Line]) -> None:
    """Mark date lines and lines of place and agency."""
    table = wordings()
    bare: list[int] = []
    beside: list[int] = []
    for at, line in enumerate(lines):
        if line.kind or line.size > BODY or not 0 < len(line.words) <= _LONGEST:
            continue
        dated = [is_of_date(word, table) for word in line.words]
        if all(dated):
            if _is_date(line, table):
                bare.append(at)
        elif not between_texts(lines, at) and _is_beside_date(line, dated, table):
            beside.append(at)
        elif not between_texts(lines, at) and _is_place_and_agency(line, table):
            line.found("dateline", "place and agency")
        elif _is_place(line) and at + 1 < len(lines) and lines[at + 1].body:
            line.found("dateline", "place before the text")
    _bare_dates(lines, bare)
    for at in _outside_lists(beside):
        lines[at].found("dateline", "place or outlet with a date")


def _outside_lists(dated: list[int]) -> list[int]:
    """Leave out what follows one another: the evenings of a tour, feasts, matches."""
    known = set(dated)
    runs = [{at - 2, at - 1, at} for at in dated if {at - 2, at - 1} <= known]
    return sorted(known.difference(*runs))


def _bare_dates(lines: Sequence[Line], bare: list[int]) -> None:
    inside = [
        at
        for at in bare
        if at + 1 < len(lines) and lines[at + 1].body and (at > 3 or lines[at - 1].body)
    ]
    chronicles = any(between_texts(lines, at) for at in inside)
    for at in bare:
        chronicle = chronicles and at in inside
        if not chronicle or _CLOCK.search(lines[at].text):
            lines[at].found("dateline", "date line")


def is_of_date(word: str, table: Wordings) -> bool:
    """Tell a number, the name of a month or a day, and words such as "updated" and "GMT"."""
    if word == "#" or word in table.dates:
        return True
    return word[0].isdigit() and _COUNTED.fullmatch(word) is not None


def _is_date(line: Line, table: Wordings) -> bool:
    """Tell whether words that all go with dates make one: a month or day with a number, a time."""
    if _WRITTEN.search(line.text) or _CLOCK.search(line.text):
        return True
    if len(line.words) < 2:
        return False
    numbers = sum(1 for word in line.words if word == "#" or word[0].isdigit())
    moments = any(word in table.moments for word in line.words)
    return numbers > 0 and (moments or len(line.words) - numbers > 0)


def _is_beside_date(line: Line, dated: list[bool], table: Wordings) -> bool:
    """Tell "Cairo, 3 March 2024", "3 March 2024 | The Harbour Times" and the like."""
    other = dated.count(False)
    if other > _BESIDE or line.stops or not _PARTED.search(line.text):
        return False
    first = dated.index(False)
    last = len(dated) - 1 - dated[::-1].index(False)
    together = last - first + 1 == other and (first == 0 or last == len(dated) - 1)
    if not together and not (line.text.endswith((")", "）")) and other < _BESIDE):
        return False
    date = [word for word, of in zip(line.words, dated, strict=True) if of]
    numbers = sum(1 for word in date if word == "#" or word[0].isdigit())
    named = any(word in table.moments for word in date)
    if not (_WRITTEN.search(line.text) or (named and numbers)):
        return False
    return not (_CASED.search(line.text) and _SMALL.search(_without(line.text, date)))


def _without(text: str, date: list[str]) -> str:
    return " ".join(part for part in text.split() if key(part) not in date)


def _is_place_and_agency(line: Line, table: Wordings) -> bool:
    """Tell "BAGHDAD (Reuters)" and "لندن: وكالات"."""
    if len(line.words) > 7 or line.stops or not (_PARTED.search(line.text) or "." in line.text):
        return False
    at = [n for n, word in enumerate(line.words) if word in table.agencies]
    if not at and not _pair_of(line.words, table.agencies):
        return False
    others = [word for word in line.words if word not in table.agencies]
    if not 0 < len(others) <= 4 or (at and at[0] == 0):
        return False
    return not (_CASED.search(line.text) and _SMALL.search(line.text))


def _is_place(line: Line) -> bool:
    return len(line.words) <= 5 and _PLACE.fullmatch(line.text) is not None


def _pair_of(words: list[str], agencies: set[str]) -> bool:
    return any(f"{a} {b}" in agencies for a, b in itertools.pairwise(words[1:]))
