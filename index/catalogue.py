"""Where each passage's vector lies, and what selections ask of it, as arrays.

Derived from the database. Kept in a file beside it, so that a million rows need not be
read from SQL before the first answer; what was added since is read from there.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from itertools import islice
from pathlib import Path

import numpy as np

from .records import Selection
from .segments import written_whole
from .statements import IS_LEFT_OUT

# What `Catalogue.of` takes, passages p and their documents d.
COLUMNS = (
    "p.row, p.segment, p.offset, p.language, ifnull(d.source, ''), "
    f"ifnull(substr(d.published, 1, 10), ''), {IS_LEFT_OUT}"
)
OF_ALL = f"SELECT {COLUMNS} FROM passages p JOIN documents d ON d.id = p.document ORDER BY p.row"
_AT_A_TIME = 50_000


@dataclass(frozen=True)
class Catalogue:
    """One entry a passage, ascending by row.

    Attributes
    ----------
    rows : int64 array, shape (n,)
    segments, languages, sources, days : int32 arrays, shape (n,)
        Numbers into `names`.
    offsets : int32 array, shape (n,)
        In the segment.
    left_out : bool array, shape (n,)
        Whether the passage is of a kind that searches leave out.
    names : dict of str to array of str
        Under "segments", "languages", "sources", "days" (ISO dates; "" where not known).
    """

    rows: np.ndarray
    segments: np.ndarray
    offsets: np.ndarray
    languages: np.ndarray
    sources: np.ndarray
    days: np.ndarray
    left_out: np.ndarray
    names: dict[str, np.ndarray]

    def __len__(self) -> int:
        return len(self.rows)

    @classmethod
    def of(cls, records: Iterable[tuple]) -> Catalogue:
        """Make a catalogue of database records of `COLUMNS`, in order of row."""
        numbers: dict[str, dict[str, int]] = {name: {} for name in _NAMED}
        parts: list[np.ndarray] = []
        stream = iter(records)
        while chunk := list(islice(stream, _AT_A_TIME)):
            columns: dict[str, Sequence] = dict(zip(_ARRAYS, zip(*chunk, strict=True), strict=True))
            for name, seen in numbers.items():
                columns[name] = [seen.setdefault(value, len(seen)) for value in columns[name]]
            parts.append(np.array([columns[name] for name in _ARRAYS], dtype=np.int64))
        table = np.concatenate(parts, axis=1) if parts else np.empty((len(_ARRAYS), 0), np.int64)
        arrays = {
            name: line.astype(_TYPES.get(name, np.int32))
            for name, line in zip(_ARRAYS, table, strict=True)
        }
        return cls(**arrays, names={name: _texts(seen) for name, seen in numbers.items()})

    @classmethod
    def load(cls, path: Path) -> Catalogue | None:
        """Read a catalogue; None if it is not there or not whole."""
        try:
            # Opened here: NumPy leaves a file open that is not whole.
            with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
                arrays = {name: file[name] for name in _ARRAYS}
                names = {name: file[f"names_{name}"] for name in _NAMED}
        except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile):
            return None
        return cls(**arrays, names=names)

    def save(self, path: Path) -> None:
        """Write the catalogue wholly or not at all."""
        arrays = {name: getattr(self, name) for name in _ARRAYS}
        named = {f"names_{name}": values for name, values in self.names.items()}
        with written_whole(path) as file:
            np.savez(file, allow_pickle=False, **arrays, **named)

    def without(self, rows: np.ndarray) -> Catalogue:
        """Return a catalogue that lacks `rows`."""
        if not len(rows):
            return self
        return self._kept(~np.isin(self.rows, rows))

    def followed_by(self, other: Catalogue) -> Catalogue:
        """Return a catalogue with `other`, whose rows come after all of these."""
        if not len(other):
            return self
        arrays = {name: getattr(other, name) for name in _ARRAYS}
        names = {}
        for name in _NAMED:
            known = {value: number for number, value in enumerate(self.names[name].tolist())}
            moved = [known.setdefault(value, len(known)) for value in other.names[name].tolist()]
            arrays[name] = np.array(moved, np.int32)[arrays[name]]
            names[name] = _texts(known)
        joined = {
            name: np.concatenate([getattr(self, name), arrays[name]]).astype(values.dtype)
            for name, values in arrays.items()
        }
        return Catalogue(**joined, names=names)

    def agrees_with(self, other: Catalogue) -> bool:
        """Tell whether both say the same of the same rows (names may be numbered otherwise)."""
        return np.array_equal(self.rows, other.rows) and all(
            np.array_equal(self._spelt(name), other._spelt(name)) for name in _ARRAYS
        )

    def _spelt(self, name: str) -> np.ndarray:
        values: np.ndarray = getattr(self, name)
        return self.names[name][values] if name in _NAMED else values

    def places(self, rows: np.ndarray) -> np.ndarray:
        """Return the place of each row in the arrays; -1 where it is not in."""
        return _places_in(rows, self.rows)

    def searchable(
        self, selection: Selection | None = None, places: np.ndarray | slice = slice(None)
    ) -> np.ndarray:
        """Return a mask of the passages at `places` that count and are selected."""
        mask = ~self.left_out[places]
        if selection is None:
            return mask
        for name, wanted in (("languages", selection.languages), ("sources", selection.sources)):
            if wanted:
                mask &= np.isin(self.names[name], wanted)[getattr(self, name)[places]]
        if selection.since or selection.until:
            days = self.names["days"]
            inside = days != ""
            if selection.since:
                inside &= days >= selection.since
            if selection.until:
                inside &= days <= selection.until
            mask &= inside[self.days[places]]
        return mask

    def language_tags(self, places: np.ndarray) -> list[str]:
        """Return the language of each place."""
        tags: list[str] = self.names["languages"][self.languages[places]].tolist()
        return tags

    def _kept(self, mask: np.ndarray) -> Catalogue:
        return Catalogue(**{name: getattr(self, name)[mask] for name in _ARRAYS}, names=self.names)


def is_in(values: np.ndarray, ascending: np.ndarray) -> np.ndarray:
    """Return a mask of the few values that stand in an ascending array, however long."""
    return _places_in(values, ascending) >= 0


def _places_in(values: np.ndarray, ascending: np.ndarray) -> np.ndarray:
    """Return where each value stands in an ascending array; -1 where it does not."""
    if not len(ascending):
        return np.full(len(values), -1)
    at = np.searchsorted(ascending, values)
    at[at == len(ascending)] = 0
    at[ascending[at] != values] = -1
    return at


_ARRAYS = [field.name for field in fields(Catalogue) if field.name != "names"]
_NAMED = ("segments", "languages", "sources", "days")
_TYPES = {"rows": np.int64, "left_out": np.bool_}


def _texts(values: Iterable[str]) -> np.ndarray:
    return np.array(list(values), dtype=str) if values else np.empty(0, dtype="U1")
