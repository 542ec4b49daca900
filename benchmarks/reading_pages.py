"""Reading real pages: how much of each article and nothing else is found, beside trafilatura.

    python benchmarks/reading_pages.py PAGES

PAGES holds `pages.jsonl.gz`, a line a page: `file`, `from` (which collection of pages), `url`, and
either `body`, its article, or `wanted` and `unwanted`, phrases that its article holds and does
not hold. Nothing is encoded or marked as noise: this is what reading alone gives. Both read the
same bytes in the same run. Where the body is known, precision and recall are over runs of four
words (single letters in scripts without spaces), each page counting the same.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import time
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import trafilatura
from marsad.seeds.errors import SeedError
from marsad.seeds.formats.html import articles

_UNSPACED = "\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_WORD = re.compile(rf"[{_UNSPACED}]|[^\W{_UNSPACED}]+")
_RUN = 4

Page = dict[str, Any]


def main() -> None:
    """Print how fast both are, and a line for each collection of pages."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pages", type=Path)
    folder = parser.parse_args().pages
    with gzip.open(folder / "pages.jsonl.gz", "rt", encoding="utf-8") as file:
        pages = [json.loads(line) for line in file]
    data = [gzip.decompress((folder / page["file"]).read_bytes()) for page in pages]
    read: dict[str, list[str]] = {}
    for name, reader in (("marsad", ours), ("trafilatura", theirs)):
        began = time.perf_counter()
        read[name] = [reader(each) for each in data]
        print(f"{name}: {len(pages) / (time.perf_counter() - began):.0f} pages a second")
    for name, texts in read.items():
        for line in figures(list(zip(pages, texts, strict=True))):
            print(f"{name:<12} {line}")


def ours(data: bytes) -> str:
    """Return the text of a page's articles, without their titles."""
    try:
        found = articles(data, "page")
    except SeedError:
        return ""
    return "\n".join(line for a in found for line in a.text.splitlines() if line != a.title)


def theirs(data: bytes) -> str:
    """Return what trafilatura extracts, as it comes."""
    return trafilatura.extract(data, include_comments=False) or ""


def domain_of(url: str | None) -> str:
    """Return the last two labels of a host, so that pages of one outlet stay together."""
    return ".".join((urlsplit(url or "").hostname or "").split(".")[-2:])


def figures(read: Sequence[tuple[Page, str]]) -> Iterator[str]:
    """Give a line for each collection of pages."""
    bodies: dict[str, list[tuple[float, float]]] = defaultdict(list)
    found: Counter[str] = Counter()
    for page, text in read:
        if page.get("body"):
            bodies[page["from"]].append(_shares(page["body"], text))
        else:
            found.update(_phrases(page, text))
    for name, rows in sorted(bodies.items()):
        precision, recall = (sum(row[at] for row in rows) / len(rows) for at in (0, 1))
        lost = sum(recall < 0.5 for _, recall in rows)
        yield f"{name:<12} {len(rows):>4} pages  {_line(precision, recall, lost)}"
    if found["pages"]:
        precision = found["right"] / max(1, found["right"] + found["wrong"])
        recall = found["right"] / max(1, found["wanted"])
        line = _line(precision, recall, found["lost"])
        yield f"{'phrases':<12} {found['pages']:>4} pages  {line}"


def _line(precision: float, recall: float, lost: int) -> str:
    f1 = 2 * precision * recall / max(1e-9, precision + recall)
    return f"P {precision:.3f}  R {recall:.3f}  F1 {f1:.3f}  more than half lost {lost}"


def _shares(body: str, text: str) -> tuple[float, float]:
    """Return precision and recall of the runs of words."""
    wanted, got = _runs(body), _runs(text)
    both = (wanted & got).total()
    return both / max(1, got.total()), both / max(1, wanted.total())


def _runs(text: str) -> Counter[tuple[str, ...]]:
    words = _WORD.findall(unicodedata.normalize("NFKC", text))
    return Counter(tuple(words[at : at + _RUN]) for at in range(max(1, len(words) - _RUN + 1)))


def _phrases(page: Page, text: str) -> dict[str, int]:
    """Count the phrases of a page that are in its text, and whether most are lost."""
    said = _letters(text)
    wanted = page["wanted"] or []
    right = sum(_letters(phrase) in said for phrase in wanted)
    return {
        "pages": bool(wanted),
        "wanted": len(wanted),
        "right": right,
        "wrong": sum(_letters(phrase) in said for phrase in page["unwanted"] or []),
        "lost": right < len(wanted) / 2,
    }


def _letters(text: str) -> str:
    return re.sub(r"\W+", "", unicodedata.normalize("NFKC", text)).casefold()


if __name__ == "__main__":
    main()
