"""``marsad compact``: give back the room of what was removed."""

from __future__ import annotations

from pathlib import Path

import click

from ..index import Collection, summary_of
from .output import size


@click.command("compact")
@click.pass_obj
def command(folder: Path) -> None:
    """Rewrite the collection without what was removed or replaced. Searches go on meanwhile."""
    with Collection.open(folder) as collection:
        before = summary_of(collection).bytes
        collection.compact()
        after = summary_of(collection).bytes
    click.echo(f"{folder}: {size(before)} before, {size(after)} now", err=True)
