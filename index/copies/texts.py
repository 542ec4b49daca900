"""Copies among texts that lie in no collection."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from functools import lru_cache

from ...seeds import normal_form, normal_hash
from ..resemblance import NEAR
from .comparison import Relation, compared
from .families import Families, TextsOf
from .grouping import Compare
from .links import TEXT_KINDS, Link, LinkKind, Place, links_of
from .sketches import UNSPACED

# Shorter texts repeat by chance ("Read also", a place name), and say nothing.
FEWEST_WORDS = 4
_NORMALS = 10_000


def find_copies(
    texts: Sequence[str],
    kinds: Sequence[LinkKind] = TEXT_KINDS,
    *,
    order: Callable[[int], tuple] | None = None,
) -> list[Link]:
    """Find which of some texts are copies of which.

    Parameters
    ----------
    texts : sequence of str
        Those below four words are copies of nothing.
    kinds : sequence of {"exact", "near", "contained"}
    order : callable, optional
        From the number of a text to its sort key; the first one is kept. As given by default.

    Returns
    -------
    list of Link
        Numbers of texts; each copy once, and what is kept is no copy itself.
    """
    hashes = [normal_hash(normal_form(text)) for text in texts]
    usable = [number for number, text in enumerate(texts) if says_something(text)]
    by_hash = {hashes[number]: texts[number] for number in usable}
    known = Families.in_memory()
    try:
        known.add(by_hash.items(), lambda wanted: [by_hash[h] for h in wanted], {})
        pairs = list(known.pairs())
    finally:
        known.close()
    counts = Counter(hashes[number] for number in usable)
    named = {hash_ for pair in pairs for hash_ in (pair.first, pair.second)}
    places = [
        Place(n, hashes[n], str(n), order(n) if order else (n,), len(texts[n]))
        for n in usable
        if counts[hashes[n]] > 1 or hashes[n] in named
    ]
    compare = comparing(lambda wanted: [by_hash[h] for h in wanted])
    return links_of(places, pairs, compare=compare, near_from=NEAR, kinds=kinds)


def comparing(texts: TextsOf) -> Compare:
    """Return what compares two texts by their hashes, remembering the normal forms it needed."""
    normals = lru_cache(_NORMALS)(lambda hash_: normal_form(texts([hash_])[0]))

    def compare(one: bytes, other: bytes) -> tuple[Relation, float] | None:
        part, whole = normals(one), normals(other)
        found = compared(part, whole)
        if found is None or (found.relation == "contained" and len(part) > len(whole)):
            return None
        return found.relation, found.score

    return compare


def says_something(text: str) -> bool:
    """Tell whether a text has words enough to be called a copy of another."""
    return text.count(" ") >= 2 * FEWEST_WORDS or _word_count(text) >= FEWEST_WORDS


def _word_count(text: str) -> int:
    """Count words; in scripts without spaces every two letters count as one."""
    unspaced = sum(1 for c in text if any(first <= ord(c) <= last for first, last in UNSPACED))
    return len(text.split()) + unspaced // 2
