"""Dates as they stand in articles and exports, to ISO 8601; what is not all there is None.

A day, a month and a year must be written. Nothing is taken from today's date, no time and no
offset is made up, and a date that could be two is told by its order: day first, unless the
language is American English (``en-US``) or `month_first` says otherwise.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

from .date_names import are_labels, key_of, name_a_month
from .date_places import YEAR_LAST, Taken, day_of, plain, reading_of, take
from .times import TIME, time_in, time_of_day

# Longer texts are no dates, and a dateline is shorter still.
_LONGEST_TEXT, _LONGEST_LINE, _LONGEST_FOR_LIBRARY = 200, 120, 60

_ISO = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)"
    r"(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,]\d{1,9})?)? ?(Z|UTC|[+-]\d\d(?::?\d\d)?)?)?",
    re.ASCII,
)
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T?(\d\d)(\d\d)(\d\d)?(Z|[+-]\d\d:?\d\d)?)?", re.ASCII)
_LOCAL_TIME = re.compile(r"بتوقيت \w+(?: المكرم[ةه])?")
_A_YEAR_AND_A_NUMBER = re.compile(r"\d{4}.*\d|\d.*\d{4}|(令和|平成|昭和)\d", re.S)

_MOST_TRIES, _MOST_IN_A_ROW = 3, 100

# Numbers below are days written in digits, or seconds from 1973 on.
_FIRST_DAY, _LAST_DAY = 15_000_101, 21_000_101
_FIRST_SECOND, _LAST_SECOND = 100_000_000, 5_000_000_000


def parse_date(text: str, *, language: str | None = None, month_first: bool = False) -> str | None:
    """Return the date that a text gives.

    Parameters
    ----------
    text : str
        A date, or date and time, with at most some words about it. Of several dates the first
        Gregorian one counts.
    language : str, optional
        A code such as ``ar`` or ``en-US``; decides between months of one name, and the order.
    month_first : bool, default False
        Whether ``03/04/2024`` is the fourth of March.

    Returns
    -------
    str or None
        ``2024-04-23``, ``2024-04-23T15:44``, ``2024-04-23T15:44:00+03:00``; None where a day, a
        month or a year is missing, where there is no such day, and for years before 1500 and
        more than a year ahead. Hijri dates are turned by the Umm al-Qura calendar, which may be
        a day off where the moon is sighted.
    """
    text = text.strip()
    if found := _ISO.fullmatch(text):
        return _iso(found)
    if not text or len(text) > _LONGEST_TEXT:
        return None
    if found := _COMPACT.fullmatch(text):
        return _iso(found)
    whole = plain(text)
    if not _A_YEAR_AND_A_NUMBER.search(whole):
        return None
    if found := _ISO.fullmatch(whole):
        return _iso(found)
    taken = take(whole, reading_of(whole, text, language, month_first))
    if taken is not None:
        return taken.said
    return _LIBRARY.date_in(whole, language) if len(whole) <= _LONGEST_FOR_LIBRARY else None


def find_dateline(line: str, language: str | None = None) -> str | None:
    """Return the date of a line that is nothing but dates, times, and what announces them.

    Of several dates the earliest counts: a text is published before it is updated.
    """
    if len(line) > _LONGEST_LINE:
        return None
    rest = plain(line)
    if not _A_YEAR_AND_A_NUMBER.search(rest):
        return None
    reading = reading_of(rest, line, language, False)
    found: list[Taken] = []
    while (taken := take(rest, reading)) is not None:
        found.append(taken)
        rest = taken.rest
    if not found or not are_labels(key_of(_LOCAL_TIME.sub(" ", rest))):
        return None
    return min(taken.said for taken in found if taken.calendar == found[0].calendar)


def date_of(value: object, *, language: str | None = None, month_first: bool = False) -> str | None:
    """Return the date of a value in a record: text, a number, a date, or what MongoDB writes.

    Numbers are seconds, or thousandths or millionths of them, since 1970 (from 1973 on), or the
    digits of a date such as 20240423.
    """
    if isinstance(value, str):
        text = value.strip()
        if text.isdecimal() and text.isascii() and len(text) in (10, 13, 16):
            return _of_timestamp(int(text))
        return parse_date(text, language=language, month_first=month_first)
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, (int, float, Decimal)):
        is_digits = isinstance(value, int) and _FIRST_DAY <= value < _LAST_DAY
        return parse_date(str(value)) if is_digits else _of_timestamp(value)
    if isinstance(value, datetime):
        return parse_date(value.isoformat())
    if isinstance(value, date):
        return parse_date(value.isoformat())
    if isinstance(value, dict) and len(value) == 1:
        inner = value.get("$date", value.get("$numberLong"))
        return date_of(inner, language=language) if inner is not None else None
    return None


def order_of(texts: Iterable[object]) -> bool:
    """Tell whether dates such as 04/23/2024 stand among texts, and none such as 23/04/2024."""
    firsts, seconds = [], []
    for text in texts:
        if isinstance(text, str) and (found := YEAR_LAST.search(text)) and found[2] == "/":
            firsts.append(int(found[1]))
            seconds.append(int(found[3]))
    return max(firsts, default=0) <= 12 < max(seconds, default=0)


def _iso(found: re.Match[str]) -> str | None:
    year, month, day, hour, minute, second, zone = found.groups()
    made = day_of(int(year), int(month), int(day))
    if made is not None and hour == "24" and int(minute) == int(second or 0) == 0:
        made, hour = made + timedelta(days=1), "00"  # ISO 8601 may write midnight so
    if made is None or hour is None:
        return made.isoformat() if made else None
    time = time_of_day(int(hour), int(minute), None if second is None else int(second), zone)
    return None if time is None else made.isoformat() + time


def _of_timestamp(value: float | Decimal) -> str | None:
    for unit in (1, 1_000, 1_000_000):
        if _FIRST_SECOND <= (seconds := float(value) / unit) < _LAST_SECOND:
            moment = datetime.fromtimestamp(int(seconds), timezone.utc)
            return moment.isoformat() if day_of(moment.year, moment.month, moment.day) else None
    return None


class _Library:
    """dateparser, which knows more languages than are read here, but takes long to know nothing.

    It is asked no more for words that it did not know three times, and not at all after it knew
    nothing a hundred times in a row.
    """

    def __init__(self) -> None:
        self._unknown: Counter[str] = Counter()
        self._in_a_row = 0

    def date_in(self, text: str, language: str | None) -> str | None:
        """Return the date of a text; its day and its year must be in the numbers written."""
        words = key_of(text)
        form = " ".join(word for word in words if not word.isdecimal())
        if not form or name_a_month(words):
            return None
        if self._unknown[form] >= _MOST_TRIES or self._in_a_row >= _MOST_IN_A_ROW:
            return None
        found = self._asked(text, language)
        numbers = {int(number) for number in re.findall(r"\d+", text)}
        if found is None or not {found.year, found.day} <= numbers:
            self._unknown[form] += 1
            self._in_a_row += 1
            return None
        self._in_a_row = 0
        made = day_of(found.year, found.month, found.day)
        return made.isoformat() + time_in(text, TIME)[0] if made else None

    def _asked(self, text: str, language: str | None) -> datetime | None:
        import dateparser

        base = (language or "").replace("_", "-").split("-")[0].lower()
        settings = {
            "PARSERS": ["absolute-time"],
            "REQUIRE_PARTS": ["day", "month", "year"],
            "STRICT_PARSING": True,
            "DATE_ORDER": "DMY",
        }
        try:
            return dateparser.parse(text, languages=[base] if base else None, settings=settings)
        except ValueError:  # a language that it does not know
            return dateparser.parse(text, settings=settings)


_LIBRARY = _Library()
