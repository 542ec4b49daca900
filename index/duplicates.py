"""Repeated paragraphs: which passages are copies of which, of what kind, with the evidence.

A group has one kept passage, and every copy is compared with the kept one itself,
never through a chain of others.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

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
from .reviews import near_from, reviewed
from .statements import COUNTS, select_places
from .translated import translation_links

CopyKind = LinkKind
KINDS: tuple[CopyKind, ...] = (*TEXT_KINDS, "translated")
Sort = Literal["copies", "outlets", "date", "score"]
SORTS: tuple[Sort, ...] = ("copies", "outlets", "date", "score")
_GROUPS_AT_A_TIME = 500
# Translations among more passages are looked for only when asked: 100,000 took two minutes.
MOST_TRANSLATED = 100_000


@dataclass(frozen=True)
class Copy:
    """A copy of the kept passage; `score` is the share that aligns, 1 for exact ones."""

    passage: StoredPassage
    score: float
    evidence: Evidence


@dataclass(frozen=True)
class DuplicateGroup:
    """One passage to keep and its copies of one kind, in the order of keeping.

    Attributes
    ----------
    kind : str
    kept : StoredPassage
    copies : tuple of Copy
    boilerplate : bool
        Whether an outlet puts it under all its articles (see `boilerplate_of`).
    """

    kind: CopyKind
    kept: StoredPassage
    copies: tuple[Copy, ...]
    boilerplate: bool = False


def kinds_by_default(collection: Collection) -> tuple[CopyKind, ...]:
    """Return the kinds to look for where none are named: among very many passages no translations,
    which take minutes."""
    return KINDS if len(collection.rows()) <= MOST_TRANSLATED else TEXT_KINDS


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
        pairs = reviewed(collection, known.pairs())
        places = _places(collection, known, pairs, selection, keeping or Keeping())
        links = links_of(
            places,
            pairs,
            compare=comparing(lambda hashes: texts_of(collection, hashes)),
            near_from=near_from(collection),
            kinds=kinds,
            where=where,
        )
    if "translated" in kinds and where != "within":
        links += translation_links(
            collection, copied_rows(links), selection, keeping or Keeping(), where
        )
    return links


def groups_of(
    collection: Collection, links: Iterable[Link], *, sort: Sort = "copies", least: int = 1
) -> Iterator[DuplicateGroup]:
    """Read the passages that links tell of, and look for the evidence, some groups at a time.

    Parameters
    ----------
    collection : Collection
    links : iterable of Link
    sort : {"copies", "outlets", "date", "score"}
        What comes first within a kind: most copies, most outlets, the earliest kept passage, or
        the highest mean score; then by date and place.
    least : int, default 1
        Groups of fewer copies are left out.

    Yields
    ------
    DuplicateGroup
        Kinds in the order of `KINDS`.
    """
    grouped: defaultdict[tuple[CopyKind, int], list[Link]] = defaultdict(list)
    for link in links:
        grouped[link.kind, link.kept].append(link)
    large = {key: found for key, found in grouped.items() if len(found) >= least}
    order = _ordered(collection, large, sort)
    hidden = collection.boilerplate()
    for start in range(0, len(order), _GROUPS_AT_A_TIME):
        part = order[start : start + _GROUPS_AT_A_TIME]
        rows = {row for key in part for link in large[key] for row in (link.kept, link.copy)}
        passages = {p.row: p for p in collection.passages(sorted(rows))}
        for kind, kept in part:
            if kept in passages:
                copies = [link for link in large[kind, kept] if link.copy in passages]
                is_hidden = any(row in hidden for row in (kept, *(c.copy for c in copies)))
                yield _group(kind, passages[kept], copies, passages, is_hidden)


def family_of(
    collection: Collection, row: int, *, keeping: Keeping | None = None
) -> list[DuplicateGroup]:
    """Return the groups, of all kinds, of what a passage is a copy of or is kept for."""
    links = find_links(collection, KINDS, keeping=keeping)
    kept = next((link.kept for link in links if link.copy == row), row)
    return list(groups_of(collection, [link for link in links if link.kept == kept]))


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
        f"SELECT hash FROM passages p WHERE {COUNTS} GROUP BY hash HAVING count(*) > 1"
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


def _ordered(
    collection: Collection, groups: Mapping[tuple[CopyKind, int], list[Link]], sort: Sort
) -> list[tuple[CopyKind, int]]:
    """Return the keys of groups in the order in which they are told."""
    rows = {row for found in groups.values() for link in found for row in (link.kept, link.copy)}
    where = {
        row: (published or "9999", path, position, source)
        for row, published, path, position, source in collection.query(
            "SELECT p.row, d.published, d.path, p.position, ifnull(d.source, '') "
            "FROM passages p JOIN documents d ON d.id = p.document "
            "WHERE p.row IN (SELECT value FROM json_each(?))",
            (json.dumps(sorted(rows)),),
        )
    }

    def rank(key: tuple[CopyKind, int]) -> tuple:
        kind, kept = key
        found = [link for link in groups[key] if link.copy in where]
        first: float = 0
        if sort == "copies":
            first = -len(found)
        elif sort == "outlets":
            first = -len({where[row][3] for row in (kept, *(link.copy for link in found))})
        elif sort == "score":
            first = -sum(link.score for link in found) / max(1, len(found))
        return KINDS.index(kind), first, where[kept]

    return sorted((key for key in groups if key[1] in where), key=rank)


def _group(
    kind: CopyKind,
    kept: StoredPassage,
    links: Iterable[Link],
    passages: Mapping[int, StoredPassage],
    boilerplate: bool,
) -> DuplicateGroup:
    copies = []
    for link in links:
        passage = passages[link.copy]
        copies.append(Copy(passage, link.score, evidence_of(link, kept.text, passage.text)))
    return DuplicateGroup(kind, kept, tuple(copies), boilerplate)
