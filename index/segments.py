"""Vectors on disk: immutable float16 files in NumPy's own format, named by the database."""

from __future__ import annotations

import hashlib
import os
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
        _sync_folder(path.parent)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise


def read(folder: Path, name: str, count: int, dimension: int) -> np.ndarray:
    """Map a segment into memory: array of shape (count, dimension), float16.

    Raises
    ------
    CollectionDamaged
        If it is missing or of another size.
    """
    path = folder / FOLDER / name
    try:
        vectors: np.ndarray = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError) as error:
        raise CollectionDamaged(_advice(path, str(error))) from None
    if vectors.shape != (count, dimension):
        found = f"holds {vectors.shape} numbers, not ({count}, {dimension})"
        raise CollectionDamaged(_advice(path, found))
    return vectors


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


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
