"""``marsad report``: what the collection is about, to be handed on and checked line by line."""

from __future__ import annotations

import json
import os
import shlex
import sys
from collections.abc import Callable
from pathlib import Path

import click

from ..index import Collection, CollectionMissing, Selection
from .filtering import filtered, selection_options
from .forms import Form
from .main import FAILED
from .options import own_themes_option
from .output import write_whole
from .own_themes import own_themes_of
from .reporting import (
    MapSection,
    Material,
    Period,
    Words,
    as_html,
    as_markdown,
    gather,
    languages,
    map_of,
    material_of,
    narrowed,
    verify,
    write_sheets,
)

RENDERINGS: dict[str, Callable[[Form, Words, MapSection | None], str]] = {
    ".html": as_html,
    ".md": lambda report, words, _: as_markdown(report, words),
    ".json": lambda report, *_: json.dumps(report, ensure_ascii=False, indent=1) + "\n",
}


@click.command("report")
@click.option(
    "--output",
    metavar="FILE|FOLDER/",
    help="What to write: .html, .md, .json, or a folder, with / at its end, for CSV files.",
)
@click.option(
    "--reader-language",
    "reader",
    default="en",
    show_default=True,
    metavar="CODE",
    help=f"Language of the report: {', '.join(languages())}; with a region (ar-EG) its digits.",
)
@click.option("--theme", metavar="ID", help="Report on one theme (ids: marsad themes).")
@click.option(
    "--compare",
    metavar="FROM..TO",
    callback=lambda _, __, value: Period.parse(value) if value else None,
    help="Say what is new, grown and gone in this period; TO may be left out.",
)
@click.option(
    "--verify",
    "verified",
    metavar="FILE",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Check every line that a report (.html, .json) quotes against the collection.",
)
@own_themes_option
@selection_options
@click.pass_obj
def command(
    folder: Path,
    output: str | None,
    reader: str,
    theme: str | None,
    compare: Period | None,
    verified: Path | None,
    file: str | None,
    selection: Selection,
) -> None:
    """Write what the collection is about: themes, stories, copies, and what is outside.

    The page holds all it needs and asks no network. Every quoted line carries its place
    (document, position, offsets), and --verify compares all of them with the collection: it
    names those that no longer hold, and exits with 1 if there are any.
    """
    if verified is not None:
        _verify(folder, verified)
        return
    target = _target(output)
    words = Words(reader)
    with Collection.open(folder) as collection:
        own = own_themes_of(collection, file) if file else []
        selection = filtered(collection, selection)
        material = material_of(collection, selection, own, reader=words.language)
        if not material.passages:
            raise CollectionMissing(f"{folder} has no documents in this selection to report on.")
        if theme is not None:
            material = narrowed(material, theme)
        made_with = command_line(folder, output or "", reader, theme, file, selection, compare)
        report = gather(material, reader=words.tag, own=own, period=compare, command=made_with)
        _write(report, words, target, material)
    click.echo(f"The report is in {output}", err=True)


def command_line(
    folder: Path,
    output: str,
    reader: str,
    theme: str | None,
    file: str | None,
    selection: Selection,
    compare: Period | None,
) -> str:
    """Say how the report can be made again, without the folders of this machine."""
    words = ["marsad", "--collection", folder.resolve().name, "report"]
    words += ["--output", Path(output).name + ("/" if _is_folder(output) else "")]
    options: list[tuple[str, str | None]] = [
        ("--reader-language", reader if reader != "en" else None),
        ("--theme", theme),
        ("--themes", Path(file).name if file else None),
        *(("--language", language) for language in selection.languages),
        *(("--source", source) for source in selection.sources),
        ("--since", selection.since),
        ("--until", selection.until),
        ("--compare", str(compare) if compare else None),
    ]
    words += [word for name, value in options if value for word in (name, value)]
    return shlex.join(words)


def _verify(folder: Path, file: Path) -> None:
    with Collection.open(folder) as collection:
        found = verify(collection, file)
    for wrong in found.wrong:
        click.echo(f"{wrong.place}: {wrong.reason}: {wrong.text}")
    if not found.same_collection:
        click.echo("The collection is no longer what the report was made from.", err=True)
    good = found.checked - len(found.wrong)
    click.echo(f"{good} of {found.checked} quoted lines hold.", err=True)
    if found.wrong:
        sys.exit(FAILED)


def _is_folder(output: str) -> bool:
    return output.endswith(("/", os.sep)) or Path(output).is_dir()


def _target(output: str | None) -> Path:
    """Return where to write, or say at once what is wrong with it: the work takes time."""
    if output is None:
        raise click.UsageError("Say what to write with --output, or what to check with --verify.")
    path = Path(output)
    if not _is_folder(output) and path.suffix.lower() not in RENDERINGS:
        raise click.BadParameter(
            f"{output} should end in {', '.join(RENDERINGS)}, or in / for a folder of CSV files.",
            param_hint="--output",
        )
    parent = path if path.is_dir() else path.parent
    if not parent.is_dir():
        raise click.FileError(output, f"{parent} is no folder. Make it first.")
    if not os.access(parent, os.W_OK):
        raise click.FileError(output, f"{parent} cannot be written. Choose another folder.")
    return path


def _write(report: Form, words: Words, target: Path, material: Material) -> None:
    render = RENDERINGS.get(target.suffix.lower())
    if render is None or target.is_dir():
        write_sheets(report, words, target)
        return
    map_ = map_of(material, report, words) if target.suffix.lower() == ".html" else None
    write_whole(target, [render(report, words, map_)])
