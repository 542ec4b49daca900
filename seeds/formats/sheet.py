"""Articles from spreadsheets (XLSX, XLSB, XLS, ODS): each sheet with a header row is a table.

The header is the first of a sheet's first rows in which a field for the text is named, else the
first below which a column looks like text. A row is called by its id, else by its sheet and
number (``Sheet1#row=3``).
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from ..articles import Article, Problem
from ..containment import quoted
from ..dates import order_of
from ..errors import SeedError
from ..rows import Fields, Unreadable
from .field_names import fields_line, guess_fields, value_of
from .fields_used import FieldsUsed, closed_with
from .packages import Package
from .record_article import article_of

# Rows in which a header is looked for, and by which fields are guessed.
_HEADER_ROWS, _FIRST = 10, 100
# Rows without a text are told one by one up to this many in a file, then counted.
_TOLD = 3
_LONGEST_ID, _LONGEST_NAME = 300, 80
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml$", re.IGNORECASE)
_CELL = re.compile(rb'<(?:\w+:)?c\b[^<>]*?\br="([A-Z]{1,3})(\d{1,7})"')
_MOST_CELLS = 20_000_000  # a million rows of twenty columns
_CARRIAGE_RETURN = "_x000D_"  # as Excel writes it into text

_Row = tuple[int, dict[str, Any]]


@dataclass(frozen=True)
class _Table:
    """A sheet with a header: its rows with their numbers, and what is read from them."""

    sheet: str
    rows: list[_Row]
    fields: Fields


def articles(data: bytes, name: str, fields: Fields) -> list[Article | Problem]:
    """Return the articles of all sheets, in order, and what could not be read.

    The first article of a sheet carries a warning that says which fields were guessed.

    Parameters
    ----------
    data : bytes
    name : str
        How messages call the file.
    fields : Fields
        None for those that are to be guessed.

    Raises
    ------
    SeedError
        If it is damaged or locked, no sheet holds rows, or none has a field for the text.
    """
    tables: list[_Table] = []
    without: list[str] = []
    for sheet, rows in _sheets(data, name):
        table, problem = _table(sheet, rows, fields)
        if table:
            tables.append(table)
        else:
            without.append(f"{name}, sheet {quoted(sheet)!r}: {problem}")
    if not tables:
        raise SeedError(without[0] if without else f"{name} holds no rows. Nothing was added.")
    found: list[Article | Problem] = []
    bad = 0
    keys: dict[str, int] = {}
    for item in (item for table in tables for item in _closed(table, fields, keys, name)):
        bad += isinstance(item, Problem)
        if isinstance(item, Article) or bad <= _TOLD:
            found.append(item)
    if bad > _TOLD:
        found.append(Problem(f"{name}: {bad - _TOLD} more rows were left out."))
    return [*found, *map(Problem, without)]


def _sheets(data: bytes, name: str) -> Iterator[tuple[str, list[list[Any]]]]:
    """Yield the name and the cells of each sheet that has any."""
    import python_calamine as calamine

    if data.startswith(b"PK"):
        with Package(data, name) as package:  # what it unpacks to is bounded
            _refuse_wide(package)
    try:
        yield from _read(data)
    except calamine.PasswordError:
        raise SeedError(f"{name} is locked with a password. Save it without one.") from None
    except calamine.CalamineError as error:
        raise _unreadable(name, str(error)) from None
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # calamine's, which has no other name
            raise
        raise _unreadable(name, "it is damaged") from None


def _refuse_wide(package: Package) -> None:
    """Refuse a sheet with cells so far apart that what lies between them would fill memory."""
    for part in package.parts():
        if not _SHEET.match(part):
            continue
        rows, columns = 0, 0
        for cell in _CELL.finditer(package.read(part)):
            rows, columns = max(rows, int(cell[2])), max(columns, _column(cell[1]))
        if rows * columns > _MOST_CELLS:
            raise SeedError(
                f"{package.name} has a sheet of {rows:,} rows and {columns:,} columns, more than "
                f"{_MOST_CELLS:,} cells. Save it as .csv."
            )


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + letter - 64
    return number


def _read(data: bytes) -> Iterator[tuple[str, list[list[Any]]]]:
    import python_calamine as calamine

    book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    for about in book.sheets_metadata:
        if about.typ == calamine.SheetTypeEnum.WorkSheet:
            rows = book.get_sheet_by_name(about.name).to_python(skip_empty_area=False)
            if any(cell != "" for row in rows for cell in row):
                yield about.name, rows


def _unreadable(name: str, reason: str) -> SeedError:
    return SeedError(
        f"{name} cannot be read as a spreadsheet ({reason}). Save it as .xlsx or .csv."
    )


def _table(sheet: str, rows: Sequence[Sequence[Any]], given: Fields) -> tuple[_Table | None, str]:
    """Return a sheet as a table, its header known by names, else by what is below; or why not."""
    filled = [number for number, row in enumerate(rows) if any(cell != "" for cell in row)]
    problem = ""
    for by_content in (False, True):
        for at in filled[:_HEADER_ROWS]:
            header = _header(rows[at])
            below = [(n + 1, _values(header, rows[n])) for n in filled if n > at]
            sample = [values for _, values in below[:_FIRST]] if by_content else []
            fields, reason = _guessed(header, given, sample)
            if fields:
                return _Table(sheet, below, fields), ""
            problem = problem or reason
    return None, problem


def _guessed(
    header: dict[int, str], given: Fields, sample: Sequence[dict[str, Any]]
) -> tuple[Fields | None, str]:
    try:
        return guess_fields(header.values(), given, sample), ""
    except SeedError as error:
        return None, str(error)


def _header(row: Sequence[Any]) -> dict[int, str]:
    """Return the names of columns; of several of one name the first is meant."""
    names: dict[int, str] = {}
    for column, cell in enumerate(row):
        name = " ".join(cell.split()) if isinstance(cell, str) else ""
        if 0 < len(name) <= _LONGEST_NAME and name not in names.values():
            names[column] = name
    return names


def _values(header: dict[int, str], row: Sequence[Any]) -> dict[str, Any]:
    return {name: _value(row[column]) for column, name in header.items() if column < len(row)}


def _value(cell: Any) -> Any:
    """Return a cell's value: nothing for an empty one, whole numbers without a point."""
    if isinstance(cell, str):
        return cell.replace(_CARRIAGE_RETURN, "").replace("\r\n", "\n") or None
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date()
    if isinstance(cell, (time, timedelta)):
        return str(cell)
    return cell


def _closed(
    table: _Table, given: Fields, keys: dict[str, int], name: str
) -> Iterator[Article | Problem]:
    where = f"{name}, sheet {quoted(table.sheet)!r}"
    used = FieldsUsed(where, table.fields, [values for _, values in table.rows[:_FIRST]])
    return closed_with(_articles(table, given, keys, name, used), used)


def _articles(
    table: _Table, given: Fields, keys: dict[str, int], name: str, used: FieldsUsed
) -> Iterator[Article | Problem]:
    month_first = order_of(value_of(values, table.fields.date) for _, values in table.rows[:_FIRST])
    line = fields_line(table.fields, given)
    for number, values in table.rows:
        try:
            article = article_of(values, table.fields, "", month_first=month_first)
        except Unreadable as reason:
            yield Problem(
                f"{name}, sheet {quoted(table.sheet)!r}, row {number}: {reason}. It was left out."
            )
            continue
        used.count(values, article)
        key = _key(value_of(values, table.fields.id)) or f"{table.sheet}#row={number}"
        keys[key] = count = keys.get(key, 0) + 1
        warnings = (line,) if line else ()
        line = ""
        yield replace(article, key=key if count == 1 else f"{key}#{count}", warnings=warnings)


def _key(value: Any) -> str | None:
    if isinstance(value, (str, int, float, date)) and str(value).strip():
        return f"id={str(value).strip()[:_LONGEST_ID]}"
    return None
