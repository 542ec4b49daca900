"""``marsad remove``: take documents out."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from ..index import Collection, DocumentInfo, Selection
from .days import check_order
from .filtering import filtered, period_options, say_undated, source_option
from .main import NOTHING


@click.command("remove")
@click.argument("what", nargs=-1, metavar="[ID|PATH]...")
@source_option("All of an outlet; may be repeated.")
@period_options
@click.option("--dry-run", is_flag=True, help="List what would be removed, and remove nothing.")
@click.option("--yes", is_flag=True, help="Do not ask before removing by outlet or date.")
@click.pass_obj
def command(
    folder: Path,
    what: tuple[str, ...],
    sources: tuple[str, ...],
    since: str | None,
    until: str | None,
    dry_run: bool,
    yes: bool,
) -> None:
    """Take documents out of the collection: by id, by path, by outlet, by date.

    A path of a folder, or of a file with several articles, takes out all that was read from
    it. Outlet and dates narrow what is named; with nothing named they choose from the whole
    collection (documents without a date are then never chosen by date). The files themselves
    stay where they are. Exits with 3 when nothing is taken out, or something named is not there.
    """
    if not (what or sources or since or until):
        raise click.UsageError("Name documents, or give --source, --since or --until.")
    check_order(since, until)
    with Collection.open(folder) as collection:
        documents = collection.documents()
        named, missing = _named(documents, what)
        sources = filtered(collection, Selection(sources=sources)).sources
        of_outlets = [d for d in named if not sources or d.source in sources]
        chosen = [d for d in of_outlets if _is_within(d, since, until)]
        if since or until:
            say_undated(sum(not document.published for document in of_outlets))
        for name in missing:
            click.echo(f"marsad: {name} is not in {folder}.", err=True)
        if dry_run:
            for document in chosen:
                click.echo(f"{document.id} {document.path}")
        elif chosen:
            if (sources or since or until) and not yes:
                _ask(len(chosen))
            collection.remove([document.id for document in chosen])
            collection.save_index()
    click.echo(f"{len(chosen)} documents {'would be ' if dry_run else ''}removed", err=True)
    if missing or not chosen:
        sys.exit(NOTHING)


def _named(
    documents: list[DocumentInfo], what: tuple[str, ...]
) -> tuple[list[DocumentInfo], list[str]]:
    """Return the documents that ids and paths name, all if there are none; and what is missing."""
    if not what:
        return documents, []
    chosen: dict[str, DocumentInfo] = {}
    missing = []
    for name in what:
        path = os.path.abspath(name)  # noqa: PTH100
        below = (path.rstrip(os.sep) + os.sep, f"{path}#")
        found = [d for d in documents if d.id == name] or [
            d for d in documents if d.path == path or d.path.startswith(below)
        ]
        chosen.update((d.id, d) for d in found)
        if not found:
            missing.append(name)
    return list(chosen.values()), missing


def _is_within(document: DocumentInfo, since: str | None, until: str | None) -> bool:
    if not (since or until):
        return True
    day = (document.published or "")[:10]
    return bool(day) and (not since or day >= since) and (not until or day <= until)


def _ask(count: int) -> None:
    if not sys.stdin.isatty():
        raise click.UsageError(f"{count} documents would be removed; say so with --yes.")
    click.confirm(f"Remove {count} documents?", abort=True, err=True)
