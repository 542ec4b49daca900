"""Rows in files, a batch at a time: Parquet or JSON Lines, by the ending of the name.

Both give back what was written, and both are the same bytes for the same rows.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import CollectionDamaged

FORMATS = ("parquet", "jsonl")

# Rows that are read at once.
_BATCH = 1024
_LARGEST = 2**63

Row = dict[str, Any]


@dataclass(frozen=True)
class Column:
    """What a column holds: `str`, `int` (64 bits) or `float`, and whether it may be None."""

    type: type
    optional: bool = False


Columns = Mapping[str, Column]


@contextmanager
def writing(path: Path, columns: Columns) -> Iterator[Callable[[Sequence[Row]], None]]:
    """Open a table to be written; the block gets a function that takes a batch of rows.

    In Parquet a batch is a row group.
    """
    made = _writing_parquet if path.suffix == ".parquet" else _writing_jsonl
    with made(path, columns) as write:
        yield write


def read_rows(path: Path, columns: Columns) -> Iterator[Row]:
    """Yield the rows of a table, with these columns and no others.

    Raises
    ------
    CollectionDamaged
        If it cannot be read, lacks a column, or holds a value of another type; the
        message names the row, counted from 1.
    """
    read = _read_parquet if path.suffix == ".parquet" else _read_jsonl
    for number, row in enumerate(read(path, columns), start=1):
        for name, column in columns.items():
            if name not in row:
                raise damaged(path, f"row {number} has no {name!r}")
            problem = _problem_of(row[name], column)
            if problem:
                raise damaged(path, f"{name!r} of row {number} {problem}")
        yield {name: row[name] for name in columns}


def damaged(path: Path, problem: str) -> CollectionDamaged:
    """Return what to raise when a file of an export is not as it was written."""
    return CollectionDamaged(
        f"{path} is damaged: {problem}. Copy the export again, or make it anew with:"
        " marsad export --output FOLDER"
    )


@contextmanager
def _writing_jsonl(path: Path, _: Columns) -> Iterator[Callable[[Sequence[Row]], None]]:
    with path.open("wb") as file:

        def write(rows: Sequence[Row]) -> None:
            for row in rows:
                line = json.dumps(row, ensure_ascii=False) + "\n"
                # A lone surrogate becomes its JSON escape; all else stays as it is.
                file.write(line.encode("utf-8", "backslashreplace"))

        yield write


@contextmanager
def _writing_parquet(path: Path, columns: Columns) -> Iterator[Callable[[Sequence[Row]], None]]:
    import pyarrow
    from pyarrow import parquet

    types = {str: pyarrow.string(), int: pyarrow.int64(), float: pyarrow.float64()}
    schema = pyarrow.schema(
        [
            pyarrow.field(name, types[column.type], nullable=column.optional)
            for name, column in columns.items()
        ]
    )
    # Arrow opens no file whose name is not UTF-8, so Python does.
    with (
        path.open("wb") as file,
        parquet.ParquetWriter(file, schema, compression="zstd") as writer,
    ):

        def write(rows: Sequence[Row]) -> None:
            if rows:
                writer.write_table(pyarrow.Table.from_pylist(rows, schema))

        yield write


def _read_jsonl(path: Path, _: Columns) -> Iterator[Row]:
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                try:
                    row = json.loads(line)
                except (ValueError, RecursionError) as error:
                    raise damaged(path, f"line {number} is no JSON ({error})") from None
                if not isinstance(row, dict):
                    raise damaged(path, f"line {number} is no JSON object")
                yield row
    except OSError as error:
        raise damaged(path, f"it cannot be read ({error.strerror})") from None


def _read_parquet(path: Path, columns: Columns) -> Iterator[Row]:
    import pyarrow
    from pyarrow import parquet

    try:
        with path.open("rb") as file, parquet.ParquetFile(file) as table:
            present = set(table.schema_arrow.names)
            wanted = [name for name in columns if name in present]
            for batch in table.iter_batches(_BATCH, columns=wanted):
                yield from batch.to_pylist()
    except (pyarrow.ArrowException, OSError, UnicodeDecodeError) as error:
        raise damaged(path, f"it is no Parquet file that can be read ({error})") from None


def _problem_of(value: object, column: Column) -> str | None:
    """Say what is wrong with a value, or None."""
    if value is None and column.optional:
        return None
    if column.type is float and type(value) is int:
        value = float(value) if abs(value) < _LARGEST else value
    if type(value) is not column.type:
        return f"is {_short(value)}, which is no {column.type.__name__}"
    if isinstance(value, int) and not -_LARGEST <= value < _LARGEST:
        return f"is {_short(value)}, which is beyond 64 bits"
    if isinstance(value, float) and not abs(value) < float("inf"):
        return f"is {value}, which is no finite number"
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError as error:
            return f"holds half a character (a lone surrogate) at character {error.start}"
    return None


def _short(value: object) -> str:
    text = ascii(value)
    return text if len(text) <= 40 else text[:37] + "..."
