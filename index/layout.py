"""A 2-D layout of vectors, in which those that are near each other stay so (openTSNE).

t-SNE of the neighbour graph that themes are found in, from the first two principal components.
Equal vectors are laid out as one, and then stand around its place.
"""

from __future__ import annotations

import numpy as np
import openTSNE
from openTSNE.affinity import PrecomputedAffinities
from scipy.spatial import cKDTree

from .theme_graph import tied_rows

# On 10,000 news paragraphs, titles and sentences, 15 neighbours kept more of the 5 nearest than
# 30 or 90 did (trustworthiness 0.991, 0.990, 0.988). Attraction 1.5 times as strong draws groups
# apart so that they are seen, and costs 0.002; 2 times costs 0.012. Three times the rounds gain
# 0.001. To be measured again with benchmarks/map.py.
NEIGHBOURS, ATTRACTION = 15, 1.5
_EARLY_ROUNDS, _EARLY_ATTRACTION, _ROUNDS, _MOMENTUM = 100, 12, 150, 0.8
# Width of a cell of the grid on which the repulsion is computed; the library's 1 takes twice as
# long, and keeps 0.0003 more.
_CELL = 2
# Fewer distinct vectors than this are placed by their principal components alone; up to so many
# the library's tree is faster than its grid.
_FEWEST, _TREE = 16, 2000
# Of the way to the nearest other text: how far from its place the copies of one stand. They are
# then nearer to each other than to any other.
_COPIES_WITHIN = 0.25
_GOLDEN_ANGLE = np.pi * (3 - np.sqrt(5))


def layout(vectors: np.ndarray, *, seed: int = 0) -> np.ndarray:
    """Return a place in the plane for every vector.

    Parameters
    ----------
    vectors : array, shape (n, d), float32 unit rows, language-centred
        Up to 100,000 were tried.
    seed : int, default 0
        Only what the components leave open is drawn by it: the side on which places that would
        be the same come to lie.

    Returns
    -------
    array, shape (n, 2), float32
        Within [0, 1], the longer side filled, the shorter one in the middle. The same vectors
        give the same bytes on one machine, whatever the number of its threads. Other processors
        or versions of the libraries may round otherwise, from which another, equally good
        layout comes.
    """
    rows = np.ascontiguousarray(vectors, np.float32)
    if not len(rows):
        return np.zeros((0, 2), np.float32)
    first, copy_of = _distinct(rows)
    places = _fitted(_placed(rows[first], np.random.default_rng(seed)))
    return _fitted(places[copy_of] + _around(places, copy_of)).astype(np.float32)


def _distinct(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return (places of each different row, in order; which of them every row is)."""
    keys = rows.view(np.dtype((np.void, rows.dtype.itemsize * rows.shape[1]))).ravel()
    first, copy_of = np.unique(keys, return_index=True, return_inverse=True)[1:]
    order = np.argsort(first)
    return first[order], np.argsort(order)[copy_of]


def _placed(rows: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Lay different rows out, in whatever unit."""
    start = _components(rows) + random.normal(scale=1e-3, size=(len(rows), 2))
    if len(rows) < _FEWEST:
        return start
    ties = tied_rows(rows, min(NEIGHBOURS, len(rows) // 3)).astype(np.float64)
    embedding = openTSNE.TSNEEmbedding(
        1e-4 * start,
        PrecomputedAffinities(ties, normalize=True),
        negative_gradient_method="bh" if len(rows) <= _TREE else "fft",
        ints_in_interval=_CELL,
        n_jobs=-1,
    )
    for rounds, attraction in ((_EARLY_ROUNDS, _EARLY_ATTRACTION), (_ROUNDS, ATTRACTION)):
        embedding.optimize(rounds, exaggeration=attraction, momentum=_MOMENTUM, inplace=True)
    return np.asarray(embedding)


def _components(rows: np.ndarray) -> np.ndarray:
    """Return the first two principal components, the first of variance 1, their sides fixed."""
    centred = (rows - rows.mean(axis=0)).astype(np.float64)
    axes = np.linalg.eigh(centred.T @ centred)[1][:, :-3:-1]
    axes = axes * np.sign(axes[np.abs(axes).argmax(axis=0), [0, 1]])
    components = centred @ axes
    spread = components[:, 0].std()
    return np.asarray(components / spread if spread > 0 else components)


def _around(places: np.ndarray, copy_of: np.ndarray) -> np.ndarray:
    """Return how far each copy is moved: around its place, like the seeds of a sunflower."""
    apart = cKDTree(places).query(places, k=2)[0][:, 1] if len(places) > 1 else np.ones(1)
    order = np.argsort(copy_of, kind="stable")
    starts = np.searchsorted(copy_of[order], copy_of[order])
    number = np.empty(len(copy_of))
    number[order] = np.arange(len(copy_of)) - starts
    radius = _COPIES_WITHIN * apart[copy_of] * np.sqrt(number / np.bincount(copy_of)[copy_of])
    angle = number * _GOLDEN_ANGLE
    return np.column_stack((radius * np.cos(angle), radius * np.sin(angle)))


def _fitted(places: np.ndarray) -> np.ndarray:
    low, high = places.min(axis=0), places.max(axis=0)
    side = float((high - low).max())
    return (places - (low + high) / 2) / (side if side > 0 else 1) + 0.5
