"""Files of records, JSON, CSV or Parquet, to articles: one a record, read as a stream."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any, BinaryIO, Literal

from ..articles import Article, Problem
from ..containment import contained, quoted
from ..dates import date_of, order_of
from ..decoding import decode
from ..errors import SeedError
from ..normal import normal_form
from ..rows import Fields, Unreadable
from ..urls import canonical_url, outlet_of
from .field_names import fields_line, guess_fields, names_of, value_of
from .json_records import json_lines, json_records
from .markup_text import plain_text
from .page_dates import date_in_path
from .parquet_records import ParquetRecords
from .record import Record
from .separated_records import separated_records

Shape = Literal["jsonl", "json", "csv", "tsv", "parquet"]

# Fields are guessed by the first records; bad ones are told one by one up to the third.
_FIRST, _TOLD = 100, 3
_NAMED = 100  # of the others, so many are named in the one line about them
_LONGEST_ID, _LONGEST_NAME = 300, 500
_LANGUAGE_FIELDS = ("language", "lang", "locale", "inLanguage")
# Under which texts lie in objects: in the answers of WordPress, in JSON-LD, in RSS made JSON.
_INNER_FIELDS = ("rendered", "text", "content", "value", "#text", "@value", "$t", "name", "title")


def articles(
    stream: BinaryIO, name: str, fields: Fields, shape: Shape
) -> Iterator[Article | Problem]:
    """Yield the articles of a file of records, in order.

    The first article carries a warning that says which fields were guessed. An article is called
    by its id, else by its address, else by its line or row (``id=42``, ``url=…``, ``line=3``);
    where several have the same, the others are ``id=42#2`` and so on.

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
    line = fields_line(chosen, fields)
    month_first = order_of(value_of(values, chosen.date) for values in sample)
    keys = _Keys()
    try:
        for record in source.rest(first, chosen):
            went_wrong: list[Problem] = []
            article = None
            with contained(f"{name}, {record.where}", went_wrong.append, passing=(MemoryError,)):
                try:
                    article = _article(record, chosen, keys, month_first)
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


def article_of(
    values: Mapping[str, Any], fields: Fields, key: str, *, month_first: bool = False
) -> Article:
    """Return the article that a record holds.

    Lists of paragraphs are joined, HTML becomes plain text. A title that the text does not begin
    with is put before it, with an empty line between, so that it is a passage as well. Where no
    outlet is named, it is the host of the address; where no date is, it is the one that stands in
    the address, as in ``/2024/04/13/``.

    Parameters
    ----------
    values : mapping
    fields : Fields
        With a `text`; names as `names_of` gives them.
    key : str
    month_first : bool, default False
        Whether ``03/04/2024`` is the fourth of March.

    Raises
    ------
    Unreadable
        If there is no text; it says why.
    """
    text = _text(values, fields.text)
    title = _line(value_of(values, fields.title))
    if title and not _begins_with(text, title):
        text = f"{title}\n\n{text}"
    url = _address(value_of(values, fields.url))
    outlet = _outlet(value_of(values, fields.source))
    published = value_of(values, fields.date)
    if published is not None:
        published = date_of(published, language=_language(values), month_first=month_first)
    if published is None:  # weaker than a field, but the day that most outlets write there
        published = date_in_path(_said(value_of(values, fields.url)))
    return Article(
        text=text,
        key=key,
        title=title,
        source=outlet or (outlet_of(url) if url else None),
        url=url,
        published=published,
        author=_line(value_of(values, fields.author)),
        is_one=bool(title or published or url),
    )


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
            return self._table.rows([*fields.names(), *_LANGUAGE_FIELDS])
        return chain(first, self._records)


def _chosen(fields: Fields, sample: list[dict[str, Any]], name: str) -> Fields:
    try:
        return guess_fields(names_of(sample), fields, sample)
    except SeedError as error:
        raise SeedError(f"{name}: {error}") from None


def _article(record: Record, fields: Fields, keys: _Keys, month_first: bool) -> Article:
    if record.values is None:
        raise Unreadable(record.problem or "it is empty")
    article = article_of(record.values, fields, record.key, month_first=month_first)
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


def _text(values: Mapping[str, Any], name: str | None) -> str:
    value = value_of(values, name)
    if value is None:
        is_there = name in values or (name or "").partition(".")[0] in values
        raise Unreadable(
            f"{quoted(name)!r} is empty" if is_there else f"it has no field {quoted(name)!r}"
        )
    text = _said(value)
    if text is None:
        raise Unreadable(f"{quoted(name)!r} is no text but {type(value).__name__}")
    text = _clean(plain_text(text))
    if not text.strip():
        raise Unreadable(f"{quoted(name)!r} is empty")
    return text


def _said(value: Any, depth: int = 0) -> str | None:
    """Return the text of a value: a string, paragraphs in a list, or one inside an object."""
    if isinstance(value, str):
        return value
    if isinstance(value, bytes):
        try:
            return decode(value, "it").text
        except SeedError:
            return None
    if isinstance(value, list) and depth < 3:
        parts = [_said(part, depth + 1) for part in value]
        return "\n".join(part for part in parts if part) if any(parts) else None
    if isinstance(value, dict) and depth < 3:
        return next(
            (said for key in _INNER_FIELDS if (said := _said(value.get(key), depth + 1))), None
        )
    return None


def _line(value: Any) -> str | None:
    """Return a title or a name on one line; several names with commas between."""
    if value is None:
        return None
    if isinstance(value, list):
        return ", ".join(filter(None, map(_line, value)))[:_LONGEST_NAME] or None
    said = _said(value)
    if said is None:
        return None
    return " ".join(_clean(plain_text(said)).split())[:_LONGEST_NAME] or None


def _outlet(value: Any) -> str | None:
    said = _line(value)
    if said and said.startswith(("http://", "https://")):
        return outlet_of(said)
    return said


def _address(value: Any) -> str | None:
    said = _said(value)
    return canonical_url(said) if said else None


def _language(values: Mapping[str, Any]) -> str | None:
    found = (values.get(name) for name in _LANGUAGE_FIELDS)
    return next((value for value in found if isinstance(value, str) and value.isascii()), None)


def _begins_with(text: str, title: str) -> bool:
    """Tell whether the first line of a text is the title."""
    first = text.lstrip()[: 3 * len(title) + 20].partition("\n")[0].strip()
    if first == title:
        return True
    return abs(len(first) - len(title)) <= len(title) // 2 and normal_form(first) == normal_form(
        title
    )


def _clean(text: str) -> str:
    """Replace what is no character: NUL, and halves of characters that JSON lets through."""
    if "\0" in text:
        text = text.replace("\0", "\ufffd")
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text
