"""The wordings of page furniture by language, read once from `wordings/*.toml`.

Whole lines, openings of lines and words are looked up in dictionaries by their normal form, so
that the wordings of all languages are tried on every line at the price of one. A line that is
worded otherwise is still known by its words: all of them words of furniture in one language, and
one of them of its core.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from typing import Any

import regex

from ..documents import Kind
from ..normal import normal_form

_UNSPACED = regex.compile(r"([\p{Han}\p{Hiragana}\p{Katakana}])")
# Words that stand for any language: names of networks, of agencies and of applications.
_EVERY = "every"
_KINDS: tuple[Kind, ...] = ("related", "comments", "sharing", "notice")
_LATIN_SHORT = 4


@dataclass(frozen=True)
class Wording:
    """What a wording means: the kind of its line, what part it plays there, how it is written.

    `role` is ``line`` (furniture wherever it stands alone), ``weak`` (only beside other
    furniture), ``label`` (a box may follow), ``open`` (furniture with what follows on its line).
    """

    kind: Kind
    role: str
    shown: str


@dataclass
class Wordings:
    """All wordings, by tokens joined with spaces; bits of masks are languages.

    Attributes
    ----------
    lines, opens, sure : dict
        Whole lines; beginnings of lines; what is furniture at either end of a line.
    languages : dict of str to int
        Word → the languages in whose furniture it stands.
    cores : dict
        Kind → word → the languages in which it is of the core.
    names : dict
        ``by``, ``after``, ``colon``, ``role``, ``photo``, ``credit``: wordings that go with names.
    of_language : dict
        Opening → languages in which alone it is one, where it is as short as "di".
    dates, moments : set of str
        Words that go with dates; those of them that name a month or a day.
    small : set of str
        Words of any text, "the" and "with", which tell nothing alone.
    networks, agencies : set of str
    starts : dict of str to list of int
        First two tokens of `sure` → how many tokens such wordings have, the longest first.
    openings : dict of str to int
        First tokens of `opens` and of what opens a byline → how many tokens the longest has.
    """

    lines: dict[str, Wording] = field(default_factory=dict)
    opens: dict[str, Wording] = field(default_factory=dict)
    sure: dict[str, Wording] = field(default_factory=dict)
    languages: dict[str, int] = field(default_factory=dict)
    cores: dict[Kind, dict[str, int]] = field(default_factory=lambda: {k: {} for k in _KINDS})
    names: dict[str, dict[str, str]] = field(default_factory=dict)
    of_language: dict[str, set[str]] = field(default_factory=dict)
    dates: set[str] = field(default_factory=set)
    moments: set[str] = field(default_factory=set)
    small: set[str] = field(default_factory=set)
    networks: set[str] = field(default_factory=set)
    agencies: set[str] = field(default_factory=set)
    starts: dict[str, list[int]] = field(default_factory=dict)
    openings: dict[str, int] = field(default_factory=dict)


def tokens(text: str) -> list[str]:
    """Return the words of a line in normal form, numbers as ``#``, Chinese letters apart."""
    normal = normal_form(text)
    if _UNSPACED.search(normal):
        normal = _UNSPACED.sub(r" \1 ", normal)
    return ["#" if word.isdigit() else word for word in normal.split()]


def key(text: str) -> str:
    """Return the form of a line in which wordings are looked up."""
    return " ".join(tokens(text))


@lru_cache(1)
def wordings() -> Wordings:
    """Return the wordings of all languages."""
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    found = Wordings()
    folder = files(__package__) / "wordings"
    for number, file in enumerate(sorted(folder.iterdir(), key=lambda f: f.name)):
        if file.name.endswith(".toml"):
            data = tomllib.loads(file.read_text(encoding="utf-8"))
            _add(found, data, file.name.removesuffix(".toml"), 1 << number)
    _index(found)
    return found


def _index(found: Wordings) -> None:
    """Note where wordings begin and how long they are, so that few places are looked at."""
    by = (opening for name in ("by", "after") for opening in found.names[name])
    for text in (*found.opens, *by):
        first, count = text.split(" ", 1)[0], text.count(" ") + 1
        found.openings[first] = max(count, found.openings.get(first, 0))
    counts: dict[str, set[int]] = {}
    for text in found.sure:
        words = text.split()
        counts.setdefault(" ".join(words[:2]), set()).add(len(words))
    found.starts = {start: sorted(of, reverse=True) for start, of in counts.items()}


def _add(found: Wordings, data: dict[str, Any], language: str, bit: int) -> None:
    bits = -1 if language == _EVERY else bit
    for kind in _KINDS:
        _add_kind(found, data.get(kind, {}), kind, bits)
    for number, words in enumerate(data.get("words", [])):
        _add_words(found, words, bits)
        if number == 0:
            found.small.update(tokens(words))
    for name, openings in data.get("names", {}).items():
        for opening in openings:
            place = key(opening)
            found.names.setdefault(name, {})[place] = opening
            if name == "by" and len(place) <= _LATIN_SHORT:
                found.of_language.setdefault(place, set()).add(language)
    found.networks.update(key(name) for name in data.get("networks", []))
    found.agencies.update(key(name) for name in data.get("agencies", []))
    for name in data.get("networks", []):
        _add_words(found, name, bits)
    _add_dates(found, data.get("dates", {}), language)


def _add_kind(found: Wordings, data: dict[str, list[str]], kind: Kind, bits: int) -> None:
    for role in ("weak", "lines", "labels", "tags"):
        for shown in data.get(role, []):
            found.lines[_place(shown)] = Wording(kind, role.rstrip("s"), shown)
            _add_words(found, shown, bits)
    for shown in data.get("opens", []):
        found.opens[_place(shown)] = Wording(kind, "open", shown)
        _add_words(found, shown, bits)
    for shown in data.get("sure", []):
        found.sure[_place(shown)] = Wording(kind, "line", shown)
        _add_words(found, shown, bits)
    for word in data.get("core", []):
        for token in tokens(word):
            found.cores[kind][token] = found.cores[kind].get(token, 0) | bits
        _add_words(found, word, bits)


def _place(shown: str) -> str:
    """Return the key of a wording, in which ``#`` stands for any number."""
    return key(shown.replace("#", "0"))


def _add_words(found: Wordings, text: str, bits: int) -> None:
    for token in tokens(text):
        found.languages[token] = found.languages.get(token, 0) | bits


def _add_dates(found: Wordings, data: dict[str, list[str]], language: str) -> None:
    """Add the names of months and days, babel's and the file's, and words that go with dates."""
    names = [*data.get("names", []), *_calendar(language)]
    for name in names:
        found.moments.update(t for t in tokens(name) if t != "#")
    found.dates.update(found.moments)
    for word in data.get("words", []):
        found.dates.update(tokens(word))


def _calendar(language: str) -> list[str]:
    """Return the names of months and days that babel has, none where it lacks the language."""
    from babel import Locale, UnknownLocaleError

    if language == _EVERY:
        return []
    try:
        locale = Locale.parse(language)
    except UnknownLocaleError:
        return []
    widths = [w for calendar in (locale.months, locale.days) for w in calendar.values()]
    return [
        name
        for names in widths
        for width, by in names.items()
        if width != "narrow"
        for name in by.values()
    ]
