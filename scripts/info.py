"""``marsad info``: what is in the collection."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from ..index import Collection, summary_of
from .options import format_option


@click.command("info")
@format_option
@click.pass_obj
def command(folder: Path, format_: str) -> None:
    """Say what is in the collection: documents, passages, languages, model, size."""
    with Collection.open(folder) as collection:
        summary = summary_of(collection)
        facts: dict[str, Any] = {
            "collection": str(folder),
            "model": collection.model.name,
            "fingerprint": collection.model.fingerprint,
            "dimension": collection.model.dimension,
            "language_means": collection.means_state.version,
            **vars(summary),
        }
    if format_ in ("json", "jsonl"):
        print(json.dumps(facts, ensure_ascii=False, indent=2 if format_ == "json" else None))
        return
    for name, value in facts.items():
        if isinstance(value, dict):
            value = ", ".join(f"{key or '(unknown)'} {count}" for key, count in value.items())
        label = name.replace("_", " ")
        text = "" if value is None else str(value)
        click.echo(f"{name},{json.dumps(text)}" if format_ == "csv" else f"{label:<16} {text}")
