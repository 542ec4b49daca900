"""From paths to the collection: the work behind ``marsad add``."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from ..embeddings import CachedEncoder
from ..index import (
    Collection,
    FileState,
    compare_texts,
    file_state,
    learn_boilerplate,
    stored_from,
)
from ..index.exchange.manifest import sha256_of
from ..seeds import (
    ALL_FIELDS,
    NO_CONSTANTS,
    STDIN,
    Article,
    Constants,
    Fields,
    Finished,
    Found,
    Origin,
    Problem,
    Reader,
    SeedFile,
    contained,
    file_path,
    find_files,
    printable,
)
from .language_means import refresh_means
from .progress import Bar, progress_bar
from .session import Wanted, open_or_create
from .storing import OF_ALL, Counts, Storing
from .telling import Telling

_Item = tuple[SeedFile, Article | Problem | Finished]


def add_paths(
    folder: Path,
    paths: Sequence[Path],
    *,
    wanted: Wanted,
    fields: Fields = ALL_FIELDS,
    constants: Constants = NO_CONSTANTS,
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
    constants : Constants
        What is set for all articles. With it, or with fields that are named, files are read
        again that did not change, since it may be about them.
    warn : callable
        Gets one line for each file that could not be read or was read with doubt.
    """
    began = time.monotonic()
    counts, telling = Counts(), Telling(warn)
    found = files_under(paths, telling)
    has_stdin = any(str(path) == "-" for path in paths)
    if found.files or has_stdin:
        _add(folder, found.files, has_stdin, wanted, (fields, constants), counts, telling)
    telling.summary()
    counts.problems = telling.problems
    counts.seconds = time.monotonic() - began
    return counts


def _add(
    folder: Path,
    files: Sequence[SeedFile],
    has_stdin: bool,
    wanted: Wanted,
    said: tuple[Fields, Constants],
    counts: Counts,
    telling: Telling,
) -> None:
    """Read and store, and bring up to date what follows from what is stored."""
    collection, model_encoder = open_or_create(folder, wanted)
    total = None if has_stdin else sum(map(_size, files))
    with (
        collection,
        progress_bar("Adding articles", total, in_bytes=True) as bar,
        Reader(said[0], passed=bar.read, constants=said[1]) as reader,
    ):
        before = collection.highest_row()
        telling.known(collection)
        anew = said != (ALL_FIELDS, NO_CONSTANTS)
        run = _Run(collection, reader, counts, bar, telling, anew)
        storing = Storing(collection, CachedEncoder(model_encoder), counts, bar, telling)
        run.files(storing, files)
        if has_stdin:
            stdin = SeedFile(Path(STDIN))
            run.items(storing, ((stdin, item) for item in reader.read_bytes(sys.stdin.buffer)))
            storing.flush()
        run.files(storing, run.forgotten(files))
        _follow(collection, before, bar, telling)


def _follow(collection: Collection, before: int, bar: Bar, telling: Telling) -> None:
    """Bring up to date what follows from what is stored; a fault there leaves that as it is."""
    steps: list[tuple[str, Callable[[], object]]] = [
        ("Averaging languages", lambda: refresh_means(collection)),
        ("Updating the index", collection.save_index),
    ]
    if collection.highest_row() > before:
        steps += [
            ("Comparing texts", lambda: compare_texts(collection)),
            ("Finding boilerplate", lambda: learn_boilerplate(collection, since=before)),
        ]
    for what, step in steps:
        name = f"{what}: all articles are stored, but this"
        with bar.step(what), contained(name, partial(telling.unread, ""), passing=OF_ALL):
            step()


def files_under(paths: Sequence[Path], telling: Telling) -> Found:
    """List the files that are meant, and say what is passed over."""
    found = find_files([path for path in paths if str(path) != "-"])
    for line in found.problems:
        telling.unread(line, Problem(line))
    telling.passed_over(found.passed_over)
    if found.ignored:
        telling.warn(f"{found.ignored} files and folders were left out, as .marsadignore says")
    return found


def _size(file: SeedFile) -> int:
    """Return the bytes of a file; 0 where its reader will say what is wrong with it."""
    try:
        return file.path.stat().st_size
    except OSError:
        return 0


@dataclass
class _Run:
    """One run of ``marsad add``: which files are read, and what they give is handed on."""

    collection: Collection
    reader: Reader
    counts: Counts
    bar: Bar
    telling: Telling
    anew: bool
    _unchanged: set[str] = field(default_factory=set)
    _origin: Origin | None = None

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
                self.telling.unread(file_path(file), item)
            elif isinstance(item, Article):
                self.bar.taken(len(item.text.encode("utf-8", "replace")))
                storing.take(item, self._origin_of(file))
                if item.remark:
                    self.telling.remark(item.remark)
            else:
                self._finish(storing, file, item)

    def _finish(self, storing: Storing, file: SeedFile, end: Finished) -> None:
        path, name = file_path(file), printable(str(file.path))
        self.telling.passed_over(Counter(end.passed_over), f" in {name}")
        self.telling.finished(path, name)
        self.bar.finished(_size(file))
        if end.sha256 and path != STDIN:  # else it was not read to its end
            state = FileState(path, end.size, end.modified_ns, end.sha256)
            storing.finish(state, is_whole=end.is_whole)

    def _origin_of(self, file: SeedFile) -> Origin:
        if self._origin is None or self._origin.file is not file:
            try:
                self._origin = Origin.of(file)
            except OSError:  # it has vanished, which its reader says; what was read of it is sound
                self._origin = Origin(file, file_path(file))
        return self._origin

    def _to_read(self, files: Sequence[SeedFile]) -> Iterator[SeedFile]:
        """Yield the files that are new or changed; the others are done with that."""
        for file in files:
            path = file_path(file)
            known = file_state(self.collection, path)
            if known is not None and not self.anew and _is_unchanged(file, known):
                self._unchanged.add(path)
                self.counts.unchanged += len(stored_from(self.collection, path))
                self.bar.skip(known.size)
            else:
                yield file


def _is_unchanged(file: SeedFile, known: FileState) -> bool:
    """Tell whether a file is as it was read; one that cannot be looked at is to be read."""
    try:
        status = file.path.stat()
        if status.st_size != known.size:
            return False
        return status.st_mtime_ns == known.modified_ns or sha256_of(file.path) == known.sha256
    except OSError:
        return False
