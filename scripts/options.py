"""Options that several commands share."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from typing import Any

import click

from ..embeddings import PRECISIONS
from ..index import MODES, Keeping
from ..seeds import Constants, Fields, SeedError
from .filtering import selection_options
from .session import Wanted

FORMATS = ("table", "jsonl", "json", "csv")

_Command = Callable[..., Any]


def format_option(command: _Command) -> _Command:
    """Add ``-o/--format``: a table for a terminal, JSON Lines otherwise."""
    return click.option(
        "-o",
        "--format",
        "format_",
        type=click.Choice(FORMATS),
        default=lambda: "table" if sys.stdout.isatty() else "jsonl",
        show_default="table for a terminal, else jsonl",
        help="How to print.",
    )(command)


def own_themes_option(command: _Command) -> _Command:
    """Add ``--themes FILE.toml``; the command gets `file`."""
    return click.option(
        "--themes",
        "file",
        metavar="FILE.toml",
        help="Own themes, which come first; `starter` for those that come with marsad.",
    )(command)


def keeping_options(command: _Command) -> _Command:
    """Add ``--keep --prefer --within-document --across``: the command gets `keeping`, `where`."""

    @functools.wraps(command)
    def with_keeping(*args: Any, **kwargs: Any) -> Any:
        within, across = kwargs.pop("within"), kwargs.pop("across")
        if within and across:
            raise click.UsageError("--within-document and --across exclude each other.")
        kwargs["where"] = "within" if within else "across" if across else "anywhere"
        kwargs["keeping"] = Keeping(kwargs.pop("keep"), kwargs.pop("prefer"))
        return command(*args, **kwargs)

    wrapped: _Command = with_keeping
    for option in (
        click.option("--across", is_flag=True, help="Only copies in other documents."),
        click.option(
            "--within-document", "within", is_flag=True, help="Only copies in the same document."
        ),
        click.option(
            "--prefer", multiple=True, metavar="SOURCE",
            help="Keep what this outlet has, if it has it; may be repeated, the first goes before.",
        ),
        click.option(
            "--keep", type=click.Choice(["earliest", "longest"]), default="earliest",
            show_default=True, help="Which of several copies is kept.",
        ),
    ):  # fmt: skip
        wrapped = option(wrapped)
    return wrapped


def field_options(command: _Command) -> _Command:
    """Add ``--text-field`` and its like for files of records; the command gets `fields`."""
    kinds = {
        "text": "The text of each record.",
        "title": "Its title.",
        "date": "Its date of publication.",
        "source": "Its outlet.",
        "url": "Its address.",
        "author": "Who wrote it.",
        "id": "What tells it from the others.",
    }

    @functools.wraps(command)
    def with_fields(*args: Any, **kwargs: Any) -> Any:
        kwargs["fields"] = Fields(**{kind: kwargs.pop(f"{kind}_field") for kind in kinds})
        return command(*args, **kwargs)

    wrapped: _Command = with_fields
    for kind, text in reversed(kinds.items()):
        wrapped = click.option(f"--{kind}-field", metavar="NAME", help=text)(wrapped)
    return wrapped


def constant_option(command: _Command) -> _Command:
    """Add ``--set NAME=VALUE``; the command gets `constants`."""

    @functools.wraps(command)
    def with_constants(*args: Any, **kwargs: Any) -> Any:
        try:
            kwargs["constants"] = Constants.of(kwargs.pop("settings"))
        except SeedError as error:
            raise click.BadParameter(str(error), param_hint="--set") from None
        return command(*args, **kwargs)

    return click.option(
        "--set",
        "settings",
        multiple=True,
        metavar="NAME=VALUE",
        help="Say the source, language, author or date of all articles; may be repeated.",
    )(with_constants)


def encoder_options(command: _Command) -> _Command:
    """Add ``--model --device --precision``; the command gets one `wanted` (`Wanted`)."""

    @functools.wraps(command)
    def with_wanted(*args: Any, **kwargs: Any) -> Any:
        names = ("model", "device", "precision")
        kwargs["wanted"] = Wanted(**{name: kwargs.pop(name) for name in names})
        return command(*args, **kwargs)

    wrapped: _Command = with_wanted
    for option in (
        click.option(
            "--precision",
            type=click.Choice(PRECISIONS),
            default="auto",
            show_default="the fastest that agrees with float32",
            help="Of the model's arithmetic.",
        ),
        click.option(
            "--device", default="auto", show_default=True, help="auto, cpu, cuda or cuda:N."
        ),
        click.option(
            "--model", help="A sentence-transformers model, by name or folder; kept from then on."
        ),
    ):
        wrapped = option(wrapped)
    return wrapped


def search_options(command: _Command) -> _Command:
    """Add ``-k --mode --unfold --boilerplate``, and all that narrows, runs and prints a search."""
    wrapped = selection_options(encoder_options(format_option(command)))
    for option in (
        click.option(
            "--boilerplate", is_flag=True, help="Find what outlets put under all articles as well."
        ),
        click.option("--unfold", is_flag=True, help="List copies as hits of their own."),
        click.option(
            "--mode",
            type=click.Choice(MODES),
            default="hybrid",
            show_default=True,
            help="By meaning and words, by meaning, or by words.",
        ),
        click.option(
            "-k", type=click.IntRange(min=1), default=10, show_default=True, help="How many."
        ),
    ):
        wrapped = option(wrapped)
    return wrapped
