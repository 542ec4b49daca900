"""What a report is made from: passages, themes, stories and copies of one selection."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from ...index import (
    TEXT_KINDS,
    Collection,
    CollectionMissing,
    DocumentInfo,
    Link,
    Selection,
    StoredPassage,
    Story,
    Theme,
    Themes,
    copied_rows,
    find_links,
    kinds_by_default,
)
from ...index.own_themes import OwnTheme
from ..about import stories_of, themes_of


@dataclass(frozen=True)
class Material:
    """What was found, and nothing of how it is told.

    Attributes
    ----------
    collection : Collection
    selection : Selection
    passages : tuple of StoredPassage
        All that the report is about, in order of document and position.
    known : mapping of int to StoredPassage
        Passages by row, those beyond a theme that was asked for among them.
    links : tuple of Link
        Which passage is a copy of which.
    themes : Themes
    stories : tuple of Story
        Those of one article among them.
    of_theme : Theme or None
        The one that was asked for.
    """

    collection: Collection
    selection: Selection
    passages: tuple[StoredPassage, ...]
    known: Mapping[int, StoredPassage] = field(repr=False)
    links: tuple[Link, ...]
    themes: Themes
    stories: tuple[Story, ...]
    of_theme: Theme | None = None

    @cached_property
    def documents(self) -> dict[str, DocumentInfo]:
        """The documents, by id, in order of their paths."""
        return {passage.document.id: passage.document for passage in self.passages}

    @cached_property
    def roots(self) -> dict[int, int]:
        """For each row that is a copy: the row that its whole family goes back to."""
        kept = {link.copy: link.kept for link in self.links}
        roots = {}
        for row in kept:
            root, seen = row, {row}
            while (root := kept.get(root, root)) in kept and root not in seen:
                seen.add(root)
            roots[row] = root
        return roots

    @cached_property
    def boilerplate(self) -> set[int]:
        """The rows of boilerplate."""
        return self.collection.boilerplate()

    def family(self, row: int) -> int:
        """Return the row that stands for all copies of what is in this row."""
        return self.roots.get(row, row)


def material_of(
    collection: Collection,
    selection: Selection,
    own: Sequence[OwnTheme] = (),
    *,
    reader: str | None = None,
) -> Material:
    """Find copies, themes and stories of a selection; this is what takes time."""
    passages = tuple(collection.passages(selection=selection))
    links = tuple(find_links(collection, kinds_by_default(collection), selection=selection))
    copies = copied_rows(link for link in links if link.kind in TEXT_KINDS)
    return Material(
        collection=collection,
        selection=selection,
        passages=passages,
        known={passage.row: passage for passage in passages},
        links=links,
        themes=themes_of(collection, selection, own=own, reader=reader, copies=copies),
        stories=tuple(stories_of(collection, selection)),
    )


def narrowed(material: Material, theme: str) -> Material:
    """Leave what belongs to one theme: its documents, and the stories and copies in them.

    Raises
    ------
    CollectionMissing
        If there is no such theme; it names those that there are.
    """
    chosen = next((found for found in material.themes.themes if found.id == theme), None)
    if chosen is None:
        there = ", ".join(f"{found.id} ({found.name})" for found in material.themes.themes[:20])
        raise CollectionMissing(
            f"There is no theme {theme} in {material.collection.folder}, but "
            f"{there or 'none at all'}. List them with: marsad themes"
        )
    documents = {document.id for document in chosen.documents}
    parts = {part.id for part in chosen.members}
    passages = tuple(p for p in material.passages if p.document.id in documents)
    families = {material.family(passage.row) for passage in passages}
    return replace(
        material,
        passages=passages,
        links=tuple(link for link in material.links if material.family(link.copy) in families),
        themes=replace(material.themes, themes=(chosen,), outside=(), checks=(), nearest=()),
        stories=tuple(s for s in material.stories if any(part.id in parts for part in s.members)),
        of_theme=chosen,
    )
