"""The normal form in which texts are matched, and the words of a text.

Two texts that differ only in what a reader overlooks (vocalisation, tatweel,
alef, ya and ta-marbuta forms, digit shapes, case, punctuation, invisible
characters, spacing) have the same normal form. The text itself is never altered.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

import regex

_LETTER_FORMS = {
    "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا",  # alef with hamza, madda, wasla
    "ى": "ي", "ی": "ي", "ې": "ي", "ے": "ي",  # alef maqsura, Persian and Urdu yeh
    "ئ": "ي", "ؤ": "و",  # hamza on a seat
    "ک": "ك", "ڪ": "ك",  # Persian and swash kaf
    "ة": "ه", "ە": "ه", "ہ": "ه", "ھ": "ه", "ۀ": "ه", "ۃ": "ه",  # ta marbuta and Urdu heh
}  # fmt: skip

# What the normal form drops wherever it stands: soft hyphens, bidi marks, spaces of no width,
# other controls (no text holds a NUL). They part no words, so that a word is found whether or
# not it holds them.
INVISIBLE = r"[\p{C}--[\0\t\n\v\f\r\x1c-\x1f\x85]]"
# A non-joiner shapes the letter before it, so that it belongs to the word even at its end; other
# invisible characters do only between two letters. An apostrophe parts words (l'eau, Irak'ın), but
# not in Cyrillic, where it is a letter (п'ять).
_IN_WORD = r"[\p{L}\p{N}\p{M}\u0640\u200c\u200d]"
_WORD = regex.compile(
    rf"[\p{{L}}\p{{N}}]{_IN_WORD}*(?:{INVISIBLE}+{_IN_WORD}+"
    rf"|(?<=\p{{Cyrillic}})['’](?=\p{{Cyrillic}}){_IN_WORD}+)*",
    regex.V1,
)
_BARE_MARK = regex.compile("[\u0300-\u036f]")


@dataclass(frozen=True)
class Word:
    """A word of a text: its normal form, and characters `start` up to `end` of the text."""

    normal: str
    start: int
    end: int


class _NormalTable(dict[int, str]):
    """Character → its normal form, filled as characters are met (for `str.translate`)."""

    def __missing__(self, code: int) -> str:
        value = _normal_character(chr(code))
        self[code] = value
        return value


_TABLE = _NormalTable()


def normal_form(text: str) -> str:
    """Return the form of `text` in which it is compared with others.

    NFKC, lower case, Arabic letters in their plain forms, digits as 0-9, without
    tashkeel, tatweel and invisible characters; punctuation and symbols become
    single spaces. Applying it twice changes nothing. May be empty.
    """
    composed = unicodedata.normalize("NFKC", text)
    plain = composed.translate(_TABLE)
    if _BARE_MARK.search(plain):  # casefold may leave them
        plain = unicodedata.normalize("NFKC", plain).translate(_TABLE)
    return " ".join(plain.split())


def normal_hash(normal: str) -> bytes:
    """Return the 16 bytes by which equal normal forms are recognised."""
    return hashlib.blake2b(normal.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def words(text: str) -> Iterator[Word]:
    """Yield the words of `text` in order, marks kept with their letters."""
    for match in _WORD.finditer(text):
        normal = normal_form(match.group()).replace(" ", "")
        if normal:
            yield Word(normal, match.start(), match.end())


def _normal_character(character: str) -> str:
    if character in _LETTER_FORMS:
        return _LETTER_FORMS[character]
    category = unicodedata.category(character)
    if category == "Nd":
        return str(unicodedata.digit(character))
    if category[0] in "PSZ" or character in "\t\n\v\f\r\x1c\x1d\x1e\x1f\x85":
        return " "
    if category[0] == "C" or character == "ـ" or _is_vowel_sign(character, category):
        return ""
    folded = unicodedata.normalize("NFKC", character.casefold())
    if folded == character:
        return character
    return "".join(_LETTER_FORMS.get(c, c) for c in folded if not unicodedata.combining(c))


def _is_vowel_sign(character: str, category: str) -> bool:
    """Tell whether it is a mark that Arabic and Hebrew readers leave out."""
    if category != "Mn":
        return False
    return unicodedata.name(character, "").startswith(("ARABIC", "HEBREW")) or (
        "\u0300" <= character <= "\u036f"
    )
