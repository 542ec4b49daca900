"""The terms of a text: what the keyword index is made of.

Words in normal form, cut so that inflected forms meet; in scripts that are written
without spaces, pairs of neighbouring letters. What is done to a word depends on its
script alone, never on its language, which a short query does not tell.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import lru_cache

import regex

from .normal import _WORD, INVISIBLE, Word, normal_form

# Which way of cutting a text into terms this is; an index made of another's is made again.
# 2: invisible characters within a word no longer part it.
TERMS_VERSION = 2
# Letters to a term where words are not parted by spaces, and in Korean, whose particles stick to
# the word. Halves of sentences found by each other, mean reciprocal rank with one, two and three:
# Chinese 0.213, 0.180, 0.099; Japanese 0.215, 0.185, 0.136; Thai 0.150, 0.210, 0.203; Khmer 0.167,
# 0.216, 0.199; Lao 0.113, 0.171, 0.171; Burmese 0.169, 0.211, 0.182; Korean 0.144, 0.167, 0.136
# (whole words 0.084). Single Chinese letters are in every text; pairs can be told apart.
# Tibetan is not among them: its words part at syllables (0.232; pairs of letters 0.207).
GRAM = 2
# Letters kept of a word. Russian news titles of a story, mean average precision with whole words
# 0.515, 8 letters 0.566, 6 0.605, 5 0.644. Halves of Turkish, Finnish, Polish sentences: whole
# 0.108, 0.074, 0.078; 8 letters 0.119, 0.117, 0.100; 6 0.130, 0.126, 0.111. Fewer letters find
# more, but bring together what a reader keeps apart (communist, community).
_LONGEST = 8
_LONGEST_OF = {"Arabic": 6, "Cyrillic": 6}
# Prefixes (and, so, in, as, to, the) are cut as long as three letters are left, those that begin
# the root too: so كتاب, الكتاب, وبالكتاب are one term. Then endings. Arabic articles found by their
# first eight words, mean reciprocal rank: 0.467 with neither, 0.491 with snowball's Arabic stemmer,
# 0.511 with one prefix and one ending, 0.524 so. Persian, Urdu, Pashto, Sorani and Sindhi (halves
# of sentences) gain or keep what they had. Hebrew: 0.095 to 0.135.
_PREFIXES = {
    "Arabic": regex.compile(r"^(?:[وف]?(?:[بك]?ال|لل))?[وفبكل]*(?=.{3}|\d+$)"),
    "Hebrew": regex.compile(r"^[והבלכמש]*(?=.{3}|\d+$)"),
}
_ENDINGS = {
    "Arabic": regex.compile(r"(?<=.{3})(?:ها|هم|هن|كم|نا|ات|ان|ون|ين|يه|وا|ت|ه|ي)$"),
}

# ー goes with the kana before it, a half-width voicing mark and sara am with their letter.
_UNSPACED = (
    r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}ー\uff70]"
)
_MARKS = rf"(?:[\p{{M}}\u0640\u0e33\u0eb3\uff9e\uff9f]|{INVISIBLE})*"
_RUN = regex.compile(rf"(?P<letter>{_UNSPACED}{_MARKS})+|(?:(?!{_UNSPACED}).)+", regex.S | regex.V1)
_HAS_UNSPACED = regex.compile(_UNSPACED)
_HAS_DIGIT = regex.compile(r"\d")
_SCRIPTS = {script: regex.compile(rf"\p{{{script}}}") for script in {*_PREFIXES, *_LONGEST_OF}}
# Spellings remembered; 2,300 Arabic paragraphs of 80 words have 33,000.
_REMEMBERED = 1 << 16


def terms(text: str, among: Collection[str] | None = None) -> Iterator[Word]:
    """Yield the terms of a text, in order.

    Parameters
    ----------
    text : str
    among : collection of str, optional
        Only these.

    Yields
    ------
    Word
        `normal` is the term: a word without the prefixes and endings of its script and not longer
        than some letters, or a pair of letters; a lone letter between other scripts is a term.
        Two words of one term are related as a rule, not always. `start` and `end` are those of
        the whole word, or of the pair, in `text`.
    """
    for match in _WORD.finditer(text):
        at = match.start()
        for term, start, end in _terms_of(match.group()):
            if among is None or term in among:
                yield Word(term, at + start, at + end)


def term_forms(text: str) -> list[str]:
    """Return the terms of a text without their places: `[t.normal for t in terms(text)]`."""
    return [term for word in _WORD.findall(text) for term, _, _ in _terms_of(word)]


@lru_cache(_REMEMBERED)
def _terms_of(word: str) -> tuple[tuple[str, int, int], ...]:
    """Return the terms of a word as it is written, with their places in it."""
    if not _HAS_UNSPACED.search(word):
        normal = _normal(word)
        return ((_cut(normal), 0, len(word)),) if normal else ()
    found: list[tuple[str, int, int]] = []
    for run in _RUN.finditer(word):
        starts = run.starts("letter")
        if len(starts) > 1:
            spans = list(zip(starts, run.ends("letter")[GRAM - 1 :], strict=False))
        else:
            spans = [run.span()]
        for start, end in spans:
            normal = _normal(word[start:end])
            if normal:
                found.append((normal if starts else _cut(normal), start, end))
    return tuple(found)


def _normal(text: str) -> str:
    return normal_form(text).replace(" ", "")


def _cut(word: str) -> str:
    """Return a word in normal form without the prefixes, endings and letters that vary."""
    script = _script(word[:1])
    if script in _PREFIXES:
        word = _PREFIXES[script].sub("", word, count=1)
    if _HAS_DIGIT.search(word):
        return word
    if script in _ENDINGS:
        shorter = _ENDINGS[script].sub("", word)
        while shorter != word:
            word, shorter = shorter, _ENDINGS[script].sub("", shorter)
    return word[: _LONGEST_OF.get(script, _LONGEST)]


@lru_cache(4096)
def _script(letter: str) -> str:
    """Return the script of a letter, where that is one with rules of its own."""
    return next((name for name, pattern in _SCRIPTS.items() if pattern.match(letter)), "")
