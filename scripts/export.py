"""``marsad export``: everything out, in files that other tools read."""

from __future__ import annotations

from pathlib import Path

import click

from ..index import Collection, CollectionError, summary_of
from ..index.exchange import export_collection
from ..index.exchange.tables import FORMATS
from .progress import progress_bar


@click.command("export")
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    metavar="FOLDER",
    help="The folder to make; it must not exist, or be empty.",
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(FORMATS),
    default="parquet",
    show_default=True,
    help="Of the documents and passages.",
)
@click.pass_obj
def command(folder: Path, output: Path, format_: str) -> None:
    """Write everything in the collection to a folder: documents, passages, vectors, means.

    \b
    documents.parquet  every document with its text (or .jsonl)
    passages.parquet   every passage, and the row of its vector (or .jsonl)
    vectors.npy        float16, as the model gave them
    means.npy          float32, what is taken off vectors of each language
    manifest.json      the model, what is there, and the SHA-256 of every file

    `marsad import FOLDER` makes a collection of it again, with the same answers.
    """
    with Collection.open(folder) as collection:
        total = summary_of(collection).passages
        with progress_bar("Exporting passages", total) as bar:
            try:
                manifest = export_collection(collection, output, format_, progress=bar.advance)
            except KeyboardInterrupt:
                raise CollectionError(f"Stopped. Nothing was written to {output}.") from None
    click.echo(
        f"{manifest.documents} documents, {manifest.passages} passages exported to {output}",
        err=True,
    )
