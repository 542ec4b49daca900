"""Copies: told apart by kind, with evidence, each against the kept one, none by chance."""

import pytest
from conftest import entry
from marsad.index import find_duplicates

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
