"""What the tests share: a word-hash encoder, hand-made documents, commands run in the process."""

from __future__ import annotations

import hashlib
import logging
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from marsad.index import Collection, Entry, Model
from marsad.scripts import session
from marsad.scripts.main import main
from marsad.seeds import Document, document_id, passages_of, split, words

DIMENSION = 64


def hashed(texts: list[str]) -> np.ndarray:
    """Stand in for a model: a unit vector from the words of each text."""
    vectors = np.zeros((len(texts), DIMENSION), np.float32)
    for row, text in enumerate(texts):
        for word in words(text):
            digest = hashlib.sha256(word.normal.encode()).digest()
            vectors[row, digest[0] % DIMENSION] += 1 if digest[1] % 2 else -1
        vectors[row, 0] += 0.01
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def document(path: str, text: str, **more: Any) -> Document:
    """Make a document without a file."""
    fields = {"title": None, "source": None, "published": None, "url": None, **more}
    return Document(
        id=document_id(path), path=path, text=text, encoding="utf-8", size=len(text),
        modified_ns=0, sha256=hashlib.sha256(text.encode()).hexdigest(), **fields,
    )  # fmt: skip


def entry(path: str, text: str, language: str = "en", **more: Any) -> Entry:
    """Make an entry with hashed vectors."""
    made = document(path, text, **more)
    spans = split(text, language)
    passages = passages_of(made, spans, [(language, 1.0)] * len(spans))
    return Entry(made, language, passages, hashed([p.text for p in passages]), [1] * len(spans))


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Collection]:
    """An empty collection of the word-hash model."""
    model = Model("word-hash", "1", DIMENSION)
    with Collection.create(tmp_path / "collection", model, means={}, prompts={}) as collection:
        yield collection


@pytest.fixture
def reopened() -> Iterator[Callable[[Collection], Collection]]:
    """Open collections again, and close them after the test."""
    with ExitStack() as stack:
        yield lambda collection: stack.enter_context(Collection.open(collection.folder))


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A chromium of the system, without a window."""
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    assert chromium, "There is no chromium to look at pages with. Install it with: make browser"
    with sync_playwright() as play:
        started = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(autouse=True, scope="session")
def _no_vector_cache() -> Iterator[None]:
    """Encode for real: what an earlier run has cached must not stand in for the model."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MARSAD_VECTOR_CACHE", "0")
        yield


@pytest.fixture(autouse=True)
def _quiet_log() -> None:
    logging.getLogger("marsad").setLevel(logging.WARNING)


class HashEncoder:
    """The word-hash vectors behind the face of an encoder."""

    name, fingerprint, dimension = "word-hash", "1", DIMENSION
    prompts: dict[str, str] = {}  # noqa: RUF012

    def encode(self, texts: list[str], *, prompt: str) -> np.ndarray:
        return hashed(list(texts))

    def encode_with_windows(
        self, texts: list[str], *, prompt: str, progress: object = None
    ) -> SimpleNamespace:
        windows = np.array([1 + (len(text) > 500) for text in texts], dtype=np.int32)
        return SimpleNamespace(vectors=hashed(list(texts)), windows=windows)


@pytest.fixture
def marsad(tmp_path, monkeypatch, capsys):
    """Run a command in a collection of its own; returns (code, stdout, stderr)."""
    monkeypatch.setattr(session, "load_model", lambda name, **_: HashEncoder())
    monkeypatch.chdir(tmp_path)

    def run(*arguments: object) -> tuple[int, str, str]:
        try:
            code = main(["--collection", "c", *map(str, arguments)])
        except SystemExit as leaving:
            code = leaving.code
        out = capsys.readouterr()
        return code, out.out, out.err

    return run
