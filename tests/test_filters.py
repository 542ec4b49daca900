"""What a selection means in a collection: other spellings, unknown values, documents undated."""

from __future__ import annotations

import csv
import io
import json

import pytest
from conftest import entry
from marsad.index import Selection, resolve
from marsad.scripts.main import main

STORED = {
    "a": ("ar", "Al-Manar.example", "2025-01-05"),
    "b": ("ar", "القدس", None),
    "c": ("zh-Hant", "north.example", "2025-02-05"),
    "d": ("zh", "North.example", None),
    "e": ("en", None, None),
}


@pytest.fixture
def pile(empty):
    texts = [
        entry(path, f"The river rose by {path} metres in the night and flooded the town.",
              language=language, source=source, published=day)
        for path, (language, source, day) in STORED.items()
    ]  # fmt: skip
    empty.add(texts)
    return empty


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("ar", {"ar"}), ("AR", {"ar"}), ("ar-EG", {"ar"}), ("ar_EG", {"ar"}), ("ara", {"ar"}),
        ("zh", {"zh", "zh-Hant"}), ("zh-hant", {"zh-Hant"}), ("zh-Hant-TW", {"zh-Hant"}),
        ("Arabic", {"ar"}), ("العربية", {"ar"}),
    ],
)  # fmt: skip
def test_a_language_is_found_by_any_of_its_tags_and_names(pile, asked, found):
    resolved = resolve(pile, Selection(languages=(asked,)))
    assert set(resolved.selection.languages) == found
    assert not resolved.unknown


@pytest.mark.parametrize("asked", ["a", "arx", "z", "", "-", "ar ar", "\u0640"])
def test_what_only_begins_like_a_tag_is_no_language(pile, asked):
    resolved = resolve(pile, Selection(languages=(asked,)))
    assert resolved.selection.languages == (asked,)
    assert [unknown.value for unknown in resolved.unknown] == [asked]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("al-manar.EXAMPLE", {"Al-Manar.example"}),
        ("القُدس", {"القدس"}),
        ("NORTH.example", {"north.example", "North.example"}),
        ("north.example", {"north.example"}),
    ],
)
def test_case_and_marks_of_an_outlet_do_not_matter(pile, asked, found):
    assert set(resolve(pile, Selection(sources=(asked,))).selection.sources) == found


def test_an_unknown_outlet_is_named_with_the_nearest(pile):
    (unknown,) = resolve(pile, Selection(sources=("almanar.exmple",))).unknown
    assert (unknown.filter, unknown.nearest, unknown.is_alike) == (
        "source", ("Al-Manar.example",), True,
    )  # fmt: skip
    (unknown,) = resolve(pile, Selection(sources=("manar",))).unknown
    assert unknown.nearest == ("Al-Manar.example",)
    (unknown,) = resolve(pile, Selection(sources=("xyz",))).unknown
    assert set(unknown.nearest) == {source for _, source, _ in STORED.values() if source}
    assert not unknown.is_alike


def test_the_known_ones_are_used_beside_an_unknown_one(pile):
    resolved = resolve(pile, Selection(sources=("القدس", "xyz")))
    assert resolved.selection.sources == ("القدس",)
    assert [unknown.value for unknown in resolved.unknown] == ["xyz"]


@pytest.mark.parametrize(
    ("selection", "undated"),
    [
        (Selection(since="2025-01-01"), 3),
        (Selection(until="2020-01-01"), 3),
        (Selection(languages=("ar",), since="2025-01-01"), 1),
        (Selection(sources=("NORTH.EXAMPLE",), until="2025-01-01"), 1),
        (Selection(sources=("Al-Manar.example",), until="2025-01-01"), 0),
        (Selection(languages=("en",)), 0),
    ],
)
def test_documents_without_a_date_are_counted_where_a_date_leaves_them_out(
    pile, selection, undated
):
    assert resolve(pile, selection).undated == undated


def test_an_empty_collection_knows_nothing(empty):
    resolved = resolve(empty, Selection(languages=("ar",), sources=("x",), since="2025-01-01"))
    assert [unknown.nearest for unknown in resolved.unknown] == [(), ()]
    assert resolved.undated == 0


@pytest.fixture
def added(marsad, tmp_path):
    folder = tmp_path / "in"
    (folder / "north.example").mkdir(parents=True)
    story = "The river rose by two metres during the night and flooded the lower part of the town."
    (folder / "north.example" / "2025-01-05-a.txt").write_text(story)
    (folder / "b.txt").write_text("Nurses vaccinated four hundred children in the clinic today.")
    marsad("add", folder)
    return marsad


def test_search_says_what_a_filter_did(added):
    code, out, err = added("search", "river", "--source", "NORTH.EXAMPLE", "--since", "2025")
    assert (code, len(out.splitlines()), err) == (0, 1, "")
    code, _, err = added("search", "river", "--since", "2025-01")
    assert (code, err) == (0, "marsad: 1 article without a date was left out.\n")
    code, out, err = added("search", "river", "--source", "nort.example")
    assert (code, out) == (3, "")
    assert err == (
        "marsad: nothing here is of outlet 'nort.example'. Near to it: north.example.\n"
        "marsad: nothing was found in this selection.\n"
    )
    code, _, err = added("search", "river", "--language", "xx")
    assert "nothing here is of language 'xx'. Most are of en.\n" in err


@pytest.mark.parametrize(
    "command", [("search", "river"), ("stories",), ("themes",), ("duplicates",)]
)
def test_a_period_that_ends_before_it_begins_is_wrong_usage(added, command):
    code, out, err = added(*command, "--since", "2025-02", "--until", "2025-01")
    assert (code, out) == (2, "")
    assert "--since 2025-02-01 is after --until 2025-01-31" in err


@pytest.mark.parametrize(
    "command",
    [("search", "river"), ("duplicates",), ("stories",), ("themes",), ("themes", "--log"),
     ("boilerplate",)],
)  # fmt: skip
def test_an_empty_answer_is_still_json_and_csv(added, command):
    narrow = () if command[-1] in ("boilerplate", "--log") else ("--language", "fr")
    code, out, _ = added(*command, *narrow, "-o", "json")
    assert (code, json.loads(out)) == (3, [])
    code, out, _ = added(*command, *narrow, "-o", "csv")
    (header,) = csv.reader(io.StringIO(out))
    assert code == 3
    assert len(header) > 4


def test_the_header_of_csv_names_what_its_lines_hold(added):
    for command in (("search", "river"), ("info", "--places", "--unread")):
        code, out, _ = added(*command, "-o", "csv")
        assert code == 0
        header, *rows = csv.reader(io.StringIO(out))
        assert all(len(row) == len(header) for row in rows)


def test_removing_takes_outlets_in_any_case_and_names_the_unknown(added):
    code, out, _ = added("remove", "--source", "North.Example", "--dry-run")
    assert (code, len(out.splitlines())) == (0, 1)
    code, _, err = added("remove", "--source", "south.example", "--dry-run")
    assert code == 3
    assert "nothing here is of outlet 'south.example'" in err
    assert main(["--collection", "c", "remove", "--since", "2025-02", "--until", "2025-01"]) == 2
