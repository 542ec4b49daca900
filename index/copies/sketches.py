"""What a text is recognised by: the hashes of the strings of letters that begin its words.

Two texts that share a stretch of letters, whatever stands around it, share its hashes; one
that is a part of another has nearly all of its own among the other's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

# Letters to a gram, two words or so. Longer ones are rarer by chance, but each wrong letter
# spoils more of them; texts below `SHORT_TEXT` letters have few, and take shorter ones as well.
# Of copies with 5 to 10 % of the letters wrong (benchmarks/duplicates.py) nearly all share
# two grams or more so.
GRAM, SHORT_GRAM, SHORT_TEXT = 12, 7, 200
# Of a text with more grams every second one counts, chosen by its hash: alike in all texts.
MANY = 64
# Scripts without spaces: a gram begins at each of their letters.
UNSPACED = ((0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x3040, 0x9FFF))
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
_MIXERS = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))
_HALF, _OTHER = np.uint64(32), np.uint64(29)
_LOW = np.uint64(0xFFFFFFFF)


@dataclass(frozen=True)
class Sketches:
    """The sketches of n texts, one behind the other.

    Attributes
    ----------
    values : uint32 array
        Hashes, each once a text, ascending within it.
    counts : int64 array, shape (n,)
        How many of them each text has; 0 for one of fewer than `SHORT_GRAM` letters.
    """

    values: np.ndarray
    counts: np.ndarray

    def __len__(self) -> int:
        return len(self.counts)

    @classmethod
    def joined(cls, parts: Sequence[Sketches]) -> Sketches:
        """Put the sketches of several batches one behind the other."""
        if not parts:
            return cls(np.empty(0, np.uint32), np.empty(0, np.int64))
        values = np.concatenate([part.values for part in parts])
        return cls(values, np.concatenate([part.counts for part in parts]))

    def owners(self) -> np.ndarray:
        """Return the number of the text that each value belongs to, as uint32."""
        return np.repeat(np.arange(len(self.counts), dtype=np.uint32), self.counts)


def sketches_of(normals: Sequence[str]) -> Sketches:
    """Sketch texts, given in their normal form; a few hundred at a time are quickest."""
    if not normals:
        return Sketches.joined([])
    codes = _codes(normals)
    lengths = np.fromiter(map(len, normals), np.int64, len(normals))
    firsts = np.concatenate([[0], np.cumsum(lengths[:-1] + 1)])
    at = np.flatnonzero(_begins_gram(codes[:-GRAM]))
    owner = np.searchsorted(firsts, at, side="right") - 1
    left = firsts[owner] + lengths[owner] - at
    is_short = lengths[owner] < SHORT_TEXT
    shorter, longer = _hashes(codes, at)
    is_many = np.bincount(owner, minlength=len(normals)) > MANY
    takes = (left >= GRAM) & (~is_many[owner] | (longer & np.uint64(1) == 0))
    takes_short = is_short & (left >= SHORT_GRAM)
    owners = np.concatenate([owner[takes], owner[takes_short]]).astype(np.uint64)
    hashes = np.concatenate([longer[takes], shorter[takes_short]])
    keys = np.unique((owners << _HALF) | hashes)
    counts = np.bincount((keys >> _HALF).astype(np.int64), minlength=len(normals))
    return Sketches((keys & _LOW).astype(np.uint32), counts)


def _codes(normals: Sequence[str]) -> np.ndarray:
    """Return the code points of all texts, a zero behind each and room for a gram at the end."""
    joined = "\0".join(normals) + "\0" * (GRAM + 1)
    return np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype="<u4")


def _begins_gram(codes: np.ndarray) -> np.ndarray:
    begins = np.empty(len(codes), bool)
    begins[0] = True
    begins[1:] = (codes[:-1] == ord(" ")) | (codes[:-1] == 0)
    for first, last in UNSPACED:
        begins |= (codes >= first) & (codes <= last)
    return begins


def _hashes(codes: np.ndarray, at: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the hashes, below 2^32, of the short and the long gram at each place."""
    state = np.zeros(len(at), np.uint64)
    shorter = state
    for offset in range(GRAM):
        if offset == SHORT_GRAM:
            shorter = _mixed(state)
        state = state * _MULTIPLIER + codes[at + offset]
    return shorter, _mixed(state)


def _mixed(state: np.ndarray) -> np.ndarray:
    """Let every bit of the state tell on the 32 that are kept (the finaliser of SplitMix64)."""
    state = (state ^ (state >> _HALF)) * _MIXERS[0]
    state = (state ^ (state >> _OTHER)) * _MIXERS[1]
    return state >> _HALF
