"""Planting copies among texts: which texts are copied, with which edits, and where the copies are.

A base has one copy, so that every pair that is called a copy is either planted or wrong.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

from edits import (
    WORD,
    added,
    dropped,
    merged,
    noisy,
    reordered,
    replaced,
    respelled,
    swapped,
    truncated,
    units,
    vocalised,
)  # fmt: skip
from marsad.seeds import normal_form

Kind = Literal["exact", "near", "contained"]
Make = Callable[[str, random.Random], str]

_TRIES = 50


@dataclass(frozen=True)
class Edit:
    """A kind of edit, ready to be made; merging gets its two paragraphs with a line end between."""

    name: str
    kind: Kind
    make: Make


@dataclass(frozen=True)
class Planted:
    """A copy that was planted: `copy` and `bases` (two for merged ones) are places of texts."""

    kind: Kind
    edit: str
    bases: tuple[int, ...]
    copy: int


def edits_for(words: Sequence[str]) -> dict[str, Edit]:
    """Return the twelve edits by name; `words` are those of the language, as often as used."""
    table: tuple[tuple[str, Kind, Make], ...] = (
        ("equal", "exact", lambda text, _: text),
        ("vocalised", "exact", vocalised),
        ("respelled", "exact", respelled),
        ("noisy", "near", partial(noisy, share=(0.02, 0.05))),
        ("very noisy", "near", partial(noisy, share=(0.05, 0.10))),
        ("dropped", "near", dropped),
        ("swapped", "near", swapped),
        ("replaced", "near", partial(replaced, words=words)),
        ("added", "near", partial(added, words=words)),
        ("reordered", "near", reordered),
        ("truncated", "contained", truncated),
        ("merged", "contained", merged),
    )
    return {name: Edit(name, kind, make) for name, kind, make in table}


NAMES = tuple(edits_for(()))


def copy_of(text: str, edit: Edit, chance: random.Random) -> str:
    """Make a copy, and check that it keeps the normal form if it is exact, else changes it."""
    normal = normal_form(text)
    for _ in range(_TRIES):
        made = edit.make(text, chance)
        equal = normal_form(made) == normal
        if edit.kind == "exact" and not equal:
            raise AssertionError(f"{edit.name} changes the normal form of {text!r}")
        if edit.name == "merged" or equal == (edit.kind == "exact"):
            return made
    raise ValueError(f"{edit.name} changes nothing in {text!r}")


def plant(
    texts: Sequence[str], languages: Sequence[str], bases: Sequence[int], chance: random.Random
) -> tuple[list[str], list[Planted]]:
    """Deal `bases` (places of texts, each used once) to the edits in turn, and make the copies.

    Copies are numbered on from ``len(texts)``. A merged one takes the next base of its language
    as well, and is left out where there is none.
    """
    edits = {tag: edits_for(found) for tag, found in word_lists(texts, languages).items()}
    left = dict.fromkeys(bases)
    copies: list[str] = []
    planted: list[Planted] = []
    while left:
        name = NAMES[len(copies) % len(NAMES)]
        first = next(iter(left))
        taken = [first]
        if name == "merged":
            same = (b for b in left if b != first and languages[b] == languages[first])
            taken += [next(same, first)]
        for base in taken:
            left.pop(base, None)
        if len(set(taken)) < len(taken):
            continue
        edit = edits[languages[first]][name]
        copies.append(copy_of("\n".join(texts[base] for base in taken), edit, chance))
        planted.append(Planted(edit.kind, name, tuple(taken), len(texts) + len(copies) - 1))
    return copies, planted


def word_lists(texts: Iterable[str], languages: Iterable[str]) -> dict[str, list[str]]:
    """Return the words of each language as often as they are used, those with digits left out."""
    found: dict[str, list[str]] = defaultdict(list)
    for text, language in zip(texts, languages, strict=True):
        for word, _ in units(text):
            core = WORD.search(word)
            if core and not any(map(str.isnumeric, word)):
                found[language].append(core.group())
    return found
