"""Plain text and Markdown: the file is the article, letter for letter."""

from __future__ import annotations

from ..articles import Article
from ..decoding import decode
from ..errors import SeedError


def articles(data: bytes, name: str) -> list[Article]:
    """Read a text as one article.

    Raises
    ------
    SeedError
        If it is empty, is no text, or is in no encoding that can be told.
    """
    if not data:
        raise SeedError(f"{name} is empty. Nothing was added for it.")
    decoded = decode(data, name)
    if not decoded.text.strip():
        raise SeedError(f"{name} holds only white space. Nothing was added for it.")
    warnings = (decoded.warning,) if decoded.warning else ()
    return [Article(decoded.text, encoding=decoded.encoding, warnings=warnings)]
