"""What a reader decided about pairs that are hard to call, and what follows for the threshold.

Answers are part of the collection: they hold for two texts, wherever they stand.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from .collection import Collection
from .comparing import families
from .copies import UNCERTAIN, Pair, Relation
from .records import StoredPassage
from .resemblance import NEAR
from .statements import put_setting

# Pairs up to so far above the threshold are worth a look.
ABOVE = 0.1
# The threshold may be moved between these. To move it at all costs as much as so many answers
# that do not agree, and so many more for each step of 0.1: with few answers it stays.
LOWEST, HIGHEST, MOVE, STEP = UNCERTAIN, 0.95, 1.5, 2.0
SETTING = "near_from"


@dataclass(frozen=True)
class Doubt:
    """Two passages that may be near copies.

    Attributes
    ----------
    first, second : StoredPassage
        The first that has each of the two texts.
    relation : {"near", "alike"}
        Alike: the same wording, with other words or numbers in it.
    score : float
        The share that aligns.
    """

    first: StoredPassage
    second: StoredPassage
    relation: Relation
    score: float


@dataclass(frozen=True)
class Refit:
    """What the answers say of the threshold: how many of them agree with it, and with a better one.

    Attributes
    ----------
    before, after : float
    agreed, agreeing, answers : int
        Answers that agree with the threshold before, with the one after, and all of them.
    copies_before, copies_after : int
        Near pairs in the collection from either threshold on.
    """

    before: float
    after: float
    agreed: int
    agreeing: int
    answers: int
    copies_before: int
    copies_after: int


def near_from(collection: Collection) -> float:
    """Return the score from which near copies are copies, in this collection."""
    return float(collection.setting(SETTING, NEAR))


def set_near_from(collection: Collection, value: float) -> None:
    """Set the score from which near copies are copies."""
    with collection.writing() as connection:
        connection.execute("BEGIN IMMEDIATE")
        put_setting(connection, SETTING, round(value, 4))
        collection.finish(connection)


def reviewed(collection: Collection, pairs: Iterable[Pair]) -> list[Pair]:
    """Put what readers have decided in the place of what was found."""
    answers = {
        frozenset((first, second)): bool(same)
        for first, second, same in collection.query("SELECT first, second, same FROM reviews")
    }
    limit = near_from(collection)
    decided = []
    for pair in pairs:
        same = answers.get(frozenset((pair.first, pair.second)))
        if same is False:
            pair = replace(pair, relation="alike")
        elif same and pair.relation != "contained":
            pair = replace(pair, relation="near", score=max(pair.score, limit))
        decided.append(pair)
    return decided


def doubts(collection: Collection) -> list[Doubt]:
    """Return the pairs that are hard to call and were not decided, the hardest first."""
    known = {frozenset(pair) for pair in collection.query("SELECT first, second FROM reviews")}
    limit = near_from(collection)
    with families(collection) as found:
        pairs = [
            pair
            for pair in found.doubtful_pairs(limit + ABOVE)
            if frozenset((pair.first, pair.second)) not in known
        ]
    pairs.sort(key=lambda pair: (round(abs(pair.score - limit), 4), pair.first, pair.second))
    passages = _passages(collection, {h for pair in pairs for h in (pair.first, pair.second)})
    return [
        Doubt(passages[pair.first], passages[pair.second], pair.relation, pair.score)
        for pair in pairs
        if pair.first in passages and pair.second in passages
    ]


def decide(collection: Collection, doubt: Doubt, *, same: bool) -> None:
    """Keep what a reader decided."""
    with collection.writing() as connection:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(
            "INSERT OR REPLACE INTO reviews VALUES (?, ?, ?, ?, ?)",
            (doubt.first.hash, doubt.second.hash, doubt.relation, doubt.score, int(same)),
        )
        collection.finish(connection)


def refit(collection: Collection) -> Refit:
    """Find the threshold that agrees with most answers; it is not set by this."""
    answers = collection.query("SELECT score, same FROM reviews WHERE relation = 'near'")
    before = near_from(collection)
    after = fitted([(score, bool(same)) for score, same in answers], before)
    with families(collection) as found:
        scores = [pair.score for pair in found.pairs() if pair.relation == "near"]
    return Refit(
        before=before,
        after=after,
        agreed=_agreeing(answers, before),
        agreeing=_agreeing(answers, after),
        answers=len(answers),
        copies_before=sum(score >= before for score in scores),
        copies_after=sum(score >= after for score in scores),
    )


def fitted(answers: Sequence[tuple[float, bool]], before: float) -> float:
    """Return the threshold that agrees with most answers, not far from the one before."""
    scores = sorted({score for score, _ in answers})
    between = [round((a + b) / 2, 4) for a, b in pairwise(scores)]
    ends = [scores[0] - 0.005, scores[-1] + 0.005] if scores else []
    choices = [before, *(t for t in [*between, *ends] if LOWEST <= t <= HIGHEST)]
    losses = [
        len(answers) - _agreeing(answers, choice) + _cost(choice, before) for choice in choices
    ]
    return round(float(choices[int(np.argmin(losses))]), 4)


def _cost(choice: float, before: float) -> float:
    return 0.0 if choice == before else MOVE + STEP * abs(choice - before) / 0.1


def _agreeing(answers: Iterable[tuple[float, bool]], threshold: float) -> int:
    return sum((score >= threshold) == bool(same) for score, same in answers)


def _passages(collection: Collection, hashes: set[bytes]) -> dict[bytes, StoredPassage]:
    """Return the first passage of each text."""
    rows = [min(found) for hash_ in hashes if (found := collection.rows_of_hash(hash_))]
    return {passage.hash: passage for passage in collection.passages(rows)}
