"""New processes for work that may go wrong: bounded in memory, silent, ended with their parent.

The program's own main file is not run again in them, so that a script needs no guard around
what it does; and Ctrl-C is for the parent alone, which ends them.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing import spawn
from multiprocessing.context import SpawnContext
from typing import Any

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]

_PREPARE = spawn.get_preparation_data
_PREPARING = threading.Lock()


class _Process(multiprocessing.context.SpawnProcess):
    """A new interpreter that does not run the main file of this one, and hears no Ctrl-C."""

    @staticmethod
    def _Popen(process_obj: Any) -> Any:
        with _without_main(), _without_interrupts():
            return multiprocessing.context.SpawnProcess._Popen(process_obj)


class Context(SpawnContext):
    Process = _Process


@contextmanager
def _without_main() -> Iterator[None]:
    """Leave the main file out of what this thread prepares new processes with."""
    thread = threading.get_ident()

    def prepared(name: str) -> dict[str, Any]:
        data = _PREPARE(name)
        if threading.get_ident() == thread:
            data.pop("init_main_from_name", None)
            data.pop("init_main_from_path", None)
        return data

    with _PREPARING:
        spawn.get_preparation_data = prepared
        try:
            yield
        finally:
            spawn.get_preparation_data = _PREPARE


@contextmanager
def _without_interrupts() -> Iterator[None]:
    """Block SIGINT while a process is made, which inherits that from its first instant."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def begin(memory: int) -> None:
    """Set a worker up: bounded, silent, ended with its parent and without asking."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)
    logging.disable()
    warnings.simplefilter("ignore")
    if resource is not None:
        with suppress(ValueError, OSError):  # macOS knows the name and refuses to set it
            resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)
