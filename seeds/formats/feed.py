"""Feeds: RSS of every age, Atom and JSON Feed; an entry is an article.

feedparser is given bytes and never an address, so nothing is fetched; it takes declarations
of entities out before it parses.
"""

from __future__ import annotations

import html
import io
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import feedparser

from ..articles import Article
from ..dates import parse_date
from ..decoding import Decoded, decode
from ..errors import SeedError
from ..urls import outlet_of
from .markup import plain
from .markup_encoding import decode_markup

_MARKUP = re.compile(r"<[a-zA-Z/!][^>]*>|&(?:#\d+|#x[0-9a-fA-F]+|[a-zA-Z]\w+);")


def articles(data: bytes, name: str) -> list[Article]:
    """Read a feed.

    Parameters
    ----------
    data : bytes
    name : str
        How messages call the file.

    Returns
    -------
    list of Article
        An entry each, in the order of the feed; the key is ``id=`` and the entry's identifier,
        else ``url=`` and its link, else ``entry=`` and its number.

    Raises
    ------
    SeedError
        If it is no feed, or one without entries that say anything.
    """
    if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{":
        read, decoded = _json_feed(data, name), decode(data, name)
        warnings = [decoded.warning]
    else:
        decoded = decode_markup(data, name)
        read, problem = _xml_feed(decoded, name)
        warnings = [decoded.warning, problem]
    if not read:
        raise SeedError(f"{name} is a feed without entries. Fetch it again, or leave it out.")
    told = tuple(warning for warning in warnings if warning)
    first = replace(read[0], warnings=told)
    return [replace(a, encoding=decoded.encoding) for a in _told_apart([first, *read[1:]])]


def _xml_feed(decoded: Decoded, name: str) -> tuple[list[Article], str | None]:
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", decoded.text).lstrip()
    parsed = feedparser.parse(
        io.BytesIO(text.encode("utf-8", "replace")),
        response_headers={"content-type": "application/xml; charset=utf-8"},
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    if not parsed.get("version") and not parsed.entries:
        raise SeedError(f"{name} is no feed (RSS, Atom or JSON Feed). Fetch it again.")
    outlet = _text(parsed.feed.get("title"))
    language = parsed.feed.get("language") or None
    found = [
        article
        for number, entry in enumerate(parsed.entries, 1)
        if (article := _entry(entry, number, outlet, language)) is not None
    ]
    broken = parsed.get("bozo_exception") if parsed.get("bozo") else None
    problem = f"the feed is damaged ({broken}): what could be read of it was" if broken else None
    return found, problem


def _entry(
    entry: Mapping[str, Any], number: int, outlet: str | None, language: str | None
) -> Article | None:
    bodies = [part.get("value") or "" for part in entry.get("content") or ()]
    bodies.append(entry.get("summary") or "")
    origin = _text((entry.get("source") or {}).get("title"))
    signed = (entry.get("author_detail") or {}).get("name") or entry.get("author")
    stated = entry.get("published") or entry.get("updated") or entry.get("created")
    link = _address(entry.get("link"))
    return _article(
        title=_text(entry.get("title")),
        bodies=bodies,
        identifier=entry.get("id"),
        link=link,
        number=number,
        published=parse_date(stated, language=language) if stated else None,
        author=_text(signed),
        source=origin or outlet or (outlet_of(link) if link else None),
    )


def _json_feed(data: bytes, name: str) -> list[Article]:
    try:
        feed = json.loads(decode(data, name).text.lstrip("\ufeff"), strict=False)
    except (ValueError, RecursionError) as error:
        raise SeedError(f"{name} is no JSON Feed ({error}). Fetch it again.") from None
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(items, list):
        raise SeedError(f"{name} is no JSON Feed: it has no list of items. Fetch it again.")
    outlet, language = _said(feed, "title"), _said(feed, "language")
    found = [_item(i, n, outlet, language) for n, i in enumerate(items, 1) if isinstance(i, dict)]
    return [article for article in found if article is not None]


def _item(
    item: Mapping[str, Any], number: int, outlet: str | None, language: str | None
) -> Article | None:
    written = item.get("content_text")
    bodies = [_said(item, "content_html") or "", _said(item, "summary") or ""]
    if isinstance(written, str):
        bodies.insert(0, html.escape(written, quote=False).replace("\n", "<br>"))
    signers = item.get("authors") or [item.get("author")]
    named = [_said(s, "name") for s in signers if isinstance(s, dict)]
    stated = _said(item, "date_published")
    link = _address(_said(item, "url") or _said(item, "external_url"))
    identifier = item.get("id")
    return _article(
        title=_text(_said(item, "title")),
        bodies=bodies,
        identifier=str(identifier) if identifier is not None else None,
        link=link,
        number=number,
        published=parse_date(stated, language=_said(item, "language") or language)
        if stated
        else None,
        author=", ".join(filter(None, named)) or None,
        source=outlet or (outlet_of(link) if link else None),
    )


def _article(
    *,
    title: str | None,
    bodies: Iterable[str],
    identifier: str | None,
    link: str | None,
    number: int,
    published: str | None,
    author: str | None,
    source: str | None,
) -> Article | None:
    """Make an article of an entry's title and the longest of its texts; None of no text."""
    body = max((plain(text) for text in bodies), key=len, default="")
    lines = body.splitlines()
    if title and (not lines or lines[0] != title):
        lines.insert(0, title)
    if not lines:
        return None
    given = f"id={identifier}" if identifier else f"url={link}" if link else f"entry={number}"
    return Article(
        text="\n".join(lines),
        key=given,
        title=title,
        source=source,
        url=link,
        published=published,
        author=author,
        is_one=True,
    )


def _told_apart(read: Iterable[Article]) -> list[Article]:
    """Number the entries that have the same key after the first."""
    seen: Counter[str] = Counter()
    told = []
    for article in read:
        seen[article.key] += 1
        again = seen[article.key]
        told.append(replace(article, key=f"{article.key}#{again}") if again > 1 else article)
    return told


def _text(value: str | None) -> str | None:
    """Return a title as one line, without markup."""
    if not value:
        return None
    shown = plain(value) if _MARKUP.search(value) else value
    return " ".join(shown.split()) or None


def _said(values: Mapping[str, Any], field: str) -> str | None:
    value = values.get(field)
    return value if isinstance(value, str) and value.strip() else None


def _address(link: str | None) -> str | None:
    return link if link and link.lower().startswith(("http://", "https://")) else None
