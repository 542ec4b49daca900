"""From pairs of texts that resemble each other to what is kept and what is a copy of it.

Every copy is compared with the kept one itself. Near copies are given to the first text, in
the order of keeping, that they resemble; then what is a part of a text that is kept, to that.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from .comparison import Relation
from .families import Pair

# What two texts are to each other, the first being the part of a contained pair.
Compare = Callable[[bytes, bytes], tuple[Relation, float] | None]


@dataclass(frozen=True)
class Text:
    """A text that takes part: its hash, its place in the order of keeping, its letters, and
    whether it is kept in any case."""

    hash: bytes
    order: int
    letters: int
    fixed: bool = False


@dataclass(frozen=True)
class Fate:
    """What a text is a copy of, in which way, and how much aligns."""

    kept: bytes
    relation: Relation
    score: float


class Grouping:
    """Finds the fate of each text; see `fates_of`."""

    def __init__(
        self,
        texts: Mapping[bytes, Text],
        pairs: Iterable[Pair],
        compare: Compare,
        near_from: float,
        relations: Sequence[Relation],
    ) -> None:
        self._texts = texts
        self._compare = compare
        self._near_from = near_from
        self._relations = relations
        self._known: dict[tuple[bytes, bytes], tuple[Relation, float]] = {}
        self._near: defaultdict[bytes, set[bytes]] = defaultdict(set)
        self._wholes: defaultdict[bytes, list[bytes]] = defaultdict(list)
        self.fates: dict[bytes, Fate] = {}
        self._copies: defaultdict[bytes, list[bytes]] = defaultdict(list)
        for pair in pairs:
            self._take(pair)

    def run(self) -> dict[bytes, Fate]:
        """Return the fate of each text that is a copy."""
        if "near" in self._relations:
            self._group(sorted(self._near.keys() & self._texts.keys(), key=self._order))
        if "contained" in self._relations:
            self._put_parts_to_wholes()
        return self.fates

    def _take(self, pair: Pair) -> None:
        self._known[pair.first, pair.second] = (pair.relation, pair.score)
        if pair.relation == "near" and pair.score >= self._near_from:
            self._near[pair.first].add(pair.second)
            self._near[pair.second].add(pair.first)
        elif pair.relation == "contained":
            self._wholes[pair.first].append(pair.second)

    def _order(self, hash_: bytes) -> int:
        return self._texts[hash_].order

    def _letters(self, hash_: bytes) -> tuple[int, int]:
        return -self._texts[hash_].letters, self._texts[hash_].order

    def _group(self, ordered: Iterable[bytes]) -> None:
        """Give each text to the first kept one before it that it is a near copy of."""
        for copy in ordered:
            if self._texts[copy].fixed:
                continue
            order = self._order(copy)
            before = (t for t in self._within_two(copy) if self._is_kept(t))
            for kept in sorted((t for t in before if self._order(t) < order), key=self._order):
                found = self._relation(copy, kept)
                if found is not None and found[0] == "near" and found[1] >= self._near_from:
                    self._give(copy, kept, found)
                    break

    def _is_kept(self, hash_: bytes) -> bool:
        return hash_ in self._texts and hash_ not in self.fates

    def _within_two(self, hash_: bytes) -> set[bytes]:
        """Return near texts and those near them: what was never compared is among those."""
        beside = self._near.get(hash_, set())
        return beside.union(*(self._near.get(other, set()) for other in beside)) - {hash_}

    def _relation(self, one: bytes, other: bytes) -> tuple[Relation, float] | None:
        """Return what is known of a pair, or find out; contained if `one` is the part."""
        for key in ((one, other), (other, one)):
            if key in self._known and (self._known[key][0] != "contained" or key[0] == one):
                return self._known[key]
        found = self._compare(one, other)
        self._known[one, other] = found or ("alike", 0.0)
        return found

    def _give(self, copy: bytes, kept: bytes, found: tuple[Relation, float]) -> None:
        self.fates[copy] = Fate(kept, *found)
        self._copies[kept].append(copy)

    def _put_parts_to_wholes(self) -> None:
        """Take away the kept texts that lie wholly in another; the longest first, so that what
        they are put to is there to stay."""
        waiting = deque(sorted(self._wholes.keys() & self._texts.keys(), key=self._letters))
        while waiting:
            part = waiting.popleft()
            if part in self.fates or self._texts[part].fixed:
                continue
            whole = self._whole_of(part)
            if whole is None:
                continue
            copies = self._copies.pop(part, [])
            self._give(part, whole, ("contained", self._known[part, whole][1]))
            left = [copy for copy in copies if not self._moved_to(copy, whole)]
            for copy in left:
                del self.fates[copy]
            self._group(sorted(left, key=self._order))
            waiting.extendleft(c for c in left if c not in self.fates and c in self._wholes)

    def _whole_of(self, part: bytes) -> bytes | None:
        """Return the kept text that a part lies in; the earliest kept one of several."""
        kept = {self.fates[w].kept if w in self.fates else w for w in self._wholes[part]}
        kept = {whole for whole in kept if whole in self._texts and whole != part}
        for whole in sorted(kept, key=self._order):
            found = self._relation(part, whole)
            if found is not None and found[0] == "contained":
                return whole
        return None

    def _moved_to(self, copy: bytes, whole: bytes) -> bool:
        """Put a near copy of a part to the whole instead, if it lies in it too."""
        found = self._relation(copy, whole)
        if found is None or found[0] != "contained":
            return False
        self._give(copy, whole, found)
        return True


def fates_of(
    texts: Iterable[Text],
    pairs: Iterable[Pair],
    *,
    compare: Compare,
    near_from: float,
    relations: Sequence[Relation],
) -> dict[bytes, Fate]:
    """Decide which texts are copies of which.

    Parameters
    ----------
    texts : iterable of Text
        All that take part; pairs may also name others, through which these are related.
    pairs : iterable of Pair
        What was found.
    compare : callable
        Compares two texts that no pair tells of; their hashes, the part first.
    near_from : float
        Near pairs of a lower score are not copies.
    relations : sequence of {"near", "contained"}
        The kinds of copies that are wanted.

    Returns
    -------
    dict from hash to Fate
        Of the copies; what they are put to is itself kept.
    """
    by_hash = {text.hash: text for text in texts}
    return Grouping(by_hash, pairs, compare, near_from, relations).run()
