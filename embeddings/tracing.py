"""Turns a sentence-transformers model, pooling and all, into one graph."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from .errors import EmbeddingError
from .torch_engine import quiet

INPUTS = ["input_ids", "attention_mask"]


def trace_openvino(model: Any) -> Any:
    """Return the model as an `openvino.Model` that takes token ids and an attention mask.

    Raises
    ------
    EmbeddingError
        If the model cannot be traced, or takes other inputs.
    """
    import torch
    from openvino.frontend import FrontEndManager
    from openvino.frontend.pytorch.ts_decoder import TorchScriptPythonDecoder

    example = dict(zip(INPUTS, _example(), strict=True))
    try:
        # openvino.convert_model does the same, but reports to its maker over the network.
        with quiet(), torch.no_grad():
            front = FrontEndManager().load_by_framework("pytorch")
            decoder = TorchScriptPythonDecoder(_whole(model), example_input=example)
            graph = front.convert(front.load(decoder))
    except Exception as error:  # the converter raises whatever it likes
        raise EmbeddingError(f"it cannot be turned into a graph ({_first(error)})") from error
    names = [value.any_name for value in graph.inputs if value.names]
    if names != INPUTS:
        raise EmbeddingError(f"its graph takes {names}, not {INPUTS}")
    return graph


def trace_onnx(model: Any, path: Path) -> None:
    """Write the model as an ONNX file that takes token ids and an attention mask.

    Raises
    ------
    EmbeddingError
        If the model cannot be traced.
    """
    import torch

    axes: dict[str, dict[int, str]] = {name: {0: "rows", 1: "tokens"} for name in INPUTS}
    try:
        with quiet(), torch.no_grad():
            torch.onnx.export(
                _whole(model),
                _example(),
                str(path),
                input_names=INPUTS,
                output_names=["vectors"],
                dynamic_axes={**axes, "vectors": {0: "rows"}},
                opset_version=17,
                dynamo=False,
            )
    except Exception as error:  # the converter raises whatever it likes
        raise EmbeddingError(f"it cannot be turned into ONNX ({_first(error)})") from error


def _whole(model: Any) -> Any:
    import torch

    class Whole(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, input_ids: Any, attention_mask: Any) -> Any:
            features = {"input_ids": input_ids, "attention_mask": attention_mask}
            vectors = self.model(features)["sentence_embedding"]
            return torch.nn.functional.normalize(vectors, dim=-1)

    return Whole().eval()


def _example() -> tuple[Any, Any]:
    """Return two rows of which one is padded, so that the trace sees padding."""
    import torch

    ids = torch.arange(5, 39).reshape(2, 17)
    mask = torch.ones_like(ids)
    mask[1, 9:] = 0
    return ids, mask


def _first(error: Exception) -> str:
    text = str(error).strip()
    return text.splitlines()[0] if text else repr(error)
