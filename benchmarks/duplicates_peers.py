"""Repeated paragraphs at scale: our seconds and memory, and what they are in other tools.

    python benchmarks/markov.py EVAL FILE --count 200000
    python benchmarks/duplicates_peers.py FILE [--runs 3] [--text-dedup PYTHON]
    python benchmarks/duplicates_peers.py FILE --scale 100000,1000000     # ours alone

Each tool is a process of its own, in turn with the others; medians, with what the process held
before the work began (texts, and for semhash the vectors) and at its peak. Recall is over the
planted exact and near pairs, whatever a tool calls them; a pair of one cluster counts as found.

- **semhash** gets ready vectors (256 dimensions, four-letter grams hashed and projected), made
  outside of the timing, and its own threshold.
- **datasketch** and **rensa** hash the five-letter grams of normal forms, as their users have to
  make them, inside the timing. Their rows and bands are the fewest whose recall, reckoned from
  the planted pairs, is ours; what the bands propose is taken as found, without a comparison.
- **text-dedup** has a Python of its own (`pip install text-dedup`); it gets normal forms, in files
  written outside of the timing, parts them into pairs of words, and runs in one process.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import statistics
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duplicates_tools
import numpy as np
from duplicates_tools import Found, jaccard, read
from marsad.seeds import normal_form

DIMENSIONS = 256
PERMUTATIONS = (64, 128, 256, 512)
ROWS = (8, 7, 6, 5, 4, 3)
SAMPLE = 1_000
# Its default. To reach the recall of letters with vectors it must go so low that it takes hours.
SEMHASH_THRESHOLD = 0.9


def main() -> None:
    """Take the tools in turn and print medians, or ours at several sizes."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--count", type=int, default=200_000)
    parser.add_argument("--scale", help="sizes, with commas between")
    parser.add_argument("--ways", default="marsad,semhash,datasketch,rensa")
    parser.add_argument("--text-dedup", metavar="PYTHON")
    parser.add_argument("--step", help=argparse.SUPPRESS)
    parser.add_argument("--set", default="{}", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.step:
        step = _STEPS[arguments.step]
        print(json.dumps(step(arguments.file, arguments.count, json.loads(arguments.set))))
    elif arguments.scale:
        _show_scale(arguments.file, [int(size) for size in arguments.scale.split(",")])
    else:
        _show_peers(arguments)


def _show_scale(file: Path, sizes: Sequence[int]) -> None:
    """Print seconds and memory of all kinds at each size, and of adding to it."""
    print(f"{'paragraphs':>11}{'s':>9}{'MiB before':>12}{'peak':>8}{'growth':>8}{'adding s':>10}")
    first = 0.0
    for size in sizes:
        found = _run("marsad", file, size, {})
        added = _run("adding", file, size, {})
        rate = found["seconds"] / (size * math.log(size))
        first = first or rate
        print(
            f"{size:11}{found['seconds']:9.1f}{found['before']:12.0f}{found['peak']:8.0f}"
            f"{rate / first:8.2f}{added['seconds']:10.2f}"
        )
    print("growth: seconds over n log n, the first size as 1; added: 1,000 paragraphs")


def _show_peers(arguments: argparse.Namespace) -> None:
    ways = arguments.ways.split(",") + ["text-dedup"] * bool(arguments.text_dedup)
    figures: dict[str, list[Found]] = defaultdict(list)
    file, count = arguments.file, arguments.count
    with tempfile.TemporaryDirectory() as folder:
        asked = {"folder": folder, "python": arguments.text_dedup, "ways": ways}
        asked["recall"] = _run("marsad", file, count, asked)["recall"]
        settings = {**asked, **_run("settings", file, count, asked)}
        for _ in range(arguments.runs):
            for way in ways:
                figures[way].append(_run(way, file, count, settings))
    print(f"{count} paragraphs, medians of {arguments.runs} runs in turn")
    print(
        f"{settings['bands']} bands of {settings['rows']}, cosine from {settings['threshold']:.3f}"
    )
    columns = f"{'s':>9}{'times':>7}{'MiB before':>12}{'peak':>8}{'times':>7}"
    print(f"{'':12}{columns}{'recall':>8}{'pairs':>10}")
    ours = {name: _median(figures[ways[0]], name) for name in ("seconds", "peak")}
    for way in ways:
        names = ("seconds", "before", "peak", "recall", "pairs")
        seconds, before, most, recall, pairs = (_median(figures[way], name) for name in names)
        print(
            f"{way:12}{seconds:9.1f}{seconds / ours['seconds']:7.2f}{before:12.0f}{most:8.0f}"
            f"{most / ours['peak']:7.2f}{recall:8.3f}{pairs:10.0f}"
        )


def _found_settings(file: Path, count: int, asked: dict[str, Any]) -> Found:
    """Find what the others need for our recall, and write their files.

    In a process of its own: what the first one holds when it starts another counts as the
    other's peak.
    """
    texts, pairs = read(file, count)
    sample = random.Random(0).sample(sorted(pairs), min(SAMPLE, len(pairs)))
    jaccards = [jaccard(texts[a], texts[b]) for a, b in sample]
    rows, bands = _rows_and_bands(jaccards, asked["recall"])
    made: Found = {"rows": rows, "bands": bands, "threshold": 0.0}
    folder = Path(asked["folder"])
    if "semhash" in asked["ways"]:
        np.save(folder / "vectors.npy", projected(texts))
        made["threshold"] = SEMHASH_THRESHOLD
    if "text-dedup" in asked["ways"]:
        with (folder / "normal.jsonl").open("w", encoding="utf-8") as out:
            out.writelines(json.dumps({"text": normal_form(text)}) + "\n" for text in texts)
    return made


def projected(texts: Sequence[str]) -> np.ndarray:
    """Return unit vectors, shape (n, 256): hashed grams of four letters, projected at random."""
    from sklearn.feature_extraction.text import HashingVectorizer

    hashing = HashingVectorizer(analyzer="char", ngram_range=(4, 4), n_features=2**15)
    directions = np.random.default_rng(0).standard_normal((2**15, DIMENSIONS)).astype(np.float32)
    made = np.empty((len(texts), DIMENSIONS), np.float32)
    for start in range(0, len(texts), 5_000):
        part = hashing.transform(texts[start : start + 5_000]).astype(np.float32) @ directions
        made[start : start + len(part)] = part / np.linalg.norm(part, axis=1, keepdims=True)
    return made


def _run(way: str, file: Path, count: int, settings: dict[str, Any]) -> Found:
    command = [sys.executable, __file__, str(file), "--count", str(count), "--step", way]
    done = subprocess.run(
        [*command, "--set", json.dumps(settings)], check=True, stdout=subprocess.PIPE, text=True
    )
    found: Found = json.loads(done.stdout.splitlines()[-1])
    print(way, found, file=sys.stderr)
    return found


def _rows_and_bands(jaccards: Sequence[float], recall: float) -> tuple[int, int]:
    """Return the fewest permutations, then the longest bands, that find so many of the pairs."""
    best = (0.0, ROWS[-1], PERMUTATIONS[-1] // ROWS[-1])
    for permutations in PERMUTATIONS:
        for rows in ROWS:
            bands = permutations // rows
            reached = statistics.fmean(1 - (1 - j**rows) ** bands for j in jaccards)
            if reached >= recall:
                return rows, bands
            best = max(best, (reached, rows, bands))
    return best[1:]


def _median(runs: Sequence[Found], name: str) -> float:
    return statistics.median(run[name] for run in runs)


_STEPS = {
    "settings": _found_settings,
    "marsad": duplicates_tools.marsad,
    "adding": duplicates_tools.adding,
    "semhash": duplicates_tools.semhash,
    "datasketch": duplicates_tools.datasketch,
    "rensa": duplicates_tools.rensa,
    "text-dedup": duplicates_tools.text_dedup,
}

if __name__ == "__main__":
    main()
