"""``marsad themes``: what the collection is about."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.text import Text

from ..index import Collection, Outside, Selection, log
from ..index.own_themes import ThemeCheck
from ..index.parts import Part
from .about import themes_of
from .filtering import filtered, selection_options
from .forms import Form, theme_form
from .group_log import emit_log
from .main import NOTHING
from .options import format_option, own_themes_option
from .output import counted, emit, note
from .own_themes import own_themes_of

_HEADER = (
    "id", "name", "keywords", "origin", "documents", "passages", "languages", "language_mixing",
    "cohesion", "separation", "stability",
)  # fmt: skip


@click.command("themes")
@click.option(
    "--count", type=click.IntRange(min=1), help="How many groups to make; chosen if left out."
)
@own_themes_option
@click.option("--reader-language", "reader", metavar="CODE", help="Name themes in this language.")
@click.option("--log", "logged", is_flag=True, help="Say what became of themes from run to run.")
@selection_options
@format_option
@click.pass_obj
def command(
    folder: Path,
    count: int | None,
    file: str | None,
    reader: str | None,
    logged: bool,
    selection: Selection,
    format_: str,
) -> None:
    """Group what the documents are about, across languages, and name the groups.

    A theme keeps its id when articles are added or taken out: each run on the whole collection
    is compared with the last one, and --log tells which themes are new, split, merged or ended.
    Own themes are given with --themes: a file of names, descriptions and example sentences in any
    language. They come first, and the found ones cover the rest; how well the examples define
    each is said on stderr. What is in no theme is said on stderr, with the reason. Exits with 3
    when there are no themes.
    """
    with Collection.open(folder) as collection:
        if logged:
            emit_log(log(collection, "theme"), format_)
            return
        own = own_themes_of(collection, file) if file else []
        selection = filtered(collection, selection)
        found = themes_of(collection, selection, count=count, own=own, reader=reader)
    emit(
        (_as_read(theme_form(theme), reader) for theme in found.themes),
        format_,
        header=_HEADER,
        columns=_columns,
        layout=_layout,
    )
    for check in found.checks:
        click.echo(check_line(check), err=True)
    for outside in found.outside:
        click.echo(f"outside: {outside_line(outside)}", err=True)
    if not found.themes:
        click.echo("marsad: no two documents here are about the same.", err=True)
        for pair in found.nearest:
            click.echo(f"most alike: {_title(pair.first)} and {_title(pair.second)}, "
                       f"at {pair.similarity:.2f}", err=True)  # fmt: skip
        sys.exit(NOTHING)


def _as_read(theme: Form, reader: str | None) -> Form:
    """Call a theme by its name in the reader's language, if it has one."""
    return {**theme, "name": theme["names"].get(reader, theme["name"])}


def _title(part: Part) -> str:
    document = part.passages[0].document
    return f"{part.id} {document.title or document.path}"


def check_line(check: ThemeCheck) -> str:
    """Say how well the examples define an own theme, and what is odd about them."""
    told = ["nothing here is about it"]
    if check.parts:
        told = [f"{counted(check.parts, 'part')} first of all about it"]
    if check.score is not None:
        told.append(f"its examples define it at {check.score:.2f}")
    told += [f"odd example: {example}" for example in check.odd]
    told += [f"means the same as {name}" for name in check.same_as]
    return f"own theme {check.name}: " + "; ".join(told)


def outside_line(outside: Outside) -> str:
    """Say which stretch is outside all themes, and why."""
    first, last = outside.part.passages[0], outside.part.passages[-1]
    name = first.document.title or first.document.path
    return f"{first.document.id}:{first.position}-{last.position} {name}: {outside.reason}"


def _columns(theme: Form) -> list[dict[str, Any]]:
    return [
        {
            "id": theme["id"],
            "name": theme["name"],
            "keywords": "; ".join(theme["keywords"]),
            "origin": theme["origin"],
            "documents": " ".join(document["id"] for document in theme["documents"]),
            "passages": theme["passages"],
            "languages": " ".join(f"{code}:{n}" for code, n in theme["languages"].items()),
            "language_mixing": theme["language_mixing"],
            "cohesion": theme["cohesion"],
            "separation": theme["separation"],
            "stability": theme["stability"],
        }
    ]


def _layout(console: Console, number: int, theme: Form) -> None:
    languages = ", ".join(f"{code} {n}" for code, n in theme["languages"].items())
    head = Text.assemble(
        (f"{number:>2}. {theme['name']}", "bold"),
        (
            f"   {counted(len(theme['documents']), 'document')}, "
            f"{counted(theme['passages'], 'passage')} ({languages})",
            "dim",
        ),
    )
    console.print(head, soft_wrap=True)
    note(console, "keywords: " + ", ".join(theme["keywords"]))
    figures = f"cohesion {theme['cohesion']:.2f}, apart by {theme['separation']:.2f}"
    if theme["stability"] is not None:
        figures += f", found again at {theme['stability']:.2f}"
    note(console, f"{theme['id']}  {'own theme' if theme['origin'] == 'own' else figures}")
    for part in theme["subthemes"]:
        note(console, f"within it: {part['name']}, {len(part['documents'])} documents")
    for document in theme["documents"]:
        console.print(Text(f"    {document['title'] or document['path']}"), soft_wrap=True)
    console.print()
