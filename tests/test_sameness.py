"""The same article by another path is no second article; whatever differs in title, outlet, text or day is."""

import pytest
from conftest import entry
from marsad.index import FileState, file_state, places_of
from marsad.scripts.sameness import told_apart
from marsad.seeds import likeness

TEXT = (
    "فيضان النهر في البلدة القديمة\n\n"
    "أعلنت البلدية أن منسوب النهر ارتفع مترين خلال الليل وأن ثلاثين أسرة نُقلت إلى مدرسة قريبة.\n"
)
OTHER = TEXT.replace("ثلاثين", "أربعين")
FACTS = {"title": "فيضان النهر في البلدة القديمة", "source": "alofoq.example"}


def article(path, text=TEXT, **more):
    return entry(path, text, "ar", **{**FACTS, **more})


def add(collection, *pages):
    """Store pages as ``marsad add`` does; return how many were new and how many further places."""
    entries, places = told_apart(collection, [p if isinstance(p, list) else [p] for p in pages])
    files = [FileState(e.document.path, 1, 1, "a") for e in entries]
    files += [FileState(place.path, 1, 1, "a") for place in places]
    collection.add(entries, places=places, files=files)
    return len(entries), len(places)


def paths(collection):
    return [d.path for d in collection.documents()], [p.path for p in places_of(collection)]


def test_the_same_article_by_another_path_is_a_place_of_it(empty):
    assert add(empty, article("/a/1.txt")) == (1, 0)
    again = article(
        "/b/1.txt", TEXT.replace(" ", "  "), url="https://alofoq.example/1?utm_source=x"
    )
    assert add(empty, again) == (0, 1)
    assert paths(empty) == (["/a/1.txt"], ["/b/1.txt"])
    (place,) = places_of(empty)
    assert place.document == empty.documents()[0].id
    assert place.url == "https://alofoq.example/1?utm_source=x"
    assert file_state(empty, "/b/1.txt") is not None


def test_two_that_come_together_are_told_apart_as_well(empty):
    assert add(empty, article("/a/1.txt"), article("/b/1.txt"), article("/c/1.txt", OTHER)) == (
        2,
        1,
    )


@pytest.mark.parametrize(
    "change",
    [
        {"source": "wire.example"},
        {"title": "فيضان النهر"},
        {"text": OTHER},
        {"source": None, "published": "2025-01-05"},
    ],
)
def test_what_differs_is_an_article_of_its_own(empty, change):
    add(empty, article("/a/1.txt"))
    assert add(empty, article("/b/2.txt", **change)) == (1, 0)


def test_days_that_contradict_each_other_keep_articles_apart(empty):
    add(empty, article("/a/1.txt", published="2025-01-05"))
    assert add(empty, article("/b/1.txt", published="2025-01-06")) == (1, 0)
    assert add(empty, article("/c/1.txt", published="2025-01-05T10:00")) == (0, 1)
    assert add(empty, article("/d/1.txt")) == (0, 1)


def test_where_no_outlet_is_known_the_name_of_the_file_or_the_address_must_agree(empty):
    unknown = {"source": None}
    add(empty, article("/a/1.txt", **unknown))
    assert add(empty, article("/b/1.txt", **unknown)) == (0, 1)
    assert add(empty, article("/b/2.txt", **unknown)) == (1, 0)
    assert add(empty, article("/b/x.jsonl#id=1", file="/b/x.jsonl", **unknown)) == (1, 0)
    assert add(empty, article("/b/x.jsonl#id=2", file="/b/x.jsonl", **unknown)) == (1, 0)


def test_the_host_of_an_address_stands_for_the_outlet_whatever_that_is_called(empty):
    add(empty, article("/a/1.html", url="https://www.alofoq.example/2025/flood", source="الأفق"))
    again = article("/b/2.html", url="https://alofoq.example/flood?utm_source=x", source=None)
    assert add(empty, again, article("/b/3.txt")) == (0, 2)
    elsewhere = article("/b/4.html", url="https://wire.example/flood", source="الأفق")
    assert add(empty, elsewhere) == (1, 0)


def test_an_article_without_a_title_is_like_no_other():
    assert likeness(article("/a/1.txt", title=None).document) is None


def test_a_changed_article_loses_its_places_and_their_files_are_read_again(empty):
    add(empty, article("/a/1.txt"), article("/b/1.txt"))
    assert add(empty, article("/a/1.txt", OTHER)) == (1, 0)
    assert places_of(empty) == []
    assert file_state(empty, "/b/1.txt") is None
    assert add(empty, article("/b/1.txt")) == (1, 0)
    assert paths(empty) == (["/a/1.txt", "/b/1.txt"], [])


def test_what_is_about_to_change_is_no_model_for_others(empty):
    add(empty, article("/a/1.txt"))
    assert add(empty, article("/a/1.txt", OTHER), article("/b/1.txt")) == (2, 0)


def test_what_is_about_to_go_is_no_model_for_others(empty):
    add(empty, article("/a/1.txt"))
    _, places = told_apart(empty, [[article("/b/1.txt")]], leaving=["/a/1.txt"])
    assert places == []


def test_an_article_that_becomes_the_same_as_another_gives_up_its_own_record(empty):
    add(empty, article("/a/1.txt"), article("/b/1.txt", OTHER))
    assert add(empty, article("/b/1.txt")) == (0, 1)
    assert paths(empty) == (["/a/1.txt"], ["/b/1.txt"])


def test_a_place_that_says_something_else_now_becomes_an_article(empty):
    add(empty, article("/a/1.txt"), article("/b/1.txt"))
    assert add(empty, article("/b/1.txt", OTHER)) == (1, 0)
    assert paths(empty) == (["/a/1.txt", "/b/1.txt"], [])


def glued(page, text=OTHER):
    return article(
        f"{page.document.path}#story=2", text, title="مدرسة جديدة", file=page.document.path,
        part_of=page.document.id, part_start=10,
    )  # fmt: skip


def test_a_story_glued_to_many_pages_is_one_document(empty):
    pages = [article(f"/a/{n}.txt", TEXT + str(n)) for n in range(3)]
    assert add(empty, *([page, glued(page)] for page in pages)) == (4, 2)
    (story,) = [d for d in empty.documents() if d.part_of]
    assert story.part_of == pages[0].document.id
    assert {place.document for place in places_of(empty)} == {story.id}


def test_a_story_glued_to_a_page_by_another_path_belongs_to_the_page_that_is_kept(empty):
    first, second = article("/a/1.txt"), article("/b/1.txt")
    add(empty, first)
    assert add(empty, [second, glued(second)]) == (1, 1)
    (story,) = [d for d in empty.documents() if d.part_of]
    assert story.part_of == first.document.id


def test_a_page_that_is_read_again_or_taken_out_takes_its_glued_stories_along(empty):
    page = article("/a/1.txt")
    add(empty, [page, glued(page)])
    add(empty, article("/a/1.txt", TEXT + "!"))
    assert paths(empty) == (["/a/1.txt"], [])
    add(empty, [page, glued(page)])
    assert empty.remove([page.document.id]) == 2
    assert paths(empty) == ([], [])
    assert file_state(empty, "/a/1.txt") is None


def test_what_is_no_longer_in_its_file_is_taken_out_with_its_glued_stories(empty):
    page, other = article("/x.jsonl#id=1"), article("/x.jsonl#id=2", OTHER, title="ب")
    add(empty, [page, glued(page)], [other])
    empty.add([], gone=["/x.jsonl#id=1"])
    assert paths(empty) == (["/x.jsonl#id=2"], [])
