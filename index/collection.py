"""A collection: the directory in which documents, passages and vectors are kept.

SQLite is the truth. Vectors lie in immutable segments that the database names; the
FAISS index is derived and can be rebuilt. A write is: segment written and synced,
then one transaction; a crash leaves the state before or after, never between.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

import filelock
import numpy as np

from ..seeds import normal_form, normal_hash
from . import schema, segments
from .errors import CollectionDamaged, CollectionError, CollectionMissing
from .nearest import NearestIndex
from .records import DocumentInfo, Entry, FileState, Selection, StoredPassage
from .vectors import as_unit_rows, centred

_LOCK = "writer.lock"
_LOCK_SECONDS = 30
_DOCUMENT_COLUMNS = "d.id, d.path, d.title, d.source, d.published, d.url, d.language"


@dataclass(frozen=True)
class Model:
    """The model whose vectors a collection holds."""

    name: str
    fingerprint: str
    dimension: int


@dataclass(frozen=True)
class MeansState:
    """Which language means a collection works with.

    Attributes
    ----------
    version : str
        Vectors centred with different versions are never compared.
    counts : dict of str to int
        How many passages of each language had been seen when they were computed.
    """

    version: str = "none"
    counts: dict[str, int] = field(default_factory=dict)


class Collection:
    """A directory with documents, passages and vectors; see `create` and `open`."""

    def __init__(self, folder: Path, connection: sqlite3.Connection) -> None:
        self.folder = folder
        self._connection = connection
        self._nearest: NearestIndex | None = None
        settings = dict(self.query("SELECT name, value FROM settings"))
        try:
            self.model = Model(**json.loads(settings["model"]))
            self.prompts: dict[str, str] = json.loads(settings["prompts"])
            self.means_state = MeansState(**json.loads(settings["means"]))
        except (KeyError, ValueError, TypeError) as error:
            raise CollectionDamaged(
                f"{folder / schema.DATABASE} lacks the setting {error}. Restore it from a copy."
            ) from None
        self.means = self._read_means()

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
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise CollectionError(f"{folder} is not empty. Name another folder for the collection.")
        try:
            folder.mkdir(parents=True, exist_ok=True)
            connection = schema.create(folder)
        except OSError as error:
            raise CollectionError(f"{folder} cannot be made: {error.strerror}.") from None
        settings = {
            "model": vars(model),
            "prompts": dict(prompts),
            "generation": 0,
            "means": asdict(MeansState(means_version)),
        }
        connection.execute("BEGIN")
        connection.executemany("INSERT INTO means VALUES (?, ?, ?)", _means_rows(means))
        connection.executemany(
            "INSERT INTO settings VALUES (?, ?)",
            [(name, json.dumps(value)) for name, value in settings.items()],
        )
        connection.execute("COMMIT")
        return cls(folder, connection)

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

    def close(self) -> None:
        """Close the database."""
        self._connection.close()

    def __enter__(self) -> Collection:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # Writing

    def add(self, entries: Sequence[Entry]) -> None:
        """Store documents in one transaction; one of the same id is replaced.

        Raises
        ------
        ValueError
            If vectors are not unit rows of the model's dimension, one a passage.
        CollectionError
            If another process goes on writing, or the disk does not take it.
        """
        if not entries:
            return
        for entry in entries:
            if not len(entry.passages) == len(entry.vectors) == len(entry.windows):
                raise ValueError(f"{entry.document.path}: a vector and a window count a passage")
        stacked = np.concatenate([entry.vectors for entry in entries])
        vectors = as_unit_rows(stacked, self.model.dimension)
        with self._writing() as connection:
            name = f"{self._generation() + 1:010d}.npy"
            digest = segments.write(self.folder, name, vectors)
            connection.execute("BEGIN IMMEDIATE")
            connection.execute(
                "INSERT INTO segments VALUES (?, ?, ?)", (name, len(vectors), digest)
            )
            offset = 0
            for entry in entries:
                _insert(connection, entry, name, offset)
                offset += len(entry.passages)
            self._finish(connection)

    def remove(self, documents: Sequence[str]) -> int:
        """Take documents out by id; return how many were there."""
        with self._writing() as connection:
            connection.execute("BEGIN IMMEDIATE")
            removed = sum(
                connection.execute("DELETE FROM documents WHERE id = ?", (id_,)).rowcount
                for id_ in documents
            )
            self._finish(connection)
        return removed

    def set_means(
        self, means: Mapping[str, Mapping[str, np.ndarray]], version: str, counts: dict[str, int]
    ) -> None:
        """Work with other language means from now on; stored vectors stay as they are."""
        state = MeansState(version, counts)
        with self._writing() as connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("DELETE FROM means")
            connection.executemany("INSERT INTO means VALUES (?, ?, ?)", _means_rows(means))
            connection.execute(
                "UPDATE settings SET value = ? WHERE name = 'means'", (json.dumps(asdict(state)),)
            )
            self._finish(connection)
        self.means, self.means_state = self._read_means(), state

    def save_index(self) -> None:
        """Write the FAISS index for the present content beside the database."""
        with self._writing():
            self._index().save(self.folder)

    # Reading

    def file_states(self) -> dict[str, FileState]:
        """Return what is known of every file that was added, by its path."""
        rows = self.query("SELECT path, id, size, modified_ns, sha256 FROM documents")
        return {row[0]: FileState(*row[1:]) for row in rows}

    def documents(self) -> list[DocumentInfo]:
        """Return all documents, in order of their paths."""
        rows = self.query(f"SELECT {_DOCUMENT_COLUMNS} FROM documents d ORDER BY d.path")
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
        where, values = _conditions(selection)
        if rows is not None:
            where += " AND p.row IN (SELECT value FROM json_each(?))"
            values.append(json.dumps([int(row) for row in rows]))
        records = self.query(
            f"SELECT p.row, p.position, p.start, p.end, p.kind, p.language, p.hash, "
            f"{_DOCUMENT_COLUMNS}, substr(d.text, p.start + 1, p.end - p.start) "
            "FROM passages p JOIN documents d ON d.id = p.document "
            f"WHERE {where} ORDER BY d.path, p.position",
            values,
        )
        found = list(_stored(records))
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
        """Return the rows of all passages that are no fragments, within the selection."""
        where, values = _conditions(selection)
        records = self.query(
            "SELECT p.row FROM passages p JOIN documents d ON d.id = p.document "
            f"WHERE {where} AND p.kind != 'fragment' ORDER BY p.row",
            values,
        )
        return np.array([row for (row,) in records], dtype=np.int64)

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
        wanted = json.dumps([int(row) for row in rows])
        records = self.query(
            "SELECT row, language, segment, offset FROM passages "
            "WHERE row IN (SELECT value FROM json_each(?))",
            (wanted,),
        )
        raw = self._raw([(segment, offset) for _, _, segment, offset in records])
        moved = centred(raw, [language for _, language, _, _ in records], self.means["passage"])
        place = {row: number for number, (row, *_) in enumerate(records)}
        try:
            return moved[[place[int(row)] for row in rows]].reshape(-1, self.model.dimension)
        except KeyError as error:
            raise CollectionMissing(f"There is no row {error} in {self.folder}.") from None

    def language_counts(self) -> dict[str, int]:
        """Return how many passages, fragments left out, there are in each language."""
        sql = "SELECT language, count(*) FROM passages WHERE kind != 'fragment' GROUP BY language"
        return dict(self.query(sql))

    def language_means(self) -> dict[str, tuple[np.ndarray, int]]:
        """Return the mean of the raw vectors in each language, and of how many they are.

        Fragments are left out. Reads the vectors a segment at a time.
        """
        sums: dict[str, np.ndarray] = {}
        counts: dict[str, int] = {}
        for segment, count in self.query("SELECT name, count FROM segments ORDER BY name"):
            stored = segments.read(self.folder, segment, count, self.model.dimension)
            places: dict[str, list[int]] = {}
            for language, offset in self.query(
                "SELECT language, offset FROM passages WHERE segment = ? AND kind != 'fragment'",
                (segment,),
            ):
                places.setdefault(language, []).append(offset)
            for language, offsets in places.items():
                total = stored[offsets].sum(axis=0, dtype=np.float64)
                sums[language] = sums.get(language, 0) + total
                counts[language] = counts.get(language, 0) + len(offsets)
        return {code: (sums[code] / n, n) for code, n in sorted(counts.items())}

    def nearest(
        self, vector: np.ndarray, k: int, *, within: np.ndarray | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return the k passages nearest to a language-centred unit vector.

        Parameters
        ----------
        vector : array, shape (dimension,)
        k : int
        within : array of int, optional
            Rows to look at; all that are no fragments by default.

        Returns
        -------
        rows, similarities : arrays, shape (up to k,)
            Best first; equal similarities in order of row.
        """
        query = as_unit_rows(np.asarray(vector).reshape(1, -1), self.model.dimension)
        return self._index().search(query, k, within)

    # Helpers of this room

    def query(self, sql: str, values: Sequence[object] = ()) -> list[tuple]:
        """Ask the database; only to read."""
        try:
            return self._connection.execute(sql, values).fetchall()
        except sqlite3.DatabaseError as error:
            raise schema.damaged(self.folder / schema.DATABASE, error) from None

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        lock = filelock.FileLock(self.folder / _LOCK, timeout=_LOCK_SECONDS)
        try:
            with lock:
                yield self._connection
        except filelock.Timeout:
            raise CollectionError(
                f"{self.folder} is being written by another process. Try again when it is done."
            ) from None
        except sqlite3.Error as error:
            raise schema.damaged(self.folder / schema.DATABASE, error) from None
        except OSError as error:
            raise CollectionError(f"{self.folder} cannot be written: {error}.") from None
        finally:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")

    def _finish(self, connection: sqlite3.Connection) -> None:
        """Drop segments that nothing points to, count the write, commit, then sweep."""
        connection.execute(
            "DELETE FROM segments WHERE name NOT IN (SELECT DISTINCT segment FROM passages)"
        )
        connection.execute("UPDATE settings SET value = value + 1 WHERE name = 'generation'")
        connection.execute("COMMIT")
        self._nearest = None
        kept = {name for (name,) in self.query("SELECT name FROM segments")}
        segments.sweep(self.folder, kept)

    def _read_means(self) -> dict[str, dict[str, np.ndarray]]:
        means: dict[str, dict[str, np.ndarray]] = {"passage": {}, "query": {}}
        for kind, language, blob in self.query("SELECT kind, language, vector FROM means"):
            means[kind][language] = np.frombuffer(blob, dtype="<f4")
        return means

    def _generation(self) -> int:
        return int(self.query("SELECT value FROM settings WHERE name = 'generation'")[0][0])

    def _raw(self, places: Sequence[tuple[str, int]]) -> np.ndarray:
        """Read the vectors at (segment, offset), as float32, in that order."""
        counts = dict(self.query("SELECT name, count FROM segments"))
        result = np.empty((len(places), self.model.dimension), dtype=np.float32)
        by_segment: dict[str, tuple[list[int], list[int]]] = {}
        for number, (segment, offset) in enumerate(places):
            numbers, offsets = by_segment.setdefault(segment, ([], []))
            numbers.append(number)
            offsets.append(offset)
        for segment, (numbers, offsets) in by_segment.items():
            stored = segments.read(self.folder, segment, counts[segment], self.model.dimension)
            result[numbers] = stored[offsets]
        return result

    def _index(self) -> NearestIndex:
        generation = self._generation()
        if self._nearest is None or self._nearest.generation != generation:
            self._nearest = NearestIndex.load(self.folder, generation, self.model.dimension)
        if self._nearest is None:
            rows = self.rows()
            self._nearest = NearestIndex.build(generation, rows, self.vectors(rows))
        return self._nearest


def _means_rows(means: Mapping[str, Mapping[str, np.ndarray]]) -> list[tuple[str, str, bytes]]:
    return [
        (kind, language, np.asarray(mean, "<f4").tobytes())
        for kind, table in means.items()
        for language, mean in table.items()
    ]


def _insert(connection: sqlite3.Connection, entry: Entry, segment: str, offset: int) -> None:
    document = entry.document
    connection.execute("DELETE FROM documents WHERE id = ?", (document.id,))
    connection.execute(
        "INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            document.id, document.path, document.title, document.source, document.published,
            document.url, entry.language, document.encoding, document.size,
            document.modified_ns, document.sha256, document.text,
        ),
    )  # fmt: skip
    connection.executemany(
        "INSERT INTO passages (document, position, start, end, kind, language, confidence, hash, "
        "windows, segment, offset) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                document.id, passage.position, passage.start, passage.end, passage.kind,
                passage.language, passage.confidence, normal_hash(normal_form(passage.text)),
                windows, segment, offset + number,
            )
            for number, (passage, windows) in enumerate(
                zip(entry.passages, entry.windows, strict=True)
            )
        ],
    )  # fmt: skip


def _conditions(selection: Selection | None) -> tuple[str, list[object]]:
    """Return the WHERE clause of a selection, over passages p and documents d."""
    clauses: list[str] = ["1"]
    values: list[object] = []
    if selection is not None and not selection.is_all:
        for column, wanted in (
            ("p.language", selection.languages),
            ("d.source", selection.sources),
        ):
            if wanted:
                clauses.append(f"{column} IN ({', '.join('?' * len(wanted))})")
                values.extend(wanted)
        for operator, day in ((">=", selection.since), ("<=", selection.until)):
            if day:
                clauses.append(f"substr(d.published, 1, 10) {operator} ?")
                values.append(day)
    return " AND ".join(clauses), values


def _stored(records: Sequence[tuple]) -> Iterator[StoredPassage]:
    for row, position, start, end, kind, language, hash_, *info, text in records:
        yield StoredPassage(
            row=row,
            document=DocumentInfo(*info),
            position=position,
            start=start,
            end=end,
            kind=kind,
            language=language,
            text=text,
            hash=hash_,
        )
