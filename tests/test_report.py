"""The report: what it says, that it can be checked, and what it does with odd input."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from pathlib import Path

import click
import pytest
from conftest import entry
from marsad.index import Collection, CollectionMissing, Selection
from marsad.scripts.main import main
from marsad.scripts.reporting import (
    Period,
    Words,
    as_html,
    as_markdown,
    gather,
    map_of,
    map_points,
    material_of,
    narrowed,
    verify,
)
from marsad.scripts.reporting.sheets import sheets_of
from reports import WIRE, article, fill

ALL = Selection()
SCRIPTS = (
    "Ελλάδα Россия ישראל العربية فارسی اردو हिन्दी বাংলা தமிழ் ไทย ລາວ မြန်မာ ქართული հայերեն አማርኛ "
    "中文 日本語 한국어 ᠮᠣᠩᠭᠣᠯ 𐤀𐤁 \u202eevil\u202c a\u0301 👩‍👩‍👧 \u200f \x07"
)


@pytest.fixture
def pile(empty: Collection) -> Collection:
    fill(empty)
    return empty


def _report(collection: Collection, **more):
    return gather(material_of(collection, ALL), **more)


def _run(collection: Collection, *arguments: object) -> int:
    try:
        return main(["--collection", str(collection.folder), "report", *map(str, arguments)])
    except SystemExit as leaving:
        return int(leaving.code or 0)


def test_every_part_of_every_article_is_in_a_theme_or_outside(pile):
    report = _report(pile)
    told = {member["document"] for theme in report["themes"] for member in theme["members"]}
    told |= {outside["document"] for outside in report["outside"]}
    assert told == {document.id for document in pile.documents()}
    assert len(report["themes"]) >= 2


def test_counts_over_time_are_those_of_the_articles(pile):
    report = _report(pile)
    trend = report["collection"]["trend"]
    assert sum(trend["counts"]) == 12
    assert trend["undated"] == report["collection"]["undated"] == 6
    for theme in report["themes"]:
        assert sum(theme["trend"]["counts"]) + theme["trend"]["undated"] == theme["documents"]


def test_equal_collections_give_equal_bytes_in_every_form(pile, tmp_path, capsys):
    for ending in ("report.html", "report.md", "report.json", "csv/"):
        first, second = tmp_path / "1", tmp_path / "2"
        for folder in (first, second):
            folder.mkdir(exist_ok=True)
            assert _run(pile, "--output", f"{folder}/{ending}") == 0
    names = sorted(path.relative_to(first) for path in first.rglob("*") if path.is_file())
    assert len(names) > 10
    for name in names:
        assert (first / name).read_bytes() == (second / name).read_bytes()


def test_the_text_that_outlets_share_is_told_with_its_outlets_and_its_first_day(pile):
    family = _report(pile)["copies"]["shown"][0]
    assert family["kept"]["text"] == WIRE
    assert family["members"] == 3
    assert family["sources"] == {"r0.example": 1, "r1.example": 1, "r2.example": 1}
    assert pile.passage(family["first"]).document.published == "2025-01-10"


def test_no_two_passages_that_stand_for_a_theme_are_copies(empty):
    words = ["river", "flood", "water", "dam", "bank", "bridge"]
    same = "the water stood at the bridge and at the bank of the dam for six days and nights " * 2
    empty.add([article(f"a{n}", words, n, extra=same, source=f"s{n}.example") for n in range(5)])
    material = material_of(empty, ALL)
    for theme in gather(material)["themes"]:
        rows = [empty.passage(quote["id"]).row for quote in theme["representative"]]
        assert len({material.family(row) for row in rows}) == len(rows) > 1


def test_quotes_are_exactly_what_stands_at_their_offsets_also_when_cut(empty):
    long = "the river rose and the boats were brought to the upper harbour " * 40
    empty.add([entry("/invented/a.txt", f"A title of it\n\n{long}\n\n{long} again", title="A")])
    report = _report(empty)
    quotes = [family["kept"] for family in report["copies"]["shown"]]
    quotes += [outside["quote"] for outside in report["outside"]]
    assert any(not quote["whole"] for quote in quotes)
    for quote in quotes:
        assert empty.text(quote["document"])[quote["start"] : quote["end"]] == quote["text"]


# Checking


@pytest.fixture(params=[".html", ".json"])
def written(request, pile, tmp_path) -> Path:
    file = tmp_path / f"report{request.param}"
    report = _report(pile)
    text = as_html(report, Words("ar")) if request.param == ".html" else json.dumps(report)
    file.write_text(text, encoding="utf-8")
    return file


@pytest.mark.parametrize("reader", ["en", "ar"])
def test_a_map_that_cannot_show_all_says_so(pile, monkeypatch, reader):
    words, material = Words(reader), material_of(pile, ALL)
    report = gather(material, reader=reader)
    whole = map_of(material, report, words)
    assert whole is not None and whole.left_out == 0
    parts = len(report["documents"])
    monkeypatch.setattr(map_points, "MOST_POINTS", parts // 2)
    some = map_of(material, report, words)
    assert some is not None and 0 < some.left_out < parts
    said = words("map_sample", count=words.number(some.left_out))
    assert said in as_html(report, words, some)
    assert said not in as_html(report, words, whole)


def test_a_fresh_report_holds(pile, written):
    found = verify(pile, written)
    assert found.checked > 5
    assert (found.wrong, found.same_collection) == ((), True)


def test_what_was_altered_in_the_report_is_found(pile, written):
    text = written.read_text(encoding="utf-8")
    assert WIRE in text
    written.write_text(
        text.replace("harbour master said", "harbour master denied"), encoding="utf-8"
    )
    found = verify(pile, written)
    assert {wrong.reason for wrong in found.wrong} == {"the document says something else there"}
    assert "harbour master denied" in found.wrong[0].text
    assert found.same_collection


def test_what_is_gone_from_the_collection_is_found(pile, written):
    gone = next(d for d in pile.documents() if d.path.endswith("river-0.txt"))
    pile.remove([gone.id])
    found = verify(pile, written)
    assert not found.same_collection
    assert found.wrong
    assert all(wrong.place.startswith(gone.id) for wrong in found.wrong)
    assert {wrong.reason for wrong in found.wrong} == {"the document is not there"}


def test_what_has_moved_in_its_article_is_found(pile, written):
    pile.add([article("river-0", ["changed", "words"], 0, source="r0.example")])
    assert verify(pile, written).wrong


def test_verify_exits_with_1_and_names_the_lines(pile, tmp_path, capsys):
    file = tmp_path / "r.html"
    assert _run(pile, "--output", file) == 0
    assert _run(pile, "--verify", file) == 0
    checked = int(re.search(r"(\d+) of \1 quoted lines hold", capsys.readouterr().err)[1])
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("ferry company", "ferry union"), encoding="utf-8")
    assert _run(pile, "--verify", file) == 1
    out, err = capsys.readouterr()
    assert "the document says something else there" in out
    assert f"of {checked} quoted lines hold" in err


@pytest.mark.parametrize(
    "name, content, told",
    [("r.md", "# x", "only .html and .json"), ("r.html", "<p>hello", "is no report of marsad"),
     ("r.json", "[1, 2", "is no report of marsad"), ("r.json", '{"method": 3}', "is no report"),
     ("r.html", b"\xff\xfe", "is not UTF-8")],
)  # fmt: skip
def test_what_is_no_report_is_told_in_a_line(pile, tmp_path, capsys, name, content, told):
    file = tmp_path / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    assert _run(pile, "--verify", file) == 1
    assert told in capsys.readouterr().err


# Parts


def test_a_report_on_one_theme_has_its_articles_alone(pile):
    material = material_of(pile, ALL)
    theme = material.themes.themes[0]
    report = gather(narrowed(material, theme.id))
    assert [found["id"] for found in report["themes"]] == [theme.id]
    assert report["collection"]["documents"] == len(theme.documents)
    assert report["outside"] == []
    assert as_html(report, Words("en"))


def test_a_theme_that_is_not_there_is_told_with_those_that_are(pile):
    material = material_of(pile, ALL)
    with pytest.raises(CollectionMissing, match=f"no theme t0 in .*{material.themes.themes[0].id}"):
        narrowed(material, "t0")


def test_a_selection_narrows_the_report_and_is_told(pile, tmp_path):
    file = tmp_path / "r.json"
    assert _run(pile, "--output", file, "--source", "clinic.example", "--since", "2025-03-03") == 0
    report = json.loads(file.read_text(encoding="utf-8"))
    assert report["collection"]["sources"] == {"clinic.example": 4}
    assert report["method"]["selection"] == {"sources": ["clinic.example"], "since": "2025-03-03"}
    assert _run(pile, "--verify", file) == 0


def test_comparing_tells_new_themes_and_outlets(pile):
    report = _report(pile, period=Period.parse("2025-03-01.."))
    comparison = report["comparison"]
    assert (comparison["before"], comparison["during"], comparison["undated"]) == (4, 8, 6)
    assert comparison["to"] == "2025-03-15"
    by_name = {c["id"]: c for c in comparison["themes"]}
    clinic = next(t for t in report["themes"] if list(t["sources"]) == ["clinic.example"])
    assert by_name[clinic["id"]]["change"] == "new"
    assert comparison["sources_new"] == ["clinic.example", "r4.example", "r5.example"]
    assert "2025-03-01.." in str(Period.parse("2025-03-01.."))


@pytest.mark.parametrize("value", ["2025-03-01", "x..y", "..2025-03-01", "2025-13-01..", ""])
def test_what_is_no_period_is_told(value):
    with pytest.raises(click.BadParameter, match="is no period such as"):
        Period.parse(value)
    with pytest.raises(click.BadParameter, match="ends before it begins"):
        Period.parse("2025-03-02..2025-03-01")


# Forms


def test_cells_are_no_formulas_and_excel_sees_utf_8(empty, tmp_path):
    title = '=HYPERLINK("x") رسالة'
    empty.add([article(f"a{n}", ["river", "flood", "dam"], n, title=title) for n in range(3)])
    assert _run(empty, "--output", f"{tmp_path}/csv/") == 0
    raw = (tmp_path / "csv" / "documents.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"))))
    assert [row["title"] for row in rows] == ["'" + title] * 3
    for file in (tmp_path / "csv").iterdir():
        for row in csv.reader(io.StringIO(file.read_text(encoding="utf-8-sig"))):
            assert not any(re.match(r"\s*[=+@]|\s*-\D", cell) for cell in row)


def test_sheets_have_every_document_every_theme_and_every_member(pile):
    report = _report(pile)
    sheets = sheets_of(report, Words("en"))
    assert {row["id"] for row in sheets["documents"][1]} == {d.id for d in pile.documents()}
    members = sum(len(theme["members"]) for theme in report["themes"])
    assert len(sheets["theme_articles"][1]) == members
    whole = [row for row in sheets["time"][1] if row["theme"] == ""]
    assert sum(row["documents"] for row in whole) == 18


def test_markdown_shows_marks_as_letters(empty):
    evil = "<script>alert(1)</script> [link](http://x) *bold* _it_ | `code` # the river rose again "
    empty.add([article(f"a{n}", ["river", "dam"], n, extra=evil * 3, title=evil) for n in range(2)])
    text = as_markdown(_report(empty), Words("en"))
    assert "<script" not in text
    assert "[link](" not in text
    assert "*bold*" not in text.replace("\\*", "")


def test_an_address_is_linked_only_if_it_is_one_of_the_web(pile):
    words = ["river", "flood", "dam"]
    pile.add([article("evil", words, 1, url="javascript:alert(1)"),
              article("file", words, 2, url="file:///etc/passwd")])  # fmt: skip
    page = as_html(_report(pile), Words("en"))
    links = re.findall(r'href="([^"]*)"', page)
    assert any(link.startswith("https://r0.example/") for link in links)
    assert {link.partition(":")[0] for link in links if not link.startswith("#")} == {"https"}


# Odd input


@pytest.mark.parametrize("reader", ["en", "ar", "ar-EG"])
def test_one_document_makes_a_page(empty, reader):
    empty.add([article("only", ["river", "flood", "dam"], 1)])
    report = _report(empty, reader=reader)
    words = Words(reader)
    assert words("no_themes") in as_html(report, words)
    assert words("no_themes") in as_markdown(report, words)
    assert sheets_of(report, words)["themes"][1] == []


def test_no_documents_are_told_and_nothing_is_written(pile, tmp_path, capsys):
    file = tmp_path / "r.html"
    assert _run(pile, "--output", file, "--since", "2031-01-01") == 3
    assert "no documents in this selection" in capsys.readouterr().err
    assert not file.exists()


@pytest.mark.parametrize("reader", ["en", "ar"])
def test_300_themes_make_a_page_that_has_all_of_them(pile, reader):
    material = material_of(pile, ALL)
    first = material.themes.themes[0]
    many = tuple(replace(first, id=f"t{n:08d}") for n in range(300))
    material = replace(material, themes=replace(material.themes, themes=many))
    page = as_html(gather(material, reader=reader), Words(reader))
    assert all(f'id="t{n:08d}"' in page for n in range(300))
    assert len(page) < 4_000_000


def test_titles_of_5000_characters_are_cut(empty):
    title = "كلمة river " * 450
    empty.add([article(f"a{n}", ["river", "dam", "flood"], n, title=title) for n in range(4)])
    report = _report(empty)
    assert all(len(d["title"]) <= 200 for d in report["documents"].values())
    for page in (as_html(report, Words("en")), as_markdown(report, Words("en"))):
        assert title not in page


@pytest.mark.parametrize("reader", ["en", "ar"])
def test_no_dates_at_all(empty, reader):
    empty.add([article(f"a{n}", ["river", "dam", "flood"], n) for n in range(4)])
    report = _report(empty, reader=reader, period=Period.parse("2025-01-01.."))
    words = Words(reader)
    assert report["axis"] is None
    assert words("trend_none") in as_html(report, words)
    assert words("comparison_no_during") in as_html(report, words)


def test_dates_after_the_newest_file_are_flagged_and_do_not_stretch_the_axis(pile):
    march = 1_742_000_000 * 10**9  # 2025-03-15
    late = article("late", ["river"], 9, published="2031-05-01", modified_ns=march)
    pile.add([late])
    report = _report(pile)
    assert report["collection"]["in_future"] == [late.document.id]
    assert report["axis"]["starts"][-1] < "2025-04"
    assert report["collection"]["trend"]["later"] == 1
    assert Words("en").day("2031-05-01") in as_html(report, Words("en"))


def test_where_most_dates_are_later_the_files_times_are_not_believed(pile):
    pile.add(
        [article("old", ["river"], 9, published="1979-01-01", modified_ns=315_532_800 * 10**9)]
    )
    assert _report(pile)["collection"]["in_future"] == []


@pytest.mark.parametrize("reader", ["en", "ar"])
def test_every_script_at_once(empty, tmp_path, reader):
    extra = f"{SCRIPTS} {SCRIPTS}"
    empty.add([article(f"a{n}", SCRIPTS.split(), n, extra=extra, source=SCRIPTS[:30],
                       published="2025-01-01") for n in range(3)])  # fmt: skip
    file = tmp_path / "r.html"
    assert _run(empty, "--output", file, "--reader-language", reader) == 0
    assert verify(empty, file).wrong == ()


@pytest.mark.parametrize(
    "output, code, told",
    [("absent/r.html", 1, "absent is no folder"), ("absent/csv/", 1, "absent is no folder"),
     ("file/r.html", 1, "file is no folder"), ("r.pdf", 2, "should end in .html, .md, .json"),
     ("report", 2, "or in / for a folder of CSV files")],
)  # fmt: skip
def test_an_output_that_cannot_be_written_is_told_first(
    pile, tmp_path, monkeypatch, capsys, output, code, told
):
    monkeypatch.chdir(tmp_path)
    Path("file").write_text("x")
    monkeypatch.setattr("marsad.scripts.report.material_of", None)  # nothing is computed
    assert _run(pile, "--output", output) == code
    assert told in capsys.readouterr().err


def test_nothing_to_write_and_nothing_to_verify_is_wrong_usage(pile, capsys):
    assert _run(pile) == 2
    assert "Say what to write with --output" in capsys.readouterr().err


def test_the_command_that_made_it_is_in_it_without_folders_of_this_machine(pile, tmp_path):
    file = tmp_path / "r.json"
    assert _run(pile, "--output", file, "--language", "en", "--compare", "2025-03-01..") == 0
    text = file.read_text(encoding="utf-8")
    made = json.loads(text)["method"]["command"]
    assert made == ("marsad --collection collection report --output r.json --language en "
                    "--compare 2025-03-01..")  # fmt: skip
    assert str(tmp_path) not in text
