"""The vector cache: nothing is encoded twice, and nothing depends on the cache."""

from types import SimpleNamespace

import numpy as np
import pytest
from conftest import DIMENSION, hashed
from marsad.embeddings.cache import CachedEncoder

TEXTS = ["The river rose during the night.", "ارتفع منسوب النهر ليلاً.", "Lone \ud800 half", ""]


class CountingEncoder:
    """Counts what it is asked to encode."""

    name, fingerprint, dimension = "counting", "abc", DIMENSION

    def __init__(self):
        self.asked = []

    def encode_with_windows(self, texts, *, prompt, progress=None):
        self.asked += texts
        if progress:
            progress(len(texts))
        return SimpleNamespace(
            vectors=hashed([f"{prompt} {text}" for text in texts]),
            windows=np.arange(1, len(texts) + 1),
        )


@pytest.fixture(autouse=True)
def _with_cache(monkeypatch):
    monkeypatch.delenv("MARSAD_VECTOR_CACHE")


@pytest.fixture
def encoder(tmp_path):
    return CachedEncoder(CountingEncoder(), tmp_path)


def test_each_text_is_encoded_once_across_calls_and_processes(encoder, tmp_path):
    first = encoder.encode_with_windows([*TEXTS, *TEXTS], prompt="passage")
    assert encoder.encoder.asked == TEXTS
    again = CachedEncoder(CountingEncoder(), tmp_path)
    second = again.encode_with_windows([*TEXTS, *TEXTS], prompt="passage")
    assert again.encoder.asked == []
    assert again.found == 8
    assert np.array_equal(first.vectors, second.vectors)
    assert np.array_equal(first.windows, second.windows)


def test_vectors_are_those_of_the_encoder(encoder):
    found = encoder.encode_with_windows(TEXTS[:2], prompt="passage").vectors
    cosines = (found * hashed([f"passage {text}" for text in TEXTS[:2]])).sum(axis=1)
    assert cosines.min() > 0.99999
    assert np.allclose(np.linalg.norm(found, axis=1), 1, atol=1e-6)


def test_prompts_are_kept_apart(encoder):
    one = encoder.encode_with_windows(TEXTS[:1], prompt="passage").vectors
    other = encoder.encode_with_windows(TEXTS[:1], prompt="query").vectors
    assert len(encoder.encoder.asked) == 2
    assert not np.array_equal(one, other)


def test_progress_counts_every_text(encoder):
    done = []
    encoder.encode_with_windows(TEXTS[:2], prompt="passage")
    encoder.encode_with_windows(TEXTS, prompt="passage", progress=done.append)
    assert sum(done) == len(TEXTS)


def test_damaged_cache_is_taken_away_and_encoding_goes_on(encoder, tmp_path, caplog):
    encoder.encode_with_windows(TEXTS, prompt="passage")
    for path in tmp_path.iterdir():
        path.unlink()
    (tmp_path / "abc.sqlite").write_bytes(b"no database" * 500)
    again = CachedEncoder(CountingEncoder(), tmp_path)
    assert len(again.encode_with_windows(TEXTS, prompt="passage").vectors) == 4
    assert not (tmp_path / "abc.sqlite").exists()
    assert "is not used" in caplog.text


def test_oldest_go_beyond_the_limit(monkeypatch, tmp_path):
    monkeypatch.setenv("MARSAD_VECTOR_CACHE", str(2 * DIMENSION * 3))
    encoder = CachedEncoder(CountingEncoder(), tmp_path)
    for number in range(6):
        encoder.encode_with_windows([f"text {number}"], prompt="passage")
    encoder.encode_with_windows(["text 5", "text 0"], prompt="passage")
    assert encoder.encoder.asked[6:] == ["text 0"]


def test_zero_turns_it_off(monkeypatch, tmp_path):
    monkeypatch.setenv("MARSAD_VECTOR_CACHE", "0")
    encoder = CachedEncoder(CountingEncoder(), tmp_path)
    encoder.encode_with_windows(TEXTS, prompt="passage")
    encoder.encode_with_windows(TEXTS, prompt="passage")
    assert len(encoder.encoder.asked) == 8
    assert list(tmp_path.iterdir()) == []


def test_no_texts(encoder):
    assert encoder.encode_with_windows([], prompt="passage").vectors.shape == (0, DIMENSION)
