"""Checks a report's quoted lines against the collection: document, position, offsets, text."""

from __future__ import annotations

import json
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from ...index import Collection, CollectionMissing
from ...seeds import SeedError
from ..forms import Form
from .method import checksum_now, selection_of
from .quotes import cut

_ENDINGS = (".html", ".json")


@dataclass(frozen=True)
class Quoted:
    """A line as a report quotes it: ``document:position``, offsets, and text."""

    id: str
    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Wrong:
    """A quoted line that does not hold: where it says it stands, what is wrong, its beginning."""

    place: str
    reason: str
    text: str


@dataclass(frozen=True)
class Verified:
    """How many lines were checked, those that do not hold, and whether all that the report was
    made from is still the same."""

    checked: int
    wrong: tuple[Wrong, ...]
    same_collection: bool


def verify(collection: Collection, file: Path) -> Verified:
    """Check every line that a report quotes.

    Parameters
    ----------
    collection : Collection
    file : path
        The page or the JSON form.

    Raises
    ------
    SeedError
        If it cannot be read, or is no such report.
    """
    quoted, selection, checksum = _read(file)
    texts: dict[str, str | None] = {}
    spans: dict[str, tuple[int, int]] = {}
    wrong = []
    for quote in dict.fromkeys(quoted):
        reason = _reason(collection, quote, texts, spans)
        if reason is not None:
            place = f"{quote.id} characters {quote.start}-{quote.end}"
            wrong.append(Wrong(place, reason, cut(" ".join(quote.text.split()), 80)))
    same = checksum_now(collection, selection_of(selection)) == checksum
    return Verified(len(dict.fromkeys(quoted)), tuple(wrong), same)


def _reason(
    collection: Collection,
    quote: Quoted,
    texts: dict[str, str | None],
    spans: dict[str, tuple[int, int]],
) -> str | None:
    """Say why a line does not hold; None if it does."""
    document = quote.id.rpartition(":")[0]
    if document not in texts:
        texts[document] = _text(collection, document)
    text = texts[document]
    if text is None:
        return "the document is not there"
    if quote.id not in spans:
        spans[quote.id] = _span(collection, quote.id)
    start, end = spans[quote.id]
    if start < 0:
        return "the document has no passage of this number"
    if not start <= quote.start <= quote.end <= end:
        return f"the passage stands at characters {start}-{end}"
    if text[quote.start : quote.end] != quote.text:
        return "the document says something else there"
    return None


def _text(collection: Collection, document: str) -> str | None:
    try:
        return collection.text(document)
    except CollectionMissing:
        return None


def _span(collection: Collection, id_: str) -> tuple[int, int]:
    try:
        passage = collection.passage(id_)
    except CollectionMissing:
        return -1, -1
    return passage.start, passage.end


def _read(file: Path) -> tuple[list[Quoted], Form, str]:
    """Return the quoted lines, the selection and the checksum of a report."""
    if file.suffix.lower() not in _ENDINGS:
        raise SeedError(
            f"{file} cannot be checked: only {' and '.join(_ENDINGS)} carry the place of each "
            "line. Check the report in one of those forms."
        )
    try:
        text = file.read_bytes().decode()
    except OSError as error:
        raise SeedError(f"{file} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError as error:
        raise SeedError(f"{file} is not UTF-8 (byte {error.start}): it was altered.") from None
    found = _read_page(text) if file.suffix.lower() == ".html" else _read_form(text)
    if found is None:
        raise SeedError(f"{file} is no report of marsad, or was cut. Make it again.")
    return found


def _read_form(text: str) -> tuple[list[Quoted], Form, str] | None:
    try:
        form = json.loads(text)
        method = form["method"]
        return list(_quotes_in(form)), method["selection"], method["checksum"]
    except (ValueError, KeyError, TypeError):
        return None


def _quotes_in(form: Any) -> list[Quoted]:
    """Return everything in a form that has the keys of a quote."""
    found: list[Quoted] = []
    waiting = [form]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            if {"id", "start", "end", "text"} <= value.keys():
                found.append(Quoted(*(value[key] for key in ("id", "start", "end", "text"))))
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)
    return found[::-1]


def _read_page(text: str) -> tuple[list[Quoted], Form, str] | None:
    page = _Page()
    page.feed(text)
    page.close()
    try:
        selection = json.loads(page.meta["marsad-selection"])
        return page.quotes, selection, page.meta["marsad-checksum"]
    except (KeyError, ValueError):
        return None


class _Page(HTMLParser):
    """Collects what a page quotes: elements with ``data-passage``, which hold text alone."""

    def __init__(self) -> None:
        super().__init__()
        self.meta: dict[str, str] = {}
        self.quotes: list[Quoted] = []
        self._open: tuple[str, dict[str, str]] | None = None
        self._text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if tag == "meta" and "name" in attributes:
            self.meta[attributes["name"]] = attributes.get("content", "")
        if "data-passage" in attributes:
            self._open, self._text = (tag, attributes), []

    def handle_data(self, data: str) -> None:
        if self._open is not None:
            self._text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if self._open is None or tag != self._open[0]:
            return
        attributes, self._open = self._open[1], None
        id_ = attributes["data-passage"]
        start, end = (_number(attributes.get(f"data-{name}", "")) for name in ("start", "end"))
        self.quotes.append(Quoted(id_, start, end, "".join(self._text)))


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else -1
