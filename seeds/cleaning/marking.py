"""The marks of a whole page: single lines first, then what their company says of the others."""

from __future__ import annotations

from collections.abc import Sequence

from ..documents import Span
from .boxes import mark_boxes
from .bylines import find_bylines
from .captions import find_captions
from .datelines import find_datelines
from .forms import mark_forms
from .furniture import believe_hints, find_furniture
from .lines import lines_of
from .tails import mark_tails


def mark(text: str, spans: Sequence[Span], language: str = "und") -> list[Span]:
    """Give the stretches of a page that scraping left in it their kinds.

    Parameters
    ----------
    text : str
        The text that `spans` point into.
    spans : sequence of Span
        As `split` returns them.
    language : str, default "und"
        BCP 47 code of the article. Wordings of all languages are tried all the same, but for
        words as short as "di", which begin a byline in one language and a sentence in another.

    Returns
    -------
    list of Span
        The same stretches in the same order. Noise has its kind, ``byline``, ``dateline``,
        ``related``, ``sharing``, ``comments`` or ``notice`` (or ``caption``), and `why` says for
        people by what it was known; all others are the given spans.
    """
    lines = lines_of(text, spans)
    find_furniture(lines)
    find_captions(lines)
    find_datelines(lines)
    find_bylines(lines, language)
    mark_boxes(lines)
    mark_forms(lines)
    believe_hints(lines)
    mark_tails(lines)
    return [
        Span(line.span.start, line.span.end, line.kind, line.why) if line.kind else line.span
        for line in lines
    ]
