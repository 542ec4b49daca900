"""From a collection to the files of an export; see `exchange`."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from itertools import islice
from pathlib import Path

import numpy as np

from ... import __version__
from .. import segments
from ..collection import Collection, Model
from ..errors import CollectionDamaged
from .decisions import DECISIONS, decisions_of, write_decisions
from .manifest import (
    DOCUMENTS,
    MANIFEST,
    MEANS,
    NAME,
    PASSAGES,
    TABLES,
    VECTORS,
    Manifest,
    sha256_of,
    wrong_rows,
)
from .tables import Row, writing

# Documents that are read and written at once: a MB of news, and a row group in Parquet.
_AT_ONCE, _ROWS_AT_ONCE = 128, 8192


def write_files(
    collection: Collection, folder: Path, format_: str, progress: Callable[[int], None]
) -> Manifest:
    """Write all files of an export into an empty folder, within one state of the database.

    Parameters
    ----------
    collection : Collection
    folder : Path
    format_ : {"parquet", "jsonl"}
    progress : callable
        Gets the number of passages that were written since the last call.

    Raises
    ------
    CollectionDamaged
        If vectors are missing or are no unit rows; before anything but vectors is written.
    """
    settings = {
        name: json.loads(value)
        for name, value in collection.query("SELECT name, value FROM settings")
    }
    model = Model(**settings["model"])
    order = _documents_in_order(collection)
    # First, and in seconds: a segment that another process drops is there no longer.
    _write_vectors(collection, folder / VECTORS, model.dimension, order)
    tags = _write_means(collection, folder / MEANS, model.dimension)
    names = [f"{table}.{format_}" for table in TABLES]
    passages = 0
    with (
        writing(folder / names[0], DOCUMENTS) as write_documents,
        writing(folder / names[1], PASSAGES) as write_passages,
    ):
        for ids in _chunks(order):
            documents = _documents(collection, ids)
            rows = _passages(collection, ids, documents, passages)
            write_documents(list(documents.values()))
            write_passages(rows)
            passages += len(rows)
            progress(len(rows))
    for name, table in zip(names[2:], ("files", "places"), strict=True):
        _write_table(collection, folder / name, table)
    decided = decisions_of(collection)
    if decided is not None:
        write_decisions(folder / DECISIONS, decided)
    others = [VECTORS, MEANS] + [DECISIONS] * (decided is not None)
    manifest = Manifest(
        marsad=__version__,
        model=model,
        prompts=settings["prompts"],
        means={**settings["means"], **tags},
        documents=len(order),
        passages=passages,
        files={name: _synced(folder / name) for name in [*names, *others]},
    )
    form = {"format": NAME, **asdict(manifest)}
    text = json.dumps(form, ensure_ascii=False, indent=1) + "\n"
    (folder / MANIFEST).write_text(text, encoding="utf-8")
    _synced(folder / MANIFEST)
    return manifest


def _write_table(collection: Collection, path: Path, table: str) -> None:
    """Write a table of the database as it is, in order of its paths."""
    columns = TABLES[table]
    records = collection.stream(f"SELECT {', '.join(columns)} FROM {table} ORDER BY path")
    with writing(path, columns) as write:
        while batch := list(islice(records, _ROWS_AT_ONCE)):
            write([dict(zip(columns, record, strict=True)) for record in batch])


def _documents_in_order(collection: Collection) -> list[str]:
    """Return the ids of all documents, as they were added; those without passages last."""
    rows = collection.query(
        "SELECT d.id FROM documents d LEFT JOIN "
        "(SELECT document, min(row) AS first FROM passages GROUP BY document) p "
        "ON p.document = d.id ORDER BY p.first IS NULL, p.first, d.path"
    )
    return [id_ for (id_,) in rows]


def _write_vectors(
    collection: Collection, path: Path, dimension: int, order: Sequence[str]
) -> None:
    """Copy the stored vectors in the order of the passages: shape (passages, d), float16."""
    counts = dict(collection.query("SELECT name, count FROM segments"))
    total = collection.query("SELECT count(*) FROM passages")[0][0]
    with path.open("wb") as file:
        header = {"descr": "<f2", "fortran_order": False, "shape": (total, dimension)}
        np.lib.format.write_array_header_1_0(file, header)
        for ids in _chunks(order):
            places = [place[1:] for place in _of_passages(collection, ids, ("segment", "offset"))]
            file.write(_stored(collection, counts, places, dimension).tobytes())


def _stored(
    collection: Collection, counts: dict[str, int], places: list[tuple], dimension: int
) -> np.ndarray:
    """Return the vectors at (segment, offset), as they are stored: shape (n, d), float16."""
    found = segments.gather(collection.folder, counts, places, dimension)
    wrong = wrong_rows(found)
    if wrong.size:
        name, offset = places[wrong[0]]
        raise CollectionDamaged(
            f"row {offset} of {collection.folder / segments.FOLDER / name} is no unit vector. "
            f"Look at it with: marsad --collection {collection.folder} check"
        )
    return found


def _write_means(collection: Collection, path: Path, dimension: int) -> dict[str, list[str]]:
    """Write the language means, float32; return the languages of the rows, by kind."""
    rows = []
    tags: dict[str, list[str]] = {"passage": [], "query": []}
    for kind, language, blob in collection.query(
        "SELECT kind, language, vector FROM means ORDER BY kind, language"
    ):
        tags[kind].append(language)
        rows.append(np.frombuffer(blob, "<f4"))
    with path.open("wb") as file:
        np.save(file, np.array(rows, "<f4").reshape(-1, dimension), allow_pickle=False)
    return tags


def _documents(collection: Collection, ids: Sequence[str]) -> dict[str, Row]:
    records = collection.query(
        f"SELECT {', '.join(DOCUMENTS)} FROM documents "
        "WHERE id IN (SELECT value FROM json_each(?))",
        (json.dumps(ids),),
    )
    by_id = {record[0]: dict(zip(DOCUMENTS, record, strict=True)) for record in records}
    return {id_: by_id[id_] for id_ in ids}


def _passages(
    collection: Collection, ids: Sequence[str], documents: dict[str, Row], first: int
) -> list[Row]:
    """Return the passages of some documents; their vectors are numbered from `first`."""
    columns = "position", "start", "end", "kind", "language", "confidence", "windows", "repeats"
    rows = []
    for number, (document, *values) in enumerate(_of_passages(collection, ids, columns), first):
        row = dict(zip(columns, values, strict=True))
        text = documents[document]["text"][row["start"] : row["end"]]
        identity = {"id": f"{document}:{row['position']}", "document": document}
        rows.append({**identity, **row, "text": text, "vector": number})
    return rows


def _of_passages(
    collection: Collection, ids: Sequence[str], columns: Sequence[str]
) -> Iterator[tuple]:
    """Yield (document, *columns) of the passages of some documents, in that order."""
    found: dict[str, list[tuple]] = {id_: [] for id_ in ids}
    for record in collection.query(
        f"SELECT p.document, {', '.join('p.' + column for column in columns)} FROM passages p "
        "WHERE p.document IN (SELECT value FROM json_each(?)) ORDER BY p.document, p.position",
        (json.dumps(ids),),
    ):
        found[record[0]].append(record)
    for records in found.values():
        yield from records


def _chunks(order: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(order), _AT_ONCE):
        yield order[start : start + _AT_ONCE]


def _synced(path: Path) -> str:
    """Bring a written file to the disk, and return its SHA-256."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())
    return sha256_of(path)
