"""Translated copies among a collection's passages: each put to the one that is kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container

import numpy as np

from .collection import Collection
from .copies import Keeping, Link, Where, says_something
from .records import Selection
from .statements import select_places
from .translations import Translation, find_translations

_AT_A_TIME = 20_000


def translation_links(
    collection: Collection,
    copies: Container[int],
    selection: Selection | None,
    keeping: Keeping,
    where: Where,
) -> list[Link]:
    """Find which passages are translations of which.

    Parameters
    ----------
    collection : Collection
    copies : container of int
        Rows that are copies already.
    selection, keeping, where
        See `find_links`. A translation and what it is put to are compared with each other.

    Returns
    -------
    list of Link
        Each copy once; what is kept is no copy.
    """
    rows, order, documents = _taking_part(collection, copies, selection, keeping)
    languages = _languages(collection, rows)

    def texts(places: list[int]) -> list[str]:
        return [passage.text for passage in collection.passages([rows[p] for p in places])]

    found = find_translations(collection.vectors(rows), languages, texts)
    if where == "across":
        found = [t for t in found if documents[t.first] != documents[t.second]]
    return [
        Link(rows[kept], rows[copy], "translated", t.score, t.similarity, t.margin)
        for kept, copy, t in _stars(found, order)
    ]


def _taking_part(
    collection: Collection,
    copies: Container[int],
    selection: Selection | None,
    keeping: Keeping,
) -> tuple[list[int], list[tuple], list[str]]:
    """Return rows of unlike paragraphs with words enough, their order of keeping, and documents."""
    hidden, seen = collection.boilerplate(), set[bytes]()
    found = []
    for row, hash_, document, letters, published, source, path, position in collection.stream(
        *select_places(selection)
    ):
        if row not in copies and row not in hidden:
            order = keeping.order(published, letters, source, path, position)
            found.append((order, row, hash_, document))
    rows: list[int] = []
    orders: list[tuple] = []
    documents: list[str] = []
    for order, row, hash_, document in sorted(found):
        if hash_ not in seen:
            seen.add(hash_)
            rows.append(row)
            orders.append(order)
            documents.append(document)
    keep = _with_words(collection, rows)
    return [rows[p] for p in keep], [orders[p] for p in keep], [documents[p] for p in keep]


def _with_words(collection: Collection, rows: list[int]) -> list[int]:
    """Return the places of rows that have words enough to say something."""
    kept: list[int] = []
    for start in range(0, len(rows), _AT_A_TIME):
        part = rows[start : start + _AT_A_TIME]
        saying = {p.row for p in collection.passages(part) if says_something(p.text)}
        kept += [start + place for place, row in enumerate(part) if row in saying]
    return kept


def _languages(collection: Collection, rows: list[int]) -> list[str]:
    catalogue = collection.snapshot().catalogue
    return catalogue.language_tags(catalogue.places(np.array(rows, np.int64)))


def _stars(found: list[Translation], order: list[tuple]) -> list[tuple[int, int, Translation]]:
    """Give each passage to the first kept one before it that it is a translation of."""
    beside: defaultdict[int, list[Translation]] = defaultdict(list)
    for translation in found:
        beside[translation.first].append(translation)
        beside[translation.second].append(translation)
    taken: set[int] = set()
    stars = []
    for kept in sorted(beside, key=lambda place: order[place]):
        if kept in taken:
            continue
        for translation in beside[kept]:
            other = translation.first + translation.second - kept
            if other not in taken and order[other] > order[kept]:
                taken.add(other)
                stars.append((kept, other, translation))
    return stars
