"""What the report says, gathered as one plain form; the renderings only lay it out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...index import DocumentInfo, Outside
from ...index.file_dates import newest_file
from ...index.own_themes import OwnTheme
from ..forms import Form, document_form
from .comparison import Period, comparison_form
from .copy_families import families_form
from .material import Material
from .method import method_form
from .overview import axis_for, axis_form, in_future, overview_form
from .quotes import cut, quote_form
from .theme_sections import story_forms, theme_forms

FORMAT = "marsad report 1"
# Titles are told up to here; scraped ones can be whole articles.
LONGEST_TITLE = 200
# The reasons of `index.themes`, by the words that tell them.
REASONS = {"too short to be placed": "too_short", "unlike all others": "unlike"}


def gather(
    material: Material,
    *,
    reader: str = "en",
    own: Sequence[OwnTheme] = (),
    period: Period | None = None,
    command: str = "marsad report",
) -> Form:
    """Return everything the report says, as one JSON-able form (docs/report.md tells of it).

    Equal collections give equal forms: no clock time is in it.
    """
    future = in_future(material)
    axis = axis_for(material, future)
    newest = newest_file(material.collection)
    return {
        "format": FORMAT,
        "collection": {
            **overview_form(material, axis, future),
            "newest_file": newest.isoformat() if newest else None,
        },
        "axis": axis_form(axis),
        "themes": theme_forms(material, axis, reader.partition("-")[0].lower()),
        "own_themes": _checks(material),
        "nearest": [_alike(pair) for pair in material.themes.nearest],
        "stories": story_forms(material),
        "single_stories": sum(1 for s in material.stories if len(s.documents) == 1),
        "comparison": comparison_form(material, period) if period else None,
        "copies": families_form(material),
        "outside": [_outside(outside) for outside in material.themes.outside],
        "method": method_form(material, own, command),
        "documents": {id_: _document(d) for id_, d in _all_documents(material).items()},
    }


def _all_documents(material: Material) -> dict[str, DocumentInfo]:
    """Return the documents that anything in the report points to."""
    documents = dict(material.documents)
    for link in material.links:
        for row in (link.kept, link.copy):
            if row in material.known:
                documents.setdefault(material.known[row].document.id, material.known[row].document)
    for story in material.stories:
        documents.update((document.id, document) for document in story.documents)
    return documents


def _document(document: DocumentInfo) -> Form:
    form = {
        **document_form(document),
        "language": document.language,
        "author": document.author,
        "part_of": document.part_of,
    }
    if form["title"]:
        form["title"] = cut(" ".join(form["title"].split()), LONGEST_TITLE)
    return form


def _outside(outside: Outside) -> Form:
    part = outside.part
    return {
        "reason": REASONS.get(outside.reason, outside.reason),
        "document": part.passages[0].document.id,
        "passages": [passage.id for passage in part.passages],
        "quote": quote_form(part.passages[part.body[0]], 300),
    }


def _checks(material: Material) -> list[Form]:
    return [
        {
            "name": check.name,
            "parts": check.parts,
            "score": None if check.score is None else round(float(check.score), 3),
            "odd": list(check.odd),
            "same_as": list(check.same_as),
        }
        for check in material.themes.checks
    ]


def _alike(pair: Any) -> Form:
    return {
        "first": pair.first.passages[0].document.id,
        "second": pair.second.passages[0].document.id,
        "similarity": pair.similarity,
    }
