"""Stories grow together: the two most alike become one, until no two are alike enough.

A story is kept as sums over its articles (rows, days), so that time and memory grow with the
articles and not with their pairs. Two stories are as alike as the sums of their rows (the cosine)
less what the days between them take away. A large story has many sides: measured by the average
over pairs of articles instead, it stays in pieces (BCubed F1 0.764 against 0.778 on the titles of
benchmarks/stories.py).
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass

import numpy as np

# A sum this short says nothing: the similarity to it is 0.
_SHORTEST = 1e-6


@dataclass
class Sums:
    """What is known of m stories.

    Attributes
    ----------
    rows : array, shape (m, p), float32
        Sums of the rows of their articles.
    articles : array, shape (m,), float64
    dated : array, shape (m,), float64
        How many articles have a day.
    days, squares : array, shape (m,), float64
        Sums of those days, and of their squares.
    """

    rows: np.ndarray
    articles: np.ndarray
    dated: np.ndarray
    days: np.ndarray
    squares: np.ndarray

    @classmethod
    def of(cls, rows: np.ndarray, days: np.ndarray, labels: np.ndarray, count: int) -> Sums:
        """Sum articles by story; labels from 0 to count - 1, days nan where unknown."""
        known = ~np.isnan(days)
        told = np.where(known, days, 0.0)
        summed = np.zeros((count, rows.shape[1]), np.float32)
        np.add.at(summed, labels, rows)
        by_story = [
            np.bincount(labels, weights, count)
            for weights in (np.ones(len(labels)), known.astype(float), told, told * told)
        ]
        return cls(summed, *by_story)

    def add(self, kept: int, gone: int) -> None:
        """Add one story to another."""
        for values in (self.rows, self.articles, self.dated, self.days, self.squares):
            values[kept] += values[gone]

    def apart(self, one: int, others: np.ndarray) -> np.ndarray:
        """Return how many days the articles of two stories are apart, 0 where unknown."""
        dated = self.dated[one] * self.dated[others]
        here, there = np.maximum(self.dated[one], 1), np.maximum(self.dated[others], 1)
        square = (
            self.squares[one] / here
            + self.squares[others] / there
            - 2 * (self.days[one] / here) * (self.days[others] / there)
        )
        share = dated / (self.articles[one] * self.articles[others])
        return np.sqrt(np.maximum(square, 0)) * share

    def best(
        self, rows: np.ndarray, days: np.ndarray, window: float
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return (story, similarity) of the story most like each article, of shape (n,)."""
        scores = (rows @ self.rows.T) / self.lengths()
        known = np.flatnonzero(~np.isnan(days))
        share, here = self.dated / self.articles, np.maximum(self.dated, 1)
        middle, square = self.days / here, self.squares / here
        day = days[known, None]
        apart = np.sqrt(np.maximum(day * (day - 2 * middle) + square, 0)) * share
        scores[known] -= apart / window
        best = np.argmax(scores, axis=1)
        return best, scores[np.arange(len(rows)), best]

    def lengths(self) -> np.ndarray:
        """Return the length of each sum of rows, a small number for one of length 0."""
        return np.maximum(np.linalg.norm(self.rows, axis=1), _SHORTEST)


def merge(
    sums: Sums, edges: tuple[np.ndarray, np.ndarray], *, threshold: float, days: float
) -> np.ndarray:
    """Join stories until no two that have an edge are alike enough.

    Parameters
    ----------
    sums : Sums
        Of m stories; is changed.
    edges : tuple of two arrays of int
        Pairs of stories that are compared; what is joined has the edges of both.
    threshold : float
        The least similarity at which two are joined.
    days : float
        So many days apart take a similarity of 1 away.

    Returns
    -------
    array, shape (m,), int64
        For each story the lowest of those it was joined with.
    """
    return _Merging(sums, edges, threshold, days).run()


class _Merging:
    def __init__(
        self, sums: Sums, edges: tuple[np.ndarray, np.ndarray], threshold: float, days: float
    ) -> None:
        self._sums, self._threshold, self._days = sums, threshold, days
        self._lengths = sums.lengths()
        self._root = np.arange(len(sums.articles))
        self._version = [0] * len(self._root)
        self._near = _adjacent(edges, len(self._root))
        self._heap: list[tuple[float, int, int, int, int]] = []

    def run(self) -> np.ndarray:
        for story, near in enumerate(self._near):
            self._propose(story, near[near > story])
        while self._heap:
            _, one, other, version, other_version = heapq.heappop(self._heap)
            if self._version[one] == version and self._version[other] == other_version:
                self._join(one, other)
        return self._roots(np.arange(len(self._root)))

    def _join(self, kept: int, gone: int) -> None:
        self._sums.add(kept, gone)
        self._lengths[kept] = max(float(np.linalg.norm(self._sums.rows[kept])), _SHORTEST)
        self._root[gone] = kept
        self._version[kept] += 1
        self._version[gone] = -1
        near = np.unique(self._roots(np.concatenate([self._near[kept], self._near[gone]])))
        self._near[kept], self._near[gone] = near[near != kept], near[:0]
        self._propose(kept, self._near[kept])

    def _propose(self, story: int, others: np.ndarray) -> None:
        """Remember the pairs that are alike enough as they are now."""
        scores = self._scores(story, others)
        enough = scores >= self._threshold
        for other, score in zip(others[enough].tolist(), scores[enough].tolist(), strict=True):
            one, two = min(story, other), max(story, other)
            heapq.heappush(self._heap, (-score, one, two, self._version[one], self._version[two]))

    def _scores(self, story: int, others: np.ndarray) -> np.ndarray:
        sums = self._sums
        alike = sums.rows[others] @ sums.rows[story]
        alike = alike / (self._lengths[others] * self._lengths[story])
        scores: np.ndarray = np.round(alike - sums.apart(story, others) / self._days, 6)
        return scores

    def _roots(self, stories: np.ndarray) -> np.ndarray:
        """Return what the stories have become."""
        roots = self._root[stories]
        while True:
            further = self._root[roots]
            if np.array_equal(further, roots):
                break
            roots = further
        self._root[stories] = roots
        return roots


def _adjacent(edges: tuple[np.ndarray, np.ndarray], count: int) -> list[np.ndarray]:
    """Return the stories that each is compared with, ascending, edges taken both ways."""
    one = np.concatenate([edges[0], edges[1]])
    other = np.concatenate([edges[1], edges[0]])
    one, other = one[one != other], other[one != other]
    order = np.lexsort((other, one))
    one, other = one[order], other[order]
    first = np.ones(len(one), bool)
    first[1:] = (one[1:] != one[:-1]) | (other[1:] != other[:-1])
    one, other = one[first], other[first]
    return np.split(other, np.searchsorted(one, np.arange(1, count)))
