"""Folders that are whole or absent: built aside, checksummed, renamed into place.

A finished folder holds `manifest.json` (size and SHA-256 of every file, and what its
builder wants to remember) and `verified.json` (sizes and times of the files when their
checksums were last compared). So opening a folder costs a few `stat` calls, and the
checksums are read again only when something has moved or the caller asks for it.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import platformdirs
from filelock import FileLock

from .errors import EmbeddingError

logger = logging.getLogger("marsad")

CACHE_VARIABLE = "MARSAD_CACHE"
MANIFEST = "manifest.json"
_VERIFIED = "verified.json"
_BLOCK = 1 << 20


def cache_folder() -> Path:
    """Return the folder for what can be made again: `MARSAD_CACHE`, or the user's cache."""
    chosen = os.environ.get(CACHE_VARIABLE)
    return Path(chosen) if chosen else Path(platformdirs.user_cache_dir("marsad", appauthor=False))


def file_hash(path: Path) -> str:
    """Return the SHA-256 of a file, as hexadecimal digits."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def read_manifest(folder: Path) -> dict[str, Any] | None:
    """Return the manifest of a finished folder, or None when it has none that can be read."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return manifest if isinstance(manifest, dict) and "files" in manifest else None


def folder_damage(folder: Path, *, full: bool = False) -> str | None:
    """Say what is wrong with a finished folder, or None when it is whole.

    Parameters
    ----------
    folder : Path
    full : bool, default False
        Compare every checksum, even when sizes and times are as they were when the
        checksums were last compared.
    """
    manifest = read_manifest(folder)
    if manifest is None:
        return "it has no readable manifest"
    state: dict[str, list[int]] = {}
    for name, wanted in manifest["files"].items():
        try:
            stat = (folder / name).stat()
        except OSError:
            return f"{name} is missing"
        if stat.st_size != wanted["size"]:
            return f"{name} has {stat.st_size} bytes, not {wanted['size']}"
        state[name] = [stat.st_size, stat.st_mtime_ns]
    if not full and state == _last_verified(folder):
        return None
    for name, wanted in manifest["files"].items():
        if file_hash(folder / name) != wanted["sha256"]:
            return f"the content of {name} has changed"
    write_aside(folder / _VERIFIED, state)
    return None


def build_folder(
    folder: Path,
    fill: Callable[[Path], Mapping[str, Any]],
    *,
    usable: Callable[[], bool] = lambda: False,
) -> None:
    """Make a folder whole or not at all, even when several processes do it at once.

    Parameters
    ----------
    folder : Path
        Where it shall lie; what lies there is replaced.
    fill : callable
        Writes the files into the empty folder it is given, and returns what the manifest
        shall say beside the checksums.
    usable : callable, optional
        Asked once the lock is held: True when another process has done the work meanwhile.

    Raises
    ------
    EmbeddingError
        If there is no room or no right to write there.
    """
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(str(folder) + ".lock"):
            if usable():
                return
            _remove_leftovers(folder)
            partial = folder.with_name(f"{folder.name}.{os.getpid()}.partial")
            partial.mkdir()
            try:
                _finish(partial, fill(partial))
                _put_in_place(partial, folder)
            finally:
                shutil.rmtree(partial, ignore_errors=True)
    except OSError as error:
        raise EmbeddingError(
            f"{folder} cannot be written ({error.strerror or error}). Make room or give "
            f"another folder in the environment variable {CACHE_VARIABLE}."
        ) from error


def write_aside(path: Path, value: object) -> None:
    """Replace a small file; where that is not allowed, what it would say is found again."""
    aside = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        aside.write_text(json.dumps(value), encoding="utf-8")
        aside.replace(path)
    except OSError:
        logger.debug("%s cannot be written", path)


def _last_verified(folder: Path) -> object:
    try:
        return json.loads((folder / _VERIFIED).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def _remove_leftovers(folder: Path) -> None:
    """Remove what a crash left; the lock is held, so nobody is at work on it."""
    for leftover in folder.parent.glob(f"{folder.name}.*.partial"):
        shutil.rmtree(leftover, ignore_errors=True)


def _finish(partial: Path, facts: Mapping[str, Any]) -> None:
    files, state = {}, {}
    for path in sorted(p for p in partial.rglob("*") if p.is_file()):
        name = path.relative_to(partial).as_posix()
        _sync(path)
        stat = path.stat()
        files[name] = {"size": stat.st_size, "sha256": file_hash(path)}
        state[name] = [stat.st_size, stat.st_mtime_ns]
    for name, value in ((MANIFEST, {**facts, "files": files}), (_VERIFIED, state)):
        path = partial / name
        path.write_text(json.dumps(value, ensure_ascii=False, indent=1), encoding="utf-8")
        _sync(path)
    _sync(partial)


def _put_in_place(partial: Path, folder: Path) -> None:
    if folder.exists():
        old = folder.with_name(f"{folder.name}.{os.getpid()}.old.partial")
        folder.rename(old)
        partial.rename(folder)
        shutil.rmtree(old, ignore_errors=True)
    else:
        partial.rename(folder)
    _sync(folder.parent)


def _sync(path: Path) -> None:
    if path.is_dir() and os.name != "posix":
        return  # only POSIX systems open folders
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
