"""Files of records, read one record at a time as they lie there: what all shapes share.

A row knows the very bytes that it is written with, so that what is not changed can be
written again as it was.
"""

from __future__ import annotations

import codecs
import gzip
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, cast

from .errors import SeedError

# By so many rows fields are chosen.
SAMPLE = 100
_OTHER_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class Unreadable(Exception):
    """Why a row gives no text."""


@dataclass(frozen=True)
class Fields:
    """The names of the fields that are read.

    Attributes
    ----------
    text, id, date, source, title, url, author : str or None
        None where a field is to be guessed, or where there is none of the kind.
    """

    text: str | None = None
    id: str | None = None
    date: str | None = None
    source: str | None = None
    title: str | None = None
    url: str | None = None
    author: str | None = None

    def names(self) -> list[str]:
        """Return those that there are, each once."""
        return list(dict.fromkeys(name for name in vars(self).values() if name))


@dataclass(frozen=True)
class Row:
    """A row where it stands.

    Attributes
    ----------
    line : int
        Where it begins in the file, from 1; in Parquet the number of the row.
    raw : bytes
        As it is written, with its line end; empty in Parquet.
    cells : sequence or dict, optional
        Its values, where reading it gave them.
    problem : str, optional
        Why it has none.
    """

    line: int
    raw: bytes
    cells: Sequence[str] | dict[str, Any] | None = None
    problem: str | None = None

    @property
    def is_blank(self) -> bool:
        """Whether it is an empty line between records."""
        return self.cells is None and not self.raw.strip()


class Table:
    """A file of records.

    Parameters
    ----------
    path : Path
    name : str
        How messages call it.
    """

    shape = ""
    # What stands between two rows where the first has no line end, and behind the last.
    between, tail = b"\n", b""
    # What is to be said of the file once its names were read.
    remark: str | None = None

    def __init__(self, path: Path, name: str) -> None:
        self.path, self.name = path, name

    def names(self) -> list[str]:
        """Return the names of the fields, as the first records or the header give them."""
        raise NotImplementedError

    def rows(self, fields: Fields) -> Iterator[Row]:
        """Yield the rows in order, blank lines too.

        Raises
        ------
        SeedError
            If the file cannot be read (any further).
        """
        raise NotImplementedError

    def sample(self) -> list[dict[str, Any]]:
        """Return the values of the first rows, of those that can be read."""
        found: list[dict[str, Any]] = []
        for row in islice(self.rows(Fields("")), SAMPLE):
            with suppress(Unreadable):
                found += [] if row.is_blank else [self.values(row)]
        return found

    def values(self, row: Row) -> dict[str, Any]:
        """Return the values of a row by the names of their fields.

        Raises
        ------
        Unreadable
        """
        raise NotImplementedError

    def head(self) -> bytes:
        """Return what stands before the first row."""
        return b""

    def with_text(self, row: Row, field: str, text: str) -> bytes:
        """Return how a row is written with another text in a field, and all else as it is."""
        raise NotImplementedError

    def _open(self) -> BinaryIO:
        with self.path.open("rb") as file:
            is_packed = file.read(2) == b"\x1f\x8b"
        return cast(BinaryIO, gzip.open(self.path)) if is_packed else self.path.open("rb")

    def _reading(self, rows: Iterable[Row]) -> Iterator[Row]:
        """Turn what may go wrong with a file into one kind of error."""
        line = 0
        try:
            for row in rows:
                line = row.line
                yield row
        except (OSError, EOFError, zlib.error) as error:
            where = f" after line {line}" if line else ""
            reason = getattr(error, "strerror", None) or error
            raise SeedError(f"{self.name} cannot be read{where}: {reason}.") from None

    def _after_mark(self, file: BinaryIO) -> bytes:
        """Pass over the byte order mark, and return it."""
        start = file.read(len(codecs.BOM_UTF8))
        if start == codecs.BOM_UTF8:
            return start
        file.seek(0)
        if start.startswith(_OTHER_MARKS):
            raise SeedError(f"{self.name} is in UTF-16. Save it as UTF-8.")
        return b""
