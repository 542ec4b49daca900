"""Themes: what a collection is about, as groups of documents' parts.

Parts that resemble each other more than the collection's parts do on average are
joined (scikit-learn, average linkage), across languages. Every part is accounted for:
in a theme, or outside with the reason.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Container, Sequence
from dataclasses import dataclass

import numpy as np

from ..seeds import normal_form
from .keywords import keywords, stems
from .parts import Part, parts_of
from .records import DocumentInfo, StoredPassage
from .resemblance import NEAR, similarity

# The three settings below were chosen together on 420 articles of a labelled Arabic set
# (V-measure 0.81), the sample corpus (0.96) and five real articles; move one, and all
# three must be measured again.
# How much shared words (names, rare terms) count beside the vectors, for two parts
# in one language.
WORDS_WEIGHT = 1.0
# Groups whose parts are on average by more than this more alike than the collection's
# parts are on average, are joined.
JOIN_ABOVE = 0.1
# What all parts have in common is taken off their vectors: of n parts n / (n + this) of
# their mean, since the mean of few parts is mostly their own.
COMMON_FROM = 5
# A part of fewer letters says too little to be placed.
FEWEST_LETTERS = 200
_SMALLEST_THEME = 2
_REPRESENTATIVE = 3
_NAME_WORDS = 3
_KEYWORDS_OF_OTHERS = 3


@dataclass(frozen=True)
class Theme:
    """A group of parts that are about the same.

    Attributes
    ----------
    id : str
        Depends on the members alone.
    name : str
        The first keywords, in the language that most of its passages are in.
    keywords : tuple of str
        Of that language first, then of the others.
    origin : str
        ``found``; ``own`` for themes that the user named.
    documents : tuple of DocumentInfo
        Nearest to the theme's middle first.
    passages : int
        How many passages its parts have, fragments left out.
    languages : dict of str to int
        Passages in each language, most first.
    language_mixing : float
        Entropy of the theme's languages over that of the collection's, 0 to 1: 0 for
        one language among many, 1 when mixed like the collection (or it has but one).
    representative : tuple of StoredPassage
        The paragraphs nearest to its middle, no two from one document if it has more.
    members : tuple of Part
        The parts of documents that are about it, nearest to its middle first.
    """

    id: str
    name: str
    keywords: tuple[str, ...]
    origin: str
    documents: tuple[DocumentInfo, ...]
    passages: int
    languages: dict[str, int]
    language_mixing: float
    representative: tuple[StoredPassage, ...]
    members: tuple[Part, ...]


@dataclass(frozen=True)
class Outside:
    """A part that is in no theme, and why."""

    part: Part
    reason: str


@dataclass(frozen=True)
class Themes:
    """The themes, largest first, and what is outside all of them."""

    themes: tuple[Theme, ...]
    outside: tuple[Outside, ...]


def find_themes(
    passages: Sequence[StoredPassage],
    vectors: np.ndarray,
    *,
    copies: Container[int] = (),
    count: int | None = None,
) -> Themes:
    """Group what documents are about.

    Parameters
    ----------
    passages : sequence of StoredPassage
        In order of document and position.
    vectors : array, shape (len(passages), d), float32 unit rows, language-centred
    copies : container of int
        Rows of passages that say what another says (`duplicates.copied_rows`); names
        are drawn from the others, so that wire copy does not name a theme by being run
        twice.
    count : int, optional
        How many groups to make, themes of one part included; chosen by default.

    Returns
    -------
    Themes
        Equal input gives equal output.
    """
    parts = _parts(passages, vectors)
    short = [part for part in parts if _letters(part) < FEWEST_LETTERS]
    usable = [part for part in parts if _letters(part) >= FEWEST_LETTERS]
    outside = [Outside(part, "too short to be placed") for part in short]
    groups = _groups(usable, count)
    large = [group for group in groups if len(group) >= _SMALLEST_THEME]
    outside += [
        Outside(part, "unlike all others")
        for group in groups
        if len(group) < _SMALLEST_THEME
        for part in group
    ]
    mixed = _entropy(Counter(p.language for part in usable for p in _body(part)))
    names = _names(large, copies)
    themes = [_theme(group, name, mixed) for group, name in zip(large, names, strict=True)]
    themes.sort(key=lambda theme: (-len(theme.documents), -theme.passages, theme.id))
    return Themes(tuple(themes), tuple(outside))


def _parts(passages: Sequence[StoredPassage], vectors: np.ndarray) -> list[Part]:
    parts: list[Part] = []
    start = 0
    for end in range(1, len(passages) + 1):
        if end == len(passages) or passages[end].document.id != passages[start].document.id:
            parts += parts_of(passages[start:end], vectors[start:end])
            start = end
    return parts


def _body(part: Part) -> list[StoredPassage]:
    return [part.passages[place] for place in part.body]


def _letters(part: Part) -> int:
    return sum(sum(map(str.isalpha, passage.text)) for passage in _body(part))


def _groups(parts: list[Part], count: int | None) -> list[list[Part]]:
    from sklearn.cluster import (
        AgglomerativeClustering,
    )  # takes a second that searches shall not pay

    if len(parts) < 2:
        return [[part] for part in parts]
    similarities = _similarities(parts)
    clustering = AgglomerativeClustering(
        n_clusters=None if count is None else min(count, len(parts)),
        distance_threshold=None if count is not None else 1 - JOIN_ABOVE,
        metric="precomputed",
        linkage="average",
    )
    labels = clustering.fit_predict(1 - similarities)
    grouped: dict[int, list[Part]] = {}
    for label, part in zip(labels.tolist(), parts, strict=True):
        grouped.setdefault(label, []).append(part)
    return list(grouped.values())


def _similarities(parts: list[Part]) -> np.ndarray:
    """Return how much more alike two parts are than parts are on average, shape (n, n)."""
    vectors = np.stack([part.vector for part in parts])
    count = len(parts)
    vectors = vectors - vectors.mean(axis=0) * (count / (count + COMMON_FROM))
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-6)
    return _above_average(vectors @ vectors.T) + WORDS_WEIGHT * _word_similarities(parts)


def _word_similarities(parts: list[Part]) -> np.ndarray:
    """Return the same from shared words; 0 for two parts in different languages."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    result = np.zeros((len(parts), len(parts)))
    languages = [_main_language(part) for part in parts]
    for language in sorted(set(languages)):
        rows = [row for row, code in enumerate(languages) if code == language]
        texts = [[s for p in _body(parts[row]) for s in stems(p.text, language)] for row in rows]
        if len(rows) < 3 or not any(texts):
            continue
        counted = TfidfVectorizer(analyzer=list, sublinear_tf=True).fit_transform(texts)
        result[np.ix_(rows, rows)] = _above_average((counted @ counted.T).toarray())
    return result


def _above_average(similarities: np.ndarray) -> np.ndarray:
    """Take the mean similarity of different rows off."""
    apart = ~np.eye(len(similarities), dtype=bool)
    return np.asarray(similarities - similarities[apart].mean())


def _main_language(part: Part) -> str:
    counted = Counter(passage.language for passage in _body(part))
    return min(counted, key=lambda code: (-counted[code], code))


def _names(groups: list[list[Part]], copies: Container[int]) -> list[tuple[str, tuple[str, ...]]]:
    """Return a name and keywords for each group, languages named apart."""
    by_language: list[Counter[str]] = [
        Counter(passage.language for part in group for passage in _body(part)) for group in groups
    ]
    languages = sorted({code for counted in by_language for code in counted})
    found: dict[str, list[list[str]]] = {}
    for language in languages:
        texts = [[_text_in(part, language, copies) for part in group] for group in groups]
        found[language] = keywords(texts, language)
    named = []
    for number, counted in enumerate(by_language):
        order = sorted(counted, key=lambda code: (-counted[code], code))
        words_ = [
            word for code in order for word in found[code][number][: 8 if code == order[0] else 3]
        ]
        named.append((" · ".join(found[order[0]][number][:3]), tuple(words_)))
    return named


def _text_in(part: Part, language: str, copies: Container[int]) -> str:
    """Return the title, headings and paragraphs in a language, each text once."""
    texts = {
        passage.hash: passage.text
        for passage in reversed(part.passages)
        if passage.language == language
        and passage.kind in ("title", "heading", "paragraph")
        and passage.row not in copies
    }
    return "\n".join(texts.values())


def _theme(group: list[Part], name: tuple[str, tuple[str, ...]], mixed: float) -> Theme:
    middle = np.mean([part.vector for part in group], axis=0)
    ordered = sorted(group, key=lambda part: (-float(part.vector @ middle), part.passages[0].id))
    languages = Counter(p.language for part in group for p in part.passages if p.kind != "fragment")
    documents = dict.fromkeys(part.passages[0].document for part in ordered)
    members = sorted(part.passages[0].id for part in group)
    return Theme(
        id="t" + hashlib.sha256(" ".join(members).encode()).hexdigest()[:8],
        name=name[0],
        keywords=name[1],
        origin="found",
        documents=tuple(documents),
        passages=sum(languages.values()),
        languages=dict(sorted(languages.items(), key=lambda item: (-item[1], item[0]))),
        language_mixing=round(min(1.0, _entropy(languages) / mixed), 3) if mixed else 1.0,
        representative=_representative(ordered, middle),
        members=tuple(ordered),
    )


def _representative(ordered: list[Part], middle: np.ndarray) -> tuple[StoredPassage, ...]:
    """Choose the paragraphs nearest to the middle: unlike texts, other documents first."""
    scored = [
        (-float(row @ middle), passage)
        for part in ordered
        for row, passage in zip(part.vectors, _body(part), strict=True)
        if sum(map(str.isalpha, passage.text)) >= FEWEST_LETTERS // 2
    ]
    chosen: list[tuple[str, StoredPassage]] = []
    for fresh in (True, False):
        for _, passage in sorted(scored, key=lambda pair: (pair[0], pair[1].row)):
            taken = {other.document.id for _, other in chosen}
            normal = normal_form(passage.text)
            if len(chosen) == _REPRESENTATIVE or (fresh and passage.document.id in taken):
                continue
            if not any(similarity(normal, other, NEAR) for other, _ in chosen):
                chosen.append((normal, passage))
    return tuple(passage for _, passage in chosen)


def _entropy(counted: Counter[str]) -> float:
    total = sum(counted.values())
    return -sum(n / total * math.log(n / total) for n in counted.values() if n) if total else 0.0
