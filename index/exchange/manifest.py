"""What an export consists of: its files, their columns, and the manifest about them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ...seeds.containment import quoted
from ..collection import Model
from ..errors import CollectionError, CollectionMissing
from ..vectors import TOLERANCE
from .decisions import DECISIONS
from .tables import FORMATS, Column, damaged

NAME, VERSION = "marsad-export", 2
MANIFEST, VECTORS, MEANS = "manifest.json", "vectors.npy", "means.npy"

_TEXT, _NUMBER = Column(str), Column(int)
_TEXT_OR_NONE, _NUMBER_OR_NONE = Column(str, optional=True), Column(int, optional=True)
DOCUMENTS = {
    "id": _TEXT,
    "path": _TEXT,
    "title": _TEXT_OR_NONE,
    "source": _TEXT_OR_NONE,
    "published": _TEXT_OR_NONE,
    "url": _TEXT_OR_NONE,
    "language": _TEXT,
    "encoding": _TEXT,
    "size": _NUMBER,
    "modified_ns": _NUMBER,
    "sha256": _TEXT,
    "text": _TEXT,
    "author": _TEXT_OR_NONE,
    "file": _TEXT,
    "part_of": _TEXT_OR_NONE,
    "part_start": _NUMBER,
    "repairs": _TEXT_OR_NONE,
}
PASSAGES = {
    "id": _TEXT,
    "document": _TEXT,
    "position": _NUMBER,
    "start": _NUMBER,
    "end": _NUMBER,
    "kind": _TEXT,
    "language": _TEXT,
    "confidence": Column(float),
    "windows": _NUMBER,
    "text": _TEXT,
    "vector": _NUMBER,
    "repeats": _NUMBER_OR_NONE,
}
FILES = {"path": _TEXT, "size": _NUMBER, "modified_ns": _NUMBER, "sha256": _TEXT}
PLACES = {
    "path": _TEXT,
    "file": _TEXT,
    "document": _TEXT,
    "url": _TEXT_OR_NONE,
    "published": _TEXT_OR_NONE,
    "sha256": _TEXT,
}
# The tables of an export, in the order in which they are written; the last two since version 2,
# with these columns of the others.
TABLES = {"documents": DOCUMENTS, "passages": PASSAGES, "files": FILES, "places": PLACES}
_SINCE_2 = ("author", "file", "part_of", "part_start", "repairs", "repeats")


@dataclass(frozen=True)
class Manifest:
    """What an export says of itself.

    Attributes
    ----------
    marsad : str
        The version that wrote it.
    model : Model
    prompts : dict of str to str
    means : dict
        ``version`` and ``counts`` as in `MeansState`; ``passage`` and ``query``: the
        languages of the rows of ``means.npy``, those of passages first.
    documents, passages : int
        How many there are.
    files : dict of str to str
        The SHA-256 of every other file; ``decisions.json`` is among them if anything was decided.
    version : int
        Of the form of the export.
    """

    marsad: str
    model: Model
    prompts: dict[str, str]
    means: dict[str, Any]
    documents: int
    passages: int
    files: dict[str, str]
    version: int = VERSION

    @property
    def format(self) -> str:
        """``parquet`` or ``jsonl``."""
        return next(f for f in FORMATS if f"documents.{f}" in self.files)

    def columns(self, table: str) -> dict[str, Column]:
        """Return the columns that a table has in an export of this version."""
        columns = TABLES[table]
        if self.version > 1:
            return columns
        return {name: column for name, column in columns.items() if name not in _SINCE_2}


def read_manifest(folder: Path) -> Manifest:
    """Read what the export in `folder` says of itself.

    Raises
    ------
    CollectionMissing
        If there is none.
    CollectionDamaged
        If it is no manifest of an export.
    CollectionError
        If a newer marsad wrote it.
    """
    path = folder / MANIFEST
    try:
        form = json.loads(path.read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        raise CollectionMissing(
            f"{folder} holds no export: there is no {path}. Make one with:"
            " marsad export --output FOLDER"
        ) from None
    except OSError as error:
        raise damaged(path, f"it cannot be read ({error.strerror})") from None
    except (ValueError, RecursionError) as error:
        raise damaged(path, f"it is no JSON ({error})") from None
    if not isinstance(form, dict) or form.pop("format", None) != NAME:
        raise damaged(path, f"it is no manifest of a {NAME}")
    version = form.pop("version", None)
    if type(version) is not int or version < 1:
        raise damaged(path, f"its version is {quoted(repr(version))}, not a number from 1")
    if version > VERSION:
        raise CollectionError(
            f"{path} has version {version}; this marsad reads up to {VERSION}. Update marsad."
        )
    return _manifest(path, form, version)


def verify_files(folder: Path, manifest: Manifest) -> None:
    """Check that every file is there as it was written.

    Raises
    ------
    CollectionDamaged
        For the first one that is missing or changed.
    """
    for name, digest in manifest.files.items():
        path = folder / name
        try:
            found = sha256_of(path)
        except OSError as error:
            raise damaged(path, f"it cannot be read ({error.strerror})") from None
        if found != digest:
            raise damaged(path, f"its SHA-256 is not the one in {MANIFEST}")


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file of any size, in hexadecimal digits."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while part := file.read(1 << 20):
            digest.update(part)
    return digest.hexdigest()


def wrong_rows(vectors: np.ndarray) -> np.ndarray:
    """Return the numbers of the rows that are not finite or not of length 1."""
    lengths = np.linalg.norm(vectors.astype(np.float32), axis=1)
    return np.flatnonzero(~(np.abs(lengths - 1) <= TOLERANCE))


def _manifest(path: Path, form: dict[str, Any], version: int) -> Manifest:
    """Check the form of a manifest."""

    def is_table(value: object, type_: type) -> bool:
        return isinstance(value, dict) and all(type(v) is type_ for v in value.values())

    def is_count(value: object) -> bool:
        return type(value) is int and value >= 0

    def is_tags(value: object) -> bool:
        return isinstance(value, list) and all(type(tag) is str for tag in value)

    model, means, files = (form.get(name) for name in ("model", "means", "files"))
    right = {
        "marsad": type(form.get("marsad")) is str,
        "model": isinstance(model, dict)
        and {name: type(value) for name, value in model.items()}
        == {"name": str, "fingerprint": str, "dimension": int}
        and model["dimension"] > 0,
        "prompts": is_table(form.get("prompts"), str),
        "means": isinstance(means, dict)
        and type(means.get("version")) is str
        and is_table(means.get("counts"), int)
        and is_tags(means.get("passage"))
        and is_tags(means.get("query")),
        "documents": is_count(form.get("documents")),
        "passages": is_count(form.get("passages")),
        "files": is_table(files, str) and _are_all_files(files, version),
    }
    for name, is_right in right.items():
        if not is_right:
            raise damaged(path, f"{name!r} is missing, or not what an export holds")
    values = {name: form[name] for name in right}
    return Manifest(**{**values, "model": Model(**form["model"])}, version=version)


def _are_all_files(files: Any, version: int) -> bool:
    tables = list(TABLES)[: 2 if version == 1 else None]
    return any(
        set(files) - {DECISIONS} == {VECTORS, MEANS, *(f"{table}.{format_}" for table in tables)}
        for format_ in FORMATS
    )
