"""``marsad boilerplate``: paragraphs that outlets put under their articles, shown and corrected."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from ..index import (
    Boilerplate,
    Collection,
    boilerplate_of,
    learn_boilerplate,
    mark_boilerplate,
)
from .forms import Form, passage_form
from .main import NOTHING
from .options import format_option
from .output import PASSAGE_COLUMNS, emit, note, passage_columns, print_passage

_HEADER = ("state", "articles", "passages", *PASSAGE_COLUMNS)


@click.command("boilerplate")
@click.option("--mark", "marked", multiple=True, metavar="ID", help="It is; may be repeated.")
@click.option("--unmark", "unmarked", multiple=True, metavar="ID", help="It is not.")
@click.option("--learn", is_flag=True, help="Look through the whole collection again.")
@format_option
@click.pass_obj
def command(
    folder: Path, marked: tuple[str, ...], unmarked: tuple[str, ...], learn: bool, format_: str
) -> None:
    """List the paragraphs that recur under unlike articles of one outlet.

    Comment forms, captions, share lines, disclaimers: learned when articles are added, and left
    out of searches, themes and reports. --mark and --unmark take the id of any passage
    (document:position) and hold for that paragraph in that outlet; what was said so is never
    learned otherwise. Nothing is deleted: `marsad search --boilerplate` finds it.
    Exits with 3 when there is none.
    """
    with Collection.open(folder) as collection:
        for ids, is_so in ((marked, True), (unmarked, False)):
            if ids:
                mark_boilerplate(collection, ids, is_so=is_so)
        if learn:
            click.echo(f"{learn_boilerplate(collection)} paragraphs more", err=True)
        found = boilerplate_of(collection)
    emit(map(boilerplate_form, found), format_, header=_HEADER, columns=_columns, layout=_layout)
    if not found:
        click.echo("marsad: no paragraph recurs under unlike articles of one outlet.", err=True)
        sys.exit(NOTHING)


def boilerplate_form(boilerplate: Boilerplate) -> Form:
    """``{"state","source","articles","passages","example":{…passage}}``."""
    return {
        "state": boilerplate.state,
        "source": boilerplate.source or None,
        "articles": boilerplate.articles,
        "passages": boilerplate.passages,
        "example": passage_form(boilerplate.example),
    }


def _columns(form: Form) -> list[dict[str, Any]]:
    example = passage_columns(form["example"])
    return [{**{name: form[name] for name in ("state", "articles", "passages")}, **example}]


def _layout(console: Console, number: int, form: Form) -> None:
    print_passage(console, f"{number:>2}. {form['state']}", form["example"])
    outlet = form["source"] or "an outlet that is not known"
    note(console, f"under {form['articles']} articles of {outlet}, {form['passages']} times")
    console.print()
