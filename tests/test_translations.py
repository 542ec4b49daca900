"""Translated passages and their anchors: hand-made vectors, texts whose numbers are known."""

import numpy as np
import pytest
from marsad.index import nearest, translations
from marsad.index.anchors import agreement, anchors_of, shared_names
from marsad.index.translations import TRANSLATED, find_translations

DIMENSION = 96


def unit(rows):
    rows = np.asarray(rows, np.float32)
    return rows / np.linalg.norm(rows, axis=-1, keepdims=True)


def statements(count, seed=0):
    """Return vectors that have little to do with each other, a row each."""
    return unit(np.random.default_rng(seed).normal(size=(count, DIMENSION)))


def said_again(rows, seed, noise=0.05):
    """Return about the same vectors: similarity about 0.9."""
    return unit(rows + noise * np.random.default_rng(seed).normal(size=rows.shape))


def find(vectors, languages, texts=None, **knobs):
    texts = texts or ["the same words here"] * len(vectors)
    return find_translations(vectors, languages, lambda places: [texts[p] for p in places], **knobs)


def places(found):
    return {(pair.first, pair.second) for pair in found}


TEN = statements(10)
PARALLEL = np.concatenate([TEN, said_again(TEN, 1)])
TWO = ["ar"] * 10 + ["en"] * 10


def test_each_statement_is_found_in_the_other_language():
    assert places(find(PARALLEL, TWO)) == {(n, n + 10) for n in range(10)}


def test_similarity_and_margin_agree_with_brute_force():
    table = PARALLEL[:10] @ PARALLEL[10:].T
    for pair in find(PARALLEL, TWO):
        row, column = pair.first, pair.second - 10
        assert pair.similarity == pytest.approx(table[row, column], abs=1e-4)
        backgrounds = [
            max(np.sort(side)[::-1][1:5].mean(), translations.FLOOR)
            for side in (np.maximum(table[row], -1), np.maximum(table[:, column], -1))
        ]
        expected = table[row, column] - np.mean(backgrounds)
        assert pair.margin == pytest.approx(expected, abs=1e-3)


def test_what_is_said_in_one_language_only_has_no_translation():
    vectors = np.concatenate([TEN, said_again(TEN[:3], 1), statements(7, seed=5)])
    assert places(find(vectors, TWO)) == {(0, 10), (1, 11), (2, 12)}


def test_a_passage_has_one_translation_in_each_other_language():
    copies = np.concatenate([TEN, TEN[:4], said_again(TEN, 1), said_again(TEN, 2)])
    languages = ["ar"] * 14 + ["en"] * 10 + ["tr"] * 10
    found = find(copies, languages)
    for passage in range(len(copies)):
        others = [b if a == passage else a for a, b in places(found) if passage in (a, b)]
        tags = [languages[other] for other in others]
        assert len(tags) == len(set(tags))
        assert languages[passage] not in tags


def test_copies_in_a_language_do_not_hide_the_translation():
    vectors = np.concatenate([TEN, *[said_again(TEN[:1], n, 0.01) for n in (3, 4, 5, 6)], TEN])
    found = find(vectors, ["ar"] * 14 + ["en"] * 10)
    pair = next(pair for pair in found if pair.second == 14)
    assert pair.first in (0, 10, 11, 12, 13)
    assert pair.margin > 0.6


def test_order_is_by_score_and_scores_are_probabilities():
    noisy = np.concatenate([said_again(TEN[n : n + 1], n, 0.02 * n) for n in range(10)])
    found = find(np.concatenate([TEN, noisy]), TWO, at_least=0.0)
    scores = [pair.score for pair in found]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)
    assert all(pair.first < pair.second for pair in found)


def test_same_input_gives_the_same_answer_whatever_the_order_of_passages():
    order = np.random.default_rng(3).permutation(20)
    found = find(PARALLEL[order], [TWO[place] for place in order])
    assert {tuple(sorted((order[a], order[b]))) for a, b in places(found)} == places(
        find(PARALLEL, TWO)
    )


@pytest.mark.parametrize("tags", [[], ["ar"], ["ar", "ar"], ["und", "en"], ["zh", "zh-Hant"]])
def test_without_two_languages_there_is_nothing(tags):
    vectors = unit(np.ones((len(tags), DIMENSION))) if tags else np.empty((0, DIMENSION))
    assert find(vectors.astype(np.float32), tags) == []


def test_languages_must_be_as_many_as_vectors():
    with pytest.raises(ValueError, match="20 vectors have 2 languages"):
        find(PARALLEL, ["ar", "en"])


def test_one_moderate_likeness_between_two_passages_is_no_translation():
    vectors = unit([[1, 0], [0.5, np.sqrt(0.75)]])
    assert find(vectors, ["ar", "en"]) == []
    assert len(find(unit([[1, 0], [0.9, np.sqrt(0.19)]]), ["ar", "en"])) == 1


def test_in_a_parallel_text_weaker_pairs_are_believed():
    many = statements(60)
    weak = said_again(many[:1], 9, 0.125)
    parallel = np.concatenate([many, weak, said_again(many[1:], 1)])
    alone = np.concatenate([many, weak, statements(59, seed=7)])
    languages = ["ar"] * 60 + ["en"] * 60
    score = [
        next(p.score for p in find(vectors, languages, at_least=0.0) if p.first == 0)
        for vectors in (parallel, alone)
    ]
    assert score[0] > score[1]


def test_conflicting_numbers_sink_a_pair_at_any_score():
    texts = ["412 accounts were closed"] + ["none"] * 9 + ["421 accounts were closed"]
    texts += ["none"] * 9
    assert (0, 10) not in places(find(PARALLEL, TWO, texts, at_least=0.0))
    texts[10] = "٤١٢ حساباً"
    assert (0, 10) in places(find(PARALLEL, TWO, texts))


def test_numbers_on_both_sides_are_the_anchors_in_the_form_of_the_first():
    texts = ["في ٢٠٢٥ أغلقت Vidora نحو ١٥٠٠ حساب"] + ["none"] * 9
    texts += ["In 2025 Vidora closed 1,500 accounts"] + ["none"] * 9
    pair = next(pair for pair in find(PARALLEL, TWO, texts) if pair.first == 0)
    assert pair.anchors == ("٢٠٢٥", "١٥٠٠", "Vidora")


def test_a_text_many_times_as_long_is_no_translation():
    vectors = np.concatenate([TEN, said_again(TEN, 1, 0.1)])
    texts = ["word " * 10] * 20
    assert (0, 10) in places(find(vectors, TWO, texts))
    texts[10] = "word " * 600
    assert (0, 10) not in places(find(vectors, TWO, texts))


def test_texts_are_asked_for_proposed_pairs_only_and_once():
    asked = []
    vectors = np.concatenate([TEN, said_again(TEN[:3], 1), statements(7, seed=5)])

    def texts(wanted):
        asked.extend(wanted)
        return ["some words"] * len(wanted)

    find_translations(vectors, TWO, texts)
    assert {0, 1, 2, 10, 11, 12} <= set(asked) != set(range(20))
    assert len(asked) == len(set(asked))


def test_with_little_room_for_texts_the_answer_is_the_same(monkeypatch):
    expected = find(PARALLEL, TWO)
    monkeypatch.setattr(translations, "_TEXTS_KEPT", 2)
    monkeypatch.setattr(translations, "_PAIRS_AT_A_TIME", 3)
    monkeypatch.setattr(translations, "_ROWS_AT_A_TIME", 4)
    assert find(PARALLEL, TWO) == expected


def test_index_of_cells_finds_what_comparing_all_finds(monkeypatch):
    many = statements(3000)
    vectors = np.concatenate([many, said_again(many, 1)])
    languages = ["ar"] * 3000 + ["en"] * 3000
    expected = places(find(vectors, languages))
    monkeypatch.setattr(translations, "EXACT_LIMIT", 1000)
    monkeypatch.setattr(nearest, "SAMPLES_A_CELL", 8)
    found = places(find(vectors, languages))
    assert expected == {(n, n + 3000) for n in range(3000)}
    assert len(found & expected) > 0.97 * len(expected)


def test_default_is_the_constant():
    assert find(PARALLEL, TWO) == find(PARALLEL, TWO, at_least=TRANSLATED)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1,5 million", "1.500.000"),
        ("1.5 million", "١٥٠٠ ألف"),
        ("400 000 cases", "40 万例"),
        ("1,50,000 रुपये", "150.000 rupias"),
        ("۱۲۳٬۴۵۶", "123,456"),
        ("the 1990s", "90'lı yıllar"),
        ("12.03.2025", "12/3/2025"),
        ("2025-03-12", "١٢-٠٣-٢٠٢٥"),
        ("سال ۱۴۰۴", "in 2025"),
        ("سنة 1446", "in 2024"),
        ("พ.ศ. 2568", "in 2025"),
        ("121,154 people", "121 and 154 people"),
        ("at 08:30", "um 8:30"),
        ("2700 万英镑", "£27 million"),
    ],
)
def test_one_number_in_two_forms_agrees(one, other):
    found = agreement(anchors_of(one), anchors_of(other))
    assert not found.conflicts
    assert not found.missing
    assert not found.doubts


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("412 accounts", "421 حساباً"),
        ("5 dead", "9 قتلى"),
        ("37 pages of 412", "38 صفحة من 412"),
        ("1.5 million", "1.7 مليون"),
        ("in 2019", "في 2021"),
        ("412 accounts, 37 pages and 5 groups", "421 of 37"),
    ],
)
def test_different_numbers_conflict(one, other):
    assert agreement(anchors_of(one), anchors_of(other)).conflicts


def test_a_number_that_may_be_spelled_out_is_not_missed():
    found = agreement(anchors_of("30 days and 412 pages"), anchors_of("ثلاثون يوماً و412 صفحة"))
    assert found.shared == ("412",)
    assert not (found.missing or found.doubts or found.conflicts)
    assert agreement(anchors_of("412 pages"), anchors_of("صفحات")).missing == 1


def test_small_numbers_spelled_out_on_either_side_are_a_doubt():
    one = anchors_of("412 pages, 3 editors, five days, 7 groups")
    other = anchors_of("412 صفحة وثلاثة محررين و5 أيام")
    found = agreement(one, other)
    assert found.doubts
    assert not found.conflicts


def test_digits_in_a_name_are_no_number():
    assert anchors_of("A1GP, МиГ29").numbers == ()
    assert [number.text for number in anchors_of("و15 شخصاً، 48-летний").numbers] == ["15", "48"]


def test_names_agree_with_endings_and_without_accents():
    one = anchors_of("Dublin'deki Vidora, Émile Zola ve İzmir")
    other = anchors_of("A Vidorához: Emile in Dublin, Izmir")
    assert shared_names(one, other) == ("Dublin", "Vidora", "Émile", "İzmir")


def test_a_text_without_anchors_has_none():
    found = anchors_of("")
    assert found.numbers == found.names == ()
    assert agreement(found, found).shared == ()
