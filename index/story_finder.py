"""The stories of a collection: parts of documents that tell the same event, across languages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from .parts import FEWEST_LETTERS, Part, parts_of_documents
from .records import DocumentInfo, StoredPassage
from .vectors import unit_rows

# What a few articles have in common is not yet known to be common, so parts of one story must
# also resemble each other this much on average (means of paragraphs' vectors); more where the day
# of one is not known. In the sample corpus parts of one story lie at 0.64 to 0.95, others of one
# theme at 0.51 to 0.74; of the five real articles, which tell five events, the nearest at 0.81.
SAME_EVENT, UNDATED_MORE = 0.6, 0.25
# Larger stories are not looked through: what is common is known there.
_LOOKED_THROUGH = 1_000


@dataclass(frozen=True)
class Story:
    """An event, and the parts of documents that tell it.

    Attributes
    ----------
    id : str
        Stays with the story from run to run (see `memory`).
    headline : StoredPassage
        What the part nearest to the story's middle begins with.
    documents : tuple of DocumentInfo
        By date, those without one last.
    members : tuple of Part
        The same parts, in the same order; a document with two may be in it twice.
    first, last : str or None
        The days of the earliest and the latest document that has one.
    languages, sources : dict of str to int
        Parts in each language, and by each outlet that is known, most first.
    middle : array, shape (d,), float32
        The mean of the parts' vectors, of length 1.
    """

    id: str
    headline: StoredPassage
    documents: tuple[DocumentInfo, ...]
    members: tuple[Part, ...]
    first: str | None
    last: str | None
    languages: dict[str, int]
    sources: dict[str, int]
    middle: np.ndarray


def find_stories(passages: Sequence[StoredPassage], vectors: np.ndarray) -> list[Story]:
    """Find the stories.

    Parameters
    ----------
    passages : sequence of StoredPassage
        In order of document and position, fragments and boilerplate left out.
    vectors : array, shape (len(passages), d), float32 unit rows, language-centred

    Returns
    -------
    list of Story
        Most documents first, then by date. A story of one document is a story. Parts of fewer
        than 200 letters are in none. Equal input gives equal output.
    """
    from .stories import StoryClusterer  # scikit-learn takes a second that searches shall not pay

    parts = [
        part for part in parts_of_documents(passages, vectors) if part.letters >= FEWEST_LETTERS
    ]
    if not parts:
        return []
    clusterer = StoryClusterer().fit(
        np.stack([part.vector for part in parts]),
        languages=[part.language for part in parts],
        days=np.array([_day(part) for part in parts]),
    )
    groups: dict[int, list[Part]] = {}
    for label, part in zip(clusterer.labels_.tolist(), parts, strict=True):
        groups.setdefault(label, []).append(part)
    stories = [_story(coherent) for group in groups.values() for coherent in _coherent(group)]
    return sorted(stories, key=lambda s: (-len(s.documents), s.first or "9999", s.headline.id))


def _coherent(group: list[Part]) -> list[list[Part]]:
    """Part a story into what is alike enough, by average linkage."""
    if not 1 < len(group) <= _LOOKED_THROUGH:
        return [group]
    from sklearn.cluster import AgglomerativeClustering

    vectors = np.stack([part.vector for part in group])
    undated = np.isnan([_day(part) for part in group])
    likeness = vectors @ vectors.T - UNDATED_MORE * (undated[:, None] | undated[None, :])
    labels = AgglomerativeClustering(
        n_clusters=None, distance_threshold=1 - SAME_EVENT, metric="precomputed", linkage="average"
    ).fit_predict(1 - likeness)
    return [
        [part for part, label in zip(group, labels, strict=True) if label == number]
        for number in range(labels.max() + 1)
    ]


def _day(part: Part) -> float:
    published = part.passages[0].document.published
    return float(date.fromisoformat(published[:10]).toordinal()) if published else np.nan


def _story(group: list[Part]) -> Story:
    middle = unit_rows(np.mean([part.vector for part in group], axis=0))
    ordered = sorted(group, key=_time)
    nearest = min(group, key=lambda part: (-float(part.vector @ middle), part.passages[0].id))
    days = [part.passages[0].document.published for part in ordered]
    dated = [day for day in days if day]
    sources = Counter(part.passages[0].document.source for part in group)
    sources.pop(None, None)
    return Story(
        id=ordered[0].passages[0].id,
        headline=nearest.passages[0],
        documents=tuple(dict.fromkeys(part.passages[0].document for part in ordered)),
        members=tuple(ordered),
        first=dated[0] if dated else None,
        last=dated[-1] if dated else None,
        languages=dict(_most_first(Counter(part.language for part in group))),
        sources=dict(_most_first(sources)),
        middle=middle,
    )


def _time(part: Part) -> tuple[str, str, int]:
    first = part.passages[0]
    return first.document.published or "9999", first.document.path, first.position


def _most_first(counted: Counter) -> list[tuple]:
    return sorted(counted.items(), key=lambda item: (-item[1], item[0]))
