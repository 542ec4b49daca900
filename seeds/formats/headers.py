"""Whether the first row of a table names its columns, or is a record like those below it.

A first row is a record where its cells are of the kind that the columns below them are of, and
of a kind that names are not: addresses, dates, long texts. Its columns then get names by what is
in them, so that whatever chooses fields by their names finds them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from statistics import median

from ..dates import date_of
from ..urls import outlet_of
from .field_names import is_known

# The form of a text, by letters and words. Questions of a survey are headers of this form too, so
# that it says little; what is longer than any name says as much as an address.
_FEWEST_LETTERS, _FEWEST_WORDS, _LONGER_THAN_NAMES = 20, 4, 200
_MOST = 0.8  # of the cells of a column, for it to be of a kind
_LONGEST_ID = 64
_ADDRESS = re.compile(r"(?:https?:)?//[^\s/]+\.[^\s]+|www\.\S+\.\S+|/[^\s/]+(?:/[^\s/]+)+/?", re.I)
_NUMBER = re.compile(r"[-+]?\d+(?:[.,]\d{3})*(?:[.,]\d+)?%?")
_ENDS = tuple(".!?؟۔।。！？…")
_HOST = re.compile(r"(?:[\w-]+\.)+[a-z]{2,}", re.I)

Rows = Sequence[Sequence[str]]


def is_record(first: Sequence[str], below: Rows) -> bool:
    """Tell whether the first row of a table is a record.

    Parameters
    ----------
    first : sequence of str
    below : sequence of sequence of str
        The rows that follow, up to a hundred of them. Where there are none, only what names never
        are counts.

    Notes
    -----
    One strong sign is enough, or two weak ones, or one in a table of one column; two strong ones
    where a cell is a name that fields are known by. A value that comes again below, as those of a
    field for the topic do, is no name, and a weak sign. Rows that are the first one once more,
    as in files that were put one behind the other, say nothing.
    """
    below = [row for row in below if list(row) != list(first)]
    strong = weak = 0
    is_named = False
    for place, cell in enumerate(first):
        column = _column(below, place)
        said = cell.strip()
        if said in column and not _is_number(said):
            weak += 1
        elif is_known(said):
            is_named = True
        elif _is_alike(said, column):
            strength = _strength(said, column)
            strong, weak = strong + (strength == 2), weak + (strength == 1)
    enough = min(2, len(first))
    return strong >= 2 or (not is_named and 2 * strong + weak >= enough)


def names_by_content(rows: Rows) -> list[str]:
    """Return a name for each column of a table without names.

    The columns of the text, the title, the address, the date, the id and the outlet are called
    so, where they can be told; the others ``column 3``, counted from 1.

    Parameters
    ----------
    rows : sequence of sequence of str
        The first records.
    """
    width = max(map(len, rows), default=0)
    columns = {place: _column(rows, place) for place in range(width)}
    names: dict[int, str] = {}

    def name(role: str, fitting: Sequence[int]) -> None:
        free = [place for place in fitting if place not in names]
        if free:
            names[free[0]] = role

    name("url", [n for n, column in columns.items() if _are(column, _is_address)])
    name("date", [n for n, column in columns.items() if _are(column, _is_date)])
    letters = {n: _letters(column) for n, column in columns.items() if n not in names}
    longest = sorted(letters, key=lambda n: letters[n], reverse=True)
    if longest and (
        letters[longest[0]] >= _FEWEST_LETTERS or _are(columns[longest[0]], _is_sentence)
    ):
        name("text", longest)
        name("title", [n for n in longest if _are_titles(columns[n], len(rows))])
    name("id", [0] if columns and _are_ids(columns[0], len(rows)) else [])
    name("source", [n for n, column in columns.items() if _are(column, _is_host)])
    return [names.get(place, f"column {place + 1}") for place in range(width)]


def header_line(names: Sequence[str]) -> str:
    """Say in one line that there is no header, and how the columns are called."""
    found = [f"{n} {name!r}" for n, name in enumerate(names, 1) if name != f"column {n}"]
    others = ", the others 'column 1' and so on" if len(found) < len(names) else ""
    called = ", ".join(found) or "none could be told"
    return (
        "its first row is a record, no header, so it was read as one; columns by what is in them: "
        f"{called}{others} (where that is wrong, put a row of names before it)"
    )


def _column(rows: Rows, place: int) -> list[str]:
    """Return the cells of a column that are not empty."""
    return [cell for row in rows if place < len(row) and (cell := row[place].strip())]


def _strength(cell: str, column: Sequence[str]) -> int:
    """Say how much a cell speaks against names: 2, 1, or 0 for not at all."""
    if _is_address(cell) or _is_date(cell):
        return 2
    if _is_text(cell):
        if len(cell) >= _LONGER_THAN_NAMES:
            return 2
        return 1 if column and len(cell) >= median(map(len, column)) / 2 else 0
    return 1 if column and (_is_number(cell) or _is_sentence(cell)) else 0


def _is_alike(cell: str, column: Sequence[str]) -> bool:
    """Tell whether a column goes on as it began."""
    kinds = (_is_address, _is_date, _is_number, _is_sentence, _is_text)
    return any(kind(cell) and sum(map(kind, column)) >= len(column) / 2 for kind in kinds)


def _are(column: Sequence[str], kind: Callable[[str], bool]) -> bool:
    return bool(column) and sum(map(kind, column)) >= _MOST * len(column)


def _is_address(cell: str) -> bool:
    return _ADDRESS.fullmatch(cell) is not None


def _is_date(cell: str) -> bool:
    if _is_number(cell) and len(cell) != len("20240413"):
        return False  # a number, or seconds since 1970, which are ids as well
    return len(cell) <= 80 and date_of(cell) is not None


def _is_number(cell: str) -> bool:
    return _NUMBER.fullmatch(cell) is not None


def _is_text(cell: str) -> bool:
    return sum(map(str.isalpha, cell)) >= _FEWEST_LETTERS and (
        len(cell.split()) >= _FEWEST_WORDS or not cell.isascii()
    )


def _is_sentence(cell: str) -> bool:
    return cell.endswith(_ENDS) and (" " in cell or not cell.isascii())


def _is_host(cell: str) -> bool:
    return _HOST.fullmatch(cell) is not None and outlet_of(f"https://{cell}") is not None


def _letters(column: Sequence[str]) -> float:
    return sum(sum(map(str.isalpha, cell)) for cell in column) / len(column) if column else 0.0


def _are_titles(column: Sequence[str], rows: int) -> bool:
    """Tell whether a column holds a line of words for most rows, seldom the same."""
    few = len(column) < _MOST * rows or len(set(column)) < _MOST * len(column)
    return not few and _are(column, lambda cell: _is_text(cell) and "\n" not in cell)


def _are_ids(column: Sequence[str], rows: int) -> bool:
    """Tell whether each row has a value of its own without spaces."""
    return len(set(column)) == rows > 1 and all(
        len(cell) <= _LONGEST_ID and not re.search(r"\s", cell) and any(map(str.isdigit, cell))
        for cell in column
    )
