"""How two wordings differ, word by word: damage, or another fact in the same sentence.

A copy has its words damaged, dropped, added or moved. Notices that are issued again and
again from one template have other numbers and names in the same places, and are no copies.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz
from rapidfuzz.distance import Indel

# From this similarity of their letters on, an article apart, two words are one, damaged.
_SAME_WORD = 60.0
_ARTICLE = "ال"
# Where this share of the words is damaged, so are numbers: then one other digit is damage too.
_MUCH_DAMAGED = 0.08
# Longer texts are not aligned word by word: that takes the product of their lengths.
LONGEST_ALIGNED = 4_000
# A pair says other things if of all words this share is another word or number; less, if of the
# numbers that stand in the same places this share differs.
_WORDS_DIFFER, _WITH_NUMBERS, _NUMBERS_DIFFER = 0.2, 0.09, 0.34
_NUMBER, _NUMBERS = re.compile(r"\d"), re.compile(r"\d+")


@dataclass(frozen=True)
class Replaced:
    """A word of the first text, its `place` there, and the one of the second in its stead."""

    place: int
    word: str
    at: int
    other: str


@dataclass(frozen=True)
class Wording:
    """How a second wording differs from a first.

    Attributes
    ----------
    words : int
        Of the shorter one.
    damaged : int
        Words that are spelled a little otherwise.
    agreeing : int
        Numbers that both have.
    numbers, replaced : tuple of Replaced
        Numbers in place of other numbers, and other words in place of others.
    """

    words: int
    damaged: int
    agreeing: int
    numbers: tuple[Replaced, ...]
    replaced: tuple[Replaced, ...]

    @property
    def others(self) -> tuple[Replaced, ...]:
        """All that stands in place of something else."""
        return self.numbers + self.replaced

    @property
    def says_other_things(self) -> bool:
        """Whether it is the same sentence about something else."""
        differing = len(self.numbers)
        is_other = differing and differing >= _NUMBERS_DIFFER * (differing + self.agreeing)
        limit = _WITH_NUMBERS if is_other else _WORDS_DIFFER
        return len(self.others) > limit * self.words


def wording(first: str, second: str) -> Wording:
    """Compare two normal forms word by word; very long ones by their numbers alone."""
    left, right = first.split(), second.split()
    if max(len(left), len(right)) > LONGEST_ALIGNED:
        return Wording(min(len(left), len(right)), 0, 0, (), ())
    blocks = _blocks(left, right)
    moved = _moved(left, right, blocks)
    still_left, still_right = Counter(moved), Counter(moved)
    damaged, found = 0, list[Replaced]()
    for a, b, c, d in blocks:
        places = _without_moved(left, range(a, b), still_left)
        others = _without_moved(right, range(c, d), still_right)
        count, rest = _paired(left, places, right, others)
        damaged += count
        found += rest
    words = min(len(left), len(right))
    if damaged >= _MUCH_DAMAGED * words:
        found = [r for r in found if not _is_damaged_number(r)]
    both = Counter(_NUMBERS.findall(first)) & Counter(_NUMBERS.findall(second))
    numbers = tuple(r for r in found if _is_number(r.word) and _is_number(r.other))
    replaced = tuple(r for r in found if r not in numbers)
    return Wording(words, damaged, both.total(), numbers, replaced)


def _blocks(left: Sequence[str], right: Sequence[str]) -> list[tuple[int, int, int, int]]:
    """Return the stretches in which the texts differ: words a up to b, and c up to d."""
    blocks: list[tuple[int, int, int, int]] = []
    for code in Indel.opcodes(left, right):
        if code.tag == "equal":
            continue
        a, c = code.src_start, code.dest_start
        if blocks and blocks[-1][1] == a and blocks[-1][3] == c:
            a, _, c, _ = blocks.pop()
        blocks.append((a, code.src_end, c, code.dest_end))
    return blocks


def _moved(
    left: Sequence[str], right: Sequence[str], blocks: Sequence[tuple[int, int, int, int]]
) -> Counter[str]:
    """Return the words that are missing in one place and stand in another."""
    gone = Counter(word for a, b, _, _ in blocks for word in left[a:b])
    new = Counter(word for _, _, c, d in blocks for word in right[c:d])
    return gone & new


def _without_moved(words: Sequence[str], places: range, moved: Counter[str]) -> list[int]:
    """Return the places of words that have not moved; those that have are crossed out."""
    kept = []
    for place in places:
        if moved[words[place]] > 0:
            moved[words[place]] -= 1
        else:
            kept.append(place)
    return kept


def _paired(
    left: Sequence[str], places: list[int], right: Sequence[str], others: list[int]
) -> tuple[int, list[Replaced]]:
    """Pair the words of a block: return how many are damaged, and which are others."""
    if not places or not others:
        return 0, []
    if _is_one_stretch([left[p] for p in places], [right[o] for o in others]):
        return max(len(places), len(others)), []
    damaged, rest = 0, []
    for place in places:
        best = max(others, key=lambda o: _likeness(left[place], right[o]), default=None)
        if best is not None and _likeness(left[place], right[best]) >= _SAME_WORD:
            others.remove(best)
            damaged += 1
        else:
            rest.append(place)
    found = []
    for numeric in (True, False):  # numbers stand for numbers, where there are any
        free = [other for other in others if _is_number(right[other]) == numeric]
        same = [place for place in rest if _is_number(left[place]) == numeric]
        pairs = zip(same, free, strict=False)
        found += [Replaced(place, left[place], other, right[other]) for place, other in pairs]
    return damaged, found


def _is_one_stretch(words: Sequence[str], others: Sequence[str]) -> bool:
    """Tell whether they are the same letters, parted and damaged otherwise."""
    if _digits("".join(words)) != _digits("".join(others)):
        return False
    return fuzz.ratio("".join(words), "".join(others)) >= 100 - (100 - _SAME_WORD) / 2


def _likeness(word: str, other: str) -> float:
    if _is_number(word) or _is_number(other):
        return 100.0 * (_digits(word) == _digits(other))
    if word.startswith(_ARTICLE) and other.startswith(_ARTICLE):
        word, other = word[2:], other[2:]
    return fuzz.ratio(word, other)


def _is_damaged_number(pair: Replaced) -> bool:
    if not (_is_number(pair.word) and _is_number(pair.other)):
        return False
    digits, others = _digits(pair.word), _digits(pair.other)
    return len(digits) > 1 and Indel.distance(digits, others) <= 2  # one other digit


def _digits(word: str) -> str:
    return "".join(_NUMBER.findall(word))


def _is_number(word: str) -> bool:
    return _NUMBER.search(word) is not None
