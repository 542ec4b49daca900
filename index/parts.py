"""Documents to parts: stretches that are about one thing.

Scrapes glue other stories to the end of a page. Where a line that reads like a
title is followed by paragraphs unlike those before it, a new part begins.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .records import StoredPassage

# Two stretches are about different things when paragraphs across them resemble each
# other less than this share of what paragraphs within them do. On the five real articles
# and the sample corpus the borders of glued stories lie at 0.43 to 0.74, other title-like
# lines at 0.92 to 1.05. To be measured again when the language means move.
UNLIKE = 0.65
# A line that the page says more than once is its title, and seldom stands within a story.
UNLIKE_TITLED = 0.8
# A short stretch (a teaser box) tells little of itself, so it must differ more.
UNLIKE_SHORT = 0.55
# A part of fewer letters says too little to be placed among stories and themes.
FEWEST_LETTERS = 200
_SHORT = 3
_LEAST_COHESION = 0.1


@dataclass(frozen=True)
class Part:
    """A stretch of one document, and the paragraphs in it that say what it is about.

    Attributes
    ----------
    passages : tuple of StoredPassage
        All of the stretch, in order.
    body : tuple of int
        Places in `passages` of its paragraphs, each text once.
    vectors : array, shape (len(body), d), float32
        The language-centred vectors of the body.
    vector : array, shape (d,), float32
        Their mean, of length 1.
    """

    passages: tuple[StoredPassage, ...]
    body: tuple[int, ...]
    vectors: np.ndarray
    vector: np.ndarray

    @property
    def id(self) -> str:
        """``document:position`` of its first passage."""
        return self.passages[0].id

    @property
    def paragraphs(self) -> list[StoredPassage]:
        """The paragraphs of the body."""
        return [self.passages[place] for place in self.body]

    @property
    def letters(self) -> int:
        """How many letters the body has."""
        return sum(sum(map(str.isalpha, passage.text)) for passage in self.paragraphs)

    @property
    def language(self) -> str:
        """The language that most of the body's paragraphs are in."""
        counted = Counter(passage.language for passage in self.paragraphs)
        return min(counted, key=lambda code: (-counted[code], code))


def parts_of_documents(passages: Sequence[StoredPassage], vectors: np.ndarray) -> list[Part]:
    """Split all documents of a sequence of passages, which has them one after the other."""
    parts: list[Part] = []
    start = 0
    for end in range(1, len(passages) + 1):
        if end == len(passages) or passages[end].document.id != passages[start].document.id:
            parts += parts_of(passages[start:end], vectors[start:end])
            start = end
    return parts


def parts_of(passages: Sequence[StoredPassage], vectors: np.ndarray) -> list[Part]:
    """Split one document into parts.

    Parameters
    ----------
    passages : sequence of StoredPassage
        All passages of one document, in order.
    vectors : array, shape (len(passages), d), float32 unit rows, language-centred

    Returns
    -------
    list of Part
        In order; every passage is in exactly one.
    """
    bodies = _distinct_paragraphs(passages)
    stretches: list[list[int]] = []
    for block in _blocks(passages):
        titled = _says_title_twice([passages[place] for place in block])
        limit = UNLIKE_TITLED if titled else UNLIKE
        if stretches and not _is_unlike(
            vectors, _body(stretches[-1], bodies), _body(block, bodies), limit
        ):
            stretches[-1].extend(block)
        else:
            stretches.append(list(block))
    return [_part(passages, vectors, stretch, bodies) for stretch in stretches]


def _distinct_paragraphs(passages: Sequence[StoredPassage]) -> set[int]:
    """Return the places of paragraphs whose text has not come before."""
    seen: set[bytes] = set()
    places = set()
    for place, passage in enumerate(passages):
        if passage.kind == "paragraph" and passage.hash not in seen:
            seen.add(passage.hash)
            places.add(place)
    return places


def _blocks(passages: Sequence[StoredPassage]) -> list[list[int]]:
    """Cut before every title-like line that paragraphs came before and come after."""
    blocks: list[list[int]] = [[]]
    has_body = False
    for place, passage in enumerate(passages):
        if passage.kind in ("title", "heading") and has_body:
            blocks.append([])
            has_body = False
        blocks[-1].append(place)
        has_body = has_body or passage.kind == "paragraph"
    if len(blocks) > 1 and not has_body:
        blocks[-2].extend(blocks.pop())
    return blocks


def _says_title_twice(block: Sequence[StoredPassage]) -> bool:
    opening = block[0]
    return opening.kind != "paragraph" and any(p.hash == opening.hash for p in block[1:])


def _body(stretch: Sequence[int], bodies: set[int]) -> list[int]:
    return [place for place in stretch if place in bodies]


def _is_unlike(vectors: np.ndarray, before: list[int], after: list[int], limit: float) -> bool:
    if not before or not after:
        return False
    left, right = vectors[before], vectors[after]
    across = float((left @ right.T).mean())
    cohesion = [_cohesion(rows) for rows in (left, right) if len(rows) > 1]
    within = float(np.prod(cohesion)) ** (1 / len(cohesion)) if cohesion else 1.0
    if min(len(before), len(after)) < _SHORT:
        limit = UNLIKE_SHORT
    return across < limit * within


def _cohesion(rows: np.ndarray) -> float:
    """Return the mean similarity of different rows."""
    count = len(rows)
    similarities = rows @ rows.T
    mean = (similarities.sum() - np.trace(similarities)) / (count * (count - 1))
    return max(float(mean), _LEAST_COHESION)


def _part(
    passages: Sequence[StoredPassage], vectors: np.ndarray, stretch: list[int], bodies: set[int]
) -> Part:
    chosen = _body(stretch, bodies) or list(stretch)
    mean = vectors[chosen].mean(axis=0)
    length = float(np.linalg.norm(mean))
    return Part(
        passages=tuple(passages[place] for place in stretch),
        body=tuple(place - stretch[0] for place in chosen),
        vectors=vectors[chosen],
        vector=(mean / length if length > 1e-6 else vectors[chosen[0]]).astype(np.float32),
    )
