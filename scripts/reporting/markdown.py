"""The report as Markdown: the same in plain lines, for a repository or a message."""

from __future__ import annotations

import re

from ..forms import Form
from .page import context_of, environment_of
from .words import Words

# What Markdown or the HTML in it would read as more than a letter.
_SPECIAL = re.compile(r"([\\`*_{}\[\]|~])")
_AT_BEGIN = re.compile(r"^(\s*)([-+=#]|\d+[.)](?=\s))")


def as_markdown(report: Form, words: Words) -> str:
    """Lay the report out as Markdown."""
    environment = environment_of(words, escape=False)
    environment.filters["plain"] = plain
    return environment.get_template("report.md").render(**context_of(report))


def plain(text: object) -> str:
    """Return a text in one line, in which nothing is marked up."""
    line = " ".join(str(text).split())
    line = _SPECIAL.sub(r"\\\1", line.replace("&", "&amp;").replace("<", "&lt;"))
    return _AT_BEGIN.sub(r"\1\\\2", line)
