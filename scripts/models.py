"""``marsad models``: which models are ready here, and making another one ready."""

from __future__ import annotations

from pathlib import Path

import click

from ..embeddings import DEFAULT_MODEL, LanguageMeans, load_model
from ..embeddings.parallel_text import SHIPPED, compute_means, read_parallel
from .progress import progress_bar


@click.group("models")
def command() -> None:
    """Prepare models other than the bundled one."""


@command.command("prepare")
@click.argument("name", default=DEFAULT_MODEL)
@click.option(
    "--parallel",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    default=SHIPPED,
    show_default="the one that ships with marsad",
    help="A folder with a text file for each language, line n saying the same in all.",
)
def prepare(name: str, parallel: Path) -> None:
    """Export the model NAME for this machine, and compute its language means.

    NAME is a sentence-transformers model, by name or folder. Collections that are made
    with it from then on put languages on equal terms, as with the bundled model.
    """
    encoder = load_model(name)
    click.echo(f"{name}: {encoder.dimension} dimensions, {encoder.runtime}", err=True)
    if LanguageMeans.for_model(name, encoder.dimension).languages and parallel == SHIPPED:
        click.echo("Its language means ship with marsad.", err=True)
        return
    lines = read_parallel(parallel)
    total = 2 * sum(map(len, lines.values()))
    with progress_bar("Encoding parallel text", total) as bar:
        means = compute_means(encoder, lines, source=parallel.name, progress=bar.advance)
    path = means.keep(encoder.fingerprint)
    click.echo(f"Means of {len(lines)} languages are kept in {path}", err=True)
