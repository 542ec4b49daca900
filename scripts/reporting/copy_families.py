"""Families of copies: one text, wherever and in whatever language it was run, and where first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from ...index import Link, StoredPassage, groups_of
from ..forms import Form, evidence_form
from .material import Material
from .overview import counted
from .quotes import quote_form

# Families that are told, copies that are told of each, and how much is quoted of a change.
MOST_FAMILIES, MOST_COPIES = 200, 20
_LONGEST_TEXT = 500


@dataclass(frozen=True)
class _Family:
    kept: StoredPassage
    members: tuple[StoredPassage, ...]
    links: tuple[Link, ...]


def families_form(material: Material) -> Form:
    """Return the most repeated texts: those in most outlets first, then in most places.

    ``{"families","boilerplate","shown":[…],"left_out"}``; what outlets put under all their
    articles is counted apart.
    """
    found = _families(material)
    texts = [f for f in found if not any(p.row in material.boilerplate for p in f.members)]
    texts.sort(key=_rank)
    shown = texts[:MOST_FAMILIES]
    links = [link for family in shown for link in _told(family)]
    evidence = {
        copy.passage.row: evidence_form(group.kind, copy.evidence)
        for group in groups_of(material.collection, links)
        for copy in group.copies
    }
    return {
        "families": len(texts),
        "boilerplate": len(found) - len(texts),
        "shown": [_family_form(family, material, evidence) for family in shown],
        "left_out": len(texts) - len(shown),
    }


def _families(material: Material) -> list[_Family]:
    links: dict[int, list[Link]] = {}
    for link in material.links:
        if link.copy in material.known and link.kept in material.known:
            links.setdefault(material.family(link.copy), []).append(link)
    return [
        _Family(
            material.known[root],
            tuple(material.known[row] for row in (root, *(link.copy for link in found))),
            tuple(found),
        )
        for root, found in links.items()
        if root in material.known
    ]


def _rank(family: _Family) -> tuple:
    outlets = {passage.document.source for passage in family.members}
    return (-len(outlets), -len(family.members), _time(family.kept))


def _time(passage: StoredPassage) -> tuple[str, str, int]:
    return passage.document.published or "9999", passage.document.path, passage.position


def _told(family: _Family) -> Sequence[Link]:
    """Return the links that are told one by one: the earliest copies."""
    places = {passage.row: _time(passage) for passage in family.members}
    return sorted(family.links, key=lambda link: places[link.copy])[:MOST_COPIES]


def _family_form(family: _Family, material: Material, evidence: dict[int, Form]) -> Form:
    ordered = sorted(family.members, key=_time)
    dated = [passage for passage in ordered if passage.document.published]
    told = _told(family)
    return {
        "kept": quote_form(family.kept),
        "members": len(family.members),
        "documents": len({passage.document.id for passage in family.members}),
        "kinds": dict(Counter(link.kind for link in family.links).most_common()),
        "sources": counted(passage.document.source or "" for passage in family.members),
        "languages": counted(passage.language for passage in family.members),
        "first": dated[0].id if dated else None,
        "first_document": dated[0].document.id if dated else None,
        "last_published": dated[-1].document.published if dated else None,
        "copies": [_copy_form(link, material.known[link.copy], family, evidence) for link in told],
        "left_out": len(family.links) - len(told),
    }


def _copy_form(
    link: Link, passage: StoredPassage, family: _Family, evidence: dict[int, Form]
) -> Form:
    return {
        "quote": quote_form(passage, _LONGEST_TEXT),
        "kind": link.kind,
        "score": round(link.score, 4),
        "of_kept": link.kept == family.kept.row,
        "evidence": evidence.get(passage.row, {}),
    }
