"""Search: best first, copies once, and the reasons told."""

from conftest import entry, hashed
from marsad.index import Selection, search

RIVER = "The river rose by two metres during the night and flooded the lower part of the town."
NEARLY = "The river rose by three metres during the night and flooded the lower part of the town."
CLINIC = "Nurses vaccinated four hundred children against measles in the clinic near the station."


def find(collection, query, **more):
    return search(collection, hashed([query])[0], query=query, **more)


def test_copies_are_folded_into_the_best_and_can_be_unfolded(empty):
    empty.add([entry("a.txt", RIVER), entry("b.txt", RIVER), entry("c.txt", NEARLY)])
    empty.add([entry("d.txt", CLINIC)])
    hits = find(empty, RIVER)
    assert [hit.passage.text for hit in hits] == [RIVER, CLINIC]
    assert sorted(copy.document.path for copy in hits[0].copies.passages) == ["b.txt", "c.txt"]
    assert len(find(empty, RIVER, fold=False)) == 4


def test_as_many_unlike_hits_as_asked_for_however_many_copies_stand_before_them(empty):
    empty.add([entry(f"copy{n}.txt", RIVER) for n in range(300)])
    empty.add([entry("d.txt", CLINIC)])
    hits = find(empty, RIVER, k=2)
    assert [hit.passage.text for hit in hits] == [RIVER, CLINIC]
    assert hits[0].copies.count == 299


def test_selection_comes_before_the_search(empty):
    empty.add([entry(f"{n}.txt", RIVER + f" {n}" * n, source="north") for n in range(30)])
    empty.add([entry("d.txt", CLINIC, source="south")])
    hits = find(empty, RIVER, k=5, selection=Selection(sources=("south",)))
    assert [hit.passage.document.path for hit in hits] == ["d.txt"]


def test_reasons_point_into_the_text(empty):
    empty.add(
        [entry("a.txt", "قالَ المتحدثُ إنّ المنصة أغلقت مئات الحسابات خلال يوم واحد فقط.", "ar")]
    )
    (hit,) = find(empty, "المتحدث الحسابات فيضان")
    texts = [term.text for term in hit.why.terms]
    assert texts == ["المتحدثُ", "الحسابات"]
    for term in hit.why.terms:
        assert hit.passage.text[term.start : term.end] == term.text
    assert 0 < hit.why.keyword < 1


def test_left_out_rows_are_no_hits(empty):
    empty.add([entry("a.txt", RIVER), entry("b.txt", CLINIC)])
    row = empty.passages()[0].row
    hits = find(empty, RIVER, leave_out=[row])
    assert [hit.passage.text for hit in hits] == [CLINIC]


def test_empty_collection_finds_nothing(empty):
    assert find(empty, RIVER) == []
