"""The collection: nothing lost, nothing invented, identity by place and not by text."""

import sqlite3

import numpy as np
import pytest
from conftest import DIMENSION, entry, hashed
from marsad.index import (
    Collection,
    CollectionDamaged,
    CollectionError,
    CollectionMissing,
    Model,
    Selection,
    problems_of,
)

RIVER = "The river rose by two metres during the night and flooded the lower part of the town."
CLINIC = "Nurses vaccinated four hundred children against measles in the clinic near the station."


def test_reopened_collection_answers_as_before(empty, reopened):
    empty.add([entry("a.txt", f"{RIVER}\n\n{CLINIC}")])
    query = hashed([CLINIC])[0]
    before = empty.nearest(query, 5)
    empty.save_index()
    empty.close()
    again = reopened(empty)
    after = again.nearest(query, 5)
    assert before[0].tolist() == after[0].tolist()
    assert np.allclose(before[1], after[1], atol=1e-6)
    assert problems_of(again) == []


def test_same_wire_story_in_two_papers_is_kept_twice(empty):
    empty.add([entry("a.txt", RIVER), entry("b.txt", RIVER)])
    assert [p.document.path for p in empty.passages()] == ["a.txt", "b.txt"]
    assert len({p.id for p in empty.passages()}) == 2


def test_passage_text_is_the_documents_text_at_its_offsets(empty):
    text = "🙂 عنوان الخبر الأول هنا\n\n" + RIVER + "\r\n\r\n" + CLINIC
    empty.add([entry("a.txt", text)])
    for passage in empty.passages():
        assert empty.text(passage.document.id)[passage.start : passage.end] == passage.text


def test_changed_document_replaces_its_passages_and_keeps_its_id(empty):
    empty.add([entry("a.txt", f"{RIVER}\n\n{CLINIC}"), entry("b.txt", CLINIC)])
    before = {d.path: d.id for d in empty.documents()}
    empty.add([entry("a.txt", CLINIC)])
    assert {d.path: d.id for d in empty.documents()} == before
    assert [p.text for p in empty.passages()] == [CLINIC, CLINIC]
    assert problems_of(empty) == []


def test_removed_document_is_gone_from_every_answer_and_its_file_from_the_disk(empty):
    empty.add([entry("a.txt", RIVER)])
    empty.add([entry("b.txt", CLINIC)])
    (gone,) = [d.id for d in empty.documents() if d.path == "a.txt"]
    assert empty.remove([gone, "000000000000"]) == 1
    assert [p.text for p in empty.passages()] == [CLINIC]
    assert len(empty.nearest(hashed([RIVER])[0], 10)[0]) == 1
    assert len(list((empty.folder / "segments").iterdir())) == 1


def test_nearest_agrees_with_brute_force(empty):
    texts = [f"{RIVER} {CLINIC} number {n} {'word' * n}" for n in range(60)]
    empty.add([entry(f"{n}.txt", text) for n, text in enumerate(texts)])
    rows = empty.rows()
    vectors = empty.vectors(rows)
    query = hashed(["the river and the clinic number 7"])[0]
    found, scores = empty.nearest(query, 10)
    expected = np.sort(vectors @ query)[::-1][:10]
    assert np.allclose(scores, expected, atol=1e-6)
    within = rows[::3]
    found, _ = empty.nearest(query, 100, within=within)
    assert sorted(found.tolist()) == within.tolist()


def test_selection_holds_exactly(empty):
    empty.add(
        [
            entry("a.txt", RIVER, source="north", published="2025-01-05"),
            entry("b.txt", CLINIC, language="ar", source="south", published="2025-02-05"),
            entry("c.txt", RIVER, source="south"),
        ]
    )

    def paths(**selection):
        return [p.document.path for p in empty.passages(selection=Selection(**selection))]

    assert paths(languages=("ar",)) == ["b.txt"]
    assert paths(sources=("south",)) == ["b.txt", "c.txt"]
    assert paths(since="2025-01-05", until="2025-02-04") == ["a.txt"]
    assert paths(since="2025-02-05") == ["b.txt"]
    assert paths(sources=("north", "south"), languages=("en",)) == ["a.txt", "c.txt"]


def test_language_means_are_taken_off_when_vectors_are_compared(tmp_path):
    means = {"passage": {"en": np.full(DIMENSION, 0.05), "und": np.zeros(DIMENSION)}}
    model = Model("word-hash", "1", DIMENSION)
    with Collection.create(tmp_path / "c", model, means=means, prompts={}) as collection:
        collection.add([entry("a.txt", RIVER), entry("b.txt", RIVER, language="fr")])
        english, french = collection.vectors(collection.rows())
    raw = hashed([RIVER])[0]
    expected = (raw - 0.05) / np.linalg.norm(raw - 0.05)
    assert np.allclose(english, expected, atol=2e-3)
    assert np.allclose(french, raw, atol=2e-3)


def test_vectors_that_are_no_unit_rows_are_refused_and_nothing_is_stored(empty):
    wrong = entry("a.txt", RIVER)
    wrong.vectors[0] *= 3
    with pytest.raises(ValueError, match="row 0 has length 3, not 1"):
        empty.add([wrong])
    assert empty.documents() == []


def test_folder_with_other_things_in_it_is_left_alone(tmp_path):
    (tmp_path / "mine.txt").write_text("x")
    with pytest.raises(CollectionError, match="is not empty"):
        Collection.create(tmp_path, Model("m", "1", 3), means={}, prompts={})


def test_missing_collection_says_how_to_make_one(tmp_path):
    with pytest.raises(CollectionMissing, match=r"holds no collection\. Make one with"):
        Collection.open(tmp_path / "none")


def test_database_that_is_none_is_told_as_damage(empty):
    empty.close()
    (empty.folder / "marsad.sqlite").write_bytes(b"not a database at all" * 99)
    with pytest.raises(CollectionDamaged, match=r"marsad\.sqlite is damaged"):
        Collection.open(empty.folder)


def test_newer_format_is_told(empty):
    empty.close()
    connection = sqlite3.connect(empty.folder / "marsad.sqlite")
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(CollectionError, match="has format 99"):
        Collection.open(empty.folder)


@pytest.mark.parametrize("damage", ["missing", "short", "changed"])
def test_damaged_vectors_are_found_and_named(empty, damage):
    empty.add([entry("a.txt", RIVER)])
    (segment,) = (empty.folder / "segments").iterdir()
    data = bytearray(segment.read_bytes())
    if damage == "missing":
        segment.unlink()
    elif damage == "short":
        segment.write_bytes(data[:-20])
    else:
        data[-1] ^= 0x10
        segment.write_bytes(data)
    assert any(segment.name in line for line in problems_of(empty))
    if damage != "changed":
        with pytest.raises(CollectionDamaged, match=segment.name):
            empty.vectors(empty.rows())


def test_damaged_index_is_made_anew(empty, reopened):
    empty.add([entry("a.txt", RIVER)])
    empty.save_index()
    (index,) = (empty.folder / "derived").glob("*.faiss")
    index.write_bytes(index.read_bytes()[:30])
    again = reopened(empty)
    assert len(again.nearest(hashed([RIVER])[0], 3)[0]) == 1


def test_index_of_an_older_state_is_not_used(empty, reopened):
    empty.add([entry("a.txt", RIVER)])
    empty.save_index()
    empty.add([entry("b.txt", CLINIC)])
    again = reopened(empty)
    assert len(again.nearest(hashed([RIVER])[0], 3)[0]) == 2


def test_fragments_are_kept_but_never_hits(empty):
    empty.add([entry("a.txt", f"TT\n\n{RIVER}")])
    assert [p.kind for p in empty.passages()] == ["fragment", "paragraph"]
    assert len(empty.nearest(hashed(["TT"])[0], 3)[0]) == 1
