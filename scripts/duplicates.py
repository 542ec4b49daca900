"""``marsad duplicates``: repeated paragraphs, by kind, with the evidence."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from ..index import KINDS, Collection, CopyKind, Selection, find_duplicates
from .forms import Form, group_form
from .main import NOTHING
from .options import format_option, selection_options
from .output import emit, note, passage_columns, place, print_passage


@click.command("duplicates")
@click.option("--kind", "kinds", type=click.Choice(KINDS), multiple=True, help="May be repeated.")
@selection_options
@format_option
@click.pass_obj
def command(folder: Path, kinds: tuple[CopyKind, ...], selection: Selection, format_: str) -> None:
    """List groups of repeated paragraphs: the one to keep, its copies, and the evidence.

    Exits with 3 when there are none.
    """
    with Collection.open(folder) as collection:
        groups = find_duplicates(collection, kinds or KINDS, selection=selection)
    if not groups:
        click.echo("marsad: no repeated paragraphs in this selection.", err=True)
        sys.exit(NOTHING)
    emit(map(group_form, groups), format_, columns=_columns, layout=_layout)


def _columns(group: Form) -> Iterator[dict[str, Any]]:
    for copy in group["copies"]:
        yield {
            "kind": group["kind"],
            "kept": group["kept"]["id"],
            "score": copy["score"],
            "evidence": evidence_line(copy["evidence"]),
            **passage_columns(copy),
        }


def _layout(console: Console, number: int, group: Form) -> None:
    head = f"{number:>2}. {group['kind']}, {len(group['copies'])} copies of"
    print_passage(console, head, group["kept"])
    for copy in group["copies"]:
        note(console, f"{copy['score']:.2f}  {place(copy)}")
        note(console, f"      {evidence_line(copy['evidence'])}")
    console.print()


def evidence_line(evidence: Form) -> str:
    """Say the evidence for a copy in one line."""
    if "span" in evidence:
        start, end = evidence["span"]
        where = f"characters {start} to {end}"
        changed = "; ".join(map(_change, evidence["changes"]))
        return f"{where}; {changed}" if changed else where
    if "anchors" in evidence:
        agree = ", ".join(evidence["anchors"])
        line = f"similarity {evidence['similarity']:.2f}, margin {evidence['margin']:.2f}"
        return f"{line}; both say {agree}" if agree else line
    if "differs" in evidence:
        return "differs in " + ", ".join(evidence["differs"]) if evidence["differs"] else "equal"
    return "; ".join(_change(change) for change in evidence["changes"]) or "only letters joined"


def _change(change: Form) -> str:
    kept, copy = _short(change["kept"]), _short(change["copy"])
    if not copy:
        return f"without «{kept}»"
    return f"«{kept}» → «{copy}»" if kept else f"with «{copy}»"


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:28] + " … " + text[-28:]
