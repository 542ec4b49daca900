"""What `marsad dedup` keeps, removes and leaves as it was, file shape by file shape."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import random
import re
import signal
import subprocess
import sys
import time
import tracemalloc
from collections import Counter
from pathlib import Path
from types import SimpleNamespace
from typing import get_args

import pyarrow
import pytest
from conftest import entry
from marsad.index import Keeping, Where, find_copies
from marsad.index.copies import pile as pile_module
from marsad.index.copies.pile import Pile
from marsad.scripts import dedup
from marsad.scripts.deduplication.output import removed_file
from marsad.scripts.deduplication.paragraphs import without
from marsad.scripts.main import main
from marsad.seeds import split
from pyarrow import parquet

RIVER = "The river rose by two metres during the night and flooded the lower part of the town."
NEAR_RIVER = RIVER.replace("two metres during", "two meters in")
CLINIC = "Nurses vaccinated four hundred children against measles in the clinic near the station."
LONGER = f"{CLINIC} The minister of health visited them in the afternoon and spoke to the parents."
ARABIC = "أعلنت المنصة إغلاق مئات الحسابات التي كانت تنشر الشائعات خلال الأسبوع الماضي."
VOCALISED = ARABIC.replace("الماضي", "المَاضِي")


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Run `dedup` in an empty folder; returns (code, stdout, stderr)."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("TMPDIR", raising=False)

    def run(*arguments: object) -> tuple[int, str, str]:
        try:
            code = main(["--collection", "c", "dedup", *map(str, arguments)])
        except SystemExit as leaving:
            code = leaving.code
        out = capsys.readouterr()
        return code, out.out, out.err

    return run


def objects(path: str) -> list[dict]:
    return [json.loads(line) for line in Path(path).read_text().splitlines()]


def put(path: str, *records: object) -> list[bytes]:
    """Write JSON Lines; returns the lines."""
    lines = [json.dumps(record, ensure_ascii=False).encode() + b"\n" for record in records]
    Path(path).write_bytes(b"".join(lines))
    return lines


def names() -> list[str]:
    return sorted(path.name for path in Path().iterdir())


def texts(*all_: str) -> list[dict]:
    return [{"text": text} for text in all_]


def paragraphs(count: int, chance: random.Random) -> list[str]:
    letters = "ابتثجحخدذرزسشصضطظعغفقكلمنهوي"
    words = ["".join(chance.choices(letters, k=chance.randint(3, 8))) for _ in range(500)]
    return [" ".join(chance.choices(words, k=chance.randint(15, 40))) for _ in range(count)]


# The shapes


def test_kept_lines_of_json_are_the_same_bytes(run):
    odd = b'{ "text":"%s" , "n": 1.50e3, "n": 2, "\\u0627": "\\u0628"}\r\n' % CLINIC.encode()
    lines = [odd, *put("rest", *texts(RIVER, RIVER, ARABIC))]
    lines[-1] = lines[-1].rstrip(b"\n")
    Path("in.jsonl").write_bytes(b"".join(lines))
    code, out, err = run("in.jsonl", "--output", "out.jsonl")
    assert (code, out) == (0, "")
    assert Path("out.jsonl").read_bytes() == b"".join([lines[0], lines[1], lines[3]])
    (removed,) = objects("out.removed.jsonl")
    assert removed == {
        "reason": "exact", "kept": "in.jsonl:2", "id": "in.jsonl:3", "score": 1.0,
        "evidence": {"differs": []}, "text": RIVER, "at": "in.jsonl:3", "kept_at": "in.jsonl:2",
    }  # fmt: skip
    assert "4 records read, 3 kept in out.jsonl, 1 left out (1 exact)" in err
    assert names() == ["in.jsonl", "out.jsonl", "out.removed.jsonl", "rest"]


def test_each_kind_of_copy_is_named_with_its_evidence(run):
    put("in.jsonl", *texts(ARABIC, NEAR_RIVER, VOCALISED, RIVER, CLINIC, LONGER))
    run("in.jsonl", "--output", "out.jsonl")
    assert [r["text"] for r in objects("out.jsonl")] == [VOCALISED, RIVER, LONGER]
    exact, near, part = objects("out.removed.jsonl")
    assert (exact["reason"], exact["evidence"]) == ("exact", {"differs": ["vocalisation"]})
    assert (near["reason"], near["kept"]) == ("near", "in.jsonl:4")
    assert near["evidence"]["changes"] == [{"kept": "metres during", "copy": "meters in"}]
    assert (part["reason"], part["evidence"]["span"]) == ("contained", [0, len(CLINIC) - 1])
    run("in.jsonl", "--output", "out.jsonl", "--kind", "near", "--kind", "contained")
    assert [r["reason"] for r in objects("out.removed.jsonl")] == ["near", "contained"]


def test_packed_json_stays_packed_and_an_output_may_be_packed_or_not(run):
    lines = put("plain.jsonl", *texts(RIVER, ARABIC, RIVER))
    Path("in.jsonl.gz").write_bytes(gzip.compress(b"".join(lines)))
    run("in.jsonl.gz", "--output", "out.jsonl.gz")
    assert gzip.decompress(Path("out.jsonl.gz").read_bytes()) == b"".join(lines[:2])
    assert len(objects("out.removed.jsonl")) == 1
    run("in.jsonl.gz", "--output", "out.jsonl")
    assert Path("out.jsonl").read_bytes() == b"".join(lines[:2])


@pytest.mark.parametrize(
    ("name", "delimiter", "end"),
    [("in.csv", ",", "\r\n"), ("in.csv", ";", "\n"), ("in.tsv", "\t", "\n"), ("in.csv", ",", "\r")],
)
@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_csv_keeps_dialect_header_and_line_ends_within_fields(
    run, name, delimiter, end, quoting, mark
):
    records = [
        ["id", "text", "مصدر"],
        ["1", f'{RIVER}\n\n"Quoted"; with, all\tof it', "a,b;c"],
        ["2", ARABIC, ""],
        ["3", VOCALISED, "x"],
        ["4", CLINIC, "y"],
    ]
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=quoting).writerows(records)
    Path(name).write_bytes(mark + out.getvalue().encode())
    assert run(name, "--output", f"out{name[2:]}")[0] == 0
    kept = Path(f"out{name[2:]}").read_bytes().removeprefix(mark).decode()
    read = list(csv.reader(io.StringIO(kept, newline=""), delimiter=delimiter))
    assert read == [records[0], records[1], records[3], records[4]]
    written = io.StringIO()
    csv.writer(written, delimiter=delimiter, lineterminator=end, quoting=quoting).writerows(read)
    assert kept == written.getvalue()
    assert [(r["id"], r["kept"]) for r in objects("out.removed.jsonl")] == [("2", "3")]


def test_parquet_keeps_schema_metadata_and_compression(run):
    schema = pyarrow.schema(
        [
            pyarrow.field("n", pyarrow.int16(), metadata={"unit": "one"}),
            pyarrow.field("text", pyarrow.large_string(), nullable=False),
            pyarrow.field("tags", pyarrow.list_(pyarrow.string())),
        ],
        metadata={"made": "by hand"},
    )
    rows = [
        {"n": n, "text": text, "tags": [str(n)] if n % 2 else None}
        for n, text in enumerate([RIVER, ARABIC, RIVER, CLINIC, VOCALISED, "short"])
    ]
    table = pyarrow.Table.from_pylist(rows, schema)
    parquet.write_table(table, "in.parquet", row_group_size=2, compression="zstd")
    assert run("in.parquet", "--output", "out.parquet")[0] == 0
    written = parquet.ParquetFile("out.parquet")
    before = parquet.read_schema("in.parquet")
    assert written.schema_arrow.equals(before, check_metadata=True)
    assert written.read().to_pylist() == [rows[0], rows[3], rows[4], rows[5]]
    assert written.metadata.row_group(0).column(1).compression == "ZSTD"
    assert [(r["at"], r["kept_at"]) for r in objects("out.removed.jsonl")] == [
        ("in.parquet:2", "in.parquet:5"),
        ("in.parquet:3", "in.parquet:1"),
    ]


def test_several_inputs_become_one_and_the_earlier_ones_are_kept(run):
    first = put("a.jsonl", *texts(RIVER, CLINIC))
    second = put("b.jsonl", *texts(ARABIC, RIVER))
    Path("a.jsonl").write_bytes(b"".join(first).rstrip(b"\n"))
    Path("b.jsonl").write_bytes(b"\xef\xbb\xbf" + b"".join(second))
    run("a.jsonl", "b.jsonl", "--output", "out.jsonl")
    assert Path("out.jsonl").read_bytes() == b"".join([*first, second[0]])
    assert [r["id"] for r in objects("out.removed.jsonl")] == ["b.jsonl:2"]


def test_inputs_of_other_columns_or_shapes_are_refused(run):
    Path("a.csv").write_text(f"id,text\n1,{RIVER}\n")
    Path("b.csv").write_text(f"text\n{RIVER}\n")
    put("c.jsonl", *texts(RIVER))
    Path("d.txt").write_text(RIVER)
    for inputs, output, said in (
        (("a.csv", "b.csv"), "o.csv", "not all the same columns"),
        (("a.csv", "c.jsonl"), "o.csv", "not all the same columns"),
        (("a.csv", "d.txt"), "o.csv", "run it twice"),
        (("c.jsonl",), "o.csv", "which is jsonl, not csv"),
        (("d.txt",), "o.jsonl", "a folder is written"),
        (("c.json",), "o.jsonl", "which is json, not jsonl"),
    ):
        code, _, err = run(*inputs, "--output", output)
        assert code == 2
        assert said in " ".join(err.split())
        assert not Path(output).exists()


def test_standard_input_is_json_lines(run, monkeypatch):
    lines = put("x", *texts(RIVER, ARABIC, RIVER))
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(b"".join(lines))))
    assert run("-", "--output", "out.jsonl")[0] == 0
    assert Path("out.jsonl").read_bytes() == b"".join(lines[:2])
    assert objects("out.removed.jsonl")[0]["id"] == "<stdin>:3"


# Text files


def test_text_files_lose_their_repeated_paragraphs_and_nothing_else(run):
    Path("in/north").mkdir(parents=True)
    Path("in/a.txt").write_bytes(f"{RIVER}\r\n\r\n{CLINIC}\r\n\r\n  {ARABIC}\r\n".encode())
    Path("in/north/2025-01-01-b.txt").write_bytes(f"\ufeffNotes\n\n{CLINIC}\n".encode())
    Path("in/c.md").write_bytes(ARABIC.encode("utf-16"))
    Path("in/empty.txt").write_bytes(b"")
    Path("in/picture.txt").write_bytes(b"\x89PNG\0\0")
    Path("in/table.pdf").write_bytes(b"%PDF")
    code, out, err = run("in", "--output", "out")
    assert (code, out) == (0, "")
    left = {str(p.relative_to("out")): p.read_bytes() for p in Path("out").rglob("*.*")}
    assert left == {
        "a.txt": f"{RIVER}\r\n\r\n  {ARABIC}\r\n".encode(),
        "north/2025-01-01-b.txt": f"\ufeffNotes\n\n{CLINIC}\n".encode(),
        "empty.txt": b"",
        "picture.txt": b"\x89PNG\0\0",
    }
    removed = {r["id"]: r["kept"] for r in objects("out.removed.jsonl")}
    assert removed == {"in/a.txt:3": "in/north/2025-01-01-b.txt:3", "in/c.md:1": "in/a.txt:5"}
    assert "in/picture.txt is kept as it is" in err
    assert "in/c.md is left out: nothing remained" in err
    assert "1 files in in are no text" in err
    assert run("in", "--output", "out")[0] == 2


def test_what_parts_the_paragraphs_that_stay_is_what_parted_most():
    a, b, c = "Alpha one two three four.", "Beta one two three four.", "Gamma one two three four."
    for text, gone, left in (
        (f"{a}\n\n{b}\n\n{c}\n", b, f"{a}\n\n{c}\n"),
        (f"{a}\n\n{b}\n\n{c}\n", c, f"{a}\n\n{b}\n"),
        (f"{a}\n\n{b}\n\n{c}\n", a, f"{b}\n\n{c}\n"),
        (f"{a}\n{b}\n\n{c}", b, f"{a}\n\n{c}"),
        (f"{a}\n\n\n{b}\n{c}", b, f"{a}\n\n\n{c}"),
        (f"{a}  \n\t{b}\n   {c}", b, f"{a}  \n   {c}"),
        (f"\n\n  {a}\n", a, ""),
    ):
        spans = [s for s in split(text) if text[s.start : s.end] == gone]
        assert without(text, spans) == left


def test_taking_out_paragraphs_leaves_the_others_as_they_are():
    """Law: the paragraphs of what is left are those that were not taken out."""
    chance = random.Random(5)
    for _ in range(60):
        ends = ["\n", "\n\n", "\r\n", "\n\n\n", " \n\t"]
        parts = paragraphs(chance.randint(1, 6), chance)
        long = " ".join(f"{p}." for p in paragraphs(8, chance))
        text = "".join(p + "." + chance.choice(ends) for p in [*parts, long])
        spans = split(text)
        gone = [span for span in spans if chance.random() < 0.4]
        stay = [text[s.start : s.end] for s in spans if s not in gone]
        left = without(text, gone)
        assert re.sub(r"\s+", "", left) == re.sub(r"\s+", "", "".join(stay))
        assert all(paragraph in left for paragraph in stay)


# Records by paragraph


def test_by_paragraph_only_the_field_changes(run):
    before = b'{"n": 1.50e3, "text": "x",  "text" : '
    after = b' , "other": {"text": "}\\u0627"}}\n'
    both = json.dumps(f"{RIVER}\n\n{ARABIC} 😀", ensure_ascii=False).encode()
    first = put("x", {"text": f"{CLINIC}\n\n{RIVER}"})[0]
    Path("in.jsonl").write_bytes(first + before + both + after)
    assert run("in.jsonl", "--output", "out.jsonl", "--by", "paragraph")[0] == 0
    changed = before + json.dumps(f"{ARABIC} 😀", ensure_ascii=False).encode() + after
    assert Path("out.jsonl").read_bytes() == first + changed
    (removed,) = objects("out.removed.jsonl")
    assert (removed["id"], removed["kept"]) == ("in.jsonl:2:0", "in.jsonl:1:1")
    assert (removed["text"], removed["at"]) == (RIVER, "in.jsonl:2")


def test_by_paragraph_a_record_of_which_nothing_remains_is_left_out_and_named(run):
    lines = put("in.jsonl", {"id": 7, "text": f"{RIVER}\n{ARABIC}"}, {"id": 8, "text": RIVER})
    _, _, err = run("in.jsonl", "--output", "out.jsonl", "--by", "paragraph")
    assert Path("out.jsonl").read_bytes() == lines[0]
    assert "in.jsonl:2 is left out: nothing remained" in err
    assert [r["id"] for r in objects("out.removed.jsonl")] == ["8:0"]


@pytest.mark.parametrize("shape", ["csv", "parquet"])
def test_by_paragraph_in_csv_and_parquet(run, shape):
    rows = [("1", f"{CLINIC}\n\n{RIVER}"), ("2", f"{RIVER}\n\n{ARABIC}"), ("3", RIVER)]
    if shape == "csv":
        with Path("in.csv").open("w", newline="") as file:
            csv.writer(file, quoting=csv.QUOTE_ALL).writerows([("id", "text"), *rows])
    else:
        columns = [pyarrow.array(column) for column in zip(*rows, strict=True)]
        parquet.write_table(pyarrow.table(columns, names=["id", "text"]), "in.parquet")
    assert run(f"in.{shape}", "--output", f"out.{shape}", "--by", "paragraph")[0] == 0
    if shape == "csv":
        expected = f'"id","text"\r\n"1","{rows[0][1]}"\r\n"2","{ARABIC}"\r\n'
        assert Path("out.csv").read_bytes() == expected.encode()
    else:
        kept = parquet.read_table("out.parquet").to_pylist()
        assert [(r["id"], r["text"]) for r in kept] == [rows[0], ("2", ARABIC)]


def test_within_a_document_and_across(run):
    put("in.jsonl", {"text": f"{RIVER}\n{RIVER}"}, {"text": f"{RIVER}\n{ARABIC}"})
    run("in.jsonl", "--output", "o.jsonl", "--by", "paragraph", "--within-document")
    assert [r["id"] for r in objects("o.removed.jsonl")] == ["in.jsonl:1:1"]
    run("in.jsonl", "--output", "o.jsonl", "--by", "paragraph", "--across")
    assert [r["id"] for r in objects("o.removed.jsonl")] == ["in.jsonl:2:0"]
    assert run("in.jsonl", "--check", "--within-document", "--across")[0] == 2
    code, _, err = run("in.jsonl", "--check", "--within-document")
    assert (code, "--by paragraph" in err) == (2, True)


# What is kept


def test_date_length_outlet_and_order_decide_what_is_kept(run):
    records = [
        {"id": "a", "date": "2025-03-02", "source": "west", "text": RIVER},
        {"id": "b", "date": "2025-03-01", "source": "east", "text": RIVER},
        {"id": "c", "source": "west", "text": RIVER + "!!"},
    ]
    put("in.jsonl", *records)

    def kept(*options: str) -> str:
        run("in.jsonl", "--output", "out.jsonl", *options)
        (record,) = objects("out.jsonl")
        assert {r["kept"] for r in objects("out.removed.jsonl")} == {record["id"]}
        return record["id"]

    assert kept() == "b"
    assert kept("--keep", "longest") == "c"
    assert kept("--prefer", "west") == "a"
    assert kept("--prefer", "north", "--prefer", "west", "--keep", "longest") == "c"
    assert kept("--date-field", "id") == "a"


def test_ids_that_repeat_are_no_error(run):
    put("in.jsonl", *({"id": 1, "text": text} for text in (RIVER, ARABIC, RIVER, CLINIC)))
    assert run("in.jsonl", "--output", "out.jsonl")[0] == 0
    assert len(objects("out.jsonl")) == 3
    (removed,) = objects("out.removed.jsonl")
    assert (removed["id"], removed["kept"]) == (1, 1)
    assert (removed["at"], removed["kept_at"]) == ("in.jsonl:3", "in.jsonl:1")


def test_every_record_is_kept_or_removed_and_agrees_with_copies_in_memory(run):
    chance = random.Random(2)
    all_ = paragraphs(200, chance)
    for text in chance.sample(all_, 60):
        words = text.split()
        del words[chance.randrange(len(words))]
        all_.append(chance.choice([text, " ".join(words), " ".join(words[: len(words) // 2])]))
    chance.shuffle(all_)
    put("in.jsonl", *({"id": n, "text": text} for n, text in enumerate(all_)))
    assert run("in.jsonl", "--output", "out.jsonl")[0] == 0
    kept = [r["id"] for r in objects("out.jsonl")]
    removed = {r["id"]: (r["kept"], r["reason"]) for r in objects("out.removed.jsonl")}
    assert sorted([*kept, *removed]) == list(range(len(all_)))
    assert {kept_ for kept_, _ in removed.values()} <= set(kept)
    rule = Keeping()
    links = find_copies(all_, order=lambda n: rule.order(None, len(all_[n]), None, "", n))
    assert removed == {link.copy: (link.kept, link.kind) for link in links}
    assert len(removed) >= 55


# Against what is there


@pytest.mark.parametrize("other", ["other.jsonl", "other.txt", "collection"])
def test_against_another_corpus_what_is_there_goes_from_the_batch(run, other, empty):
    if other == "collection":
        empty.add([entry("old.txt", f"{LONGER}\n\n{NEAR_RIVER}")])
        passages = empty.passages()
        ids = {p.text: p.id for p in passages}
    elif other == "other.jsonl":
        put(other, {"id": "L", "text": LONGER}, {"id": "N", "text": NEAR_RIVER})
        ids = {LONGER: "L", NEAR_RIVER: "N"}
    else:
        Path(other).write_text(f"{LONGER}\n\n{NEAR_RIVER}\n")
        ids = {LONGER: "other.txt:1", NEAR_RIVER: "other.txt:3"}
    put("in.jsonl", *texts(RIVER, ARABIC, CLINIC, ARABIC))
    before = {p: p.read_bytes() for p in Path(other).rglob("*.sqlite")}
    assert run("in.jsonl", "--against", other, "--output", "out.jsonl")[0] == 0
    assert [r["text"] for r in objects("out.jsonl")] == [ARABIC]
    removed = [(r["text"], r["kept"], r["reason"]) for r in objects("out.removed.jsonl")]
    assert removed == [
        (RIVER, ids[NEAR_RIVER], "near"),
        (CLINIC, ids[LONGER], "contained"),
        (ARABIC, "in.jsonl:2", "exact"),
    ]
    assert before == {p: p.read_bytes() for p in Path(other).rglob("*.sqlite")}
    assert run("in.jsonl", "--against", other, "--output", other)[0] == 2


def test_what_is_there_is_kept_though_the_batch_is_longer_and_earlier(run):
    put("old.jsonl", {"date": "2025-01-01", "text": CLINIC})
    put("in.jsonl", {"date": "2020-01-01", "text": LONGER}, {"date": "2020-01-01", "text": CLINIC})
    run("in.jsonl", "--against", "old.jsonl", "--output", "out.jsonl")
    assert [r["text"] for r in objects("out.jsonl")] == [LONGER]
    assert [r["reason"] for r in objects("out.removed.jsonl")] == ["exact"]


def test_against_a_file_that_cannot_be_read_nothing_is_written(run):
    put("in.jsonl", *texts(RIVER, ARABIC))
    Path("old.parquet").write_bytes(b"no")
    code, _, err = run("in.jsonl", "--against", "old.parquet", "--output", "out.jsonl")
    assert (code, names()) == (1, ["in.jsonl", "old.parquet"])
    assert "old.parquet is no Parquet file" in err


def test_against_takes_the_named_field_where_it_is_there(run):
    put("in.jsonl", {"story": RIVER}, {"story": ARABIC})
    for other in ({"text": RIVER, "story": CLINIC}, {"text": ARABIC}):
        put("old.jsonl", other, {"text": 1})
        code, _, err = run(
            "in.jsonl", "--text-field", "story", "--against", "old.jsonl", "--output", "out.jsonl"
        )
        assert code == 0
        assert "old.jsonl:2 is passed over" in err
        assert "could not be read" not in err
        left = [RIVER, ARABIC] if "story" in other else [RIVER]
        assert [r["story"] for r in objects("out.jsonl")] == left


def test_a_collection_against_a_file(run, empty):
    empty.add([entry("new.txt", f"{RIVER}\n\n{ARABIC}\n\n{ARABIC}"), entry("z.txt", CLINIC)])
    Path("c").symlink_to(empty.folder)
    put("old.jsonl", {"id": "O", "text": RIVER})
    assert run("--against", "old.jsonl", "--output", "out.jsonl")[0] == 0
    assert [r["text"] for r in objects("out.jsonl")] == [ARABIC, CLINIC]
    removed = objects("out.removed.jsonl")
    assert [(r["text"], r["reason"]) for r in removed] == [(RIVER, "exact"), (ARABIC, "exact")]
    assert removed[0]["kept"] == "O:0"
    assert list(removed[0])[:3] == ["reason", "kept", "id"]
    assert removed[0]["document"]["path"] == "new.txt"


def test_a_collection_gives_every_passage_once(run, empty):
    chance = random.Random(4)
    pool = paragraphs(40, chance)
    for number in range(30):
        text = "\n\n".join([*chance.choices(pool, k=5), "So."])
        empty.add([entry(f"{number:02}.txt", text)])
    Path("c").symlink_to(empty.folder)
    assert run("--output", "out.jsonl")[0] == 0
    kept, removed = objects("out.jsonl"), objects("out.removed.jsonl")
    assert [r["id"] for r in kept] == [
        p.id for p in empty.passages() if p.id in {r["id"] for r in kept}
    ]
    assert sorted(r["id"] for r in [*kept, *removed]) == sorted(p.id for p in empty.passages())
    assert len({r["text"] for r in kept}) == len({p.text for p in empty.passages()})


# Nothing written


def test_check_and_dry_run_write_nothing(run):
    put("in.jsonl", *texts(RIVER, RIVER, NEAR_RIVER, ARABIC))
    code, out, err = run("in.jsonl", "--check")
    assert (code, out) == (1, "")
    assert "2 copies among 4 records (1 exact, 1 near)" in err
    code, out, _ = run("in.jsonl", "--dry-run", "-o", "jsonl")
    found = {form["kind"]: form for form in map(json.loads, out.splitlines())}
    assert code == 0
    assert {kind: form["copies"] for kind, form in found.items()} == {
        "exact": 1, "near": 1, "contained": 0,
    }  # fmt: skip
    assert found["exact"]["examples"][0]["id"] == "in.jsonl:2"
    for format_ in ("table", "csv", "json"):
        assert "in.jsonl:2" in run("in.jsonl", "--dry-run", "-o", format_)[1]
    assert names() == ["in.jsonl"]
    put("in.jsonl", *texts(RIVER, ARABIC))
    assert run("in.jsonl", "--check")[0] == 0


def test_an_output_is_needed_and_is_no_input(run):
    put("in.jsonl", *texts(RIVER, RIVER))
    put("x.removed.jsonl", *texts(RIVER, RIVER))
    before = Path("in.jsonl").read_bytes()
    assert run("in.jsonl")[0] == 2
    assert run("in.jsonl", "--output", "./in.jsonl")[0] == 2
    assert run("x.removed.jsonl", "--output", "x.jsonl")[0] == 2
    assert run("in.jsonl", "--output", "no/such/out.jsonl")[0] == 2
    Path("texts").mkdir()
    Path("texts/a.txt").write_text(RIVER)
    assert run("texts", "--output", "texts/out")[0] == 2
    assert run("in.jsonl", "--output", "o.jsonl", "--kind", "translated")[0] == 2
    assert Path("in.jsonl").read_bytes() == before


@pytest.mark.parametrize("stop", [KeyboardInterrupt, OSError(28, "No space left on device")])
def test_stopped_while_writing_the_old_output_stays_and_nothing_lies_about(run, monkeypatch, stop):
    put("in.jsonl", *texts(RIVER, RIVER))
    put("out.jsonl", {"old": 1})
    real = dedup.write_forms

    def stopping(path, forms):
        real(path, forms)
        raise stop

    monkeypatch.setattr(dedup, "write_forms", stopping)
    code, _, err = run("in.jsonl", "--output", "out.jsonl")
    assert code == 1
    assert "Traceback" not in err
    assert objects("out.jsonl") == [{"old": 1}]
    assert names() == ["in.jsonl", "out.jsonl"]


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_a_process_that_is_stopped_leaves_nothing_behind(run, sign):
    put("in.jsonl", *texts(*paragraphs(20_000, random.Random(7))))
    code = "import sys, marsad.scripts.main as m; sys.exit(m.main(sys.argv[1:]))"
    with subprocess.Popen(
        [sys.executable, "-c", code, "dedup", "in.jsonl", "--output", "out.jsonl"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    ) as process:
        while not list(Path().glob(".marsad-dedup-*/pile.sqlite")):
            assert process.poll() is None
            time.sleep(0.05)
        process.send_signal(sign)
        _, err = process.communicate()
    assert process.returncode == 1
    assert b"Stopped. Nothing was written." in err
    assert names() == ["in.jsonl"]


# Bad input


def test_what_cannot_be_read_is_kept_as_it_is_and_named(run):
    bad = [
        b"{broken\n", b'{"other": 1}\n', b'{"text": 5}\n', b'{"text": "  "}\n', b"[1]\n",
        b'{"text": "\xff"}\n', b"\n", b"[" * 100_000 + b"\n",
    ]  # fmt: skip
    good = put("x", *texts(RIVER, RIVER))
    Path("in.jsonl").write_bytes(good[0] + b"".join(bad) + good[1])
    code, _, err = run("in.jsonl", "--output", "out.jsonl")
    assert code == 0
    assert Path("out.jsonl").read_bytes() == good[0] + b"".join(bad)
    for line, why in ((2, "no JSON"), (3, "no field 'text'"), (4, "no text but int"), (5, "empty")):
        assert re.search(f"in.jsonl:{line} is kept as it is: .*{why}", err)
    assert "9 records read, 8 kept" in err
    assert "6 that could not be read are kept as they are" in err


def test_of_many_that_cannot_be_read_some_are_named_and_all_counted(run):
    Path("in.jsonl").write_bytes(put("x", *texts(RIVER))[0] + b"no\n" * 5_000)
    _, _, err = run("in.jsonl", "--output", "out.jsonl")
    assert err.count("is kept as it is") == 10
    assert "and 4990 more, each kept as it is" in err
    assert Path("out.jsonl").read_bytes() == Path("in.jsonl").read_bytes()


def test_a_bad_file_does_not_stop_the_others(run):
    lines = put("a.jsonl", *texts(RIVER, ARABIC))
    Path("wide.jsonl").write_bytes(RIVER.encode("utf-16"))
    packed = gzip.compress(b"".join(put("x", *texts(*paragraphs(900, random.Random(1))))))
    Path("cut.jsonl.gz").write_bytes(packed[: len(packed) // 2])
    code, _, err = run("gone.jsonl", "wide.jsonl", "a.jsonl", "cut.jsonl.gz", "--output", "o.jsonl")
    assert code == 1
    assert "gone.jsonl cannot be read: No such file" in err
    assert "wide.jsonl is in UTF-16" in err
    assert re.search(r"cut.jsonl.gz cannot be read after line \d+", err)
    assert Path("o.jsonl").read_bytes().startswith(b"".join(lines))
    assert run("gone.jsonl", "--output", "o2.jsonl")[0] == 1
    assert not Path("o2.jsonl").exists()


def test_a_parquet_file_that_is_damaged_within_stops_the_run_and_one_without_end_does_not(run):
    good = pyarrow.table({"text": [RIVER, ARABIC, RIVER]})
    parquet.write_table(good, "a.parquet")
    parquet.write_table(pyarrow.table({"text": paragraphs(300, random.Random(1))}), "b.parquet")
    data = bytearray(Path("b.parquet").read_bytes())
    Path("c.parquet").write_bytes(data[:-50])
    code, _, err = run("c.parquet", "a.parquet", "--output", "out.parquet")
    assert (code, "c.parquet is no Parquet file that can be read" in err) == (1, True)
    assert parquet.read_table("out.parquet").to_pylist() == good.to_pylist()[:2]
    Path("out.parquet").unlink()
    data[4:400] = bytes(396)
    Path("b.parquet").write_bytes(data)
    code, _, err = run("a.parquet", "b.parquet", "--output", "out.parquet")
    assert (code, "b.parquet cannot be read after row 0" in err) == (1, True)
    assert not Path("out.parquet").exists()


@pytest.mark.parametrize("name", ["in.jsonl", "in.csv", "in.tsv", "in.jsonl.gz"])
def test_an_empty_file_stays_one(run, name):
    Path(name).write_bytes(b"")
    code, _, err = run(name, "--output", f"out{name[2:]}")
    assert (code, "0 records read" in err) == (0, True)
    data = Path(f"out{name[2:]}").read_bytes()
    assert (gzip.decompress(data) if name.endswith("gz") else data) == b""
    assert Path("out.removed.jsonl").read_bytes() == b""


@pytest.mark.parametrize("name", ["in.jsonl", "in.csv", "in.parquet"])
def test_without_a_text_field_the_fields_that_are_there_are_named(run, name):
    if name == "in.jsonl":
        put(name, {"headline": "a", "نصوص": 1})
    elif name == "in.csv":
        Path(name).write_text("headline,نصوص\na,b\n")
    else:
        parquet.write_table(pyarrow.table({"headline": ["a"], "نصوص": ["b"]}), name)
    for more in ((), ("--text-field", "story")):
        code, _, err = run(name, "--output", f"out{name[2:]}", *more)
        assert code == 2
        assert "'headline', 'نصوص'" in err
    assert run(name, "--output", f"out{name[2:]}", "--text-field", "headline")[0] == 0


def test_the_guessed_fields_are_said(run):
    put("in.jsonl", {"ID": 1, "Published": "2025", "النص": RIVER, "outlet": "east"})
    err = run("in.jsonl", "--check")[2]
    assert "fields: text 'النص', id 'ID', date 'Published', source 'outlet'" in err


def test_empty_and_short_texts_are_kept(run):
    put("in.jsonl", *texts("", "one", "one", "one two three", "one two three", " ", " "))
    assert run("in.jsonl", "--output", "out.jsonl")[0] == 0
    assert Path("out.jsonl").read_bytes() == Path("in.jsonl").read_bytes()


def test_half_characters_survive(run):
    broken = b'{"text": "%s \\ud83d"}\n' % ARABIC.encode()
    Path("in.jsonl").write_bytes(broken + broken)
    assert run("in.jsonl", "--output", "out.jsonl")[0] == 0
    assert Path("out.jsonl").read_bytes() == broken
    assert objects("out.removed.jsonl")[0]["text"] == f"{ARABIC} \ud83d"
    both = b'{"text": "%s \\ud83d\\n%s"}\n' % (ARABIC.encode(), RIVER.encode())
    Path("in.jsonl").write_bytes(put("x", *texts(RIVER))[0] + both)
    assert run("in.jsonl", "--output", "out.jsonl", "--by", "paragraph")[0] == 0
    assert Path("out.jsonl").read_bytes().splitlines(keepends=True)[1] == broken


def test_twenty_thousand_equal_records(run):
    put("in.jsonl", *texts(*[RIVER] * 20_000))
    assert run("in.jsonl", "--output", "out.jsonl")[0] == 0
    assert len(objects("out.jsonl")) == 1
    assert Counter(r["kept"] for r in objects("out.removed.jsonl")) == {"in.jsonl:1": 19_999}


def test_one_huge_record(run):
    huge = " ".join(paragraphs(6_000, random.Random(3)))
    assert len(huge) > 1_000_000
    lines = put("in.jsonl", *texts(RIVER, huge, huge, huge[500_000:500_300], RIVER))
    assert run("in.jsonl", "--output", "out.jsonl")[0] == 0
    assert Path("out.jsonl").read_bytes() == b"".join(lines[:2])


def test_a_quotation_mark_that_nobody_closed_loses_nothing(run):
    text = f'id,text\n1,{RIVER}\n2,"{ARABIC}\n3,{RIVER}\n'
    Path("in.csv").write_text(text)
    assert run("in.csv", "--output", "out.csv")[0] == 0
    assert Path("out.csv").read_text() == text


def test_csv_in_another_encoding_is_read_and_what_is_kept_stays_byte_for_byte(run):
    rows = [f"{n},{text}\r\n" for n, text in enumerate((ARABIC, CLINIC, ARABIC), start=1)]
    data = "".join(["id,text\r\n", *rows]).encode("cp1256")
    Path("in.csv").write_bytes(data)
    assert run("in.csv", "--output", "out.csv")[0] == 0
    assert [form["id"] for form in objects("out.removed.jsonl")] == ["3"]
    assert Path("out.csv").read_bytes() == data[: -len(rows[2])]


def test_a_paragraph_taken_out_of_another_encoding_leaves_the_rest_in_it(run):
    both = f'2,"{CLINIC}\n\n{ARABIC}"\r\n'
    Path("in.csv").write_bytes(f"id,text\r\n1,{ARABIC}\r\n{both}".encode("cp1256"))
    assert run("in.csv", "--output", "out.csv", "--by", "paragraph")[0] == 0
    left = Path("out.csv").read_bytes().decode("cp1256")
    assert left.count(ARABIC) == 1
    assert left.count(CLINIC) == 1


def test_removed_file_has_the_name_of_the_output():
    for output, removed in (
        ("a.jsonl", "a.removed.jsonl"), ("a.b.jsonl.gz", "a.b.removed.jsonl"),
        ("a.parquet", "a.removed.jsonl"), ("news.v2", "news.v2.removed.jsonl"),
    ):  # fmt: skip
        assert removed_file(Path("x") / output) == Path("x") / removed


# The pile


def test_a_pile_gives_texts_back_as_they_were_added(tmp_path):
    added = [ARABIC, VOCALISED, "too short", ARABIC, f"{ARABIC} \ud83d"]
    with Pile(tmp_path) as pile:
        numbers = [pile.add(text, label=str(n)) for n, text in enumerate(added)]
        links = pile.links()
        found = pile.labelled(numbers)
    assert numbers == list(range(5))
    assert {n: (t.text, t.label) for n, t in found.items()} == {
        n: (added[n], str(n)) for n in (0, 1, 3, 4)
    }
    longest = max(range(5), key=lambda n: len(added[n]))
    assert sorted((link.kept, link.copy) for link in links) == [
        (longest, n) for n in (0, 1, 3, 4) if n != longest
    ]


def test_texts_do_not_lie_in_memory(tmp_path, monkeypatch):
    monkeypatch.setattr(pile_module, "_LETTERS_WAITING", 50_000)
    filling = " ".join(paragraphs(60, random.Random(6)))
    with Pile(tmp_path) as pile:
        tracemalloc.start()
        for number in range(150):
            pile.add(f"{number} {filling}")
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak < 0.6 * 150 * len(filling)


def test_across_and_within_hold_on_a_pile(tmp_path):
    with Pile(tmp_path) as pile:
        for text, document in ((RIVER, "a"), (RIVER, "a"), (RIVER, "b"), (NEAR_RIVER, "c")):
            pile.add(text, document=document)
        found = {where: {k.copy for k in pile.links(where=where)} for where in get_args(Where)}
    assert found == {"anywhere": {1, 2, 3}, "within": {1}, "across": {2, 3}}
