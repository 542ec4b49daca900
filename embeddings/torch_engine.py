"""Runs a model with sentence-transformers: on a GPU, or when it cannot be exported.

The only module beside `export.py` that imports torch, and only when it is used.
"""

from __future__ import annotations

import logging
import threading
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from .encoder import Batch, Encoded, Encoder, Prompt, unit_rows
from .errors import EmbeddingError
from .tokens import Frame, TextTokenizer, find_frame, open_tokenizer, pad

logger = logging.getLogger("marsad")

# Rows and tokens of a batch: a GPU wants many at once, a CPU few.
_GPU_BATCH, _CPU_BATCH = (128, 32_768), (8, 4_096)


def load_sentence_transformer(source: str | Path, device: str) -> Any:
    """Load a sentence-transformers model in float32, for inference.

    Raises
    ------
    EmbeddingError
        If there is no such model, or it cannot be loaded.
    """
    try:
        with quiet():
            from sentence_transformers import SentenceTransformer

            return SentenceTransformer(str(source), device=device).float().eval()
    except (OSError, ValueError, RuntimeError, ImportError, KeyError) as error:
        first = str(error).strip().splitlines()[0] if str(error).strip() else repr(error)
        raise EmbeddingError(
            f"The model {source} cannot be loaded: {first} Give the name of a "
            "sentence-transformers model on the hub (the network is needed once), or its folder."
        ) from error


@contextmanager
def quiet() -> Iterator[None]:
    """Keep the warnings and bars of libraries about their own insides from the user."""
    from transformers.utils import logging as talk

    verbosity, bars = talk.get_verbosity(), talk.is_progress_bar_enabled()
    talk.set_verbosity_error()
    talk.disable_progress_bar()
    other = logging.getLogger("sentence_transformers")
    level = other.level
    other.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        other.setLevel(level)
        talk.set_verbosity(verbosity)
        if bars:
            talk.enable_progress_bar()


class TorchEngine:
    """Runs batches of token ids through the modules of a sentence-transformers model."""

    def __init__(self, model: Any, *, device: str, precision: str, frame: Frame) -> None:
        import torch

        gpu = device != "cpu"
        if precision == "auto" and gpu:
            precision = "float16"
        if precision in ("float16", "bfloat16"):
            model = model.to(getattr(torch, precision))
        self.rows, self.tokens = _GPU_BATCH if gpu else _CPU_BATCH
        self.description = f"sentence-transformers on {device}"
        self._model = model.to(device)
        self._device = device
        self._frame = frame
        self._lock = threading.Lock()

    def run(self, batches: Iterable[Batch]) -> Iterator[tuple[Batch, np.ndarray]]:
        """Yield each batch with its vectors, in order."""
        import torch

        with self._lock, torch.inference_mode():
            for batch in batches:
                ids, mask = pad(batch.ids, self._frame)
                features = {
                    "input_ids": torch.from_numpy(ids).to(self._device),
                    "attention_mask": torch.from_numpy(mask).to(self._device),
                }
                vectors = self._model(features)["sentence_embedding"].float()
                vectors = torch.nn.functional.normalize(vectors, dim=-1)
                yield batch, vectors.cpu().numpy()


class PlainEncoder(Encoder):
    """A model whose input is not tokens as we know them: sentence-transformers does it all.

    Texts longer than its window are cut off by sentence-transformers, as ever.
    """

    def __init__(self, model: Any, *, name: str, fingerprint: str, prompts: dict[str, str]) -> None:
        self.name = name
        self.fingerprint = fingerprint
        self.prompts = prompts
        self.window = _window(model)
        self.runtime = f"sentence-transformers on {model.device}, as it is"
        self.dimension = len(model.encode("a", show_progress_bar=False))
        self._model = model

    def encode_with_windows(
        self,
        texts: Sequence[str],
        *,
        prompt: Prompt,
        progress: Callable[[int], None] | None = None,
    ) -> Encoded:
        """Return the vectors of texts; every text counts as one window."""
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for at in range(0, len(texts), 256):
            part = [text.encode("utf-8", "replace").decode() for text in texts[at : at + 256]]
            found = self._model.encode(
                part,
                prompt=self.prompts[prompt],
                convert_to_numpy=True,
                show_progress_bar=False,
            )
            vectors[at : at + len(part)] = unit_rows(np.asarray(found, dtype=np.float32))
            if progress is not None:
                progress(len(part))
        return Encoded(vectors, np.ones(len(texts), dtype=np.int32))


def torch_encoder(
    model: Any, *, name: str, fingerprint: str, device: str, precision: str
) -> Encoder:
    """Wrap a loaded model so that it gives what an exported one gives."""
    try:
        frame, content = token_parts(model, name)
    except EmbeddingError as reason:
        logger.info("%s is left to sentence-transformers: %s.", name, reason)
        prompts = model_prompts(model, name)
        return PlainEncoder(model, name=name, fingerprint=fingerprint, prompts=prompts)
    return Encoder(
        name=name,
        dimension=_dimension(model),
        fingerprint=fingerprint,
        tokenizer=TextTokenizer(frame, lambda: open_tokenizer(content)),
        engine=TorchEngine(model, device=device, precision=precision, frame=frame),
    )


def model_prompts(model: Any, name: str) -> dict[str, str]:
    """Return what the model wants before queries and passages.

    The prompts the model itself names; for models of the E5 family that name none, those
    of their description; otherwise none.
    """
    named = {key: value for key, value in (model.prompts or {}).items() if value}
    base = named.get(model.default_prompt_name or "", "")
    family = Path(name).name.lower()
    if not named and "e5" in family.split("-") and "instruct" not in family:
        return {"query": "query: ", "passage": "passage: "}
    passage = named.get("passage", named.get("document", base))
    return {"query": named.get("query", base), "passage": passage}


def token_parts(model: Any, name: str) -> tuple[Frame, bytes]:
    """Return what a model of text puts around its tokens, and its `tokenizer.json`.

    Raises
    ------
    EmbeddingError
        If the model does not take token ids and an attention mask; it says why.
    """
    first = model[0]
    inner = getattr(model.tokenizer, "backend_tokenizer", None)
    if type(first).__name__ != "Transformer" or inner is None:
        raise EmbeddingError(
            f"its first module is {type(first).__name__} with the tokenizer "
            f"{type(model.tokenizer).__name__}, not a transformer with a fast tokenizer"
        )
    if any(getattr(module, "include_prompt", True) is False for module in model):
        raise EmbeddingError("its pooling leaves out the prompt")
    content = inner.to_str().encode("utf-8")
    positions = getattr(first.auto_model.config, "max_position_embeddings", None)
    frame = find_frame(
        open_tokenizer(content),
        window=_window(model) or int(positions or 512),
        prompts=model_prompts(model, name),
        pad_id=int(model.tokenizer.pad_token_id or 0),
        lower=bool(getattr(first, "do_lower_case", False)),
    )
    return frame, content


def _window(model: Any) -> int:
    """Return the most tokens a model takes; 0 when it has no limit or names none."""
    most = getattr(model, "max_seq_length", None)
    return int(most) if most and np.isfinite(most) else 0


def _dimension(model: Any) -> int:
    find = getattr(model, "get_embedding_dimension", None)
    find = find or model.get_sentence_embedding_dimension
    return int(find())
