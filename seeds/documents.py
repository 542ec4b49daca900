"""The two records that everything else works on: a document and its passages.

Identity is (document, position), never the text: the same wire story in two
papers is two documents, and its paragraphs are two sets of passages.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Literal

Kind = Literal["title", "heading", "paragraph", "caption", "fragment"]


@dataclass(frozen=True)
class Document:
    """One article as it was read; `text` is exactly what the file says.

    Attributes
    ----------
    id : str
        Twelve hexadecimal digits that depend on `path` alone, so that a changed
        article keeps its id.
    path : str
        Where it was read from, absolute, or a name such as ``<stdin>``.
    text : str
        The decoded text, unaltered. Passages point into it by offset.
    title : str or None
        The first line that reads as a title; None when there is none.
    source : str or None
        The outlet: the folder below the one that was added, when there is one.
    published : str or None
        ISO 8601 date, from a file name such as ``2025-03-01-flood.txt``.
    url : str or None
        None for text files.
    encoding : str
        What the bytes were decoded with.
    size, modified_ns, sha256 : int, int, str
        Of the file, to tell later whether it changed.
    """

    id: str
    path: str
    text: str
    title: str | None
    source: str | None
    published: str | None
    url: str | None
    encoding: str
    size: int
    modified_ns: int
    sha256: str


@dataclass(frozen=True)
class Span:
    """A stretch of a document's text: characters `start` up to `end`, and its kind."""

    start: int
    end: int
    kind: Kind


@dataclass(frozen=True)
class Passage:
    """One paragraph, title, caption or fragment of a document.

    Attributes
    ----------
    document : str
        The id of its document.
    position : int
        0 for the first passage of the document.
    start, end : int
        Character offsets in the document's text: ``text == document.text[start:end]``.
    text : str
    kind : str
        ``fragment`` marks text too short to mean anything by itself.
    language : str
        BCP 47 code, ``und`` when it cannot be told.
    confidence : float
        Of the language, 0 to 1.
    """

    document: str
    position: int
    start: int
    end: int
    text: str
    kind: Kind
    language: str = "und"
    confidence: float = 0.0

    @property
    def id(self) -> str:
        """``document:position``, the form in which people quote it."""
        return f"{self.document}:{self.position}"


def document_id(path: str) -> str:
    """Return the permanent id of whatever lies at `path`: 12 hexadecimal digits."""
    return hashlib.sha256(path.encode("utf-8", "surrogateescape")).hexdigest()[:12]
