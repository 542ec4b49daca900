"""Articles from Rich Text (RTF): the text that a reader sees, as one article.

A paragraph is a line, and so is a row of a table; a note comes after its paragraph. Letters are
decoded by the code page of their font. What was deleted or hidden is left out.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from ..articles import Article
from ..errors import SeedError
from .properties import believable_author, believable_title

_TOKEN = re.compile(
    rb"\\([A-Za-z]{1,32})(-?\d{1,10})? ?|\\'([0-9A-Fa-f]{2})|\\([^A-Za-z])|([{}])|([^\\{}\r\n]+)"
)
_CHARSETS = {
    0: "cp1252", 77: "mac_roman", 128: "cp932", 129: "cp949", 134: "gbk", 136: "cp950",
    161: "cp1253", 162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257",
    204: "cp1251", 222: "cp874", 238: "cp1250",
}  # fmt: skip
_SIGNS = {
    "emdash": "—", "endash": "–", "lquote": "‘", "rquote": "’", "ldblquote": "“",
    "rdblquote": "”", "bullet": "•", "tab": " ", "line": "\n", "emspace": " ", "enspace": " ",
    "qmspace": " ", "zwj": "\u200d", "zwnj": "\u200c",
}  # fmt: skip
_SYMBOLS = {"~": "\u00a0", "_": "\u2011", "\\": "\\", "{": "{", "}": "}", "\n": "\n", "\r": "\n"}
# Groups that are no text; those that begin with `\*` are none either, but for these.
_UNSEEN = frozenset(
    {
        "fonttbl", "colortbl", "stylesheet", "pict", "object", "header", "headerl", "headerr",
        "headerf", "footer", "footerl", "footerr", "footerf", "fldinst", "listtext", "pntext",
        "annotation", "atnid", "atnauthor", "ftnsep", "ftnsepc", "aftnsep", "aftnsepc", "sp",
        "nonshppict", "shprslt", "filetbl", "revtbl", "info",
    }
)  # fmt: skip
_SEEN = frozenset({"shpinst", "shptxt", "footnote", "ud"})
_NOTES = frozenset({"footnote", "shptxt"})
_DEEPEST = 1000


@dataclass(frozen=True)
class _Group:
    """What holds inside of a pair of braces."""

    target: str = "text"
    page: str = "cp1252"
    skip: int = 1  # characters that stand for a \u of programs that do not know it
    is_hidden: bool = False
    in_table: bool = False
    is_aside: bool = False  # a note or a box


@dataclass
class _Paragraphs:
    """The paragraphs of the text, of a note or of a box."""

    lines: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)
    inner: list[str] = field(default_factory=list)

    def end(self) -> None:
        lines = (" ".join(line.split()) for line in _whole(self.said).split("\n"))
        self.lines += [*filter(None, lines), *self.inner]
        self.said, self.inner = [], []

    def end_cell(self) -> None:
        self.cells.append(" ".join(_whole(self.said).split()))
        self.said = []

    def end_row(self) -> None:
        self.lines += [" | ".join(filter(None, self.cells)), *self.inner]
        self.cells, self.inner = [], []


def articles(data: bytes, name: str) -> list[Article]:
    """Return the text of an RTF document as one article.

    Parameters
    ----------
    data : bytes
    name : str
        How messages call the file.

    Raises
    ------
    SeedError
        If it is no RTF, or holds no text.
    """
    if not data.lstrip().startswith(b"{\\rtf"):
        raise SeedError(f"{name} is no RTF document. Save it as .docx or .txt.")
    reading = _Reading(name)
    for token in _tokens(data):
        reading.take(token)
    lines = reading.finished()
    if not lines:
        raise SeedError(f"{name} holds no text. Nothing was added for it.")
    return [
        Article(
            "\n".join(lines),
            title=believable_title(_whole([reading.info["title"]]), name),
            author=believable_author(_whole([reading.info["author"]])),
            warnings=("damaged: the end of the file is missing",) if reading.is_open else (),
        )
    ]


def _tokens(data: bytes) -> Iterator[re.Match[bytes]]:
    at = 0
    while (token := _TOKEN.search(data, at)) is not None:
        yield token
        at = token.end()
        if token[1] == b"bin":  # so many bytes of a picture
            at += max(0, int(token[2] or 0))


class _Reading:
    """Takes the tokens of a document, one after the other."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.info = {"title": "", "author": ""}
        self._group, self._groups = _Group(), list[_Group]()
        self._parts = [_Paragraphs()]
        self._fonts: dict[int, str] = {}
        self._font, self._default = 0, "cp1252"
        self._is_starred, self._left_to_skip = False, 0
        self._bytes = bytearray()

    @property
    def is_open(self) -> bool:
        """Whether braces were opened that are not closed."""
        return bool(self._groups)

    def finished(self) -> list[str]:
        """Return the lines."""
        self._flush()
        while len(self._parts) > 1:
            self._close_part()
        self._parts[0].end()
        return [line for line in self._parts[0].lines if line]

    def take(self, token: re.Match[bytes]) -> None:
        """Take the next token."""
        word, number, code, symbol, brace, text = token.groups()
        if code or text:
            self._take_bytes(bytes.fromhex(code.decode()) if code else text)
            return
        self._flush()
        if brace == b"{":
            self._open_group()
        elif brace:
            self._close_group()
        elif symbol:
            self._take_symbol(symbol.decode("latin-1"))
        elif word:
            self._take_word(word.decode(), None if number is None else int(number))

    def _take_bytes(self, said: bytes) -> None:
        skipped = min(self._left_to_skip, len(said))
        self._left_to_skip -= skipped
        self._bytes += said[skipped:]

    def _flush(self) -> None:
        """Say the bytes that were taken; those of two-byte letters come one by one."""
        if self._bytes:
            said, self._bytes = bytes(self._bytes), bytearray()
            self._say(said.decode(self._group.page, "replace"))

    def _say(self, text: str) -> None:
        if self._group.target == "text" and not self._group.is_hidden:
            self._parts[-1].said.append(text)
        elif self._group.target in self.info:
            self.info[self._group.target] += text

    def _open_group(self) -> None:
        if len(self._groups) >= _DEEPEST:
            raise SeedError(
                f"{self.name} is damaged (groups more than {_DEEPEST} deep). Save it anew."
            )
        self._groups.append(self._group)
        self._is_starred = False

    def _close_group(self) -> None:
        if not self._groups:
            return
        before = self._groups.pop()
        if self._group.is_aside and not before.is_aside:
            self._close_part()
        self._group, self._left_to_skip = before, 0

    def _close_part(self) -> None:
        part = self._parts.pop()
        part.end()
        self._parts[-1].inner += part.lines

    def _take_symbol(self, symbol: str) -> None:
        if symbol == "*":
            self._is_starred = True
        elif symbol in _SYMBOLS:
            self._say(_SYMBOLS[symbol])

    def _take_word(self, word: str, number: int | None) -> None:
        if word in _UNSEEN or (self._is_starred and word not in _SEEN):
            self._use(target=word)
        self._is_starred = False
        if word == "u":
            self._say(chr((number or 0) % 0x10000))
            self._left_to_skip = self._group.skip
        elif word in _SIGNS:
            self._say(_SIGNS[word])
        elif word in self.info and self._group.target == "info":
            self.info[word] = ""
            self._use(target=word)
        elif word in _NOTES and self._group.target == "text" and not self._group.is_aside:
            self._use(is_aside=True, in_table=False)
            self._parts.append(_Paragraphs())
        elif not self._take_break(word):
            self._take_setting(word, number)

    def _take_break(self, word: str) -> bool:
        part = self._parts[-1]
        if self._group.target != "text":
            return False
        if word in ("par", "sect", "page"):
            if self._group.in_table:
                part.said.append(" ")
            else:
                part.end()
        elif word in ("cell", "nestcell"):
            part.end_cell()
        elif word in ("row", "nestrow"):
            part.end_row()
        else:
            return False
        return True

    def _take_setting(self, word: str, number: int | None) -> None:
        if word == "f":
            self._font = number or 0
            self._use(page=self._fonts.get(self._font, self._default))
        elif word == "fcharset" and self._group.target == "fonttbl":
            self._fonts[self._font] = _CHARSETS.get(number or 0, self._default)
        elif word == "ansicpg":
            self._default = _code_page(number or 0)
            self._use(page=self._default)
        elif word == "uc":
            self._use(skip=max(0, number or 0))
        elif word == "pard":
            self._use(in_table=False)
        elif word == "intbl":
            self._use(in_table=True)
        elif word in ("deleted", "v"):
            self._use(is_hidden=number != 0)
        elif word == "plain":
            self._use(is_hidden=False)

    def _use(self, **changes: Any) -> None:
        self._group = replace(self._group, **changes)


def _whole(pieces: list[str]) -> str:
    """Join pieces, and the halves of characters that programs write one by one."""
    said = "".join(pieces).replace("\0", "\ufffd")
    return said.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _code_page(number: int) -> str:
    if number == 65001:
        return "utf-8"
    try:
        return codecs.lookup(f"cp{number}").name
    except LookupError:
        return "cp1252"
