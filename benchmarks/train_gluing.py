"""Train and cross-validate the weights by which glued stories are found (``index/gluing.py``).

    python benchmarks/train_gluing.py PAGES

On the labelled pages of `tests/pages/develop`, cut where the labels say; on the sample corpus,
whose glued stories its labels name; and on real pages (PAGES as for `reading_pages.py`): each is
one story, and those of one outlet, or of two neighbours, are put one after another as endless
scrolling does, with and without a date line. Prints what training on half of the outlets
gives on the other half, and the weights to be put into the code.
"""

from __future__ import annotations

import argparse
import gzip
import itertools
import json
import random
import sys
import zlib
from collections import defaultdict
from pathlib import Path

import numpy as np
import tomllib
from gluing import draft_of, row_at
from marsad.embeddings import DEFAULT_MODEL, CachedEncoder, LanguageMeans, load_model
from marsad.index import centred, gluing
from marsad.scripts import demo
from marsad.scripts.language_means import tables_of
from marsad.scripts.preparing import Judging, prepare
from marsad.seeds import SeedError, SeedFile, normal_form, normal_hash, read_text, width
from marsad.seeds.formats import html
from reading_pages import domain_of
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
import pages as labelled

C = 0.3
LABELLED = "labelled"
# Pages of one outlet that are put one after another, at most.
PAIRS_AN_OUTLET = 4
DATED = 0.6
SHORTEST = 400
LEAST = ((0.5, 0.5), (0.5, 0.8), (0.5, 0.9), (0.3, 0.9), (0.8, 0.8), (0.9, 0.9))


def main() -> None:
    """Train, show what one half of the outlets gives on the other, and print the weights."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pages", type=Path)
    folder = parser.parse_args().pages
    model = load_model(DEFAULT_MODEL)
    means = LanguageMeans.for_model(model.name, model.dimension, model.fingerprint)
    encoder, judging = CachedEncoder(model), Judging.of(model)
    found = []
    for outlet, text, begins in (*pages(), *sample(), *real(folder)):
        drawn = draft_of(text)
        vectors = encoder.encode_with_windows(drawn.texts, prompt="passage").vectors
        prepared = prepare(drawn, vectors, judging)
        languages = [passage.language for passage in prepared.passages]
        rows = centred(vectors, languages, tables_of(means)["passage"])
        at = [row_at(drawn.document.text, passage.start) for passage in prepared.passages]
        signs = signs_of(prepared.passages, at, rows, begins)
        found.append((outlet, signs, len(begins)))
    for half in (0, 1):
        cross_validate(found, half)
    weights, bias = train([row for _, rows, _ in found for row in rows])
    print("WEIGHTS = {")
    for name, weight in weights.items():
        print(f'    "{name}": {weight:.3f},')
    print(f"}}\nBIAS = {bias:.3f}")


def real(folder: Path):
    """Yield (outlet, text, rows at which other stories begin) of real pages, alone and glued."""
    chance = random.Random(0)
    read = list(articles_of(folder))
    by_outlet = defaultdict(list)
    for outlet, article in read:
        yield outlet, article.text, set()
        by_outlet[outlet].append(article)
    for outlet, own in by_outlet.items():
        for pair in list(itertools.pairwise(own))[:PAIRS_AN_OUTLET]:
            yield outlet, *glued(pair, chance)
    for (outlet, first), (other, second) in zip(read[::2], read[1::2], strict=False):
        if outlet != other and half_of(outlet) == half_of(other):
            yield outlet, *glued((first, second), chance)


def articles_of(folder: Path):
    """Yield (outlet, article) of the pages that hold one."""
    with gzip.open(folder / "pages.jsonl.gz", "rt", encoding="utf-8") as file:
        for page in map(json.loads, file):
            try:
                article = html.articles(gzip.decompress((folder / page["file"]).read_bytes()), "p")[
                    0
                ]
            except SeedError:
                continue
            if len(article.text) >= SHORTEST:
                yield domain_of(page["url"]), article


def glued(pair, chance) -> tuple[str, set[int]]:
    """Return two articles one after another, and the row at which the second begins."""
    is_dated = chance.random() < DATED
    parts = []
    for article in pair:
        lines = [line for line in article.text.splitlines() if line.strip()]
        if is_dated and article.published:
            day = article.published[:10]
            lines.insert(1, day if chance.random() < 0.5 else f"{article.author or 'AFP'}, {day}")
        parts.append(lines)
    between = chance.choice(["\n", "\n\n"])
    first = between.join(parts[0]) + between
    return first + between.join(parts[1]), {first.count("\n")}


def half_of(outlet: str) -> int:
    """Return in which half an outlet is."""
    return zlib.crc32(outlet.encode()) % 2


def pages():
    """Yield (outlet, text, rows at which other stories begin) of the labelled pages."""
    for page in labelled.load("develop"):
        yield (
            LABELLED,
            page.text,
            {row_at(page.text, line.start) for line in page.lines if line.begins},
        )


def sample():
    """Yield the same of the sample corpus."""
    table = tomllib.loads((demo.SAMPLE.parent / "labels.toml").read_text(encoding="utf-8"))
    for article in table["article"]:
        text = read_text(SeedFile(demo.SAMPLE / article["path"]))[0].text
        yield LABELLED, text, {article["glued"]["line"] - 1} if "glued" in article else set()


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


def cross_validate(found, half: int) -> None:
    """Train on one half of the outlets, and print what that gives on the other."""
    is_known = [outlet == LABELLED or half_of(outlet) == half for outlet, _, _ in found]
    rest = [
        row for (_, rows, _), known in zip(found, is_known, strict=True) if known for row in rows
    ]
    weights, bias = train(rest)
    unseen = [(rows, n) for (_, rows, n), known in zip(found, is_known, strict=True) if not known]
    total, singles = sum(n for _, n in unseen), sum(not n for _, n in unseen)
    print("from  alone precision recall  single ones cut")
    for least, alone in LEAST:
        hits, cut = [], 0
        for rows, count in unseen:
            here = [begins for signs, begins in rows if score_of(signs, weights, bias)
                    >= (least if any(signs[name] for name in gluing._HEAD) else alone)]  # fmt: skip
            hits += here
            cut += bool(here) and not count
        precision, recall = sum(hits) / max(1, len(hits)), sum(hits) / total
        figures = f"{precision:9.3f} {recall:6.3f}  {cut / singles:.3f} of {singles}"
        print(f"{least:<5} {alone:<5} {figures}")


def score_of(signs, weights, bias) -> float:
    """Return the probability that another story begins."""
    return 1 / (1 + np.exp(-bias - sum(weights[name] * value for name, value in signs.items())))


if __name__ == "__main__":
    main()
