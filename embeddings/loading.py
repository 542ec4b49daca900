"""Finds a model, exports it on first use, and opens it."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from .default_model import DEFAULT_MODEL, default_model_folder
from .encoder import Encoder
from .errors import EmbeddingError
from .folders import cache_folder, file_hash, read_manifest, write_aside
from .machine import nvidia_driver_present, processor_key
from .runtime import FORMAT, open_runtime

logger = logging.getLogger("marsad")

DEVICES = ("auto", "cpu", "cuda")
PRECISIONS = ("auto", "float32", "bfloat16", "float16", "int8")
# Files of a model folder that make its vectors what they are.
_TELLING = (".json", ".safetensors", ".bin", ".txt", ".model", ".py")
_FOREIGN = ("onnx", "openvino")


def load_model(
    name: str = DEFAULT_MODEL, *, device: str = "auto", precision: str = "auto"
) -> Encoder:
    """Load a model for encoding.

    The first time a model is loaded on a machine it is exported for the processor (a minute
    at most for the default model); after that it opens in less than a second, without torch.

    Parameters
    ----------
    name : str, default "multilingual-e5-small"
        The default model, which comes with marsad's dependencies; or any
        sentence-transformers model, by its folder or by its name on the hub.
    device : {"auto", "cpu", "cuda"}, default "auto"
        "auto" takes a CUDA device when torch finds one.
    precision : {"auto", "float32", "bfloat16", "float16", "int8"}, default "auto"
        "auto" takes the fastest that agrees with float32 (half precision on a GPU).

    Returns
    -------
    Encoder

    Raises
    ------
    EmbeddingError
        If there is no such model, device or precision; the message says what to do.
    """
    _check("device", device.partition(":")[0], DEVICES)
    _check("precision", precision, PRECISIONS)
    device = _device(device)
    if device != "cpu" and precision == "int8":
        raise EmbeddingError("int8 is for the CPU. Use float16, bfloat16 or float32 on a GPU.")
    source = _locate(name)
    if device == "cpu" and source is not None:
        encoder = _open(name, source[1], precision)
        if encoder is not None:
            return encoder
    return _prepare(name, device, precision)


def _check(what: str, value: str, known: Sequence[str]) -> None:
    if value not in known:
        raise EmbeddingError(f"{value!r} is no {what}. Known are: {', '.join(known)}.")


def _device(wanted: str) -> str:
    if wanted == "cpu" or (wanted == "auto" and not nvidia_driver_present()):
        return "cpu"
    import torch

    if torch.cuda.is_available():
        return "cuda" if wanted == "auto" else wanted
    if wanted == "auto":
        return "cpu"
    raise EmbeddingError("torch finds no CUDA device. Use the device cpu or auto.")


def _locate(name: str) -> tuple[Path, str] | None:
    """Return the folder and the fingerprint of a model that was loaded before."""
    if name == DEFAULT_MODEL:
        folder = default_model_folder()
        return folder, _fingerprint(folder)
    path = Path(name).expanduser()
    if path.is_dir():
        return path, _fingerprint(path)
    if name.startswith((".", "/", "~")) or "\\" in name or name.count("/") > 1:
        raise EmbeddingError(f"There is no folder {name}. Give the folder that holds the model.")
    known = _read(_hub_record(name))
    folder = Path(known.get("folder", ""))
    if known and folder.is_dir():
        return folder, _fingerprint(folder)
    return None


def _prepare(name: str, device: str, precision: str) -> Encoder:
    """Load a model with sentence-transformers, and export it when it is for the CPU."""
    from .torch_engine import load_sentence_transformer, torch_encoder

    if name == DEFAULT_MODEL:
        default_model_folder(verify=True)
    found = _locate(name)
    model = load_sentence_transformer(found[0] if found else name, device)
    if found is None:
        found = _locate_on_hub(name)
    fingerprint = found[1]
    if device == "cpu":
        encoder = _export(model, name, fingerprint, precision)
        if encoder is not None:
            return encoder
    return torch_encoder(
        model, name=name, fingerprint=fingerprint, device=device, precision=precision
    )


def _export(model: Any, name: str, fingerprint: str, precision: str) -> Encoder | None:
    """Export a model and open what was exported, or say why not, and remember it."""
    from .export import export

    folder = _runtime_folder(fingerprint, precision)
    refused = folder.with_name(folder.name + ".json")
    reason = _read(refused).get("reason")
    if reason is None:
        logger.info("Preparing %s for this machine (once).", name)
        try:
            export(model, folder, name=name, fingerprint=fingerprint, precision=precision)
            return _open(name, fingerprint, precision)
        except EmbeddingError as error:
            reason = str(error).rstrip(".")
            write_aside(refused, {"reason": reason})
    logger.warning("%s runs with sentence-transformers: %s.", name, reason)
    return None


def _open(name: str, fingerprint: str, precision: str) -> Encoder | None:
    return open_runtime(_runtime_folder(fingerprint, precision), name)


def _runtime_folder(fingerprint: str, precision: str) -> Path:
    """Name the runtime folder after all that decides what is in it."""
    parts = [str(FORMAT), precision, processor_key(), _version("openvino")]
    key = hashlib.sha256(" ".join(parts).encode()).hexdigest()[:8]
    return cache_folder() / "runtime" / f"{fingerprint}-{key}"


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "none"


def _fingerprint(folder: Path) -> str:
    """Return the fingerprint of a model's folder, from the last time when nothing changed."""
    manifest = read_manifest(folder)
    if manifest is not None and "fingerprint" in manifest:
        return str(manifest["fingerprint"])
    state = {}
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if path.suffix not in _TELLING or parts[0] in _FOREIGN or any(p[0] == "." for p in parts):
            continue
        stat = path.stat()
        state["/".join(parts)] = [stat.st_size, stat.st_mtime_ns]
    if "modules.json" not in state and "config.json" not in state:
        raise EmbeddingError(
            f"{folder} holds no sentence-transformers model (neither modules.json nor "
            "config.json). Give the folder that holds one of them."
        )
    record = cache_folder() / "sources" / f"{_short(str(folder.resolve()))}.json"
    known = _read(record)
    if known.get("state") == state:
        return str(known["fingerprint"])
    whole = hashlib.sha256()
    for file in state:
        whole.update(f"{file} {file_hash(folder / file)}\n".encode())
    found = whole.hexdigest()[:16]
    write_aside(record, {"folder": str(folder), "state": state, "fingerprint": found})
    return found


def _locate_on_hub(name: str) -> tuple[Path, str]:
    """Find where the hub's client has put a model, and remember it."""
    from huggingface_hub import snapshot_download

    for full in (name, f"sentence-transformers/{name}"):
        try:
            folder = Path(snapshot_download(full, local_files_only=True))
        except (OSError, ValueError):
            continue
        write_aside(_hub_record(name), {"folder": str(folder)})
        return folder, _fingerprint(folder)
    raise EmbeddingError(f"{name} was loaded, but its files are not in the hub's cache.")


def _hub_record(name: str) -> Path:
    return cache_folder() / "sources" / f"hub-{_short(name)}.json"


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _read(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
