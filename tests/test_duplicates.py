"""Copies: told apart by kind, with evidence, each against the kept one, none by chance."""

import shutil

import pytest
from conftest import entry
from marsad.index import (
    Collection,
    Keeping,
    Selection,
    derived_problems_of,
    family_of,
    find_duplicates,
    find_links,
    groups_of,
)
from marsad.index.comparing import families

WIRE = (
    "The ministry said on Tuesday that the river had risen by two metres during the night and "
    "that eighty people were brought to safety from the lower part of the town."
)
EDITED = WIRE.replace("eighty people were", "almost eighty people had been").replace(
    "Tuesday", "Tuesdey"
)
OTHER = (
    "The ministry said on Monday that nurses had vaccinated four hundred children against measles "
    "and that a second clinic would open near the station before the end of the month."
)
ARABIC = "أعلنت الإدارة إغلاق 120 حساباً كانت تنشر الشائعات، وفق بيان صدر يوم الثلاثاء."
VOCALISED = "أَعْلَنَتِ الادارة إغـــلاق ١٢٠ حساباً كانت تنشر الشائعات وفق بيان صدر يوم الثلاثاء"


def groups(empty, *entries, **more):
    empty.add(list(entries))
    return find_duplicates(empty, **more)


def test_equal_and_edited_paragraphs_are_told_apart(empty):
    found = groups(
        empty, entry("a.txt", WIRE, published="2025-01-01"), entry("b.txt", WIRE),
        entry("c.txt", EDITED, published="2025-01-02"), entry("d.txt", OTHER),
    )  # fmt: skip
    assert [(g.kind, g.kept.document.path, [c.passage.document.path for c in g.copies]) for g in found] == [
        ("exact", "a.txt", ["b.txt"]), ("near", "a.txt", ["c.txt"]),
    ]  # fmt: skip
    (copy,) = found[1].copies
    changed = {(change.kept, change.copy) for change in copy.evidence.changes}
    assert ("Tuesday", "Tuesdey") in changed
    assert 0.8 <= copy.score < 1


def test_spelling_that_readers_overlook_is_exact_and_said(empty):
    (found,) = groups(empty, entry("a.txt", ARABIC, "ar"), entry("b.txt", VOCALISED, "ar"))
    assert found.kind == "exact"
    assert set(found.copies[0].evidence.differs) == {
        "vocalisation", "tatweel", "digits", "letter forms", "punctuation or spacing",
    }  # fmt: skip


def test_letter_equal_copies_differ_in_nothing(empty):
    (found,) = groups(empty, entry("a.txt", WIRE), entry("b.txt", WIRE))
    assert found.copies[0].evidence.differs == ()


def test_the_earliest_is_kept_then_the_longest(empty):
    (found,) = groups(
        empty,
        entry("a.txt", WIRE),
        entry("b.txt", WIRE, published="2025-02-02"),
        entry("c.txt", WIRE, published="2025-02-01"),
    )
    assert found.kept.document.path == "c.txt"


def test_no_chain_joins_unlike_texts(empty):
    words = WIRE.split()
    steps = [words]
    for _ in range(6):
        last = steps[-1]
        steps.append([*last[3:], "flooding", f"number{len(steps)}", "again"])
    made = [entry(f"{n}.txt", " ".join(step)) for n, step in enumerate(steps)]
    for group in groups(empty, *made):
        for copy in group.copies:
            assert copy.score >= 0.8


@pytest.mark.parametrize("text", ["TT", "Read also", "أنقرة - وكالات", "Photo: Nabd"])
def test_short_lines_are_no_copies(empty, text):
    assert (
        groups(empty, entry("a.txt", f"{WIRE}\n\n{text}"), entry("b.txt", f"{OTHER}\n\n{text}"))
        == []
    )


def test_repeats_within_one_page_are_found(empty):
    (found,) = groups(empty, entry("a.txt", f"{WIRE}\n\n{OTHER}\n\n{WIRE}"))
    assert (found.kept.position, found.copies[0].passage.position) == (0, 2)


def test_kinds_can_be_chosen(empty):
    entries = (entry("a.txt", WIRE), entry("b.txt", WIRE), entry("c.txt", EDITED))
    assert {g.kind for g in groups(empty, *entries, kinds=["exact"])} == {"exact"}
    assert {g.kind for g in find_duplicates(empty, kinds=["near"])} == {"near"}


def test_every_copy_is_told_once(empty):
    said = WIRE.split()
    made = [entry(f"{n}.txt", " ".join(said[:n] + said[n + 1 :])) for n in range(20)]
    found = groups(empty, *made)
    copies = [c.passage.id for g in found for c in g.copies]
    assert len(copies) == len(set(copies)) == 19


def linked(collection):
    return {(link.kind, link.kept, link.copy) for link in find_links(collection)}


def test_what_is_added_later_is_compared_with_what_is_there(empty, reopened):
    empty.add([entry("a.txt", WIRE, published="2025-01-01")])
    assert linked(empty) == set()
    again = reopened(empty)
    again.add([entry("b.txt", EDITED, published="2025-01-02"), entry("c.txt", OTHER)])
    assert [kind for kind, *_ in linked(again)] == ["near"]
    again.add([entry("b.txt", OTHER)])
    assert [kind for kind, *_ in linked(again)] == ["exact"]


def test_an_earlier_copy_that_comes_later_is_kept(empty):
    empty.add([entry("a.txt", WIRE, published="2025-01-05")])
    find_links(empty)
    empty.add([entry("b.txt", EDITED, published="2025-01-01")])
    (group,) = find_duplicates(empty)
    assert group.kept.document.path == "b.txt"


def test_when_the_kept_one_goes_its_copies_are_still_told(empty):
    said = WIRE.split()
    made = [" ".join(said[:n] + said[n + 1 :]) for n in (3, 9, 15)]
    empty.add(
        [entry(f"{n}.txt", text, published=f"2025-01-0{n + 1}") for n, text in enumerate(made)]
    )
    find_links(empty)
    empty.remove([d.id for d in empty.documents() if d.path == "0.txt"])
    (group,) = find_duplicates(empty)
    assert (group.kept.document.path, len(group.copies)) == ("1.txt", 1)


def test_a_selection_looks_at_no_other_passages(empty):
    empty.add([entry("a.txt", WIRE, source="a"), entry("b.txt", EDITED, source="b")])
    assert find_duplicates(empty, selection=Selection(sources=("b",))) == []


def test_a_part_is_told_with_its_place(empty):
    part = " ".join(WIRE.split()[5:24])
    empty.add([entry("a.txt", f"{OTHER} {WIRE}"), entry("b.txt", part)])
    (group,) = find_duplicates(empty)
    (copy,) = group.copies
    start, end = copy.evidence.span
    assert group.kind == "contained"
    assert group.kept.text[start:end] == part


def test_preferred_outlets_are_kept_and_the_longest_when_asked(empty):
    longer = WIRE + " Boats were sent."
    empty.add(
        [
            entry("a.txt", WIRE, published="2025-01-01", source="a"),
            entry("b.txt", longer, published="2025-01-02", source="b"),
        ]
    )

    def kept(**more):
        (group,) = find_duplicates(empty, keeping=Keeping(**more))
        return group.kept.document.source

    assert [kept(), kept(rule="longest"), kept(sources=("b",))] == ["a", "b", "b"]


def test_groups_can_be_sorted_and_small_ones_left_out(empty):
    empty.add(
        [
            entry("a.txt", f"{OTHER}\n\n{WIRE}", source="a", published="2025-01-02"),
            entry("b.txt", f"{WIRE}\n\n{WIRE}", source="a", published="2025-01-03"),
            entry("c.txt", OTHER, source="c", published="2025-01-03"),
        ]
    )
    links = find_links(empty)

    def texts(**more):
        return [group.kept.text for group in groups_of(empty, links, **more)]

    assert texts(sort="copies") == [WIRE, OTHER]
    assert texts(sort="outlets") == [OTHER, WIRE]
    assert texts(sort="date") == [OTHER, WIRE]
    assert texts(least=2) == [WIRE]


def test_a_family_is_the_same_from_each_of_its_members(empty):
    empty.add(
        [entry("a.txt", WIRE), entry("b.txt", WIRE), entry("c.txt", EDITED), entry("d.txt", OTHER)]
    )
    families = [family_of(empty, passage.row) for passage in empty.passages()]
    assert families[0] == families[1] == families[2] != []
    assert families[3] == []


def test_the_comparisons_are_made_anew_when_their_file_is_lost_or_damaged(empty, reopened):
    empty.add([entry("a.txt", WIRE), entry("b.txt", EDITED)])
    before = linked(empty)
    path = empty.folder / "derived" / "families.sqlite"
    assert derived_problems_of(empty) == []
    path.write_bytes(b"rubbish" * 1000)
    assert [line for line in derived_problems_of(empty) if "families" in line]
    assert linked(reopened(empty)) == before
    path.unlink()
    assert linked(reopened(empty)) == before != set()


def test_compacting_forgets_what_has_gone(empty):
    empty.add([entry(f"{n}.txt", f"{WIRE} {n} {n} {n}") for n in range(10)])
    find_links(empty)
    empty.remove([d.id for d in empty.documents() if d.path != "0.txt"])
    empty.compact()
    with families(empty) as known:
        assert len(known) == 1


def test_a_collection_that_was_put_back_is_compared_anew(empty, tmp_path):
    empty.add([entry("a.txt", WIRE)])
    copy = tmp_path / "copy"
    shutil.copytree(empty.folder, copy)
    empty.add([entry("b.txt", OTHER)])
    find_links(empty)
    shutil.copytree(empty.folder / "derived", copy / "derived", dirs_exist_ok=True)
    with Collection.open(copy) as older:
        older.add([entry("b.txt", EDITED)])
        assert [kind for kind, *_ in linked(older)] == ["near"]


def test_where_the_comparisons_cannot_be_kept_they_are_worked_out(empty, caplog):
    empty.add([entry("a.txt", WIRE), entry("b.txt", EDITED)])
    (empty.folder / "derived" / "families.sqlite").mkdir(parents=True)
    with caplog.at_level("WARNING", "marsad"):
        assert [kind for kind, *_ in linked(empty)] == ["near"]
    assert "families.sqlite could not be written" in caplog.text
