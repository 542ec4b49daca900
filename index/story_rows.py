"""What an article is compared by: its vector against the background, and its rare words.

Both become one row of numbers, so that a story is the sum of its rows and one inner product
weighs all that is known of two stories.
"""

from __future__ import annotations

import hashlib
import math
import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from scipy import sparse

from ..seeds import term_forms
from .vectors import unit_rows

# Found on the news titles of benchmarks/stories.py, with stories.py as it is, each with its best
# threshold; to be measured again when the model or the language means move.
# What all articles of a language in the pile say is taken off: of `HALF` articles half. BCubed F1
# 0.782 with 20, 0.783 with 50; with 100 Arabic, which has 85 titles, loses (0.887 to 0.759).
HALF = 20
# Directions in which the pile spreads widely count less: by their variance to the power of
# minus half this, evened out as if so many articles more spread alike in all directions.
# 0.782; 0.777 with a whitening of 0.5; 0.778 evened out with 1,500 articles.
WHITENING, EVEN = 0.3, 400
# The share of words in a similarity: 0.780, 0.782, 0.777 with 0.2, 0.3, 0.4, and held out 0.781
# without texts and 0.773 with them, so on titles words add nothing to the vectors. The letters of
# a word that count, for endings and spellings of a name differ between languages (0.778 with all,
# 0.783 with 5: hardly told apart).
WORDS_SHARE, LETTERS = 0.3, 5
# Words are spread over so many numbers, each over some of them with a sign (a random
# projection): two texts without a word in common then have a similarity of 0 ± 0.04.
SPREAD, TIMES = 512, 4


class Background:
    """What is common in a pile of articles, learned once and then taken off each.

    Parameters
    ----------
    vectors : array, shape (n, d), float32 unit rows
    languages : sequence of str, length n
    texts : sequence of str, length n, optional
    """

    def __init__(
        self, vectors: np.ndarray, languages: Sequence[str], texts: Sequence[str] | None
    ) -> None:
        self._means = _means(vectors, languages)
        self._turn = _whitening(self._less_means(vectors, languages))
        self._counts: dict[str, Counter[str]] = {}
        self._articles = Counter(languages)
        if texts is not None:
            for text, language in zip(texts, languages, strict=True):
                self._counts.setdefault(language, Counter()).update(_words(text))
        self._has_texts = texts is not None

    def rows(
        self, vectors: np.ndarray, languages: Sequence[str], texts: Sequence[str] | None
    ) -> np.ndarray:
        """Return what articles are compared by, of length 1 (0 for a vector of length 0).

        Returns
        -------
        array, shape (n, p), float32
        """
        meaning = unit_rows(self._less_means(vectors, languages) @ self._turn)
        if not self._has_texts:
            return meaning
        said = np.zeros((len(vectors), SPREAD), np.float32)
        if texts is not None:
            said = self._said(texts, languages)
        both = [math.sqrt(1 - WORDS_SHARE) * meaning, math.sqrt(WORDS_SHARE) * said]
        return unit_rows(np.concatenate(both, axis=1))

    def _less_means(self, vectors: np.ndarray, languages: Sequence[str]) -> np.ndarray:
        nothing = np.zeros(vectors.shape[1], np.float32)
        tags = sorted(set(languages))
        number = {tag: place for place, tag in enumerate(tags)}
        table = np.stack([self._means.get(tag, nothing) for tag in tags])
        says_nothing = ~vectors.any(axis=1, keepdims=True)
        taken_off = table[[number[tag] for tag in languages]]
        return unit_rows(np.where(says_nothing, 0, vectors - taken_off))

    def _said(self, texts: Sequence[str], languages: Sequence[str]) -> np.ndarray:
        starts, columns, weights = [0], [], []
        for text, language in zip(texts, languages, strict=True):
            for word in _words(text):
                weight = self._weight(word, language)
                for column, sign in _places(word):
                    columns.append(column)
                    weights.append(sign * weight)
            starts.append(len(columns))
        spread = sparse.csr_matrix(
            (np.array(weights, np.float32), columns, starts), shape=(len(texts), SPREAD)
        )
        return unit_rows(spread.toarray())

    def _weight(self, word: str, language: str) -> float:
        counted = self._counts.get(language, Counter())
        return math.log((self._articles[language] + 1) / max(1, counted[word]))


def _means(vectors: np.ndarray, languages: Sequence[str]) -> dict[str, np.ndarray]:
    means = {}
    tags = np.asarray(languages)
    for tag in sorted(set(languages)):
        own = vectors[tags == tag]
        means[tag] = own.sum(axis=0) / np.float32(len(own) + HALF)
    return means


def _whitening(vectors: np.ndarray) -> np.ndarray:
    """Return what vectors are multiplied by, so that wide directions count less, (d, d)."""
    count, dimension = vectors.shape
    spread = np.asarray(vectors.T @ vectors, np.float64)
    average = np.trace(spread) / dimension / count
    if average <= 0:
        return np.eye(dimension, dtype=np.float32)
    spread += EVEN * average * np.eye(dimension)
    values, directions = np.linalg.eigh(spread / ((count + EVEN) * average))
    scaled: np.ndarray = directions * values ** (-WHITENING / 2)
    return np.asarray(scaled @ directions.T, np.float32)


def _words(text: str) -> list[str]:
    """Return the terms of a text, each once, without accents and cut short."""
    return sorted({_short(term) for term in term_forms(text or "")})


@lru_cache(1 << 16)
def _short(term: str) -> str:
    marked = unicodedata.normalize("NFKD", term)
    return "".join(c for c in marked if not unicodedata.combining(c))[:LETTERS]


@lru_cache(1 << 18)
def _places(word: str) -> tuple[tuple[int, int], ...]:
    """Return which of the numbers a word is spread over, and with which sign."""
    digest = hashlib.blake2b(word.encode("utf-8", "surrogatepass"), digest_size=4 * TIMES)
    drawn = np.frombuffer(digest.digest(), "<u4").tolist()
    return tuple(((value >> 1) % SPREAD, 1 if value & 1 else -1) for value in drawn)
