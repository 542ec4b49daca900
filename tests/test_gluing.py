"""Where another story begins on a page: by what its paragraphs say, and by what stands around its title."""

import numpy as np
import pytest
from marsad.index import stretches_of

DIMENSION = 24


def page(*lines, spread=1.0, seed=0, title=60):
    """Kinds, hashes, lengths and vectors of lines, each (kind, subject) or (kind, subject, text)."""
    random = np.random.default_rng(seed)
    kinds, hashes, rows = [], [], []
    for number, (kind, subject, *text) in enumerate(lines):
        row = random.normal(size=DIMENSION) * spread / np.sqrt(DIMENSION)
        row[subject] += 1
        kinds.append(kind)
        hashes.append((text[0] if text else f"line {number}").encode())
        rows.append(row / np.linalg.norm(row))
    lengths = [250 if kind == "paragraph" else title for kind in kinds]
    return kinds, hashes, lengths, np.array(rows, np.float32)


def story(subject, paragraphs=4, title="title"):
    return [(title, subject), *[("paragraph", subject)] * paragraphs]


def starts(*lines, **more):
    return [stretch[0] for stretch in stretches_of(*page(*lines, **more))]


def test_one_story_is_one_stretch():
    assert starts(*story(0)) == [0]
    assert stretches_of([], [], [], np.empty((0, DIMENSION), np.float32)) == [[]]


def test_glued_stories_begin_at_their_titles():
    assert starts(*story(0), *story(1, title="heading"), *story(2, title="heading")) == [0, 5, 10]


def test_a_subheading_begins_no_story():
    assert starts(*story(0), *story(0, title="heading"), *story(0, title="heading")) == [0]


def test_paragraphs_without_a_title_begin_no_story():
    assert starts(*story(0), *[("paragraph", 1)] * 4) == [0]


@pytest.mark.parametrize("kind", ["related", "sharing", "notice", "comments", "caption"])
def test_what_is_no_text_counts_for_nothing(kind):
    assert starts(*story(0), (kind, 5), (kind, 6), *[("paragraph", 0)] * 3, spread=0.6) == [0]


def test_lines_of_a_box_before_the_title_stay_with_the_page_before():
    lines = [*story(0), ("heading", 7), ("heading", 8), *story(1, title="heading")]
    assert starts(*lines) == [0, 7]


def split_at(lines, nearness):
    """Whether a second story is found, its subject drawn towards the first one's."""
    kinds, hashes, lengths, vectors = page(*lines, spread=1.2, seed=3, title=20)
    own = np.array([subject == 1 for _, subject, *_ in lines])
    vectors[own, 0] += nearness
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return len(stretches_of(kinds, hashes, lengths, vectors)) == 2


NEARNESS = np.linspace(0, 4, 41)


def test_what_stands_around_a_title_tips_the_balance_between_near_subjects():
    second = [("paragraph", 1)] * 2
    bare = [*story(0), ("heading", 1, "its title"), *second]
    after_a_box = [*story(0), ("notice", 9), ("heading", 1, "its title"), *second]
    again = [*after_a_box[:-2], ("heading", 1, "its title"), *second]
    found = [[split_at(lines, near) for near in NEARNESS] for lines in (bare, after_a_box, again)]
    assert sum(found[0]) < sum(found[1]) < sum(found[2])
    assert all(b <= h <= a for b, h, a in zip(*found, strict=True))


def test_a_lone_paragraph_under_a_line_is_no_story():
    lone = [*story(0), ("heading", 1), ("paragraph", 1)]
    assert starts(*lone) == [0]
    assert starts(*lone, ("paragraph", 1)) == [0, 5]
    assert starts(*lone, ("paragraph", 1, "line 6")) == [0], "the same one said twice is one"


def test_a_body_said_twice_is_no_other_story():
    text = [("paragraph", n, f"said {n}") for n in range(4)]
    assert starts(("title", 0), *text, ("heading", 0), *text) == [0]


@pytest.mark.parametrize("seed", range(30))
def test_every_passage_is_in_exactly_one_stretch_in_order(seed):
    random = np.random.default_rng(seed)
    kinds = random.choice(
        ["title", "heading", "paragraph", "paragraph", "caption", "related", "fragment"], size=40
    )
    lines = [(kind, int(random.integers(0, 4))) for kind in kinds]
    stretches = stretches_of(*page(*lines, seed=seed, spread=0.3))
    assert [place for stretch in stretches for place in stretch] == list(range(40))
    starting = ("title", "heading", "related")
    assert all(kinds[stretch[0]] in starting for stretch in stretches[1:])
