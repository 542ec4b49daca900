"""Repeated paragraphs: which passages are copies of which, of what kind, with the evidence.

A group has one kept passage, and every copy is compared with the kept one itself,
never through a chain of others.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from rensa import RMinHash, RMinHashLSH

from ..seeds import normal_form
from .records import StoredPassage
from .resemblance import NEAR, Change, changes, similarity, spelling_differences

CopyKind = Literal["exact", "near"]
KINDS: tuple[CopyKind, ...] = ("exact", "near")
# Shorter passages repeat by chance ("Read also", a place name), and say nothing.
FEWEST_WORDS = 4
# MinHash only proposes pairs, which are then compared letter by letter: 32 bands of 4
# find a pair of Jaccard 0.5 in 87 of 100 cases and one of 0.6 in 99.
_PERMUTATIONS, _BANDS, _SHINGLE, _SEED = 128, 32, 5, 1


@dataclass(frozen=True)
class Evidence:
    """Why a passage is called a copy.

    Attributes
    ----------
    differs : tuple of str
        For exact copies: in what the two spellings differ; empty when letter-equal.
    changes : tuple of Change
        For near copies: the words that were changed, added or left out.
    """

    differs: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True)
class Copy:
    """A copy of the kept passage; `score` is the share that aligns, 1 for exact ones."""

    passage: StoredPassage
    score: float
    evidence: Evidence


@dataclass(frozen=True)
class DuplicateGroup:
    """One passage to keep and its copies of one kind, in the order of `keep_order`."""

    kind: CopyKind
    kept: StoredPassage
    copies: tuple[Copy, ...]


def keep_order(passage: StoredPassage) -> tuple:
    """Sort key by which the passage to keep comes first: earliest, longest, then by place."""
    document = passage.document
    return (
        document.published or "9999",
        -len(passage.text),
        document.path,
        passage.position,
    )


def find_duplicates(
    passages: Sequence[StoredPassage], kinds: Iterable[CopyKind] = KINDS
) -> list[DuplicateGroup]:
    """Find the groups of repeated passages.

    Parameters
    ----------
    passages : sequence of StoredPassage
        Fragments and passages below four words are left out.
    kinds : of "exact" and "near"

    Returns
    -------
    list of DuplicateGroup
        Exact groups first; within a kind those with most copies first, then by place.
        The kept passage of an exact group stands for it in near groups.
    """
    usable = sorted((p for p in passages if _says_something(p)), key=keep_order)
    exact = _exact_groups(usable)
    groups: list[DuplicateGroup] = []
    if "exact" in kinds:
        groups += [_exact_group(members) for members in exact if len(members) > 1]
    if "near" in kinds:
        groups += _near_groups([members[0] for members in exact])
    return sorted(groups, key=lambda g: (KINDS.index(g.kind), -len(g.copies), keep_order(g.kept)))


def copied_rows(groups: Iterable[DuplicateGroup]) -> set[int]:
    """Return the rows of all copies, the kept passages left out."""
    return {copy.passage.row for group in groups for copy in group.copies}


def _says_something(passage: StoredPassage) -> bool:
    return passage.kind != "fragment" and _word_count(passage.text) >= FEWEST_WORDS


def _word_count(text: str) -> int:
    """Count words; in scripts without spaces every two letters count as one."""
    spaced = len(text.split())
    wide = sum(1 for c in text if "\u0e00" <= c <= "\u0eff" or "\u1780" <= c <= "\u17ff"
               or "\u3040" <= c <= "\u9fff")  # fmt: skip
    return spaced + wide // 2


def _exact_groups(usable: Sequence[StoredPassage]) -> list[list[StoredPassage]]:
    by_hash: dict[bytes, list[StoredPassage]] = {}
    for passage in usable:
        by_hash.setdefault(passage.hash, []).append(passage)
    return list(by_hash.values())


def _exact_group(members: list[StoredPassage]) -> DuplicateGroup:
    kept, *others = members
    copies = tuple(
        Copy(other, 1.0, Evidence(differs=tuple(spelling_differences(kept.text, other.text))))
        for other in others
    )
    return DuplicateGroup("exact", kept, copies)


def _near_groups(representatives: list[StoredPassage]) -> list[DuplicateGroup]:
    """Give each passage, in keep order, to the first kept one that it resembles enough."""
    normals = [normal_form(passage.text) for passage in representatives]
    candidates = _candidates(normals)
    taken: set[int] = set()
    groups: list[DuplicateGroup] = []
    for number, kept in enumerate(representatives):
        if number in taken:
            continue
        copies: list[Copy] = []
        for other in candidates[number]:
            if other <= number or other in taken:
                continue
            score = similarity(normals[number], normals[other], NEAR)
            if score >= NEAR:
                taken.add(other)
                passage = representatives[other]
                found = tuple(changes(kept.text, passage.text))
                copies.append(Copy(passage, round(score, 4), Evidence(changes=found)))
        if copies:
            groups.append(DuplicateGroup("near", kept, tuple(copies)))
    return groups


def _candidates(normals: list[str]) -> list[list[int]]:
    """Return for each text the numbers of those that MinHash proposes, ascending."""
    lsh = RMinHashLSH(threshold=0.5, num_perm=_PERMUTATIONS, num_bands=_BANDS)
    sketches = []
    for number, normal in enumerate(normals):
        sketch = RMinHash(num_perm=_PERMUTATIONS, seed=_SEED)
        sketch.update(_shingles(normal))
        lsh.insert(number, sketch)
        sketches.append(sketch)
    return [sorted(set(lsh.query(sketch))) for sketch in sketches]


def _shingles(normal: str) -> list[str]:
    return [normal[i : i + _SHINGLE] for i in range(max(1, len(normal) - _SHINGLE + 1))]
