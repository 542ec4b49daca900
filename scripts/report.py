"""``marsad report``: the cluster report as one page, Markdown or JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import click
import jinja2
from babel import Locale, UnknownLocaleError

from ..embeddings import language_name
from ..index import Collection, CollectionMissing, Selection
from .cluster_report import gather
from .duplicates import evidence_line
from .forms import Form
from .options import own_themes_option, selection_options
from .output import write_whole
from .own_themes import own_themes_of

_TEMPLATES = Path(__file__).parent / "templates"


@click.command("report")
@click.option(
    "--output",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="The file to write: .html, .md or .json.",
)
@own_themes_option
@selection_options
@click.pass_obj
def command(folder: Path, output: Path, file: str | None, selection: Selection) -> None:
    """Write what the collection is about: themes, copies, and what is outside.

    The page holds all it needs and asks no network. Every passage carries its id
    (document:position), so that each line can be traced.
    """
    render = RENDERINGS.get(output.suffix.lower())
    if render is None:
        raise click.BadParameter(f"{output} should end in {', '.join(RENDERINGS)}.",
                                 param_hint="--output")  # fmt: skip
    with Collection.open(folder) as collection:
        own = own_themes_of(collection, file) if file else []
        report = gather(collection, selection, own)
    if not report["collection"]["documents"]:
        raise CollectionMissing(f"{folder} has no documents in this selection to report on.")
    write_whole(output, [render(report)])
    click.echo(f"The report is in {output}", err=True)


def as_html(report: Form) -> str:
    """Lay the report out as one self-contained page; texts stay text."""
    return _environment(escape=True).get_template("report.html").render(report=report)


def as_markdown(report: Form) -> str:
    """Lay the report out as Markdown."""
    return _environment(escape=False).get_template("report.md").render(report=report)


def as_json(report: Form) -> str:
    """Give the report's form as JSON."""
    return json.dumps(report, ensure_ascii=False, indent=2) + "\n"


RENDERINGS: dict[str, Callable[[Form], str]] = {
    ".html": as_html,
    ".md": as_markdown,
    ".json": as_json,
}


@lru_cache(maxsize=256)
def direction(language: str) -> str:
    """Return ``rtl``, ``ltr``, or ``auto`` for a language whose direction is not known."""
    try:
        return str(Locale.parse(language, sep="-").text_direction)
    except (UnknownLocaleError, ValueError):
        return "auto"


def _environment(*, escape: bool) -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=escape,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
    )
    environment.filters.update(
        direction=direction, language_name=language_name, evidence=evidence_line
    )
    return environment
