"""Stories: articles that tell the same event, in whatever language.

An article is its vector and its rare words against the background of the pile, mixed with its
nearest neighbours; stories are then joined from the most alike on. New articles can be looked
up among the stories (`predict`), or added to them, which may join two stories into one (`join`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Integral, Real
from typing import Literal

import numpy as np
from sklearn.base import BaseEstimator, ClusterMixin
from sklearn.utils._param_validation import Interval
from sklearn.utils.validation import check_is_fitted, validate_data

from .neighbours import nearest_among, neighbour_graph
from .story_merging import Sums, merge
from .story_neighbours import apart, edges, mixed, table
from .story_rows import Background
from .vectors import OTHER_LANGUAGES, unit_rows

# Found on news titles; benchmarks/stories.py measures them again, held out by story. BCubed F1
# hardly moves: with thresholds from 0.20 to 0.28 it is 0.779 on average and 0.781 at best; with
# 6, 8, 10, 12 days 0.778, 0.780, 0.782, 0.775; with 15, 30, 60 neighbours 0.782, 0.782, 0.783.
THRESHOLD, DAYS, NEIGHBOURS = 0.24, 10.0, 30
_ROWS_AT_A_TIME = 4096


@dataclass(frozen=True)
class StoryChange:
    """What new articles did to the stories.

    Attributes
    ----------
    kind : {"started", "joined", "merged"}
    story : int
        The story that there is now.
    articles : tuple of int
        The new articles, by their place among the new ones, that started or joined it; none
        where two stories were merged.
    other : int or None
        The story that has become part of `story`, where two were merged.
    """

    kind: Literal["started", "joined", "merged"]
    story: int
    articles: tuple[int, ...] = ()
    other: int | None = None


class StoryClusterer(ClusterMixin, BaseEstimator):
    """Groups articles that tell the same event.

    Parameters
    ----------
    threshold : float, default 0.24
        The least similarity of two stories at which they are one. Higher is finer.
    days : float, default 10
        So many days between them take a similarity of 1 away: equal articles as far apart are
        two stories.
    neighbours : int, default 30
        How many of the nearest articles each is compared with.

    Attributes
    ----------
    labels_ : array, shape (n,), int64
        The story of each article, numbered from 0 as they first occur. A story of one article
        is a story. After `join`, those of the new articles come last, and there may be gaps.
    n_features_in_ : int

    Notes
    -----
    Equal input gives equal output. Time and memory grow little faster than the number of
    articles: no matrix of all pairs is made.
    """

    _parameter_constraints = {  # noqa: RUF012 as scikit-learn has it
        "threshold": [Interval(Real, 0, 1, closed="right")],
        "days": [Interval(Real, 0, None, closed="neither")],
        "neighbours": [Interval(Integral, 1, None, closed="left")],
    }

    def __init__(
        self, *, threshold: float = THRESHOLD, days: float = DAYS, neighbours: int = NEIGHBOURS
    ) -> None:
        self.threshold = threshold
        self.days = days
        self.neighbours = neighbours

    def fit(
        self,
        X: np.ndarray,
        y: object = None,
        *,
        texts: Sequence[str] | None = None,
        languages: Sequence[str] | None = None,
        days: np.ndarray | None = None,
    ) -> StoryClusterer:
        """Find the stories.

        Parameters
        ----------
        X : array, shape (n, d)
            Language-centred vectors of the articles; their length does not matter.
        y : ignored
        texts : sequence of str, length n, optional
            Title and first paragraph of each.
        languages : sequence of str, length n, optional
            BCP 47 tags. Without them all articles count as of one language.
        days : array, shape (n,), float, optional
            Days since any date, nan where unknown: then time says nothing.
        """
        self._validate_params()
        X = validate_data(self, X, dtype=np.float32)
        languages = _languages(languages, len(X))
        self._background = Background(unit_rows(X), languages, _checked(texts, len(X), "texts"))
        rows = self._background.rows(unit_rows(X), languages, texts)
        days = _days(days, len(X))
        graph = neighbour_graph(rows, self.neighbours, days=days, within=self.days)
        places, scores = table(graph, days, self.days)
        self._rows, self._days = mixed(rows, rows, places, scores), days
        pairs = edges(np.arange(len(X)), places, scores)
        sums = Sums.of(self._rows, days, np.arange(len(X)), len(X))
        roots = merge(sums, pairs, threshold=self.threshold, days=self.days)
        self.labels_ = np.unique(roots, return_inverse=True)[1].astype(np.int64)
        self._next = int(self.labels_.max()) + 1
        return self

    def predict(
        self,
        X: np.ndarray,
        *,
        texts: Sequence[str] | None = None,
        languages: Sequence[str] | None = None,
        days: np.ndarray | None = None,
    ) -> np.ndarray:
        """Return the story that each article would join, -1 where it would start one.

        Each is looked at for itself, and the stories stay as they are.
        """
        check_is_fitted(self)
        rows, days, places, scores = self._placed(X, texts, languages, days)
        placed = mixed(rows, self._rows, places, scores)
        stories, numbers = np.unique(self.labels_, return_inverse=True)
        sums = Sums.of(self._rows, self._days, numbers, len(stories))
        found = np.full(len(placed), -1, np.int64)
        for start in range(0, len(placed), _ROWS_AT_A_TIME):
            part = slice(start, start + _ROWS_AT_A_TIME)
            best, score = sums.best(placed[part], days[part], self.days)
            found[part] = np.where(score >= self.threshold, stories[best], -1)
        return found

    def join(
        self,
        X: np.ndarray,
        *,
        texts: Sequence[str] | None = None,
        languages: Sequence[str] | None = None,
        days: np.ndarray | None = None,
    ) -> tuple[np.ndarray, list[StoryChange]]:
        """Add articles: each joins a story or starts one, and may join two stories into one.

        What is common in the pile stays as it was found by `fit`; when a collection has grown
        by half, `fit` again.

        Returns
        -------
        labels : array, shape (m,), int64
            The stories of the new articles; they are added to `labels_`, too. Of two stories
            that become one, the one with more articles keeps its number.
        changes : list of StoryChange
            By story; what was merged comes before what joined.
        """
        check_is_fitted(self)
        rows, days, places, scores = self._placed(X, texts, languages, days, among_new=True)
        before, count = len(self._rows), len(rows)
        everything = np.concatenate([self._rows, rows])
        self._rows = np.concatenate([self._rows, mixed(rows, everything, places, scores)])
        self._days = np.concatenate([self._days, days])
        stories, numbers = np.unique(self.labels_, return_inverse=True)
        nodes = np.concatenate([numbers, len(stories) + np.arange(count)])
        sums = Sums.of(self._rows, self._days, nodes, len(stories) + count)
        one, other = edges(before + np.arange(count), places, scores)
        roots = merge(sums, (nodes[one], nodes[other]), threshold=self.threshold, days=self.days)
        return self._renamed(stories, numbers, roots)

    def _placed(
        self,
        X: np.ndarray,
        texts: Sequence[str] | None,
        languages: Sequence[str] | None,
        days: np.ndarray | None,
        among_new: bool = False,
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Return the rows and days of new articles, and their neighbours with similarities."""
        X = validate_data(self, X, dtype=np.float32, reset=False)
        languages = _languages(languages, len(X))
        rows = self._background.rows(unit_rows(X), languages, _checked(texts, len(X), "texts"))
        days = _days(days, len(X))
        known, known_days = self._rows, self._days
        if among_new:
            known = np.concatenate([known, rows])
            known_days = np.concatenate([known_days, days])
        similarities, places = nearest_among(rows, known, self.neighbours + among_new)
        scores = similarities - apart(days[:, None], known_days[places]) / self.days
        if among_new:
            itself = places == len(self._rows) + np.arange(len(rows))[:, None]
            places = np.where(itself, -1, places)
        return rows, days, places, np.where(places < 0, -np.inf, scores)

    def _renamed(
        self, stories: np.ndarray, numbers: np.ndarray, roots: np.ndarray
    ) -> tuple[np.ndarray, list[StoryChange]]:
        """Give stories their old names, and tell what has changed."""
        sizes = np.bincount(numbers, minlength=len(stories))
        names = np.empty(len(roots), np.int64)
        changes: list[StoryChange] = []
        new_ones = roots[len(stories) :]
        for root in np.unique(new_ones).tolist():
            articles = tuple(np.flatnonzero(new_ones == root).tolist())
            old = np.flatnonzero(roots[: len(stories)] == root)
            if not len(old):
                names[root] = self._next
                changes.append(StoryChange("started", self._next, articles))
                self._next += 1
                continue
            order = old[np.lexsort((stories[old], -sizes[old]))]
            names[root] = kept = int(stories[order[0]])
            changes += [
                StoryChange("merged", kept, other=int(other)) for other in stories[order[1:]]
            ]
            changes.append(StoryChange("joined", kept, articles))
        untouched = np.setdiff1d(roots, new_ones)
        names[untouched] = stories[untouched]
        labels = names[new_ones]
        self.labels_ = np.concatenate([names[roots[numbers]], labels])
        rank = {"merged": 0, "started": 1, "joined": 1}
        return labels, sorted(changes, key=lambda c: (c.story, rank[c.kind], c.other or 0))


def _checked(texts: Sequence[str] | None, count: int, what: str) -> Sequence[str] | None:
    if texts is not None and len(texts) != count:
        raise ValueError(f"{count} vectors have {len(texts)} {what}; give one each, or none")
    return texts


def _languages(languages: Sequence[str] | None, count: int) -> Sequence[str]:
    """Return the language of each without region or script."""
    if languages is None:
        return [OTHER_LANGUAGES] * count
    _checked(languages, count, "languages")
    return [str(tag).partition("-")[0].lower() for tag in languages]


def _days(days: np.ndarray | None, count: int) -> np.ndarray:
    if days is None:
        return np.full(count, np.nan)
    told = np.asarray(days, np.float64)
    if told.shape != (count,):
        raise ValueError(f"{count} vectors want days of shape ({count},), not {told.shape}")
    if np.isinf(told).any():
        raise ValueError("a day is infinite; give nan where it is not known")
    return told
