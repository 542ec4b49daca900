"""`marsad add` and `marsad dedup` read the same file as the same records."""

import csv
import io
import json
from pathlib import Path

import pytest
from marsad.scripts.deduplication.inputs import FieldNames, source_of
from marsad.scripts.deduplication.output import Notes
from marsad.scripts.main import main
from marsad.seeds.articles import Article
from marsad.seeds.formats import records
from marsad.seeds.rows import Fields

ARABIC = "أعلنت البلدية افتتاح مكتبة جديدة في الحي الشمالي تضم أربعين ألف كتاب للأطفال."
LATIN = "The council opened a library with forty thousand books in the northern quarter."
OTHER = "Farmers harvested the first olives of the season two weeks earlier than in other years."
ROWS = [("1", ARABIC), ("2", ARABIC), ("3", LATIN), ("4", OTHER), ("5", OTHER)]
KEPT = [ARABIC, LATIN, OTHER]


def table(names, rows=ROWS, delimiter=","):
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows([names, *rows] if names else rows)
    return out.getvalue()


def forms(text_field, rows=ROWS):
    return [{"id": int(id_), text_field: text} for id_, text in rows]


def json_lines(text_field):
    return "".join(json.dumps(f, ensure_ascii=False) + "\n" for f in forms(text_field))


SHAPES = {
    "array.json": json.dumps(forms("text"), ensure_ascii=False).encode(),
    "indented.json": json.dumps(forms("contenu"), indent=2).encode(),
    "marked.json": b"\xef\xbb\xbf" + json.dumps(forms("body")).encode(),
    "french.jsonl": json_lines("contenu").encode(),
    "unknown.jsonl": json_lines("zzz").encode(),
    "old.jsonl": json_lines("text").encode("cp1256"),
    "arabic.csv": table(["المعرف", "النص"]).encode(),
    "old.csv": table(["id", "text"]).encode("cp1256"),
    "spaced.csv": table([" id ", " Text "]).encode(),
    "semicolons.csv": table(["id", "inhalt"], delimiter=";").encode(),
    "excel.csv": b"sep=;\r\n" + table(["id", "text"], delimiter=";").encode(),
    "empty_lines.csv": b"\r\n\r\n" + table(["id", "text"]).encode(),
    "no_names.csv": table(None).encode(),
    "no_names_old.csv": table(None).encode("cp1256"),
    "no_names.tsv": table(None, delimiter="\t").encode(),
}


@pytest.fixture(autouse=True)
def _folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def added(path):
    with Path(path).open("rb") as file:
        found = list(records.articles(file, path, Fields(), Path(path).suffix[1:]))
    assert all(isinstance(item, Article) for item in found), found
    return [article.text for article in found]


@pytest.mark.parametrize("name", SHAPES)
def test_both_find_the_same_texts_under_the_same_fields(name):
    Path(name).write_bytes(SHAPES[name])
    source = source_of([Path(name)], FieldNames(), "record", Notes("kept as it is"), Path())
    units = list(source.units())
    assert [unit.text for unit in units] == added(name) == [text for _, text in ROWS]
    assert [str(unit.id) for unit in units] == [id_ for id_, _ in ROWS]


@pytest.mark.parametrize("name", SHAPES)
def test_copies_go_and_what_is_written_is_read_again_in_the_same_shape(name):
    Path(name).write_bytes(SHAPES[name])
    output = f"out_{name}"
    assert main(["--collection", "c", "dedup", name, "--output", output]) == 0
    assert added(output) == KEPT
    removed = Path(output).with_suffix(".removed.jsonl").read_text().splitlines()
    assert len(removed) == 2


@pytest.mark.parametrize("name", [n for n in SHAPES if not n.endswith(".json")])
def test_every_line_that_stays_is_the_same_bytes(name):
    Path(name).write_bytes(SHAPES[name])
    assert main(["--collection", "c", "dedup", name, "--output", f"out_{name}"]) == 0
    before = SHAPES[name].splitlines(keepends=True)
    first = len(before) - len(ROWS)
    kept = [*before[: first + 1], *before[first + 2 : first + 4]]
    assert Path(f"out_{name}").read_bytes() == b"".join(kept)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b'{"articles": [{"text": "a"}]}', "no JSON array"),
        (b'[{"text": "a"}', "cut off"),
        (b'[{"text": "a"} {"text": "b"}]', "cannot be read after record 1"),
        (b'[{"text": }]', "record 1: no JSON"),
        (b"[" * 100_000, "nested too deeply"),
        (b"", "no JSON array"),
    ],
)
def test_json_that_is_no_whole_array_is_named_and_nothing_is_written(data, said, capsys):
    Path("in.json").write_bytes(data)
    assert main(["--collection", "c", "dedup", "in.json", "--output", "out.json"]) == 1
    assert said in (err := capsys.readouterr().err)
    assert "Traceback" not in err
    assert not Path("out.json").exists()


def test_an_array_without_copies_or_records_stays_an_array():
    Path("in.json").write_text("[]")
    assert main(["--collection", "c", "dedup", "in.json", "--output", "out.json"]) == 0
    assert json.loads(Path("out.json").read_text()) == []
