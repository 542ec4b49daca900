"""What commands need to work: the collection, its model, and a query's vector."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..embeddings import DEFAULT_MODEL, EmbeddingError, Encoder, LanguageMeans, identify, load_model
from ..embeddings.encoder import Prompt
from ..index import OTHER_LANGUAGES, Collection, CollectionError, Model, centred
from .language_means import tables_of

# Below this a short text's language is a guess, and the mean of all languages is fairer.
SURE_LANGUAGE = 0.5


@dataclass(frozen=True)
class Wanted:
    """Which model to use (None: the collection's, or the bundled one), and how to run it."""

    model: str | None = None
    device: str = "auto"
    precision: str = "auto"

    def load(self, name: str) -> Encoder:
        """Load the model `name` to be run in this way."""
        return load_model(name, device=self.device, precision=self.precision)


def open_or_create(folder: Path, wanted: Wanted) -> tuple[Collection, Encoder]:
    """Open the collection in `folder`, or make it with the model that is wanted.

    Raises
    ------
    CollectionError
        If the collection was made with another model.
    """
    if not Collection.is_in(folder):
        encoder = wanted.load(wanted.model or DEFAULT_MODEL)
        try:
            return _created(folder, encoder), encoder
        except CollectionError:
            if not Collection.is_in(folder):  # else another process has made it meanwhile
                raise
    collection = Collection.open(folder)
    try:
        return collection, encoder_of(collection, wanted)
    except (CollectionError, EmbeddingError):
        collection.close()
        raise


def model_and_means(folder: Path, wanted: Wanted) -> tuple[Encoder, Mapping[str, np.ndarray]]:
    """Return the model that articles added to `folder` would be encoded with, and the means.

    Returns
    -------
    Encoder
    mapping from language to array (dimension,)
        What is taken off the vectors of passages.
    """
    if Collection.is_in(folder):
        with Collection.open(folder) as collection:
            return encoder_of(collection, wanted), collection.means["passage"]
    encoder = wanted.load(wanted.model or DEFAULT_MODEL)
    return encoder, tables_of(_shipped_means(encoder))["passage"]


def _shipped_means(encoder: Encoder) -> LanguageMeans:
    return LanguageMeans.for_model(encoder.name, encoder.dimension, encoder.fingerprint)


def _created(folder: Path, encoder: Encoder) -> Collection:
    means = _shipped_means(encoder)
    return Collection.create(
        folder,
        Model(encoder.name, encoder.fingerprint, encoder.dimension),
        means=tables_of(means),
        prompts=encoder.prompts,
        means_version=means.version,
    )


def encoder_of(collection: Collection, wanted: Wanted | None = None) -> Encoder:
    """Load the model that a collection was made with.

    Raises
    ------
    CollectionError
        If another model is wanted, or the model of that name has other weights now.
    """
    held = collection.model
    wanted = wanted or Wanted()
    model = wanted.model
    if model is not None and model != held.name:
        raise CollectionError(
            f"{collection.folder} holds vectors of {held.name!r} ({held.dimension} dimensions), "
            f"not of {model!r}. Leave --model out, or use another --collection for {model!r}."
        )
    encoder = wanted.load(held.name)
    if (encoder.fingerprint, encoder.dimension) != (held.fingerprint, held.dimension):
        raise CollectionError(
            f"{collection.folder} was made with {held.name!r} of fingerprint {held.fingerprint} "
            f"({held.dimension} dimensions), but the one installed is {encoder.fingerprint} "
            f"({encoder.dimension}). Add the articles to a new --collection."
        )
    return encoder


def query_vectors(collection: Collection, encoder: Encoder, queries: Sequence[str]) -> np.ndarray:
    """Return the language-centred unit vectors of queries, shape (n, dimension)."""
    return short_vectors(collection, encoder, queries, prompt="query")


def short_vectors(
    collection: Collection, encoder: Encoder, texts: Sequence[str], *, prompt: Prompt
) -> np.ndarray:
    """Return the language-centred unit vectors of short texts, shape (n, dimension).

    Where a text's language is a guess, the mean of all languages is taken off.
    """
    languages = [
        guess.code if guess.confidence >= SURE_LANGUAGE else OTHER_LANGUAGES
        for guess in identify(texts)
    ]
    vectors = encoder.encode(list(texts), prompt=prompt)
    return centred(vectors, languages, collection.means[prompt])
