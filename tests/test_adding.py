"""``marsad add`` on files of all kinds: what is stored, what is passed over, what is taken out again."""

import json
import os
import zipfile
from pathlib import Path

import pytest
from conftest import HashEncoder
from marsad.index import Collection, unread_of
from marsad.scripts import storing

RIVER = "The river rose by two metres during the night and flooded the lower part of the town."
CLINIC = "Nurses vaccinated four hundred children against measles in the clinic near the station."
MATCH = "The goalkeeper saved a penalty in extra time and the visitors went through to the final."
PAGE = f"""River floods the old town
12 March 2025

{RIVER}
{RIVER}

Leave a comment
Your email address will not be published. Required fields are marked *
"""


def records(path, *texts, **more):
    rows = [{"id": n, "title": f"Report {n}", "text": text, **more} for n, text in enumerate(texts)]
    path.write_text("\n".join(map(json.dumps, rows)) + "\n")
    return rows


def stored():
    with Collection.open("c") as collection:
        return {
            d.path.rpartition("/")[2]: [(p.kind, p.repeats) for p in passages]
            for d in collection.documents()
            for passages in [[p for p in collection.passages() if p.document.id == d.id]]
        }


def documents():
    with Collection.open("c") as collection:
        return collection.documents()


def test_what_scraping_left_is_marked_and_the_date_line_is_the_date(marsad, tmp_path):
    (tmp_path / "page.txt").write_text(PAGE)
    assert marsad("add", "page.txt")[0] == 0
    assert stored() == {
        "page.txt": [
            ("title", None), ("dateline", None), ("paragraph", None), ("paragraph", 2),
            ("comments", None), ("comments", None),
        ]
    }  # fmt: skip
    (document,) = documents()
    assert (document.title, document.published) == ("River floods the old town", "2025-03-12")
    hits = [
        json.loads(line) for line in marsad("search", "email address comment river")[1].splitlines()
    ]
    assert {hit["kind"] for hit in hits} <= {"title", "paragraph"}


def test_explaining_stores_nothing_and_gives_every_paragraph_a_kind(marsad, tmp_path):
    (tmp_path / "page.txt").write_text(PAGE)
    code, out, err = marsad("add", "--explain", "page.txt", "-o", "json")
    (form,) = json.loads(out)
    assert (code, err) == (0, "")
    assert [p["kind"] for p in form["passages"]] == [
        "title", "dateline", "paragraph", "paragraph", "comments", "comments",
    ]  # fmt: skip
    assert [p["text"] for p in form["passages"]] == [line for line in PAGE.split("\n") if line]
    assert all(p["why"] for p in form["passages"] if p["left_out"])
    assert not (tmp_path / "c").exists()
    table = marsad("add", "--explain", "page.txt", "-o", "table")[1]
    assert "said before, in 2" in table and "River floods" in table
    assert marsad("add", "--explain", "page.txt", "-o", "csv")[1].count("\n") == 7


def test_records_are_documents_of_their_own_and_changes_are_followed(marsad, tmp_path):
    path = tmp_path / "dump.jsonl"
    rows = records(path, RIVER, CLINIC, url="https://north.example/a?utm_source=x")
    code, _, err = marsad("add", path)
    assert code == 0
    assert "text from 'text'" in err and "2 added" in err
    assert set(stored()) == {"dump.jsonl#id=0", "dump.jsonl#id=1"}
    assert {d.url for d in documents()} == {"https://north.example/a"}
    assert "0 added (0 passages), 0 replaced, 2 unchanged" in marsad("add", path)[2]
    rows[1]["text"] = MATCH
    path.write_text(
        "\n".join(map(json.dumps, [*rows[1:], {"id": 7, "title": "New", "text": CLINIC}]))
    )
    err = marsad("add", path)[2]
    assert "1 added" in err and "1 replaced" in err and "1 no longer in their file" in err
    assert set(stored()) == {"dump.jsonl#id=1", "dump.jsonl#id=7"}


def test_a_record_that_cannot_be_read_takes_nothing_out_and_is_told_again(marsad, tmp_path):
    path = tmp_path / "dump.jsonl"
    records(path, RIVER, CLINIC)
    marsad("add", path)
    path.write_text(path.read_text().split("\n")[0] + "\n{broken\n")
    for _ in range(2):
        code, _, err = marsad("add", path)
        assert code == 1
        assert "1 unchanged, 1 could not be read" in err and "line 2" in err
    assert len(documents()) == 2


def test_what_could_not_be_read_is_kept_until_it_can_be(marsad, tmp_path):
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "page.txt").write_text(PAGE)
    (folder / "broken.pdf").write_bytes(b"%PDF-1.4 nothing")
    records(folder / "dump.jsonl", RIVER)
    broken = (folder / "dump.jsonl").read_text() + "{broken\n"
    (folder / "dump.jsonl").write_text(broken)
    assert marsad("add", folder)[0] == 1
    with Collection.open("c") as collection:
        said = [(Path(unread.file).name, unread.line) for unread in unread_of(collection)]
    assert [name for name, _ in said] == ["broken.pdf", "dump.jsonl"]
    assert all(name in line for name, line in said)
    records(folder / "dump.jsonl", RIVER, CLINIC)
    marsad("add", folder)
    assert json.loads(marsad("info", "-o", "json")[1])["unread"] == 1
    (told,) = json.loads(marsad("info", "--unread", "-o", "json")[1])
    assert told["file"].endswith("broken.pdf") and "broken.pdf" in told["line"]


def test_of_a_file_with_very_many_bad_things_the_first_are_told(marsad, tmp_path):
    with zipfile.ZipFile(tmp_path / "pages.zip", "w") as archive:
        archive.writestr("good.txt", PAGE)
        for number in range(30):
            archive.writestr(f"{number}.txt", "")
    err = marsad("add", "pages.zip")[2]
    assert "1 added" in err and "30 could not be read" in err
    assert err.count("is empty") == 20 and "pages.zip: 10 more things" in err


def test_fields_are_named_and_one_that_is_not_there_is_told(marsad, tmp_path):
    (tmp_path / "a.csv").write_text(f"nr,foo,bar\n1,{RIVER},Title one of the file\n")
    code, _, err = marsad("add", "a.csv", "--text-field", "baz")
    assert code == 3
    assert "baz" in err and "nr" in err and "foo" in err
    assert marsad("add", "a.csv", "--text-field", "foo", "--title-field", "bar")[0] == 0
    assert documents()[0].title == "Title one of the file"


def test_the_same_article_in_a_second_export_is_a_further_place(marsad, tmp_path):
    records(tmp_path / "a.jsonl", RIVER, CLINIC, source="North")
    records(tmp_path / "b.jsonl", RIVER, CLINIC, source="North", url="https://x.example/?fbclid=1")
    records(tmp_path / "c.jsonl", RIVER, source="South")
    err = marsad("add", "a.jsonl", "b.jsonl", "c.jsonl")[2]
    assert "3 added" in err or "5 added" in err
    assert len(documents()) + json.loads(marsad("info", "-o", "json")[1])["places"] == 5


def test_a_copied_folder_adds_nothing(marsad, tmp_path):
    for folder in ("one", "two"):
        (tmp_path / folder / "north.example").mkdir(parents=True)
        (tmp_path / folder / "north.example" / "flood.txt").write_text(PAGE)
    assert "1 added" in marsad("add", "one")[2]
    assert (
        "0 added (0 passages), 0 replaced, 0 unchanged, 1 known by another path"
        in marsad("add", "two")[2]
    )
    assert "1 unchanged" in marsad("add", "two")[2]
    (place,) = json.loads(marsad("info", "--places", "-o", "json")[1])
    assert Path(place["path"]).parts[-3:] == ("two", "north.example", "flood.txt")
    assert place["document"] == documents()[0].id


def test_when_the_first_place_changes_the_other_becomes_an_article_in_the_same_run(
    marsad, tmp_path
):
    for folder in ("one", "two"):
        (tmp_path / folder / "north.example").mkdir(parents=True)
        (tmp_path / folder / "north.example" / "flood.txt").write_text(PAGE)
    marsad("add", "two", "one")
    (tmp_path / "two" / "north.example" / "flood.txt").write_text(
        PAGE.replace("two metres", "a metre")
    )
    assert "1 added" in marsad("add", "one", "two")[2]
    assert len(documents()) == 2


def test_archives_are_looked_into(marsad, tmp_path):
    with zipfile.ZipFile(tmp_path / "pages.zip", "w") as archive:
        archive.writestr("a/page.txt", PAGE)
        archive.writestr("b/dump.jsonl", json.dumps({"id": "x", "text": CLINIC}))
        archive.writestr("b/empty.txt", "")
    code, _, err = marsad("add", "pages.zip")
    assert code == 1
    assert "pages.zip#b/empty.txt" in err
    assert set(stored()) == {"page.txt", "dump.jsonl#id=x"}
    assert marsad("remove", "pages.zip")[0] == 0
    assert documents() == []


def test_a_run_that_was_stopped_goes_on_where_it_was(marsad, tmp_path, monkeypatch):
    records(tmp_path / "dump.jsonl", *[f"{RIVER} It was report {n} of the day." for n in range(12)])
    monkeypatch.setattr(storing, "BATCH", 4)
    encode, calls = HashEncoder.encode_with_windows, []

    def stopping(self, texts, **more):
        calls.append(len(texts))
        if len(calls) == 3:
            raise KeyboardInterrupt
        return encode(self, texts, **more)

    monkeypatch.setattr(HashEncoder, "encode_with_windows", stopping)
    assert marsad("add", "dump.jsonl")[0] != 0
    kept = len(documents())
    assert 0 < kept < 12
    err = marsad("add", "dump.jsonl")[2]
    assert f"{12 - kept} added" in err and f"{kept} unchanged" in err


@pytest.mark.skipif(os.geteuid() != 0 and not hasattr(os, "mkfifo"), reason="no pipes here")
def test_pipes_are_never_opened(marsad, tmp_path):
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "page.txt").write_text(PAGE)
    assert "1 added" in marsad("add", tmp_path)[2]
