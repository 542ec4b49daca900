"""Runs a graph with OpenVINO, several batches at once."""

from __future__ import annotations

import json
import queue
import shutil
import sys
import threading
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from .encoder import Batch
from .errors import EmbeddingError
from .folders import write_aside
from .machine import core_count
from .tokens import Frame, pad

# OpenVINO reports its every import to its maker over the network, unless the package that
# does so cannot be imported. What runs marsad asks nothing of the network.
sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]

# Each stream runs one batch on its own threads. Beyond eight, more streams only take memory.
_MOST_STREAMS = 8
# Rows and tokens of a batch. Measured with the default model on two cores: four are as quick
# as eight and share out evenly; larger ones leave the cache. Measure again when it changes.
_ROWS, _TOKENS = 4, 4_096
# Sizes and times of the compiled graphs, when they were last written.
_RECORD = "written.json"


class OpenVinoEngine:
    """Runs a graph with OpenVINO, several batches at once.

    Parameters
    ----------
    model : Path or openvino.Model
        A graph with inputs `input_ids` and `attention_mask` and one output, the vectors.
    settings : mapping
        Properties of OpenVINO's CPU plugin that were chosen when the model was exported.
    frame : Frame
        Of the model's tokens.
    cache : Path, optional
        Where compiled graphs are kept, so that the next start is quicker.
    """

    def __init__(
        self,
        model: Any,
        settings: Mapping[str, str],
        *,
        frame: Frame,
        description: str,
        cache: Path | None = None,
    ) -> None:
        import openvino

        self.description = description
        self.rows, self.tokens = _ROWS, _TOKENS
        self._frame = frame
        self._lock = threading.Lock()
        cores = core_count()
        streams = min(cores, _MOST_STREAMS)
        properties: dict[str, Any] = {
            "INFERENCE_NUM_THREADS": cores,
            "NUM_STREAMS": str(streams),
            "ENABLE_CPU_PINNING": False,
            **settings,
        }
        if cache is not None:
            _forget_changed(cache)
            properties["CACHE_DIR"] = str(cache)
        core = openvino.Core()
        source = str(model) if isinstance(model, Path) else model
        try:
            compiled = core.compile_model(source, "CPU", properties)
        except RuntimeError as error:
            raise EmbeddingError(f"OpenVINO cannot load the model: {error}") from error
        if cache is not None:
            write_aside(cache / _RECORD, _state(cache))
        self._requests = openvino.AsyncInferQueue(compiled, streams)

    def run(self, batches: Iterable[Batch]) -> Iterator[tuple[Batch, np.ndarray]]:
        """Yield each batch with its vectors, in the order in which they are done."""
        done: queue.SimpleQueue[tuple[Batch, np.ndarray]] = queue.SimpleQueue()

        def finished(request: Any, batch: Batch) -> None:
            done.put((batch, request.get_output_tensor(0).data.astype(np.float32)))

        with self._lock:
            self._requests.set_callback(finished)
            try:
                for batch in batches:
                    ids, mask = pad(batch.ids, self._frame)
                    self._requests.start_async({0: ids, 1: mask}, batch)
                    while not done.empty():
                        yield done.get()
            finally:
                self._requests.wait_all()
            while not done.empty():
                yield done.get()


def _forget_changed(cache: Path) -> None:
    """Remove compiled graphs that are not as they were written: OpenVINO would trust them."""
    try:
        known = json.loads((cache / _RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        known = {}
    if _state(cache) != known:
        shutil.rmtree(cache, ignore_errors=True)


def _state(cache: Path) -> dict[str, list[int]]:
    stats = {path.name: path.stat() for path in sorted(cache.glob("*.blob"))}
    return {name: [stat.st_size, stat.st_mtime_ns] for name, stat in stats.items()}
