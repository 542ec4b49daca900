"""From a source to what is kept and what is removed, and why."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Protocol

import numpy as np

from ...index import (
    KINDS,
    TEXT_KINDS,
    Collection,
    CopyKind,
    Evidence,
    Keeping,
    Link,
    Where,
    copied_rows,
    find_links,
    groups_of,
    summary_of,
)
from ...index.copies import Labelled, Pile, evidence_of
from ..forms import Form, copy_form, evidence_form
from ..progress import progress_bar
from .sources import Source, Unit
from .stored import write_passages

_AT_A_TIME = 1_000
_EXAMPLES = 3


@dataclass(frozen=True)
class Asked:
    """Which copies are to go, and which of several texts is kept."""

    kinds: tuple[CopyKind, ...] = TEXT_KINDS
    where: Where = "anywhere"
    keeping: Keeping = field(default_factory=Keeping)


class Cleaning(Protocol):
    """What was found, ready to be written.

    Attributes
    ----------
    noun : str
        What is counted.
    read : int
    links : list of Link
    """

    noun: str
    read: int
    links: list[Link]

    def removed(self, links: Iterable[Link]) -> Iterator[Form]:
        """Say of copies what they are copies of, and why."""

    def write(self, path: Path, output: Path) -> None:
        """Write what is kept to `path`, which will be called `output`."""


class PileCleaning:
    """Texts of a source, compared with each other and with what is there already.

    Parameters
    ----------
    pile : Pile
        Empty.
    source : Source
    asked : Asked
    against : Source, optional
        What is there already: all of it is kept.
    """

    def __init__(self, pile: Pile, source: Source, asked: Asked, against: Source | None) -> None:
        self._pile, self._source = pile, source
        if against is not None:
            self._fill(against, fixed=True)
        self._first = len(pile)
        self._fill(source, fixed=False)
        self.noun, self.read = source.noun, source.read
        with progress_bar("Comparing texts", len(pile) if set(asked.kinds) - {"exact"} else 0) as b:
            self.links = pile.links(
                [kind for kind in TEXT_KINDS if kind in asked.kinds],
                keeping=asked.keeping,
                where=asked.where,
                progress=_every(b.advance),
            )

    def removed(self, links: Iterable[Link]) -> Iterator[Form]:
        for part in _parts(sorted(links, key=lambda link: link.copy)):
            found = self._pile.labelled(n for link in part for n in (link.kept, link.copy))
            forms = [_form(link, found[link.kept], found[link.copy]) for link in part]
            yield from self._source.completed(forms)

    def write(self, path: Path, output: Path) -> None:
        gone = np.zeros(len(self._pile) - self._first, bool)
        gone[[link.copy - self._first for link in self.links]] = True
        self._source.write(path, gone, output)

    def _fill(self, source: Source, *, fixed: bool) -> None:
        with progress_bar("Reading", None) as bar:
            advance = _every(bar.advance)
            for unit in source.units():
                self._add(unit, fixed)
                advance()

    def _add(self, unit: Unit, fixed: bool) -> None:
        self._pile.add(
            unit.text,
            label=json.dumps([unit.id, unit.at], default=str),
            document=unit.document,
            published=unit.published,
            source=unit.source,
            fixed=fixed,
        )


class CollectionCleaning:
    """The passages of a collection, compared with each other; what was compared is known."""

    noun = "passages"

    def __init__(self, collection: Collection, asked: Asked) -> None:
        self._collection = collection
        self.read = summary_of(collection).passages
        self.links = find_links(collection, asked.kinds, keeping=asked.keeping, where=asked.where)

    def removed(self, links: Iterable[Link]) -> Iterator[Form]:
        ordered = sorted(links, key=lambda link: (KINDS.index(link.kind), link.kept, link.copy))
        for part in _parts(ordered):
            for group in groups_of(self._collection, part):
                for copy in group.copies:
                    yield {
                        "reason": group.kind, "kept": group.kept.id, **copy_form(group, copy)
                    }  # fmt: skip

    def write(self, path: Path, output: Path) -> None:
        write_passages(path, self._collection, copied_rows(self.links))


def counts_of(cleaning: Cleaning) -> dict[CopyKind, int]:
    """Return how many copies there are of each kind that has any."""
    found = Counter(link.kind for link in cleaning.links)
    return {kind: found[kind] for kind in KINDS if found[kind]}


def examples_of(cleaning: Cleaning, kinds: Sequence[CopyKind]) -> Iterator[Form]:
    """Yield ``{"kind","copies","examples":[…]}`` for each kind, the examples as removed."""
    for kind in kinds:
        links = [link for link in cleaning.links if link.kind == kind]
        examples = list(cleaning.removed(links[:_EXAMPLES]))
        yield {"kind": kind, "copies": len(links), "examples": examples}


def _form(link: Link, kept: Labelled, copy: Labelled) -> Form:
    """``{"reason","kept","id","score","evidence","text","at","kept_at"}``."""
    kept_id, kept_at = json.loads(kept.label)
    id_, at = json.loads(copy.label)
    is_same = link.kind == "exact" and kept.text == copy.text
    evidence = Evidence() if is_same else evidence_of(link, kept.text, copy.text)
    return {
        "reason": link.kind,
        "kept": kept_id,
        "id": id_,
        "score": link.score,
        "evidence": evidence_form(link.kind, evidence),
        "text": copy.text,
        "at": at,
        "kept_at": kept_at,
    }


def _parts(links: Sequence[Link]) -> Iterator[list[Link]]:
    rest = iter(links)
    while part := list(islice(rest, _AT_A_TIME)):
        yield part


def _every(advance: Callable[[int], object], step: int = 1_000) -> Callable[[], None]:
    """Return what counts one at a time and draws only now and then."""
    count = 0

    def one() -> None:
        nonlocal count
        count += 1
        if count % step == 0:
            advance(step)

    return one
