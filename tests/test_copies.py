"""The engine behind duplicates: grams propose, letters decide, templates are told, groups are stars."""

import random
import sqlite3

import numpy as np
import pytest
from marsad.index.copies import Families, Keeping, Pair, Place, find_copies, links_of
from marsad.index.copies.candidates import candidate_pairs
from marsad.index.copies.comparison import compared
from marsad.index.copies.sketches import SHORT_TEXT, Sketches, sketches_of
from marsad.index.copies.templates import Filling, filled_in
from marsad.index.copies.wordings import wording
from marsad.seeds import normal_form, normal_hash

WORDS = [
    "".join(random.Random(n).choices("abcdefghijklmnoprstuvw", k=3 + n % 6)) for n in range(900)
]
ARABIC = "أعلنت الإدارة إغلاق مئات الحسابات التي كانت تنشر الشائعات، وفق بيان صدر يوم الثلاثاء في العاصمة بعد تحقيق طويل."
CHINESE = "气象部门表示,受冷空气影响,未来三天北方大部分地区气温将下降八到十度,局部地区伴有大风和雨雪天气,请注意防范。"


def made(seed: int, length: int = 40) -> str:
    return " ".join(random.Random(seed).choices(WORDS, k=length))


def pairs_of(texts, since=0):
    found = candidate_pairs(sketches_of(texts), since)
    return {(a, b) for part in found for a, b in zip(*map(np.ndarray.tolist, part), strict=True)}


# Sketches


def test_a_sketch_is_that_of_the_text_alone_whatever_it_is_sketched_with():
    texts = [made(1), "", "ab", ARABIC, made(2, 300), CHINESE, made(3, 10)]
    together = sketches_of(texts)
    alone = Sketches.joined([sketches_of([text]) for text in texts])
    assert np.array_equal(together.values, alone.values)
    assert np.array_equal(together.counts, alone.counts)


def test_a_part_has_nearly_all_its_grams_in_the_whole():
    whole = made(1, 60)
    part = " ".join(whole.split()[10:50])
    assert len(part) >= SHORT_TEXT
    grams = sketches_of([part, whole])
    mine, others = (set(v.tolist()) for v in np.split(grams.values, [grams.counts[0]]))
    assert len(mine - others) <= 1
    assert len(mine) > 30


def test_every_letter_of_a_script_without_spaces_begins_a_gram():
    assert sketches_of([normal_form(CHINESE)]).counts[0] > 20


def test_texts_of_no_letters_have_no_grams():
    assert sketches_of(["", "abc", "a b c"]).counts.tolist() == [0, 0, 0]


# Candidates


def test_copies_are_proposed_and_few_others():
    texts = [made(n) for n in range(300)]
    copies = [" ".join(text.split()[2:]) + " end" for text in texts[:50]]
    found = pairs_of([*texts, *copies])
    assert {(n, 300 + n) for n in range(50)} <= found
    assert len(found) < 100


def test_only_pairs_with_new_texts_are_proposed_and_all_of_them():
    texts = [made(n % 40) + f" {made(1000 + n, 3)}" for n in range(120)]
    new = {pair for pair in pairs_of(texts) if pair[1] >= 80}
    assert pairs_of(texts, since=80) == new != set()


def test_work_grows_with_the_number_of_texts_that_are_all_alike():
    texts = [made(1) + f" {WORDS[n % 900]} {WORDS[(7 * n) % 900]}" for n in range(2000)]
    assert len(pairs_of(texts)) < 40 * len(texts)


# Comparison


@pytest.mark.parametrize("text", [made(5), normal_form(ARABIC)])
def test_damage_drops_and_moves_are_near(text):
    said = text.split()
    for other in (
        text.replace("e", "o", 3) if text.isascii() else text.replace("ت", "ث", 3),
        " ".join(said[:4] + said[5:]),
        " ".join([said[1], said[0], *said[2:]]),
        " ".join(said[len(said) // 2 :] + said[: len(said) // 2]),
    ):
        assert compared(*sorted((text, other), key=len)).relation == "near"


def test_a_part_is_contained_and_unlike_texts_are_nothing():
    whole = made(6, 60)
    part = " ".join(whole.split()[10:30])
    assert compared(part, whole).relation == "contained"
    assert compared(made(7), made(8, 60)) is None


def test_a_part_of_a_text_of_megabytes_is_found_in_bounded_time():
    whole = " ".join(made(n, 2000) for n in range(250))
    part = " ".join(whole.split()[300_000:300_040])
    assert len(whole) > 3_000_000
    assert compared(part, whole).relation == "contained"


def test_other_numbers_and_names_in_one_sentence_are_alike_and_no_copy():
    first = "market index closed at 1204 points up 32 points with 410 shares traded by 17 firms"
    second = "market index closed at 1187 points up 11 points with 388 shares traded by 21 firms"
    found = wording(first, second)
    assert [(o.word, o.other) for o in found.numbers] == [
        ("1204", "1187"), ("32", "11"), ("410", "388"), ("17", "21"),
    ]  # fmt: skip
    assert found.says_other_things
    assert not wording(first, first.replace("traded", "trade")).says_other_things


def test_a_word_that_moved_is_no_other_word():
    assert wording("one two three four five", "two three four one five").others == ()


def test_what_several_texts_fill_in_otherwise_is_a_blank():
    names = ("Amal", "Basim", "Celia", "Dawud")
    fillings = [Filling(n, False, {4: name, 9 + n: "x"}) for n, name in enumerate(names)]
    assert filled_in(fillings) == {0, 1, 2, 3}
    assert filled_in(fillings[:2]) == set()
    assert filled_in([Filling(n, False, {n: "x"}) for n in range(9)]) == set()


# Families


def hashed(texts):
    return {normal_hash(normal_form(text)): text for text in texts}


def added(families, texts, known=None):
    by_hash = hashed([*(known or []), *texts])
    records = [(normal_hash(normal_form(text)), text) for text in texts]
    return families.add(records, lambda hashes: [by_hash[h] for h in hashes], {"row": len(texts)})


def as_texts(families, texts):
    by_hash = hashed(texts)
    return {
        (frozenset((by_hash[p.first], by_hash[p.second])), p.relation, p.score)
        for p in families.pairs()
    }


def test_adding_in_parts_finds_what_adding_at_once_finds(tmp_path):
    texts = [made(n) for n in range(60)]
    texts += [" ".join(text.split()[1:]) for text in texts[:30]]
    texts += [" ".join(text.split()[5:25]) for text in texts[10:20]]
    at_once, in_parts = Families.in_memory(), Families.open(tmp_path / "families.sqlite")
    added(at_once, texts)
    for start in range(0, len(texts), 17):
        added(in_parts, texts[start : start + 17], texts)
    assert as_texts(in_parts, texts) == as_texts(at_once, texts)
    assert len(list(at_once.pairs())) >= 40
    assert in_parts.mark("row") == len(texts[85:])
    in_parts.close()
    at_once.close()


def test_a_damaged_file_is_made_anew_and_one_of_another_format_too(tmp_path):
    path = tmp_path / "families.sqlite"
    path.write_bytes(b"no database at all" * 100)
    families = Families.open(path)
    assert added(families, [made(1), made(2)]) == 2
    families.close()
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    families = Families.open(path)
    assert families.mark("row") == -1
    families.close()


# Links


def near(*pairs):
    return [Pair(a, b, "near", score) for a, b, score in pairs]


def places(*hashes, **more):
    return [Place(n, h, str(n), (n,), 10, **more) for n, h in enumerate(hashes)]


def test_no_copy_is_put_to_what_it_was_not_compared_with():
    compared_pairs = []

    def compare(one, other):
        compared_pairs.append({one, other})
        return None

    links = links_of(
        places(b"a", b"b", b"c"), near((b"a", b"b", 0.9), (b"b", b"c", 0.9)),
        compare=compare, near_from=0.8,
    )  # fmt: skip
    assert [(link.kept, link.copy) for link in links] == [(0, 1)]
    assert {b"a", b"c"} in compared_pairs


def test_what_lies_between_two_copies_may_be_outside_the_selection():
    links = links_of(
        places(b"a", b"c"), near((b"a", b"b", 0.9), (b"b", b"c", 0.9)),
        compare=lambda *_: ("near", 0.85), near_from=0.8,
    )  # fmt: skip
    assert [(link.kept, link.copy, link.score) for link in links] == [(0, 1, 0.85)]


def test_every_place_of_a_copied_text_is_put_to_the_one_that_is_kept():
    links = links_of(
        places(b"a", b"b", b"b", b"a"), near((b"a", b"b", 0.9)),
        compare=lambda *_: None, near_from=0.8,
    )  # fmt: skip
    assert {(k.kept, k.copy, k.kind) for k in links} == {
        (0, 1, "near"), (0, 2, "near"), (0, 3, "exact"),
    }  # fmt: skip


def test_a_part_goes_to_the_whole_and_its_copies_follow_or_stay():
    pairs = [Pair(b"p", b"w", "contained", 1.0), *near((b"p", b"q", 0.9), (b"p", b"r", 0.9))]
    members = [
        Place(0, b"p", "0", (0,), 10), Place(1, b"q", "1", (1,), 10),
        Place(2, b"r", "2", (2,), 10), Place(3, b"w", "3", (3,), 30),
    ]  # fmt: skip

    def compare(one, other):
        return ("contained", 0.9) if (one, other) == (b"q", b"w") else None

    links = links_of(members, pairs, compare=compare, near_from=0.8)
    assert {(k.kept, k.copy, k.kind) for k in links} == {(3, 0, "contained"), (3, 1, "contained")}


def test_what_is_fixed_is_never_a_copy():
    links = links_of(
        [*places(b"a", b"b", fixed=True), Place(2, b"c", "2", (0,), 10)],
        near((b"a", b"b", 0.9), (b"b", b"c", 0.9)),
        compare=lambda *_: None, near_from=0.8,
    )  # fmt: skip
    assert [(link.kept, link.copy) for link in links] == [(1, 2)]


def test_within_and_across_documents():
    members = [
        Place(0, b"a", "x", (0,), 10), Place(1, b"a", "x", (1,), 10), Place(2, b"a", "y", (2,), 10)
    ]  # fmt: skip

    def found(where):
        links = links_of(members, [], compare=lambda *_: None, near_from=0.8, where=where)
        return [(link.kept, link.copy) for link in links]

    assert found("anywhere") == [(0, 1), (0, 2)]
    assert found("within") == [(0, 1)]
    assert found("across") == [(0, 2)]


def test_keeping_rules():
    early = ("2024-01-01", 10, "a.example", "p", 0)
    long = ("2025-01-01", 90, "b.example", "q", 0)
    undated = (None, 50, None, "r", 0)
    assert min((early, long, undated), key=lambda p: Keeping().order(*p)) is early
    assert min((early, long, undated), key=lambda p: Keeping("longest").order(*p)) is long
    preferring = Keeping(sources=("b.example",))
    assert min((early, long, undated), key=lambda p: preferring.order(*p)) is long
    assert max((early, long, undated), key=lambda p: Keeping().order(*p)) is undated


# Everything together, on hard input


def test_thousands_of_equal_texts_are_one_and_its_copies():
    links = find_copies([made(1)] * 5000)
    assert {link.kept for link in links} == {0}
    assert len(links) == 4999


def test_empty_one_word_and_very_long_texts_are_kept():
    long = " ".join(made(n, 1000) for n in range(100))
    texts = ["", "word", "word", " ", long, long + " more", made(5000), made(5000)]
    found = {(link.kept, link.copy, link.kind) for link in find_copies(texts)}
    assert found == {(4, 5, "near"), (6, 7, "exact")}


def test_look_alikes_of_names_alone_are_told_by_their_company():
    names = [word for word in WORDS if len(word) > 6]
    texts = [
        f"The council of {names[n]} has chosen {names[-n - 1]} to lead the office for water and "
        "roads, and said on its page that the post will be held for four years from next month."
        for n in range(12)
    ]
    assert find_copies(texts) == []


def test_a_copy_with_one_number_brought_up_to_date_is_near():
    text = made(9, 40) + " at least 40 people were missing " + made(10, 20)
    (link,) = find_copies([text, text.replace("40", "43")])
    assert link.kind == "near"


def test_chinese_copies_are_found():
    texts = [CHINESE, CHINESE.replace("北方", "南方"), CHINESE[10:36]]
    assert {(k.copy, k.kind) for k in find_copies(texts)} == {(1, "near"), (2, "contained")}
