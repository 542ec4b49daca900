"""Names of themes in the reader's language, for themes that have no text in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from .keywords import keywords
from .parts import Part
from .themes import Theme

# A theme is named by the paragraphs in the reader's language nearest to its middle, so many of
# them, if they resemble it at all: unrelated ones lie at 0.41 in the sample corpus (means of
# paragraphs; single ones lower), those of one theme at 0.65.
PARAGRAPHS, RELATED = 12, 0.45
_WORDS = 3


def with_reader_names(themes: Sequence[Theme], parts: Sequence[Part], language: str) -> list[Theme]:
    """Give each theme a name in a language.

    Parameters
    ----------
    themes : sequence of Theme
    parts : sequence of Part
        Of the whole collection: where a theme has no text in the language, the nearest
        paragraphs in it lend their terms.
    language : str
        BCP 47 code.

    Returns
    -------
    list of Theme
        With the name under `names`, where there is one to be had.
    """
    passages = [p for part in parts for p in part.paragraphs if p.language == language]
    rows = [
        row
        for part in parts
        for row, passage in zip(part.vectors, part.paragraphs, strict=True)
        if passage.language == language
    ]
    lacking = [number for number, theme in enumerate(themes) if language not in theme.names]
    if not lacking or not rows:
        return list(themes)
    stacked = np.stack(rows)
    texts = [_nearest(stacked, [p.text for p in passages], theme) for theme in themes]
    found = keywords(texts, language)
    named = list(themes)
    for number in lacking:
        if found[number]:
            name = " · ".join(found[number][:_WORDS])
            named[number] = replace(themes[number], names={**themes[number].names, language: name})
    return named


def _nearest(rows: np.ndarray, texts: Sequence[str], theme: Theme) -> list[str]:
    """Return the texts nearest to a theme's middle that are related to it."""
    scores = rows @ theme.middle
    order = np.argsort(-scores, kind="stable")[:PARAGRAPHS]
    return [texts[place] for place in order if scores[place] >= RELATED]
