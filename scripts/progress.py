"""A progress bar on stderr, with rate and time left, when stderr is a terminal."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)


class Bar:
    """Counts what is done; silent where no bar can be drawn."""

    def __init__(self, progress: Progress, task: TaskID) -> None:
        self._progress, self._task = progress, task
        self._passages, self._began = 0, time.monotonic()

    def advance(self, count: int = 1) -> None:
        """Say that `count` more are done."""
        self._progress.advance(self._task, count)

    def encoded(self, passages: int) -> None:
        """Say that so many more passages are encoded, for the rate."""
        self._passages += passages
        rate = self._passages / max(0.001, time.monotonic() - self._began)
        self._progress.update(self._task, rate=f"{rate:.0f} passages/s")


@contextmanager
def progress_bar(what: str, total: int | None) -> Iterator[Bar]:
    """Show a bar while the block runs."""
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    with Progress(
        *columns, console=console, disable=not console.is_terminal, transient=True
    ) as progress:
        yield Bar(progress, progress.add_task(what, total=total, rate=""))
