"""Is what scraping left in articles marked, and nothing else? Labelled pages, as ``add`` works.

    python benchmarks/noise.py [develop|held] [--show] [--speed]

A line is noise if its label is byline, dateline, related, sharing, comments or notice, or if the
page said it before. It counts as marked if `mark` gives it one of these kinds or `repeats` finds
it. Scraps labelled `fragment` count neither way. The rules were written with ``develop`` in sight.
"""

from __future__ import annotations

import argparse
import sys
import time
from bisect import bisect_right
from collections import defaultdict
from itertools import accumulate
from pathlib import Path

from marsad.seeds.cleaning import mark, repair, repeats
from marsad.seeds.paragraphs import split

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
import pages as labelled

NOISE = ("byline", "dateline", "related", "sharing", "comments", "notice")


def main() -> None:
    """Print precision and recall of the marks, over all, by kind and by language."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("half", nargs="?", default="develop")
    parser.add_argument("--show", action="store_true", help="list what is missed and wrong")
    parser.add_argument("--speed", action="store_true", help="measure MB/s through `mark` too")
    arguments = parser.parse_args()
    pages = labelled.load(arguments.half)
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])  # noise, marked, both
    right_kind = 0
    for page in pages:
        for line, why, kind in judged(page):
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


def judged(page):
    """Yield each labelled line with why it is marked (or nothing) and the kind it was given."""
    text, _ = repair(page.text)
    spans = mark(text, split(text, page.language), page.language)
    said_before = repeats([text[span.start : span.end] for span in spans])
    # Repairs may move offsets, but never a line break.
    breaks = [0, *accumulate(len(row) + 1 for row in text.split("\n"))]
    at_row: dict[int, int] = {}
    for number, span in enumerate(spans):
        first = bisect_right(breaks, span.start) - 1
        last = bisect_right(breaks, span.end - 1) - 1
        for row in range(first, last + 1):
            at_row.setdefault(row, number)
    for line in page.lines:
        number = at_row[page.text.count("\n", 0, line.start)]
        span = spans[number]
        why = "repeated" if said_before[number] is not None else ""
        if span.kind in NOISE:
            why = span.why
        if line.kind != "fragment":
            yield line, why, span.kind


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
