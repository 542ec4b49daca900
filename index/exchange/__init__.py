"""What goes out of a collection and comes back in: a folder that any tool can read.

An export holds all that cannot be made anew, documents, passages, vectors, language means and
what was decided about them, as Parquet or JSON Lines and NumPy files, and a manifest with their
checksums. What was exported, imported and exported again is the same bytes.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import filelock

from .. import segments
from ..collection import Collection
from ..errors import CollectionDamaged, CollectionError
from ..records import Entry
from .decisions import DECISIONS, restore_decisions
from .incoming import read_entries, read_files, read_means
from .manifest import Manifest, read_manifest, verify_files
from .outgoing import write_files

# Passages that are added in one transaction: some MB, so that segments are few.
_PASSAGES_AT_ONCE = 8192
# How often to begin again when another process drops vectors while they are copied.
_TRIES = 5

Progress = Callable[[int], None]


def export_collection(
    collection: Collection,
    folder: Path,
    format_: str = "parquet",
    *,
    progress: Progress = lambda _: None,
) -> Manifest:
    """Write a collection to `folder`: one state of it, whatever is written meanwhile.

    Documents and passages lie in the order in which they were added.

    Parameters
    ----------
    collection : Collection
    folder : Path
        Must not exist, or be empty. It is there wholly or not at all.
    format_ : {"parquet", "jsonl"}
    progress : callable
        Gets the number of passages that were written since the last call.

    Raises
    ------
    CollectionError
        If something lies in the folder already, or the disk does not take it.
    CollectionDamaged
        If vectors of the collection are missing or are no unit rows.
    """
    _require_free(folder, "Name another folder for the export")
    with _made_aside(folder) as aside:
        for tries in reversed(range(_TRIES)):
            generation = collection.generation()
            try:
                with _one_state(collection):
                    return write_files(collection, aside, format_, progress)
            except CollectionDamaged:
                if not tries or collection.generation() == generation:
                    raise
    raise AssertionError("unreachable")


def import_collection(
    folder: Path, target: Path, *, progress: Progress = lambda _: None
) -> Manifest:
    """Make the collection at `target` from an export.

    Parameters
    ----------
    folder : Path
        That `export_collection` wrote.
    target : Path
        Must not exist, or be empty. The collection is there wholly or not at all.
    progress : callable
        Gets the number of passages that were stored since the last call.

    Raises
    ------
    CollectionError
        If something lies at `target` already, or a newer marsad wrote the export.
    CollectionMissing
        If `folder` holds no export.
    CollectionDamaged
        If a file of it is missing, changed, or does not agree with the others.
    """
    advice = "Name another folder for the collection: marsad --collection FOLDER import"
    _require_free(target, f"{advice} {folder}")
    manifest = read_manifest(folder)
    verify_files(folder, manifest)
    means = read_means(folder, manifest)
    version, counts = manifest.means["version"], manifest.means["counts"]
    entries = read_entries(folder, manifest)
    with _made_aside(target) as aside:
        collection = Collection.create(
            aside, manifest.model, means=means, prompts=manifest.prompts, means_version=version
        )
        with collection:
            if counts:
                collection.set_means(means, version, counts)
            for batch in _batches(entries):
                collection.add(batch)
                progress(sum(len(entry.passages) for entry in batch))
            files, places = read_files(folder, manifest)
            collection.add([], files=files, places=places)
            if DECISIONS in manifest.files:
                restore_decisions(collection, folder / DECISIONS)
            collection.save_index()
    return manifest


@contextmanager
def _one_state(collection: Collection) -> Iterator[None]:
    """See one state of the database in the block, whatever other processes write."""
    collection.query("BEGIN")
    try:
        yield
    finally:
        collection.query("COMMIT")


def _batches(entries: Iterator[Entry]) -> Iterator[list[Entry]]:
    batch: list[Entry] = []
    size = 0
    for entry in entries:
        batch.append(entry)
        size += len(entry.passages)
        if size >= _PASSAGES_AT_ONCE or len(batch) >= _PASSAGES_AT_ONCE:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _require_free(folder: Path, advice: str) -> None:
    if Collection.is_in(folder):
        raise CollectionError(f"{folder} holds a collection already. {advice}.")
    try:
        taken = folder.exists() and (not folder.is_dir() or any(folder.iterdir()))
    except OSError as error:
        raise CollectionError(f"{folder} cannot be read: {error.strerror}. {advice}.") from None
    if taken:
        raise CollectionError(f"{folder} is not empty. {advice}.")


@contextmanager
def _made_aside(target: Path) -> Iterator[Path]:
    """Give an empty folder to work in, which becomes `target` when the block is done.

    It lies in ``TARGET.writing`` beside the target. If the block fails, nothing is left;
    what a process left that was killed, the next one removes.
    """
    place = Path(os.path.realpath(target))
    aside = place.with_name(place.name + segments.WRITING)
    lock, whole = aside / "lock", aside / "whole"
    try:
        aside.mkdir(parents=True, exist_ok=True)
        with filelock.FileLock(lock, timeout=0):
            if whole.exists():
                shutil.rmtree(whole)
            whole.mkdir()
            try:
                yield whole
                if place.is_dir():
                    place.rmdir()
                whole.rename(place)
            finally:
                shutil.rmtree(whole, ignore_errors=True)
                with suppress(OSError):
                    lock.unlink()
                    aside.rmdir()
    except filelock.Timeout:
        raise CollectionError(
            f"{target} is being written by another process. Try again when it is done."
        ) from None
    except OSError as error:
        raise CollectionError(
            f"{target} cannot be written: {error}. Check its permissions and space."
        ) from None
