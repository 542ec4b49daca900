"""Whether two files hold the same article: title, outlet and text agree.

The same text in another outlet is another document, and so is one whose outlet nobody knows,
unless it lies in a file of the same name. The host of an address stands for the outlet.
"""

from __future__ import annotations

import hashlib
import unicodedata
from pathlib import PurePath

from .documents import Document
from .urls import outlet_of


def likeness(document: Document) -> bytes | None:
    """Return what is equal for documents that are the same article by another path.

    Returns
    -------
    bytes or None
        16 bytes of a hash over title, outlet and text, spaces apart; None where the title is
        missing, or nothing tells whose article it is, so that it is like no other.
    """
    outlet = _outlet(document)
    if not document.title or not outlet:
        return None
    parts = [_even(document.title), outlet, _even(document.text)]
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).digest()[:16]


def _outlet(document: Document) -> str | None:
    host = outlet_of(document.url) if document.url else None
    if host or document.source:
        return f"outlet {_even(host or document.source or '').casefold()}"
    is_whole_file = document.file in (None, document.path) and not document.part_of
    return f"file {PurePath(document.path).name}" if is_whole_file else None


def _even(text: str) -> str:
    return unicodedata.normalize("NFC", " ".join(text.split()))
