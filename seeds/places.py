"""Where articles stand: in a file, in a member of an archive there, in a record of that.

All that lies in one file shares what it may unpack and what was passed over in it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from .articles import Article
from .finding import printable
from .limits import Budget


@dataclass(frozen=True)
class Place:
    """Where something stands: in which file, inside what, and what is said of it there.

    Attributes
    ----------
    file : str
        How messages call the file that was given.
    ending : str
        The name by whose ending a format may be told.
    path : Path or None
        Where there is a file that is this and nothing else.
    key : str
        Which of the things inside the file it is.
    depth : int
        In how many things that are packed it lies.
    """

    file: str
    budget: Budget
    passed_over: Counter[str]
    ending: str
    path: Path | None = None
    key: str = ""
    depth: int = 0
    url: str | None = None
    published: str | None = None
    source: str | None = None

    @property
    def name(self) -> str:
        """How messages call it."""
        return f"{self.file}#{printable(self.key)}" if self.key else self.file

    def inside(
        self,
        key: str,
        url: str | None = None,
        published: str | None = None,
        source: str | None = None,
    ) -> Place:
        """Return the place of a member."""
        return replace(
            self,
            key=_joined(self.key, key),
            ending=_name_in(key),
            path=None,
            depth=self.depth + 1,
            url=url or self.url,
            published=published or self.published,
            source=source or self.source,
        )

    def placed(self, article: Article) -> Article:
        """Return an article with its whole key, and with what is said of its place."""
        return replace(
            article,
            key=_joined(self.key, article.key),
            url=article.url or self.url,
            published=article.published or self.published,
            source=article.source or self.source,
        )


def _joined(outer: str, inner: str) -> str:
    return "#".join(part for part in (outer, inner) if part)


def _name_in(key: str) -> str:
    """Return the name by whose ending a member's format may be told."""
    return urlsplit(key).path if "://" in key else key
