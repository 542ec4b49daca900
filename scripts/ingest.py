"""From paths to the collection: the work behind ``marsad add``."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ..embeddings import CachedEncoder
from ..index import (
    Collection,
    FileState,
    compare_texts,
    file_state,
    learn_boilerplate,
    set_unread,
    stored_from,
    unread_of,
)
from ..index.exchange.manifest import sha256_of
from ..seeds import (
    ALL_FIELDS,
    STDIN,
    Article,
    Fields,
    Finished,
    Found,
    Origin,
    Problem,
    Reader,
    SeedError,
    SeedFile,
    file_path,
    find_files,
)
from .language_means import refresh_means
from .progress import Bar, progress_bar
from .session import Wanted, open_or_create
from .storing import Counts, Storing

# Lines about a file that are told and kept: what is wrong with one record is often wrong with all.
UNREAD_KEPT = 20

_Item = tuple[SeedFile, Article | Problem | Finished]


def add_paths(
    folder: Path,
    paths: Sequence[Path],
    *,
    wanted: Wanted,
    fields: Fields = ALL_FIELDS,
    warn: Callable[[str], None],
) -> Counts:
    """Add all files under `paths` to the collection in `folder`, which may be new.

    Parameters
    ----------
    folder : Path
    paths : sequence of Path
        ``-`` stands for standard input.
    wanted : Wanted
        The model of a new collection; an old one keeps its own.
    fields : Fields
        Which fields of records are read.
    warn : callable
        Gets one line for each file that could not be read or was read with doubt.
    """
    began = time.monotonic()
    counts = Counts()
    found = files_under(paths, counts, warn)
    has_stdin = any(str(path) == "-" for path in paths)
    if not found.files and not has_stdin:
        return counts
    collection, model_encoder = open_or_create(folder, wanted)
    with (
        collection,
        Reader(fields) as reader,
        progress_bar("Adding articles", len(found.files)) as bar,
    ):
        before = collection.highest_row()
        known_unread = {unread.file for unread in unread_of(collection)}
        run = _Run(collection, reader, counts, bar, warn, known_unread)
        storing = Storing(collection, CachedEncoder(model_encoder), counts, bar, warn)
        run.files(storing, found.files)
        if has_stdin:
            stdin = SeedFile(Path(STDIN))
            run.items(storing, ((stdin, item) for item in reader.read_bytes(sys.stdin.buffer)))
            storing.flush()
        run.files(storing, run.forgotten(found.files))
        refresh_means(collection)
        collection.save_index()
        if collection.highest_row() > before:
            compare_texts(collection)
            learn_boilerplate(collection, since=before)
    counts.seconds = time.monotonic() - began
    return counts


def files_under(paths: Sequence[Path], counts: Counts, warn: Callable[[str], None]) -> Found:
    """List the files that are meant, and say what is passed over."""
    found = find_files([path for path in paths if str(path) != "-"])
    for line in found.problems:
        counts.problems += 1
        warn(line)
    for ending, number in sorted(found.passed_over.items()):
        warn(f"{number} files were passed over: no reader for {ending}")
    if found.ignored:
        warn(f"{found.ignored} files and folders were left out, as .marsadignore says")
    return found


@dataclass
class _Run:
    """One run of ``marsad add``: which files are read, and what they give is handed on."""

    collection: Collection
    reader: Reader
    counts: Counts
    bar: Bar
    warn: Callable[[str], None]
    known_unread: set[str]
    _unchanged: set[str] = field(default_factory=set)
    _origin: Origin | None = None
    _unread: list[str] = field(default_factory=list)

    def files(self, storing: Storing, files: Sequence[SeedFile]) -> None:
        """Read the files that are new or changed, and store what is in them."""
        self.items(storing, self.reader.read_all(self._to_read(files)))
        storing.flush()

    def forgotten(self, files: Sequence[SeedFile]) -> list[SeedFile]:
        """Return the files that are unchanged, but lost the document they were a place of."""
        return [
            file
            for file in files
            if (path := file_path(file)) in self._unchanged
            and file_state(self.collection, path) is None
        ]

    def items(self, storing: Storing, items: Iterable[_Item]) -> None:
        """Store articles, and say what went wrong."""
        for file, item in items:
            if isinstance(item, Problem):
                self._unreadable(item.line)
                continue
            try:
                if isinstance(item, Article):
                    storing.take(item, self._origin_of(file))
                else:
                    self._finish(storing, file, item)
            except (SeedError, OSError) as error:
                self._unreadable(str(error))

    def _finish(self, storing: Storing, file: SeedFile, end: Finished) -> None:
        self.bar.advance()
        for ending, number in sorted(end.passed_over.items()):
            self.warn(f"{number} files in {file.path} were passed over: no reader for {ending}")
        path, unread, self._unread = file_path(file), self._unread, []
        if path == STDIN:
            return
        if len(unread) > UNREAD_KEPT:
            more = len(unread) - UNREAD_KEPT
            self.warn(f"{file.path}: {more:,} more things in it could not be read")
        if unread or path in self.known_unread:
            set_unread(self.collection, path, unread[:UNREAD_KEPT])
        if end.sha256:  # else it could not even be opened
            state = FileState(path, end.size, end.modified_ns, end.sha256)
            storing.finish(state, is_whole=end.is_whole)

    def _origin_of(self, file: SeedFile) -> Origin:
        if self._origin is None or self._origin.file is not file:
            self._origin = Origin.of(file)
        return self._origin

    def _to_read(self, files: Sequence[SeedFile]) -> Iterator[SeedFile]:
        """Yield the files that are new or changed; the others are done with that."""
        for file in files:
            path = file_path(file)
            known = file_state(self.collection, path)
            if known is not None and _is_unchanged(file, known):
                self._unchanged.add(path)
                self.counts.unchanged += len(stored_from(self.collection, path))
                self.bar.advance()
            else:
                yield file

    def _unreadable(self, line: str) -> None:
        """Tell what could not be read; of a file with very many such things the first ones."""
        self.counts.problems += 1
        self._unread.append(line)
        if len(self._unread) <= UNREAD_KEPT:
            self.warn(line)


def _is_unchanged(file: SeedFile, known: FileState) -> bool:
    """Tell whether a file is as it was read; one that cannot be looked at is to be read."""
    try:
        status = file.path.stat()
        if status.st_size != known.size:
            return False
        return status.st_mtime_ns == known.modified_ns or sha256_of(file.path) == known.sha256
    except OSError:
        return False
