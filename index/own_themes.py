"""Own themes: the parts of a collection that are about what a person gave examples of.

A theme's direction is the mean of its examples' vectors. Parts are scored with a share of their
neighbours in them, so that what parts around it are about tells of a part that says little. Where
the best scores are higher than chance would make them, the parts far above their theme's threshold
sharpen its direction; elsewhere nothing is about it, and next to nothing is taken.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from .neighbours import neighbour_graph
from .own_examples import are_nearer, direction_of, ranks_of, share_of
from .theme_groups import common_part
from .vectors import as_unit_rows, less, unit_rows

# All were chosen together on one half of 2,100 Arabic articles (7 topics, 5 sentences as examples)
# with as an aim: all topics given, three given, one given of which the collection holds 0, 5 or 20
# articles; and on the sample corpus. Measure again (benchmarks/own_themes.py) when the model, the
# language means or one of these moves.
# What all parts have in common is taken off: of n parts n / (n + this) of their mean, for few
# parts may all be about one own theme.
COMMON_FROM = 15
# Neighbours that tell of a part, no more than this share of a small collection; twice over.
NEIGHBOURS, NEIGHBOURS_SHARE, STEPS = 10, 1 / 8, 2
# Of n parts neighbours count n / (n + this) as much as the part: among few they are far.
NEIGHBOURS_FROM = 30
# Nearer neighbours count more: by this power of the similarity.
NEIGHBOUR_POWER = 3
# A theme's peak is the mean of its so many best scores, of few parts no more than an eighth.
PEAK = 5
# The best of n scores lie by chance at about this times sqrt(2 ln n), n counted up to the second: a
# theme whose peak is lower is not there, and takes only what is above. Given a topic alone that the
# collection holds nothing of, of 900 articles 3 % (first half) or 5 % (second) are taken.
CHANCE, CHANCE_UP_TO = 0.108, 1000
# Parts above this share of the peak sharpen the direction: their mean counts up to `SHARPENING`
# times as much as the examples, less where they are not many more than `SHARPENED_FROM`.
SURE, SHARPENING, SHARPENED_FROM = 0.7, 3.0, 20
# The threshold, as a share of the peak after that.
THRESHOLD = 0.5
# No threshold is below this, times what is left of what all parts have in common.
# Of the eight parts of the five real articles those about a theme lie at 0.69 to 0.87 on this scale
# (score over what is left), a march for a killed activist, taken for recruitment with 0.6, at 0.62.
LEAST_IN_COMMON = 0.65
# A part is in a second theme too, if its score there (as a share of the peak) is above the
# threshold and at least this share of its best.
ALSO = 0.65
# An example is odd that resembles the others less than this share of the parts outside
# do: on the sample corpus 97 % of sentences on other matters put among a starter theme's.
ODD_BELOW = 0.7
# Themes whose directions are this alike are the same: halves of one starter theme are 0.98 to 1.2
# alike (an estimate, so it may pass 1), different ones up to 0.84.
SAME = 0.9


@dataclass(frozen=True)
class OwnTheme:
    """What a person wants to see as a theme.

    Attributes
    ----------
    name : str
    names : mapping of str to str
        The name in languages, by code; may be empty.
    description : str
        Counts as one more example; may be empty.
    examples : tuple of str
    vectors : array, shape (m, d), float32 unit rows, language-centred
        Of the examples in order, then of the description if there is one.
    """

    name: str
    names: Mapping[str, str]
    description: str
    examples: tuple[str, ...]
    vectors: np.ndarray


@dataclass(frozen=True)
class OwnMatch:
    """An own theme that a part is about.

    Attributes
    ----------
    theme : int
        Its place among the themes.
    score : float
        How much the part, its neighbours counted in, resembles the theme; up to 1.
    """

    theme: int
    score: float


@dataclass(frozen=True)
class ThemeCheck:
    """How well the examples define a theme, and what the collection holds of it.

    Attributes
    ----------
    name : str
    score : float or None
        From 0, the examples resemble each other no more than they do any part of the collection,
        to 1, each resembles the others more than every part outside the theme does. None for
        one example, which nothing can be compared with.
    odd : tuple of str
        Examples that fit worse than parts outside do, or are nearer to another own theme.
    same_as : tuple of str
        Names of other own themes that seem to mean the same.
    threshold : float
        The score from which on a part is about it.
    is_there : bool
        False where the best scores are no higher than chance would make them.
    parts : int
        How many parts have it as their first theme.
    """

    name: str
    score: float | None
    odd: tuple[str, ...]
    same_as: tuple[str, ...]
    threshold: float
    is_there: bool
    parts: int


@dataclass(frozen=True)
class OwnThemes:
    """What parts are about, and what the themes are worth.

    Attributes
    ----------
    matches : tuple of tuple of OwnMatch
        For each part its own themes, the one it is most about first; empty for none.
    checks : tuple of ThemeCheck
        One for each theme, in order.
    """

    matches: tuple[tuple[OwnMatch, ...], ...]
    checks: tuple[ThemeCheck, ...]

    @property
    def first(self) -> np.ndarray:
        """The place of each part's first theme, -1 for none; shape (n,), int."""
        return np.array([found[0].theme if found else -1 for found in self.matches], np.int64)


@dataclass(frozen=True)
class _Fitted:
    """Scores of shape (n, themes), and of each theme the peak, threshold and presence."""

    scores: np.ndarray
    peaks: np.ndarray
    thresholds: np.ndarray
    there: np.ndarray


def assign_own_themes(themes: Sequence[OwnTheme], vectors: np.ndarray) -> OwnThemes:
    """Find the parts that are about own themes.

    Parameters
    ----------
    themes : sequence of OwnTheme
    vectors : array, shape (n, d), float32 unit rows, language-centred
        Of parts (`Part.vector`). Their order has no influence (above 50,000 a little: cells).

    Returns
    -------
    OwnThemes
        A part may be in no theme, in one, or in several that it is about nearly as much.

    Raises
    ------
    ValueError
        If a theme has neither examples nor a description, or its vectors are not one for each.
    """
    for theme in themes:
        _check(theme)
    if not len(vectors) or not themes:
        nothing = [ThemeCheck(t.name, None, (), (), 1.0, False, 0) for t in themes]
        return OwnThemes(((),) * len(vectors), tuple(nothing))
    common = common_part(vectors, np.ones(len(vectors)), COMMON_FROM)
    rows = less(vectors, common)
    examples = [less(as_unit_rows(t.vectors, vectors.shape[1]), common) for t in themes]
    fitted = _fitted(examples, rows)
    matches = _matches(fitted)
    return OwnThemes(matches, _checks(themes, examples, vectors, fitted, matches))


def _check(theme: OwnTheme) -> None:
    wanted = len(theme.examples) + bool(theme.description)
    if not wanted:
        raise ValueError(f"theme {theme.name!r} has neither examples nor a description; give one")
    if len(theme.vectors) != wanted:
        found = f"theme {theme.name!r} has {len(theme.vectors)} vectors; {wanted} are wanted"
        raise ValueError(f"{found}, one for each example and one for the description")


def _fitted(examples: Sequence[np.ndarray], rows: np.ndarray) -> _Fitted:
    smooth = _with_neighbours(rows)
    directions = np.stack([direction_of(own) for own in examples])
    scores = smooth @ directions.T / np.array([share_of(own) for own in examples], np.float32)
    peaks = _peaks(scores)
    chance = CHANCE * np.sqrt(2 * np.log(np.clip(len(rows), 2, CHANCE_UP_TO)))
    there = peaks >= chance
    relative = np.where(there, scores / np.where(there, peaks, 1), -np.inf)
    sure = (relative > SURE) & (relative >= relative.max(axis=1, keepdims=True) - 1e-6)
    for place in np.flatnonzero(sure.any(axis=0)):
        scores[:, place] = smooth @ _sharpened(directions[place], rows[sure[:, place]])
    peaks = _peaks(scores)
    least = LEAST_IN_COMMON * COMMON_FROM / (len(rows) + COMMON_FROM)
    limits = np.where(there, THRESHOLD * peaks, chance)
    return _Fitted(scores, peaks, np.maximum(limits, least), there)


def _with_neighbours(rows: np.ndarray) -> np.ndarray:
    """Return unit rows, each with the mean of its nearest rows in it, shape (n, d)."""
    graph = neighbour_graph(rows, min(NEIGHBOURS, int(len(rows) * NEIGHBOURS_SHARE)))
    graph.data = np.maximum(graph.data, 0) ** NEIGHBOUR_POWER
    totals = np.maximum(np.asarray(graph.sum(axis=1)), 1e-9)
    weight = len(rows) / (len(rows) + NEIGHBOURS_FROM)
    smooth = rows
    for _ in range(STEPS):
        smooth = unit_rows(smooth + (graph @ smooth) * (weight / totals))
    return smooth


def _peaks(scores: np.ndarray) -> np.ndarray:
    """Return the mean of the best scores of each column."""
    count = min(PEAK, max(1, int(len(scores) * NEIGHBOURS_SHARE)))
    best = np.partition(scores, len(scores) - count, axis=0)[-count:]
    return np.asarray(best.mean(axis=0))


def _sharpened(direction: np.ndarray, sure: np.ndarray) -> np.ndarray:
    weight = SHARPENING * len(sure) / (len(sure) + SHARPENED_FROM)
    return unit_rows(direction + weight * direction_of(sure))


def _matches(fitted: _Fitted) -> tuple[tuple[OwnMatch, ...], ...]:
    inside = fitted.scores > fitted.thresholds
    relative = np.where(inside, fitted.scores / np.maximum(fitted.peaks, 1e-9), -np.inf)
    order = np.argsort(-relative, axis=1, kind="stable")
    found: list[tuple[OwnMatch, ...]] = [()] * len(inside)
    for row in np.flatnonzero(inside.any(axis=1)):
        least = ALSO * relative[row, order[row, 0]]
        found[row] = tuple(
            OwnMatch(int(place), round(min(1.0, float(fitted.scores[row, place])), 4))
            for place in order[row]
            if relative[row, place] >= least
        )
    return tuple(found)


def _checks(
    themes: Sequence[OwnTheme],
    examples: Sequence[np.ndarray],
    vectors: np.ndarray,
    fitted: _Fitted,
    matches: Sequence[tuple[OwnMatch, ...]],
) -> tuple[ThemeCheck, ...]:
    """Judge the examples.

    Against the parts outside they are compared as they are: with what all parts have in common
    taken off, examples that have nothing in common but that it is off them would look alike.
    """
    directions = np.stack([direction_of(own) / share_of(own) for own in examples])
    alike = directions @ directions.T
    checks = []
    for place, theme in enumerate(themes):
        others = np.delete(np.arange(len(themes)), place)
        same = others[alike[place, others] >= SAME]
        outside = vectors[[all(m.theme != place for m in found) for found in matches]]
        rivals = directions[np.setdiff1d(others, same)]
        ranks = ranks_of(np.asarray(theme.vectors, np.float32), outside)
        nearer = are_nearer(examples[place], rivals)
        odd = [
            text
            for text, rank, is_nearer in zip(theme.examples, ranks, nearer, strict=False)
            if rank < ODD_BELOW or is_nearer
        ]
        checks.append(
            ThemeCheck(
                name=theme.name,
                score=round(max(0.0, 2 * float(ranks.mean()) - 1), 3) if len(ranks) else None,
                odd=tuple(odd),
                same_as=tuple(themes[other].name for other in same),
                threshold=round(float(fitted.thresholds[place]), 4),
                is_there=bool(fitted.there[place]),
                parts=sum(bool(found) and found[0].theme == place for found in matches),
            )
        )
    return tuple(checks)
