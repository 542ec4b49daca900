"""Is what scraping left in articles marked, and nothing else? Labelled pages, as ``add`` works.

    python benchmarks/noise.py [develop|held] [--show] [--wordings] [--speed]

A line is noise if its label is byline, dateline, related, sharing, comments or notice, or if the
page said it before. It counts as marked if it is given one of these kinds or found to be repeated.
Scraps labelled `fragment` count neither way. The rules were written with ``develop`` in sight, and
the weights of `seeds/cleaning/weights` were trained on it.
"""

from __future__ import annotations

import argparse
import sys
import time
from bisect import bisect_right
from collections import defaultdict
from itertools import accumulate
from pathlib import Path

from marsad.embeddings import DEFAULT_MODEL, CachedEncoder, load_model
from marsad.scripts.preparing import Judging, draft, prepare
from marsad.seeds import NOISE, Article, Origin, SeedFile, document_of, split
from marsad.seeds.cleaning import mark

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
import pages as labelled


def main() -> None:
    """Print precision and recall of the marks, over all, by kind and by language."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("half", nargs="?", default="develop")
    parser.add_argument("--show", action="store_true", help="list what is missed and wrong")
    parser.add_argument("--wordings", action="store_true", help="by wordings alone")
    parser.add_argument("--speed", action="store_true", help="measure MB/s through `mark` too")
    arguments = parser.parse_args()
    pages = labelled.load(arguments.half)
    model = load_model(DEFAULT_MODEL)
    judging = None if arguments.wordings else Judging.of(model)
    encoder = CachedEncoder(model)
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])  # noise, marked, both
    right_kind = 0
    for page in pages:
        for line, why, kind in settled(page, encoder, judging):
            noise, marked = line.repeats or line.kind in NOISE, bool(why)
            name = "repeated" if line.repeats else line.kind if noise else kind
            for key in ("all", f"kind {name}", f"language {page.language}"):
                for place, holds in enumerate((noise, marked, noise and marked)):
                    counts[key][place] += holds
            right_kind += noise and marked and (line.repeats or kind == line.kind)
            if arguments.show and noise != marked:
                said = page.text[line.start : line.end]
                what = "missed" if noise else f"wrong as {kind} ({why})"
                print(f"{page.name} {what}: {line.kind}: {said[:110]}")
    report(counts, arguments.half)
    print(f"of the right marks {right_kind / counts['all'][2]:.3f} have the labelled kind")
    if arguments.speed:
        print(f"{speed(pages):.1f} MB of UTF-8 a second through mark on one core")


def settled(page, encoder, judging):
    """Yield each labelled line with why it is marked (or nothing) and the kind it was given."""
    document, _ = document_of(Article(page.text), Origin(SeedFile(Path(page.name)), page.name))
    drawn = draft(document)
    encoded = encoder.encode_with_windows(drawn.texts, prompt="passage")
    prepared = prepare(drawn, encoded.vectors, judging)
    # Repairs may move offsets, but never a line break.
    breaks = [0, *accumulate(len(row) + 1 for row in document.text.split("\n"))]
    at_row: dict[int, int] = {}
    for number, passage in enumerate(prepared.passages):
        first = bisect_right(breaks, passage.start) - 1
        last = bisect_right(breaks, passage.end - 1) - 1
        for row in range(first, last + 1):
            at_row.setdefault(row, number)
    for line in page.lines:
        number = at_row.get(page.text.count("\n", 0, line.start))
        if number is None:  # a row of signs, which no passage holds
            continue
        passage = prepared.passages[number]
        why = "repeated" if passage.repeats is not None else ""
        if passage.kind in NOISE:
            why = prepared.reasons[number]
        if line.kind != "fragment":
            yield line, why, passage.kind


def report(counts, half) -> None:
    """Print a row for each key: lines of noise, precision and recall."""
    print(f"{half}: {'':20} noise marked precision recall")
    for key in sorted(counts):
        noise, marked, both = counts[key]
        if noise or marked:
            precision = both / marked if marked else 1
            recall = both / noise if noise else 1
            print(f"  {key:26} {noise:5} {marked:6} {precision:9.3f} {recall:6.3f}")


def speed(pages) -> float:
    """Return how many MB of UTF-8 go through `mark` in a second, all pages twenty times."""
    work = [(page.text, split(page.text, page.language), page.language) for page in pages]
    size = sum(len(text.encode()) for text, _, _ in work) / 1e6
    mark(*work[0])  # the wordings are read
    rounds, began = 20, time.process_time()
    for _ in range(rounds):
        for one in work:
            mark(*one)
    return rounds * size / (time.process_time() - began)


if __name__ == "__main__":
    main()
