"""The letters of a PDF's page and where they stand, from PDFium.

PDFium's own order of letters is no help for Arabic and Hebrew, so only what each letter is and
where it was set are taken from it; its spaces too are left out, as their places are not kept.
"""

from __future__ import annotations

import ctypes
import itertools
import math
import unicodedata
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Any

# No printed page comes near this; what is beyond it on one page is left out.
MOST_ON_A_PAGE = 100_000
_PRESENTATION = (("\ufb00", "\ufdff"), ("\ufe70", "\ufefc"))
_HYPHEN_AT_LINE_END = "\x02"  # PDFium's


@dataclass(frozen=True, slots=True)
class Glyph:
    """A letter (or a ligature's letters) as it is set.

    Attributes
    ----------
    text : str
        In the order in which it is read.
    left, right, y, size : float
        From its origin to its advance; its base line; the height of its font. In points, `y`
        growing upwards.
    word, index : int
        The number of the word that PDFium counts it to, and its own in PDFium's order.
    marks : str
        The combining marks set on it.
    """

    text: str
    left: float
    right: float
    y: float
    size: float
    word: int
    index: int
    marks: str = ""


@dataclass(frozen=True)
class Letters:
    """What is set on a page: its glyphs, and how many could not be told or stand sideways."""

    glyphs: list[Glyph]
    unknown: int
    sideways: int


@dataclass(frozen=True, slots=True)
class _Set:
    """A character as PDFium reports it; `box` is left, bottom, right, top (of a mark, its ink)."""

    text: str
    box: tuple[float, float, float, float]
    edges: tuple[float, float]
    origin: tuple[float, float]
    y: float
    size: float
    turned: int
    word: int
    index: int


def letters_of(page: Any) -> Letters:
    """Return what is set on a page of a `pypdfium2.PdfDocument`, in no order."""
    unknown = 0
    found: list[_Set] = []
    for character, is_known in _characters(page):
        unknown += not is_known
        found.append(character)
    if not found:
        return Letters([], 0, 0)
    turned = Counter(character.turned for character in found).most_common(1)[0][0]
    upright = [character for character in found if character.turned == turned]
    return Letters(_glyphs(_ligatures(upright)), unknown, len(found) - len(upright))


def _characters(page: Any) -> Iterator[tuple[_Set, bool]]:
    import pypdfium2.raw as pdfium

    text = page.get_textpage()
    place = _Places(pdfium, text)
    try:
        half, word = "", 0
        for index in range(min(text.count_chars(), MOST_ON_A_PAGE)):
            character = half + chr(pdfium.FPDFText_GetUnicode(text, index))
            half = character if "\ud800" <= character <= "\udbff" else ""
            word += character.isspace()
            if pdfium.FPDFText_IsGenerated(text, index) == 1:
                continue
            is_known = pdfium.FPDFText_HasUnicodeMapError(text, index) != 1
            is_known = is_known and character != "\0"
            letter = "" if half or _stretches(character, is_known) else _letter(character)
            if letter or not is_known:
                yield place.of(index, letter, word), is_known
    finally:
        text.close()


def _stretches(character: str, is_known: bool) -> bool:
    """Tell what only fills a place, as the strokes that LibreOffice stretches words with."""
    return not is_known and unicodedata.category(character[0]) == "Cc"


@lru_cache(maxsize=1 << 14)
def _letter(character: str) -> str:
    """Return what a character says; nothing for spaces and what is no character."""
    if character == _HYPHEN_AT_LINE_END:
        return "-"
    if len(character) == 2:  # both halves of one
        character = character.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if character.isspace() or unicodedata.category(character[0]) in ("Cc", "Cf", "Cs"):
        return ""
    if any(first <= character <= last for first, last in _PRESENTATION):
        return unicodedata.normalize("NFKC", character)
    return character


class _Places:
    """Where the characters of a page stand; PDFium writes each answer into the same memory."""

    def __init__(self, pdfium: Any, text: Any) -> None:
        self._pdfium, self._text = pdfium, text
        self._matrix, self._loose = pdfium.FS_MATRIX(), pdfium.FS_RECTF()
        self._numbers = [ctypes.c_double() for _ in range(4)]
        self._sizes: dict[tuple[float, float, float, float], tuple[float, int]] = {}

    def of(self, index: int, letter: str, word: int) -> _Set:
        """Return a character with its place, turned so that its line runs from left to right."""
        loose, numbers = self._loose, self._numbers
        self._pdfium.FPDFText_GetLooseCharBox(self._text, index, loose)
        self._pdfium.FPDFText_GetCharOrigin(self._text, index, numbers[0], numbers[1])
        x, y = numbers[0].value, numbers[1].value
        scale, turned = self._shape(index)
        size = self._pdfium.FPDFText_GetFontSize(self._text, index) * scale or 1.0
        outer = _turned((loose.left, loose.bottom, loose.right, loose.top), turned)
        base = _turned((x, y, x, y), turned)
        box = _turned(self._ink(index), turned) if _is_mark(letter) else outer
        return _Set(
            letter,
            box,
            (min(base[0], outer[2]), outer[2]),
            base[:2],
            base[1],
            size,
            turned,
            word,
            index,
        )

    def _shape(self, index: int) -> tuple[float, int]:
        """Return how much a font is enlarged, and by how many right angles it is turned."""
        matrix = self._matrix
        self._pdfium.FPDFText_GetMatrix(self._text, index, matrix)
        key = matrix.a, matrix.b, matrix.c, matrix.d
        if key not in self._sizes:
            turned = round(math.atan2(matrix.b, matrix.a) / (math.pi / 2)) % 4
            self._sizes[key] = math.hypot(matrix.c, matrix.d), turned
        return self._sizes[key]

    def _ink(self, index: int) -> tuple[float, float, float, float]:
        left, right, bottom, top = self._numbers
        self._pdfium.FPDFText_GetCharBox(self._text, index, left, right, bottom, top)
        return left.value, bottom.value, right.value, top.value


def _turned(
    box: tuple[float, float, float, float], turned: int
) -> tuple[float, float, float, float]:
    left, bottom, right, top = box
    for _ in range(turned):
        left, bottom, right, top = bottom, -right, top, -left
    return left, bottom, right, top


def _ligatures(characters: list[_Set]) -> list[_Set]:
    """Join the letters of one ligature, which PDFium gives one by one from one origin."""
    groups: dict[tuple[float, float, int], list[_Set]] = {}
    for character in characters:
        x, y = character.origin
        groups.setdefault((round(x, 2), round(y, 2), character.word), []).append(character)
    return [_ligature(group) if len(group) > 1 else group[0] for group in groups.values()]


def _ligature(letters: list[_Set]) -> _Set:
    """Return letters as one; where PDFium has parted the box among them, that is their order."""
    first = letters[0]
    is_rtl = any(unicodedata.bidirectional(one.text[:1] or " ") in ("R", "AL") for one in letters)
    if is_rtl and any(one.box[0] != first.box[0] for one in letters):
        letters = sorted(letters, key=lambda one: (-round(one.box[0], 1), one.index))
        if _is_mark(letters[0].text):  # parted from the other side
            letters.reverse()
        text = "".join(one.text for one in letters)
    else:
        text = _forwards("".join(one.text for one in letters))
    edges = min(one.edges[0] for one in letters), max(one.edges[1] for one in letters)
    return replace(first, text=text, edges=edges)


def _forwards(text: str) -> str:
    """Return the letters of an Arabic ligature in the order in which they are read.

    PDFium turns some of them round and not others; Unicode has the usual ones as characters.
    """
    known = _arabic_ligatures()
    return text[::-1] if text not in known and text[::-1] in known else text


@cache
def _arabic_ligatures() -> frozenset[str]:
    forms = itertools.chain(range(0xFB50, 0xFE00), range(0xFE70, 0xFEFD))
    plain = (unicodedata.normalize("NFKC", chr(form)) for form in forms)
    return frozenset(text for text in plain if len(text) > 1 and " " not in text)


def _glyphs(characters: list[_Set]) -> list[Glyph]:
    """Put each combining mark on the letter that its ink stands over."""
    letters = [one for one in characters if not _is_mark(one.text)]
    marks: dict[int, str] = {}
    places = sorted(range(len(letters)), key=lambda number: letters[number].y)
    heights = [letters[number].y for number in places]
    for mark in filter(lambda one: _is_mark(one.text), characters):
        base = _base_of(mark, letters, places, heights)
        if base is not None:
            marks[base] = marks.get(base, "") + mark.text
    return [
        Glyph(one.text, *one.edges, one.y, one.size, one.word, one.index, marks.get(number, ""))
        for number, one in enumerate(letters)
    ]


def _is_mark(text: str) -> bool:
    """Tell marks of Arabic and Hebrew; those of other scripts stand in PDFium's order."""
    return text != "" and "\u0591" <= text < "\u0900" and unicodedata.category(text[0]) == "Mn"


def _base_of(
    mark: _Set, letters: list[_Set], places: list[int], heights: list[float]
) -> int | None:
    first = bisect_left(heights, mark.y - mark.size)
    last = bisect_right(heights, mark.y + mark.size)
    middle = (mark.box[0] + mark.box[2]) / 2

    def distance(number: int) -> tuple[float, float]:
        left, _, right, _ = letters[number].box
        away = max(left - middle, middle - right, 0.0)
        return away + abs(letters[number].y - mark.y), abs((left + right) / 2 - middle)

    return min(places[first:last], key=distance, default=None)
