"""Means of a collection: they move with its growth, not with every passage."""

import numpy as np
import pytest
from conftest import entry
from marsad.scripts import language_means
from marsad.scripts.language_means import refresh_means

LINE = "The river rose by {} metres during the night and flooded the lower part of the town."


@pytest.fixture(autouse=True)
def _few(monkeypatch):
    monkeypatch.setattr(language_means, "FEWEST", 4)


def add(collection, first, last, language="en"):
    collection.add(
        [entry(f"{language}{n}.txt", LINE.format(n), language) for n in range(first, last)]
    )


def test_means_stay_until_a_language_has_doubled(empty):
    add(empty, 0, 3)
    assert not refresh_means(empty)
    add(empty, 3, 4)
    assert refresh_means(empty)
    version, before = empty.means_state.version, empty.vectors(empty.rows()[:1])
    add(empty, 4, 7)
    assert not refresh_means(empty)
    assert empty.means_state.version == version
    assert np.array_equal(empty.vectors(empty.rows()[:1]), before)
    add(empty, 7, 8)
    assert refresh_means(empty)
    assert empty.means_state.version != version
    assert empty.means_state.counts == {"en": 8}


def test_state_is_stored_and_the_index_follows(empty, reopened):
    add(empty, 0, 8)
    query = empty.vectors(empty.rows()[:1])[0]
    before = empty.nearest(query, 8)[1]
    refresh_means(empty)
    again = reopened(empty)
    assert again.means_state == empty.means_state
    moved = again.vectors(again.rows()[:1])[0]
    assert again.nearest(moved, 1)[1][0] == pytest.approx(1, abs=1e-5)
    assert not np.allclose(before, again.nearest(moved, 8)[1])


def test_mean_of_raw_vectors_agrees_with_brute_force(empty):
    add(empty, 0, 5)
    add(empty, 5, 9, "fr")
    empty.remove([empty.documents()[0].id])
    raw = empty.vectors(empty.rows())  # no means yet: centred vectors are the raw ones
    languages = [p.language for p in empty.passages(empty.rows().tolist())]
    for code, (mean, count) in empty.language_means().items():
        rows = [row for row, language in enumerate(languages) if language == code]
        assert count == len(rows)
        assert np.allclose(mean, raw[rows].mean(axis=0), atol=1e-3)


def test_unknown_language_gets_no_mean_of_its_own(empty):
    add(empty, 0, 9, "und")
    assert not refresh_means(empty)
