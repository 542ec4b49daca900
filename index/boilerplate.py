"""Furniture told from wire copy: paragraphs that an outlet puts under its articles, whatever
they are about.

Learned from the collection. Such paragraphs stay where they are and can be looked up; search,
themes and reports leave them out until they are unmarked.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from .collection import Collection
from .errors import CollectionMissing
from .records import StoredPassage
from .statements import COUNTS
from .vectors import unit_rows

# A paragraph that stands under so many articles of one outlet may be furniture,
FEWEST_ARTICLES = 3
# and is, if these resemble each other no more than this on average (means of the vectors of
# what each has for itself), or hardly more than the outlet's articles do by and large, but less
# than those of one story. In the sample corpus articles on different themes lie at 0.41 (95 %
# below 0.59), those of one theme at 0.65, those of one story, which share paragraphs that are
# no furniture, at 0.75 (95 % above 0.68).
UNLIKE, ABOVE_OUTLET, ONE_STORY = 0.6, 0.05, 0.7
# Articles that are looked at for one paragraph, and paragraphs for one article.
_ARTICLES, _PARAGRAPHS = 12, 12
_OF_OUTLET = 24


@dataclass(frozen=True)
class Boilerplate:
    """A paragraph that is furniture of an outlet.

    Attributes
    ----------
    example : StoredPassage
        Where it stands first.
    source : str
        The outlet; "" where that is not known.
    articles, passages : int
        How many articles it stands under, and how often.
    state : {"learned", "marked", "unmarked"}
        Whether marsad found it, or somebody said that it is or is not.
    """

    example: StoredPassage
    source: str
    articles: int
    passages: int
    state: str


def boilerplate_of(collection: Collection) -> list[Boilerplate]:
    """Return what is known to be furniture, and what was said not to be; most articles first."""
    found = collection.query(
        "SELECT b.source, b.state, count(DISTINCT p.document), count(*), min(p.row) "
        "FROM boilerplate b JOIN passages p ON p.hash = b.hash "
        "JOIN documents d ON d.id = p.document AND ifnull(d.source, '') = b.source "
        "GROUP BY b.hash, b.source"
    )
    examples = {p.row: p for p in collection.passages([row for *_, row in found])}
    marked = [
        Boilerplate(examples[row], source, articles, passages, state)
        for source, state, articles, passages, row in found
        if row in examples
    ]
    return sorted(marked, key=lambda b: (-b.articles, b.source, b.example.row))


def learn_boilerplate(collection: Collection, *, since: int = -1) -> int:
    """Mark the paragraphs that recur within one outlet over unlike articles.

    Parameters
    ----------
    collection : Collection
    since : int
        Only those that stand in a row above this one are looked at.

    Returns
    -------
    int
        How many were marked. What somebody has marked or unmarked stays as it is.
    """
    articles = _Articles(collection)
    found = [
        (hash_, source)
        for hash_, source in _recurring(collection, since)
        if articles.are_unlike(source, articles.with_paragraph(hash_, source))
    ]
    if found:
        _put(collection, found, "learned")
    return len(found)


def mark_boilerplate(collection: Collection, passages: Sequence[str], *, is_so: bool) -> None:
    """Say that paragraphs are furniture of their outlet, or are not.

    Parameters
    ----------
    passages : sequence of str
        Ids (``document:position``).
    is_so : bool

    Raises
    ------
    CollectionMissing
        If there is no such passage.
    """
    named = [collection.passage(id_) for id_ in passages]
    if not named:
        raise CollectionMissing("No passage was named.")
    keys = [(passage.hash, passage.document.source or "") for passage in named]
    _put(collection, keys, "marked" if is_so else "unmarked")


def _put(collection: Collection, keys: Sequence[tuple[bytes, str]], state: str) -> None:
    with collection.writing() as connection:
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(
            "INSERT OR REPLACE INTO boilerplate VALUES (?, ?, ?)",
            [(hash_, source, state) for hash_, source in keys],
        )
        collection.finish(connection)


def _recurring(collection: Collection, since: int) -> Iterator[tuple[bytes, str]]:
    """Yield (hash, outlet) of paragraphs under several articles that nothing is known of yet."""
    return (
        (hash_, source)
        for hash_, source in collection.query(
            "SELECT p.hash, ifnull(d.source, '') AS outlet FROM passages p "
            "JOIN documents d ON d.id = p.document "
            f"WHERE {COUNTS} "
            f"AND p.hash IN (SELECT hash FROM passages p WHERE row > ? AND {COUNTS}) "
            "AND NOT EXISTS (SELECT 1 FROM boilerplate b WHERE b.hash = p.hash "
            "AND b.source = ifnull(d.source, '')) "
            "GROUP BY p.hash, outlet HAVING count(DISTINCT p.document) >= ? ORDER BY min(p.row)",
            (since, FEWEST_ARTICLES),
        )
    )


class _Articles:
    """What articles are about, by what each has for itself; remembered while it is asked."""

    def __init__(self, collection: Collection) -> None:
        self._collection = collection
        self._vectors: dict[str, np.ndarray | None] = {}
        self._likeness: dict[str, float] = {}

    def with_paragraph(self, hash_: bytes, source: str) -> list[str]:
        """Return the articles of an outlet that a paragraph stands under."""
        found = self._collection.query(
            "SELECT DISTINCT p.document FROM passages p JOIN documents d ON d.id = p.document "
            "WHERE p.hash = ? AND ifnull(d.source, '') = ? ORDER BY d.published, d.path",
            (hash_, source),
        )
        return [document for (document,) in found]

    def are_unlike(self, source: str, documents: Sequence[str]) -> bool:
        """Tell whether articles of an outlet are about different things.

        Those that have nothing for themselves, such as one that was put out twice, do not count.
        """
        vectors = self._of(_spread(documents, _ARTICLES))
        if len(vectors) < FEWEST_ARTICLES:
            return False
        usual = self._outlet(source) + ABOVE_OUTLET
        return _mean_similarity(vectors) <= min(ONE_STORY, max(UNLIKE, usual))

    def _outlet(self, source: str) -> float:
        """Return how much the articles of an outlet resemble each other by and large."""
        if source not in self._likeness:
            found = self._collection.query(
                "SELECT id FROM documents WHERE ifnull(source, '') = ? ORDER BY id", (source,)
            )
            vectors = self._of(_spread([id_ for (id_,) in found], _OF_OUTLET))
            self._likeness[source] = _mean_similarity(vectors) if len(vectors) > 1 else 0.0
        return self._likeness[source]

    def _of(self, documents: Sequence[str]) -> list[np.ndarray]:
        for document in documents:
            if document not in self._vectors:
                self._vectors[document] = self._read(document)
        found = (self._vectors[document] for document in documents)
        return [vector for vector in found if vector is not None]

    def _read(self, document: str) -> np.ndarray | None:
        rows = self._collection.query(
            "SELECT row FROM passages p WHERE document = ? AND kind = 'paragraph' AND NOT EXISTS "
            "(SELECT 1 FROM passages q WHERE q.hash = p.hash AND q.document != p.document) "
            "ORDER BY position LIMIT ?",
            (document, _PARAGRAPHS),
        )
        if not rows:
            return None
        return unit_rows(self._collection.vectors([row for (row,) in rows]).mean(axis=0))


def _spread(documents: Sequence[str], most: int) -> list[str]:
    """Return some of many, evenly chosen."""
    if len(documents) <= most:
        return list(documents)
    return [documents[n * len(documents) // most] for n in range(most)]


def _mean_similarity(vectors: Sequence[np.ndarray]) -> float:
    stacked = np.stack(vectors)
    count = len(stacked)
    total = float((stacked @ stacked.T).sum())
    return (total - count) / (count * (count - 1))
