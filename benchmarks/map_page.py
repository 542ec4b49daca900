"""How big is a page with a map, how soon is it painted, and how smooth is it while it moves?

    python benchmarks/map_page.py [--points 10000 20000] [--chromium PATH]

Texts are made of random words in Arabic letters, which deflate worse than language does. The
page is the map alone, opened from a file in chromium, without a network; while the mouse drags
and the wheel turns, the gaps between frames are taken. Needs Playwright.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import tempfile
import time
from pathlib import Path

import numpy as np
from marsad.scripts.reporting import Words
from marsad.scripts.reporting.map_page import MAP_WORDS, MapPoint, map_section
from playwright.sync_api import sync_playwright

WATCH = """() => { window.gaps = []; let last = performance.now();
const tick = (now) => { window.gaps.push(now - last); last = now; requestAnimationFrame(tick); };
requestAnimationFrame(tick); }"""


def main() -> None:
    """Print one line for each number of points."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--points", type=int, nargs="+", default=[10_000, 20_000])
    parser.add_argument("--chromium", default=shutil.which("chromium"))
    parser.add_argument("--runs", type=int, default=3)
    arguments = parser.parse_args()
    with sync_playwright() as driver, tempfile.TemporaryDirectory() as folder:
        browser = driver.chromium.launch(executable_path=arguments.chromium, args=["--no-sandbox"])
        for count in arguments.points:
            start = time.perf_counter()
            file = Path(folder) / f"{count}.html"
            file.write_text(page_of(made(count)), encoding="utf-8")
            seconds = time.perf_counter() - start
            runs = [measured(browser, file) for _ in range(arguments.runs)]
            figures = [statistics.median(column) for column in zip(*runs, strict=True)]
            print(
                f"{count} points: {file.stat().st_size / 1e6:.2f} MB written in {seconds:.1f} s, "
                "first paint {:.0f} ms, map drawn {:.0f} ms; longest gap between frames: "
                "dragging {:.0f} ms (median {:.0f}), wheel {:.0f} ms; "
                "first search {:.0f} ms, later ones {:.0f} ms".format(*figures),
                flush=True,
            )
        browser.close()


def made(count: int) -> list[MapPoint]:
    """Return points in clusters, with texts of random words."""
    random = np.random.default_rng(0)
    letters = np.array(list("ابتثجحخدذرزسشصضطظعغفقكلمنهوي"))
    words = ["".join(random.choice(letters, random.integers(2, 8))) for _ in range(20_000)]
    # Words as frequent as in language (Zipf).
    which = np.minimum(random.zipf(1.3, size=(count, 40)), len(words)) - 1
    themes = random.integers(0, 30, count)
    places = random.normal(size=(30, 2))[themes] + 0.15 * random.normal(size=(count, 2))
    return [
        MapPoint(
            float(places[i, 0]), float(places[i, 1]), " ".join(words[w] for w in which[i]), "ar",
            int(themes[i]) if i % 7 else None, " ".join(words[w] for w in which[i][:8]),
            f"outlet {i % 40}", f"2024-{i % 12 + 1:02}-{i % 28 + 1:02}", f"d{i // 3}-{i % 3}",
        )
        for i in range(count)
    ]  # fmt: skip


def page_of(points: list[MapPoint]) -> str:
    """Return a page with the map alone, in English."""
    said = Words("en").words
    section = map_section(
        points, {key: said[key] for key in MAP_WORDS}, themes=[f"Theme {n}" for n in range(30)]
    )
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Map</title>'
        f"<style>{section.style}</style></head><body>{section.html}"
        f"<script>{section.script}</script></body></html>"
    )


def measured(browser, file: Path) -> tuple[float, ...]:
    """Open the page once, move it, and search in it."""
    context = browser.new_context(offline=True, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(file.as_uri())
    drawn = page.evaluate(
        "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame("
        "() => done(performance.now()))))"
    )
    page.wait_for_timeout(1500)
    painted = page.evaluate(
        "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN"
    )
    box = page.locator("[data-part=canvas]").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.wheel(0, -300)
    page.wait_for_timeout(300)
    dragging = gaps(page, lambda: drag(page, x, y))
    wheel = gaps(page, lambda: turn(page))
    searches = [searched(page, query) for query in ("ا", "تب", "ك")]
    context.close()
    return (painted, drawn, max(dragging), statistics.median(dragging), max(wheel),
            searches[0], statistics.median(searches[1:]))  # fmt: skip


def gaps(page, act) -> list[float]:
    """Return the milliseconds between frames while something is done."""
    page.evaluate(WATCH)
    act()
    return page.evaluate("window.gaps")[1:]


def drag(page, x: float, y: float) -> None:
    """Drag to and fro for about two seconds."""
    page.mouse.down()
    for step in range(120):
        page.mouse.move(x + 200 * np.sin(step / 8), y + 120 * np.sin(step / 5))
        page.wait_for_timeout(8)
    page.mouse.up()


def turn(page) -> None:
    """Zoom out and in with the wheel."""
    for step in range(40):
        page.mouse.wheel(0, 60 if step % 20 < 10 else -60)
        page.wait_for_timeout(16)


def searched(page, query: str) -> float:
    """Return how long the page works on a search, its wait for more letters left out."""
    return page.evaluate(
        """(query) => new Promise((done) => {
          const box = document.querySelector("[data-part=search]");
          box.value = query;
          const start = performance.now();
          box.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter" }));
          requestAnimationFrame(() => setTimeout(() => done(performance.now() - start)));
        })""",
        query,
    )


if __name__ == "__main__":
    main()
