"""Do themes follow topics, and not languages? SIB-200 and Arabic news, by ThemeClusterer.

    python benchmarks/themes.py [--sib200 sib200.tsv.gz] [--news arabic_news.jsonl.gz] \\
        [--model NAME] [--cache DIR] [--save DIR]

Constants were chosen on the articles with odd numbers in the file, and on SIB-200 sentences with
odd numbers of nine languages and all of en tr uk sw hi es pt id ja: "even" rows are the others.
"""

from __future__ import annotations

import argparse
import gzip
import json
import time
from pathlib import Path

import numpy as np
from fairness import cached, center
from marsad.embeddings import load_model
from marsad.embeddings.means import LanguageMeans
from marsad.index.theme_clusterer import ThemeClusterer
from marsad.seeds import split
from scipy.optimize import linear_sum_assignment
from sib200 import read_sentences
from sklearn.metrics import adjusted_rand_score, v_measure_score

MIXED = ["ar", "de", "en", "fa", "fr", "hi", "ru", "tr", "zh"]
SINGLE = [
    "en", "ar", "fr", "es", "de", "ru", "tr", "zh", "hi", "fa",
    "pt", "it", "id", "ja", "ko", "ur", "uk", "pl", "vi", "sw",
]  # fmt: skip
TOPICS, PARAGRAPHS = 7, 5


def main() -> None:
    """Print a table for each data set."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sib200", type=Path)
    parser.add_argument("--news", type=Path)
    parser.add_argument("--model", default="multilingual-e5-small")
    parser.add_argument("--cache", type=Path, help="folder where vectors are kept between runs")
    parser.add_argument("--save", type=Path, help="folder for what themes_peers.py reads")
    arguments = parser.parse_args()
    encode = cached(load_model(arguments.model).encode, arguments.model, arguments.cache)
    means = LanguageMeans.load(arguments.model)

    def rows_of(texts, tags):
        return center(means, encode(texts, "passage"), tags)

    print(f"{'':34}{'V':>7}{'ARI':>7}{'V lang':>8}{'themes':>8}{'outside':>9}{'s':>7}")
    if arguments.news:
        news(arguments.news, rows_of, arguments.save)
    if arguments.sib200:
        sib200(arguments.sib200, rows_of)


def news(path, rows_of, save) -> None:
    """Show Arabic articles: by their first 500 characters, and by the mean of paragraphs."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        articles = [json.loads(line) for line in file]
    topics = np.array([article["topic"] for article in articles])
    texts = [article["text"] for article in articles]
    opening = rows_of([text[:500] for text in texts], ["ar"] * len(texts))
    pieces = [[t[s.start : s.end] for s in split(t, "ar")[:PARAGRAPHS]] for t in texts]
    flat = [piece for of_one in pieces for piece in of_one]
    owner = np.repeat(np.arange(len(texts)), [len(of_one) for of_one in pieces])
    paragraphs = np.zeros_like(opening)
    np.add.at(paragraphs, owner, rows_of(flat, ["ar"] * len(flat)))
    paragraphs /= np.linalg.norm(paragraphs, axis=1, keepdims=True)
    if save:
        np.savez(save / "news.npz", v=paragraphs, y=topics)
    even = np.arange(len(texts)) % 2 == 0
    for name, rows in (("opening", opening), ("paragraphs", paragraphs)):
        for part, chosen in (("even", even), ("all", even | True)):
            for count in (TOPICS, None):
                shown(f"news {name} {part}", rows[chosen], topics[chosen], count)
    random = np.random.default_rng(0)
    print(f"stay when 1 % is added: {kept(paragraphs[random.permutation(len(texts))]):.4f}")


def sib200(path, rows_of) -> None:
    """Show nine languages mixed, a skewed mixture, and languages one by one."""
    sentences = [s for s in read_sentences(path) if s.language in SINGLE]
    rows, topics, tags, numbers = [], [], [], []
    for tag in SINGLE:
        own = sorted((s for s in sentences if s.language == tag), key=lambda s: s.number)
        rows.append(rows_of([s.text for s in own], [tag] * len(own)))
        topics += [s.topic for s in own]
        tags += [tag] * len(own)
        numbers += [s.number for s in own]
    rows, topics, tags, numbers = np.concatenate(rows), *map(np.array, (topics, tags, numbers))
    mixed = np.isin(tags, MIXED)
    few = (np.random.default_rng(0).random(len(tags)) < 1 / 72) & mixed
    for name, chosen in (
        ("even", mixed & (numbers % 2 == 0)), ("all", mixed), ("90 % ar", (tags == "ar") | few),
    ):  # fmt: skip
        for count in (TOPICS, None):
            languages = tags[chosen]
            shown(f"SIB-200 mixed {name}", rows[chosen], topics[chosen], count, languages)
    figures = {
        tag: v_measure_score(
            topics[tags == tag], ThemeClusterer(TOPICS).fit(rows[tags == tag]).labels_
        )
        for tag in SINGLE
    }
    print(" ".join(f"{tag} {figure:.3f}" for tag, figure in figures.items()))
    print(f"mean of {len(figures)} languages alone: {np.mean(list(figures.values())):.4f}")


def shown(name, rows, topics, count, languages=None) -> None:
    """Print one line."""
    start = time.perf_counter()
    found = ThemeClusterer(count).fit(rows)
    seconds = time.perf_counter() - start
    labels = found.labels_
    mixing = "" if languages is None else f"{v_measure_score(languages, labels):.4f}"
    print(
        f"{name + (' given' if count else ' chosen'):34}{v_measure_score(topics, labels):7.3f}"
        f"{adjusted_rand_score(topics, labels):7.3f}{mixing:>8}{found.n_clusters_:8}"
        f"{found.criterion_['outside_share']:9.3f}{seconds:7.1f}",
        flush=True,
    )


def kept(rows: np.ndarray) -> float:
    """Return the share of rows that keep their group when the last hundredth is added."""
    old = len(rows) * 99 // 100
    before, after = (ThemeClusterer().fit(part).labels_[:old] for part in (rows[:old], rows))
    both = np.zeros((before.max() + 2, after.max() + 2))
    np.add.at(both, (before, after), 1)
    return float(both[linear_sum_assignment(-both)].sum() / old)


if __name__ == "__main__":
    main()
