"""What the examples of an own theme tell: its direction, how sure that is, and which do not fit."""

from __future__ import annotations

import numpy as np

from .vectors import unit_rows

# Two examples of one theme resemble each other so much on average; a theme's own figure is drawn
# towards it as if so many pairs had shown it. It tells how far the mean of few examples is off.
PAIR_SIMILARITY, PAIR_PRIOR = 0.2, 10


def direction_of(examples: np.ndarray) -> np.ndarray:
    """Return the mean of unit rows, of length 1; shape (d,)."""
    return unit_rows(examples.mean(axis=0))


def share_of(examples: np.ndarray) -> float:
    """Estimate the cosine between the mean of the examples and what they have in common."""
    count = len(examples)
    pairs = count * (count - 1) / 2
    total = (float(np.square(examples.sum(axis=0)).sum()) - count) / 2
    alike = max((total + PAIR_SIMILARITY * PAIR_PRIOR) / (pairs + PAIR_PRIOR), 0.05)
    return float(np.sqrt(count * alike / (1 + (count - 1) * alike)))


def ranks_of(examples: np.ndarray, outside: np.ndarray) -> np.ndarray:
    """Return the share of rows outside that each example outdoes in resembling the others.

    Shape (m,); empty for one example.
    """
    if len(examples) < 2 or not len(outside):
        return np.ones(len(examples) if len(examples) > 1 else 0)
    others = unit_rows(examples.sum(axis=0) - examples)
    own = np.einsum("ij,ij->i", others, examples)
    return np.asarray((outside @ others.T < own).mean(axis=0))


def are_nearer(examples: np.ndarray, rivals: np.ndarray) -> np.ndarray:
    """Tell which examples resemble a rival's direction more than the others', shape (m,)."""
    found = np.zeros(len(examples), bool)
    for place in range(len(examples) if len(rivals) and len(examples) > 1 else 0):
        others = np.delete(examples, place, axis=0)
        own = float(examples[place] @ direction_of(others)) / share_of(others)
        found[place] = (rivals @ examples[place]).max() > own
    return found
