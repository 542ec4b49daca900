"""Look-alikes told from copies by company: places that everybody fills in otherwise.

Copies of one text differ here and there. Where several texts differ from one in the same
place, each in its own way, that is a blank of a template, and what fills it is what they say.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

# So many fillings of one place, the text's own among them, make it a blank.
FILLINGS = 4


@dataclass(frozen=True)
class Filling:
    """A pair of texts in which other words stand in the same places.

    Attributes
    ----------
    pair : int
        The caller's number for it.
    sure : bool
        Whether the pair is known to say other things: then one such filling more is enough.
    places : dict of int to str
        Word number in the text that is asked about, and the word of the other text.
    """

    pair: int
    sure: bool
    places: dict[int, str]


def filled_in(fillings: Iterable[Filling]) -> set[int]:
    """Return the pairs of one text in which the differing words fill in the blanks of a template.

    That is so if half of the places in which a pair differs or more are blanks.
    """
    fillings = list(fillings)
    words: defaultdict[int, set[str]] = defaultdict(set)
    sure: set[int] = set()
    for filling in fillings:
        for place, word in filling.places.items():
            words[place].add(word)
            if filling.sure:
                sure.add(place)
    blanks = {p for p, found in words.items() if len(found) + 1 + (p in sure) >= FILLINGS}
    return {
        filling.pair
        for filling in fillings
        if filling.places and 2 * len(blanks & filling.places.keys()) >= len(filling.places)
    }
