"""``marsad similar``: passages like one of the collection's, or like a text."""

from __future__ import annotations

from pathlib import Path

import click

from ..embeddings import identify
from ..index import Collection, Mode, Question, Selection, centred, search
from ..seeds import Article, Problem, Reader, SeedError, SeedFile
from .filtering import filtered
from .options import search_options
from .search import emit_hits
from .session import Wanted, encoder_of


@click.command("similar")
@click.argument("what", metavar="ID|FILE")
@search_options
@click.pass_obj
def command(
    folder: Path,
    what: str,
    k: int,
    mode: Mode,
    unfold: bool,
    boilerplate: bool,
    selection: Selection,
    wanted: Wanted,
    format_: str,
) -> None:
    """Find passages like the passage ID (document:position), or like the text of FILE."""
    with Collection.open(folder) as collection:
        selection = filtered(collection, selection)
        if Path(what).is_file():
            text, leave_out = _text_of(Path(what)), []
            raw = encoder_of(collection, wanted).encode([text], prompt="passage")
            language = identify([text])[0].code
            vector = centred(raw, [language], collection.means["passage"])[0]
        else:
            passage = collection.passage(what)
            text = passage.text
            leave_out = [passage.row, *collection.rows_of_hash(passage.hash)]
            vector = collection.vectors([passage.row])[0]
        hits = search(
            collection,
            vector,
            query=Question(text),
            mode=mode,
            k=k,
            selection=selection,
            fold=not unfold,
            boilerplate=boilerplate,
            leave_out=leave_out,
        )
    emit_hits(hits, format_)


def _text_of(path: Path) -> str:
    """Return the text of the first article in a file of any kind that can be read."""
    with Reader() as reader:
        for _, item in reader.read_all([SeedFile(path)]):
            if isinstance(item, Article):
                return item.text
            if isinstance(item, Problem):
                raise SeedError(item.line)
    raise SeedError(f"{path} holds no article.")
