"""The words of the report in the reader's language, with numbers and dates in their manner.

A language is one file, ``words/CODE.toml``: `[words]` for what is said, with what is put in by
name in braces; `[counts]` for what is counted, in the plural forms of CLDR for that language.
"""

from __future__ import annotations

import sys
from datetime import date
from functools import lru_cache
from pathlib import Path

import click
from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_interval, format_skeleton
from babel.numbers import format_decimal, format_percent
from markupsafe import Markup, escape

from ...embeddings import language_name
from ...seeds.containment import quoted

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

# The zero of each numbering system that CLDR gives a language by default.
_ZEROS = {
    "adlm": "\U0001e950", "arab": "٠", "arabext": "۰", "beng": "০", "cakm": "\U00011136",
    "deva": "०", "mymr": "၀", "nkoo": "߀", "olck": "᱐", "tibt": "༠",
}  # fmt: skip
FOLDER = Path(__file__).parent / "words"


def languages() -> list[str]:
    """Return the codes of the languages that the report can be written in."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


class Words:
    """What the report says, for readers of one language.

    Parameters
    ----------
    tag : str
        BCP 47 tag such as ``en`` or ``ar-EG``; the region decides on digits and dates.

    Raises
    ------
    click.BadParameter
        If there is no file of words for the language, or it is no language tag.
    """

    def __init__(self, tag: str) -> None:
        self.tag = tag.replace("_", "-")
        self.language = self.tag.partition("-")[0].lower()
        if self.language not in languages():
            raise click.BadParameter(
                f"The report cannot be written in {quoted(tag)!r}, but in "
                f"{', '.join(languages())}. Another language is one file beside those "
                "in scripts/reporting/words."
            )
        try:
            self.locale = Locale.parse(self.tag, sep="-")
        except (UnknownLocaleError, ValueError):
            raise click.BadParameter(
                f"{quoted(tag)!r} is no language and region such as {self.language}-EG; "
                f"{self.language} is enough."
            ) from None
        table = tomllib.loads((FOLDER / f"{self.language}.toml").read_text(encoding="utf-8"))
        self.words: dict[str, str] = table["words"]
        self.counts: dict[str, dict[str, str]] = table["counts"]

    @property
    def direction(self) -> str:
        """``rtl`` or ``ltr``."""
        return str(self.locale.text_direction)

    @property
    def number_tag(self) -> str:
        """The tag by which a browser writes numbers as this does, such as ``ar-u-nu-latn``."""
        return f"{self.tag}-u-nu-{self.locale.default_numbering_system}"

    def __call__(self, key: str, **values: object) -> str:
        """Say something, with what is put in by name."""
        return self.words[key].format(**values)

    def html(self, key: str, **values: object) -> Markup:
        """Say it for a page: what is put in stays text, and keeps its own direction."""
        put = {name: _isolated(value) for name, value in values.items()}
        return Markup(escape(self.words[key])).format(**put)

    def count(self, key: str, number: int, **values: object) -> str:
        """Say how many there are, in the plural form that the number asks for."""
        forms = self.counts[key]
        form = forms.get(self.locale.plural_form(number), forms["other"])
        return form.format(n=self.number(number), **values)

    def number(self, number: float, decimals: int = 0) -> str:
        """Write a number, rounded."""
        pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
        return self._digits(
            format_decimal(number, format=pattern, locale=self.locale, numbering_system="default")
        )

    def percent(self, share: float) -> str:
        """Write a share; what is small but not nothing does not become nothing."""
        pattern = "#,##0.0%" if 0 < share < 0.0995 else "#,##0%"
        written = format_percent(
            share, format=pattern, locale=self.locale, numbering_system="default"
        )
        symbols = self.locale.number_symbols[self.locale.default_numbering_system]
        return self._digits(written.replace("%", symbols.get("percentSign", "%")))

    def day(self, day: str | None, *, short: bool = False) -> str:
        """Write an ISO date; what is no date as it is."""
        found = as_day(day)
        if found is None:
            return day or self.words["undated"]
        if short:
            return self._digits(format_skeleton("yMMMd", found, locale=self.locale))
        return self._digits(format_date(found, "long", locale=self.locale))

    def period(self, first: str | None, last: str | None) -> str:
        """Write from which day to which; one day where they are the same."""
        if first == last:
            return self.day(first)
        days = as_day(first), as_day(last)
        if days[0] is None or days[1] is None:
            return self("period", first=self.day(first), last=self.day(last))
        return self._digits(format_interval(*days, skeleton="yMMMd", locale=self.locale))

    def bin(self, start: str, unit: str) -> str:
        """Write what a bar of a chart stands for."""
        day = date.fromisoformat(start)
        if unit == "year":
            return self._digits(f"{day:%Y}")
        if unit == "month":
            return self._digits(format_skeleton("yMMMM", day, locale=self.locale))
        return self("week_of", day=self.day(start)) if unit == "week" else self.day(start)

    def language_of(self, code: str) -> str:
        """Name a language."""
        if code == "und":
            return self.words["language_unknown"]
        return language_name(code, self.tag)

    def listed(self, counted: dict[str, str]) -> str:
        """Join names and what is said of each."""
        return self.words["comma"].join(f"{name} {said}" for name, said in counted.items())

    def _digits(self, text: str) -> str:
        """Write digits as the region does; CLDR's patterns give those of Europe."""
        zero = _ZEROS.get(self.locale.default_numbering_system)
        if zero is None:
            return text
        return text.translate({ord("0") + digit: ord(zero) + digit for digit in range(10)})


def as_day(day: str | None) -> date | None:
    """Return the day of an ISO date or time; None where there is none."""
    try:
        return date.fromisoformat((day or "")[:10])
    except ValueError:
        return None


@lru_cache(maxsize=256)
def direction(language: str) -> str:
    """Return ``rtl``, ``ltr``, or ``auto`` for a language whose direction is not known."""
    try:
        return str(Locale.parse(language, sep="-").text_direction)
    except (UnknownLocaleError, ValueError):
        return "auto"


def _isolated(value: object) -> Markup:
    return Markup("<bdi>{}</bdi>").format(value)
