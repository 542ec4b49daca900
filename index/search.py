"""Passages that say what a query says, in any language, each told once.

Ranking is by the inner product of language-centred vectors, over every passage of
the selection. Copies of a passage that is already a hit are folded into it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..seeds import normal_form, words
from .collection import Collection
from .records import Selection, StoredPassage
from .resemblance import NEAR, similarity


@dataclass(frozen=True)
class Term:
    """A word of the query as it stands in the passage, at characters `start` to `end`."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Why:
    """What a hit rests on.

    Attributes
    ----------
    dense : float
        Inner product of the language-centred vectors, -1 to 1.
    keyword : float
        Share of the query's words that stand in the passage, 0 to 1.
    terms : tuple of Term
    """

    dense: float
    keyword: float
    terms: tuple[Term, ...]


@dataclass(frozen=True)
class Hit:
    """A passage found, its score (-1 to 1), the copies folded into it, and the reasons."""

    passage: StoredPassage
    score: float
    copies: tuple[StoredPassage, ...]
    why: Why


def search(
    collection: Collection,
    vector: np.ndarray,
    *,
    query: str = "",
    k: int = 10,
    selection: Selection | None = None,
    fold: bool = True,
    leave_out: Sequence[int] = (),
) -> list[Hit]:
    """Return the k passages nearest to a query.

    Parameters
    ----------
    collection : Collection
    vector : array, shape (dimension,)
        The query's language-centred unit vector.
    query : str
        Its words, for `Why.keyword` and `Why.terms`.
    k : int, default 10
        k hits come back whenever the selection holds k unlike passages.
    selection : Selection, optional
        Applied before the search, not after.
    fold : bool, default True
        Whether copies are told once.
    leave_out : sequence of int
        Rows that are no hits, such as the passage that was asked about.

    Returns
    -------
    list of Hit
        Best first.
    """
    within = None
    if (selection is not None and not selection.is_all) or leave_out:
        within = np.setdiff1d(collection.rows(selection), np.array(leave_out, np.int64))
    fetch = max(50, 4 * k) if fold else k
    while True:
        rows, scores = collection.nearest(vector, fetch, within=within)
        hits = _hits(collection, rows, scores, query)
        if fold:
            hits = _folded(hits)
        if len(hits) >= k or len(rows) < fetch:
            return hits[:k]
        fetch *= 4


def _hits(collection: Collection, rows: np.ndarray, scores: np.ndarray, query: str) -> list[Hit]:
    asked = {word.normal for word in words(query)}
    by_row = dict(zip(rows.tolist(), scores.tolist(), strict=True))
    found = []
    for passage in collection.passages(rows.tolist()):
        terms = tuple(
            Term(passage.text[w.start : w.end], w.start, w.end)
            for w in words(passage.text)
            if w.normal in asked
        )
        share = len({normal_form(t.text) for t in terms}) / len(asked) if asked else 0.0
        score = round(by_row[passage.row], 4)
        found.append(Hit(passage, score, (), Why(score, round(share, 4), terms)))
    return found


def _folded(hits: list[Hit]) -> list[Hit]:
    """Fold each hit into the first better one that it is a copy of."""
    kept: list[tuple[Hit, str, list[StoredPassage]]] = []
    for hit in hits:
        normal = normal_form(hit.passage.text)
        for first, other, copies in kept:
            if hit.passage.hash == first.passage.hash or similarity(normal, other, NEAR):
                copies.append(hit.passage)
                break
        else:
            kept.append((hit, normal, []))
    return [replace(hit, copies=tuple(copies)) for hit, _, copies in kept]
