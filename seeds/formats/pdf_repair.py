"""PDFs whose end is missing or broken: their pages found by search, and a new end put to them."""

from __future__ import annotations

import re

_HEADER_WITHIN = 1024
_OBJECT = re.compile(rb"(?<!\d)(\d{1,9})\s+\d{1,5}\s+obj\b")
_PAGE = re.compile(rb"/Type\s*/Page(?![A-Za-z])")
_MOST_PAGES = 10_000
# A page's own object is a short list of names and references.
_LONGEST_PAGE = 4096


def repaired(data: bytes) -> bytes | None:
    """Return a PDF with a catalogue of all pages that are found in it; None where there are none.

    Pages in compressed objects are not found.
    """
    if b"%PDF-" not in data[:_HEADER_WITHIN]:
        return None
    starts = list(_OBJECT.finditer(data))
    pages: list[int] = []
    for start in starts:
        end = min(start.end() + _LONGEST_PAGE, len(data))
        closed = data.find(b"endobj", start.end(), end)
        if _PAGE.search(data, start.end(), closed if closed >= 0 else end):
            pages.append(int(start[1]))
    if not pages:
        return None
    pages = list(dict.fromkeys(pages))[:_MOST_PAGES]
    tree = max(int(start[1]) for start in starts) + 1
    kids = " ".join(f"{page} 0 R" for page in pages)
    added = (
        f"\nendobj\n{tree} 0 obj\n<</Type/Pages/Count {len(pages)}/Kids[{kids}]>>\nendobj\n"
        f"{tree + 1} 0 obj\n<</Type/Catalog/Pages {tree} 0 R>>\nendobj\n"
        f"trailer\n<</Size {tree + 2}/Root {tree + 1} 0 R>>\nstartxref\n0\n%%EOF\n"
    )
    return _whole(data) + added.encode()


def _whole(data: bytes) -> bytes:
    """Return a file without a last object that is cut off, unless it is a stream."""
    end = data.rfind(b"endobj") + len(b"endobj")
    return data if b"stream" in data[end:] else data[:end]
