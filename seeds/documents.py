"""The two records that everything else works on: a document and its passages.

Identity is (document, position), never the text: the same wire story in two
papers is two documents, and its paragraphs are two sets of passages.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "title", "heading", "paragraph", "caption", "fragment",
    "byline", "dateline", "related", "sharing", "comments", "notice",
]  # fmt: skip

# What scraping leaves in articles. The order is that of the weights in `cleaning`.
NOISE: tuple[Kind, ...] = ("byline", "dateline", "related", "sharing", "comments", "notice")
# Kinds that say nothing of what an article is about: searches, copies and clusters leave them
# out. They stay where they are and can be shown.
LEFT_OUT: tuple[Kind, ...] = ("fragment", *NOISE)
# What stands between the path of a page and the number of a story that was glued to it.
STORY = "#story="


@dataclass(frozen=True)
class Document:
    """One article as it was read; `text` is exactly what the file says.

    Attributes
    ----------
    id : str
        Twelve hexadecimal digits that depend on `path` alone, so that a changed
        article keeps its id.
    path : str
        Where it was read from: an absolute path, or a name such as ``<stdin>``; followed by
        ``#`` and its key where a file holds several articles (``dump.jsonl#id=42``).
    text : str
        As it was read, but for what `repairs` names. Passages point into it by offset.
    title : str or None
        What the file says, or the first line that reads as a title.
    source : str or None
        The outlet: what the file says, or the folder below the one that was added.
    published : str or None
        ISO 8601 date, or date and time: what the file says, its date line, or a name such as
        ``2025-03-01-flood.txt``.
    url : str or None
        Canonical, without what only tracks readers.
    encoding : str
        What the bytes were decoded with.
    size : int
        Of the text as it was read, in bytes of UTF-8.
    modified_ns : int
        When the file was last changed; 0 where there is none.
    sha256 : str
        Of all that was read of it, to tell later whether it changed.
    author : str or None
    file : str or None
        The file it lies in, where `path` is not that.
    part_of, part_start : str or None, int
        The id of the page at whose end another story was glued, and where in that page's text
        this one begins.
    repairs : str or None
        What was mojibake, as JSON: ``[[start, end, original], …]``.
    is_one : bool
        Whether the markup or the record it was read from holds it as one article; not stored.
    language : str or None
        BCP 47 tag, where the user said it; not stored: what the text is told to be is.
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
    author: str | None = None
    file: str | None = None
    part_of: str | None = None
    part_start: int = 0
    repairs: str | None = None
    is_one: bool = False
    language: str | None = None


@dataclass(frozen=True)
class Span:
    """A stretch of a document's text: characters `start` up to `end`, its kind, and why."""

    start: int
    end: int
    kind: Kind
    why: str = ""


@dataclass(frozen=True)
class Passage:
    """One paragraph, title, caption or other piece of a document.

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
        Those of `LEFT_OUT` say nothing of what the article is about.
    language : str
        BCP 47 code, ``und`` when it cannot be told.
    confidence : float
        Of the language, 0 to 1.
    repeats : int or None
        The position of the passage in the same document that says the same before.
    """

    document: str
    position: int
    start: int
    end: int
    text: str
    kind: Kind
    language: str = "und"
    confidence: float = 0.0
    repeats: int | None = None

    @property
    def id(self) -> str:
        """``document:position``, the form in which people quote it."""
        return f"{self.document}:{self.position}"


def document_id(path: str) -> str:
    """Return the permanent id of whatever lies at `path`: 12 hexadecimal digits."""
    return hashlib.sha256(path.encode("utf-8", "surrogateescape")).hexdigest()[:12]
