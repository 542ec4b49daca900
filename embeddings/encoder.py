"""Texts to unit vectors: windows, batches of like length, and the average of windows.

An `Encoder` does all that is the same whatever runs the model; the engine behind it only
turns a batch of token ids into vectors.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np

from .tokens import TextTokenizer

Prompt = Literal["query", "passage"]

# Texts are tokenised and sorted by length this many at a time: enough for batches of like
# length, few enough for memory to stay flat.
CHUNK = 1024
CHUNK_LENGTH = 1_000_000


@dataclass(frozen=True)
class Encoded:
    """The vectors of some texts, and how many windows each of them took.

    Attributes
    ----------
    vectors : array, shape (n, dimension)
        float32, each row of length 1.
    windows : array, shape (n,)
        int32, 1 where the text fitted the model's window, more where it was longer.
    """

    vectors: np.ndarray
    windows: np.ndarray


@dataclass(frozen=True)
class Batch:
    """Windows to run together: their numbers in the chunk, and their token ids."""

    rows: list[int]
    ids: list[np.ndarray]


class Engine(Protocol):
    """What runs the model, in batches of at most so many rows and (padded) tokens."""

    description: str
    rows: int
    tokens: int

    def run(self, batches: Iterable[Batch]) -> Iterator[tuple[Batch, np.ndarray]]:
        """Yield each batch with its vectors, shape (rows, dimension), in any order."""
        ...


class Encoder:
    """A model that turns text in any language into unit vectors.

    Made by `load_model`.

    Attributes
    ----------
    name : str
        As it was asked for.
    dimension : int
    fingerprint : str
        16 hexadecimal digits that stand for the weights, the tokenizer and the prompts:
        vectors can be compared when their encoders' fingerprints are equal.
    prompts : mapping from "query" and "passage" to str
        What is put before a text.
    window : int
        The most tokens that the model takes at once.
    runtime : str
        What runs the model, for people to read.
    """

    def __init__(
        self,
        *,
        name: str,
        dimension: int,
        fingerprint: str,
        tokenizer: TextTokenizer,
        engine: Engine,
    ) -> None:
        self.name = name
        self.dimension = dimension
        self.fingerprint = fingerprint
        self.window = tokenizer.frame.window
        self.prompts: Mapping[str, str] = tokenizer.frame.prompts
        self.runtime = engine.description
        self._tokenizer = tokenizer
        self._engine = engine

    def __repr__(self) -> str:
        return f"<Encoder {self.name}, {self.dimension} dimensions, {self.runtime}>"

    def encode(
        self,
        texts: Sequence[str],
        *,
        prompt: Prompt,
        progress: Callable[[int], None] | None = None,
    ) -> np.ndarray:
        """Return the vectors of texts, as `encode_with_windows` does, without the counts."""
        return self.encode_with_windows(texts, prompt=prompt, progress=progress).vectors

    def encode_with_windows(
        self,
        texts: Sequence[str],
        *,
        prompt: Prompt,
        progress: Callable[[int], None] | None = None,
    ) -> Encoded:
        """Return the vectors of texts, and how many windows each of them took.

        Parameters
        ----------
        texts : sequence of str
            Any text. A text longer than the model's window is encoded in overlapping
            windows, whose vectors are averaged by their number of tokens. An empty text
            is the prompt alone; a lone surrogate counts as U+FFFD.
        prompt : {"query", "passage"}
            What the texts are.
        progress : callable, optional
            Called with the number of texts finished since it was last called.

        Returns
        -------
        Encoded
            In the order of the texts. The same text gives the same vector whatever else
            is encoded with it (cosine at least 0.9999).
        """
        if isinstance(texts, str):
            raise TypeError("texts must be a sequence of str, not one str")
        if prompt not in self.prompts:
            raise ValueError(f"prompt must be 'query' or 'passage', not {prompt!r}")
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        counts = np.zeros(len(texts), dtype=np.int32)
        at = 0
        for windows in self._tokenised(texts, prompt):
            rows = slice(at, at + len(windows))
            counts[rows] = [len(text) for text in windows]
            vectors[rows] = self._encode_chunk(windows, progress)
            at += len(windows)
        return Encoded(vectors, counts)

    def _tokenised(self, texts: Sequence[str], prompt: Prompt) -> Iterator[list[list[np.ndarray]]]:
        """Yield the windows of the texts chunk by chunk; the next is made meanwhile."""
        chunks = _chunks(texts)
        if len(chunks) < 2:
            yield from (self._tokenizer.windows(chunk, prompt) for chunk in chunks)
            return
        with ThreadPoolExecutor(1, thread_name_prefix="marsad-tokens") as worker:
            ahead = worker.submit(self._tokenizer.windows, chunks[0], prompt)
            for chunk in chunks[1:]:
                windows = ahead.result()
                ahead = worker.submit(self._tokenizer.windows, chunk, prompt)
                yield windows
            yield ahead.result()

    def _encode_chunk(
        self,
        windows: list[list[np.ndarray]],
        progress: Callable[[int], None] | None,
    ) -> np.ndarray:
        """Return each text's unit vector, from its windows."""
        rows = [window for text in windows for window in text]
        owner = [at for at, text in enumerate(windows) for _ in text]
        waiting = [len(text) for text in windows]
        weighted = np.empty((len(rows), self.dimension), dtype=np.float32)
        for batch, vectors in self._engine.run(batches(rows, self._engine)):
            finished = 0
            for row, vector in zip(batch.rows, vectors, strict=True):
                weighted[row] = vector * len(rows[row])
                waiting[owner[row]] -= 1
                finished += not waiting[owner[row]]
            if progress is not None and finished:
                progress(finished)
        # Batches come as they are done; the sum is taken in order, for it to be the same always.
        firsts = np.cumsum([0, *(len(text) for text in windows[:-1])])
        return unit_rows(np.add.reduceat(weighted, firsts, axis=0))


def unit_rows(vectors: np.ndarray) -> np.ndarray:
    """Bring each row to length 1; one without a direction gets the same for all dimensions."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    usable = np.isfinite(lengths) & (lengths > 1e-12)
    even = np.float32(vectors.shape[1] ** -0.5)
    return np.where(usable, vectors / np.where(usable, lengths, 1), even)


def _chunks(texts: Sequence[str]) -> list[Sequence[str]]:
    """Cut the texts into chunks of at most `CHUNK` texts and about `CHUNK_LENGTH` characters."""
    chunks = []
    start = length = 0
    for at, text in enumerate(texts):
        if at > start and (at - start == CHUNK or length + len(text) > CHUNK_LENGTH):
            chunks.append(texts[start:at])
            start, length = at, 0
        length += len(text)
    if len(texts) > start:
        chunks.append(texts[start:])
    return chunks


def batches(rows: Sequence[np.ndarray], engine: Engine) -> Iterator[Batch]:
    """Put windows of like length together, the longest first, so that memory peaks early."""
    order = sorted(range(len(rows)), key=lambda at: len(rows[at]), reverse=True)
    at = 0
    while at < len(order):
        longest = len(rows[order[at]])
        size = max(1, min(engine.rows, engine.tokens // longest))
        chosen = order[at : at + size]
        yield Batch(chosen, [rows[row] for row in chosen])
        at += size
