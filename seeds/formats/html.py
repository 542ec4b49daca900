"""Web pages: the text of the article without what stands around it, and what the page says of it.

trafilatura tells which paragraphs belong to the article. The paragraphs themselves are taken
from the page, since it drops invisible letters (the joiners of Persian words), captions and
dates inside sentences.
"""

from __future__ import annotations

import logging
import warnings
from collections import Counter
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import replace
from urllib.parse import urljoin

import lxml.html

from ..articles import Article
from ..errors import SeedError
from .markup import (
    PARAGRAPH,
    Block,
    blocks,
    drop_unseen,
    is_beside,
    is_furniture,
    letters_of,
    parse,
    unname_holders,
)
from .markup_encoding import decode_markup
from .page_dates import date_in
from .page_facts import SEPARATED, Facts, author_in, facts_of, heading_of
from .page_text import Part, centre, choose, is_caption, number_of, settle, size_of, with_lists

with warnings.catch_warnings():  # it wants a library for proxies, to fetch what is never fetched
    warnings.simplefilter("ignore")
    from trafilatura import bare_extraction
    from trafilatura.settings import Document

# Where less than this share of the letters of the page's densest part was found, the part is
# taken to be missed; measured with benchmarks/reading_html.py.
COVERED = 0.6
# What was settled on is kept where it holds this share of what the extractor chose first.
LEAST_KEPT = 0.7
# A page with less text than this many letters is one that only its scripts can show.
LEAST_TEXT = 20
# The body in a page's data is read where the page shows less than this share of it.
BODY_SHARE = 0.5
# An <article> of a page is a story of its own from this length, and from this share of the longest.
LEAST_STORY, STORY_SHARE = 400, 0.25

for _name in ("trafilatura", "htmldate"):  # they tell of pages without text; so do we
    logging.getLogger(_name).addHandler(logging.NullHandler())


def articles(data: bytes, name: str, *, url: str | None = None) -> list[Article]:
    """Read a page: its article, or each of them where it holds several whole ones.

    Parameters
    ----------
    data : bytes
    name : str
        How messages call the file.
    url : str, optional
        The address that the page was saved from; what it says itself goes before.

    Raises
    ------
    SeedError
        If no text can be found without running the scripts of the page.
    """
    decoded = decode_markup(data, name)
    root = parse(decoded.text, name)
    facts = facts_of(root, decoded.text, url)
    has_scripts = root.find(".//script") is not None
    withheld = drop_unseen(root)
    read = _read(root, facts)
    if withheld and _running(read) < min(withheld, LEAST_STORY):
        whole = parse(decoded.text, name)
        drop_unseen(whole, withheld=False)
        read = max(read, _read(whole, facts), key=_running)
    if not read:
        unname_holders(root)
        read = _read(root, facts)
    if not read:
        why = "without running its scripts" if has_scripts else "in it"
        raise SeedError(
            f"{name} is a page with no article to be found {why}. Save the page from a browser "
            "once it shows the text."
        )
    told = (decoded.warning,) if decoded.warning else ()
    return [replace(a, encoding=decoded.encoding, warnings=told) for a in read]


def _read(root: lxml.html.HtmlElement, facts: Facts) -> list[Article]:
    """Return the articles of a page."""
    stories = _stories(root)
    for element in list(root.iter("time")):
        element.tag = "span"  # trafilatura takes times out of their sentences
    several = len(stories) > 1
    found = _each(stories, facts, root.get("lang")) if several else [_article(root, facts)]
    return [article for article in found if article is not None]


def _running(read: Sequence[Article]) -> int:
    """Return how many characters articles have in paragraphs of running text."""
    lines = (line for article in read for line in article.text.splitlines())
    return sum(len(line) for line in lines if len(line) >= PARAGRAPH)


def _stories(root: lxml.html.HtmlElement) -> list[lxml.html.HtmlElement]:
    """Return the elements of a page that hold a whole story each."""
    outer = [
        element
        for element in root.iter("article")
        if not is_furniture(element)
        and not is_beside(element)
        and not any(above.tag == "article" for above in element.iterancestors())
        and heading_of(element) is not None
    ]
    stories = _long_ones(outer)
    if not all(_is_signed(story) or _is_linked(story) for story in stories):
        stories = [*stories[:1], *filter(_is_signed, stories[1:])]
    if len(stories) < 2:
        scrolled = _long_ones(_under_headings(root))
        stories = scrolled if len(scrolled) > 1 and all(map(_is_signed, scrolled)) else stories
    return stories


def _is_linked(element: lxml.html.HtmlElement) -> bool:
    """Tell whether the heading of an element leads to a page of its own, as in a list."""
    heading = heading_of(element)
    return heading is not None and heading.find(".//a[@href]") is not None


def _is_signed(element: lxml.html.HtmlElement) -> bool:
    """Tell whether an element says when or by whom it was written, as an article does."""
    dated = next(element.iter("time"), None) is not None or bool(element.xpath(".//*[@datetime]"))
    return dated or author_in(element) is not None


def _long_ones(elements: Sequence[lxml.html.HtmlElement]) -> list[lxml.html.HtmlElement]:
    """Return the elements that hold a whole story by their length, beside that of the longest."""
    lengths = [sum(len(b.text) for b in blocks(e) if len(b.text) >= PARAGRAPH) for e in elements]
    least = max(LEAST_STORY, STORY_SHARE * max(lengths, default=0))
    return [e for e, length in zip(elements, lengths, strict=True) if length >= least]


def _under_headings(root: lxml.html.HtmlElement) -> list[lxml.html.HtmlElement]:
    """Return the widest element around each <h1> that holds no other, where there are several."""
    headings = [h for h in root.iter("h1") if not is_furniture(h) and not is_beside(h)]
    if len({letters_of(h.text_content()) for h in headings} - {""}) < 2:
        return []
    held = Counter(above for h in headings for above in h.iterancestors())
    return [
        above
        for heading in headings
        for above in heading.iterancestors()
        if held[above] == 1 and held[above.getparent()] > 1
    ]


def _each(
    stories: Sequence[lxml.html.HtmlElement], facts: Facts, language: str | None
) -> list[Article | None]:
    """Read the stories of a page, each with what it says of itself."""
    found = []
    for number, story in enumerate(stories, 1):
        own = _facts_in(story, facts, language)
        page = lxml.html.Element("html")
        body = lxml.html.Element("body")
        page.append(body)
        body.append(deepcopy(story))
        article = _article(page, own)
        key = f"article={story.get('id') or number}"
        found.append(replace(article, key=key) if article else None)
    return found


def _facts_in(story: lxml.html.HtmlElement, facts: Facts, language: str | None) -> Facts:
    """Return the page's own facts for the story that it is about, for others what they say."""
    heading = heading_of(story)
    title = " ".join(heading.text_content().split()) if heading is not None else None
    if title and facts.title and letters_of(title) == letters_of(facts.title):
        return replace(facts, body=None)
    link = heading.find(".//a[@href]") if heading is not None else None
    times = [*story.iter("time"), *story.xpath(".//*[@datetime]")]
    return Facts(
        title=title,
        author=author_in(story),
        source=facts.source,
        url=urljoin(facts.url, link.get("href")) if facts.url and link is not None else None,
        published=next((d for e in times if (d := date_in(e, language))), None),
    )


def _article(root: lxml.html.HtmlElement, facts: Facts) -> Article | None:
    """Return the article of a page; None where there is no text."""
    found = list(blocks(root))
    title = _shown_title(facts.title, found)
    number = number_of(title, found)
    main = with_lists(found, _main(root, found, number))
    lines = [block.text for block in main]
    size = _size([block.text for block in main if not _is_about(block, title, facts.author)])
    if facts.body and size < BODY_SHARE * len(letters_of(facts.body)):
        lines = facts.body.splitlines()
    elif size < LEAST_TEXT:
        return None
    if title:
        lines = _title_first(lines, title)
    return Article(
        text="\n".join(lines),
        title=title,
        source=facts.source,
        url=facts.url,
        published=facts.published,
        author=facts.author,
        is_one=True,
    )


def _is_about(block: Block, title: str | None, author: str | None) -> bool:
    """Tell whether a block is the title, who wrote it, or a caption."""
    said = letters_of(block.text)
    signed = author is not None and letters_of(author) in said and len(said) < 2 * len(author) + 10
    return signed or said == letters_of(title or "") or is_caption(block)


def _shown_title(title: str | None, found: Sequence[Block]) -> str | None:
    """Take the outlet's name off a title, where the page shows the title without it."""
    if title is None or number_of(title, found) is not None:
        return title
    known = {letters_of(block.text) for block in found if len(block.text) < 2 * len(title)}
    parts = [part for cut in SEPARATED.finditer(title)
             for part in (title[: cut.start()], title[cut.end() :])]  # fmt: skip
    return max((p for p in parts if letters_of(p) in known and p.strip()), key=len, default=title)


def _main(
    root: lxml.html.HtmlElement, found: Sequence[Block], title: int | None
) -> Sequence[Block]:
    """Choose the blocks of the article: trafilatura's, or the densest part where it missed it."""
    part = centre(found, title)
    first: Sequence[Block] = choose(found, _extracted(root))
    if part.in_cell and size_of(part.blocks) > size_of(first) / 2:
        return part.blocks  # pages laid out as tables have their menus in the cells beside
    chosen = first
    if _is_missed(part, chosen):
        chosen = choose(found, _extracted(root, recall=True))
        if _is_missed(part, chosen):
            chosen = ()
    settled = settle(found, chosen, part, title)
    return settled if size_of(settled) >= LEAST_KEPT * size_of(first) else first


def _extracted(root: lxml.html.HtmlElement, *, recall: bool = False) -> str:
    document = bare_extraction(
        root,
        fast=False,
        favor_recall=recall,
        include_comments=False,
        include_tables=True,
        with_metadata=False,
        deduplicate=False,
    )
    return (document.text or "") if isinstance(document, Document) else ""


def _is_missed(part: Part, chosen: Sequence[Block]) -> bool:
    """Tell whether the densest part of a page is text that an extractor has passed over."""
    is_small = size_of(chosen) < COVERED * size_of(part.blocks)
    return is_small and _shared(chosen, part.blocks) < COVERED


def _shared(chosen: Sequence[Block], dense: Sequence[Block]) -> float:
    """Return the share of a part's text that was chosen; 1 where the part is small."""
    size = size_of(dense)
    if size < LEAST_TEXT:
        return 1.0
    known = set(map(id, chosen))
    return sum(len(block.text) for block in dense if id(block) in known) / size


def _size(lines: Sequence[str]) -> int:
    return sum(len(letters_of(line)) for line in lines)


def _title_first(lines: list[str], title: str) -> list[str]:
    """Return the lines with the title as the first of them."""
    wanted = letters_of(title)
    there = next((n for n, line in enumerate(lines) if letters_of(line) == wanted), None)
    if there is None:
        return [title, *lines]
    return [lines[there], *lines[:there], *lines[there + 1 :]]
