"""Stories of a collection: one event told by several articles, in several languages, apart in time."""

from conftest import entry
from marsad.index import find_stories
from test_themes import FLOOD, MATCH, page


def stories(empty, *entries):
    empty.add(list(entries))
    passages = empty.passages()
    found = find_stories(passages, empty.vectors([p.row for p in passages]))
    return [sorted(d.path for d in story.documents) for story in found]


def dated(made, day):
    from dataclasses import replace

    return replace(made, document=replace(made.document, published=day))


def test_articles_of_one_event_are_one_story_and_others_are_not(empty):
    found = stories(
        empty,
        dated(page("a", (FLOOD, 0, 4)), "2025-01-01"),
        dated(page("b", (FLOOD, 0, 4)), "2025-01-02"),
        dated(page("c", (MATCH, 1, 4)), "2025-01-01"),
    )
    assert found == [["a", "b"], ["c"]]


def test_the_same_words_months_later_are_another_story(empty):
    found = stories(
        empty,
        dated(page("a", (FLOOD, 0, 4)), "2025-01-01"),
        dated(page("b", (FLOOD, 0, 4)), "2025-06-02"),
    )
    assert sorted(found) == [["a"], ["b"]]


def test_glued_stories_are_told_apart(empty):
    empty.add([dated(page("a", (FLOOD, 0, 4), (MATCH, 1, 4)), "2025-01-01"),
               dated(page("b", (MATCH, 1, 4)), "2025-01-01")])  # fmt: skip
    passages = empty.passages()
    found = find_stories(passages, empty.vectors([p.row for p in passages]))
    assert [[d.path for d in story.documents] for story in found] == [["a", "b"], ["a"]]
    assert found[0].first == found[0].last == "2025-01-01"


def test_short_articles_and_none_are_no_stories(empty):
    assert find_stories([], None) == []
    assert stories(empty, entry("a.txt", "Too short to be about anything at all.")) == []


def test_equal_input_gives_equal_output(empty):
    made = [dated(page(name, (FLOOD, 0, 3)), "2025-01-01") for name in "abc"]
    first = stories(empty, *made)
    passages = empty.passages()
    vectors = empty.vectors([p.row for p in passages])
    assert first == [
        sorted(d.path for d in story.documents) for story in find_stories(passages, vectors)
    ]
