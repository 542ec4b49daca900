"""Vectors on disk: immutable float16 files in NumPy's own format, named by the database."""

from __future__ import annotations

import hashlib
import logging
import mmap
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import numpy as np

from .errors import CollectionDamaged

FOLDER = "segments"
_LOG = logging.getLogger("marsad")
# What the name of a file ends in until it is whole.
WRITING = ".writing"
# Rows read of a segment until its memory is given back; each may have brought 64 KiB in.
_GIVEN_BACK_AFTER = 2048


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
    """A segment, mapped into memory: it can be read even after it was deleted.

    What was read of it is given back to the system now and then: over many searches all of
    it would otherwise come to lie in this process's memory.

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
        path = folder / FOLDER / name
        try:
            with path.open("rb") as file:
                np.lib.format.read_magic(file)
                shape, _, _ = np.lib.format.read_array_header_1_0(file)
                start = file.tell()
                self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except (OSError, ValueError) as error:
            raise CollectionDamaged(_advice(path, str(error))) from None
        if shape != (count, dimension) or len(self._map) != start + count * dimension * 2:
            found = f"holds {shape} numbers in {len(self._map)} bytes, not ({count}, {dimension})"
            raise CollectionDamaged(_advice(path, found))
        self._rows = np.frombuffer(self._map, "<f2", offset=start).reshape(count, dimension)
        self._read = 0

    def read(self, offsets: np.ndarray) -> np.ndarray:
        """Return the rows at `offsets`, shape (len(offsets), dimension), float16."""
        found: np.ndarray = self._rows[offsets]
        self._read += len(offsets)
        if self._read > _GIVEN_BACK_AFTER and hasattr(mmap, "MADV_DONTNEED"):
            self._map.madvise(mmap.MADV_DONTNEED)
            self._read = 0
        return found


def gather(
    folder: Path, counts: Mapping[str, int], places: Sequence[tuple[str, int]], dimension: int
) -> np.ndarray:
    """Return the vectors at (segment, offset), as they are stored: shape (n, d), float16.

    Parameters
    ----------
    folder : Path
        Of the collection.
    counts : mapping
        How many rows each segment holds, as the database says.

    Raises
    ------
    CollectionDamaged
        If a segment is missing or of another size, or does not reach so far.
    """
    found = np.empty((len(places), dimension), "<f2")
    names = np.array([name for name, _ in places], dtype=object)
    offsets = np.array([offset for _, offset in places], dtype=np.int64)
    for name in dict.fromkeys(names.tolist()):
        numbers = np.flatnonzero(names == name)
        count = counts.get(name, 0)
        if offsets[numbers].max() >= count:
            raise CollectionDamaged(
                f"{folder / FOLDER / name} lacks vectors that passages point to. Look at it with: "
                f"marsad --collection {folder} check"
            )
        found[numbers] = Segment(folder, name, count, dimension).read(offsets[numbers])
    return found


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
            delete_unused(path)


def sync_folder(folder: Path) -> None:
    """Have the names in a folder outlast a loss of power."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def delete_unused(path: Path) -> None:
    """Delete a file that the database does not name; it does no harm if that fails."""
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        _LOG.warning("%s is not needed any more, but cannot be deleted: %s.", path, error)


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
