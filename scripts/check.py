"""``marsad check``: whether every part of the collection agrees with the others."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ..index import Collection, problems_of, summary_of
from .main import DAMAGED


@click.command("check")
@click.pass_obj
def command(folder: Path) -> None:
    """Verify the database, the vector files and the texts. Exits with 5 on damage."""
    with Collection.open(folder) as collection:
        problems = problems_of(collection)
        summary = summary_of(collection)
    for line in problems:
        click.echo(f"marsad: {line}", err=True)
    if problems:
        click.echo(f"{len(problems)} problems. Restore the collection from a copy, or move it "
                   "away and add the articles again.", err=True)  # fmt: skip
        sys.exit(DAMAGED)
    click.echo(f"{folder} is whole: {summary.documents} documents, {summary.passages} passages")
