"""Furniture of pages: learned where it recurs over unlike articles, left out, and reversible."""

import json

import numpy as np
import pytest
from conftest import DIMENSION, entry
from marsad.index import (
    Collection,
    Model,
    boilerplate_of,
    find_themes,
    learn_boilerplate,
    mark_boilerplate,
    search,
)
from marsad.scripts.main import main

FORM = "Leave a comment here and tell us in a few words what you think of it."
TOPICS = ("river flood rain", "football match goal", "bank money interest", "school exam pupils")


def about(topic: str, number: int) -> str:
    """Make an article of three paragraphs on a topic, like no other."""
    words = topic.split()
    return "\n\n".join(" ".join([*words * 4, f"{words[part]}{number}."]) for part in range(3))


def add(collection, topics, *, source="a.example", under=FORM):
    collection.add(
        [
            entry(f"{source}/{n}.txt", f"{about(topic, n)}\n\n{under}", source=source)
            for n, topic in enumerate(topics)
        ]
    )


def texts(found):
    return [(b.example.text, b.source, b.articles, b.state) for b in found]


def test_what_stands_under_unlike_articles_of_one_outlet_is_learned(empty):
    add(empty, TOPICS)
    assert learn_boilerplate(empty) == 1
    assert texts(boilerplate_of(empty)) == [(FORM, "a.example", 4, "learned")]


def test_wire_copy_in_many_outlets_is_not_furniture(empty):
    for number, topic in enumerate(TOPICS):
        add(empty, [topic], source=f"{number}.example")
    assert learn_boilerplate(empty) == 0


def test_background_repeated_through_one_story_is_not_furniture(empty):
    add(empty, TOPICS[:1] * 4)
    assert learn_boilerplate(empty) == 0


def test_articles_that_were_put_out_again_do_not_count(empty):
    same = f"{about(TOPICS[0], 1)}\n\n{FORM}"
    empty.add([entry(f"{n}.txt", same, source="a.example") for n in range(5)])
    assert learn_boilerplate(empty) == 0


def test_two_articles_are_too_few(empty):
    add(empty, TOPICS[:2])
    assert learn_boilerplate(empty) == 0


def test_it_is_no_hit_until_it_is_asked_for_or_unmarked(empty):
    add(empty, TOPICS)
    vector = empty.vectors([p.row for p in empty.passages() if p.text == FORM][:1])[0]

    def found(**more):
        hits = search(empty, vector, query=FORM, k=3, **more)
        return [hit.passage.text for hit in hits]

    assert found()[0] == FORM
    learn_boilerplate(empty)
    for mode in ("hybrid", "dense", "keyword"):
        assert FORM not in found(mode=mode)
    assert found(boilerplate=True)[0] == FORM
    example = boilerplate_of(empty)[0].example
    mark_boilerplate(empty, [example.id], is_so=False)
    assert found()[0] == FORM


def test_what_somebody_said_is_not_learned_otherwise(empty):
    add(empty, TOPICS)
    example = next(p for p in empty.passages() if p.text == FORM)
    mark_boilerplate(empty, [example.id], is_so=False)
    assert learn_boilerplate(empty) == 0
    assert texts(boilerplate_of(empty)) == [(FORM, "a.example", 4, "unmarked")]


def test_only_new_paragraphs_are_looked_at_when_asked_so(empty):
    add(empty, TOPICS)
    assert learn_boilerplate(empty, since=empty.highest_row()) == 0
    empty.add([entry("late.txt", f"{about('sea ship port', 9)}\n\n{FORM}", source="a.example")])
    assert learn_boilerplate(empty, since=empty.highest_row() - 1) == 1


def test_a_whole_collection_of_furniture_ends(empty):
    empty.add([entry(f"{n}.txt", FORM, source="a.example") for n in range(50)])
    assert learn_boilerplate(empty) == 0
    passages = empty.passages()
    assert find_themes(passages, empty.vectors([p.row for p in passages])).themes is not None


def test_marks_outlive_reopening_and_other_outlets_are_left_alone(empty, reopened):
    add(empty, TOPICS)
    add(empty, TOPICS[:1], source="b.example")
    learn_boilerplate(empty)
    again = reopened(empty)
    hidden = {p.document.source for p in again.passages(sorted(again.boilerplate()))}
    assert hidden == {"a.example"}


def run(folder, *arguments):
    try:
        return main(["--collection", str(folder), "boilerplate", *arguments])
    except SystemExit as leaving:
        return leaving.code


@pytest.mark.parametrize("number", [0, 3])
def test_the_command_lists_marks_and_unmarks(tmp_path, capsys, number):
    folder = tmp_path / "c"
    with Collection.create(
        folder, Model("word-hash", "1", DIMENSION), means={}, prompts={}
    ) as made:
        add(made, TOPICS)
        wanted = next(p for p in made.passages() if p.document.path.endswith(f"{number}.txt"))
    assert run(folder) == 3
    assert run(folder, "--mark", wanted.id) == 0
    (form,) = map(json.loads, capsys.readouterr().out.splitlines())
    assert (form["state"], form["source"], form["articles"]) == ("marked", "a.example", 1)
    assert form["example"]["text"] == wanted.text
    assert run(folder, "--learn") == 0
    states = [json.loads(line)["state"] for line in capsys.readouterr().out.splitlines()]
    assert states == ["learned", "marked"]


def test_a_passage_that_is_not_there_is_named(tmp_path, capsys, empty):
    assert run(empty.folder, "--mark", "0123456789ab:7") == 3
    assert "no passage 0123456789ab:7" in capsys.readouterr().err
    assert np.array_equal(sorted(empty.boilerplate()), [])
