"""Which texts of a collection are copies of which, kept so that nothing is compared twice.

A SQLite file that can be made again. It knows texts by the hash of their normal form, not
passages: what two texts are to each other stays true wherever they stand and however often.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np

from ...seeds import normal_form
from .candidates import candidate_pairs, company_of
from .comparison import Comparison, Relation, compared
from .sketches import Sketches, sketches_of
from .templates import Filling, filled_in

# Texts by their hashes, in the order asked for.
TextsOf = Callable[[Sequence[bytes]], list[str]]

FORMAT = 1
_TABLES = """
CREATE TABLE texts (number INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE, sketch BLOB NOT NULL);
CREATE TABLE pairs (
    first INTEGER NOT NULL, second INTEGER NOT NULL, relation TEXT NOT NULL, score REAL NOT NULL,
    sure INTEGER NOT NULL, fillings TEXT NOT NULL, PRIMARY KEY (first, second)
) WITHOUT ROWID;
CREATE INDEX pairs_second ON pairs (second);
CREATE TABLE marks (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
"""
_AT_A_TIME, _PAIRS_AT_A_TIME = 256, 4_096


@dataclass(frozen=True)
class Pair:
    """Two texts by their hashes, and what they are to each other; of a contained pair the
    first is the part."""

    first: bytes
    second: bytes
    relation: Relation
    score: float


class Families:
    """The texts that were compared, and the pairs among them that resemble each other."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version != FORMAT:
            self._begin_anew()

    @classmethod
    def open(cls, path: Path) -> Families:
        """Open the file, or make it; one that is damaged or of another format is made anew.

        Raises
        ------
        sqlite3.OperationalError
            If the disk does not take it.
        """
        try:
            return cls._opened(path)
        except sqlite3.OperationalError:  # the disk, or another process; not the file
            raise
        except sqlite3.DatabaseError:
            for name in (path.name, path.name + "-wal", path.name + "-shm"):
                path.with_name(name).unlink(missing_ok=True)
            return cls._opened(path)

    @classmethod
    def in_memory(cls, path: Path | None = None) -> Families:
        """Make a copy in memory, of what a file that cannot be written knows, or of nothing."""
        connection = sqlite3.connect(":memory:", isolation_level=None)
        if path is not None and path.exists():
            uri = path.absolute().as_uri() + "?mode=ro&immutable=1"
            try:
                source = sqlite3.connect(uri, uri=True)
                source.backup(connection)
                source.close()
            except sqlite3.DatabaseError:
                connection = sqlite3.connect(":memory:", isolation_level=None)
        return cls(connection)

    @classmethod
    def _opened(cls, path: Path) -> Families:
        connection = sqlite3.connect(path, timeout=600, isolation_level=None)
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            return cls(connection)
        except sqlite3.DatabaseError:
            connection.close()
            raise

    @classmethod
    def is_whole(cls, path: Path) -> bool:
        """Tell whether a file is there undamaged, or not there at all."""
        if not path.exists():
            return True
        log = path.with_name(path.name + "-wal")
        # Where nothing waits in the log, it can be read on a disk that cannot be written.
        waits = log.exists() and log.stat().st_size > 0
        uri = path.absolute().as_uri() + "?mode=ro" + ("" if waits else "&immutable=1")
        try:
            connection = sqlite3.connect(uri, uri=True)
            try:
                return connection.execute("PRAGMA quick_check").fetchall() == [("ok",)]
            finally:
                connection.close()
        except sqlite3.DatabaseError:
            return False

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def mark(self, name: str) -> int:
        """Return what the caller has noted under a name; -1 for nothing."""
        found = self._connection.execute("SELECT value FROM marks WHERE name = ?", (name,))
        return next((value for (value,) in found), -1)

    def add(
        self, records: Iterable[tuple[bytes, str]], texts_of: TextsOf, marks: dict[str, int]
    ) -> int:
        """Compare texts with all that are known and with each other.

        Parameters
        ----------
        records : iterable of (hash, text)
            Each text once or more; those that are known are passed over.
        texts_of : callable
            Gives the texts of known hashes back, those of `records` among them. A text that is
            gone it gives as "".
        marks : dict of str to int
            What the caller wants noted once it is done.

        Returns
        -------
        int
            How many texts are new.
        """
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            since = self._count()
            self._insert(records, since)
            new = self._count() - since
            if new:
                self._compare(since, texts_of)
            self._connection.executemany(
                "INSERT OR REPLACE INTO marks VALUES (?, ?)", marks.items()
            )
            self._connection.execute("COMMIT")
        finally:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
        return new

    def forget(self) -> None:
        """Forget everything, and give the room back."""
        self._begin_anew()
        self._connection.execute("VACUUM")

    def pairs(self) -> Iterator[Pair]:
        """Yield all pairs that resemble each other, in no order."""
        found = self._connection.execute(
            "SELECT a.hash, b.hash, p.relation, p.score FROM pairs p "
            "JOIN texts a ON a.number = p.first JOIN texts b ON b.number = p.second"
        )
        return (Pair(*record) for record in found)

    def doubtful_pairs(self, below: float) -> Iterator[Pair]:
        """Yield near pairs of a score below this, and look-alikes that company alone tells."""
        found = self._connection.execute(
            "SELECT a.hash, b.hash, p.relation, p.score FROM pairs p "
            "JOIN texts a ON a.number = p.first JOIN texts b ON b.number = p.second "
            "WHERE p.relation = 'near' AND p.score < ? OR p.relation = 'alike' AND NOT p.sure",
            (below,),
        )
        return (Pair(*record) for record in found)

    def known(self, hashes: Sequence[bytes]) -> set[bytes]:
        """Return which of these texts were compared."""
        found: set[bytes] = set()
        for start in range(0, len(hashes), _PAIRS_AT_A_TIME):
            found |= self._known(list(hashes[start : start + _PAIRS_AT_A_TIME]))
        return found

    def _begin_anew(self) -> None:
        tables = ("texts", "pairs", "marks")
        drop = "".join(f"DROP TABLE IF EXISTS {table};" for table in tables)
        script = f"BEGIN IMMEDIATE; {drop} {_TABLES} PRAGMA user_version = {FORMAT}; COMMIT;"
        self._connection.executescript(script)

    def __len__(self) -> int:
        return self._count()

    def _count(self) -> int:
        """Return how many texts there are; they are numbered from 0."""
        sql = "SELECT ifnull(max(number), -1) + 1 FROM texts"
        return int(self._connection.execute(sql).fetchone()[0])

    def _insert(self, records: Iterable[tuple[bytes, str]], number: int) -> None:
        records = iter(records)
        while batch := dict(islice(records, _AT_A_TIME)):
            known = self._known(list(batch))
            new = [(hash_, normal_form(text)) for hash_, text in batch.items()
                   if hash_ not in known]  # fmt: skip
            sketches = sketches_of([normal for _, normal in new])
            ends = np.cumsum(sketches.counts)
            rows = []
            for (hash_, _), end, count in zip(new, ends, sketches.counts, strict=True):
                rows.append((number, hash_, sketches.values[end - count : end].tobytes()))
                number += 1
            self._connection.executemany("INSERT INTO texts VALUES (?, ?, ?)", rows)

    def _known(self, hashes: list[bytes]) -> set[bytes]:
        marks = ", ".join("?" * len(hashes))
        sql = f"SELECT hash FROM texts WHERE hash IN ({marks})"
        return {hash_ for (hash_,) in self._connection.execute(sql, hashes)}

    def _compare(self, since: int, texts_of: TextsOf) -> None:
        sketches = self._sketches()
        doubtful: set[int] = set()
        for earlier, later in candidate_pairs(sketches, since):
            doubtful |= self._compare_pairs(earlier, later, texts_of)
        if doubtful:
            company = company_of(sketches, np.array(sorted(doubtful)))
            self._tell_templates(doubtful | self._compare_pairs(*company, texts_of))

    def _sketches(self) -> Sketches:
        """Read all sketches, in the order of their texts' numbers."""
        records = self._connection.execute("SELECT sketch FROM texts ORDER BY number")
        parts = []
        while blobs := [blob for (blob,) in records.fetchmany(50_000)]:
            counts = np.fromiter(map(len, blobs), np.int64, len(blobs)) // 4
            parts.append(Sketches(np.frombuffer(b"".join(blobs), "<u4"), counts))
        return Sketches.joined(parts)

    def _compare_pairs(self, earlier: np.ndarray, later: np.ndarray, texts_of: TextsOf) -> set[int]:
        """Compare texts by their numbers; return those in which others have other words."""
        doubtful: set[int] = set()
        for start in range(0, len(earlier), _PAIRS_AT_A_TIME):
            part = slice(start, start + _PAIRS_AT_A_TIME)
            pairs = list(zip(earlier[part].tolist(), later[part].tolist(), strict=True))
            normals = self._normals({number for pair in pairs for number in pair}, texts_of)
            rows = []
            for pair in pairs:
                first, second = sorted(pair, key=lambda n: (len(normals[n]), n))  # the part first
                found = compared(normals[first], normals[second]) if normals[first] else None
                if found is not None:
                    rows.append(_row(first, second, found))
                    if found.wording.others:
                        doubtful |= {first, second}
            self._connection.executemany(
                "INSERT OR IGNORE INTO pairs VALUES (?, ?, ?, ?, ?, ?)", rows
            )
        return doubtful

    def _normals(self, numbers: set[int], texts_of: TextsOf) -> dict[int, str]:
        wanted = json.dumps(sorted(numbers))
        sql = "SELECT number, hash FROM texts WHERE number IN (SELECT value FROM json_each(?))"
        found = self._connection.execute(sql, (wanted,)).fetchall()
        texts = texts_of([hash_ for _, hash_ in found])
        return {n: normal_form(text) for (n, _), text in zip(found, texts, strict=True)}

    def _tell_templates(self, changed: Iterable[int]) -> None:
        """Call those near pairs look-alikes that fill in the blanks of a template."""
        alike: set[tuple[int, int]] = set()
        sql = (
            "SELECT first, second, sure, fillings FROM pairs WHERE {} = ? AND fillings != '' "
            "AND relation != 'contained'"
        )
        for number in sorted(changed):
            pairs: list[tuple[int, int]] = []
            fillings = []
            for side, column in enumerate(("first", "second")):
                for first, second, sure, blob in self._connection.execute(
                    sql.format(column), (number,)
                ):
                    places = {place[side]: place[2 + side] for place in json.loads(blob)}
                    fillings.append(Filling(len(pairs), bool(sure), places))
                    pairs.append((first, second))
            alike.update(pairs[n] for n in filled_in(fillings))
        self._connection.executemany(
            "UPDATE pairs SET relation = 'alike' WHERE first = ? AND second = ?", alike
        )


def _row(first: int, second: int, found: Comparison) -> tuple[object, ...]:
    """Return the record of a pair; fillings: [place, place, other's word, own word] each."""
    others = found.wording.others
    fillings = [[o.place, o.at, o.other, o.word] for o in others]
    return (
        first,
        second,
        found.relation,
        round(found.score, 4),
        int(found.relation == "alike"),
        json.dumps(fillings, ensure_ascii=False) if fillings else "",
    )
