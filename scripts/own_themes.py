"""Own themes from a TOML file: names, descriptions and example sentences in any language.

What a person must mend is a `SeedError`; what they should know (a key that is not known, an
example in two themes) is logged, and the file is read all the same.
"""

from __future__ import annotations

import logging
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ..embeddings import Encoder
from ..index import Collection
from ..index.own_themes import OwnTheme
from ..seeds import SeedError, normal_form
from ..seeds.containment import quoted
from .session import encoder_of, short_vectors

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_LOG = logging.getLogger("marsad")
STARTER = Path(__file__).parent.parent / "seeds" / "themes" / "starter.toml"
_KEYS = ("name", "description", "examples")
_FORM = 'a theme begins with [[theme]] and has name = "…" and examples = ["…", "…"]'


@dataclass(frozen=True)
class OwnThemeSpec:
    """A theme as the file says it.

    Attributes
    ----------
    name : str
        The one name, or the English one, or the first.
    names : mapping of str to str
        Names by language code; empty where the file gives one name for all.
    description : str
        Empty where there is none.
    examples : tuple of str
        In order, each once.
    """

    name: str
    names: Mapping[str, str]
    description: str
    examples: tuple[str, ...]


def read_own_themes(path: Path) -> list[OwnThemeSpec]:
    """Read the themes of a TOML file, in order.

    Raises
    ------
    SeedError
        If the file cannot be read, is no TOML, holds no theme, or a theme has no name, the
        name of another, nothing to go by, or an example that is no text. It names the file,
        the theme and what to do.
    """
    tables = _tables(path)
    specs = [_spec(table, f"{path}, theme {n}", path) for n, table in enumerate(tables, start=1)]
    twice = [name for name, count in Counter(spec.name for spec in specs).items() if count > 1]
    if twice:
        raise SeedError(
            f"{path} has {twice[0]!r} as the name of {sum(s.name == twice[0] for s in specs)} "
            "themes. Join their examples in one theme, or rename the others."
        )
    _warn_of_shared(path, specs)
    return specs


def own_themes_of(collection: Collection, file: str) -> list[OwnTheme]:
    """Read own themes, encoded by the collection's model; ``starter`` for those that come along."""
    path = STARTER if file == "starter" and not Path(file).exists() else Path(file)
    return encode_own_themes(read_own_themes(path), collection, encoder_of(collection))


def encode_own_themes(
    specs: Sequence[OwnThemeSpec], collection: Collection, encoder: Encoder
) -> list[OwnTheme]:
    """Return the themes with the language-centred vectors of what they go by.

    Examples are encoded as passages, which is what they are compared with.
    """
    texts = [[*spec.examples, *filter(None, [spec.description])] for spec in specs]
    together = [text for own in texts for text in own]
    vectors = short_vectors(collection, encoder, together, prompt="passage")
    ends = np.cumsum([len(own) for own in texts])[:-1]
    return [
        OwnTheme(spec.name, spec.names, spec.description, spec.examples, rows)
        for spec, rows in zip(specs, np.split(vectors, ends), strict=True)
    ]


def _tables(path: Path) -> list[Any]:
    try:
        table = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise SeedError(f"{path} cannot be read: {error.strerror}. Check its name.") from None
    except UnicodeDecodeError as error:
        raise SeedError(f"{path} is not UTF-8 (byte {error.start}). Save it as UTF-8.") from None
    except tomllib.TOMLDecodeError as error:
        raise SeedError(f"{path} is not TOML: {error}. Mend that line; {_FORM}.") from None
    unknown = [key for key in table if key != "theme"]
    themes = table.get("theme", [])
    if not isinstance(themes, list) or not themes:
        found = f", but {', '.join(repr(quoted(key)) for key in unknown)}" if unknown else ""
        raise SeedError(f"{path} holds no themes{found}; {_FORM}.")
    _warn_of_unknown(str(path), unknown, ("theme",))
    return themes


def _spec(table: Any, where: str, path: Path) -> OwnThemeSpec:
    if not isinstance(table, dict):
        raise SeedError(f"{where} is {quoted(repr(table))}; {_FORM}.")
    names = _names(table.get("name"), where)
    name = names.get("en") or next(iter(names.values()))
    where = f"{path}, theme {quoted(name)!r}"
    unknown = [key for key in table if key not in _KEYS]
    description = table.get("description", "")
    if not isinstance(description, str):
        raise SeedError(
            f"{where} has {quoted(repr(description))} as its description; write a text."
        )
    examples = _examples(table.get("examples", []), where)
    if not examples and not description.strip():
        found = (
            f" (it has {', '.join(repr(quoted(key)) for key in unknown)}, which are not known)"
            if unknown
            else ""
        )
        raise SeedError(
            f"{where} has no examples and no description{found}. "
            'Give it about five sentences that say what it is about: examples = ["…", "…"].'
        )
    _warn_of_unknown(where, unknown, _KEYS)
    by_language = names if isinstance(table["name"], dict) else {}
    return OwnThemeSpec(name, by_language, description.strip(), examples)


def _names(value: Any, where: str) -> dict[str, str]:
    """Return names by language; one name for all is under an empty code."""
    table = value if isinstance(value, dict) else {"": value}
    names = {code: name.strip() for code, name in table.items() if isinstance(name, str)}
    if not names or len(names) < len(table) or not all(names.values()):
        found = "no name" if value is None else f"{quoted(repr(value))} as its name"
        raise SeedError(f'{where} has {found}. Write name = "…", or name = {{en = "…", ar = "…"}}.')
    return names


def _examples(value: Any, where: str) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise SeedError(
            f'{where} has {quoted(repr(value))} as its examples; write a list: ["…", "…"].'
        )
    kept: dict[str, str] = {}
    for number, example in enumerate(value, start=1):
        if not isinstance(example, str) or not normal_form(example):
            raise SeedError(
                f"{where} has {quoted(repr(example))} as example {number}, which is no text. "
                "Write a sentence there, or take it out."
            )
        kept.setdefault(normal_form(example), example.strip())
    return tuple(kept.values())


def _warn_of_unknown(where: str, unknown: Sequence[str], known: Sequence[str]) -> None:
    if unknown:
        _LOG.warning(
            "%s: %s not known and ignored; known are %s.",
            where,
            ", ".join(repr(quoted(key)) for key in unknown)
            + (" is" if len(unknown) == 1 else " are"),
            ", ".join(known),
        )


def _warn_of_shared(path: Path, specs: Sequence[OwnThemeSpec]) -> None:
    first: dict[str, str] = {}
    for spec in specs:
        for example in spec.examples:
            other = first.setdefault(normal_form(example), spec.name)
            if other != spec.name:
                _LOG.warning(
                    "%s: %r is an example of both %r and %r, which draws them together. "
                    "Take it out of one.",
                    path,
                    example,
                    other,
                    spec.name,
                )
