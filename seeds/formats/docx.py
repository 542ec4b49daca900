"""Articles from Word documents (DOCX, DOCM): all that a reader sees, as one article.

The text is taken from the document's XML itself, since python-docx leaves out footnotes, text
boxes and what was inserted with changes tracked. A paragraph is a line, and so is a row of a
table; footnotes come last. What was deleted is left out.
"""

from __future__ import annotations

from lxml import etree

from ..articles import Article
from ..errors import SeedError
from .document_lines import DocumentLines
from .packages import Package, resolved
from .properties import believable_author, believable_title

_OFFICE = "/officeDocument/2006/relationships/"
_OFFICE_STRICT = "/officeDocument/relationships/"
# Deleted or moved text, field codes, and what is there a second time for older programs.
_UNSEEN = frozenset({"del", "moveFrom", "delText", "instrText", "delInstrText", "Fallback", "rPr"})
_NOTES = ("footnotes", "endnotes")
# Dates of templates that programs leave in the documents made of them: python-docx, pandoc.
_LEFT_TO_READ = "word/document.xml"


def articles(data: bytes, name: str) -> list[Article]:
    """Return the text of a Word document as one article.

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
        If it is damaged, locked, no Word document, or without text.
    """
    with Package(data, name) as package:
        main = _related(package, "", "officeDocument") or _LEFT_TO_READ
        if main not in package:
            raise SeedError(f"{name} holds no Word document. Give a .docx or .docm file.")
        lines = _lines(package.xml(main))
        for kind in _NOTES:
            part = _related(package, main, kind)
            if part and part in package:
                lines += _notes(package.xml(part))
        properties = _properties(package)
    if not lines:
        raise SeedError(f"{name} holds no text. Nothing was added for it.")
    return [
        Article(
            "\n".join(lines),
            title=believable_title(properties.get("title"), name),
            author=believable_author(properties.get("creator")),
        )
    ]


def _related(package: Package, part: str, kind: str) -> str | None:
    """Return the part of a kind that a part (or the whole, for ``""``) refers to."""
    folder, _, file = part.rpartition("/")
    listed = f"{folder}/_rels/{file}.rels" if folder else f"_rels/{file}.rels"
    if listed not in package:
        return None
    for relation in package.xml(listed):
        if relation.get("Type", "").endswith((_OFFICE + kind, _OFFICE_STRICT + kind)):
            return resolved(part, relation.get("Target", ""))
    return None


def _properties(package: Package) -> dict[str, str]:
    if "docProps/core.xml" not in package:
        return {}
    root = package.xml("docProps/core.xml")
    return {_name(element): element.text or "" for element in root.iter(etree.Element)}


def _notes(root: etree._Element) -> list[str]:
    """Return the notes, without the lines that Word parts them from the text with."""
    return [line for note in root if not _attribute(note, "type") for line in _lines(note)]


def _lines(root: etree._Element) -> list[str]:
    found = DocumentLines()
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        name = _name(element)
        if event == "start" and name in _UNSEEN:
            walk.skip_subtree()
        elif event == "start":
            _begin(found, name, element)
        elif name == "p":
            found.end_paragraph()
        elif name == "tr":
            found.end_row()
    return found.lines


def _begin(found: DocumentLines, name: str, element: etree._Element) -> None:
    if name == "p":
        found.begin_paragraph()
    elif name == "tr":
        found.begin_row()
    elif name == "tc":
        found.begin_cell()
    else:
        found.say(_said(name, element))


def _said(name: str, element: etree._Element) -> str:
    if name == "t":
        return element.text or ""
    if name in ("br", "cr"):
        return "\n"
    if name == "noBreakHyphen":
        return "\u2011"
    return " " if name in ("tab", "ptab") else ""


def _name(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _attribute(element: etree._Element, name: str) -> str | None:
    found = (value for key, value in element.attrib.items() if key.rpartition("}")[2] == name)
    return next(map(str, found), None)
