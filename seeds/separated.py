"""CSV and TSV, a record at a time, each with the bytes that it is written with."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from .errors import SeedError
from .rows import Fields, Row, Table, Unreadable

# A larger field is a quotation mark that nobody closed.
LARGEST_FIELD = 1 << 26
_DELIMITERS = (",", ";", "\t", "|")


class Separated(Table):
    """CSV or TSV; the first row names the fields. A record may go over several lines."""

    shape = "csv"
    _header: list[str] | None = None
    _delimiter = ","

    def names(self) -> list[str]:
        if self._header is None:
            first = next(self._reading(self._records()), None)
            if first is not None and first.problem:
                raise SeedError(f"{self.name} cannot be read: {first.problem}.")
            self._header = list(first.cells) if first and first.cells else []
        return self._header

    def rows(self, fields: Fields) -> Iterator[Row]:
        return self._reading(islice(self._records(), 1, None))

    def values(self, row: Row) -> dict[str, Any]:
        if row.problem:
            raise Unreadable(row.problem)
        if not _is_utf8(row.raw):
            raise Unreadable("it is not UTF-8")
        cells, names = row.cells or [], self.names()
        if len(cells) != len(names):
            raise Unreadable(f"it has {len(cells)} columns, not {len(names)}")
        return dict(zip(reversed(names), reversed(cells), strict=True))  # of two alike the first

    def head(self) -> bytes:
        with self._open() as file:
            mark = self._after_mark(file)
        first = next(self._reading(self._records()), None)
        return mark + first.raw if first else mark

    def with_text(self, row: Row, field: str, text: str) -> bytes:
        cells = list(row.cells or [])
        raw = row.raw.decode("utf-8", "surrogateescape")
        end = raw[len(raw.rstrip("\r\n")) :]
        styles = (csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC)
        style = next((s for s in styles if self._written(cells, s) + end == raw), styles[0])
        cells[self.names().index(field)] = text
        return (self._written(cells, style) + end).encode("utf-8", "surrogateescape")

    def _written(self, cells: Sequence[str], style: Any) -> str:
        out = io.StringIO()
        csv.writer(out, delimiter=self._delimiter, quoting=style, lineterminator="").writerow(cells)
        return out.getvalue()

    def _records(self) -> Iterator[Row]:
        csv.field_size_limit(LARGEST_FIELD)
        with self._open() as file:
            self._after_mark(file)
            lines = SeparatedLines(io.TextIOWrapper(file, "utf-8", "surrogateescape", newline=""))
            self._delimiter = "\t" if self.shape == "tsv" else delimiter_of(lines.first)
            reader = csv.reader(lines, delimiter=self._delimiter)
            while True:
                line, cells, problem = lines.number + 1, None, None
                try:
                    cells = next(reader)
                except StopIteration:
                    return
                except csv.Error as error:
                    problem = f"it is no CSV ({error})"
                    reader = csv.reader(lines, delimiter=self._delimiter)
                raw = "".join(lines.taken()).encode("utf-8", "surrogateescape")
                if lines.number > line and raw.count(b'"') % 2:
                    problem = "a quotation mark in it is not closed"
                yield Row(line, raw, cells or None, problem)


class TabSeparated(Separated):
    """CSV with tabs."""

    shape = "tsv"


class SeparatedLines:
    """Gives lines to a reader of CSV, and what the reader has taken to whoever asks.

    Parameters
    ----------
    lines : iterator of str
        With their line ends.
    """

    def __init__(self, lines: Iterator[str]) -> None:
        self.first = next(lines, "")
        self._lines, self._waiting = lines, [self.first] if self.first else []
        self._taken: list[str] = []
        self.number = 0

    def __iter__(self) -> SeparatedLines:
        return self

    def __next__(self) -> str:
        line = self._waiting.pop() if self._waiting else next(self._lines)
        self.number += 1
        self._taken.append(line)
        return line

    def taken(self) -> list[str]:
        """Return the lines since the last time."""
        taken, self._taken = self._taken, []
        return taken

    def give_back(self, lines: Sequence[str]) -> None:
        """Let lines that were taken last be read again."""
        self._waiting.extend(reversed(lines))
        self.number -= len(lines)


def delimiter_of(header: str) -> str:
    """Return what parts the names in a header."""
    outside = "".join(header.split('"')[::2])
    return max(_DELIMITERS, key=outside.count)


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
