"""Files of text for ``marsad dedup``, each with its paragraphs."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

from ...seeds import SeedError, SeedFile, Span, read_text, split
from ..forms import Form
from .output import Notes
from .paragraphs import chosen, paragraphs_of, without
from .sources import Unit


class TextFiles:
    """Files of text, each with the name that it will have in the folder that is written."""

    noun = "paragraphs"

    def __init__(self, files: Sequence[tuple[SeedFile, Path]], notes: Notes) -> None:
        self.read = 0
        self._files, self._notes = files, notes
        self._counts = array("L")
        self._hashes: list[str | None] = []

    def units(self) -> Iterator[Unit]:
        for file, _ in self._files:
            spans: list[Span] = []
            try:
                document, warnings = read_text(file)
            except SeedError as problem:
                self._notes.cannot_read(str(file.path), problem)
                self.read += 1
                self._hashes.append(None)
            else:
                for warning in warnings:
                    self._notes.say(warning)
                self.read += len(split(document.text))
                self._hashes.append(document.sha256)
                spans = paragraphs_of(document.text)
                for span, at in zip(spans, _places(document.text, spans), strict=True):
                    name = f"{file.path}:{at}"
                    text = document.text[span.start : span.end]
                    yield Unit(text, name, name, document.path, document.published, document.source)
            self._counts.append(len(spans))

    def write(self, path: Path, gone: np.ndarray, output: Path) -> None:
        path.mkdir()
        at = 0
        for (file, name), count, hash_ in zip(self._files, self._counts, self._hashes, strict=True):
            own, at = gone[at : at + count], at + count
            data = self._remaining(file, hash_, own)
            if data is None:
                self._notes.nothing_remained(str(file.path))
                continue
            (path / name).parent.mkdir(parents=True, exist_ok=True)
            (path / name).write_bytes(data)

    def completed(self, forms: Sequence[Form]) -> Iterable[Form]:
        return forms

    def _remaining(self, file: SeedFile, hash_: str | None, gone: np.ndarray) -> bytes | None:
        """Return what a file is to hold; None if nothing of it stays."""
        if hash_ is None:
            return file.path.read_bytes()
        document, _ = read_text(file)
        if document.sha256 != hash_:
            raise SeedError(f"{file.path} was changed while it was read. Run this again.")
        if not gone.any() and document.encoding == "utf-8":
            return file.path.read_bytes()
        text = without(document.text, chosen(paragraphs_of(document.text), gone))
        return text.encode() if text.strip() else None


def _places(text: str, spans: Sequence[Span]) -> Iterator[str]:
    """Yield the line, from 1, in which each span begins, and the column if it is not the first."""
    mark = "\n" if "\n" in text else "\r"
    line, at = 1, 0
    for span in spans:
        line += text.count(mark, at, span.start)
        at = span.start
        column = span.start - text.rfind(mark, 0, span.start)
        yield (
            str(line)
            if not text[span.start - column + 1 : span.start].strip()
            else (f"{line}:{column}")
        )
