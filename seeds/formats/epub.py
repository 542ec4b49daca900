"""Articles from EPUB: each chapter of the book is one, in the order of the book.

The outlet is the publisher, where the book names one; the book's own title stands for a chapter
without a title. Covers, contents and what holds next to no text are left out, and a warning says
how many.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from lxml import etree

from ..articles import Article, Problem
from ..dates import parse_date
from ..errors import SeedError
from .packages import Package, resolved
from .xhtml_text import Chapter, chapter_of

_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
_PAGES = frozenset({"application/xhtml+xml", "text/html", "application/xml"})
# Fonts may be scrambled in a book that is open.
_SCRAMBLED_FONTS = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")
# A chapter of fewer letters says nothing by itself.
_FEWEST_LETTERS = 80


@dataclass(frozen=True)
class _Book:
    """What the package file says: its properties, and the parts of the book in order."""

    title: str | None
    source: str | None
    author: str | None
    published: str | None
    spine: list[str]
    keys: dict[str, str]
    contents: str | None
    titles: dict[str, str]


def articles(data: bytes, name: str) -> list[Article | Problem]:
    """Return the chapters of a book; ``key`` is where the book's package file says they lie.

    Parameters
    ----------
    data : bytes
    name : str
        How messages call the file.

    Raises
    ------
    SeedError
        If it is damaged, locked (DRM), no EPUB, or without text.
    """
    with Package(data, name) as package:
        book = _book(package, name)
        _refuse_locked(package, book.spine, name)
        found, problems = _chapters(package, book)
    kept = [(part, chapter) for part, chapter in found if _is_text(part, chapter, book)]
    kept = kept or [(part, chapter) for part, chapter in found if chapter.lines]
    if not kept:
        reason = problems[0].line if problems else f"{name} holds no text."
        raise SeedError(f"{reason} Nothing was added for it.")
    made = [_article(part, chapter, book) for part, chapter in kept]
    left_out = len(found) - len(kept)
    if left_out:
        said = f"{left_out} parts of the book with next to no text (cover, contents) were left out"
        made[0] = replace(made[0], warnings=(said,))
    return [*made, *problems]


def _book(package: Package, name: str) -> _Book:
    place = _package_file(package, name)
    root = package.xml(place)
    metadata = _first(root, "metadata")
    items = {item.get("id", ""): item for item in _all(root, "item") if item.get("href")}
    spine = _first(root, "spine")
    named = [] if spine is None else [ref.get("idref", "") for ref in _all(spine, "itemref")]
    order = [items[one] for one in named if one in items and _is_page(items[one])]
    order = order or [item for item in items.values() if _is_page(item)]
    keys = {resolved(place, item.get("href", "")): item.get("href", "") for item in order}
    contents = next((i for i in items.values() if "nav" in i.get("properties", "").split()), None)
    nav = None if contents is None else resolved(place, contents.get("href", ""))
    toc = items.get("" if spine is None else spine.get("toc", ""))
    ncx = None if toc is None else resolved(place, toc.get("href", ""))
    return _Book(
        title=_text(metadata, "title"),
        source=_text(metadata, "publisher"),
        author=", ".join(dict.fromkeys(_texts(metadata, "creator"))) or None,
        published=_published(metadata),
        spine=list(keys),
        keys=keys,
        contents=nav,
        titles=_titles(package, nav, ncx),
    )


def _package_file(package: Package, name: str) -> str:
    if _CONTAINER in package:
        for root in _all(package.xml(_CONTAINER), "rootfile"):
            place = root.get("full-path", "")
            if place in package:
                return place
    raise SeedError(f"{name} is no EPUB that can be read: it names no package file. Save it anew.")


def _is_page(item: etree._Element) -> bool:
    return item.get("media-type", "") in _PAGES


def _refuse_locked(package: Package, spine: Sequence[str], name: str) -> None:
    if _ENCRYPTION not in package:
        return
    for data in _all(package.xml(_ENCRYPTION), "EncryptedData"):
        method, reference = _first(data, "EncryptionMethod"), _first(data, "CipherReference")
        algorithm = "" if method is None else method.get("Algorithm", "")
        place = "" if reference is None else resolved("", reference.get("URI", ""))
        if place in spine and algorithm not in _SCRAMBLED_FONTS:
            raise SeedError(f"{name} is locked by its seller (DRM). Give a copy that is not.")


def _chapters(package: Package, book: _Book) -> tuple[list[tuple[str, Chapter]], list[Problem]]:
    found: list[tuple[str, Chapter]] = []
    problems: list[Problem] = []
    for part in book.spine:
        chapter = _chapter(package, part)
        if isinstance(chapter, Problem):
            problems.append(chapter)
        else:
            found.append((part, chapter))
    return found, problems


def _chapter(package: Package, part: str) -> Chapter | Problem:
    try:
        return chapter_of(package.xml(part, html_names=True))
    except SeedError as error:
        return Problem(str(error))


def _is_text(part: str, chapter: Chapter, book: _Book) -> bool:
    letters = sum(character.isalpha() for line in chapter.lines for character in line)
    return part != book.contents and not chapter.is_apparatus and letters >= _FEWEST_LETTERS


def _article(part: str, chapter: Chapter, book: _Book) -> Article:
    return Article(
        "\n".join(chapter.lines),
        key=book.keys[part],
        title=book.titles.get(part) or chapter.heading or book.title,
        source=book.source,
        published=book.published,
        author=book.author,
    )


def _titles(package: Package, nav: str | None, ncx: str | None) -> dict[str, str]:
    """Return the titles of the parts, as the contents of the book have them; the first of each."""
    titles: dict[str, str] = {}
    for place, entries in ((nav, _nav_entries), (ncx, _ncx_entries)):
        if place is None or place not in package:
            continue
        for reference, title in entries(package.xml(place, html_names=True)):
            if title:
                titles.setdefault(resolved(place, reference), title)
    return titles


def _nav_entries(root: etree._Element) -> Iterator[tuple[str, str]]:
    for nav in _all(root, "nav"):
        kinds = [value for key, value in nav.attrib.items() if str(key).endswith("}type")]
        if not kinds or "toc" in str(kinds[0]).split():
            for link in _all(nav, "a"):
                yield link.get("href", ""), " ".join("".join(link.itertext()).split())


def _ncx_entries(root: etree._Element) -> Iterator[tuple[str, str]]:
    for point in _all(root, "navPoint"):
        content, label = _first(point, "content"), _first(point, "navLabel")
        if content is not None and label is not None:
            yield content.get("src", ""), " ".join("".join(label.itertext()).split())


def _published(metadata: etree._Element | None) -> str | None:
    """Return the day on which the book came out; of several dates the one that is called so."""
    dates = [] if metadata is None else list(_all(metadata, "date"))
    events = [next((str(v) for k, v in d.attrib.items() if "event" in str(k)), "") for d in dates]
    pairs = sorted(zip(events, dates, strict=True), key=lambda pair: pair[0] != "publication")
    texts = (element.text or "" for event, element in pairs if event in ("", "publication"))
    return next((found for found in map(parse_date, texts) if found), None)


def _text(root: etree._Element | None, name: str) -> str | None:
    return next(iter(_texts(root, name)), None)


def _texts(root: etree._Element | None, name: str) -> list[str]:
    if root is None:
        return []
    said = (" ".join((element.text or "").split()) for element in _all(root, name))
    return [text for text in said if text]


def _first(root: etree._Element, name: str) -> etree._Element | None:
    return next(_all(root, name), None)


def _all(root: etree._Element, name: str) -> Iterator[etree._Element]:
    return root.iter(f"{{*}}{name}")
