"""``marsad search`` from cold on a large collection: whole process, torch not imported.

Makes a collection of N passages with made-up texts and random unit vectors (search reads
every vector, whatever it holds), then times whole processes in turn with a bare start of
sentence-transformers, which is what a search costs at least where it is imported.

    python benchmarks/cold_search.py [--passages 100000] [--runs 5]
"""

from __future__ import annotations

import argparse
import hashlib
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from marsad.embeddings import load_model
from marsad.index import Collection, Entry
from marsad.scripts.session import Wanted, open_or_create
from marsad.seeds import Document, Span, document_id, passages_of

PER_DOCUMENT = 20
BATCH = 250
WORDS = ["river", "clinic", "account", "court", "school", "border", "market", "storm", "match"]


def make(folder: Path, count: int) -> None:
    """Fill a collection with `count` passages."""
    collection, encoder = open_or_create(folder, Wanted())
    generator = np.random.default_rng(0)
    documents = count // PER_DOCUMENT
    with collection:
        for first in range(0, documents, BATCH):
            last = min(documents, first + BATCH)
            collection.add([_entry(n, generator, encoder.dimension) for n in range(first, last)])
        collection.save_index()


def _entry(number: int, generator: np.random.Generator, dimension: int) -> Entry:
    lines = [" ".join(generator.choice(WORDS, 40)) + f" {number}." for _ in range(PER_DOCUMENT)]
    text = "\n".join(lines)
    starts = np.cumsum([0, *(len(line) + 1 for line in lines)])[:-1]
    spans = [
        Span(int(start), int(start) + len(line), "paragraph")
        for start, line in zip(starts, lines, strict=True)
    ]
    path = f"/made-up/{number}.txt"
    digest = hashlib.sha256(text.encode()).hexdigest()
    document = Document(
        document_id(path), path, text, None, None, None, None, "utf-8", len(text), 0, digest
    )
    vectors = generator.normal(size=(len(lines), dimension)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    passages = passages_of(document, spans, [("en", 1.0)] * len(spans))
    return Entry(document, "en", passages, vectors, [1] * len(lines))


def seconds(command: list[str]) -> float:
    """Run a command and return how long the whole process took."""
    began = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - began


def main() -> None:
    """Print the medians and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--passages", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    load_model()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "collection"
        make(folder, options.passages)
        with Collection.open(folder) as collection:
            print(f"{len(collection.rows())} passages")
        call = f"import sys; from marsad.scripts.main import main; code = main({_search(folder)});"
        call += "assert 'torch' not in sys.modules; sys.exit(code)"
        ours, theirs = [], []
        for _ in range(options.runs + 1):
            ours.append(seconds([sys.executable, "-c", call]))
            theirs.append(seconds([sys.executable, "-c", "import sentence_transformers"]))
    mine, other = statistics.median(ours[1:]), statistics.median(theirs[1:])
    print(f"marsad search, whole process: median {mine:.2f} s, {min(ours):.2f} to {max(ours):.2f}")
    print(f"import sentence_transformers alone: median {other:.2f} s; ratio {mine / other:.2f}")


def _search(folder: Path) -> list[str]:
    return ["--collection", str(folder), "search", "إغلاق حسابات على مواقع التواصل"]


if __name__ == "__main__":
    main()
