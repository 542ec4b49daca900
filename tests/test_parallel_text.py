"""Language means of other models: read, checked, computed, kept, used."""

import numpy as np
import pytest
from conftest import DIMENSION, hashed
from marsad.embeddings import EmbeddingError, LanguageMeans
from marsad.embeddings.parallel_text import FEWEST, compute_means, read_parallel


class HashEncoder:
    """Word-hash vectors, with the prompt among the words."""

    name, dimension = "word-hash", DIMENSION

    def encode(self, texts, *, prompt, progress=None):
        if progress:
            progress(len(texts))
        return hashed([f"{prompt} {text}" for text in texts])


def write(folder, **languages):
    for code, lines in languages.items():
        (folder / f"{code}.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


LINES = [f"line number {n}" for n in range(FEWEST)]


def test_shipped_text_is_parallel_in_thirty_languages_and_more():
    lines = read_parallel()
    assert len(lines) >= 30
    assert {"ar", "en", "fa", "ur", "he", "zh", "ckb"} <= set(lines)
    assert all(line.strip() for texts in lines.values() for line in texts)


@pytest.mark.parametrize(
    ("languages", "message"),
    [
        ({}, "holds no parallel text"),
        ({"en": LINES}, "holds no parallel text"),
        ({"ar": LINES, "en": LINES[:-1]}, rf"en\.txt has {FEWEST - 1} lines, ar\.txt {FEWEST}"),
        ({"ar": LINES[:5], "en": LINES[:5]}, "has 5 lines; at least"),
    ],
)
def test_what_is_no_parallel_text_is_refused(tmp_path, languages, message):
    with pytest.raises(EmbeddingError, match=message):
        read_parallel(write(tmp_path, **languages))


def test_means_are_those_of_the_vectors_for_each_kind(tmp_path):
    lines = read_parallel(write(tmp_path, en=LINES, ar=[f"سطر {n}" for n in range(FEWEST)]))
    done = []
    means = compute_means(HashEncoder(), lines, source="test", progress=done.append)
    assert sum(done) == 4 * FEWEST
    for kind in ("query", "passage"):
        expected = HashEncoder().encode(LINES, prompt=kind).mean(axis=0)
        assert np.allclose(means.vector("en", kind), expected, atol=1e-6)


def test_kept_means_are_found_by_fingerprint_and_no_other(tmp_path, monkeypatch):
    monkeypatch.setenv("MARSAD_CACHE", str(tmp_path))
    means = LanguageMeans({"en": np.full(DIMENSION, 0.1, np.float32)})
    means.keep("0123456789abcdef")
    found = LanguageMeans.for_model("my-model", DIMENSION, "0123456789abcdef")
    assert np.allclose(found.vector("en"), 0.1, atol=1e-3)
    assert LanguageMeans.for_model("my-model", DIMENSION, "another").languages == ()
