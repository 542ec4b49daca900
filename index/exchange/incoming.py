"""From the files of an export to entries and language means, each checked; see `exchange`."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import get_args

import numpy as np

from ...seeds import Document, Kind, Passage
from ..records import Entry, FileState, Place
from .manifest import FILES, MANIFEST, MEANS, VECTORS, Manifest, wrong_rows
from .tables import Row, damaged, read_rows


def read_means(folder: Path, manifest: Manifest) -> dict[str, dict[str, np.ndarray]]:
    """Return the language means by kind and language, each an array of shape (d,), float32."""
    tags = [(kind, tag) for kind in ("passage", "query") for tag in manifest.means[kind]]
    rows = _array(folder / MEANS, "<f4", (len(tags), manifest.model.dimension))
    if not np.isfinite(rows).all():
        raise damaged(folder / MEANS, "it holds numbers that are not finite")
    means: dict[str, dict[str, np.ndarray]] = {"passage": {}, "query": {}}
    for (kind, tag), row in zip(tags, rows, strict=True):
        means[kind][tag] = np.array(row)
    return means


def read_entries(folder: Path, manifest: Manifest) -> Iterator[Entry]:
    """Yield the documents of an export with their passages and vectors, in their order.

    Raises
    ------
    CollectionDamaged
        If a row is not what its column holds, a passage is not what its offsets give in
        its document, a vector is no finite unit row, or the counts are not the manifest's.
    """
    documents_file = folder / f"documents.{manifest.format}"
    passages_file = folder / f"passages.{manifest.format}"
    shape = (manifest.passages, manifest.model.dimension)
    vectors = _array(folder / VECTORS, "<f2", shape)
    columns = manifest.columns("passages")
    rows = _numbered(passages_file, read_rows(passages_file, columns), manifest.passages)
    runs = ((id_, list(run)) for id_, run in groupby(rows, key=itemgetter("document")))
    id_, run = next(runs, ("", []))
    seen: set[tuple[str, str]] = set()
    documents = passages = 0
    for document in read_rows(documents_file, manifest.columns("documents")):
        for name in ("id", "path"):
            if (name, document[name]) in seen:
                raise damaged(documents_file, f"{document[name]!a} is there twice")
            seen.add((name, document[name]))
        own: list[Row] = []
        if run and document["id"] == id_:
            own = run
            id_, run = next(runs, ("", []))
        upto = passages + len(own)
        yield _entry(document, own, vectors[passages:upto], folder, passages_file)
        documents, passages = documents + 1, upto
    if run:
        problem = f"passages of {id_!a} do not lie in the order of {documents_file.name}"
        raise damaged(passages_file, problem)
    _require_count(documents_file, documents, manifest.documents)
    _require_count(passages_file, passages, manifest.passages)


def read_files(folder: Path, manifest: Manifest) -> tuple[list[FileState], list[Place]]:
    """Return which files were read, and where else documents lie."""
    if manifest.version == 1:  # every file was one document
        documents = read_rows(folder / f"documents.{manifest.format}", FILES)
        return [FileState(**row) for row in documents], []
    files, places = (
        read_rows(folder / f"{table}.{manifest.format}", manifest.columns(table))
        for table in ("files", "places")
    )
    return [FileState(**row) for row in files], [Place(**row) for row in places]


def _numbered(path: Path, rows: Iterator[Row], count: int) -> Iterator[Row]:
    """Yield passages, each of which must have the next vector."""
    for number, row in enumerate(rows):
        if number >= count:
            raise damaged(path, f"it holds more than the {count} rows that {MANIFEST} says")
        if row["vector"] != number:
            problem = f"the vector of {row['id']!a} is {row['vector']}, not {number}"
            raise damaged(path, problem)
        yield row


def _entry(document: Row, rows: list[Row], vectors: np.ndarray, folder: Path, path: Path) -> Entry:
    """Return a document to be added.

    Parameters
    ----------
    document : dict
    rows : list of dict
        Its passages, that lie in the file `path`.
    vectors : array, shape (len(rows), d), float16
    folder : Path
        Of the export.
    """
    wrong = wrong_rows(vectors)
    if wrong.size:
        row = rows[wrong[0]]
        problem = f"row {row['vector']}, of passage {row['id']}, is no finite vector of length 1"
        raise damaged(folder / VECTORS, problem)
    position = -1
    for row in rows:
        start, end = row["start"], row["end"]
        if row["id"] != f"{row['document']}:{row['position']}" or row["position"] <= position:
            problem = f"{row['id']!a} does not name passage {row['position']} of its document"
            raise damaged(path, f"{problem}, after {position}")
        is_within = 0 <= start <= end <= len(document["text"])
        if not is_within or document["text"][start:end] != row["text"]:
            problem = f"the text of {row['id']} is not characters {start} to {end} of its document"
            raise damaged(path, problem)
        if row["kind"] not in get_args(Kind):
            raise damaged(path, f"{row['id']} is of no known kind ({row['kind']!a})")
        position = row["position"]
    own = {name: value for name, value in document.items() if name != "language"}
    left_out = ("id", "windows", "vector")
    return Entry(
        document=Document(**own),
        language=document["language"],
        passages=[
            Passage(**{name: value for name, value in row.items() if name not in left_out})
            for row in rows
        ],
        vectors=_unit_rows(vectors),
        windows=[row["windows"] for row in rows],
    )


def _unit_rows(stored: np.ndarray) -> np.ndarray:
    """Return unit rows that float16 rounds to `stored` again, so that they come back as they were.

    Where the errors of rounding do not cancel out, bringing a row to length 1 moves some
    numbers to the next float16. Such a row is stretched only as far as each number still
    rounds to what it was; the vector that was first stored shows that length 1 is reached.

    Parameters
    ----------
    stored : array, shape (n, d), float16, of length 1 but for the rounding

    Returns
    -------
    array, shape (n, d), float32
    """
    rows = stored.astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    moved = np.flatnonzero((rows.astype(stored.dtype) != stored).any(axis=1))
    size = np.abs(stored[moved])
    exact = size.astype(np.float64)
    # Not quite half way to the next numbers: float32 arithmetic comes in between.
    least = exact - 0.495 * (exact - np.nextafter(size, np.float16(0)))
    most = exact + 0.495 * (np.nextafter(size, np.float16(2)) - exact)
    low: np.ndarray = np.full((len(moved), 1), 0.5)
    high: np.ndarray = np.full((len(moved), 1), 2.0)
    for _ in range(40):
        middle = (low + high) / 2
        is_short = np.linalg.norm(np.clip(middle * exact, least, most), axis=1, keepdims=True) < 1
        low, high = np.where(is_short, middle, low), np.where(is_short, high, middle)
    rows[moved] = np.copysign(np.clip(low * exact, least, most), stored[moved])
    return rows


def _require_count(path: Path, found: int, wanted: int) -> None:
    if found != wanted:
        raise damaged(path, f"it holds {found} rows, not the {wanted} that {MANIFEST} says")


def _array(path: Path, type_: str, shape: tuple[int, int]) -> np.ndarray:
    """Map an array of this type and shape into memory."""
    try:
        found: np.ndarray = np.lib.format.open_memmap(path, mode="r")
    except (OSError, ValueError) as error:
        raise damaged(path, f"it is no NumPy file that can be read ({error})") from None
    if found.dtype != np.dtype(type_) or found.shape != shape:
        is_, wanted = f"{found.shape} of {found.dtype}", f"{shape} of {np.dtype(type_)}"
        raise damaged(path, f"it holds {is_}, not {wanted}")
    return found
