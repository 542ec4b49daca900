"""Articles that tell the same event: how well they are found, how fast, and how stably.

    python benchmarks/stories.py stories_dev.jsonl.gz [--model NAME] [--cache DIR] [--large N]

News titles of OG2021 with the story of each. BCubed precision and recall are averaged over
titles; F1 is that of the averages. A language's figures are those of its titles alone, in the
stories found among all. "held out": settings are chosen on four fifths of the stories, and the
titles of the last fifth are scored, in the stories found among all titles; every title is so
scored once. "default" is the one setting that is shipped, on everything; its constants were
found on these very titles, so that only other data can confirm it.
"""

from __future__ import annotations

import argparse
import gzip
import json
import resource
import time
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import product
from pathlib import Path

import numpy as np
from fairness import cached, center
from marsad.embeddings import load_model
from marsad.embeddings.means import LanguageMeans
from marsad.index.stories import StoryClusterer
from marsad.seeds import term_forms
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform
from sklearn.feature_extraction.text import TfidfVectorizer

CODES = {
    "ara": "ar", "deu": "de", "eng": "en", "fra": "fr", "por": "pt", "rus": "ru", "slv": "sl",
    "spa": "es", "cmn": "zh", "zho": "zh", "hrv": "hr", "tur": "tr", "ukr": "uk", "ita": "it",
}  # fmt: skip
FOLDS, SEED = 5, 0
PENALTIES = (0.1, 0.15, 0.2)
OURS = tuple(product((0.2, 0.22, 0.24, 0.26, 0.28, 0.32), (8.0, 10.0)))
Labels = NDArray[np.int64]


class Titles:
    """The titles of the file: vectors, languages, days, texts and stories."""

    def __init__(self, path: Path, model: str, cache: Path | None) -> None:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            rows = [json.loads(line) for line in file]
        self.texts = [row["title"] for row in rows]
        self.languages = [CODES.get(row["language"], row["language"]) for row in rows]
        when = np.array([row["published"].rstrip("Z") for row in rows], "datetime64[s]")
        self.days = when.astype(np.int64) / 86_400
        self.stories = np.unique([row["story"] for row in rows], return_inverse=True)[1]
        raw = cached(load_model(model).encode, model, cache)(self.texts, "passage")
        self.vectors = center(LanguageMeans.load(model), raw, self.languages)

    def told(self, chosen: NDArray[np.int64] | slice = slice(None)) -> dict:
        """Return what `fit` takes beside the vectors."""
        places = np.arange(len(self.texts))[chosen]
        return {
            "texts": [self.texts[place] for place in places],
            "languages": [self.languages[place] for place in places],
            "days": self.days[chosen],
        }


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("stories", type=Path)
    parser.add_argument("--model", default="multilingual-e5-small")
    parser.add_argument("--cache", type=Path, help="folder where vectors are kept between runs")
    parser.add_argument("--large", type=int, default=100_000, help="articles to time, 0 for none")
    arguments = parser.parse_args()
    titles = Titles(arguments.stories, arguments.model, arguments.cache)
    quality(titles)
    additions(titles)
    if arguments.large:
        scale(titles, arguments.large)


def quality(titles: Titles) -> None:
    """Compare with the baselines, held out by story and in every language."""
    fold = np.random.default_rng(SEED).permutation(titles.stories.max() + 1) % FOLDS
    fold = fold[titles.stories]
    languages = sorted(set(titles.languages))
    print(f"{len(titles.texts)} titles, {titles.stories.max() + 1} stories")
    print(f"{'':34}{'P':>7}{'R':>7}{'F1':>7}" + "".join(f"{tag:>7}" for tag in languages))
    ways = {
        "words, single link": _words(titles),
        "average link with days": _average(titles),
        "ours": _ours(titles, OURS),
    }
    for name, found in ways.items():
        if name == "ours":
            vectors_only = _ours(titles, OURS, texts=False)
            _held_out("ours, vectors and days", vectors_only, titles, fold, languages)
        _held_out(f"{name}, held out", found, titles, fold, languages)
    default = StoryClusterer().fit(titles.vectors, **titles.told()).labels_
    precision, recall = bcubed(default, titles.stories)
    own = [_in_language(default, titles, tag) for tag in languages]
    _line("ours, default", precision.mean(), recall.mean(), own)
    for share in (0.5, 0.25):
        _part("default", titles, share)


def bcubed(found: Labels, truth: Labels) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the BCubed precision and recall of every item."""
    pairs = list(zip(found.tolist(), truth.tolist(), strict=True))
    both, alone, true = Counter(pairs), Counter(found.tolist()), Counter(truth.tolist())
    precision = np.array([both[pair] / alone[pair[0]] for pair in pairs])
    recall = np.array([both[pair] / true[pair[1]] for pair in pairs])
    return precision, recall


def f1(precision: float, recall: float) -> float:
    """Return the harmonic mean."""
    return 2 * precision * recall / (precision + recall)


def _score(found: Labels, truth: Labels, chosen: NDArray[np.bool_] | slice = slice(None)) -> float:
    precision, recall = bcubed(found, truth)
    return f1(precision[chosen].mean(), recall[chosen].mean())


def _in_language(found: Labels, titles: Titles, tag: str) -> float:
    own = np.array(titles.languages) == tag
    return _score(found[own], titles.stories[own])


def _held_out(
    name: str,
    found: Sequence[Labels],
    titles: Titles,
    fold: Labels,
    languages: Sequence[str],
) -> None:
    """Print a line: each fold by the setting that is best on the others.

    A language's figure is the mean over folds of all its titles, by that fold's setting.
    """
    measured = [bcubed(labels, titles.stories) for labels in found]
    total = np.zeros((2, len(fold)))
    own = []
    for held in range(FOLDS):
        others, inside = fold != held, fold == held
        scores = [f1(p[others].mean(), r[others].mean()) for p, r in measured]
        best = int(np.argmax(scores))
        total[:, inside] = np.array(measured[best])[:, inside]
        own.append([_in_language(found[best], titles, tag) for tag in languages])
    _line(name, total[0].mean(), total[1].mean(), np.mean(own, axis=0))


def _line(name: str, precision: float, recall: float, own: Sequence[float]) -> None:
    figures = [precision, recall, f1(precision, recall), *own]
    print(f"{name:34}" + "".join(f"{figure:7.3f}" for figure in figures), flush=True)


def _part(name: str, titles: Titles, share: float) -> None:
    """Print how the default does on a random share of the stories alone."""
    scores = []
    for seed in range(5):
        kept = np.random.default_rng(seed).random(titles.stories.max() + 1) < share
        places = np.flatnonzero(kept[titles.stories])
        labels = StoryClusterer().fit(titles.vectors[places], **titles.told(places)).labels_
        scores.append(_score(labels, titles.stories[places]))
    print(f"ours, {name}, on {share:.0%} of the stories: F1 {np.mean(scores):.3f} (5 draws)")


def _words(titles: Titles) -> list[Labels]:
    counted = TfidfVectorizer(analyzer=term_forms, sublinear_tf=True).fit_transform(titles.texts)
    apart = np.maximum(1 - (counted @ counted.T).toarray(), 0)
    return _cuts(apart, "single", np.arange(0.3, 0.95, 0.025))


def _average(titles: Titles) -> list[Labels]:
    apart = 1 - titles.vectors @ titles.vectors.T
    beyond = np.maximum(np.abs(titles.days[:, None] - titles.days) - 1, 0)
    cuts = np.arange(0.2, 0.8, 0.025)
    ways = [_cuts(np.maximum(apart + p * beyond, 0), "average", cuts) for p in PENALTIES]
    return [labels for way in ways for labels in way]


def _cuts(apart: NDArray[np.float64], method: str, cuts: NDArray[np.float64]) -> list[Labels]:
    apart = (apart + apart.T) / 2
    np.fill_diagonal(apart, 0)
    tree = linkage(squareform(apart.astype(np.float64), checks=False), method)
    return [fcluster(tree, cut, "distance") for cut in cuts]


def _ours(titles: Titles, settings: Sequence[tuple[float, float]], texts: bool = True) -> list:
    told = titles.told() | ({} if texts else {"texts": None})
    return [
        StoryClusterer(threshold=threshold, days=days).fit(titles.vectors, **told).labels_
        for threshold, days in settings
    ]


def additions(titles: Titles) -> None:
    """Add one title in a hundred, and see how many of the others keep their partners."""
    kept = {"join": [], "fit anew": []}
    same = []
    for seed in range(5):
        new = np.random.default_rng(seed).random(len(titles.texts)) < 0.01
        old, new = np.flatnonzero(~new), np.flatnonzero(new)
        clusterer = StoryClusterer().fit(titles.vectors[old], **titles.told(old))
        before = clusterer.labels_.copy()
        clusterer.join(titles.vectors[new], **titles.told(new))
        anew = StoryClusterer().fit(titles.vectors, **titles.told()).labels_[old]
        kept["join"].append(_partners_kept(before, clusterer.labels_[: len(old)]))
        kept["fit anew"].append(_partners_kept(before, anew))
        truth = np.concatenate([titles.stories[old], titles.stories[new]])
        same.append(_score(clusterer.labels_, truth, np.arange(len(truth)) >= len(old)))
    print("\n1 % added, old titles that keep exactly their partners (mean of 5 draws):")
    print("  " + ", ".join(f"{name} {np.mean(shares):.4f}" for name, shares in kept.items()))
    print(f"  F1 of the titles added by join: {np.mean(same):.3f}")


def _partners_kept(before: Labels, after: Labels) -> float:
    both = Counter(zip(before.tolist(), after.tolist(), strict=True))
    sizes = Counter(before.tolist()), Counter(after.tolist())
    return float(np.mean([
        both[one, two] == sizes[0][one] == sizes[1][two]
        for one, two in zip(before.tolist(), after.tolist(), strict=True)
    ]))  # fmt: skip


def scale(titles: Titles, count: int) -> None:
    """Time many articles: noise around the real ones, spread over as many months as it takes."""
    rng = np.random.default_rng(SEED)
    places = np.arange(count) % len(titles.texts)
    vectors = titles.vectors[places]
    vectors = vectors + rng.normal(0, 0.02, vectors.shape).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    told = titles.told(places)
    told["days"] = told["days"] + 42 * (np.arange(count) // len(titles.texts))
    clusterer = StoryClusterer()
    seconds = _timed(lambda: clusterer.fit(vectors, **told))
    print(f"\n{count} articles: {seconds:.0f} s, {len(set(clusterer.labels_.tolist()))} stories")
    few = slice(0, count // 100)
    asked = {name: values[few] for name, values in told.items()}
    print(f"  predict of 1 %: {_timed(lambda: clusterer.predict(vectors[few], **asked)):.1f} s")
    print(f"  join of 1 %: {_timed(lambda: clusterer.join(vectors[few], **asked)):.1f} s")
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"  most memory of this process: {most:.2f} GiB")


def _timed(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
