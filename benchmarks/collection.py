"""A collection of a million passages: size, speed, recall, memory.

    python benchmarks/scale.py --news … --sib200 … --output SCALE
    python benchmarks/collection.py SCALE --folder COLLECTION [--count 1000000]

Makes the collection from the passages and vectors of `scale.py` if it is not there yet, then
prints what the targets ask for, each beside its target. Queries are real texts that are not in
it. Everything that is timed per query runs warm, in one thread; "bare FAISS" is the collection's
own index file, searched directly, with the same candidates compared again from one array in
memory, and takes its turns with ours.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

import faiss
import numpy as np
from marsad.embeddings import LanguageMeans, load_model
from marsad.index import Collection, Entry, Model, Selection, centred, search
from marsad.index.nearest import CANDIDATES, PROBES
from marsad.index.snapshot import DERIVED
from marsad.scripts.language_means import tables_of
from marsad.seeds import Document, Span, document_id, passages_of
from memory import resident

PER_DOCUMENT = 20
DOCUMENTS_A_BATCH = 400
OUTLETS = 50
DAYS = np.arange("2023-01-01", "2025-12-31", dtype="datetime64[D]")
K = 10


def make(scale: Path, folder: Path, count: int) -> None:
    """Fill a collection with the first `count` passages."""
    encoder = load_model()
    means = LanguageMeans.for_model(encoder.name, encoder.dimension, encoder.fingerprint)
    model = Model(encoder.name, encoder.fingerprint, encoder.dimension)
    began = time.perf_counter()
    with Collection.create(
        folder, model, means=tables_of(means), prompts=encoder.prompts, means_version=means.version
    ) as collection:
        entries = entries_of(scale, count)
        while batch := list(islice(entries, DOCUMENTS_A_BATCH)):
            collection.add(batch)
        added = time.perf_counter()
        collection.save_index()
    now = time.perf_counter()
    print(f"made: added in {added - began:.0f} s, indexed in {now - added:.0f} s")


def entries_of(scale: Path, count: int, first: int = 0, prefix: str = "made") -> Iterator[Entry]:
    """Yield documents of `PER_DOCUMENT` passages each, with outlets and dates."""
    vectors = np.load(scale / "vectors.npy", mmap_mode="r")
    with (scale / "passages.jsonl").open(encoding="utf-8") as file:
        rows = map(json.loads, islice(file, first, first + count))
        at = first
        while chunk := list(islice(rows, PER_DOCUMENT)):
            raw = np.asarray(vectors[at : at + len(chunk)], np.float32)
            raw /= np.linalg.norm(raw, axis=1, keepdims=True)
            yield _entry(f"{prefix}-{at}", chunk, raw)
            at += len(chunk)


def _entry(name: str, chunk: list[dict[str, str]], raw: np.ndarray) -> Entry:
    text = "\n".join(row["text"] for row in chunk)
    spans, start = [], 0
    for row in chunk:
        spans.append(Span(start, start + len(row["text"]), "paragraph"))
        start += len(row["text"]) + 1
    number = int(name.rpartition("-")[2]) // PER_DOCUMENT
    path = f"/outlet{number % OUTLETS}.example/{name}.txt"
    digest = hashlib.sha256(text.encode()).hexdigest()
    document = Document(
        document_id(path), path, text, None, f"outlet{number % OUTLETS}.example",
        str(DAYS[number % len(DAYS)]), None, "utf-8", len(text), 0, digest,
    )  # fmt: skip
    passages = passages_of(document, spans, [(row["language"], 1.0) for row in chunk])
    return Entry(document, chunk[0]["language"], passages, raw, [1] * len(chunk))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("scale", type=Path)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--count", type=int, default=1_000_000)
    arguments = parser.parse_args()
    if not Collection.is_in(arguments.folder):
        make(arguments.scale, arguments.folder, arguments.count)
    _sizes(arguments.folder)
    faiss.omp_set_num_threads(1)
    held = np.load(arguments.scale / "queries.npz")
    with Collection.open(arguments.folder) as collection:
        _queries(collection, held)
    print(f"memory of this process, model and all: {resident():.0f} MiB (wanted: ≤ 1,229)")
    with Collection.open(arguments.folder) as collection:
        _compared(collection, held)
    with Collection.open(arguments.folder) as collection:
        extra = list(entries_of(arguments.scale, 1000, prefix=f"extra{time.time_ns()}"))
        began = time.perf_counter()
        collection.add(extra)
        collection.save_index()
        print(f"1,000 passages added: {time.perf_counter() - began:.2f} s (wanted: ≤ 3)")


def _queries(collection: Collection, held: dict[str, np.ndarray]) -> None:
    """Time what a person asks for; the model is loaded, because a search needs it."""
    encoder = load_model()
    encoder.encode(["a query"], prompt="query")
    languages, texts = held["languages"].tolist(), held["texts"].tolist()
    vectors = centred(held["vectors"], languages, collection.means["query"])
    wide = Selection(since="2024-06-01")
    narrow = Selection(languages=("en",), sources=("outlet1.example", "outlet2.example"))
    print(f"{len(collection.rows())} passages; {len(vectors)} queries, k={K}, ms")
    for name, call, wanted in (
        ("dense, copies not folded",
         lambda v, t: search(collection, v, query=t, mode="dense", k=K, fold=False), "≤ 10, ≤ 30"),
        ("dense", lambda v, t: search(collection, v, query=t, mode="dense", k=K), ""),
        ("hybrid", lambda v, t: search(collection, v, query=t, k=K), ""),
        ("hybrid, half of the dates",
         lambda v, t: search(collection, v, query=t, k=K, selection=wide), "≤ 40"),
        ("hybrid, one language of two outlets",
         lambda v, t: search(collection, v, query=t, k=K, selection=narrow), "≤ 40"),
        ("keyword", lambda v, t: search(collection, None, query=t, mode="keyword", k=K), ""),
    ):  # fmt: skip
        times = _times(lambda at, call=call: call(vectors[at], _asked(texts[at])), len(vectors))
        print(f"  {name:<38} p50 {times[0]:6.1f}  p99 {times[1]:6.1f}  {wanted}")


def _asked(text: str) -> str:
    """Return a query as people write it: the first words, without marks that mean something."""
    return " ".join(text.replace('"', " ").replace("-", " ").split()[:12])


def _compared(collection: Collection, held: dict[str, np.ndarray]) -> None:
    """Measure recall against exact search, and the time against bare FAISS."""
    snapshot = collection.snapshot()
    vectors = centred(held["vectors"], held["languages"].tolist(), collection.means["query"])
    rows = snapshot.rows()
    table = np.empty((len(rows), vectors.shape[1]), np.float16)
    best = np.empty((len(vectors), 0), np.float32)
    best_rows = np.empty((len(vectors), 0), np.int64)
    for start in range(0, len(rows), 50_000):
        part = snapshot.vectors(rows[start : start + 50_000])
        table[start : start + 50_000] = part
        scores = np.concatenate([best, vectors @ part.T], axis=1)
        there = np.concatenate(
            [best_rows, np.tile(rows[start : start + 50_000], (len(vectors), 1))], axis=1
        )
        top = np.argsort(-scores, axis=1, kind="stable")[:, :K]
        best = np.take_along_axis(scores, top, axis=1)
        best_rows = np.take_along_axis(there, top, axis=1)
    found = [collection.nearest(vector, K)[0] for vector in vectors]
    recall = np.mean([len(np.intersect1d(a, b)) / K for a, b in zip(found, best_rows, strict=True)])
    print(f"recall@{K} against exact: {recall:.4f} (wanted: ≥ 0.98)")

    assert snapshot.index_state is not None
    path = collection.folder / DERIVED / snapshot.index_state.file
    index = faiss.read_index(str(path), faiss.IO_FLAG_MMAP | faiss.IO_FLAG_READ_ONLY)
    if not isinstance(index, faiss.IndexIVF):
        return
    index.nprobe = PROBES
    faiss.downcast_InvertedLists(index.invlists).prefetch_nthread = 0  # quicker, and as ours

    def bare(at: int) -> None:
        _, candidates = index.search(vectors[at : at + 1], CANDIDATES)
        places = np.searchsorted(rows, candidates[0])
        again = table[places].astype(np.float32) @ vectors[at]
        candidates[0][np.argsort(-again)[:K]]

    ratios, ours_, bares = [], [], []
    for _ in range(5):
        ours_.append(_times(lambda at: collection.nearest(vectors[at], K), len(vectors))[0])
        bares.append(_times(bare, len(vectors))[0])
        ratios.append(ours_[-1] / bares[-1])
    print(
        f"nearest passages: p50 {np.median(ours_):.2f} ms, bare FAISS {np.median(bares):.2f} ms, "
        f"ratio {np.median(ratios):.2f} (median of 5 turns; wanted: ≤ 1.3)"
    )


def _times(call: Callable[[int], object], count: int) -> tuple[float, float]:
    """Return median and 99th percentile, in ms, of calls 0 to `count`, after a warm-up."""
    for at in range(min(50, count)):
        call(at)
    times = []
    for at in range(count):
        began = time.perf_counter()
        call(at)
        times.append(1000 * (time.perf_counter() - began))
    return float(np.median(times)), float(np.percentile(times, 99))


def _sizes(folder: Path) -> None:
    total = 0
    for path in sorted(folder.iterdir()):
        files = [path] if path.is_file() else [p for p in path.rglob("*") if p.is_file()]
        size = sum(file.stat().st_size for file in files)
        total += size
        print(f"  {path.name:<24} {size / 2**20:8.0f} MiB")
    print(f"disk: {total / 2**30:.2f} GiB (wanted: ≤ 3)")


if __name__ == "__main__":
    main()
