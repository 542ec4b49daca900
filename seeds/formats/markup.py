"""HTML to a tree, and a tree to blocks of text: what pages, feeds and mail share.

Scripts and styles never count as text; menus, forms and boxes are told by their tags and classes.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import lxml.etree
import lxml.html

from ..errors import SeedError

# Elements whose text nobody reads on the page.
UNSEEN = (
    "script", "style", "svg", "rt", "rp", "math", "iframe", "object", "head", "select",
    "textarea", "button", "canvas", "audio", "video", "datalist", "map",
)  # fmt: skip
# Elements that a page shows only with its scripts at work, or only without.
_WITHHELD = ("template", "noscript")
# A paragraph of running text has so many characters.
PARAGRAPH = 60
_BLOCKS = frozenset(
    ("address", "article", "aside", "blockquote", "body", "br", "caption", "center", "dd",
     "details", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1",
     "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "legend", "li", "main", "nav", "ol",
     "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul")
)  # fmt: skip
_FURNITURE_TAGS = frozenset(("nav", "aside", "footer", "form", "menu", "dialog"))
_FURNITURE = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|menu|breadcrumbs?|footer|sidebar|related|recommend(?:ed|ations?)?"
    r"|comments?|commentlist|disqus|respond|reply|shar(?:e|ing)|social|cookies?|consent|newsletter"
    r"|promo|advert\w*|banner|widget|trending|popular|teasers?|most-?read|read-?(?:also|more))"
    r"(?:$|[\s_-])",
    re.IGNORECASE,
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_HIDDEN_CLASS = re.compile(r"(?:^|\s)(?:sr-only|visually-hidden|screen-reader-text)(?:\s|$)")
_NO_LETTERS = re.compile(r"[\W_]+")
# What XML cannot hold, lone surrogates among it.
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Block:
    """A paragraph of a page.

    Attributes
    ----------
    text : str
        One line.
    owner : lxml.html.HtmlElement
        The block element that it stands in.
    linked : int
        How many of its characters are links.
    furniture : bool
        It stands in a menu, a form, a box beside the text.
    """

    text: str
    owner: lxml.html.HtmlElement
    linked: int
    furniture: bool


def drop_unseen(root: lxml.html.HtmlElement, *, withheld: bool = True) -> int:
    """Take out what a reader of the page does not see, unless it is most of the page.

    Parameters
    ----------
    root : lxml.html.HtmlElement
    withheld : bool, default True
        Whether what the page hides until its scripts show it is taken out as well.

    Returns
    -------
    int
        How many characters of running text the page withholds.
    """
    for element in list(root.iter(*UNSEEN)):
        _drop(element)
    hidden = [e for e in root.iter("*") if e.tag in _WITHHELD or _is_hidden(e)]
    half = len(root.text_content()) / 2 if hidden else 0
    running = 0
    for element in hidden:
        if element.tag in _WITHHELD:
            element.tag = "div"
        elif len(element.text_content()) >= half:
            continue
        if withheld:
            running += sum(len(b.text) for b in blocks(element) if len(b.text) >= PARAGRAPH)
            _drop(element)
    return running


def unname_holders(root: lxml.html.HtmlElement) -> None:
    """Take class and id off what is called furniture and holds most of the running text.

    Whatever they are called ("comments-open", "with-sidebar"), neither rules of ours nor those
    of an extractor then take them for a box.
    """
    held: Counter[lxml.html.HtmlElement] = Counter()
    total = 0
    for block in blocks(root):
        if len(block.text) >= PARAGRAPH and block.linked <= len(block.text) / 2:
            total += len(block.text)
            for element in (block.owner, *block.owner.iterancestors()):
                held[element] += len(block.text)
    for element, size in held.items():
        if 2 * size > total and is_furniture(element):
            element.attrib.pop("class", None)
            element.attrib.pop("id", None)


def parse(text: str, name: str) -> lxml.html.HtmlElement:
    """Parse a page; nothing is fetched and no entity is read from outside.

    Raises
    ------
    SeedError
        If there is nothing in it.
    """
    parser = lxml.html.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True
    )
    try:
        return lxml.html.document_fromstring(_NO_XML.sub("", text).encode(), parser=parser)
    except (lxml.etree.ParserError, lxml.etree.XMLSyntaxError):
        raise SeedError(f"{name} is an empty page. Save it again, or leave it out.") from None


def blocks(root: lxml.html.HtmlElement) -> Iterator[Block]:
    """Give the paragraphs of a page in the order in which they stand, each as one line."""
    walker = lxml.etree.iterwalk(root, events=("start", "end"))
    state = _Walk(root)
    for event, element in walker:
        tag = element.tag
        if event == "start":
            if tag in UNSEEN:
                walker.skip_subtree()
                continue
            if tag in _BLOCKS:
                yield from state.flush(element)
            state.enter(element, tag)
        else:
            if tag in _BLOCKS:
                yield from state.flush(element.getparent())
            state.leave(element, tag, is_root=element is root)
    yield from state.flush(root)


def plain(markup: str) -> str:
    """Return the text of a piece of HTML, a paragraph a line; of plain text, the text."""
    if "<" not in markup and "&" not in markup:
        return "\n".join(lines_of(markup))
    if not markup.strip():
        return ""
    try:
        return "\n".join(block.text for block in blocks(parse(f"<div>{markup}</div>", "it")))
    except SeedError:
        return ""


def lines_of(text: str) -> Iterator[str]:
    """Give the lines that say something, with single spaces."""
    return filter(None, (" ".join(line.split()) for line in text.splitlines()))


def letters_of(text: str) -> str:
    """Return the letters and digits of a text, without case, by which it is known again."""
    return _NO_LETTERS.sub("", text).casefold()


class _Walk:
    """What has been read since the last boundary of a block."""

    def __init__(self, root: lxml.html.HtmlElement) -> None:
        self._owner = root
        self._parts: list[str] = []
        self._linked = self._links = self._furniture = 0
        self._in_furniture: set[lxml.html.HtmlElement] = set()

    def enter(self, element: lxml.html.HtmlElement, tag: str) -> None:
        self._links += tag == "a"
        if is_furniture(element):
            self._in_furniture.add(element)
        self._add(element.text)

    def leave(self, element: lxml.html.HtmlElement, tag: str, *, is_root: bool) -> None:
        if tag not in UNSEEN:
            self._links -= tag == "a"
            self._in_furniture.discard(element)
        if not is_root:
            self._add(element.tail)

    def flush(self, owner: lxml.html.HtmlElement | None) -> Iterator[Block]:
        text = "".join(self._parts)
        shown = [text] if self._owner.tag != "pre" else text.splitlines()
        for line in filter(None, (" ".join(part.split()) for part in shown)):
            yield Block(line, self._owner, self._linked, bool(self._in_furniture))
        self._parts, self._linked = [], 0
        if owner is not None and owner.tag != "br":
            self._owner = owner

    def _add(self, text: str | None) -> None:
        if text:
            self._parts.append(text)
            if self._links > 0:
                self._linked += len(text.strip())


def is_furniture(element: lxml.html.HtmlElement) -> bool:
    """Tell whether an element is a menu, a form or a box, by its tag or its class."""
    tag = element.tag
    if tag in _FURNITURE_TAGS:
        return element.find(".//h1") is None and tag != "form"
    if tag in ("html", "body", "main"):
        return False
    names = f"{element.get('class', '')} {element.get('id', '')}"
    return len(names) > 1 and bool(_FURNITURE.search(names)) and element.find(".//h1") is None


def _drop(element: lxml.html.HtmlElement) -> None:
    if element.getparent() is not None:
        element.drop_tree()


def _is_hidden(element: lxml.html.HtmlElement) -> bool:
    style, names = element.get("style"), element.get("class")
    return (
        element.get("hidden") is not None
        or element.get("aria-hidden") == "true"
        or (style is not None and bool(_HIDDEN.search(style)))
        or (names is not None and bool(_HIDDEN_CLASS.search(names)))
    )


def is_beside(element: lxml.html.HtmlElement) -> bool:
    """Tell whether something stands in a menu, a box or among comments."""
    return any(is_furniture(above) for above in element.iterancestors())
