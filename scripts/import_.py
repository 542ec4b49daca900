"""``marsad import``: a collection from what ``marsad export`` wrote."""

from __future__ import annotations

from pathlib import Path

import click

from ..index import CollectionError
from ..index.exchange import import_collection, read_manifest
from .progress import progress_bar


@click.command("import")
@click.argument("source", type=click.Path(path_type=Path), metavar="FOLDER")
@click.pass_obj
def command(folder: Path, source: Path) -> None:
    """Make the collection from an export, as it was: nothing is encoded anew.

    FOLDER is what `marsad export` wrote. The collection must not exist yet, or be an
    empty folder. Every file is verified, and when something is wrong with one nothing
    is made. Exits with 3 when FOLDER holds no export, with 5 when a file is damaged.
    """
    with progress_bar("Importing passages", read_manifest(source).passages) as bar:
        try:
            manifest = import_collection(source, folder, progress=bar.advance)
        except KeyboardInterrupt:
            raise CollectionError(f"Stopped. Nothing was made at {folder}.") from None
    click.echo(
        f"{manifest.documents} documents, {manifest.passages} passages imported into {folder}",
        err=True,
    )
