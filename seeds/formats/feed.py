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
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import feedparser

from ..articles import Article, Problem
from ..containment import contained
from ..dates import parse_date
from ..decoding import Decoded, decode
from ..errors import SeedError
from ..urls import outlet_of
from .feed_links import links_of
from .markup import plain
from .markup_encoding import decode_markup

_Entry = Mapping[str, Any]
_Make = Callable[[_Entry, int], Article | None]

_MARKUP = re.compile(r"<[a-zA-Z/!][^>]*>|&(?:#\d+|#x[0-9a-fA-F]+|[a-zA-Z]\w+);")


# An outlet that entries name is theirs where at least so many name one, as those that gather news
# do; else it is where one entry was taken over from.
_NAMED = 0.5


def articles(data: bytes, name: str) -> list[Article | Problem]:
    """Read a feed.

    Parameters
    ----------
    data : bytes
    name : str
        How messages call the file.

    Returns
    -------
    list of Article or Problem
        An entry each, in the order of the feed; the key is ``id=`` and the entry's identifier,
        else ``url=`` and its link, else ``entry=`` and its number.

    Raises
    ------
    SeedError
        If it is no feed, or one without entries that say anything.
    """
    if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{":
        entries, make = _json_feed(data, name)
        decoded, problem = decode(data, name), None
    else:
        decoded = decode_markup(data, name)
        entries, make, problem = _xml_feed(decoded, name)
    read, went_wrong = _made(entries, make, name)
    if not read and not went_wrong:
        raise SeedError(f"{name} is a feed without entries. Fetch it again, or leave it out.")
    if read:
        told = tuple(warning for warning in (decoded.warning, problem) if warning)
        read[0] = replace(read[0], warnings=told)
    found = [replace(article, encoding=decoded.encoding) for article in _told_apart(read)]
    return [*found, *went_wrong]


def _made(entries: Sequence[_Entry], make: _Make, name: str) -> tuple[list[Article], list[Problem]]:
    """Make articles of entries; what is raised for one costs only itself."""
    read: list[Article] = []
    went_wrong: list[Problem] = []
    for number, entry in enumerate(entries, 1):
        with contained(f"{name}, entry {number}", went_wrong.append, passing=(MemoryError,)):
            article = make(entry, number)
            read += [article] if article else []
    return read, went_wrong


def _xml_feed(decoded: Decoded, name: str) -> tuple[Sequence[_Entry], _Make, str | None]:
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
    links = links_of(text)
    if len(links) != len(parsed.entries):
        links = [None] * len(parsed.entries)
    gathers = sum("source" in entry for entry in parsed.entries) >= _NAMED * len(parsed.entries)

    def make(entry: _Entry, number: int) -> Article | None:
        link = links[number - 1] or entry.get("link")
        return _entry(entry, number, link, outlet, language, gathers=gathers)

    broken = parsed.get("bozo_exception") if parsed.get("bozo") else None
    problem = f"the feed is damaged ({broken}): what could be read of it was" if broken else None
    return parsed.entries, make, problem


def _entry(
    entry: _Entry,
    number: int,
    link: str | None,
    outlet: str | None,
    language: str | None,
    *,
    gathers: bool,
) -> Article | None:
    bodies = [part.get("value") or "" for part in entry.get("content") or ()]
    bodies.append(entry.get("summary") or "")
    origin = _text((entry.get("source") or {}).get("title"))
    signed = (entry.get("author_detail") or {}).get("name") or entry.get("author")
    stated = entry.get("published") or entry.get("updated") or entry.get("created")
    link = _address(link)
    own = (origin if gathers else None) or outlet
    return _article(
        title=_text(entry.get("title")),
        bodies=bodies,
        identifier=entry.get("id"),
        link=link,
        number=number,
        published=parse_date(stated, language=language) if stated else None,
        author=_text(signed),
        source=own or (outlet_of(link) if link else None),
    )


def _json_feed(data: bytes, name: str) -> tuple[Sequence[_Entry], _Make]:
    try:
        feed = json.loads(decode(data, name).text.lstrip("\ufeff"), strict=False)
    except (ValueError, RecursionError) as error:
        raise SeedError(f"{name} is no JSON Feed ({error}). Fetch it again.") from None
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(items, list):
        raise SeedError(f"{name} is no JSON Feed: it has no list of items. Fetch it again.")
    outlet, language = _said(feed, "title"), _said(feed, "language")
    entries = [item for item in items if isinstance(item, dict)]
    return entries, lambda item, number: _item(item, number, outlet, language)


def _item(item: _Entry, number: int, outlet: str | None, language: str | None) -> Article | None:
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
