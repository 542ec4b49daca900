"""Makes the README's pictures of the report from the sample corpus.

    python docs/pictures.py [--chromium PATH]

Adds the sample corpus to a collection of its own, reports on it in English and Arabic, and
photographs the top of each page in a chromium (`pip install playwright`; the browser is the
system's). The same corpus, version and fonts give the same pictures.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from marsad.scripts.demo import SAMPLE
from marsad.scripts.main import main as marsad
from playwright.sync_api import sync_playwright

PICTURES = Path(__file__).parent / "pictures"
LANGUAGES = ("en", "ar")
WIDTH, HEIGHT = 1180, 1180


def main() -> None:
    """Make one picture for each language."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--chromium", default=shutil.which("chromium"))
    chromium = parser.parse_args().chromium
    if chromium is None:
        sys.exit("There is no chromium on the path; name one with --chromium.")
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        collection = Path(scratch) / "sample"
        run(collection, "add", str(SAMPLE))
        for language in LANGUAGES:
            page = Path(scratch) / f"{language}.html"
            run(collection, "report", "--output", str(page), "--reader-language", language)
            photograph(page, PICTURES / f"report-{language}.png", chromium)


def run(collection: Path, *arguments: str) -> None:
    """Run a command on the collection; stop if it fails."""
    code = marsad(["--collection", str(collection), *arguments])
    if code:
        sys.exit(code)


def photograph(page: Path, picture: Path, chromium: str) -> None:
    """Take a picture of the map and of what stands above it."""
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        window = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        window.goto(page.as_uri())
        window.wait_for_timeout(500)
        window.screenshot(path=picture)
        browser.close()
    print(f"{picture}: {picture.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
