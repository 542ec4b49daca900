"""What a reader found, to a document: mojibake repaired, and title, date and address filled in."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from .articles import Article
from .cleaning import Repair, mark, repair
from .dates import find_dateline
from .documents import Document, Span, document_id
from .errors import SeedError
from .finding import SeedFile, printable
from .paragraphs import split
from .reading import STDIN
from .urls import canonical_url

_DATED_NAME = re.compile(r"^(\d{4})-(\d{2})-(\d{2})(?!\d)")
# A date line is looked for among so many passages at the top.
_TOP = 6


@dataclass(frozen=True)
class Origin:
    """Where an article was read: the file, its absolute path, when it was last changed."""

    file: SeedFile
    path: str
    modified_ns: int = 0

    @classmethod
    def of(cls, file: SeedFile) -> Origin:
        """Return where a file lies; standard input is called ``<stdin>``.

        Raises
        ------
        OSError
            If the file is not there any more.
        """
        path = file_path(file)
        return cls(file, path, 0 if path == STDIN else file.path.stat().st_mtime_ns)


def file_path(file: SeedFile) -> str:
    """Return the absolute path of a file, without ``..`` and links as they are."""
    name = str(file.path)
    return name if name == STDIN else os.path.abspath(name)  # noqa: PTH100


def path_of(article: Article, origin: Origin) -> str:
    """Return the path of an article: that of its file, and its key if it has one.

    On standard input one thing comes after another, so that the place of an article there tells
    nothing: without an id or an address its content does.
    """
    key = article.key
    if origin.path == STDIN and not key.startswith(("id=", "url=")):
        key = digest_of(article)[:12]
    return f"{origin.path}#{key}" if key else origin.path


def digest_of(article: Article) -> str:
    """Return the SHA-256 of all that was read of an article."""
    parts = (
        article.text, article.title, article.source, article.url, article.published,
        article.author, *([article.language] if article.language else []),
    )  # fmt: skip
    said = "\0".join(part or "" for part in parts)
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()


def name_of(article: Article, origin: Origin) -> str:
    """Return how messages call an article."""
    name = str(origin.file.path)
    return printable(f"{name}#{article.key}" if article.key else name)


def document_of(article: Article, origin: Origin) -> tuple[Document, list[str]]:
    """Make a document of what was read.

    Returns
    -------
    Document
        Its title and date are those that the file gives; `completed` looks for others.
    list of str
        What the user should be told, with the file's name.

    Raises
    ------
    SeedError
        If it has no text.
    """
    path = path_of(article, origin)
    name = name_of(article, origin)
    if not article.text.strip():
        raise SeedError(f"{name} holds only white space. Nothing was added for it.")
    text, repairs = repair(article.text)
    title, source, author = (
        _on_one_line(repair(field or "")[0])
        for field in (article.title, article.source, article.author)
    )
    warnings = list(article.warnings)
    if repairs:
        warnings.append(f"mojibake was repaired in {len(repairs)} places")
    document = Document(
        id=document_id(path),
        path=path,
        text=text,
        title=title,
        source=source or origin.file.source,
        published=article.published,
        url=(canonical_url(article.url) or article.url) if article.url else None,
        encoding=article.encoding,
        size=len(article.text.encode("utf-8", "surrogatepass")),
        modified_ns=origin.modified_ns,
        sha256=digest_of(article),
        author=author,
        file=origin.path,
        repairs=_as_json(repairs),
        is_one=article.is_one,
        language=article.language,
    )
    return document, [f"{name}: {warning}" for warning in warnings]


def spans_of(document: Document, language: str) -> list[Span]:
    """Split a document's text, and mark what scraping left in it."""
    return mark(document.text, split(document.text, language), language)


def completed(document: Document, spans: Sequence[Span]) -> Document:
    """Return a document with the title and the date that its text has at the top.

    What the file says goes before; a date in its name (``2025-03-01-flood.txt``) comes last.
    """
    title, published = document.title, document.published
    for span in spans[:_TOP]:
        line = document.text[span.start : span.end]
        if title is None and span.kind == "title":
            title = _on_one_line(line)
        if published is None and span.kind == "dateline":
            published = find_dateline(line)
    if published is None:
        published = date_in_name(Path(document.file or document.path).name)
    return replace(document, title=title, published=published)


def date_in_name(name: str) -> str | None:
    """Return the day with which the name of a file begins, as ISO 8601."""
    match = _DATED_NAME.match(name)
    if not match:
        return None
    try:
        return date(*(int(part) for part in match.groups())).isoformat()
    except ValueError:
        return None


def _on_one_line(text: str | None) -> str | None:
    return " ".join(text.split()) or None if text else None


def _as_json(repairs: Sequence[Repair]) -> str | None:
    if not repairs:
        return None
    return json.dumps([[r.start, r.end, r.original] for r in repairs], ensure_ascii=False)
