"""Lines that name who wrote, edited or put out a story.

They stand near the edges of a text, are short, and what follows "By" looks like a name.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import regex

from .lines import Line, between_texts, text_after
from .wordings import Wordings, key, wordings

_LONGEST = 14  # words of a byline
_NAME = 6  # words of the names in it
_UNCASED_NAME = 4  # of names in scripts without capitals
_ROLE = "names a correspondent or agency"
_BIO = 300  # size of "Anna Roth writes about ..." below a text
_TOP = 8  # lines at the top of a page
_BIO_ROLE = 9  # so early the role is named
_COLON = regex.compile(r"^\s*([^:：／/|｜]{1,40}?)\s*[:：／/|｜]\s*(\S.*)$", regex.S)
_DASHED = regex.compile(r"^(\S[^-–—:|/]{1,28}?)\s*(?:\s[-–—|/]\s|:\s)\s*(\S[^-–—:|]{2,30})$")
_CASED = regex.compile(r"[\p{Lu}\p{Ll}]")
_CAPITAL = regex.compile(r"^[\"'“«(]*[\p{Lu}\p{Lt}\d@]")
_PARTICLES = frozenset(
    regex.findall(
        r"\S+",
        "and und et y e i и та و of de da di do dos das del della la le von van der den bin ibn al "
        "el ten ter zu for the in für pour para per для dan ve en og och à a",
    )
)
_SENTENCE = regex.compile(r"[.?!؟。;؛…]|\d{3,}")
_PARTED = regex.compile(r"[,،:|/–—-]")
_INITIALS = regex.compile(r"\(\p{L}{2,5}(?:[/,-]\s?\p{L}{2,6})*\)")
_CAPITALISED = ("de", "lb", "und")  # languages in which every noun has a capital, or unknown
_SOURCE = regex.compile(r"^([\p{L}\s«»\"“”]{3,30})\s*[(（]\s*([\p{L}\s]{3,16})\s*[)）]$")


def find_bylines(lines: Sequence[Line], language: str) -> None:
    """Mark the lines that name authors, editors and sources."""
    table = wordings()
    for at, line in enumerate(lines):
        if line.kind or line.body or not 0 < len(line.words) <= _LONGEST:
            continue
        if _is_labelled(line, table):
            line.found("byline", "names an author or source")
        elif between_texts(lines, at):
            continue
        elif _is_by(line, table, language, last=not text_after(lines, at)):
            line.found("byline", "names the author")
        elif _is_role(line, table) or _is_source(line, table):
            line.found("byline", _ROLE)
        elif _INITIALS.fullmatch(line.text):
            line.found("byline", "initials of an author or agency")
        elif at < _TOP and _is_bare_name(lines, at, table, language):
            line.found("byline", "a name between title and text")
        elif at < _TOP and _is_place_and_name(lines, at):
            line.found("byline", "place and author")
    _names_beside(lines)
    _about_authors(lines, table)


def _is_labelled(line: Line, table: Wordings) -> bool:
    """Tell "Text: Anna Roth", "كتب: سامر" and "Source: agencies"."""
    match = _COLON.match(line.text)
    if not match or len(key(match.group(2)).split()) > _LONGEST - 2:
        return False
    label = key(match.group(1))
    if label in table.names["photo"] or _names_a_box(label, table):
        return False
    known = any(label in table.names[name] for name in ("colon", "by", "role"))
    return known and not line.stops


def _names_a_box(label: str, table: Wordings) -> bool:
    return label in table.lines and table.lines[label].role in ("label", "tag")


def _is_by(line: Line, table: Wordings, language: str, *, last: bool) -> bool:
    """Tell "By Anna Roth"; `last`: no text comes after, where "About Anna Roth" may stand."""
    longest = table.openings.get(line.words[0], 0)
    for count in range(min(longest, len(line.words) - 1), 0, -1):
        opening = " ".join(line.words[:count])
        after = last and opening in table.names["after"]
        if opening not in table.names["by"] and not after:
            continue
        only = table.of_language.get(opening)
        if only and language.split("-")[0] not in only and language != "und" and len(opening) < 3:
            continue
        rest = _rest(line.text, count)
        return _is_name(rest.split(";")[0], table)
    return False


def _rest(text: str, count: int) -> str:
    """Return what follows the first `count` words of a text."""
    taken = 0
    for match in regex.finditer(r"\S+", text):
        taken += len(key(match.group()).split())
        if taken >= count:
            return text[match.end() :].strip()
    return ""


def _is_name(text: str, table: Wordings) -> bool:
    """Tell what may be names: few words, each with a capital where the script has them."""
    text = regex.split(r"\s[|•·–—]\s|\s-\s|\s?\|\s?|,\s(?=\d)", text)[0]
    parts = text.replace(",", " ").replace("،", " ").split()
    while parts and _is_of_date(parts[-1], table):
        parts.pop()
    if not parts or _SENTENCE.search(regex.sub(r"\b\p{L}{1,3}\.", "", text)):
        return False
    names = [part for part in parts if key(part) not in _PARTICLES]
    if not _CASED.search(text):
        return len(parts) <= _UNCASED_NAME
    limit = _NAME + (3 if "," in text else 0)
    return 0 < len(names) <= limit and all(_CAPITAL.match(part) for part in names)


def _is_of_date(part: str, table: Wordings) -> bool:
    words = key(part).split()
    return all(word == "#" or word in table.dates for word in words)


def _is_role(line: Line, table: Wordings) -> bool:
    """Tell "Middle East correspondent", "مراسل الأفق": a role at one end of a short line."""
    if len(line.words) > 7 or line.stops:
        return False
    for count in range(1, min(4, len(line.words)) + 1):
        starts = " ".join(line.words[:count]) in table.names["role"]
        ends = " ".join(line.words[-count:]) in table.names["role"]
        if starts or ends:
            if len(line.words) == count:
                return True
            if _CASED.search(line.text):
                return _is_cased(line.text)
            return (starts and len(line.words) <= 5) or _PARTED.search(line.text) is not None
    return False


def _is_cased(text: str) -> bool:
    parts = [part for part in text.split() if key(part) not in _PARTICLES]
    capitals = sum(1 for part in parts if _CAPITAL.match(part))
    return capitals >= max(1, len(parts) - 2)


def _is_source(line: Line, table: Wordings) -> bool:
    """Tell "Reuters, AFP" alone, and "الأفق (بتصرف)"."""
    match = _SOURCE.match(line.text)
    if match and key(match.group(2)) in table.names["edited"]:
        return True
    rest = [w for w in line.words if w not in table.agencies and w not in _PARTICLES]
    agency = any(w in table.agencies for w in line.words) and not line.stops
    if agency and len(line.words) <= 3 and all(w in table.languages for w in rest):
        return True
    return (not rest or " ".join(line.words) in table.agencies) and len(line.words) <= 6


def _is_bare_name(lines: Sequence[Line], at: int, table: Wordings, language: str) -> bool:
    """Tell "Anna Roth" and "Anna Roth, Eastmere" right above a text, where nouns are small."""
    line = lines[at]
    if at == 0 or language.startswith(_CAPITALISED) or line.stops or line.span.kind == "title":
        return False
    after = next((x for x in lines[at + 1 :] if x.kind is None), None)
    parts = [part for part in line.text.split() if key(part) not in _PARTICLES]
    if after is None or not after.body or not 1 < len(parts) <= _NAME or len(line.words) > _NAME:
        return False
    alone = len(parts) < _UNCASED_NAME or "," in line.text or len(parts) < len(line.words)
    strange = not any(word in table.languages for word in line.words if word not in _PARTICLES)
    name = all(regex.match(r"\p{Lu}\p{L}+[,.]?$|\p{Lu}\.$", p.replace("-", "")) for p in parts)
    return alone and strange and name


def _is_place_and_name(lines: Sequence[Line], at: int) -> bool:
    """Tell "صفاقس - هالة بن عمار" between a title and the text."""
    line = lines[at]
    match = _DASHED.match(line.text)
    if not match or at == 0 or line.stops or at + 1 >= len(lines):
        return False
    after = next((x for x in lines[at + 1 :] if x.kind is None and x.span.kind != "caption"), None)
    place, name = match.group(1).split(), match.group(2).split()
    if after is None or not after.body or len(place) > 2 or not 1 < len(name) <= _UNCASED_NAME:
        return False
    cased = _CASED.search(line.text)
    return not cased or all(_CAPITAL.match(part) for part in (*place, *name))


def _names_beside(lines: Sequence[Line]) -> None:
    """Mark a bare name right before or after a date line near a title."""
    for at, line in enumerate(lines):
        if not at or line.kind or line.hint or line.body:
            continue
        if not 1 < len(line.words) <= _UNCASED_NAME:
            continue
        beside = [lines[n] for n in (at - 1, at + 1) if 0 <= n < len(lines)]
        dated = any(other.kind == "dateline" for other in beside)
        dated = dated or (beside[-1].why == _ROLE and line.span.kind != "title")
        parts = line.text.split()
        named = all(_CAPITAL.match(part) for part in parts)
        if not _CASED.search(line.text):
            named = len(parts) < _UNCASED_NAME and at < _TOP
        if dated and named and not regex.search(r"[\d:?!؟.]", line.text):
            line.found("byline", "a name beside the date line")


def _about_authors(lines: Sequence[Line], table: Wordings) -> None:
    """Mark "Anna Roth writes about ..." below a text: a name from its edge, or one with a role."""
    bylines = (line.words for line in lines if line.kind == "byline")
    named = {pair for words in bylines for pair in itertools.pairwise(words)}
    for at, line in enumerate(lines):
        bio = line.kind is None and len(line.words) > 2 and line.size <= _BIO
        if not bio or text_after(lines, at):
            continue
        name = all(regex.match(r"\p{Lu}\p{Ll}", part) for part in line.text.split()[:2])
        role = any(word in table.names["role"] for word in line.words[2:_BIO_ROLE])
        if tuple(line.words[:2]) in named or (name and role):
            line.found("byline", "about the author")
