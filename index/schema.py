"""The tables of a collection, and opening its SQLite file safely."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from .errors import CollectionDamaged, CollectionError

FORMAT = 1
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


def create(folder: Path) -> sqlite3.Connection:
    """Make the database of a new collection in `folder`, with the tables of this format."""
    connection = _connect(folder / DATABASE)
    connection.executescript(f"BEGIN; {_TABLES} PRAGMA user_version = {FORMAT}; COMMIT;")
    return connection


def connect(folder: Path) -> sqlite3.Connection:
    """Open the database in `folder`.

    Raises
    ------
    CollectionDamaged
        If it is no SQLite database.
    CollectionError
        If a newer marsad wrote it.
    """
    path = folder / DATABASE
    try:
        connection = _connect(path)
    except sqlite3.DatabaseError as error:
        raise damaged(path, error) from None
    try:
        _check_format(path, connection.execute("PRAGMA user_version").fetchone()[0])
    except CollectionError:
        connection.close()
        raise
    return connection


def _check_format(path: Path, version: int) -> None:
    if version > FORMAT:
        raise CollectionError(
            f"{path} has format {version}; this marsad reads up to {FORMAT}. Update marsad."
        )
    if version < 1:
        raise CollectionDamaged(
            f"{path} holds no collection (format 0). Restore it from a copy, or move the "
            "folder away and add the articles again."
        )


def damaged(path: Path, error: sqlite3.Error) -> CollectionError:
    """Return what to raise when SQLite fails on `path`."""
    if isinstance(error, sqlite3.OperationalError):
        return CollectionError(f"{path} cannot be used: {error}. Check its permissions and space.")
    return CollectionDamaged(
        f"{path} is damaged: {error}. Restore it from a copy, or move the folder away and "
        "add the articles again."
    )


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=30, isolation_level=None)
    try:
        for setting in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
            connection.execute(f"PRAGMA {setting}")
    except sqlite3.Error:
        connection.close()
        raise
    return connection
