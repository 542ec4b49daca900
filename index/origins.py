"""Where documents come from: the files that were read, further places, what could not be read."""

from __future__ import annotations

import json
from collections.abc import Sequence

from .collection import Collection
from .records import DocumentInfo, FileState, Place, Unread
from .statements import DOCUMENT_COLUMNS


def file_state(collection: Collection, path: str) -> FileState | None:
    """Return what is known of a file that was added; None if it is to be read (again)."""
    sql = "SELECT path, size, modified_ns, sha256 FROM files WHERE path = ?"
    rows = collection.query(sql, (path,))
    return FileState(*rows[0]) if rows else None


def stored_from(collection: Collection, file: str) -> dict[str, tuple[str, str]]:
    """Return path → (document, SHA-256 of what was read) of all that was read from a file."""
    rows = collection.query(
        "SELECT path, id, sha256 FROM documents WHERE file = ? AND part_of IS NULL "
        "UNION ALL SELECT path, document, sha256 FROM places WHERE file = ?",
        (file, file),
    )
    return {path: (document, sha256) for path, document, sha256 in rows}


def paths_among(collection: Collection, paths: Sequence[str]) -> set[str]:
    """Return those of the paths that documents were read from."""
    sql = "SELECT path FROM documents WHERE path IN (SELECT value FROM json_each(?))"
    return {path for (path,) in collection.query(sql, (json.dumps(list(paths)),))}


def same_articles(collection: Collection, likeness: bytes) -> list[DocumentInfo]:
    """Return the documents whose title, outlet and text agree (`seeds.likeness`)."""
    rows = collection.query(
        f"SELECT {DOCUMENT_COLUMNS} FROM documents d WHERE d.likeness = ? ORDER BY d.path",
        (likeness,),
    )
    return [DocumentInfo(*row) for row in rows]


def places_of(collection: Collection) -> list[Place]:
    """Return where else documents lie, in order of the paths."""
    rows = collection.query(
        "SELECT path, file, document, url, published, sha256 FROM places ORDER BY path"
    )
    return [Place(*row) for row in rows]


def unread_of(collection: Collection) -> list[Unread]:
    """Return what could not be read when files were added, in order of the files."""
    return [
        Unread(*row)
        for row in collection.query("SELECT file, line FROM unread ORDER BY file, number")
    ]


def set_unread(collection: Collection, file: str, lines: Sequence[str]) -> None:
    """Keep what could not be read of a file, in place of what was said of it before."""
    with collection.writing() as connection:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("DELETE FROM unread WHERE file = ?", (file,))
        connection.executemany(
            "INSERT INTO unread VALUES (?, ?, ?)",
            [(file, number, line) for number, line in enumerate(lines)],
        )
        connection.execute("COMMIT")
