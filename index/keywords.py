"""Names for groups of texts: the words and phrases that tell one group from the others.

Class-based TF-IDF over proper words, computed a language at a time, with phrases
preferred to their parts and inflected doubles told once.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import regex
import snowballstemmer

from ..seeds import words
from .stopwords import is_stop_word

_LONGEST_PHRASE = 3
# A phrase stands for a word of it that seldom occurs without the phrase.
_PHRASE_SHARE = 0.5
_PHRASE_WEIGHT = {1: 1.0, 2: 1.8, 3: 2.0}
# A phrase that is said twice may be wire copy run twice; from here on it is a term.
_PHRASE_TIMES = 3
_BREAK = regex.compile(r"[^\p{L}\p{N}\p{M}\p{Zs}'’\-\u200c\u0640]")
_STEMMERS = {
    "ar": "arabic", "de": "german", "en": "english", "es": "spanish", "fr": "french",
    "hi": "hindi", "id": "indonesian", "it": "italian", "nl": "dutch", "pt": "portuguese",
    "ru": "russian", "sv": "swedish", "tr": "turkish",
}  # fmt: skip

Key = tuple[str, ...]


@dataclass
class _Counts:
    """How often each phrase (by stems) occurs in a group, in how many texts, and how spelled."""

    times: Counter[Key] = field(default_factory=Counter)
    texts: Counter[Key] = field(default_factory=Counter)
    spellings: dict[Key, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))


def keywords(groups: Sequence[Sequence[str]], language: str, *, count: int = 8) -> list[list[str]]:
    """Name groups of texts of one language.

    Parameters
    ----------
    groups : sequence of sequences of str
        The texts of each group, one a document; a group may be empty. What many of them
        say counts more than what one says often.
    language : str
        BCP 47 code.
    count : int, default 8

    Returns
    -------
    list of list of str
        For each group up to `count` words or phrases as the texts spell them, best
        first; equal ones in order of the alphabet.
    """
    counted = [_count(texts, language) for texts in groups]
    overall: Counter[Key] = Counter()
    for counts in counted:
        overall.update(counts.times)
    average = sum(overall.values()) / max(1, len(groups))
    return [_best(counts, overall, average, count) for counts in counted]


def stems(text: str, language: str) -> list[str]:
    """Return the stems of the words of a text, stop words left out."""
    normal = (word.normal for word in words(text))
    return [_stem(word, language) for word in normal if not is_stop_word(word, language)]


def _best(counts: _Counts, overall: Counter[Key], average: float, count: int) -> list[str]:
    total = sum(counts.times.values())
    scores = {
        key: times
        / total
        * math.log(1 + average / overall[key])
        * _PHRASE_WEIGHT[len(key)]
        * math.sqrt(counts.texts[key])
        for key, times in counts.times.items()
        if len(key) == 1 or times >= _PHRASE_TIMES
    }
    chosen: list[Key] = []
    for key in sorted(scores, key=lambda k: (-scores[k], k)):
        if not _is_told(key, chosen, counts.times):
            chosen = [c for c in chosen if not _stands_for(key, c, counts.times)]
            chosen.append(key)
        if len(chosen) >= 2 * count:
            break
    return [_spelling(counts.spellings[key]) for key in chosen[:count]]


def _is_told(key: Key, chosen: Iterable[Key], times: Counter[Key]) -> bool:
    """Tell whether a chosen phrase says half of it already, and is not a mere part of it."""
    return any(
        2 * _shared(key, other) >= len(key) and not _stands_for(key, other, times)
        for other in chosen
    )


def _shared(key: Key, other: Key) -> int:
    """Count the stems of `key` that `other` has, inflected doubles included."""
    return sum(any(_same_root(stem, known) for known in other) for stem in key)


def _same_root(first: str, second: str) -> bool:
    """Tell stems that differ in a short ending only."""
    shorter, longer = sorted((first, second), key=len)
    return longer.startswith(shorter) and len(shorter) >= 3 and len(longer) - len(shorter) <= 3


def _stands_for(phrase: Key, part: Key, times: Counter[Key]) -> bool:
    """Tell whether `part` mostly occurs within the longer `phrase`."""
    longer = len(phrase) > len(part) and set(part) <= set(phrase)
    return longer and times[phrase] >= _PHRASE_SHARE * times[part]


def _count(texts: Sequence[str], language: str) -> _Counts:
    counts = _Counts()
    for text in texts:
        seen: set[Key] = set()
        for key, spelling in _phrases(text, language):
            counts.times[key] += 1
            counts.spellings[key][spelling] += 1
            seen.add(key)
        counts.texts.update(seen)
    return counts


def _phrases(text: str, language: str) -> Iterable[tuple[Key, str]]:
    """Yield words and phrases that no punctuation parts and no stop word borders or breaks."""
    found = list(words(text))
    stems = [_stem(word.normal, language) for word in found]
    stops = [is_stop_word(word.normal, language) for word in found]
    for first in range(len(found)):
        for last in range(first, min(len(found), first + _LONGEST_PHRASE)):
            if stops[last]:
                break
            if last > first and _BREAK.search(text[found[last - 1].end : found[last].start]):
                break
            spelling = text[found[first].start : found[last].end]
            yield tuple(stems[first : last + 1]), " ".join(spelling.split())


def _spelling(spellings: Counter[str]) -> str:
    """Return the most frequent spelling; of equally frequent ones the shortest."""
    best = min(spellings, key=lambda s: (-spellings[s], len(s), s))
    article = best.startswith("وال") and len(best.split()[0]) > 5
    return best[1:] if article else best  # "and the …" names nothing


@lru_cache(maxsize=1 << 17)
def _stem(word: str, language: str) -> str:
    code = language.split("-")[0]
    if code == "ar":
        word = _without_proclitics(word)
    stemmer = _stemmer(code)
    return str(stemmer.stemWord(word)) if stemmer else word


@lru_cache(maxsize=32)
def _stemmer(code: str) -> Any:
    return snowballstemmer.stemmer(_STEMMERS[code]) if code in _STEMMERS else None


def _without_proclitics(word: str) -> str:
    """Take conjunction, preposition and article off an Arabic word, if enough is left."""
    for prefix in ("وبال", "وال", "فال", "بال", "كال", "لل", "ال", "و"):
        if word.startswith(prefix) and len(word) - len(prefix) >= 3:
            return word[len(prefix) :]
    return word
