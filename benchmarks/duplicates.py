"""Repeated paragraphs: precision and recall over planted copies, and look-alikes called copies.

    python benchmarks/duplicates.py EVAL [--half tune|test] [--seed 1] [--cache FOLDER]

EVAL holds `arabic_news.jsonl.gz`, `sib200.tsv.gz` and `xquad.jsonl.gz`. Of each document, parallel
sentence and parallel passage either half has all languages or none, so that what is set on `tune`
can be reported on `test`. A half gives 20,000 paragraphs of eight words or more: Arabic news as
`marsad.seeds.split` parts it, SIB-200 in 34 languages, XQuAD in 12. An independent oracle first
drops one of every two that are alike, so that no pair is a copy unless it was planted; that takes
some minutes once, and is kept in FOLDER.

250 copies of each kind of edit (see `edits.py`) and 2,000 look-alikes (see `lookalikes.py`) are
then mixed in. A pair found under another kind than it was planted as is wrong, and counted in the
table of kinds. A look-alike is wrong if it is called a copy of anything, of any kind.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from edits import units
from lookalikes import look_alikes
from marsad.seeds import normal_form, split
from planting import NAMES, Planted, plant
from rapidfuzz import fuzz, process
from sib200 import LARGEST, read_sentences

Pairs = list[tuple[str, int, int]]

COUNT = 20_000
EACH = 250
NEWS_SHARE = 0.4  # of the copied paragraphs
LANGUAGES = 34
FEWEST_WORDS = 8
KINDS = ("exact", "near", "contained")
ALIKE = 60  # of 100: from here on two paragraphs are not unlike
_GRAM, _RAREST = 8, 8
_SHARED = 0.1


@dataclass(frozen=True)
class Paragraph:
    """A real paragraph."""

    source: str
    language: str
    text: str


def found_pairs(texts: Sequence[str]) -> Pairs:
    """Return (kind, place of the kept text, place of the copy) as the engine finds them.

    The one place where benchmarks meet the engine, and import it.
    """
    from marsad.index import find_copies

    return [(link.kind, link.kept, link.copy) for link in find_copies(texts)]


def paragraphs(folder: Path, half: str) -> Iterator[Paragraph]:
    """Yield the paragraphs of one half."""
    odd = half == "test"
    with gzip.open(folder / "arabic_news.jsonl.gz", "rt", encoding="utf-8") as file:
        for number, line in enumerate(file):
            if number % 2 == odd:
                text = json.loads(line)["text"]
                yield from (
                    Paragraph("news", "ar", text[s.start : s.end]) for s in split(text, "ar")
                )
    for sentence in read_sentences(folder / "sib200.tsv.gz"):
        if sentence.language in LARGEST[:LANGUAGES] and sentence.number % 2 == odd:
            yield Paragraph("sib200", sentence.language, sentence.text)
    with gzip.open(folder / "xquad.jsonl.gz", "rt", encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            if row["passage"] % 2 == odd:
                yield Paragraph("xquad", row["language"], row["text"].strip())


def unlike(given: Sequence[Paragraph]) -> list[Paragraph]:
    """Leave out one of every two that are equal in normal form, or alike in whole or in part."""
    by_normal = {normal_form(p.text): p for p in given if len(units(p.text)) >= FEWEST_WORDS}
    normals, distinct = list(by_normal), list(by_normal.values())
    dropped: set[int] = set()
    for first, second in sorted({*_alike(normals, distinct), *_partly_alike(normals)}):
        if first not in dropped:
            dropped.add(second)
    return [p for place, p in enumerate(distinct) if place not in dropped]


def _alike(normals: Sequence[str], given: Sequence[Paragraph]) -> Iterator[tuple[int, int]]:
    """Yield pairs of one language that align as wholes: every pair is compared."""
    places: dict[str, list[int]] = defaultdict(list)
    for place, paragraph in enumerate(given):
        places[paragraph.language].append(place)
    for of_language in places.values():
        texts = [normals[place] for place in of_language]
        scores = process.cdist(
            texts, texts, scorer=fuzz.ratio, score_cutoff=ALIKE, dtype=np.uint8, workers=2
        )
        for first, second in np.argwhere(np.triu(scores, 1)).tolist():
            yield of_language[first], of_language[second]


def _partly_alike(normals: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield pairs of which the shorter aligns with a part of the longer, if rare letters meet."""
    grams = [
        np.unique([hash(n[i : i + _GRAM]) for i in range(max(1, len(n) - _GRAM + 1))])
        for n in normals
    ]
    sizes = np.array([len(found) for found in grams])
    owners, keys = np.repeat(np.arange(len(normals)), sizes), np.concatenate(grams)
    order = np.lexsort((owners, keys))
    owners = owners[order]
    _, starts, counts = np.unique(keys[order], return_index=True, return_counts=True)
    met = []
    for count in range(2, _RAREST + 1):
        rows = owners[starts[counts == count][:, None] + np.arange(count)]
        left, right = np.triu_indices(count, 1)
        met.append((rows[:, left].astype(np.int64) * len(normals) + rows[:, right]).ravel())
    pairs, shared = np.unique(np.concatenate(met), return_counts=True)
    for pair, together in zip(pairs.tolist(), shared.tolist(), strict=True):
        first, second = divmod(pair, len(normals))
        if together < _SHARED * min(sizes[first], sizes[second]):
            continue
        if fuzz.partial_ratio(normals[first], normals[second], score_cutoff=ALIKE):
            yield first, second


def base(folder: Path, half: str, cache: Path | None) -> list[Paragraph]:
    """Return the unlike paragraphs of a half, from the cache if they are there."""
    kept = cache / f"unlike-{half}.jsonl" if cache else None
    if kept and kept.exists():
        with kept.open(encoding="utf-8") as file:
            return [Paragraph(**json.loads(line)) for line in file]
    given = list(paragraphs(folder, half))
    found = unlike(given)
    print(f"{len(given)} paragraphs, {len(found)} of them unlike", file=sys.stderr)
    if kept:
        kept.parent.mkdir(parents=True, exist_ok=True)
        lines = (json.dumps(asdict(p), ensure_ascii=False) + "\n" for p in found)
        kept.write_text("".join(lines), encoding="utf-8")
    return found


def mixed(
    given: Sequence[Paragraph], each: int, seed: int
) -> tuple[list[str], list[Planted], range]:
    """Return texts with planted copies, then look-alikes: texts, copies, look-alikes' places."""
    chance = random.Random(seed)
    chosen = chance.sample(list(given), min(COUNT, len(given)))
    wanted = each * (len(NAMES) + 1)  # merging takes two
    news = [place for place, p in enumerate(chosen) if p.source == "news"][
        : int(wanted * NEWS_SHARE)
    ]
    others = [place for place, p in enumerate(chosen) if p.source != "news"]
    bases = [*news, *others[: wanted - len(news)]]
    chance.shuffle(bases)
    texts = [p.text for p in chosen]
    copies, planted = plant(texts, [p.language for p in chosen], bases, chance)
    made = [made.text for made in look_alikes(seed=seed)]
    start = len(texts) + len(copies)
    return texts + copies + made, planted, range(start, start + len(made))


def shuffled_pairs(texts: Sequence[str], seed: int) -> Pairs:
    """Return what the engine finds when the texts stand in another order."""
    order = list(range(len(texts)))
    random.Random(seed).shuffle(order)
    found = found_pairs([texts[place] for place in order])
    return [(kind, order[kept], order[copy]) for kind, kept, copy in found]


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("eval", type=Path)
    parser.add_argument("--half", choices=("tune", "test"), default="tune")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--each", type=int, default=EACH)
    parser.add_argument("--cache", type=Path)
    parser.add_argument("--show", type=int, default=0, help="wrong pairs to print to stderr")
    arguments = parser.parse_args()
    given = base(arguments.eval, arguments.half, arguments.cache)
    texts, planted, alike = mixed(given, arguments.each, arguments.seed)
    began = time.perf_counter()
    found = shuffled_pairs(texts, arguments.seed)
    seconds = time.perf_counter() - began
    print(
        f"half {arguments.half}, seed {arguments.seed}: {len(texts)} texts, {len(planted)} planted,"
    )
    print(f"{len(alike)} look-alikes among them; {len(found)} pairs found in {seconds:.1f} s")
    _show_quality([pair for pair in found if not _touches(pair, alike)], planted)
    alone = found_pairs([texts[place] for place in alike])
    for name, pairs in (("alone", alone), ("mixed in", [p for p in found if _touches(p, alike)])):
        _show_look_alikes(name, pairs, len(alike))
    _show_wrong(found, texts, planted, arguments.show)


def _touches(pair: tuple[str, int, int], places: range) -> bool:
    return pair[1] in places or pair[2] in places


def _show_quality(found: Pairs, planted: Sequence[Planted]) -> None:
    truth = {frozenset((b, p.copy)): (p.kind, p.edit) for p in planted for b in p.bases}
    called: dict[frozenset[int], set[str]] = defaultdict(set)
    for kind, kept, copy in found:
        called[frozenset((kept, copy))].add(kind)
    counts: Counter[tuple[str, str]] = Counter()
    for pair, (kind, edit) in truth.items():
        kinds = called.get(pair, set())
        counts[edit, kind if kind in kinds else min(kinds, default="missed")] += 1
    kind_of = {edit: kind for kind, edit in truth.values()}
    print(
        f"\n{'edit':12}{'kind':>11}{'pairs':>7}{'recall':>8}" + "".join(f"{k:>11}" for k in _CALLED)
    )
    for edit in (name for name in NAMES if name in kind_of):
        row = [counts[edit, name] for name in _CALLED]
        share = counts[edit, kind_of[edit]] / sum(row)
        print(
            f"{edit:12}{kind_of[edit]:>11}{sum(row):7}{share:8.3f}"
            + "".join(f"{n:11}" for n in row)
        )
    print(f"\n{'kind':12}{'planted':>11}{'found':>7}{'right':>8}{'precision':>11}{'recall':>8}")
    for kind in KINDS:
        pairs = {pair for pair, kinds in called.items() if kind in kinds}
        wanted = {pair for pair, (of, _) in truth.items() if of == kind}
        right = len(pairs & wanted)
        scores = f"{right / max(1, len(pairs)):11.3f}{right / max(1, len(wanted)):8.3f}"
        print(f"{kind:12}{len(wanted):11}{len(pairs):7}{right:8}{scores}")
        _show_kinds(pairs - wanted, truth)


_CALLED = (*KINDS, "missed")


def _show_kinds(pairs: set[frozenset[int]], truth: dict[frozenset[int], tuple[str, str]]) -> None:
    """Say what the pairs that were called wrongly are."""
    really = Counter(truth[pair][0] if pair in truth else "no copies" for pair in pairs)
    if really:
        print("    wrong: " + ", ".join(f"{n} are {name}" for name, n in really.most_common()))


def _show_look_alikes(name: str, pairs: Pairs, count: int) -> None:
    near = {copy for kind, _, copy in pairs if kind == "near"}
    every = {copy for _, _, copy in pairs}
    print(
        f"look-alikes {name}: {len(near)} of {count} called near copies ({len(near) / count:.3%}), "
        f"{len(every)} called copies of any kind ({len(every) / count:.3%})"
    )


def _show_wrong(found: Pairs, texts: Sequence[str], planted: Sequence[Planted], most: int) -> None:
    true = {(p.kind, frozenset((b, p.copy))) for p in planted for b in p.bases}
    wrong = [pair for pair in found if (pair[0], frozenset(pair[1:])) not in true]
    for kind, kept, copy in random.Random(0).sample(wrong, min(most, len(wrong))):
        print(f"\n{kind}\n  {texts[kept]}\n  {texts[copy]}", file=sys.stderr)


if __name__ == "__main__":
    main()
