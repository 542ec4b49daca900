"""HTML and XML as bytes to text.

What a page says of its encoding may be wrong: UTF-8 that decodes is believed before it, and so is
another encoding in which its letters read far better.
"""

from __future__ import annotations

import codecs
import re

from ..decoding import Decoded, decode
from ..older_encodings import is_against

_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_DECLARED = re.compile(
    rb"""<(?:meta[^>]{0,200}?charset|\?xml[^>]{0,80}?encoding)\s*=\s*["']?\s*([A-Za-z0-9_.:-]{2,40})""",
    re.IGNORECASE,
)
_DECLARED_WITHIN = 8192
# Browsers read these as the wider pages that hold them.
_WIDER = {
    "iso8859-1": "cp1252", "ascii": "cp1252", "iso8859-9": "cp1254", "gb2312": "gb18030",
    "gbk": "gb18030", "shift_jis": "cp932", "euc_kr": "cp949", "big5": "big5hkscs",
    "iso8859-11": "cp874", "tis-620": "cp874",
}  # fmt: skip
_NEVER = frozenset(("utf-7", "idna", "punycode", "unicode_escape", "raw_unicode_escape"))
_TAGS = re.compile(rb"<(script|style)\b.*?</\1\s*>|<!--.*?-->|<[^>]*>", re.IGNORECASE | re.DOTALL)


def decode_markup(data: bytes, name: str, label: str | None = None) -> Decoded:
    """Decode HTML or XML: by a mark, as UTF-8, as it declares, or by its letters.

    Parameters
    ----------
    data : bytes
    name : str
        How messages call it.
    label : str or None
        What a mail or a server said of the encoding; the page itself goes before.

    Raises
    ------
    SeedError
        If the bytes are no text.
    """
    declared = _codec(_label_in(data) or label)
    if b"\x00" in data[:1024] or data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return decode(data, name)
    if declared and declared.startswith(("iso2022", "hz")) and data.isascii():
        return _as_declared(data, declared)
    if b"\x1b" in data and data.isascii():  # ISO-2022 that does not say so
        return decode(data, name)
    try:
        return Decoded(data.decode("utf-8-sig"), "utf-8", None)
    except UnicodeDecodeError:
        pass
    visible = _visible(data)
    guess = decode(visible, name)
    if guess.encoding == "utf-8":  # for the most part
        return decode(data, name)
    if declared in (None, "utf-8") or is_against(visible, str(declared)):
        return _as_guessed(data, guess, declared)
    return _as_declared(data, str(declared))


def as_utf8(data: bytes, label: str) -> bytes:
    """Return a document in UTF-8 where a server said its encoding and it does not itself."""
    codec = _codec(label)
    if codec in (None, "utf-8") or _label_in(data) or data.startswith(_MARKS):
        return data
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        false = is_against(_visible(data), str(codec))
        return data if false else data.decode(str(codec), "replace").encode()
    return data


def _label_in(data: bytes) -> str | None:
    found = _DECLARED.search(data[:_DECLARED_WITHIN])
    return found[1].decode("ascii") if found else None


def _codec(label: str | None) -> str | None:
    """Return Python's name of an encoding, None where there is none that may be used."""
    if not label:
        return None
    try:
        found = codecs.lookup(label.strip().lower().removeprefix("x-"))
    except (LookupError, ValueError):
        return None
    if found.name in _NEVER or not getattr(found, "_is_text_encoding", True):
        return None
    return _WIDER.get(found.name, found.name)


def _visible(data: bytes) -> bytes:
    """Return the text of a page as bytes, so that its markup does not hide its encoding."""
    return b" ".join(_TAGS.sub(b" ", data).split())


def _as_guessed(data: bytes, guess: Decoded, declared: str | None) -> Decoded:
    text = data.decode(guess.encoding, "replace")
    told = f" (it says it is {declared})" if declared and declared != guess.encoding else ""
    return Decoded(text, guess.encoding, f"{guess.warning}{told}" if guess.warning else None)


def _as_declared(data: bytes, declared: str) -> Decoded:
    text = data.decode(declared, "replace")
    lost = text.count("\ufffd")
    warning = f"damaged {declared}: {lost} characters could not be read" if lost else None
    return Decoded(text, declared, warning)
