"""Files of records, JSON, CSV or Parquet, to articles: one a record, read as a stream."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain
from typing import Any, BinaryIO, Literal

from ..articles import Article, Problem
from ..containment import contained
from ..dates import order_of
from ..errors import SeedError
from ..rows import Fields, Unreadable
from .field_names import fields_line, guess_fields, names_of, value_of
from .fields_used import FieldsUsed, closed_with
from .json_records import json_lines, json_records
from .parquet_records import ParquetRecords
from .record import Record
from .record_article import LANGUAGE_FIELDS, article_of
from .separated_records import separated_records

Shape = Literal["jsonl", "json", "csv", "tsv", "parquet"]

# Fields are guessed by the first records; bad ones are told one by one up to the third.
_FIRST, _TOLD = 100, 3
_NAMED = 100  # of the others, so many are named in the one line about them
_LONGEST_ID = 300


def articles(
    stream: BinaryIO, name: str, fields: Fields, shape: Shape
) -> Iterator[Article | Problem]:
    """Yield the articles of a file of records, in order.

    The first article carries a warning that says which fields were guessed, the last one a remark
    on what they gave. An article is called by its id, else by its address, else by its line or
    row (``id=42``, ``url=…``, ``line=3``); where several have the same, the others are
    ``id=42#2`` and so on.

    Parameters
    ----------
    stream : BinaryIO
        At its beginning; Parquet is read into memory where it cannot seek.
    name : str
        How messages call the file.
    fields : Fields
        None for those that are to be guessed.
    shape : {"jsonl", "json", "csv", "tsv", "parquet"}

    Raises
    ------
    SeedError
        If the file is not of the shape, holds no records, has no field of a given name, or
        none that could be the text.
    """
    source = _Source(stream, name, shape)
    bad = _Bad(name)
    first: list[Record] = []
    for record in source.all():
        if record.values is not None or first:
            first.append(record)
        else:
            yield from bad.told(record.where, record.problem)
        if len(first) == _FIRST:
            break
    if not first:
        if not bad.count:
            raise SeedError(f"{name} holds no records. Nothing was added for it.")
        yield from bad.rest()
        return
    sample = [record.values for record in first if record.values is not None]
    chosen = _chosen(fields, sample, name)
    used = FieldsUsed(name, chosen, sample)
    month_first = order_of(value_of(values, chosen.date) for values in sample)
    make = partial(_article, fields=chosen, keys=_Keys(), month_first=month_first, used=used)
    line = fields_line(chosen, fields)
    yield from closed_with(_read(source.rest(first, chosen), make, line, bad), used)


def _read(
    records: Iterable[Record], make: Callable[[Record], Article], line: str, bad: _Bad
) -> Iterator[Article | Problem]:
    """Yield an article for each record, the first with `line`, and what is wrong with others."""
    try:
        for record in records:
            went_wrong: list[Problem] = []
            article = None
            name = f"{bad.name}, {record.where}"
            with contained(name, went_wrong.append, passing=(MemoryError,)):
                try:
                    article = make(record)
                except Unreadable as problem:
                    went_wrong += bad.told(record.where, str(problem))
            yield from went_wrong
            if article is None:
                continue
            if line:
                article = replace(article, warnings=(line, *article.warnings))
                line = ""
            yield article
    except (SeedError, OSError, EOFError):  # the stream ends badly
        yield from bad.rest()
        raise
    yield from bad.rest()


@dataclass
class _Bad:
    """Records that gave no article: the first are told one by one, the others at the end."""

    name: str
    count: int = 0
    later: list[str] = field(default_factory=list)

    def told(self, where: str, problem: str | None) -> Iterator[Problem]:
        self.count += 1
        if self.count <= _TOLD:
            yield Problem(f"{self.name}, {where}: {problem}. It was left out.")
        elif len(self.later) < _NAMED:
            self.later.append(where)

    def rest(self) -> Iterator[Problem]:
        more = self.count - _TOLD
        if more > 0:
            dots = ", …" if more > len(self.later) else ""
            yield Problem(
                f"{self.name}: {more} more records were left out ({', '.join(self.later)}{dots}).",
                count=more,
            )


class _Keys:
    """What articles of a file are called, each differently."""

    def __init__(self) -> None:
        self._seen: set[int] = set()
        self._again: dict[str, int] = {}

    def of(self, name: str) -> str:
        """Return the name, with a number where it was there before."""
        mark = hash(name)
        if mark not in self._seen:
            self._seen.add(mark)
            return name
        number = self._again[name] = self._again.get(name, 1) + 1
        return f"{name}#{number}"


class _Source:
    """The records of a file; of Parquet only the columns that are wanted, once they are known."""

    def __init__(self, stream: BinaryIO, name: str, shape: Shape) -> None:
        self._table = ParquetRecords(stream, name) if shape == "parquet" else None
        if shape in ("jsonl", "json"):
            self._records = (json_lines if shape == "jsonl" else json_records)(stream, name)
        elif shape in ("csv", "tsv"):
            self._records = separated_records(stream, name, tabs=shape == "tsv")

    def all(self) -> Iterator[Record]:
        return self._table.rows() if self._table else self._records

    def rest(self, first: Iterable[Record], fields: Fields) -> Iterator[Record]:
        """Return the records from the first good one on, which were read already."""
        if self._table:
            return self._table.rows([*fields.names(), *LANGUAGE_FIELDS])
        return chain(first, self._records)


def _chosen(fields: Fields, sample: list[dict[str, Any]], name: str) -> Fields:
    try:
        return guess_fields(names_of(sample), fields, sample)
    except SeedError as error:
        raise SeedError(f"{name}: {error}") from None


def _article(
    record: Record, fields: Fields, keys: _Keys, month_first: bool, used: FieldsUsed
) -> Article:
    if record.values is None:
        raise Unreadable(record.problem or "it is empty")
    article = article_of(record.values, fields, record.key, month_first=month_first)
    used.count(record.values, article)
    id_ = _id(value_of(record.values, fields.id))
    name = f"id={id_}" if id_ else f"url={article.url}" if article.url else None
    warnings = (record.warning,) if record.warning else _replaced(article.text, record.where)
    key = keys.of(name) if name else record.key
    return replace(article, key=key, encoding=record.encoding, warnings=warnings)


def _replaced(text: str, where: str) -> tuple[str, ...]:
    """Say how many characters of a text could not be read."""
    number = text.count("\ufffd")
    return (f"{where}: {number} characters could not be read (now U+FFFD)",) if number else ()


def _id(value: Any) -> str | None:
    """Return an id on one line; MongoDB writes it as an object."""
    if isinstance(value, dict):
        value = value.get("$oid", value.get("$numberLong"))
    if isinstance(value, (str, int, float)):
        return " ".join(str(value).split())[:_LONGEST_ID] or None
    return None
