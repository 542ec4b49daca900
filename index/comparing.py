"""Keeping what a collection's texts are to each other up to date: new ones are compared once."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from . import schema, upkeep
from .copies import Families, says_something
from .errors import CollectionError
from .snapshot import DERIVED
from .statements import COUNTS

if TYPE_CHECKING:
    from .collection import Collection

_LOG = logging.getLogger("marsad")
_HASHES_AT_A_TIME = 10_000


@contextmanager
def families(collection: Collection) -> Iterator[Families]:
    """Give what is known of the collection's texts, after comparing those that are new.

    Where the folder cannot be written it is worked out in memory.
    """
    known = _opened(collection)
    try:
        yield known
    finally:
        known.close()


def compare_texts(collection: Collection) -> None:
    """Compare the passages that are new; whoever asks for copies then need not wait for it.

    Where that fails it is told on the log, and done when copies are asked for.
    """
    try:
        with families(collection):
            pass
    except CollectionError as error:
        _LOG.warning("What was added will be compared another time: %s", error)


def forget_gone(collection: Collection) -> None:
    """Begin anew if a third of the texts that are known, or more, have gone."""
    path = collection.folder / DERIVED / upkeep.FAMILIES
    if not path.exists():
        return
    live = collection.query("SELECT count(DISTINCT hash) FROM passages")[0][0]
    with upkeep.only_one(collection.folder, wait=True):
        known = Families.open(path)
        if len(known) > 1.5 * live:
            known.forget()
        known.close()


def texts_of(collection: Collection, hashes: Sequence[bytes]) -> list[str]:
    """Return the text behind each hash, as one of its passages has it; "" for what is gone."""
    found: dict[bytes, str] = {}
    for start in range(0, len(hashes), _HASHES_AT_A_TIME):
        part = list(hashes[start : start + _HASHES_AT_A_TIME])
        found |= collection.query(
            "SELECT p.hash, substr(d.text, p.start + 1, p.end - p.start) "
            "FROM passages p JOIN documents d ON d.id = p.document "
            f"WHERE p.hash IN ({', '.join('?' * len(part))})",
            part,
        )
    return [found.get(hash_, "") for hash_ in hashes]


def _knows_its_last(collection: Collection, known: Families) -> bool:
    """Tell whether the last row that was looked at, if it is there, has a text that is known."""
    last = [p for p in collection.passages([known.mark("row")]) if p.counts]
    return not last or not says_something(last[0].text) or bool(known.known([last[0].hash]))


def _opened(collection: Collection) -> Families:
    path = collection.folder / DERIVED / upkeep.FAMILIES
    if not schema.is_writable(collection.folder):
        known = Families.in_memory(path)
        _update(collection, known)
        return known
    try:
        with upkeep.only_one(collection.folder, wait=True):
            path.parent.mkdir(exist_ok=True)
            known = Families.open(path)
            _update(collection, known)
        return known
    except (sqlite3.OperationalError, OSError) as error:
        _LOG.warning("%s could not be written, and is worked out in memory: %s.", path, error)
        known = Families.in_memory()
        _update(collection, known)
        return known


def _update(collection: Collection, known: Families) -> None:
    """Compare the passages that were added since the last time."""
    generation = collection.generation()
    if known.mark("generation") > generation or not _knows_its_last(collection, known):
        known.forget()  # the collection is an older one, put back
    covered = known.mark("row")
    highest = collection.highest_row()
    if highest <= covered:
        return
    records = collection.stream(
        "SELECT p.hash, substr(d.text, p.start + 1, p.end - p.start) "
        "FROM passages p JOIN documents d ON d.id = p.document "
        f"WHERE p.row > ? AND p.row <= ? AND {COUNTS} ORDER BY p.row",
        (covered, highest),
    )
    known.add(
        ((hash_, text) for hash_, text in records if says_something(text)),
        lambda hashes: texts_of(collection, hashes),
        {"row": highest, "generation": generation},
    )
