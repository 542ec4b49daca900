"""What is in a collection, and whether all its parts agree with each other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..seeds import normal_form, normal_hash
from . import segments
from .catalogue import OF_ALL, Catalogue
from .collection import Collection
from .copies import Families
from .origins import unread_of
from .snapshot import DERIVED
from .upkeep import FAMILIES
from .words import WORDS


@dataclass(frozen=True)
class Summary:
    """How much is in a collection.

    Attributes
    ----------
    documents : int
    unread : int
        Files of which something could not be read when they were added.
    places : int
        Where else these lie: the same article by another path.
    glued : int
        Documents that were found at the end of another one's page.
    passages : int
    kinds : dict of str to int
        How many passages there are of each kind; those of `seeds.LEFT_OUT` are among them.
    repeated : int
        Passages that say what one before them in the same document says.
    boilerplate, windowed : int
        Passages that outlets put under all articles, and those longer than the model's window.
    languages, sources : dict of str to int
        Documents; "" where the outlet is not known.
    first_published, last_published : str or None
    bytes : int
        On disk.
    """

    documents: int
    unread: int
    places: int
    glued: int
    passages: int
    kinds: dict[str, int]
    repeated: int
    boilerplate: int
    windowed: int
    languages: dict[str, int]
    sources: dict[str, int]
    first_published: str | None
    last_published: str | None
    bytes: int


def summary_of(collection: Collection) -> Summary:
    """Count what is in the collection."""
    one = "SELECT count(*), min(published), max(published) FROM documents"
    documents, first, last = collection.query(one)[0]
    counts = "SELECT count(*), count(repeats), ifnull(sum(windows > 1), 0) FROM passages"
    passages, repeated, windowed = collection.query(counts)[0]
    kinds = "SELECT kind, count(*) FROM passages GROUP BY 1 ORDER BY 2 DESC, 1"
    by = "SELECT {0}, count(*) FROM documents GROUP BY 1 ORDER BY 2 DESC, 1"
    return Summary(
        documents=documents,
        unread=len({unread.file for unread in unread_of(collection)}),
        places=collection.query("SELECT count(*) FROM places")[0][0],
        glued=collection.query("SELECT count(part_of) FROM documents")[0][0],
        passages=passages,
        kinds=dict(collection.query(kinds)),
        repeated=repeated,
        boilerplate=len(collection.boilerplate()),
        windowed=windowed,
        languages=dict(collection.query(by.format("language"))),
        sources=dict(collection.query(by.format("ifnull(source, '')"))),
        first_published=first,
        last_published=last,
        bytes=sum(p.stat().st_size for p in collection.folder.rglob("*") if p.is_file()),
    )


def problems_of(collection: Collection) -> list[str]:
    """Verify every part against the others; return a line for each disagreement."""
    found = [f"database: {row[0]}" for row in collection.query("PRAGMA integrity_check")]
    found = [] if found == ["database: ok"] else found
    for row in collection.query("PRAGMA foreign_key_check"):
        found.append(f"database: a row of {row[0]} points to nothing in {row[2]}")
    for name in collection.damaged_segments():
        found.append(f"{collection.folder / segments.FOLDER / name}: missing or changed")
    for name, count in collection.query("SELECT name, count FROM segments"):
        beyond = "SELECT count(*) FROM passages WHERE segment = ? AND offset >= ?"
        if collection.query(beyond, (name, count))[0][0]:
            found.append(f"{name}: passages point beyond its {count} vectors")
    texts = (
        "SELECT p.document, p.position, p.hash, substr(d.text, p.start + 1, p.end - p.start) "
        "FROM passages p JOIN documents d ON d.id = p.document"
    )
    for document, position, hash_, text in collection.stream(texts):
        if normal_hash(normal_form(text)) != hash_:
            found.append(f"passage {document}:{position}: its text is not the one that was added")
    return found


def derived_problems_of(collection: Collection) -> list[str]:
    """Compare what is derived with what it comes from; `upkeep.repair` mends all of it."""
    snapshot, words = collection.with_words()
    derived, searchable = collection.folder / DERIVED, snapshot.rows()
    found = []
    if snapshot.lost is not None:
        found.append(f"{snapshot.lost}: missing or damaged")
    stored = Catalogue.of(collection.stream(OF_ALL))
    if not stored.agrees_with(snapshot.catalogue):
        found.append(f"{derived}: the catalogue of passages is not that of the database")
    state = snapshot.index_state
    if state is not None:
        indexed = snapshot.indexed_rows()
        if not np.isin(searchable[searchable <= state.covered], indexed).all():
            found.append(f"{derived / state.file}: lacks passages")
    if words is None or not words.is_on_disk:
        if len(searchable) and snapshot.words_covered >= 0:
            found.append(f"{derived / WORDS}: missing or damaged")
    else:
        wanted = searchable[searchable <= snapshot.words_covered]
        missing = len(np.setdiff1d(wanted, words.rows()))
        if missing:
            found.append(f"{derived / WORDS}: lacks {missing} passages")
    if not Families.is_whole(derived / FAMILIES):
        found.append(f"{derived / FAMILIES}: damaged")
    return found
