"""Boxes of other stories, told by position and company: what follows a "read also".

A label is followed by titles and teasers, or by the text going on, or by a story that a scrape
glued on. What follows decides, and neither the text nor another story is taken for a box.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import regex

from .lines import Line
from .wordings import tokens

_TITLE_WORDS = 56
_TITLE_SIZE = 200
_TEASER_SIZE, _SMALL_TEASER = 250, 140
# A story is told from a title in a box by words that its next paragraphs share with it and the
# text before has not: so many of them, letters of a stem, paragraphs looked at.
_SHARED, _STEM, _AFTER = 2, 5, 3
_ATTACHED = regex.compile(r"^(?:[وف]?(?:ال|بال|لل|كال)|و)(?=\w{3})")


def mark_boxes(lines: Sequence[Line]) -> None:
    """Mark the titles and teasers that stand under the labels of boxes."""
    for at, line in enumerate(lines):
        if line.kind == "related" and line.role == "label":
            for item in _box(lines, at):
                item.found("related", f"under {line.why}")


def _box(lines: Sequence[Line], label: int) -> list[Line]:
    """Return the lines of the box under a label, which may be none."""
    end = _end(lines, label + 1)
    items: list[Line] = []
    for at in range(label + 1, end):
        if not (_is_title(lines[at]) or lines[at].cut or _is_teaser(lines, label, at, end)):
            break
        items.append(lines[at])
    after = label + 1 + len(items)
    if not items or not any(line.body and line.kind is None for line in lines[after : after + 6]):
        return items
    story = _story(lines, label, after)
    if story is not None:
        return items[: story - label - 1]
    return items if after == end else _without_subheading(lines, label, items)


def _end(lines: Sequence[Line], start: int) -> int:
    """Return where furniture of another sort, or a caption, ends what may be a box."""
    for at in range(start, len(lines)):
        line = lines[at]
        if line.span.kind == "caption" or line.kind not in (None, "dateline", "byline"):
            return at
    return len(lines)


def _is_title(line: Line) -> bool:
    if line.kind in ("dateline", "byline"):
        return True
    full_stop = line.stops and line.text.rstrip("\"'”’»)")[-1:] in ".。।۔"
    return (
        not line.body and not full_stop and len(line.words) <= _TITLE_WORDS
        and line.size <= _TITLE_SIZE and not line.text.endswith((":", "،", ",", ";", "؛"))
    )  # fmt: skip


def _is_teaser(lines: Sequence[Line], label: int, at: int, end: int) -> bool:
    """Tell one short paragraph below a title of the box, that says more of the same."""
    line, above = lines[at], lines[at - 1]
    if at == label + 1 or above.body or above.kind or line.size > _TEASER_SIZE:
        return False
    if at + 1 < len(lines) and lines[at + 1].body:
        return False
    rest = lines[at + 1 : end]
    listed = bool(rest) and all(_is_title(other) for other in rest) and not _text_at(lines, end)
    goes_on = line.size <= _SMALL_TEASER and all(_is_title(x) for x in lines[at + 1 : at + 3])
    return listed or goes_on or bool(_shared(lines, label, at - 1, lines[at : at + 1]))


def _text_at(lines: Sequence[Line], at: int) -> bool:
    return at < len(lines) and (lines[at].body or lines[at].span.kind == "caption")


def _story(lines: Sequence[Line], label: int, after: int) -> int | None:
    """Return which of the lines down to `after` is the title of a story glued on, if one is."""
    title, beside = after - 1, after < len(lines) and not lines[after].body
    for at in range(label + 1, after - 1):
        if lines[at].key == lines[at + 1].key:  # a caption said twice, below its title
            return max(label + 1, at - 1)
    while title > label + 1 and lines[title].kind in ("dateline", "byline"):
        title, beside = title - 1, True
    if lines[title].kind or lines[title].cut:
        return None
    listed = any(line.kind for line in lines[label + 1 : title])
    if beside and title > label + 1 and not listed:
        return title
    bodies = [line for line in lines[after : after + 6] if line.body and line.kind is None]
    wanted = _SHARED if title > label + 1 else _SHARED + 1
    return title if _shared(lines, label, title, bodies[:_AFTER]) >= wanted else None


def _shared(lines: Sequence[Line], label: int, title: int, bodies: Sequence[Line]) -> int:
    """Count the words that paragraphs share with a title, and that the text before has not."""
    own = _stems(lines[title].text) & set().union(*(_stems(line.text) for line in bodies))
    for line in lines[:label]:
        if line.body and own:
            own -= _stems(line.text)
    return len(own)


def _stems(text: str) -> set[str]:
    """Return the beginnings of the longer words of a text, and pairs of Chinese letters."""
    words = tokens(text)
    found = {_ATTACHED.sub("", word)[:_STEM] for word in words if len(word) > 3}
    pairs = itertools.pairwise(words)
    return found | {a + b for a, b in pairs if len(a) == len(b) == 1 and a > "\u2e7f" < b}


def _without_subheading(lines: Sequence[Line], label: int, items: list[Line]) -> list[Line]:
    """Return the items of a box in the middle of a text, without the text's own subheading."""
    together = 0
    while together < len(items) and not items[together].apart:
        together += 1
    loose = items[together:]
    if together == 0 and not items[0].apart:
        return items
    if together and loose:
        # The box stood together; what a blank line parts from it belongs to the text.
        return items[:together] if len(loose) == 1 else items
    if len(items) > 1 and not items[-1].cut and _has_subheadings(lines, label, items):
        return items[:-1]
    return items


def _has_subheadings(lines: Sequence[Line], label: int, items: list[Line]) -> bool:
    """Tell whether elsewhere in the text short lines stand between paragraphs."""
    own = {id(item) for item in items}
    seen: set[str] = set()
    for at, line in enumerate(lines[1:-1], start=1):
        between = lines[at - 1].body and lines[at + 1].body
        new = line.key not in seen and line.key != lines[0].key
        other = line.kind is None and id(line) not in own and at != label
        if other and between and new and _is_title(line):
            return True
        seen.add(line.key)
    return False
