"""``marsad stories``: articles that tell the same event."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.text import Text

from ..index import Collection, Selection, log
from .about import stories_of
from .filtering import filtered, selection_options
from .forms import Form, story_form
from .group_log import emit_log
from .main import NOTHING
from .options import format_option
from .output import counted, emit, note

_HEADER = ("id", "headline", "first", "last", "languages", "documents")


@click.command("stories")
@click.option(
    "--least",
    type=click.IntRange(min=1),
    default=2,
    show_default=True,
    help="Leave out stories of fewer articles.",
)
@click.option("-n", "--limit", type=click.IntRange(min=1), help="Show so many stories.")
@click.option("--log", "logged", is_flag=True, help="Say what became of stories from run to run.")
@selection_options
@format_option
@click.pass_obj
def command(
    folder: Path, least: int, limit: int | None, logged: bool, selection: Selection, format_: str
) -> None:
    """Group the articles that tell the same event, across languages.

    Most articles first, then by date. A story keeps its id when articles are added: each run on
    the whole collection is compared with the last one, and --log tells which are new, split,
    merged or ended. Exits with 3 when no two articles tell the same.
    """
    with Collection.open(folder) as collection:
        if logged:
            emit_log(log(collection, "story"), format_)
            return
        stories = stories_of(collection, filtered(collection, selection))
        found = [story for story in stories if len(story.members) >= least]
    emit(map(story_form, found[:limit]), format_, header=_HEADER, columns=_columns, layout=_layout)
    if not found:
        click.echo("marsad: no two articles here tell the same event.", err=True)
        sys.exit(NOTHING)


def _columns(story: Form) -> list[dict[str, Any]]:
    return [
        {
            "id": story["id"],
            "headline": story["headline"]["text"],
            "first": story["first"],
            "last": story["last"],
            "languages": " ".join(f"{code}:{n}" for code, n in story["languages"].items()),
            "documents": " ".join(document["id"] for document in story["documents"]),
        }
    ]


def _layout(console: Console, number: int, story: Form) -> None:
    headline = " ".join(story["headline"]["text"].split())
    days = " to ".join(dict.fromkeys(day for day in (story["first"], story["last"]) if day))
    told = counted(len(story["documents"]), "article") + (f", {days}" if days else "")
    console.print(
        Text.assemble((f"{number:>2}. {headline}", "bold"), (f"   {told}", "dim")), soft_wrap=True
    )
    note(console, story["id"])
    for document in story["documents"]:
        where = " · ".join(part for part in (document["source"], document["published"]) if part)
        title = document["title"] or document["path"]
        console.print(Text(f"    {title}").append(f"  {where}", style="dim"), soft_wrap=True)
    console.print()
