"""What a collection is about: its stories and themes under the ids that they keep."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import replace

import numpy as np

from ..index import (
    Cluster,
    Collection,
    Named,
    Selection,
    StoredPassage,
    Story,
    Themes,
    copied_rows,
    find_links,
    find_stories,
    find_themes,
    named,
)
from ..index.own_themes import OwnTheme
from ..index.reader_names import with_reader_names


def themes_of(
    collection: Collection,
    selection: Selection,
    *,
    count: int | None = None,
    own: Sequence[OwnTheme] = (),
    reader: str | None = None,
    copies: Container[int] | None = None,
) -> Themes:
    """Return the themes of a selection.

    Ids are those of the last run on the whole collection where a theme goes on from one; such a
    run is remembered, if the collection can be written and neither a number of groups nor own
    themes were asked for. The id of an own theme depends on its name. With a reader's language
    each theme is also named in it, where that can be. `copies` are the rows of the copies in the
    selection that texts alone decide; they are looked for if left out.
    """
    passages, vectors = _material(collection, selection)
    if copies is None:
        copies = copied_rows(find_links(collection, selection=selection))
    found = find_themes(passages, vectors, copies=copies, count=count, own=own)
    drawn = [theme for theme in found.themes if theme.origin == "found"]
    groups = [
        Named(Cluster(frozenset(part.id for part in theme.members), theme.middle), theme.name)
        for theme in drawn
    ]
    keep = selection.is_all and count is None and not own and collection.is_writable
    ids = named(collection, "theme", groups, keep=keep)
    themes = [replace(theme, id=id_) for theme, id_ in zip(drawn, ids, strict=True)]
    themes = [theme for theme in found.themes if theme.origin == "own"] + themes
    if reader is not None:
        themes = with_reader_names(themes, found.parts, reader)
    return replace(found, themes=tuple(themes))


def stories_of(collection: Collection, selection: Selection) -> list[Story]:
    """Return the stories of a selection; ids as in `themes_of`."""
    found = find_stories(*_material(collection, selection))
    groups = [
        Named(Cluster(frozenset(part.id for part in story.members), story.middle), _name(story))
        for story in found
    ]
    ids = named(collection, "story", groups, keep=selection.is_all and collection.is_writable)
    return [replace(story, id=id_) for story, id_ in zip(found, ids, strict=True)]


def _material(
    collection: Collection, selection: Selection
) -> tuple[Sequence[StoredPassage], np.ndarray]:
    """Return the passages that count and are no boilerplate, and their vectors."""
    hidden = collection.boilerplate()
    passages = [
        passage
        for passage in collection.passages(selection=selection)
        if passage.counts and passage.row not in hidden
    ]
    return passages, collection.vectors([passage.row for passage in passages])


def _name(story: Story) -> str:
    return " ".join(story.headline.text.split())
