"""The one convention and its one guard: vectors are float32 rows of length 1.

Similarity is the inner product, from -1 to 1; distances appear nowhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

# A row may be this far from length 1 (float16 storage alone costs 0.001).
TOLERANCE = 0.01
# The key under which a table of language means holds the mean for all other languages.
OTHER_LANGUAGES = "und"


def as_unit_rows(vectors: np.ndarray, dimension: int) -> np.ndarray:
    """Check that `vectors` are unit rows, and return them as float32, exactly of length 1.

    Parameters
    ----------
    vectors : array, shape (n, dimension)
    dimension : int

    Raises
    ------
    ValueError
        If the shape is another, or a row is not finite or not of length 1; it says which.
    """
    rows = np.ascontiguousarray(vectors, dtype=np.float32)
    if rows.ndim != 2 or rows.shape[1] != dimension:
        raise ValueError(f"vectors of shape (n, {dimension}) are wanted, not {rows.shape}")
    lengths = np.linalg.norm(rows, axis=1)
    wrong = np.flatnonzero(~(np.abs(lengths - 1) <= TOLERANCE))
    if wrong.size:
        raise ValueError(
            f"row {wrong[0]} has length {lengths[wrong[0]]:.4g}, not 1 "
            f"({wrong.size} such rows of {len(rows)}); normalise vectors before handing them over"
        )
    return rows / lengths[:, None]


def centred(
    vectors: np.ndarray, languages: Sequence[str], means: Mapping[str, np.ndarray]
) -> np.ndarray:
    """Take each row's language mean off it, and bring it back to length 1.

    Parameters
    ----------
    vectors : array, shape (n, d), float32 unit rows
    languages : sequence of str, length n
    means : mapping from language to array, shape (d,)
        A language that is not in it takes the mean under `OTHER_LANGUAGES`; without
        that, its rows stay as they are.

    Returns
    -------
    array, shape (n, d), float32 unit rows
        A row that equals its mean stays as it is.
    """
    result = np.array(vectors, dtype=np.float32)
    by_language: dict[str, list[int]] = {}
    for row, language in enumerate(languages):
        by_language.setdefault(language, []).append(row)
    for language, rows in by_language.items():
        mean = means.get(language, means.get(OTHER_LANGUAGES))
        if mean is not None:
            moved = result[rows] - mean
            lengths = np.linalg.norm(moved, axis=1, keepdims=True)
            usable = lengths > 1e-6
            result[rows] = np.where(usable, moved / np.where(usable, lengths, 1), result[rows])
    return result
