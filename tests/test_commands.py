"""The command line: what it prints, where, and with which exit code. Word-hash encoder."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from conftest import HashEncoder
from marsad.index import duplicates
from marsad.scripts import session
from marsad.scripts.main import COMMANDS, main

RIVER = "The river rose by two metres during the night and flooded the lower part of the town."
CLINIC = "Nurses vaccinated four hundred children against measles in the clinic near the station."
ARABIC = "أعلنت المنصة إغلاق مئات الحسابات التي كانت تنشر الشائعات خلال الأسبوع الماضي."


@pytest.fixture
def articles(tmp_path):
    folder = tmp_path / "articles"
    (folder / "north.example").mkdir(parents=True)
    (folder / "2025-01-05-river.txt").write_text(f"{RIVER}\n\n{CLINIC}\n")
    (folder / "north.example" / "2025-02-05-again.txt").write_text(f"{RIVER}\n\n{ARABIC}\n")
    return folder


def lines(out: str) -> list[dict]:
    return [json.loads(line) for line in out.splitlines()]


def test_adding_twice_adds_nothing_and_a_change_replaces(marsad, articles):
    code, out, err = marsad("add", articles)
    assert (code, out) == (0, "")
    assert "2 added (4 passages)" in err
    assert "0 added (0 passages), 0 replaced, 2 unchanged" in marsad("add", articles)[2]
    (articles / "2025-01-05-river.txt").write_text(CLINIC + "\n")
    assert "1 replaced, 1 unchanged" in marsad("add", articles)[2]
    os.utime(articles / "2025-01-05-river.txt")
    assert "2 unchanged" in marsad("add", articles)[2]


def test_search_gives_the_documented_form(marsad, articles):
    marsad("add", articles)
    code, out, _ = marsad("search", RIVER, "-k", "1")
    (hit,) = lines(out)
    assert code == 0
    assert list(hit) == [
        "id", "score", "text", "language", "kind", "position", "start", "end", "document",
        "copies", "why",
    ]  # fmt: skip
    assert list(hit["document"]) == ["id", "title", "source", "path", "url", "published"]
    assert list(hit["why"]) == ["dense", "keyword", "terms"]
    assert hit["text"] == RIVER
    assert [copy["document"]["source"] for copy in hit["copies"]["passages"]] == ["north.example"]


@pytest.mark.parametrize("format_", ["table", "jsonl", "json", "csv"])
@pytest.mark.parametrize("command", [("search", ARABIC), ("duplicates",), ("info",), ("themes",)])
def test_every_format_prints_and_keeps_letters(marsad, articles, command, format_):
    marsad("add", articles)
    code, out, err = marsad(*command, "-o", format_)
    assert code == 0 or (command == ("themes",) and code == 3)
    assert "\\u" not in out
    assert "Traceback" not in err


def test_selection_narrows(marsad, articles):
    marsad("add", articles)
    for option, value, text in (
        ("--language", "ar", ARABIC), ("--source", "north.example", ARABIC),
        ("--since", "2025-02-01", ARABIC), ("--until", "2025-02-01", CLINIC),
    ):  # fmt: skip
        _, out, _ = marsad("search", "hmm", option, value)
        assert text in [hit["text"] for hit in lines(out)], option
    assert marsad("search", RIVER, "--language", "xx")[0] == 3
    assert marsad("search", RIVER, "--since", "the day before")[0] == 2


@pytest.fixture
def typed(monkeypatch):
    """Give lines to standard input; `terminal` says whether a person types them."""

    def put(text: str, *, terminal: bool = False) -> None:
        stream = io.StringIO(text)
        monkeypatch.setattr(stream, "isatty", lambda: terminal)
        monkeypatch.setattr(sys, "stdin", stream)

    return put


def test_each_line_of_standard_input_is_a_query_and_gives_a_line(marsad, articles, typed):
    marsad("add", articles)
    typed(f"{CLINIC}\n\n   \n  {RIVER}  \n-word\n{ARABIC}\n")
    code, out, err = marsad("search", "-", "-k", "1")
    answers = lines(out)
    assert (code, err) == (0, "")
    assert [answer["query"] for answer in answers] == [CLINIC, RIVER, "-word", ARABIC]
    assert [[hit["text"] for hit in answer["hits"]] for answer in answers] == [
        [CLINIC],
        [RIVER],
        [],
        [ARABIC],
    ]
    problem = ["query", "hits", "problem"]
    assert [list(answer) for answer in answers] == [problem[:2], problem[:2], problem, problem[:2]]
    assert answers[2]["problem"] == "it holds nothing to look for."
    (alone,) = lines(marsad("search", RIVER, "-k", "1")[1])
    assert answers[1]["hits"] == [alone]


def test_hundreds_of_queries_keep_their_order(marsad, articles, typed):
    marsad("add", articles)
    queries = [f"the river number {number}" for number in range(200)]
    typed("\n".join(queries))
    code, out, _ = marsad("search", "-", "--mode", "keyword", "-k", "1")
    assert code == 0
    assert [answer["query"] for answer in lines(out)] == queries


def test_queries_of_standard_input_as_csv_json_and_table(marsad, articles, typed):
    marsad("add", articles)
    asked = f"{RIVER}\nno such thing\n{CLINIC}\n"
    typed(asked)
    out = marsad("search", "-", "--mode", "keyword", "-o", "csv")[1]
    read = list(csv.DictReader(io.StringIO(out)))
    assert [(line["query"], line["text"]) for line in read][:1] == [(RIVER, RIVER)]
    assert {line["query"] for line in read} == {RIVER, CLINIC}
    assert read[0]["copies"] == "1"
    typed(asked)
    answers = json.loads(marsad("search", "-", "--mode", "keyword", "-o", "json")[1])
    assert [len(answer["hits"]) > 0 for answer in answers] == [True, False, True]
    typed(asked)
    out = marsad("search", "-", "--mode", "keyword", "-o", "table")[1]
    assert all(f"{number}. {query}" in out for number, query in enumerate(asked.splitlines(), 1))


def test_when_no_query_finds_anything_the_code_says_so(marsad, articles, typed):
    marsad("add", articles)
    typed("no such thing\nnor this\n")
    code, out, err = marsad("search", "-", "--mode", "keyword")
    assert code == 3
    assert [answer["hits"] for answer in lines(out)] == [[], []]
    assert err == "marsad: nothing was found in this selection.\n"
    typed("\n\n")
    assert marsad("search", "-")[:2] == (3, "")


@pytest.mark.parametrize("query", ["-word", '-"two words" -more', "", "   ", "!?", '"..."'])
def test_query_that_asks_for_nothing_is_wrong_usage(marsad, articles, query):
    marsad("add", articles)
    code, out, err = marsad("search", "--", query)
    assert (code, out) == (2, "")
    assert "it holds nothing to look for." in err


def test_modes_of_search(marsad, articles):
    marsad("add", articles)
    for mode in ("dense", "keyword", "hybrid"):
        (hit, *more) = lines(marsad("search", "measles", "--mode", mode)[1])
        assert hit["text"] == CLINIC
        assert (hit["why"]["dense"] != 0) == (mode != "keyword")
        assert (hit["why"]["keyword"] != 0) == (mode != "dense")
        assert bool(more) == (mode != "keyword")
    assert marsad("search", "measles", "--mode", "magic")[0] == 2


def test_search_for_words_loads_no_model(marsad, articles, monkeypatch):
    marsad("add", articles)
    monkeypatch.setattr(session, "load_model", None)
    assert marsad("search", "measles", "--mode", "keyword")[0] == 0


def test_phrases_and_excluded_words_of_a_query(marsad, articles):
    marsad("add", articles)
    found = [hit["text"] for hit in lines(marsad("search", 'town "lower part"')[1])]
    assert found == [RIVER]
    found = [hit["text"] for hit in lines(marsad("search", "town clinic -measles")[1])]
    assert sorted(found) == sorted([RIVER, ARABIC])
    assert marsad("search", 'town "part lower"')[0] == 3


def test_a_family_is_told_by_date_with_where_it_was_first_seen(marsad, articles):
    marsad("add", articles)
    (group,) = lines(marsad("duplicates")[1])
    for member in (group["kept"], *group["copies"]):
        _, out, _ = marsad("duplicates", "--of", member["id"])
        told = lines(out)
        assert [m["document"]["published"] for m in told] == ["2025-01-05", "2025-02-05"]
        assert [m["relation"] for m in told] == ["kept", "exact"]
        assert [m.get("first_seen", False) for m in told] == [True, False]
    alone = next(p for p in lines(marsad("search", "measles")[1]) if p["text"] == CLINIC)
    code, _, err = marsad("duplicates", "--of", alone["id"])
    assert (code, "no copy" in err) == (3, True)


def test_duplicates_are_limited_and_where_they_stand_is_chosen(marsad, articles):
    (articles / "2025-03-01-twice.txt").write_text(f"{CLINIC}\n\n{CLINIC}\n")
    marsad("add", articles)

    def kept(*options):
        return [group["kept"]["text"] for group in lines(marsad("duplicates", *options)[1])]

    assert kept() == [CLINIC, RIVER]
    assert kept("--sort", "date") == [RIVER, CLINIC]
    assert kept("-n", 1) == [CLINIC]
    assert kept("--least", 2) == [CLINIC]
    assert kept("--within-document") == [CLINIC]
    assert kept("--across") == [CLINIC, RIVER]
    assert marsad("duplicates", "--within-document", "--across")[0] == 2
    assert marsad("duplicates", "--kind", "translated")[0] == 3


def test_translations_among_very_many_are_looked_for_when_asked(marsad, articles, monkeypatch):
    marsad("add", articles)
    monkeypatch.setattr(duplicates, "MOST_TRANSLATED", 1)
    code, _, err = marsad("duplicates")
    assert (code, "--kind translated" in err) == (0, True)
    monkeypatch.setattr(duplicates, "MOST_TRANSLATED", 100)
    assert "--kind translated" not in marsad("duplicates")[2]


def test_duplicates_and_dedup_account_for_every_passage(marsad, articles, tmp_path):
    marsad("add", articles)
    _, out, _ = marsad("duplicates")
    (group,) = lines(out)
    assert (group["kind"], group["kept"]["document"]["published"]) == ("exact", "2025-01-05")
    assert group["copies"][0]["evidence"] == {"differs": []}
    assert marsad("dedup", "--check")[0] == 1
    code, _, err = marsad("dedup", "--output", "clean.jsonl")
    assert "4 passages read, 3 kept in clean.jsonl, 1 left out (1 exact)" in err
    kept = lines((tmp_path / "clean.jsonl").read_text())
    removed = lines((tmp_path / "clean.removed.jsonl").read_text())
    assert code == 0
    assert sorted(p["text"] for p in kept) == sorted([RIVER, CLINIC, ARABIC])
    assert [(p["reason"], p["kept"]) for p in removed] == [("exact", group["kept"]["id"])]
    assert marsad("dedup")[0] == 2


def test_similar_leaves_out_the_passage_itself(marsad, articles):
    marsad("add", articles)
    (hit, *_) = lines(marsad("search", RIVER)[1])
    found = lines(marsad("similar", hit["id"])[1])
    assert RIVER not in [other["text"] for other in found]
    assert lines(marsad("similar", articles / "2025-01-05-river.txt")[1])[0]["text"] == RIVER
    assert marsad("similar", "000000000000:7")[0] == 3


def test_removing_by_path_and_id(marsad, articles):
    marsad("add", articles)
    assert "1 documents removed" in marsad("remove", articles / "north.example")[2]
    (hit,) = lines(marsad("search", CLINIC, "-k", "1")[1])
    assert marsad("remove", hit["document"]["id"])[0] == 0
    assert marsad("remove", "000000000000")[0] == 3
    assert marsad("search", RIVER)[0] == 3


@pytest.fixture
def dated(marsad, tmp_path):
    """Five articles by two outlets and nobody, on three days and none."""
    folder = tmp_path / "dated"
    for name in (
        "north.example/2025-01-05-a.txt", "north.example/2025-02-05-b.txt",
        "south.example/2025-01-05-c.txt", "south.example/2025-03-05-d.txt", "e.txt",
    ):  # fmt: skip
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(f"{RIVER} So says {name}.\n")
    marsad("add", folder)
    return folder


def names(marsad):
    found = lines(marsad("search", "river", "-k", "9", "--unfold")[1])
    return sorted(Path(hit["document"]["path"]).stem[-1] for hit in found)


@pytest.mark.parametrize(
    ("arguments", "left", "undated"),
    [
        (["--source", "north.example"], "cde", False),
        (["--source", "north.example", "--source", "south.example"], "e", False),
        (["--since", "2025-02-05"], "ace", True),
        (["--until", "2025-02-05"], "de", True),
        (["--since", "2025-01-06", "--until", "2025-03-04"], "acde", True),
        (["--source", "south.example", "--until", "2025-01-31"], "abde", False),
        (["dated/south.example", "--since", "2025-02-01"], "abce", False),
        (["dated/e.txt", "dated/north.example"], "cd", False),
        (["dated", "--source", "north.example"], "cde", False),
    ],
)
def test_removing_by_outlet_date_and_folder(marsad, dated, arguments, left, undated):
    count = 5 - len(left)
    code, out, err = marsad("remove", *arguments, "--dry-run")
    left_out = "marsad: 1 article without a date was left out.\n" if undated else ""
    assert (code, err) == (0, f"{left_out}{count} documents would be removed\n")
    assert len(out.splitlines()) == count
    assert names(marsad) == list("abcde")
    code, out, err = marsad("remove", *arguments, "--yes")
    assert (code, out, err) == (0, "", f"{left_out}{count} documents removed\n")
    assert names(marsad) == list(left)
    assert marsad("check")[0] == 0


def test_removing_by_outlet_asks_and_without_a_terminal_wants_yes(marsad, dated, typed):
    typed("")
    code, _, err = marsad("remove", "--source", "north.example")
    assert code == 2
    assert "2 documents would be removed; say so with --yes." in err
    assert names(marsad) == list("abcde")
    typed("n\n", terminal=True)
    assert marsad("remove", "--source", "north.example")[0] == 1
    assert names(marsad) == list("abcde")
    typed("y\n", terminal=True)
    code, out, err = marsad("remove", "--source", "north.example")
    assert (code, out) == (0, "")
    assert "Remove 2 documents?" in err
    assert names(marsad) == list("cde")


def test_removing_what_is_not_there(marsad, dated):
    assert marsad("remove")[0] == 2
    assert marsad("remove", "--source", "west.example", "--yes")[0] == 3
    assert marsad("remove", "--since", "2026-01-01", "--dry-run")[0] == 3
    assert marsad("remove", "--since", "tomorrow")[0] == 2
    code, _, err = marsad("remove", "dated/e.txt", "dated/z.txt")
    assert code == 3
    assert "dated/z.txt is not in c." in err
    assert names(marsad) == list("abcd")
    assert marsad("remove", "dated/north")[0] == 3  # no folder, only the beginning of one's name


def test_compact_says_what_it_gave_back_and_loses_nothing(marsad, dated):
    marsad("remove", "--source", "north.example", "--yes")
    code, out, err = marsad("compact")
    assert (code, out) == (0, "")
    assert re.fullmatch(r"c: [\d.]+ \w+ before, [\d.]+ \w+ now\n", err)
    assert names(marsad) == list("cde")
    assert marsad("check")[:2] == (0, "c is whole: 3 documents, 3 passages\n")


def test_one_bad_file_never_stops_the_others(marsad, articles):
    (articles / "empty.txt").touch()
    (articles / "binary.txt").write_bytes(bytes(range(256)) * 9)
    (articles / "loop.txt").symlink_to(articles / "loop.txt")
    (articles / "picture.jpg").write_bytes(b"\xff\xd8\xff")
    code, _, err = marsad("add", articles, "missing.txt")
    assert code == 1
    assert "2 added" in err and "4 could not be read" in err
    for name in ("empty.txt is empty", "binary.txt is not text", "loop.txt", "missing.txt", ".jpg"):
        assert name in err
    assert err.count("\n") == 6


def test_nothing_to_add(marsad, tmp_path):
    (tmp_path / "folder").mkdir()
    code, _, err = marsad("add", "folder")
    assert code == 3
    assert "folder holds no files" in err
    assert not (tmp_path / "c").exists()


def test_standard_input_is_a_document(marsad, monkeypatch):
    def piped(text):
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(text.encode())))
        return marsad("add", "-")[2]

    assert "1 added (1 passages)" in piped(ARABIC)
    assert "1 unchanged" in piped(ARABIC)
    assert "1 added (1 passages)" in piped(RIVER), "what came before is not replaced"
    records = [{"id": n, "title": "T", "text": text} for n, text in enumerate([RIVER, CLINIC])]
    assert "2 added" in piped("\n".join(map(json.dumps, records)))
    records[1]["text"] = ARABIC
    assert "1 replaced, 1 unchanged" in piped("\n".join(map(json.dumps, records)))
    assert "0 added (0 passages), 0 replaced, 1 unchanged" in piped(json.dumps(records[0]))
    assert json.loads(marsad("info", "-o", "json")[1])["documents"] == 4


def test_no_collection(marsad):
    code, _, err = marsad("search", "river")
    assert code == 3
    assert err == "marsad: c holds no collection. Make one with: marsad --collection c add PATH\n"


def test_folder_with_other_things_is_left_alone(marsad, articles, tmp_path):
    (tmp_path / "c").mkdir()
    (tmp_path / "c" / "mine.txt").write_text("mine")
    code, _, err = marsad("add", articles)
    assert (code, err) == (1, "marsad: c is not empty. Name another folder for the collection.\n")
    assert [path.name for path in (tmp_path / "c").iterdir()] == ["mine.txt"]


def test_collection_of_another_model(marsad, articles):
    marsad("add", articles)
    code, _, err = marsad("add", articles, "--model", "LaBSE")
    assert code == 1
    assert "c holds vectors of 'word-hash' (64 dimensions), not of 'LaBSE'" in err


def test_model_whose_weights_changed(marsad, articles, monkeypatch):
    marsad("add", articles)
    monkeypatch.setattr(HashEncoder, "fingerprint", "2")
    code, _, err = marsad("search", "river")
    assert code == 1
    assert "made with 'word-hash' of fingerprint 1" in err


@pytest.mark.parametrize("command", [("search", "x"), ("add", "articles"), ("info",), ("check",)])
def test_damaged_database_is_one_line_and_exit_5(marsad, articles, tmp_path, command):
    marsad("add", articles)
    for name in ("marsad.sqlite-wal", "marsad.sqlite-shm"):
        (tmp_path / "c" / name).unlink(missing_ok=True)
    (tmp_path / "c" / "marsad.sqlite").write_bytes(b"damage" * 999)
    code, _, err = marsad(*command)
    assert code == 5
    assert "marsad.sqlite is damaged" in err
    assert err.count("\n") == 1


def test_lost_vectors_are_told_by_check_and_search(marsad, articles, tmp_path):
    marsad("add", articles)
    shutil.rmtree(tmp_path / "c" / "segments")
    shutil.rmtree(tmp_path / "c" / "derived")
    assert marsad("check")[0] == 5
    code, _, err = marsad("search", "river")
    assert code == 5
    assert ".npy is damaged or missing" in err


def test_info_counts_what_did_not_fit_the_models_window(marsad, articles):
    (articles / "long.txt").write_text("A sentence about the river in the town. " * 20)
    marsad("add", articles)
    (facts,) = lines(marsad("info")[1])
    assert (facts["documents"], facts["passages"], facts["windowed"]) == (3, 5, 1)
    assert sum(facts["languages"].values()) == 3


def test_check_of_a_whole_collection(marsad, articles):
    marsad("add", articles)
    assert marsad("check")[:2] == (0, "c is whole: 2 documents, 4 passages\n")


def test_repair_of_a_whole_collection_has_nothing_to_do(marsad, articles):
    marsad("add", articles)
    assert marsad("check", "--repair") == (0, "c is whole: 2 documents, 4 passages\n", "")


def test_lost_indexes_are_told_and_made_anew_by_repair(marsad, articles, tmp_path, monkeypatch):
    monkeypatch.setattr("marsad.index.collection.QUICK", 0)  # else a reader does it by itself
    marsad("add", articles)
    shutil.rmtree(tmp_path / "c" / "derived")
    code, out, err = marsad("check")
    assert (code, out) == (5, "")
    assert "missing or damaged" in err
    assert err.endswith("Nothing is lost: `marsad check --repair` makes that anew.\n")
    assert marsad("search", "river", "--mode", "dense")[0] == 0
    code, out, err = marsad("check", "--repair")
    assert (code, out) == (0, "c is whole: 2 documents, 4 passages\n")
    assert "missing or damaged" in err
    assert marsad("check") == (0, "c is whole: 2 documents, 4 passages\n", "")


def test_lost_vectors_are_encoded_again_by_repair(marsad, articles, tmp_path):
    marsad("add", articles)
    before = marsad("search", RIVER)[1]
    (segment,) = (tmp_path / "c" / "segments").iterdir()
    segment.write_bytes(b"damage")
    code, _, err = marsad("check")
    assert code == 5
    assert f"{segment.name}: missing or changed" in err
    assert "`marsad check --repair` makes lost vectors and indexes anew." in err
    code, out, err = marsad("check", "--repair")
    assert (code, out) == (0, "c is whole: 2 documents, 4 passages\n")
    assert "4 passages were encoded again\n" in err
    assert marsad("search", RIVER)[1] == before


def test_what_repair_cannot_mend_is_told(marsad, articles, tmp_path):
    marsad("add", articles)
    with sqlite3.connect(tmp_path / "c" / "marsad.sqlite") as connection:
        connection.execute("UPDATE documents SET text = upper(replace(text, 'river', 'rivet'))")
    connection.close()
    for arguments in ("check",), ("check", "--repair"):
        code, out, err = marsad(*arguments)
        assert (code, out) == (5, "")
        assert "its text is not the one that was added" in err
        assert "restore the collection from a copy" in err
    assert "check --repair" not in err


@pytest.mark.parametrize("ending", [".html", ".md", ".json"])
def test_report_is_the_same_twice_and_has_every_text_as_text(marsad, articles, tmp_path, ending):
    evil = "<script>alert('x')</script> & “quoted” text about the river that rose in the night"
    (articles / "evil.txt").write_text(f"{evil} again.\n\n{evil} again.\n\n{RIVER}\n")
    marsad("add", articles)
    output = tmp_path / f"report{ending}"
    assert marsad("report", "--output", output)[0] == 0
    first = output.read_text()
    assert marsad("report", "--output", output)[0] == 0
    assert output.read_text() == first
    assert RIVER in first
    if ending == ".html":
        assert "<script" not in first
        assert (
            "http:" not in first.split("</head>")[0] and "https:" not in first.split("</head>")[0]
        )


def test_report_of_another_ending_is_wrong_usage(marsad, articles):
    marsad("add", articles)
    code, _, err = marsad("report", "--output", "report.pdf")
    assert code == 2
    assert "report.pdf should end in .html, .md, .json" in err


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_and_is_in_the_readme(name, capsys):
    assert main([name, "--help"]) == 0
    assert "Usage: marsad" in capsys.readouterr().out
    readme = Path(__file__).parent.parent / "README.md"
    assert f"marsad {name}" in readme.read_text(encoding="utf-8")


def test_help_imports_no_model_libraries():
    code = (
        "import sys; from marsad.scripts.main import main; main(['--help']);"
        "assert not {'torch', 'faiss', 'sklearn', 'transformers'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
