"""What the collection hands out: where a passage stands, and what document it is in."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ..seeds import LEFT_OUT, Document, Passage


@dataclass(frozen=True)
class Entry:
    """One document to be stored, with its passages and their vectors.

    Attributes
    ----------
    document : Document
    language : str
        The language of the document as a whole.
    passages : list of Passage
    vectors : array, shape (len(passages), dimension), float32 unit rows
        As the model gave them, before any language mean is taken off.
    windows : list of int
        How many windows of the model each passage took; more than 1 for long ones.
    """

    document: Document
    language: str
    passages: list[Passage]
    vectors: np.ndarray
    windows: list[int]


@dataclass(frozen=True)
class FileState:
    """What is known of a file that was added: enough to tell whether it changed."""

    path: str
    size: int
    modified_ns: int
    sha256: str


@dataclass(frozen=True)
class Place:
    """Another place of a document: the same article by another path.

    Attributes
    ----------
    path : str
        As of a document.
    file : str
        The file that lies in.
    document : str
        The id of the document.
    url, published : str or None
        As they are given there.
    sha256 : str
        Of all that was read there.
    """

    path: str
    file: str
    document: str
    url: str | None
    published: str | None
    sha256: str


@dataclass(frozen=True)
class Unread:
    """Something in a file that could not be read when it was added: the file, and what was said."""

    file: str
    line: str


@dataclass(frozen=True)
class DocumentInfo:
    """A stored document without its text.

    `part_of` is the id of the page at whose end it was found, for a story glued to another.
    """

    id: str
    path: str
    title: str | None
    source: str | None
    published: str | None
    url: str | None
    language: str
    author: str | None = None
    part_of: str | None = None


@dataclass(frozen=True)
class StoredPassage:
    """A passage where it stands.

    Attributes
    ----------
    row : int
        Its number in the collection; a replaced passage gets another.
    document : DocumentInfo
    position, start, end : int
        In its document: number, and character offsets in the text.
    kind, language, text : str
    hash : bytes
        Equal for passages of equal normal form.
    repeats : int or None
        The position of the passage in the same document that says the same before.
    """

    row: int
    document: DocumentInfo
    position: int
    start: int
    end: int
    kind: str
    language: str
    text: str
    hash: bytes = field(repr=False)
    repeats: int | None = None

    @property
    def id(self) -> str:
        """``document:position``."""
        return f"{self.document.id}:{self.position}"

    @property
    def counts(self) -> bool:
        """Whether it says what the article is about: a fragment or a share button does not."""
        return self.kind not in LEFT_OUT


@dataclass(frozen=True)
class Selection:
    """Which passages are meant; a field that is empty or None leaves all in.

    Attributes
    ----------
    languages, sources : tuple of str
    since, until : str or None
        ISO 8601 dates, both included; documents without a date are left out by either.
    """

    languages: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    since: str | None = None
    until: str | None = None

    @property
    def is_all(self) -> bool:
        """Whether nothing is left out."""
        return not (self.languages or self.sources or self.since or self.until)
