"""``marsad dedup``: a corpus without its copies, and a file that says what went and why."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, get_args

import click
from rich.console import Console
from rich.text import Text

from ..index import KINDS, TEXT_KINDS, Collection, CollectionError, CopyKind, Keeping, Where
from ..index.copies import Pile
from .deduplication.cleaning import (
    Asked,
    Cleaning,
    CollectionCleaning,
    PileCleaning,
    counts_of,
    examples_of,
)
from .deduplication.inputs import FieldNames, are_tables, check_output, source_of
from .deduplication.output import Notes, removed_file, replaced, workplace, write_forms
from .deduplication.sources import By, Source
from .deduplication.stored import Stored
from .duplicates import evidence_line
from .forms import Form
from .main import FAILED
from .options import format_option, keeping_options
from .output import emit, note
from .progress import Bar, progress_bar

_HEADER = ("kind", "copies", "kept", "id", "score", "evidence", "text")


@click.command("dedup")
@click.argument(
    "inputs",
    nargs=-1,
    metavar="[INPUT]...",
    type=click.Path(path_type=Path, allow_dash=True),
)
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    metavar="OUT",
    help="The file to write, of the shape of the input; for files of text a folder.",
)
@click.option("--kind", "kinds", type=click.Choice(KINDS), multiple=True,
              help="exact, near and contained by default; may be repeated.")  # fmt: skip
@keeping_options
@click.option(
    "--against",
    type=click.Path(path_type=Path, exists=True),
    metavar="OTHER",
    help="A collection or files: what is there already is a copy. OTHER stays as it is.",
)
@click.option("--by", type=click.Choice(get_args(By)), default="record", show_default=True,
              help="Of a table: whether a record goes, or paragraphs of its text.")  # fmt: skip
@click.option("--text-field", "text", metavar="NAME", help="Guessed if left out, as the next.")
@click.option("--id-field", "id", metavar="NAME", help="What a record is called; or FILE:LINE.")
@click.option("--date-field", "date", metavar="NAME", help="ISO 8601; the earliest is kept.")
@click.option("--source-field", "source", metavar="NAME", help="The outlet, for --prefer.")
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 when there are copies.")
@click.option("--dry-run", is_flag=True, help="Write nothing; print what would go.")
@format_option
@click.pass_obj
def command(
    folder: Path,
    inputs: tuple[Path, ...],
    output: Path | None,
    kinds: tuple[CopyKind, ...],
    where: Where,
    keeping: Keeping,
    against: Path | None,
    by: By,
    check: bool,
    dry_run: bool,
    format_: str,
    **fields: str | None,
) -> None:
    """Write a corpus without its copies.

    Without INPUT the corpus is the collection, and the output has one passage a line.
    INPUT may be .jsonl, .csv, .tsv (also .gz) or .parquet files of one shape, - for JSON
    Lines from standard input, or files and folders of text. The output has the shape of
    the input, and every record that is kept is written as it was.

    Beside OUT goes OUT.removed.jsonl: each text left out, of what kind of copy it is, in
    favour of which text, with the evidence. What cannot be read is kept as it is, and
    named on stderr. Exits with 1 when a file could not be read.
    """
    if output is None and not (check or dry_run):
        raise click.UsageError(
            "Name the file to write with --output OUT, or use --check or --dry-run."
        )
    asked = Asked(kinds or TEXT_KINDS, where, keeping)
    _check(asked, inputs, against, by)
    if output is not None:
        check_output(output, inputs, against)
    notes = Notes()
    try:
        with ExitStack() as stack:
            job = _Job(stack, folder, FieldNames(**fields), notes, output)
            cleaning = job.cleaning(asked, inputs, against, by)
            if check:
                notes.close()
                click.echo(_found(cleaning), err=True)
            elif dry_run:
                notes.close()
                found = examples_of(cleaning, asked.kinds)
                emit(found, format_, header=_HEADER, columns=_columns, layout=_layout)
            else:
                assert output is not None
                _write(cleaning, output)
                notes.close()
                click.echo(_summary(cleaning, notes, output), err=True)
    except KeyboardInterrupt:
        raise CollectionError("Stopped. Nothing was written.") from None
    except sqlite3.OperationalError as error:
        raise CollectionError(
            f"What has to wait could not be kept ({error}). Set TMPDIR to a folder with more room."
        ) from None
    if notes.failed or (check and cleaning.links):
        sys.exit(FAILED)


class _Job:
    """What is open while the command runs."""

    def __init__(
        self, stack: ExitStack, folder: Path, fields: FieldNames, notes: Notes, output: Path | None
    ) -> None:
        self._stack, self._folder, self._fields = stack, folder, fields
        self._notes, self._output = notes, output

    def cleaning(
        self, asked: Asked, inputs: Sequence[Path], against: Path | None, by: By
    ) -> Cleaning:
        """Read everything, and find the copies."""
        if not inputs and against is None:
            return CollectionCleaning(self._collection(self._folder), asked)
        work = self._stack.enter_context(workplace(self._output))
        pile = self._stack.enter_context(Pile(work))
        if inputs:
            source = source_of(inputs, self._fields, by, self._notes, work)
        else:
            source = Stored(self._collection(self._folder))
        unit: By = by if inputs and are_tables(inputs) else "paragraph"
        there = Notes("passed over")
        other = self._other(against, unit, work, there) if against is not None else None
        cleaning = PileCleaning(pile, source, asked, other)
        there.close()
        if there.failed:
            raise CollectionError(f"Without all of {against} it cannot be told what is new.")
        return cleaning

    def _other(self, path: Path, by: By, work: Path, notes: Notes) -> Source:
        if Collection.is_in(path):
            return Stored(self._collection(path))
        (work / "against").mkdir()
        return source_of([path], self._fields, by, notes, work / "against", must_have=False)

    def _collection(self, folder: Path) -> Collection:
        return self._stack.enter_context(Collection.open(folder))


def _check(asked: Asked, inputs: Sequence[Path], against: Path | None, by: By) -> None:
    """Refuse what does not go together."""
    if "translated" in asked.kinds and (inputs or against is not None):
        raise click.UsageError(
            "Translations are found by vectors, which only a collection has: "
            "leave INPUT and --against out, or --kind translated."
        )
    if asked.where != "within":
        return
    if against is not None:
        raise click.UsageError("--against and --within-document exclude each other.")
    if inputs and are_tables(inputs) and by == "record":
        raise click.UsageError("Within a record are only its paragraphs: add --by paragraph.")


def _write(cleaning: Cleaning, output: Path) -> None:
    with replaced(output, removed_file(output)) as (kept, removed):
        with progress_bar("Saying why", len(cleaning.links)) as bar:
            write_forms(removed, _counted(cleaning.removed(cleaning.links), bar))
        with progress_bar("Writing", None):
            cleaning.write(kept, output)


def _counted(forms: Iterable[Form], bar: Bar) -> Iterator[Form]:
    for form in forms:
        yield form
        bar.advance()


def _by_kind(cleaning: Cleaning) -> str:
    return ", ".join(f"{count:,} {kind}" for kind, count in counts_of(cleaning).items())


def _found(cleaning: Cleaning) -> str:
    kinds = _by_kind(cleaning)
    copies = f"{len(cleaning.links):,} copies among {cleaning.read:,} {cleaning.noun}"
    return f"{copies} ({kinds})" if kinds else copies


def _summary(cleaning: Cleaning, notes: Notes, output: Path) -> str:
    left_out = len(cleaning.links)
    kinds = f" ({_by_kind(cleaning)})" if left_out else ""
    line = (
        f"{cleaning.read:,} {cleaning.noun} read, {cleaning.read - left_out:,} kept in {output}, "
        f"{left_out:,} left out{kinds}, named in {removed_file(output)}"
    )
    if notes.unreadable:
        line += f"; {notes.unreadable:,} that could not be read are kept as they are"
    return line


def _columns(form: Form) -> Iterator[dict[str, Any]]:
    for example in form["examples"] or [{}]:
        yield {
            "kind": form["kind"],
            "copies": form["copies"],
            "kept": example.get("kept"),
            "id": example.get("id"),
            "score": example.get("score"),
            "evidence": evidence_line(example["evidence"]) if example else None,
            "text": example.get("text"),
        }


def _layout(console: Console, _: int, form: Form) -> None:
    console.print(Text(f"{form['kind']}: {form['copies']:,} copies", style="bold"))
    for example in form["examples"]:
        text = " ".join(example["text"].split())
        shown = text if len(text) <= 200 else text[:199] + "…"
        console.print(Text(f"    {shown}"), soft_wrap=True)
        note(console, f"    {example['score']:.2f}  {example['id']}, a copy of {example['kept']}")
        note(console, f"    {evidence_line(example['evidence'])}")
