"""Train the weights by which lines are judged that no wording tells, and cross-validate them.

    python benchmarks/train_judge.py sib200.tsv.gz [--write]

What lines say is learned from the wordings in `seeds/cleaning/wordings` and, as text, from
sentences of SIB-200 (CC BY-SA 4.0), whole and cut short. How they stand is learned from the
labelled pages of `tests/pages/develop`. The table judges each of these pages by weights from pages
of the other fifths; the pages of `held` are never looked at here.
"""

from __future__ import annotations

import argparse
import gzip
import random
import sys
from bisect import bisect_right
from itertools import accumulate
from pathlib import Path

import numpy as np
import tomllib
from marsad.embeddings import DEFAULT_MODEL, CachedEncoder, LanguageMeans, load_model
from marsad.index import centred
from marsad.scripts.language_means import tables_of
from marsad.seeds import NOISE, cleaning, split
from marsad.seeds.cleaning.features import PageLines, features_of, shape_of
from marsad.seeds.cleaning.judging import CLASSES, LONGEST, _softmax
from marsad.seeds.paragraphs import width
from safetensors.numpy import save_file
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
import pages as labelled

WEIGHTS = Path(cleaning.__file__).parent / "weights"
WORDINGS = Path(cleaning.__file__).parent / "wordings"
SIB = {
    "arb_Arab": "ar", "pes_Arab": "fa", "urd_Arab": "ur", "eng_Latn": "en", "fra_Latn": "fr",
    "deu_Latn": "de", "spa_Latn": "es", "tur_Latn": "tr", "rus_Cyrl": "ru", "zho_Hans": "zh",
    "ukr_Cyrl": "uk", "hin_Deva": "hi", "ind_Latn": "id", "jpn_Jpan": "ja", "kor_Hang": "ko",
    "ita_Latn": "it", "por_Latn": "pt", "nld_Latn": "nl", "heb_Hebr": "he", "ben_Beng": "bn",
    "pbt_Arab": "ps", "ckb_Arab": "ckb", "swh_Latn": "sw",
}  # fmt: skip
SENTENCES, SAID_C, PAGE_C, VECTOR_SCALE, FOLDS = 9000, 1.0, 0.03, 4.0, 5
ROLES = ("labels", "lines", "sure", "opens", "tags")


def main() -> None:
    """Train, show what cross-validation gives, and write the weights if asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sib200", type=Path)
    parser.add_argument("--write", action="store_true", help="put the weights in their place")
    arguments = parser.parse_args()
    model = load_model(DEFAULT_MODEL)
    means = LanguageMeans.for_model(model.name, model.dimension, model.fingerprint)
    encoder, subtracted = CachedEncoder(model), tables_of(means)["passage"]

    def vectors_of(texts, languages):
        rows = encoder.encode_with_windows(list(texts), prompt="passage").vectors
        return centred(rows, list(languages), subtracted)

    said = train_said(arguments.sib200, vectors_of)
    pages = [page_of(page, vectors_of, said) for page in labelled.load("develop")]
    cross_validate(pages)
    if arguments.write:
        page = train_page(pages)
        WEIGHTS.mkdir(exist_ok=True)
        tensors = {"said": said[0], "said_bias": said[1], "page": page[0], "page_bias": page[1]}
        save_file(
            {name: np.ascontiguousarray(value, np.float32) for name, value in tensors.items()},
            WEIGHTS / f"{model.name}.safetensors",
            {"model": model.name, "fingerprint": model.fingerprint,
             "trained_on": f"wordings; SIB-200 sentences; {len(pages)} labelled pages"},
        )  # fmt: skip


def train_said(sib200, vectors_of):
    """Learn from lines alone; returns weights over vector and shape, and biases."""
    texts, languages, labels = zip(*(*wordings(), *sentences(sib200)), strict=True)
    rows = np.hstack([VECTOR_SCALE * vectors_of(texts, languages), [shape_of(t) for t in texts]])
    model = LogisticRegression(C=SAID_C, max_iter=3000).fit(rows, labels)
    weights, biases = in_order(model.coef_, model.intercept_, model.classes_, rows.shape[1])
    weights[:, : -len(shape_of(""))] *= VECTOR_SCALE
    return weights, biases


def wordings():
    """Yield (text, language, kind) of what furniture says."""
    for path in sorted(WORDINGS.glob("*.toml")):
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        language = "en" if path.stem == "every" else path.stem
        for kind in NOISE:
            for role in ROLES:
                for text in table.get(kind, {}).get(role, []):
                    if len(text) >= 3:
                        yield text.replace("#", "12"), language, kind


def sentences(path):
    """Yield (text, language, "text"): sentences, and beginnings of some, as titles are."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        cells = (line.rstrip("\n").split("\t") for line in file)
        rows = [(row[4], SIB[row[0]]) for row in cells if row[0] in SIB]
    choose = random.Random(0)
    choose.shuffle(rows)
    for text, language in rows[:SENTENCES]:
        words = text.split()
        if len(words) > 1 and choose.random() < 0.6:
            text = " ".join(words[: choose.randint(3, 10)])
        elif language in ("zh", "ja") and choose.random() < 0.6:
            text = text[: choose.randint(8, 30)]
        yield text, language, "text"


def page_of(page, vectors_of, said):
    """Return (features, labels, marked by wordings or said before, counts) of a page's lines."""
    text, _ = cleaning.repair(page.text)
    spans = cleaning.mark(text, split(text, page.language), page.language)
    texts = [text[span.start : span.end] for span in spans]
    rows = vectors_of(texts, [page.language] * len(texts))
    known = [span.kind in NOISE for span in spans]
    lines = PageLines.of(text, spans, known, rows)
    shapes = np.array([shape_of(t) for t in texts])
    own = _softmax(np.hstack([rows, shapes]) @ said[0].T + said[1])
    breaks = [0, *accumulate(len(row) + 1 for row in text.split("\n"))]
    rows_of = {page.text.count("\n", 0, line.start): line for line in page.lines}
    at = [rows_of.get(bisect_right(breaks, span.start) - 1) for span in spans]
    kinds = [line.kind if line else "fragment" for line in at]
    said_before = [r is not None for r in cleaning.repeats(texts)]
    short = np.array([width(t) <= LONGEST for t in texts])
    labels = np.array([kind if kind in NOISE else "text" for kind in kinds])
    wanted = np.array([bool(line and line.repeats) for line in at]) | (labels != "text")
    counts = np.array([kind != "fragment" for kind in kinds])
    marked = np.array(known) | np.array(said_before)
    return features_of(lines, own), labels, wanted, marked, counts, short


def train_page(pages):
    """Learn from pages; returns weights over features, the scaling folded in, and biases."""
    rows = np.vstack([page[0] for page in pages])
    labels = np.concatenate([page[1] for page in pages])
    scaler = StandardScaler().fit(rows)
    model = LogisticRegression(C=PAGE_C, max_iter=5000).fit(scaler.transform(rows), labels)
    weights, biases = in_order(model.coef_, model.intercept_, model.classes_, rows.shape[1])
    weights = weights / scaler.scale_
    return weights, biases - weights @ scaler.mean_


def in_order(weights, biases, classes, width_):
    """Put the rows of a regression in the order of `CLASSES`; what it has not met is unlikely."""
    ordered, offsets = np.zeros((len(CLASSES), width_)), np.full(len(CLASSES), -20.0)
    for row, name in enumerate(classes):
        place = CLASSES.index(name)
        ordered[place], offsets[place] = weights[row], biases[row]
    return ordered, offsets


def cross_validate(pages) -> None:
    """Print precision and recall of all marks by the probability that is asked for."""
    order = np.random.default_rng(0).permutation(len(pages))
    judged = [None] * len(pages)
    for fold in np.array_split(order, FOLDS):
        weights, biases = train_page([p for n, p in enumerate(pages) if n not in fold])
        for number in fold:
            judged[number] = 1 - _softmax(pages[number][0] @ weights.T + biases)[:, 0]
    print("from    precision recall   (wordings alone: see inf)")
    for least in (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, np.inf):
        right = marked = wanted = 0
        for likely, (_, _, noise, known, counts, short) in zip(judged, pages, strict=True):
            hit = (known | ((likely >= least) & short)) & counts
            right, marked = right + (hit & noise).sum(), marked + hit.sum()
            wanted += (noise & counts).sum()
        print(f"{least:<7} {right / marked:9.3f} {right / wanted:6.3f}")


if __name__ == "__main__":
    main()
