"""UTF-16 without a mark: told by which order of its bytes gives characters of one script."""

from __future__ import annotations

import unicodedata
from functools import cache

# So many bytes are looked at.
_SAMPLE = 1 << 16
# UTF-16: the share of its characters that are of its main script, or common to all. Any text in
# bytes gives Chinese letters two by two, up to 1.0 in pieces of 50 bytes; but none gives bytes
# that are no text by themselves, as the high bytes and the punctuation of UTF-16 are.
_OF_ONE_SCRIPT, _CONTROLS = 0.9, 0.01
# Bytes that stand in no text.
CONTROL = bytes(set(range(32)) - {9, 10, 12, 13, 27}) + b"\x7f"
_SPACE = frozenset("\t\n\r \u3000")


def utf16_without_mark(data: bytes) -> str | None:
    """Tell UTF-16 by which order of its bytes gives characters of one script."""
    sample = data[:_SAMPLE]
    controls = len(sample) - len(sample.translate(None, CONTROL))
    if len(sample) < 8 or len(data) % 2 or controls < _CONTROLS * len(sample):
        return None
    shares = {
        name: _share_of_one_script(sample.decode(name, "replace"))
        for name in ("utf-16-le", "utf-16-be")
    }
    best = max(shares, key=lambda name: shares[name])
    return best if shares[best] >= _OF_ONE_SCRIPT else None


def _share_of_one_script(text: str) -> float:
    """Return the share of characters that are of the main script, or ASCII, or punctuation."""
    counts: dict[str, int] = {}
    for character in text:
        kind = _kind(character)
        counts[kind] = counts.get(kind, 0) + 1
    common = counts.pop("common", 0)
    strange = counts.pop("strange", 0)
    main = max(counts.values(), default=0)
    return 0.0 if strange > 0.02 * len(text) else (common + main) / len(text)


@cache
def _kind(character: str) -> str:
    """Return the script of a letter by its block, "common" or "strange"."""
    code, category = ord(character), unicodedata.category(character)
    if character in _SPACE or 0x20 < code < 0x7F:
        return "common"
    if category in ("Cc", "Cn", "Co", "Cs") or character == "\ufffd":
        return "strange"
    if 0x2000 < code < 0x2070 or 0x3000 <= code < 0x3040 or 0xFF00 <= code < 0xFFF0:
        return "common"
    if 0x3040 <= code < 0x3100 or 0x3400 <= code < 0xA000:
        return "CJK"
    if 0xAC00 <= code < 0xD7B0:
        return "Hangul"
    return "Latin" if code < 0x250 or 0x1E00 <= code < 0x1F00 else f"{code >> 8:x}"
