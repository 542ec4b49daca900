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


def unit_rows(rows: np.ndarray) -> np.ndarray:
    """Bring rows, or one vector, to length 1, as float32; one of zeros stays as it is."""
    lengths = np.linalg.norm(rows, axis=-1, keepdims=True)
    return np.asarray(rows / np.where(lengths > 1e-12, lengths, 1), np.float32)


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
    tags = sorted(set(languages))
    number = {tag: place for place, tag in enumerate(tags)}
    numbers = np.array([number[language] for language in languages], dtype=np.int64)
    return less(np.asarray(vectors, np.float32), mean_table(tags, means, vectors.shape[1])[numbers])


def mean_table(
    languages: Sequence[str], means: Mapping[str, np.ndarray], dimension: int
) -> np.ndarray:
    """Return what is taken off vectors of each language, shape (len(languages), dimension)."""
    other = means.get(OTHER_LANGUAGES, np.zeros(dimension, np.float32))
    rows = [means.get(language, other) for language in languages]
    return np.asarray(rows, np.float32).reshape(-1, dimension)


def less(vectors: np.ndarray, taken_off: np.ndarray) -> np.ndarray:
    """Return unit rows less what is taken off each, of length 1 again; both of shape (n, d).

    A row of which nothing is left stays as it is.
    """
    moved = vectors - taken_off
    lengths = np.sqrt(np.einsum("ij,ij->i", moved, moved))[:, None]
    usable = lengths > 1e-6
    if usable.all():
        return np.asarray(moved / lengths, np.float32)
    return np.where(usable, moved / np.where(usable, lengths, 1), vectors).astype(np.float32)
