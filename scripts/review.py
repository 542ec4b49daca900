"""Going through the pairs that are hard to call: side by side, the differences marked."""

from __future__ import annotations

import click
from rapidfuzz.distance import Indel
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ..index import Collection, Doubt, decide, doubts, refit, set_near_from
from ..seeds import words
from .forms import passage_form
from .output import place

_MARK = "bold red"


def review_doubts(collection: Collection) -> None:
    """Ask about one pair after the other, keep the answers, and propose a threshold.

    Answers come from standard input: y, n, s (skip) or q; the end of it is q.
    """
    console = Console(highlight=False, emoji=False, markup=False)
    waiting = doubts(collection)
    if not waiting:
        console.print("No pair is hard to call.")
    answered = 0
    for number, doubt in enumerate(waiting, start=1):
        _show(console, f"{number} of {len(waiting)}", doubt)
        answer = _answer()
        if answer == "q":
            break
        if answer in "yn":
            decide(collection, doubt, same=answer == "y")
            answered += 1
    if waiting:
        console.print(f"{answered} answers kept.")
    _propose(console, collection)


def _answer() -> str:
    choice = click.Choice(["y", "n", "s", "q"])
    try:
        return str(click.prompt("The same text? y, n, s to skip, q to stop", type=choice,
                                show_choices=False))  # fmt: skip
    except click.Abort:
        click.echo()
        return "q"


def _show(console: Console, which: str, doubt: Doubt) -> None:
    said = "the same wording about other things?" if doubt.relation == "alike" else "near copies?"
    console.print(f"{which}: {said} {doubt.score:.2f} aligns", style="bold")
    table = Table(show_header=True, expand=True)
    for passage in (doubt.first, doubt.second):
        table.add_column(place(passage_form(passage)), ratio=1, overflow="fold")
    table.add_row(*_marked(doubt.first.text, doubt.second.text))
    console.print(table)


def _marked(first: str, second: str) -> tuple[Text, Text]:
    """Return both texts, the words marked that the other lacks."""
    left, right = list(words(first)), list(words(second))
    one, other = Text(first), Text(second)
    for block in Indel.opcodes([w.normal for w in left], [w.normal for w in right]):
        if block.tag != "equal":
            for word in left[block.src_start : block.src_end]:
                one.stylize(_MARK, word.start, word.end)
            for word in right[block.dest_start : block.dest_end]:
                other.stylize(_MARK, word.start, word.end)
    return one, other


def _propose(console: Console, collection: Collection) -> None:
    """Say what the answers ask for, and set the threshold if that is wanted."""
    found = refit(collection)
    if found.answers:
        console.print(f"{found.agreed} of {found.answers} answers on near copies agree with the "
                      f"threshold {found.before:.3f}.")  # fmt: skip
    if found.after == found.before:
        return
    console.print(
        f"{found.after:.3f} would agree with {found.agreeing}, and call {found.copies_after} pairs "
        f"near copies in place of {found.copies_before}."
    )
    try:
        wanted = click.confirm("Use it from now on?", default=False)
    except click.Abort:
        wanted = False
    if wanted:
        set_near_from(collection, found.after)
        console.print(f"Near copies are copies from {found.after:.3f} on.")
