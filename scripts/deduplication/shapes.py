"""Tables written again as they were, without some of their rows or with other texts in them."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from ...seeds.rows import Fields, Row, Table
from ...seeds.tables import cells_of
from .output import opened

if TYPE_CHECKING:
    from pyarrow import RecordBatch
    from pyarrow.parquet import ParquetFile, ParquetWriter

# What becomes of a row: kept or not, or kept with another text.
Fate = bool | str
Decide = Callable[[Table, Row], Fate]
# Gives the rows of a table; ends where the table could not be read any further.
RowsOf = Callable[[Table], Iterator[Row]]

_ROWS_AT_A_TIME = 1024
# A row group is written as one unless it has more rows or bytes than this.
_MOST_ROWS, _MOST_BYTES = 1 << 17, 1 << 28


def write_lines(
    path: Path,
    tables: Sequence[Table],
    rows_of: RowsOf,
    field: str,
    decide: Decide,
    *,
    packed: bool,
) -> None:
    """Write tables of lines one behind the other; lines that stay are the same bytes."""
    with opened(path, packed=packed) as file:
        written = _Lines(file, tables[0].between)
        for number, table in enumerate(tables):
            if number == 0:
                written.put(table.head())
            for row in rows_of(table):
                fate = decide(table, row)
                if fate is True:
                    written.put(row.raw)
                elif fate is not False:
                    written.put(table.with_text(row, field, fate))
        file.write(tables[0].tail)


def write_parquet(path: Path, tables: Sequence[Table], fields: Fields, decide: Decide) -> None:
    """Write Parquet files one behind the other, of the schema and compression of the first."""
    from pyarrow import parquet

    writer: ParquetWriter | None = None
    with path.open("wb") as out:
        try:
            for table in tables:
                with table.path.open("rb") as file, parquet.ParquetFile(file) as source:
                    if writer is None:
                        writer = parquet.ParquetWriter(
                            out, source.schema_arrow, compression=_compression(source)
                        )
                    _copy_groups(writer, source, table, fields, decide)
        finally:
            if writer is not None:
                writer.close()


class _Lines:
    """Puts lines one behind the other, with a line end (and a comma) between where one lacks it."""

    def __init__(self, file: BinaryIO, between: bytes) -> None:
        self._file, self._last, self._between = file, b"\n", between

    def put(self, raw: bytes) -> None:
        if not raw:
            return
        if not self._last.endswith((b"\n", b"\r", codecs.BOM_UTF8)):
            self._file.write(self._between)
        self._file.write(raw)
        self._last = raw[-3:]


def _copy_groups(
    writer: ParquetWriter, source: ParquetFile, table: Table, fields: Fields, decide: Decide
) -> None:
    number = 0
    for group in range(source.num_row_groups):
        waiting = _Group(writer)
        for batch in source.iter_batches(_ROWS_AT_A_TIME, row_groups=[group]):
            waiting.put(_decided(batch, number, table, fields, decide))
            number += len(batch)
        waiting.write()


class _Group:
    """Gathers batches to a row group."""

    def __init__(self, writer: ParquetWriter) -> None:
        self._writer = writer
        self._batches: list[RecordBatch] = []

    def put(self, batch: RecordBatch) -> None:
        if len(batch):
            self._batches.append(batch)
        rows = sum(map(len, self._batches))
        if rows >= _MOST_ROWS or sum(b.nbytes for b in self._batches) >= _MOST_BYTES:
            self.write()

    def write(self) -> None:
        import pyarrow

        if self._batches:
            gathered = pyarrow.Table.from_batches(self._batches)
            self._writer.write_table(gathered, row_group_size=len(gathered))
        self._batches = []


def _decided(
    batch: RecordBatch, number: int, table: Table, fields: Fields, decide: Decide
) -> RecordBatch:
    """Return what stays of a batch that begins behind row `number`."""
    import pyarrow

    there = [name for name in fields.names() if name in batch.schema.names]
    cells = cells_of(batch.select(there))
    fates = [
        decide(table, Row(line, b"", values)) for line, values in enumerate(cells, start=number + 1)
    ]
    if any(isinstance(fate, str) for fate in fates):
        field = fields.text or ""
        place = batch.schema.get_field_index(field)
        texts: list[Any] = [
            fate if isinstance(fate, str) else values[field]
            for fate, values in zip(fates, cells, strict=True)
        ]
        column = pyarrow.array(texts, batch.schema.field(place).type)
        batch = batch.set_column(place, batch.schema.field(place), column)
    return batch.filter(pyarrow.array([fate is not False for fate in fates], pyarrow.bool_()))


def _compression(source: ParquetFile) -> str:
    metadata = source.metadata
    if not metadata.num_row_groups or not metadata.num_columns:
        return "snappy"
    name = str(metadata.row_group(0).column(0).compression).lower()
    return "none" if name == "uncompressed" else name


def of_one_shape(tables: Iterable[Table]) -> bool:
    """Tell whether tables are of one shape: of one format and, but for JSON, one header."""
    headers = {(t.shape, *(() if t.shape in ("jsonl", "json") else t.names())) for t in tables}
    return len(headers) <= 1
