"""The ways in which this machine can run a graph, and which of them is best.

A way is faithful when its vectors agree with those of sentence-transformers in float32 on
texts in many languages; the fastest faithful way is the best.
"""

from __future__ import annotations

import importlib.util
import logging
import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np

from .compression import compress_weights, smooth_inputs
from .encoder import Engine, batches
from .errors import EmbeddingError
from .onnx_engine import OnnxEngine
from .openvino_engine import OpenVinoEngine
from .tokens import Frame
from .tracing import trace_onnx, trace_openvino

logger = logging.getLogger("marsad")

# Cosine to sentence-transformers in float32 over the probes, mean and least, below which a
# way is not faithful. The targets over any text are 0.999 and 0.995; the probes are few,
# hence the margin.
FAITHFUL_MEAN, FAITHFUL_LEAST = 0.9993, 0.997
# Rounds, and seconds, that may go into timing the ways against each other.
_ROUNDS, _TIMING = 15, 6.0
# A way that takes this many times as long as the fastest is out of the race.
_BEHIND = 1.3
# Inputs are quantised in groups of this many channels, or in one group for the whole width.
_GROUP = 128
_NAMES = {"f32": "float32", "bf16": "bfloat16", "f16": "float16"}


@dataclass
class Way:
    """One way to run a graph, and what was measured of it."""

    name: str
    precision: str
    library: str
    settings: dict[str, str]
    open: Callable[[], Engine]
    save: Callable[[Path], None]
    mean: float = 0.0
    least: float = 0.0
    seconds: list[float] = field(default_factory=list)

    @property
    def faithful(self) -> bool:
        """Whether its vectors are near enough to those in float32."""
        return self.mean >= FAITHFUL_MEAN and self.least >= FAITHFUL_LEAST

    @property
    def best(self) -> float:
        """The least processor seconds it took for the probes."""
        return min(self.seconds, default=float("inf"))

    def figures(self) -> dict[str, float | None]:
        """Return what was measured, for a manifest."""
        return {
            "mean_cosine": round(self.mean, 6),
            "least_cosine": round(self.least, 6),
            "processor_seconds": round(self.best, 4) if self.seconds else None,
        }


def find_ways(
    model: Any, windows: Sequence[np.ndarray], frame: Frame, scratch: Path, precision: str
) -> list[Way]:
    """List the ways of that precision, or all of them for "auto".

    Raises
    ------
    EmbeddingError
        If there is none.
    """
    finders = [_openvino_ways]
    if precision in ("auto", "float32"):
        finders.append(_onnx_ways)
    reasons: list[str] = []
    ways = [
        way for find in finders for way in _tried(find, reasons, model, windows, frame, scratch)
    ]
    chosen = [way for way in ways if precision in ("auto", way.precision)]
    if ways and not chosen:
        known = ", ".join(dict.fromkeys(way.precision for way in ways))
        raise EmbeddingError(f"this processor does not run {precision}; it runs {known}")
    if not chosen:
        raise EmbeddingError("; ".join(reasons) or "neither openvino nor onnxruntime is installed")
    return chosen


def measure(ways: list[Way], windows: Sequence[np.ndarray], reference: np.ndarray) -> None:
    """Fill in how faithful each way is, and how fast the faithful ones are, taken in turn.

    Speed is processor time, all threads together: what else runs on the machine disturbs it
    less than the clock.
    """
    tried = [(way, _opened(way, windows, reference)) for way in ways]
    racing = [(way, engine) for way, engine in tried if engine is not None]
    started = time.perf_counter()
    for _ in range(_ROUNDS):
        for way, engine in racing:
            begun = time.process_time()
            run_all(engine, windows)
            way.seconds.append(time.process_time() - begun)
        leader = min((way.best for way, _ in racing), default=0.0)
        racing = [(way, engine) for way, engine in racing if way.best < leader * _BEHIND]
        if len(racing) < 2 or time.perf_counter() - started > _TIMING:
            break


def _opened(way: Way, windows: Sequence[np.ndarray], reference: np.ndarray) -> Engine | None:
    """Open a way and fill in how faithful it is; return it if it is."""
    try:
        engine = way.open()
        cosines = (run_all(engine, windows) * reference).sum(axis=1)
    except (EmbeddingError, RuntimeError) as error:
        logger.debug("%s does not run: %s", way.name, error)
        return None
    way.mean, way.least = float(cosines.mean()), float(cosines.min())
    return engine if way.faithful else None


def best_way(ways: list[Way]) -> Way:
    """Return the fastest faithful way.

    Raises
    ------
    EmbeddingError
        If none is faithful.
    """
    faithful = [way for way in ways if way.faithful]
    if not faithful:
        found = ", ".join(f"{way.name} to {way.mean:.4f} (least {way.least:.4f})" for way in ways)
        raise EmbeddingError(f"no way of running it agrees with float32: {found}")
    return min(faithful, key=lambda way: way.best)


def run_all(engine: Engine, windows: Sequence[np.ndarray]) -> np.ndarray:
    """Return the vectors of windows, in their order."""
    found: dict[int, np.ndarray] = {}
    for batch, vectors in engine.run(batches(windows, engine)):
        found.update(zip(batch.rows, vectors, strict=True))
    return np.stack([found[at] for at in range(len(windows))])


def _tried(find: Callable[..., list[Way]], reasons: list[str], *arguments: Any) -> list[Way]:
    """Return the ways that are found, or none and the reason."""
    try:
        return find(*arguments)
    except EmbeddingError as reason:
        reasons.append(str(reason))
        return []


def _openvino_ways(
    model: Any, windows: Sequence[np.ndarray], frame: Frame, scratch: Path
) -> list[Way]:
    if importlib.util.find_spec("openvino") is None:
        return []
    import openvino

    plain = trace_openvino(model)

    @cache
    def compressed(quantise: bool) -> Any:
        graph = plain.clone()
        rows = [window[None].astype(np.int64) for window in windows]
        samples = ((row, np.ones_like(row)) for row in rows)
        smooth_inputs(graph, samples, quantise=quantise)
        compress_weights(graph)
        return graph

    def way(name: str, precision: str, graph: Callable[[], Any], kind: str, group: int) -> Way:
        settings = {
            "INFERENCE_PRECISION_HINT": kind,
            "DYNAMIC_QUANTIZATION_GROUP_SIZE": str(group),
        }
        name = f"OpenVINO {name}"
        return Way(
            name,
            precision,
            "openvino",
            settings,
            lambda: OpenVinoEngine(graph(), settings, frame=frame, description=name),
            lambda to: openvino.save_model(graph(), to / "model.xml", compress_to_fp16=False),
        )

    able = openvino.Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")
    fast = "bf16" if "BF16" in able else "f16" if "FP16" in able else "f32"
    kinds = dict.fromkeys(("f32", fast))
    ways = [way(_NAMES[kind], _NAMES[kind], lambda: plain, kind, 0) for kind in kinds]
    hidden = int(getattr(model[0].auto_model.config, "hidden_size", 0))
    dynamic, fixed = (partial(compressed, quantise) for quantise in (False, True))
    widest = hidden if hidden and not hidden % _GROUP else _GROUP
    ways.append(way("int8", "int8", dynamic, fast, _GROUP))
    ways.append(way("int8 with fixed scales", "int8", fixed, fast, widest))
    return ways


def _onnx_ways(model: Any, windows: Sequence[np.ndarray], frame: Frame, scratch: Path) -> list[Way]:
    if any(importlib.util.find_spec(name) is None for name in ("onnxruntime", "onnx")):
        return []
    path = scratch / "model.onnx"
    trace_onnx(model, path)
    name = "ONNX Runtime float32"

    def save(to: Path) -> None:
        shutil.copyfile(path, to / "model.onnx")

    return [
        Way(
            name,
            "float32",
            "onnxruntime",
            {},
            lambda: OnnxEngine(path, frame=frame, description=name),
            save,
        )
    ]
