"""The passages of a collection one after the other, however many they are."""

from __future__ import annotations

from collections.abc import Iterator

from .collection import Collection
from .records import StoredPassage
from .statements import passage_of, select_passages


def stream_passages(collection: Collection) -> Iterator[StoredPassage]:
    """Yield all passages, in order of document path and position."""
    return map(passage_of, collection.stream(*select_passages(None, None)))
