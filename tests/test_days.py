"""Days as people write them on a command line."""

from __future__ import annotations

from datetime import date, timedelta

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st
from marsad.scripts.days import check_order, day_of

TODAY = date(2025, 3, 31)
DAYS = st.dates(date(1000, 1, 1), date(9999, 12, 31))


@pytest.mark.parametrize(
    ("written", "first", "last"),
    [
        ("2025-02-03", "2025-02-03", "2025-02-03"),
        ("2025-2-3", "2025-02-03", "2025-02-03"),
        ("٢٠٢٥-٠٢-٠٣", "2025-02-03", "2025-02-03"),
        ("2025-02-03T22:10:00Z", "2025-02-03", "2025-02-03"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2025", "2025-01-01", "2025-12-31"),
        ("today", "2025-03-31", "2025-03-31"),
        (" Yesterday ", "2025-03-30", "2025-03-30"),
        ("0d", "2025-03-31", "2025-03-31"),
        ("7d", "2025-03-24", "2025-03-24"),
        ("2W", "2025-03-17", "2025-03-17"),
        ("1m", "2025-02-28", "2025-02-28"),
        ("13 m", "2024-02-29", "2024-02-29"),
        ("1y", "2024-03-31", "2024-03-31"),
    ],
)
def test_a_day_a_month_a_year_and_a_time_ago(written, first, last):
    assert day_of(written, TODAY, is_end=False).isoformat() == first
    assert day_of(written, TODAY, is_end=True).isoformat() == last


@pytest.mark.parametrize(
    "written",
    ["", "tomorrow", "2025-13", "2025-02-30", "03/04/2025", "7", "7x", "-7d", "0000", "99999y",
     "2025-02-03-04"],
)  # fmt: skip
def test_what_is_no_day_is_refused_with_what_to_write(written):
    with pytest.raises(click.BadParameter, match=r"is no day\. Write 2025-03-01"):
        day_of(written, TODAY, is_end=False)


def test_a_long_value_is_not_printed_whole():
    with pytest.raises(click.BadParameter) as refused:
        day_of("x" * 10_000, TODAY, is_end=False)
    assert len(refused.value.message) < 250


@given(DAYS)
def test_every_iso_date_is_itself(day):
    assert day_of(day.isoformat(), TODAY, is_end=False) == day


@given(DAYS)
def test_a_month_holds_its_days_and_no_other(day):
    month = day.isoformat()[:7]
    first, last = (day_of(month, TODAY, is_end=is_end) for is_end in (False, True))
    assert first <= day <= last
    assert first.day == 1
    assert last == date.max or (last + timedelta(days=1)).day == 1


@given(st.integers(0, 5000))
def test_days_ago_are_counted_from_today(count):
    assert (TODAY - day_of(f"{count}d", TODAY, is_end=False)).days == count


def test_a_period_that_ends_before_it_begins_is_refused():
    check_order("2025-01-01", "2025-01-01")
    check_order(None, "2025-01-01")
    with pytest.raises(click.UsageError, match="2025-02-01 is after --until 2025-01-01"):
        check_order("2025-02-01", "2025-01-01")
