"""Vectors by content: what a model has encoded once is never encoded again.

One SQLite file a model in the user's cache folder, shared by all collections and
processes. It can be deleted at any time; where it cannot be used, encoding goes on
without it.
"""

from __future__ import annotations

import hashlib
import logging
import os
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np

from .encoder import Encoded, Encoder, Prompt
from .folders import cache_folder

logger = logging.getLogger("marsad")

# Bytes that the vectors of one model may take; beyond it the oldest go. MARSAD_VECTOR_CACHE
# sets another limit, 0 for no cache.
LIMIT = 2 * 1024**3
# SQLite takes this many values in one question.
_ASKED = 500

_TABLE = """
CREATE TABLE IF NOT EXISTS vectors (
    number INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE, windows INTEGER NOT NULL,
    vector BLOB NOT NULL
)
"""


class CachedEncoder:
    """An encoder that looks a text up before it encodes it.

    Parameters
    ----------
    encoder : Encoder
    folder : Path, optional
        Where the file lies; the user's cache folder by default.

    Notes
    -----
    Vectors are kept in float16, as collections keep them, and equal texts get equal
    vectors whether they were found or encoded (cosine to the encoder's above 0.99999).
    """

    def __init__(self, encoder: Encoder, folder: Path | None = None) -> None:
        self.encoder = encoder
        self.found = 0
        folder = folder or cache_folder() / "vectors"
        self._path = folder / f"{encoder.fingerprint}.sqlite"
        self._limit = int(os.environ.get("MARSAD_VECTOR_CACHE", LIMIT))

    def encode_with_windows(
        self,
        texts: Sequence[str],
        *,
        prompt: Prompt,
        progress: Callable[[int], None] | None = None,
    ) -> Encoded:
        """Return what `Encoder.encode_with_windows` does, each text encoded once at most."""
        keys = [_key(prompt, text) for text in texts]
        known = self._read(sorted(set(keys)))
        new = {key: at for at, key in enumerate(keys) if key not in known}
        self.found += len(keys) - len(new)
        if progress is not None:
            progress(len(keys) - len(new))
        if new:
            fresh = self.encoder.encode_with_windows(
                [texts[at] for at in new.values()], prompt=prompt, progress=progress
            )
            stored = {
                key: (int(windows), vector.astype(np.float16).tobytes())
                for key, windows, vector in zip(new, fresh.windows, fresh.vectors, strict=True)
            }
            self._write(stored)
            known.update(stored)
        vectors = np.empty((len(keys), self.encoder.dimension), dtype=np.float32)
        for row, key in enumerate(keys):
            vectors[row] = np.frombuffer(known[key][1], dtype=np.float16)
        vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
        return Encoded(vectors, np.array([known[key][0] for key in keys], dtype=np.int32))

    def _read(self, keys: Sequence[bytes]) -> dict[bytes, tuple[int, bytes]]:
        if self._limit <= 0 or not self._path.is_file():
            return {}
        size = 2 * self.encoder.dimension
        found: dict[bytes, tuple[int, bytes]] = {}
        try:
            with closing(sqlite3.connect(self._path, timeout=10)) as connection:
                for at in range(0, len(keys), _ASKED):
                    some = keys[at : at + _ASKED]
                    marks = ", ".join("?" * len(some))
                    rows = connection.execute(
                        f"SELECT key, windows, vector FROM vectors WHERE key IN ({marks})", some
                    )
                    found.update((key, (n, vector)) for key, n, vector in rows)
        except sqlite3.Error as error:
            self._give_up(error)
        return {key: value for key, value in found.items() if len(value[1]) == size}

    def _write(self, stored: dict[bytes, tuple[int, bytes]]) -> None:
        if self._limit <= 0:
            return
        rows = [(key, windows, vector) for key, (windows, vector) in stored.items()]
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(self._path, timeout=10)) as connection, connection:
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute(_TABLE)
                connection.executemany(
                    "INSERT OR REPLACE INTO vectors (key, windows, vector) VALUES (?, ?, ?)", rows
                )
                connection.execute(
                    "DELETE FROM vectors WHERE number <= (SELECT max(number) FROM vectors) - ?",
                    (self._limit // (2 * self.encoder.dimension),),
                )
        except (sqlite3.Error, OSError) as error:
            self._give_up(error)

    def _give_up(self, error: Exception) -> None:
        """Go on without the cache; a file that is no database is taken away."""
        logger.warning("The vector cache %s is not used: %s.", self._path, error)
        if isinstance(error, sqlite3.DatabaseError) and not isinstance(
            error, sqlite3.OperationalError
        ):
            self._path.unlink(missing_ok=True)
        self._limit = 0


def _key(prompt: str, text: str) -> bytes:
    content = f"{prompt}\0{text}".encode("utf-8", "surrogatepass")
    return hashlib.blake2b(content, digest_size=16).digest()
