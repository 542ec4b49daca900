"""``marsad demo``: the tour on the sample corpus, with the commands a person would type."""

from __future__ import annotations

import shlex
import time
from pathlib import Path

import click

from .. import seeds
from .main import group

SAMPLE = Path(seeds.__file__).parent / "corpus" / "articles"
_SEARCHES = (
    "إغلاق حسابات على مواقع التواصل",
    "recruiting young people online",
    "sosyal medya hesaplarının kapatılması",
    "inondations et aide aux sinistrés",
)


@click.command("demo")
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("demo-output"),
    show_default=True,
    help="Where the collection and the report go.",
)
@click.pass_context
def command(context: click.Context, output: Path) -> None:
    """Add the sample corpus, search it, list its copies, stories and themes, and write a report."""
    began = time.monotonic()
    output.mkdir(parents=True, exist_ok=True)
    report = output / "report.html"
    _run(output, "add", str(SAMPLE))
    for query in _SEARCHES:
        _run(output, "search", query, "-k", "3", "-o", "table")
    _run(output, "duplicates", "--kind", "near", "--kind", "contained", "-o", "table")
    _run(output, "duplicates", "--kind", "translated", "-n", "2", "-o", "table")
    _run(output, "stories", "-n", "4", "-o", "table")
    _run(output, "themes", "--themes", "starter", "-o", "table")
    _run(output, "dedup", "--output", str(output / "corpus.jsonl"))
    _run(output, "report", "--output", str(report))
    click.secho(
        f"\nDone in {time.monotonic() - began:.0f} s. The report: {report.resolve().as_uri()}",
        bold=True,
    )


def _run(output: Path, *arguments: str) -> None:
    """Show a command as it would be typed, and run it in this process."""
    full = ["--collection", str(output / "collection"), *arguments]
    click.secho(f"\n$ marsad {shlex.join(full)}", fg="cyan", bold=True)
    group.main(args=full, prog_name="marsad", standalone_mode=False)
