"""What groups of parts are called, and the paragraphs that stand for them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Sequence
from dataclasses import dataclass

import numpy as np

from ..seeds import normal_form
from .keywords import keywords
from .parts import Part
from .records import StoredPassage
from .resemblance import NEAR, similarity

_NAME_WORDS, _NAME_PHRASES = 3, 2
_KEYWORDS, _KEYWORDS_OF_OTHERS = 8, 3
# Paragraphs that stand for a group, and how many letters one must have.
_MOST, _FEWEST_LETTERS = 3, 100


@dataclass(frozen=True)
class ThemeName:
    """What a group is called: its name, its names by language, and its keywords."""

    name: str
    names: dict[str, str]
    keywords: tuple[str, ...]


def names_of(groups: list[list[Part]], copies: Container[int]) -> list[ThemeName]:
    """Return names and keywords for each group, languages named apart."""
    by_language: list[Counter[str]] = [
        Counter(passage.language for part in group for passage in part.paragraphs)
        for group in groups
    ]
    languages = sorted({code for counted in by_language for code in counted})
    found: dict[str, list[list[str]]] = {}
    for language in languages:
        texts = [[_text_in(part, language, copies) for part in group] for group in groups]
        found[language] = keywords(texts, language)
    named = []
    for number, counted in enumerate(by_language):
        order = sorted(counted, key=lambda code: (-counted[code], code))
        most = {code: _KEYWORDS if code == order[0] else _KEYWORDS_OF_OTHERS for code in order}
        words = [word for code in order for word in found[code][number][: most[code]]]
        names = {code: _called(found[code][number]) for code in order}
        names = {code: name for code, name in names.items() if name}
        named.append(ThemeName(next(iter(names.values()), ""), names, tuple(words)))
    return named


def _called(words: Sequence[str]) -> str:
    """Join the first keywords to a name, phrases first: they say more than their words."""
    first = words[:_KEYWORDS]
    phrases = [word for word in first if " " in word][:_NAME_PHRASES]
    return " · ".join([*phrases, *(word for word in first if word not in phrases)][:_NAME_WORDS])


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


def representative_of(ordered: list[Part], middle: np.ndarray) -> tuple[StoredPassage, ...]:
    """Choose the paragraphs nearest to the middle: unlike texts, other documents first."""
    scored = [
        (-float(row @ middle), passage)
        for part in ordered
        for row, passage in zip(part.vectors, part.paragraphs, strict=True)
        if sum(map(str.isalpha, passage.text)) >= _FEWEST_LETTERS
    ]
    chosen: list[tuple[str, StoredPassage]] = []
    for fresh in (True, False):
        for _, passage in sorted(scored, key=lambda pair: (pair[0], pair[1].row)):
            taken = {other.document.id for _, other in chosen}
            normal = normal_form(passage.text)
            if len(chosen) == _MOST or (fresh and passage.document.id in taken):
                continue
            if not any(similarity(normal, other, NEAR) for other, _ in chosen):
                chosen.append((normal, passage))
    return tuple(passage for _, passage in chosen)
