"""What became of stories or themes from run to run, printed."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click
from rich.console import Console
from rich.text import Text

from ..index import Logged
from .forms import Form
from .main import NOTHING
from .output import emit

_HEADER = ("run", "event", "id", "others", "name")


def emit_log(logged: Sequence[Logged], format_: str) -> None:
    """Print what became of groups; with nothing, say so and leave with the code for it."""
    emit(
        map(_form, logged),
        format_,
        header=_HEADER,
        columns=lambda form: [_flat(form)],
        layout=_layout,
    )
    if not logged:
        click.echo("marsad: no run has been remembered yet.", err=True)
        sys.exit(NOTHING)


def _form(logged: Logged) -> Form:
    """``{"run","event","id","others","name"}``."""
    event = logged.event
    return {
        "run": logged.run,
        "event": event.kind,
        "id": event.id,
        "others": list(event.others),
        "name": logged.name,
    }


def _flat(form: Form) -> Form:
    return {**form, "others": " ".join(form["others"])}


def _layout(console: Console, _: int, form: Form) -> None:
    told = {"split": " with ", "merged": " into "}.get(form["event"], " ") + ", ".join(
        form["others"]
    )
    line = f"run {form['run']}: {form['event']:<7} {form['id']}{told.rstrip()}"
    console.print(Text.assemble(line, "  ", (form["name"], "dim")), soft_wrap=True)
