"""Where another story begins on a page: scrapes glue them to the end of it.

It begins with a line that reads like a title, with paragraphs after it that are unlike those
before and like that line; often with what stands at the head of a page, such as a date line.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np

# Signs of another story are added up: how unlike its paragraphs are to those before (1 less how
# much two of the two stretches resemble each other, as a share of what two of one stretch do);
# how much more its title resembles those after it than those before; and so much each for a line
# that is no paragraph right before the title, for one between it and its text (a caption, a date
# line; a heading within a story stands alone), and for the title said again there.
BEFORE, BETWEEN, SAID_AGAIN = 0.1, 0.1, 0.2
# Another story it is from here on. On the labelled pages that rules could be made on, glued
# stories lie at 0.30 to 1.0, all but three above 0.47, and headings within a story below 0.46; on
# the five real articles at 0.58 to 0.86. To be measured again when the language means move.
FOREIGN = 0.47
# A single paragraph under a title-like line is a box or a notice, not a story.
FEWEST_PARAGRAPHS = 2
# What two paragraphs of one story resemble each other, where there are not two to be compared.
_USUAL, _LEAST_COHESION = 0.38, 0.1
# The title of a story may have lines of a box before it; it is the first that leans towards the
# story at least by this, and by this share of what another one does.
_LEANS, _SHARE = 0.03, 0.5
# A glued story's title may have been taken for one in the box above it.
_TITLES = ("title", "heading", "related")


def stretches_of(
    kinds: Sequence[str], hashes: Sequence[bytes], vectors: np.ndarray
) -> list[list[int]]:
    """Part the passages of one document into stretches that are about one thing.

    Parameters
    ----------
    kinds : sequence of str
        Of its passages, in order.
    hashes : sequence of bytes
        Of their normal forms.
    vectors : array, shape (len(kinds), d), float32 unit rows, language-centred

    Returns
    -------
    list of list of int
        The places of the passages of each stretch, in order; every one is in exactly one.
    """
    bodies = distinct_paragraphs(kinds, hashes)
    stretches: list[list[int]] = []
    for block in _blocks(kinds):
        if not stretches:
            stretches.append(list(block))
            continue
        before, after = _body(stretches[-1], bodies), _body(block, bodies)
        is_long = before and len(after) >= FEWEST_PARAGRAPHS
        title = _title(block, kinds, vectors, before, after) if is_long else None
        if title is None:
            stretches[-1].extend(block)
            continue
        story = [place for place in block if place >= title]
        signs = _unlike(vectors[before], vectors[after])
        signs += _leaning(vectors, title, before, after)
        signs += _signs_around(story, kinds, hashes)
        if signs < FOREIGN:
            stretches[-1].extend(block)
        else:
            stretches[-1].extend(place for place in block if place < title)
            stretches.append(story)
    return stretches


def distinct_paragraphs(kinds: Sequence[str], hashes: Sequence[bytes]) -> set[int]:
    """Return the places of paragraphs whose text has not come before."""
    seen: set[bytes] = set()
    places = set()
    for place, (kind, hash_) in enumerate(zip(kinds, hashes, strict=True)):
        if kind == "paragraph" and hash_ not in seen:
            seen.add(hash_)
            places.add(place)
    return places


def _blocks(kinds: Sequence[str]) -> list[list[int]]:
    """Cut before every title-like line that paragraphs came before and come after."""
    blocks: list[list[int]] = [[]]
    has_body = False
    for place, kind in enumerate(kinds):
        if kind in _TITLES and has_body:
            blocks.append([])
            has_body = False
        blocks[-1].append(place)
        has_body = has_body or kind == "paragraph"
    if len(blocks) > 1 and not has_body:
        blocks[-2].extend(blocks.pop())
    return blocks


def _body(stretch: Sequence[int], bodies: set[int]) -> list[int]:
    return [place for place in stretch if place in bodies]


def _title(
    block: Sequence[int],
    kinds: Sequence[str],
    vectors: np.ndarray,
    before: Sequence[int],
    after: Sequence[int],
) -> int | None:
    """Return the place of the line that would be the title of what comes after it."""
    lines = [place for place in block if kinds[place] in _TITLES and place < after[0]]
    leaning = [_leaning(vectors, place, before, after) for place in lines]
    least = max(_LEANS, _SHARE * max(leaning, default=0.0))
    return next((place for place, lean in zip(lines, leaning, strict=True) if lean >= least), None)


def _leaning(vectors: np.ndarray, place: int, before: Sequence[int], after: Sequence[int]) -> float:
    """Return how much more a line resembles what comes after it than what came before."""
    line = vectors[place]
    return float((vectors[after] @ line).mean() - (vectors[before] @ line).mean())


def _unlike(before: np.ndarray, after: np.ndarray) -> float:
    """Return how much less rows resemble those of the other stretch than those of their own."""
    within = [_cohesion(rows) for rows in (before, after) if len(rows) > 1]
    usual = float(np.prod(within)) ** (1 / len(within)) if within else _USUAL
    return 1 - float((before @ after.T).mean()) / usual


def _cohesion(rows: np.ndarray) -> float:
    """Return the mean similarity of different rows."""
    count = len(rows)
    similarities = rows @ rows.T
    mean = (similarities.sum() - np.trace(similarities)) / (count * (count - 1))
    return max(float(mean), _LEAST_COHESION)


def _signs_around(story: Sequence[int], kinds: Sequence[str], hashes: Sequence[bytes]) -> float:
    """Add up what stands around a title where a page of its own begins."""
    title = story[0]
    head = list(itertools.takewhile(lambda place: kinds[place] != "paragraph", story[1:]))
    signs = BEFORE if kinds[title - 1] != "paragraph" else 0.0
    signs += BETWEEN if head else 0.0
    return signs + (SAID_AGAIN if any(hashes[place] == hashes[title] for place in head) else 0.0)
