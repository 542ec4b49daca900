"""A collection for ``marsad dedup``: its passages, and the form in which they are written."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

from ...index import Collection
from ...index.stored import stream_passages
from ..forms import Form, passage_form
from .output import write_forms
from .sources import Unit


class Stored:
    """A collection."""

    noun = "passages"

    def __init__(self, collection: Collection) -> None:
        self.read = 0
        self._collection = collection
        self._rows = array("q")

    def units(self) -> Iterator[Unit]:
        for passage in stream_passages(self._collection):
            self.read += 1
            if passage.counts:
                document = passage.document
                self._rows.append(passage.row)
                yield Unit(
                    passage.text, passage.id, str(passage.row),
                    document.id, document.published, document.source,
                )  # fmt: skip

    def write(self, path: Path, gone: np.ndarray, output: Path) -> None:
        write_passages(path, self._collection, set(np.asarray(self._rows)[gone].tolist()))

    def completed(self, forms: Sequence[Form]) -> Iterable[Form]:
        found = self._collection.passages([int(form["at"]) for form in forms])
        for form, passage in zip(forms, found, strict=True):
            rest = {name: form[name] for name in ("score", "evidence")}
            yield {"reason": form["reason"], "kept": form["kept"], **passage_form(passage), **rest}


def write_passages(path: Path, collection: Collection, gone: set[int]) -> None:
    """Write the passages of a collection but for those in some rows."""
    write_forms(path, (passage_form(p) for p in stream_passages(collection) if p.row not in gone))
