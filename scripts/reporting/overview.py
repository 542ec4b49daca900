"""What the collection is: how much, by whom, in which languages, when, how much repeats."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import timedelta
from pathlib import PurePath

from ...index import KINDS, DocumentInfo, unread_of
from ...index.file_dates import newest_file
from ...index.trends import Axis, axis_of, trend_of
from ...seeds import LEFT_OUT
from ..forms import Form
from .material import Material
from .words import as_day

# A document of which at least this share of the paragraphs says what another one says.
MOSTLY_COPIED = 0.5


def overview_form(material: Material, axis: Axis | None, future: Sequence[str]) -> Form:
    """Return the figures of the whole, see docs/report.md."""
    documents = list(material.documents.values())
    days = sorted(day for d in documents if (day := as_day(d.published)))
    kinds = Counter(passage.kind for passage in material.passages)
    return {
        "name": material.collection.folder.resolve().name,
        "documents": len(documents),
        "passages": len(material.passages),
        "compared": sum(n for kind, n in kinds.items() if kind not in LEFT_OUT),
        "languages": counted(d.language for d in documents),
        "sources": counted(d.source or "" for d in documents),
        "first_published": days[0].isoformat() if days else None,
        "last_published": days[-1].isoformat() if days else None,
        "undated": len(documents) - len(days),
        "in_future": list(future),
        "trend": trend_form(documents, axis),
        "kinds": counted(passage.kind for passage in material.passages),
        "left_out": [kind for kind in LEFT_OUT if kinds[kind]],
        "boilerplate": sum(1 for p in material.passages if p.row in material.boilerplate),
        "unread": unread_form(material),
        **_copied(material),
    }


def unread_form(material: Material) -> list[Form]:
    """``[{"file","line"}]``: what could not be read when files were added; no folders."""
    found = []
    for unread in unread_of(material.collection):
        name = PurePath(unread.file).name
        found.append({"file": name, "line": unread.line[max(0, unread.line.find(name)) :]})
    return found


def counted(values: Iterable[str]) -> dict[str, int]:
    """Count values, most first."""
    return dict(sorted(Counter(values).items(), key=lambda item: (-item[1], item[0])))


def axis_form(axis: Axis | None) -> Form | None:
    """``{"unit","starts"}``, or null where nothing carries a date."""
    if axis is None:
        return None
    return {"unit": axis.unit, "starts": [start.isoformat() for start in axis.starts]}


def trend_form(documents: Iterable[DocumentInfo], axis: Axis | None) -> Form:
    """``{"counts","earlier","later","undated"}``: documents in each bin of the axis."""
    days = [as_day(document.published) for document in documents]
    dated = [day for day in days if day]
    undated = len(days) - len(dated)
    if axis is None:
        return {"counts": [], "earlier": 0, "later": 0, "undated": undated}
    trend = trend_of(dated, axis)
    return {
        "counts": list(trend.counts),
        "earlier": trend.earlier,
        "later": trend.later,
        "undated": undated,
    }


def axis_for(material: Material, future: Sequence[str]) -> Axis | None:
    """Choose the time axis of the report; dates in the future do not stretch it."""
    out = set(future)
    documents = material.documents.values()
    days = [day for d in documents if d.id not in out and (day := as_day(d.published))]
    return axis_of(days)


def in_future(material: Material) -> tuple[str, ...]:
    """Return the ids of documents dated later than the newest file that was added was written.

    No clock is asked, so that the report stays the same. Where most dates are later, it is
    the files' times that are wrong (an unpacked archive has any), and nothing is told.
    """
    newest = newest_file(material.collection)
    dated = [(day, d.id) for d in material.documents.values() if (day := as_day(d.published))]
    if newest is None:
        return ()
    later = tuple(id_ for day, id_ in dated if day > newest + timedelta(days=1))
    return later if 2 * len(later) <= len(dated) else ()


def _copied(material: Material) -> Form:
    """Count copies by kind, and the documents that are mostly copies."""
    comparable = [p for p in material.passages if p.counts]
    here = {passage.row for passage in comparable}
    kinds = Counter(link.kind for link in material.links if link.copy in here)
    paragraphs = [p for p in comparable if p.kind == "paragraph"]
    of_document = Counter(p.document.id for p in paragraphs)
    copied = Counter(p.document.id for p in paragraphs if p.row in material.roots)
    mostly = sum(1 for id_, n in of_document.items() if copied[id_] >= MOSTLY_COPIED * n)
    return {
        "copies": {kind: kinds[kind] for kind in KINDS},
        "copied_share": round(sum(kinds.values()) / len(here), 4) if here else 0.0,
        "mostly_copied": mostly,
    }
