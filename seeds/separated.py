"""CSV and TSV, a record at a time, each with the bytes that it is written with."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from .decoding import Decoded, decode
from .errors import SeedError
from .rows import SAMPLE, Fields, Row, Table, Unreadable

# A larger field is a quotation mark that nobody closed.
LARGEST_FIELD = 1 << 26
# Enough to tell an encoding by.
LARGEST_SAMPLE = 1 << 18
_ENDS_OF_CELLS = re.compile(rb'[,;\t|"\r\n]+')
_DELIMITER_NAMED = re.compile(rb"sep=([,;\t|])\r?\n?", re.I)  # as Excel writes it
_DELIMITERS = (",", ";", "\t", "|")


class Separated(Table):
    """CSV or TSV; the first row names the fields, or is a record as those below it.

    A record may go over several lines. Bytes are read as if they were UTF-8, and its cells
    decoded when they are asked for, so that rows can be written again as they were.
    """

    shape = "csv"
    _header: list[str] | None = None
    _delimiter = ","
    _encoding = "utf-8"
    _before = 0  # rows that stand before the first record

    def names(self) -> list[str]:
        if self._header is None:
            self._encoding = self._encoding_of_cells()
            self._header = self._named(list(islice(self._reading(self._records()), SAMPLE + 1)))
        return self._header

    def rows(self, fields: Fields) -> Iterator[Row]:
        self.names()
        return self._reading(islice(self._records(), self._before, None))

    def values(self, row: Row) -> dict[str, Any]:
        if row.problem:
            raise Unreadable(row.problem)
        cells, names = row.cells or [], self.names()
        if len(cells) != len(names):
            raise Unreadable(f"it has {len(cells)} columns, not {len(names)}")
        decoded = map(self._decoded, reversed(cells))
        return dict(zip(reversed(names), decoded, strict=True))  # of two alike the first

    def head(self) -> bytes:
        self.names()
        with self._open() as file:
            mark = self._after_mark(file)
        first = islice(self._reading(self._records()), self._before)
        return mark + b"".join(row.raw for row in first)

    def with_text(self, row: Row, field: str, text: str) -> bytes:
        cells = list(row.cells or [])
        raw = row.raw.decode("utf-8", "surrogateescape")
        end = raw[len(raw.rstrip("\r\n")) :]
        styles = (csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC)
        style = next((s for s in styles if self._written(cells, s) + end == raw), styles[0])
        said = text.encode(self._encoding, "replace")
        cells[self.names().index(field)] = said.decode("utf-8", "surrogateescape")
        return (self._written(cells, style) + end).encode("utf-8", "surrogateescape")

    def _named(self, start: Sequence[Row]) -> list[str]:
        """Return the names of the columns, by the first rows."""
        from .formats.headers import header_line, is_record, names_by_content

        at = 1 if start and _DELIMITER_NAMED.fullmatch(start[0].raw) else 0
        while at < len(start) and start[at].is_blank:
            at += 1
        if at == len(start):
            return []
        if start[at].problem:
            raise SeedError(f"{self.name} cannot be read: {start[at].problem}.")
        cells = [[self._said(cell) for cell in row.cells] for row in start[at:] if row.cells]
        if is_record(cells[0], cells[1:]):
            names = names_by_content(cells)
            self._before, self.remark = at, f"{self.name}: {header_line(names)}"
            return names
        self._before = at + 1
        return [cell.strip() for cell in cells[0]]

    def _encoding_of_cells(self) -> str:
        with self._open() as file:
            self._after_mark(file)
            encoding = decoded_cells(file.read(LARGEST_SAMPLE), self.name).encoding
        if encoding.startswith(("utf-16", "utf-32", "iso2022", "iso-2022", "hz")):
            raise SeedError(f"{self.name} is in {encoding}. Save it as UTF-8.")
        return encoding

    def _decoded(self, cell: str) -> str:
        """Return a cell as it is meant, which was read as if it were UTF-8."""
        if cell.isascii():
            return cell
        raw = cell.encode("utf-8", "surrogateescape")
        if self._encoding != "utf-8":
            return raw.decode(self._encoding, "replace")
        try:
            return raw.decode()
        except UnicodeDecodeError:
            return _once_more(raw, self.name)

    def _said(self, cell: str) -> str:
        try:
            return self._decoded(cell)
        except Unreadable:
            return ""

    def _written(self, cells: Sequence[str], style: Any) -> str:
        out = io.StringIO()
        csv.writer(out, delimiter=self._delimiter, quoting=style, lineterminator="").writerow(cells)
        return out.getvalue()

    def _records(self) -> Iterator[Row]:
        csv.field_size_limit(LARGEST_FIELD)
        with self._open() as file:
            self._after_mark(file)
            lines = SeparatedLines(io.TextIOWrapper(file, "utf-8", "surrogateescape", newline=""))
            named = _DELIMITER_NAMED.fullmatch(lines.first.encode("utf-8", "surrogateescape"))
            self._delimiter = "\t" if self.shape == "tsv" else delimiter_of(lines.first)
            if named:
                self._delimiter = named[1].decode()
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


def decoded_cells(start: bytes, name: str) -> Decoded:
    """Tell the encoding of a table by its beginning.

    Addresses, dates and numbers are the same in all old encodings; so of the cells that are not
    ASCII most tell it, those in UTF-8 or the others.

    Raises
    ------
    SeedError
        If the bytes are no text.
    """
    if b"\0" in start or start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return decode(start, name)
    cells = [cell for cell in _ENDS_OF_CELLS.split(start)[:-1] if not cell.isascii()]
    utf8 = [cell for cell in cells if _is_utf8(cell)]
    if len(utf8) >= len(cells) / 2:
        cells = utf8
    return decode(b"\n" + b"\n".join(cells), name)


def _once_more(raw: bytes, name: str) -> str:
    """Decode a cell of a file in UTF-8 that is not."""
    try:
        return decode(raw, name).text
    except SeedError:
        raise Unreadable("it is no text") from None


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
