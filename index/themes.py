"""Themes: what a collection is about, as groups of documents' parts.

Own themes come first and take the parts that are about them; what is left is grouped across
languages (`ThemeClusterer`). Every part is accounted for: in a theme, or outside with the reason.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Container, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from .parts import FEWEST_LETTERS, Part, parts_of_documents
from .records import DocumentInfo, StoredPassage
from .theme_names import ThemeName, names_of, representative_of
from .vectors import less, unit_rows

if TYPE_CHECKING:  # it takes SciPy along, for which searches shall not wait
    from .own_themes import OwnTheme, ThemeCheck

_SMALLEST_THEME = 2
# Where there is no theme: so many pairs are told, among so many parts.
_NEAREST, _LOOKED_AT = 3, 200
# Parts up to which they are grouped five times more, to see how stable the themes are.
_REGROUPED = 2_500


@dataclass(frozen=True)
class SubTheme:
    """A group within a theme: its name, its keywords, and its documents."""

    name: str
    keywords: tuple[str, ...]
    documents: tuple[DocumentInfo, ...]


@dataclass(frozen=True)
class Theme:
    """A group of parts that are about the same.

    Attributes
    ----------
    id : str
        Stays with the theme from run to run (see `memory`).
    name : str
        The first keywords, in the language that most of its passages are in.
    names : dict of str to str
        The same in each language that has any, most passages first.
    keywords : tuple of str
        Of that language first, then of the others.
    origin : str
        ``found``; ``own`` for themes that the user named.
    documents : tuple of DocumentInfo
        Nearest to the theme's middle first.
    passages : int
        How many passages its parts have, fragments left out.
    languages : dict of str to int
        Passages in each language, most first.
    language_mixing : float
        Entropy of the theme's languages over that of the collection's, 0 to 1: 0 for
        one language among many, 1 when mixed like the collection (or it has but one).
    representative : tuple of StoredPassage
        The paragraphs nearest to its middle, no two from one document if it has more.
    members : tuple of Part
        The parts of documents that are about it, nearest to its middle first.
    middle : array, shape (d,), float32
        The mean of the parts' vectors, of length 1.
    cohesion, separation : float
        How alike its parts are on average, what all parts have in common taken off, -1 to 1; and
        by how much more than they are like the parts of the theme next to it.
    stability : float or None
        Mean Jaccard similarity to what is found among four fifths of the parts, 0 to 1: above 0.75
        it is stable, below 0.5 it dissolves. None for own themes and among many parts.
    subthemes : tuple of SubTheme
        What it falls into, where it is large and does.
    """

    id: str
    name: str
    names: dict[str, str]
    keywords: tuple[str, ...]
    origin: str
    documents: tuple[DocumentInfo, ...]
    passages: int
    languages: dict[str, int]
    language_mixing: float
    representative: tuple[StoredPassage, ...]
    members: tuple[Part, ...]
    middle: np.ndarray = field(repr=False, compare=False)
    cohesion: float = 1.0
    separation: float = 0.0
    stability: float | None = None
    subthemes: tuple[SubTheme, ...] = ()


@dataclass(frozen=True)
class Outside:
    """A part that is in no theme, and why."""

    part: Part
    reason: str


@dataclass(frozen=True)
class Alike:
    """Two parts and their similarity, -1 to 1."""

    first: Part
    second: Part
    similarity: float


@dataclass(frozen=True)
class Themes:
    """The own themes in their order, the found ones largest first, and what is outside all.

    Attributes
    ----------
    themes : tuple of Theme
    outside : tuple of Outside
    checks : tuple of ThemeCheck
        How well the examples define each own theme, those that nothing is about among them.
    nearest : tuple of Alike
        Where there is no theme: the parts that are most alike all the same, up to three pairs.
    """

    themes: tuple[Theme, ...]
    outside: tuple[Outside, ...]
    checks: tuple[ThemeCheck, ...] = ()
    nearest: tuple[Alike, ...] = ()

    @property
    def parts(self) -> list[Part]:
        """All parts of the documents, in themes or outside, each once, by id."""
        parts = [part for theme in self.themes for part in theme.members]
        by_id = {part.id: part for part in [*parts, *(o.part for o in self.outside)]}
        return [by_id[id_] for id_ in sorted(by_id)]


def find_themes(
    passages: Sequence[StoredPassage],
    vectors: np.ndarray,
    *,
    copies: Container[int] = (),
    count: int | None = None,
    own: Sequence[OwnTheme] = (),
) -> Themes:
    """Group what documents are about.

    Parameters
    ----------
    passages : sequence of StoredPassage
        In order of document and position.
    vectors : array, shape (len(passages), d), float32 unit rows, language-centred
    copies : container of int
        Rows of passages that say what another says (`duplicates.copied_rows`); names
        are drawn from the others, so that wire copy does not name a theme by being run
        twice.
    count : int, optional
        How many groups to make of what is in no own theme; chosen by default.
    own : sequence of OwnTheme
        Themes that come first, with the parts that are about them.

    Returns
    -------
    Themes
        Equal input gives equal output.
    """
    parts = parts_of_documents(passages, vectors)
    outside = [Outside(p, "too short to be placed") for p in parts if p.letters < FEWEST_LETTERS]
    usable = [part for part in parts if part.letters >= FEWEST_LETTERS]
    owned, checks, rest = _owned(usable, own)
    grouped = _grouped(rest, count)
    large = [group for group in grouped.groups if len(group.parts) >= _SMALLEST_THEME]
    small = [part for group in grouped.groups if group not in large for part in group.parts]
    outside += [Outside(part, "unlike all others") for part in [*grouped.outside, *small]]
    mixed = _entropy(Counter(p.language for part in usable for p in part.paragraphs))
    names = names_of([group.parts for group in [*owned.values(), *large]], copies)
    themes = [
        _theme(group, name, mixed, copies)
        for group, name in zip([*owned.values(), *large], names, strict=True)
    ]
    firsts = [_as_own(theme, own[n]) for n, theme in zip(owned, themes, strict=False)]
    found = sorted(
        themes[len(owned) :], key=lambda theme: (-len(theme.documents), -theme.passages, theme.id)
    )
    nearest = () if firsts or found else _nearest(usable[:_LOOKED_AT])
    return Themes((*firsts, *found), tuple(outside), checks, nearest)


def _nearest(parts: list[Part]) -> tuple[Alike, ...]:
    """Return the pairs of different documents that are most alike."""
    rows = np.stack([part.vector for part in parts]) if parts else np.empty((0, 1))
    pairs = [
        Alike(parts[i], parts[j], round(float(rows[i] @ rows[j]), 3))
        for i in range(len(parts))
        for j in range(i)
        if parts[i].passages[0].document.id != parts[j].passages[0].document.id
    ]
    return tuple(sorted(pairs, key=lambda pair: -pair.similarity)[:_NEAREST])


def _owned(
    parts: list[Part], own: Sequence[OwnTheme]
) -> tuple[dict[int, _Group], tuple[ThemeCheck, ...], list[Part]]:
    """Return the parts of each own theme that has any, the checks, and the parts that are left."""
    if not own or not parts:
        return {}, (), parts
    from .own_themes import assign_own_themes
    from .theme_figures import cohesion

    rows = np.stack([part.vector for part in parts])
    assigned = assign_own_themes(own, rows)
    members: dict[int, list[int]] = {}
    for place, matches in enumerate(assigned.matches):
        for match in matches:
            members.setdefault(match.theme, []).append(place)
    groups = {}
    for theme in sorted(members):
        chosen = rows[members[theme]]
        within = float(cohesion(chosen, np.zeros(len(chosen), np.int64))[0])
        groups[theme] = _Group([parts[n] for n in members[theme]], [], round(within, 3), 0.0)
    rest = [part for part, matches in zip(parts, assigned.matches, strict=True) if not matches]
    return groups, assigned.checks, rest


def _as_own(theme: Theme, own: OwnTheme) -> Theme:
    """Call a theme as its owner does; its id depends on that name alone."""
    id_ = "o" + hashlib.sha256(own.name.encode()).hexdigest()[:8]
    return replace(theme, id=id_, name=own.name, names=dict(own.names), origin="own")


@dataclass(frozen=True)
class _Group:
    parts: list[Part]
    subgroups: list[list[Part]]
    cohesion: float
    separation: float
    stability: float | None = None


@dataclass(frozen=True)
class _Grouped:
    groups: list[_Group]
    outside: list[Part]


def _grouped(parts: list[Part], count: int | None) -> _Grouped:
    """Group parts by their vectors."""
    if not parts:
        return _Grouped([], [])
    from sklearn.base import clone  # it takes a second

    from .theme_clusterer import ThemeClusterer
    from .theme_figures import cohesion, separation, stability

    rows = np.stack([part.vector for part in parts])
    clusterer = ThemeClusterer(None if count is None else min(count, len(parts))).fit(rows)
    labels, sub_labels = clusterer.labels_, clusterer.sub_labels_
    centred = less(rows, clusterer.common_)
    within, across = cohesion(centred, labels), separation(centred, labels)
    found_again = None
    if len(rows) <= _REGROUPED:
        found_again = stability(rows, labels, lambda some: clone(clusterer).fit(some).labels_)
    groups = []
    for label in range(clusterer.n_clusters_):
        members = np.flatnonzero(labels == label)
        subgroups = [
            [parts[n] for n in members[sub_labels[members] == sub]]
            for sub in np.unique(sub_labels[members])
        ]
        groups.append(
            _Group(
                parts=[parts[n] for n in members],
                subgroups=subgroups if len(subgroups) > 1 else [],
                cohesion=round(float(within[label]), 3),
                separation=round(float(across[label]), 3),
                stability=None if found_again is None else round(float(found_again[label]), 2),
            )
        )
    return _Grouped(groups, [parts[n] for n in np.flatnonzero(labels < 0)])


def _theme(group: _Group, name: ThemeName, mixed: float, copies: Container[int]) -> Theme:
    middle = unit_rows(np.mean([part.vector for part in group.parts], axis=0))
    ordered = sorted(
        group.parts, key=lambda part: (-float(part.vector @ middle), part.passages[0].id)
    )
    languages = Counter(p.language for part in ordered for p in part.passages)
    return Theme(
        id=min(part.passages[0].id for part in ordered),
        name=name.name,
        names=name.names,
        keywords=name.keywords,
        origin="found",
        documents=_documents(ordered),
        passages=sum(languages.values()),
        languages=dict(sorted(languages.items(), key=lambda item: (-item[1], item[0]))),
        language_mixing=round(min(1.0, _entropy(languages) / mixed), 3) if mixed else 1.0,
        representative=representative_of(ordered, middle),
        members=tuple(ordered),
        middle=middle,
        cohesion=group.cohesion,
        separation=group.separation,
        stability=group.stability,
        subthemes=_subthemes(group.subgroups, copies),
    )


def _documents(parts: Sequence[Part]) -> tuple[DocumentInfo, ...]:
    return tuple(dict.fromkeys(part.passages[0].document for part in parts))


def _subthemes(subgroups: list[list[Part]], copies: Container[int]) -> tuple[SubTheme, ...]:
    names = names_of(subgroups, copies)
    found = [
        SubTheme(name.name, name.keywords, _documents(group))
        for group, name in zip(subgroups, names, strict=True)
    ]
    return tuple(sorted(found, key=lambda sub: (-len(sub.documents), sub.name)))


def _entropy(counted: Counter[str]) -> float:
    total = sum(counted.values())
    return -sum(n / total * math.log(n / total) for n in counted.values() if n) if total else 0.0
