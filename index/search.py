"""Passages that say what a query says, in any language, each told once.

Copies of a passage that is a hit already are folded into it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from ..seeds import normal_form, terms
from .catalogue import Catalogue
from .collection import Collection
from .question import Question
from .ranking import Mode, Ranker, Ranking, uses_words
from .records import Selection, StoredPassage
from .resemblance import NEAR, similarity

# Copies that are listed with a hit; all of them are counted.
MOST_COPIES = 20


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
        Share of what the query's words could say that the passage says, 0 to 1.
    terms : tuple of Term
    """

    dense: float
    keyword: float
    terms: tuple[Term, ...]


@dataclass(frozen=True)
class Copies:
    """Other passages that say the same in the same words.

    Attributes
    ----------
    count : int
    languages, sources : dict of str to int
        How many in each language, and in each outlet that is known.
    passages : tuple of StoredPassage
        The `MOST_COPIES` of them that were added first.
    """

    count: int = 0
    languages: dict[str, int] = field(default_factory=dict)
    sources: dict[str, int] = field(default_factory=dict)
    passages: tuple[StoredPassage, ...] = ()


@dataclass(frozen=True)
class Hit:
    """A passage found, its score, its copies, and the reasons."""

    passage: StoredPassage
    score: float
    copies: Copies
    why: Why


def search(
    collection: Collection,
    vector: np.ndarray | None,
    *,
    query: str | Question = "",
    mode: Mode = "hybrid",
    k: int = 10,
    selection: Selection | None = None,
    fold: bool = True,
    leave_out: Sequence[int] = (),
    boilerplate: bool = False,
) -> list[Hit]:
    """Return the k passages that best answer a query.

    Parameters
    ----------
    collection : Collection
    vector : array, shape (dimension,), optional
        The query's language-centred unit vector; not needed in mode "keyword".
    query : str or Question
        Its words. As a str it is read by `Question.read`: quoted phrases, -word.
    mode : {"hybrid", "dense", "keyword"}
    k : int, default 10
        k hits come back whenever the selection holds k unlike passages that may be hits.
    selection : Selection, optional
        Applied before the search, not after.
    fold : bool, default True
        Whether copies are told once.
    leave_out : sequence of int
        Rows that are no hits, such as the passage that was asked about.
    boilerplate : bool, default False
        Whether paragraphs that outlets put under all their articles may be hits.

    Returns
    -------
    list of Hit
        Best first, equal ones in order of row.
    """
    question = Question.read(query) if isinstance(query, str) else query
    count = max(100, 4 * k) if fold or mode != "dense" else k
    with collection.steady(words=uses_words(mode, question)):
        ranker = Ranker(
            collection, question, vector, mode=mode, selection=selection, leave_out=leave_out,
            boilerplate=boilerplate,
        )  # fmt: skip
        while True:
            ranking = ranker.first(count)
            hits = _hits(collection, ranking, question, k, fold)
            if len(hits) >= k or ranking.is_complete:
                break
            count *= 4
        if not fold:
            return hits
        catalogue = collection.snapshot().catalogue
        return [_with_copies(collection, hit, catalogue, selection, leave_out) for hit in hits]


def _hits(
    collection: Collection, ranking: Ranking, question: Question, k: int, fold: bool
) -> list[Hit]:
    """Take hits from the top until there are k unlike ones, with the copies met on the way."""
    kept: list[tuple[Hit, str, list[StoredPassage]]] = []
    at_a_time = max(20, 2 * k) if fold else k
    for passage, score, dense, keyword in _read(collection, ranking, at_a_time):
        if not question.admits(passage.text):
            continue
        normal = normal_form(passage.text) if fold else ""
        for first, other, copies in kept if fold else ():
            if passage.hash == first.passage.hash or similarity(normal, other, NEAR):
                copies.append(passage)
                break
        else:
            if len(kept) == k:
                break
            why = Why(round(dense, 4), round(keyword, 4), _terms(passage.text, question))
            kept.append((Hit(passage, round(score, 4), Copies(), why), normal, []))
    return [replace(hit, copies=Copies(passages=tuple(copies))) for hit, _, copies in kept]


def _read(
    collection: Collection, ranking: Ranking, at_a_time: int
) -> Iterator[tuple[StoredPassage, float, float, float]]:
    for start in range(0, len(ranking.rows), at_a_time):
        part = slice(start, start + at_a_time)
        rows = ranking.rows[part].tolist()
        figures = (ranking.scores, ranking.dense, ranking.keyword)
        of_row = dict(
            zip(rows, zip(*(f[part].tolist() for f in figures), strict=True), strict=True)
        )
        for passage in collection.passages(rows):
            yield passage, *of_row[passage.row]


def _terms(text: str, question: Question) -> tuple[Term, ...]:
    if not question.terms:
        return ()
    found = terms(text, among=set(question.terms))
    return tuple(Term(text[term.start : term.end], term.start, term.end) for term in found)


def _with_copies(
    collection: Collection,
    hit: Hit,
    catalogue: Catalogue,
    selection: Selection | None,
    leave_out: Sequence[int],
) -> Hit:
    """Count all copies: those met on the way and, near the hit or not, the exact ones."""
    met = {passage.row: passage for passage in hit.copies.passages}
    rows = np.array(sorted({*met, *collection.rows_of_hash(hit.passage.hash)}), np.int64)
    places = catalogue.places(rows[~np.isin(rows, [hit.passage.row, *leave_out])])
    places = places[places >= 0]
    places = places[catalogue.searchable(selection, places)]
    if not len(places):
        return replace(hit, copies=Copies())
    sources = Counter(catalogue.names["sources"][catalogue.sources[places]].tolist())
    sources.pop("", None)
    listed = catalogue.rows[places[:MOST_COPIES]].tolist()
    unread = [row for row in listed if row not in met]
    met |= {passage.row: passage for passage in (collection.passages(unread) if unread else ())}
    copies = Copies(
        count=len(places),
        languages=dict(Counter(catalogue.language_tags(places)).most_common()),
        sources=dict(sources.most_common()),
        passages=tuple(met[row] for row in listed if row in met),
    )
    return replace(hit, copies=copies)
