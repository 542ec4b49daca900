"""From what was read to the collection: documents in batches, each in one transaction.

A run that was stopped has kept what it did, and the next one goes on from there: a file is
known as read only when all of it is stored.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from ..embeddings import CachedEncoder, EmbeddingError
from ..index import (
    Collection,
    CollectionError,
    Entry,
    FileState,
    Place,
    paths_among,
    stored_from,
)
from ..seeds import (
    STORY,
    Article,
    Origin,
    Problem,
    contained,
    digest_of,
    document_of,
    name_of,
    one_by_one,
    path_of,
    problem_of,
)
from .preparing import Draft, Judging, draft, prepare, separated
from .progress import Bar
from .sameness import told_apart
from .telling import Telling

# Passages a transaction. Large enough to encode in full batches, small enough that
# little is lost when a run is stopped.
BATCH = 512
# Passages after which what is derived is brought up to date, so that searches stay quick
# while a large add goes on.
UP_TO_DATE_EVERY = 20_000
# What is about more than one article: the model, the collection, the disk.
OF_ALL = (EmbeddingError, CollectionError, OSError)

_Vectors = tuple[np.ndarray, list[int]]


@dataclass
class Counts:
    """What became of the articles, and of the files they lie in.

    `added`, `replaced`, `unchanged`, `places` (the same article by another path) and `removed`
    (no longer in their file) count articles, `glued` those of the added that were found at the
    end of a page; `problems` counts what could not be read.
    """

    added: int = 0
    replaced: int = 0
    unchanged: int = 0
    places: int = 0
    glued: int = 0
    removed: int = 0
    problems: int = 0
    passages: int = 0
    seconds: float = 0.0

    @property
    def nothing_read(self) -> bool:
        """Whether no document is or was in the collection by this run."""
        return not (self.added or self.replaced or self.unchanged or self.places)


@dataclass(frozen=True)
class _Waiting:
    """A draft that is to be encoded and stored; how messages call it, and its file."""

    name: str
    file: str
    drawn: Draft


_Page = tuple[_Waiting, list[Entry]]


class Storing:
    """Takes what was read, file by file, and stores it.

    Parameters
    ----------
    collection : Collection
    encoder : CachedEncoder
    counts : Counts
    bar : Bar
    telling : Telling
        Is told what was read with doubt, and what could not be stored.
    """

    def __init__(
        self,
        collection: Collection,
        encoder: CachedEncoder,
        counts: Counts,
        bar: Bar,
        telling: Telling,
    ) -> None:
        self._collection, self._encoder = collection, encoder
        self._counts, self._bar, self._telling = counts, bar, telling
        self._judging = Judging.of(encoder.encoder)
        self._waiting: list[_Waiting] = []
        self._passages = 0
        self._files: list[tuple[FileState, list[str]]] = []
        self._file = ""
        self._stored: dict[str, tuple[str, str]] = {}
        self._seen: set[str] = set()
        self._due = UP_TO_DATE_EVERY

    def take(self, article: Article, origin: Origin) -> None:
        """Take an article; one that is stored as it is is passed over.

        What is raised for it is said, and the next one can be taken.
        """
        self._begin(origin.path)
        name = name_of(article, origin)
        with contained(name, partial(self._telling.unread, origin.path), passing=OF_ALL):
            self._draw(article, origin, name)
        if self._passages >= BATCH:
            self.flush()
        elif not self._waiting:
            self._bar.stored()

    def _draw(self, article: Article, origin: Origin, name: str) -> None:
        """Cut an article into what is to be encoded, if it is new or has changed."""
        path = path_of(article, origin)
        self._seen.add(path)
        if path in self._stored and self._stored[path][1] == digest_of(article):
            self._counts.unchanged += 1
            return
        document, warnings = document_of(article, origin)
        for line in warnings:
            self._telling.doubt(line)
        drawn = draft(document)
        self._waiting.append(_Waiting(name, origin.path, drawn))
        self._passages += len(drawn.spans)

    def finish(self, state: FileState, *, is_whole: bool) -> None:
        """Close a file: what is no longer in it is taken out, if all of it could be read."""
        self._begin(state.path)
        if is_whole:
            self._files.append((state, [path for path in self._stored if path not in self._seen]))

    def flush(self) -> None:
        """Encode what waits in one go and store it in one transaction.

        Where that fails for all of it, it is done one by one, so that what an article raises
        costs only itself.
        """
        encoded = one_by_one(self._waiting, self._encoded, self._unread, passing=OF_ALL)
        pages: list[_Page] = []
        for waiting, vectors in zip(self._waiting, encoded, strict=True):
            if vectors is not None:
                say = partial(self._telling.unread, waiting.file)
                with contained(waiting.name, say, passing=OF_ALL):
                    pages.append((waiting, self._page(waiting.drawn, *vectors)))
        self._store(pages)
        self._telling.keep(self._collection)
        self._waiting, self._files, self._passages = [], [], 0
        self._bar.stored()
        if self._counts.passages >= self._due:
            self._collection.save_index()
            self._due = self._counts.passages + UP_TO_DATE_EVERY

    def _encoded(self, waiting: Sequence[_Waiting]) -> list[_Vectors]:
        """Return the vectors of each draft, and how many windows its passages took."""
        texts = [text for each in waiting for text in each.drawn.texts]
        encoded = self._encoder.encode_with_windows(
            texts, prompt="passage", progress=self._bar.encoded
        )
        ends = np.cumsum([len(each.drawn.spans) for each in waiting]).tolist()
        windows = encoded.windows.tolist()
        return [
            (encoded.vectors[start:end], windows[start:end])
            for start, end in zip([0, *ends], ends, strict=False)
        ]

    def _page(self, drawn: Draft, vectors: np.ndarray, windows: list[int]) -> list[Entry]:
        prepared = prepare(drawn, vectors, self._judging)
        return separated(prepared, vectors, windows, self._collection.means["passage"])

    def _store(self, pages: Sequence[_Page]) -> None:
        """Store pages in one transaction, or, where that fails for them all, in one for each."""
        went_wrong: list[Problem] = []
        with contained("", went_wrong.append, passing=OF_ALL):
            self._write(pages, *self._whole())
        if not went_wrong:
            return
        later = [entry.document.path for _, page in pages for entry in page]
        for page in pages:
            later = later[len(page[1]) :]
            say = partial(self._telling.unread, page[0].file)
            with contained(page[0].name, say, passing=OF_ALL):
                self._write([page], [], [], later)
        self._write([], *self._whole())

    def _whole(self) -> tuple[list[FileState], list[str]]:
        """Return the files of which nothing is unread, and the paths that are no longer in them."""
        whole = [(state, gone) for state, gone in self._files if self._telling.is_whole(state.path)]
        return [state for state, _ in whole], [path for _, gone in whole for path in gone]

    def _write(
        self,
        pages: Sequence[_Page],
        files: Sequence[FileState],
        gone: Sequence[str],
        later: Sequence[str] = (),
    ) -> None:
        """Store pages in one transaction; `later`: paths that will be replaced after this."""
        entries, places = told_apart(
            self._collection, [page for _, page in pages], leaving=[*gone, *later]
        )
        known = paths_among(self._collection, [entry.document.path for entry in entries])
        self._collection.add(entries, places=places, files=files, gone=gone)
        self._count(entries, places, known)
        self._counts.removed += len(gone)

    def _unread(self, waiting: _Waiting, error: Exception) -> None:
        self._telling.unread(waiting.file, problem_of(error, waiting.name))

    def _begin(self, file: str) -> None:
        """Look up what is stored from a file, when it is met first."""
        if file != self._file:
            self._file, self._seen = file, set()
            self._stored = stored_from(self._collection, file)

    def _count(
        self, entries: Sequence[Entry], places: Sequence[Place], known: Container[str]
    ) -> None:
        for entry in entries:
            self._counts.passages += len(entry.passages)
            if entry.document.part_of:
                self._counts.glued += 1
            elif entry.document.path in known:
                self._counts.replaced += 1
            else:
                self._counts.added += 1
        self._counts.places += sum(STORY not in place.path for place in places)
