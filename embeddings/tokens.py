"""Text to token ids, in windows that the model can take.

Nothing is cut off: a text longer than the model's window becomes several windows that
overlap, each with the prompt before it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from .errors import EmbeddingError
from .unigram import QuickUnigram

# The tokenizers' own threads gain nothing beside the model's, and warn when a process that
# has used them is forked.
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

# Neighbouring windows share this part of their tokens, so that no sentence is seen only
# in halves.
OVERLAP = 1 / 8
# Longer texts are handed to the tokenizer in pieces of this many characters: it takes some
# hundred bytes a token, and a paragraph of 10 MB shall not take a gigabyte.
_PIECE = 50_000
# Lengths of batches are multiples of this: fewer shapes for a runtime to prepare for, and
# rows that fill its registers (3 % faster than 1 in the long run, 7 % at first; 16 is alike).
_STEP = 8
# Up to this many characters in all, the tokenizer that starts at once is quicker.
_FEW = 2_000


@dataclass(frozen=True)
class Frame:
    """What stands around the tokens of a text, and how many there may be.

    Attributes
    ----------
    window : int
        The most tokens that the model takes, special ones included.
    prompts : mapping from "query" and "passage" to str
    prompt_ids : mapping from "query" and "passage" to list of int
    before, after : list of int
        The special tokens that begin and end a window.
    pad_id : int
        The token that fills short rows of a batch.
    lower : bool
        The model wants small letters.
    """

    window: int
    prompts: Mapping[str, str]
    prompt_ids: Mapping[str, list[int]]
    before: list[int]
    after: list[int]
    pad_id: int
    lower: bool

    def as_dict(self) -> dict[str, Any]:
        """Return the fields, for a manifest."""
        return asdict(self)


def open_tokenizer(content: bytes) -> Any:
    """Open the content of a `tokenizer.json`, without truncation and padding."""
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_buffer(content)
    except Exception as error:  # the library raises nothing narrower
        raise EmbeddingError(f"the model's tokenizer cannot be read ({error})") from error
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def find_frame(
    tokenizer: Any, *, window: int, prompts: Mapping[str, str], pad_id: int, lower: bool
) -> Frame:
    """Find out what a tokenizer puts around a text.

    Raises
    ------
    EmbeddingError
        If a window leaves no room for text.
    """
    sample = tokenizer.encode("a")
    inner = [at for at, special in enumerate(sample.special_tokens_mask) if not special]
    first, last = (inner[0], inner[-1] + 1) if inner else (len(sample.ids), len(sample.ids))
    before, after = sample.ids[:first], sample.ids[last:]
    prompt_ids = {
        kind: tokenizer.encode(prompt, add_special_tokens=False).ids
        for kind, prompt in prompts.items()
    }
    taken = len(before) + len(after) + max(map(len, prompt_ids.values()), default=0)
    if window - taken < 8:
        raise EmbeddingError(
            f"its window of {window} tokens has no room for text beside its prompt of {taken}"
        )
    return Frame(window, dict(prompts), prompt_ids, before, after, pad_id, lower)


class TextTokenizer:
    """The tokenizer of a model, with its window and its prompts.

    Parameters
    ----------
    frame : Frame
    open_full : callable
        Opens the full tokenizer; called when it is first needed.
    quick : QuickUnigram, optional
        Gives the same ids for few texts before the full one has been opened.
    """

    def __init__(
        self, frame: Frame, open_full: Callable[[], Any], quick: QuickUnigram | None = None
    ) -> None:
        self.frame = frame
        self._open_full = open_full
        self._full: Any = None
        self._quick = quick
        self._room = frame.window - len(frame.before) - len(frame.after)

    def windows(self, texts: Sequence[str], kind: str) -> list[list[np.ndarray]]:
        """Return the token ids of every window of every text.

        Parameters
        ----------
        texts : sequence of str
            Lone surrogates are read as U+FFFD. An empty text is the prompt alone.
        kind : {"query", "passage"}
            The prompt to put before each.

        Returns
        -------
        list of list of array
            One list a text; in it, at least one int32 array of token ids, special tokens
            included, a window.
        """
        prompt = self.frame.prompts[kind]
        ids = self._ids([prompt + self._clean(text) for text in texts])
        return [self._split(row, self.frame.prompt_ids[kind]) for row in ids]

    def _clean(self, text: str) -> str:
        if self.frame.lower:
            text = text.lower()
        try:
            text.encode("utf-8")
        except UnicodeEncodeError:
            return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        return text

    def _ids(self, texts: list[str]) -> list[list[int]]:
        if self._full is None and self._quick is not None and sum(map(len, texts)) <= _FEW:
            quick = [self._quick.ids(text) for text in texts]
            if None not in quick:
                return [row for row in quick if row is not None]
        if self._full is None:
            self._full = self._open_full()
        if all(len(text) <= _PIECE for text in texts):
            encoded = self._full.encode_batch_fast(texts, add_special_tokens=False)
            return [encoding.ids for encoding in encoded]
        return [self._long_ids(text) for text in texts]

    def _long_ids(self, text: str) -> list[int]:
        ids: list[int] = []
        for piece in _pieces(text):
            ids += self._full.encode_batch_fast([piece], add_special_tokens=False)[0].ids
        return ids

    def _split(self, ids: list[int], prompt: list[int]) -> list[np.ndarray]:
        before, after = self.frame.before, self.frame.after
        if len(ids) <= self._room:
            return [np.array(before + ids + after, dtype=np.int32)]
        body = ids[len(prompt) :]
        room = self._room - len(prompt)
        step = max(1, round(room * (1 - OVERLAP)))
        return [
            np.array(before + prompt + body[start : start + room] + after, dtype=np.int32)
            for start in range(0, len(body) - room + step, step)
        ]


def pad(rows: Sequence[np.ndarray], frame: Frame) -> tuple[np.ndarray, np.ndarray]:
    """Return token ids and attention mask, int64, shape (rows, length of the longest, or more)."""
    longest = max(map(len, rows))
    length = max(longest, min(-(-longest // _STEP) * _STEP, frame.window))
    ids = np.full((len(rows), length), frame.pad_id, dtype=np.int64)
    mask = np.zeros((len(rows), length), dtype=np.int64)
    for at, row in enumerate(rows):
        ids[at, : len(row)] = row
        mask[at, : len(row)] = 1
    return ids, mask


def _pieces(text: str) -> Iterator[str]:
    """Cut a long text at spaces where there are any, so that no word is torn."""
    start = 0
    while start < len(text):
        end = min(start + _PIECE, len(text))
        if end < len(text):
            space = text.rfind(" ", start + _PIECE // 2, end)
            end = space if space > 0 else end
        yield text[start:end]
        start = end
