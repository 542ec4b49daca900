"""``marsad check``: whether every part of the collection agrees with the others."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ..index import Collection, derived_problems_of, problems_of, summary_of
from .main import DAMAGED
from .session import encoder_of


@click.command("check")
@click.option(
    "--repair", is_flag=True, help="Make anew what can be: indexes, and lost vectors from texts."
)
@click.pass_obj
def command(folder: Path, repair: bool) -> None:
    """Verify the database, the vectors, the texts and what is derived from them.

    Exits with 5 on damage.
    """
    with Collection.open(folder) as collection:
        damage, derived = problems_of(collection), derived_problems_of(collection)
        if repair and (damage or derived):
            _say([*damage, *derived])
            lost = collection.damaged_segments()
            if lost:
                encoder = encoder_of(collection)
                count = collection.restore_vectors(
                    lost, lambda texts: encoder.encode(texts, prompt="passage")
                )
                click.echo(f"{count} passages were encoded again", err=True)
            collection.repair()
            damage, derived = problems_of(collection), derived_problems_of(collection)
        summary = summary_of(collection)
    _say([*damage, *derived])
    if damage:
        click.echo(
            f"{len(damage)} problems. "
            + ("" if repair else "`marsad check --repair` makes lost vectors and indexes anew. ")
            + "For the rest, restore the collection from a copy, or move it away and add the "
            "articles again.",
            err=True,
        )
    elif derived:
        click.echo("Nothing is lost: `marsad check --repair` makes that anew.", err=True)
    if damage or derived:
        sys.exit(DAMAGED)
    click.echo(f"{folder} is whole: {summary.documents} documents, {summary.passages} passages")


def _say(lines: list[str]) -> None:
    for line in lines:
        click.echo(f"marsad: {line}", err=True)
