"""Search: best first, copies once, and the reasons told."""

import hashlib
from dataclasses import replace

import numpy as np
import pytest
from conftest import entry, hashed
from marsad.index import MODES, Selection, search, upkeep
from marsad.index.ranking import BEYOND, LIFT, WITHIN, fused
from marsad.index.search import MOST_COPIES

RIVER = "The river rose by two metres during the night and flooded the lower part of the town."
NEARLY = "The river rose by three metres during the night and flooded the lower part of the town."
CLINIC = "Nurses vaccinated four hundred children against measles in the clinic near the station."


def find(collection, query, **more):
    return search(collection, hashed([query])[0], query=query, **more)


def texts(hits):
    return [hit.passage.text for hit in hits]


def word(*parts):
    """Return a word of letters that no other parts give."""
    return "".join(
        chr(97 + byte % 26) for byte in hashlib.sha256(repr(parts).encode()).digest()[:8]
    )


def unlike(count, **more):
    """Entries that are no copies of each other; number n says place<n> and words of its own."""
    filling = [" ".join(word(n, m) for m in range(20)) for n in range(count)]
    return [
        entry(f"{n:04d}.txt", f"The river rose in place{n}: {filling[n]}.", **more)
        for n in range(count)
    ]


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


# Modes


def test_keyword_mode_needs_no_vector_and_looks_at_words_alone(empty):
    empty.add([entry("a.txt", RIVER), entry("b.txt", CLINIC)])
    hits = search(empty, None, query="measles river town", mode="keyword")
    assert sorted(texts(hits)) == sorted([RIVER, CLINIC])
    assert [hit.score for hit in hits] == [hit.why.keyword for hit in hits]
    assert all(hit.why.dense == 0 for hit in hits)
    assert search(empty, None, query="nothing like it", mode="keyword") == []
    assert search(empty, None, query="", mode="keyword") == []


def test_dense_mode_looks_at_vectors_alone(empty):
    empty.add([entry("a.txt", RIVER), entry("b.txt", CLINIC)])
    hits = search(empty, hashed([CLINIC])[0], query=RIVER, mode="dense")
    assert texts(hits) == [CLINIC, RIVER]
    assert all(hit.why.keyword == 0 for hit in hits)


def test_of_equally_near_passages_the_one_with_the_rare_word_comes_first(empty):
    empty.add(unlike(30))
    with_it = entry("z.txt", "Officials in Qasimabad said nothing new about the matter today.")
    without = entry("y.txt", "Officials in the capital said nothing new about the matter today.")
    same = hashed(["some sentence of another kind"])
    empty.add([replace(e, vectors=same) for e in (without, with_it)])
    query = "what officials in Qasimabad said"
    dense = search(empty, same[0], query=query, mode="dense", k=2, fold=False)
    hybrid = search(empty, same[0], query=query, k=2, fold=False)
    assert [hit.passage.document.path for hit in dense] == ["y.txt", "z.txt"]
    assert [hit.passage.document.path for hit in hybrid] == ["z.txt", "y.txt"]
    assert [hit.why.dense for hit in hybrid] == [1, 1]


def candidates(seed, count=200):
    choose = np.random.default_rng(seed)
    keyword = choose.random(count) * (choose.random(count) < 0.5)
    return choose.uniform(-1, 1, count), keyword, choose.choice(["ar", "en", "zh"], count)


@pytest.mark.parametrize("seed", range(5))
def test_words_permute_the_scores_of_a_language_and_lift_beyond_that(seed):
    dense, keyword, languages = candidates(seed)
    scores = fused(dense, keyword, languages)
    plain = scores - LIFT * np.maximum(keyword - BEYOND, 0)
    wanted = dense + WITHIN * keyword
    for language in np.unique(languages):
        of_it = languages == language
        assert np.allclose(np.sort(plain[of_it]), np.sort(dense[of_it]))
        assert np.all(np.diff(plain[of_it][np.argsort(-wanted[of_it])]) <= 1e-12)


def test_without_shared_words_nothing_changes():
    dense, _, languages = candidates(7)
    assert np.array_equal(fused(dense, np.zeros_like(dense), languages), dense)
    assert fused(np.empty(0), np.empty(0), np.empty(0, str)).shape == (0,)


def test_one_language_does_not_move_another():
    dense, keyword, languages = candidates(8)
    scores = fused(dense, keyword, languages)
    alone = languages == "zh"
    assert np.array_equal(fused(dense[alone], keyword[alone], languages[alone]), scores[alone])


# What must occur, and what must not


@pytest.mark.parametrize("mode", MODES)
def test_phrases_occur_in_every_hit_and_excluded_words_in_none(empty, mode):
    empty.add(unlike(40))
    empty.add([entry("a.txt", RIVER), entry("b.txt", CLINIC), entry("c.txt", f"{NEARLY} Twice.")])
    hits = find(empty, 'town river "three metres"', mode=mode)
    assert [hit.passage.document.path for hit in hits] == ["c.txt"]
    hits = find(empty, f"{RIVER} -metres", mode=mode, k=60)
    assert len(hits) == 41
    assert not any("metres" in hit.passage.text for hit in hits)
    assert find(empty, 'river "metres three"', mode=mode) == []
    hits = find(empty, 'river -"three metres" -"two metres" -"in place7"', mode=mode, k=60)
    assert {hit.passage.document.path for hit in hits} >= {f"{n:04d}.txt" for n in range(40)} - {
        "0007.txt"
    }
    assert not any("metres" in text or "place7" in text.split() for text in texts(hits))


@pytest.mark.parametrize("mode", MODES)
def test_as_many_hits_as_asked_for_behind_hundreds_that_may_not_be_hits(empty, mode):
    empty.add([entry(f"{n}.txt", f"{RIVER} Again river river number{n}.") for n in range(300)])
    empty.add(unlike(5))
    hits = find(empty, f"{RIVER} -metres", mode=mode, k=5, fold=False)
    assert sorted(hit.passage.document.path for hit in hits) == [f"000{n}.txt" for n in range(5)]
    hits = find(empty, f'{RIVER} "in place3"', mode=mode, k=5)
    assert [hit.passage.document.path for hit in hits] == ["0003.txt"]


@pytest.mark.parametrize("mode", MODES)
def test_asking_for_more_than_there_are_gives_all(empty, mode):
    empty.add(unlike(150))
    hits = find(empty, "the river rose", mode=mode, k=10_000)
    assert len({hit.passage.row for hit in hits}) == 150 == len(hits)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


@pytest.mark.parametrize("mode", MODES)
def test_selection_that_holds_nothing_finds_nothing(empty, mode):
    empty.add([entry("a.txt", RIVER, source="north", published="2025-01-05")])
    for selection in (
        Selection(languages=("xx",)), Selection(sources=("south",)), Selection(since="2025-01-06"),
        Selection(until="2025-01-04"), Selection(("en",), ("north",), "2025-02-01"),
    ):  # fmt: skip
        assert find(empty, RIVER, mode=mode, selection=selection) == []
        assert find(empty, f'"river rose" {RIVER}', mode=mode, selection=selection) == []


@pytest.mark.parametrize("mode", MODES)
def test_selection_holds_in_every_mode(empty, mode):
    empty.add(unlike(30, source="north", published="2025-01-05"))
    moved = [entry(f"s{e.document.path}", e.document.text, language="fr") for e in unlike(30)]
    empty.add(moved)
    for selection in (Selection(languages=("fr",)), Selection(sources=("north",))):
        hits = find(empty, "the river rose", mode=mode, k=100, selection=selection)
        expected = {p.row for p in empty.passages(selection=selection)}
        assert {hit.passage.row for hit in hits} == expected


# Copies


def test_copies_are_counted_by_language_and_outlet_within_the_selection(empty):
    empty.add([entry("a.txt", RIVER)])
    empty.add([entry(f"n{n}.txt", RIVER, source="north") for n in range(3)])
    empty.add([entry(f"s{n}.txt", RIVER, language="fr", source="south") for n in range(2)])
    (hit,) = find(empty, RIVER)
    assert hit.copies.count == len(hit.copies.passages) == 5
    assert hit.copies.languages == {"en": 3, "fr": 2}
    assert hit.copies.sources == {"north": 3, "south": 2}
    (hit,) = find(empty, RIVER, selection=Selection(sources=("north",)))
    assert (hit.copies.count, hit.copies.languages) == (2, {"en": 2})
    (hit,) = find(empty, RIVER, leave_out=[hit.passage.row])
    assert hit.copies.count == 4


def test_exact_copies_far_from_the_query_are_counted_too(empty):
    # The same words by another hand: in another language, with a vector of its own.
    far = replace(entry("z.txt", RIVER, language="fr"), vectors=-hashed([RIVER]))
    empty.add([entry("a.txt", RIVER), far])
    empty.add(unlike(200))
    (hit,) = find(empty, RIVER, k=1, mode="dense")
    assert [copy.document.path for copy in hit.copies.passages] == ["z.txt"]


def test_all_copies_are_counted_and_the_first_are_listed(empty):
    empty.add([entry(f"{n:03d}.txt", RIVER) for n in range(MOST_COPIES + 20)])
    (hit,) = find(empty, RIVER)
    assert hit.copies.count == MOST_COPIES + 19
    assert len(hit.copies.passages) == MOST_COPIES
    listed = [copy.row for copy in hit.copies.passages]
    assert listed == empty.rows()[1 : MOST_COPIES + 1].tolist()


# The same answers, whatever is up to date

QUERIES = [
    "the river rose", f"place7 {word(7, 3)}", 'metres "lower part"', f"river -{word(3, 2)}", "نهر",
]  # fmt: skip


def answers(collection, k=20):
    return [
        [
            (hit.passage.id, hit.copies.count, hit.why.terms)
            for hit in find(collection, query, k=k, mode=mode)
        ]
        for query in QUERIES
        for mode in MODES
    ]


@pytest.mark.parametrize("step", ["save_index", "compact", "repair"])
def test_answers_stay_the_same_through_upkeep(empty, reopened, step):
    for made in unlike(40):
        empty.add([made])
    empty.add([entry("a.txt", RIVER), entry("b.txt", RIVER), entry("c.txt", NEARLY)])
    before = answers(empty)
    getattr(empty, step)()
    assert answers(empty) == before
    assert answers(reopened(empty)) == before


def test_answers_stay_the_same_through_upkeep_after_removals(empty, reopened):
    empty.add(unlike(40))
    empty.add([entry("a.txt", RIVER), entry("b.txt", RIVER), entry("c.txt", NEARLY)])
    empty.remove([d.id for d in empty.documents() if d.path.startswith("001")])
    empty.add([entry("b.txt", CLINIC)])
    left = {p.id for p in empty.passages()}
    before = answers(empty, k=60)
    assert {id_ for answer in before for id_, *_ in answer} <= left
    for step in ("save_index", "compact", "repair"):
        getattr(empty, step)()
        # What has gone counts in BM25 until the word index forgets it, so the order may differ.
        assert [set(answer) for answer in answers(empty, k=60)] == [set(a) for a in before], step
        assert answers(reopened(empty)) == answers(empty)


def test_passages_that_the_word_index_does_not_hold_yet_are_found_by_their_words(
    empty, reopened, monkeypatch
):
    empty.add(unlike(20))
    with monkeypatch.context() as patch:
        patch.setattr(upkeep, "update_words", lambda collection: None)
        empty.add([entry("a.txt", RIVER), entry("b.txt", RIVER), entry("c.txt", CLINIC)])
    for collection in (empty, reopened(empty)):
        for mode in MODES:
            (hit, *_) = find(collection, 'measles "near the station"', mode=mode)
            assert hit.passage.text == CLINIC
            assert texts(find(collection, "river metres flooded town night", mode=mode))[0] == RIVER
    ids = [[id_ for id_, *_ in answer] for answer in answers(empty)]
    empty.save_index()
    after = [[id_ for id_, *_ in answer] for answer in answers(reopened(empty))]
    assert [set(answer) for answer in ids] == [set(answer) for answer in after]


def test_nothing_is_lost_when_the_word_index_has_to_be_begun_anew(empty, reopened):
    empty.add(unlike(20))
    empty.add([entry("a.txt", RIVER)])
    before = answers(empty)
    with empty.writing() as connection:
        connection.execute("DELETE FROM settings WHERE name = 'words'")
    again = reopened(empty)
    assert [{i for i, *_ in a} for a in answers(again)] == [{i for i, *_ in a} for a in before]
    again.add([entry("b.txt", CLINIC)])
    again.remove([d.id for d in again.documents() if d.path == "b.txt"])
    assert answers(again) == before


HIDDEN = ("\u00ad", "\u200b", "\u2060", "\ufeff", "\u200f", "\u200c", "\u0640")


@pytest.mark.parametrize("hidden", HIDDEN)
@pytest.mark.parametrize("mode", MODES)
def test_a_word_with_something_invisible_in_it_is_found_marked_and_left_out(empty, mode, hidden):
    spelt = CLINIC.replace("measles", f"mea{hidden}sles")
    empty.add([*unlike(5), entry("a.txt", spelt)])
    for query in ("measles", 'children "measles in"'):
        (hit, *_) = find(empty, query, mode=mode)
        assert hit.passage.text == spelt
        marked = [spelt[term.start : term.end] for term in hit.why.terms]
        assert f"mea{hidden}sles" in marked
    assert spelt not in texts(find(empty, "children -measles", mode=mode))


def test_words_cut_in_an_earlier_way_are_indexed_again_with_the_next_article(empty, reopened):
    spelt = CLINIC.replace("measles", "mea\u00adsles")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            "marsad.index.words.term_forms",
            lambda text: text.lower().replace("\u00ad", " ").split(),
        )
        empty.add([*unlike(5), entry("a.txt", spelt)])
    with empty.writing() as connection:
        connection.execute("DELETE FROM settings WHERE name = 'terms'")
    old = reopened(empty)
    assert find(old, "children", mode="keyword")
    assert not find(old, "measles", mode="keyword")
    old.add([entry("b.txt", RIVER)])
    for collection in (old, reopened(old)):
        assert texts(find(collection, "measles", mode="keyword")) == [spelt]
