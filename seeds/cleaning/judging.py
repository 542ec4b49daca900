"""Lines that no wording tells, judged by what they say and where they stand.

Two logistic regressions, trained on the wordings of all languages and on labelled pages: one on a
line's vector and shape, and one on what that makes of the line and its neighbours, and on how the
line stands among the paragraphs. Weights belong to one model, as its vectors do; with another
model the wordings alone decide.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import cast

import numpy as np

from ..documents import NOISE, Kind, Span
from ..paragraphs import width
from .features import PageLines, features_of, shape_of

# What is told apart, in the order of the weights.
CLASSES = ("text", *NOISE)
# A line is marked from this probability on that it is no text. On labelled pages, each judged by
# weights from the others: see benchmarks/noise.py and docs/input.md.
SURE = 0.75
# Longer lines (in Latin letters) are only judged by wordings.
LONGEST = 220

_FOLDER = Path(__file__).parent / "weights"
_NAMED = {
    "byline": "a byline",
    "dateline": "a date line",
    "related": "a link to another article",
    "sharing": "a share bar",
    "comments": "a comment form",
    "notice": "a notice of the site",
}


@dataclass(frozen=True)
class Judge:
    """The weights for one model.

    Attributes
    ----------
    said, said_bias : arrays, shapes (7, d + shapes) and (7,)
        For a line's vector, followed by its shape.
    page, page_bias : arrays, shapes (7, features) and (7,)
    """

    said: np.ndarray
    said_bias: np.ndarray
    page: np.ndarray
    page_bias: np.ndarray

    @staticmethod
    @lru_cache(4)
    def of_model(name: str, fingerprint: str) -> Judge | None:
        """Return the weights for a model; None if there are none."""
        from safetensors import safe_open

        path = _FOLDER / f"{name}.safetensors"
        if not path.is_file():
            return None
        with safe_open(path, framework="numpy") as file:
            if (file.metadata() or {}).get("fingerprint") != fingerprint:
                return None
            return Judge(**{key: file.get_tensor(key) for key in file.keys()})  # noqa: SIM118

    def probabilities(self, page: PageLines) -> np.ndarray:
        """Return how likely each line is of each class: shape (n, 7), rows of sum 1."""
        if not page.texts:
            return np.empty((0, len(CLASSES)))
        shapes = np.array([shape_of(text) for text in page.texts])
        said = _softmax(np.hstack([page.vectors, shapes]) @ self.said.T + self.said_bias)
        return _softmax(features_of(page, said) @ self.page.T + self.page_bias)


def judged(
    judge: Judge, text: str, spans: Sequence[Span], said_before: Sequence[bool], vectors: np.ndarray
) -> list[Span]:
    """Mark lines that are no text by what they say and where they stand.

    Parameters
    ----------
    judge : Judge
    text : str
    spans : sequence of Span
        As `mark` returns them; what it has marked stays as it is.
    said_before : sequence of bool
        Whether a line says what an earlier one says.
    vectors : array, shape (len(spans), d), float32 unit rows, language-centred

    Returns
    -------
    list of Span
        The same stretches in the same order.
    """
    known = [span.kind in NOISE for span in spans]
    found = judge.probabilities(PageLines.of(text, spans, known, vectors))
    title = _title(spans, known, found)
    result = list(spans)
    for number, span in enumerate(spans):
        likely = 1 - float(found[number, 0])
        if known[number] or said_before[number] or likely < SURE or number == title:
            continue
        if width(text[span.start : span.end]) <= LONGEST:
            kind = cast(Kind, CLASSES[1 + int(found[number, 1:].argmax())])
            result[number] = Span(span.start, span.end, kind, _why(kind, likely))
    return result


def _title(spans: Sequence[Span], known: Sequence[bool], found: np.ndarray) -> int | None:
    """Return the line above the first paragraph that is most likely the title of the page.

    It stays one, however little it says of the text.
    """
    lines: list[int] = []
    for number, span in enumerate(spans):
        if span.kind == "paragraph" and lines:
            break
        if span.kind in ("title", "heading") and not known[number]:
            lines.append(number)
    return max(lines, key=lambda number: found[number, 0]) if lines else None


def _why(kind: Kind, likely: float) -> str:
    return f"reads and stands like {_NAMED[kind]} ({min(likely, 0.99):.2f})"


def _softmax(scores: np.ndarray) -> np.ndarray:
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares: np.ndarray = raised / raised.sum(axis=1, keepdims=True)
    return shares
