"""Exports a sentence-transformers model, once, to what runs it fastest at fidelity here."""

from __future__ import annotations

import logging
import tempfile
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

from .folders import build_folder, folder_damage
from .probes import PROBES
from .runtime import FORMAT
from .tokens import TextTokenizer, open_tokenizer
from .torch_engine import TorchEngine, token_parts
from .unigram import write_unigram
from .ways import best_way, find_ways, measure, run_all

logger = logging.getLogger("marsad")

_VERSIONS = ("sentence-transformers", "torch", "transformers")


def export(model: Any, folder: Path, *, name: str, fingerprint: str, precision: str) -> None:
    """Write the runtime folder of a loaded model.

    Parameters
    ----------
    model : SentenceTransformer
        On the CPU, in float32.
    folder : Path
        Where the runtime folder shall lie.
    name, fingerprint : str
    precision : {"auto", "float32", "bfloat16", "float16", "int8"}
        "auto" takes the fastest way that agrees with float32.

    Raises
    ------
    EmbeddingError
        If the model cannot be exported, or no way of running the export is faithful.
    """
    build_folder(
        folder,
        lambda partial: _fill(partial, model, name, fingerprint, precision),
        usable=lambda: folder_damage(folder) is None,
    )


def _fill(folder: Path, model: Any, name: str, fingerprint: str, precision: str) -> dict[str, Any]:
    started = time.perf_counter()
    frame, content = token_parts(model, name)
    tokenizer = TextTokenizer(frame, lambda: open_tokenizer(content))
    windows = [window for text in tokenizer.windows(PROBES, "passage") for window in text]
    engine = TorchEngine(model, device="cpu", precision="auto", frame=frame)
    reference = run_all(engine, windows)
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        ways = find_ways(model, windows, frame, Path(scratch), precision)
        measure(ways, windows, reference)
        best = best_way(ways)
        best.save(folder)
    (folder / "tokenizer.json").write_bytes(content)
    logger.info("%s runs with %s (%.0f s).", name, best.name, time.perf_counter() - started)
    return {
        "format": FORMAT,
        "name": name,
        "fingerprint": fingerprint,
        "dimension": reference.shape[1],
        "frame": frame.as_dict(),
        "unigram": write_unigram(folder, content),
        "library": best.library,
        "description": best.name,
        "settings": best.settings,
        "measured": {way.name: way.figures() for way in ways},
        "versions": {package: version(package) for package in (*_VERSIONS, best.library)},
    }
