"""``add --set NAME=VALUE``: what the user says of all articles goes before what files say."""

import json

import pytest
from marsad.seeds import Article, SeedError
from marsad.seeds.constants import Constants

BODY = "The council of the town decided on Monday to repair the bridge, closed since the flood."
SAID = Article("t", source="x", author="y", published="2024-01-01", is_dated_by_address=True)


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        (["source=Al Jarida"], Constants(source="Al Jarida")),
        (["source= a ", "source=الجريدة  اليومية"], Constants(source="الجريدة اليومية")),
        (["author=A = B"], Constants(author="A = B")),
        (["date=13.04.2024"], Constants(date="2024-04-13")),
        (["language=AR"], Constants(language="ar")),
        (["language=zh_hant"], Constants(language="zh-Hant")),
        (["language=ckb", "source=x"], Constants(source="x", language="ckb")),
    ],
)
def test_settings_are_read(settings, expected):
    assert Constants.of(settings) == expected


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("lang=ar", "sets nothing.*source, language, author, date"),
        ("source", "sets nothing"),
        ("source= ", "has no value"),
        ("date=soon", "no date"),
        ("language=arabic", "no language"),
        ("x" * 300, "^'x{79}…'"),
    ],
)
def test_a_setting_that_means_nothing_is_refused(setting, message):
    with pytest.raises(SeedError, match=message):
        Constants.of([setting])


def test_what_is_set_goes_before_what_is_said_and_the_rest_stays():
    found = Constants(source="Z", date="2024-02-02").applied(SAID)
    assert (found.source, found.author, found.published) == ("Z", "y", "2024-02-02")
    assert not found.is_dated_by_address and Constants().applied(SAID) == SAID


def test_all_kinds_of_files_get_what_is_set_and_unchanged_ones_are_read_again(marsad, tmp_path):
    (tmp_path / "a.jsonl").write_text(json.dumps({"text": BODY, "source": "Other", "id": 1}))
    (tmp_path / "b.txt").write_text("لا شيء جديد في المدينة منذ أن أغلق الجسر القديم بعد الفيضان.")
    code, _, err = marsad("add", "a.jsonl", "b.txt")
    assert code == 0 and "2 added" in err
    code, _, err = marsad(
        "add", "a.jsonl", "b.txt", "--set", "source=Daily", "--set", "language=fa"
    )
    assert code == 0 and "2 replaced" in err
    assert marsad("export", "--output", "out", "--format", "jsonl")[0] == 0
    lines = (tmp_path / "out" / "documents.jsonl").read_text().splitlines()
    documents = [json.loads(line) for line in lines]
    assert {document["source"] for document in documents} == {"Daily"}
    assert {document["language"] for document in documents} == {"fa"}
    assert "2 unchanged" in marsad("add", "a.jsonl", "b.txt")[2]


def test_a_setting_that_means_nothing_stops_before_anything_is_read(marsad, tmp_path):
    (tmp_path / "b.txt").write_text(BODY)
    code, _, err = marsad("add", "b.txt", "--set", "langauge=ar")
    assert code == 2 and "sets nothing" in err and "added" not in err
