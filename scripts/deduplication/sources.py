"""What ``marsad dedup`` reads, and tables among it; see also `texts` and `stored`.

A source gives its texts in order, as `Unit`s. What is to go is then told by their numbers in
that order, and the source writes itself again without them.
"""

from __future__ import annotations

import os
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

import numpy as np

from ...seeds import SeedError, split
from ...seeds.rows import Fields, Row, Table, Unreadable
from ...seeds.tables import text_of
from ..forms import Form
from .output import Notes
from .paragraphs import chosen, paragraphs_of, without
from .shapes import Fate, write_lines, write_parquet

By = Literal["record", "paragraph"]


@dataclass(frozen=True)
class Unit:
    """A text that may be a copy of another.

    Attributes
    ----------
    text : str
    id : object
        What people call it: the value of the id field, or where it stands.
    at : str
        Where it stands.
    document : str, optional
        What it is a part of.
    published, source : str, optional
    """

    text: str
    id: Any
    at: str
    document: str | None = None
    published: str | None = None
    source: str | None = None


class Source(Protocol):
    """Something that is read, and written again.

    Attributes
    ----------
    noun : str
        What its units are called.
    read : int
        How many there are, those that cannot be read among them.
    """

    noun: str
    read: int

    def units(self) -> Iterator[Unit]:
        """Yield the texts."""

    def write(self, path: Path, gone: np.ndarray, output: Path) -> None:
        """Write everything but what is gone to `path`, which will be called `output`.

        Parameters
        ----------
        gone : bool array
            A value for each unit, in their order.
        """

    def completed(self, forms: Sequence[Form]) -> Iterable[Form]:
        """Add to what is said of units that are gone what the source knows besides."""


class Tables:
    """Files of records of one shape."""

    def __init__(self, tables: Sequence[Table], fields: Fields, by: By, notes: Notes) -> None:
        self.noun = "records" if by == "record" else "paragraphs"
        self.read = 0
        self._tables, self._fields, self._by, self._notes = tables, fields, by, notes
        self._text_field = fields.text or ""
        self._counts = array("L")  # of the units of each row
        self._states: dict[str, tuple[int, int]] = {}

    def units(self) -> Iterator[Unit]:
        for table in self._tables:
            yield from self._units_of(table)

    def write(self, path: Path, gone: np.ndarray, output: Path) -> None:
        counts, at = iter(self._counts), 0

        def decide(table: Table, row: Row) -> Fate:
            nonlocal at
            at += (count := next(counts, 0))
            own = gone[at - count : at]
            if not own.any():
                return True
            return False if self._by == "record" else self._remaining(table, row, own)

        if self._tables[0].shape == "parquet":
            write_parquet(path, self._tables, self._fields, decide)
        else:
            packed = output.name.lower().endswith(".gz")
            write_lines(
                path, self._tables, self._rows_again, self._text_field, decide, packed=packed
            )
        for table in self._tables:
            if table.name in self._states and self._states[table.name] != _state(table.path):
                raise SeedError(f"{table.name} was changed while it was read. Run this again.")

    def completed(self, forms: Sequence[Form]) -> Iterable[Form]:
        return forms

    def _units_of(self, table: Table) -> Iterator[Unit]:
        """Yield the texts of a table up to where it can be read."""
        try:
            self._states[table.name] = _state(table.path)
            for row in table.rows(self._fields):
                units = [] if row.is_blank else self._units(table, row)
                self._counts.append(len(units))
                yield from units
        except (SeedError, OSError) as error:
            if table.shape == "parquet":  # it cannot be written again up to there
                raise SeedError(f"{error} Leave it out, or mend it.") from None
            self._notes.cannot_open(table.name, error)

    def _units(self, table: Table, row: Row) -> list[Unit]:
        at = f"{table.name}:{row.line}"
        try:
            values = table.values(row)
            text = text_of(values, self._text_field)
        except Unreadable as problem:
            self.read += 1
            self._notes.cannot_read(at, problem)
            return []
        id_ = _value(values, self._fields.id)
        published = _words(_value(values, self._fields.date))
        source = _words(_value(values, self._fields.source))
        name = at if id_ is None else id_
        if self._by == "record":
            self.read += 1
            return [Unit(text, name, at, None, published, source)]
        self.read += len(split(text))
        return [
            Unit(text[s.start : s.end], f"{name}:{number}", at, at, published, source)
            for number, s in enumerate(paragraphs_of(text))
        ]

    def _remaining(self, table: Table, row: Row, gone: np.ndarray) -> Fate:
        """Return the text of a record without those of its paragraphs that are gone."""
        text = text_of(table.values(row), self._text_field)
        left = without(text, chosen(paragraphs_of(text), gone))
        if left.strip():
            return left
        self._notes.nothing_remained(f"{table.name}:{row.line}")
        return False

    def _rows_again(self, table: Table) -> Iterator[Row]:
        """Yield the rows up to where the table could be read the first time."""
        try:
            yield from table.rows(self._fields)
        except SeedError:
            if table.name not in self._notes.failed:
                raise


def _state(path: Path) -> tuple[int, int]:
    status = os.stat(path)  # noqa: PTH116
    return status.st_size, status.st_mtime_ns


def _value(values: dict[str, Any], field: str | None) -> Any:
    value = values.get(field) if field is not None else None
    return None if value == "" else value


def _words(value: Any) -> str | None:
    """Return a date or the name of an outlet as text."""
    if value is None or isinstance(value, (list, dict)):
        return None
    return str(value.isoformat() if hasattr(value, "isoformat") else value)
