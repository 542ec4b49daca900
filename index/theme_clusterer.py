"""Themes by scikit-learn: what documents are about, broadly, across languages.

Equal rows are one row that counts several times. What all have in common is taken off. Up to
`SAMPLE` rows are grouped (`theme_groups`); the others, and new ones, follow their neighbours
among those. A row that resembles its theme no more than any other is outside: -1.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, ClusterMixin
from sklearn.utils import check_random_state
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

from .neighbours import nearest_among
from .theme_figures import similarity_to_others
from .theme_graph import rank_weights
from .theme_groups import FEW, baseline, common_part, grouped, join_above, neighbours_for
from .vectors import less, unit_rows

# So many rows are grouped; chosen by their content, so that a row that is added seldom moves one
# that was there. With 20,000 the V-measure is that of all rows, and the graph takes seconds.
SAMPLE = 20_000
# A row is outside whose cosine to the sum of its theme's other rows is not above this. Of 384
# dimensions two unrelated rows have 0 +- 0.05.
OUTSIDE = 0.1
# Themes of this many rows are looked at for themes within them.
SUB_ROWS = 150
# They are few, and the theme must fall apart clearly: in place of `LEAST_MODULARITY`.
SUB_MOST, SUB_LEAST = 8, 2.2
_AT_A_TIME = 65_536
_MIX = np.uint64(0x9E3779B97F4A7C15)


class ThemeClusterer(ClusterMixin, BaseEstimator):
    """Group documents by what they are about.

    Parameters
    ----------
    n_clusters : int, optional
        How many groups to make. By default the number with the highest modularity of the
        neighbour graph; up to `FEW` rows, as many as stay apart under average linkage.
    neighbours : int, default 20
        Of each row in the neighbour graph of 2,000 rows; as the square root of their number.
    outside : float, default `OUTSIDE`
        A row is outside whose cosine to the other rows of its group is not above this.
    sample : int, default `SAMPLE`
        Rows that are grouped; the others follow their neighbours among them.
    random_state : int, RandomState or None, default 0

    Attributes
    ----------
    labels_ : array of int, shape (n,)
        Groups from 0, those that count most first; -1 for outside.
    sub_labels_ : array of int, shape (n,)
        Groups within groups, numbered through; one for a group that does not fall apart.
    n_clusters_ : int
    cluster_centers_ : array, shape (n_clusters_, d), float32
        Unit rows, what is common taken off.
    common_ : array, shape (d,), float32
        What was taken off all rows.
    criterion_ : dict
        ``chosen`` (by "modularity", "linkage" or "given"), ``modularity`` (number of groups
        to figure), ``join_above``, ``outside_share``.
    n_features_in_ : int

    Notes
    -----
    The order of rows has no influence. Time grows with n; memory holds one copy of X.
    """

    def __init__(
        self,
        n_clusters: int | None = None,
        *,
        neighbours: int = 20,
        outside: float = OUTSIDE,
        sample: int = SAMPLE,
        random_state: Any = 0,
    ) -> None:
        self.n_clusters = n_clusters
        self.neighbours = neighbours
        self.outside = outside
        self.sample = sample
        self.random_state = random_state

    def fit(self, X: Any, y: Any = None, *, sample_weight: Any = None) -> ThemeClusterer:
        """Group rows.

        Parameters
        ----------
        X : array, shape (n, d)
            Rows are brought to length 1.
        y : ignored
        sample_weight : array, shape (n,), optional
            How much each row counts; a row that counts 0 has no say, but gets a label.
        """
        self._check_settings()
        rows = unit_rows(validate_data(self, X, dtype=np.float32))
        weights = _check_sample_weight(sample_weight, X, dtype=np.float64, ensure_non_negative=True)
        random_state = check_random_state(self.random_state)
        distinct, inverse, counts = _distinct(rows, weights)
        counted = np.flatnonzero(counts > 0)[: self.sample]
        if not len(counted):
            raise ValueError("sample_weight must have at least one non-zero number.")
        self.common_ = common_part(rows[distinct[counted]], counts[counted])
        self._rows = less(rows[distinct[counted]], self.common_)
        self._group(counts[counted], random_state)
        labels, places = self._labels.copy(), np.full(len(distinct), -1)
        places[counted] = np.arange(len(counted))
        rest = np.flatnonzero(places < 0)
        all_labels = np.empty((len(distinct), 2), np.int64)
        all_labels[counted] = labels
        all_labels[rest] = self._follow(rows, distinct[rest])
        self.labels_, self.sub_labels_ = all_labels[inverse].T.copy()
        self.criterion_["outside_share"] = float((self.labels_ < 0).mean())
        return self

    def predict(self, X: Any) -> np.ndarray:
        """Return the group of each row, that of its neighbours; -1 for outside. Shape (n,)."""
        check_is_fitted(self)
        rows = unit_rows(validate_data(self, X, dtype=np.float32, reset=False))
        return self._follow(rows, np.arange(len(rows)))[:, 0]

    def _check_settings(self) -> None:
        for name, least in (("n_clusters", 1), ("neighbours", 1), ("sample", 1)):
            value = getattr(self, name)
            if value is not None and value < least:
                raise ValueError(f"{name} is {value}; it must be at least {least}")

    def _group(self, counts: np.ndarray, random_state: np.random.RandomState) -> None:
        """Group the rows that are kept, and set what tells of the groups."""
        made = grouped(self._rows, counts, self.n_clusters, self.neighbours, random_state)
        self._is_linked = len(self._rows) <= FEW
        labels = made.labels
        if not self._is_linked:
            alike = similarity_to_others(self._rows, labels, counts)
            labels = np.where(alike > self.outside, labels, -1)
        labels = _by_size(labels, counts)
        subs = np.where(labels < 0, -1, 0)
        for label in range(labels.max(initial=-1) + 1):
            members = np.flatnonzero(labels == label)
            subs[members] = subs.max() + 1 if label else 0
            if len(members) >= SUB_ROWS:
                subs[members] += self._within(members, counts[members], random_state)
        self._labels = np.stack([labels, subs], axis=1)
        self.n_clusters_ = int(labels.max(initial=-1)) + 1
        self.cluster_centers_, self._sums = _centres(self._rows, labels, counts, self.n_clusters_)
        given = self.n_clusters is not None
        chosen = "given" if given else "linkage" if self._is_linked else "modularity"
        self.criterion_: dict[str, Any] = {
            "chosen": chosen,
            "modularity": made.figures,
            "join_above": None if given else made.join_above,
        }

    def _within(
        self, members: np.ndarray, counts: np.ndarray, random_state: np.random.RandomState
    ) -> np.ndarray:
        """Return groups within a group, from 0; a row outside them stays with the first."""
        rows = self._rows[members]
        rows = less(rows, common_part(rows, counts))
        found = grouped(
            rows, counts, None, self.neighbours, random_state, most=SUB_MOST, least=SUB_LEAST
        ).labels
        return np.maximum(_by_size(found, counts), 0)

    def _follow(self, rows: np.ndarray, places: np.ndarray) -> np.ndarray:
        """Return the group and the group within it of rows that were not grouped, (m, 2)."""
        found = np.full((len(places), 2), -1, np.int64)
        for start in range(0, len(places) if self.n_clusters_ else 0, _AT_A_TIME):
            part = less(rows[places[start : start + _AT_A_TIME]], self.common_)
            found[start : start + _AT_A_TIME] = (
                self._joined(part) if self._is_linked else self._voted(part)
            )
        return found

    def _joined(self, rows: np.ndarray) -> np.ndarray:
        """Join each to the group that it is on average most like, as average linkage does."""
        alike = rows @ self._sums.T - baseline(self._rows)
        best = alike.argmax(axis=1)
        limit = -np.inf if self.n_clusters is not None else join_above(len(self._rows))
        found = np.where(alike.max(axis=1) > limit, best, -1)
        subs = np.array([self._labels[self._labels[:, 0] == at, 1].min() for at in best])
        return np.stack([found, np.where(found < 0, -1, subs)], axis=1)

    def _voted(self, rows: np.ndarray) -> np.ndarray:
        """Let the neighbours vote, the nearest most: for the group, then for one within it."""
        count = neighbours_for(len(self._rows), self.neighbours)
        _, near = nearest_among(rows, self._rows, count)
        weights = np.broadcast_to(rank_weights(near.shape[1]), near.shape)
        groups, subs = self._labels[near, 0], self._labels[near, 1]
        found = _winner(groups, weights, self.n_clusters_)
        within = _winner(np.where(groups == found[:, None], subs, -1), weights, subs.max() + 1)
        alike = np.einsum("ij,ij->i", rows, self.cluster_centers_[np.maximum(found, 0)])
        outside = (found < 0) | (alike <= self.outside)
        return np.where(outside[:, None], -1, np.stack([found, within], axis=1))


def _distinct(rows: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return (first of each distinct row, which one each row is, their weights).

    In an order that hangs on what rows hold, and looks like chance.
    """
    drawn = np.random.RandomState(0).randint(2**62, size=rows.shape[1])
    odd = np.asarray(2 * drawn + 1, np.uint64)
    keys: np.ndarray = np.empty(len(rows), np.uint64)
    for start in range(0, len(rows), _AT_A_TIME):
        part = np.ascontiguousarray(rows[start : start + _AT_A_TIME] + np.float32(0))
        bits = part.view(np.uint32)
        keys[start : start + _AT_A_TIME] = (bits * odd).sum(axis=1, dtype=np.uint64)
    for shift in (31, 29, 32):
        keys = (keys ^ (keys >> np.uint64(shift))) * _MIX
    _, first, inverse = np.unique(keys, return_index=True, return_inverse=True)
    return first, inverse, np.bincount(inverse, weights)


def _by_size(labels: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Number groups anew, those that count most first; -1 stays."""
    inside = labels >= 0
    if not inside.any():
        return labels
    sizes = np.bincount(labels[inside], counts[inside])
    order = np.argsort(-sizes, kind="stable")
    numbers = np.full(len(sizes), -1)
    kept = order[np.bincount(labels[inside], minlength=len(sizes))[order] > 0]
    numbers[kept] = np.arange(len(kept))
    return np.where(inside, numbers[labels], -1)


def _centres(
    rows: np.ndarray, labels: np.ndarray, counts: np.ndarray, groups: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return the mean of each group at length 1, and as it is, both of shape (groups, d)."""
    means = np.zeros((groups, rows.shape[1]))
    inside = labels >= 0
    np.add.at(means, labels[inside], rows[inside] * counts[inside, None])
    means /= np.bincount(labels[inside], counts[inside], minlength=groups)[:, None]
    return unit_rows(means), means.astype(np.float32)


def _winner(votes: np.ndarray, weights: np.ndarray, count: int) -> np.ndarray:
    """Return what has most votes in each row; -1 counts for nothing, and stands for no vote."""
    totals = np.zeros((len(votes), count + 1))
    np.add.at(totals, (np.arange(len(votes))[:, None], votes), weights)
    totals[:, -1] = 0
    return np.where(totals.any(axis=1), totals.argmax(axis=1), -1)
