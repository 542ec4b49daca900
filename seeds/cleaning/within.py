"""Lines inside an article that markup or a record holds as one: there they are text.

Short lines and lines that read like furniture are left out of scraped text because a scrape
takes the whole page along. What a page's markup, or a record's field, holds as one article has
been chosen already: between its paragraphs stand lists, credits, speakers and headings.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from ..documents import NOISE, Span

# 181 real pages whose article is known, split by domain: of the lines that stand in the article
# 15.4 % were left out in one half and 18.7 % in the other without this module, and are 0.8 and
# 0.7 % with it. Lists and short lines were found on both halves; dates and lone lines on the first
# alone (from 1.4 to 0.8 %), confirmed on the other (from 0.9 to 0.7 %). To be measured anew when
# HTML is read differently.
_SHORT = "fragment"
# A date, or a place with one, is the standfirst's up to here; further down it dates what is told,
# as in a chronicle, or signs a post that is quoted.
_STANDFIRST = 2
# So many lines in a row that are judged to be no text are a list of the article; boxes are shorter.
_LIST = 5
# Where more of a text than this was judged to be no text, it is none of the kind that lines were
# learned from: results, credits, instructions. Then wordings alone decide. Chosen on 467 pages of
# other people (phrases kept: F1 from .920 to .922, pages that lose over half from 15 to 13; .1 and
# .05 gave .921 and 14), without effect on the 181 whose article is known.
_MOST = 0.2


def kept_within(marked: Sequence[Span], judged: Sequence[Span]) -> list[Span]:
    """Take back what was judged to be no text between paragraphs, in lists, and alone below.

    Parameters
    ----------
    marked : sequence of Span
        As `mark` returns them, by wordings; these marks stay, but for dates between paragraphs.
    judged : sequence of Span
        The same stretches as `judged` returns them.

    Returns
    -------
    list of Span
        A short line right before a paragraph is a heading, another one a paragraph.
    """
    paragraphs = [n for n, span in enumerate(judged) if span.kind == "paragraph"]
    if not paragraphs:
        return list(judged)
    places = _in_lists(marked, judged)
    places.update(range(paragraphs[0] + 1, paragraphs[-1]))
    below_standfirst = paragraphs[:_STANDFIRST][-1]
    found = [
        _text(marked, n, keeps_dates=below_standfirst < n < paragraphs[-1]) if n in places else span
        for n, span in enumerate(judged)
    ]
    if _share_left_out(marked, found) > _MOST:
        return list(marked)
    return [
        marked[n] if n > paragraphs[0] and _is_alone(found, n) else span
        for n, span in enumerate(found)
    ]


def _share_left_out(marked: Sequence[Span], found: Sequence[Span]) -> float:
    """Return how much of a text was judged to be no text that no wording tells."""
    lost = sum(
        new.end - new.start
        for old, new in zip(marked, found, strict=True)
        if new.kind in NOISE and old.kind not in NOISE
    )
    return lost / max(1, sum(span.end - span.start for span in marked))


def _in_lists(marked: Sequence[Span], judged: Sequence[Span]) -> set[int]:
    """Return where long runs of short or doubtful lines stand."""
    doubtful = [
        span.kind == _SHORT or span is not old for span, old in zip(judged, marked, strict=True)
    ]
    places: set[int] = set()
    for is_doubtful, run in groupby(range(len(judged)), key=doubtful.__getitem__):
        lines = list(run)
        if is_doubtful and len(lines) >= _LIST:
            places.update(lines)
    return places


def _text(marked: Sequence[Span], place: int, *, keeps_dates: bool) -> Span:
    """Return a span as the text that it is, but for what wordings tell."""
    span = marked[place]
    if span.kind != _SHORT and not (keeps_dates and span.kind == "dateline"):
        return span
    leads = place + 1 < len(marked) and marked[place + 1].kind == "paragraph"
    why = span.why if span.kind == _SHORT else ""
    return Span(span.start, span.end, "heading" if leads else "paragraph", why)


def _is_alone(found: Sequence[Span], place: int) -> bool:
    """Tell noise with none beside it: furniture comes in company, a closing remark does not."""
    beside = [found[n] for n in (place - 1, place + 1) if 0 <= n < len(found)]
    return found[place].kind in NOISE and not any(span.kind in NOISE for span in beside)
