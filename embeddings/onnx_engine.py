"""Runs a graph with ONNX Runtime, one batch at a time on all cores."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from .encoder import Batch
from .errors import EmbeddingError
from .machine import core_count
from .tokens import Frame, pad


class OnnxEngine:
    """Runs a graph with ONNX Runtime.

    Parameters
    ----------
    model : Path
        A graph with inputs `input_ids` and `attention_mask` and one output, the vectors.
    frame : Frame
        Of the model's tokens.
    """

    def __init__(self, model: Path, *, frame: Frame, description: str) -> None:
        os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")  # read when it is imported
        import onnxruntime

        self.description = description
        self.rows, self.tokens = 8, 4_096
        self._frame = frame
        self._lock = threading.Lock()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = core_count()
        options.log_severity_level = 3
        try:
            self._session = onnxruntime.InferenceSession(
                str(model), options, providers=["CPUExecutionProvider"]
            )
        except RuntimeError as error:
            raise EmbeddingError(f"ONNX Runtime cannot load the model: {error}") from error

    def run(self, batches: Iterable[Batch]) -> Iterator[tuple[Batch, np.ndarray]]:
        """Yield each batch with its vectors, in order."""
        with self._lock:
            for batch in batches:
                ids, mask = pad(batch.ids, self._frame)
                found = self._session.run(None, {"input_ids": ids, "attention_mask": mask})[0]
                yield batch, np.asarray(found, dtype=np.float32)
