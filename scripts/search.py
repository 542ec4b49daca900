"""``marsad search``: passages that say what a query says."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from io import TextIOWrapper
from itertools import islice
from pathlib import Path
from typing import TextIO

import click
import numpy as np
from rich.console import Console

from ..index import Collection, Hit, Mode, Question, Selection, search
from .filtering import filtered
from .forms import Form, hit_form
from .main import NOTHING
from .options import search_options
from .output import PASSAGE_COLUMNS, emit, note, passage_columns, print_passage
from .session import Wanted, encoder_of, query_vectors

# Queries of standard input that are encoded together.
_AT_A_TIME = 64
NOTHING_TO_LOOK_FOR = "it holds nothing to look for."
_HEADER = ("score", *PASSAGE_COLUMNS, "copies")

_Find = Callable[[Question, np.ndarray | None], list[Hit]]


@click.command("search")
@click.argument("query")
@search_options
@click.pass_obj
def command(
    folder: Path,
    query: str,
    k: int,
    mode: Mode,
    unfold: bool,
    boilerplate: bool,
    selection: Selection,
    wanted: Wanted,
    format_: str,
) -> None:
    """Find the passages that say what QUERY says, in whatever language they are.

    QUERY is a sentence or a few words. "A phrase" in quotes must occur, and -word must not.
    Copies of a passage are told once. With - every line of standard input is a query, and
    what is found comes out as one JSON line a query. Exits with 3 when nothing was found.
    """
    with Collection.open(folder) as collection:
        selection = filtered(collection, selection)

        def find(question: Question, vector: np.ndarray | None) -> list[Hit]:
            return search(
                collection, vector, query=question, mode=mode, k=k, selection=selection,
                fold=not unfold, boilerplate=boilerplate,
            )  # fmt: skip

        question = None if query == "-" else _read(query)
        if question is None and query != "-":
            raise click.BadParameter(NOTHING_TO_LOOK_FOR, param_hint="QUERY")
        encoder = None if mode == "keyword" else encoder_of(collection, wanted)

        def vectors(questions: list[Question]) -> list[np.ndarray] | list[None]:
            if encoder is None:
                return [None] * len(questions)
            return list(query_vectors(collection, encoder, [asked.text for asked in questions]))

        if question is None:
            _answer_lines(find, vectors, format_)
            return
        hits = find(question, vectors([question])[0])
    emit_hits(hits, format_)


def emit_hits(hits: list[Hit], format_: str) -> None:
    """Print hits; with none, say so and leave with the code for it."""
    emit(map(hit_form, hits), format_, header=_HEADER, columns=_columns, layout=_layout)
    if not hits:
        _nothing()


def _nothing() -> None:
    click.echo("marsad: nothing was found in this selection.", err=True)
    sys.exit(NOTHING)


def _read(query: str) -> Question | None:
    question = Question.read(query)
    return question if question.terms else None


def _answer_lines(
    find: _Find, vectors: Callable[[list[Question]], list[np.ndarray] | list[None]], format_: str
) -> None:
    """Answer each line of standard input, in order; an empty line is passed over."""
    found = 0

    def answers() -> Iterator[Form]:
        nonlocal found
        lines = filter(None, (line.strip() for line in _lines_typed()))
        while batch := [(line, _read(line)) for line in islice(lines, _AT_A_TIME)]:
            asked = iter(vectors([question for _, question in batch if question is not None]))
            for line, question in batch:
                if question is None:
                    yield {"query": line, "hits": [], "problem": NOTHING_TO_LOOK_FOR}
                    continue
                hits = find(question, next(asked))
                found += len(hits)
                yield {"query": line, "hits": [hit_form(hit) for hit in hits]}

    header = ("query", *_HEADER)
    emit(answers(), format_, header=header, columns=_answer_columns, layout=_answer_layout)
    if not found:
        _nothing()


def _lines_typed() -> TextIO:
    """Return standard input, in which bytes that are no UTF-8 stop nothing."""
    if isinstance(sys.stdin, TextIOWrapper):
        sys.stdin.reconfigure(encoding="utf-8", errors="replace")
    return sys.stdin


def _columns(hit: Form) -> list[dict[str, object]]:
    return [{"score": hit["score"], **passage_columns(hit), "copies": hit["copies"]["count"]}]


def _answer_columns(answer: Form) -> list[dict[str, object]]:
    return [{"query": answer["query"], **line} for hit in answer["hits"] for line in _columns(hit)]


def _answer_layout(console: Console, number: int, answer: Form) -> None:
    console.print(f"{number}. {answer['query']}", style="bold", soft_wrap=True)
    if "problem" in answer:
        note(console, answer["problem"])
    for place, hit in enumerate(answer["hits"], start=1):
        _layout(console, place, hit)


def _layout(console: Console, number: int, hit: Form) -> None:
    print_passage(console, f"{number:>2}. {hit['score']:.3f} {hit['language']}", hit)
    if hit["copies"]["count"]:
        note(console, _told(hit["copies"]))
    console.print()


def _told(copies: Form) -> str:
    """Say how many copies there are, in which languages and outlets, and where the first are."""
    parts = [f"{copies['count']} more " + ("copy" if copies["count"] == 1 else "copies")]
    if len(copies["languages"]) > 1:
        parts.append("in " + ", ".join(copies["languages"]))
    if copies["sources"]:
        parts.append("by " + ", ".join(copies["sources"]))
    places = [copy["id"] for copy in copies["passages"][:3]]
    more = ", …" if copies["count"] > len(places) else ""
    return " ".join(parts) + ": " + ", ".join(places) + more
