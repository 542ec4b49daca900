"""Reads the labelled pages: invented news as scraped, with what each line is.

A file says its labels beside its lines (see `pages/README.md`); here they become the page as a
scraper would hand it over, and the same labels as stretches of that text.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from marsad.seeds.documents import Kind

FOLDER = Path(__file__).with_name("pages")


@dataclass(frozen=True)
class Line:
    """What characters `start` up to `end` of a page are.

    `repeats`: the page said this line before; `begins`: a story of its own begins here.
    """

    start: int
    end: int
    kind: str
    repeats: bool
    begins: bool


@dataclass(frozen=True)
class Page:
    """A page without its labels, and the lines that are not empty, in order."""

    name: str
    language: str
    text: str
    lines: tuple[Line, ...]


def load(folder: str | Path) -> list[Page]:
    """Read the pages of `develop`, `held` or a folder elsewhere, by name.

    Raises
    ------
    ValueError
        When there are none, or a line is neither empty nor a known label, a tab and text.
    """
    paths = sorted((FOLDER / folder).glob("*.txt"))
    if not paths:
        raise ValueError(
            f"No page in {folder}; wanted 'develop', 'held' or a folder of .txt files."
        )
    return [_page(path) for path in paths]


def _page(path: Path) -> Page:
    texts: list[str] = []
    lines: list[Line] = []
    at = 0
    for number, row in enumerate(path.read_bytes().decode().removesuffix("\n").split("\n"), 1):
        label, _, text = row.partition("\t")
        kind = label.lstrip("+=")
        if row and (kind not in get_args(Kind) or not text.strip()):
            raise ValueError(f"{path.name}, line {number}: wanted LABEL<TAB>text, found {row!r}.")
        if row:
            lines.append(Line(at, at + len(text), kind, "=" in label, "+" in label))
        texts.append(text)
        at += len(text) + 1
    return Page(path.stem, path.stem.partition("-")[0], "\n".join(texts), tuple(lines))
