"""What the records of a file gave, field by field, and which field looks like one that is missing.

What does not parse is nowhere else to be seen: an article without a date is an article.
"""

from __future__ import annotations

import re
import shlex
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from ..articles import Article, Problem
from ..containment import quoted
from ..dates import date_of
from ..errors import SeedError
from ..rows import Fields
from .field_names import names_of, value_of

# What a field is called in messages, and what an article has of it.
_ROLES = {
    "title": ("title", "title"),
    "date": ("date", "published"),
    "source": ("outlet", "source"),
    "url": ("address", "url"),
    "author": ("author", "author"),
}
# A field looks like one of a kind if so many of the first records have it, and so many of its
# values parse. A date that is missing from fewer records than half is no missing field.
_HAVE, _PARSE, _MISSING = 0.5, 0.8, 0.5
_DATE_NAME = re.compile(r"date|time|stamp|publish|posted|created", re.IGNORECASE)
_FETCHED = re.compile(
    r"crawl|scrap|fetch|extract|download|access|collect|retriev|index|import|updat|modif",
    re.IGNORECASE,
)


@dataclass
class FieldsUsed:
    """Counts what records give.

    Parameters
    ----------
    name : str
        How messages call the file.
    fields : Fields
        Those that are read.
    sample : sequence of mapping
        The first records.
    """

    name: str
    fields: Fields
    sample: Sequence[Mapping[str, Any]]
    records: int = 0
    by_address: int = 0
    _found: Counter[str] = field(default_factory=Counter)
    _unparsed: Counter[str] = field(default_factory=Counter)
    _examples: dict[str, str] = field(default_factory=dict)

    def count(self, values: Mapping[str, Any], article: Article) -> None:
        """Count what an article took from its record."""
        self.records += 1
        self.by_address += article.is_dated_by_address
        for role, (_, attribute) in _ROLES.items():
            stated = value_of(values, vars(self.fields)[role])
            is_there = stated not in (None, "", [], {})
            found = getattr(article, attribute) is not None
            if role == "date" and article.is_dated_by_address:
                found = False
            self._found[role] += is_there and found
            if is_there and not found:
                self._unparsed[role] += 1
                self._examples.setdefault(role, str(stated))

    def line(self) -> str:
        """Say it; empty where a single record gave all that its fields promise."""
        missing = list(self._missing())
        if self.records < 2 and not (missing or self._unparsed):
            return ""
        number = "1 record" if self.records == 1 else f"{self.records:,} records"
        taken = [f"text from {quoted(self.fields.text)!r}", *self._taken()]
        said = [f"{self.name}: {number}, {', '.join(taken)}", *missing]
        return "; ".join(said)

    def _taken(self) -> Iterator[str]:
        for role, (called, _) in _ROLES.items():
            name = vars(self.fields)[role]
            if name:
                counts = f"{self._found[role]:,}"
                if self._unparsed[role]:
                    example = quoted(self._examples[role])
                    counts += f"; {self._unparsed[role]:,} not understood, such as {example!r}"
                yield f"{called} from {quoted(name)!r} ({counts})"
        if self.by_address:
            yield f"date from the address ({self.by_address:,})"

    def _missing(self) -> Iterator[str]:
        """Name what most records lack, and the field that may hold it."""
        dated = self._found["date"] + self.by_address
        if dated < _MISSING * self.records and (name := self._looks_dated()):
            fetched = ", or when it was fetched" if _FETCHED.search(name) else ""
            which = "no date" if not dated else "few dates"
            yield f"{which}: {_offer(name, fetched)} (--date-field {_typed(name)})"
        if not self.fields.url and (name := self._looks_like_addresses()):
            yield f"no address: {_offer(name)} (--url-field {_typed(name)})"

    def _looks_dated(self) -> str | None:
        names = [name for name in self._free() if self._parses(name, _is_date(name))]
        return min(names, key=lambda name: bool(_FETCHED.search(name)), default=None)

    def _looks_like_addresses(self) -> str | None:
        return next((name for name in self._free() if self._parses(name, _is_address)), None)

    def _free(self) -> list[str]:
        used = set(self.fields.names())
        return [name for name in names_of(self.sample) if name not in used]

    def _parses(self, name: str, parses: Any) -> bool:
        values = [value_of(values, name) for values in self.sample]
        there = [value for value in values if value not in (None, "", [], {})]
        parsed = sum(map(bool, map(parses, there)))
        return len(there) >= _HAVE * len(values) and parsed >= max(1, _PARSE * len(there))


def _offer(name: str, doubt: str = "") -> str:
    return f"{quoted(name)!r} looks like one{doubt}"


def _typed(name: str) -> str:
    """Return a name as it is typed in a shell."""
    return shlex.quote(quoted(name))


def _is_date(name: str) -> Any:
    """Return what tells dates; numbers are dates only where a field is called so."""
    kinds: tuple[type, ...] = (str, date, dict)
    if _DATE_NAME.search(name):
        kinds += (int, float)
    return lambda value: isinstance(value, kinds) and date_of(value)


def _is_address(value: object) -> bool:
    return isinstance(value, str) and bool(re.match(r"https?://[^/\s]+/\S", value))


def closed_with(
    items: Iterable[Article | Problem], used: FieldsUsed
) -> Iterator[Article | Problem]:
    """Yield what a file holds; its last article carries what is to be said of its fields."""
    held: list[Article | Problem] = []  # an article, and what is wrong with those behind it
    try:
        for item in items:
            if isinstance(item, Article):
                yield from held
                held = [item]
            elif held:
                held.append(item)
            else:
                yield item
    except (SeedError, OSError, EOFError):  # the stream ends badly
        yield from _last(held, used)
        raise
    yield from _last(held, used)


def _last(held: list[Article | Problem], used: FieldsUsed) -> Iterator[Article | Problem]:
    for item in held:
        yield replace(item, remark=used.line()) if isinstance(item, Article) else item
