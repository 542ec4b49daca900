"""Own themes from five sentences each: what is found, and what stays out?

    python benchmarks/own_themes.py arabic_news.jsonl.gz [--sample COLLECTION] [--cache DIR]

The articles (7 topics) lie in two halves; the settings in index/own_themes.py were chosen on the
first (--half 0), the second is shown. For each seed five articles of every topic give one sentence
of 8 to 40 words each, or their first sentence whatever it is, and are left out of everything else.
An article is its first five passages. "7 given": the macro F1 with its lowest seed, an article in
no theme counting as wrong. "3 given": of three topics drawn by chance, precision and recall; the
other four must stay out. "absent": articles taken by a topic given alone of which the collection
holds none; "20": its precision and recall where it holds twenty. With --sample, a collection of the
sample corpus, the starter file is tried on that, with the examples of both languages and of one.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from fairness import Encode, cached, center
from marsad import seeds
from marsad.embeddings import identify, load_model
from marsad.embeddings.means import LanguageMeans
from marsad.index import Collection
from marsad.index.own_themes import OwnTheme, assign_own_themes
from marsad.index.parts import parts_of_documents
from marsad.scripts.own_themes import OwnThemeSpec, encode_own_themes, read_own_themes
from sklearn.metrics import f1_score

try:
    import tomllib
except ModuleNotFoundError:
    import tomli as tomllib

SEEDS = 12
EXAMPLES = (5, 3, 1)
PASSAGES = 5
GIVEN, FEW = 3, 20
SEEDS_ROOM = Path(seeds.__file__).parent
# Themes of the sample corpus and the places of the starter file's that mean the same; nothing in
# it is about propaganda and media.
SAME_THEMES = {
    "account-takedowns": 0,
    "online-recruitment": 1,
    "terrorist-financing": 2,
    "security-operations": 4,
    "platform-law": 5,
}


@dataclass(frozen=True)
class Case:
    """One drawing: articles with their topics, examples with theirs."""

    vectors: np.ndarray
    topics: np.ndarray
    examples: np.ndarray
    of: np.ndarray

    def found(self, given: list[int]) -> np.ndarray:
        """Return the topic that each article is taken by, -1 for none."""
        themes = [_own(str(topic), self.examples[self.of == topic]) for topic in given]
        first = assign_own_themes(themes, self.vectors).first
        return np.where(first < 0, -1, np.array(given)[first])

    def thinned(self, topic: int, count: int, seed: int) -> Case:
        """Keep only so many articles of a topic."""
        order = np.random.default_rng(seed).permutation(np.flatnonzero(self.topics == topic))
        kept = np.concatenate([np.flatnonzero(self.topics != topic), order[:count]])
        return Case(self.vectors[kept], self.topics[kept], self.examples, self.of)


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("news", type=Path)
    parser.add_argument("--half", type=int, choices=(0, 1), default=1)
    parser.add_argument("--sample", type=Path, help="a collection of the sample corpus")
    parser.add_argument("--model", default="multilingual-e5-small")
    parser.add_argument("--cache", type=Path, help="folder where vectors are kept between runs")
    arguments = parser.parse_args()

    model = load_model(arguments.model)
    encode = cached(model.encode, arguments.model, arguments.cache)
    news(arguments.news, encode, LanguageMeans.load(arguments.model), arguments.half)
    if arguments.sample:
        sample(arguments.sample, model)


def news(path: Path, encode: Encode, means: LanguageMeans, half: int) -> None:
    """Print what is found among Arabic articles."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    names = sorted({row["topic"] for row in rows})
    topics = np.array([names.index(row["topic"]) for row in rows])
    vectors = _articles([row["text"] for row in rows], encode, means)
    mine = np.random.default_rng(0).permutation(len(rows)) % 2 == half
    print(f"half {half} of {len(rows)} articles, {SEEDS} drawings, {len(names)} topics")
    print(f"{'':26}{'7 given':^18}{'3 given':^18}{'absent':>8}{'20':^18}")
    heads = ("F1", "lowest", "precision", "recall", "taken", "precision", "recall")
    print(f"{'examples':26}" + "".join(f"{head:>10}" for head in heads))
    for kind in ("random", "first"):
        drawn = [_draw(rows, topics, mine, seed, kind) for seed in range(SEEDS)]
        texts = sorted({text for draw in drawn for _, text in draw})
        encoded = center(means, encode(texts, "passage"), ["ar"] * len(texts))
        at = dict(zip(texts, encoded, strict=True))
        for count in EXAMPLES:
            cases = [_case(draw, count, at, vectors, topics, mine) for draw in drawn]
            name = {"random": "sentences drawn", "first": "first sentences"}[kind]
            print(f"{f'{count} {name}':26}" + "".join(f"{f:10.3f}" for f in _figures(cases)))


def sample(folder: Path, model: object) -> None:
    """Print what the starter themes find in the sample corpus."""
    labels = SEEDS_ROOM / "corpus" / "labels.toml"
    articles = tomllib.loads(labels.read_text(encoding="utf-8"))["article"]
    specs = read_own_themes(SEEDS_ROOM / "themes" / "starter.toml")
    with Collection.open(folder) as collection:
        boilerplate = collection.boilerplate()
        passages = [p for p in collection.passages() if p.kind != "fragment"]
        passages = [p for p in passages if p.row not in boilerplate]
        vectors = collection.vectors([passage.row for passage in passages])
        parts = parts_of_documents(passages, vectors)
        rows = np.stack([part.vector for part in parts])
        truth = np.array([_label(part.passages[0], articles) for part in parts])
        print(f"\nsample corpus, {len(parts)} parts, the starter file")
        for language in (None, "ar", "en"):
            themes = encode_own_themes(_only(specs, language), collection, model)
            found = assign_own_themes(themes, rows)
            print(f"examples in {language or 'both languages'}")
            for place, check in enumerate(found.checks):
                taken, wanted = found.first == place, truth == place
                right = int((taken & wanted).sum())
                print(
                    f"  {check.name:34}{right:>3} of {wanted.sum():>2}, {taken.sum() - right} wrong"
                    f"   score {check.score}, odd {len(check.odd)}"
                )


def _articles(texts: list[str], encode: Encode, means: LanguageMeans) -> np.ndarray:
    pieces, owners = [], []
    for number, text in enumerate(texts):
        spans = [span for span in seeds.split(text, "ar") if span.kind != "fragment"][:PASSAGES]
        pieces += [text[span.start : span.end] for span in spans]
        owners += [number] * len(spans)
    sums = np.zeros((len(texts), means.dimension), np.float32)
    np.add.at(sums, owners, center(means, encode(pieces, "passage"), ["ar"] * len(pieces)))
    return sums / np.linalg.norm(sums, axis=1, keepdims=True)


def _draw(
    rows: list[dict], topics: np.ndarray, mine: np.ndarray, seed: int, kind: str
) -> list[tuple[int, str]]:
    """Return (article, sentence), of every topic as many as are wanted at most."""
    rng = np.random.default_rng([seed, kind == "first"])
    drawn: list[tuple[int, str]] = []
    for topic in range(topics.max() + 1):
        found: list[tuple[int, str]] = []
        for article in rng.permutation(np.flatnonzero((topics == topic) & mine)):
            sentences = [s.strip() for s in re.split(r"[.!?؟\n]+", rows[article]["text"])]
            sentences = [s for s in sentences if s]
            if kind == "random":
                sentences = [s for s in sentences if 8 <= len(s.split()) <= 40]
            if sentences and len(found) < max(EXAMPLES):
                chosen = rng.integers(len(sentences)) if kind == "random" else 0
                found.append((int(article), sentences[chosen]))
        drawn += found
    return drawn


def _case(
    draw: list[tuple[int, str]],
    count: int,
    at: dict[str, np.ndarray],
    vectors: np.ndarray,
    topics: np.ndarray,
    mine: np.ndarray,
) -> Case:
    kept = mine.copy()
    kept[[article for article, _ in draw]] = False
    place = [n for n in range(len(draw)) if n % max(EXAMPLES) < count]
    of = topics[[draw[n][0] for n in place]]
    return Case(vectors[kept], topics[kept], np.stack([at[draw[n][1]] for n in place]), of)


def _figures(cases: list[Case]) -> list[float]:
    every = list(range(cases[0].topics.max() + 1))
    whole = [
        f1_score(case.topics, case.found(every), labels=every, average="macro", zero_division=0)
        for case in cases
    ]
    some, absent, rare = [], [], []
    for seed, case in enumerate(cases):
        given = np.random.default_rng([9, seed]).choice(len(every), GIVEN, replace=False).tolist()
        found = case.found(given)
        some.append(np.mean([_precision_recall(found, case.topics, t) for t in given], axis=0))
        topic = seed % len(every)
        absent.append((case.thinned(topic, 0, seed).found([topic]) == topic).sum())
        thin = case.thinned(topic, FEW, seed)
        rare.append(_precision_recall(thin.found([topic]), thin.topics, topic))
    return [
        float(np.mean(whole)), min(whole), *np.mean(some, axis=0), float(np.mean(absent)),
        *np.mean(rare, axis=0),
    ]  # fmt: skip


def _precision_recall(found: np.ndarray, truth: np.ndarray, topic: int) -> tuple[float, float]:
    taken, wanted = found == topic, truth == topic
    right = (taken & wanted).sum()
    return right / max(1, taken.sum()), right / wanted.sum()


def _own(name: str, vectors: np.ndarray) -> OwnTheme:
    return OwnTheme(name, {}, "", tuple(map(str, range(len(vectors)))), vectors)


def _only(specs: list[OwnThemeSpec], language: str | None) -> list[OwnThemeSpec]:
    """Keep the examples in one language; without descriptions, which are in both."""
    if language is None:
        return specs
    kept = []
    for spec in specs:
        codes = [guess.code for guess in identify(list(spec.examples))]
        own = [text for text, code in zip(spec.examples, codes, strict=True) if code == language]
        kept.append(OwnThemeSpec(spec.name, spec.names, "", tuple(own)))
    return kept


def _label(passage: object, articles: list[dict]) -> int:
    """Return the starter theme of the part that begins there; a glued one's is its own."""
    for article in articles:
        if passage.document.path.endswith(article["path"]):
            glued = passage.position > 3 and "glued" in article
            theme = article["glued"]["theme"] if glued else article["theme"]
            return SAME_THEMES.get(theme, -1)
    return -1


if __name__ == "__main__":
    main()
