"""Taking paragraphs out of a text, with the blank lines that belonged to them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from ...seeds import SeedError, Span, split


def paragraphs_of(text: str) -> list[Span]:
    """Return the paragraphs of a text that may be copies; fragments are none."""
    return [span for span in split(text) if span.kind != "fragment"]


def chosen(spans: Sequence[Span], gone: np.ndarray) -> list[Span]:
    """Return the spans that are gone, `gone` having a value for each."""
    if len(spans) != len(gone):
        raise SeedError("A file was changed while it was read. Run this again.")
    return [span for span, is_gone in zip(spans, gone, strict=True) if is_gone]


def without(text: str, gone: Sequence[Span]) -> str:
    """Return a text without some of the spans that `split` gives of it.

    What stands between two paragraphs that stay is, of all that stood there, what parts them
    most. Nothing remains of a text that has no other letters.
    """
    left_out = {span.start for span in gone}
    spans = [(span.start, span.end) for span in split(text)]
    stay = [number for number, (start, _) in enumerate(spans) if start not in left_out]
    if not stay:
        return ""
    edges = [0, *(edge for span in spans for edge in span), len(text)]
    gaps = [text[edges[n] : edges[n + 1]] for n in range(0, len(edges), 2)]
    parts = [gaps[0]]
    for number, following in pairwise([*stay, len(spans)]):
        start, end = spans[number]
        parts.append(text[start:end])
        last = following == len(spans)
        parts.append(gaps[-1] if last else _parting(gaps[number + 1 : following + 1]))
    return "".join(parts)


def _parting(gaps: Sequence[str]) -> str:
    """Return what parts two paragraphs: the end of the first's line, lines, begin of the next."""
    if len(gaps) == 1:
        return gaps[0]
    middle = max(gaps, key=_lines)
    if not _lines(middle):
        return gaps[0]
    begin, end = gaps[0], gaps[-1]
    ending = _before_line(begin) if _lines(begin) else ""
    beginning = _after_line(end) if _lines(end) else ""
    return (
        ending
        + middle[len(_before_line(middle)) : len(middle) - len(_after_line(middle))]
        + (beginning)
    )


def _lines(gap: str) -> int:
    return len(gap.splitlines()) - (not gap.endswith(_ENDS)) if gap else 0


def _before_line(gap: str) -> str:
    return gap.splitlines()[0]


def _after_line(gap: str) -> str:
    return "" if gap.endswith(_ENDS) else gap.splitlines()[-1]


_ENDS = ("\n", "\r", "\v", "\f", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029")
