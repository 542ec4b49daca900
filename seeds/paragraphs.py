"""A document's text to the spans of its passages, as scraped news has them.

A line is a paragraph, unless lines are plainly one hard-wrapped paragraph. Very
long paragraphs are split at sentence ends. Nothing is dropped: text too short to
mean anything becomes a span of kind ``fragment``.
"""

from __future__ import annotations

import itertools
import re
import unicodedata

import sentencex

from .documents import Kind, Span

# Longest passage, in letters as wide as Latin ones; one of 1,000 stays well inside
# the 512 tokens of the usual models in every script (re-measure for a shorter window).
LONGEST = 1000
# Below both of these a line that is no title means nothing by itself.
FEWEST_WORDS = 4
FEWEST_LETTERS = 25

_LINE = re.compile(r"[^\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+")
_SENTENCE_END = re.compile(r"[.!?؟۔。！？।…:؛;,،、](?:[\"'”’»)\]}]*)$")
# A short question on a line of its own is a title, or asked in an interview.
_QUESTION_END = re.compile(r"[?؟？](?:[\"'”’»)\]}]*)$")
_QUESTION_WORDS = 15
_CREDIT = re.compile(r"[(\[（][^()\[\]（）]{2,60}[)\]）]\s*$")
_CREDIT_WORD = re.compile(
    r"\b(photo|image|picture|foto|bild|fotoğraf|фото|gambar|crédit|credit|archive|file)\b"
    r"|صور|أرشيف|عکس|تصویر",
    re.IGNORECASE,
)
_FULL_STOPS = (".", "。", "।", "۔")
# The first wide character is U+1100.
_MAY_BE_WIDE = re.compile("[\u1100-\U0010ffff]")
_WRAP_COLUMNS = (50, 100)


def split(text: str, language: str = "en") -> list[Span]:
    """Split a document's text into the spans of its passages.

    Parameters
    ----------
    text : str
        As it was read; offsets count its characters.
    language : str, default "en"
        BCP 47 code, for the rules by which sentences end in very long paragraphs.

    Returns
    -------
    list of Span
        In order, not overlapping, without white space at their ends. Every character
        that is not white space lies in exactly one span.
    """
    paragraphs = _paragraphs(text)
    spans: list[Span] = []
    for number, (start, end) in enumerate(paragraphs):
        first = all(span.kind == "fragment" for span in spans)
        last = number + 1 == len(paragraphs)
        kind = _kind(text[start:end], first=first and len(spans) < 3, last=last)
        pieces = [(start, end)]
        if width(text[start:end]) > LONGEST:
            pieces = _pieces(text, start, end, language)
        spans.extend(Span(first, last, kind) for first, last in pieces)
    return spans


def _paragraphs(text: str) -> list[tuple[int, int]]:
    """Return lines, those of hard-wrapped paragraphs joined."""
    found: list[tuple[int, int]] = []
    for block in _blocks(text):
        if _is_hard_wrapped(text, block):
            found.append((block[0][0], block[-1][1]))
        else:
            found.extend(block)
    return found


def _blocks(text: str) -> list[list[tuple[int, int]]]:
    """Return runs of lines that no blank line parts, each line stripped."""
    blocks: list[list[tuple[int, int]]] = []
    previous_end = 0
    for match in _LINE.finditer(text):
        line = match.group()
        stripped = _strip(line)
        if not stripped:
            continue
        start = match.start() + line.index(stripped)
        blank_between = len(re.findall(r"\r\n|[\n\r\u2028\u2029]", text[previous_end:start])) > 1
        if not blocks or blank_between:
            blocks.append([])
        blocks[-1].append((start, start + len(stripped)))
        previous_end = start + len(stripped)
    return blocks


def _strip(line: str) -> str:
    return line.strip().strip("\u200e\u200f\u202a-\u202e\ufeff\u200b").strip()


def _is_hard_wrapped(text: str, block: list[tuple[int, int]]) -> bool:
    """Tell whether every line but the last is full and most end inside a sentence."""
    if len(block) < 3 or len({text[start:end] for start, end in block}) < len(block):
        return False  # what is said twice is no wrapped paragraph
    lengths = [end - start for start, end in block]
    longest = max(lengths)
    if not _WRAP_COLUMNS[0] <= longest <= _WRAP_COLUMNS[1]:
        return False
    full = all(length >= 0.7 * longest for length in lengths[:-1])
    inside = sum(1 for s, e in block[:-1] if not _SENTENCE_END.search(text[s:e]))
    return full and inside >= 0.6 * (len(block) - 1)


def _kind(line: str, *, first: bool, last: bool) -> Kind:
    """Tell the kind of a line; `first`: no text came before it, `last`: none comes after."""
    letters = sum(map(str.isalpha, line))
    wide = sum(1 for c in _wide(line) if c.isalpha())
    count = len(line.split())
    if first and letters + 2 * wide >= 8 and count <= 30 and not line.endswith(_FULL_STOPS):
        return "title"
    if count < FEWEST_WORDS and letters + 2 * wide < FEWEST_LETTERS:
        return "fragment"
    if letters < 0.3 * len(line.replace(" ", "")) and letters < FEWEST_LETTERS:
        return "fragment"
    if _is_caption(line, count):
        return "caption"
    asks = count <= _QUESTION_WORDS and _QUESTION_END.search(line)
    short = count <= 20 and len(line) <= 160 and (asks or not _SENTENCE_END.search(line))
    return "heading" if short and not last else "paragraph"


def _is_caption(line: str, count: int) -> bool:
    """Tell a line that closes with a credit in brackets, or opens with "Photo:"."""
    if count > 40 or line.endswith(_FULL_STOPS):
        return False
    head, colon, _ = line[:25].partition(":")
    return bool(_CREDIT.search(line) or (colon and _CREDIT_WORD.search(head)))


def width(text: str) -> int:
    """Return the length of a text in Latin letters: a Chinese or Japanese letter counts as 2.5."""
    return len(text) + len(_wide(text)) * 3 // 2


def _wide(text: str) -> list[str]:
    """Return the characters of a text that take the room of two."""
    if not _MAY_BE_WIDE.search(text):
        return []
    return [c for c in text if unicodedata.east_asian_width(c) in "WF"]


def _pieces(text: str, start: int, end: int, language: str) -> list[tuple[int, int]]:
    """Split a long paragraph at sentence ends into pieces of about equal width."""
    sentences = _sentences(text, start, end, language)
    total = sum(width(text[s:e]) for s, e in sentences)
    aim = total / -(-total // LONGEST)
    pieces: list[tuple[int, int]] = []
    size = 0
    for first, last in sentences:
        wide = width(text[first:last])
        if pieces and (size + wide / 2 <= aim and size + wide <= LONGEST):
            pieces[-1] = (pieces[-1][0], last)
            size += wide
        else:
            pieces.append((first, last))
            size = wide
    return pieces


def _sentences(text: str, start: int, end: int, language: str) -> list[tuple[int, int]]:
    """Return the sentences between `start` and `end`; an endless one is cut at spaces."""
    paragraph = text[start:end]
    code = language.split("-")[0] if language != "und" else "en"
    found: list[tuple[int, int]] = []
    at = 0
    for sentence in sentencex.segment(code, paragraph):
        for first, last in _glued(paragraph, at, at + len(sentence)):
            found.extend(_cut(text, start + first, start + last))
        at += len(sentence)
    if at != len(paragraph):  # the library changed the text: fall back on its length alone
        return _cut(text, start, end)
    return found


def _glued(paragraph: str, start: int, end: int) -> list[tuple[int, int]]:
    """Part Arabic sentences that a scrape glued together (a stop with no space behind)."""
    bounds = [start]
    bounds += [m.end() for m in re.finditer(r"[.؟!](?=[\u0621-\u064a]{2})", paragraph[start:end])]
    bounds = [bounds[0], *(start + b for b in bounds[1:]), end]
    return [(a, b) for a, b in itertools.pairwise(bounds) if b > a]


def _cut(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Strip a span, and cut it at white space (or anywhere) where it is over the limit."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    pieces: list[tuple[int, int]] = []
    while start < end:
        stop = min(end, start + LONGEST if width(text[start:end]) > LONGEST else end)
        while stop > start + 1 and width(text[start:stop]) > LONGEST:
            stop = start + (stop - start) * 2 // 3
        if stop < end:
            space = max(text.rfind(mark, start, stop) for mark in " ،,;؛、，\u3000")
            stop = space + 1 if space > start + (stop - start) // 3 else stop
        last = stop
        while last > start and text[last - 1].isspace():
            last -= 1
        if last > start:
            pieces.append((start, last))
        start = stop
        while start < end and text[start].isspace():
            start += 1
    return pieces
