"""From paths to the collection: the work behind ``marsad add``.

Documents are stored in batches, each in one transaction, so that a run that was
stopped has kept what it did and the next one goes on from there.
"""

from __future__ import annotations

import hashlib
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..embeddings import CachedEncoder, identify, identify_document
from ..index import Collection, Entry, FileState, compare_texts, learn_boilerplate
from ..seeds import (
    Document,
    Passage,
    SeedError,
    SeedFile,
    find_files,
    passages_of,
    read,
    read_bytes,
    split,
)
from .language_means import refresh_means
from .progress import Bar, progress_bar
from .session import Wanted, open_or_create

# Passages a transaction. Large enough to encode in full batches, small enough that
# little is lost when a run is stopped.
BATCH = 512
# Passages after which what is derived is brought up to date, so that searches stay quick
# while a large add goes on.
UP_TO_DATE_EVERY = 20_000


@dataclass
class Counts:
    """What became of the files."""

    added: int = 0
    replaced: int = 0
    unchanged: int = 0
    problems: int = 0
    passages: int = 0
    seconds: float = 0.0

    @property
    def nothing_read(self) -> bool:
        """Whether no document is or was in the collection by this run."""
        return not (self.added or self.replaced or self.unchanged)


@dataclass(frozen=True)
class _Prepared:
    document: Document
    language: str
    passages: list[Passage]


def add_paths(
    folder: Path, paths: Sequence[Path], *, wanted: Wanted, warn: Callable[[str], None]
) -> Counts:
    """Add all files under `paths` to the collection in `folder`, which may be new.

    Parameters
    ----------
    folder : Path
    paths : sequence of Path
        ``-`` stands for one document on standard input.
    wanted : Wanted
        The model of a new collection; an old one keeps its own.
    warn : callable
        Gets one line for each file that could not be read or was read with doubt.
    """
    began = time.monotonic()
    counts = Counts()
    named = [path for path in paths if str(path) != "-"]
    found = find_files(named)
    for line in found.problems:
        _problem(counts, warn, line)
    for ending, number in sorted(found.passed_over.items()):
        warn(f"{number} files were passed over: no reader for {ending}")
    if not found.files and len(named) == len(paths):
        return counts
    collection, model_encoder = open_or_create(folder, wanted)
    encoder = CachedEncoder(model_encoder)
    with collection, progress_bar("Adding articles", len(found.files)) as bar:
        states, before = collection.file_states(), collection.highest_row()
        documents = _documents(found.files, states, counts, warn, bar)
        if len(named) < len(paths):
            documents = _and_stdin(documents, counts, warn)
        due = UP_TO_DATE_EVERY
        for batch in _batches(documents):
            _store(collection, encoder, batch, states, counts, bar)
            if counts.passages >= due:
                collection.save_index()
                due = counts.passages + UP_TO_DATE_EVERY
        refresh_means(collection)
        collection.save_index()
        if collection.highest_row() > before:
            compare_texts(collection)
            learn_boilerplate(collection, since=before)
    counts.seconds = time.monotonic() - began
    return counts


def _documents(
    files: Sequence[SeedFile],
    states: dict[str, FileState],
    counts: Counts,
    warn: Callable[[str], None],
    bar: Bar,
) -> Iterator[Document]:
    """Read the files that are new or changed; the others are done with that."""
    for file in files:
        known = states.get(str(file.path.absolute()))
        try:
            if known is not None and _is_unchanged(file, known):
                counts.unchanged += 1
                bar.advance()
                continue
            document, warnings = read(file)
        except (SeedError, OSError) as error:
            _problem(counts, warn, str(error))
            bar.advance()
            continue
        for line in warnings:
            warn(line)
        yield document


def _is_unchanged(file: SeedFile, known: FileState) -> bool:
    status = file.path.stat()
    if status.st_size != known.size:
        return False
    if status.st_mtime_ns == known.modified_ns:
        return True
    return hashlib.sha256(file.path.read_bytes()).hexdigest() == known.sha256


def _and_stdin(
    documents: Iterator[Document], counts: Counts, warn: Callable[[str], None]
) -> Iterator[Document]:
    yield from documents
    try:
        document, warnings = read_bytes(sys.stdin.buffer.read())
    except SeedError as error:
        _problem(counts, warn, str(error))
        return
    for line in warnings:
        warn(line)
    yield document


def _batches(documents: Iterator[Document]) -> Iterator[list[_Prepared]]:
    batch: list[_Prepared] = []
    size = 0
    for document in documents:
        prepared = _prepare(document)
        batch.append(prepared)
        size += len(prepared.passages)
        if size >= BATCH:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _prepare(document: Document) -> _Prepared:
    """Split a document, and tell the language of each passage."""
    opening = identify([document.text[:2000]])[0]  # very long paragraphs split by its rules
    spans = split(document.text, opening.code)
    found = identify_document([document.text[span.start : span.end] for span in spans])
    languages = [(guess.code, guess.confidence) for guess in found.passages]
    return _Prepared(document, found.document.code, passages_of(document, spans, languages))


def _store(
    collection: Collection,
    encoder: CachedEncoder,
    batch: list[_Prepared],
    states: dict[str, FileState],
    counts: Counts,
    bar: Bar,
) -> None:
    """Encode a batch in one go and store it in one transaction."""
    texts = [passage.text for prepared in batch for passage in prepared.passages]
    encoded = encoder.encode_with_windows(texts, prompt="passage", progress=bar.encoded)
    entries, offset = [], 0
    for prepared in batch:
        end = offset + len(prepared.passages)
        entries.append(
            Entry(
                document=prepared.document,
                language=prepared.language,
                passages=prepared.passages,
                vectors=encoded.vectors[offset:end],
                windows=encoded.windows[offset:end].tolist(),
            )
        )
        offset = end
    collection.add(entries)
    bar.advance(len(batch))
    for prepared in batch:
        if prepared.document.path in states:
            counts.replaced += 1
        else:
            counts.added += 1
        counts.passages += len(prepared.passages)


def _problem(counts: Counts, warn: Callable[[str], None], line: str) -> None:
    counts.problems += 1
    warn(line)
