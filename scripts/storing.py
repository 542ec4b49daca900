"""From what was read to the collection: documents in batches, each in one transaction.

A run that was stopped has kept what it did, and the next one goes on from there: a file is
known as read only when all of it is stored.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..embeddings import CachedEncoder
from ..index import Collection, Entry, FileState, Place, paths_among, stored_from
from ..seeds import STORY, Article, Origin, digest_of, document_of, path_of
from .preparing import Draft, Judging, draft, prepare, separated
from .progress import Bar
from .sameness import told_apart

# Passages a transaction. Large enough to encode in full batches, small enough that
# little is lost when a run is stopped.
BATCH = 512
# Passages after which what is derived is brought up to date, so that searches stay quick
# while a large add goes on.
UP_TO_DATE_EVERY = 20_000


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


class Storing:
    """Takes what was read, file by file, and stores it.

    Parameters
    ----------
    collection : Collection
    encoder : CachedEncoder
    counts : Counts
    bar : Bar
    warn : callable
        Gets one line for everything that was read with doubt.
    """

    def __init__(
        self,
        collection: Collection,
        encoder: CachedEncoder,
        counts: Counts,
        bar: Bar,
        warn: Callable[[str], None],
    ) -> None:
        self._collection, self._encoder = collection, encoder
        self._counts, self._bar, self._warn = counts, bar, warn
        self._judging = Judging.of(encoder.encoder)
        self._drafts: list[Draft] = []
        self._waiting = 0
        self._files: list[FileState] = []
        self._gone: list[str] = []
        self._file = ""
        self._stored: dict[str, tuple[str, str]] = {}
        self._seen: set[str] = set()
        self._due = UP_TO_DATE_EVERY

    def take(self, article: Article, origin: Origin) -> None:
        """Take an article; one that is stored as it is is passed over.

        Raises
        ------
        SeedError
            If it has no text.
        """
        self._begin(origin.path)
        path = path_of(article, origin)
        self._seen.add(path)
        if path in self._stored and self._stored[path][1] == digest_of(article):
            self._counts.unchanged += 1
            return
        document, warnings = document_of(article, origin)
        for line in warnings:
            self._warn(line)
        drawn = draft(document)
        self._drafts.append(drawn)
        self._waiting += len(drawn.spans)
        if self._waiting >= BATCH:
            self.flush()

    def finish(self, state: FileState, *, is_whole: bool) -> None:
        """Close a file: what is no longer in it is taken out, if all of it could be read."""
        self._begin(state.path)
        if is_whole:
            self._files.append(state)
            self._gone += [path for path in self._stored if path not in self._seen]

    def flush(self) -> None:
        """Encode what waits in one go and store it in one transaction."""
        texts = [text for drawn in self._drafts for text in drawn.texts]
        encoded = self._encoder.encode_with_windows(
            texts, prompt="passage", progress=self._bar.encoded
        )
        means = self._collection.means["passage"]
        pages, offset = [], 0
        for drawn in self._drafts:
            end = offset + len(drawn.spans)
            vectors, windows = encoded.vectors[offset:end], encoded.windows[offset:end].tolist()
            prepared = prepare(drawn, vectors, self._judging)
            pages.append(separated(prepared, vectors, windows, means))
            offset = end
        entries, places = told_apart(self._collection, pages, leaving=self._gone)
        self._count(entries, places)
        self._collection.add(entries, places=places, files=self._files, gone=self._gone)
        self._drafts, self._files, self._gone, self._waiting = [], [], [], 0
        if self._counts.passages >= self._due:
            self._collection.save_index()
            self._due = self._counts.passages + UP_TO_DATE_EVERY

    def _begin(self, file: str) -> None:
        """Look up what is stored from a file, when it is met first."""
        if file != self._file:
            self._file, self._seen = file, set()
            self._stored = stored_from(self._collection, file)

    def _count(self, entries: Sequence[Entry], places: Sequence[Place]) -> None:
        known = paths_among(self._collection, [entry.document.path for entry in entries])
        for entry in entries:
            self._counts.passages += len(entry.passages)
            if entry.document.part_of:
                self._counts.glued += 1
            elif entry.document.path in known:
                self._counts.replaced += 1
            else:
                self._counts.added += 1
        self._counts.places += sum(STORY not in place.path for place in places)
        self._counts.removed += len(self._gone)
