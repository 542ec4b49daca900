"""Which paragraphs of a page are its article: found again by their letters, or by where most are.

An extractor gives back text that it has changed; what it kept is looked up among the
paragraphs of the page by letters and digits alone, long ones first, short ones between them.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import exp

import lxml.html

from .markup import Block, letters_of

# From this many letters on, a paragraph is known again wherever it stands.
LONG = 20
# A paragraph of which an extractor left something out is known by its beginning or its end.
_ENDS = 40
# Fewer letters are no running text. Chinese and Japanese say as much with a third of them.
_RUNNING = 60
_DENSE_SCRIPT = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_LINKED = 0.3
# Blocks below the title over which its pull falls off.
NEAR = 10
# A part is most of what was chosen from this share on; so many paragraphs may lead up to it.
_MOST, _LEADS = 0.6, 2
_WRAPPERS = frozenset(("p", "blockquote", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "li", "dd"))
_ITEMS = frozenset(("li", "dt", "dd"))
_CAPTION_TAGS = frozenset(("figcaption", "caption"))
_CAPTION = re.compile(r"(?:^|[\s_-])(?:wp-)?caption", re.IGNORECASE)


@dataclass(frozen=True)
class Part:
    """The part of a page with most of its text: its blocks, and whether it is a table's cell."""

    blocks: tuple[Block, ...]
    in_cell: bool


def choose(found: Sequence[Block], extracted: str) -> list[Block]:
    """Return the blocks of a page that an extractor has kept, in the order of the page.

    Parameters
    ----------
    found : sequence of Block
        All blocks of the page.
    extracted : str
        What the extractor gave back.
    """
    letters = letters_of(extracted)
    squeezed = [letters_of(block.text) for block in found]
    places = _anchors(squeezed, letters)
    _add_repeated(squeezed, letters, places)
    taken = set(places)
    for before, after, numbers in _gaps(sorted(places), len(found)):
        start = places[before] + len(squeezed[before]) if before is not None else 0
        end = places[after] if after is not None else len(letters)
        backwards = before is None and after is not None
        ordered = reversed(numbers) if backwards else numbers
        taken |= _short_ones(squeezed, ordered, letters[start : max(start, end)])
    return [found[number] for number in sorted(taken)]


def centre(found: Sequence[Block], title: int | None) -> Part:
    """Return the part of a page that holds most of its running text.

    A block counts for what holds it, half for what holds that, a quarter above; double just
    below the title (its number among the blocks), falling off from there.
    """
    scores: dict[lxml.html.HtmlElement, float] = defaultdict(float)
    for number, block in enumerate(found):
        weight = _running(block)
        if not weight:
            continue
        if title is not None and number > title:
            weight *= 1 + exp((title - number) / NEAR)
        holder = _holder(block)
        for share in (1, 0.5, 0.25):
            if holder is None or (share < 1 and holder.tag in ("html", "body")):
                break
            scores[holder] += share * weight
            holder = holder.getparent()
    if not scores:
        return Part((), in_cell=False)
    best = max(scores, key=lambda element: scores[element])
    return Part(tuple(_held(found, _alike(best, scores))), in_cell=best.tag == "td")


def settle(
    found: Sequence[Block], chosen: Sequence[Block], part: Part, title: int | None
) -> Sequence[Block]:
    """Choose the blocks of the article between what an extractor chose and the densest part.

    Menus and boxes are left out, and what was chosen is cut to the stretch from the title to the
    end of the part, where the part is most of it or stands right below the title.
    """
    outside = [block for block in chosen if not block.furniture]
    if 2 * size_of(outside) >= size_of(chosen):
        chosen = outside
    if not part.blocks or not chosen:
        return chosen or part.blocks
    known, inside = set(map(id, chosen)), set(map(id, part.blocks))
    numbers = [number for number, block in enumerate(found) if id(block) in inside]
    shared = sum(len(block.text) for block in part.blocks if id(block) in known)
    start = numbers[0]
    if title is not None and title < start:
        between = sum(1 for block in found[title:start] if _running(block))
        start = title if between <= _LEADS else start
    is_below = title is not None and title >= start
    if shared < _MOST * size_of(chosen) and not is_below:
        return chosen
    return [block for block in found[start : numbers[-1] + 1] if id(block) in known]


def size_of(chosen: Iterable[Block]) -> int:
    """Return how many characters blocks hold."""
    return sum(len(block.text) for block in chosen)


def number_of(title: str | None, found: Sequence[Block]) -> int | None:
    """Return which block shows the title; None where none does."""
    wanted = letters_of(title or "")
    if not wanted:
        return None
    same = [n for n, block in enumerate(found) if letters_of(block.text) == wanted]
    seen = [n for n in same if not found[n].furniture]
    headings = [n for n in seen if found[n].owner.tag in ("h1", "h2")]
    return next(iter(headings or seen or same), None)


def with_lists(found: Sequence[Block], chosen: Sequence[Block]) -> list[Block]:
    """Add the lists that stand right between two chosen paragraphs of one holder."""
    known = {id(block) for block in chosen}
    numbers = [number for number, block in enumerate(found) if id(block) in known]
    taken = set(numbers)
    for before, after in pairwise(numbers):
        between = found[before + 1 : after]
        holder = _holder(found[before])
        if holder is not _holder(found[after]) or not all(_is_item(b, holder) for b in between):
            continue
        taken.update(range(before + 1, after))
    return [found[number] for number in sorted(taken)]


def _is_item(block: Block, holder: lxml.html.HtmlElement | None) -> bool:
    """Tell whether a block is an item of a list in `holder` that is no menu."""
    if block.furniture or block.linked > _LINKED * len(block.text):
        return False
    item = next((e for e in (block.owner, *block.owner.iterancestors()) if e.tag in _ITEMS), None)
    above = item.getparent() if item is not None else None
    return above is not None and above.getparent() is holder


def is_caption(block: Block) -> bool:
    """Tell whether a block stands under a picture or a table."""
    element = block.owner
    for _ in range(3):
        if element is None or element.tag in ("article", "body", "main"):
            return False
        if element.tag in _CAPTION_TAGS or _CAPTION.search(element.get("class", "")):
            return True
        element = element.getparent()
    return False


def _anchors(squeezed: Sequence[str], letters: str) -> dict[int, int]:
    """Return where the long blocks that stand once on the page stand in the letters."""
    counts = Counter(squeezed)
    places: dict[int, int] = {}
    for number, text in enumerate(squeezed):
        if len(text) < LONG or counts[text] > 1:
            continue
        at = letters.find(text)
        if at < 0 and len(text) >= 2 * _ENDS:
            at = letters.find(text[:_ENDS])
            if at < 0:
                end = letters.find(text[-_ENDS:])
                at = max(0, end + _ENDS - len(text)) if end >= 0 else -1
        if at >= 0:
            places[number] = at
    return places


def _add_repeated(squeezed: Sequence[str], letters: str, places: dict[int, int]) -> None:
    """Of long blocks that stand several times, take as many as were kept, nearest the others."""
    anchors = sorted(places)
    alike: dict[str, list[int]] = defaultdict(list)
    for number, text in enumerate(squeezed):
        if len(text) >= LONG and number not in places:
            alike[text].append(number)
    for text, numbers in alike.items():
        if len(numbers) < 2:
            continue
        kept = [match.start() for match in re.finditer(re.escape(text), letters)]
        nearest = sorted(numbers, key=lambda number: _distance(number, anchors))[: len(kept)]
        places.update(zip(sorted(nearest), kept, strict=False))


def _distance(number: int, anchors: Sequence[int]) -> int:
    at = bisect_left(anchors, number)
    return min((abs(number - other) for other in anchors[max(0, at - 1) : at + 1]), default=0)


def _gaps(
    anchors: Sequence[int], count: int
) -> Iterable[tuple[int | None, int | None, Sequence[int]]]:
    """Give the stretches between known blocks: the one before, the one after, what lies between."""
    edges: list[int | None] = [None, *anchors, None]
    for before, after in pairwise(edges):
        start = before + 1 if before is not None else 0
        end = after if after is not None else count
        if start < end:
            yield before, after, range(start, end)


def _short_ones(squeezed: Sequence[str], numbers: Iterable[int], letters: str) -> set[int]:
    """Return which short blocks stand in a stretch of the letters, each used up once."""
    taken = set()
    for number in numbers:
        text = squeezed[number]
        if 0 < len(text) < LONG and text in letters:
            letters = letters.replace(text, "\0", 1)
            taken.add(number)
    return taken


def _holder(block: Block) -> lxml.html.HtmlElement | None:
    """Return what holds the paragraphs among which a block stands."""
    return block.owner.getparent() if block.owner.tag in _WRAPPERS else block.owner


def _alike(
    best: lxml.html.HtmlElement, scores: dict[lxml.html.HtmlElement, float]
) -> list[lxml.html.HtmlElement]:
    """Return an element and those beside it that hold text of the same kind."""
    above = best.getparent()
    if above is None or best.tag == "td":
        return [best]
    kind = best.tag, best.get("class")
    return [
        element
        for element in above
        if element is best
        or ((element.tag, element.get("class")) == kind and scores.get(element, 0) > 0)
    ]


def _held(found: Sequence[Block], holders: Iterable[lxml.html.HtmlElement]) -> Iterator[Block]:
    inside = {element for holder in holders for element in holder.iter("*")}
    for block in found:
        if block.owner in inside and not block.furniture and block.linked <= len(block.text) / 2:
            yield block


def _running(block: Block) -> float:
    """Return how much running text a block is; 0 where it is none."""
    if block.furniture or block.linked > _LINKED * len(block.text):
        return 0
    dense = len(_DENSE_SCRIPT.findall(block.text))
    size = len(block.text) + 2 * dense
    return size if size >= _RUNNING else 0
