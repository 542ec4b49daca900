"""From a document to what is stored of it: its passages, and the stories glued to its end.

Both ``marsad add`` and ``marsad add --explain`` work with this.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..embeddings import identify, identify_document
from ..index import Entry, centred, stretches_of
from ..seeds import (
    Document,
    Passage,
    completed,
    document_id,
    normal_form,
    normal_hash,
    passages_of,
    repeats,
    spans_of,
)


@dataclass(frozen=True)
class Prepared:
    """A document with its passages, before they are encoded.

    Attributes
    ----------
    document : Document
    language : str
        Of the document as a whole.
    passages : list of Passage
    reasons : list of str
        In step with the passages: why one is of its kind; "" where nothing is to be said.
    """

    document: Document
    language: str
    passages: list[Passage]
    reasons: list[str]


def prepare(document: Document) -> Prepared:
    """Split a document, mark what scraping left in it, and tell the language of each passage."""
    opening = identify([document.text[:2000]])[0]  # very long paragraphs split by its rules
    spans = spans_of(document, opening.code)
    texts = [document.text[span.start : span.end] for span in spans]
    found = identify_document(texts)
    languages = [(guess.code, guess.confidence) for guess in found.passages]
    document = completed(document, spans)
    passages = passages_of(document, spans, languages, repeats(texts))
    return Prepared(document, found.document.code, passages, [span.why for span in spans])


def separated(
    prepared: Prepared,
    vectors: np.ndarray,
    windows: Sequence[int],
    means: Mapping[str, np.ndarray],
) -> list[Entry]:
    """Make what is stored of a page: its own story first, then those glued to its end.

    Parameters
    ----------
    prepared : Prepared
    vectors : array, shape (passages, d), float32 unit rows
        As the model gave them.
    windows : sequence of int
        How many windows of the model each passage took.
    means : mapping from language to array (d,)
        What is taken off before vectors are compared.
    """
    passages = prepared.passages
    stretches = [list(range(len(passages)))]
    if len(passages) > 1:
        languages = [passage.language for passage in passages]
        stretches = stretches_of(
            [passage.kind for passage in passages],
            [normal_hash(normal_form(passage.text)) for passage in passages],
            centred(vectors, languages, means),
        )
    entries = []
    for number, places in enumerate(stretches, start=1):
        own = [passages[place] for place in places]
        document, language = prepared.document, prepared.language
        if number > 1:
            document = _glued(document, own, number)
            language = _main_language(own)
        if len(stretches) > 1:
            own = _numbered_anew(own, document)
        entries.append(
            Entry(document, language, own, vectors[places], [int(windows[p]) for p in places])
        )
    return entries


def _glued(page: Document, passages: Sequence[Passage], number: int) -> Document:
    """Return the document of a story that stands at the end of a page."""
    path = f"{page.path}#story={number}"
    start, end = passages[0].start, passages[-1].end
    return replace(
        page,
        id=document_id(path),
        path=path,
        text=page.text[start:end],
        title=" ".join(passages[0].text.split()),
        published=None,
        url=None,
        author=None,
        part_of=page.id,
        part_start=start,
        repairs=None,
    )


def _numbered_anew(passages: Sequence[Passage], document: Document) -> list[Passage]:
    """Return the passages of a stretch as those of a document of its own.

    What stands at the head of a glued story may have been taken for the box above it.
    """
    position = {passage.position: number for number, passage in enumerate(passages)}
    kinds = [passage.kind for passage in passages]
    if document.part_of:
        head = kinds.index("paragraph") if "paragraph" in kinds else 1
        kinds[:head] = ["heading" if kind == "related" else kind for kind in kinds[:head]]
        kinds[0] = "title"
    return [
        replace(
            passage,
            document=document.id,
            position=number,
            start=passage.start - document.part_start,
            end=passage.end - document.part_start,
            kind=kinds[number],
            repeats=position.get(-1 if passage.repeats is None else passage.repeats),
        )
        for number, passage in enumerate(passages)
    ]


def _main_language(passages: Sequence[Passage]) -> str:
    letters: Counter[str] = Counter()
    for passage in passages:
        letters[passage.language] += len(passage.text)
    return min(letters, key=lambda code: (-letters[code], code))
