"""Finds what a selection means in a collection: values in other spellings, unknown ones, no dates.

A tag finds the languages below it (``zh`` finds ``zh-Hant``), and one that is narrower than what
is stored finds the nearest above it (``ar-EG`` finds ``ar``), as in RFC 4647.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from babel import Locale, UnknownLocaleError
from babel.core import get_global
from rapidfuzz import fuzz, process

from ..seeds import normal_form
from .collection import Collection
from .records import Selection
from .statements import count_undated

# How many values that exist are named beside one that does not.
NAMED = 5
# Similarity of spelling, 0 to 100, from which on a value is taken for the one that was meant: one
# letter in five may differ. A suggestion only; nothing is searched for its sake.
MEANT_FROM = 80
# A name has to be so long before it is looked for inside others: "al" is in half of all outlets.
_FEWEST_INSIDE = 3

_Matching = Callable[[str, Mapping[str, int]], list[str]]


@dataclass(frozen=True)
class Unknown:
    """A value that nothing in the collection has.

    Attributes
    ----------
    filter : {"language", "source"}
    value : str
        As it was given.
    nearest : tuple of str
        Values that exist and may have been meant, best first; else the most frequent ones.
    is_alike : bool
        Whether `nearest` are like the value.
    """

    filter: str
    value: str
    nearest: tuple[str, ...]
    is_alike: bool


@dataclass(frozen=True)
class Resolved:
    """A selection in the values of a collection.

    Attributes
    ----------
    selection : Selection
        With the values as they are stored. Where none of several is known, those that were asked
        for, which nothing has.
    unknown : tuple of Unknown
    undated : int
        How many documents of the languages and outlets have no date and so are left out by one.
    """

    selection: Selection
    unknown: tuple[Unknown, ...] = ()
    undated: int = 0


def resolve(collection: Collection, selection: Selection) -> Resolved:
    """Find what a selection means in a collection.

    Letter case and the spellings that readers overlook do not matter. Reads the catalogue of
    the collection; takes one pass over its numbers, and one over its documents if dates narrow.

    Parameters
    ----------
    collection : Collection
    selection : Selection

    Returns
    -------
    Resolved
    """
    if selection.is_all:
        return Resolved(selection)
    unknown: list[Unknown] = []
    languages = _known(
        "language", selection.languages, _counts(collection, "languages"), _tags, unknown
    )
    sources = _known("source", selection.sources, _counts(collection, "sources"), _alike, unknown)
    found = replace(selection, languages=languages, sources=sources)
    dated = bool(selection.since or selection.until)
    return Resolved(found, tuple(unknown), _undated(collection, found) if dated else 0)


def _counts(collection: Collection, name: str) -> dict[str, int]:
    """Return how many passages have each value, most first."""
    catalogue = collection.snapshot().catalogue
    names = catalogue.names[name]
    numbers = np.bincount(getattr(catalogue, name), minlength=len(names))
    order = np.argsort(-numbers, kind="stable")
    return {str(names[i]): int(numbers[i]) for i in order if numbers[i] and names[i]}


def _known(
    filter_: str,
    asked: Sequence[str],
    counts: Mapping[str, int],
    matching: _Matching,
    unknown: list[Unknown],
) -> tuple[str, ...]:
    """Return the values that exist for those asked; append to `unknown` what has none."""
    known: dict[str, None] = {}
    for value in asked:
        found = matching(value, counts)
        known.update(dict.fromkeys(found))
        if not found:
            nearest = _nearest(filter_, value, list(counts))
            unknown.append(Unknown(filter_, value, nearest or tuple(counts)[:NAMED], bool(nearest)))
    return tuple(known) or tuple(asked)


def _alike(value: str, counts: Mapping[str, int]) -> list[str]:
    """Return the outlets of this name, however it is spelled."""
    if value in counts:
        return [value]
    wanted = _spelling(value)
    return [name for name in counts if _spelling(name) == wanted] if wanted else []


def _tags(value: str, counts: Mapping[str, int]) -> list[str]:
    """Return the languages at or below a tag, or the nearest above it, or those of a name."""
    parts = value.strip().replace("_", "-").lower().split("-")
    alias = get_global("language_aliases").get(parts[0])
    tags = [parts, [*alias.lower().split("_"), *parts[1:]]] if alias else [parts]
    for length in range(max(map(len, tags)), 0, -1):
        for tag in ("-".join(parts[:length]) for parts in tags):
            below = [name for name in counts if f"{name.lower()}-".startswith(f"{tag}-")]
            if tag and below:
                return below
    return [name for name in counts if _spelling(value) in _names_of(name)]


def _nearest(filter_: str, value: str, names: list[str]) -> tuple[str, ...]:
    """Return the values that may have been meant, best first."""
    wanted = _spelling(value)
    if not wanted:
        return ()
    spelled = {name: _spelling(name) for name in names}
    inside = [
        name
        for name, other in spelled.items()
        if min(len(other), len(wanted)) >= _FEWEST_INSIDE and (wanted in other or other in wanted)
    ]
    if filter_ == "language":
        inside += [name for name in names if any(_is_like(wanted, n) for n in _names_of(name))]
    found = process.extract(wanted, spelled, scorer=fuzz.ratio, score_cutoff=MEANT_FROM)
    return tuple(dict.fromkeys([*inside, *(name for _, _, name in found)]))[:NAMED]


def _names_of(tag: str) -> set[str]:
    """Return what a language is called in English and in itself."""
    try:
        locale = Locale.parse(tag, sep="-")
    except (UnknownLocaleError, ValueError):
        return set()
    return {_spelling(name) for name in (locale.english_name, locale.display_name) if name}


def _is_like(one: str, other: str) -> bool:
    return fuzz.ratio(one, other) >= MEANT_FROM


def _spelling(value: str) -> str:
    return normal_form(value) or value.strip().casefold()


def _undated(collection: Collection, selection: Selection) -> int:
    """Return how many documents of the languages and outlets have no date."""
    (count,) = collection.query(*count_undated(selection))
    return int(count[0])
