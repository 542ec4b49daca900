"""Runs operations on collections while the disk fails, each in a process of its own.

A script: ``python faults.py FOLDER CASES.json``, or with ``--full-disk`` on a small file system
that only it sees. Prints a line of JSON for each case: what came of it, and what was wrong.
The processes are forks, since starting Python anew for each would take most of the time.
"""

from __future__ import annotations

import errno
import json
import logging
import os
import resource
import shutil
import subprocess
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from conftest import DIMENSION
from marsad.index import Collection, CollectionError, Model, nearest, upkeep
from wholeness import assert_whole, entry_of, error_line, finish_the_job, means_of, text_of

DISK_BYTES = 1_500_000
BEFORE = {f"{n}.txt": text_of(n) for n in range(1, 24)}
REMOVED = ("3.txt", "8.txt", "21.txt")
ADDED = {"2.txt": 102, "9.txt": 109, "30.txt": 130}


def create(folder: Path) -> Collection:
    """Make an empty collection."""
    model = Model("word-hash", "1", DIMENSION)
    return Collection.create(folder, model, means=means_of(0), prompts={})


def make(folder: Path) -> None:
    """Make a collection in which every operation has something to do."""
    with create(folder) as collection:
        collection.add([entry_of("gone.txt", 500)])
        for first in range(1, 24, 4):
            collection.add([entry_of(f"{n}.txt", n) for n in range(first, min(first + 4, 24))])
            if first == 13:
                collection.save_index()
        collection.remove([d.id for d in collection.documents() if d.path == "gone.txt"])


def operate(operation: str, collection: Collection) -> None:
    """Do one of the operations."""
    if operation == "add":
        collection.add([entry_of(path, seed) for path, seed in ADDED.items()])
    elif operation == "remove":
        collection.remove([d.id for d in collection.documents() if d.path in REMOVED])
    elif operation == "means":
        collection.set_means(means_of(1), "1", {})
    else:
        {
            "index": collection.save_index,
            "compact": collection.compact,
            "repair": collection.repair,
        }[operation]()


def after(operation: str) -> dict[str, str]:
    """Return the texts that are in the collection when the operation is done."""
    if operation == "add":
        return {**BEFORE, **{path: text_of(seed) for path, seed in ADDED.items()}}
    return {p: t for p, t in BEFORE.items() if operation != "remove" or p not in REMOVED}


@dataclass
class Fault:
    """How the disk fails: at files of a size, or at the n-th call (or from there on)."""

    limit: int | None = None
    call: str | None = None
    number: int = 1
    lasting: bool = False
    ballast: int | None = None
    _counted: Any = field(default_factory=lambda: count(1))

    def begin(self) -> None:
        """Let it fail from now on, in this process."""
        if self.limit is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (self.limit, resource.RLIM_INFINITY))
        if self.call is not None:
            owner = os if self.call == "fsync" else Path
            real = getattr(owner, self.call)

            def fails(*arguments: Any, **more: Any) -> Any:
                at = next(self._counted)
                if at == self.number or (self.lasting and at > self.number):
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
                return real(*arguments, **more)

            setattr(owner, self.call, fails)


def listen() -> list[str]:
    """Return the list to which all will be added that is told on the log."""
    told: list[str] = []
    listener = logging.Handler()
    listener.emit = lambda record: told.append(record.getMessage())  # type: ignore[method-assign]
    logging.getLogger("marsad").addHandler(listener)
    return told


def attempt(operation: str, fault: Fault, folder: Path, early: bool) -> dict[str, Any]:
    """Do the operation under the fault; return how it ended and what was told."""
    told = listen()
    if early or operation == "create":
        fault.begin()
    try:
        if operation == "create":
            create(folder / "new").close()
            return {"ended": "done", "told": told}
        with Collection.open(folder) as collection:
            if not early:
                fault.begin()
            operate(operation, collection)
    except CollectionError as error:
        return {"ended": "error", "said": error_line(error, folder), "told": told}
    return {"ended": "done", "told": told}


def examine(operation: str, folder: Path, ended: str) -> dict[str, Any]:
    """Hold the collection against what it was and what it should have become."""
    told = listen()
    if operation == "create":
        return examine_new(folder / "new", ended)
    with Collection.open(folder) as collection:
        found = {d.path: collection.text(d.id) for d in collection.documents()}
        assert found == after(operation) or (ended == "error" and found == BEFORE)
        version = collection.means_state.version
        assert version in ("none", "1")
        if ended == "done":
            assert (version == "1") == (operation == "means")
        assert_whole(collection)
    finish_the_job(folder, found)
    assert told == []  # no derived file that is named is missing, or cut short
    return {"changed": found != BEFORE or version == "1"}


def examine_new(folder: Path, ended: str) -> dict[str, Any]:
    """See that a collection was made, or can be made now."""
    assert ended == "error" or Collection.is_in(folder)
    with Collection.open(folder) if Collection.is_in(folder) else create(folder) as collection:
        assert collection.model.dimension == DIMENSION
        assert collection.documents() == []
    finish_the_job(folder, {})
    return {"changed": True}


def in_child(function: Callable[..., dict[str, Any]], *arguments: object) -> dict[str, Any]:
    """Run a function in a fork; return what it returns, or under "wrong" what went wrong."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        try:
            result = function(*arguments)
        except BaseException:  # whatever it is, the test is to show it
            result = {"wrong": traceback.format_exc()}
        with os.fdopen(writing, "w") as out:
            json.dump(result, out)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as inlet:
        text = inlet.read()
    _, status = os.waitpid(child, 0)
    if status or not text:
        return {"wrong": f"the process ended with status {status}"}
    result = json.loads(text)
    assert isinstance(result, dict)
    return result


def run(case: dict[str, Any], base: Path, folder: Path, errors: Path) -> dict[str, Any]:
    """Run one case on a copy of the collection; return what came of it."""
    shutil.copytree(base, folder)
    fault = Fault(**case["fault"])
    ballast = folder.with_suffix(".ballast")
    if fault.ballast is not None:
        room = os.statvfs(folder)
        ballast.write_bytes(bytes(max(0, room.f_bavail * room.f_bsize - fault.ballast)))
    errors.write_text("")
    with errors.open("w") as stream:
        os.dup2(stream.fileno(), 2)
    result = in_child(attempt, case["operation"], fault, folder, case["early"])
    ballast.unlink(missing_ok=True)
    panicked = "panicked" in errors.read_text()
    if panicked and not result.get("told") and result.get("ended") == "done":
        result["wrong"] = "a panic, and nothing told: " + errors.read_text()
    if "Traceback" in errors.read_text():
        result["wrong"] = errors.read_text()
    if "wrong" not in result:
        result.update(in_child(examine, case["operation"], folder, result["ended"]))
    shutil.rmtree(folder)
    return {**result, **case}


def mount_small_disk(place: Path) -> None:
    """Mount a small file system; this process must have a mount namespace of its own."""
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tmpfs", str(place)]
    subprocess.run(command, check=True, capture_output=True)


def main(folder: Path, cases: Path, full_disk: bool) -> None:
    """Run all cases."""
    # Small limits, so that segments are merged and an IVF index is built.
    upkeep.SMALL, upkeep.MANY_SMALL, upkeep.LARGEST = 50, 3, 80
    nearest.EXACT_LIMIT, nearest.CELLS, nearest.SAMPLES_A_CELL = 40, 0.5, 40
    place = folder / "disk"
    if full_disk:
        mount_small_disk(place)
    made = in_child(lambda: make(folder / "base") or {})
    assert not made, made["wrong"]
    for number, case in enumerate(json.loads(cases.read_text())):
        within = place if full_disk else folder
        result = run(case, folder / "base", within / f"case{number}", folder / "errors")
        print(json.dumps(result), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), "--full-disk" in sys.argv)
