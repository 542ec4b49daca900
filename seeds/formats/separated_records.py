"""CSV and TSV for reading only: any encoding, and going on behind a quotation mark never closed.

`seeds.separated` reads the same files so that they can be written again byte for byte.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from itertools import chain, islice
from typing import BinaryIO

from ..decoding import decode
from ..rows import SAMPLE
from ..separated import LARGEST_FIELD, LARGEST_SAMPLE, SeparatedLines, decoded_cells, delimiter_of
from ..streams import Rejoined
from .headers import header_line, is_record, names_by_content
from .record import Record

_ESCAPED = re.compile("[\udc80-\udcff]")  # a byte that is not UTF-8
# The line it begins in, its cells, and why it has none.
_Row = tuple[int, list[str], str | None]


def separated_records(stream: BinaryIO, name: str, *, tabs: bool) -> Iterator[Record]:
    """Yield the records of a CSV file; its first row names the fields, or is a record itself.

    Where it is a record, the first good one carries a warning that says so, and how the columns
    are called.

    A record over several lines that ends in no closed quotation mark, or not with as many cells
    as there are names, is taken to have begun with a mark too many: it is a problem, and reading
    goes on with its second line.

    Raises
    ------
    SeedError
        If the file is no text.
    """
    csv.field_size_limit(LARGEST_FIELD)
    lines, encoding, warning = _lines(stream, name)
    delimiter = _delimiter(lines, tabs)
    names, rows, remark = _named(row for row in _rows(lines, delimiter) if row[1] or row[2])
    warning = "; ".join(filter(None, (remark, warning))) or None
    for number, (line, cells, problem) in enumerate(rows, start=1):
        if problem is None and names is not None:
            problem = _misfit(cells, names)
        where = f"line {line}"
        if problem is not None or names is None:
            yield Record(f"row={number}", where, problem=problem)
            continue
        if encoding == "utf-8":
            cells, damage = _repaired(cells, name)
            if damage:
                warning = "; ".join(filter(None, (warning, f"{where}: {damage}")))
        values = dict(zip(reversed(names), reversed(_padded(cells, names)), strict=True))
        values.pop("", None)
        yield Record(f"row={number}", where, values, warning=warning, encoding=encoding)
        warning = None


def _named(rows: Iterator[_Row]) -> tuple[list[str] | None, Iterator[_Row], str | None]:
    """Return the names of the columns, the rows of records, and what is to be said of the names."""
    start = list(islice(rows, SAMPLE + 1))
    good = [cells for _, cells, problem in start if problem is None]
    if not good:
        return None, chain(start, rows), None
    if is_record(good[0], good[1:]):
        names = names_by_content(good)
        return names, chain(start, rows), header_line(names)
    at = next(place for place, row in enumerate(start) if row[2] is None)
    header = start.pop(at)[1]
    return [cell.strip() for cell in header], chain(start, rows), None


def _lines(stream: BinaryIO, name: str) -> tuple[SeparatedLines, str, str | None]:
    """Tell the encoding by the beginning; return lines, encoding, and what is to be said of it."""
    start = stream.read(LARGEST_SAMPLE)
    encoding, errors, warning = "utf-8-sig", "surrogateescape", None
    decoded = decoded_cells(start, name)
    if decoded.encoding != "utf-8":
        encoding, errors, warning = decoded.encoding, "replace", decoded.warning
    joined = io.BufferedReader(Rejoined(start, None, stream))
    text = io.TextIOWrapper(joined, encoding, errors, newline="")
    return SeparatedLines(_bounded(text)), encoding.removesuffix("-sig"), warning


def _bounded(text: io.TextIOWrapper) -> Iterator[str]:
    while line := text.readline(LARGEST_FIELD):
        yield line.replace("\0", "\ufffd")


def _delimiter(lines: SeparatedLines, tabs: bool) -> str:
    """Return the delimiter; Excel may name it in a line of its own, ``sep=;``."""
    first = lines.first.rstrip("\r\n")
    if first.lower().startswith("sep=") and len(first) == len("sep=,"):
        next(lines)
        lines.taken()
        return first[-1]
    return "\t" if tabs else delimiter_of(lines.first)


def _rows(lines: SeparatedLines, delimiter: str) -> Iterator[_Row]:
    """Yield the line of each row, its cells, and why it has none."""
    width = 0
    reader = csv.reader(lines, delimiter=delimiter)
    while True:
        line, cells, problem = lines.number + 1, [], None
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            problem = f"it is no CSV ({error})"
        taken = lines.taken()
        if len(taken) > 1:
            problem = problem or _doubt(taken, cells, width)
            if problem is not None:
                lines.give_back(taken[1:])
                alone = taken[0].rstrip("\r\n").split("\t")
                if delimiter == "\t" and len(alone) == width:  # many write tabs without marks
                    cells, problem = alone, None
        if problem is not None or len(taken) > 1:
            reader = csv.reader(lines, delimiter=delimiter)
        width = width or (0 if problem else len(cells))
        yield line, cells, problem


def _doubt(taken: Sequence[str], cells: Sequence[str], width: int) -> str | None:
    """Say why several lines cannot be one record."""
    if sum(text.count('"') for text in taken) % 2:
        return "a quotation mark in it is not closed"
    if width and len(cells) != width:
        return f"it has {len(cells)} columns, not {width}"
    return None


def _misfit(cells: Sequence[str], names: Sequence[str]) -> str | None:
    if len(cells) > len(names) and any(cell.strip() for cell in cells[len(names) :]):
        return f"it has {len(cells)} columns, not {len(names)}"
    return None


def _padded(cells: Sequence[str], names: Sequence[str]) -> list[str]:
    """Return as many cells as there are names: empty ones at the end are often left out."""
    return [*cells[: len(names)], *[""] * (len(names) - len(cells))]


def _repaired(cells: list[str], name: str) -> tuple[list[str], str | None]:
    """Decode the cells again that turned out not to be UTF-8."""
    warning = None
    for place, cell in enumerate(cells):
        if cell.isascii() or not _ESCAPED.search(cell):
            continue
        decoded = decode(cell.encode("utf-8", "surrogateescape"), name)
        cells[place], warning = decoded.text, decoded.warning
    return cells, warning
