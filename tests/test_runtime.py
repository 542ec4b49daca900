"""Models are exported once and run without torch; what cannot be exported runs all the same."""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from marsad.embeddings import EmbeddingError, load_model
from marsad.embeddings.probes import PROBES
from marsad.embeddings.torch_engine import load_sentence_transformer, quiet
from marsad.embeddings.unigram import QuickUnigram, write_unigram

WIDTH = 128


@pytest.fixture(scope="module", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep these models out of the user's cache, and their export short."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MARSAD_CACHE", str(tmp_path_factory.mktemp("cache")))
        patch.setattr("marsad.embeddings.ways._ROUNDS", 1)
        yield


@pytest.fixture(scope="module")
def transformer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small BERT with weights by chance and a tokenizer trained on the probes."""
    import torch
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors, trainers
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    folder = tmp_path_factory.mktemp("transformer")
    special = {"pad": "[PAD]", "unk": "[UNK]", "cls": "[CLS]", "sep": "[SEP]", "mask": "[MASK]"}
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    trainer = trainers.WordPieceTrainer(
        vocab_size=1500, special_tokens=[*special.values()], show_progress=False
    )
    tokenizer.train_from_iterator(PROBES, trainer)
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=tokenizer.get_vocab_size(),
        hidden_size=WIDTH,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=4 * WIDTH,
        max_position_embeddings=50,
    )
    with quiet():
        PreTrainedTokenizerFast(
            tokenizer_object=tokenizer,
            model_max_length=50,
            **{f"{kind}_token": token for kind, token in special.items()},
        ).save_pretrained(folder)
        BertModel(config).save_pretrained(folder)
    return folder


def build(folder: Path, transformer: Path, pooling: str, **more: Any) -> Path:
    """Save a sentence-transformers model of the small BERT and a pooling."""
    with quiet():
        from sentence_transformers import SentenceTransformer

        models = import_module("sentence_transformers.models")
        modules = [
            models.Transformer(str(transformer), max_seq_length=50),
            models.Pooling(WIDTH, pooling_mode=pooling),
        ]
        if pooling == "cls":
            modules += [models.Dense(WIDTH, 32), models.Normalize()]
        SentenceTransformer(modules=modules, device="cpu", **more).save(str(folder))
    return folder


@pytest.mark.parametrize("pooling", ["mean", "cls", "max", "lasttoken"])
def test_any_pooling_gives_the_vectors_of_sentence_transformers(
    tmp_path: Path, transformer: Path, pooling: str
) -> None:
    prompts = {"query": "question: ", "document": "text: "} if pooling == "mean" else None
    folder = build(tmp_path / "model", transformer, pooling, prompts=prompts)
    encoder = load_model(str(folder))
    texts = [text[:40] for text in PROBES]
    assert encoder.dimension == (32 if pooling == "cls" else WIDTH)
    assert not encoder.runtime.startswith("sentence-transformers")
    model = load_sentence_transformer(folder, "cpu")
    for kind in ("query", "passage"):
        prompt = encoder.prompts[kind]
        assert prompt == {"query": "question: ", "passage": "text: "}[kind] if prompts else True
        encoded = encoder.encode_with_windows(texts, prompt=kind)
        wanted = model.encode(
            texts, prompt=prompt, normalize_embeddings=True, show_progress_bar=False
        )
        cosines = (encoded.vectors * wanted).sum(axis=1)[encoded.windows == 1]
        assert len(cosines) > 30
        assert cosines.min() >= 0.995


def test_float32_when_it_is_asked_for(tmp_path: Path, transformer: Path) -> None:
    folder = build(tmp_path / "model", transformer, "mean")
    encoder = load_model(str(folder), precision="float32")
    assert "float32" in encoder.runtime
    texts = [text[:30] for text in PROBES]
    wanted = load_sentence_transformer(folder, "cpu").encode(
        texts, normalize_embeddings=True, show_progress_bar=False
    )
    cosines = (encoder.encode(texts, prompt="passage") * wanted).sum(axis=1)
    assert cosines.min() >= 0.99999


def test_a_damaged_runtime_folder_is_made_anew(tmp_path: Path, transformer: Path) -> None:
    folder = build(tmp_path / "model", transformer, "mean")
    first = load_model(str(folder))
    wanted = first.encode(PROBES, prompt="query")
    runtimes = Path(os.environ["MARSAD_CACHE"]) / "runtime"
    for graph in runtimes.glob(f"{first.fingerprint}-*/model.*"):
        graph.write_bytes(graph.read_bytes()[:1000])
    again = load_model(str(folder)).encode(PROBES, prompt="query")
    assert ((again * wanted).sum(axis=1) >= 0.995).all()


def test_a_changed_compiled_graph_is_not_trusted(tmp_path: Path, transformer: Path) -> None:
    folder = build(tmp_path / "model", transformer, "mean")
    first = load_model(str(folder), precision="int8")
    wanted = first.encode(PROBES, prompt="query")
    runtimes = Path(os.environ["MARSAD_CACHE"]) / "runtime"
    blobs = list(runtimes.glob(f"{first.fingerprint}-*/compiled/*.blob"))
    assert blobs
    for blob in blobs:
        content = blob.read_bytes()
        blob.unlink()
        blob.write_bytes(content[:50_000] + bytes(len(content) - 50_000))
    again = load_model(str(folder), precision="int8").encode(PROBES, prompt="query")
    assert ((again * wanted).sum(axis=1) >= 0.9999).all()


def test_the_fingerprint_stands_for_the_files_wherever_they_lie(
    tmp_path: Path, transformer: Path
) -> None:
    from marsad.embeddings.loading import _fingerprint

    folder = build(tmp_path / "model", transformer, "mean")
    copy = shutil.copytree(folder, tmp_path / "copy")
    assert _fingerprint(copy) == _fingerprint(folder)
    settings = copy / "1_Pooling" / "config.json"
    settings.write_text(settings.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert _fingerprint(copy) != _fingerprint(folder)


def test_a_model_without_tokens_runs_with_sentence_transformers(
    tmp_path: Path, transformer: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with quiet():
        from sentence_transformers import SentenceTransformer
        from tokenizers import Tokenizer

        models = import_module("sentence_transformers.models")
        tokenizer = Tokenizer.from_file(str(transformer / "tokenizer.json"))
        module = models.StaticEmbedding(tokenizer, embedding_dim=24)
        SentenceTransformer(modules=[module], device="cpu").save(str(tmp_path / "static"))
    with caplog.at_level(logging.WARNING, logger="marsad"):
        encoder = load_model(str(tmp_path / "static"))
    assert "first module is StaticEmbedding" in caplog.text
    vectors = encoder.encode(["one text", "another text", "\ud800", ""], prompt="passage")
    assert vectors.shape == (4, 24)
    assert np.linalg.norm(vectors[:3], axis=1) == pytest.approx(1, abs=1e-5)


def test_what_is_no_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EmbeddingError, match=r"neither modules\.json nor config\.json"):
        load_model(str(tmp_path))
    with pytest.raises(EmbeddingError, match="There is no folder"):
        load_model(str(tmp_path / "absent"))
    with pytest.raises(EmbeddingError, match="'tpu' is no device"):
        load_model(device="tpu")
    with pytest.raises(EmbeddingError, match="'int3' is no precision"):
        load_model(precision="int3")


def test_openvino_reports_to_nobody(tmp_path: Path) -> None:
    code = (
        "import sys; from marsad.embeddings import load_model; load_model();"
        "assert 'openvino' in sys.modules and sys.modules['openvino_telemetry'] is None"
    )
    environment = {**os.environ, "HOME": str(tmp_path)}
    subprocess.run([sys.executable, "-c", code], check=True, env=environment)
    assert not (tmp_path / "intel").exists()


def test_a_query_needs_no_torch() -> None:
    code = (
        "import sys\n"
        "from marsad.embeddings import load_model\n"
        "vector = load_model().encode(['قصة'], prompt='query')\n"
        "assert vector.shape == (1, 384)\n"
        "heavy = {'torch', 'transformers', 'sentence_transformers', 'sklearn'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    load = "from marsad.embeddings import load_model; load_model()"
    environment = {key: value for key, value in os.environ.items() if key != "MARSAD_CACHE"}
    subprocess.run([sys.executable, "-c", load], check=True, env=environment)
    said = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        check=True, env=environment, capture_output=True, text=True,
    )  # fmt: skip
    assert said.stdout.strip() == "[]"
    assert said.stderr == ""


def test_the_quick_tokenizer_gives_the_ids_of_the_full_one(tmp_path: Path) -> None:
    from marsad.embeddings.default_model import default_model_folder
    from tokenizers import Tokenizer

    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("MARSAD_CACHE", raising=False)
        path = default_model_folder() / "tokenizer.json"
    assert write_unigram(tmp_path, path.read_bytes())
    quick, full = QuickUnigram(tmp_path), Tokenizer.from_file(str(path))
    odd = [
        "",
        "  a  b ",
        "😀😀 x",
        "\ue000\ue001 \ue002",
        "a\x00b",
        "e\u0301",
        "ＦＵＬＬ",
        "x" * 99,
    ]
    for text in (*PROBES, *odd):
        assert (
            quick.ids("query: " + text)
            == full.encode("query: " + text, add_special_tokens=False).ids
        )
    assert quick.ids("a <mask> b") is None


def test_the_quick_tokenizer_knows_its_limits(tmp_path: Path, transformer: Path) -> None:
    assert not write_unigram(tmp_path, (transformer / "tokenizer.json").read_bytes())
