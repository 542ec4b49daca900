"""Where ``marsad dedup`` writes: aside first, so that a file is there whole or not at all."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import signal
import tempfile
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

import click

from ..forms import Form

# Of what cannot be read so many are named.
_MOST_NAMED = 10


class Notes:
    """Says on stderr what could not be read, and keeps count.

    Parameters
    ----------
    fate : str
        What becomes of a record that cannot be read.

    Attributes
    ----------
    unreadable : int
        Records, or files of text.
    failed : list of str
        Files that could not be read (to their end).
    emptied : int
        Records and files of which nothing remained.
    """

    def __init__(self, fate: str = "kept as it is") -> None:
        self._fate = fate
        self.unreadable = self.emptied = 0
        self.failed: list[str] = []

    def cannot_read(self, place: str, why: object) -> None:
        """Name a record that cannot be read."""
        self.unreadable += 1
        if self.unreadable <= _MOST_NAMED:
            self.say(f"{place} is {self._fate}: {why}")

    def cannot_open(self, name: str, why: object) -> None:
        """Name a file that cannot be read (any further)."""
        self.failed.append(name)
        self.say(str(why))

    def nothing_remained(self, place: str) -> None:
        """Name a record that is left out because all of its paragraphs are."""
        self.emptied += 1
        if self.emptied <= _MOST_NAMED:
            self.say(f"{place} is left out: nothing remained of its text")

    def close(self) -> None:
        """Say how many were not named."""
        for count, what in (
            (self.unreadable, f"each {self._fate}"),
            (self.emptied, "of whose text nothing remained"),
        ):
            if count > _MOST_NAMED:
                self.say(f"and {count - _MOST_NAMED} more, {what}")

    def say(self, line: str) -> None:
        """Print a line."""
        click.echo(f"marsad: {line}", err=True)


def removed_file(output: Path) -> Path:
    """Return the name of the file that says what was left out of a file or folder."""
    name = output.name.removesuffix(".gz")
    suffix = Path(name).suffix
    is_table = suffix in (".json", ".jsonl", ".ndjson", ".csv", ".tsv", ".parquet")
    return output.with_name(f"{name.removesuffix(suffix) if is_table else name}.removed.jsonl")


@contextmanager
def replaced(output: Path, removed: Path) -> Iterator[tuple[Path, Path]]:
    """Give two paths to write to, and put them in place of `output` and `removed` at the end.

    If anything goes wrong, or is stopped, what was there before stays.
    """
    pair = output.with_name(output.name + ".writing"), removed.with_name(removed.name + ".writing")
    try:
        for path in pair:
            _discard(path)
        yield pair
        if output.is_dir() and pair[0].is_dir():
            output.rmdir()  # it is empty: that was asked before
        pair[1].replace(removed)
        pair[0].replace(output)
    except OSError as error:
        raise click.FileError(str(error.filename or output), error.strerror) from None
    finally:
        for path in pair:
            _discard(path)


def write_forms(path: Path, forms: Iterable[Form]) -> None:
    """Write JSON Lines with real letters; half a character as its escape."""
    with path.open("wb") as file:
        for form in forms:
            line = json.dumps(form, ensure_ascii=False) + "\n"
            file.write(line.encode("utf-8", "backslashreplace"))


@contextmanager
def opened(path: Path, *, packed: bool) -> Iterator[BinaryIO]:
    """Open a file to be written, with gzip if it is to be packed."""
    with path.open("wb") as file:
        if not packed:
            yield file
            return
        with gzip.GzipFile("", "wb", compresslevel=6, fileobj=file, mtime=0) as packer:
            yield cast(BinaryIO, packer)


@contextmanager
def workplace(output: Path | None) -> Iterator[Path]:
    """Make a folder for what has to wait, in $TMPDIR or beside the output, and remove it.

    Whoever ends the process in an orderly way (SIGTERM) stops it as a person does.
    """
    beside = output.absolute().parent if output is not None else None
    where = None if os.environ.get("TMPDIR") or beside is None else beside
    try:
        folder = tempfile.TemporaryDirectory(prefix=".marsad-dedup-", dir=where)
    except OSError as error:
        raise click.FileError(str(where or "$TMPDIR"), error.strerror) from None
    with folder as name, _stopped_by_signal():
        yield Path(name)


@contextmanager
def _stopped_by_signal() -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _discard(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
