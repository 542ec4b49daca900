"""The tools that `duplicates_peers.py` compares: each reads the texts, and finds what it can.

A tool that is not installed fails at its import; ours is met in `duplicates.py` alone.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterable
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from duplicates import found_pairs
from marsad.seeds import normal_form, normal_hash
from memory import peak, resident

Pair = tuple[int, int]
Found = dict[str, float]

GRAM = 5
ADDED = 1_000
_CONTAINED = ("truncated", "merged")
# text-dedup writes its clusters as a pickle of its own class, so its own Python reads them.
_ROOTS = (
    "import json, pickle, sys; found = pickle.load(open(sys.argv[1], 'rb')); "
    "print(json.dumps([(place, found.find(place)) for place in list(found.parent)]))"
)


def read(file: Path, count: int) -> tuple[list[str], set[Pair]]:
    """Return texts, and the places of planted exact and near pairs among them."""
    texts: list[str] = []
    pairs: set[Pair] = set()
    with file.open(encoding="utf-8") as lines:
        for place, line in enumerate(islice(lines, count)):
            row = json.loads(line)
            texts.append(row["text"])
            if row.get("edit", _CONTAINED[0]) not in _CONTAINED:
                pairs.add((row["bases"][0], place))
    return texts, pairs


def timed(file: Path, count: int, work: Callable[[list[str]], Iterable[Pair]]) -> Found:
    """Time the work on the texts, then count what it found."""
    texts, wanted = read(file, count)
    before, began = resident(), time.perf_counter()
    raw = work(texts)
    found: Found = {"seconds": time.perf_counter() - began, "before": before, "peak": peak()}
    pairs = {(min(pair), max(pair)) for pair in raw}
    found["recall"] = len(pairs & wanted) / max(1, len(wanted))
    found["pairs"] = len(pairs)
    return found


def marsad(file: Path, count: int, _: dict[str, Any]) -> Found:
    """Find all kinds with ours."""
    return timed(file, count, lambda texts: [pair[1:] for pair in found_pairs(texts)])


def adding(file: Path, count: int, _: dict[str, Any]) -> Found:
    """Compare the last thousand with those before them, which were compared; only that is timed."""
    from marsad.index.copies import Families

    texts, _wanted = read(file, count)
    by_hash = {normal_hash(normal_form(text)): text for text in texts}
    records = list(by_hash.items())
    with tempfile.TemporaryDirectory() as folder:
        known = Families.open(Path(folder) / "families.sqlite")
        known.add(records[:-ADDED], lambda hashes: [by_hash[h] for h in hashes], {})
        before, began = resident(), time.perf_counter()
        known.add(records[-ADDED:], lambda hashes: [by_hash[h] for h in hashes], {})
        found = {"seconds": time.perf_counter() - began, "before": before, "peak": peak()}
        known.close()
    return found


def semhash(file: Path, count: int, settings: dict[str, Any]) -> Found:
    """Find what semhash finds among ready vectors."""
    from semhash import SemHash

    vectors = np.load(Path(settings["folder"]) / "vectors.npy")

    class Given:
        def encode(self, inputs: Any, **_: Any) -> np.ndarray:
            raise NotImplementedError("vectors are given")

    def work(texts: list[str]) -> list[Pair]:
        records = [{"text": text, "place": str(place)} for place, text in enumerate(texts)]
        index = SemHash.from_embeddings(vectors, records, Given(), columns=["text"])
        result = index.self_deduplicate(threshold=settings["threshold"])
        return [
            (int(found.duplicate_of["place"]), int(found.record["place"]))
            for found in result.filtered
        ]

    return timed(file, count, work)


def datasketch(file: Path, count: int, settings: dict[str, Any]) -> Found:
    """Find what the bands of datasketch propose."""
    from datasketch import MinHash, MinHashLSH

    bands, rows = settings["bands"], settings["rows"]

    def work(texts: list[str]) -> list[Pair]:
        lsh = MinHashLSH(num_perm=bands * rows, params=(bands, rows))
        pairs: list[Pair] = []
        tokens = ([gram.encode() for gram in grams(text)] for text in texts)
        made = MinHash.generator(tokens, num_perm=bands * rows, hashfunc=zlib.crc32)
        for place, sketch in enumerate(made):
            pairs += [(other, place) for other in lsh.query(sketch)]
            lsh.insert(place, sketch, check_duplication=False)
        return pairs

    return timed(file, count, work)


def rensa(file: Path, count: int, settings: dict[str, Any]) -> Found:
    """Find what the bands of rensa propose."""
    from rensa import RMinHash, RMinHashLSH

    bands, rows = settings["bands"], settings["rows"]

    def work(texts: list[str]) -> list[Pair]:
        lsh = RMinHashLSH(threshold=0.5, num_perm=bands * rows, num_bands=bands)
        pairs: list[Pair] = []
        for start in range(0, len(texts), 1_000):
            tokens = [list(grams(text)) for text in texts[start : start + 1_000]]
            sketches = RMinHash.from_token_sets(tokens, bands * rows, 1)
            for place, sketch in enumerate(sketches, start):
                pairs += [(other, place) for other in lsh.query(sketch)]
                lsh.insert(place, sketch)
        return pairs

    return timed(file, count, work)


def text_dedup(file: Path, count: int, settings: dict[str, Any]) -> Found:
    """Run its command; the time begins with the start of Python, as its users see it."""
    with tempfile.TemporaryDirectory() as output:
        command = [settings["python"], "-m", "text_dedup.minhash", "--path", "json"]
        command += ["--data_files", f"{settings['folder']}/normal.jsonl", "--split", "train"]
        command += ["--cache_dir", f"{output}/cache", "--output", f"{output}/out", "--debug"]
        command += ["--column", "text", "--batch_size", "10000", "--num_proc", "1"]
        command += ["--ngram", "2", "--min_length", "1", "--hash_func", "xxh3"]
        command += ["--b", str(settings["bands"]), "--r", str(settings["rows"])]
        command += ["--num_perm", str(settings["bands"] * settings["rows"])]
        began = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        found: Found = {"seconds": time.perf_counter() - began, "before": 0.0}
        found["peak"] = _children_peak()
        reading = [settings["python"], "-c", _ROOTS, f"{output}/out/uf.pkl"]
        dumped = subprocess.run(reading, check=True, stdout=subprocess.PIPE)
    roots = dict(json.loads(dumped.stdout.splitlines()[-1]))
    _, wanted = read(file, count)
    right = sum(roots.get(a, a) == roots.get(b, b) for a, b in wanted)
    sizes = Counter(roots.values()).values()
    found["recall"] = right / max(1, len(wanted))
    found["pairs"] = sum(size * (size - 1) // 2 for size in sizes)
    return found


def grams(text: str) -> set[str]:
    """Return the runs of five letters of the normal form."""
    normal = normal_form(text)
    return {normal[i : i + GRAM] for i in range(max(1, len(normal) - GRAM + 1))}


def jaccard(first: str, second: str) -> float:
    """Return how many of the grams of either text are in both."""
    left, right = grams(first), grams(second)
    return len(left & right) / len(left | right)


def _children_peak() -> float:
    """Return the most that one process started from here had in memory, in MiB."""
    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return largest / (2**20 if sys.platform == "darwin" else 2**10)
