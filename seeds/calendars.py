"""Days of the Hijri and the Persian solar year as Gregorian ones."""

from __future__ import annotations

from datetime import date, timedelta

from hijridate import Hijri

from .date_names import Calendar

# The years that the Umm al-Qura tables hold, and those for which the rule of leap years was
# checked against the published ones.
HIJRI_YEARS, SOLAR_YEARS = range(1343, 1501), range(1300, 1473)
_ANCHOR = 1403, date(2024, 3, 20)
_LEAP_YEARS_OF_33 = frozenset((1, 5, 9, 13, 17, 22, 26, 30))


def as_gregorian(calendar: Calendar, year: int, month: int, day: int) -> date | None:
    """Return a day as Gregorian; None where the calendar has no such day, or is not known."""
    if calendar == "hijri":
        return _of_hijri(year, month, day)
    if calendar == "solar":
        return _of_solar(year, month, day)
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _of_hijri(year: int, month: int, day: int) -> date | None:
    if year not in HIJRI_YEARS:
        return None
    try:
        found = Hijri(year, month, day).to_gregorian()
    except (ValueError, OverflowError):
        return None
    return date(found.year, found.month, found.day)


def _of_solar(year: int, month: int, day: int) -> date | None:
    """Six months of 31 days, five of 30, and the last of 29, or 30 in a leap year."""
    if year not in SOLAR_YEARS or not 1 <= month <= 12:
        return None
    if not 1 <= day <= (31 if month <= 6 else 30 if month < 12 or _is_leap(year) else 29):
        return None
    first, anchor = _ANCHOR
    years = range(first, year) if year >= first else range(year, first)
    days = sum(366 if _is_leap(each) else 365 for each in years) * (1 if year >= first else -1)
    in_year = 31 * (month - 1) if month <= 6 else 186 + 30 * (month - 7)
    return anchor + timedelta(days=days + in_year + day - 1)


def _is_leap(year: int) -> bool:
    return year % 33 in _LEAP_YEARS_OF_33
