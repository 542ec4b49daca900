"""Why a passage is called a copy: what differs, and where a part stands."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from rapidfuzz.distance import Indel, ScoreAlignment

from ...seeds import Word, words
from ..anchors import agreement, anchors_of, shared_names
from ..resemblance import Change, changes, spelling_differences
from .comparison import place_of
from .links import Link
from .wordings import LONGEST_ALIGNED

# Words by which the place of a part is widened, to find where it really begins and ends.
_ROOM = 3


@dataclass(frozen=True)
class Evidence:
    """Why a passage is called a copy.

    Attributes
    ----------
    differs : tuple of str
        For exact copies: in what the two spellings differ; empty when letter-equal.
    changes : tuple of Change
        For near copies and parts: the words that were changed, added or left out.
    span : tuple of int, or None
        For parts: characters `start` up to `end` of the kept passage's text where it stands.
    similarity, margin : float or None
        For translations: the inner product of the vectors, and by how much it exceeds that of
        each one's other neighbours (a ratio).
    anchors : tuple of str
        For translations: numbers, dates and names that both have, as the kept one spells them.
    """

    differs: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()
    span: tuple[int, int] | None = None
    similarity: float | None = None
    margin: float | None = None
    anchors: tuple[str, ...] = ()


def evidence_of(link: Link, kept: str, copy: str) -> Evidence:
    """Look at two texts for the evidence that belongs to the kind of copy."""
    if link.kind == "exact":
        return Evidence(differs=tuple(spelling_differences(kept, copy)))
    if link.kind == "near":
        return Evidence(changes=_changes(kept, copy))
    if link.kind == "translated":
        texts = anchors_of(kept), anchors_of(copy)
        anchors = agreement(*texts).shared + shared_names(*texts)
        return Evidence(similarity=link.similarity, margin=link.margin, anchors=anchors)
    span = _span(kept, copy)
    if span is None:
        return Evidence()
    return Evidence(changes=_changes(kept[span[0] : span[1]], copy), span=span)


def _changes(kept: str, copy: str) -> tuple[Change, ...]:
    """Align two texts; of texts too long for that, name only the stretch in which they differ."""
    if max(kept.count(" "), copy.count(" ")) <= LONGEST_ALIGNED:
        return tuple(changes(kept, copy))
    begin = next((n for n, (a, b) in enumerate(zip(kept, copy, strict=False)) if a != b), None)
    if begin is None:
        begin = min(len(kept), len(copy))
    end = 0
    while end < min(len(kept), len(copy)) - begin and kept[-1 - end] == copy[-1 - end]:
        end += 1
    return (Change(kept[begin : len(kept) - end], copy[begin : len(copy) - end]),)


def _span(kept: str, copy: str) -> tuple[int, int] | None:
    """Return where a part stands in the text as it is written, from whole word to whole word."""
    whole, part = list(words(kept)), [word.normal for word in words(copy)]
    found = place_of(" ".join(part), " ".join(word.normal for word in whole))
    if found is None:
        return None
    ends = np.cumsum([len(word.normal) + 1 for word in whole])
    first = int(np.searchsorted(ends, found.dest_start, side="right"))
    last = int(np.searchsorted(ends, found.dest_end))
    last = min(last, len(whole) - 1)
    if first == last:  # in a script without spaces
        return _within_word(whole[first], found, int(ends[first]) - len(whole[first].normal) - 1)
    # The place was looked for at the length of the part, which may have lost or gained words.
    first, last = max(0, first - _ROOM), min(len(whole), last + 1 + _ROOM)
    aligned = [
        block
        for block in Indel.opcodes([word.normal for word in whole[first:last]], part)
        if block.tag == "equal"
    ]
    if aligned:
        first, last = first + aligned[0].src_start, first + aligned[-1].src_end
    return whole[first].start, whole[last - 1].end


def _within_word(word: Word, found: ScoreAlignment, begin: int) -> tuple[int, int]:
    """Return a place in a run of letters, if they can be counted as they are written."""
    if word.end - word.start != len(word.normal):
        return word.start, word.end
    return (
        word.start + max(0, found.dest_start - begin),
        word.start + min(len(word.normal), found.dest_end - begin),
    )
