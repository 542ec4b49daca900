"""The neighbour graph: for every vector the vectors nearest to it, as a sparse matrix.

Up to `EXACT_LIMIT` vectors every pair is compared; above it, vectors lie in cells (IVF).
"""

from __future__ import annotations

from typing import Any

import faiss
import numpy as np
from scipy import sparse

from .nearest import SAMPLES_A_CELL, cells_for

# More vectors than this are searched by an index of cells, looking into so many: as for
# translations, where they find the neighbours of 98 of 100 vectors.
EXACT_LIMIT, PROBES = 50_000, 64
_ROWS_AT_A_TIME = 8192


def neighbour_graph(vectors: np.ndarray, k: int) -> sparse.csr_matrix:
    """Return the similarities of every vector to the k nearest others.

    Parameters
    ----------
    vectors : array, shape (n, d), float32
        Similarity is the inner product; rows need not be of length 1.
    k : int
        Neighbours of each; all others where there are no more.

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
    similarities, places = nearest_among(rows, rows, wanted + 1)
    others = (places != np.arange(count)[:, None]) & (places >= 0)
    others &= others.cumsum(axis=1) <= wanted
    starts = np.concatenate([[0], others.sum(axis=1).cumsum()])
    return sparse.csr_matrix(
        (similarities[others], places[others], starts), shape=(count, count), dtype=np.float32
    )


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
    count = len(vectors)
    cells = cells_for(count)
    index: Any = faiss.index_factory(
        vectors.shape[1], f"IVF{cells},SQfp16", faiss.METRIC_INNER_PRODUCT
    )
    index.cp.min_points_per_centroid = SAMPLES_A_CELL
    sample = min(count, SAMPLES_A_CELL * cells)
    chosen = np.random.default_rng(0).choice(count, sample, replace=False)
    index.train(vectors[np.sort(chosen)])
    for start in range(0, count, _ROWS_AT_A_TIME):
        index.add(vectors[start : start + _ROWS_AT_A_TIME])
    index.nprobe = PROBES
    return index
