"""The report as one self-contained page: no request to anywhere, texts stay text."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path, PurePath
from typing import Any
from urllib.parse import urlsplit

import jinja2
from markupsafe import Markup

from ..forms import Form
from .map_page import MapSection
from .theme_sections import CLEAR, EDGE
from .words import Words, direction

TEMPLATES = Path(__file__).parent / "templates"
# What the page shows of each; the JSON form and the CSV files have more.
CAPS = {
    "bars": 12,
    "themes": 100,
    "theme_lines": 1_000,
    "members": 30,
    "edge": 8,
    "theme_stories": 4,
    "stories": 40,
    "story_articles": 12,
    "families": 30,
    "copies": 8,
    "changes": 4,
    "outside": 40,
    "future": 10,
}
_CSP = "@CONTENT-SECURITY-POLICY@"
_INLINE = re.compile(r"<(script|style)([^>]*)>(.*?)</\1>", re.DOTALL)


def as_html(report: Form, words: Words, map_: MapSection | None = None) -> str:
    """Lay the report out as one page.

    Parameters
    ----------
    report : dict
        See `gathering.gather`.
    words : Words
    map_ : MapSection, optional

    Returns
    -------
    str
        Its policy allows what is inlined here, by hash, and nothing else.
    """
    environment = environment_of(words, escape=True)
    style = (TEMPLATES / "style.css").read_text(encoding="utf-8")
    page = environment.get_template("page.html").render(
        **context_of(report), style=Markup(style), map=map_, csp=_CSP
    )
    return page.replace(_CSP, policy_of(page), 1)


def policy_of(page: str) -> str:
    """Return the content security policy that allows the styles and scripts inlined in a page."""
    allowed: dict[str, list[str]] = {"script": [], "style": []}
    for kind, attributes, text in _INLINE.findall(page):
        if 'type="application/json"' not in attributes:
            digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
            allowed[kind].append(f"'sha256-{digest}'")
    sources = {kind: " ".join(dict.fromkeys(found)) or "'none'" for kind, found in allowed.items()}
    return (
        f"default-src 'none'; script-src {sources['script']}; style-src {sources['style']}; "
        "base-uri 'none'; form-action 'none'"
    )


def environment_of(words: Words, *, escape: bool) -> jinja2.Environment:
    """Return where templates find the words and what else they use."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=escape,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
    )
    environment.filters.update(
        direction=direction, file_name=_file_name, language_named=words.language_of
    )
    environment.globals.update(w=words, cap=CAPS, clear=CLEAR, edge=EDGE, link_of=link_of)
    return environment


def context_of(report: Form) -> dict[str, Any]:
    """Return the report with what its renderings look up in it."""
    return {
        "report": report,
        "collection": report["collection"],
        "documents": report["documents"],
        "stories": {story["id"]: story for story in report["stories"]},
        "themes": {theme["id"]: theme for theme in report["themes"]},
        "edge_articles": _edge_articles(report),
    }


def link_of(url: str | None) -> str | None:
    """Return the address of an article if a page may link to it: http or https alone."""
    try:
        return url if url and urlsplit(url).scheme in ("http", "https") else None
    except ValueError:
        return None


def _edge_articles(report: Form) -> int:
    """Count the documents of which a part lies at the edge of a theme."""
    return len(
        {
            member["document"]
            for theme in report["themes"]
            for member in theme["members"]
            if member["level"] == "edge"
        }
    )


def _file_name(path: str) -> str:
    return PurePath(path).name or path
