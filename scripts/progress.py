"""A progress bar on stderr, with rate and time left, when stderr is a terminal."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TaskID,
    TextColumn,
)
from rich.text import Text

# How many bytes reading goes ahead of storing at most: two small files of records.
_AHEAD = 4 << 20


class Bar:
    """Counts what is done; silent where no bar can be drawn."""

    def __init__(self, progress: Progress, task: TaskID) -> None:
        self._progress, self._task = progress, task
        self._passages, self._began = 0, time.monotonic()
        self._read = self._files = self._articles = self._shown = 0

    def advance(self, count: int = 1) -> None:
        """Say that `count` more are done."""
        self._progress.advance(self._task, count)

    def read(self, size: int) -> None:
        """Say that bytes of files are read, which are not done before they are stored."""
        self._read += size

    def taken(self, size: int) -> None:
        """Say that an article of so many bytes is to be stored."""
        self._articles += size

    def finished(self, size: int) -> None:
        """Say that all articles of a file of so many bytes are to be stored."""
        self._files += size
        self._articles = 0

    def stored(self) -> None:
        """Say that all articles that were taken are stored.

        Reading goes ahead of that, so that the articles tell how far a file is done; where it
        holds much else, or is packed, what was read does.
        """
        done = max(min(self._read, self._files + self._articles), self._read - _AHEAD)
        self.advance(max(0, done - self._shown))
        self._shown = max(done, self._shown)

    def skip(self, count: int) -> None:
        """Say that `count` less are to be done than was said."""
        total = self._progress.tasks[self._task].total
        self._progress.update(self._task, total=None if total is None else total - count)

    def encoded(self, passages: int) -> None:
        """Say that so many more passages are encoded, for the rate."""
        self._passages += passages
        rate = self._passages / max(0.001, time.monotonic() - self._began)
        self._progress.update(self._task, rate=f"{rate:.0f} passages/s")

    @contextmanager
    def step(self, what: str) -> Iterator[None]:
        """Show what is being done after all is counted, and for how long, while the block runs."""
        self._progress.update(self._task, visible=False)
        task = self._progress.add_task(what, total=None, rate="")
        try:
            yield
        finally:
            self._progress.remove_task(task)


class _Left(ProgressColumn):
    """The time left, by how long all that is done has taken: a mean that does not jump.

    It counts down between two steps. Where it is not known how much there is to do, it is the
    time that has gone by.
    """

    max_refresh = None

    def __init__(self) -> None:
        super().__init__()
        self._done: dict[TaskID, tuple[float, float]] = {}  # how much, and the whole time for all

    def render(self, task: Task) -> Text:
        """Return the time as text."""
        taken = task.elapsed or 0.0
        if task.total is None:
            return Text(f"{_shown(taken)} so far")
        done, whole = self._done.get(task.id, (0.0, 0.0))
        if task.completed != done:
            whole = taken / task.completed * task.total
            self._done[task.id] = task.completed, whole
        return Text(f"{_shown(max(0.0, whole - taken))} left" if task.completed else "")


def _shown(seconds: float) -> str:
    minutes, seconds = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}"


@contextmanager
def progress_bar(what: str, total: int | None, *, in_bytes: bool = False) -> Iterator[Bar]:
    """Show a bar while the block runs.

    Parameters
    ----------
    what : str
    total : int or None
        How much there is to do; None where that is not known.
    in_bytes : bool, default False
        Whether that is counted in bytes.
    """
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn() if in_bytes else MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        _Left(),
    )
    with Progress(
        *columns,
        console=console,
        disable=not console.is_terminal,
        transient=True,
    ) as progress:
        yield Bar(progress, progress.add_task(what, total=total, rate=""))
