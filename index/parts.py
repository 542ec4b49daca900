"""Documents to parts: stretches that are about one thing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..seeds import width
from .gluing import distinct_paragraphs, stretches_of
from .records import StoredPassage

# A part of fewer letters says too little to be placed among stories and themes.
FEWEST_LETTERS = 200


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
    kinds, hashes = [p.kind for p in passages], [p.hash for p in passages]
    bodies = distinct_paragraphs(kinds, hashes)
    lengths = [width(p.text) for p in passages]
    stretches = stretches_of(kinds, hashes, lengths, vectors)
    return [_part(passages, vectors, stretch, bodies) for stretch in stretches]


def _part(
    passages: Sequence[StoredPassage], vectors: np.ndarray, stretch: list[int], bodies: set[int]
) -> Part:
    chosen = [place for place in stretch if place in bodies] or list(stretch)
    mean = vectors[chosen].mean(axis=0)
    length = float(np.linalg.norm(mean))
    return Part(
        passages=tuple(passages[place] for place in stretch),
        body=tuple(place - stretch[0] for place in chosen),
        vectors=vectors[chosen],
        vector=(mean / length if length > 1e-6 else vectors[chosen[0]]).astype(np.float32),
    )
