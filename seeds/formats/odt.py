"""Articles from OpenDocument texts (ODT): all that a reader sees, as one article.

A paragraph is a line, and so is a row of a table; a note comes after its paragraph. Comments and
what was deleted are left out.
"""

from __future__ import annotations

from lxml import etree

from ..articles import Article
from ..errors import SeedError
from .document_lines import DocumentLines
from .packages import Package
from .properties import believable_author, believable_title

_UNSEEN = frozenset(
    {"tracked-changes", "annotation", "note-citation", "forms", "ruby-text", "title", "desc"}
)
_PARAGRAPHS = frozenset({"p", "h"})


def articles(data: bytes, name: str) -> list[Article]:
    """Return the text of an OpenDocument text as one article.

    Title and author are those of the file's properties, where they are believable. The day on
    which it was made is not one of publication.

    Parameters
    ----------
    data : bytes
    name : str
        How messages call the file.

    Raises
    ------
    SeedError
        If it is damaged, locked, no OpenDocument text, or without text.
    """
    with Package(data, name) as package:
        _refuse_locked(package, name)
        body = next(package.xml("content.xml").iter("{*}text"), None)
        properties = package.xml("meta.xml") if "meta.xml" in package else None
    lines = [] if body is None else _lines(body)
    if not lines:
        raise SeedError(f"{name} holds no text. Nothing was added for it.")
    author = _property(properties, "initial-creator") or _property(properties, "creator")
    return [
        Article(
            "\n".join(lines),
            title=believable_title(_property(properties, "title"), name),
            author=believable_author(author),
        )
    ]


def _refuse_locked(package: Package, name: str) -> None:
    manifest = "META-INF/manifest.xml"
    if manifest not in package:
        return
    if next(package.xml(manifest).iter("{*}encryption-data"), None) is not None:
        raise SeedError(f"{name} is locked with a password. Save it without one.")


def _property(root: etree._Element | None, name: str) -> str:
    found = None if root is None else next(root.iter(f"{{*}}{name}"), None)
    return "" if found is None else found.text or ""


def _lines(body: etree._Element) -> list[str]:
    found = DocumentLines()
    walk = etree.iterwalk(body, events=("start", "end"))
    for event, element in walk:
        name = str(element.tag).rpartition("}")[2]
        if event == "start" and name in _UNSEEN:
            walk.skip_subtree()
        elif event == "start":
            _begin(found, name, element)
        else:
            _end(found, name)
            found.say(_on_one_line(element.tail))
    return found.lines


def _begin(found: DocumentLines, name: str, element: etree._Element) -> None:
    if name in _PARAGRAPHS:
        found.begin_paragraph()
    elif name == "table-row":
        found.begin_row()
    elif name == "table-cell":
        found.begin_cell()
    elif name == "line-break":
        found.say("\n")
    elif name in ("s", "tab"):
        found.say(" ")
    found.say(_on_one_line(element.text))


def _on_one_line(text: str | None) -> str:
    """Return text with single spaces, also where it begins and ends with some."""
    return " ".join(f"|{text or ''}|".split())[1:-1]


def _end(found: DocumentLines, name: str) -> None:
    if name in _PARAGRAPHS:
        found.end_paragraph()
    elif name == "table-row":
        found.end_row()
