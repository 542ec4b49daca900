"""Lines that the report quotes: where each stands, so that it can be checked again."""

from __future__ import annotations

from ...index import StoredPassage
from ..forms import Form

# Longer passages are quoted up to a space before this.
LONGEST = 900
_LEAST = 600


def quote_form(passage: StoredPassage, longest: int = LONGEST) -> Form:
    """Return a passage as it is quoted.

    ``{"id","document","position","start","end","kind","language","text","whole"}``: `text` is
    exactly characters `start` up to `end` of the document's text; `whole` is false where the
    passage goes on after it.
    """
    text = cut(passage.text, longest)
    return {
        "id": passage.id,
        "document": passage.document.id,
        "position": passage.position,
        "start": passage.start,
        "end": passage.start + len(text),
        "kind": passage.kind,
        "language": passage.language,
        "text": text,
        "whole": len(text) == len(passage.text),
    }


def cut(text: str, longest: int) -> str:
    """Return the beginning of a text, up to a space if there is one near."""
    if len(text) <= longest:
        return text
    space = text.rfind(" ", longest * _LEAST // LONGEST, longest)
    return text[: space if space > 0 else longest]
