"""The lines of a PDF's pages to paragraphs, and what recurs at the edges of pages.

PDF knows no paragraphs: a new one begins where the gap, the size of the letters or an indent
says so, or where the line before ends although the next word had room on it.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .pdf_lines import EDGE_ROWS, Line, Row, lines_of, read_row

# On how many pages a header stands at least: this share, and never a single page.
_RECURS = 0.4
_DIGITS = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(r"^\W{0,2}\d{1,4}(\s*(/|of|من|sur|von|de)\s*\d{1,4})?\W{0,2}$")
_LIST_ITEM = re.compile(r"^([•●▪■◦‣–—*-]|\(?\d{1,2}[.)])\s")
_HYPHENATED = re.compile(r"[^\W\d_][-\u2010\u00ad]$")
# Of the usual pitch of lines; of a line's letters; in heights of the font.
_PARAGRAPH_GAP, _ROOM_LEFT, _INDENT = 1.2, 1.3, 0.8


@dataclass(frozen=True)
class Page:
    """The lines of a page, and the rows at its edges: their numbers, and what they are."""

    lines: list[Line]
    edges: list[tuple[int, tuple[str, int, str]]]


def page_of(rows: Sequence[Row]) -> Page:
    """Return the lines of the rows of a page."""
    return Page(lines_of(rows), _edges(rows))


def without_edges(pages: Sequence[Page]) -> tuple[list[list[Line]], int]:
    """Return the lines of each page without headers, footers and page numbers.

    Rows at the edges that recur on many pages are those, whatever numbers stand in them.

    Returns
    -------
    list of list of Line
    int
        How many rows were left out.
    """
    counted: Counter[tuple[str, int, str]] = Counter()
    for page in pages:
        counted.update({key for _, key in page.edges})
    least = max(2, _RECURS * len(pages))
    kept, left_out = [], 0
    for page in pages:
        drop = {number for number, key in page.edges if counted[key] >= least}
        kept.append([line for line in page.lines if line.row not in drop])
        left_out += len(drop)
    return kept, left_out


def paragraphs_of(pages: Iterable[Sequence[Line]]) -> list[str]:
    """Return the paragraphs of the lines of all pages, in order."""
    paragraphs: list[list[str]] = []
    before: Line | None = None
    for lines in pages:
        pitch = _pitches(lines)
        for number, line in enumerate(lines):
            if not line.text.strip():
                continue
            is_next = number > 0 and lines[number - 1].y - line.y > 0
            if before is None or _begins(before, line, pitch if is_next else None):
                paragraphs.append([line.text.strip()])
            else:
                _join(paragraphs[-1], line.text.strip())
            before = line
    return ["".join(pieces) for pieces in paragraphs]


def _edges(rows: Sequence[Row]) -> list[tuple[int, tuple[str, int, str]]]:
    """Return the numbers of the rows at the edges, with what they are compared by."""
    last = len(rows) - 1
    numbers = [n for n in range(len(rows)) if n < EDGE_ROWS or last - n < EDGE_ROWS]
    found = []
    for number in numbers:
        text = read_row(rows[number]).strip()
        is_number = _PAGE_NUMBER.match(text) is not None
        edge = "top" if number < EDGE_ROWS and number <= last / 2 else "bottom"
        key = (
            ("", 0, edge) if is_number else (_DIGITS.sub("0", text), round(rows[number].size), edge)
        )
        found.append((number, key))
    return found


def _pitches(lines: Sequence[Line]) -> dict[int, float]:
    """Return how far lines of a size usually stand from each other."""
    gaps: dict[int, list[float]] = defaultdict(list)
    for above, line in itertools.pairwise(lines):
        if above.y > line.y and round(above.size) == round(line.size):
            gaps[round(line.size)].append(above.y - line.y)
    return {size: sorted(found)[len(found) // 3] for size, found in gaps.items()}


def _begins(before: Line, line: Line, pitch: dict[int, float] | None) -> bool:
    """Tell whether a line begins a paragraph; without pitches it begins a column or a page."""
    if not 0.89 < line.size / before.size < 1.12 or _LIST_ITEM.match(line.text):
        return True
    if _is_hyphenated(before.text, line.text):
        return False
    if _had_room(before, line) or _is_indented(before, line):
        return True
    if pitch is None:  # the line before is full: a sentence that ends with it proves nothing
        return False
    return before.y - line.y > _PARAGRAPH_GAP * pitch.get(round(line.size), 1.5 * line.size)


def _had_room(before: Line, line: Line) -> bool:
    """Tell whether the first word of a line would have fitted on the line before."""
    aside = before.start if before.start > 2 * before.size else 0.0
    room = max(before.width - before.end, aside)
    word = line.text.split(maxsplit=1)[0]
    letter = (before.end - before.start) / max(1, len(before.text))
    return room > before.size and room > _ROOM_LEFT * letter * (len(word) + 1)


def _is_indented(before: Line, line: Line) -> bool:
    indent = line.start - before.start
    return before.start < line.size / 2 and _INDENT * line.size < indent < line.width / 3


def _is_hyphenated(text: str, more: str) -> bool:
    return _HYPHENATED.search(text[-2:]) is not None and more[:1].islower()


def _join(pieces: list[str], more: str) -> None:
    """Put a line to the pieces of a paragraph."""
    before = pieces[-1]
    if _is_hyphenated(before, more):
        pieces[-1] = before[:-1]
    elif not (_is_wide(before[-1]) and _is_wide(more[0])):
        more = f" {more}"
    pieces.append(more)


def _is_wide(character: str) -> bool:
    """Tell letters of scripts that are written without spaces."""
    is_hangul = "\uac00" <= character <= "\ud7a3"
    return unicodedata.east_asian_width(character) == "W" and not is_hangul
