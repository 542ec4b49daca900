"""Counts over time, by day, week, month or year, and a period against what was before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from math import exp, lgamma
from typing import Literal

Unit = Literal["day", "week", "month", "year"]
Change = Literal["new", "grown", "steady", "shrunk", "gone"]

# The longest span, in days, that is told by each unit; years beyond.
_LONGEST: tuple[tuple[Unit, int], ...] = (("day", 31), ("week", 7 * 30), ("month", 366 * 4))
_MOST_BINS = 60
# So many dates of a hundred may lie outside on either side: a few that were read wrong must not
# press all others into one year.
_STRAY = 1
# From this ratio of shares on, and where chance makes as much in fewer than this share of cases,
# a theme has grown (or shrunk, by the same the other way).
GROWN, BY_CHANCE = 1.5, 0.05
# Cases whose logarithms differ by less are equally likely.
_ROUNDING = 1e-7


@dataclass(frozen=True)
class Axis:
    """The time that counts are told for.

    Attributes
    ----------
    unit : {"day", "week", "month", "year"}
    starts : tuple of date
        The first day of each bin, in order and without gaps; weeks begin on Monday.
    """

    unit: Unit
    starts: tuple[date, ...]


@dataclass(frozen=True)
class Trend:
    """How many there are in each bin of an axis, before its first one, and after its last."""

    counts: tuple[int, ...]
    earlier: int
    later: int


@dataclass(frozen=True)
class Shift:
    """How a group's share of a period compares with its share before.

    Attributes
    ----------
    change : {"new", "grown", "steady", "shrunk", "gone"}
    before, during : int
    share_before, share_during : float
        Of all that is dated before, and in the period; 0 where there is nothing.
    chance : float
        How often chance alone would divide the group as unevenly (Fisher's exact test), 0 to 1.
    """

    change: Change
    before: int
    during: int
    share_before: float
    share_during: float
    chance: float


def axis_of(days: Iterable[date]) -> Axis | None:
    """Choose the unit and the bins for these days; None if there are none.

    Up to one in a hundred may lie outside at either end, and years beyond the last sixty.
    """
    ordered = sorted(days)
    if not ordered:
        return None
    stray = len(ordered) * _STRAY // 100
    first, last = ordered[stray], ordered[-1 - stray]
    span = (last - first).days
    unit: Unit = next((unit for unit, longest in _LONGEST if span <= longest), "year")
    starts = [_start(first, unit)]
    while (following := _next(starts[-1], unit)) is not None and following <= last:
        starts.append(following)
    return Axis(unit, tuple(starts[-_MOST_BINS:]))


def trend_of(days: Iterable[date], axis: Axis) -> Trend:
    """Count days in the bins of an axis."""
    counted = Counter(_start(day, axis.unit) for day in days)
    counts = tuple(counted[start] for start in axis.starts)
    earlier = sum(n for start, n in counted.items() if start < axis.starts[0])
    return Trend(counts, earlier, sum(counted.values()) - sum(counts) - earlier)


def shift_of(before: int, during: int, all_before: int, all_during: int) -> Shift:
    """Compare a group's share of a period with its share of what was before.

    Parameters
    ----------
    before, during : int
        Of the group, before the period and in it.
    all_before, all_during : int
        Of everything.
    """
    share_before = before / all_before if all_before else 0.0
    share_during = during / all_during if all_during else 0.0
    chance = _chance(before, during, all_before, all_during)
    change: Change = "steady"
    if not before and during:
        change = "new"
    elif before and not during:
        change = "gone"
    elif chance < BY_CHANCE and share_during >= GROWN * share_before:
        change = "grown"
    elif chance < BY_CHANCE and share_before >= GROWN * share_during:
        change = "shrunk"
    return Shift(change, before, during, share_before, share_during, chance)


def _start(day: date, unit: Unit) -> date:
    if unit == "week":
        return date.fromordinal(max(1, day.toordinal() - day.weekday()))
    if unit == "month":
        return day.replace(day=1)
    return day.replace(month=1, day=1) if unit == "year" else day


def _next(start: date, unit: Unit) -> date | None:
    """Return the first day of the bin that follows; None beyond the calendar's end."""
    try:
        if unit == "month":
            return _start(start + timedelta(days=31), unit)
        if unit == "year":
            return start.replace(year=start.year + 1)
        return start + timedelta(days=7 if unit == "week" else 1)
    except (OverflowError, ValueError):
        return None


def _chance(before: int, during: int, all_before: int, all_during: int) -> float:
    """Return the two-sided p-value of Fisher's exact test."""
    if not all_before or not all_during:
        return 1.0
    group = before + during
    ways = [
        _ways(all_during, n) + _ways(all_before, group - n)
        for n in range(max(0, group - all_before), min(group, all_during) + 1)
    ]
    seen = _ways(all_during, during) + _ways(all_before, before)
    highest = max(ways)
    cases = [exp(way - highest) for way in ways]
    unlikely = [case for case, way in zip(cases, ways, strict=True) if way <= seen + _ROUNDING]
    return min(1.0, sum(unlikely) / sum(cases))


def _ways(all_: int, some: int) -> float:
    """Return the logarithm of how many ways there are to draw some of all."""
    return lgamma(all_ + 1) - lgamma(some + 1) - lgamma(all_ - some + 1)
