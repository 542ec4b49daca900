"""The one convention: unit rows, and language means taken off."""

import numpy as np
import pytest
from marsad.index import OTHER_LANGUAGES, as_unit_rows, centred

CIRCLE = np.array([[1, 0], [0, 1], [0.6, 0.8], [-0.8, 0.6]], np.float32)


def test_unit_rows_come_back_exactly_of_length_one():
    rows = as_unit_rows(CIRCLE * 1.004, 2)
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-6)
    assert rows.dtype == np.float32


@pytest.mark.parametrize("bad", [0.0, 2.0, np.nan, np.inf])
def test_rows_of_another_length_are_named(bad):
    rows = CIRCLE.copy()
    rows[2] = [bad, 0]
    with pytest.raises(ValueError, match=r"row 2 has length .* \(1 such rows of 4\)"):
        as_unit_rows(rows, 2)


def test_another_shape_is_named():
    with pytest.raises(ValueError, match=r"shape \(n, 3\) are wanted, not \(4, 2\)"):
        as_unit_rows(CIRCLE, 3)


def test_each_row_loses_the_mean_of_its_own_language():
    means = {"ar": np.array([0.5, 0]), OTHER_LANGUAGES: np.array([0, 0.5])}
    moved = centred(CIRCLE, ["ar", "ar", "fr", "xx"], means)
    by_hand = [[1, 0], [-0.5, 1], [0.6, 0.3], [-0.8, 0.1]]
    by_hand /= np.linalg.norm(by_hand, axis=1, keepdims=True)
    assert np.allclose(moved, by_hand, atol=1e-6)


def test_a_row_does_not_depend_on_the_others():
    means = {"ar": np.array([0.1, 0.2]), "en": np.array([-0.2, 0.1])}
    languages = ["ar", "en", "ar", "xx"]
    whole = centred(CIRCLE, languages, means)
    for row, language in enumerate(languages):
        assert np.array_equal(centred(CIRCLE[row : row + 1], [language], means)[0], whole[row])


def test_a_row_that_is_its_mean_and_no_means_change_nothing():
    means = {"ar": np.array([1.0, 0.0])}
    assert np.array_equal(centred(CIRCLE[:1], ["ar"], means), CIRCLE[:1])
    assert np.array_equal(centred(CIRCLE, ["en"] * 4, {}), CIRCLE)
    assert centred(CIRCLE[:0], [], means).shape == (0, 2)
