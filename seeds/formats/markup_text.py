"""Text with HTML in it, as exports of web sites have it, to plain text, a paragraph a line."""

from __future__ import annotations

import html
import re

import lxml.html
from lxml import etree
from lxml.html import defs

_TAG = re.compile(
    r"</?(?:p|br|div|span|a|strong|em|b|i|u|h[1-6]|ul|ol|li|blockquote|img|figure|figcaption|"
    r"table|tr|td|th|section|article|iframe|script|style|hr|pre|font|center|sup|sub)"
    r"(?:\s[^<>]*)?/?>|<!--",
    re.I,
)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z]{2,8});", re.I)
_BLOCK = frozenset(
    {
        "p", "br", "div", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote",
        "figure", "figcaption", "table", "tr", "td", "th", "section", "article", "hr", "pre",
        "center", "dl", "dt", "dd", "aside", "header", "footer", "main", "form",
    }
)  # fmt: skip
_UNSEEN = frozenset({"script", "style", "iframe", "noscript", "template", "object", "svg"})
_KNOWN = defs.tags | {"bdi", "data", "dialog", "main", "math", "nobr", "picture", "svg", "template"}
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_OPENING = re.compile(r"<([a-z][a-z0-9]*)(?=[\s/>])", re.I)
_CLOSING = re.compile(r"</([a-z][a-z0-9]*)", re.I)
_MOST_ESCAPED = 3
_SCRIPT = re.compile(r"<(script|style)\b.*?</\1\s*>|<!--.*?-->", re.I | re.S)
_BREAKING_TAG = re.compile(r"<(?:p|br|div|li|h[1-6])[\s/>]", re.I)


def has_markup(text: str) -> bool:
    """Tell whether there are HTML tags in a text."""
    return "<" in text and _TAG.search(text) is not None


def plain_text(text: str) -> str:
    """Return a text without its tags and character references.

    Where tags part paragraphs, line ends are spaces, as in a browser; where there are only tags
    such as `<b>`, they part paragraphs themselves. What was escaped more than once is taken back
    as often; tags that come out of a text which has tags itself are what it writes about.
    """
    had_tags = has_markup(text)
    if had_tags:
        text = _without_tags(text)
    for _ in range(_MOST_ESCAPED):
        if "&" not in text or not _ENTITY.search(text):
            break
        text = html.unescape(text)
        if not had_tags and has_markup(text):
            return plain_text(text)
    return text


def _without_tags(text: str) -> str:
    parser = lxml.html.HTMLParser(
        remove_comments=True, remove_pis=True, no_network=True, huge_tree=True
    )
    text = _with_what_is_no_tag(_NOT_IN_XML.sub("\ufffd", text))
    root = lxml.html.fragment_fromstring(text, create_parent="div", parser=parser)
    if any(error.type_name == "ERR_RESOURCE_LIMIT" for error in parser.error_log):
        pieces = [_TAG.sub("\n", html.unescape(_SCRIPT.sub("\n", text)))]  # too deep for a tree
    else:
        pieces = _pieces(root, r"\s+" if _BREAKING_TAG.search(text) else r"[^\S\n]+")
    lines = (line.strip() for line in "".join(pieces).split("\n"))
    return "\n".join(line for line in lines if line)


def _with_what_is_no_tag(text: str) -> str:
    """Keep what looks like a tag, but is of no element of HTML and never closed: List<String>."""
    if all(found[1].lower() in _KNOWN for found in _OPENING.finditer(text)):
        return text
    names = _KNOWN | {found[1].lower() for found in _CLOSING.finditer(text)}
    return _OPENING.sub(
        lambda found: found[0] if found[1].lower() in names else f"&lt;{found[1]}", text
    )


def _pieces(root: lxml.html.HtmlElement, space: str) -> list[str]:
    pieces: list[str] = []
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        if event == "start":
            if element.tag in _UNSEEN:
                walk.skip_subtree()
                continue
            said = element.text
        else:
            said = element.tail
        if element.tag in _BLOCK:
            pieces.append("\n")
        if said:
            pieces.append(re.sub(space, " ", said))
    return pieces
