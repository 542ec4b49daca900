"""``marsad search``: passages that say what a query says."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from rich.console import Console

from ..index import Collection, Hit, Selection, search
from .forms import Form, hit_form
from .main import NOTHING
from .options import search_options
from .output import emit, note, passage_columns, print_passage
from .session import Wanted, encoder_of, query_vector


@click.command("search")
@click.argument("query")
@search_options
@click.pass_obj
def command(
    folder: Path,
    query: str,
    k: int,
    unfold: bool,
    selection: Selection,
    wanted: Wanted,
    format_: str,
) -> None:
    """Find the passages that say what QUERY says, in whatever language they are.

    QUERY is a sentence or a few words; - reads it from standard input. Copies of a
    passage are told once. Exits with 3 when nothing was found.
    """
    text = (sys.stdin.read() if query == "-" else query).strip()
    if not text:
        raise click.BadParameter("the query is empty.", param_hint="QUERY")
    with Collection.open(folder) as collection:
        vector = query_vector(collection, encoder_of(collection, wanted), text)
        hits = search(collection, vector, query=text, k=k, selection=selection, fold=not unfold)
    emit_hits(hits, format_)


def emit_hits(hits: list[Hit], format_: str) -> None:
    """Print hits; with none, say so and leave with the code for it."""
    if not hits:
        click.echo("marsad: nothing was found in this selection.", err=True)
        sys.exit(NOTHING)
    emit(map(hit_form, hits), format_, columns=_columns, layout=_layout)


def _columns(hit: Form) -> list[dict[str, object]]:
    return [{"score": hit["score"], **passage_columns(hit), "copies": len(hit["copies"])}]


def _layout(console: Console, number: int, hit: Form) -> None:
    print_passage(console, f"{number:>2}. {hit['score']:.3f} {hit['language']}", hit)
    if hit["copies"]:
        places = ", ".join(copy["id"] for copy in hit["copies"])
        note(console, f"also at {places}")
    console.print()
