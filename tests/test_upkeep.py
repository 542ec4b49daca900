"""Upkeep: whatever is merged, indexed or made anew, answers are those of brute force.

The limits that make a collection large are made small.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import replace

import numpy as np
import pytest
from conftest import DIMENSION, entry
from marsad.index import Collection, Selection, derived_problems_of, problems_of, search, upkeep
from marsad.index.nearest import NearestIndex

LINE = "Line {} of story {} says that the river rose by two metres and flooded the town again."
A_DOCUMENT = 50


@pytest.fixture
def small(monkeypatch):
    """Limits at which a few hundred passages are many."""
    for name, value in {
        "nearest.EXACT_LIMIT": 500, "nearest.PROBES": 40, "nearest.FILTERED_PROBES": 20,
        "upkeep.LONGEST_TAIL": 200, "upkeep.SMALL": 300, "upkeep.MANY_SMALL": 4,
        "upkeep.LARGEST": 700,
    }.items():  # fmt: skip
        monkeypatch.setattr(f"marsad.index.{name}", value)


def unit(vectors):
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def vectors(count, seed):
    """Return unit vectors around a few centres, as passages lie around subjects."""
    centres = np.random.default_rng(0).normal(size=(30, DIMENSION))
    choose = np.random.default_rng(seed)
    noise = choose.normal(size=(count, DIMENSION))
    return unit(centres[choose.integers(0, 30, count)] + 0.7 * noise)


def entries(count, seed=1, *, name="story", **more):
    """Return documents of `A_DOCUMENT` passages, `count` passages in all."""
    made = []
    for number in range(count // A_DOCUMENT):
        lines = (LINE.format(at, f"{name}{number}") for at in range(A_DOCUMENT))
        document = entry(f"{name}{number:03d}.txt", "\n".join(lines), **more)
        made.append(replace(document, vectors=vectors(A_DOCUMENT, 1_000 * seed + number)))
    return made


def ids(collection, *names):
    return [d.id for d in collection.documents() if d.path.startswith(names)]


def recall(collection, *, k=10, within=None, queries=40):
    """Return how much of brute force's answers is found; what is found must have its score."""
    rows = collection.rows() if within is None else within
    known = collection.vectors(rows)
    shares = []
    for query in vectors(queries, 77):
        similarities = known @ query
        found, scores = collection.nearest(query, k, within=within)
        assert len(found) == len(set(found.tolist())) == min(k, len(rows))
        assert np.isin(found, rows).all()
        assert np.all(np.diff(scores) <= 0)
        assert np.allclose(scores, similarities[np.searchsorted(rows, found)], atol=2e-6)
        least = np.sort(similarities)[::-1][min(k, len(rows)) - 1]
        shares.append(np.mean(scores >= least - 2e-6))
    return float(np.mean(shares))


def is_whole(collection):
    return problems_of(collection) == [] == derived_problems_of(collection)


def segments_of(collection):
    return dict(collection.query("SELECT name, count FROM segments"))


def raw_of(collection, name):
    return np.load(collection.folder / "segments" / name)


def size_of(path):
    files = path.rglob("*") if path.is_dir() else [path]
    return sum(file.stat().st_size for file in files if file.is_file())


@pytest.fixture
def large(empty, small):
    """A collection of 3,000 passages behind an index of cells."""
    empty.add(entries(3_000))
    empty.save_index()
    assert not empty.snapshot()._index.is_exact
    return empty


# The FAISS index


def test_few_passages_are_compared_exactly(empty, small):
    empty.add(entries(500))
    empty.save_index()
    assert empty.snapshot()._index.is_exact
    assert len(empty.snapshot().tail) == 0
    assert recall(empty) == 1


def test_cells_find_what_brute_force_finds(large):
    assert recall(large) >= 0.98
    assert recall(large, k=50) >= 0.98


@pytest.mark.parametrize("share", [0.5, 0.1, 0.02, 0.002])
def test_cells_find_it_within_any_share_of_the_rows(large, share):
    rows = large.rows()
    chosen = np.random.default_rng(3).choice(rows, int(share * len(rows)), replace=False)
    assert recall(large, within=np.sort(chosen)) >= 0.98
    # All of one kind, as a filter by language gives: they may lie in a few cells together.
    assert recall(large, within=rows[: int(share * len(rows))]) >= 0.98


def test_rows_to_look_at_may_come_in_any_order(large):
    within = np.random.default_rng(4).permutation(large.rows())[:300]
    query = vectors(1, 5)[0]
    for found, expected in zip(
        large.nearest(query, 20, within=within),
        large.nearest(query, 20, within=np.sort(within)),
        strict=True,
    ):
        assert found.tolist() == expected.tolist()


def test_removed_rows_are_never_found_and_the_others_are(large):
    large.remove(ids(large, "story00"))
    assert large.snapshot().index_state is not None
    assert recall(large) >= 0.98
    assert recall(large, k=100) >= 0.98
    large.save_index()
    assert recall(large) >= 0.98
    assert is_whole(large)


def test_asking_for_everything_gives_everything(large):
    found, _ = large.nearest(vectors(1, 5)[0], 10_000)
    assert sorted(found.tolist()) == large.rows().tolist()
    within = large.rows()[::2]
    found, _ = large.nearest(vectors(1, 5)[0], 10_000, within=within)
    assert sorted(found.tolist()) == within.tolist()


def test_hits_are_found_behind_thousands_that_may_not_be_hits(large):
    # Far from the query, in a cell that is looked into last.
    query = vectors(1, 5)[0]
    far = entry("far.txt", "Nurses vaccinated four hundred children in the clinic yesterday.")
    large.add([replace(far, vectors=-query[None])])
    with_it = large.snapshot().index_state.covered
    index = upkeep._extended(large, large.snapshot())
    with large.writing() as connection:
        connection.execute("BEGIN IMMEDIATE")
        upkeep.put_setting(connection, "index", vars(index))
        large.finish(connection)
    assert large.snapshot().index_state.covered > with_it
    for mode in ("dense", "hybrid"):
        (hit,) = search(large, query, query="news -river", mode=mode, k=3)
        assert hit.passage.document.path == "far.txt"


def test_rows_are_found_before_they_are_indexed(large):
    state = large.snapshot().index_state
    large.add(entries(100, 2, name="later"))
    large.save_index()
    assert large.snapshot().index_state == state
    assert len(large.snapshot().tail) == 100
    later = large.rows()[-100:]
    for row, vector in zip(later, large.vectors(later), strict=True):
        found, scores = large.nearest(vector, 1)
        assert (found.tolist(), round(float(scores[0]), 3)) == ([row], 1)
    assert recall(large) >= 0.98
    assert recall(large, within=np.sort(np.append(later, large.rows()[::7]))) >= 0.98


def test_long_tail_is_added_to_the_index_and_its_cells_stay(large, monkeypatch):
    before = large.snapshot().index_state
    monkeypatch.setattr(NearestIndex, "build", None)
    large.add(entries(300, 2, name="later"))
    large.save_index()
    after = large.snapshot().index_state
    assert (after.count, after.trained) == (3_300, before.trained)
    assert after.covered == large.rows()[-1]
    assert len(large.snapshot().tail) == 0
    assert len(list((large.folder / "derived").glob("*.faiss"))) == 1
    assert recall(large) >= 0.98
    assert is_whole(large)


def test_exact_index_is_added_to_as_well(empty, small):
    empty.add(entries(200))
    empty.save_index()
    empty.add(entries(250, 2, name="later"))
    empty.save_index()
    assert empty.snapshot().index_state.count == 450
    assert len(empty.snapshot().tail) == 0
    assert recall(empty) == 1


@pytest.mark.parametrize(("start", "more"), [(450, 100), (1_000, 1_050)])
def test_index_is_made_anew_when_the_collection_has_outgrown_it(empty, small, start, more):
    empty.add(entries(start))
    empty.save_index()
    empty.add(entries(more, 2, name="later"))
    empty.save_index()
    state = empty.snapshot().index_state
    assert state.trained == state.count == start + more
    assert not empty.snapshot()._index.is_exact
    assert recall(empty) >= 0.98


def test_index_is_made_anew_when_a_fifth_of_it_has_gone(large):
    large.remove(ids(large, "story00"))
    large.save_index()
    assert large.snapshot().index_state.count == 3_000
    large.remove(ids(large, "story01"))
    large.save_index()
    assert large.snapshot().index_state.count == len(large.rows()) == 2_000
    assert not large.snapshot()._index.is_exact
    large.remove(ids(large, "story02", "story03", "story04", "story050", "story051"))
    large.save_index()
    assert large.snapshot()._index.is_exact
    assert recall(large) == 1


# Language means


def test_means_and_index_change_together(large, reopened):
    reader = reopened(large)
    query = vectors(1, 5)[0]
    old = reader.snapshot()
    before = [a.tolist() for a in old.nearest(query[None], 10, None)]
    means = {"passage": {"en": vectors(1, 8)[0] * 0.6}, "query": {}}
    large.set_means(means, "second", {"en": 3_000})
    assert large.snapshot().index_state.means == large.means_state.version == "second"
    assert large.means_state.counts == {"en": 3_000}
    assert np.allclose(large.means["passage"]["en"], means["passage"]["en"])
    assert recall(large) >= 0.98
    # Who looked at the old state goes on with it wholly; who looks again has the new one.
    assert [a.tolist() for a in old.nearest(query[None], 10, None)] == before
    assert recall(reader) >= 0.98
    assert reader.snapshot().index_state.means == reader.snapshot().means_state.version == "second"
    large.save_index()
    assert large.snapshot().index_state.count == 3_000
    assert is_whole(large)


def test_index_of_other_means_is_not_searched(large, monkeypatch):
    monkeypatch.setattr(upkeep, "build_index", lambda *_: None)  # as when the disk is full
    large.set_means({"passage": {"en": vectors(1, 8)[0] * 0.6}, "query": {}}, "second", {})
    assert large.snapshot().index_state is None
    assert recall(large) == 1
    monkeypatch.undo()
    large.save_index()
    assert large.snapshot().index_state.means == "second"


# Segments


def test_small_segments_are_merged_and_every_vector_stays(empty, small):
    made = entries(600)
    for document in made:
        empty.add([document])
    assert len(segments_of(empty)) == len(made)
    rows, before = empty.rows(), empty.vectors(empty.rows())
    stored = np.concatenate([raw_of(empty, name) for name in sorted(segments_of(empty))])
    empty.save_index()
    segments = segments_of(empty)
    assert len(segments) == 1
    assert {path.name for path in (empty.folder / "segments").iterdir()} == set(segments)
    assert np.array_equal(empty.vectors(rows), before)
    assert np.array_equal(raw_of(empty, *segments), stored)
    assert is_whole(empty)


def test_merged_segments_do_not_grow_beyond_the_largest_and_large_ones_stay(empty, small):
    empty.add(entries(400, name="large"))
    (large,) = segments_of(empty)
    for document in entries(1_500, 2):
        empty.add([document])
    rows, before = empty.rows(), empty.vectors(empty.rows())
    empty.save_index()
    segments = segments_of(empty)
    assert large in segments
    assert max(segments.values()) <= upkeep.LARGEST
    assert sum(segments.values()) == 1_900
    assert len(segments) <= 4
    assert np.array_equal(empty.vectors(rows), before)


def test_few_small_segments_are_left_alone(empty, small):
    for document in entries(upkeep.MANY_SMALL * A_DOCUMENT):
        empty.add([document])
    before = segments_of(empty)
    empty.save_index()
    assert segments_of(empty) == before


def test_compact_gives_back_the_room_of_what_was_removed(empty, small):
    for document in entries(2_000):
        empty.add([document])
    empty.save_index()
    names = ("segments", "derived", "derived/words", "marsad.sqlite")
    sizes = {name: size_of(empty.folder / name) for name in names}
    # All but every fifth document: something of every segment stays.
    empty.remove([id_ for at, id_ in enumerate(ids(empty, "story")) if at % 5])
    rows, before = empty.rows(), empty.vectors(empty.rows())
    empty.compact()
    assert sum(segments_of(empty).values()) == len(rows) == 400
    for name, size in sizes.items():
        assert size_of(empty.folder / name) < 0.5 * size, name
    assert np.array_equal(empty.vectors(rows), before)
    assert is_whole(empty)
    assert recall(empty) == 1


def test_compacting_twice_changes_nothing_more(large):
    large.remove(ids(large, "story01"))
    large.compact()
    state = (segments_of(large), large.generation(), large.rows().tolist())
    large.compact()
    assert (segments_of(large), large.generation(), large.rows().tolist()) == state


def test_segments_that_go_while_others_are_merged_are_left_out(empty, small, monkeypatch):
    for document in entries(1_000):
        empty.add([document])
    write = Collection.write_segment
    gone = ids(empty, "story019")

    def write_and_lose(self, vectors):
        if gone:  # another process removes the last document meanwhile
            monkeypatch.setattr(Collection, "write_segment", write)
            with Collection.open(empty.folder) as other:
                other._lock = empty._lock
                other.remove([gone.pop()])
        return write(self, vectors)

    monkeypatch.setattr(Collection, "write_segment", write_and_lose)
    empty.compact()
    assert len(empty.rows()) == 950
    assert is_whole(empty)


# Readers


def test_open_reader_goes_on_with_its_state_and_then_sees_the_new_one(large, reopened):
    reader = reopened(large)
    state = reader.snapshot()
    rows, query = state.rows(), vectors(1, 5)
    before, answer = state.vectors(rows), [a.tolist() for a in state.nearest(query, 20, None)]
    large.remove(ids(large, "story00", "story01"))
    large.add(entries(700, 3, name="new"))
    for step in ("save_index", "compact", "repair"):
        getattr(large, step)()
        assert np.array_equal(state.vectors(rows), before)
        assert [a.tolist() for a in state.nearest(query, 20, None)] == answer
    assert reader.rows().tolist() == large.rows().tolist()
    assert recall(reader) >= 0.98


def test_reader_beside_a_busy_writer_always_answers_right(large):
    """Adds, removals, merging, reindexing and repairs go on while another one searches."""
    kept = large.rows()[-100:]
    known = large.vectors(kept)
    texts = {p.row: p.text for p in large.passages(kept.tolist())}
    wrong: list[object] = []
    done = threading.Event()

    def read():
        at = 0
        with Collection.open(large.folder) as reader:
            while not done.is_set() or at < 20:
                at += 1
                row = int(kept[at % len(kept)])
                try:
                    (hit, *_) = search(reader, known[at % len(kept)], query=texts[row], k=3)
                except Exception as error:
                    wrong.append(error)
                    return
                if hit.passage.row != row or round(hit.why.dense, 3) != 1:
                    wrong.append((row, hit))

    thread = threading.Thread(target=read)
    thread.start()
    try:
        for turn in range(4):
            for document in entries(300, 10 + turn, name=f"turn{turn}x"):
                large.add([document])
            large.save_index()
            large.remove(ids(large, f"story0{turn}", f"turn{turn - 1}x"))
            (large.compact if turn % 2 else large.save_index)()
            large.set_means({"passage": {}, "query": {}}, f"version{turn}", {})
        large.repair()
    finally:
        done.set()
        thread.join()
    assert wrong == []
    assert is_whole(large)


# What is derived is made anew


def damage(path, kind):
    data = path.read_bytes()
    path.unlink()  # whoever has it mapped keeps the old one, or the process would be killed
    if kind != "deleted":
        garbage = np.random.default_rng(0).bytes(len(data))
        path.write_bytes({"empty": b"", "cut": data[: len(data) // 2], "garbage": garbage}[kind])


def answers(collection):
    asked = ["river 17 story3", "“story002 says”", "two metres -story001"]
    found = [search(collection, vectors(1, 5)[0], query=query, fold=False) for query in asked]
    return [[(hit.passage.id, hit.score) for hit in hits] for hits in found]


@pytest.fixture
def warnings(caplog):
    def said():
        lines = [r.getMessage() for r in caplog.records if r.levelno >= logging.WARNING]
        caplog.clear()
        return lines

    return said


@pytest.mark.parametrize("kind", ["deleted", "empty", "cut", "garbage"])
@pytest.mark.parametrize("pattern", ["*.faiss", "*.npz", "words/meta.json", "words/*.term"])
def test_damaged_derived_file_is_told_once_and_made_anew(
    empty, small, reopened, warnings, pattern, kind
):
    empty.add(entries(1_000))
    empty.save_index()
    before = answers(empty)
    empty.close()
    (path,) = (empty.folder / "derived").glob(pattern)
    damage(path, kind)
    again = reopened(empty)
    assert answers(again) == before
    assert answers(again) == before
    (line,) = warnings()
    named = path.parent if path.parent.name == "words" else path
    assert line == f"{named} is missing or damaged: it is made anew."
    assert is_whole(again)
    third = reopened(empty)
    assert answers(third) == before
    assert warnings() == []
    assert not third.snapshot()._index.is_exact


@pytest.mark.parametrize("pattern", ["*.faiss", "*.npz", "words/meta.json"])
def test_in_a_large_collection_damage_is_told_and_repair_is_asked_for(
    empty, small, reopened, warnings, monkeypatch, pattern
):
    empty.add(entries(1_000))
    empty.save_index()
    monkeypatch.setattr("marsad.index.collection.QUICK", 3)
    empty.close()
    (path,) = (empty.folder / "derived").glob(pattern)
    path.unlink()
    again = reopened(empty)
    query = vectors(1, 5)[0]
    found = search(again, query, query="river", mode="dense", fold=False)
    assert len(found) == 10
    search(again, query, query="river", fold=False)
    (line,) = warnings()
    assert line.endswith("run `marsad check --repair` to have it made anew.")
    assert derived_problems_of(again) != []
    again.repair()
    assert is_whole(again)


def test_repair_of_a_whole_collection_changes_no_answer(large, reopened):
    before = answers(large)
    large.repair()
    assert answers(large) == before == answers(reopened(large))
    assert is_whole(large)


def test_all_derived_files_may_be_thrown_away(large, reopened, warnings):
    before = answers(large)
    large.close()
    for path in sorted((large.folder / "derived").rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    (large.folder / "derived").rmdir()
    again = reopened(large)
    assert answers(again) == before
    assert len(warnings()) == 1
    assert is_whole(again)


def test_files_that_nothing_names_are_swept_away(large):
    derived = large.folder / "derived"
    for name in ("0000000000-none.faiss", "0000000000.npz", "0000000009.npz.writing"):
        (derived / name).write_bytes(b"left by a crash")
    (large.folder / "segments" / "0000000099.npy").write_bytes(b"left by a crash")
    large.add(entries(50, 2, name="later"))
    large.save_index()
    named = {large.setting(name, {})["file"] for name in ("index", "catalogue")}
    assert {path.name for path in derived.iterdir()} == named | {"words"}
    assert {path.name for path in (large.folder / "segments").iterdir()} == set(segments_of(large))


# Lost vectors


@pytest.mark.parametrize("kind", ["deleted", "cut", "garbage"])
def test_lost_segment_is_restored_from_the_texts(empty, small, kind):
    made = entries(300)
    for document in made:
        empty.add([document])
    empty.save_index()
    by_text = {
        passage.text: vector
        for document in made
        for passage, vector in zip(document.passages, document.vectors, strict=True)
    }
    rows, before = empty.rows(), empty.vectors(empty.rows())
    lost = sorted(segments_of(empty))[0]
    damage(empty.folder / "segments" / lost, kind)
    assert empty.damaged_segments() == [lost]
    asked: list[str] = []

    def encode(texts):
        asked.extend(texts)
        return np.array([by_text[text] for text in texts])

    count = empty.restore_vectors([lost], encode)
    assert count == len(asked) == len(set(asked))
    assert empty.damaged_segments() == []
    empty.repair()
    assert is_whole(empty)
    assert np.array_equal(empty.vectors(rows), before)


def test_selection_and_catalogue_agree_with_the_database_after_upkeep(empty, small):
    empty.add(entries(200, name="a", source="north", published="2025-01-05"))
    empty.add(entries(200, 2, name="b", language="ar", source="south"))
    empty.save_index()
    empty.remove(ids(empty, "a000"))
    empty.add(entries(100, 3, name="c", language="fr", published="2025-02-05"))
    for step in (None, "save_index", "compact", "repair"):
        if step:
            getattr(empty, step)()
        for selection in (
            Selection(("ar",)), Selection((), ("north",)), Selection(since="2025-01-06"),
            Selection(until="2025-01-05"), Selection(("ar", "fr"), ("south",)),
        ):  # fmt: skip
            expected = sorted(p.row for p in empty.passages(selection=selection))
            assert empty.rows(selection).tolist() == expected, (step, selection)
