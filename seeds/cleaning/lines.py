"""A line of a page as the rules see it: its words, its size, how it ends, where it stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import regex

from ..documents import NOISE, Kind, Span
from .wordings import Wording, tokens

# Longer lines (in letters as wide as Latin ones) are text, whatever they say.
LONGEST = 400
# From this size on a line is text unless it is worded as furniture.
BODY = 180
# So many words with a full stop behind them are a sentence.
SENTENCE = 8

_WIDE = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}]")
_INVISIBLE = "\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff\u200b"
_STOP = regex.compile(r"[.。।۔!！?？؟][\"'”’»)\]）』」]*$")
_CUT = regex.compile(r"(?:…|\.\.\.|\[…\]|\[\.\.\.\]|\(…\))\s*(?:»|›|>|→)*$")


@dataclass(slots=True)
class Line:
    """A span at work: `kind` and `why` are what it is found to be.

    Attributes
    ----------
    words : list of str
        In normal form; empty when the line is too long to be furniture.
    size : int
        Letters, those of Chinese, Japanese and Korean counted as two and a half.
    stops, cut, body : bool
        Ends like a sentence; ends in an ellipsis; is text by its size or as a sentence.
    apart : bool
        A blank line stands before it.
    hint : Wording or None
        Worded like furniture that is believed only beside other furniture.
    """

    span: Span
    text: str
    words: list[str]
    key: str
    size: int
    stops: bool
    cut: bool
    body: bool
    apart: bool
    kind: Kind | None = None
    why: str = ""
    role: str = ""
    hint: Wording | None = None

    def found(self, kind: Kind, why: str, role: str = "line") -> None:
        """Give the line its kind, unless it has one."""
        if self.kind is None:
            self.kind, self.why, self.role = kind, why, role

    @property
    def noise(self) -> bool:
        return self.kind in NOISE


def lines_of(text: str, spans: Sequence[Span]) -> list[Line]:
    """Return the spans of a text as lines."""
    found: list[Line] = []
    before = 0
    for span in spans:
        apart = text.count("\n", before, span.start) > 1
        found.append(_line(text[span.start : span.end], span, apart))
        before = span.end
    return found


def _line(text: str, span: Span, apart: bool) -> Line:
    if len(text) > LONGEST:
        return Line(span, text, [], "", len(text), False, False, True, apart)
    text = text.strip(_INVISIBLE).strip()
    wide = len(_WIDE.findall(text)) if not text.isascii() else 0
    size = len(text) + wide * 3 // 2
    cut = _CUT.search(text) is not None
    stops = not cut and _STOP.search(text) is not None
    if size > LONGEST:
        return Line(span, text, [], "", size, stops, cut, True, apart)
    words = tokens(text)
    sentence = stops and len(words) >= SENTENCE * (2 if wide else 1)
    body = not cut and (size > BODY or sentence)
    return Line(span, text, words, " ".join(words), size, stops, cut, body, apart)


def between_texts(lines: Sequence[Line], at: int) -> bool:
    """Tell whether the line stands inside a text: text right before it and right after it."""
    before = at > 0 and lines[at - 1].body and lines[at - 1].kind is None
    after = at + 1 < len(lines) and lines[at + 1].body
    return before and after


def text_after(lines: Sequence[Line], at: int) -> bool:
    """Tell whether any text comes after the line."""
    return any(line.body and line.kind is None for line in lines[at + 1 :])
