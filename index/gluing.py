"""Where another story begins on a page: scrapes glue them to the end of it.

It begins with a line that reads like a title, with paragraphs after it that are unlike those
before and like that line; often with what stands at the head of a page, such as a date line.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence

import numpy as np

from ..seeds import NOISE

# A logistic regression over these signs tells whether another story begins (`_signs_of` says what
# they are): trained by ``benchmarks/train_gluing.py`` on 638 real pages, each as it is and 252 put
# one after another, and on the labelled pages that rules could be made on. To be trained again
# when the language means move.
WEIGHTS = {
    "across": -1.344,
    "leaning": 5.241,
    "nearest": -3.825,
    "opening": 0.223,
    "furniture": 1.735,
    "boxed": -3.379,
    "again": 5.692,
    "dated": 1.981,
    "recurs": -1.968,
    "paragraphs": 1.465,
    "length": 1.182,
}
BIAS = -0.576
# The page is cut from this probability on where the head of a page shows around the title (it is
# said again, a date line or a byline follows, furniture stands before it), and else from the other.
# Trained on half of the outlets, of the other half's single texts 0.7 and 0.8 % are cut, and of
# those put one after another 0.62 and 0.50 of the seams are found, at a precision of 0.84 and
# 0.88. At 0.5 for all, 1.3 and 1.6 % are cut (`benchmarks/train_gluing.py`).
SURE, SURE_ALONE = 0.5, 0.85
_HEAD = ("again", "dated", "furniture")
# It is never cut at a line of a box that leans to what comes after it by less than this.
BOX_LEANS = 0.4
# Lines right before a title that may be the head of a page beginning again.
AROUND = 4
# A single paragraph under a title-like line is a box or a notice, not a story.
FEWEST_PARAGRAPHS = 2
# What two paragraphs of one story resemble each other, where there are not two to be compared.
_USUAL, _LEAST_COHESION = 0.38, 0.1
# The title of a story may have lines of a box before it; it is the first that leans towards the
# story at least by this, and by this share of what another one does.
_LEANS, _SHARE = 0.03, 0.6
# A glued story's title may have been taken for one in the box above it.
_TITLES = ("title", "heading", "related")


def stretches_of(
    kinds: Sequence[str],
    hashes: Sequence[bytes],
    lengths: Sequence[int],
    vectors: np.ndarray,
) -> list[list[int]]:
    """Part the passages of one document into stretches that are about one thing.

    Parameters
    ----------
    kinds : sequence of str
        Of its passages, in order.
    hashes : sequence of bytes
        Of their normal forms.
    lengths : sequence of int
        Of their texts, in Latin letters (`seeds.width`).
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
        signs = _signs_of(story, before, after, kinds, hashes, lengths, vectors)
        in_box = signs["boxed"] and signs["leaning"] < BOX_LEANS
        if in_box or not begins_another(signs):
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


def _usual(before: np.ndarray, after: np.ndarray) -> float:
    """Return how much two rows of one stretch resemble each other."""
    within = [_cohesion(rows) for rows in (before, after) if len(rows) > 1]
    return float(np.prod(within)) ** (1 / len(within)) if within else _USUAL


def _cohesion(rows: np.ndarray) -> float:
    """Return the mean similarity of different rows."""
    count = len(rows)
    similarities = rows @ rows.T
    mean = (similarities.sum() - np.trace(similarities)) / (count * (count - 1))
    return max(float(mean), _LEAST_COHESION)


def _signs_of(
    story: Sequence[int],
    before: Sequence[int],
    after: Sequence[int],
    kinds: Sequence[str],
    hashes: Sequence[bytes],
    lengths: Sequence[int],
    vectors: np.ndarray,
) -> dict[str, float]:
    """Return what speaks for and against another story.

    Parameters
    ----------
    story : sequence of int
        The places of what would be the story, its title first.
    before, after : sequence of int
        The places of the paragraphs before it and of its own.

    Returns
    -------
    dict
        In shares of what paragraphs of one stretch resemble each other: ``across``, how much
        those after resemble those before; ``leaning``, how much more the title resembles those
        after; ``nearest``, how much a paragraph after resembles the one before it that it is
        nearest to; ``opening``, how much the title resembles the first line of the page.
        ``furniture``: whether such stands right before the title; ``boxed``: whether it was taken
        for a line of a box itself; ``again``: whether it is said again before the text;
        ``dated``: whether a date line or a byline stands between it and the text; ``recurs``: how
        many lines right around the title stand further up as well, in pairs, up to a bound.
        ``paragraphs``: how many it has, in eights, and ``length`` of the
        title, in sixty letters, both up to a bound.
    """
    title = story[0]
    line, left, right = vectors[title], vectors[before], vectors[after]
    usual = _usual(left, right)
    head = list(itertools.takewhile(lambda place: kinds[place] != "paragraph", story[1:]))
    around = [*range(max(0, title - AROUND), title), *head]
    earlier = set(hashes[: max(0, title - AROUND)])
    return {
        "across": float((right @ left.T).mean()) / usual,
        "leaning": float((right @ line).mean() - (left @ line).mean()) / usual,
        "nearest": float((left @ right.T).max(axis=0).mean()) / usual,
        "opening": float(vectors[0] @ line) / usual,
        "furniture": float(kinds[title - 1] in NOISE),
        "boxed": float(kinds[title] == "related"),
        "again": float(any(hashes[place] == hashes[title] for place in head)),
        "dated": float(any(kinds[place] in ("dateline", "byline") for place in head)),
        "recurs": min(sum(hashes[place] in earlier for place in around), 2) / 2,
        "paragraphs": min(len(after), 8) / 8,
        "length": min(lengths[title], 120) / 60,
    }


def begins_another(signs: Mapping[str, float]) -> bool:
    """Tell whether another story begins where these signs are."""
    has_head = any(signs[name] for name in _HEAD)
    return probability_of(signs) >= (SURE if has_head else SURE_ALONE)


def probability_of(signs: Mapping[str, float]) -> float:
    """Return how likely another story begins where these signs are."""
    score = BIAS + sum(WEIGHTS[name] * value for name, value in signs.items())
    return 1 / (1 + math.exp(-score))
