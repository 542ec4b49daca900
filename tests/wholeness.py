"""What must hold in a collection whatever happened to it, by oracles of their own.

Texts here are lines of words from a small store; the vector of each is that of `hashed`, so
that what every answer ought to be is known without the collection.
"""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
from conftest import DIMENSION, entry, hashed
from marsad.index import (
    Collection,
    CollectionError,
    Entry,
    Question,
    centred,
    derived_problems_of,
    problems_of,
    search,
)
from marsad.seeds import term_forms

LANGUAGES = ("en", "fr", "und")
_WORDS = (
    "river", "town", "flood", "clinic", "nurse", "measles", "school", "budget", "harvest",
    "bridge", "minister", "station", "market", "lorry", "winter", "border", "election",
    "teacher", "engine", "reservoir",
)  # fmt: skip
# float16 moves a number by so much at most.
_STORED = 2e-3


def text_of(seed: int) -> str:
    """Make a text of one to six lines, the same one for the same seed."""
    choose = random.Random(seed)
    return "\n".join(
        f"The {' and the '.join(choose.sample(_WORDS, 4))} were named in report {seed} on day {n}."
        for n in range(choose.randint(1, 6))
    )


def entry_of(path: str, seed: int) -> Entry:
    """Make an entry whose text and language follow from the seed."""
    return entry(path, text_of(seed), LANGUAGES[seed % 2])


def means_of(seed: int) -> dict[str, dict[str, np.ndarray]]:
    """Make language means, the same ones for the same seed."""
    choose = np.random.default_rng(seed)
    return {
        kind: {tag: choose.normal(0, 0.03, DIMENSION).astype("<f4") for tag in LANGUAGES}
        for kind in ("passage", "query")
    }


def assert_whole(collection: Collection, expected: dict[str, str] | None = None) -> None:
    """Compare a collection with itself, with its texts, and with what ought to be in it.

    Parameters
    ----------
    expected : dict from path to text, optional
    """
    assert problems_of(collection) == []
    documents = {d.path: collection.text(d.id) for d in collection.documents()}
    if expected is not None:
        assert documents == expected
    lines: dict[str, list[str]] = {path: [] for path in documents}
    for passage in collection.passages():
        lines[passage.document.path].append(passage.text)
    assert lines == {path: text.split("\n") for path, text in documents.items()}
    assert_answers(collection)
    assert derived_problems_of(collection) == []


def assert_answers(collection: Collection) -> None:
    """Compare answers with a scan of all texts and of the vectors that they ought to have."""
    passages = sorted(collection.passages(), key=lambda p: p.row)
    rows = collection.rows()
    assert rows.tolist() == [p.row for p in passages]
    if not passages:
        return
    texts, languages = [p.text for p in passages], [p.language for p in passages]
    wanted = centred(hashed(texts), languages, collection.means["passage"])
    stored = collection.vectors(rows)
    assert np.allclose(stored, wanted, atol=_STORED)
    query = wanted[len(wanted) // 2]
    exact = stored @ query
    for k in (10, len(rows)):  # the first few may be approximate, all of them may not
        found, scores = collection.nearest(query, k)
        assert len(set(found.tolist())) == min(k, len(rows))
        assert np.allclose(exact[np.searchsorted(rows, found)], scores, atol=1e-5)
    assert np.allclose(scores, np.sort(exact)[::-1], atol=1e-5)
    for words in ("river", "measles lorry", f"report {_WORDS[0]} bridge"):
        assert_words(collection, words, {p.row: p.text for p in passages})


def assert_words(collection: Collection, query: str, texts: dict[int, str]) -> None:
    """Compare what a search for words gives with a scan of the texts."""
    asked = set(Question.read(query).terms)
    saying = {row for row, text in texts.items() if asked & set(term_forms(text))}
    hits = search(collection, None, query=query, mode="keyword", k=len(texts), fold=False)
    assert {hit.passage.row for hit in hits} == saying


def assert_no_strays(collection: Collection) -> None:
    """Look for files that neither the database nor the word index names."""
    segments = {name for (name,) in collection.query("SELECT name FROM segments")}
    assert {path.name for path in (collection.folder / "segments").iterdir()} == segments
    named = {collection.setting(name, {}).get("file") for name in ("index", "catalogue")}
    derived = {path.name for path in (collection.folder / "derived").iterdir()}
    assert derived == (named - {None}) | {"words"}
    beside = {path.name for path in collection.folder.iterdir() if path.suffix != ".lock"}
    assert beside - {"marsad.sqlite-wal", "marsad.sqlite-shm"} == {
        "marsad.sqlite", "segments", "derived",
    }  # fmt: skip


def finish_the_job(folder: Path, expected: dict[str, str]) -> None:
    """Add a last document as the next process would, and find all whole and tidy."""
    with Collection.open(folder) as collection:
        collection.add([entry_of("last.txt", 1)])
        collection.save_index()
        assert_whole(collection, {**expected, "last.txt": text_of(1)})
        assert_no_strays(collection)


def error_line(error: CollectionError, folder: Path) -> str:
    """Return an error's text, having seen that it names the folder, in one line, with advice."""
    said = str(error)
    assert str(folder) in said
    assert "\n" not in said
    assert any(word in said for word in ("Check", "Try", "Copy", "Restore", "Run")), said
    return said
