"""Themes and stories as forms: size, time, sources, what stands for them, and how sure it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from ...index import DocumentInfo, StoredPassage, Story, Theme
from ...index.parts import Part
from ...index.trends import Axis
from ...index.vectors import unit_rows
from ..forms import Form
from .material import Material
from .overview import counted, trend_form
from .quotes import quote_form
from .words import as_day

# Paragraphs that stand for a theme, the letters one must have, and how many are looked at.
REPRESENTATIVE, FEWEST_LETTERS, _LOOKED_AT = 3, 100, 400
# From this on a theme is found again, or falls apart (Hennig, 2007); and one that is nearer to
# another theme than this is not apart from it.
STABLE, DISSOLVES, APART = 0.75, 0.5, 0.05
# A part belongs clearly where it is nearer to its own theme, itself left out, than to any
# other by this; and lies at the edge where it is not by that. In the sample corpus parts lie
# nearer by 0.05 to 0.33, in the five real articles by -0.09 to 0.18.
CLEAR, EDGE = 0.15, 0.05


def theme_forms(material: Material, axis: Axis | None, reader: str) -> list[Form]:
    """Return the themes, own ones first, then the largest first."""
    themes = material.themes.themes
    stories = _stories_by_part(material)
    total = len(material.documents)
    return [
        _theme_form(theme, material, axis, reader, stories, total, members)
        for theme, members in zip(themes, _members(themes), strict=True)
    ]


def story_forms(material: Material) -> list[Form]:
    """Return the stories that more than one article tells, most articles first."""
    theme_of: dict[str, list[str]] = {}
    for theme in material.themes.themes:
        for part in theme.members:
            theme_of.setdefault(part.id, []).append(theme.id)
    return [
        {
            "id": story.id,
            "headline": quote_form(story.headline, 300),
            "first": story.first,
            "last": story.last,
            "languages": story.languages,
            "sources": story.sources,
            "documents": [document.id for document in story.documents],
            "themes": list(counted(t for part in story.members for t in theme_of.get(part.id, ()))),
        }
        for story in material.stories
        if len(story.documents) > 1
    ]


def _theme_form(
    theme: Theme,
    material: Material,
    axis: Axis | None,
    reader: str,
    stories: dict[str, Story],
    total: int,
    members: list[Form],
) -> Form:
    days = sorted(day for d in theme.documents if (day := as_day(d.published)))
    own = next((c for c in material.themes.checks if c.name == theme.name), None)
    levels = [member["level"] for member in members]
    return {
        "id": theme.id,
        **_name(theme, reader),
        "origin": theme.origin,
        "keywords": list(theme.keywords),
        "documents": len(theme.documents),
        "share": round(len(theme.documents) / total, 4) if total else 0.0,
        "passages": theme.passages,
        "languages": theme.languages,
        "article_languages": counted(document.language for document in theme.documents),
        "language_mixing": theme.language_mixing,
        "sources": counted(d.source or "" for d in theme.documents),
        "first_published": days[0].isoformat() if days else None,
        "last_published": days[-1].isoformat() if days else None,
        "trend": trend_form(theme.documents, axis),
        "subthemes": [
            {
                "name": sub.name,
                "keywords": list(sub.keywords),
                "documents": [document.id for document in sub.documents],
            }
            for sub in theme.subthemes
        ],
        "stories": _main_stories(theme, stories),
        "representative": [quote_form(p) for p in representatives(theme, material, reader)],
        "sureness": {
            "level": sureness(theme),
            "cohesion": theme.cohesion,
            "separation": theme.separation,
            "stability": theme.stability,
            "definition": own.score if theme.origin == "own" and own else None,
            **{level: levels.count(level) for level in ("clear", "fair", "edge")},
        },
        "members": members,
    }


def sureness(theme: Theme) -> str:
    """Say in a word how far a theme can be trusted.

    ``own``; ``high``, ``fair`` or ``low``; ``apart`` where how lasting it is was not measured.
    """
    if theme.origin == "own":
        return "own"
    if theme.separation < APART or (theme.stability is not None and theme.stability < DISSOLVES):
        return "low"
    if theme.stability is None:
        return "apart"
    return "high" if theme.stability >= STABLE else "fair"


def _name(theme: Theme, reader: str) -> Form:
    """Call a theme in the reader's language, if it has a name in it."""
    language = next(iter(theme.languages), "und")
    if reader in theme.names:
        language = reader
    elif theme.origin == "own":
        language = next((code for code, name in theme.names.items() if name == theme.name), "")
    return {
        "name": theme.names.get(reader, theme.name) or theme.id,
        "name_language": language,
        "names": theme.names,
    }


def _stories_by_part(material: Material) -> dict[str, Story]:
    return {
        part.id: story
        for story in material.stories
        if len(story.documents) > 1
        for part in story.members
    }


def _main_stories(theme: Theme, stories: dict[str, Story]) -> list[Form]:
    """Return the stories that articles of the theme tell: ``{"id","documents"}``, most first."""
    told: dict[str, set[str]] = {}
    for part in theme.members:
        if part.id in stories:
            told.setdefault(stories[part.id].id, set()).add(part.passages[0].document.id)
    found = [{"id": id_, "documents": len(documents)} for id_, documents in told.items()]
    return sorted(found, key=lambda story: (-story["documents"], story["id"]))


def representatives(theme: Theme, material: Material, reader: str) -> list[StoredPassage]:
    """Choose the paragraphs nearest to a theme's middle, no two of them copies of each other.

    No two are from one document, if the theme has more. Where none is in the reader's language,
    the nearest in it is added, if there is one; those in it come first.
    """
    ordered = [passage for _, passage in _scored(theme)]
    chosen: list[StoredPassage] = []
    for again in (False, True):
        for passage in ordered[:_LOOKED_AT]:
            if len(chosen) < REPRESENTATIVE and _is_fresh(passage, chosen, material, again):
                chosen.append(passage)
    if all(passage.language != reader for passage in chosen):
        readable = (p for p in ordered if p.language == reader)
        chosen += [p for p in readable if _is_fresh(p, chosen, material, True)][:1]
    return sorted(chosen, key=lambda passage: passage.language != reader)


def _scored(theme: Theme) -> list[tuple[float, StoredPassage]]:
    """Return the paragraphs that are long enough, nearest to the middle first."""
    scored = [
        (-float(score), passage)
        for part in theme.members
        for score, passage in zip(part.vectors @ theme.middle, part.paragraphs, strict=True)
        if len(passage.text) >= FEWEST_LETTERS
        and sum(map(str.isalpha, passage.text)) >= FEWEST_LETTERS
    ]
    return sorted(scored, key=lambda pair: (pair[0], pair[1].row))


def _is_fresh(
    passage: StoredPassage, chosen: Sequence[StoredPassage], material: Material, again: bool
) -> bool:
    """Tell whether a passage is no copy of one that is chosen, nor, at first, of its document."""
    family = material.family(passage.row)
    return not any(
        material.family(other.row) == family
        or other.hash == passage.hash
        or (not again and other.document.id == passage.document.id)
        for other in chosen
    )


def _members(themes: Sequence[Theme]) -> Iterator[list[Form]]:
    """Yield, for each theme, its parts: how near they are to it, and which theme is next."""
    middles = np.stack([theme.middle for theme in themes]) if themes else np.empty((0, 1))
    holders: dict[str, set[int]] = {}
    for number, theme in enumerate(themes):
        for part in theme.members:
            holders.setdefault(part.id, set()).add(number)
    for theme in themes:
        rows = np.stack([part.vector for part in theme.members])
        own = _to_others(rows)
        scores = rows @ middles.T
        yield [
            _member(part, own[place], _next(scores[place], holders[part.id]), themes)
            for place, part in enumerate(theme.members)
        ]


def _to_others(rows: np.ndarray) -> np.ndarray:
    """Return each row's similarity to the middle of the others; 1 for one that is alone."""
    if len(rows) == 1:
        return np.ones(1, np.float32)
    return np.einsum("ij,ij->i", rows, unit_rows(rows.sum(axis=0) - rows))


def _next(scores: np.ndarray, own: set[int]) -> tuple[int, float] | None:
    """Return the nearest theme that a part is not in, and its similarity."""
    others = np.array([n not in own for n in range(len(scores))])
    if not others.any():
        return None
    nearest = int(np.argmax(np.where(others, scores, -np.inf)))
    return nearest, float(scores[nearest])


def _member(
    part: Part, similarity: float, following: tuple[int, float] | None, themes: Sequence[Theme]
) -> Form:
    first = part.passages[0]
    form: Form = {
        "part": part.id,
        "document": first.document.id,
        "heading": None if _begins(part, first.document) else quote_form(first, 200),
        "similarity": round(float(similarity), 3),
        "next": None,
        "margin": None,
        "level": "clear",
    }
    if following is not None:
        margin = float(similarity) - following[1]
        level = "clear" if margin >= CLEAR else "fair" if margin >= EDGE else "edge"
        form.update(next=themes[following[0]].id, margin=round(margin, 3), level=level)
    return form


def _begins(part: Part, document: DocumentInfo) -> bool:
    """Tell whether a part is where its document begins."""
    return part.passages[0].text == document.title or part.passages[0].position == 0
