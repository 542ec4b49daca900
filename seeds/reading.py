"""Files to articles, whatever the files are: each is told by its content and read in its order.

Text is read here; all else goes to workers, a few files at a time, so that both cores are busy
while nothing gets out of order.
"""

from __future__ import annotations

import io
import os
import stat
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO, TypeVar, cast

from . import worker
from .articles import Article, Problem
from .constants import Constants
from .containment import all_of, contained
from .contents import Contents, Waiting
from .errors import SeedError
from .finding import SeedFile, is_utf8, printable
from .limits import Budget, Limits, check_stored
from .places import Place
from .rows import Fields
from .streams import Hashed

STDIN = "<stdin>"
ALL_FIELDS = Fields()
NO_CONSTANTS = Constants()
DEFAULT_LIMITS = Limits()
WORKERS = 2
# Documents that wait in workers for each that is being read there, and things that wait behind.
_AHEAD_A_WORKER = 2
_WAITING = 64

_Tag = TypeVar("_Tag")


@dataclass(frozen=True)
class Finished:
    """The end of a file.

    Attributes
    ----------
    size, modified_ns, sha256 : int, int, str
        Of the file when it was read; 0 and empty where it could not be read to its end.
    is_whole : bool
        Whether all of it was read, without a `Problem`.
    passed_over : mapping
        Ending → number of files inside it that no reader is for.
    """

    size: int
    modified_ns: int
    sha256: str
    is_whole: bool
    passed_over: Mapping[str, int] = field(default_factory=dict)


_Queued = Article | Problem | Waiting | Finished


class Reader:
    """Reads files of all kinds; a context manager, which ends its workers when it is left.

    Parameters
    ----------
    fields : Fields
        The fields of records; those that are not named are guessed.
    limits : Limits
    workers : int
        How many processes read documents. They start when the first one is met.
    passed : callable
        Gets how many bytes of a file have been read, again and again.
    constants : Constants
        What is set for all articles.
    """

    def __init__(
        self,
        fields: Fields = ALL_FIELDS,
        limits: Limits = DEFAULT_LIMITS,
        workers: int = WORKERS,
        passed: Callable[[int], object] = int,
        constants: Constants = NO_CONSTANTS,
    ) -> None:
        self._constants = constants
        self._limits, self._passed = limits, passed
        self._left = 0  # bytes of the file that is being read
        self._workers = worker.Workers(limits, workers)
        self._contents = Contents(fields, limits, self._workers, self._count)
        self._ahead = _AHEAD_A_WORKER * workers

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, *_: object) -> None:
        self._workers.stop()

    def read_all(
        self, files: Iterable[SeedFile]
    ) -> Iterator[tuple[SeedFile, Article | Problem | Finished]]:
        """Yield what files hold, in their order; `Finished` closes each.

        Nothing is raised for a file: what cannot be read is a `Problem`.
        """
        return self._in_order((file, item) for file in files for item in self._file(file))

    def read_bytes(
        self, data: bytes | BinaryIO, name: str = STDIN
    ) -> Iterator[Article | Problem | Finished]:
        """Yield what came without a file, such as standard input, which need not be seekable."""
        stream = io.BytesIO(data) if isinstance(data, bytes) else data
        for _, item in self._in_order((None, item) for item in self._stream(stream, name)):
            yield item

    def _in_order(
        self, queued: Iterable[tuple[_Tag, _Queued]]
    ) -> Iterator[tuple[_Tag, Article | Problem | Finished]]:
        """Go ahead of what is given out while documents wait in the workers."""
        waiting: deque[tuple[_Tag, _Queued]] = deque()
        is_whole = True
        for tag, item in self._released(queued, waiting):
            if isinstance(item, Problem):
                is_whole = False
            if isinstance(item, Finished):
                item, is_whole = replace(item, is_whole=is_whole), True
            elif isinstance(item, Article):
                item = self._constants.applied(item)
            yield tag, item

    def _released(
        self, queued: Iterable[tuple[_Tag, _Queued]], waiting: deque[tuple[_Tag, _Queued]]
    ) -> Iterator[tuple[_Tag, Article | Problem | Finished]]:
        in_workers = 0
        for entry in queued:
            waiting.append(entry)
            in_workers += isinstance(entry[1], Waiting)
            while waiting and (
                _is_ready(waiting[0][1]) or in_workers > self._ahead or len(waiting) > _WAITING
            ):
                tag, item = waiting.popleft()
                in_workers -= isinstance(item, Waiting)
                yield from ((tag, each) for each in _results(item))
        for tag, item in waiting:
            yield from ((tag, each) for each in _results(item))

    def _file(self, file: SeedFile) -> Iterator[_Queued]:
        end = Finished(0, 0, "", False)
        with suppress(OSError):
            self._left = file.path.stat().st_size
        for item in all_of(self._opened(file.path), printable(str(file.path))):
            if isinstance(item, Finished):
                end = item
            else:
                yield item
        self._count(self._left)
        yield end

    def _count(self, size: int) -> None:
        """Say that bytes were read, each once."""
        size = min(size, self._left) if self._left else 0
        self._left -= size
        self._passed(size)

    def _opened(self, path: Path) -> Iterator[_Queued]:
        name = printable(str(path))
        self._check(path, name)
        with path.open("rb", buffering=0) as raw:
            before = os.fstat(raw.fileno())
            yield from self._stream(cast(BinaryIO, raw), name, path, before.st_mtime_ns)
            changed = _change(path, before, os.fstat(raw.fileno()))
        if changed:
            yield Problem(f"{name} {changed} while it was read; what was read of it was kept. Add "
                          "it again when nothing writes to it.")  # fmt: skip

    def _check(self, path: Path, name: str) -> None:
        """Refuse what is not to be opened or not to be read, by what is known before."""
        if not is_utf8(str(path)):
            raise SeedError(f"{name} cannot be read: its name is not UTF-8. Give it another name.")
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise SeedError(f"{name} is neither a file nor a folder. Give a text file.")
        blocks = getattr(status, "st_blocks", None)  # Windows does not tell
        stored = None if blocks is None else 512 * blocks
        check_stored(status.st_size, stored, name, self._limits)

    def _stream(
        self, stream: BinaryIO, name: str, path: Path | None = None, modified_ns: int = 0
    ) -> Iterator[_Queued]:
        hashed = Hashed(stream, self._count)
        passed_over: Counter[str] = Counter()
        ending = path.name if path else ""
        place = Place(name, Budget(self._limits), passed_over, ending, path)
        went_wrong: list[Problem] = []
        found = self._contents.read(cast(BinaryIO, hashed), place)
        with contained(name, went_wrong.append):
            yield from found
        yield from went_wrong
        # What was not read to its end is read again another time, so it needs no hash.
        sha256 = "" if went_wrong else hashed.finish()
        yield Finished(hashed.size, modified_ns, sha256, True, passed_over)


def _change(path: Path, before: os.stat_result, after: os.stat_result) -> str | None:
    """Say what became of a file while it was read."""
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        return "changed"
    try:
        now = path.stat()
    except OSError:
        return "vanished"
    is_same = (now.st_dev, now.st_ino) == (before.st_dev, before.st_ino)
    return None if is_same else "was replaced"


def _is_ready(item: _Queued) -> bool:
    return not isinstance(item, Waiting) or item.reading.is_done


def _results(item: _Queued) -> Iterable[Article | Problem | Finished]:
    if isinstance(item, Waiting):
        return all_of(_waited_for(item), item.place.name)
    return (item,)


def _waited_for(item: Waiting) -> Iterator[Article | Problem]:
    yield from item.result()
