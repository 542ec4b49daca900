"""How the report was made, so that it can be made again: settings, versions, checksum."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Iterable, Sequence
from importlib.metadata import version

from ... import __version__
from ...index import FEWEST_WORDS, Collection, Selection, StoredPassage, near_from
from ...index.gluing import SURE
from ...index.own_themes import OwnTheme
from ...index.parts import FEWEST_LETTERS
from ..forms import Form
from .material import Material

# What decides on figures; named with their versions.
_LIBRARIES = ("sentence-transformers", "openvino", "faiss-cpu", "scikit-learn", "numpy", "babel")


def method_form(material: Material, own: Sequence[OwnTheme], command: str) -> Form:
    """Return the settings and versions, and the checksum of what was read."""
    collection = material.collection
    return {
        "marsad": __version__,
        "command": command,
        "model": collection.model.name,
        "fingerprint": collection.model.fingerprint,
        "dimension": collection.model.dimension,
        "language_means": collection.means_state.version,
        "selection": selection_form(material.selection),
        "theme": material.of_theme.id if material.of_theme else None,
        "own_themes": [theme.name for theme in own],
        "near_copies_from": near_from(collection),
        "fewest_words_of_a_copy": FEWEST_WORDS,
        "glued_stories_from": SURE,
        "fewest_letters_of_a_part": FEWEST_LETTERS,
        "versions": {
            "python": platform.python_version(),
            **{name: version(name) for name in _LIBRARIES},
        },
        "checksum": checksum(material.known.values()),
    }


def selection_form(selection: Selection) -> Form:
    """Return what a selection narrows; empty for everything."""
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in vars(selection).items()
        if value
    }


def selection_of(form: Form) -> Selection:
    """Return the selection that `selection_form` told of."""
    return Selection(
        languages=tuple(form.get("languages", ())),
        sources=tuple(form.get("sources", ())),
        since=form.get("since"),
        until=form.get("until"),
    )


def checksum_now(collection: Collection, selection: Selection) -> str:
    """Return the checksum that a report on the selection would carry now."""
    return checksum(collection.passages(selection=selection))


def checksum(passages: Iterable[StoredPassage]) -> str:
    """Return the SHA-256 over passages in order of document path and position.

    Of each: its id, offsets, kind and language, its document's outlet, date and title, and its
    text; so that a report on equal ones is equal.
    """
    digest = hashlib.sha256()
    for passage in passages:
        document = passage.document
        line = (
            passage.id, passage.start, passage.end, passage.kind, passage.language,
            document.source, document.published, document.title, passage.text,
        )  # fmt: skip
        digest.update(repr(line).encode())
    return digest.hexdigest()
