"""Options that take a day: a date, a month, a year, or a time ago."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import click

_AGO = re.compile(r"(\d{1,5})\s*([dwmy])", re.IGNORECASE)
_CALENDAR = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?(?:[T ].*)?")
_NAMED = {"today": 0, "yesterday": 1}
HOW = "2025-03-01, 2025-03, 2025, today, yesterday, 7d, 2w, 6m or 1y (7 days ago, 2 weeks ago …)"

_Command = Callable[..., Any]


def day_option(name: str, text: str, *, is_end: bool) -> Callable[[_Command], _Command]:
    """Add an option that takes a day; the command gets it in ISO 8601, or None.

    Parameters
    ----------
    name : str
        Such as ``--since``.
    text : str
        What it is for.
    is_end : bool
        Whether a month or a year stands for its last day, not for its first.
    """

    def read(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
        return None if value is None else day_of(value, date.today(), is_end=is_end).isoformat()

    return click.option(name, callback=read, metavar="DAY", help=text)


def check_order(since: str | None, until: str | None) -> None:
    """Refuse a period that ends before it begins."""
    if since and until and since > until:
        raise click.UsageError(
            f"--since {since} is after --until {until}: no day is in between. Swap the two."
        )


def day_of(value: str, today: date, *, is_end: bool) -> date:
    """Read a day.

    Parameters
    ----------
    value : str
        A date, a month or a year in ISO 8601, ``today``, ``yesterday``, or a time ago such as
        ``7d``, ``2w``, ``6m``, ``1y``; digits of any script.
    today : date
    is_end : bool
        Whether a month or a year stands for its last day, not for its first.

    Returns
    -------
    date

    Raises
    ------
    click.BadParameter
        If it is none of these, or no day of the calendar.
    """
    asked = value.strip().lower()
    try:
        if asked in _NAMED:
            return today - timedelta(days=_NAMED[asked])
        if ago := _AGO.fullmatch(asked):
            return _before(today, int(ago[1]), ago[2])
        if found := _CALENDAR.fullmatch(asked.upper()):
            return _in_calendar([int(part) for part in found.groups() if part], is_end)
    except (ValueError, OverflowError):
        pass
    raise click.BadParameter(f"{value[:80]!r} is no day. Write {HOW}.")


def _before(today: date, count: int, unit: str) -> date:
    if unit in "dw":
        return today - timedelta(days=count * (7 if unit == "w" else 1))
    months = today.year * 12 + today.month - 1 - count * (12 if unit == "y" else 1)
    year, month = months // 12, months % 12 + 1
    return date(year, month, min(today.day, calendar.monthrange(year, month)[1]))


def _in_calendar(parts: list[int], is_end: bool) -> date:
    if len(parts) == 3:
        return date(*parts)
    year, month = parts if len(parts) == 2 else (parts[0], 12 if is_end else 1)
    return date(year, month, calendar.monthrange(year, month)[1] if is_end else 1)
