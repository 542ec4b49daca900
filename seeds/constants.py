"""What a user says of all articles that are added: files do not say it, or say it wrong."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from .articles import Article
from .containment import quoted
from .dates import parse_date
from .errors import SeedError


@dataclass(frozen=True)
class Constants:
    """Values that go before what files say; None where files say it.

    Attributes
    ----------
    source, author : str or None
        The outlet, and who wrote it.
    date : str or None
        ISO 8601.
    language : str or None
        BCP 47 tag.
    """

    source: str | None = None
    language: str | None = None
    author: str | None = None
    date: str | None = None

    @classmethod
    def of(cls, settings: Iterable[str]) -> Constants:
        """Return what ``NAME=VALUE`` says, as in ``source=Al Jarida``; the last one counts.

        Raises
        ------
        SeedError
            If a name is none of ours, or a value does not fit.
        """
        found: dict[str, str] = {}
        for setting in settings:
            name, equals, value = setting.partition("=")
            name, value = name.strip(), " ".join(value.split())
            if name not in vars(cls()) or not equals:
                raise SeedError(
                    f"{quoted(setting)!r} sets nothing. Write NAME=VALUE; the names are "
                    f"{', '.join(vars(cls()))}."
                )
            if not value:
                raise SeedError(f"{name}= has no value. Write {name}=VALUE.")
            found[name] = _CHECKED[name](value) if name in _CHECKED else value
        return cls(**found)

    def applied(self, article: Article) -> Article:
        """Return an article with what is set."""
        is_dated_by_address = article.is_dated_by_address and self.date is None
        return replace(
            article,
            source=self.source or article.source,
            author=self.author or article.author,
            published=self.date or article.published,
            language=self.language or article.language,
            is_dated_by_address=is_dated_by_address,
        )


def _date(value: str) -> str:
    found = parse_date(value)
    if found is None:
        raise SeedError(f"date={quoted(value)} is no date. Write it as in date=2024-04-23.")
    return found


def _language(value: str) -> str:
    from babel import Locale, UnknownLocaleError

    try:
        locale = Locale.parse(value, sep="_" if "_" in value else "-")
    except (UnknownLocaleError, ValueError):
        raise SeedError(
            f"language={quoted(value)} is no language. Write its code, as in language=ar or "
            "language=zh-Hant."
        ) from None
    return "-".join(filter(None, (locale.language, locale.script, locale.territory)))


_CHECKED = {"date": _date, "language": _language}
