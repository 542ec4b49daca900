"""Repeated paragraphs: which passages are copies of which, of what kind, with the evidence.

A group has one kept passage, and every copy is compared with the kept one itself,
never through a chain of others.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from .collection import Collection
from .comparing import families, texts_of
from .copies import (
    TEXT_KINDS,
    Evidence,
    Families,
    Keeping,
    Link,
    LinkKind,
    Pair,
    Place,
    Where,
    comparing,
    evidence_of,
    links_of,
)
from .records import Selection, StoredPassage
from .resemblance import NEAR
from .statements import select_places
from .translated import translation_links

CopyKind = LinkKind
KINDS: tuple[CopyKind, ...] = (*TEXT_KINDS, "translated")
_GROUPS_AT_A_TIME = 500


@dataclass(frozen=True)
class Copy:
    """A copy of the kept passage; `score` is the share that aligns, 1 for exact ones."""

    passage: StoredPassage
    score: float
    evidence: Evidence


@dataclass(frozen=True)
class DuplicateGroup:
    """One passage to keep and its copies of one kind, in the order of keeping."""

    kind: CopyKind
    kept: StoredPassage
    copies: tuple[Copy, ...]


def find_duplicates(
    collection: Collection,
    kinds: Sequence[CopyKind] = KINDS,
    *,
    selection: Selection | None = None,
    keeping: Keeping | None = None,
    where: Where = "anywhere",
) -> list[DuplicateGroup]:
    """Find the groups of repeated passages; see `find_links` for the parameters.

    Returns
    -------
    list of DuplicateGroup
        Exact groups first; within a kind those with most copies first, then by place.
    """
    links = find_links(collection, kinds, selection=selection, keeping=keeping, where=where)
    return list(groups_of(collection, links))


def find_links(
    collection: Collection,
    kinds: Sequence[CopyKind] = TEXT_KINDS,
    *,
    selection: Selection | None = None,
    keeping: Keeping | None = None,
    where: Where = "anywhere",
) -> list[Link]:
    """Find which passages are copies of which, as rows, without reading their texts.

    Parameters
    ----------
    collection : Collection
        Passages that are new in it are compared first. Fragments and passages below four
        words are no copies of anything.
    kinds : sequence of {"exact", "near", "contained", "translated"}
        Translations are looked for among what is kept otherwise.
    selection : Selection, optional
        Where to look for passages to keep and for copies.
    keeping : Keeping, optional
        Which one is kept; the earliest, then the longest, by default.
    where : {"anywhere", "within", "across"}
        Whether the kept passage and its copy may stand anywhere, or must stand in one document,
        or in two.

    Returns
    -------
    list of Link
        Every copy once. What is kept is no copy itself.
    """
    with families(collection) as known:
        pairs = list(known.pairs())
        places = _places(collection, known, pairs, selection, keeping or Keeping())
        links = links_of(
            places,
            pairs,
            compare=comparing(lambda hashes: texts_of(collection, hashes)),
            near_from=NEAR,
            kinds=kinds,
            where=where,
        )
    if "translated" in kinds and where != "within":
        links += translation_links(
            collection, copied_rows(links), selection, keeping or Keeping(), where
        )
    return links


def groups_of(collection: Collection, links: Iterable[Link]) -> Iterator[DuplicateGroup]:
    """Read the passages that links tell of, and look for the evidence, some groups at a time.

    Yields
    ------
    DuplicateGroup
        In the order of `find_duplicates`.
    """
    grouped: defaultdict[tuple[CopyKind, int], list[Link]] = defaultdict(list)
    for link in links:
        grouped[link.kind, link.kept].append(link)
    places = _order_of_rows(collection, grouped)
    order = sorted(grouped, key=lambda g: (KINDS.index(g[0]), -len(grouped[g]), places[g[1]]))
    for start in range(0, len(order), _GROUPS_AT_A_TIME):
        part = order[start : start + _GROUPS_AT_A_TIME]
        rows = {row for key in part for link in grouped[key] for row in (link.kept, link.copy)}
        passages = {p.row: p for p in collection.passages(sorted(rows))}
        for kind, kept in part:
            if kept in passages:
                copies = [link for link in grouped[kind, kept] if link.copy in passages]
                yield _group(kind, passages[kept], copies, passages)


def copied_rows(links: Iterable[Link]) -> set[int]:
    """Return the rows of all copies, the kept passages left out."""
    return {link.copy for link in links}


def _places(
    collection: Collection,
    known: Families,
    pairs: Iterable[Pair],
    selection: Selection | None,
    keeping: Keeping,
) -> list[Place]:
    """Return where the texts stand that stand more than once or resemble another."""
    repeated = collection.query(
        "SELECT hash FROM passages WHERE kind != 'fragment' GROUP BY hash HAVING count(*) > 1"
    )
    wanted = known.known([hash_ for (hash_,) in repeated])
    for pair in pairs:
        wanted.update((pair.first, pair.second))
    found = []
    for row, hash_, document, letters, published, source, path, position in collection.stream(
        *select_places(selection)
    ):
        if hash_ in wanted:
            order = keeping.order(published, letters, source, path, position)
            found.append(Place(row, hash_, document, order, letters))
    return found


def _order_of_rows(
    collection: Collection, groups: Iterable[tuple[CopyKind, int]]
) -> dict[int, tuple]:
    rows = json.dumps(sorted({row for _, row in groups}))
    return {
        row: (published or "9999", path, position)
        for row, published, path, position in collection.query(
            "SELECT p.row, d.published, d.path, p.position FROM passages p "
            "JOIN documents d ON d.id = p.document "
            "WHERE p.row IN (SELECT value FROM json_each(?))",
            (rows,),
        )
    }


def _group(
    kind: CopyKind, kept: StoredPassage, links: Iterable[Link], passages: dict[int, StoredPassage]
) -> DuplicateGroup:
    copies = []
    for link in links:
        passage = passages[link.copy]
        copies.append(Copy(passage, link.score, evidence_of(link, kept.text, passage.text)))
    return DuplicateGroup(kind, kept, tuple(copies))
