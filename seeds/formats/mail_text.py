"""The text of a message: its headers, its broken lines joined, who wrote what was forwarded."""

from __future__ import annotations

import email.errors
import email.header
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email.message import Message

from .markup_encoding import decode_markup

# Lines that a mail program broke are at least so long, and at most so long.
_BROKEN = range(50, 100)
_DENSE_SCRIPT = re.compile("[\u3040-\u30ff\u3400-\u9fff]$")
_ITEM = re.compile(r"(?:[-*•–—]|\d{1,3}[.)])\s")
_FORWARDED = re.compile(
    r"^[-_>\s]*(?:forwarded message|original message|begin forwarded message|"
    r"ursprüngliche nachricht|weitergeleitete nachricht|message transféré|message d'origine|"
    r"mensaje reenviado|mensaje original|пересылаемое сообщение|пересланное сообщение|"
    r"iletilen ileti|رسالة معاد توجيهها|الرسالة المعاد توجيهها|الرسالة الأصلية|رسالة محولة)\b",
    re.IGNORECASE,
)
_FIELDS = {
    "author": ("from", "von", "de", "от", "от кого", "kimden", "من", "المرسل"),
    "date": ("date", "sent", "datum", "gesendet", "envoyé", "fecha", "enviado", "дата",
             "tarih", "التاريخ", "تاريخ", "تاريخ الإرسال"),
    "other": ("subject", "to", "cc", "reply-to", "betreff", "an", "objet", "à", "asunto", "para",
              "тема", "кому", "konu", "kime", "الموضوع", "إلى", "موضوع"),
}  # fmt: skip
_FIELD_OF = {word: field for field, words in _FIELDS.items() for word in words}
_STATED = re.compile(r"^[>*\s]*([^\W\d_][\w -]{0,20}?)\s*[::]\*?\s*(.+)$")
_ADDRESS = re.compile(r"\s*(?:<[^>]*>|\[mailto:[^\]]*\]|\([^()]*@[^()]*\)).*$")
_WITHIN = 12


@dataclass(frozen=True)
class Forwarded:
    """Who wrote a forwarded message, and when, as its header lines say."""

    author: str | None = None
    date: str | None = None


def unwrapped(text: str, *, flowed: bool = False) -> list[str]:
    """Return the paragraphs of a plain text, each as one line.

    Parameters
    ----------
    text : str
    flowed : bool, default False
        Whether a space at the end of a line says that it goes on (``format=flowed``).
    """
    return [joined for paragraph in _paragraphs(text) for joined in _joined(paragraph, flowed)]


def forwarded_in(lines: Sequence[str]) -> Forwarded | None:
    """Return what the header lines below a mark of forwarding say; None where there is none."""
    start = next((n for n, line in enumerate(lines) if _FORWARDED.match(line)), None)
    if start is None:
        return None
    said: dict[str, str] = {}
    for line in lines[start + 1 : start + _WITHIN]:
        stated = _STATED.match(line)
        field = _FIELD_OF.get(stated[1].strip().lower()) if stated else None
        if stated and field:
            said.setdefault(field, stated[2].strip())
    author = _ADDRESS.sub("", said.get("author", "")).strip(' "*')
    return Forwarded(author if author and "@" not in author else None, said.get("date"))


def header_of(message: Message, name: str) -> str | None:
    """Return a header as people read it, whatever grammar or encoding it breaks."""
    raw = next((v for k, v in message.raw_items() if k.lower() == name), None)
    if raw is None:
        return None
    plain = re.sub(r"[\r\n]+\s*", " ", str(raw))
    if any("\udc80" <= character <= "\udcff" for character in plain):
        plain = decode_markup(plain.encode("utf-8", "surrogateescape"), name).text
    return " ".join(unencoded(plain).split()) or None


def unencoded(value: str) -> str:
    """Undo the encoding of words in headers (``=?utf-8?B?...?=``)."""
    try:
        return str(email.header.make_header(email.header.decode_header(value)))
    except (ValueError, LookupError, email.errors.MessageError):
        return value


def _paragraphs(text: str) -> Iterator[list[str]]:
    paragraph: list[str] = []
    for line in text.splitlines():
        if line.strip() and not (paragraph and _ITEM.match(line.lstrip())):
            paragraph.append(line)
            continue
        if paragraph:
            yield paragraph
        paragraph = [line] if line.strip() else []
    if paragraph:
        yield paragraph


def _joined(paragraph: Sequence[str], flowed: bool) -> Iterator[str]:
    """Join the lines of a paragraph where a program has broken it."""
    whole = ""
    for number, line in enumerate(paragraph):
        shown = " ".join(line.split())
        whole = shown if not whole else f"{whole}{_between(whole)}{shown}"
        last = number + 1 == len(paragraph)
        goes_on = line.endswith(" ") if flowed else len(line.rstrip()) in _BROKEN
        if last or not goes_on or _is_field(line) or _is_field(paragraph[number + 1]):
            yield whole
            whole = ""


def _is_field(line: str) -> bool:
    stated = _STATED.match(line)
    return stated is not None and stated[1].strip().lower() in _FIELD_OF


def _between(line: str) -> str:
    return "" if _DENSE_SCRIPT.search(line) else " "
