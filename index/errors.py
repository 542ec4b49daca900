"""What can go wrong with a collection, and that a person can mend."""

from __future__ import annotations

from pathlib import Path


class CollectionError(Exception):
    """The collection cannot do what was asked; the message says what to do instead."""


class CollectionMissing(CollectionError):
    """There is no collection, or no such document or passage in it."""


class CollectionDamaged(CollectionError):
    """A part of the collection is missing or does not agree with the rest."""


def unwritable(folder: Path, error: OSError) -> str:
    """Say that the disk does not take what is to be written."""
    return f"{folder} cannot be written: {error}. Check its permissions and the room on its disk."
