"""Whether two texts are copies, and of what kind: compared letter by letter.

MinHash-like sketches only propose pairs; what is called a copy is called so here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from rapidfuzz import fuzz
from rapidfuzz.distance import Indel, ScoreAlignment

from ..resemblance import NEAR, similarity
from .wordings import Wording, wording

Relation = Literal["near", "contained", "alike"]

# Pairs from this similarity on are remembered; `NEAR` of them and above are copies. What lies
# between is for the reviewer, and for whoever moves the threshold.
UNCERTAIN = 0.7
# A part resembles its place in the longer text at least so much, and by so much more than it
# resembles the whole. A longer text that goes on by no more words than a lead-in or a credit
# has, and by no more than this share of its own, is a near copy if it is alike enough.
CONTAINED, CONTAINED_GAIN = 0.85, 0.03
FEW_WORDS, FEW_PART = 5, 0.25
# A shorter part is a phrase that anybody may use.
FEWEST_PART_LETTERS = 24
# Longer texts are compared by their grams, since aligning takes the product of the lengths.
LONGEST_ALIGNED = 20_000
# Letters to a gram. Of a part with every tenth letter wrong more than half are in the whole.
_GRAM, _SHARED_OF_PART = 5, 0.4
_LONGEST_PART, _WIDEST_WORD = 0.95, 15
_ROOM = 1.5


@dataclass(frozen=True)
class Comparison:
    """What two texts, in normal form, are to each other.

    Attributes
    ----------
    relation : str
        ``near``: the same text but for damage or a few words; ``contained``: the shorter is a
        part of the longer; ``alike``: the same wording about other numbers or names.
    score : float
        How much aligns, 0 to 1: of both texts, or of the part and the place where it stands.
    wording : Wording
        How they differ word by word, the first against the second.
    """

    relation: Relation
    score: float
    wording: Wording


def compared(first: str, second: str) -> Comparison | None:
    """Compare two normal forms; None if they are less alike than `UNCERTAIN`."""
    part, whole = sorted((first, second), key=len)
    score = 0.0
    if 2 * len(part) >= UNCERTAIN * (len(part) + len(whole)):  # else no alignment reaches it
        score = resemblance(first, second, UNCERTAIN)
    inside = None
    if len(part) < _LONGEST_PART * len(whole) and (score < NEAR or _goes_on(part, whole)):
        inside = place_of(part, whole)
    if inside is not None and score >= NEAR and not _goes_on(part, _around(part, whole)):
        inside = None
    if inside is not None and inside.score >= 100 * max(CONTAINED, score + CONTAINED_GAIN):
        found = wording(part, whole[inside.dest_start : inside.dest_end])
        relation: Relation = "alike" if found.says_other_things else "contained"
        return Comparison(relation, inside.score / 100, found)
    if not score:
        return None
    found = wording(first, second)
    return Comparison("alike" if found.says_other_things else "near", score, found)


def resemblance(first: str, second: str, at_least: float) -> float:
    """Return how much of two normal forms aligns, moved stretches too; 0 below `at_least`."""
    if max(len(first), len(second)) <= LONGEST_ALIGNED:
        score = similarity(first, second, at_least)
        if score >= NEAR:
            return score
    else:
        score = 0.0
    moved = _shared_grams(first, second)
    return max(score, moved if moved >= at_least else 0.0)


def place_of(part: str, whole: str) -> ScoreAlignment | None:
    """Return where a part stands in a longer text: `dest_start`, `dest_end`, `score` 0 to 100.

    None if it is too short or too long for one, or resembles no place enough.
    """
    if len(part) < FEWEST_PART_LETTERS:
        return None
    grams = _grams(part)
    if len(grams & _grams(whole)) < _SHARED_OF_PART * len(grams):
        return None
    if len(whole) <= LONGEST_ALIGNED:
        return fuzz.partial_ratio_alignment(part, whole, score_cutoff=100 * CONTAINED)
    return _place_in_long(part, whole)


def _goes_on(part: str, whole: str) -> bool:
    """Tell whether the longer text has more words than those a near copy may have more."""
    words = whole.count(" ") + 1
    more = words - (part.count(" ") + 1)
    if len(whole) > _WIDEST_WORD * words:  # no spaces: two letters are a word
        words, more = len(whole) // 2, (len(whole) - len(part)) // 2
    return more > min(FEW_WORDS, FEW_PART * words)


def _around(part: str, whole: str) -> str:
    """Return the longer text without what it has more within the part: only round it."""
    words, others = whole.split(), part.split()
    equal = [block for block in Indel.opcodes(words, others) if block.tag == "equal"]
    if not equal:
        return whole
    return " ".join([*words[: equal[0].src_start], part, *words[equal[-1].src_end :]])


def _place_in_long(part: str, whole: str) -> ScoreAlignment | None:
    """Look for a part where a stretch of its letters stands."""
    if len(part) > LONGEST_ALIGNED:
        at = whole.find(part)
        return None if at < 0 else ScoreAlignment(100.0, 0, len(part), at, at + len(part))
    step = max(1, len(part) // 16)
    for offset in range(0, len(part) - 11, step):
        at = whole.find(part[offset : offset + 12])
        if at < 0:
            continue
        begin = max(0, at - int(_ROOM * offset) - 12)
        window = whole[begin : at + int(_ROOM * (len(part) - offset)) + 12]
        found = fuzz.partial_ratio_alignment(part, window, score_cutoff=100 * CONTAINED)
        if found is not None:
            return ScoreAlignment(
                found.score, found.src_start, found.src_end,
                begin + found.dest_start, begin + found.dest_end,
            )  # fmt: skip
    return None


def _shared_grams(first: str, second: str) -> float:
    """Return the share of letter grams that two texts have in common, wherever they stand."""
    left, right = _grams(first), _grams(second)
    if not left or not right:
        return 0.0
    return 2 * len(left & right) / (len(left) + len(right))


def _grams(text: str) -> set[str]:
    n = _GRAM
    return {text[i : i + n] for i in range(len(text) - n + 1)}
