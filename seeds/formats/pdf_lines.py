"""The letters of a page to its lines, column by column, as they are read.

Rows are what stands at one height. Where a gap runs down through several rows with text on both
sides of it, the sides are columns; in pages that run from right to left the right one is first.
"""

from __future__ import annotations

import re
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .pdf_glyphs import Glyph
from .visual import logical, share_rtl

# In heights of the font: what parts two words, and what PDFium counts to one word; what parts two
# pieces of a row; how far from its row a letter may stand (a raised number); how wide a piece of
# a column is at least.
_WORD_GAP, _GAP_IN_WORD, _PIECE_GAP, _OFF_ROW, _COLUMN_PIECE = 0.12, 0.22, 0.9, 0.4, 5.0
_GUTTER = 0.7
_RAISED, _GAP_AT_MARK = 0.08, 0.22
# Rows at the top and at the bottom of a page that may be a header or a footer.
EDGE_ROWS = 2
# Rows with text on both sides of a gap, for the sides to be columns; a page of more pieces than
# any that is printed is not looked through for them.
_COLUMN_ROWS, _MOST_PIECES = 4, 3000
_INDIC = re.compile("[\u0900-\u0dff\u1000-\u109f\u1780-\u17ff]")
_STRETCHED = re.compile(r"(?<=\w)\u0640+(?=\w)")

_Span = tuple[float, float]


@dataclass(frozen=True)
class Row:
    """What stands at one height.

    Attributes
    ----------
    pieces, spans : list
        Its letters between wide gaps, from left to right, and from where to where they go.
    y, size : float
        Its base line, and the height of its font.
    number : int
        Of the row on its page.
    """

    pieces: list[list[Glyph]]
    spans: list[_Span]
    y: float
    size: float
    number: int

    @property
    def left(self) -> float:
        """Where it begins, as it is seen."""
        return self.spans[0][0]

    @property
    def right(self) -> float:
        """Where it ends, as it is seen."""
        return self.spans[-1][1]

    def units(self) -> list[str]:
        """Return its letters and spaces as they are seen."""
        glyphs = [glyph for piece in self.pieces for glyph in piece]
        if any(_INDIC.match(glyph.text) for glyph in glyphs):
            return _as_drawn(glyphs)
        found: list[str] = []
        end, before = self.left, glyphs[0]
        for glyph in glyphs:
            if glyph.left - end > self._word_gap(before, glyph) * glyph.size:
                found.append(" ")
            found.append(glyph.text + glyph.marks)
            end, before = max(end, glyph.right), glyph
        return found

    def _word_gap(self, left: Glyph, right: Glyph) -> float:
        """Return what parts two words; a letter given for its mark alone is wider than that."""
        for glyph in (left, right):
            if len(glyph.text) > 1 and abs(glyph.y - self.y) > _RAISED * glyph.size:
                return _GAP_AT_MARK
        return _GAP_IN_WORD if left.word == right.word else _WORD_GAP


@dataclass(frozen=True)
class Line:
    """A line of a column.

    Attributes
    ----------
    text : str
        As it is read.
    units : list of str
        As it is seen, from left to right.
    start, end : float
        How far it begins and ends from where the lines of its column begin, along its reading.
    width : float
        Of its column.
    y, size : float
        Its base line, and the height of its font.
    is_rtl : bool
        Whether its page runs from right to left.
    row : int
        The number of its row on the page.
    """

    text: str
    units: list[str]
    start: float
    end: float
    width: float
    y: float
    size: float
    is_rtl: bool
    row: int


def _as_drawn(glyphs: Sequence[Glyph]) -> list[str]:
    """Return the words from left to right, the letters of each in the order of PDFium.

    For scripts of India and South East Asia, in which vowels stand before letters that they are
    read after, and around and above them.
    """
    words: dict[int, list[Glyph]] = {}
    for glyph in glyphs:  # from left to right
        words.setdefault(glyph.word, []).append(glyph)
    found: list[str] = []
    for letters in words.values():
        found += [glyph.text + glyph.marks for glyph in sorted(letters, key=_index)]
        found.append(" ")
    return found[:-1]


def _index(glyph: Glyph) -> int:
    return glyph.index


def rows_of(glyphs: Iterable[Glyph]) -> list[Row]:
    """Return what stands at one height, from the top of the page."""
    rows: list[list[Glyph]] = []
    for glyph in sorted(glyphs, key=lambda glyph: -glyph.y):
        if rows and rows[-1][-1].y - glyph.y <= _OFF_ROW * min(glyph.size, rows[-1][-1].size):
            rows[-1].append(glyph)
        else:
            rows.append([glyph])
    return [_row(glyphs, number) for number, glyphs in enumerate(rows)]


def lines_of(rows: Sequence[Row]) -> list[Line]:
    """Return the lines of a page in the order in which they are read."""
    rtl, ltr = share_rtl(unit for row in rows for unit in row.units())
    is_rtl = rtl > ltr
    inner = range(EDGE_ROWS, len(rows) - EDGE_ROWS)
    return [line for block in _blocks(rows, is_rtl) for line in _lines(block, inner, is_rtl)]


def read_row(row: Row) -> str:
    """Return a row by itself as it is read."""
    units = row.units()
    rtl, ltr = share_rtl(units)
    return logical(units, rtl > ltr)


def _row(glyphs: list[Glyph], number: int) -> Row:
    glyphs = sorted(glyphs, key=lambda glyph: (round(glyph.left, 1), glyph.right))
    size = statistics.median(glyph.size for glyph in glyphs)
    pieces = [[glyphs[0]]]
    spans = [(glyphs[0].left, glyphs[0].right)]
    for glyph in glyphs[1:]:
        start, end = spans[-1]
        if glyph.left - end > _PIECE_GAP * size:
            pieces.append([glyph])
            spans.append((glyph.left, glyph.right))
        else:
            pieces[-1].append(glyph)
            spans[-1] = start, max(end, glyph.right)
    return Row(pieces, spans, statistics.median(glyph.y for glyph in glyphs), size, number)


def _blocks(rows: Sequence[Row], is_rtl: bool) -> list[list[Row]]:
    """Return the columns of a page in reading order; what spans them is a block of its own."""
    if not 2 * _COLUMN_ROWS <= sum(len(row.pieces) for row in rows) <= _MOST_PIECES:
        return [list(rows)] if rows else []
    blocks: list[list[Row]] = []
    alone: list[Row] = []
    at = 0
    while at < len(rows):
        end, gutter = _columns_from(rows, at)
        if gutter is None:
            alone.append(rows[at])
            at += 1
            continue
        sides = [_side(rows[at:end], gutter, left=left) for left in (not is_rtl, is_rtl)]
        blocks += [alone] if alone else []
        blocks += [block for side in sides for block in _blocks(side, is_rtl)]
        alone, at = [], end
    return [*blocks, alone] if alone else blocks


def _columns_from(rows: Sequence[Row], start: int) -> tuple[int, float | None]:
    """Return the end of the rows that have a gap in common, and where the gap is."""
    left, right = min(row.left for row in rows), max(row.right for row in rows)
    gaps = [(left, right)]
    best: tuple[int, float | None] = (start, None)
    for end in range(start, len(rows) + 1):
        before, gaps = gaps, _narrowed(gaps, rows[end]) if end < len(rows) else []
        for gap in before:
            is_inside = gap[0] > left and gap[1] < right
            if gap not in gaps and is_inside and _are_columns(rows[start:end], gap):
                best = end, (gap[0] + gap[1]) / 2
        if not gaps:
            break
    return best


def _narrowed(gaps: Iterable[_Span], row: Row) -> list[_Span]:
    """Return what is left of gaps that may be gutters when a row is put to those above it."""
    parts = (part for gap in gaps for part in _without(gap, row.spans))
    return [part for part in parts if part[1] - part[0] > _GUTTER * row.size]


def _without(gap: _Span, spans: Iterable[_Span]) -> list[_Span]:
    """Return what is left of a gap between spans, which are in order."""
    left, right = gap
    found = []
    for first, last in spans:
        if first >= right:
            break
        if first > left:
            found.append((left, first))
        left = max(left, last)
    return [*found, (left, right)] if left < right else found


def _are_columns(rows: Sequence[Row], gap: _Span) -> bool:
    """Tell columns of text from a table or a list: by their rows and how long the pieces are."""
    widths: tuple[list[float], list[float]] = ([], [])
    for row in rows:
        for start, end in row.spans:
            widths[start >= gap[1]].append(end - start)
    if min(map(len, widths)) < _COLUMN_ROWS:
        return False
    return min(map(statistics.median, widths)) > _COLUMN_PIECE * rows[0].size


def _side(rows: Sequence[Row], gutter: float, *, left: bool) -> list[Row]:
    found = []
    for row in rows:
        pairs = zip(row.pieces, row.spans, strict=True)
        glyphs = [glyph for piece, span in pairs if (span[1] <= gutter) == left for glyph in piece]
        if glyphs:
            found.append(_row(glyphs, row.number))
    return found


def _lines(block: Sequence[Row], inner: range, is_rtl: bool) -> list[Line]:
    measured = [row for row in block if row.number in inner] or block
    left, right = min(row.left for row in measured), max(row.right for row in measured)
    found = []
    for row in block:
        units = row.units()
        start, end = row.left - left, row.right - left
        if is_rtl:
            start, end = right - row.right, right - row.left
        text = _STRETCHED.sub("", logical(units, _runs_rtl(units, is_rtl)))
        found.append(
            Line(text, units, start, end, right - left, row.y, row.size, is_rtl, row.number)
        )
    return found


def _runs_rtl(units: Sequence[str], page: bool) -> bool:
    """Tell the direction of a line: that of its page, unless nearly all of it runs otherwise."""
    rtl, ltr = share_rtl(units)
    if rtl + ltr == 0:
        return page
    share = rtl / (rtl + ltr)
    return share > (0.1 if page else 0.9)
