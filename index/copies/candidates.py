"""Which texts may be copies of one another: pairs that share rare grams.

Texts are taken in the order of their numbers. Those that share a gram are one list; each
is paired with the two before it and with the first two of the list only, so that the work
grows with the number of texts even if all of them are alike.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from .sketches import Sketches

# A gram of more texts than this says little; where a text has fewer than `ENOUGH` rarer ones
# that it shares with any, all that it shares count.
RARE, ENOUGH = 32, 6
# A pair must share this many grams, and this share of those of the smaller sketch (of which
# no more than `COUNTED` are counted: much of a long text may be shared with others).
FEWEST_SHARED, SHARED_PART, COUNTED = 2, 0.1, 60
# Company of a text are those that share this part of its grams and stand so near in the lists.
_COMPANY, _STEPS = 0.3, (-3, -2, -1, 1, 2, 3)
_TEXTS_AT_A_TIME = 1 << 17
_HALF, _LOW = np.uint64(32), np.uint64(0xFFFFFFFF)
_BUCKETS = 1 << 24


def candidate_pairs(sketches: Sketches, since: int = 0) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield pairs of texts that may be copies.

    Parameters
    ----------
    sketches : Sketches
    since : int, default 0
        Only pairs whose later text has this number or a higher one.

    Yields
    ------
    earlier, later : int64 arrays, of equal shape
        Numbers of texts, ascending by the later one; each pair once.
    """
    lists = _lists(*_shared_with_new(sketches, since))
    owners, starts = lists
    if not len(owners):
        return
    active, offsets = _active(owners, starts, len(sketches))
    laters = owners[active]
    for first in range(since, len(sketches), _TEXTS_AT_A_TIME):
        part = np.flatnonzero((laters >= first) & (laters < first + _TEXTS_AT_A_TIME))
        links = _links(owners, starts, active[part], offsets[part])
        earlier, later = _alike_enough(links, sketches.counts)
        if len(earlier):
            yield earlier, later


def company_of(sketches: Sketches, texts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return up to some pairs for each of these texts with others of largely the same grams.

    However many texts share them: what is looked for is whether there are any at all.

    Returns
    -------
    earlier, later : int64 arrays, of equal shape
        Numbers of texts; each pair once.
    """
    wanted = np.zeros(len(sketches), bool)
    wanted[texts] = True
    values, owners = sketches.values, sketches.owners()
    mask = _is_among(values, values[wanted[owners]])
    owners, starts = _lists(values[mask], owners[mask])
    places = np.flatnonzero(wanted[owners])
    links = np.concatenate([_beside(owners, starts, places, step) for step in _STEPS])
    links.sort()
    return _alike_enough(links, sketches.counts, _COMPANY)


def _beside(owners: np.ndarray, starts: np.ndarray, places: np.ndarray, step: int) -> np.ndarray:
    """Return a key (later text, earlier text) for each place and the one `step` after it."""
    others = places + step
    inside = (others >= 0) & (others < len(owners))
    places, others = places[inside], others[inside]
    same = starts[places] == starts[others]
    one, other = owners[places[same]].astype(np.uint64), owners[others[same]].astype(np.uint64)
    return (np.maximum(one, other) << _HALF) | np.minimum(one, other)


def _shared_with_new(sketches: Sketches, since: int) -> tuple[np.ndarray, np.ndarray]:
    """Return values and owners, without values that no text from `since` on has."""
    values, owners = sketches.values, sketches.owners()
    if since == 0:
        return values, owners
    mask = _is_among(values, values[int(sketches.counts[:since].sum()) :])
    return values[mask], owners[mask]


def _is_among(values: np.ndarray, few: np.ndarray) -> np.ndarray:
    """Return a mask of the values that are among a few, passing over most of them quickly."""
    buckets = np.zeros(_BUCKETS, bool)
    buckets[few >> np.uint32(8)] = True
    mask = buckets[values >> np.uint32(8)]
    mask[mask] = np.isin(values[mask], few)
    return mask


def _lists(values: np.ndarray, owners: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the owners of values that several texts have, list by list, and where each begins."""
    keys = (values.astype(np.uint64) << _HALF) | owners
    keys.sort()
    owners = (keys & _LOW).astype(np.uint32)
    values = (keys >> _HALF).astype(np.uint32)
    del keys
    is_first = np.ones(len(values), bool)
    np.not_equal(values[1:], values[:-1], out=is_first[1:])
    lengths = np.diff(np.append(np.flatnonzero(is_first), len(values)))
    owners = owners[np.repeat(lengths > 1, lengths)]
    lengths = lengths[lengths > 1]
    starts = np.repeat((np.cumsum(lengths) - lengths).astype(np.uint32), lengths)
    return owners, starts


def _active(owners: np.ndarray, starts: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the places from which links are made, and how far each is from its list's begin."""
    sizes = np.bincount(starts, minlength=len(owners))
    is_rare = sizes[starts] <= RARE
    has_few = np.bincount(owners[is_rare], minlength=count) < ENOUGH
    active = np.flatnonzero(is_rare | has_few[owners])
    offsets = active - starts[active]
    return active[offsets > 0], offsets[offsets > 0]


def _links(
    owners: np.ndarray, starts: np.ndarray, places: np.ndarray, offsets: np.ndarray
) -> np.ndarray:
    """Return a key (later text, earlier text) for each gram by which a pair is linked, sorted."""
    later = owners[places].astype(np.uint64) << _HALF
    begin = starts[places].astype(np.int64)
    parts = [later | owners[places - 1]]
    for farther, others in ((1, places - 2), (2, begin), (3, begin + 1)):
        mask = offsets > farther
        parts.append(later[mask] | owners[others[mask]])
    links = np.concatenate(parts)
    links.sort()
    return links


def _alike_enough(
    links: np.ndarray, counts: np.ndarray, part: float = SHARED_PART
) -> tuple[np.ndarray, np.ndarray]:
    is_first = np.ones(len(links), bool)
    np.not_equal(links[1:], links[:-1], out=is_first[1:])
    firsts = np.flatnonzero(is_first)
    shared = np.diff(np.append(firsts, len(links)))
    mask = shared >= FEWEST_SHARED
    pairs, shared = links[firsts[mask]], shared[mask]
    later, earlier = (pairs >> _HALF).astype(np.int64), (pairs & _LOW).astype(np.int64)
    smaller = np.minimum(np.minimum(counts[later], counts[earlier]), COUNTED)
    mask = shared >= part * smaller
    return earlier[mask], later[mask]
