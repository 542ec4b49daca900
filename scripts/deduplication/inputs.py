"""From what stands on the command line of ``marsad dedup`` to sources."""

from __future__ import annotations

import shutil
import sys
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import click

from ...seeds import SeedError, SeedFile, find_files
from ...seeds.containment import quoted
from ...seeds.formats.field_names import guess_fields
from ...seeds.rows import SAMPLE, Fields, Table
from ...seeds.tables import JsonLines, table_class
from .output import Notes, removed_file
from .shapes import of_one_shape
from .sources import By, Source, Tables
from .texts import TextFiles

STDIN = Path("-")
# Files in folders that can be written again as they lie.
TEXT_ENDINGS = (".txt", ".text", ".md")


@dataclass(frozen=True)
class FieldNames:
    """The names of fields that were given; None for those that are to be guessed."""

    text: str | None = None
    id: str | None = None
    date: str | None = None
    source: str | None = None


def are_tables(inputs: Sequence[Path]) -> bool:
    """Tell whether the inputs are tables, or else files and folders of text.

    Raises
    ------
    click.UsageError
        If they are of several kinds, or of one that is not read.
    """
    kinds = {_is_table(path) for path in inputs}
    if len(kinds) > 1:
        raise click.UsageError("Tables and files of text cannot go into one output; run it twice.")
    return kinds == {True}


def check_output(output: Path, inputs: Sequence[Path], against: Path | None) -> None:
    """Refuse an output that would lie in the place of what is read, or in it, or round it."""
    if not output.name:
        raise click.UsageError(f"{output} is a folder that is there; name what is to be written.")
    _check_places(output, [*inputs, *([] if against is None else [against])])
    if not output.absolute().parent.is_dir():
        raise click.UsageError(f"There is no folder {output.parent} to write {output.name} to.")
    if not inputs:
        if output.is_dir():
            raise click.UsageError(f"{output} is a folder; a file is to be written.")
    elif are_tables(inputs):
        wanted, made = _class_of(inputs[0]), table_class(output)
        if output.is_dir():
            raise click.UsageError(f"{output} is a folder; a file is to be written.")
        if made is not None and wanted is not made:
            raise click.UsageError(
                f"{output} would hold what {inputs[0]} holds, which is {wanted.shape}, not "
                f"{made.shape}. Give it the ending of the input."
            )
    elif table_class(output) is not None:
        raise click.UsageError(f"Of files of text a folder is written; {output} names a file.")
    elif output.exists() and (not output.is_dir() or any(output.iterdir())):
        raise click.UsageError(f"{output} is there already. Name a folder that is not.")


def _check_places(output: Path, inputs: Sequence[Path]) -> None:
    targets = (output.absolute().resolve(), removed_file(output).absolute().resolve())
    for path in inputs:
        given = path.absolute().resolve()
        if path != STDIN and given in targets:
            raise click.UsageError(f"{path} is to be read, and cannot be written to as well.")
        if given.is_dir() and (given in targets[0].parents or targets[0] in given.parents):
            raise click.UsageError(f"{output} and {path} lie within each other. Name another.")


def source_of(
    inputs: Sequence[Path],
    names: FieldNames,
    by: By,
    notes: Notes,
    work: Path,
    *,
    must_have: bool = True,
) -> Source:
    """Make ready to read the inputs.

    Parameters
    ----------
    inputs : sequence of Path
    names : FieldNames
    by : {"record", "paragraph"}
        What is a unit of a table.
    notes : Notes
    work : Path
        A folder for what can be read only once.
    must_have : bool, default True
        Whether the named fields must be there; else those that are not are guessed.
    """
    if not are_tables(inputs):
        return TextFiles(_named(inputs, notes), notes)
    opened = [_table(path, work / f"input-{number}", notes) for number, path in enumerate(inputs)]
    tables = [table for table in opened if table is not None]
    if not tables:
        raise click.ClickException("None of the inputs can be read.")
    if not of_one_shape(tables):
        raise click.UsageError(
            "The inputs have not all the same columns: "
            + "; ".join(f"{table.name}: {_listed(table.names())}" for table in tables[:5])
        )
    return Tables(tables, _fields(tables, names, notes, must_have), by, notes)


def _is_table(path: Path) -> bool:
    return path == STDIN or (table_class(path) is not None and not path.is_dir())


def _class_of(path: Path) -> type[Table]:
    return table_class(path) or JsonLines


def _table(path: Path, spool: Path, notes: Notes) -> Table | None:
    """Open a table; what is no file on a disk is first copied to one, to be read twice."""
    name = "<stdin>" if path == STDIN else str(path)
    table = _class_of(path)(path, name)
    try:
        if path == STDIN:
            _copy(sys.stdin.buffer, spool)
            table.path = spool
        elif path.exists() and not path.is_file() and not path.is_dir():
            with path.open("rb") as source:
                _copy(source, spool)
            table.path = spool
        table.names()
        if table.remark:
            notes.say(table.remark)
    except OSError as error:
        notes.cannot_open(name, f"{name} cannot be read: {error.strerror}.")
    except SeedError as error:
        notes.cannot_open(name, error)
    else:
        return table
    return None


def _copy(source: BinaryIO, spool: Path) -> None:
    with spool.open("wb") as file:
        shutil.copyfileobj(source, file)


def _fields(tables: Sequence[Table], given: FieldNames, notes: Notes, must_have: bool) -> Fields:
    """Choose the fields, from what is given and from what is there."""
    there = list(dict.fromkeys(name for table in tables for name in table.names()))
    if not must_have:
        given = FieldNames(**{k: v if v in there else None for k, v in vars(given).items()})
    for name in vars(given).values():
        if name is not None and there and name not in there:
            raise click.UsageError(
                f"There is no field {quoted(name)!r}; there are {_listed(there)}."
            )
    if not there:
        return Fields(given.text or "text", given.id, given.date, given.source)
    records = [values for table in tables for values in _sample(table)][:SAMPLE]
    try:
        guess = guess_fields(there, Fields(**vars(given)), records)
        # here an id is only what a record is called, so that it may repeat
        id_ = guess.id or guess_fields(there, Fields(guess.text, given.id)).id
    except SeedError as error:
        raise click.UsageError(str(error)) from None
    found = Fields(guess.text, id_, guess.date, guess.source)
    if Fields(**vars(given)) != found:
        notes.say("fields: " + ", ".join(f"{k} {quoted(v)!r}" for k, v in vars(found).items() if v))
    return found


def _sample(table: Table) -> list[dict[str, Any]]:
    """Return the first records; none where reading ends before, which is told when it is read."""
    with suppress(SeedError):
        return table.sample()
    return []


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - 20} more" if len(names) > 20 else ""
    return ", ".join(repr(quoted(name)) for name in names[:20]) + more


def _named(inputs: Sequence[Path], notes: Notes) -> list[tuple[SeedFile, Path]]:
    """Return the files of text, each with its name in the folder that is to be written."""
    folders = sum(1 for path in inputs if path.is_dir())
    found: list[tuple[SeedFile, Path]] = []
    for given in inputs:
        listed = find_files([given])
        for problem in listed.problems:
            notes.cannot_open(str(given), problem)
        files = [f for f in listed.files if f.named or f.path.suffix.lower() in TEXT_ENDINGS]
        count = listed.passed_over.total() + len(listed.files) - len(files)
        if count:
            notes.say(f"{count} files in {given} are no text, and are not taken over.")
        for file in files:
            name = Path(file.path.name)
            if given.is_dir():
                name = file.path.relative_to(given)
                name = given.absolute().name / name if folders > 1 else name
            found.append((file, name))
    if not found:
        raise click.ClickException("None of the inputs can be read.")
    name, count = Counter(name for _, name in found).most_common(1)[0]
    if count > 1:
        clash = " and ".join(str(file.path) for file, other in found if other == name)
        raise click.UsageError(f"{clash} would both be written to {name}. Run this on each alone.")
    return found
