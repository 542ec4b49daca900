"""``marsad remove``: take documents out."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from ..index import Collection
from .main import NOTHING


@click.command("remove")
@click.argument("what", nargs=-1, required=True, metavar="ID|PATH...")
@click.pass_obj
def command(folder: Path, what: tuple[str, ...]) -> None:
    """Take documents out of the collection, by id or by the path they were read from.

    A path of a folder takes out all that was read from below it. The files themselves
    stay where they are. Exits with 3 when one of them is not in the collection.
    """
    with Collection.open(folder) as collection:
        states = collection.file_states()
        ids = {state.document for state in states.values()}
        chosen: list[str] = []
        missing = []
        for name in what:
            path = os.path.abspath(name)  # noqa: PTH100
            below = [s.document for p, s in states.items() if p == path or
                     p.startswith(path.rstrip(os.sep) + os.sep)]  # fmt: skip
            found = [name] if name in ids else below
            chosen += found
            if not found:
                missing.append(name)
        removed = collection.remove(list(dict.fromkeys(chosen))) if chosen else 0
        if removed:
            collection.save_index()
    for name in missing:
        click.echo(f"marsad: {name} is not in {folder}.", err=True)
    click.echo(f"{removed} documents removed", err=True)
    if missing:
        sys.exit(NOTHING)
