"""One period against what was before: which themes and stories are new, grown or gone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

import click

from ...index import DocumentInfo
from ...index.trends import shift_of
from ...seeds.containment import quoted
from ..forms import Form
from .material import Material
from .words import as_day

_ORDER = ("new", "grown", "steady", "shrunk", "gone")


@dataclass(frozen=True)
class Period:
    """From a day up to a day, both included; None for as far as there are documents."""

    first: date
    last: date | None

    @classmethod
    def parse(cls, value: str) -> Period:
        """Read ``FROM..TO`` or ``FROM..``.

        Raises
        ------
        click.BadParameter
            If that is not what it is, or it ends before it begins.
        """
        begin, dots, end = value.partition("..")
        try:
            period = cls(date.fromisoformat(begin), date.fromisoformat(end) if end else None)
        except ValueError:
            dots = ""
        if not dots:
            raise click.BadParameter(
                f"{quoted(value)!r} is no period such as 2025-03-01..2025-03-31 or 2025-03-01.."
            )
        if period.last is not None and period.last < period.first:
            raise click.BadParameter(f"{quoted(value)!r} ends before it begins.")
        return period

    def __str__(self) -> str:
        return f"{self.first}..{self.last or ''}"

    def holds(self, day: date) -> bool:
        """Tell whether a day is in it."""
        return self.first <= day and (self.last is None or day <= self.last)


def comparison_form(material: Material, period: Period) -> Form:
    """Compare themes, stories and outlets of a period with those before it.

    Documents without a date, and those after the period, are counted and take no part.
    """
    everything = material.documents.values()
    before, during = _split(everything, period)
    days = [day for document in everything if (day := as_day(document.published))]
    last = period.last or max([period.first, *days])
    return {
        "from": period.first.isoformat(),
        "to": last.isoformat(),
        "days": (last - period.first + timedelta(days=1)).days,
        "before": before,
        "during": during,
        "after": len(days) - before - during,
        "undated": len(everything) - len(days),
        "themes": _themes(material, period, before, during),
        "stories": _stories(material, period),
        "sources_new": _new_sources(everything, period),
    }


def _split(documents: Iterable[DocumentInfo], period: Period) -> tuple[int, int]:
    days = [day for document in documents if (day := as_day(document.published))]
    return sum(day < period.first for day in days), sum(map(period.holds, days))


def _themes(material: Material, period: Period, before: int, during: int) -> list[Form]:
    """Return how each theme that has dated documents by then has moved: new ones first."""
    found: list[Form] = []
    for theme in material.themes.themes:
        shift = shift_of(*_split(theme.documents, period), before, during)
        if shift.before or shift.during:
            found.append(
                {
                    "id": theme.id,
                    "change": shift.change,
                    "before": shift.before,
                    "during": shift.during,
                    "share_before": round(shift.share_before, 4),
                    "share_during": round(shift.share_during, 4),
                    "chance": round(shift.chance, 4),
                }
            )
    found.sort(
        key=lambda f: (_ORDER.index(f["change"]), f["share_before"] - f["share_during"], f["id"])
    )
    return found


def _stories(material: Material, period: Period) -> list[Form]:
    """Return the stories of several articles that began in the period, or went on in it."""
    found = []
    for story in material.stories:
        first, last = as_day(story.first), as_day(story.last)
        if len(story.documents) < 2 or first is None or last is None:
            continue
        before, during = _split(story.documents, period)
        if during:
            state = "going_on" if before else "new"
            found.append({"id": story.id, "state": state, "before": before, "during": during})
    return sorted(found, key=lambda s: (s["state"] != "new", -s["during"], s["id"]))


def _new_sources(documents: Iterable[DocumentInfo], period: Period) -> list[str]:
    """Return the outlets with documents in the period and none before it."""
    before, during = set(), set()
    for document in documents:
        day = as_day(document.published)
        if day and document.source:
            if day < period.first:
                before.add(document.source)
            elif period.holds(day):
                during.add(document.source)
    return sorted(during - before)
