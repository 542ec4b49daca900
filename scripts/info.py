"""``marsad info``: what is in the collection."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from ..index import Collection, Place, Unread, places_of, summary_of, unread_of
from .forms import Form
from .options import format_option
from .output import emit


@click.command("info")
@click.option("--places", is_flag=True, help="List where else articles lie, by another path.")
@click.option("--unread", is_flag=True, help="List what could not be read when files were added.")
@format_option
@click.pass_obj
def command(folder: Path, places: bool, unread: bool, format_: str) -> None:
    """Say what is in the collection: documents, passages, languages, model, size."""
    with Collection.open(folder) as collection:
        if places or unread:
            forms = [vars(place) for place in places_of(collection)] if places else []
            forms += [vars(line) for line in unread_of(collection)] if unread else []
            emit(forms, format_, header=_header(places, unread), columns=lambda form: [form],
                 layout=_layout)  # fmt: skip
            return
        facts = _facts(folder, collection)
    if format_ in ("json", "jsonl"):
        print(json.dumps(facts, ensure_ascii=False, indent=2 if format_ == "json" else None))
        return
    for name, text in _lines(facts):
        label = name.replace("_", " ")
        click.echo(f"{name},{json.dumps(text)}" if format_ == "csv" else f"{label:<16} {text}")


def _header(places: bool, unread: bool) -> list[str]:
    """Return the CSV columns of places, of what could not be read, or of both."""
    named = [field.name for field in fields(Place)] if places else []
    named += [field.name for field in fields(Unread)] if unread else []
    return list(dict.fromkeys(named))


def _facts(folder: Path, collection: Collection) -> dict[str, Any]:
    return {
        "collection": str(folder),
        "model": collection.model.name,
        "fingerprint": collection.model.fingerprint,
        "dimension": collection.model.dimension,
        "language_means": collection.means_state.version,
        **vars(summary_of(collection)),
    }


def _lines(facts: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in facts.items():
        if isinstance(value, dict):
            value = ", ".join(f"{key or '(unknown)'} {count}" for key, count in value.items())
        yield name, "" if value is None else str(value)


def _layout(console: Console, _: int, form: Form) -> None:
    """Print a place or a line that was said for a terminal."""
    line = form.get("line") or f"{form['path']}  is {form['document']}"
    console.print(line, soft_wrap=True)
