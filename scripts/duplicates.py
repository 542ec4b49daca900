"""``marsad duplicates``: repeated paragraphs, by kind, with the evidence."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from ..index import (
    KINDS,
    SORTS,
    Collection,
    CopyKind,
    DuplicateGroup,
    Keeping,
    Selection,
    Sort,
    Where,
    family_of,
    find_links,
    groups_of,
    kinds_by_default,
)
from .filtering import filtered, selection_options
from .forms import Form, copy_form, group_form, passage_form
from .main import NOTHING
from .options import format_option, keeping_options
from .output import PASSAGE_COLUMNS, emit, note, passage_columns, place, print_passage
from .review import review_doubts

_HEADER = ("kind", "kept", "score", "evidence", *PASSAGE_COLUMNS)
_FAMILY_HEADER = ("relation", "first_seen", "score", *PASSAGE_COLUMNS)


@click.command("duplicates")
@click.option("--kind", "kinds", type=click.Choice(KINDS), multiple=True, help="May be repeated.")
@click.option("--of", "passage", metavar="ID", help="The family of one passage, in time.")
@click.option("--review", is_flag=True, help="Decide the pairs that are hard to call.")
@click.option(
    "--sort",
    type=click.Choice(SORTS),
    default="copies",
    show_default=True,
    help="What comes first within a kind.",
)
@click.option(
    "--least",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="Leave out groups of fewer copies.",
)
@click.option("-n", "--limit", type=click.IntRange(min=1), help="Show so many groups.")
@keeping_options
@selection_options
@format_option
@click.pass_obj
def command(
    folder: Path,
    kinds: tuple[CopyKind, ...],
    passage: str | None,
    review: bool,
    sort: Sort,
    least: int,
    limit: int | None,
    keeping: Keeping,
    where: Where,
    selection: Selection,
    format_: str,
) -> None:
    """List groups of repeated paragraphs: the one to keep, its copies, and the evidence.

    exact: the same but for spelling that readers overlook. near: a few words changed, added,
    lost or damaged. contained: a part of a longer paragraph. translated: the same in another
    language. With --of ID (document:position) all copies of one passage are listed by date, and
    where it was first seen in this collection. --review asks about the pairs that are hard to
    call, keeps the answers, and proposes a better threshold. Exits with 3 when there are none.
    """
    with Collection.open(folder) as collection:
        if review:
            review_doubts(collection)
            return
        if passage is not None:
            row = collection.passage(passage).row
            _emit_family(family_of(collection, row, keeping=keeping), format_)
            return
        links = find_links(
            collection,
            kinds or _by_default(collection),
            selection=filtered(collection, selection),
            keeping=keeping,
            where=where,
        )
        groups = islice(groups_of(collection, links, sort=sort, least=least), limit)
        first = list(islice(groups, 1))
        forms = map(group_form, chain(first, groups))
        emit(forms, format_, header=_HEADER, columns=_columns, layout=_layout)
    if not first:
        click.echo("marsad: no repeated paragraphs in this selection.", err=True)
        sys.exit(NOTHING)


def _by_default(collection: Collection) -> tuple[CopyKind, ...]:
    kinds = kinds_by_default(collection)
    if kinds != KINDS:
        click.echo("marsad: translations take minutes here: --kind translated", err=True)
    return kinds


def _emit_family(groups: list[DuplicateGroup], format_: str) -> None:
    """Print one passage and its copies by date."""
    emit(
        _family(groups) if groups else [],
        format_,
        header=_FAMILY_HEADER,
        columns=_family_columns,
        layout=_family_layout,
    )
    if not groups:
        click.echo("marsad: there is no copy of this passage.", err=True)
        sys.exit(NOTHING)


def _family(groups: list[DuplicateGroup]) -> list[Form]:
    """Return one passage and its copies by date; the first that is dated is told as such."""
    kept = {**passage_form(groups[0].kept), "relation": "kept"}
    copies = [
        {**copy_form(group, copy), "relation": group.kind}
        for group in groups
        for copy in group.copies
    ]
    members = sorted([kept, *copies], key=_time)
    dated = [member for member in members if member["document"]["published"]]
    if dated:
        dated[0]["first_seen"] = True
    return members


def _time(member: Form) -> tuple[str, str, int]:
    document = member["document"]
    return document["published"] or "9999", document["path"], member["position"]


def _family_columns(member: Form) -> list[dict[str, Any]]:
    figures = {"relation": member["relation"], "first_seen": member.get("first_seen", False)}
    return [{**figures, "score": member.get("score", 1.0), **passage_columns(member)}]


def _family_layout(console: Console, number: int, member: Form) -> None:
    head = f"{number:>2}. {member['relation']}"
    if member.get("first_seen"):
        head += ", first seen here"
    print_passage(console, head, member)
    if "evidence" in member:
        note(console, f"{member['score']:.2f}  {evidence_line(member['evidence'])}")
    console.print()


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
    count = len(group["copies"])
    head = f"{number:>2}. {group['kind']}, {count} {'copy' if count == 1 else 'copies'} of"
    if group["boilerplate"]:
        head = head.replace(group["kind"], f"{group['kind']}, boilerplate")
    print_passage(console, head, group["kept"])
    for copy in group["copies"]:
        note(console, f"{copy['score']:.2f}  {place(copy)}")
        if group["kind"] == "translated":
            note(console, " ".join(copy["text"].split()), indent=10)
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
