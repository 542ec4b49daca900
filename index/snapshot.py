"""What a reader sees: one state of the collection, whatever is written meanwhile.

Means, catalogue and FAISS index are read in one transaction, so that vectors are never
compared that were centred differently. Rows that the index does not hold yet are compared
one by one.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from .catalogue import COLUMNS, Catalogue, is_in
from .errors import CollectionDamaged
from .nearest import CANDIDATES, IndexState, NearestIndex
from .records import Selection
from .segments import Segment
from .vectors import less, mean_table

# The folder of files that can be made again from the database and the segments.
DERIVED = "derived"
# A longer tail is read anew for each query, in parts of this length.
_KEPT_IN_MEMORY = 50_000
_DECIMALS = 6


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


@dataclass(frozen=True)
class CatalogueState:
    """Which catalogue is in use: its file, and the highest row there was when it was made."""

    file: str
    covered: int


class Snapshot:
    """One state of a collection in `folder`; see `read`."""

    def __init__(
        self,
        folder: Path,
        dimension: int,
        generation: int,
        means: Mapping[str, Mapping[str, np.ndarray]],
        means_state: MeansState,
        catalogue: Catalogue,
        counts: Mapping[str, int],
        index_state: IndexState | None,
        words_covered: int,
        lost: Path | None = None,
        boilerplate: np.ndarray | None = None,
    ) -> None:
        self.folder = folder
        self.dimension = dimension
        self.generation = generation
        self.means = means
        self.means_state = means_state
        self.catalogue = catalogue
        self.index_state = index_state
        self.words_covered = words_covered
        # Opened now: a segment that a later state has no use for is deleted.
        self._segments = [
            _opened(folder, name, counts, dimension)
            for name in catalogue.names["segments"].tolist()
        ]
        # Rows of boilerplate, ascending: they are indexed, and left out of answers.
        self.boilerplate = np.empty(0, np.int64) if boilerplate is None else boilerplate
        # The catalogue or index file that ought to be there and is not, or not whole.
        self.lost = lost
        self._index = self._load_index()
        self.highest_row = int(catalogue.rows[-1]) if len(catalogue) else -1
        self.tail = self.rows_after(self.index_state.covered if self.index_state else -1)
        self._tail_vectors: np.ndarray | None = None

    @classmethod
    def read(cls, folder: Path, connection: sqlite3.Connection, dimension: int) -> Snapshot:
        """Read the present state in one transaction."""
        connection.execute("BEGIN")
        try:
            settings = {
                name: json.loads(value)
                for name, value in connection.execute("SELECT name, value FROM settings")
            }
            catalogue, lost = _read_catalogue(folder, connection, settings.get("catalogue"))
            return cls(
                folder,
                dimension,
                generation=settings["generation"],
                means=_read_means(connection),
                means_state=MeansState(**settings["means"]),
                catalogue=catalogue,
                counts=dict(connection.execute("SELECT name, count FROM segments")),
                index_state=IndexState(**settings["index"]) if "index" in settings else None,
                words_covered=settings.get("words", -1),
                lost=lost,
                boilerplate=_read_boilerplate(connection),
            )
        finally:
            connection.execute("COMMIT")

    def rows(self, selection: Selection | None = None) -> np.ndarray:
        """Return the rows of all passages that count, within the selection."""
        return self.catalogue.rows[self.catalogue.searchable(selection)]

    def rows_after(self, row: int, selection: Selection | None = None) -> np.ndarray:
        """Return those of `rows` that come after a row."""
        first = int(np.searchsorted(self.catalogue.rows, row, side="right"))
        if first == len(self.catalogue):
            return np.empty(0, np.int64)
        return self.catalogue.rows[first:][self.catalogue.searchable(selection, slice(first, None))]

    def language_counts(self) -> dict[str, int]:
        """Return how many passages that count there are in each language."""
        tags = self.catalogue.names["languages"].tolist()
        numbers = self.catalogue.languages[self.catalogue.searchable()]
        counts = np.bincount(numbers, minlength=len(tags)).tolist()
        return {tag: count for tag, count in sorted(zip(tags, counts, strict=True)) if count}

    def language_means(self) -> dict[str, tuple[np.ndarray, int]]:
        """Return the mean of the raw vectors in each language, and of how many they are."""
        tags = self.catalogue.names["languages"].tolist()
        sums = np.zeros((len(tags), self.dimension))
        places = np.flatnonzero(self.catalogue.searchable())
        for start in range(0, len(places), _KEPT_IN_MEMORY):
            part = places[start : start + _KEPT_IN_MEMORY]
            raw, languages = self._raw(part), self.catalogue.languages[part]
            for number in np.unique(languages):
                sums[number] += raw[languages == number].sum(axis=0, dtype=np.float64)
        counts = self.language_counts()
        return {t: (sums[tags.index(t)] / count, count) for t, count in counts.items()}

    def vectors(
        self, rows: np.ndarray, means: Mapping[str, np.ndarray] | None = None
    ) -> np.ndarray:
        """Return language-centred unit vectors, one a row asked for, in that order.

        Parameters
        ----------
        rows : int64 array, shape (n,)
        means : mapping, optional
            What is taken off vectors of each language, in place of the collection's means.

        Raises
        ------
        KeyError
            If a row is not there.
        """
        places = self.catalogue.places(rows)
        if (places < 0).any():
            raise KeyError(int(rows[places < 0][0]))
        return self._centred(places, means)

    def nearest(
        self, query: np.ndarray, k: int, within: np.ndarray | None
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return (rows, similarities) of the k nearest, best first, equal ones by row.

        Parameters
        ----------
        query : array, shape (1, d), a language-centred unit row
        k : int
        within : int64 array, ascending, optional
            Rows to look at.
        """
        rows, scores = self._from_index(query, k, within)
        tail, tail_scores = self.tail, self._tail_similarities(query)
        if within is not None:
            mask = is_in(tail, within)
            tail, tail_scores = tail[mask], tail_scores[mask]
        rows, scores = np.concatenate([rows, tail]), np.concatenate([scores, tail_scores])
        order = np.lexsort((rows, -scores))[:k]
        return rows[order], scores[order]

    def indexed_rows(self) -> np.ndarray:
        """Return the rows that the FAISS index holds, those that have gone among them."""
        return np.empty(0, np.int64) if self._index is None else self._index.rows()

    def similarities(self, query: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """Return the similarity of each row with a query of shape (1, d).

        Rounded, so that equal vectors tie however many are compared at a time.
        """
        return _rounded(self.vectors(rows) @ query[0])

    def _from_index(
        self, query: np.ndarray, k: int, within: np.ndarray | None
    ) -> tuple[np.ndarray, np.ndarray]:
        if self._index is None:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        fetch = k if self._index.is_exact else max(CANDIDATES, 2 * k)
        while True:
            rows, _ = self._index.search(query, fetch, within)
            places = self.catalogue.places(rows)
            live = places >= 0
            enough = live.sum() >= min(k, len(rows)) or len(rows) < fetch
            if enough or fetch >= self._index.count:
                break
            fetch *= 4
        return rows[live], _rounded(self._centred(places[live]) @ query[0])

    def _tail_similarities(self, query: np.ndarray) -> np.ndarray:
        if len(self.tail) > _KEPT_IN_MEMORY:
            parts = np.array_split(self.tail, -(-len(self.tail) // _KEPT_IN_MEMORY))
            return np.concatenate([self.similarities(query, part) for part in parts])
        if self._tail_vectors is None:
            self._tail_vectors = self.vectors(self.tail)
        return _rounded(self._tail_vectors @ query[0])

    def _centred(
        self, places: np.ndarray, means: Mapping[str, np.ndarray] | None = None
    ) -> np.ndarray:
        table = self._mean_table if means is None else self._table_of(means)
        return less(self._raw(places), table[self.catalogue.languages[places]])

    @cached_property
    def _mean_table(self) -> np.ndarray:
        return self._table_of(self.means["passage"])

    def _table_of(self, means: Mapping[str, np.ndarray]) -> np.ndarray:
        return mean_table(self.catalogue.names["languages"].tolist(), means, self.dimension)

    def _raw(self, places: np.ndarray) -> np.ndarray:
        """Read the vectors at places of the catalogue, as float32, in that order."""
        result = np.empty((len(places), self.dimension), dtype=np.float32)
        numbers, offsets = self.catalogue.segments[places], self.catalogue.offsets[places]
        for number in np.unique(numbers).tolist():
            mask = numbers == number
            stored = self._segments[number]
            if isinstance(stored, CollectionDamaged):
                raise stored
            result[mask] = stored.read(offsets[mask])
        # float16 has moved their length a little.
        return less(result, np.zeros(self.dimension, np.float32))

    def _load_index(self) -> NearestIndex | None:
        state = self.index_state
        if state is None:
            return None
        index = None
        if state.means == self.means_state.version:
            path = self.folder / DERIVED / state.file
            index = NearestIndex.load(path, self.dimension)
            self.lost = path if index is None else self.lost
        if index is None:
            self.index_state = None
        return index


def _opened(
    folder: Path, name: str, counts: Mapping[str, int], dimension: int
) -> Segment | CollectionDamaged:
    """Open a segment; if it is damaged, that is raised when a vector of it is asked for."""
    try:
        return Segment(folder, name, counts.get(name, 0), dimension)
    except CollectionDamaged as error:
        return error


def _rounded(scores: np.ndarray) -> np.ndarray:
    return np.round(scores, _DECIMALS)


def _read_means(connection: sqlite3.Connection) -> dict[str, dict[str, np.ndarray]]:
    means: dict[str, dict[str, np.ndarray]] = {"passage": {}, "query": {}}
    for kind, language, blob in connection.execute("SELECT kind, language, vector FROM means"):
        means[kind][language] = np.frombuffer(blob, dtype="<f4")
    return means


def _read_boilerplate(connection: sqlite3.Connection) -> np.ndarray:
    """Return the rows of paragraphs that an outlet puts under its articles, ascending."""
    found = connection.execute(
        "SELECT p.row FROM boilerplate b JOIN passages p ON p.hash = b.hash "
        "JOIN documents d ON d.id = p.document "
        "WHERE b.state != 'unmarked' AND ifnull(d.source, '') = b.source ORDER BY p.row"
    )
    return np.array([row for (row,) in found], np.int64)


def _read_catalogue(
    folder: Path, connection: sqlite3.Connection, form: dict[str, Any] | None
) -> tuple[Catalogue, Path | None]:
    """Read the catalogue, from the database where its file is lost; return that file too."""
    known, covered, lost = None, -1, None
    if form:
        state = CatalogueState(**form)
        path = folder / DERIVED / state.file
        known = Catalogue.load(path)
        covered, lost = (-1, path) if known is None else (state.covered, None)
    if known is None:
        known = Catalogue.of([])
    gone = connection.execute("SELECT row FROM gone").fetchall()
    known = known.without(np.array([row for (row,) in gone], np.int64))
    later = connection.execute(
        f"SELECT {COLUMNS} FROM passages p JOIN documents d ON d.id = p.document "
        "WHERE p.row > ? ORDER BY p.row",
        (covered,),
    )
    return known.followed_by(Catalogue.of(later)), lost
