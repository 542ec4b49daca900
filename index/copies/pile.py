"""Copies among more texts than memory should hold: they wait in a temporary database.

What differs between `find_copies` and a `Pile` is only where the texts lie.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from ...seeds import normal_form, normal_hash
from ..resemblance import NEAR
from .families import Families, Pair
from .links import TEXT_KINDS, Keeping, Link, LinkKind, Place, Where, links_of
from .texts import comparing, says_something

_TABLES = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA cache_size = -200000;
CREATE TABLE texts (hash BLOB PRIMARY KEY, text BLOB NOT NULL);
CREATE TABLE spellings (number INTEGER PRIMARY KEY, text BLOB NOT NULL);
CREATE TABLE places (
    number INTEGER PRIMARY KEY, hash BLOB NOT NULL, label TEXT NOT NULL, document TEXT,
    letters INTEGER NOT NULL, published TEXT, source TEXT, fixed INTEGER NOT NULL
);
CREATE TEMP TABLE named (hash BLOB PRIMARY KEY) WITHOUT ROWID;
"""
# What waits before it is written: so many texts, or so many letters.
_MOST_WAITING, _LETTERS_WAITING = 2_000, 4_000_000
_AT_A_TIME = 5_000


@dataclass(frozen=True)
class Labelled:
    """A text that was put on a pile, with what its owner calls it."""

    text: str
    label: str


class Pile:
    """Texts of which the copies are wanted; numbered from 0 as they are added.

    Parameters
    ----------
    folder : Path
        Where they wait; it must exist, and whoever made it removes it.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._connection = sqlite3.connect(folder / "pile.sqlite", isolation_level=None)
        self._connection.executescript(_TABLES)
        self._waiting: list[tuple[int, bytes, bytes, tuple]] = []
        self._letters = 0
        self._count = 0

    def __enter__(self) -> Pile:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def __len__(self) -> int:
        return self._count

    def add(
        self,
        text: str,
        *,
        label: str = "",
        document: str | None = None,
        published: str | None = None,
        source: str | None = None,
        fixed: bool = False,
    ) -> int:
        """Put a text on the pile.

        Parameters
        ----------
        text : str
            One below four words is a copy of nothing.
        label : str
            What the caller calls it.
        document : str, optional
            What it is a part of; a document of its own by default.
        published, source : str, optional
            See `Keeping`.
        fixed : bool, default False
            Whether it is kept in any case.

        Returns
        -------
        int
            Its number.
        """
        number = self._count
        self._count += 1
        if says_something(text):
            place = (label, document, len(text), published, source, int(fixed))
            hash_ = normal_hash(normal_form(text))
            self._waiting.append((number, hash_, text.encode("utf-8", "surrogatepass"), place))
            self._letters += len(text)
            if len(self._waiting) >= _MOST_WAITING or self._letters >= _LETTERS_WAITING:
                self._write()
        return number

    def links(
        self,
        kinds: Sequence[LinkKind] = TEXT_KINDS,
        *,
        keeping: Keeping | None = None,
        where: Where = "anywhere",
        progress: Callable[[], object] | None = None,
    ) -> list[Link]:
        """Find which texts are copies of which.

        Parameters
        ----------
        kinds : sequence of {"exact", "near", "contained"}
        keeping : Keeping, optional
            The earliest, then the longest, then the first that was added by default.
        where : {"anywhere", "within", "across"}
            Whether a copy and the kept one may stand anywhere, must stand in one document,
            or in two.
        progress : callable, optional
            Called for each text that is taken up to be compared; those that differ only in
            spelling are one.

        Returns
        -------
        list of Link
            By the numbers of the texts. Each copy once; what is kept is no copy itself.
        """
        self._write()
        pairs = self._pairs(progress) if set(kinds) - {"exact"} else []
        return links_of(
            list(self._places(pairs, keeping or Keeping())),
            pairs,
            compare=comparing(self._texts_of),
            near_from=NEAR,
            kinds=kinds,
            where=where,
        )

    def labelled(self, numbers: Iterable[int]) -> dict[int, Labelled]:
        """Return texts, as they were added, by their numbers; none below four words."""
        wanted = sorted(set(numbers))
        found = {}
        for start in range(0, len(wanted), _AT_A_TIME):
            part = wanted[start : start + _AT_A_TIME]
            for number, label, text in self._connection.execute(
                "SELECT p.number, p.label, ifnull(s.text, t.text) FROM places p "
                "JOIN texts t ON t.hash = p.hash LEFT JOIN spellings s ON s.number = p.number "
                f"WHERE p.number IN ({_marks(part)})",
                part,
            ):
                found[number] = Labelled(_text(text), label)
        return found

    def _write(self) -> None:
        """Write what waits; a text that is there already is not written again."""
        known: dict[bytes, bytes] = self._known({hash_ for _, hash_, _, _ in self._waiting})
        texts, spellings = [], []
        for number, hash_, text, _ in self._waiting:
            if hash_ not in known:
                known[hash_] = text
                texts.append((hash_, text))
            elif known[hash_] != text:
                spellings.append((number, text))
        places = [(number, hash_, *place) for number, hash_, _, place in self._waiting]
        self._connection.execute("BEGIN")
        self._connection.executemany("INSERT INTO texts VALUES (?, ?)", texts)
        self._connection.executemany("INSERT INTO spellings VALUES (?, ?)", spellings)
        self._connection.executemany(f"INSERT INTO places VALUES ({_marks(range(8))})", places)
        self._connection.execute("COMMIT")
        self._waiting, self._letters = [], 0

    def _known(self, hashes: Iterable[bytes]) -> dict[bytes, bytes]:
        found: dict[bytes, bytes] = {}
        rest = iter(hashes)
        while part := list(islice(rest, _AT_A_TIME)):
            found |= self._connection.execute(
                f"SELECT hash, text FROM texts WHERE hash IN ({_marks(part)})", part
            )
        return found

    def _texts_of(self, hashes: Sequence[bytes]) -> list[str]:
        known = self._known(hashes)
        return [_text(known[hash_]) for hash_ in hashes]

    def _pairs(self, progress: Callable[[], object] | None) -> list[Pair]:
        """Compare all texts with each other."""
        families = Families.open(self._folder / "families.sqlite")
        try:
            families.add(self._records(progress), self._texts_of, {})
            return list(families.pairs())
        finally:
            families.close()

    def _records(self, progress: Callable[[], object] | None) -> Iterator[tuple[bytes, str]]:
        for hash_, text in self._connection.execute("SELECT hash, text FROM texts ORDER BY rowid"):
            yield hash_, _text(text)
            if progress is not None:
                progress()

    def _places(self, pairs: Iterable[Pair], keeping: Keeping) -> Iterator[Place]:
        """Yield where texts stand that stand more than once or resemble another."""
        run = self._connection.execute
        run("CREATE INDEX IF NOT EXISTS places_hash ON places (hash)")
        run("DELETE FROM named")
        run("INSERT INTO named SELECT hash FROM places GROUP BY hash HAVING count(*) > 1")
        self._connection.executemany(
            "INSERT OR IGNORE INTO named VALUES (?)",
            ((hash_,) for pair in pairs for hash_ in (pair.first, pair.second)),
        )
        for number, hash_, document, letters, published, source, fixed in run(
            "SELECT number, hash, document, letters, published, source, fixed FROM places "
            "WHERE hash IN (SELECT hash FROM named) ORDER BY number"
        ):
            order = keeping.order(published, letters, source, "", number)
            own = f"#{number}" if document is None else document
            yield Place(number, hash_, own, order, letters, bool(fixed))


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogatepass")


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))
