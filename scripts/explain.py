"""``marsad add --explain``: what would be made of each paragraph of a file, and why."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from ..embeddings import CachedEncoder
from ..index import Entry
from ..seeds import (
    LEFT_OUT,
    Article,
    Constants,
    Fields,
    Origin,
    Problem,
    Reader,
    contained,
    document_of,
    file_path,
    name_of,
)
from .forms import Form
from .ingest import files_under
from .output import note
from .preparing import Judging, Prepared, draft, prepare, separated
from .session import Wanted, model_and_means
from .storing import OF_ALL, Counts
from .telling import Telling

# What a passage is marked with in a terminal: it counts, it was said before, it is left out.
_COUNTS, _REPEATED, _LEFT_OUT = "·", "=", "-"


def explained(
    folder: Path,
    paths: Sequence[Path],
    *,
    wanted: Wanted,
    fields: Fields,
    constants: Constants,
    counts: Counts,
    warn: Callable[[str], None],
) -> Iterator[Form]:
    """Yield what would be stored of the files under `paths`, document by document.

    Nothing is stored. A collection that is there gives the model and the language means.
    The parameters are those of `ingest.add_paths`; what cannot be read is counted in `counts`.
    """
    telling = Telling(warn)
    found = files_under(paths, telling)
    counts.problems = telling.problems
    if not found.files:
        return
    model, means = model_and_means(folder, wanted)
    encoder, judging = CachedEncoder(model), Judging.of(model)
    with Reader(fields, constants=constants) as reader:
        for file, item in reader.read_all(found.files):
            if isinstance(item, Problem):
                telling.unread(file_path(file), item)
            forms: list[Form] = []
            if isinstance(item, Article):
                if item.remark:
                    telling.remark(item.remark)
                origin = Origin(file, file_path(file))
                say = partial(telling.unread, origin.path)
                with contained(name_of(item, origin), say, passing=OF_ALL):
                    document, warnings = document_of(item, origin)
                    for line in warnings:
                        telling.doubt(line)
                    drawn = draft(document)
                    encoded = encoder.encode_with_windows(drawn.texts, prompt="passage")
                    prepared = prepare(drawn, encoded.vectors, judging)
                    windows = encoded.windows.tolist()
                    entries = separated(prepared, encoded.vectors, windows, means)
                    forms = list(_forms(prepared, entries))
                    counts.added += 1
            counts.problems = telling.problems
            yield from forms
    telling.summary()


# The CSV columns that `columns` fills.
COLUMNS = (
    "document", "path", "position", "kind", "left_out", "repeats", "why", "language", "start",
    "end", "text",
)  # fmt: skip


def columns(form: Form) -> Iterator[dict[str, Any]]:
    """Yield a CSV line for each passage."""
    for passage in form["passages"]:
        yield {"document": form["id"], "path": form["path"], **passage}


def layout(console: Console, _: int, form: Form) -> None:
    """Print a document for a terminal: its facts, then a line for each passage."""
    facts = [form[name] for name in ("source", "published", "author", "url") if form[name]]
    title = form["title"] or "no title found"
    console.print(Text.assemble((title, "bold"), "  ", (form["path"], "dim")), soft_wrap=True)
    if form["part_of"]:
        note(console, f"another story, glued to {form['part_of']} at character {form['start']}")
    note(console, " · ".join([*facts, form["language"]]))
    for passage in form["passages"]:
        _print(console, passage)
    console.print()


def _print(console: Console, passage: Form) -> None:
    is_repeated, is_left_out = passage["repeats"] is not None, passage["left_out"]
    mark = _LEFT_OUT if is_left_out else _REPEATED if is_repeated else _COUNTS
    why = [passage["why"]] if passage["why"] else []
    if is_repeated:
        why.append(f"said before, in {passage['repeats']}")
    head = f"{passage['position']:>4} {mark} {passage['kind']:<9} "
    tail = f"  ({'; '.join(why)})" if why else ""
    room = max(20, console.width - len(head) - len(tail))
    text = Text(" ".join(passage["text"].split()))
    text.truncate(room, overflow="ellipsis")
    style = "dim" if is_left_out or is_repeated else ""
    line = Text.assemble((head, style), Text(text.plain, style=style), (tail, "italic"))
    console.print(line, soft_wrap=True)


def _forms(prepared: Prepared, entries: Sequence[Entry]) -> Iterator[Form]:
    reasons = {
        (passage.start, passage.kind): why
        for passage, why in zip(prepared.passages, prepared.reasons, strict=True)
    }
    for entry in entries:
        document = entry.document
        yield {
            "id": document.id,
            "path": document.path,
            "title": document.title,
            "source": document.source,
            "published": document.published,
            "author": document.author,
            "url": document.url,
            "language": entry.language,
            "part_of": document.part_of,
            "start": document.part_start,
            "passages": [
                {
                    "position": passage.position,
                    "kind": passage.kind,
                    "left_out": passage.kind in LEFT_OUT,
                    "repeats": passage.repeats,
                    "why": reasons.get((passage.start + document.part_start, passage.kind), ""),
                    "language": passage.language,
                    "start": passage.start,
                    "end": passage.end,
                    "text": passage.text,
                }
                for passage in entry.passages
            ],
        }
