"""The map of the report: a 2-D scatter of texts that works in one file, with no request.

Places and themes lie in the page as numbers of 16 bits, texts as one deflated table in which
equal values are written once. What draws them is in ``map/``, which says whose it is.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from markupsafe import escape

_FOLDER = Path(__file__).parent / "map"
_SCRIPTS = (
    "vendor.min.js",
    "data.js",
    "drawing.js",
    "card.js",
    "legend.js",
    "listing.js",
    "map.js",
)
_FIELDS = ("text", "title", "source", "date", "language", "anchor")
_FINEST, _NO_THEME = 65_535, 65_535

# The words that the map shows; the caller gives all of them, in the reader's language. Those
# with {n} (and {of}) have numbers put in.
MAP_WORDS = (
    "map_label",  # "Map of the texts": what a screen reader calls the map
    "map_hint",  # how it is worked with mouse, touch and keys
    "map_search",  # "Search in the map": the label of the search box
    "map_hits",  # "{n} of {of} texts match"
    "map_no_hits",  # "No text matches"
    "map_previous",  # "Previous match"
    "map_next",  # "Next match"
    "map_zoom_in",
    "map_zoom_out",
    "map_reset",  # "Show all"
    "map_legend",  # "Themes: press one to hide or show it"
    "map_others",  # "Other themes ({n})"
    "map_outside",  # "Outside all themes"
    "map_open",  # "Read it in the report"
    "map_close",
    "map_list",  # "What is in view, as a list"
    "map_listed",  # "{n} of {of} texts in view"
    "map_text",  # heads of the list's columns
    "map_theme",
    "map_source",
    "map_date",
    "map_no_script",  # "The map needs JavaScript."
)


@dataclass(frozen=True)
class MapPoint:
    """A text at its place on the map.

    Attributes
    ----------
    x, y : float
        Any finite numbers; the map is fitted to the points.
    text, title, source, date : str
        What is shown of it; may be empty. The date as the reader is to read it.
    language : str
        BCP 47 code of the text, or "".
    theme : int or None
        Place in `themes`; None outside all.
    anchor : str
        The id (without "#") of the element of the page that the point opens; "" for none.
    """

    x: float
    y: float
    text: str
    language: str
    theme: int | None
    title: str
    source: str
    date: str
    anchor: str


@dataclass(frozen=True)
class MapSection:
    """What the page takes in: markup where the map is to be, style and script once.

    Attributes
    ----------
    html : str
        An element with the data in it; safe to put in unescaped.
    style : str
        CSS, to be put in ``<style>``.
    script : str
        JavaScript, to be put in ``<script>`` after `html`. A strict Content-Security-Policy
        needs only the hashes of these two.
    left_out : int
        How many points there would be beyond those that are shown.
    """

    html: str
    style: str
    script: str
    left_out: int = 0


def map_section(
    points: Sequence[MapPoint],
    words: Mapping[str, str],
    *,
    themes: Sequence[str] = (),
    locale: str = "en",
    letters: int = 200,
) -> MapSection:
    """Return the map of `points`, in the words of the reader.

    Parameters
    ----------
    points : sequence of MapPoint
    words : mapping of str to str
        All of `MAP_WORDS`; more are ignored.
    themes : sequence of str
        Names, largest theme first: the first ones get colours and shapes of their own.
    locale : str, default "en"
        BCP 47 code by which numbers are written, such as "ar-u-nu-latn".
    letters : int, default 200
        How much of each text is kept in the page.

    Returns
    -------
    MapSection
        Equal points give equal bytes with one version of zlib.

    Raises
    ------
    ValueError
        If a place is not finite, or a theme is not among `themes`.
    """
    absent = [key for key in MAP_WORDS if key not in words]
    if absent:
        raise ValueError(f"The map has no words for {', '.join(absent)}.")
    data = {
        "count": len(points),
        **_places(points),
        "theme": _base64(_themes(points, len(themes)).tobytes()),
        "themes": [str(name) for name in themes],
        "columns": _columns(points, letters),
        "locale": locale,
        "words": {key: str(words[key]) for key in MAP_WORDS},
    }
    return MapSection(_markup(data, words), _style(), _script())


def _places(points: Sequence[MapPoint]) -> dict[str, object]:
    """Return the places in 65,536 steps of the longer side, and the share of each side."""
    places = np.array([(p.x, p.y) for p in points], np.float64).reshape(-1, 2)
    wrong = np.flatnonzero(~np.isfinite(places).all(axis=1))
    if len(wrong):
        p = points[wrong[0]]
        raise ValueError(f"Point {wrong[0]} has no place on the map: {p.x}, {p.y}.")
    low = places.min(axis=0) if len(points) else np.zeros(2)
    sides = places.max(axis=0) - low if len(points) else np.zeros(2)
    longer = float(sides.max()) or 1.0
    steps = np.round((places - low) / longer * _FINEST).astype("<u2")
    width, height = (round(max(float(side) / longer, 1e-3), 6) for side in sides)
    return {"width": width, "height": height, "places": _base64(steps.tobytes())}


def _themes(points: Sequence[MapPoint], count: int) -> np.ndarray:
    for number, point in enumerate(points):
        if point.theme is not None and not 0 <= point.theme < min(count, _NO_THEME):
            raise ValueError(f"Point {number} is of theme {point.theme}; there are {count} themes.")
    return np.array([_NO_THEME if p.theme is None else p.theme for p in points], "<u2")


def _columns(points: Sequence[MapPoint], letters: int) -> str:
    """Return each field's different values and which of them every point has, deflated."""
    table = {}
    for field in _FIELDS:
        places: dict[str, int] = {}
        which = []
        for point in points:
            value = getattr(point, field)
            value = _cut(value, letters) if field in ("text", "title") else value
            which.append(places.setdefault(value, len(places)))
        table[field] = [list(places), which]
    packed = json.dumps(table, ensure_ascii=False, separators=(",", ":"))
    deflater = zlib.compressobj(9, wbits=-15)
    # A lone surrogate, which a file's name may hold, would stop the page from being written.
    return _base64(deflater.compress(packed.encode("utf-8", "replace")) + deflater.flush())


def _cut(text: str, letters: int) -> str:
    """Return the beginning of a text, cut between words where there are any."""
    line = " ".join(text.split())
    if len(line) <= letters:
        return line
    head = line[: max(1, letters - 1)]
    whole = head.rpartition(" ")[0] if line[len(head)] != " " else head
    return (whole if len(whole) > letters // 2 else head).rstrip() + "…"


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _markup(data: Mapping[str, object], words: Mapping[str, str]) -> str:
    island = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    for letter in "<>&\u2028\u2029":
        island = island.replace(letter, f"\\u{ord(letter):04x}")
    markup = _template()
    for key in MAP_WORDS:
        markup = markup.replace("{{" + key + "}}", str(escape(words[key])))
    return markup.replace("{{data}}", island)


@lru_cache
def _template() -> str:
    return (_FOLDER / "map.html").read_text(encoding="utf-8")


@lru_cache
def _style() -> str:
    return (_FOLDER / "map.css").read_text(encoding="utf-8")


@lru_cache
def _script() -> str:
    files = [(_FOLDER / name).read_text(encoding="utf-8") for name in _SCRIPTS]
    return '(() => {\n"use strict";\n' + "\n".join(files) + "})();\n"
