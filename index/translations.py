"""Translated paragraphs: which passages say the same in another language, with the evidence.

Vectors propose pairs that stand out among the neighbours of both passages (the margin of
Artetxe & Schwenk, 2019, ACL P19-1309); numbers and lengths of the texts then speak for or
against each. How many of two languages' passages are translations at all is found from the
data, so that one threshold holds for a parallel text and for two papers that share a wire.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import faiss
import numpy as np

from .anchors import Anchors, agreement, anchors_of, shared_names
from .nearest import empty_cells
from .vectors import OTHER_LANGUAGES

# From this score on a pair is a translation. In the sample corpus the twelve planted ones have
# 0.91 or more, all other pairs 0.67 or less; benchmarks/translations.py measures it again.
TRANSLATED = 0.75
# Two passages are compared where each is among this many nearest of the other.
PROPOSED = 4
# The background of a passage is its mean similarity to so many neighbours after the nearest.
# Neighbours as similar as `COPY` to the nearest are passed over, up to `COPIES` of them. Where a
# language has fewer passages, or they are farther off than `FLOOR`, this stands for them: then
# the margin asks for a similarity. Ten sentences a language, a fiftieth of them translated, at
# `TRANSLATED`: precision 0.944 and recall 0.969 without, 0.986 and 0.909 with it. To pass over
# the three nearest costs nothing there, but finds pairs of one story that are no translations.
NEIGHBOURS, FLOOR = 4, 0.3
COPY, COPIES = 0.95, 4
# A logistic regression over pairs of SIB-200 sentences (ten languages, every second sentence,
# of those a tenth or a fifth in each language, so that most have no translation), rounded.
# `BIAS` is 1 lower than fitted, for related news, which is nearer than other sentences.
SIMILARITY, MARGIN, BIAS = 20.0, 25.0, -16.0
LENGTH, AGREES, MISSING, DOUBTS = -3.5, 1.3, -3.2, -3.0
# Numbers that agree or are missing beyond these say nothing more.
_MOST = 2
# The share of passages that have a translation where nothing is known of it, and how many
# passages that counts for.
SHARE, SHARE_COUNT = 0.1, 10
# What is below this before texts are read cannot reach 0.5 in a parallel text.
_HOPELESS = -9.0
# Languages with more passages are searched by an index of cells, looking into so many.
EXACT_LIMIT, PROBES = 50_000, 64
_ROWS_AT_A_TIME, _PAIRS_AT_A_TIME, _TEXTS_KEPT = 8192, 1024, 200_000
_REPETITIONS = 50

Texts = Callable[[list[int]], list[str]]


@dataclass(frozen=True, slots=True)
class Translation:
    """Two passages that say the same in two languages.

    Attributes
    ----------
    first, second : int
        Places in the input, ``first < second``.
    score : float
        The probability that it is a translation, 0 to 1: of similarity, margin, how far the
        lengths differ, which numbers agree or are missing, and the share of passages of the
        two languages that have a translation.
    similarity : float
        Inner product of the centred vectors.
    margin : float
        By how much it exceeds the mean similarity of the next neighbours of both.
    anchors : tuple of str
        Numbers, dates and names on both sides, as the first text has them. Names are shown
        and not scored: other passages of the same story share them too.
    """

    first: int
    second: int
    score: float
    similarity: float
    margin: float
    anchors: tuple[str, ...]


def find_translations(
    vectors: np.ndarray, languages: Sequence[str], texts: Texts, *, at_least: float = TRANSLATED
) -> list[Translation]:
    """Find passages that are translations of each other.

    Parameters
    ----------
    vectors : array, shape (n, d), float32 unit rows
        Centred by language, with one version of the means. Leave passages of less than four
        words out.
    languages : sequence of str, length n
        BCP 47 tags; ``zh-Hant`` and ``zh`` are one language here. ``"und"`` is passed over.
    texts : callable
        Takes a list of places and returns their texts; asked in batches, for proposed pairs only.
    at_least : float, default `TRANSLATED`
        The lowest score to return.

    Returns
    -------
    list of Translation
        Highest score first, then by place. A passage has at most one translation in each
        other language. Where numbers conflict, a pair is left out whatever its score.

    Notes
    -----
    Time grows with the product of the passages of two languages, above `EXACT_LIMIT` passages
    of one with little more than their number; memory with the passages of two languages.
    """
    if len(languages) != len(vectors):
        raise ValueError(f"{len(vectors)} vectors have {len(languages)} languages; give one each")
    search, reader = _Search(vectors), _Reader(texts)
    found: list[Translation] = []
    for one, other in combinations(_groups(languages), 2):
        pairs = _proposed(search, one, other)
        logits = pairs.logits + _told(pairs, reader)
        best = _best_of_each(pairs, logits)
        scores = _scores(logits[best], min(len(one), len(other)))
        chosen = scores >= at_least
        found += _translations(pairs[best[chosen]], scores[chosen], reader)
    return sorted(found, key=lambda t: (-t.score, t.first, t.second))


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Proposed pairs of two languages: places, similarity and margin, of shape (m,) each."""

    one: np.ndarray
    other: np.ndarray
    similarity: np.ndarray
    margin: np.ndarray

    @property
    def logits(self) -> np.ndarray:
        return SIMILARITY * self.similarity + MARGIN * self.margin + BIAS

    def __len__(self) -> int:
        return len(self.one)

    def __getitem__(self, chosen: np.ndarray) -> _Pairs:
        return _Pairs(
            self.one[chosen], self.other[chosen], self.similarity[chosen], self.margin[chosen]
        )


class _Search:
    """The nearest passages of a language, by places."""

    def __init__(self, vectors: np.ndarray) -> None:
        self._vectors = vectors
        self._indexes: dict[int, faiss.Index] = {}

    def nearest(self, places: np.ndarray, among: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return (similarities, numbers in `among`), best first, of shape (len(places), k).

        A number is -1 where an index of cells found too few.
        """
        k = min(1 + NEIGHBOURS + COPIES, len(among))
        queries = self._vectors[places]
        if len(among) > EXACT_LIMIT:
            return self._cells(among).search(queries, k)
        return faiss.knn(queries, self._vectors[among], k, metric=faiss.METRIC_INNER_PRODUCT)

    def copies(self, numbers: np.ndarray, among: np.ndarray) -> np.ndarray:
        """Tell which neighbours are copies of the nearest one; both of shape (n, k)."""
        found = np.zeros(numbers.shape, bool)
        for start in range(0, len(numbers), _ROWS_AT_A_TIME):
            near = self._vectors[among[numbers[start : start + _ROWS_AT_A_TIME]]]
            found[start : start + _ROWS_AT_A_TIME] = (
                np.einsum("nd,nkd->nk", near[:, 0], near) >= COPY
            )
        return found

    def _cells(self, among: np.ndarray) -> Any:
        """Return the index of a language; its first place stands for it."""
        key = int(among[0])
        if key not in self._indexes:
            dimension = self._vectors.shape[1]
            index = empty_cells(
                "SQfp16", len(among), dimension, lambda places: self._vectors[among[places]]
            )
            for start in range(0, len(among), _ROWS_AT_A_TIME):
                index.add(self._vectors[among[start : start + _ROWS_AT_A_TIME]])
            index.nprobe = PROBES
            self._indexes[key] = index
        return self._indexes[key]


class _Reader:
    """The anchors of texts, each text read once as long as there is room."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts
        self._kept: dict[int, Anchors] = {}

    def read(self, places: np.ndarray) -> dict[int, Anchors]:
        """Return the anchors of at least these places; the others may be forgotten."""
        if len(self._kept) > _TEXTS_KEPT:
            self._kept.clear()
        new = [place for place in np.unique(places).tolist() if place not in self._kept]
        if new:
            self._kept.update(zip(new, map(anchors_of, self._texts(new)), strict=True))
        return self._kept


def _groups(languages: Sequence[str]) -> list[np.ndarray]:
    """Return the places of each language, ascending."""
    places: dict[str, list[int]] = {}
    for place, tag in enumerate(languages):
        places.setdefault(tag.partition("-")[0].lower(), []).append(place)
    places.pop(OTHER_LANGUAGES, None)
    return [np.array(places[tag], np.int64) for tag in sorted(places)]


def _proposed(search: _Search, one: np.ndarray, other: np.ndarray) -> _Pairs:
    """Return the pairs in which each is among the nearest of the other, hopeless ones left out."""
    there, back = search.nearest(one, other), search.nearest(other, one)
    row, column, similarity = _near(*there)
    back_row, back_column, _ = _near(*back)
    mutual = np.isin(row * len(other) + column, back_column * len(other) + back_row)
    row, column, similarity = row[mutual], column[mutual], similarity[mutual]
    backgrounds = (_background(*there, search.copies(there[1], other)),
                   _background(*back, search.copies(back[1], one)))  # fmt: skip
    margin = similarity - (backgrounds[0][row] + backgrounds[1][column]) / 2
    pairs = _Pairs(one[row], other[column], similarity, margin)
    return pairs[pairs.logits >= _HOPELESS]


def _near(
    similarities: np.ndarray, numbers: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return (row, number, similarity) of each row's `PROPOSED` nearest."""
    numbers = numbers[:, :PROPOSED]
    row, rank = np.nonzero(numbers >= 0)
    return row, numbers[row, rank], similarities[row, rank]


def _background(similarities: np.ndarray, numbers: np.ndarray, copies: np.ndarray) -> np.ndarray:
    """Return each row's mean similarity to the neighbours after the nearest, at least `FLOOR`."""
    counted = ~copies & (numbers >= 0)
    counted[:, 0] = False
    counted &= counted.cumsum(axis=1) <= NEIGHBOURS
    total = np.where(counted, similarities, 0).sum(axis=1)
    missing = NEIGHBOURS - counted.sum(axis=1)
    return np.maximum((total + FLOOR * missing) / NEIGHBOURS, FLOOR)


def _told(pairs: _Pairs, reader: _Reader) -> np.ndarray:
    """Return what the texts of each pair add to its logit; minus infinity for a conflict."""
    added = np.empty(len(pairs))
    for start in range(0, len(pairs), _PAIRS_AT_A_TIME):
        part = slice(start, start + _PAIRS_AT_A_TIME)
        anchors = reader.read(np.concatenate([pairs.one[part], pairs.other[part]]))
        places = zip(pairs.one[part].tolist(), pairs.other[part].tolist(), strict=True)
        added[part] = [_evidence(anchors[one], anchors[other]) for one, other in places]
    return added


def _evidence(one: Anchors, other: Anchors) -> float:
    told = LENGTH * abs(math.log(one.length / other.length))
    if not one.numbers and not other.numbers:
        return told
    found = agreement(one, other)
    if found.conflicts:
        return -math.inf
    told += AGREES * min(len(found.shared), _MOST) + MISSING * min(found.missing, _MOST)
    return told + DOUBTS * found.doubts


def _best_of_each(pairs: _Pairs, logits: np.ndarray) -> np.ndarray:
    """Return the numbers of the pairs to keep, best first, so that no passage has two."""
    taken: set[int] = set()
    best: list[int] = []
    for number in np.lexsort((pairs.other, pairs.one, -logits)).tolist():
        if logits[number] == -np.inf:
            break
        places = (int(pairs.one[number]), int(pairs.other[number]))
        if taken.isdisjoint(places):
            taken.update(places)
            best.append(number)
    return np.array(best, np.int64)


def _scores(logits: np.ndarray, most: int) -> np.ndarray:
    """Turn logits into probabilities, given how many of `most` passages are translated.

    The share is the mean probability, found by repetition (Saerens et al., 2002), with
    `SHARE_COUNT` passages at `SHARE` added to those there are.
    """
    neutral = logits - math.log(SHARE / (1 - SHARE))
    share = SHARE
    for _ in range(_REPETITIONS):
        scores = 1 / (1 + np.exp(-(neutral + math.log(share / (1 - share)))))
        share = (float(scores.sum()) + SHARE * SHARE_COUNT) / (most + SHARE_COUNT)
    return scores


def _translations(pairs: _Pairs, scores: np.ndarray, reader: _Reader) -> list[Translation]:
    found = []
    for number, score in enumerate(scores.tolist()):
        places = np.sort([pairs.one[number], pairs.other[number]])
        anchors = reader.read(places)
        first, second = places.tolist()
        texts = (anchors[first], anchors[second])
        found.append(
            Translation(
                first=first,
                second=second,
                score=round(score, 4),
                similarity=round(float(pairs.similarity[number]), 4),
                margin=round(float(pairs.margin[number]), 4),
                anchors=agreement(*texts).shared + shared_names(*texts),
            )
        )
    return found
