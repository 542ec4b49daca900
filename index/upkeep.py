"""Keeping what is derived up to date, and what lies on disk small.

All of it can be stopped at any instant: what was made is named by the database in one
transaction, and what it does not name is swept away.
"""

from __future__ import annotations

import logging
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import filelock
import numpy as np

from ..seeds import TERMS_VERSION
from . import schema
from .errors import CollectionError, unwritable
from .nearest import IndexState, NearestIndex, is_due
from .segments import delete_unused, gather
from .snapshot import DERIVED, CatalogueState, Snapshot
from .statements import put_segment, put_setting
from .vectors import as_unit_rows
from .words import WordIndex

if TYPE_CHECKING:
    from .collection import Collection

# A search compares the rows that the index does not hold one by one: up to so many, or
# this share of the collection.
LONGEST_TAIL, TAIL_SHARE = 20_000, 0.1
# Segments below this many rows are small; more small ones than that are merged, into
# segments of up to `LARGEST`.
SMALL, MANY_SMALL, LARGEST = 65_536, 16, 131_072

_LOG = logging.getLogger("marsad")
_LOCK = "indexer.lock"
# How long a command waits for another process that makes derived files.
_LOCK_SECONDS = 600
_FOLDER_OF_FORMAT_1 = "faiss"
# What texts are to each other, kept by `comparing`; it is not named by the database.
FAMILIES = "families.sqlite"


def bring_up_to_date(collection: Collection) -> None:
    """Merge small segments, and make the word index, the FAISS index and the catalogue new."""
    with only_one(collection.folder) as free:
        if not free:  # another process is at it
            return
        if len(_small_segments(collection)) > MANY_SMALL:
            _rewrite(collection, _small_segments(collection))
        with _told_only("The FAISS index"):
            _refresh_index(collection)
        _save_catalogue(collection)
        _sweep(collection)


def build_index(
    collection: Collection, means: Mapping[str, np.ndarray], version: str
) -> IndexState | None:
    """Write an index of all passages, centred with `means`; None if the disk does not take it.

    It comes into use when a transaction puts the state that is returned.
    """
    snapshot = collection.snapshot()
    rows = snapshot.rows()

    def vectors(part: np.ndarray) -> np.ndarray:
        return snapshot.vectors(part, means)

    with _told_only("The FAISS index"):
        index = NearestIndex.build(rows, vectors, collection.model.dimension)
        return _saved(collection, snapshot, index, version, trained=len(rows))
    return None


def update_words(collection: Collection) -> None:
    """Bring the word index up to date; the writer's lock must be held.

    One whose texts were cut into terms in an earlier way is made again. Until then it answers as
    it did.
    """
    with _told_only("The word index"):
        covered = collection.setting("words", -1)
        same_terms = collection.setting("terms", 1) == TERMS_VERSION
        usable = covered >= 0 and same_terms
        index = WordIndex.open(collection.folder / DERIVED, covered) if usable else None
        if index is None:
            # Said first: an index that has just begun must not pass for one that holds them.
            with collection.writing() as connection:
                connection.execute("DELETE FROM settings WHERE name = 'words'")
            index, covered = WordIndex.create(collection.folder / DERIVED), -1
        gone = [row for (row,) in collection.query("SELECT row FROM gone")]
        last = index.update(collection.word_records(covered), after=covered, gone=gone)
        if last > covered:
            with collection.writing() as connection:
                _put_words(connection, last)


def _put_words(connection: sqlite3.Connection, last: int) -> None:
    put_setting(connection, "words", last)
    put_setting(connection, "terms", TERMS_VERSION)


def repair(collection: Collection) -> None:
    """Make everything that is derived anew."""
    with only_one(collection.folder, wait=True):
        _forget_derived(collection)
    bring_up_to_date(collection)


def mend(collection: Collection) -> None:
    """Do what `repair` does for somebody who only reads: does not wait, and never fails."""
    try:
        with only_one(collection.folder) as free:
            if free:
                _forget_derived(collection)
        bring_up_to_date(collection)
    except CollectionError as error:
        _LOG.warning("%s", error)


def compact(collection: Collection) -> None:
    """Rewrite segments that hold vectors of no passage or are small, and the database."""
    with only_one(collection.folder, wait=True):
        wasteful = _small_segments(collection)
        live = dict(collection.query("SELECT segment, count(*) FROM passages GROUP BY segment"))
        for name, count in collection.query("SELECT name, count FROM segments ORDER BY name"):
            if name not in wasteful and live.get(name, 0) < count:
                wasteful.append(name)
        if len(wasteful) > 1 or any(live.get(n, 0) < c for n, c in _counts(collection, wasteful)):
            _rewrite(collection, sorted(wasteful))
    bring_up_to_date(collection)
    _rewrite_words(collection)
    with collection.writing() as connection:
        connection.execute("VACUUM")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _rewrite_words(collection: Collection) -> None:
    """Put all words in anew, in one transaction, if what has gone takes room among them."""
    derived = collection.folder / DERIVED
    index = WordIndex.open(derived) if WordIndex.count_gone(derived) else None
    if index is None:
        return
    with collection.writing() as connection, _told_only("The word index"):
        last = index.update(collection.word_records(-1), after=-1, gone=[])
        _put_words(connection, last)


def _forget_derived(collection: Collection) -> None:
    with collection.writing() as connection:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("DELETE FROM settings WHERE name IN ('index', 'catalogue', 'words')")
        collection.finish(connection)
        shutil.rmtree(collection.folder / DERIVED, ignore_errors=True)
        update_words(collection)


def _refresh_index(collection: Collection) -> None:
    snapshot = collection.snapshot()
    state, version = snapshot.index_state, snapshot.means_state.version
    live = len(snapshot.rows())
    if is_due(state, live=live, means=version):
        made = build_index(collection, snapshot.means["passage"], version)
    elif len(snapshot.tail) > min(LONGEST_TAIL, TAIL_SHARE * live):
        made = _extended(collection, snapshot)
    else:
        return
    if made is not None:
        with collection.writing() as connection:
            connection.execute("BEGIN IMMEDIATE")
            put_setting(connection, "index", vars(made))
            collection.finish(connection)


def _extended(collection: Collection, snapshot: Snapshot) -> IndexState | None:
    """Write the index in use with the rows added that it does not hold yet."""
    state = snapshot.index_state
    assert state is not None
    path = collection.folder / DERIVED / state.file
    index = NearestIndex.load(path, collection.model.dimension, mapped=False)
    if index is None:
        return build_index(collection, snapshot.means["passage"], state.means)
    index.add(snapshot.tail, snapshot.vectors)
    return _saved(collection, snapshot, index, state.means, trained=state.trained)


def _saved(
    collection: Collection, snapshot: Snapshot, index: NearestIndex, version: str, trained: int
) -> IndexState:
    state = IndexState(
        file=f"{snapshot.generation:010d}-{version}.faiss",
        means=version,
        covered=snapshot.highest_row,
        count=index.count,
        trained=trained,
    )
    index.save(collection.folder / DERIVED / state.file)
    return state


def _save_catalogue(collection: Collection) -> None:
    with collection.writing() as connection, _told_only("The catalogue"):
        snapshot = collection.snapshot()
        file = f"{snapshot.generation:010d}.npz"
        if collection.setting("catalogue", {}).get("file") == file:
            return
        update_words(collection)  # before the rows that are gone are forgotten
        snapshot.catalogue.save(collection.folder / DERIVED / file)
        state = CatalogueState(file, snapshot.highest_row)
        connection.execute("BEGIN IMMEDIATE")
        put_setting(connection, "catalogue", vars(state))
        connection.execute("DELETE FROM gone")
        connection.execute("COMMIT")


def _small_segments(collection: Collection) -> list[str]:
    sql = "SELECT name FROM segments WHERE count < ? ORDER BY name"
    return [name for (name,) in collection.query(sql, (SMALL,))]


def _counts(collection: Collection, names: list[str]) -> list[tuple[str, int]]:
    """Return how many rows these segments hold, those left out that have gone meanwhile."""
    counts = dict(collection.query("SELECT name, count FROM segments"))
    return [(name, counts[name]) for name in names if name in counts]


def _rewrite(collection: Collection, names: list[str]) -> None:
    """Write the vectors of these segments that passages point to into as few as can be."""
    for group in _groups(_counts(collection, names)):
        with collection.writing() as connection:
            marks = ", ".join("?" * len(group))
            records = collection.query(
                "SELECT row, segment, offset FROM passages "
                f"WHERE segment IN ({marks}) ORDER BY row",
                group,
            )
            vectors = gather(
                collection.folder,
                dict(_counts(collection, group)),
                [(segment, offset) for _, segment, offset in records],
                collection.model.dimension,
            )
            _move(collection, connection, [row for row, *_ in records], vectors)


def restore(collection: Collection, segment: str, encode: Callable[[list[str]], np.ndarray]) -> int:
    """Encode again the passages whose vectors lay in a segment; return how many."""
    with collection.writing() as connection:
        sql = "SELECT row FROM passages WHERE segment = ? ORDER BY row"
        rows = [row for (row,) in collection.query(sql, (segment,))]
        texts = [passage.text for passage in collection.passages(rows)]
        vectors = as_unit_rows(encode(texts), collection.model.dimension)
        _move(collection, connection, rows, vectors)
    return len(rows)


def _move(
    collection: Collection, connection: sqlite3.Connection, rows: list[int], vectors: np.ndarray
) -> None:
    """Put the vectors of rows into a segment of their own, and let the rows point there."""
    name, digest = collection.write_segment(vectors)
    connection.execute("BEGIN IMMEDIATE")
    put_segment(connection, name, len(rows), digest)
    connection.executemany(
        "UPDATE passages SET segment = ?, offset = ? WHERE row = ?",
        [(name, offset, row) for offset, row in enumerate(rows)],
    )
    # The catalogue says where they lay.
    connection.execute("DELETE FROM settings WHERE name = 'catalogue'")
    collection.finish(connection)


def _groups(counts: list[tuple[str, int]]) -> Iterator[list[str]]:
    group: list[str] = []
    size = 0
    for name, count in counts:
        if group and size + count > LARGEST:
            yield group
            group, size = [], 0
        group.append(name)
        size += count
    if group:
        yield group


def _sweep(collection: Collection) -> None:
    """Delete derived files that the database does not name (any more)."""
    named = {collection.setting(name, {}).get("file") for name in ("index", "catalogue")}
    for path in (collection.folder / DERIVED).glob("*"):
        if path.is_file() and path.name not in named and not path.name.startswith(FAMILIES):
            delete_unused(path)
    shutil.rmtree(collection.folder / _FOLDER_OF_FORMAT_1, ignore_errors=True)


@contextmanager
def only_one(folder: Path, *, wait: bool = False) -> Iterator[bool]:
    """Let one process at a time make derived files; give whether it is this one.

    Raises
    ------
    CollectionError
        If it is still another one after the wait, or the disk does not take it.
    """
    schema.refuse_unwritable(folder)
    lock = filelock.FileLock(folder / _LOCK, timeout=_LOCK_SECONDS if wait else 0)
    try:
        lock.acquire()
    except filelock.Timeout:
        if wait:
            raise CollectionError(
                f"{folder} is being indexed by another process. Try again when it is done."
            ) from None
        yield False
        return
    except OSError as error:
        raise CollectionError(unwritable(folder, error)) from None
    try:
        yield True
    finally:
        lock.release()


@contextmanager
def _told_only(what: str) -> Iterator[None]:
    """Turn an error of the disk into a line on the log: what is derived is not worth more."""
    try:
        yield
    except OSError as error:
        _LOG.warning("%s could not be written and will be made another time: %s.", what, error)
