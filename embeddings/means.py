"""Mean vectors of languages, and how to take them out of vectors.

A multilingual model puts all texts of a language into a corner of their own, so that raw vectors
find the language before the meaning. Subtracting from each vector the mean of its language, for
queries and passages apart, puts the languages on top of each other. Stored vectors stay raw;
whoever compares vectors centres them first, with one version of the means throughout.
How that works and what it gains: docs/language-means.md.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from .default_model import DEFAULT_MODEL
from .errors import EmbeddingError
from .folders import cache_folder

Vectors = NDArray[np.float32]
Kind = Literal["passage", "query"]

KINDS: tuple[Kind, Kind] = ("passage", "query")
# How much of a mean is subtracted. All of it also takes away what raw vectors are good at, finding
# a passage by a question in its own language: with news titles as questions, mean average precision
# is 0.702 raw, 0.682 with all of the mean, 0.689 with this much in the own language, and 0.312,
# 0.368, 0.391 in others. Clusters follow the language no more than with all of it (0.001).
STRENGTH = 0.8
# Passages after which what a collection has found counts half: v / t of `blend`. On news titles
# against the shipped means it is 9 for a language's own shift; times 5, because passages of an
# article are alike (intra-class correlation 0.38, so ten of them weigh as much as two or three of
# ten articles). The shift that all languages share is found as quickly, but in a small collection
# it is the subject that questions are about: taken out of five real articles (150 passages), it
# put the passages that answer three questions behind others, while at 4,169 news titles taking it
# out gains (mean average precision 0.538 to 0.562). Hence the larger figure.
COMMON_HALF, OWN_HALF = 1000, 50
# How much of a language's own shift is taken out. Titles of one genre gain from all of it (mean
# average precision 0.475 with none, 0.484 with a tenth, 0.506 with all); themes are lost by it
# where each language writes about something else (V-measure 0.42, 0.38, 0.16).
OWN_SHARE = 0.15

_FOLDER = Path(__file__).parent / "means"
# Tags that are out of use, or say the same as a tag in the table.
_ALIASES = {"cmn": "zh", "fil": "tl", "in": "id", "iw": "he", "ji": "yi", "jw": "jv", "nb": "no",
            "sh": "hr"}  # fmt: skip


class LanguageMeans:
    """The mean vector of each language, for passages and for queries.

    Parameters
    ----------
    passage, query : mapping of str to array of shape (d,)
        Mean of unit vectors under each BCP 47 tag, the same tags in both. Where `query` is left
        out, queries share the means of passages (for models without prompts).

    Attributes
    ----------
    languages : tuple of str
        The tags, sorted.
    dimension : int
        Length d of each vector.
    version : str
        Twelve hexadecimal digits that change when any number or tag changes. ``"none"`` if there
        are no means at all. Vectors centred with different versions must not be compared.
    metadata : dict of str to str
        Where the means come from, as the file says: model, source, licence, split, sentences.
    """

    def __init__(
        self,
        passage: Mapping[str, Vectors],
        query: Mapping[str, Vectors] | None = None,
        *,
        dimension: int | None = None,
        metadata: Mapping[str, str] | None = None,
    ) -> None:
        query = passage if query is None else query
        if set(passage) != set(query):
            odd = ", ".join(sorted(set(passage) ^ set(query)))
            raise EmbeddingError(f"Language means for passages and queries differ in: {odd}.")
        self.languages = tuple(sorted(passage))
        self.metadata = dict(metadata or {})
        self._row = {tag: row for row, tag in enumerate(self.languages)}
        self._table = {
            kind: _table([means[tag] for tag in self.languages], dimension)
            for kind, means in zip(KINDS, (passage, query), strict=True)
        }
        self.dimension = self._table["passage"].shape[1]
        self.version = self._version()

    @classmethod
    def none(cls, dimension: int) -> LanguageMeans:
        """Return means that are all zero: centring with them changes nothing."""
        return cls({}, dimension=dimension)

    @classmethod
    def shipped(cls) -> LanguageMeans:
        """Return the means of the default model, in 205 languages (from SIB-200)."""
        return cls.load(DEFAULT_MODEL)

    @classmethod
    def for_model(cls, name: str, dimension: int, fingerprint: str = "") -> LanguageMeans:
        """Return the means of a model: those kept for it, else the shipped ones, else zeros.

        Parameters
        ----------
        name : str
        dimension : int
        fingerprint : str, optional
            Of the encoder; means computed on request are kept under it (`keep`).
        """
        kept = _kept(fingerprint)
        if fingerprint and kept.is_file():
            return cls.load(kept)
        if not (_FOLDER / f"{_plain(name)}.safetensors").is_file():
            return cls.none(dimension)
        means = cls.load(name)
        if means.dimension != dimension:
            raise EmbeddingError(
                f"The language means shipped for '{name}' have {means.dimension} dimensions, "
                f"the model has {dimension}: it is another model of that name."
            )
        return means

    @classmethod
    def load(cls, model: str | Path) -> LanguageMeans:
        """Read means from a file, or those shipped for a model.

        Parameters
        ----------
        model : str or Path
            A model's name (``"multilingual-e5-small"``, an ``"organisation/"`` before it does not
            matter), or the path of a .safetensors file written by `save`.

        Raises
        ------
        EmbeddingError
            If there is no such file, or it does not hold language means.
        """
        path = Path(model)
        if path.suffix != ".safetensors":
            path = _FOLDER / f"{_plain(str(model))}.safetensors"
            if not path.is_file():
                known = ", ".join(sorted(file.stem for file in _FOLDER.glob("*.safetensors")))
                raise EmbeddingError(
                    f"No language means are shipped for the model '{model}', only for: {known}. "
                    "Use LanguageMeans.none(dimension), or compute them from parallel sentences."
                )
        tensors, metadata = _read(path)
        try:
            tags = metadata.pop("languages").split()
            passage, query = (
                dict(zip(tags, tensors[kind].astype(np.float32), strict=True)) for kind in KINDS
            )
        except (KeyError, ValueError) as error:
            raise EmbeddingError(f"{path} does not hold language means: {error}.") from error
        return cls(passage, query, metadata=metadata)

    def save(self, path: Path) -> None:
        """Write the means as float16 to a .safetensors file, with their metadata."""
        from safetensors.numpy import save

        tensors: dict[str, NDArray[np.float16]] = {
            kind: self._table[kind][:-1].astype(np.float16) for kind in KINDS
        }
        metadata = {**self.metadata, "languages": " ".join(self.languages)}
        path.write_bytes(save(tensors, metadata=metadata))

    def keep(self, fingerprint: str) -> Path:
        """Keep the means in the user's cache for the model of that fingerprint."""
        path = _kept(fingerprint)
        path.parent.mkdir(parents=True, exist_ok=True)
        aside = path.with_suffix(".writing.safetensors")
        self.save(aside)
        aside.replace(path)
        return path

    def vector(self, language: str, kind: Kind = "passage") -> Vectors:
        """Return the mean vector of a language, shape (d,), float32, of any length up to 1.

        A tag that is not there is looked up without its last part (``"pt-BR"`` as ``"pt"``); an
        unknown language, ``"und"`` among them, has the mean of all languages.
        """
        mean: Vectors = self._table[kind][self._find(language)]
        return mean.copy()

    def subtracted(self, kind: Kind = "passage") -> dict[str, Vectors]:
        """Return what is taken off a vector of each language before it is compared, by tag.

        That is `STRENGTH` times the mean; the vector is then brought back to length 1. Under
        ``"und"`` lies what is taken off vectors of all languages that have none of their own.
        """
        table = {**self.as_table(kind), "und": self.vector("und", kind)}
        return {tag: np.float32(STRENGTH) * mean for tag, mean in table.items()}

    def as_table(self, kind: Kind = "passage") -> dict[str, Vectors]:
        """Return a copy of all means of a kind under their tags."""
        return {tag: self._table[kind][row].copy() for tag, row in self._row.items()}

    def blended(self, own: Mapping[str, tuple[Vectors, int]]) -> LanguageMeans:
        """Return these means moved towards the ones that a collection has found itself.

        How far a collection's own mean lies from the shipped one has two parts. What all its
        languages have in common is its genre and subject; taking that out moves all languages
        alike, sets none apart, and is done in full as passages come in (`blend` with
        `COMMON_HALF`). What is left is a language's own: partly how its papers write, which
        should go, partly what they happen to write about, which must stay. Only `OWN_SHARE` of
        it is taken out (`blend` with `OWN_HALF`), all of it where no means are shipped. Query
        means move by as much as passage means do, and languages without a passage move by the
        common part, so that questions in them stay comparable.

        Parameters
        ----------
        own : mapping of str to (array of shape (d,), int)
            For each language of the collection the mean of its raw passage vectors, and of how
            many passages it is. ``"und"`` is passed over.

        Returns
        -------
        LanguageMeans
            With a version of its own. Recompute it when a collection has grown by a good part,
            not with every passage: what is compared must be centred with one version.
        """
        counts = {tag: own[tag][1] for tag in sorted(own) if own[tag][1] > 0 and tag != "und"}
        if not counts:
            return self
        shifts = {tag: own[tag][0] - self.vector(tag) for tag in counts}
        weights = [count / (count + OWN_HALF) for count in counts.values()]
        common = np.average(list(shifts.values()), axis=0, weights=weights).astype(np.float32)
        moved = blend(np.zeros_like(common), common, sum(counts.values()), COMMON_HALF)
        share = OWN_SHARE if self.languages else 1.0
        tables: dict[Kind, dict[str, Vectors]] = {"passage": {}, "query": {}}
        for tag in {*self.languages, *counts}:
            rest = shifts.get(tag, common) - common
            rest = blend(np.zeros_like(rest), share * rest, counts.get(tag, 0), OWN_HALF)
            for kind in KINDS:
                tables[kind][tag] = self.vector(tag, kind) + moved + rest
        return LanguageMeans(tables["passage"], tables["query"], metadata=self.metadata)

    def _find(self, language: str) -> int:
        """Return the row of a language; the last row is the mean of all."""
        tag = _ALIASES.get(language, language)
        while tag not in self._row:
            tag, _, last = tag.rpartition("-")
            if not last or not tag:
                return len(self.languages)
            tag = _ALIASES.get(tag, tag)
        return self._row[tag]

    def _version(self) -> str:
        if not self.languages:
            return "none"
        digest = hashlib.sha256(" ".join([str(STRENGTH), *self.languages]).encode())
        for kind in KINDS:
            digest.update(self._table[kind].astype("<f4").tobytes())
        return digest.hexdigest()[:12]


def blend(shipped: Vectors, own: Vectors, count: int, half: float) -> Vectors:
    """Move a shipped mean towards a collection's own, the more so the more passages it has.

    The weight of the own mean is ``count / (count + half)``. Where that comes from: let the
    passages of a collection in a language scatter with variance v (of unit vectors, 1 minus the
    squared length of their mean) around a mean that lies at squared distance t from the shipped
    one. The mean of n passages misses it by v / n, the shipped one by t, and a mixture with
    weight w by ``w**2 * v / n + (1 - w)**2 * t`` in expectation; that is least for
    ``w = n / (n + v / t)``.

    Parameters
    ----------
    shipped, own : arrays of shape (d,)
        Means of raw unit vectors.
    count : int
        Passages behind `own`.
    half : float
        v / t: with so many passages both count the same.

    Returns
    -------
    array of shape (d,), float32
    """
    weight = count / (count + half)
    return np.asarray(shipped + weight * (own - shipped), np.float32)


def _table(means: list[Vectors], dimension: int | None) -> Vectors:
    """Stack means, and the mean of them all below them."""
    if not means:
        if not dimension:
            raise EmbeddingError("Language means without any language need a dimension.")
        return np.zeros((1, dimension), np.float32)
    if len({mean.shape for mean in means}) > 1 or dimension not in (None, means[0].size):
        sizes = sorted({mean.size for mean in means} | ({dimension} if dimension else set()))
        raise EmbeddingError(f"Language means differ in their dimensions: {sizes}.")
    table = np.asarray(means, np.float32)
    return np.vstack([table, table.mean(axis=0)])


def _kept(fingerprint: str) -> Path:
    return cache_folder() / "means" / f"{fingerprint}.safetensors"


def _plain(name: str) -> str:
    return name.rstrip("/").rpartition("/")[2]


def _read(path: Path) -> tuple[dict[str, NDArray[np.float16]], dict[str, str]]:
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="numpy") as file:
            tensors = {name: file.get_tensor(name) for name in list(file.keys())}
            return tensors, dict(file.metadata() or {})
    except (OSError, SafetensorError) as error:
        raise EmbeddingError(f"Cannot read language means from {path}: {error}.") from error
