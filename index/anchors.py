"""What stays as it is when a text is translated: numbers, dates, and names in Latin letters.

Numbers are compared by their significant digits, so that 1,5 million, 1.500.000, ١٥٠٠ thousand
and 150万 agree without the words for a million in every language, and nobody has to know
whether a point parts thousands or decimals.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import regex

# A date or time in digits is its numbers; else digits in threes (in India twos and a three) or
# digits with one decimal mark. What sticks to a letter of a bicameral script (A1, МиГ29) is a name.
_NUMBER = regex.compile(
    r"(?=\p{Nd})(?<![\p{Latin}\p{Cyrillic}\p{Greek}\p{Nd}])(?:"
    r"(?P<parts>\p{Nd}{1,4}([./-])\p{Nd}{1,2}\2\p{Nd}{1,4}|\p{Nd}{1,2}:\p{Nd}{2})(?!\p{Nd})"
    r"|\p{Nd}{1,3}(?:[.,٬٫،'’\u00a0\u2009\u202f ]\p{Nd}{3})+(?:[.,٫]\p{Nd}+)?(?!\p{Nd})"
    r"|\p{Nd}{1,2}(?:,\p{Nd}{2})+,\p{Nd}{3}(?!\p{Nd})"
    r"|\p{Nd}+(?:[.,٫]\p{Nd}+)?)"
)
_DIGITS = regex.compile(r"\p{Nd}+")
_NAME = regex.compile(r"(?<![\p{L}\p{M}\p{N}])\p{Lu}[\p{Latin}\p{M}\p{N}]{2,}")
# Signs that stand for about three letters of an alphabet.
_SIGN = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}]")
_LETTERS_A_SIGN = 3
# Letters by which two forms of a name are the same where one goes on (Vidora, Vidorą).
_STEM = 4
# Numbers up to this, and those with one significant digit, are often spelled out.
_SPELLED_OUT = 20
# Years of other calendars lie this far from those of the common one: the solar Hijri and the
# Buddhist one. (The lunar Hijri one runs at another pace.)
_CALENDARS = (621, 622, 543)


@dataclass(frozen=True, slots=True)
class Number:
    """A number of a text.

    Attributes
    ----------
    text : str
        As it stands there.
    digits : str
        Its digits as 0-9, without marks.
    significant : str
        The digits without zeros at either end; "0" for zero.
    """

    text: str
    digits: str
    significant: str

    @property
    def is_plain(self) -> bool:
        """Whether another language may well write it as a word."""
        whole = self.text.isdecimal()
        return len(self.significant) == 1 or (whole and int(self.digits) <= _SPELLED_OUT)


@dataclass(frozen=True, slots=True)
class Anchors:
    """The numbers and names of a text, each once, in order, and about how long it is.

    The length is in letters of an alphabet, as many as others would need for it.
    """

    numbers: tuple[Number, ...]
    names: tuple[str, ...]
    length: int


@dataclass(frozen=True, slots=True)
class Agreement:
    """How the numbers of two texts go together.

    Attributes
    ----------
    shared : tuple of str
        Those on both sides, as the first text has them.
    missing : int
        Numbers on one side alone, not counting those that are often spelled out.
    doubts : bool
        Whether both sides have numbers that the other lacks.
    conflicts : bool
        Whether both have some that are hardly ever spelled out (412 here, 421 there), or the
        numbers are as many and the same but for some in the same places.
    """

    shared: tuple[str, ...]
    missing: int
    doubts: bool
    conflicts: bool


def anchors_of(text: str) -> Anchors:
    """Return the numbers of a text, in digits of any script, and its names in Latin letters."""
    numbers = {number.significant: number for number in reversed(_numbers(text))}
    names = {_plain(match.group()): match.group() for match in _NAME.finditer(text)}
    length = len(text) + (_LETTERS_A_SIGN - 1) * len(_SIGN.findall(text))
    return Anchors(tuple(reversed(numbers.values())), tuple(names.values()), max(1, length))


def agreement(first: Anchors, second: Anchors) -> Agreement:
    """Compare the numbers of two texts.

    They agree when their significant digits do, when one is the last two digits of the
    other's year (1990 and '90), or when they are one year in two calendars.
    """
    here, alone = _matched(first.numbers, second.numbers)
    _, other = _matched(second.numbers, first.numbers)
    if _joined(alone) == _joined(other):  # 121,154 and 121 154: a list or one number
        alone, other = [], []
    rare = [[number for number in side if not number.is_plain] for side in (alone, other)]
    return Agreement(
        shared=tuple(number.text for number in here),
        missing=len(rare[0]) + len(rare[1]),
        doubts=bool(alone and other),
        conflicts=bool(rare[0] and rare[1])
        or _is_replaced(first.numbers, alone, second.numbers, other),
    )


def shared_names(first: Anchors, second: Anchors) -> tuple[str, ...]:
    """Return the names on both sides, as the first text has them; endings may differ."""
    others = [_plain(name) for name in second.names]
    return tuple(
        name for name in first.names if any(_same_name(_plain(name), other) for other in others)
    )


def _numbers(text: str) -> list[Number]:
    found = []
    for match in _NUMBER.finditer(text):
        whole = match.group()
        parts = _DIGITS.findall(whole)
        if match["parts"]:
            found += [_number(part, part) for part in parts]
        else:
            found.append(_number(whole, "".join(parts)))
    return found


def _number(text: str, digits: str) -> Number:
    if not digits.isascii():
        digits = "".join(str(unicodedata.digit(c)) for c in digits)
    return Number(text, digits, digits.strip("0") or "0")


def _matched(these: Sequence[Number], those: Sequence[Number]) -> tuple[list[Number], list[Number]]:
    """Part `these` into those that agree with one of `those`, and the rest."""
    both: list[Number] = []
    alone: list[Number] = []
    for one in these:
        (both if any(_same_number(one, other) for other in those) else alone).append(one)
    return both, alone


def _same_number(one: Number, other: Number) -> bool:
    if one.significant == other.significant:
        return True
    short, long = sorted((one.digits, other.digits), key=len)
    if len(long) != 4 or long[0] not in "12":
        return False
    if len(short) == 2:
        return long.endswith(short)
    return len(short) == 4 and _same_year(*sorted((int(short), int(long))))


def _same_year(earlier: int, later: int) -> bool:
    """Tell whether two numbers from 1000 to 2999 may be one year in two calendars."""
    if not (1300 <= earlier <= 1500 or 2400 <= later <= 2600):
        return False
    return later - earlier in _CALENDARS or abs((later - 622) * 33 / 32 - earlier) < 1


def _is_replaced(
    these: Sequence[Number],
    alone: Sequence[Number],
    those: Sequence[Number],
    other: Sequence[Number],
) -> bool:
    if not alone or len(these) != len(those):
        return False
    return [number in alone for number in these] == [number in other for number in those]


def _joined(numbers: Sequence[Number]) -> str:
    return "".join(number.digits for number in numbers)


def _plain(name: str) -> str:
    marked = unicodedata.normalize("NFKD", name.casefold())
    return "".join(c for c in marked if not unicodedata.combining(c)).replace("ı", "i")


def _same_name(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return short == long or (len(short) >= _STEM and long.startswith(short))
