"""The SQL by which documents and passages are put in and read out."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from ..seeds import LEFT_OUT, STORY, likeness, normal_form, normal_hash
from .records import DocumentInfo, Entry, FileState, Place, Selection, StoredPassage

DOCUMENT_COLUMNS = (
    "d.id, d.path, d.title, d.source, d.published, d.url, d.language, d.author, d.part_of"
)
# Of passages p: whether searches, copies and clusters leave it out.
IS_LEFT_OUT = f"p.kind IN ({', '.join(map(repr, LEFT_OUT))})"
COUNTS = f"NOT {IS_LEFT_OUT}"


def select_passages(
    rows: Sequence[int] | None, selection: Selection | None
) -> tuple[str, list[object]]:
    """Return the statement that reads passages with their text, and its values.

    They come in order of document path and position; `passage_of` takes a record.
    """
    where, values = _conditions(selection)
    if rows is not None:
        where += " AND p.row IN (SELECT value FROM json_each(?))"
        values.append(json.dumps([int(row) for row in rows]))
    return (
        f"SELECT p.row, p.position, p.start, p.end, p.kind, p.language, p.hash, p.repeats, "
        f"{DOCUMENT_COLUMNS}, substr(d.text, p.start + 1, p.end - p.start) "
        "FROM passages p JOIN documents d ON d.id = p.document "
        f"WHERE {where} ORDER BY d.path, p.position"
    ), values


def select_places(selection: Selection | None) -> tuple[str, list[object]]:
    """Return the statement that reads where each passage stands, without its text.

    Records of row, hash, document, length, date, outlet, path and position; those left out
    of answers are not among them.
    """
    where, values = _conditions(selection)
    return (
        "SELECT p.row, p.hash, d.id, p.end - p.start, d.published, d.source, d.path, p.position "
        "FROM passages p JOIN documents d ON d.id = p.document "
        f"WHERE {where} AND {COUNTS}"
    ), values


def count_undated(selection: Selection) -> tuple[str, list[object]]:
    """Return the statement that counts the documents without a date, whatever dates are asked."""
    where, values = _conditions(replace(selection, since=None, until=None))
    return (
        "SELECT count(*) FROM documents d WHERE ifnull(d.published, '') = '' AND EXISTS "
        f"(SELECT 1 FROM passages p WHERE p.document = d.id AND {where} AND {COUNTS})"
    ), values


def passage_of(record: tuple) -> StoredPassage:
    """Return the passage that a record of `select_passages` tells of."""
    row, position, start, end, kind, language, hash_, repeats, *info, text = record
    return StoredPassage(
        row=row,
        document=DocumentInfo(*info),
        position=position,
        start=start,
        end=end,
        kind=kind,
        language=language,
        text=text,
        hash=hash_,
        repeats=repeats,
    )


def insert_entry(connection: sqlite3.Connection, entry: Entry, segment: str, offset: int) -> None:
    """Put a document in, in place of one of its id, its vectors from `offset` of a segment on.

    Stories that were glued to the one before go with it, and its other places, whose files are
    read again, since they may not say what it says now.
    """
    document = entry.document
    delete_document(connection, document.id)
    # At its own path, and at those of stories that were glued to it: from the mark to what
    # sorts right after everything that begins with it.
    mark = document.path + STORY
    connection.execute(
        "DELETE FROM places WHERE path = ? OR (path > ? AND path < ?)",
        (document.path, mark, mark[:-1] + chr(ord(mark[-1]) + 1)),
    )
    connection.execute(
        f"INSERT INTO documents VALUES ({', '.join('?' * 18)})",
        (
            document.id, document.path, document.title, document.source, document.published,
            document.url, entry.language, document.encoding, document.size,
            document.modified_ns, document.sha256, document.text, document.author,
            document.file or document.path, document.part_of, document.part_start,
            document.repairs, likeness(document),
        ),
    )  # fmt: skip
    connection.executemany(
        "INSERT INTO passages (document, position, start, end, kind, language, confidence, hash, "
        "windows, segment, offset, repeats) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                document.id, passage.position, passage.start, passage.end, passage.kind,
                passage.language, passage.confidence, normal_hash(normal_form(passage.text)),
                windows, segment, offset + number, passage.repeats,
            )
            for number, (passage, windows) in enumerate(
                zip(entry.passages, entry.windows, strict=True)
            )
        ],
    )  # fmt: skip


def delete_document(connection: sqlite3.Connection, id_: str) -> int:
    """Take a document out, with the stories glued to it and its places; return how many.

    The files of its places are forgotten, so that they are read again.
    """
    connection.execute(
        "DELETE FROM files WHERE path IN (SELECT file FROM places WHERE document = ?)", (id_,)
    )
    where = "DELETE FROM documents WHERE id = ? OR part_of = ?"
    return connection.execute(where, (id_, id_)).rowcount


def delete_at(connection: sqlite3.Connection, path: str) -> None:
    """Take out the document that was read from a path, and the place that it is."""
    for (id_,) in connection.execute("SELECT id FROM documents WHERE path = ?", (path,)).fetchall():
        delete_document(connection, id_)
    connection.execute("DELETE FROM places WHERE path = ?", (path,))


def put_places(connection: sqlite3.Connection, places: Sequence[Place]) -> None:
    """Say where else documents lie."""
    connection.executemany(
        "INSERT OR REPLACE INTO places VALUES (?, ?, ?, ?, ?, ?)",
        [(p.path, p.file, p.document, p.url, p.published, p.sha256) for p in places],
    )


def put_files(connection: sqlite3.Connection, files: Sequence[FileState]) -> None:
    """Say which files were read to their end, and what they were then."""
    connection.executemany(
        "INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?)",
        [(f.path, f.size, f.modified_ns, f.sha256) for f in files],
    )


def put_means(
    connection: sqlite3.Connection, means: Mapping[str, Mapping[str, np.ndarray]]
) -> None:
    """Put what is taken off vectors in the place of what was."""
    connection.execute("DELETE FROM means")
    connection.executemany(
        "INSERT INTO means VALUES (?, ?, ?)",
        [
            (kind, language, np.asarray(mean, "<f4").tobytes())
            for kind, table in means.items()
            for language, mean in table.items()
        ],
    )


def put_segment(connection: sqlite3.Connection, name: str, count: int, sha256: str) -> None:
    """Name a segment that was written."""
    connection.execute("INSERT INTO segments VALUES (?, ?, ?)", (name, count, sha256))


def put_setting(connection: sqlite3.Connection, name: str, value: object) -> None:
    """Put a setting, as JSON, in the place of what it was."""
    connection.execute("INSERT OR REPLACE INTO settings VALUES (?, ?)", (name, json.dumps(value)))


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
