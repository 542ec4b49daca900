"""The text of a page of a book (XHTML), a paragraph a line, and its first heading.

Marks of notes and of printed pages, and pronunciations set over words, are not part of the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml import etree

_BLOCKS = frozenset(
    {
        "address", "article", "aside", "blockquote", "body", "br", "caption", "dd", "div", "dl",
        "dt", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6",
        "header", "hgroup", "hr", "li", "main", "nav", "ol", "p", "pre", "section", "table",
        "tbody", "tfoot", "thead", "tr", "ul",
    }
)  # fmt: skip
_UNSEEN = frozenset(
    {
        "head", "script", "style", "template", "iframe", "object", "rt", "rp", "svg", "math",
        "audio", "video",
    }
)  # fmt: skip
_MARK = re.compile(r"^[\[(]?(\d{1,4}|[*†‡↩↑^]\ufe0e?)[\])]?$")
_CELLS = frozenset({"td", "th"})
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
# Values of `epub:type` and `role`: what is no text, and pages that are there for the book's sake.
_NO_TEXT = frozenset({"pagebreak", "noteref", "backlink"})
_APPARATUS = frozenset(
    {
        "cover", "titlepage", "halftitlepage", "toc", "landmarks", "loi", "lot", "page-list",
        "index", "copyright-page", "imprint", "colophon",
    }
)  # fmt: skip
# Of a page's letters in links, above which it is a list of contents.
_LINKED_SHARE, _FEWEST_LINKS = 0.6, 3


@dataclass(frozen=True)
class Chapter:
    """A page: its lines, its first heading, whether it is a cover, contents or the like."""

    lines: list[str]
    heading: str | None
    is_apparatus: bool


def chapter_of(root: etree._Element) -> Chapter:
    """Return the text of a page."""
    body = next(root.iter("{*}body"), root)
    pieces: list[str] = []
    walk = etree.iterwalk(body, events=("start", "end"))
    for event, element in walk:
        name = _name(element)
        if event == "start" and (name in _UNSEEN or _is_mark(element, name)):
            walk.skip_subtree()
            continue
        pieces.append(_edge(name, event))
        said = element.text if event == "start" else element.tail
        if said and (event == "start" or element is not body):
            pieces.append(" ".join(f"|{said}|".split())[1:-1])
    lines = [line for line in map(_tidy, "".join(pieces).split("\n")) if line]
    return Chapter(lines, _heading(body), _is_apparatus(body, lines))


def _is_mark(element: etree._Element, name: str) -> bool:
    """Tell marks of pages and notes: called so, or links inside of the book that say a number."""
    if _kinds(element) & _NO_TEXT:
        return True
    is_link = name == "a" and "#" in element.get("href", "")
    return is_link and _MARK.match(_tidy("".join(element.itertext()))) is not None


def _edge(name: str, event: str) -> str:
    if name in _BLOCKS:
        return "\n"
    return " | " if name in _CELLS and event == "end" else ""


def _tidy(line: str) -> str:
    return " ".join(line.split()).strip("| ")


def _heading(body: etree._Element) -> str | None:
    for element in body.iter():
        if _name(element) in _HEADINGS:
            text = _tidy("".join(element.itertext()))
            if text:
                return text
    return None


def _is_apparatus(body: etree._Element, lines: list[str]) -> bool:
    outer = [body, *body[:1]] if len(body) == 1 else [body]
    if any(_kinds(element) & _APPARATUS for element in outer):
        return True
    links = [_tidy("".join(link.itertext())) for link in body.iter("{*}a") if link.get("href")]
    linked = sum(map(len, links))
    return len(links) >= _FEWEST_LINKS and linked > _LINKED_SHARE * sum(map(len, lines))


def _kinds(element: etree._Element) -> set[str]:
    kinds: set[str] = set()
    for key, value in element.attrib.items():
        if str(key).endswith("}type") or key == "role":
            kinds.update(word.removeprefix("doc-") for word in str(value).split())
    return kinds


def _name(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[2].lower()
