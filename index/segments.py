"""Vectors on disk: immutable float16 files in NumPy's own format, named by the database."""

from __future__ import annotations

import hashlib
import os
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import numpy as np

from .errors import CollectionDamaged

FOLDER = "segments"
# What the name of a file ends in until it is whole.
WRITING = ".writing"
# More rows than that are read in one go, with all that lies between them.
_READ_ONE_BY_ONE = 512
_LONGEST_HEADER = 4096


def write(folder: Path, name: str, vectors: np.ndarray) -> str:
    """Write a segment so that it is there wholly or not at all; return its SHA-256.

    Parameters
    ----------
    folder : Path
        Of the collection.
    name : str
    vectors : array, shape (n, d)
        Stored as float16.
    """
    stored = np.ascontiguousarray(vectors, dtype="<f2")
    digest = hashlib.sha256()
    with written_whole(folder / FOLDER / name) as file:
        for part in (_header(stored), stored.data):
            digest.update(part)
            file.write(part)
    return digest.hexdigest()


@contextmanager
def written_whole(path: Path) -> Iterator[BinaryIO]:
    """Open a file to be written: it is there wholly and synced, or not at all."""
    path.parent.mkdir(exist_ok=True)
    aside = path.with_name(path.name + WRITING)
    try:
        with aside.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
        sync_folder(path.parent)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise


class Segment:
    """A segment, opened: it can be read even after it was deleted.

    Rows are read one by one and not mapped: over many searches all of a mapped file would
    come to lie in memory.

    Parameters
    ----------
    folder : Path
        Of the collection.
    name : str
    count, dimension : int
        Its shape, as the database says.

    Raises
    ------
    CollectionDamaged
        If it is missing or of another size.
    """

    def __init__(self, folder: Path, name: str, count: int, dimension: int) -> None:
        self.path = folder / FOLDER / name
        self._dimension = dimension
        try:
            self._descriptor = os.open(self.path, os.O_RDONLY)
            weakref.finalize(self, os.close, self._descriptor)
            beginning = BytesIO(os.pread(self._descriptor, _LONGEST_HEADER, 0))
            np.lib.format.read_magic(beginning)
            shape, _, _ = np.lib.format.read_array_header_1_0(beginning)
        except (OSError, ValueError) as error:
            raise CollectionDamaged(_advice(self.path, str(error))) from None
        self._start = beginning.tell()
        end = os.fstat(self._descriptor).st_size
        if shape != (count, dimension) or end != self._start + count * dimension * 2:
            found = f"holds {shape} numbers in {end} bytes, not ({count}, {dimension})"
            raise CollectionDamaged(_advice(self.path, found))

    def read(self, offsets: np.ndarray) -> np.ndarray:
        """Return the rows at `offsets`, shape (len(offsets), dimension), float16."""
        if len(offsets) > _READ_ONE_BY_ONE:
            first, last = int(offsets.min()), int(offsets.max())
            rows: np.ndarray = self._block(first, last + 1 - first)[offsets - first]
            return rows
        return np.concatenate([self._block(offset, 1) for offset in offsets.tolist()])

    def _block(self, first: int, count: int) -> np.ndarray:
        size = 2 * self._dimension
        data = os.pread(self._descriptor, count * size, self._start + first * size)
        return np.frombuffer(data, "<f2").reshape(-1, self._dimension)


def is_intact(folder: Path, name: str, sha256: str) -> bool:
    """Tell whether the segment is there with the content it was written with."""
    try:
        return hashlib.sha256((folder / FOLDER / name).read_bytes()).hexdigest() == sha256
    except OSError:
        return False


def sweep(folder: Path, wanted: set[str]) -> None:
    """Delete segment files that the database does not name (any more)."""
    for path in (folder / FOLDER).glob("*"):
        if path.name not in wanted:
            path.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Have the names in a folder outlast a loss of power."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _advice(path: Path, problem: str) -> str:
    return (
        f"{path} is damaged or missing ({problem}). Restore it from a copy, or move the "
        "collection away and add the articles again."
    )


def _header(stored: np.ndarray) -> bytes:
    made = BytesIO()
    description = np.lib.format.header_data_from_array_1_0(stored)
    np.lib.format.write_array_header_1_0(made, description)
    return made.getvalue()
