"""Captions and photo credits that `split` has not seen: agencies, "Photo:", "file photo"."""

from __future__ import annotations

from collections.abc import Sequence

import regex

from .lines import Line
from .wordings import Wordings, key, wordings

_LONGEST = 45
_PLACE = 4  # words of "BAGHDAD (Reuters)"
_HEAD = regex.compile(r"^[(\[（【«]?\s*([^:：/|]{2,40}?)\s*[:：/|]\s*\S")
_TAIL = regex.compile(
    r"(?:[-–—|/©]|\s/\s|[.؟،,]\s*)\s*(?:©\s*)?([\p{L}.\s'’]{2,40}?(?:\s*[/:,+]\s*[\p{L}.\s'’]{2,40})?)$"
)
_BRACKET = regex.compile(r"[(\[（【]([^()\[\]（）]{2,60})[)\]）】]\s*[.۔]?$")
_SIGN = regex.compile(r"^(?:©|\(c\)|copyright)\s*[^.]{2,60}$", regex.I)
_INITIALS = regex.compile(r"\((?:\p{L}{2,5})(?:[/,-]\s?\p{L}{2,6})*\)")
_PARTS = regex.compile(r"\s*[/،,:：|+&©–—\-]\s*|\s+via\s+|\s+و\s+")


def find_captions(lines: Sequence[Line]) -> None:
    """Mark captions and credits among lines that have no kind of noise."""
    table = wordings()
    for at, line in enumerate(lines):
        if _is_place_and_agency(lines, at, table):
            continue
        if line.kind is None and 0 < len(line.words) <= _LONGEST and line.span.kind != "caption":
            why = _reason(line, table)
            if why:
                line.found("caption", why)


def _is_place_and_agency(lines: Sequence[Line], at: int, table: Wordings) -> bool:
    """Tell "BAGHDAD (Reuters)" right above a text and "(dpa/wta)" below it: no captions."""
    line = lines[at]
    if not line.words or len(line.words) > _PLACE:
        return False
    if _INITIALS.fullmatch(line.text):
        return True
    if line.words[-1] not in table.agencies or not (at + 1 < len(lines) and lines[at + 1].body):
        return False
    place = line.text.rpartition("(")[0] or " ".join(line.text.split()[:-1])
    return not regex.search(r"(?:^|\s)\p{Ll}", place)


def _reason(line: Line, table: Wordings) -> str:
    head = None if line.body else _HEAD.match(line.text)
    photo = table.names["photo"]
    if line.key in photo:
        return "photo credit"
    if head and _is_photo(key(head.group(1)), photo):
        return "photo credit"
    closed = line.text[-1] in ")]）】" or line.text[-2:-1] in ")]）】"
    bracket = _BRACKET.search(line.text) if closed else None
    if bracket and _is_credit(bracket.group(1), table):
        return "caption: closes with a credit"
    if line.stops and not line.text.endswith("Inc."):
        return ""
    tail = _TAIL.search(line.text)
    if tail and tail.start() > 12 and _is_credit(tail.group(1), table):
        return "caption: closes with a credit"
    if _is_credit(line.text.strip("()[]（）【】 "), table) and _has_pictures(line, table):
        return "photo credit"
    return "photo credit" if _SIGN.match(line.text) and _is_credit(line.text, table) else ""


def _is_photo(head: str, photo: dict[str, str]) -> bool:
    words = head.split()
    return head in photo or (len(words) <= 3 and (words[0] in photo or words[-1] in photo))


def _is_credit(text: str, table: Wordings) -> bool:
    """Tell "Reuters", "AFP / Name", "Photo: Name", "أرشيفية - رويترز"."""
    parts = [key(part) for part in _PARTS.split(text)]
    words = [word for part in parts for word in part.split()]
    if not words or len(words) > 8:
        return False
    known = any(
        part in table.agencies or part in table.names["credit"] or part in table.names["photo"]
        for part in parts
    )
    return known or words[0] in table.agencies or words[-1] in table.names["credit"]


def _has_pictures(line: Line, table: Wordings) -> bool:
    """Tell whether it names an agency of pictures, or a picture."""
    return (
        any(place in line.key for place in (*table.names["credit"], "getty", "shutterstock", "epa"))
        and len(line.words) <= 6
    )
