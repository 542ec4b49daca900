"""Rows to groups: few by average linkage, many by their neighbour graph; and how many groups.

Both take unit rows that what they have in common was taken off of. Up to `FEW` rows a
neighbour graph says little, and an absolute measure decides: groups are joined that are on
average by so much more alike than rows are on average. Above it, the number of groups is the
one with the highest modularity.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse
import scipy.sparse.csgraph
from threadpoolctl import threadpool_limits

from .theme_graph import leading_vectors, modularity, tied_rows

# Where the two ways are equally good, and find about as many groups: on drawings of 20 to 300
# Arabic articles (7 topics) and SIB-200 sentences the first is better up to 40 rows, the second
# from 150 on.
FEW = 100
# Average linkage joins what is by more than this more alike than rows are on average: the first
# up to `JOIN_FEW` rows (as on the sample corpus), falling to the second at `FEW`, with which 80
# articles fall into as many groups as the graph of 150 does.
JOIN_ABOVE, JOIN_ABOVE_MANY, JOIN_FEW = 0.1, 0.05, 40
# The mean of few rows is mostly their own: of n rows n / (n + this) of it is taken off them.
COMMON_FROM = 5
# Means of the labelled collections are up to 0.6 long, and those of one news story's titles 0.8:
# a mean that is longer is what all the rows are about, and that much stays.
COMMON_MOST = 0.6
# A smaller number of groups is preferred whose modularity is at least this share of the highest:
# the curve is flat past the right number (0.985 gives 3, 4, 5, 7 for 3, 4, 5, 7 Arabic topics).
NEARLY_BEST = 0.985
# The graph of pure noise has a modularity of up to 1.5 over the square root of its neighbours
# (in 50 to 384 dimensions): unless the highest is this over that root (times 1 - 1 / n for
# n groups), there is one group.
LEAST_MODULARITY = 1.6
# Rows that the graph has `neighbours` for; others as the square root of their number, from
# `FEWEST_NEIGHBOURS` to twice as many. On halves of an Arabic set (1,050 and 2,100 rows), SIB-200
# in single languages (1,004) and in nine (4,410), each did best with about so many.
NEIGHBOURS_OF, FEWEST_NEIGHBOURS = 2000, 10
# Themes are broad: no more than so many, of so many rows on average.
MOST, FEWEST_ROWS = 30, 10
# k-means starts: when numbers are tried, and for the number taken.
_STARTS_TRIED, _STARTS = 2, 10
# No higher numbers are tried once so many in a row were not nearly the best.
_PATIENCE = 6


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
    *,
    most: int = MOST,
    least: float = LEAST_MODULARITY,
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
        Of each row in the graph of `NEIGHBOURS_OF` rows.
    random_state : RandomState
    most : int
        The highest number of groups that is tried.
    least : float
        In place of `LEAST_MODULARITY`.
    """
    if len(rows) <= FEW:
        return _linked(rows, weights, count)
    near = neighbours_for(len(rows), neighbours)
    graph = tied_rows(rows, near)
    # The steps are small: threads that wait for each other take longer, on a busy machine tenfold.
    with threadpool_limits(limits=1):
        pieces = scipy.sparse.csgraph.connected_components(graph)[0]
        if count is None or pieces == 1:
            return _cut(graph, weights, count, random_state, most, least / near**0.5)
        made = _cut(graph, weights, min(count + pieces - 1, 4 * count), random_state, most, 0.0)
        labels = _merged(rows, made.labels, weights, count, int(random_state.randint(2**31 - 1)))
        return Grouping(labels, {count: modularity(graph, labels)}, None)


def _cut(
    graph: scipy.sparse.csr_matrix,
    weights: np.ndarray,
    count: int | None,
    random_state: np.random.RandomState,
    most: int,
    least: float,
) -> Grouping:
    """Group the rows of a graph; into one group if no modularity is at least `least`."""
    size = graph.shape[0]
    most = min(size, count or min(most, size // FEWEST_ROWS))
    vectors = leading_vectors(graph, most, random_state)
    seed = int(random_state.randint(2**31 - 1))
    figures: dict[int, float] = {}
    if count is None:
        figures = _tried(graph, vectors, weights, seed)
        count = _number(figures, least)
    labels = _split(vectors, weights, min(count, most), _STARTS, seed)
    return Grouping(labels, figures or {count: modularity(graph, labels)}, None)


def neighbours_for(count: int, most: int) -> int:
    """Return how many neighbours rows have in a graph of `count` rows."""
    wanted = round(most * (count / NEIGHBOURS_OF) ** 0.5)
    return max(1, min(max(wanted, min(FEWEST_NEIGHBOURS, most)), 2 * most, count - 1))


def baseline(rows: np.ndarray) -> float:
    """Return how alike different rows are on average, as far as that is below 0, shrunk."""
    count = len(rows)
    total = float(np.square(rows.sum(axis=0, dtype=np.float64)).sum()) - count
    average = total / max(1, count * (count - 1))
    return min(0.0, average) * count / (count + COMMON_FROM)


def common_part(rows: np.ndarray, weights: np.ndarray, start: float = COMMON_FROM) -> np.ndarray:
    """Return what is taken off unit rows because they have it in common, shape (d,).

    Of rows that count n in all n / (n + `start`) of their mean, and no more of it than
    `COMMON_MOST`.
    """
    total = float(weights.sum())
    mean = (weights @ rows.astype(np.float64)) / total
    length = float(np.linalg.norm(mean))
    share = total / (total + start)
    return np.asarray(mean * min(share, COMMON_MOST / max(length, 1e-9)), np.float32)


def join_above(count: int) -> float:
    """Return what average linkage joins above, of so many rows."""
    share = np.clip((count - JOIN_FEW) / (FEW - JOIN_FEW), 0, 1)
    return float(JOIN_ABOVE + share * (JOIN_ABOVE_MANY - JOIN_ABOVE))


def _merged(
    rows: np.ndarray, labels: np.ndarray, weights: np.ndarray, count: int, seed: int
) -> np.ndarray:
    """Join groups to `count`, by k-means of their means: small ones go to what is nearest.

    A graph in pieces (a story's copies are one) would give a group to each before it cuts.
    """
    from sklearn.cluster import KMeans

    sizes = np.bincount(labels, weights)
    means = np.zeros((len(sizes), rows.shape[1]))
    np.add.at(means, labels, rows * weights[:, None])
    means /= np.maximum(np.linalg.norm(means, axis=1, keepdims=True), 1e-9)
    if len(means) <= count:
        return labels
    joined = KMeans(count, n_init=_STARTS, random_state=seed).fit_predict(means, None, sizes)
    return np.asarray(joined[labels], np.int64)


def _tried(
    graph: scipy.sparse.csr_matrix, vectors: np.ndarray, weights: np.ndarray, seed: int
) -> dict[int, float]:
    """Return the modularity for each number of groups, until it has fallen for long."""
    figures: dict[int, float] = {}
    for number in range(2, vectors.shape[1] + 1):
        labels = _split(vectors, weights, number, _STARTS_TRIED, seed)
        figures[number] = modularity(graph, labels)
        best = NEARLY_BEST * max(figures.values())
        if max(list(figures.values())[-_PATIENCE:]) < best:
            break
    return figures


def _number(figures: dict[int, float], least: float) -> int:
    best = max(figures.values(), default=0.0)
    # Few groups cannot have a high modularity: n equal ones that nothing ties, 1 - 1 / n.
    if max((q / (1 - 1 / n) for n, q in figures.items()), default=0.0) < least:
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
        labels: np.ndarray = np.zeros(1, np.int64)
    else:
        similarities = (rows @ rows.T).astype(np.float64)
        similarities -= baseline(rows)
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
