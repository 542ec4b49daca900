"""Piles of invented articles for the tests of the report."""

from __future__ import annotations

import random
from dataclasses import replace

from conftest import entry
from marsad.index import Collection, Entry

WIRE = (
    "The harbour master said on Thursday that the ferry company will repair both landing stages "
    "before the summer season, and that passengers will be carried by bus until then."
)
_RIVER = ["river", "flood", "water", "dam", "bank", "bridge", "boats", "rescue", "rain", "level"]
_CLINIC = [
    "clinic",
    "vaccine",
    "nurses",
    "measles",
    "children",
    "doses",
    "village",
    "doctor",
    "campaign",
    "mobile",
]
_ARABIC = [
    "المنصة",
    "الحسابات",
    "الشركة",
    "حذف",
    "المحتوى",
    "تقرير",
    "المستخدمين",
    "الشفافية",
    "الشبكة",
    "الصفحات",
]


def article(name: str, words: list[str], seed: int, **more: object) -> Entry:
    """Make an article of a title and three paragraphs out of a theme's words."""
    language = str(more.pop("language", "en"))
    extra = str(more.pop("extra", ""))
    modified = int(str(more.pop("modified_ns", 0)))
    draw = random.Random(name)
    lines = [" ".join(draw.choices(words, k=28)) + f" {n}{seed}." for n in range(3)]
    title = more.pop("title", " ".join(words[(seed + i) % len(words)] for i in range(5)))
    text = "\n\n".join(filter(None, [str(title), *lines, extra]))
    made = entry(f"/invented/{name}.txt", text, language, title=title, **more)
    return replace(made, document=replace(made.document, modified_ns=modified))


def fill(collection: Collection) -> None:
    """Put two themes in two languages into a collection, with a text that three outlets ran."""
    entries = []
    for n in range(6):
        wire = WIRE if n < 3 else ""
        entries.append(
            article(f"river-{n}", _RIVER, n, source=f"r{n}.example", extra=wire,
                    published=f"2025-0{1 + n // 2}-1{n}", url=f"https://r{n}.example/{n}")
        )  # fmt: skip
        entries.append(
            article(
                f"clinic-{n}", _CLINIC, n, source="clinic.example", published=f"2025-03-0{n + 1}"
            )
        )
        entries.append(
            article(f"platform-{n}", _ARABIC, n, language="ar", source=f"a{n % 2}.example")
        )
    collection.add(entries)
