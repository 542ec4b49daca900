"""A unigram tokenizer that starts at once, for a query or two.

Building the full tokenizer of a quarter of a million pieces takes half a second, which is
long for one question. This one gives the same ids, slowly, from a list of pieces that is
read in a few hundredths of a second.
"""

from __future__ import annotations

import json
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

PIECES, SCORES, SHELL = "pieces.txt", "scores.npy", "shell.json"
# What the tokenizers library takes off the lowest score for a character without a piece.
_UNKNOWN_PENALTY = 10.0


def write_unigram(folder: Path, tokenizer_json: bytes) -> bool:
    """Write what `QuickUnigram` reads, when the tokenizer is of the kind it knows.

    Parameters
    ----------
    folder : Path
    tokenizer_json : bytes
        The content of a `tokenizer.json`.

    Returns
    -------
    bool
        Whether the tokenizer is of that kind: unigram, without bytes for unknown letters.
    """
    content = json.loads(tokenizer_json)
    model = content["model"]
    if (
        model.get("type") != "Unigram"
        or model.get("byte_fallback")
        or not isinstance(model.get("unk_id"), int)
        or content.get("pre_tokenizer") is None
    ):
        return False
    pieces = [piece for piece, _ in model["vocab"]]
    if len(set(pieces)) != len(pieces) or any("\n" in piece for piece in pieces):
        return False
    (folder / PIECES).write_text("\n".join(pieces), encoding="utf-8", newline="\n")
    np.save(folder / SCORES, np.array([score for _, score in model["vocab"]]), allow_pickle=False)
    shell = {
        **content,
        "model": {**model, "vocab": [model["vocab"][model["unk_id"]]], "unk_id": 0},
        "added_tokens": [],
        "post_processor": None,
        "marsad_unknown": model["unk_id"],
        "marsad_special": [token["content"] for token in content.get("added_tokens", [])],
    }
    (folder / SHELL).write_text(json.dumps(shell, ensure_ascii=False), encoding="utf-8")
    return True


class QuickUnigram:
    """Gives the ids that the tokenizers library gives, without its long start.

    Parameters
    ----------
    folder : Path
        Where `write_unigram` has written.
    """

    def __init__(self, folder: Path) -> None:
        from tokenizers import Tokenizer

        shell = json.loads((folder / SHELL).read_text(encoding="utf-8"))
        self._unknown: int = shell.pop("marsad_unknown")
        self._special: list[str] = shell.pop("marsad_special")
        self._parts: Any = Tokenizer.from_str(json.dumps(shell))
        self._folder = folder

    def ids(self, text: str) -> list[int] | None:
        """Return the ids of a text without special tokens, or None when it names one."""
        if any(token in text for token in self._special):
            return None
        normal = self._parts.normalizer.normalize_str(text) if self._parts.normalizer else text
        ids: list[int] = []
        for word, _ in self._parts.pre_tokenizer.pre_tokenize_str(normal):
            ids += self._best(word)
        return ids

    @cached_property
    def _pieces(self) -> tuple[dict[str, int], list[float], int, float]:
        names = (self._folder / PIECES).read_text(encoding="utf-8").split("\n")
        scores = np.load(self._folder / SCORES, allow_pickle=False)
        longest = max(map(len, names))
        unknown = float(scores.min()) - _UNKNOWN_PENALTY
        return dict(zip(names, range(len(names)), strict=True)), scores.tolist(), longest, unknown

    def _best(self, word: str) -> list[int]:
        """Return the ids of the likeliest pieces of a word (Viterbi); runs of unknown are one."""
        known, scores, longest, unknown = self._pieces
        size = len(word)
        best: list[float | None] = [0.0] + [None] * size
        came: list[tuple[int, int]] = [(0, 0)] * (size + 1)
        for start in range(size):
            here = best[start]
            assert here is not None  # a single character always leads on
            single = False
            for end in range(start + 1, min(size, start + longest) + 1):
                piece = known.get(word[start:end])
                if piece is None:
                    continue
                single |= end == start + 1
                before = best[end]
                if before is None or here + scores[piece] > before:
                    best[end], came[end] = here + scores[piece], (start, piece)
            before = best[start + 1]
            if not single and (before is None or here + unknown > before):
                best[start + 1], came[start + 1] = here + unknown, (start, self._unknown)
        ids: list[int] = []
        at = size
        while at > 0:
            at, piece = came[at]
            if not (piece == self._unknown and ids and ids[-1] == self._unknown):
                ids.append(piece)
        return ids[::-1]
