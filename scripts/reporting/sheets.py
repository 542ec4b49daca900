"""The report as a folder of CSV files, for spreadsheets.

UTF-8 with a byte order mark, without which Excel shows Arabic as something else. A cell that
a spreadsheet would take for a formula gets an apostrophe before it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from ..forms import Form
from ..output import write_whole
from .words import Words

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
Row = dict[str, Any]


def write_sheets(report: Form, words: Words, folder: Path) -> None:
    """Write the files into a folder, which is made if it is not there.

    Raises
    ------
    click.FileError
        If it cannot be made or written.
    """
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise click.FileError(str(folder), error.strerror) from None
    for name, (columns, rows) in sheets_of(report, words).items():
        write_whole(folder / f"{name}.csv", [sheet(columns, rows)])


def sheets_of(report: Form, words: Words) -> dict[str, tuple[tuple[str, ...], list[Row]]]:
    """Return the columns and rows of each file."""
    return {
        "collection": (("figure", "value"), _collection(report)),
        "documents": (
            ("id", "title", "source", "published", "language", "url", "path"),
            list(report["documents"].values()),
        ),
        "themes": (
            ("id", "name", "origin", "documents", "share", "passages", "languages",
             "language_mixing", "sources", "first_published", "last_published", "keywords",
             "sureness", "cohesion", "separation", "stability"),
            [_theme(theme) for theme in report["themes"]],
        ),
        "theme_articles": (
            ("theme", "theme_name", "document", "part", "title", "source", "published",
             "similarity", "margin", "next", "level"),
            list(_members(report)),
        ),
        "passages": (
            ("theme", "theme_name", "id", "start", "end", "language", "source", "published",
             "title", "text"),
            list(_passages(report)),
        ),
        "time": (("theme", "theme_name", "unit", "start", "documents"), list(_time(report, words))),
        "stories": (
            ("id", "headline", "first", "last", "articles", "languages", "sources", "documents"),
            [_story(story) for story in report["stories"]],
        ),
        "copies": (
            ("family", "kept", "id", "kind", "score", "language", "source", "published", "title",
             "start", "end", "text"),
            list(_copies(report)),
        ),
        "outside": (
            ("document", "title", "source", "published", "reason", "first", "text"),
            [_outside(item, report) for item in report["outside"]],
        ),
        **_comparison(report),
    }  # fmt: skip


def sheet(columns: tuple[str, ...], rows: Iterable[Row]) -> str:
    """Return one file."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows([_cell(row.get(column)) for column in columns] for row in rows)
    return "\ufeff" + text.getvalue()


def _cell(value: Any) -> Any:
    """Return a text that no spreadsheet takes for a formula; numbers as they are."""
    if isinstance(value, dict):
        value = " ".join(f"{name or '?'}:{n}" for name, n in value.items())
    elif isinstance(value, list):
        value = "; ".join(map(str, value))
    if isinstance(value, str) and value.lstrip(" ").startswith(_FORMULA):
        return "'" + value
    return "" if value is None else value


def _collection(report: Form) -> list[Row]:
    figures = {
        **report["collection"],
        **{f"method: {name}": value for name, value in report["method"].items()},
    }
    return [{"figure": name, "value": value} for name, value in figures.items() if name != "trend"]


def _where(document: Form) -> Row:
    return {name: document[name] for name in ("title", "source", "published")}


def _theme(theme: Form) -> Row:
    sure = theme["sureness"]
    figures = {name: sure[name] for name in ("cohesion", "separation", "stability")}
    return {**theme, **figures, "sureness": sure["level"]}


def _members(report: Form) -> Iterable[Row]:
    for theme in report["themes"]:
        for member in theme["members"]:
            where = _where(report["documents"][member["document"]])
            yield {"theme": theme["id"], "theme_name": theme["name"], **member, **where}


def _passages(report: Form) -> Iterable[Row]:
    for theme in report["themes"]:
        for quote in theme["representative"]:
            where = _where(report["documents"][quote["document"]])
            yield {"theme": theme["id"], "theme_name": theme["name"], **quote, **where}


def _time(report: Form, words: Words) -> Iterable[Row]:
    axis = report["axis"] or {"unit": "", "starts": []}
    whole = {"id": "", "name": words("collection"), "trend": report["collection"]["trend"]}
    for theme in [whole, *report["themes"]]:
        name = {"theme": theme["id"], "theme_name": theme["name"], "unit": axis["unit"]}
        for start, count in zip(axis["starts"], theme["trend"]["counts"], strict=True):
            yield {**name, "start": start, "documents": count}
        for key in ("earlier", "later", "undated"):
            yield {**name, "start": key, "documents": theme["trend"][key]}


def _story(story: Form) -> Row:
    return {
        **story, "headline": story["headline"]["text"], "articles": len(story["documents"])
    }  # fmt: skip


def _copies(report: Form) -> Iterable[Row]:
    for number, family in enumerate(report["copies"]["shown"], start=1):
        kept = family["kept"]
        name = {"family": number, "kept": kept["id"]}
        yield {**name, **kept, **_where(report["documents"][kept["document"]]), "kind": "kept"}
        for copy in family["copies"]:
            quote = copy["quote"]
            figures = {"kind": copy["kind"], "score": copy["score"]}
            yield {**name, **quote, **_where(report["documents"][quote["document"]]), **figures}


def _outside(item: Form, report: Form) -> Row:
    quote = item["quote"]
    return {**item, **_where(report["documents"][item["document"]]),
            "first": quote["id"], "text": quote["text"]}  # fmt: skip


def _comparison(report: Form) -> dict[str, tuple[tuple[str, ...], list[Row]]]:
    if report["comparison"] is None:
        return {}
    names = {theme["id"]: theme["name"] for theme in report["themes"]}
    columns = ("id", "name", "change", "before", "during", "share_before", "share_during", "chance")
    rows = [{**moved, "name": names[moved["id"]]} for moved in report["comparison"]["themes"]]
    return {"comparison": (columns, rows)}
