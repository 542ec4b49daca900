"""The tables of a collection, and opening its SQLite file safely."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from .errors import CollectionDamaged, CollectionError
from .segments import WRITING, sync_folder

FORMAT = 4
DATABASE = "marsad.sqlite"

_TABLES = """
CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE means (
    kind TEXT NOT NULL, language TEXT NOT NULL, vector BLOB NOT NULL,
    PRIMARY KEY (kind, language)
) WITHOUT ROWID;
CREATE TABLE segments (
    name TEXT PRIMARY KEY, count INTEGER NOT NULL, sha256 TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE documents (
    id TEXT PRIMARY KEY, path TEXT NOT NULL UNIQUE, title TEXT, source TEXT, published TEXT,
    url TEXT, language TEXT NOT NULL, encoding TEXT NOT NULL, size INTEGER NOT NULL,
    modified_ns INTEGER NOT NULL, sha256 TEXT NOT NULL, text TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE passages (
    row INTEGER PRIMARY KEY AUTOINCREMENT,
    document TEXT NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    position INTEGER NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL,
    kind TEXT NOT NULL, language TEXT NOT NULL, confidence REAL NOT NULL,
    hash BLOB NOT NULL, windows INTEGER NOT NULL,
    segment TEXT NOT NULL REFERENCES segments (name), offset INTEGER NOT NULL,
    UNIQUE (document, position)
);
CREATE INDEX passages_hash ON passages (hash);
CREATE INDEX passages_segment ON passages (segment);
"""
_SINCE_2 = """
CREATE TABLE gone (row INTEGER PRIMARY KEY);
CREATE TRIGGER passages_gone AFTER DELETE ON passages BEGIN
    INSERT INTO gone VALUES (old.row);
END;
"""
_SINCE_3 = """
CREATE TABLE boilerplate (
    hash BLOB NOT NULL, source TEXT NOT NULL, state TEXT NOT NULL,
    PRIMARY KEY (hash, source)
) WITHOUT ROWID;
CREATE TABLE reviews (
    first BLOB NOT NULL, second BLOB NOT NULL, relation TEXT NOT NULL, score REAL NOT NULL,
    same INTEGER NOT NULL, PRIMARY KEY (first, second)
) WITHOUT ROWID;
CREATE TABLE groups (
    kind TEXT NOT NULL, id TEXT NOT NULL, name TEXT NOT NULL, middle BLOB NOT NULL,
    PRIMARY KEY (kind, id)
) WITHOUT ROWID;
CREATE TABLE group_members (
    kind TEXT NOT NULL, member TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (kind, member)
) WITHOUT ROWID;
CREATE TABLE group_events (
    number INTEGER PRIMARY KEY, run INTEGER NOT NULL, kind TEXT NOT NULL, event TEXT NOT NULL,
    id TEXT NOT NULL, others TEXT NOT NULL, name TEXT NOT NULL
);
"""

_SINCE_4 = """
ALTER TABLE documents ADD COLUMN author TEXT;
ALTER TABLE documents ADD COLUMN file TEXT;
ALTER TABLE documents ADD COLUMN part_of TEXT;
ALTER TABLE documents ADD COLUMN part_start INTEGER NOT NULL DEFAULT 0;
ALTER TABLE documents ADD COLUMN repairs TEXT;
ALTER TABLE documents ADD COLUMN likeness BLOB;
ALTER TABLE passages ADD COLUMN repeats INTEGER;
CREATE INDEX documents_likeness ON documents (likeness);
CREATE INDEX documents_file ON documents (file);
CREATE INDEX documents_part_of ON documents (part_of);
CREATE TABLE files (
    path TEXT PRIMARY KEY, size INTEGER NOT NULL, modified_ns INTEGER NOT NULL,
    sha256 TEXT NOT NULL
) WITHOUT ROWID;
DELETE FROM settings WHERE name = 'catalogue';
INSERT INTO files SELECT path, size, modified_ns, sha256 FROM documents;
CREATE TABLE places (
    path TEXT PRIMARY KEY, file TEXT NOT NULL,
    document TEXT NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    url TEXT, published TEXT, sha256 TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE unread (
    file TEXT NOT NULL, number INTEGER NOT NULL, line TEXT NOT NULL, PRIMARY KEY (file, number)
) WITHOUT ROWID;
CREATE INDEX places_document ON places (document);
CREATE INDEX places_file ON places (file);
"""

# What brings a database of each earlier format to the next one.
_MIGRATIONS = {1: _SINCE_2, 2: _SINCE_3, 3: _SINCE_4}
_NEWEST = "\n".join([_TABLES, *_MIGRATIONS.values()])


# What a creation that was cut short leaves behind, and the next one writes anew.
UNFINISHED = frozenset((DATABASE + WRITING, DATABASE + WRITING + "-journal"))


def create(folder: Path, fill: Callable[[sqlite3.Connection], None]) -> sqlite3.Connection:
    """Make the database of a new collection in `folder`: it is there wholly or not at all.

    `fill` puts in what it begins with. The writer's lock must be held.

    Raises
    ------
    OSError, CollectionError
        If the disk does not take it.
    """
    path, aside = folder / DATABASE, folder / (DATABASE + WRITING)
    _delete_unfinished(folder)
    try:
        with closing(sqlite3.connect(aside, isolation_level=None)) as connection:
            connection.executescript(f"BEGIN; {_NEWEST} PRAGMA user_version = {FORMAT};")
            fill(connection)
            connection.execute("COMMIT")
        aside.replace(path)
        sync_folder(folder)
        return _connect(path)
    except sqlite3.Error as error:
        raise damaged(path, error) from None
    finally:
        _delete_unfinished(folder)


def connect(folder: Path) -> sqlite3.Connection:
    """Open the database in `folder`; one of an earlier format is brought to this one.

    Raises
    ------
    CollectionDamaged
        If it is no SQLite database.
    CollectionError
        If a newer marsad wrote it, or an earlier one on a disk that cannot be written.
    """
    path = folder / DATABASE
    try:
        connection = _connect(path)
    except sqlite3.DatabaseError as error:
        raise damaged(path, error) from None
    try:
        _bring_to_format(path, connection)
    except sqlite3.DatabaseError as error:
        connection.close()
        raise damaged(path, error) from None
    except CollectionError:
        connection.close()
        raise
    return connection


def is_writable(folder: Path) -> bool:
    """Tell whether a collection there can be written (no: a read-only disk or folder)."""
    return os.access(folder, os.W_OK) and os.access(folder / DATABASE, os.W_OK)


def refuse_unwritable(folder: Path) -> None:
    """Raise an error if a collection there cannot be written."""
    if not is_writable(folder):
        raise CollectionError(
            f"{folder} cannot be written: its disk or its permissions do not allow it. Check "
            "them, or copy the collection to where it can be."
        )


def _bring_to_format(path: Path, connection: sqlite3.Connection) -> None:
    version = _version(connection)
    if version > FORMAT:
        raise CollectionError(
            f"{path} has format {version}; this marsad reads up to {FORMAT}. Update marsad."
        )
    if version < 1:
        raise CollectionDamaged(
            f"{path} holds no collection (format 0). Restore it from a copy, or move the "
            "folder away and add the articles again."
        )
    if version == FORMAT:
        return
    if not is_writable(path.parent):
        raise CollectionError(
            f"{path} has format {version} and must be brought to format {FORMAT}, but cannot "
            "be written. Copy the collection to where it can be, and open it there."
        )
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Another process may have done it meanwhile.
        for step in range(_version(connection), FORMAT):
            for statement in _statements(_MIGRATIONS[step]):
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {FORMAT}")
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def _delete_unfinished(folder: Path) -> None:
    for name in UNFINISHED:
        (folder / name).unlink(missing_ok=True)


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _statements(script: str) -> list[str]:
    """Part a script into statements (`executescript` would commit the open transaction)."""
    found, statement = [], ""
    for line in script.splitlines():
        statement += line + "\n"
        if sqlite3.complete_statement(statement):
            found.append(statement)
            statement = ""
    return found


def damaged(path: Path, error: sqlite3.Error) -> CollectionError:
    """Return what to raise when SQLite fails on `path`."""
    if isinstance(error, sqlite3.OperationalError):
        return CollectionError(f"{path} cannot be used: {error}. Check its permissions and space.")
    return CollectionDamaged(
        f"{path} is damaged: {error}. Restore it from a copy, or move the folder away and "
        "add the articles again."
    )


def _connect(path: Path) -> sqlite3.Connection:
    if path.exists() and not is_writable(path.parent):
        return sqlite3.connect(_reading_only(path), uri=True, timeout=30, isolation_level=None)
    connection = sqlite3.connect(path, timeout=30, isolation_level=None)
    try:
        for setting in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
            connection.execute(f"PRAGMA {setting}")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _reading_only(path: Path) -> str:
    """Return the URI of a database on a disk that cannot be written.

    SQLite then cannot make the files it shares with other processes, so it is told that
    nobody writes; unless what was written last still lies in the log beside the database.
    """
    log = path.with_name(path.name + "-wal")
    unfinished = log.exists() and log.stat().st_size > 0
    if unfinished and not path.with_name(path.name + "-shm").exists():
        raise CollectionError(
            f"{path} cannot be read where it cannot be written: what was added last is still in "
            f"{log.name}. Copy the collection to where it can be written, and open it there."
        )
    return path.absolute().as_uri() + "?mode=ro" + ("" if unfinished else "&immutable=1")
