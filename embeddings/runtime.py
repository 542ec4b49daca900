"""Opens an exported model from its runtime folder, without torch.

A runtime folder holds the graph (`model.xml` and `model.bin`, or `model.onnx`), the
tokenizer and a manifest: where the model comes from, its window and prompts, what runs it
with which settings, what was measured when that was chosen, and the checksums.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from .encoder import Encoder, Engine
from .folders import folder_damage, read_manifest
from .tokens import Frame, TextTokenizer, open_tokenizer
from .unigram import QuickUnigram

# Raise it when the files or their meaning change: folders of another format are made anew.
FORMAT = 10


def open_runtime(folder: Path, name: str) -> Encoder | None:
    """Open a runtime folder, or return None when there is none that is whole."""
    manifest = read_manifest(folder)
    if manifest is None or manifest.get("format") != FORMAT or folder_damage(folder):
        return None
    frame = Frame(**manifest["frame"])
    tokenizer = TextTokenizer(
        frame,
        lambda: open_tokenizer((folder / "tokenizer.json").read_bytes()),
        QuickUnigram(folder) if manifest["unigram"] else None,
    )
    return Encoder(
        name=name,
        dimension=manifest["dimension"],
        fingerprint=manifest["fingerprint"],
        tokenizer=tokenizer,
        engine=_engine(folder, manifest, frame),
    )


def _engine(folder: Path, manifest: dict[str, Any], frame: Frame) -> Engine:
    description = manifest["description"]
    if manifest["library"] == "onnxruntime":
        from .onnx_engine import OnnxEngine

        return OnnxEngine(folder / "model.onnx", frame=frame, description=description)
    from .openvino_engine import OpenVinoEngine

    return OpenVinoEngine(
        folder / "model.xml",
        manifest["settings"],
        frame=frame,
        description=description,
        cache=folder / "compiled",
    )
