"""The same passages and vectors in marsad and in txtai: building, asking, memory.

    python benchmarks/scale.py --news … --sib200 … --output SCALE
    python benchmarks/txtai_peer.py SCALE [--count 200000] [--runs 3]

Both store text and vectors and build the same FAISS kind (IVF with the same cells, 4 bits a
number, the same number of cells looked into); txtai in two ways, without and with its keyword
index, which marsad always has. Each step is a process of its own, taken in turn; queries are real
texts given as vectors, ten hits with their texts, one thread. txtai must be installed.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from collection import K, entries_of
from marsad.embeddings import LanguageMeans
from marsad.index import Collection, Model, centred, search
from marsad.index.nearest import PROBES, SAMPLES_A_CELL, cells_for
from marsad.scripts.language_means import tables_of
from memory import peak, resident

MODEL = "multilingual-e5-small"
WAYS = ("marsad", "txtai", "txtai with keywords")


def main() -> None:
    """Take the ways in turn and print medians."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("scale", type=Path)
    parser.add_argument("--count", type=int, default=200_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--step", nargs=3, metavar=("WAY", "build|ask", "FOLDER"))
    arguments = parser.parse_args()
    if arguments.step:
        way, step, folder = arguments.step
        print(
            json.dumps(_STEPS[way == "marsad", step](way, arguments.scale, folder, arguments.count))
        )
        return
    figures: dict[tuple[str, str], list[dict[str, float]]] = {}
    for _ in range(arguments.runs):
        for way in WAYS:
            with tempfile.TemporaryDirectory() as folder:
                for step in ("build", "ask"):
                    found = _run(arguments, way, step, str(Path(folder) / "made"))
                    figures.setdefault((way, step), []).append(found)
    print(f"{arguments.count} passages, medians of {arguments.runs} runs in turn")
    print(f"{'':22}{'build s':>10}{'MiB':>8}{'query ms':>10}{'p99':>8}{'MiB':>8}{'recall':>8}")
    for way in WAYS:
        build, ask = figures[way, "build"], figures[way, "ask"]
        line = [_median(build, "seconds"), _median(build, "peak")]
        line += [_median(ask, name) for name in ("p50", "p99", "resident", "recall")]
        print(
            f"{way:22}{line[0]:10.1f}{line[1]:8.0f}{line[2]:10.2f}{line[3]:8.2f}{line[4]:8.0f}{line[5]:8.3f}"
        )


def _run(arguments: argparse.Namespace, way: str, step: str, folder: str) -> dict[str, float]:
    command = [sys.executable, __file__, str(arguments.scale), "--count", str(arguments.count)]
    done = subprocess.run(
        [*command, "--step", way, step, folder], check=True, stdout=subprocess.PIPE, text=True
    )
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def _build_marsad(_: str, scale: Path, folder: str, count: int) -> dict[str, float]:
    means = LanguageMeans.load(MODEL)
    began = time.perf_counter()
    model = Model(MODEL, "", means.dimension)
    tables = tables_of(means)
    with Collection.create(Path(folder), model, means=tables, prompts={}) as collection:
        batch = []
        for entry in entries_of(scale, count):
            batch.append(entry)
            if len(batch) == 400:
                collection.add(batch)
                batch = []
        collection.add(batch)
        collection.save_index()
    return {"seconds": time.perf_counter() - began, "peak": peak()}


def _build_txtai(way: str, scale: Path, folder: str, count: int) -> dict[str, float]:
    from txtai import Embeddings

    texts, vectors = _passages(scale, count)
    began = time.perf_counter()
    cells = cells_for(count)
    config: dict[str, Any] = {
        "method": "external",
        "content": True,
        "backend": "faiss",
        "keyword": False,
        "hybrid": way.endswith("keywords"),
        "faiss": {
            "components": f"IVF{cells},SQ4",
            "nprobe": PROBES,
            "sample": SAMPLES_A_CELL * cells / count,
        },
    }
    at = 0

    def transform(batch: list[str]) -> np.ndarray:
        nonlocal at
        at += len(batch)
        return vectors[at - len(batch) : at]

    embeddings = Embeddings(config, transform=transform)
    embeddings.index((number, text, None) for number, text in enumerate(texts))
    embeddings.config.pop("transform", None)
    embeddings.save(folder)
    return {"seconds": time.perf_counter() - began, "peak": peak()}


def _ask_marsad(_: str, scale: Path, folder: str, count: int) -> dict[str, float]:
    queries = _queries(scale)
    with Collection.open(Path(folder)) as collection:

        def ask(vector: np.ndarray) -> list[str]:
            hits = search(collection, vector, mode="dense", k=K, fold=False)
            return [hit.passage.text for hit in hits]

        return _asked(ask, queries, scale, count)


def _ask_txtai(_: str, scale: Path, folder: str, count: int) -> dict[str, float]:
    from txtai import Embeddings

    queries = _queries(scale)
    embeddings = Embeddings()
    embeddings.load(folder)
    vector: list[np.ndarray] = []
    embeddings.model.transform = lambda _: np.stack(vector)

    def ask(asked: np.ndarray) -> list[str]:
        vector[:] = [asked]
        return [hit["text"] for hit in embeddings.search("vector", K, weights=1.0)]

    return _asked(ask, queries, scale, count)


def _asked(ask: Any, queries: np.ndarray, scale: Path, count: int) -> dict[str, float]:
    faiss.omp_set_num_threads(1)
    for query in queries[:50]:
        ask(query)
    times, found = [], []
    for query in queries:
        began = time.perf_counter()
        found.append(ask(query))
        times.append(1000 * (time.perf_counter() - began))
    held = resident()
    texts, vectors = _passages(scale, count)
    right = []
    for query, hits in zip(queries, found, strict=True):
        best = np.argsort(-(vectors @ query), kind="stable")[:K]
        right.append(len({texts[row] for row in best} & set(hits)) / len({texts[r] for r in best}))
    return {
        "p50": float(np.median(times)),
        "p99": float(np.percentile(times, 99)),
        "resident": held,
        "recall": float(np.mean(right)),
    }


def _passages(scale: Path, count: int) -> tuple[list[str], np.ndarray]:
    """Return texts and centred vectors."""
    with (scale / "passages.jsonl").open(encoding="utf-8") as file:
        rows = [json.loads(line) for _, line in zip(range(count), file, strict=False)]
    raw = np.load(scale / "vectors.npy", mmap_mode="r")[:count].astype(np.float32)
    raw /= np.linalg.norm(raw, axis=1, keepdims=True)
    means = LanguageMeans.load(MODEL).subtracted("passage")
    return [row["text"] for row in rows], centred(raw, [row["language"] for row in rows], means)


def _queries(scale: Path) -> np.ndarray:
    held = np.load(scale / "queries.npz")
    means = LanguageMeans.load(MODEL).subtracted("query")
    return centred(held["vectors"], held["languages"].tolist(), means)


def _median(runs: list[dict[str, float]], name: str) -> float:
    return statistics.median(run[name] for run in runs)


_STEPS = {
    (True, "build"): _build_marsad,
    (True, "ask"): _ask_marsad,
    (False, "build"): _build_txtai,
    (False, "ask"): _ask_txtai,
}

if __name__ == "__main__":
    main()
