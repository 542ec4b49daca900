"""A collection: the directory in which documents, passages and vectors are kept.

SQLite is the truth. Vectors lie in immutable segments that the database names; the
FAISS index, the word index and the catalogue are derived and can be made again. A write is:
segment written and synced, then one transaction; a crash leaves the state before or after,
never between.
"""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import filelock
import numpy as np

from . import comparing, schema, segments, upkeep
from .errors import CollectionDamaged, CollectionError, CollectionMissing, unwritable
from .records import DocumentInfo, Entry, FileState, Place, Selection, StoredPassage
from .snapshot import DERIVED, MeansState, Snapshot
from .statements import (
    COUNTS,
    DOCUMENT_COLUMNS,
    delete_at,
    delete_document,
    insert_entry,
    passage_of,
    put_files,
    put_means,
    put_places,
    put_segment,
    put_setting,
    select_passages,
)
from .vectors import as_unit_rows
from .words import WORDS, WordIndex, WordRecord

_LOG = logging.getLogger("marsad")
_LOCK = "writer.lock"
_LOCK_SECONDS = 30
# Documents up to which a reader makes damaged derived files anew by itself.
QUICK = 2_000


@dataclass(frozen=True)
class Model:
    """The model whose vectors a collection holds."""

    name: str
    fingerprint: str
    dimension: int


class Collection:
    """A directory with documents, passages and vectors; see `create` and `open`."""

    def __init__(self, folder: Path, connection: sqlite3.Connection) -> None:
        self.folder = folder
        self._connection = connection
        self._snapshot: Snapshot | None = None
        self._words: WordIndex | None = None
        self._words_of: Snapshot | None = None
        self._told = False
        self._lock = filelock.FileLock(folder / _LOCK, timeout=_LOCK_SECONDS)
        settings = dict(self.query("SELECT name, value FROM settings"))
        try:
            self.model = Model(**json.loads(settings["model"]))
            self.prompts: dict[str, str] = json.loads(settings["prompts"])
            MeansState(**json.loads(settings["means"]))
        except (KeyError, ValueError, TypeError) as error:
            raise CollectionDamaged(
                f"{folder / schema.DATABASE} lacks the setting {error}. Restore it from a copy."
            ) from None

    @classmethod
    def create(
        cls,
        folder: str | Path,
        model: Model,
        *,
        means: Mapping[str, Mapping[str, np.ndarray]],
        prompts: Mapping[str, str],
        means_version: str = "none",
    ) -> Collection:
        """Make an empty collection.

        Parameters
        ----------
        folder : path
            Must not exist, or be empty.
        model : Model
        means : mapping from "passage" and "query" to mappings from language to array (dimension,)
            The mean vector of each language, taken off when vectors are compared.
        prompts : mapping
            What the model puts before a query and a passage, for the record.

        Raises
        ------
        CollectionError
            If something lies in the folder already.
        """
        folder = Path(folder)
        settings = {
            "model": vars(model),
            "prompts": dict(prompts),
            "generation": 0,
            "means": asdict(MeansState(means_version)),
        }

        def fill(connection: sqlite3.Connection) -> None:
            put_means(connection, means)
            for name, value in settings.items():
                put_setting(connection, name, value)

        _refuse_other_things(folder)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with filelock.FileLock(folder / _LOCK, timeout=_LOCK_SECONDS):
                _refuse_other_things(folder)
                return cls(folder, schema.create(folder, fill))
        except filelock.Timeout:
            raise CollectionError(_busy(folder)) from None
        except OSError as error:
            raise CollectionError(
                f"{folder} cannot be made: {error}. Check its permissions and the room on its disk."
            ) from None

    @staticmethod
    def is_in(folder: str | Path) -> bool:
        """Tell whether a folder holds a collection."""
        return (Path(folder) / schema.DATABASE).is_file()

    @classmethod
    def open(cls, folder: str | Path) -> Collection:
        """Open the collection in `folder`.

        Raises
        ------
        CollectionMissing
            If there is none.
        CollectionDamaged
            If its database cannot be read.
        """
        folder = Path(folder)
        if not cls.is_in(folder):
            raise CollectionMissing(
                f"{folder} holds no collection. Make one with: marsad --collection {folder}"
                " add PATH"
            )
        connection = schema.connect(folder)
        try:
            return cls(folder, connection)
        except CollectionError:
            connection.close()
            raise

    @property
    def means(self) -> Mapping[str, Mapping[str, np.ndarray]]:
        """What is taken off vectors before they are compared, by kind and language."""
        return self.snapshot().means

    @property
    def means_state(self) -> MeansState:
        """Which language means are in use."""
        return self.snapshot().means_state

    @property
    def is_writable(self) -> bool:
        """Whether it can be written (no: a read-only disk or folder)."""
        return schema.is_writable(self.folder)

    def close(self) -> None:
        """Close the database."""
        self._connection.close()

    def __enter__(self) -> Collection:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # Writing

    def add(
        self,
        entries: Sequence[Entry],
        *,
        places: Sequence[Place] = (),
        files: Sequence[FileState] = (),
        gone: Sequence[str] = (),
    ) -> None:
        """Store documents in one transaction; one of the same id is replaced.

        Parameters
        ----------
        entries : sequence of Entry
        places : sequence of Place
            Where else documents lie, these or those that are there.
        files : sequence of FileState
            Files of which all is stored with this.
        gone : sequence of str
            Paths at which nothing lies any more; what was stored from there is taken out first.

        Raises
        ------
        ValueError
            If vectors are not unit rows of the model's dimension, one a passage.
        CollectionError
            If another process goes on writing, or the disk does not take it.
        """
        if not (entries or places or files or gone):
            return
        for entry in entries:
            if not len(entry.passages) == len(entry.vectors) == len(entry.windows):
                raise ValueError(f"{entry.document.path}: a vector and a window count a passage")
        none = np.empty((0, self.model.dimension), np.float32)
        stacked = np.concatenate([none, *(entry.vectors for entry in entries)])
        vectors = as_unit_rows(stacked, self.model.dimension)
        with self.writing() as connection:
            name, digest = self.write_segment(vectors) if len(vectors) else ("", "")
            connection.execute("BEGIN IMMEDIATE")
            if name:
                put_segment(connection, name, len(vectors), digest)
            for path in (*gone, *(place.path for place in places)):
                delete_at(connection, path)
            offset = 0
            for entry in entries:
                insert_entry(connection, entry, name, offset)
                offset += len(entry.passages)
            put_places(connection, places)
            put_files(connection, files)
            self.finish(connection)
            upkeep.update_words(self)

    def remove(self, documents: Sequence[str]) -> int:
        """Take documents out by id, with the stories glued to them; return how many there were.

        The files they were read from are forgotten, so that adding them again brings them back.
        """
        with self.writing() as connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(
                "DELETE FROM files WHERE path IN (SELECT file FROM documents WHERE id = ?)",
                [(id_,) for id_ in documents],
            )
            removed = sum(delete_document(connection, id_) for id_ in documents)
            self.finish(connection)
        return removed

    def set_means(
        self, means: Mapping[str, Mapping[str, np.ndarray]], version: str, counts: dict[str, int]
    ) -> None:
        """Work with other language means from now on; stored vectors stay as they are.

        The FAISS index for them is made first, and comes into use together with them.
        """
        with upkeep.only_one(self.folder, wait=True):  # who sweeps the folder would take the index
            index = upkeep.build_index(self, means["passage"], version)
            with self.writing() as connection:
                connection.execute("BEGIN IMMEDIATE")
                put_means(connection, means)
                put_setting(connection, "means", asdict(MeansState(version, counts)))
                if index is not None:
                    put_setting(connection, "index", vars(index))
                self.finish(connection)

    def save_index(self) -> None:
        """Bring what is derived up to date with the content, where that is due.

        Searches and other writers go on meanwhile. A derived file that cannot be written is
        told on the log, and made another time: answers do not depend on it.
        """
        upkeep.bring_up_to_date(self)

    def compact(self) -> None:
        """Rewrite what takes more room than it needs: segments, database, word index."""
        upkeep.compact(self)
        comparing.forget_gone(self)

    def repair(self) -> None:
        """Make everything that is derived anew."""
        upkeep.repair(self)

    def damaged_segments(self) -> list[str]:
        """Return the names of segments that are missing or are not what was written."""
        recorded = self.query("SELECT name, sha256 FROM segments ORDER BY name")
        return [name for name, sha in recorded if not segments.is_intact(self.folder, name, sha)]

    def restore_vectors(
        self, lost: Sequence[str], encode: Callable[[list[str]], np.ndarray]
    ) -> int:
        """Encode again the passages whose vectors lay in these segments; return how many.

        Parameters
        ----------
        lost : sequence of str
            Names of segments.
        encode : callable
            Texts to raw unit vectors, shape (n, dimension), by the collection's model.
        """
        return sum(upkeep.restore(self, name, encode) for name in lost)

    # Reading

    def documents(self) -> list[DocumentInfo]:
        """Return all documents, in order of their paths."""
        rows = self.query(f"SELECT {DOCUMENT_COLUMNS} FROM documents d ORDER BY d.path")
        return [DocumentInfo(*row) for row in rows]

    def text(self, document: str) -> str:
        """Return the text of a document.

        Raises
        ------
        CollectionMissing
            If there is no such document.
        """
        rows = self.query("SELECT text FROM documents WHERE id = ?", (document,))
        if not rows:
            raise CollectionMissing(f"There is no document {document} in {self.folder}.")
        return str(rows[0][0])

    def passages(
        self, rows: Sequence[int] | None = None, selection: Selection | None = None
    ) -> list[StoredPassage]:
        """Return passages with their text, in order of document path and position.

        Parameters
        ----------
        rows : sequence of int, optional
            These rows only, in the order given (rows that are gone are left out).
        selection : Selection, optional
        """
        found = [passage_of(record) for record in self.query(*select_passages(rows, selection))]
        if rows is not None:
            by_row = {passage.row: passage for passage in found}
            found = [by_row[row] for row in rows if row in by_row]
        return found

    def passage(self, id_: str) -> StoredPassage:
        """Return the passage that `id_` (``document:position``) names.

        Raises
        ------
        CollectionMissing
            If there is none.
        """
        document, _, position = id_.rpartition(":")
        rows = self.query(
            "SELECT row FROM passages WHERE document = ? AND position = ?", (document, position)
        )
        if not rows:
            raise CollectionMissing(f"There is no passage {id_} in {self.folder}.")
        return self.passages([rows[0][0]])[0]

    def rows(self, selection: Selection | None = None) -> np.ndarray:
        """Return the rows of all passages that count, within the selection."""
        return self.snapshot().rows(selection)

    def boilerplate(self) -> set[int]:
        """Return the rows of paragraphs that outlets put under all their articles."""
        return set(self.snapshot().boilerplate.tolist())

    def highest_row(self) -> int:
        """Return the highest row there is; -1 in an empty collection."""
        return int(self.query("SELECT ifnull(max(row), -1) FROM passages")[0][0])

    def rows_of_hash(self, hash_: bytes) -> list[int]:
        """Return the rows of all passages of one normal form."""
        return [row for (row,) in self.query("SELECT row FROM passages WHERE hash = ?", (hash_,))]

    def vectors(self, rows: Sequence[int] | np.ndarray) -> np.ndarray:
        """Return language-centred unit vectors, one a row asked for, in that order.

        Returns
        -------
        array, shape (len(rows), dimension), float32

        Raises
        ------
        CollectionDamaged
            If a segment is missing or of another size.
        """
        try:
            return self.snapshot().vectors(np.asarray(rows, np.int64).reshape(-1))
        except KeyError as error:
            raise CollectionMissing(f"There is no row {error} in {self.folder}.") from None

    def language_counts(self) -> dict[str, int]:
        """Return how many passages that count there are in each language."""
        return self.snapshot().language_counts()

    def language_means(self) -> dict[str, tuple[np.ndarray, int]]:
        """Return the mean of the raw vectors in each language, and of how many they are.

        Those that are left out of answers do not count. Reads the vectors in parts.
        """
        return self.snapshot().language_means()

    def nearest(
        self, vector: np.ndarray, k: int, *, within: np.ndarray | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return the k passages nearest to a language-centred unit vector.

        Parameters
        ----------
        vector : array, shape (dimension,)
        k : int
        within : array of int, optional
            Rows to look at; all that count by default.

        Returns
        -------
        rows, similarities : arrays, shape (up to k,)
            Best first; equal similarities in order of row.
        """
        query = as_unit_rows(np.asarray(vector).reshape(1, -1), self.model.dimension)
        return self.snapshot().nearest(query, k, within)

    # Helpers of this room

    def query(self, sql: str, values: Sequence[object] = ()) -> list[tuple]:
        """Ask the database; only to read."""
        try:
            return self._connection.execute(sql, values).fetchall()
        except sqlite3.DatabaseError as error:
            raise schema.damaged(self.folder / schema.DATABASE, error) from None

    def stream(self, sql: str, values: Sequence[object] = ()) -> Iterator[tuple]:
        """Ask the database for more than memory should hold; only to read."""
        try:
            yield from self._connection.execute(sql, values)
        except sqlite3.DatabaseError as error:
            raise schema.damaged(self.folder / schema.DATABASE, error) from None

    def snapshot(self) -> Snapshot:
        """Return the present state of what is searched; the same one until that changes."""
        while self._snapshot is None or self._snapshot.generation != self.generation():
            try:
                self._snapshot = Snapshot.read(self.folder, self._connection, self.model.dimension)
            except sqlite3.DatabaseError as error:
                raise schema.damaged(self.folder / schema.DATABASE, error) from None
            lost = self._snapshot.lost
            if lost is not None and self._is_named(lost):
                self._mend(lost)
        return self._snapshot

    def _is_named(self, derived: Path) -> bool:
        """Tell whether a derived file is still in use: else it was replaced, and is not lost."""
        states = (self.setting(name, {}) for name in ("index", "catalogue"))
        return derived.name in {state.get("file") for state in states}

    def _mend(self, lost: Path) -> None:
        """Say, once, that a derived file is missing or damaged, and make it anew if that is quick.

        In a large collection that takes minutes, and answers do not depend on it.
        """
        if self._told:
            return
        self._told = True
        quick = schema.is_writable(self.folder) and len(self.documents()) <= QUICK
        what = "it is made anew" if quick else "run `marsad check --repair` to have it made anew"
        _LOG.warning("%s is missing or damaged: %s.", lost, what)
        if quick:
            upkeep.mend(self)

    def generation(self) -> int:
        """Return how many times content, means or segments were written."""
        return int(self.query("SELECT value FROM settings WHERE name = 'generation'")[0][0])

    def with_words(self) -> tuple[Snapshot, WordIndex | None]:
        """Return the present state and the word index of that state.

        Where its files are missing and cannot be made anew, it is made in memory; None if that
        would take long, or there is nothing in it.
        """
        while self._words_of is not (snapshot := self.snapshot()):
            words, lost = None, snapshot.words_covered >= 0
            if lost:
                words = WordIndex.open(self.folder / DERIVED, snapshot.words_covered)
            if words is None and lost and self.generation() == snapshot.generation:
                self._mend(self.folder / DERIVED / WORDS)
            if words is None and self.generation() == snapshot.generation:
                words = self._words_in_memory(snapshot)
            if self.generation() == snapshot.generation:  # else it may be that of a later state
                self._words, self._words_of = words, snapshot
        return snapshot, self._words

    @contextmanager
    def steady(self, *, words: bool) -> Iterator[None]:
        """Let all that is read within be of one state, whatever is written meanwhile.

        Parameters
        ----------
        words : bool
            Whether the word index will be asked.
        """
        while True:
            snapshot = self.with_words()[0] if words else self.snapshot()
            self._connection.execute("BEGIN")
            if self.generation() == snapshot.generation:
                break
            self._connection.execute("COMMIT")
        try:
            yield
        finally:
            self._connection.execute("COMMIT")

    def _words_in_memory(self, snapshot: Snapshot) -> WordIndex | None:
        if not len(snapshot.rows()) or len(self.documents()) > QUICK:
            return None
        return WordIndex.in_memory(self.word_records(-1))

    def setting(self, name: str, default: Any) -> Any:
        """Return a setting of the database, or what stands for it."""
        found = self.query("SELECT value FROM settings WHERE name = ?", (name,))
        return json.loads(found[0][0]) if found else default

    def word_records(self, after: int) -> Iterator[WordRecord]:
        """Yield what the word index holds of each passage that counts, by row."""
        records = self.stream(
            "SELECT p.row, substr(d.text, p.start + 1, p.end - p.start), p.language, d.source, "
            "d.published FROM passages p JOIN documents d ON d.id = p.document "
            f"WHERE p.row > ? AND {COUNTS} ORDER BY p.row",
            (after,),
        )
        return (WordRecord(*record) for record in records)

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Keep other writers out; a transaction that is open in the end is taken back."""
        schema.refuse_unwritable(self.folder)
        try:
            with self._lock:
                yield self._connection
        except filelock.Timeout:
            raise CollectionError(_busy(self.folder)) from None
        except sqlite3.Error as error:
            raise schema.damaged(self.folder / schema.DATABASE, error) from None
        except OSError as error:
            raise CollectionError(unwritable(self.folder, error)) from None
        finally:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")

    def write_segment(self, vectors: np.ndarray) -> tuple[str, str]:
        """Write raw vectors as the segment of the next generation; return name and SHA-256."""
        name = f"{self.generation() + 1:010d}.npy"
        return name, segments.write(self.folder, name, vectors)

    def finish(self, connection: sqlite3.Connection) -> None:
        """Drop segments that nothing points to, count the write, commit, then sweep."""
        connection.execute(
            "DELETE FROM segments "
            "WHERE NOT EXISTS (SELECT 1 FROM passages WHERE segment = segments.name)"
        )
        connection.execute("UPDATE settings SET value = value + 1 WHERE name = 'generation'")
        connection.execute("COMMIT")
        kept = {name for (name,) in self.query("SELECT name FROM segments")}
        segments.sweep(self.folder, kept)


def _busy(folder: Path) -> str:
    return f"{folder} is being written by another process. Try again when it is done."


def _refuse_other_things(folder: Path) -> None:
    """Raise an error if something lies where a collection is to be made."""
    if not folder.exists():
        return
    passed_over = {_LOCK, *schema.UNFINISHED}
    if not folder.is_dir() or any(path.name not in passed_over for path in folder.iterdir()):
        raise CollectionError(f"{folder} is not empty. Name another folder for the collection.")
