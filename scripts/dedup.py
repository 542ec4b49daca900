"""``marsad dedup``: the corpus without its copies, and a file that says what went and why."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from ..index import (
    KINDS,
    Collection,
    CopyKind,
    DuplicateGroup,
    StoredPassage,
    find_duplicates,
)
from .forms import Form, copy_form, passage_form
from .main import FAILED
from .output import write_whole


@click.command("dedup")
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The JSON Lines file to write the kept passages to.",
)
@click.option("--kind", "kinds", type=click.Choice(KINDS), multiple=True, help="May be repeated.")
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 when there are copies.")
@click.pass_obj
def command(folder: Path, output: Path | None, kinds: tuple[CopyKind, ...], check: bool) -> None:
    """Write the corpus without its copies, one passage a line.

    Beside FILE.jsonl goes FILE.removed.jsonl: each passage left out, of what kind it
    is, in favour of which passage, with the evidence.
    """
    if output is None and not check:
        raise click.UsageError("Name the file to write with --output FILE.jsonl, or use --check.")
    with Collection.open(folder) as collection:
        passages = collection.passages()
        groups = find_duplicates(collection, kinds or KINDS)
    copies = _copied(groups)
    if check:
        click.echo(f"{len(copies)} copies among {len(passages)} passages", err=True)
        sys.exit(FAILED if copies else 0)
    assert output is not None
    write_deduplicated(output, passages, groups)
    click.echo(
        f"{len(passages) - len(copies)} passages kept in {output}, {len(copies)} copies left out, "
        f"named in {removed_file(output)}",
        err=True,
    )


def write_deduplicated(
    output: Path, passages: list[StoredPassage], groups: list[DuplicateGroup]
) -> None:
    """Write the kept passages to `output` and the others beside it."""
    copies = _copied(groups)
    write_whole(output, _lines(passage_form(p) for p in passages if p.row not in copies))
    write_whole(removed_file(output), _lines(form for group in groups for form in _removed(group)))


def _copied(groups: list[DuplicateGroup]) -> set[int]:
    return {copy.passage.row for group in groups for copy in group.copies}


def removed_file(output: Path) -> Path:
    """Return the name of the file that says what was left out."""
    return output.with_name(f"{output.stem}.removed.jsonl")


def _removed(group: DuplicateGroup) -> Iterable[Form]:
    for copy in group.copies:
        yield {"reason": group.kind, "kept": group.kept.id, **copy_form(group, copy)}


def _lines(forms: Iterable[Form]) -> Iterator[str]:
    return (json.dumps(form, ensure_ascii=False) + "\n" for form in forms)
