"""What the cluster report says, gathered as plain forms; the renderings only lay it out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from .. import __version__
from ..index import (
    FEWEST_WORDS,
    KINDS,
    TEXT_KINDS,
    Collection,
    DuplicateGroup,
    Selection,
    StoredPassage,
    find_duplicates,
    kinds_by_default,
    near_from,
)
from ..index.own_themes import OwnTheme
from ..index.parts import UNLIKE
from .about import themes_of
from .forms import Form, document_form, group_form, passage_form, theme_form

_MOST_COPIED = 200


def gather(collection: Collection, selection: Selection, own: Sequence[OwnTheme] = ()) -> Form:
    """Return everything the report on a selection says, as one JSON-able form.

    Own themes, if there are any, come first.

    Equal collections give equal forms: no clock time is in it.
    """
    stored = collection.passages(selection=selection)
    groups = find_duplicates(collection, kinds_by_default(collection), selection=selection)
    copies = {c.passage.row for group in groups if group.kind in TEXT_KINDS for c in group.copies}
    found = themes_of(collection, selection, own=own, copies=copies)
    return {
        "collection": _overview(stored, groups, collection.boilerplate()),
        "themes": [theme_form(theme) for theme in found.themes],
        "outside": [
            {
                "document": document_form(outside.part.passages[0].document),
                "first": passage_form(outside.part.passages[outside.part.body[0]]),
                "passages": [p.id for p in outside.part.passages],
                "reason": outside.reason,
            }
            for outside in found.outside
        ],
        "duplicates": [group_form(group) for group in groups[:_MOST_COPIED]],
        "duplicates_left_out": max(0, len(groups) - _MOST_COPIED),
        "method": _method(collection, selection),
    }


def _overview(
    stored: list[StoredPassage], groups: list[DuplicateGroup], boilerplate: set[int]
) -> Form:
    documents = {passage.document.id: passage.document for passage in stored}
    dates = sorted(d.published for d in documents.values() if d.published)
    return {
        "documents": len(documents),
        "passages": len(stored),
        "fragments": sum(1 for passage in stored if passage.kind == "fragment"),
        "boilerplate": sum(1 for passage in stored if passage.row in boilerplate),
        "copies": {
            kind: sum(len(group.copies) for group in groups if group.kind == kind) for kind in KINDS
        },
        "languages": _counted(d.language for d in documents.values()),
        "sources": _counted(d.source or "" for d in documents.values()),
        "first_published": dates[0] if dates else None,
        "last_published": dates[-1] if dates else None,
        "undated": len(documents) - len(dates),
    }


def _counted(values: Iterable[str]) -> dict[str, int]:
    counted = Counter(values)
    return dict(sorted(counted.items(), key=lambda item: (-item[1], item[0])))


def _method(collection: Collection, selection: Selection) -> Form:
    return {
        "marsad": __version__,
        "model": collection.model.name,
        "fingerprint": collection.model.fingerprint,
        "dimension": collection.model.dimension,
        "language_means": collection.means_state.version,
        "selection": {name: value for name, value in vars(selection).items() if value},
        "near_copies_from": near_from(collection),
        "fewest_words_of_a_copy": FEWEST_WORDS,
        "glued_stories_below": UNLIKE,
        "collection": Path(collection.folder).name,
    }
