"""Bytes to text: UTF-8 and UTF-16 first, then the older encodings, never in silence.

Whatever was not plain UTF-8 is said in a warning, so that nobody works on a
wrongly guessed text without knowing.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass

from .errors import SeedError
from .mixed_utf8 import Mended, read_mostly_utf8
from .older_encodings import SAMPLE, guess, switched
from .utf16 import CONTROL, utf16_without_mark

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_BINARY_SIGNATURES = (b"%PDF-", b"PK\x03\x04", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b")


@dataclass(frozen=True)
class Decoded:
    """A text, the encoding it was in, and what the reader should be told (or None)."""

    text: str
    encoding: str
    warning: str | None


def decode(data: bytes, name: str) -> Decoded:
    """Decode the bytes of a text file; a NUL in it becomes the replacement character.

    Parameters
    ----------
    data : bytes
    name : str
        How messages call the file.

    Raises
    ------
    SeedError
        If the bytes are no text.
    """
    decoded = _decode(data, name)
    if "\0" not in decoded.text:
        return decoded
    warning = f"{decoded.text.count(chr(0))} NUL characters were replaced"
    both = f"{decoded.warning}; {warning}" if decoded.warning else warning
    return Decoded(decoded.text.replace("\0", "\ufffd"), decoded.encoding, both)


def _decode(data: bytes, name: str) -> Decoded:
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return _with_mark(data, encoding, name)
    escaped = switched(data)
    if escaped is not None:
        return Decoded(data.decode(escaped), escaped, f"not UTF-8: read as {escaped}")
    wide = utf16_without_mark(data)
    if wide is not None:
        return Decoded(data.decode(wide, "replace"), wide, f"read as {wide} without a mark")
    _refuse_binary(data, name)
    try:
        return Decoded(data.decode("utf-8"), "utf-8", None)
    except UnicodeDecodeError:
        return _not_utf8(data, name)


def _with_mark(data: bytes, encoding: str, name: str) -> Decoded:
    text = data.decode(encoding, "replace")
    if encoding == "utf-8-sig":
        _refuse_binary(data, name)
        encoding = "utf-8"
    damaged = text.count("\ufffd")
    warning = f"damaged {encoding}: {damaged} characters could not be read" if damaged else None
    return Decoded(text, encoding, warning)


def _refuse_binary(data: bytes, name: str) -> None:
    sample = data[:SAMPLE]
    controls = len(sample) - len(sample.translate(None, CONTROL))
    if sample.startswith(_BINARY_SIGNATURES) or controls > 0.02 * len(sample) + 1:
        raise SeedError(f"{name} is not text (binary data). Give the text of the article itself.")


def _not_utf8(data: bytes, name: str) -> Decoded:
    mended = read_mostly_utf8(data)
    if mended is not None:
        return Decoded(mended.text, "utf-8", _what_was_mended(mended))
    found = guess(data)
    if found is None:
        raise SeedError(
            f"{name} is in no encoding that could be told (UTF-8, UTF-16 and the older ones were "
            "tried). Save it as UTF-8."
        )
    text = data.decode(found.encoding, "replace")
    warning = f"not UTF-8: read as {found.encoding}"
    if found.rival:
        warning += f", which is not sure ({found.rival} fits nearly as well)"
    return Decoded(text, found.encoding, warning)


def _what_was_mended(mended: Mended) -> str:
    told = []
    if mended.older:
        told.append(f"UTF-8 mixed with {mended.older}: both were read")
    if mended.lost:
        told.append(f"damaged UTF-8: {mended.lost} characters could not be read")
    return "; ".join(told)
