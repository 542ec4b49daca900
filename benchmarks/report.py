"""The report of many documents: how long it takes, how large it is, how soon it is seen.

    python benchmarks/report.py [--documents 10000] [--folder DIR] [--chromium PATH]

Documents are invented: sixty themes, four languages, eighty outlets, eight passages each, a tenth
of them with a paragraph of wire copy; vectors lie around the middles of the themes at random, so
that no model is needed. "found" is what the clustering takes (copies, themes, stories), which
the report's own time does not count; "gather" and "render" are the report's. With a chromium,
the first paint of the page is measured, from a file, in a window of 1280 by 900.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import tempfile
import time
from pathlib import Path

import numpy as np
from marsad.index import Collection, Entry, Model, Selection
from marsad.scripts.reporting import Words, as_html, as_markdown, gather, map_of, material_of
from marsad.seeds import Document, Passage, document_id

DIMENSION, THEMES, OUTLETS, PARAGRAPHS = 384, 60, 80, 7
_AR = "أعلنت السلطات المحلية فتح تحقيق في حادث وقع مساء الثلاثاء قرب الميناء بعد بلاغ من سكان"
_EN = "the council said on Tuesday that work would begin after people complained about the noise"
_FA = "شورای شهر روز گفت که کار پس از شکایت ساکنان بندر آغاز می شود مدرسه پل جاده باران"
_FR = "la mairie a dit mardi que les travaux du port du pont et de la route vont commencer bientôt"
WORDS = {"ar": _AR, "en": _EN, "fa": _FA, "fr": _FR}


def main() -> None:
    """Make the collection, report on it, and print what it took."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--documents", type=int, default=10_000)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--chromium")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = arguments.folder or Path(scratch) / "collection"
        if not Collection.is_in(folder):
            make(folder, arguments.documents)
        with Collection.open(folder) as collection:
            figures = measure(collection, Path(scratch), arguments.chromium)
    print(json.dumps(figures, indent=2))


def measure(collection: Collection, scratch: Path, chromium: str | None) -> dict[str, object]:
    """Return seconds and bytes."""
    figures: dict[str, object] = {}
    clock = time.perf_counter()

    def lap(name: str) -> None:
        nonlocal clock
        figures[name] = round(time.perf_counter() - clock, 2)
        clock = time.perf_counter()

    words = Words("ar")
    material = material_of(collection, Selection(), reader="ar")
    lap("found_s")
    report = gather(material, reader="ar")
    lap("gather_s")
    map_ = map_of(material, report, words)
    lap("map_s")
    page = as_html(report, words, map_)
    lap("render_s")
    text = as_markdown(report, words)
    lap("markdown_s")
    figures |= {
        "documents": len(report["documents"]),
        "themes": len(report["themes"]),
        "families": report["copies"]["families"],
        "html_bytes": len(page.encode()),
        "markdown_bytes": len(text.encode()),
        "json_bytes": len(json.dumps(report, ensure_ascii=False).encode()),
    }
    if chromium:
        (scratch / "report.html").write_text(page, encoding="utf-8")
        figures["first_paint_ms"] = first_paint(scratch / "report.html", chromium)
    return figures


def first_paint(page: Path, chromium: str) -> list[int]:
    """Return the first contentful paint of three loads, in milliseconds."""
    from playwright.sync_api import sync_playwright

    script = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
    found = []
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for _ in range(3):
            window = browser.new_page(viewport={"width": 1280, "height": 900})
            window.goto(page.as_uri())
            while (painted := window.evaluate(script)) is None:
                window.wait_for_timeout(50)
            found.append(round(painted))
            window.close()
        browser.close()
    return found


def make(folder: Path, count: int) -> None:
    """Make a collection of invented documents."""
    draw, rows = random.Random(0), np.random.default_rng(0)
    middles = rows.standard_normal((THEMES, DIMENSION))
    wire = [_text(draw, "ar", n, 40) for n in range(50)]
    with Collection.create(folder, Model("random", "1", DIMENSION), means={}, prompts={}) as made:
        for start in range(0, count, 500):
            numbers = range(start, min(count, start + 500))
            made.add([_entry(n, draw, rows, middles, wire) for n in numbers])
        made.save_index()


def _entry(
    number: int,
    draw: random.Random,
    rows: np.random.Generator,
    middles: np.ndarray,
    wire: list[str],
) -> Entry:
    theme, language = draw.randrange(THEMES), draw.choice(["ar", "ar", "en", "fa", "fr"])
    texts = [_text(draw, language, theme, 9)]
    texts += [_text(draw, language, theme, 30) for _ in range(PARAGRAPHS)]
    if number % 10 == 0:
        texts[3] = draw.choice(wire)
    body = "\n\n".join(texts)
    path = f"/invented/{number:06d}.txt"
    document = Document(
        id=document_id(path), path=path, text=body, title=texts[0],
        source=f"outlet{draw.randrange(OUTLETS)}.example", url=None, encoding="utf-8",
        published=f"2025-{draw.randrange(1, 13):02d}-{draw.randrange(1, 29):02d}",
        size=len(body), modified_ns=0, sha256=hashlib.sha256(body.encode()).hexdigest(),
    )  # fmt: skip
    passages, start = [], 0
    for position, text in enumerate(texts):
        kind = "paragraph" if position else "title"
        end = start + len(text)
        passages.append(
            Passage(document.id, position, start, end, text, kind, language, 1.0)
        )  # fmt: skip
        start = end + 2
    middle = middles[theme] + 0.9 * rows.standard_normal(DIMENSION)
    vectors = middle + 0.9 * rows.standard_normal((len(texts), DIMENSION))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return Entry(document, language, passages, vectors.astype(np.float32), [1] * len(texts))


def _text(draw: random.Random, language: str, theme: int, words: int) -> str:
    """Return words of a language, one in seven of them of a theme."""
    own = [f"{stem}{theme}" for stem in ("zal", "kor", "mib", "ten", "ruf")]
    common = WORDS[language].split()
    pick = [draw.choice(own if draw.random() < 1 / 7 else common) for _ in range(words)]
    return " ".join(pick) + "."


if __name__ == "__main__":
    main()
