"""``marsad add``: read, clean, split, encode, store."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ..seeds import Constants, Fields
from .explain import COLUMNS, columns, explained, layout
from .ingest import add_paths
from .main import FAILED, NOTHING
from .options import constant_option, encoder_options, field_options, format_option
from .output import emit
from .session import Wanted
from .storing import Counts


@click.command("add")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path, allow_dash=True))
@click.option(
    "--explain",
    is_flag=True,
    help="Show what would be made of each paragraph, and why; store nothing.",
)
@format_option
@field_options
@constant_option
@encoder_options
@click.pass_obj
def command(
    folder: Path,
    paths: tuple[Path, ...],
    explain: bool,
    format_: str,
    fields: Fields,
    constants: Constants,
    wanted: Wanted,
) -> None:
    """Read articles from files and folders (- for standard input) into the collection.

    Text, saved pages, PDF, Word, EPUB, mail, feeds, JSON, CSV, Excel, Parquet, WARC, and
    archives of these are told by their content. Files of records need to know which field
    holds the text; what is not named is guessed from the names, and said, and at the end how
    many titles, dates and addresses were found. What files do not say is set for all of them,
    as in --set source="Al Jarida" --set language=ar.

    Unchanged files are skipped and changed ones replaced; the same article by another path is
    not stored twice. What cannot be read is named on stderr, and everything else goes in.
    Exits with 1 when something could not be read, with 3 when there was nothing to read.
    """
    if explain:
        counts = Counts()
        forms = explained(
            folder, paths, wanted=wanted, fields=fields, constants=constants, counts=counts,
            warn=_warn,
        )  # fmt: skip
        emit(forms, format_, header=COLUMNS, columns=columns, layout=layout)
    else:
        counts = add_paths(
            folder, paths, wanted=wanted, fields=fields, constants=constants, warn=_warn
        )
        click.echo(_line(counts), err=True)
    if counts.problems:
        sys.exit(NOTHING if counts.nothing_read else FAILED)
    if counts.nothing_read:
        sys.exit(NOTHING)


def _warn(line: str) -> None:
    click.echo(f"marsad: {line}", err=True)


def _line(counts: Counts) -> str:
    parts = [
        f"{counts.added} added ({counts.passages} passages)",
        f"{counts.replaced} replaced",
        f"{counts.unchanged} unchanged",
    ]
    others = {
        "pieces of pages": counts.glued,
        "known by another path": counts.places,
        "no longer in their file": counts.removed,
        "could not be read": counts.problems,
    }
    parts += [f"{number} {what}" for what, number in others.items() if number]
    return ", ".join(parts) + f", in {counts.seconds:.1f} s"
