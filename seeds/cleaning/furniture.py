"""Lines that are furniture by their own wording: buttons, forms, notices, labels, menus.

A line counts only as a whole; a keyword inside a sentence never does. What is worded too weakly
("Print", "Name") is kept as a hint, and counts beside other furniture.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import regex

from ..documents import Kind
from .lines import BODY, Line, between_texts, text_after
from .wordings import Wording, Wordings, key, wordings

# Words that may follow an opening such as "Follow us on".
_FREE = 10
# Longest line that is known by its words alone: all of them furniture's, or all but some.
_FEW, _MANY = 12, 60
# Of a line's words that sure wordings must be, at the edges of a text and inside it.
_SHARE, _SHARE_INSIDE = 0.4, 0.6
_TEASER = 250  # size of "Read also: title" with a teaser
# An opening of so many words needs no other word of furniture behind it.
_PLAIN = 3
_STEPS = 5  # words of a path of two steps, above the title
_HEAD = regex.compile(r"^([^:：|–—»›>‹/،,]{2,60}?)\s*(?:[:：|–—»›>‹/]|\s-\s)")
_PARTS = regex.compile(r"\s*[|·•¦■●◦/،,;؛、»›>→]\s*|\s+[-–—]\s+|\s{2,}|\t")
_CRUMBS = regex.compile(r"\s*(?:»|›|>|→|\s/\s|\s\|\s|\\)\s*")
_STEP = regex.compile(r"\s[»›>→/|\\]\s")
_ADDRESS = regex.compile(
    r"(?:[\w.+-]+@[\w-]+(?:\.[\w-]+)+|(?:https?://|www\.)\S+|@\w{2,30}|[\w-]+(?:\.[\w-]+)*\.(?:com|net|org|info|tv|news)(?:/\S*)?)"
)
_COPYRIGHT = regex.compile(r"(?:©|\(c\)|copyright\b)\s*\S", regex.I)
_STARRED = regex.compile(r"\p{L}\s?\*(?![\p{L}*])")
# A number, a length or a time behind a wording.
_NUMBER = regex.compile(r"\s*(?:[(:\[]\s*)?\d[\d:.,]*(?:\s*\p{L}{1,7}\.?)?\s*[)\]]?$")
_TAGS = regex.compile(r"(?:[#＃][\w\u200c]+[\s,،;|]*)+")
_ATTACHED = "وفبلו"  # written on to the next word in Arabic and Hebrew


def find_furniture(lines: Sequence[Line]) -> None:
    """Mark the lines that are furniture by their own wording, and note hints."""
    table = wordings()
    for at, line in enumerate(lines):
        if line.words and line.kind is None:
            _look(lines, at, table)
    _tag_lists(lines)


def believe_hints(lines: Sequence[Line]) -> None:
    """Mark lines worded weakly that stand beside furniture, down the page and up again."""
    order = range(len(lines))
    for ats, step in ((order, -1), (reversed(order), 1)):
        for at in ats:
            line = lines[at]
            beside = lines[at + step] if 0 <= at + step < len(lines) else None
            if line.kind is not None or beside is None or not beside.noise:
                continue
            if line.hint:
                line.found(line.hint.kind, f"beside furniture: {line.hint.shown!r}")
            elif _is_debris(line, lines, at):
                line.found(beside.kind or "notice", "a scrap between furniture")


def _look(lines: Sequence[Line], at: int, table: Wordings) -> None:
    line = lines[at]
    wording = table.lines.get(line.key) or _with_number(line, table)
    # A title, or a line inside a text, may be a heading that talks of sharing or subscribing.
    inside = between_texts(lines, at)
    guarded = inside or line.span.kind == "title"
    if wording and wording.role == "weak":
        line.hint = wording
    elif wording:
        line.found(wording.kind, _why(wording), wording.role)
    else:
        _opened(line, table, guarded=guarded)
    if line.kind is None:
        _sure(line, table, guarded=guarded)
    if line.kind is None:
        _by_form(lines, at, table, inside=inside)
    if line.kind is None and line.hint is None:
        _by_words(line, table, guarded=guarded)


def _with_number(line: Line, table: Wordings) -> Wording | None:
    """Return the wording of "Listen to this article (4 min)" and "Listen 4:12"."""
    match = _NUMBER.search(line.text) if line.words and not line.body else None
    wording = table.lines.get(key(line.text[: match.start()])) if match else None
    return wording if wording and wording.role in ("line", "weak") else None


def _why(wording: Wording) -> str:
    if wording.kind == "related":
        return f"'read also' box: {wording.shown!r}"
    if wording.kind == "comments":
        return f"comment form: {wording.shown!r}"
    return f"{'share bar' if wording.kind == 'sharing' else 'notice'}: {wording.shown!r}"


def _opened(line: Line, table: Wordings, *, guarded: bool) -> None:
    """Mark a line with "Read also: title", "Tags: a, b" or "Follow us on ..."."""
    titled = line.span.kind == "title" or (line.body and line.size > _TEASER)
    head = None if titled else _HEAD.match(line.text)
    if head:
        wording = table.lines.get(key(head.group(1)))
        if wording and wording.role in ("label", "tag"):
            line.found(wording.kind, _why(wording), "open")
            return
    for count in range(min(table.openings.get(line.words[0], 0), len(line.words)), 0, -1):
        wording = table.opens.get(" ".join(line.words[:count]))
        if not wording or len(line.words) > count + _FREE:
            continue
        if _is_meant(line.words, count, table.cores[wording.kind], table, guarded=guarded):
            line.found(wording.kind, _why(wording), "open")
            return


def _is_meant(
    words: list[str], count: int, core: dict[str, int], table: Wordings, *, guarded: bool
) -> bool:
    """Tell whether an opening of `count` words is enough, or a word behind it says the same."""
    if any(word in core or word in table.networks for word in words[count:]):
        return True
    weight = sum(0.5 if _is_letter(word) else 1 for word in words[:count])
    if guarded:
        return weight >= _PLAIN + 1
    return weight >= _PLAIN or any(word in core for word in words[:count])


def _is_letter(word: str) -> bool:
    """Tell a Chinese letter, of which two make a word."""
    return len(word) == 1 and word > "\u2e7f"


def _sure(line: Line, table: Wordings, *, guarded: bool) -> None:
    """Mark a line of which sure wordings are a good part."""
    words = line.words
    covered = end = 0
    first: Wording | None = None
    for at, (one, two) in enumerate(itertools.pairwise(words)):
        counts = table.starts.get(f"{one} {two}") if at >= end else None
        for count in counts or ():
            wording = table.sure.get(" ".join(words[at : at + count]))
            if wording:
                first, covered, end = first or wording, covered + count, at + count
                break
    if first and covered >= (_SHARE_INSIDE if guarded else _SHARE) * len(words):
        line.found(first.kind, _why(first))


def _by_form(lines: Sequence[Line], at: int, table: Wordings, *, inside: bool) -> None:
    """Mark addresses, tag lists, the path to a page, menus and bars of networks."""
    line = lines[at]
    if line.text[0] in "©Cc(" and _COPYRIGHT.match(line.text) and not text_after(lines, at):
        line.found("notice", "copyright")
    elif ("." in line.text or "@" in line.text) and _ADDRESS.fullmatch(line.text):
        line.found("byline" if "@" in line.text else "notice", "an address alone on its line")
    elif "*" in line.text and _is_starred(line):
        line.found("comments", "fields of a form")
    elif line.text[0] in "#＃" and _TAGS.fullmatch(line.text):
        line.found("notice", "tags")
    elif all(word in table.networks for word in line.words):
        if len(line.words) > 1:
            line.found("sharing", "names of networks")
        else:
            line.hint = Wording("sharing", "weak", line.text)
    elif _is_path(line, at, table):
        line.found("notice", "path to the page")
    elif not inside and line.span.kind != "title" and _is_call(line, table):
        line.found("sharing", "a call to follow or share, with a network")
    elif len(line.words) <= 40 and not line.stops:
        _menu(line, table, inside=inside)


def _is_starred(line: Line) -> bool:
    """Tell "Name* E-mail* Message*", in any language."""
    starred = len(_STARRED.findall(line.text))
    return starred > 1 and 4 * starred >= len(line.words)


def _is_call(line: Line, table: Wordings) -> bool:
    """Tell "Follow the Eastmere Echo on Telegram": the verb first, a network behind it."""
    words, core = line.words, table.cores["sharing"]
    if line.size > BODY or not any(word in core for word in words[:2]):
        return False
    return any(word in table.networks for word in words[2:])


def _is_path(line: Line, at: int, table: Wordings) -> bool:
    if line.stops or len(line.words) > 20 or not _CRUMBS.search(line.text):
        return False
    parts = [part for part in _CRUMBS.split(line.text) if part]
    if len(parts) < 2:
        return False
    if any(key(part) in table.names["home"] for part in (parts[0], *parts[0].split(":"))):
        return True
    if at == 0 and len(line.words) <= _STEPS and _STEP.search(line.text):
        return True
    return at < 4 and len(parts) > 2 and all(len(part.split()) <= 3 for part in parts[:-1])


def _menu(line: Line, table: Wordings, *, inside: bool) -> None:
    """Mark a row of which most parts are furniture by themselves."""
    if inside or not _PARTS.search(line.text):
        return
    parts = [key(part) for part in _PARTS.split(line.text)]
    parts = [part for part in parts if part and part != "#"]
    if len(parts) < 2 or any(part.count(" ") > 6 for part in parts):
        return
    known = [table.lines[part].kind for part in parts if part in table.lines]
    known += ["sharing" for part in parts if part in table.networks]
    known += ["dateline" for part in parts if _is_date(part, table)]
    if known and len(known) >= 0.6 * len(parts):
        line.found(max(known, key=known.count), "a row of buttons")


def _is_date(part: str, table: Wordings) -> bool:
    words = part.split()
    return len(words) > 1 and any(word in table.moments for word in words) and "#" in words


def _by_words(line: Line, table: Wordings, *, guarded: bool) -> None:
    """Mark a line all of whose words are of furniture in one language, one of its core."""
    count = len(line.words)
    if not 1 < count <= _MANY:
        return
    spare = 0 if count <= _FEW else count // 8
    languages = -1
    for word in line.words:
        found = -1 if word == "#" else _languages(word, table.languages)
        if found & languages:
            languages &= found
        elif spare:
            spare -= 1
        else:
            return
    kind = _core(line.words, languages, table, 1 + (count > _FEW) + guarded)
    if kind:
        line.found(kind, f"worded like {_NAMED[kind]}")


_NAMED: dict[Kind, str] = {
    "related": "a 'read also' box",
    "comments": "a comment form",
    "sharing": "a share bar",
    "notice": "a notice of the site",
}


def _languages(word: str, table: dict[str, int]) -> int:
    found = table.get(word, 0)
    if not found and word[0] in _ATTACHED:
        found = table.get(word[1:], 0)
    return found


def _core(words: list[str], languages: int, table: Wordings, wanted: int) -> Kind | None:
    """Return the kind whose core most words are of, where `wanted` of them are."""
    best: Kind | None = None
    most = wanted - 1
    for kind, core in table.cores.items():
        hits = len({word for word in words if _languages(word, core) & languages})
        if hits > most:
            best, most = kind, hits
    return best


def _tag_lists(lines: Sequence[Line]) -> None:
    """Mark what follows a lone "Tags": one row, or short lines."""
    for at, line in enumerate(lines):
        if line.role != "tag":
            continue
        for number, after in enumerate(lines[at + 1 : at + 16]):
            short = len(after.words) <= (14 if number == 0 else 3)
            if after.kind or after.hint or after.body or after.stops or not short:
                break
            if number == 0 and len(after.words) > 4 and after.apart and not line.apart:
                break
            after.found("notice", "tags")
            if len(after.words) > 4:
                break


def _is_debris(line: Line, lines: Sequence[Line], at: int) -> bool:
    """Tell a number, a sign or a letter that lies between two pieces of furniture."""
    if line.body or len(line.text) > 4 or (line.text.isalpha() and len(line.text) > 2):
        return False
    return 0 < at < len(lines) - 1 and lines[at - 1].noise and lines[at + 1].noise
