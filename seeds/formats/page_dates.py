"""The date on which a page was published: told to machines, shown to people, in its address.

Dates of changes, of other stories and of copyright are not taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import lxml.html

from ..dates import parse_date
from .markup import is_beside

# Longer texts say more than a date.
LONGEST_DATE = 60
# A teaser of another story is no longer, and its headline no shorter.
LONGEST_CARD, LEAST_HEADLINE = 400, 20
_PUBLISHED_NAMES = (
    "article:published_time", "article:published", "og:article:published_time",
    "datepublished", "og:published_time", "rnews:datepublished", "parsely-pub-date",
    "sailthru.date", "dc.date.issued", "dcterms.issued", "dcterms.created", "dc.date.created",
    "dcterms.date", "dc.date", "citation_publication_date", "citation_date", "publishdate",
    "publish-date", "publish_date", "pubdate", "publication_date", "publicationdate",
    "date", "cxenseparse:recs:publishtime", "article.published", "displaydate",
)  # fmt: skip
_LOOSE_DATE = re.compile(r'"datePublished"\s*:\s*"([^"]{6,40})"')
_DATED_PATH = re.compile(r"/((?:19|20)\d\d)/(0?[1-9]|1[0-2])/(0?[1-9]|[12]\d|3[01])/")
_DATE_CLASS = re.compile(r"(?:^|[\s_-])(?:date|datetime|time|timestamp|published|pubdate|posted)",
                         re.IGNORECASE)  # fmt: skip


def published_in(
    root: lxml.html.HtmlElement,
    metas: Mapping[str, str],
    node: Mapping[str, Any],
    scripts: Iterable[str],
    language: str | None,
) -> str | None:
    """Return the date of publication that a page gives.

    Parameters
    ----------
    root : lxml.html.HtmlElement
    metas : mapping
        Names of its meta elements to what they say.
    node : mapping
        What its JSON-LD says of its article.
    scripts : iterable of str
        Its JSON-LD, which may be broken.
    language : str or None
        Of the page, for the names of months.
    """
    loose = [match[1] for script in scripts if (match := _LOOSE_DATE.search(script))]
    stated = [node.get("datePublished"), *(metas.get(n) for n in _PUBLISHED_NAMES), *loose]
    for value in stated:
        if isinstance(value, str) and (found := _date(value, language)):
            return found
    shown = list(_shown_dates(root))
    return next((found for e in shown if (found := date_in(e, language))), None)


def date_in_path(url: str | None) -> str | None:
    """Return the date in an address such as ``https://a.example/2025/03/04/title``."""
    found = _DATED_PATH.search(re.split("[?#]", url, maxsplit=1)[0]) if url else None
    if found is None:
        return None
    return _date(f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}", None)


def date_in(element: lxml.html.HtmlElement, language: str | None) -> str | None:
    """Return the date that an element shows: what machines are told, then what people read."""
    for name in ("datetime", "content", "title"):
        stated = element.get(name)
        if stated and (found := _date(stated, language)):
            return found
    shown = " ".join(element.text_content().split())
    return _date(shown, language) if 0 < len(shown) <= LONGEST_DATE else None


def _shown_dates(root: lxml.html.HtmlElement) -> Iterator[lxml.html.HtmlElement]:
    """Give the elements that show a date, those after the page's heading first."""
    before: list[lxml.html.HtmlElement] = []
    after: list[lxml.html.HtmlElement] = []
    current = before
    for element in root.iter("h1", "time", "abbr", "span", "div", "p", "meta", "td", "li", "font"):
        if element.tag == "h1":
            current = after
        elif element.tag == "time" or _says_date(element):
            current.append(element)
    marked = [*after, *before]
    for wanted in (True, False):
        for element in marked[:40]:
            if _is_published(element) is not wanted or is_beside(element):
                continue
            if wanted or not _is_of_another(element):
                yield element


def _says_date(element: lxml.html.HtmlElement) -> bool:
    names = f"{element.get('class', '')} {element.get('id', '')} {element.get('itemprop', '')}"
    if len(names) < 6 or not _DATE_CLASS.search(names):
        return False
    return "modif" not in names and "updat" not in names


def _is_published(element: lxml.html.HtmlElement) -> bool:
    return element.get("itemprop") == "datePublished" or element.get("pubdate") is not None


def _is_of_another(element: lxml.html.HtmlElement) -> bool:
    """Tell whether a date stands with the link of another story, as in lists of the latest."""
    for above in element.iterancestors():
        if above.find(".//h1") is not None or len(above.text_content()) > LONGEST_CARD:
            return False
        if above.tag == "a" or any(
            len(" ".join(link.text_content().split())) >= LEAST_HEADLINE for link in above.iter("a")
        ):
            return True
    return False


def _date(value: str, language: str | None) -> str | None:
    return parse_date(" ".join(value.split())[:200], language=language)
