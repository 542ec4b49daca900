"""Planted copies: twelve kinds of edits that make a copy of a paragraph, each from a seed.

Every edit is a function of a text and a `random.Random` (and of the words of the language, for
two of them); `planting.edits_for` gathers them. A word is what stands between spaces; in scripts
without spaces (Chinese, Japanese, Thai, Lao, Khmer, Burmese) two letters with their marks count
as one.

=============  =========  ===================================================================
name           kind       what is done
=============  =========  ===================================================================
equal          exact      nothing: the copy is letter-equal
vocalised      exact      Arabic: tashkeel and tatweel taken off or put in; Hebrew: points;
                          Cyrillic: stress marks; elsewhere: soft hyphens between letters
respelled      exact      digit shapes, punctuation, case, spacing, Arabic letter forms
noisy          near       OCR noise in 2-5 % of the characters: confusable letters and digits,
                          letters lost or doubled, spaces lost or put in;
                          digits are hit as often as letters
very noisy     near       the same in 5-10 % of the characters
dropped        near       5-15 % of the words left out, the first and the last never
swapped        near       5-15 % of the words changed places with their neighbours
replaced       near       3-8 % of the words replaced by other words of the language; words
                          with digits are left alone
added          near       a lead-in or a credit of 2-5 words, and 2-5 % more words within
reordered      near       sentences or clauses in another order; a text without any is cut
                          at a word in its middle third, and the halves change places
truncated      contained  30-80 % of the words are kept, in one stretch of six or more
merged         contained  two paragraphs joined: each of them lies whole in the copy
=============  =========  ===================================================================

Of a share of the words at least one is taken. Exact edits keep `marsad.seeds.normal_form`,
all others change it: `planting.copy_of` checks both.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence

import regex
from marsad.seeds import normal_form

Unit = tuple[str, str]

# Letters that readers of scans mistake for each other; pairs of letters may become one.
_LOOK_ALIKE = (
    "بتثني جحخ دذ رز سش صض طظ عغ فق كل او مه ٢٣ ٧٨ ٠٥ "
    "un ce hb il1 o0 s5 38 49 67 vy gq ft B8 O0Q I1l S5 Z2 "
    "ин пл шщ се ьъ тг зэ оа νυ οσ ηπ बव पष मभ घध थय दर הח דר בכ וז םס "
    "ดต คศ บป ผฝ ถก ชซ 大太 日目 人入 土士 千干 天夫 白自 今令 未末 己已"
)
_JOINED = {"rn": "m", "cl": "d", "vv": "w", "m": "rn", "d": "cl", "w": "vv"}
_LEADS = {
    "Arabic": ("أفادت وكالات الأنباء أن", "وكالات - متابعات :", "وقالت مصادر مطلعة إن"),
    "Latin": ("(Reuters) - Update 2 :", "News desk - exclusive :", "AFP, dpa -"),
    "Cyrillic": ("Новости дня :", "Как сообщает наш корреспондент :"),
}
_CREDITS = {
    "Arabic": ("المصدر : وكالات", "تابعوا آخر أخبارنا هنا", "(خدمة الأخبار اليومية)"),
    "Latin": ("(Photo archive)", "Source: agencies", "© 2024 News desk, AFP"),
    "Cyrillic": ("(Фото из архива)", "Источник: служба новостей"),
}
_TASHKEEL = "\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652"
_POINTS = "\u05b0\u05b4\u05b5\u05b6\u05b7\u05b8\u05bc"
_DIGITS = ("0123456789", "٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹")
_FORMS = {"أ": "ا", "إ": "ا", "آ": "ا", "ى": "ي", "ة": "ه", "ؤ": "و", "ئ": "ي"}

_UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
_TOKEN = regex.compile(r"(\S+)(\s*)")
_PIECE = regex.compile(rf"(?:(?=[{_UNSPACED}])\X\p{{P}}*){{1,2}}|[^{_UNSPACED}]+")
_IS_UNSPACED = regex.compile(f"[{_UNSPACED}]")
WORD = regex.compile(r"\p{L}(?:.*[\p{L}\p{M}])?")
_CLAUSE = regex.compile(r".+?(?:[.!?؟;؛:،,]+(?=\s)|[。！？；，、：।]+|$)\s*", regex.DOTALL)
_TARGET = regex.compile(r"[\p{L}\p{N} ]")
_SCRIPT = {
    name: regex.compile(rf"\p{{{name}}}") for name in ("Arabic", "Hebrew", "Cyrillic", "Latin")
}
_STRESSED = regex.compile("[аеоуыэюяАЕОУЫЭЮЯ]")
_JOINS_ON = regex.compile(r"(?<=[بتثجحخسشصضطظعغفقكلمنهي])(?=\p{Arabic})")


def units(text: str) -> list[Unit]:
    """Part a text into words, each with the white space after it (none where none is written)."""
    found: list[Unit] = []
    for token, gap in _TOKEN.findall(text.strip()):
        pieces = _PIECE.findall(token) if _IS_UNSPACED.search(token) else [token]
        found += [(piece, "") for piece in pieces[:-1]]
        found.append((pieces[-1], gap))
    return found


def vocalised(text: str, chance: random.Random) -> str:
    """Take vocalisation off where there is much, else put marks in that readers overlook."""
    if _SCRIPT["Arabic"].search(text):
        if sum(c in _TASHKEEL for c in text) > len(text) / 20:
            return "".join(c for c in text if c not in _TASHKEEL + "ـ")
        text = _JOINS_ON.sub(lambda _: "ـ" * chance.randint(1, 3) * (chance.random() < 0.03), text)
        return _marked(text, _SCRIPT["Arabic"], _TASHKEEL, chance, 0.4)
    if _SCRIPT["Hebrew"].search(text):
        return _marked(text, _SCRIPT["Hebrew"], _POINTS, chance, 0.4)
    if _SCRIPT["Cyrillic"].search(text):
        return _marked(text, _STRESSED, "\u0301", chance, 0.2)
    graphemes = regex.findall(r"\X", text)
    return "".join(g + "\u00ad" * (g.isalpha() and chance.random() < 0.15) for g in graphemes)


def respelled(text: str, chance: random.Random) -> str:
    """Write digits, punctuation, case, spaces and Arabic letter forms in another way."""
    shapes = chance.choice(_DIGITS)
    upper = chance.random() < 0.2
    made = []
    for character in text:
        if character.isdecimal():
            character = shapes[int(character)]
        elif character.isspace():
            character = chance.choice((" ", " ", " ", "  ", "\u00a0", "\u2009"))
        elif character in ".,;:،؛؟!?-":
            character = chance.choice((character, character + " ", "،", " - ", " "))
        elif character in "\"'«»“”":
            character = chance.choice("\"«»“”'")
        elif chance.random() < (1 if upper else 0.1):
            swapped_case = character.upper() if upper else character.swapcase()
            plain = _FORMS.get(character, swapped_case)
            character = plain if normal_form(plain) == normal_form(character) else character
        made.append(character)
    return "".join(made).strip()


def noisy(text: str, chance: random.Random, share: tuple[float, float]) -> str:
    """Spoil a share of the characters as the scan of a page does; no place is hit twice."""
    cells = list(text)
    places = [i for i, c in enumerate(cells) if _TARGET.match(c)]
    chance.shuffle(places)
    wanted = max(1, round(chance.uniform(*share) * len(text)))
    letters = [c for c in cells if c.isalpha()]
    hit: set[int] = set()
    while places and wanted > 0:
        place = places.pop()
        if place in hit:
            continue
        two = text[place : place + 2]
        if two in _JOINED and wanted > 1 and place + 1 not in hit:
            cells[place : place + 2] = [_JOINED[two], ""]
            hit |= {place, place + 1}
            wanted -= 2
            continue
        cells[place], cost = _misread(cells[place], letters, wanted, chance)
        hit.add(place)
        wanted -= cost
    return "".join(cells).strip()


def dropped(text: str, chance: random.Random) -> str:
    """Leave words out."""
    parts = units(text)
    gone = set(chance.sample(range(1, len(parts) - 1), _share(parts, 0.05, 0.15, chance)))
    return _joined(part for place, part in enumerate(parts) if place not in gone)


def swapped(text: str, chance: random.Random) -> str:
    """Let neighbouring words change places; their spaces stay."""
    parts = units(text)
    pairs = max(1, _share(parts, 0.05, 0.15, chance) // 2)
    for place in chance.sample(range(0, len(parts) - 1, 2), pairs):
        (first, gap), (second, after) = parts[place : place + 2]
        parts[place : place + 2] = [(second, gap), (first, after)]
    return _joined(parts)


def replaced(text: str, chance: random.Random, words: Sequence[str]) -> str:
    """Put other words of the language for some; what stands around their letters stays."""
    parts = units(text)
    able = [i for i, (w, _) in enumerate(parts) if WORD.search(w) and not _has_digit(w)]
    wanted = min(_share(parts, 0.03, 0.08, chance), len(able))
    for place in chance.sample(able, wanted):
        word, gap = parts[place]
        other = chance.choice(words)
        parts[place] = (WORD.sub(lambda _, other=other: other, word, count=1), gap)
    return _joined(parts)


def added(text: str, chance: random.Random, words: Sequence[str]) -> str:
    """Put words in here and there, and a lead-in before or a credit after the paragraph."""
    parts = units(text)
    space = _space(text)
    for _ in range(_share(parts, 0.02, 0.05, chance)):
        parts.insert(chance.randrange(1, len(parts) - 1), (chance.choice(words), space))
    leads = chance.random() < 0.5
    extra = _phrases(text, _LEADS if leads else _CREDITS, words, chance)
    whole = _joined(parts)
    return f"{extra}{space}{whole}" if leads else f"{whole}{space}{extra}"


def reordered(text: str, chance: random.Random) -> str:
    """Put the clauses (of three words or more) in another order."""
    clauses: list[str] = []
    for clause in _CLAUSE.findall(text.strip()):
        if clauses and len(units(clauses[-1])) < 3:
            clauses[-1] += clause
        else:
            clauses.append(clause)
    if len(clauses) > 1 and len(units(clauses[-1])) < 3:
        last = clauses.pop()
        clauses[-1] += last
    if len(clauses) < 2:
        parts = units(text)
        cut = chance.randint(len(parts) // 3, 2 * len(parts) // 3)
        clauses = [_joined(parts[:cut]), _joined(parts[cut:])]
    order = list(range(len(clauses)))
    while order == sorted(order):
        chance.shuffle(order)
    return _space(text).join(clauses[place].strip() for place in order)


def truncated(text: str, chance: random.Random) -> str:
    """Keep one stretch of the words."""
    parts = units(text)
    kept = min(max(6, _share(parts, 0.3, 0.8, chance)), int(0.8 * len(parts)))
    start = chance.randint(0, len(parts) - kept)
    return _joined(parts[start : start + kept])


def merged(text: str, _: random.Random) -> str:
    """Join two paragraphs, handed over with a line end between them, into one."""
    return _space(text).join(text.split("\n"))


def _share(parts: Sequence[Unit], low: float, high: float, chance: random.Random) -> int:
    return max(1, int(chance.uniform(low, high) * len(parts)))


def _joined(parts: Iterable[Unit]) -> str:
    return "".join(word + gap for word, gap in parts).strip()


def _space(text: str) -> str:
    """Return what stands between words: nothing where most letters are of scripts without it."""
    return "" if 2 * len(_IS_UNSPACED.findall(text)) > len(text) else " "


def _has_digit(word: str) -> bool:
    return any(map(str.isnumeric, word))


def _marked(
    text: str, letters: regex.Pattern[str], marks: str, chance: random.Random, share: float
) -> str:
    """Put one of the marks behind a share of the letters."""
    made = (
        c + chance.choice(marks)
        if letters.match(c) and c.isalpha() and chance.random() < share
        else c
        for c in text
    )
    return "".join(made)


def _misread(
    character: str, letters: Sequence[str], room: int, chance: random.Random
) -> tuple[str, int]:
    """Return what a letter, digit or space is read as, and how many characters that changes."""
    if character == " ":
        return "", 1
    way = chance.random()
    if way < 0.1:
        return "", 1
    if way < 0.2:
        return character * 2, 1
    if way < 0.3:
        return character + " ", 1
    if character in _JOINED and room > 1 and way < 0.5:
        return _JOINED[character], 2
    others = _CONFUSABLE.get(character) or [c for c in letters if c != character]
    return chance.choice(others or [""]), 1


def _phrases(
    text: str, table: dict[str, tuple[str, ...]], words: Sequence[str], chance: random.Random
) -> str:
    """Return a phrase in the script of the text, or two to five words of its language."""
    for script, phrases in table.items():
        if len(_SCRIPT[script].findall(text)) > len(text) / 2:
            return chance.choice(phrases)
    return _space(text).join(chance.choices(words, k=chance.randint(2, 5)))


_CONFUSABLE = {
    letter: [other for other in group if other != letter]
    for group in _LOOK_ALIKE.split()
    for letter in group
}
