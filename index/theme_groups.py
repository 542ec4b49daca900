"""Rows to groups: few by average linkage, many by their neighbour graph; and how many groups.

Both take unit rows that what they have in common was taken off of. Up to `FEW` rows a
neighbour graph says little, and an absolute measure decides: groups are joined that are on
average by so much more alike than rows are on average. Above it, the number of groups is the
one with the highest modularity.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .theme_graph import leading_vectors, modularity, neighbour_graph

# Where the two ways are equally good, and find about as many groups: on drawings of 20 to 300
# Arabic articles (7 topics) and SIB-200 sentences the first is better up to 40 rows, the second
# from 150 on.
FEW = 100
# Average linkage joins what is by more than this more alike than rows are on average: the first
# up to `JOIN_FEW` rows (as on the sample corpus), falling to the second at `FEW`, with which 80
# articles fall into as many groups as the graph of 150 does.
JOIN_ABOVE, JOIN_ABOVE_MANY, JOIN_FEW = 0.1, 0.05, 40
# A smaller number of groups is preferred whose modularity is at least this share of the highest:
# the curve is flat past the right number (0.985 gives 3, 4, 5, 7 for 3, 4, 5, 7 Arabic topics).
NEARLY_BEST = 0.985
# The neighbour graph of pure noise has a modularity of up to 0.3 (in 50 to 384 dimensions), that
# of the least structured labelled set 0.55: below this there is one group.
LEAST_MODULARITY = 0.4
# Themes are broad: no more than so many, of so many rows on average.
MOST, FEWEST_ROWS = 30, 10
# k-means starts: when numbers are tried, and for the number taken.
_STARTS_TRIED, _STARTS = 2, 10


@dataclass(frozen=True)
class Grouping:
    """Groups of rows, and the figures behind their number.

    Attributes
    ----------
    labels : array of int, shape (n,)
        From 0; of few rows -1 for one that is like no other.
    figures : dict of int to float
        The modularity for each number of groups that was tried.
    join_above : float or None
        What average linkage joined above; None where the graph decided.
    """

    labels: np.ndarray
    figures: dict[int, float]
    join_above: float | None


def grouped(
    rows: np.ndarray,
    weights: np.ndarray,
    count: int | None,
    neighbours: int,
    random_state: np.random.RandomState,
) -> Grouping:
    """Group rows.

    Parameters
    ----------
    rows : array, shape (n, d), float32 unit rows, no two equal
    weights : array, shape (n,)
        How much each counts.
    count : int, optional
        How many groups; chosen by default.
    neighbours : int
        Of each row in the graph, at most.
    random_state : RandomState
    """
    if len(rows) <= FEW:
        return _linked(rows, weights, count)
    graph = neighbour_graph(rows, neighbours_for(len(rows), neighbours))
    most = min(len(rows), count or min(MOST, len(rows) // FEWEST_ROWS))
    vectors = leading_vectors(graph, most, random_state)
    seed = int(random_state.randint(2**31 - 1))
    figures: dict[int, float] = {}
    if count is None:
        for number in range(2, most + 1):
            labels = _split(vectors, weights, number, _STARTS_TRIED, seed)
            figures[number] = modularity(graph, labels)
        count = _number(figures)
    labels = _split(vectors, weights, min(count, most), _STARTS, seed)
    figures[len(np.unique(labels))] = modularity(graph, labels)
    return Grouping(labels, figures, None)


def neighbours_for(count: int, most: int) -> int:
    """Return how many neighbours rows have in a graph of `count` rows."""
    return max(1, min(most, max(5, count // 15), count - 1))


def join_above(count: int) -> float:
    """Return what average linkage joins above, of so many rows."""
    share = np.clip((count - JOIN_FEW) / (FEW - JOIN_FEW), 0, 1)
    return float(JOIN_ABOVE + share * (JOIN_ABOVE_MANY - JOIN_ABOVE))


def _number(figures: dict[int, float]) -> int:
    best = max(figures.values())
    if best < LEAST_MODULARITY:
        return 1
    return min(number for number, figure in figures.items() if figure >= NEARLY_BEST * best)


def _split(
    vectors: np.ndarray, weights: np.ndarray, count: int, starts: int, seed: int
) -> np.ndarray:
    """Group rows by the directions of their first `count` coordinates."""
    from sklearn.cluster import KMeans

    if count == 1:
        return np.zeros(len(vectors), np.int64)
    points = vectors[:, :count]
    points = points / np.maximum(np.linalg.norm(points, axis=1, keepdims=True), 1e-9)
    clustering = KMeans(count, n_init=starts, random_state=seed)
    labels = clustering.fit_predict(points, sample_weight=weights)
    return np.unique(labels, return_inverse=True)[1]


def _linked(rows: np.ndarray, weights: np.ndarray, count: int | None) -> Grouping:
    """Join rows by average linkage; a row that stays alone, and counts once, is outside."""
    from sklearn.cluster import AgglomerativeClustering

    limit = join_above(len(rows))
    if len(rows) == 1:
        labels = np.zeros(1, np.int64)
    else:
        similarities = (rows @ rows.T).astype(np.float64)
        apart = ~np.eye(len(rows), dtype=bool)
        similarities -= min(0.0, similarities[apart].mean())
        labels = AgglomerativeClustering(
            n_clusters=None if count is None else min(count, len(rows)),
            distance_threshold=1 - limit if count is None else None,
            metric="precomputed",
            linkage="average",
        ).fit_predict(1 - similarities)
    if count is None:
        sizes = np.bincount(labels, weights)
        labels = np.where(sizes[labels] <= 1, -1, labels)
    return Grouping(labels, {}, limit)
