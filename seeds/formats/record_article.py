"""From the values of a record to an article: texts, titles, outlets, dates and addresses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..articles import Article
from ..containment import quoted
from ..dates import date_of
from ..decoding import decode
from ..errors import SeedError
from ..normal import normal_form
from ..rows import Fields, Unreadable
from ..urls import canonical_url, outlet_of
from .field_names import value_of
from .markup_text import plain_text
from .page_dates import date_in_path

# The fields that say in which language dates are written.
LANGUAGE_FIELDS = ("language", "lang", "locale", "inLanguage")
_LONGEST_NAME = 500
# Under which texts lie in objects: in the answers of WordPress, in JSON-LD, in RSS made JSON.
_INNER_FIELDS = ("rendered", "text", "content", "value", "#text", "@value", "$t", "name", "title")


def article_of(
    values: Mapping[str, Any], fields: Fields, key: str, *, month_first: bool = False
) -> Article:
    """Return the article that a record holds.

    Lists of paragraphs are joined, HTML becomes plain text. A title that the text does not begin
    with is put before it, with an empty line between, so that it is a passage as well. Where no
    outlet is named, it is the host of the address; where no date is, it is the one that stands in
    the address, as in ``/2024/04/13/``.

    Parameters
    ----------
    values : mapping
    fields : Fields
        With a `text`; names as `names_of` gives them.
    key : str
    month_first : bool, default False
        Whether ``03/04/2024`` is the fourth of March.

    Raises
    ------
    Unreadable
        If there is no text; it says why.
    """
    text = _text(values, fields.text)
    title = _line(value_of(values, fields.title))
    if title and not _begins_with(text, title):
        text = f"{title}\n\n{text}"
    url = _address(value_of(values, fields.url))
    outlet = _outlet(value_of(values, fields.source))
    stated = value_of(values, fields.date)
    published = date_of(stated, language=_language(values), month_first=month_first)
    in_address = date_in_path(_said(value_of(values, fields.url))) if published is None else None
    return Article(
        text=text,
        key=key,
        title=title,
        source=outlet or (outlet_of(url) if url else None),
        url=url,
        published=published or in_address,
        author=_line(value_of(values, fields.author)),
        is_one=bool(title or published or url),
        is_dated_by_address=in_address is not None,
    )


def _text(values: Mapping[str, Any], name: str | None) -> str:
    value = value_of(values, name)
    if value is None:
        is_there = name in values or (name or "").partition(".")[0] in values
        raise Unreadable(
            f"{quoted(name)!r} is empty" if is_there else f"it has no field {quoted(name)!r}"
        )
    text = _said(value)
    if text is None:
        raise Unreadable(f"{quoted(name)!r} is no text but {type(value).__name__}")
    text = _clean(plain_text(text))
    if not text.strip():
        raise Unreadable(f"{quoted(name)!r} is empty")
    return text


def _said(value: Any, depth: int = 0) -> str | None:
    """Return the text of a value: a string, paragraphs in a list, or one inside an object."""
    if isinstance(value, str):
        return value
    if isinstance(value, bytes):
        try:
            return decode(value, "it").text
        except SeedError:
            return None
    if isinstance(value, list) and depth < 3:
        parts = [_said(part, depth + 1) for part in value]
        return "\n".join(part for part in parts if part) if any(parts) else None
    if isinstance(value, dict) and depth < 3:
        return next(
            (said for key in _INNER_FIELDS if (said := _said(value.get(key), depth + 1))), None
        )
    return None


def _line(value: Any) -> str | None:
    """Return a title or a name on one line; several names with commas between."""
    if value is None:
        return None
    if isinstance(value, list):
        return ", ".join(filter(None, map(_line, value)))[:_LONGEST_NAME] or None
    said = _said(value)
    if said is None:
        return None
    return " ".join(_clean(plain_text(said)).split())[:_LONGEST_NAME] or None


def _outlet(value: Any) -> str | None:
    said = _line(value)
    if said and said.startswith(("http://", "https://")):
        return outlet_of(said)
    return said


def _address(value: Any) -> str | None:
    said = _said(value)
    return canonical_url(said) if said else None


def _language(values: Mapping[str, Any]) -> str | None:
    found = (values.get(name) for name in LANGUAGE_FIELDS)
    return next((value for value in found if isinstance(value, str) and value.isascii()), None)


def _begins_with(text: str, title: str) -> bool:
    """Tell whether the first line of a text is the title."""
    first = text.lstrip()[: 3 * len(title) + 20].partition("\n")[0].strip()
    if first == title:
        return True
    return abs(len(first) - len(title)) <= len(title) // 2 and normal_form(first) == normal_form(
        title
    )


def _clean(text: str) -> str:
    """Replace what is no character: NUL, and halves of characters that JSON lets through."""
    if "\0" in text:
        text = text.replace("\0", "\ufffd")
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text
