"""Dates inside a text: numbers in any order, months by name, three calendars and some eras."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from .calendars import HIJRI_YEARS, SOLAR_YEARS, as_gregorian
from .date_names import Calendar, are_fillers, key_of, last_month_of, month_of
from .times import DOTTED_TIME, HOUR_ALONE, TIME, time_in

_EARLIEST_YEAR = 1500
_LATEST = timedelta(days=366)  # from today; announced events are dated ahead

_YEAR_FIRST = re.compile(r"(?<![\d/.-])(\d{4}) ?([-/.]) ?(\d{1,2}) ?\2 ?(\d{1,2})(?![\d]|[/.-]\d)")
YEAR_LAST = re.compile(r"(?<![\d/.-])(\d{1,2}) ?([-/.]) ?(\d{1,2}) ?\2 ?(\d{4})(?![\d]|[/.-]\d)")
_EAST_ASIAN = re.compile(
    r"(令和|平成|昭和)?(\d{1,4}) ?[年년] ?(\d{1,2}) ?[月월] ?(\d{1,2}) ?[日号號일]?"
)
_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925}
_VIETNAMESE = re.compile(r"(\d{1,2}) tháng (\d{1,2})(?:,? năm|,)? (\d{4})", re.I)
_DAY_FIRST = re.compile(r"(?<!\d)(\d{1,2})(?!\d)([^\d:]{1,60}?)(?<!\d)(\d{4})(?!\d)")
_MONTH_FIRST = re.compile(r"([^\d:]{2,80})(?<!\d)(\d{1,2})(?!\d)([^\d:]{1,12})(\d{4})(?!\d)")
_YEAR_THEN_NAME = re.compile(r"(?<!\d)(\d{4})([^\d:]{2,40}?)(?<!\d)(\d{1,2})(?!\d)")
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\u061c\u0640\ufeff]")
_ZONE_NAME = re.compile(r"\[[\w/+-]+\]$|\([A-Z]{2,5}\)$")
_HIJRI_MARK = re.compile(r"هجري(?!\w*.?شمسي)|(?<![^\W\d])ه(?!\w)")
_SOLAR_MARK = re.compile(r"شمسی|شمسي|(?<![^\W\d])ه\.? ?ش(?!\w)")
_PERSIAN_DIGIT = re.compile("[۴۵۶]")
_THAI = re.compile("[\u0e01-\u0e3a]")
_OTHER_DIGIT = re.compile(r"[^\D0-9]")
_BUDDHIST_YEARS = range(2443, 2644)


@dataclass(frozen=True)
class _Place:
    """A date in a text: where it begins, and the text without it."""

    day: date
    start: int
    calendar: Calendar
    rest: str


@dataclass(frozen=True)
class Taken:
    """A date with its time, as ISO 8601, and the text without them."""

    said: str
    calendar: Calendar
    rest: str


@dataclass(frozen=True)
class Reading:
    """How a text is to be read."""

    language: str | None
    month_first: bool
    is_hijri: bool
    is_solar: bool
    is_thai: bool


def plain(text: str) -> str:
    """Return a text with digits 0-9, plain spaces, and nothing invisible."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text))
        text = _OTHER_DIGIT.sub(lambda found: str(int(found[0])), text).replace("،", ",")
    return _ZONE_NAME.sub("", " ".join(text.split()))


def reading_of(plain: str, text: str, language: str | None, month_first: bool) -> Reading:
    """Tell by a text and its language how its dates are to be read."""
    code = (language or "").replace("_", "-").lower()
    base = code.split("-")[0]
    is_solar = is_hijri = False
    if _SOLAR_MARK.search(plain):
        is_solar = True
    elif _HIJRI_MARK.search(plain):
        is_hijri = True
    elif base in ("fa", "ps") or (not base and _PERSIAN_DIGIT.search(text)):
        is_solar = True
    else:
        is_hijri = base == "ar"
    is_thai = base == "th" or _THAI.search(text) is not None
    return Reading(language, month_first or code == "en-us", is_hijri, is_solar, is_thai)


def take(text: str, reading: Reading) -> Taken | None:
    """Take the first date out of a text, and with it the first time."""
    time, rest = time_in(text, TIME)
    place = _date_in(rest, reading)
    if place is None:
        return None
    rest = place.rest
    for pattern in (HOUR_ALONE, DOTTED_TIME):
        if not time:
            time, rest = time_in(rest, pattern)
    return Taken(place.day.isoformat() + time, place.calendar, rest)


def day_of(year: int, month: int, day: int) -> date | None:
    """Return a day of the Gregorian calendar if there is one, since 1500 and not far ahead."""
    try:
        made = date(year, month, day)
    except ValueError:
        return None
    return made if year >= _EARLIEST_YEAR and made <= date.today() + _LATEST else None


def _date_in(text: str, reading: Reading) -> _Place | None:
    """Return the first date of a text, Gregorian ones before others."""
    places = [place for find in _FINDERS for place in find(text, reading)]
    return min(places, key=lambda p: (p.calendar != "gregorian", p.start), default=None)


def _numeric(text: str, reading: Reading) -> Iterator[_Place]:
    for found in _YEAR_FIRST.finditer(text):
        year, _, month, day = found.groups()
        yield from _place(text, found, int(year), int(month), int(day), reading)
    for found in YEAR_LAST.finditer(text):
        first, mark, second, year = found.groups()
        day, month = int(first), int(second)
        if month > 12 or (reading.month_first and mark != "." and day <= 12):
            day, month = month, day
        yield from _place(text, found, int(year), month, day, reading)


def _with_characters(text: str, reading: Reading) -> Iterator[_Place]:
    for found in _EAST_ASIAN.finditer(text):
        year = int(found[2]) + _ERAS.get(found[1], 0)
        yield from _place(text, found, year, int(found[3]), int(found[4]), reading)
    for found in _VIETNAMESE.finditer(text):
        yield from _place(text, found, int(found[3]), int(found[2]), int(found[1]), reading)


def _named(text: str, reading: Reading) -> Iterator[_Place]:
    """Find dates whose month is a word: 23 April 2024, April 23 2024, 2024 April 23."""
    for pattern, groups in ((_DAY_FIRST, (3, 2, 1)), (_YEAR_THEN_NAME, (1, 2, 3))):
        for found in pattern.finditer(text):
            year, name, day = (found[group] for group in groups)
            month = month_of(key_of(name), reading.language)
            if month is not None:
                yield from _place(text, found, int(year), month[1], int(day), reading, month[0])
    for found in _MONTH_FIRST.finditer(text):
        words = key_of(found[1])
        month, size = last_month_of(words, reading.language)
        if month is not None and are_fillers(key_of(found[3])):
            before = " ".join(words[:-size])
            yield from _place(
                text, found, int(found[4]), month[1], int(found[2]), reading, month[0], before
            )


_FINDERS: tuple[Callable[[str, Reading], Iterator[_Place]], ...] = (
    _numeric, _with_characters, _named,
)  # fmt: skip


def _place(
    text: str,
    found: re.Match[str],
    year: int,
    month: int,
    day: int,
    reading: Reading,
    calendar: Calendar | None = None,
    before: str = "",
) -> Iterator[_Place]:
    """Yield a date where there is such a day."""
    if reading.is_thai and year in _BUDDHIST_YEARS:
        year -= 543
    if calendar is None:
        calendar = "gregorian"
        if reading.is_solar and year in SOLAR_YEARS:
            calendar = "solar"
        elif reading.is_hijri and year in HIJRI_YEARS:
            calendar = "hijri"
    gregorian = as_gregorian(calendar, year, month, day)
    made = gregorian and day_of(gregorian.year, gregorian.month, gregorian.day)
    if made:
        rest = f"{text[: found.start()]} {before} {text[found.end() :]}"
        yield _Place(made, found.start(), calendar, rest)
