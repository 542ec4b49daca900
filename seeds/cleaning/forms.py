"""Comment forms, and the comments of readers under their heading."""

from __future__ import annotations

from collections.abc import Sequence

import regex

from .datelines import is_of_date
from .lines import BODY, Line
from .wordings import Wordings, wordings

# A reader's comment is not longer; a longer line under a form is text of another story.
_COMMENT_SIZE = 350
_FORM_LINE = 6  # words of a line of a form that has no wording of its own
_STAMP = 9  # words of the name of a reader with the time
_PARTED = regex.compile(r"[,،:：|·•–—\-()]|\s{2,}")


def mark_forms(lines: Sequence[Line]) -> None:
    """Mark what goes with a comment form, and the comments of readers under their heading."""
    table = wordings()
    at = 0
    while at < len(lines):
        if lines[at].kind == "comments":
            end = _end_of_form(lines, at + 1, table)
            _mark_form(lines, at, end, table)
            at = end
        at += 1


def _end_of_form(lines: Sequence[Line], start: int, table: Wordings) -> int:
    """Return where another box, another story or a text begins."""
    for at in range(start, len(lines)):
        line = lines[at]
        if line.kind == "related" or line.size > _COMMENT_SIZE or line.span.kind == "caption":
            return at
        unknown = line.kind is None and line.hint is None and not _is_stamp(line, table)
        if unknown and _begins_story(lines, at):
            return at
    return len(lines)


def _begins_story(lines: Sequence[Line], at: int) -> bool:
    """Tell a title with a text under it."""
    line = lines[at]
    if line.body or len(line.words) < 4 or line.stops:
        return False
    after = [x for x in lines[at + 1 : at + 6] if not x.noise and x.span.kind != "caption"]
    bodies = [x for x in after if x.body and x.size > BODY]
    return bool(bodies) and (after[0].body or after[0].key == line.key)


def _mark_form(lines: Sequence[Line], start: int, end: int, table: Wordings) -> None:
    form = lines[start + 1 : end]
    for line in form:
        if line.kind in (None, "dateline") and _is_stamp(line, table):
            line.kind = None
            line.found("comments", "a reader and the time")
    signs = sum(1 for line in form if line.kind in ("comments", "dateline") or line.hint)
    long = sum(1 for line in form if line.body and line.kind is None)
    whole = signs > 1 or (long == 0 and len(form) <= 6)
    to_end = end == len(lines) or lines[end].kind == "related" or signs > 2
    for line in form:
        short = not line.body and len(line.words) <= _FORM_LINE
        if line.kind is None and ((whole and to_end) or line.hint or (short and to_end)):
            line.found("comments", f"under {lines[start].why}")
        elif line.kind is None:
            return


def _is_stamp(line: Line, table: Wordings) -> bool:
    """Tell "Otter67, 2 hours ago": a name, a sign, and words that go with dates."""
    if line.body or not 2 < len(line.words) <= _STAMP or not _PARTED.search(line.text):
        return False
    dated = 0
    while dated < len(line.words) and is_of_date(line.words[-1 - dated], table):
        dated += 1
    timed = line.words[len(line.words) - dated :]
    return 1 < dated < len(line.words) and any(
        word[0] == "#" or word[0].isdigit() for word in timed
    )
