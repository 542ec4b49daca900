"""The layout of vectors in the plane: laws, degenerate inputs, and what it keeps."""

from __future__ import annotations

import numpy as np
import pytest
from marsad.index.layout import layout
from scipy.spatial.distance import cdist
from sklearn.manifold import trustworthiness
from threadpoolctl import threadpool_limits


def clusters(count: int, each: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Make unit rows around random directions, and say which each belongs to."""
    random = np.random.default_rng(seed)
    centres = np.repeat(random.normal(size=(count, 64)), each, axis=0)
    rows = centres + random.normal(scale=0.7, size=centres.shape)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return rows.astype(np.float32), np.repeat(np.arange(count), each)


@pytest.mark.parametrize("each", [60, 500])
def test_same_vectors_give_same_bytes(each: int) -> None:
    rows, _ = clusters(5, each)
    once = layout(rows)
    with threadpool_limits(1):
        again = layout(rows)
    assert once.tobytes() == again.tobytes()


@pytest.mark.parametrize("count", [0, 1, 2, 3, 5, 15, 16, 17, 40])
def test_any_number_of_vectors_gets_places_within_the_unit_square(count: int) -> None:
    rows, _ = clusters(1, 40)
    places = layout(rows[:count])
    assert places.shape == (count, 2)
    assert places.dtype == np.float32
    assert np.isfinite(places).all()
    assert ((places >= 0) & (places <= 1)).all()
    assert len(np.unique(places, axis=0)) == count


def test_equal_vectors_stand_around_one_place_each_by_itself() -> None:
    places = layout(np.repeat(clusters(1, 1)[0], 300, axis=0))
    assert len(np.unique(places, axis=0)) == 300
    assert np.ptp(places, axis=0).max() <= 1


def test_copies_are_nearer_to_each_other_than_to_anything_else() -> None:
    rows, _ = clusters(4, 50)
    places = layout(np.concatenate([rows, rows, rows]))
    distances = cdist(places, places)
    np.fill_diagonal(distances, np.inf)
    nearest = distances.argsort(axis=1)[:, :2]
    own = np.sort(nearest % len(rows), axis=1) == np.tile(np.arange(len(rows)), 3)[:, None]
    assert own.mean() > 0.95


def test_points_of_clusters_stay_with_their_own() -> None:
    rows, labels = clusters(8, 150)
    places = layout(rows)
    distances = cdist(places, places)
    np.fill_diagonal(distances, np.inf)
    nearest = distances.argsort(axis=1)[:, :10]
    assert (labels[nearest] == labels[:, None]).mean() > 0.99


@pytest.mark.parametrize("each", [40, 300])
def test_neighbours_in_the_plane_were_neighbours_before(each: int) -> None:
    rows, _ = clusters(8, each)
    assert trustworthiness(rows, layout(rows)) > 0.9


def test_three_points_keep_the_order_of_their_distances() -> None:
    angles = np.array([0, 0.1, 1.2])
    rows = np.column_stack((np.cos(angles), np.sin(angles))).astype(np.float32)
    distances = cdist(layout(rows), layout(rows))
    assert distances[0, 1] < distances[1, 2] < distances[0, 2]


def test_another_order_of_vectors_keeps_as_much() -> None:
    rows, _ = clusters(6, 100)
    order = np.random.default_rng(3).permutation(len(rows))
    assert trustworthiness(rows[order], layout(rows[order])) == pytest.approx(
        trustworthiness(rows, layout(rows)), abs=0.02
    )
