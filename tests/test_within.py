"""Short and doubtful lines inside an article that markup or a record holds as one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marsad.seeds import LEFT_OUT, Span, kept_within

KINDS = ["title", "heading", "paragraph", "fragment", "related", "byline"]


def spans(*kinds: str) -> list[Span]:
    """Return stretches one after another; paragraphs are as much longer as they are on pages."""
    found: list[Span] = []
    for kind in kinds:
        start = found[-1].end + 1 if found else 0
        found.append(Span(start, start + (200 if kind == "paragraph" else 30), kind))
    return found


def judged_at(marked: list[Span], places: set[int], kind: str = "related") -> list[Span]:
    return [
        Span(span.start, span.end, kind) if n in places else span for n, span in enumerate(marked)
    ]


def kinds_of(found: list[Span]) -> list[str]:
    return [span.kind for span in found]


def test_a_short_line_between_paragraphs_is_a_heading_or_an_item():
    marked = spans(
        "title", "paragraph", "fragment", "paragraph", "fragment", "fragment", "paragraph"
    )
    assert kinds_of(kept_within(marked, marked)) == [
        "title", "paragraph", "heading", "paragraph", "paragraph", "heading", "paragraph",
    ]  # fmt: skip


def test_a_judged_line_between_paragraphs_is_what_it_was():
    marked = spans("title", "paragraph", "heading", "paragraph")
    assert kept_within(marked, judged_at(marked, {2})) == marked


def test_a_line_that_wordings_tell_stays_marked_between_paragraphs():
    marked = spans("title", "paragraph", "related", "paragraph")
    assert kept_within(marked, marked) == marked


@pytest.mark.parametrize(("count", "is_kept"), [(4, False), (5, True), (30, True)])
def test_a_long_run_below_the_text_is_a_list_and_a_short_one_a_box(count, is_kept):
    marked = spans("title", *["paragraph"] * 4, *["heading"] * count)
    judged = judged_at(marked, set(range(5, 5 + count)))
    assert (kept_within(marked, judged) == marked) == is_kept
    assert (kept_within(marked, judged) == judged) != is_kept


def test_without_a_paragraph_nothing_is_taken_back():
    marked = spans("title", *["fragment"] * 9)
    assert kept_within(marked, marked) == marked


@given(st.lists(st.sampled_from(KINDS), max_size=20), st.sets(st.integers(0, 19)))
def test_nothing_that_counted_is_left_out_and_every_stretch_stays(kinds, places):
    marked = spans(*kinds)
    judged = judged_at(marked, places)
    found = kept_within(marked, judged)
    assert [(s.start, s.end) for s in found] == [(s.start, s.end) for s in marked]
    for before, after in zip(judged, found, strict=True):
        assert before.kind in LEFT_OUT or after.kind not in LEFT_OUT


@pytest.mark.parametrize(("above", "kind"), [(1, "dateline"), (2, "heading"), (5, "heading")])
def test_a_date_far_down_is_of_what_is_told_and_one_below_the_standfirst_of_the_page(above, kind):
    marked = spans("title", *["paragraph"] * above, "dateline", "paragraph", "paragraph")
    assert kept_within(marked, marked)[1 + above].kind == kind


def test_the_date_that_ends_an_article_stays_marked():
    marked = spans("title", "paragraph", "paragraph", "dateline")
    assert kept_within(marked, marked) == marked


def test_one_judged_line_ends_the_text_and_two_are_furniture():
    marked = spans("title", *["paragraph"] * 4, "heading", "heading")
    assert kept_within(marked, judged_at(marked, {6})) == marked
    two = judged_at(marked, {5, 6})
    assert kept_within(marked, two) == two


def test_a_line_that_wordings_tell_stays_marked_alone_below_the_text():
    marked = spans("title", "paragraph", "paragraph", "notice")
    assert kept_within(marked, marked) == marked


@pytest.mark.parametrize(("count", "is_kept"), [(1, False), (2, False), (3, True)])
def test_where_much_was_judged_to_be_no_text_wordings_alone_decide(count, is_kept):
    marked = spans("title", *["paragraph"] * 8, "heading", "paragraph", "paragraph", "notice")
    judged = judged_at(marked, set(range(12 - count, 12)))
    assert (kept_within(marked, judged) == marked) == is_kept
    assert kept_within(marked, judged)[-1].kind == "notice"
