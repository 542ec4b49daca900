"""Train and cross-validate the weights by which glued stories are found (``index/gluing.py``).

    python benchmarks/train_gluing.py

On the labelled pages of `tests/pages/develop`, cut where the labels say; and on the sample corpus,
whose glued stories its labels name. Prints the weights to be put into the code.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
import tomllib
from gluing import draft_of, row_at
from marsad.embeddings import DEFAULT_MODEL, CachedEncoder, LanguageMeans, load_model
from marsad.index import centred, gluing
from marsad.scripts import demo
from marsad.scripts.language_means import tables_of
from marsad.scripts.preparing import Judging, prepare
from marsad.seeds import SeedFile, normal_form, normal_hash, read_text, width
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
import pages as labelled

C, FOLDS = 0.3, 10


def main() -> None:
    """Train, show what cross-validation gives, and print the weights."""
    argparse.ArgumentParser(description=__doc__.splitlines()[0]).parse_args()
    model = load_model(DEFAULT_MODEL)
    means = LanguageMeans.for_model(model.name, model.dimension, model.fingerprint)
    encoder, judging = CachedEncoder(model), Judging.of(model)
    found = []
    for text, begins in (*pages(), *sample()):
        drawn = draft_of(text)
        vectors = encoder.encode_with_windows(drawn.texts, prompt="passage").vectors
        prepared = prepare(drawn, vectors, judging)
        languages = [passage.language for passage in prepared.passages]
        rows = centred(vectors, languages, tables_of(means)["passage"])
        at = [row_at(drawn.document.text, passage.start) for passage in prepared.passages]
        found.append((signs_of(prepared.passages, at, rows, begins), len(begins)))
    cross_validate(found)
    weights, bias = train([row for rows, _ in found for row in rows])
    print("WEIGHTS = {")
    for name, weight in weights.items():
        print(f'    "{name}": {weight:.3f},')
    print(f"}}\nBIAS = {bias:.3f}")


def pages():
    """Yield (text, rows at which other stories begin) of the labelled pages."""
    for page in labelled.load("develop"):
        yield page.text, {row_at(page.text, line.start) for line in page.lines if line.begins}


def sample():
    """Yield the same of the sample corpus."""
    table = tomllib.loads((demo.SAMPLE.parent / "labels.toml").read_text(encoding="utf-8"))
    for article in table["article"]:
        text = read_text(SeedFile(demo.SAMPLE / article["path"]))[0].text
        yield text, {article["glued"]["line"] - 1} if "glued" in article else set()


def signs_of(passages, at, vectors, begins):
    """Return (signs, whether it begins) of each place where another story might begin."""
    kinds = [passage.kind for passage in passages]
    hashes = [normal_hash(normal_form(passage.text)) for passage in passages]
    lengths = [width(passage.text) for passage in passages]
    bodies = gluing.distinct_paragraphs(kinds, hashes)
    rows, stretch = [], None
    for block in gluing._blocks(kinds):
        if stretch is None:
            stretch = list(block)
            continue
        before, after = gluing._body(stretch, bodies), gluing._body(block, bodies)
        is_long = before and len(after) >= gluing.FEWEST_PARAGRAPHS
        title = gluing._title(block, kinds, vectors, before, after) if is_long else None
        starts = [place for place in block if at[place] in begins]
        if title is not None:
            story = [place for place in block if place >= title]
            signs = gluing._signs_of(story, before, after, kinds, hashes, lengths, vectors)
            rows.append((signs, at[title] in begins))
        stretch = [p for p in block if p >= starts[0]] if starts else [*stretch, *block]
    return rows


def train(rows):
    """Return weights by name and a bias, the scaling folded in."""
    names = list(rows[0][0])
    table = np.array([[signs[name] for name in names] for signs, _ in rows])
    scaler = StandardScaler().fit(table)
    model = LogisticRegression(C=C, max_iter=2000)
    model.fit(scaler.transform(table), [begins for _, begins in rows])
    weights = model.coef_[0] / scaler.scale_
    bias = float(model.intercept_[0] - weights @ scaler.mean_)
    return dict(zip(names, weights.tolist(), strict=True)), bias


def cross_validate(found) -> None:
    """Print precision, recall and F1 by the probability that is asked for."""
    order = np.random.default_rng(0).permutation(len(found))
    judged = []
    for fold in np.array_split(order, FOLDS):
        rest = [row for n, (rows, _) in enumerate(found) if n not in fold for row in rows]
        weights, bias = train(rest)
        for signs, begins in (row for n in fold for row in found[n][0]):
            score = bias + sum(weights[name] * value for name, value in signs.items())
            judged.append((1 / (1 + np.exp(-score)), begins))
    total = sum(count for _, count in found)
    print("from  precision recall    F1")
    for least in (0.4, 0.5, 0.6, 0.7):
        hits = [begins for likely, begins in judged if likely >= least]
        precision, recall = sum(hits) / len(hits), sum(hits) / total
        f1 = 2 * precision * recall / (precision + recall)
        print(f"{least:<6} {precision:8.3f} {recall:6.3f} {f1:6.3f}")


if __name__ == "__main__":
    main()
