"""Is a language at a disadvantage? Raw and centred vectors, on parallel and labelled texts.

    python benchmarks/fairness.py --xquad xquad.jsonl.gz --tatoeba tatoeba/ --sts17 sts17.tsv \\
        --sib200 sib200.tsv.gz [--model NAME] [--cache DIR]

Each data set is left out where its path is not given. The means in use come from the train split
of SIB-200; XQuAD, Tatoeba and STS17 were never used to choose anything, and of SIB-200 the test
split is shown. Questions are encoded as queries and passages as passages; where both sides are of
one kind they are passages, as in a collection (--kind query shows the other). "own" is centred
with the means blended with those of the data set's own texts, as a collection of them has it.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
from marsad.embeddings import load_model
from marsad.embeddings.means import KINDS, Kind, LanguageMeans
from marsad.index import centred
from numpy.typing import NDArray
from sib200 import read_sentences

Vectors = NDArray[np.float32]
Encode = Callable[[Sequence[str], Kind], Vectors]

MIXED = ["ar", "de", "en", "es", "fa", "fr", "ru", "tr", "zh"]
THEMES = 7
SEEDS = range(5)
TATOEBA = {
    "ara": "ar", "cmn": "zh", "deu": "de", "fra": "fr", "heb": "he", "hin": "hi", "ind": "id",
    "ita": "it", "jpn": "ja", "kor": "ko", "kur": "ku", "nld": "nl", "pes": "fa", "por": "pt",
    "rus": "ru", "spa": "es", "tur": "tr", "ukr": "uk", "urd": "ur", "vie": "vi",
}  # fmt: skip


def center(
    means: LanguageMeans, vectors: Vectors, languages: Sequence[str], kind: Kind = "passage"
) -> Vectors:
    """Take the language means off as a collection does."""
    return centred(vectors, languages, means.subtracted(kind))


def main() -> None:
    """Print a table for each data set."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", default="multilingual-e5-small")
    parser.add_argument("--means", type=Path, help="a file of means in place of the shipped ones")
    parser.add_argument("--xquad", type=Path)
    parser.add_argument("--tatoeba", type=Path, help="folder of XXX-eng.tsv files")
    parser.add_argument("--sts17", type=Path)
    parser.add_argument("--sib200", type=Path)
    parser.add_argument("--kind", choices=KINDS, default="passage", help="of Tatoeba and STS17")
    parser.add_argument("--cache", type=Path, help="folder where vectors are kept between runs")
    arguments = parser.parse_args()

    encode = cached(load_model(arguments.model).encode, arguments.model, arguments.cache)
    means = LanguageMeans.load(arguments.means or arguments.model)
    raw = LanguageMeans.none(means.dimension)
    print(f"model {arguments.model}, means {means.version}: {means.metadata}")
    if arguments.xquad:
        xquad(arguments.xquad, encode, raw, means)
    if arguments.tatoeba:
        tatoeba(arguments.tatoeba, encode, raw, means, arguments.kind)
    if arguments.sts17:
        sts17(arguments.sts17, encode, raw, means, arguments.kind)
    if arguments.sib200:
        sib200(arguments.sib200, encode, raw, means)


def cached(encode: Callable[..., Vectors], model: str, folder: Path | None) -> Encode:
    """Keep each list's vectors in a file, if there is a folder for them."""

    def run(texts: Sequence[str], kind: Kind) -> Vectors:
        key = hashlib.sha256("\0".join([model, kind, *texts]).encode()).hexdigest()[:24]
        path = folder / f"{key}.npy" if folder else None
        if path and path.is_file():
            return np.load(path)
        vectors = encode(list(texts), prompt=kind)
        if path:
            path.parent.mkdir(parents=True, exist_ok=True)
            np.save(path, vectors)
        return vectors

    return run


def xquad(path: Path, encode: Encode, raw: LanguageMeans, means: LanguageMeans) -> None:
    """Find a question's passage: in its 12 languages among all passages, and in its own alone."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    languages = sorted({row["language"] for row in rows})
    in_language: dict[str, list[dict]] = {tag: [] for tag in languages}
    for row in rows:
        in_language[row["language"]].append(row)
    passages, queries, wanted = {}, {}, {}
    for tag in languages:
        questions = [
            (row["passage"], q["text"]) for row in in_language[tag] for q in row["questions"]
        ]
        wanted[tag] = np.array([passage for passage, _ in questions])
        queries[tag] = encode([text for _, text in questions], "query")
        passages[tag] = encode([row["text"] for row in in_language[tag]], "passage")
    numbers = {tag: np.array([row["passage"] for row in in_language[tag]]) for tag in languages}
    pooled_numbers = np.concatenate([numbers[tag] for tag in languages])

    print(f"\nXQuAD, {len(rows)} passages in {len(languages)} languages")
    print(f"{'':8}{'MAP, pooled':^30}{'nDCG@10, same language':^30}")
    print(f"{'':8}" + 2 * f"{'raw':>10}{'centred':>10}{'own':>10}")
    own = _own(means, passages)
    results = []
    for tag in languages:
        line = []
        for use in (raw, means, own):
            asked = center(use, queries[tag], [tag] * len(queries[tag]), "query")
            there = {t: center(use, passages[t], [t] * len(passages[t])) for t in languages}
            pooled = asked @ np.concatenate([there[t] for t in languages]).T
            line += [
                average_precision(pooled, pooled_numbers == wanted[tag][:, None]),
                ndcg_of_one(asked @ there[tag].T, numbers[tag] == wanted[tag][:, None]),
            ]
        results.append(line[::2] + line[1::2])
        print(f"{tag:8}" + _figures(results[-1]))
    print(f"{'mean':8}" + _figures(np.mean(results, axis=0)))
    print(f"{'lowest':8}" + _figures(np.min(results, axis=0)))


def tatoeba(
    folder: Path, encode: Encode, raw: LanguageMeans, means: LanguageMeans, kind: Kind
) -> None:
    """Find the English translation of each sentence among all of the file's."""
    print(f"\nTatoeba, accuracy to English, both sides encoded as {kind}")
    print(f"{'':8}{'raw':>10}{'centred':>10}{'own':>10}")
    results = []
    for name, tag in TATOEBA.items():
        with (folder / f"{name}-eng.tsv").open(encoding="utf-8", newline="") as file:
            pairs = list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
        left, right = (encode([pair[side] for pair in pairs], kind) for side in (0, 1))
        row = []
        for use in (raw, means, _own(means, {tag: left, "en": right})):
            found = center(use, left, [tag] * len(pairs), kind)
            english = center(use, right, ["en"] * len(pairs), kind)
            # Some English sentences stand there twice: the text counts, not its place.
            nearest = (found @ english.T).argmax(axis=1)
            right_ones = [pairs[at][1] == pair[1] for at, pair in zip(nearest, pairs, strict=True)]
            row.append(float(np.mean(right_ones)))
        results.append(row)
        print(f"{tag:8}" + _figures(row))
    print(f"{'mean':8}" + _figures(np.mean(results, axis=0)))
    above = [sum(row[at] > row[0] for row in results) for at in (1, 2)]
    print(f"above raw in {above[0]} and {above[1]} of {len(results)}")


def sts17(path: Path, encode: Encode, raw: LanguageMeans, means: LanguageMeans, kind: Kind) -> None:
    """Compare similarity with human judgement, by rank correlation."""
    from scipy.stats import spearmanr

    tracks: dict[str, list[dict[str, str]]] = defaultdict(list)
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            tracks[row["track"]].append(row)
    print(f"\nSTS17, Spearman, both sides encoded as {kind}")
    print(f"{'':8}{'raw':>10}{'centred':>10}{'own':>10}")
    for track, rows in sorted(tracks.items()):
        left, right = (encode([row[f"sentence{side}"] for row in rows], kind) for side in (1, 2))
        tags = track.split("-")
        texts = {
            tag: [side for side, at in zip((left, right), tags, strict=True) if at == tag]
            for tag in tags
        }
        own = _own(means, {tag: np.concatenate(sides) for tag, sides in texts.items()})
        line = []
        for use in (raw, means, own):
            a = center(use, left, [tags[0]] * len(rows), kind)
            b = center(use, right, [tags[1]] * len(rows), kind)
            truth = [float(row["score"]) for row in rows]
            line.append(float(spearmanr((a * b).sum(axis=1), truth).statistic))
        print(f"{track:8}" + _figures(line))


def sib200(path: Path, encode: Encode, raw: LanguageMeans, means: LanguageMeans) -> None:
    """Cluster sentences of nine languages together, and ask what the clusters follow."""
    from sklearn.cluster import KMeans
    from sklearn.metrics import v_measure_score

    rows = [s for s in read_sentences(path, "test") if s.language in MIXED]
    vectors = encode([row.text for row in rows], "passage")
    languages = [row.language for row in rows]
    topics = [row.topic for row in rows]
    print(
        f"\nSIB-200 test, {len(rows)} sentences, {' '.join(MIXED)} mixed, "
        f"k-means of {THEMES}, mean of {len(SEEDS)} seeds"
    )
    print(f"{'V-measure with':16}{'raw':>10}{'centred':>10}{'own':>10}")
    own = _own(means, {tag: vectors[[at == tag for at in languages]] for tag in MIXED})
    scores = []
    for use in (raw, means, own):
        points = center(use, vectors, languages)
        found = [KMeans(THEMES, n_init=10, random_state=s).fit_predict(points) for s in SEEDS]
        scores.append([[v_measure_score(truth, f) for f in found] for truth in (topics, languages)])
    for name, row in zip(("the theme", "the language"), np.mean(scores, axis=2).T, strict=True):
        print(f"{name:16}" + _figures(row))


def _own(means: LanguageMeans, vectors: Mapping[str, Vectors]) -> LanguageMeans:
    return means.blended({tag: (rows.mean(axis=0), len(rows)) for tag, rows in vectors.items()})


def _figures(row: Sequence[float] | NDArray[np.float64]) -> str:
    return "".join(f"{figure:10.4f}" for figure in row)


def average_precision(scores: Vectors, relevant: NDArray[np.bool_]) -> float:
    """Return the mean over rows of the average precision at the relevant columns."""
    hits = np.take_along_axis(relevant, np.argsort(-scores, axis=1, kind="stable"), axis=1)
    precision = hits.cumsum(axis=1) / np.arange(1, hits.shape[1] + 1)
    return float(((precision * hits).sum(axis=1) / hits.sum(axis=1)).mean())


def ndcg_of_one(scores: Vectors, relevant: NDArray[np.bool_], depth: int = 10) -> float:
    """Return the mean nDCG where each row has one relevant column; it loses every tie."""
    best = np.where(relevant, scores, -np.inf).max(axis=1, keepdims=True)
    rank = ((scores >= best) & ~relevant).sum(axis=1)
    return float(np.where(rank < depth, 1 / np.log2(rank + 2), 0).mean())


if __name__ == "__main__":
    main()
