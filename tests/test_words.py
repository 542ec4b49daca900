"""The word index: BM25 as the books have it, filters that hold, updates that may be repeated."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest
from marsad.index.records import Selection
from marsad.index.words import WORDS, WordIndex, WordRecord
from marsad.seeds import term_forms

K1, B = 1.2, 0.75
VOCABULARY = [f"w{number}x" for number in range(40)]


def record(row, text, language="en", source=None, published=None):
    return WordRecord(row, text, language, source, published)


def made(folder, *records, gone=()):
    index = WordIndex.create(folder)
    index.update(records, after=-1, gone=gone)
    return index


def texts_of(count, seed=1):
    """Texts of seeded words, common ones and rare ones, of lengths that are stored exactly."""
    choose = random.Random(seed)
    weights = [1 / (1 + number) for number in range(len(VOCABULARY))]
    lengths = [3, 5, 8, 13, 21, 34]
    return [
        " ".join(choose.choices(VOCABULARY, weights, k=choose.choice(lengths)))
        for _ in range(count)
    ]


def bm25(texts, asked):
    """Score each text by hand (Robertson and Zaragoza, with Lucene's idf)."""
    split = [term_forms(text) for text in texts]
    mean = sum(map(len, split)) / len(split)
    scores = np.zeros(len(split))
    for term in asked:
        holding = sum(term in words for words in split)
        idf = math.log(1 + (len(split) - holding + 0.5) / (holding + 0.5))
        for at, words in enumerate(split):
            times = words.count(term)
            norm = K1 * (1 - B + B * len(words) / mean)
            scores[at] += idf * (K1 + 1) * times / (times + norm)
    return scores


def test_scores_are_bm25_computed_by_hand(tmp_path):
    texts = texts_of(300)
    index = made(tmp_path, *(record(row, text) for row, text in enumerate(texts)))
    for asked in (["w1x"], ["w0x", "w30x"], ["w2x", "w17x", "w39x", "absent"]):
        expected = bm25(texts, asked)
        rows, scores = index.search(asked, 300)
        assert sorted(rows.tolist()) == np.flatnonzero(expected > 0).tolist()
        assert np.allclose(scores, expected[rows], rtol=1e-4)
        order = sorted(rows.tolist(), key=lambda row: (-round(float(expected[row]), 4), row))
        assert [round(float(expected[row]), 4) for row in rows] == [
            round(float(expected[row]), 4) for row in order
        ]


def test_equal_scores_come_in_order_of_row(tmp_path):
    index = made(tmp_path, *(record(row, "one two three") for row in (9, 4, 7, 1)))
    assert index.search(["two"], 10)[0].tolist() == [1, 4, 7, 9]


def test_scores_of_rows_are_those_of_the_search(tmp_path):
    texts = texts_of(200)
    index = made(tmp_path, *(record(row, text) for row, text in enumerate(texts)))
    asked = ["w1x", "w9x", "w33x"]
    rows, scores = index.search(asked, 200)
    wanted = np.random.default_rng(0).permutation(200)
    by_row = dict(zip(rows.tolist(), scores.tolist(), strict=True))
    expected = [by_row.get(row, 0.0) for row in wanted.tolist()]
    assert np.allclose(index.scores(asked, wanted), expected, rtol=1e-6)
    assert index.scores(asked, np.array([1, 5_000])).tolist()[1] == 0
    assert index.scores(asked, np.empty(0, np.int64)).shape == (0,)
    assert index.scores([], wanted).tolist() == [0] * 200


def test_no_passage_exceeds_the_best_score(tmp_path):
    index = made(tmp_path, record(0, "river " * 500), *(record(n, "other") for n in range(1, 50)))
    assert index.search(["river"], 1)[1][0] <= index.best(["river"])


def test_scores_of_texts_are_close_to_what_the_index_says(tmp_path):
    texts = [" ".join(text.split()[:8]) for text in texts_of(500) if len(text.split()) >= 8]
    index = made(tmp_path, *(record(row, text) for row, text in enumerate(texts)))
    asked = ["w1x", "w9x", "w33x"]
    # All texts are equally long, so both are the same up to how lengths are rounded.
    known = index.scores(asked, np.arange(len(texts)))
    assert np.allclose(index.scores_of_texts(asked, texts), known, rtol=0.05)
    assert index.scores_of_texts(asked, []).shape == (0,)


def test_selection_holds_exactly(tmp_path):
    choose = random.Random(2)
    days = [None, "2025-01-31", "2025-02-01", "2025-02-28T23:59:59", "2024-12-31", "no date"]
    records = [
        record(
            row, "river town", choose.choice(["ar", "en", "zh"]),
            choose.choice([None, "north", "south", "North"]), choose.choice(days),
        )
        for row in range(200)
    ]  # fmt: skip
    index = made(tmp_path, *records)

    def is_in(item, selection):
        day = (item.published or "")[:10]
        dated = len(day) == 10 and day[:2] == "20"
        return (
            (not selection.languages or item.language in selection.languages)
            and (not selection.sources or item.source in selection.sources)
            and (not selection.since or (dated and day >= selection.since))
            and (not selection.until or (dated and day <= selection.until))
        )

    for selection in (
        Selection(), Selection(languages=("ar",)), Selection(languages=("ar", "zh")),
        Selection(sources=("north",)), Selection(sources=("north", "none")),
        Selection(since="2025-02-01"), Selection(until="2025-01-31"),
        Selection(since="2025-01-31", until="2025-02-28"),
        Selection(("en",), ("south", "North"), "2024-01-01", "2025-02-01"),
        Selection(languages=("xx",)), Selection(since="2030-01-01"),
    ):  # fmt: skip
        rows, scores = index.search(["river"], 500, selection=selection)
        assert rows.tolist() == [item.row for item in records if is_in(item, selection)], selection
        assert len(set(scores.tolist())) <= 1  # a filter adds nothing to a score


def test_phrases_stand_in_a_row_in_this_order(tmp_path):
    index = made(
        tmp_path,
        record(0, "the river rose in the night"),
        record(1, "rose river"),
        record(2, "the river slowly rose"),
        record(3, "river; rose again, and the night fell"),
    )
    assert index.rows_with([("river", "rose")]).tolist() == [0, 3]
    assert index.rows_with([("river", "rose"), ("night", "fell")]).tolist() == [3]
    assert index.rows_with([("river",)]).tolist() == [0, 1, 2, 3]
    assert index.rows_with([("river", "river")]).tolist() == []
    rows, _ = index.search(["night"], 10, phrases=[("rose", "in")])
    assert rows.tolist() == [0]


def test_rows_given_again_are_there_once(tmp_path):
    records = [record(row, f"river number{row}") for row in range(20)]
    index = made(tmp_path, *records)
    before = index.search(["river", "number7"], 50)
    # As after a crash between its commit and the database's.
    assert index.update(records[10:], after=9, gone=[]) == 19
    assert index.update(records, after=-1, gone=[]) == 19
    assert index.rows().tolist() == list(range(20))
    after = index.search(["river", "number7"], 50)
    assert (before[0].tolist(), before[1].tolist()) == (after[0].tolist(), after[1].tolist())


def test_rows_that_have_gone_are_found_no_more(tmp_path):
    index = made(tmp_path, *(record(row, "river") for row in range(6)))
    assert index.update([], after=5, gone=[0, 3, 77]) == 5
    assert index.rows().tolist() == [1, 2, 4, 5]
    assert index.search(["river"], 50)[0].tolist() == [1, 2, 4, 5]
    assert WordIndex.count_gone(tmp_path) == 2
    records = [record(row, "river") for row in (1, 2, 4, 5)]
    assert index.update(records, after=-1, gone=[]) == 5
    assert WordIndex.count_gone(tmp_path) == 0 == WordIndex.count_gone(tmp_path / "none")


def test_reopened_index_answers_as_before(tmp_path):
    texts = texts_of(50)
    index = made(tmp_path, *(record(row, text) for row, text in enumerate(texts)))
    again = WordIndex.open(tmp_path, 49)
    for found, other in zip(index.search(["w1x"], 9), again.search(["w1x"], 9), strict=True):
        assert found.tolist() == other.tolist()


def test_many_updates_answer_as_one(tmp_path):
    texts = texts_of(20)
    one = made(tmp_path / "one", *(record(row, text) for row, text in enumerate(texts)))
    many = WordIndex.create(tmp_path / "many")
    for row, text in enumerate(texts):
        assert many.update([record(row, text)], after=row - 1, gone=[]) == row
    rows, scores = one.search(["w1x", "w8x"], 20)
    other_rows, other_scores = many.search(["w1x", "w8x"], 20)
    assert rows.tolist() == other_rows.tolist()
    assert np.allclose(scores, other_scores, rtol=1e-6)


def test_very_long_words_are_found(tmp_path):
    long = "4" + "a" * 300
    index = made(tmp_path, record(0, f"{long} river"), record(1, "river"))
    assert index.search(term_forms(long), 5)[0].tolist() == [0]
    asked = term_forms(f"{long} river")
    assert index.weights(asked)[0] == pytest.approx(index.weights(["4" + "a" * 63])[0])
    assert index.scores_of_texts(asked, [long])[0] > 0


def test_empty_index_finds_nothing(tmp_path):
    index = WordIndex.create(tmp_path)
    assert index.search(["river"], 5)[0].tolist() == []
    assert index.rows().tolist() == []
    assert index.rows_with([("a", "b")]).tolist() == []
    assert index.update([], after=-1, gone=[]) == -1


def test_no_index_opens_as_none(tmp_path):
    assert WordIndex.open(tmp_path, 5) is None
    (tmp_path / WORDS).mkdir()
    assert WordIndex.open(tmp_path, 5) is None


@pytest.mark.parametrize("damage", ["deleted", "empty", "cut"])
@pytest.mark.parametrize("part", ["meta.json", "*.term", "*.idx", "*.pos", "*.store", "*.fast"])
def test_damaged_index_opens_as_none(tmp_path, part, damage):
    made(tmp_path, *(record(row, text) for row, text in enumerate(texts_of(50))))
    (path,) = (tmp_path / WORDS).glob(part)
    data = path.read_bytes()
    path.unlink()  # whoever has it mapped keeps the old one, or the process would be killed
    if damage != "deleted":
        path.write_bytes(data[: len(data) // 2] if damage == "cut" else b"")
    assert WordIndex.open(tmp_path, 49) is None
