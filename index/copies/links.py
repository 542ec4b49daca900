"""From what texts are to each other to which passage is a copy of which.

Works on places: a text where it stands. The same text may stand in many places; all of
them but the one that is kept are copies.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from .comparison import Relation
from .families import Pair
from .grouping import Compare, Fate, Text, fates_of

LinkKind = Literal["exact", "near", "contained", "translated"]
# The kinds that texts alone decide.
TEXT_KINDS: tuple[LinkKind, ...] = ("exact", "near", "contained")
Where = Literal["anywhere", "within", "across"]


@dataclass(frozen=True)
class Place:
    """A text where it stands.

    Attributes
    ----------
    number : int
        The caller's number for it.
    hash : bytes
        Of its normal form.
    document : str
    order : tuple
        The first in this order is kept.
    letters : int
    fixed : bool
        Whether it is kept in any case, such as what was there before.
    """

    number: int
    hash: bytes
    document: str
    order: tuple
    letters: int
    fixed: bool = False


@dataclass(frozen=True)
class Link:
    """A copy and what is kept in its stead, by their numbers.

    Attributes
    ----------
    kept, copy : int
    kind : str
    score : float
        Of exact copies 1; of near ones and parts the share that aligns; of translations the
        probability that it is one.
    similarity, margin : float or None
        Of translations: the inner product of the vectors, and by how much it exceeds that with
        each one's other neighbours.
    """

    kept: int
    copy: int
    kind: LinkKind
    score: float
    similarity: float | None = None
    margin: float | None = None


@dataclass(frozen=True)
class Keeping:
    """Which of several copies is kept.

    Attributes
    ----------
    rule : {"earliest", "longest"}
        By date, then length; or by length, then date. Without a date comes last. Of a text and
        a part of it the longer is kept in any case.
    sources : tuple of str
        Outlets that go before all others, in this order.
    """

    rule: Literal["earliest", "longest"] = "earliest"
    sources: tuple[str, ...] = ()

    def order(
        self, published: str | None, letters: int, source: str | None, path: str, position: int
    ) -> tuple:
        """Return the sort key by which the passage that is kept comes first."""
        rank = self.sources.index(source) if source in self.sources else len(self.sources)
        day = published or "9999"
        first = (day, -letters) if self.rule == "earliest" else (-letters, day)
        return (rank, *first, path, position)


def links_of(
    places: Iterable[Place],
    pairs: Iterable[Pair],
    *,
    compare: Compare,
    near_from: float,
    kinds: Sequence[LinkKind] = TEXT_KINDS,
    where: Where = "anywhere",
) -> list[Link]:
    """Decide for each place whether it is a copy, and of which.

    Parameters
    ----------
    places : iterable of Place
        Those whose text stands in several places, or is named by a pair.
    pairs, compare, near_from
        See `fates_of`.
    kinds : sequence of str
    where : {"anywhere", "within", "across"}
        Whether a copy and the kept one may stand anywhere, must stand in one document, or in two.

    Returns
    -------
    list of Link
        Each copy once; what is kept is no copy of anything.
    """
    places, pairs = list(places), list(pairs)
    found: list[Link] = []
    for part, related in _scopes(places, pairs, where):
        found += _links(part, related, compare, near_from, kinds)
    if where == "across":
        documents = {place.number: place.document for place in places}
        found = [link for link in found if documents[link.kept] != documents[link.copy]]
    return found


def _scopes(
    places: list[Place], pairs: list[Pair], where: Where
) -> Iterator[tuple[list[Place], list[Pair]]]:
    """Yield what is looked at by itself: everything, or each document with the pairs it needs."""
    if where != "within":
        yield places, pairs
        return
    named: defaultdict[bytes, list[Pair]] = defaultdict(list)
    for pair in pairs:
        named[pair.first].append(pair)
        named[pair.second].append(pair)
    documents: defaultdict[str, list[Place]] = defaultdict(list)
    for place in places:
        documents[place.document].append(place)
    for members in documents.values():
        if len(members) > 1:
            hashes = {place.hash for place in members}
            beside = {p: None for hash_ in hashes for p in named[hash_]}
            yield members, list(beside)


def _links(
    places: Sequence[Place],
    pairs: Sequence[Pair],
    compare: Compare,
    near_from: float,
    kinds: Sequence[LinkKind],
) -> list[Link]:
    standing: defaultdict[bytes, list[Place]] = defaultdict(list)
    for place in sorted(places, key=lambda place: (not place.fixed, place.order)):
        standing[place.hash].append(place)
    texts = [
        Text(hash_, number, members[0].letters, members[0].fixed)
        for number, (hash_, members) in enumerate(standing.items())
    ]
    relations: list[Relation] = []
    if "near" in kinds:
        relations.append("near")
    if "contained" in kinds:
        relations.append("contained")
    fates: dict[bytes, Fate] = {}
    if relations:
        fates = fates_of(texts, pairs, compare=compare, near_from=near_from, relations=relations)
    found = []
    for hash_, members in standing.items():
        if hash_ in fates:
            fate = fates[hash_]
            kept = standing[fate.kept][0].number
            kind: LinkKind = "near" if fate.relation == "near" else "contained"
            found += [Link(kept, member.number, kind, fate.score) for member in members]
        elif "exact" in kinds:
            kept = members[0].number
            found += [Link(kept, m.number, "exact", 1.0) for m in members[1:] if not m.fixed]
    return found
