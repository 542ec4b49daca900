"""Counts over time, and one period against what was before. Oracles: by hand, and SciPy."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from marsad.index.trends import axis_of, shift_of, trend_of
from scipy.stats import fisher_exact

DAY = date(2025, 3, 5)  # a Wednesday


def _days(*offsets: int) -> list[date]:
    return [DAY + timedelta(days=n) for n in offsets]


@pytest.mark.parametrize(
    "span, unit, first",
    [(0, "day", DAY), (31, "day", DAY), (32, "week", date(2025, 3, 3)),
     (211, "month", date(2025, 3, 1)), (1465, "year", date(2025, 1, 1))],
)  # fmt: skip
def test_the_unit_follows_from_the_span(span, unit, first):
    axis = axis_of(_days(0, span))
    assert (axis.unit, axis.starts[0]) == (unit, first)
    assert axis.starts[-1] <= DAY + timedelta(days=span)


def test_bins_have_no_gaps_and_every_day_is_counted_once():
    random = np.random.default_rng(0)
    for span in (10, 100, 1000, 5000):
        days = _days(*random.integers(0, span, 50).tolist())
        axis = axis_of(days)
        trend = trend_of(days, axis)
        assert sum(trend.counts) + trend.earlier + trend.later == 50
        assert trend.earlier == trend.later == 0
        assert list(axis.starts) == sorted(set(axis.starts))
        assert trend.counts[0] and trend.counts[-1]


def test_a_date_that_was_read_wrong_does_not_press_the_others_together():
    days = [*_days(*range(20)) * 10, date(1970, 1, 1)]
    axis = axis_of(days)
    assert axis.unit == "day"
    assert len(axis.starts) == 20
    assert trend_of(days, axis).earlier == 1


def test_the_calendar_may_end():
    days = [date(1, 1, 1), date(9999, 12, 31)]
    axis = axis_of(days)
    assert axis.unit == "year"
    assert axis.starts[-1] == date(9999, 1, 1)
    assert trend_of(days, axis).earlier == 1
    assert axis_of([date.min, date.min + timedelta(days=40)]).unit == "week"
    assert axis_of([]) is None


def test_chance_is_that_of_fisher():
    random = np.random.default_rng(1)
    for _ in range(100):
        all_before, all_during = random.integers(1, 400, 2).tolist()
        before = int(random.integers(0, all_before + 1))
        during = int(random.integers(0, all_during + 1))
        table = [[before, all_before - before], [during, all_during - during]]
        expected = fisher_exact(table).pvalue
        found = shift_of(before, during, all_before, all_during).chance
        assert found == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize(
    "before, during, change",
    [(0, 3, "new"), (3, 0, "gone"), (5, 60, "grown"), (60, 5, "shrunk"), (1, 4, "steady"),
     (400, 520, "steady")],
)  # fmt: skip
def test_what_has_moved_is_told_from_what_chance_moves(before, during, change):
    assert shift_of(before, during, 1000, 1000).change == change
