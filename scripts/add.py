"""``marsad add``: read, clean, split, encode, store."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from .ingest import Counts, add_paths
from .main import FAILED, NOTHING
from .options import encoder_options
from .session import Wanted


@click.command("add")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path, allow_dash=True))
@encoder_options
@click.pass_obj
def command(folder: Path, paths: tuple[Path, ...], wanted: Wanted) -> None:
    """Read articles from files and folders (- for standard input) into the collection.

    Unchanged files are skipped and changed ones replaced. What cannot be read is named
    on stderr, and everything else goes in. Exits with 1 when something could not be
    read, with 3 when there was nothing to read.
    """
    counts = add_paths(folder, paths, wanted=wanted, warn=_warn)
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
    if counts.problems:
        parts.append(f"{counts.problems} could not be read")
    return ", ".join(parts) + f", in {counts.seconds:.1f} s"
