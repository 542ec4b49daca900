"""The neighbour graph: for every vector the vectors nearest to it, as a sparse matrix.

Up to `EXACT_LIMIT` vectors every pair is compared; above it, vectors lie in cells (IVF).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import faiss
import numpy as np
from scipy import sparse

from .nearest import empty_cells

# More vectors than this are searched by an index of cells, looking into so many: as for
# translations, where they find the neighbours of 98 of 100 vectors.
EXACT_LIMIT, PROBES = 50_000, 64
_ROWS_AT_A_TIME = 8192


def neighbour_graph(
    vectors: np.ndarray, k: int, *, days: np.ndarray | None = None, within: float = np.inf
) -> sparse.csr_matrix:
    """Return the similarities of every vector to the k nearest others.

    Parameters
    ----------
    vectors : array, shape (n, d), float32
        Similarity is the inner product; rows need not be of length 1.
    k : int
        Neighbours of each; all others where there are no more.
    days : array, shape (n,), float, optional
        When each is from, nan where unknown. Then neighbours are sought among those at most
        `within` days away (some up to twice as far are looked at, too) and those of no day.
    within : float, default infinity

    Returns
    -------
    sparse matrix, shape (n, n), CSR, float32
        Row i holds its neighbours, best first, never i itself. A row may hold fewer than k
        where an index of cells found fewer. A similarity of 0 is stored like any other. The
        graph is directed: i may be near to j, and j have k that are nearer.
    """
    rows = np.ascontiguousarray(vectors, np.float32)
    count = len(rows)
    wanted = min(k, count - 1)
    if wanted < 1:
        return sparse.csr_matrix((count, count), dtype=np.float32)
    similarities = np.zeros((count, wanted + 1), np.float32)
    places = np.full((count, wanted + 1), -1, np.int64)
    for asked, among in _windows(days, within, count):
        found, numbers = nearest_among(rows[asked], rows[among], wanted + 1)
        width = numbers.shape[1]
        similarities[asked, :width] = found
        places[asked, :width] = np.where(numbers < 0, -1, among[numbers])
    others = (places != np.arange(count)[:, None]) & (places >= 0)
    others &= others.cumsum(axis=1) <= wanted
    starts = np.concatenate([[0], others.sum(axis=1).cumsum()])
    return sparse.csr_matrix(
        (similarities[others], places[others], starts), shape=(count, count), dtype=np.float32
    )


def _windows(
    days: np.ndarray | None, within: float, count: int
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield (places that ask, places among which they look), every place asking once."""
    everything = np.arange(count)
    if days is None or np.isnan(days).all() or np.nanmax(days) - np.nanmin(days) <= 2 * within:
        yield everything, everything
        return
    undated = np.flatnonzero(np.isnan(days))
    if len(undated):
        yield undated, everything
    window = np.floor((days - np.nanmin(days)) / within)
    for number in np.unique(window[~np.isnan(window)]):
        near = np.abs(window - number) <= 1
        yield np.flatnonzero(window == number), np.flatnonzero(near | np.isnan(window))


def nearest_among(
    queries: np.ndarray, vectors: np.ndarray, k: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return (similarities, places in `vectors`) of the k nearest to each query, best first.

    Both of shape (len(queries), k); a place is -1 where an index of cells found too few. Few
    queries are compared with every vector however many those are.
    """
    k = min(k, len(vectors))
    if len(vectors) <= EXACT_LIMIT or len(queries) <= EXACT_LIMIT // 10:
        return faiss.knn(queries, vectors, k, metric=faiss.METRIC_INNER_PRODUCT)
    index = _cells(vectors)
    found = [
        index.search(queries[start : start + _ROWS_AT_A_TIME], k)
        for start in range(0, len(queries), _ROWS_AT_A_TIME)
    ]
    similarities, places = (np.concatenate(side) for side in zip(*found, strict=True))
    return similarities, places


def _cells(vectors: np.ndarray) -> Any:
    count, dimension = vectors.shape
    index = empty_cells("SQfp16", count, dimension, lambda places: vectors[places])
    for start in range(0, count, _ROWS_AT_A_TIME):
        index.add(vectors[start : start + _ROWS_AT_A_TIME])
    index.nprobe = PROBES
    return index
