"""The points of the map: one for each part of an article, at its place among the others."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ...index.layout import layout
from ...index.parts import Part
from ..forms import Form
from .map_page import MAP_WORDS, MapPoint, MapSection, map_section
from .material import Material
from .quotes import cut
from .words import Words

# The map stays smooth up to here; of more parts every so-manieth is shown.
MOST_POINTS = 20_000
# A map of fewer says less than a list. Texts of all points together have about so many letters,
# so that the page stays small enough to be sent.
FEWEST_POINTS, _LETTERS_IN_ALL = 5, 2_000_000
_LONGEST_TEXT, _LONGEST_TITLE, _SHORTEST = 200, 90, 40


def map_of(material: Material, report: Form, words: Words) -> MapSection | None:
    """Return the map of what the report is about; None for too few parts."""
    found = _found(material)
    placed = found[:: -(-len(found) // MOST_POINTS) or 1]
    if len(placed) < FEWEST_POINTS:
        return None
    themes = sorted(report["themes"], key=lambda theme: (-theme["documents"], theme["id"]))
    numbers = {theme["id"]: number for number, theme in enumerate(themes)}
    places = layout(np.stack([part.vector for part, _ in placed]))
    letters = min(_LONGEST_TEXT, max(_SHORTEST, _LETTERS_IN_ALL // len(placed)))
    section = map_section(
        [
            _point(part, theme, float(x), float(y), numbers, report, words, letters)
            for (part, theme), (x, y) in zip(placed, places, strict=True)
        ],
        {name: words.words[name] for name in MAP_WORDS},
        themes=[theme["name"] for theme in themes],
        locale=words.number_tag,
        letters=letters,
    )
    return replace(section, left_out=len(found) - len(placed))


def _found(material: Material) -> list[tuple[Part, str | None]]:
    """Return the parts, each with the first theme it is in, in order of their ids."""
    first: dict[str, tuple[Part, str | None]] = {}
    for theme in material.themes.themes:
        for part in theme.members:
            first.setdefault(part.id, (part, theme.id))
    for outside in material.themes.outside:
        first.setdefault(outside.part.id, (outside.part, None))
    return [first[id_] for id_ in sorted(first)]


def _point(
    part: Part,
    theme: str | None,
    x: float,
    y: float,
    numbers: dict[str, int],
    report: Form,
    words: Words,
    letters: int,
) -> MapPoint:
    passage = part.passages[part.body[0]]
    document = report["documents"][passage.document.id]
    return MapPoint(
        x=x,
        y=y,
        text=cut(" ".join(passage.text.split()), letters),
        language=passage.language,
        theme=None if theme is None else numbers[theme],
        title=cut(document["title"] or "", min(_LONGEST_TITLE, letters)),
        source=document["source"] or "",
        date=words.day(document["published"], short=True) if document["published"] else "",
        anchor=theme or "outside",
    )
