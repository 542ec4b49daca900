"""What is in a collection, and whether all its parts agree with each other."""

from __future__ import annotations

from dataclasses import dataclass

from ..seeds import normal_form, normal_hash
from . import segments
from .collection import Collection


@dataclass(frozen=True)
class Summary:
    """How much is in a collection."""

    documents: int
    passages: int
    fragments: int
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
    counts = (
        "SELECT count(*), ifnull(sum(kind = 'fragment'), 0), ifnull(sum(windows > 1), 0) "
        "FROM passages"
    )
    passages, fragments, windowed = collection.query(counts)[0]
    by = "SELECT {0}, count(*) FROM documents GROUP BY 1 ORDER BY 2 DESC, 1"
    return Summary(
        documents=documents,
        passages=passages,
        fragments=fragments,
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
    for name, count, digest in collection.query("SELECT name, count, sha256 FROM segments"):
        if not segments.is_intact(collection.folder, name, digest):
            found.append(f"{collection.folder / segments.FOLDER / name}: missing or changed")
        beyond = "SELECT count(*) FROM passages WHERE segment = ? AND offset >= ?"
        if collection.query(beyond, (name, count))[0][0]:
            found.append(f"{name}: passages point beyond its {count} vectors")
    for passage in collection.passages():
        if normal_hash(normal_form(passage.text)) != passage.hash:
            found.append(f"passage {passage.id}: its text is not the one that was added")
    return found
