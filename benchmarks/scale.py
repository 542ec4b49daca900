"""A large collection made from a small one: as many passages as wanted, around real ones.

    python benchmarks/scale.py --news arabic_news.jsonl.gz --sib200 sib200.tsv.gz \\
        --output DIR [--count 1000000]

Real texts are encoded once; every made passage lies between a real one and a near neighbour of
it in the same language, moved by noise that spreads as real vectors do. The share of noise is set
so that made neighbourhoods are not easier than real ones: among n made passages the one at rank
n / 11,500 should be about as similar to a held-out real query as the best of the 11,500 real
ones, and no more. The figures that show it are printed.

DIR then holds `vectors.npy` (float16, not centred), `languages.npy` (numbers of the tags in
`tags.json`), `passages.jsonl` (text, language) and `queries.npz` (vectors, languages, texts).
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
from marsad.embeddings import Encoder, load_model
from marsad.embeddings.means import LanguageMeans
from marsad.index import centred
from marsad.seeds.paragraphs import split
from numpy.typing import NDArray
from sib200 import LARGEST, read_sentences

Vectors = NDArray[np.float32]

MODEL = "multilingual-e5-small"
NEWS_PASSAGES = 5_000
SENTENCES_A_LANGUAGE = 350
LANGUAGES = 20
QUERIES = 500
NEIGHBOURS = 10
MIX = (0.1, 0.5)
# Share of a made vector's variance that is noise: the module's docstring says what sets it.
NOISE = 0.1
EDITED = (0.03, 0.10)
SHOWN_RANKS = (1, 10, 100, 1000)
_SHORTEST = 80  # characters: shorter news paragraphs are captions and datelines
_AT_A_TIME = 8_192


@dataclass(frozen=True)
class Base:
    """Real texts: their language tags, and raw unit vectors of shape (n, d), as passages."""

    texts: list[str]
    languages: list[str]
    vectors: Vectors

    def part(self, rows: NDArray[np.int64]) -> Base:
        """Return some of them."""
        texts = [self.texts[row] for row in rows]
        return Base(texts, [self.languages[row] for row in rows], self.vectors[rows])


@dataclass(frozen=True)
class Made:
    """One made passage: a text, its language, and a raw unit vector of shape (d,)."""

    text: str
    language: str
    vector: Vectors


def main() -> None:
    """Write the files, and print how near neighbours are."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--news", type=Path, required=True, help="JSON Lines with a text, .gz")
    parser.add_argument("--sib200", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True, help="folder")
    parser.add_argument("--count", type=int, default=1_000_000)
    parser.add_argument("--noise", type=float, default=NOISE)
    arguments = parser.parse_args()

    encoder = load_model(MODEL)
    arguments.output.mkdir(parents=True, exist_ok=True)
    real = cached_base(arguments.output, arguments.news, arguments.sib200, encoder)
    order = np.random.default_rng(0).permutation(len(real.texts))
    asked, kept = real.part(np.sort(order[:QUERIES])), real.part(np.sort(order[QUERIES:]))
    queries = encoder.encode(asked.texts, prompt="query")
    np.savez(
        arguments.output / "queries.npz",
        vectors=queries,
        languages=np.array(asked.languages),
        texts=np.array(asked.texts),
    )
    write(arguments.output, kept, real_texts(arguments), arguments.count, arguments.noise)
    show(arguments.output, kept, queries, asked.languages)


def base(news: Path, sib200: Path, encoder: Encoder) -> Base:
    """Encode about 12,000 real texts as passages: Arabic news, and sentences in 20 languages."""
    chooser = random.Random(0)
    paragraphs = paragraphs_of(news)
    texts = chooser.sample(paragraphs, min(NEWS_PASSAGES, len(paragraphs)))
    languages = ["ar"] * len(texts)
    sentences: dict[str, list[str]] = {tag: [] for tag in LARGEST[:LANGUAGES]}
    for sentence in read_sentences(sib200):
        if sentence.language in sentences:
            sentences[sentence.language].append(sentence.text)
    for tag, rows in sentences.items():
        chosen = chooser.sample(rows, SENTENCES_A_LANGUAGE)
        texts += chosen
        languages += [tag] * len(chosen)
    return Base(texts, languages, encoder.encode(texts, prompt="passage"))


def paragraphs_of(news: Path) -> list[str]:
    """Return the paragraphs of news articles, each once."""
    with gzip.open(news, "rt", encoding="utf-8") as file:
        articles = [json.loads(line)["text"] for line in file]
    paragraphs = [text[s.start : s.end] for text in articles for s in split(text, "ar")]
    return sorted({text for text in paragraphs if len(text) >= _SHORTEST})


def real_texts(arguments: argparse.Namespace) -> list[str]:
    """Return all real texts there are: news paragraphs and sentences, each once."""
    sentences = {sentence.text for sentence in read_sentences(arguments.sib200)}
    return [*paragraphs_of(arguments.news), *sorted(sentences)]


def cached_base(folder: Path, news: Path, sib200: Path, encoder: Encoder) -> Base:
    """Return the base, encoded only if the folder does not hold it yet."""
    path = folder / "base.npz"
    if not path.is_file():
        made = base(news, sib200, encoder)
        np.savez(
            path,
            texts=np.array(made.texts),
            languages=np.array(made.languages),
            vectors=made.vectors,
        )
    with np.load(path) as saved:
        return Base(saved["texts"].tolist(), saved["languages"].tolist(), saved["vectors"])


def grow(
    real: Base, texts: list[str], count: int, *, noise: float = NOISE, seed: int = 0
) -> Iterator[Made]:
    """Yield made passages around the real ones, in no order of language.

    Parameters
    ----------
    real : Base
    texts : list of str
        What the texts are made of.
    count : int
        A longer run begins with what a shorter one yields.
    noise : float, default NOISE
        From 0 (on the line between two real ones) to 1 (anywhere that real ones may be).
    seed : int, default 0
    """
    generator, editor = np.random.default_rng(seed), random.Random(seed)
    means = _mean_rows(real)
    residuals = real.vectors - means
    neighbours = _neighbours(residuals, real.languages)
    spread = _spread(residuals)
    made = 0
    while made < count:
        rows = generator.integers(len(real.texts), size=_AT_A_TIME)
        others = neighbours[rows, generator.integers(NEIGHBOURS, size=_AT_A_TIME)]
        mix = generator.uniform(*MIX, size=(_AT_A_TIME, 1)).astype(np.float32)
        between = (1 - mix) * residuals[rows] + mix * residuals[others]
        moved = generator.standard_normal(between.shape, dtype=np.float32) @ spread
        points = means[rows] + np.sqrt(1 - noise) * between + np.sqrt(noise) * moved
        points = (points / np.linalg.norm(points, axis=1, keepdims=True)).astype(np.float32)
        for row, point in zip(rows[: count - made], points, strict=False):
            text = edited(editor.choice(texts), editor.choice(texts), editor)
            yield Made(text, real.languages[row], point)
        made += _AT_A_TIME


def edited(text: str, other: str, chooser: random.Random) -> str:
    """Return `text` with 3 to 10 % of its words dropped, swapped or replaced by the other's."""
    between = " " if text.count(" ") >= 5 else ""  # where no spaces are, a character is a word
    words = text.split() if between else list(text)
    spare = (other.split() if between else list(other)) or words
    for _ in range(max(1, round(chooser.uniform(*EDITED) * len(words)))):
        at = chooser.randrange(len(words))
        edit = chooser.randrange(3)
        if edit == 0 and len(words) > 2:
            del words[at]
        elif edit == 1:
            words[at - 1], words[at] = words[at], words[at - 1]
        else:
            words[at] = spare[chooser.randrange(len(spare))]
    return between.join(words)


def write(folder: Path, real: Base, texts: list[str], count: int, noise: float) -> None:
    """Write vectors, languages and texts of `count` made passages, without holding them all."""
    tags = sorted(set(real.languages))
    numbers = {tag: number for number, tag in enumerate(tags)}
    (folder / "tags.json").write_text(json.dumps(tags), encoding="utf-8")
    vectors = np.lib.format.open_memmap(
        folder / "vectors.npy", "w+", np.float16, (count, real.vectors.shape[1])
    )
    languages = np.empty(count, np.uint8)
    passages = grow(real, texts, count, noise=noise)
    with (folder / "passages.jsonl").open("w", encoding="utf-8") as file:
        for start in range(0, count, _AT_A_TIME):
            part = list(islice(passages, min(_AT_A_TIME, count - start)))
            stop = start + len(part)
            vectors[start:stop] = [one.vector for one in part]
            languages[start:stop] = [numbers[one.language] for one in part]
            file.writelines(
                json.dumps({"text": one.text, "language": one.language}, ensure_ascii=False) + "\n"
                for one in part
            )
            print(f"\r{stop:,} of {count:,}", end="", file=sys.stderr)
    print(file=sys.stderr)
    vectors.flush()
    np.save(folder / "languages.npy", languages)


def show(folder: Path, real: Base, queries: Vectors, languages: list[str]) -> None:
    """Print the mean similarity of the held-out queries' neighbours, real and made."""
    means = LanguageMeans.load(MODEL)
    passage_means = means.subtracted("passage")
    asked = centred(queries, languages, means.subtracted("query"))
    there = centred(real.vectors, real.languages, passage_means)
    print(f"{'mean similarity at rank':24}" + "".join(f"{rank:>8}" for rank in SHOWN_RANKS))
    print(f"{f'{len(there):,} real':24}" + _figures(asked @ there.T))

    tags = json.loads((folder / "tags.json").read_text(encoding="utf-8"))
    codes = np.load(folder / "languages.npy")
    vectors = np.load(folder / "vectors.npy", mmap_mode="r")
    best = np.empty((len(asked), 0), np.float32)
    for start in range(0, len(vectors), 8 * _AT_A_TIME):
        part = slice(start, start + 8 * _AT_A_TIME)
        rows = centred(vectors[part], [tags[code] for code in codes[part]], passage_means)
        best = np.concatenate([best, asked @ rows.T], axis=1)
        if best.shape[1] > SHOWN_RANKS[-1]:
            best = -np.partition(-best, SHOWN_RANKS[-1], axis=1)[:, : SHOWN_RANKS[-1]]
    print(f"{f'{len(vectors):,} made':24}" + _figures(best))
    rank = max(1, min(best.shape[1], round(len(vectors) / len(there))))
    alike = float(np.mean(np.sort(best, axis=1)[:, -rank]))
    print(f"at rank {rank} of the made, where the best of the real should be: {alike:.3f}")


def _figures(similarities: Vectors) -> str:
    ordered = -np.sort(-similarities, axis=1)
    return "".join(
        f"{ordered[:, rank - 1].mean():8.3f}" for rank in SHOWN_RANKS if rank <= ordered.shape[1]
    )


def _mean_rows(real: Base) -> Vectors:
    """Return for each real row the mean of its language's vectors."""
    result = np.empty_like(real.vectors)
    codes = np.array(real.languages)
    for tag in sorted(set(real.languages)):
        result[codes == tag] = real.vectors[codes == tag].mean(axis=0)
    return result


def _neighbours(residuals: Vectors, languages: list[str]) -> NDArray[np.int64]:
    """Return the nearest rows of the same language, shape (n, NEIGHBOURS)."""
    unit = residuals / np.linalg.norm(residuals, axis=1, keepdims=True)
    result = np.empty((len(unit), NEIGHBOURS), np.int64)
    codes = np.array(languages)
    for tag in sorted(set(languages)):
        rows = np.flatnonzero(codes == tag)
        similarities = unit[rows] @ unit[rows].T
        np.fill_diagonal(similarities, -np.inf)
        nearest = np.argpartition(-similarities, NEIGHBOURS, axis=1)[:, :NEIGHBOURS]
        result[rows] = rows[nearest]
    return result


def _spread(residuals: Vectors) -> Vectors:
    """Return the matrix that gives standard normal rows the covariance of the residuals."""
    covariance = np.cov(residuals, rowvar=False)
    values, axes = np.linalg.eigh(covariance)
    return (np.sqrt(np.maximum(values, 0))[:, None] * axes.T).astype(np.float32)


if __name__ == "__main__":
    main()
