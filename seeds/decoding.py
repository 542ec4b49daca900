"""Bytes to text: UTF-8 and UTF-16 first, then the old Windows pages, never in silence.

Whatever was not plain UTF-8 is said in a warning, so that nobody works on a
wrongly guessed text without knowing.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass

import charset_normalizer

from .errors import SeedError

# A file with more than this share of bytes that are no UTF-8 is taken to be in
# another encoding; below it, to be damaged UTF-8.
DAMAGED_SHARE = 0.01
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_BINARY_SIGNATURES = (b"%PDF-", b"PK\x03\x04", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b")
_CONTROL = bytes(set(range(32)) - {9, 10, 12, 13, 27}) + b"\x7f"
_SAMPLE = 1 << 16


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
    wide = _utf16_without_mark(data)
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


def _utf16_without_mark(data: bytes) -> str | None:
    """Tell UTF-16 by its zero bytes or by the high byte of Arabic and Cyrillic letters."""
    sample = data[:_SAMPLE]
    if len(sample) < 8 or len(data) % 2:
        return None
    for encoding, high in (("utf-16-le", sample[1::2]), ("utf-16-be", sample[0::2])):
        low = sample[0::2] if encoding == "utf-16-le" else sample[1::2]
        common = sum(high.count(byte) for byte in (0x00, 0x04, 0x05, 0x06, 0x20))
        if common >= 0.9 * len(high) and low.count(0) < 0.01 * len(low) and 0 in high:
            return encoding
    return None


def _refuse_binary(data: bytes, name: str) -> None:
    sample = data[:_SAMPLE]
    controls = len(sample) - len(sample.translate(None, _CONTROL))
    if sample.startswith(_BINARY_SIGNATURES) or controls > 0.02 * len(sample) + 1:
        raise SeedError(f"{name} is not text (binary data). Give the text of the article itself.")


def _not_utf8(data: bytes, name: str) -> Decoded:
    text = data.decode("utf-8", "replace")
    damaged = text.count("\ufffd")
    non_ascii = sum(1 for c in text if ord(c) > 127)
    if damaged <= max(1, DAMAGED_SHARE * len(text)) and damaged < non_ascii / 2:
        return Decoded(text, "utf-8", f"damaged UTF-8: {damaged} characters could not be read")
    encoding = _old_page(data)
    if encoding is None:
        raise SeedError(
            f"{name} is in no encoding that could be told (UTF-8, UTF-16 and the Windows pages "
            "were tried). Save it as UTF-8."
        )
    decoded = data.decode(encoding, "replace")
    return Decoded(decoded, encoding, f"not UTF-8: read as {encoding}")


def _old_page(data: bytes) -> str | None:
    """Choose between the Windows pages for Arabic and Western text, else ask the library."""
    high = [byte for byte in data[:_SAMPLE] if byte >= 0x80]
    share = len(high) / max(1, len(data[:_SAMPLE]))
    if share > 0.3 and _share_of_letters(bytes(high), "cp1256", "\u0621", "\u06d2") > 0.9:
        return "cp1256"
    if share < 0.2 and _share_of_letters(bytes(high), "cp1252", "\xc0", "\xff") > 0.6:
        return "cp1252"
    best = charset_normalizer.from_bytes(data[:_SAMPLE]).best()
    return None if best is None else best.encoding


def _share_of_letters(high: bytes, encoding: str, first: str, last: str) -> float:
    text = high.decode(encoding, "replace")
    letters = sum(1 for c in text if first <= c <= last and c.isalpha())
    return letters / max(1, len(text))
