"""Parquet, some rows at a time, and of the columns only those that are asked for."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO

from ..errors import SeedError
from .record import Record

_ROWS_AT_A_TIME = 256


class ParquetRecords:
    """A Parquet file.

    Parameters
    ----------
    stream : BinaryIO
    name : str
        How messages call it.

    Raises
    ------
    SeedError
        If it is no Parquet file.
    """

    def __init__(self, stream: BinaryIO, name: str) -> None:
        import pyarrow
        from pyarrow import parquet

        self._name = name
        source = stream if stream.seekable() else io.BytesIO(stream.read())
        try:
            self._file = parquet.ParquetFile(source)
        except (pyarrow.ArrowException, OSError, ValueError) as error:
            reason = " ".join(str(error).split())
            raise SeedError(f"{name} is no Parquet file that can be read: {reason}") from None

    def rows(self, columns: Sequence[str] | None = None) -> Iterator[Record]:
        """Yield the rows; what cannot be read is a last record with the problem.

        Names in `columns` that there are not are passed over.
        """
        import pyarrow

        number = 0
        try:
            for batch in self._file.iter_batches(_ROWS_AT_A_TIME, columns=columns):
                for values in _cells_of(batch):
                    number += 1
                    yield Record(f"row={number}", f"row {number}", values)
        except (pyarrow.ArrowException, OSError, ValueError) as error:
            reason = " ".join(str(error).split())
            yield Record("", f"what stands after row {number}", problem=reason)


def _cells_of(batch: Any) -> list[dict[str, Any]]:
    """Return the rows of a batch; a value that Python cannot hold is None."""
    import pyarrow

    columns: dict[str, list[Any]] = {}
    for name, column in zip(batch.schema.names, batch.columns, strict=True):
        if pyarrow.types.is_timestamp(column.type) and column.type.unit == "ns":
            column = column.cast(pyarrow.timestamp("us", column.type.tz), safe=False)
        columns.setdefault(str(name), _values(column))
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _values(column: Any) -> list[Any]:
    try:
        found: list[Any] = column.to_pylist()
        return found
    except (ValueError, OverflowError):  # not UTF-8, or no date of this calendar
        return [_value(scalar) for scalar in column]


def _value(scalar: Any) -> Any:
    try:
        return scalar.as_py()
    except (ValueError, OverflowError):
        return None
