"""Short lines known by their company alone: among the furniture below a text, or in a bar above.

Sites word their buttons in more ways than any list holds. Below the last paragraph, after some
lines that are furniture by their wording, what is short and no sentence is furniture too.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..documents import Kind
from .lines import Line
from .wordings import Wordings, wordings

_SIZE, _WORDS = 100, 10  # of a line below a text
_BUTTON = 3  # words of a button in a bar
_WITNESSES = 2  # lines of furniture before it
# Of the words of a line below a text that are of furniture in one language; of a sentence.
_KNOWN, _KNOWN_SENTENCE = 0.66, 0.8
_TELLING = 2  # of them that are no small words


def mark_tails(lines: Sequence[Line]) -> None:
    """Mark the short lines that stand among furniture."""
    table = wordings()
    tail = _tail(lines)
    witnesses = 0
    for at, line in enumerate(lines):
        if line.noise and at >= tail:
            witnesses += 1
        if line.kind is not None or at == 0 or not _is_short(line):
            continue
        before, after = lines[at - 1], lines[at + 1] if at + 1 < len(lines) else None
        between = before.noise and (after is None or after.noise)
        if at >= tail and before.noise and not line.stops and (witnesses >= _WITNESSES or between):
            line.found(before.kind or "notice", "among furniture below the text")
        elif at >= tail and _is_worded(line, table):
            line.found(_likely(line, table), "worded like furniture, below the text")
        elif before.kind == "sharing" and after and after.kind == "sharing" and _is_button(line):
            line.found("sharing", "in a share bar")


def _tail(lines: Sequence[Line]) -> int:
    """Return where the lines behind the last paragraph begin."""
    for at in range(len(lines) - 1, -1, -1):
        if lines[at].body and lines[at].kind is None:
            return at + 1
    return len(lines)


def _is_short(line: Line) -> bool:
    return (
        not line.body and 0 < len(line.words) <= _WORDS
        and line.size <= _SIZE and line.span.kind not in ("title", "caption")
    )  # fmt: skip


def _is_button(line: Line) -> bool:
    return len(line.words) <= _BUTTON


def _is_worded(line: Line, table: Wordings) -> bool:
    """Tell a line most words of which stand in the furniture of one language."""
    known = (word for word in line.words if word in table.languages)
    telling = [word for word in known if word not in table.small and len(word) > 1]
    enough = _TELLING if len(line.words) > _BUTTON else 1
    if len(line.words) < 2 or len(telling) < enough:
        return False
    if line.stops and not any(w in core for core in table.cores.values() for w in telling):
        return False
    counts: dict[int, int] = {}
    for word in line.words:
        bits = table.languages.get(word, 0)
        while bits > 0:
            low = bits & -bits
            counts[low], bits = counts.get(low, 0) + 1, bits - low
    share = max(counts.values(), default=0) / len(line.words)
    return share >= (_KNOWN_SENTENCE if line.stops else _KNOWN)


def _likely(line: Line, table: Wordings) -> Kind:
    """Return the kind whose core words it has most of; a notice if of none."""
    hits = {kind: sum(w in core for w in line.words) for kind, core in table.cores.items()}
    best = max(hits, key=lambda kind: hits[kind])
    return best if hits[best] else "notice"
