"""Parsers in processes of their own, which may hang, crash or want too much memory.

Every call is bounded in time, and every process in memory where the system can do that. What goes
wrong in there comes back as one line.
"""

from __future__ import annotations

import importlib
import io
import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import CancelledError, TimeoutError
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, BinaryIO, cast

from pebble import ProcessExpired, ProcessFuture, ProcessPool

from .articles import Article, Problem
from .containment import all_of, problem_of
from .errors import SeedError
from .limits import Limits, too_large
from .processes import Context, begin

# Documents after which a worker is made anew, so that what libraries leak stays small.
DOCUMENTS_A_WORKER = 500
# Articles that a stream sends at once, and the letters that they may have together.
CHUNK = 1 << 17
_BATCH = 64
_BATCH_CHARACTERS = 1 << 20
_TOO_MUCH_MEMORY = 77  # the exit code of a worker that has met the bound


class Workers:
    """Processes that documents are given to; they start when first needed.

    Parameters
    ----------
    limits : Limits
    count : int
        How many.
    """

    def __init__(self, limits: Limits, count: int) -> None:
        self.limits, self._count = limits, count
        self._pool: ProcessPool | None = None

    def read(self, parser: str, name: str, *arguments: Any) -> Reading:
        """Have `articles(*arguments)` of a module called in a worker.

        Parameters
        ----------
        parser : str
            The whole name of the module.
        name : str
            How messages call the document.
        """
        return Reading(self, (parser, name, *arguments))

    def schedule(self, job: tuple[Any, ...]) -> tuple[ProcessPool, ProcessFuture]:
        """Give a job to the next worker that is free."""
        if self._pool is None:
            self._pool = ProcessPool(
                max_workers=self._count,
                max_tasks=DOCUMENTS_A_WORKER,
                initializer=begin,
                initargs=(self.limits.memory,),
                context=Context(),
            )
        return self._pool, self._pool.schedule(_all_of, args=job, timeout=self.limits.seconds)

    def stop(self, broken: ProcessPool | None = None) -> None:
        """End the processes, whatever they do; only those of `broken` if it is given."""
        pool = self._pool
        if pool is not None and broken in (None, pool):
            self._pool = None
            pool.stop()
            pool.join()


class Reading:
    """A document that a worker reads."""

    def __init__(self, workers: Workers, job: tuple[Any, ...], *, is_second: bool = False) -> None:
        self._workers, self._job, self._is_second = workers, job, is_second
        self._name: str = job[1]
        self._pool, self._future = workers.schedule(job)

    @property
    def is_done(self) -> bool:
        """Whether `result` returns at once."""
        return self._future.done()

    def result(self) -> list[Article | Problem]:
        """Wait for what the document holds; what went wrong is a `Problem`."""
        limits = self._workers.limits
        try:
            return self._future.result()
        except TimeoutError:
            return [Problem(_too_slow(self._name, limits.seconds))]
        except ProcessExpired as error:
            return [Problem(_died(self._name, error.exitcode, limits.memory))]
        except (BrokenProcessPool, CancelledError):
            # A worker that dies between documents takes the pool with it, and those that wait.
            if self._is_second:
                return [Problem(_died(self._name, 1, limits.memory))]
            self._workers.stop(self._pool)
            return Reading(self._workers, self._job, is_second=True).result()


def stream(
    parser: str, name: str, limits: Limits, source: BinaryIO | Path, *arguments: Any
) -> Iterator[Article | Problem]:
    """Yield what `articles(source, *arguments)` of a module yields in a process of its own.

    For files of any length: the time is bounded for each batch of articles, not for all.

    Parameters
    ----------
    parser, name
        As for `Workers.read`.
    limits : Limits
    source : binary stream or Path
        A stream is read here, as the parser asks for more; a path is opened there.

    Raises
    ------
    SeedError
        If the process dies, or takes too long for the next articles.
    """
    context = Context()
    here, there = context.Pipe()
    process = context.Process(
        target=_send_all,
        args=(there, limits.memory, parser, name, source if isinstance(source, Path) else None,
              arguments),
        daemon=True,
    )  # fmt: skip
    process.start()
    there.close()
    try:
        yield from _received(here, name, limits, source)
    except (EOFError, ConnectionError):
        process.join()
        raise SeedError(_died(name, process.exitcode or 1, limits.memory)) from None
    finally:
        process.kill()
        process.join()
        here.close()


def _received(
    pipe: Connection, name: str, limits: Limits, source: BinaryIO | Path
) -> Iterator[Article | Problem]:
    """Yield what comes, and feed what is asked for, as long as articles come of it."""
    left, fed = limits.seconds, 0
    while True:
        began = time.monotonic()
        if not pipe.poll(max(0.0, left)):
            raise SeedError(_too_slow(name, limits.seconds))
        left -= time.monotonic() - began
        batch = pipe.recv()
        if batch is None:
            return
        if batch:
            yield from batch
            left, fed = limits.seconds, 0
        elif fed > 2 * limits.document:
            raise too_large(f"{name}: an article in it", limits)
        else:
            fed += _feed(pipe, cast(BinaryIO, source))


def _feed(pipe: Connection, source: BinaryIO) -> int:
    """Send the next bytes, or why there are none; return how many."""
    try:
        data = (source.read1 if isinstance(source, io.BufferedReader) else source.read)(CHUNK)
    except SeedError as error:
        pipe.send(error)
        return 0
    pipe.send(data)
    return len(data)


class _Fed(io.RawIOBase):
    """A stream that asks the other end of a pipe for its bytes."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe, self._data = pipe, memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        if not self._data:
            self._pipe.send([])
            data = self._pipe.recv()
            if isinstance(data, SeedError):
                raise data
            self._data = memoryview(data)
        size = min(len(buffer), len(self._data))
        buffer[:size], self._data = self._data[:size], self._data[size:]
        return size


def _all_of(parser: str, name: str, *arguments: Any) -> list[Article | Problem]:
    """Run a parser; what goes wrong in it, of whatever kind, becomes one line."""
    try:
        return list(_guarded(parser, name, arguments))
    except MemoryError:
        os._exit(_TOO_MUCH_MEMORY)


def _send_all(
    pipe: Connection,
    memory: int,
    parser: str,
    name: str,
    path: Path | None,
    arguments: tuple[Any, ...],
) -> None:
    """Send articles in batches; an empty one asks for more of the source, None is the end."""
    begin(memory)
    batch: list[Article | Problem] = []
    size = 0
    for item in _guarded(parser, name, arguments, path or io.BufferedReader(_Fed(pipe), CHUNK)):
        batch.append(item)
        size += len(item.text) if isinstance(item, Article) else 0
        if len(batch) == _BATCH or size > _BATCH_CHARACTERS:
            pipe.send(batch)
            batch, size = [], 0
    if batch:
        pipe.send(batch)
    pipe.send(None)


def _guarded(
    parser: str, name: str, arguments: tuple[Any, ...], source: BinaryIO | Path | None = None
) -> Iterator[Article | Problem]:
    """Yield what a parser yields, and as its end what it raises."""
    passing = (MemoryError,)
    try:
        yield from all_of(_parsed(parser, arguments, source), name, passing=passing, parsing=True)
    except MemoryError:
        os._exit(_TOO_MUCH_MEMORY)  # what is left of the memory is in pieces
    except SystemExit as error:  # a parser library may raise anything
        yield problem_of(error, name, parsing=True)


def _parsed(
    parser: str, arguments: tuple[Any, ...], source: BinaryIO | Path | None
) -> Iterator[Article | Problem]:
    opened = source.open("rb") if isinstance(source, Path) else source
    given = (opened, *arguments) if opened else arguments
    yield from importlib.import_module(parser).articles(*given)


def _too_slow(name: str, seconds: float) -> str:
    return (
        f"{name} took longer than {seconds:g} s to read and was left out. Split it, or save it "
        "in a simpler format."
    )


def _died(name: str, code: int, memory: int) -> str:
    kill = getattr(signal, "SIGKILL", None)
    if code == _TOO_MUCH_MEMORY or (kill and code == -kill):
        return (
            f"{name} needs too much memory to read (more than {memory >> 20:,} MiB) and was left "
            "out. Split it, or save it in a simpler format."
        )
    how = f"signal {-code}" if code < 0 else f"exit code {code}"
    return f"{name} made its parser crash ({how}) and was left out. Open and save it anew."
