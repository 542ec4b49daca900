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


class Bar:
    """Counts what is done; silent where no bar can be drawn."""

    def __init__(self, progress: Progress, task: TaskID) -> None:
        self._progress, self._task = progress, task
        self._passages, self._began = 0, time.monotonic()
        self._read = 0

    def advance(self, count: int = 1) -> None:
        """Say that `count` more are done."""
        self._progress.advance(self._task, count)

    def read(self, count: int) -> None:
        """Say that `count` more are read, which are not done before they are stored."""
        self._read += count

    def stored(self) -> None:
        """Say that all that was read is done."""
        self.advance(self._read)
        self._read = 0

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

    Where it is not known how much there is to do, the time that has gone by.
    """

    def render(self, task: Task) -> Text:
        taken = task.finished_time if task.finished else task.elapsed
        if task.total is None:
            return Text(f"{_shown(taken or 0)} so far")
        if not taken or not task.completed:
            return Text("")
        return Text(f"{_shown(taken / task.completed * (task.total - task.completed))} left")


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
