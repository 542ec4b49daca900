"""Themes beside BERTopic, with the same vectors given to both.

    python benchmarks/themes_peers.py vectors.npz [--count N] [--tool marsad|bertopic]

The file holds `v` (unit rows, language-centred) and, for the V-measure, `y` (topics);
`benchmarks/themes.py --save FOLDER` writes such files. Rows are repeated with noise up to N.
BERTopic runs with its defaults, and gets one placeholder word a text, so that the time is that
of the clustering. It may live in an environment of its own; each tool is imported only when run.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np


def main() -> None:
    """Print time, number of themes, share outside, V-measure and adjusted Rand index."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("vectors", type=Path)
    parser.add_argument("--count", type=int)
    parser.add_argument("--tool", choices=["marsad", "bertopic"], default="marsad")
    parser.add_argument("--themes", type=int, help="how many; chosen by default")
    arguments = parser.parse_args()
    data = np.load(arguments.vectors)
    rows, topics = repeated(data["v"], data["y"], arguments.count or len(data["v"]))
    start = time.perf_counter()
    labels = (by_marsad if arguments.tool == "marsad" else by_bertopic)(rows, arguments.themes)
    report(arguments.tool, time.perf_counter() - start, topics, labels)


def repeated(rows: np.ndarray, topics: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Return `count` rows: those given, then noisy copies of them."""
    random = np.random.default_rng(0)
    at = np.arange(count) % len(rows)
    made = np.empty((count, rows.shape[1]), np.float32)
    for start in range(0, count, 50_000):
        part = rows[at[start : start + 50_000]]
        noise = random.normal(size=part.shape).astype(np.float32) / np.sqrt(part.shape[1])
        if start + len(part) > len(rows):
            noise[: max(0, len(rows) - start)] = 0
            part = part + 0.7 * noise
        made[start : start + len(part)] = part
    made /= np.linalg.norm(made, axis=1, keepdims=True)
    return made, topics[at]


def by_marsad(rows: np.ndarray, count: int | None) -> np.ndarray:
    """Group with the defaults of marsad."""
    from marsad.index.theme_clusterer import ThemeClusterer

    return ThemeClusterer(count).fit(rows).labels_


def by_bertopic(rows: np.ndarray, count: int | None) -> np.ndarray:
    """Group with the defaults of BERTopic; where a number is given, topics are merged to it."""
    from bertopic import BERTopic

    texts = ["text words"] * len(rows)
    # Its number counts the outliers as a topic.
    model = BERTopic(nr_topics=count + 1 if count else None)
    return np.asarray(model.fit_transform(texts, embeddings=rows)[0])


def report(tool: str, seconds: float, topics: np.ndarray, labels: np.ndarray) -> None:
    """Print one line."""
    import resource

    from sklearn.metrics import adjusted_rand_score, v_measure_score

    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(
        f"{tool}: {len(labels)} rows, {seconds:.1f} s, {memory:.2f} GiB, "
        f"{labels.max() + 1} themes, outside {(labels < 0).mean():.3f}, "
        f"V {v_measure_score(topics, labels):.3f}, ARI {adjusted_rand_score(topics, labels):.3f}"
    )


if __name__ == "__main__":
    main()
