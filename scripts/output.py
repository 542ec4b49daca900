"""Printing forms to stdout: JSON Lines, JSON, CSV, or a layout for the terminal."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.text import Text

from .forms import Form

# The CSV columns that `passage_columns` fills.
PASSAGE_COLUMNS = (
    "id", "language", "text", "position", "start", "end",
    "title", "source", "published", "url", "path",
)  # fmt: skip


def emit(
    forms: Iterable[Form],
    format_: str,
    *,
    header: Sequence[str],
    columns: Callable[[Form], Iterable[dict[str, Any]]],
    layout: Callable[[Console, int, Form], None],
) -> None:
    """Print `forms` to stdout; with none, JSON is an empty list and CSV the header alone.

    Parameters
    ----------
    forms : iterable of dict
    format_ : {"table", "jsonl", "json", "csv"}
    header : sequence of str
        The names of the CSV columns.
    columns : callable
        The CSV lines of a form, each a dict with these names.
    layout : callable
        Prints a form, given its number from 1, to a terminal.
    """
    if format_ == "json":
        print(json.dumps(list(forms), ensure_ascii=False, indent=2))
    elif format_ == "jsonl":
        for form in forms:
            print(json.dumps(form, ensure_ascii=False))
    elif format_ == "csv":
        writer = csv.DictWriter(sys.stdout, header, lineterminator="\n")
        writer.writeheader()
        writer.writerows(line for form in forms for line in columns(form))
    else:
        console = Console(highlight=False, emoji=False, markup=False)
        for number, form in enumerate(forms, start=1):
            layout(console, number, form)


def place(passage: Form) -> str:
    """Say in a few words where a passage stands."""
    document = passage["document"]
    where = [document["source"], document["published"], document["title"] or document["path"]]
    return " · ".join(str(part) for part in where if part) + f" · {passage['id']}"


def print_passage(console: Console, head: str, passage: Form, *, indent: int = 4) -> None:
    """Print a line that says what and where, and the text below it."""
    console.print(Text.assemble((head, "bold"), "  ", (place(passage), "dim")), soft_wrap=True)
    console.print(_indented(passage["text"], indent, console.width))


def note(console: Console, line: str, indent: int = 4) -> None:
    """Print one dim line."""
    console.print(Text(" " * indent + line, style="dim"), soft_wrap=True)


def _indented(text: str, indent: int, width: int) -> Text:
    wrapped = Text(" ".join(text.split())).wrap(Console(width=width), max(20, width - indent))
    return Text("\n").join(Text(" " * indent) + line for line in wrapped)


def write_whole(path: Path, parts: Iterable[str]) -> None:
    """Write text aside, then rename, so that an old file is never left half new."""
    aside = path.with_name(path.name + ".writing")
    try:
        with aside.open("w", encoding="utf-8", errors="replace") as file:
            file.writelines(parts)
        aside.replace(path)
    except OSError as error:
        raise click.FileError(str(path), error.strerror) from None


def passage_columns(passage: Form) -> dict[str, Any]:
    """Return a passage as columns of a CSV line."""
    document = passage["document"]
    return {
        "id": passage["id"],
        "language": passage["language"],
        "text": passage["text"],
        "position": passage["position"],
        "start": passage["start"],
        "end": passage["end"],
        **{name: document[name] for name in ("title", "source", "published", "url", "path")},
    }


def counted(number: int, noun: str) -> str:
    """Say how many there are of a noun that takes an s."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def size(count: float) -> str:
    """Say how much `count` bytes are."""
    for unit in ("B", "KiB", "MiB", "GiB"):
        if count < 1024 or unit == "GiB":
            break
        count /= 1024
    return f"{count:.0f} {unit}" if unit in ("B", "KiB") else f"{count:.1f} {unit}"
