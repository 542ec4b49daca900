"""Pairs that are hard to call: shown once, decided by people, remembered, and learned from."""

import random

import pytest
from conftest import entry
from marsad.index import decide, doubts, find_links, refit, set_near_from
from marsad.index.reviews import fitted, near_from
from marsad.scripts.main import main

WORDS = [
    "".join(random.Random(n).choices("abcdefghijklmnoprstuvw", k=3 + n % 6)) for n in range(900)
]
SAID = random.Random(1).choices(WORDS, k=60)
TEXT = " ".join(SAID) + "."


def without(share: float) -> str:
    """The text without every so many words: 2(1 - share) / (2 - share) of both aligns."""
    return " ".join(w for n, w in enumerate(SAID) if n % round(1 / share)) + "."


@pytest.fixture
def collection(empty):
    empty.add([entry("a.txt", TEXT), entry("b.txt", without(1 / 3))])
    return empty


def copies(collection):
    return [(link.kind, round(link.score, 1)) for link in find_links(collection)]


def test_a_pair_near_the_threshold_is_asked_about_once(collection):
    assert copies(collection) == [("near", 0.8)]
    (doubt,) = doubts(collection)
    assert {doubt.first.text, doubt.second.text} == {TEXT, without(1 / 3)}
    decide(collection, doubt, same=False)
    assert doubts(collection) == []
    assert copies(collection) == []


def test_a_decision_outlives_the_passages_and_beats_the_threshold(collection, reopened):
    (doubt,) = doubts(collection)
    decide(collection, doubt, same=True)
    set_near_from(collection, 0.9)
    assert copies(reopened(collection)) == [("near", 0.9)]
    collection.add([entry("a.txt", f"Another beginning of the page.\n\n{TEXT}")])
    assert copies(collection) == [("near", 0.9)]


def test_the_threshold_decides_where_nobody_has(collection):
    set_near_from(collection, 0.9)
    assert near_from(collection) == 0.9
    assert copies(collection) == []


def test_few_answers_do_not_move_the_threshold():
    assert fitted([], 0.8) == 0.8
    assert fitted([(0.85, False)], 0.8) == 0.8
    assert fitted([(0.79, True), (0.85, True)], 0.8) == 0.8


def test_many_answers_move_it_between_those_that_differ():
    answers = [(0.8 + n / 100, n > 5) for n in range(12)]
    moved = fitted(answers, 0.8)
    assert 0.85 < moved < 0.86
    assert all((score >= moved) == same for score, same in answers)


def test_what_a_new_threshold_would_change_is_said_and_nothing_is_set(collection):
    (doubt,) = doubts(collection)
    decide(collection, doubt, same=False)
    found = refit(collection)
    assert (found.answers, found.agreed, found.copies_before) == (1, 0, 1)
    assert near_from(collection) == 0.8


def test_the_review_asks_keeps_and_ends_at_the_end_of_input(collection, monkeypatch, capsys):
    import io

    folder = str(collection.folder)
    monkeypatch.setattr("sys.stdin", io.StringIO("s\n"))
    assert main(["--collection", folder, "duplicates", "--review"]) == 0
    assert "0 answers kept" in capsys.readouterr().out
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
    assert main(["--collection", folder, "duplicates", "--review"]) == 0
    shown = capsys.readouterr().out
    assert "1 answers kept" in shown or "1 answer kept" in shown
    assert "a.txt" in shown
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    assert main(["--collection", folder, "duplicates", "--review"]) == 0
    assert "No pair is hard to call" in capsys.readouterr().out
