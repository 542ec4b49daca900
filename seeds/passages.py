"""A document to its passages, each with the language it is in."""

from __future__ import annotations

from collections.abc import Sequence

from .documents import Document, Passage, Span


def passages_of(
    document: Document,
    spans: Sequence[Span],
    languages: Sequence[tuple[str, float]],
    repeats: Sequence[int | None] = (),
) -> list[Passage]:
    """Return the passages at `spans`, with their languages (code, confidence) in step.

    `repeats` says in step which earlier one says the same; nothing is known if it is left out.
    """
    return [
        Passage(
            document=document.id,
            position=position,
            start=span.start,
            end=span.end,
            text=document.text[span.start : span.end],
            kind=span.kind,
            language=code,
            confidence=confidence,
            repeats=repeats[position] if repeats else None,
        )
        for position, (span, (code, confidence)) in enumerate(zip(spans, languages, strict=True))
    ]
