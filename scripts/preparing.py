"""From a document to what is stored of it: its passages, and the stories glued to its end.

Both ``marsad add`` and ``marsad add --explain`` work with this. Lines are encoded before it is
settled what they are, since what they say helps to tell.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

import numpy as np

from ..embeddings import Encoder, LanguageMeans, identify, identify_document
from ..index import Entry, centred, stretches_of
from ..seeds import (
    STORY,
    Document,
    Judge,
    Passage,
    Span,
    completed,
    document_id,
    judged,
    kept_within,
    normal_form,
    normal_hash,
    passages_of,
    repeats,
    spans_of,
    width,
)
from ..seeds.dates import find_dateline
from .language_means import tables_of


@dataclass(frozen=True)
class Draft:
    """A document cut into lines and paragraphs, before they are encoded.

    Attributes
    ----------
    document : Document
    language : str
        Of the document as a whole.
    spans : list of Span
        With the kinds that wordings tell.
    languages : list of (str, float)
        Of each, with its confidence.
    repeats : list of int or None
        Which earlier one says the same.
    """

    document: Document
    language: str
    spans: list[Span]
    languages: list[tuple[str, float]]
    repeats: list[int | None]

    @property
    def texts(self) -> list[str]:
        """What is to be encoded."""
        return [self.document.text[span.start : span.end] for span in self.spans]


@dataclass(frozen=True)
class Prepared:
    """A document with its passages.

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


@dataclass(frozen=True)
class Judging:
    """What lines are judged by that no wording tells: weights, and the means they go with."""

    judge: Judge
    means: Mapping[str, np.ndarray]

    @classmethod
    def of(cls, encoder: Encoder) -> Judging | None:
        """Return what belongs to a model; None where there is nothing for it."""
        judge = Judge.of_model(encoder.name, encoder.fingerprint)
        if judge is None:
            return None
        means = LanguageMeans.for_model(encoder.name, encoder.dimension, encoder.fingerprint)
        return cls(judge, tables_of(means)["passage"])


def draft(document: Document) -> Draft:
    """Cut a document up, mark what wordings tell, and see which language each piece is in."""
    # Very long paragraphs are split by the rules of a language.
    opening = document.language or identify([document.text[:2000]])[0].code
    spans = spans_of(document, opening)
    texts = [document.text[span.start : span.end] for span in spans]
    found = identify_document(texts, document.language)
    languages = [(guess.code, guess.confidence) for guess in found.passages]
    return Draft(document, found.document.code, spans, languages, repeats(texts))


def prepare(drawn: Draft, vectors: np.ndarray, judging: Judging | None) -> Prepared:
    """Settle what each line is, and what title and date the document has.

    Parameters
    ----------
    drawn : Draft
    vectors : array, shape (spans, d), float32 unit rows
        As the model gave them.
    judging : Judging, optional
    """
    document, spans = drawn.document, drawn.spans
    if judging is not None and spans:
        rows = centred(vectors, [drawn.language] * len(spans), judging.means)
        said_before = [earlier is not None for earlier in drawn.repeats]
        spans = judged(judging.judge, document.text, spans, said_before, rows)
    if document.is_one:
        spans = kept_within(drawn.spans, spans)
    document = completed(document, spans)
    passages = passages_of(document, spans, drawn.languages, drawn.repeats)
    return Prepared(document, drawn.language, passages, [span.why for span in spans])


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
    if len(passages) > 1 and not prepared.document.is_one:
        languages = [passage.language for passage in passages]
        stretches = stretches_of(
            [passage.kind for passage in passages],
            [normal_hash(normal_form(passage.text)) for passage in passages],
            [width(passage.text) for passage in passages],
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
    """Return the document of a story that stands at the end of a page.

    It keeps the outlet, the address, the date and the author of its page until it shows its own.
    """
    path = f"{page.path}{STORY}{number}"
    start, end = passages[0].start, passages[-1].end
    return replace(
        page,
        id=document_id(path),
        path=path,
        text=page.text[start:end],
        title=" ".join(passages[0].text.split()),
        published=_date_shown(page, passages) or page.published,
        author=None if any(p.kind == "byline" for p in _head(passages)) else page.author,
        part_of=page.id,
        part_start=start,
        repairs=None,
    )


def _head(passages: Sequence[Passage]) -> Iterator[Passage]:
    """Yield what stands above the first paragraph."""
    return takewhile(lambda passage: passage.kind != "paragraph", passages)


def _date_shown(page: Document, passages: Sequence[Passage]) -> str | None:
    """Return the date of the date line above the first paragraph."""
    lines = (page.text[p.start : p.end] for p in _head(passages) if p.kind == "dateline")
    return next(filter(None, map(find_dateline, lines)), None)


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
