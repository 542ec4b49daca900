"""Tables whose first row is a record: told from those with names, and nothing of them is lost."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from marsad.seeds.articles import Article
from marsad.seeds.formats import records
from marsad.seeds.formats.headers import is_record, names_by_content
from marsad.seeds.rows import Fields

FERRY = (
    "The ferry between the two towns stopped on Monday after its engine failed in the storm. " * 4
)
MARKET = (
    "Traders moved into the covered market, which had been closed for two years of repairs. " * 4
)
PORT = "قالت إدارة الميناء إن الرصيف الجديد سيستقبل السفن الصغيرة قبل نهاية الشهر الجاري. " * 5
ARTICLES = [
    ["news", "Ferry stops after storm damage", "https://a.example/1", "2024-04-13", FERRY],
    ["sport", "Traders return to covered market", "https://a.example/2", "2024-04-14", MARKET],
    ["news", "رصيف جديد في ميناء المدينة الشمالي", "https://a.example/3", "2024-04-15", PORT],
]
NAMES = ["Rubrik", "Zeile", "Ort", "Tag", "Stück"]  # none that fields are known by


def written(rows, delimiter=","):
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue().encode()


def read(data, shape="csv"):
    found = list(records.articles(io.BytesIO(data), "f", Fields(), shape))
    assert all(isinstance(item, Article) for item in found)
    return found


@pytest.mark.parametrize(("shape", "delimiter"), [("csv", ","), ("csv", ";"), ("tsv", "\t")])
def test_a_table_without_names_gives_every_row_with_all_its_fields(shape, delimiter):
    found = read(written(ARTICLES, delimiter), shape)
    assert [article.title for article in found] == [row[1] for row in ARTICLES]
    assert [article.url for article in found] == [row[2] for row in ARTICLES]
    assert [article.published for article in found] == [row[3] for row in ARTICLES]
    assert all(row[4].strip() in a.text for a, row in zip(found, ARTICLES, strict=True))


def test_it_is_said_once_in_a_short_line_and_no_text_is_quoted():
    found = read(written(ARTICLES))
    said = [w for article in found for w in article.warnings if "no header" in w]
    assert len(said) == 1
    assert "\n" not in said[0]
    assert len(said[0]) < 300
    assert "ferry" not in " ".join(w for article in found for w in article.warnings).lower()


@pytest.mark.parametrize(
    "first",
    [
        NAMES,
        ["category", "title", "url", "date", "text"],
        ["", "عنوان", "الرابط", "التاريخ", "نص"],
        ["a", "b", "c", "d", "Please write in your own words what you remember of that day?"],
    ],
)
def test_a_row_of_names_stays_one(first):
    assert not is_record(first, ARTICLES)


def test_names_that_stand_in_the_file_several_times_stay_names():
    assert not is_record(NAMES, [*ARTICLES, NAMES, *ARTICLES])


def test_columns_named_by_years_are_no_records():
    assert not is_record(["Country", "1990"], [["Aland", "12"], ["Borduria", "13"]])


@pytest.mark.parametrize(
    ("rows", "names"),
    [
        (ARTICLES, ["column 1", "title", "url", "date", "text"]),
        ([["1", "He rowed home."], ["2", "It rained all day long."]], ["id", "text"]),
        (
            [["raml.example", FERRY, "13.04.2024"], ["raml.example", MARKET, "14.04.2024"]],
            ["source", "text", "date"],
        ),
        ([[FERRY], [MARKET]], ["text"]),
    ],
)
def test_columns_are_named_by_what_is_in_them(rows, names):
    assert is_record(rows[0], rows[1:])
    assert names_by_content(rows) == names


@pytest.mark.parametrize("kept", [[4], [1], [2, 4], [3, 4], [0, 4], [1, 4]])
def test_any_part_of_the_columns_is_told_from_names(kept):
    rows = [[row[place] for place in kept] for row in ARTICLES]
    assert is_record(rows[0], rows[1:])
    assert not is_record([NAMES[place] for place in kept], rows)


@settings(deadline=None)  # the first date loads a library
@given(st.lists(st.lists(st.text(max_size=30), min_size=1, max_size=4), min_size=1, max_size=6))
def test_any_rows_are_judged_and_get_as_many_names_as_columns_each_once(rows):
    is_record(rows[0], rows[1:])
    names = names_by_content(rows)
    assert len(names) == len(set(names)) == max(map(len, rows))
