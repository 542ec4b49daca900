"""Parts and themes: glued stories apart, everything accounted for, the same every time."""

import numpy as np
import pytest
from conftest import DIMENSION, entry
from marsad.index import find_themes
from marsad.index.own_themes import OwnTheme
from marsad.index.parts import parts_of

FLOOD = (
    "The river rose by {} metres and flooded the lower streets where boats brought people to dry "
    "ground while the water reached the windows and the bridge over the river was closed to cars. "
    "Engineers opened the dam so that the water would fall before the second rain on day {}."
)
MATCH = (
    "The striker scored after {} minutes and the goalkeeper saved a penalty before the coach sent "
    "on a defender to hold the lead until the referee ended the final in front of a full stadium. "
    "The club had bought the striker from a rival team and the fans sang his name on day {}."
)
AXES = {"flood": 0, "match": 1, "clinic": 2}


def around(axis: int, seed: int, spread: float = 0.25) -> np.ndarray:
    """A unit vector near an axis."""
    vector = np.zeros(DIMENSION)
    vector[axis] = 1
    vector += np.random.default_rng(seed).normal(size=DIMENSION) * spread / np.sqrt(DIMENSION)
    return (vector / np.linalg.norm(vector)).astype(np.float32)


def page(path, *stories, language="en"):
    """A page of stories, each (text pattern, axis, number of paragraphs)."""
    texts, axes = [], []
    for number, (pattern, axis, count) in enumerate(stories):
        texts.append(f"Headline of the {number + 1} story on this page {path}")
        texts += [pattern.format(path, n) for n in range(count)]
        axes += [axis] * (count + 1)
    made = entry(path, "\n\n".join(texts), language)
    vectors = [around(axis, sum(map(ord, path)) + n) for n, axis in enumerate(axes)]
    made.vectors[:] = np.stack(vectors)
    return made


def stored(collection, *entries):
    collection.add(list(entries))
    passages = [p for p in collection.passages() if p.kind != "fragment"]
    return passages, collection.vectors([p.row for p in passages])


def test_glued_story_is_a_part_of_its_own(empty):
    passages, vectors = stored(empty, page("a", (FLOOD, 0, 4), (MATCH, 1, 4)))
    parts = parts_of(passages, vectors)
    assert [len(part.passages) for part in parts] == [5, 5]
    assert [p.position for part in parts for p in part.passages] == list(range(10))


def test_subheading_within_a_story_starts_no_part(empty):
    passages, vectors = stored(empty, page("a", (FLOOD, 0, 4), (FLOOD, 0, 4)))
    assert len(parts_of(passages, vectors)) == 1


def test_page_with_two_stories_is_in_two_themes(empty):
    pages = [page(f"f{n}", (FLOOD, 0, 3)) for n in range(3)]
    pages += [page(f"m{n}", (MATCH, 1, 3)) for n in range(3)]
    passages, vectors = stored(empty, *pages, page("both", (FLOOD, 0, 3), (MATCH, 1, 3)))
    themes = find_themes(passages, vectors).themes
    assert [len(theme.documents) for theme in themes] == [4, 4]
    assert all("both" in {d.path for d in theme.documents} for theme in themes)


def test_languages_are_mixed_and_words_name_each_theme(empty):
    arabic = "ارتفع منسوب النهر {} أمتار وغمرت المياه الشوارع ونقلت القوارب السكان في اليوم {}. "
    arabic += "وقالت البلدية إن المياه بلغت نوافذ المنازل وإن جسر النهر أغلق أمام السيارات. " * 2
    pages = [page(f"f{n}", (FLOOD, 0, 3)) for n in range(3)]
    pages += [page(f"a{n}", (arabic, 0, 3), language="ar") for n in range(2)]
    pages += [page(f"m{n}", (MATCH, 1, 3)) for n in range(3)]
    passages, vectors = stored(empty, *pages)
    flood, match = find_themes(passages, vectors).themes
    assert set(flood.languages) == {"en", "ar"}
    assert (flood.language_mixing > 0.9, match.language_mixing) == (True, 0)
    assert any("river" in name or "water" in name for name in flood.keywords)
    assert any("النهر" in word or "المياه" in word for word in flood.keywords)
    assert any("striker" in name or "goalkeeper" in name for name in match.keywords)
    named = " ".join(flood.keywords + match.keywords).split()
    assert not {"the", "and", "would", "في", "إن", "وقالت"} & set(named)


def test_every_passage_is_in_a_theme_or_outside_with_a_reason(empty):
    pages = [page(f"f{n}", (FLOOD, 0, 3)) for n in range(3)]
    pages += [page("alone", (MATCH, 1, 3)), entry("short", "Too short to say what it is about.")]
    passages, vectors = stored(empty, *pages)
    found = find_themes(passages, vectors)
    inside = [p.row for theme in found.themes for part in theme.members for p in part.passages]
    outside = {p.row: out.reason for out in found.outside for p in out.part.passages}
    assert sorted([*inside, *outside]) == sorted(p.row for p in passages)
    assert set(outside.values()) == {"too short to be placed", "unlike all others"}


def test_order_and_ids_are_the_same_every_time(empty):
    pages = [page(f"f{n}", (FLOOD, 0, 3)) for n in range(4)]
    pages += [page(f"m{n}", (MATCH, 1, 3)) for n in range(4)]
    passages, vectors = stored(empty, *pages)
    first, second = find_themes(passages, vectors), find_themes(passages, vectors)
    assert [(t.id, t.name, t.keywords) for t in first.themes] == [
        (t.id, t.name, t.keywords) for t in second.themes
    ]


def test_representative_passages_are_unlike_and_of_other_documents(empty):
    copies = [page(f"f{n}", (FLOOD.replace("{}", "two"), 0, 2)) for n in range(3)]
    passages, vectors = stored(empty, *copies, page("g", (FLOOD, 0, 3)), page("m", (MATCH, 1, 3)))
    (theme,) = find_themes(passages, vectors).themes
    texts = [p.text for p in theme.representative]
    assert len(texts) == len(set(texts)) >= 1


def test_number_of_groups_can_be_given(empty):
    pages = [page(f"f{n}", (FLOOD, 0, 3)) for n in range(4)]
    pages += [page(f"m{n}", (MATCH, 1, 3)) for n in range(4)]
    passages, vectors = stored(empty, *pages)
    assert len(find_themes(passages, vectors, count=1).themes) == 1
    assert len(find_themes(passages, vectors, count=2).themes) == 2


def test_no_document_and_one_document_are_no_failure(empty):
    assert find_themes([], np.zeros((0, DIMENSION), np.float32)).themes == ()
    found = find_themes(*stored(empty, page("f", (FLOOD, 0, 3))))
    assert [out.reason for out in found.outside] == ["unlike all others"]


def test_own_themes_come_first_keep_their_id_and_the_rest_is_found(empty):
    floods = [page(f"f{n}", (FLOOD, 0, 4)) for n in range(4)]
    matches = [page(f"m{n}", (MATCH, 1, 4)) for n in range(4)]
    empty.add([*floods, *matches])
    passages = empty.passages()
    vectors = empty.vectors([p.row for p in passages])
    examples = np.stack([around(0, seed) for seed in range(900, 905)])
    own = OwnTheme("Rising water", {"en": "Rising water"}, "", tuple("abcde"), examples)
    absent = OwnTheme("Nothing", {}, "", tuple("abcde"), np.stack([around(9, s) for s in range(5)]))
    found = find_themes(passages, vectors, own=[absent, own])
    first, second = found.themes
    assert (first.origin, first.name) == ("own", "Rising water")
    assert {d.path for d in first.documents} == {"f0", "f1", "f2", "f3"}
    assert second.origin == "found"
    assert {d.path for d in second.documents} == {"m0", "m1", "m2", "m3"}
    assert [(c.name, c.parts) for c in found.checks] == [("Nothing", 0), ("Rising water", 4)]
    again = find_themes(passages[: len(passages) // 2], vectors[: len(passages) // 2], own=[own])
    assert again.themes[0].id == first.id


def test_where_nothing_is_about_the_same_the_most_alike_are_told(empty):
    empty.add([page("a", (FLOOD, 0, 4)), page("b", (MATCH, 1, 4))])
    passages = empty.passages()
    found = find_themes(passages, empty.vectors([p.row for p in passages]))
    assert found.themes == ()
    (pair,) = found.nearest
    assert {pair.first.passages[0].document.path, pair.second.passages[0].document.path} == {
        "a",
        "b",
    }
    assert pair.similarity == pytest.approx(float(pair.first.vector @ pair.second.vector), abs=1e-3)
