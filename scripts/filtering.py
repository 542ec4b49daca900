"""Options that narrow what is asked, and what they say about a collection that lacks it."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import click

from ..index import Collection, Selection, Unknown, resolve
from .days import check_order, day_option
from .output import counted

_Command = Callable[..., Any]


def selection_options(command: _Command) -> _Command:
    """Add ``--language --source --since --until``; the command gets one `selection`."""

    @functools.wraps(command)
    def with_selection(*args: Any, **kwargs: Any) -> Any:
        since, until = kwargs.pop("since"), kwargs.pop("until")
        check_order(since, until)
        kwargs["selection"] = Selection(
            languages=kwargs.pop("languages"),
            sources=kwargs.pop("sources"),
            since=since,
            until=until,
        )
        return command(*args, **kwargs)

    wrapped = period_options(with_selection)
    for option in (
        source_option("Outlet; may be repeated."),
        click.option("--language", "languages", multiple=True,
                     help="Language, such as ar; may be repeated."),
    ):  # fmt: skip
        wrapped = option(wrapped)
    return wrapped


def source_option(text: str) -> Callable[[_Command], _Command]:
    """Add ``--source``; the command gets `sources`."""
    return click.option("--source", "sources", multiple=True, help=text)


def period_options(command: _Command) -> _Command:
    """Add ``--since --until``; the command gets both, days in ISO 8601 or None."""
    wrapped = day_option("--until", "Published up to this day.", is_end=True)(command)
    return day_option(
        "--since", "Published from this day: 2025-03-01, 2025-03, yesterday, 7d.", is_end=False
    )(wrapped)


def filtered(collection: Collection, selection: Selection) -> Selection:
    """Return a selection in the values of a collection.

    Says on stderr which values nothing has, with the nearest that exist, and how many documents
    a date leaves out because they have none.
    """
    found = resolve(collection, selection)
    for unknown in found.unknown:
        click.echo(f"marsad: {_unknown_line(unknown)}", err=True)
    say_undated(found.undated)
    return found.selection


def say_undated(count: int) -> None:
    """Say on stderr how many documents a date leaves out because they have none."""
    if count:
        was = "was" if count == 1 else "were"
        click.echo(f"marsad: {counted(count, 'article')} without a date {was} left out.", err=True)


def _unknown_line(unknown: Unknown) -> str:
    what = "outlet" if unknown.filter == "source" else "language"
    line = f"nothing here is of {what} {unknown.value[:80]!r}"
    named = ", ".join(unknown.nearest)
    if not named:
        return f"{line}: no {what} is known of anything."
    return f"{line}. Near to it: {named}." if unknown.is_alike else f"{line}. Most are of {named}."
