"""Paragraphs that a page says twice."""

from __future__ import annotations

from collections.abc import Sequence

from ..normal import normal_form


def repeats(texts: Sequence[str]) -> list[int | None]:
    """Find the paragraphs of one document that an earlier one already said.

    Parameters
    ----------
    texts : sequence of str
        The paragraphs of the document, in order.

    Returns
    -------
    list of int or None
        For each the position of the first one with the same normal form. None for those that say
        something new, and for those without a letter or a digit.
    """
    seen: dict[str, int] = {}
    found: list[int | None] = []
    for position, text in enumerate(texts):
        normal = normal_form(text)
        first = seen.setdefault(normal, position)
        found.append(first if normal and first != position else None)
    return found
