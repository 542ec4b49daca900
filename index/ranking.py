"""Ranking passages by what they mean and by the words they share with a query.

Words order the passages of a language among each other, and lift one that says nearly all
of the query; how the languages stand to each other is left to the vectors.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

from .catalogue import is_in
from .collection import Collection
from .errors import CollectionError
from .question import Question
from .records import Selection
from .words import WordIndex

Mode = Literal["hybrid", "dense", "keyword"]
MODES: tuple[Mode, ...] = ("hybrid", "dense", "keyword")

# How much words count in the order within a language, and how far they lift a passage above
# other languages (by what of its share goes beyond `BEYOND`). Found on Arabic articles, news
# titles and halves of sentences; docs/search.md has the figures. To be found again when the
# model, the means or `seeds.terms` change.
WITHIN, LIFT, BEYOND = 0.4, 1.0, 0.3
# The heaviest terms of a long query; more of them take time and change little.
_MOST_TERMS = 64
# Share of the rows from which on a selection is applied to what the words have found.
_WIDE = 0.02
# Passages that are looked through one by one when the word index is behind.
_MOST_UNINDEXED = 2_000


@dataclass(frozen=True)
class Ranking:
    """Passages, best first.

    Attributes
    ----------
    rows : int64 array, shape (n,)
    dense : float array, shape (n,)
        Similarity of the vectors, -1 to 1; 0 in mode "keyword".
    keyword : float array, shape (n,)
        Share, 0 to 1, of what the query's terms could say that the passage says (BM25 over
        its upper bound); 0 in mode "dense".
    scores : float array, shape (n,)
        What they are ranked by.
    is_complete : bool
        Whether no more would be found by asking for more.
    """

    rows: np.ndarray
    dense: np.ndarray
    keyword: np.ndarray
    scores: np.ndarray
    is_complete: bool


class Ranker:
    """Ranks the passages of a collection for one question; `first` may be asked again for more.

    Parameters
    ----------
    collection : Collection
    question : Question
    vector : array, shape (dimension,), optional
        The query's language-centred unit vector; not needed in mode "keyword".
    mode : {"hybrid", "dense", "keyword"}
    selection : Selection, optional
        Holds before the ranking.
    leave_out : sequence of int
        Rows that are not wanted.
    boilerplate : bool, default False
        Whether paragraphs that outlets put under all their articles are wanted.
    """

    def __init__(
        self,
        collection: Collection,
        question: Question,
        vector: np.ndarray | None,
        *,
        mode: Mode = "hybrid",
        selection: Selection | None = None,
        leave_out: Sequence[int] = (),
        boilerplate: bool = False,
    ) -> None:
        self._collection = collection
        self._words: WordIndex | None = None
        if not uses_words(mode, question):
            self._snapshot = collection.snapshot()
        else:
            self._snapshot, self._words = collection.with_words()
            if self._words is None and len(self._snapshot.rows()):
                _refuse_without_words(collection, mode)
        self._question = question
        self._vector = None if mode == "keyword" else vector
        self._mode = mode
        self._selection = None if selection is None or selection.is_all else selection
        self._leave_out = np.array(leave_out, np.int64)
        self._hidden = np.empty(0, np.int64) if boilerplate else self._snapshot.boilerplate
        self._terms = self._heaviest_terms()
        self._within = self._rows_to_look_at()

    def first(self, count: int) -> Ranking:
        """Return about `count` passages or more, best first."""
        rows, dense, dense_complete = self._by_vector(count)
        word_rows, words_complete = self._by_words(count)
        later = np.setdiff1d(word_rows, rows) if len(word_rows) else word_rows
        if len(later):
            rows = np.concatenate([rows, later])
            dense = np.concatenate([dense, self._similarities(later)])
        keyword: np.ndarray = np.zeros(len(rows))
        if self._uses_words:
            keyword = self._said(rows).astype(float)
        if self._mode == "keyword":  # what is not indexed yet need not say any of the terms
            said = keyword > 0
            rows, dense, keyword = rows[said], dense[said], keyword[said]
        scores = keyword if self._mode == "keyword" else dense
        if self._mode == "hybrid" and self._uses_words:
            catalogue = self._snapshot.catalogue
            languages = np.array(catalogue.language_tags(catalogue.places(rows)))
            scores = fused(dense, keyword, languages)
        order = np.lexsort((rows, -np.round(scores, 6)))
        order = order[~is_in(rows[order], self._hidden)]
        return Ranking(
            rows=rows[order],
            dense=dense[order],
            keyword=keyword[order],
            scores=scores[order],
            is_complete=dense_complete and words_complete,
        )

    def _by_vector(self, count: int) -> tuple[np.ndarray, np.ndarray, bool]:
        if self._vector is None:
            return np.empty(0, np.int64), np.empty(0), True
        query = self._vector.reshape(1, -1)
        rows, scores = self._snapshot.nearest(query, count, self._within)
        return rows, scores.astype(float), len(rows) < count

    def _similarities(self, rows: np.ndarray) -> np.ndarray:
        if self._vector is None:
            return np.zeros(len(rows))
        return self._snapshot.similarities(self._vector.reshape(1, -1), rows).astype(float)

    def _by_words(self, count: int) -> tuple[np.ndarray, bool]:
        if not self._uses_words:
            return np.empty(0, np.int64), True
        rows, complete = self._word_candidates(count)
        rows = np.union1d(rows, self._unindexed)
        live = self._snapshot.catalogue.places(rows) >= 0
        if self._within is not None:
            live &= is_in(rows, self._within)
        return rows[live], complete

    def _word_candidates(self, count: int) -> tuple[np.ndarray, bool]:
        """Return the best rows by words, and whether these are all; filters may not hold yet."""
        assert self._words is not None
        phrases = self._question.phrase_terms
        kept = 1.0 if self._within is None else len(self._within) / max(1, self._words.count)
        if kept >= _WIDE and not phrases:
            # Quicker than a filter, which keeps the index from passing over what cannot win.
            asked = math.ceil(1.5 * count / kept)
            rows, _ = self._words.search(self._terms, asked)
            return rows, len(rows) < asked
        rows, _ = self._words.search(self._terms, count, selection=self._selection, phrases=phrases)
        return rows, len(rows) < count

    @cached_property
    def _uses_words(self) -> bool:
        return self._words is not None and bool(self._terms) and self._mode != "dense"

    @cached_property
    def _unindexed(self) -> np.ndarray:
        """Rows that the word index does not hold yet (a batch at most, by and large)."""
        covered = -1 if self._words is None else self._words.covered
        rows = self._snapshot.rows_after(covered, self._selection)
        return rows[-_MOST_UNINDEXED:]

    def _said(self, rows: np.ndarray) -> np.ndarray:
        """Return which share of what the terms could say each row says, 0 to 1."""
        assert self._words is not None
        scores = self._words.scores(self._terms, rows)
        later = is_in(rows, self._unindexed)
        if later.any():
            passages = self._collection.passages(rows[later].tolist())  # some may have gone
            said = self._words.scores_of_texts(self._terms, [p.text for p in passages])
            by_row = dict(zip((p.row for p in passages), said.tolist(), strict=True))
            scores[later] = [by_row.get(row, 0.0) for row in rows[later].tolist()]
        return (scores / self._words.best(self._terms)).clip(0, 1)

    def _heaviest_terms(self) -> list[str]:
        terms = list(self._question.terms)
        if self._words is None or len(terms) <= _MOST_TERMS:
            return terms
        heaviest = np.argsort(-self._words.weights(terms), kind="stable")[:_MOST_TERMS]
        return [terms[at] for at in sorted(heaviest.tolist())]

    def _rows_to_look_at(self) -> np.ndarray | None:
        """Return the rows that the vector search may give; None for all."""
        within = None
        if self._selection is not None or len(self._leave_out):
            within = self._snapshot.rows(self._selection)
            if len(self._leave_out):
                within = within[~np.isin(within, self._leave_out)]
        if self._words is not None and self._question.phrase_terms:
            saying = self._words.rows_with(self._question.phrase_terms)
            # What the word index does not hold yet may say it; the text decides.
            saying = np.union1d(saying, self._unindexed)
            within = np.intersect1d(self._snapshot.rows() if within is None else within, saying)
        return within


def uses_words(mode: Mode, question: Question) -> bool:
    """Tell whether the word index is needed for a search."""
    return mode != "dense" or bool(question.phrases)


def _refuse_without_words(collection: Collection, mode: Mode) -> None:
    """Raise an error rather than give no hits, where words alone decide."""
    if mode == "keyword":
        raise CollectionError(
            f"{collection.folder} lacks its word index, which searches for words need. Run "
            f"`marsad --collection {collection.folder} check --repair` to have it made anew."
        )


def fused(dense: np.ndarray, keyword: np.ndarray, languages: np.ndarray) -> np.ndarray:
    """Return the scores of hybrid search for the candidates of one query.

    The candidates of each language are put in the order of dense + `WITHIN` * keyword, and then
    share out the dense scores that they had among themselves: translations, which share no word
    with the query, are not pushed aside by every passage that does. Only a passage with much of
    what the query says (keyword above `BEYOND`) is lifted above them.

    Parameters
    ----------
    dense : array, shape (n,)
        Inner products of language-centred unit vectors, -1 to 1.
    keyword : array, shape (n,)
        BM25 divided by the most that any passage could reach for the query, 0 to 1.
    languages : array of str, shape (n,)
        Of the passages.

    Returns
    -------
    array, shape (n,)
        -1 to 1.7; the order is what counts.
    """
    wanted = dense + WITHIN * keyword
    result = np.empty_like(dense)
    for language in np.unique(languages):
        places = np.flatnonzero(languages == language)
        order = places[np.argsort(-wanted[places], kind="stable")]
        result[order] = np.sort(dense[places])[::-1]
    return result + LIFT * np.maximum(keyword - BEYOND, 0)
