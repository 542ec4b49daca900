"""What a line of a page looks like, and where it stands, as numbers: what `judging` goes by.

The order of the numbers is that of the weights; whoever changes it trains them anew
(``benchmarks/train_judge.py``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..documents import Span
from ..paragraphs import width

# A line of so many Latin letters is text of a story, unless a wording says otherwise.
_BODY = 110
_KINDS = ("caption", "heading", "title", "fragment", "paragraph")
_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹०१२३४५६७८९", "0123456789" * 3)
_MOMENT = re.compile(r"\d{4}|\d{1,2}[:.]\d{2}")
_LINE_END = re.compile(r"\r\n|[\n\r\u2028\u2029]")


@dataclass(frozen=True)
class PageLines:
    """The lines of a page.

    Attributes
    ----------
    texts : list of str
    kinds : list of str
        As `split` told them.
    known : bool array, shape (n,)
        Whether a wording tells that the line is no text.
    gaps : array, shape (n + 1,)
        Line ends before each line, and after the last.
    vectors : array, shape (n, d), float32 unit rows, language-centred
    """

    texts: list[str]
    kinds: list[str]
    known: np.ndarray
    gaps: np.ndarray
    vectors: np.ndarray

    @classmethod
    def of(
        cls, text: str, spans: Sequence[Span], known: Sequence[bool], vectors: np.ndarray
    ) -> PageLines:
        """Take the lines at `spans` of a text."""
        ends = [0, *(span.end for span in spans)]
        starts = [*(span.start for span in spans), len(text)]
        gaps = [
            len(_LINE_END.findall(text[end:start])) for end, start in zip(ends, starts, strict=True)
        ]
        gaps[0] = gaps[-1] = 3
        texts = [text[span.start : span.end] for span in spans]
        kinds = [span.kind for span in spans]
        return cls(texts, list(kinds), np.array(known, bool), np.array(gaps), vectors)


def shape_of(text: str) -> list[float]:
    """Return what a line looks like, whatever it says."""
    words = text.split()
    count = max(1, len(words))
    has_case = any(map(str.isupper, text))
    return [
        float(value)
        for value in (
            np.log1p(len(text)) / 3,
            np.log1p(len(words)) / 2,
            text.endswith((".", "؟", "!", "?", "。", "।", "۔")),
            text.endswith("…"),
            ":" in text or "：" in text,
            text.endswith((":", "：")),
            sum(map(str.isdigit, text)) / max(1, len(text)),
            any(mark in text for mark in "|•·›»/>"),
            text.startswith(tuple("«\"“'‘„–-")),
            "@" in text or "#" in text,
            "(" in text,
            sum(word[0].isupper() for word in words) / count if has_case else 0.5,
            len(words) <= 5,
            _MOMENT.search(text.translate(_DIGITS)) is not None,
        )
    ]


def features_of(page: PageLines, said: np.ndarray) -> np.ndarray:
    """Return the numbers of each line of a page.

    Parameters
    ----------
    page : PageLines
    said : array, shape (n, 7)
        What each line's own wording makes likely: text first, then the kinds of noise.

    Returns
    -------
    array, shape (n, number of features), float64
    """
    body = _body(page)
    shapes = np.array([shape_of(text) for text in page.texts])
    kinds = np.array([[kind == name for name in _KINDS] for kind in page.kinds], float)
    noise = 1 - said[:, 0]
    near = np.stack([_shifted(noise, by) for by in (-1, 1, -2, 2)], axis=1)
    around = np.hstack([_shifted(said[:, 1:], -1), _shifted(said[:, 1:], 1)])
    places = _places(page, body)
    short = ~body
    crossed = np.stack(
        [
            near[:, 1] * short,
            near[:, 0] * short,
            (places[:, 1] > 0) * short,
            (places[:, 3] > 0) * short,
            noise * short,
        ],
        axis=1,
    )
    return np.hstack([said, shapes, places, near, _closeness(page, body), kinds, crossed, around])


def _body(page: PageLines) -> np.ndarray:
    """Tell which lines are paragraphs of a story; at least one is, if any line can be."""
    long = np.array([width(text) > _BODY for text in page.texts])
    body = long & ~page.known
    return body if body.any() else np.array([kind == "paragraph" for kind in page.kinds])


def _places(page: PageLines, body: np.ndarray) -> np.ndarray:
    """Return where each line stands among the paragraphs, and from the ends of the page."""
    count = len(body)
    number = np.arange(count)
    upto = np.cumsum(body)
    before, after = upto - body, upto[-1] - upto
    return np.stack(
        [
            body, before == 0, before == 1, after == 0, after == 1,
            np.minimum(before, 6) / 6, np.minimum(after, 6) / 6,
            number <= 2, number == 0, number >= count - 3,
            page.gaps[:-1] > 1, page.gaps[1:] > 1,
            _shifted(body, -1), _shifted(body, 1), number / count,
        ],
        axis=1,
    ).astype(float)  # fmt: skip


def _closeness(page: PageLines, body: np.ndarray) -> np.ndarray:
    """Return how much each line resembles the story: all of it, any, next, last paragraphs."""
    rows = page.vectors[body]
    if not len(rows):
        return np.zeros((len(body), 4))
    middle = rows.mean(axis=0)
    middle /= max(float(np.linalg.norm(middle)), 1e-6)
    alike = page.vectors @ rows.T
    places = np.flatnonzero(body)
    own = np.arange(len(body))[:, None] == places[None, :]
    after = places[None, :] > np.arange(len(body))[:, None]
    order = np.cumsum(after, axis=1)
    next_two = after & (order <= 2)
    behind = (~after) & ~own
    left = behind.sum(axis=1, keepdims=True) - np.cumsum(behind, axis=1)
    last_two = behind & (left < 2)
    best = [np.where(mask, alike, 0).max(axis=1, initial=0) for mask in (~own, next_two, last_two)]
    return np.stack([page.vectors @ middle, *best], axis=1)


def _shifted(values: np.ndarray, by: int) -> np.ndarray:
    """Return what stands `by` lines further (before, if negative); 0 beyond the page."""
    moved = np.zeros(values.shape)
    if by > 0:
        moved[:-by] = values[by:]
    else:
        moved[-by:] = values[:by]
    return moved
