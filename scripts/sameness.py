"""Which of the articles to be stored lie in the collection already, by another path."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ..index import Collection, Entry, Place, same_articles
from ..seeds import Document, likeness


@dataclass(frozen=True)
class _Same:
    """A document whose title, outlet and text agree with another one's."""

    id: str
    published: str | None


def told_apart(
    collection: Collection, pages: Sequence[Sequence[Entry]], *, leaving: Sequence[str] = ()
) -> tuple[list[Entry], list[Place]]:
    """Part new documents from further places of those that are there.

    Parameters
    ----------
    collection : Collection
    pages : sequence of sequence of Entry
        Each page, followed by the stories that were glued to it.
    leaving : sequence of str
        Paths of documents that go when these come.

    Returns
    -------
    list of Entry
        The documents to be stored.
    list of Place
        The others: title, outlet and text agree with one that is there or comes before, and no
        two dates of publication contradict each other.
    """
    coming = {page[0].document.id for page in pages}
    entries: list[Entry] = []
    places: list[Place] = []
    new: dict[bytes, _Same] = {}
    for page in pages:
        home = page[0].document.id
        for entry in page:
            document = entry.document
            if document.part_of:
                document = replace(document, part_of=home)
            key = likeness(document)
            same = None
            if key is not None:
                stored = _stored(collection, key, coming, leaving)
                same = next(
                    (s for s in (*filter(None, [new.get(key)]), *stored) if _agree(document, s)),
                    None,
                )
            if same is None:
                entries.append(replace(entry, document=document))
                if key is not None:
                    new.setdefault(key, _Same(document.id, document.published))
                continue
            places.append(_place(document, same.id))
            if not document.part_of:
                home = same.id
    return entries, places


def _stored(
    collection: Collection, key: bytes, coming: set[str], leaving: Sequence[str]
) -> Iterator[_Same]:
    """Yield the documents of one likeness that stay as they are."""
    for info in same_articles(collection, key):
        if info.path not in leaving and not {info.id, info.part_of} & coming:
            yield _Same(info.id, info.published)


def _agree(document: Document, same: _Same) -> bool:
    """Tell whether the days of publication are the same, as far as both are known."""
    days = {day[:10] for day in (document.published, same.published) if day}
    return len(days) < 2


def _place(document: Document, same: str) -> Place:
    return Place(
        path=document.path,
        file=document.file or document.path,
        document=same,
        url=document.url,
        published=document.published,
        sha256=document.sha256,
    )
