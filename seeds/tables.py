"""Files of records: JSON arrays, JSON Lines, CSV, TSV, Parquet, by the ending of the name.

To add a shape, write its `Table` and add it to `TABLES` under the endings it is known by.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from .containment import quoted
from .decoding import decode
from .errors import SeedError
from .json_array import JsonArray, with_value
from .rows import SAMPLE, Fields, Row, Table, Unreadable
from .separated import Separated, TabSeparated

_ROWS_AT_A_TIME = 1024


class JsonLines(Table):
    """A JSON object a line."""

    shape = "jsonl"

    def names(self) -> list[str]:
        first = islice(self.rows(Fields("")), SAMPLE)
        return list(dict.fromkeys(name for row in first for name in self._names_of(row)))

    def rows(self, fields: Fields) -> Iterator[Row]:
        return self._reading(self._rows())

    def values(self, row: Row) -> dict[str, Any]:
        try:
            values = json.loads(self._line(row.raw)[0])
        except SeedError:
            raise Unreadable("it is no text") from None
        except (ValueError, RecursionError) as error:
            raise Unreadable(f"it is no JSON ({error})") from None
        if not isinstance(values, dict):
            raise Unreadable("it is no JSON object")
        return values

    def head(self) -> bytes:
        with self._open() as file:
            return self._after_mark(file)

    def with_text(self, row: Row, field: str, text: str) -> bytes:
        line, encoding = self._line(row.raw)
        # half a character as its escape
        return with_value(line, field, text).encode(encoding, "backslashreplace")

    def _line(self, raw: bytes) -> tuple[str, str]:
        """Return a line and its encoding; lines that are not UTF-8 are in an older one."""
        try:
            return raw.decode(), "utf-8"
        except UnicodeDecodeError:
            decoded = decode(raw, self.name)
            return decoded.text, decoded.encoding

    def _names_of(self, row: Row) -> list[str]:
        try:
            return list(self.values(row))
        except Unreadable:
            return []

    def _rows(self) -> Iterator[Row]:
        with self._open() as file:
            self._after_mark(file)
            for number, line in enumerate(file, start=1):
                yield Row(number, line)


class Parquet(Table):
    """A Parquet file."""

    shape = "parquet"

    def names(self) -> list[str]:
        from pyarrow import parquet

        return [str(name) for name in self._guarded(parquet.read_schema, self.path).names]

    def rows(self, fields: Fields) -> Iterator[Row]:
        import pyarrow
        from pyarrow import parquet

        number = 0
        try:
            with self.path.open("rb") as file, parquet.ParquetFile(file) as table:
                wanted = [name for name in fields.names() if name in table.schema_arrow.names]
                for batch in table.iter_batches(_ROWS_AT_A_TIME, columns=wanted):
                    for cells in cells_of(batch):
                        number += 1
                        yield Row(number, b"", cells)
        except (pyarrow.ArrowException, OSError) as error:
            raise SeedError(
                f"{self.name} cannot be read after row {number}: {quoted(error)}."
            ) from None

    def values(self, row: Row) -> dict[str, Any]:
        assert isinstance(row.cells, dict)
        return row.cells

    def sample(self) -> list[dict[str, Any]]:
        from pyarrow import parquet

        def first(file: Any) -> list[dict[str, Any]]:
            with parquet.ParquetFile(file) as table:
                batch = next(table.iter_batches(SAMPLE), None)
                return [] if batch is None else cells_of(batch)

        found: list[dict[str, Any]] = self._guarded(first, self.path)
        return found

    def _guarded(self, read: Any, path: Path) -> Any:
        import pyarrow

        try:
            with path.open("rb") as file:
                return read(file)
        except (pyarrow.ArrowException, OSError) as error:
            raise SeedError(
                f"{self.name} is no Parquet file that can be read: {quoted(error)}."
            ) from None


TABLES: dict[str, type[Table]] = {
    ".json": JsonArray,
    ".jsonl": JsonLines,
    ".ndjson": JsonLines,
    ".csv": Separated,
    ".tsv": TabSeparated,
    ".parquet": Parquet,
}


def table_class(path: Path) -> type[Table] | None:
    """Return what reads a file of this name (with or without ``.gz``); None for other files."""
    name = path.name.lower()
    return TABLES.get(Path(name.removesuffix(".gz")).suffix)


def text_of(values: dict[str, Any], field: str) -> str:
    """Return the text of a record.

    Raises
    ------
    Unreadable
    """
    if field not in values:
        raise Unreadable(f"it has no field {quoted(field)!r}")
    text = values[field]
    if not isinstance(text, str):
        raise Unreadable(f"{quoted(field)!r} is no text but {type(text).__name__}")
    if not text.strip():
        raise Unreadable(f"{quoted(field)!r} is empty")
    return text


def cells_of(batch: Any) -> list[dict[str, Any]]:
    """Return the rows of an Arrow batch; a text that is not UTF-8 is None."""
    try:
        found: list[dict[str, Any]] = batch.to_pylist()
        return found
    except UnicodeDecodeError:
        columns = {name: list(map(_value, batch.column(name))) for name in batch.schema.names}
        return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _value(scalar: Any) -> Any:
    try:
        return scalar.as_py()
    except UnicodeDecodeError:
        return None
