"""What a page says of itself: title, author, outlet, address, date, and its body as data.

JSON-LD goes before meta elements, those before what is seen on the page. Whatever
a page does not say stays None; a date is never taken from a copyright line.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

import lxml.html

from ..urls import outlet_of
from .markup import is_beside, letters_of, plain
from .page_dates import date_in_path, published_in

_SAVED_FROM = re.compile(r"<!--\s*saved from url=\(\d+\)\s*(\S+)\s*-->", re.IGNORECASE)
_SINGLE_FILE = re.compile(r"Page saved with SingleFile\s+url:\s*(\S+)", re.IGNORECASE)
_HEAD = 16384
_AUTHOR_NAMES = ("author", "article:author", "dc.creator", "dcterms.creator", "parsely-author",
                 "sailthru.author", "byl", "citation_author")  # fmt: skip
_OUTLET_NAMES = ("og:site_name", "application-name", "publisher", "dc.publisher",
                 "dcterms.publisher", "citation_journal_title")  # fmt: skip
_ARTICLE_TYPES = re.compile(r"(?:Article|Posting|Report|Review)$")
_AUTHOR_CLASS = re.compile(r"(?:^|[\s_-])(?:author(?:-?name)?|byline|writer)(?:$|[\s_-])",
                           re.IGNORECASE)  # fmt: skip
_SIGNED = re.compile(
    r"^(?:by|written by|von|par|por|di|door|yazan|oleh|автор|текст|بقلم|كتب|كتبت|الكاتب|نویسنده|"
    r"گزارش|تحریر|作者|记者|記者|文)\s*[::]?\s+|^(?:作者|记者|記者)\s*[::]?\s*",
    re.IGNORECASE,
)
SEPARATED = re.compile(r"\s+[|–—-]\s+|\s*[|»«]\s*|\s+::\s+")
LONGEST_AUTHOR = 90


@dataclass(frozen=True)
class Facts:
    """What a page says of itself; `body` is its text where scripts hold it."""

    title: str | None = None
    author: str | None = None
    source: str | None = None
    url: str | None = None
    published: str | None = None
    body: str | None = None


def facts_of(root: lxml.html.HtmlElement, text: str, saved_from: str | None = None) -> Facts:
    """Read what a page says of itself.

    Parameters
    ----------
    root : lxml.html.HtmlElement
        The page, with its scripts.
    text : str
        The page as it was decoded, for what browsers write into comments.
    saved_from : str, optional
        The address that it is known to come from, where it says none itself.
    """
    metas = _metas(root)
    scripts = [s.text or "" for s in root.iter("script") if "ld+json" in (s.get("type") or "")]
    node = _article_node(scripts)
    url = _url(root, metas, node, _address_in(text[:_HEAD]) or saved_from)
    language = root.get("lang") or None
    source = _first(metas, _OUTLET_NAMES) or _name(node.get("publisher")) or None
    return Facts(
        title=_title(root, metas, node, source),
        author=_author(root, metas, node),
        source=source or (outlet_of(url) if url else None),
        url=url,
        published=published_in(root, metas, node, scripts, language) or date_in_path(url),
        body=_body(node),
    )


def heading_of(element: lxml.html.HtmlElement) -> lxml.html.HtmlElement | None:
    """Return the first heading in an element that says something."""
    return next((h for h in element.iter("h1", "h2", "h3") if _line(h.text_content())), None)


def _metas(root: lxml.html.HtmlElement) -> dict[str, str]:
    found: dict[str, str] = {}
    for meta in root.iter("meta"):
        content = _line(meta.get("content"))
        for key in ("property", "name", "itemprop"):
            if content and meta.get(key):
                found.setdefault(meta.get(key).strip().lower(), content)
    return found


def _first(metas: dict[str, str], names: Iterable[str]) -> str | None:
    return next((metas[name] for name in names if name in metas), None)


def _article_node(scripts: Iterable[str]) -> dict[str, Any]:
    """Return the description of the page's article in its JSON-LD; empty where it has none."""
    found: dict[str, Any] = {}
    for script in scripts:
        for node in _nodes(script):
            kinds = node.get("@type")
            named = kinds if isinstance(kinds, list) else [kinds]
            if any(isinstance(kind, str) and _ARTICLE_TYPES.search(kind) for kind in named):
                return node
            if "datePublished" in node and not found:
                found = node
    return found


def _nodes(script: str) -> Iterator[dict[str, Any]]:
    """Give the objects of a JSON-LD script, the outer ones first."""
    cleaned = re.sub(r"^\s*(?:<!--|//<!\[CDATA\[)|(?:-->|//\]\]>)\s*;?\s*$", "", script).strip()
    try:
        level: list[Any] = [json.loads(cleaned, strict=False)]
    except (ValueError, RecursionError):
        return
    for _ in range(4):
        inner: list[Any] = []
        for value in level:
            if isinstance(value, dict):
                yield value
                graph = value.get("@graph"), value.get("mainEntity"), value.get("mainEntityOfPage")
                inner.extend(part for part in graph if isinstance(part, dict | list))
            elif isinstance(value, list):
                inner.extend(value[:200])
        level = inner


def _address_in(head: str) -> str | None:
    saved = _SAVED_FROM.search(head) or _SINGLE_FILE.search(head)
    return html.unescape(saved[1]) if saved else None


def _url(
    root: lxml.html.HtmlElement, metas: dict[str, str], node: dict[str, Any], here: str | None
) -> str | None:
    base = next((b.get("href") for b in root.iter("base") if b.get("href")), None) or here
    linked = [
        link.get("href") for link in root.iter("link") if "canonical" in (link.get("rel") or "")
    ]
    page = node.get("mainEntityOfPage")
    stated = [*linked, metas.get("og:url"), page.get("@id") if isinstance(page, dict) else page,
              node.get("url"), here, metas.get("twitter:url")]  # fmt: skip
    base = base or next((s for s in stated if isinstance(s, str) and _is_web(s)), None)
    found = [_absolute(s, base) for s in stated if isinstance(s, str)]
    whole = [url for url in found if url]
    return next((url for url in whole if urlsplit(url).path.strip("/")), next(iter(whole), None))


def _absolute(stated: str, base: str | None) -> str | None:
    try:
        joined = urljoin(base, stated.strip()) if base else stated.strip()
        return joined if _is_web(joined) and urlsplit(joined).hostname else None
    except ValueError:
        return None


def _is_web(url: str) -> bool:
    return url.lower().startswith(("http://", "https://")) and " " not in url.strip()


def _title(
    root: lxml.html.HtmlElement, metas: dict[str, str], node: dict[str, Any], source: str | None
) -> str | None:
    """Choose the heading that the page shows, where the page's own title holds it."""
    tag = next((_line(t.text_content()) for t in root.iter("title")), None)
    headline = node.get("headline")
    stated = [
        _line(headline) if isinstance(headline, str) else None,
        *(_first(metas, (name,)) for name in ("og:title", "twitter:title", "dc.title", "headline")),
        tag,
    ]
    named = [title for title in stated if title]
    headings = [line for h in root.iter("h1") if (line := _line(h.text_content()))]
    whole = " ".join(letters_of(title) for title in named)
    for heading in headings:
        if len(heading) > 3 and letters_of(heading) in whole and heading != source:
            return heading
    if named:
        return _without_outlet(named[0], source)
    return headings[0] if len(headings) == 1 else None


def _without_outlet(title: str, source: str | None) -> str:
    """Take the outlet's name off the end of a title."""
    cuts = list(SEPARATED.finditer(title))
    if cuts and source:
        last = title[cuts[-1].end() :]
        if letters_of(last) == letters_of(source) and cuts[-1].start() > 0:
            return title[: cuts[-1].start()]
    return title


def _author(root: lxml.html.HtmlElement, metas: dict[str, str], node: dict[str, Any]) -> str | None:
    stated = [_name(node.get("author")), *(metas.get(name) for name in _AUTHOR_NAMES)]
    for name in filter(None, stated):
        if not _is_web(name) and len(name) <= LONGEST_AUTHOR:
            return _SIGNED.sub("", name)
    return author_in(root)


def author_in(root: lxml.html.HtmlElement) -> str | None:
    """Return the name that an element of a page is signed with."""
    for element in root.iter("a", "span", "p", "div", "address", "strong"):
        names = f"{element.get('class', '')} {element.get('itemprop', '')}"
        if "author" in (element.get("rel") or "") or _AUTHOR_CLASS.search(names):
            shown = _line(element.text_content())
            if shown and len(shown) <= LONGEST_AUTHOR and not is_beside(element):
                return _SIGNED.sub("", shown)
    return None


def _name(value: Any) -> str | None:
    """Return the name or names in a JSON-LD value."""
    if isinstance(value, list):
        return ", ".join(dict.fromkeys(filter(None, map(_name, value[:10])))) or None
    if isinstance(value, dict):
        return _name(value.get("name"))
    return _line(value) if isinstance(value, str) else None


def _body(node: dict[str, Any]) -> str | None:
    body = node.get("articleBody")
    return plain(html.unescape(body)) or None if isinstance(body, str) else None


def _line(value: str | None) -> str | None:
    return " ".join(html.unescape(value).split()) or None if value else None
