"""How far a grouping can be trusted: how close its groups are, how far apart, how lasting."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np


def similarity_to_others(
    rows: np.ndarray, labels: np.ndarray, weights: np.ndarray | None = None
) -> np.ndarray:
    """Return each row's cosine to the sum of its group's other rows, shape (n,).

    Parameters
    ----------
    rows : array, shape (n, d), float32 unit rows
    labels : array of int, shape (n,)
        -1 for outside.
    weights : array, shape (n,), optional
        How often each row counts; of a row that counts twice, one is another row.

    Returns
    -------
    array, shape (n,), float32, -1 to 1
        0 for a row that is outside or alone.
    """
    counts = np.ones(len(rows)) if weights is None else np.asarray(weights, np.float64)
    result = np.zeros(len(rows), np.float32)
    for label in range(labels.max(initial=-1) + 1):
        members = np.flatnonzero(labels == label)
        total = counts[members] @ rows[members].astype(np.float64)
        others = total - rows[members] * np.minimum(counts[members], 1)[:, None]
        lengths = np.linalg.norm(others, axis=1)
        dots = np.einsum("ij,ij->i", others, rows[members])
        result[members] = np.where(lengths > 1e-6, dots / np.maximum(lengths, 1e-6), 0)
    return result


def cohesion(rows: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return how alike different rows of each group are on average, shape (groups,).

    From -1 to 1; 1 for a group of one row. Takes time and memory that grow with n.
    """
    figures = []
    for label in range(labels.max(initial=-1) + 1):
        members = rows[labels == label].astype(np.float64)
        count = len(members)
        own = float(np.square(members).sum())
        total = float(np.square(members.sum(axis=0)).sum())
        figures.append((total - own) / (count * (count - 1)) if count > 1 else 1.0)
    return np.asarray(figures, np.float64)


def separation(rows: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return how much more alike a group's rows are than they are to the group next to it.

    Returns
    -------
    array, shape (groups,)
        Cohesion less the highest average similarity to another group's rows, -2 to 2. Not
        above 0 where another group is as near. Cohesion where there is no other.
    """
    count = int(labels.max(initial=-1)) + 1
    if count == 0:
        return np.empty(0)
    means = np.stack(
        [rows[labels == label].mean(axis=0, dtype=np.float64) for label in range(count)]
    )
    across = means @ means.T
    np.fill_diagonal(across, -np.inf)
    other = across.max(axis=1) if count > 1 else np.zeros(count)
    return cohesion(rows, labels) - other


def stability(
    rows: np.ndarray,
    labels: np.ndarray,
    regroup: Callable[[np.ndarray], np.ndarray],
    *,
    times: int = 5,
    share: float = 0.8,
    seed: int = 0,
) -> np.ndarray:
    """Return how well each group is found again among a share of the rows, shape (groups,).

    Parameters
    ----------
    rows : array, shape (n, d)
    labels : array of int, shape (n,)
    regroup : callable
        Rows to labels, such as ``lambda rows: ThemeClusterer().fit(rows).labels_``.
    times : int, default 5
        How often rows are drawn.
    share : float, default 0.8
    seed : int, default 0

    Returns
    -------
    array, shape (groups,), 0 to 1
        The mean Jaccard similarity to the most similar group found (Hennig, 2007): above 0.75
        a group is stable, below 0.5 it dissolves. Draws without any of its rows do not count.
    """
    groups = int(labels.max(initial=-1)) + 1
    figures = np.full((times, groups), np.nan)
    random = np.random.default_rng(seed)
    for number in range(times):
        drawn = np.sort(random.permutation(len(rows))[: max(1, round(share * len(rows)))])
        figures[number] = _best_jaccard(labels[drawn], regroup(rows[drawn]), groups)
    counted = np.maximum((~np.isnan(figures)).sum(axis=0), 1)
    return np.asarray(np.nansum(figures, axis=0) / counted)


def _best_jaccard(before: np.ndarray, after: np.ndarray, groups: int) -> np.ndarray:
    """Return for each group before its highest Jaccard similarity after; NaN if it is empty."""
    found = int(after.max(initial=-1)) + 1
    both = np.zeros((groups + 1, found + 1))
    np.add.at(both, (before, after), 1)
    shared = both[:groups, :found]
    union = both.sum(axis=1)[:groups, None] + both.sum(axis=0)[None, :found] - shared
    best = (shared / np.maximum(union, 1)).max(axis=1, initial=0)
    return np.where(both.sum(axis=1)[:groups] > 0, best, np.nan)
