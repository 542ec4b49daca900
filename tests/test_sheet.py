"""Spreadsheets written by other programs: a row of a table is an article."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from marsad.seeds.articles import Article, Problem
from marsad.seeds.errors import SeedError
from marsad.seeds.formats.sheet import articles
from marsad.seeds.rows import Fields

FILES = Path(__file__).parent / "files"


def workbook(**sheets: list[list[object]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def read(data: bytes, **fields: str) -> list[Article | Problem]:
    return articles(data, "a.xlsx", Fields(**fields))


@pytest.mark.parametrize("ending", ["xlsx", "ods", "xls"])
def test_libreoffice_files_give_rows_with_dates_ids_and_outlets(ending):
    name = f"news-libreoffice.{ending}"
    found = articles((FILES / name).read_bytes(), name, Fields())
    first, second, empty, last = found
    assert (first.key, first.title, first.published) == (
        "id=101",
        "افتتاح السوق المركزي",
        "2024-03-05",
    )
    assert (first.url, first.source) == ("https://news.example/market", "صحيفة الضفة")
    assert second.text.split("\n")[-1].startswith("بدأ عمال القطارات إضراباً ليومين")
    assert empty == Problem(f"{name}, sheet 'news', row 4: 'النص' is empty. It was left out.")
    assert (last.key, last.source) == ("id=104", "Valley Post")


def test_the_first_article_says_what_was_guessed():
    found = articles((FILES / "news-libreoffice.xlsx").read_bytes(), "n", Fields())
    assert found[0].warnings[0].startswith("fields guessed: text from 'النص'")
    assert not found[1].warnings


def test_all_sheets_are_read_and_rows_are_called_by_sheet_and_number():
    header = ["title", "body"]
    data = workbook(May=[header, ["Rain", "Rain fell."]], June=[header, ["Sun", "Sun shone."]])
    assert [a.key for a in read(data)] == ["May#row=2", "June#row=2"]


def test_a_header_below_a_heading_and_empty_rows_is_found():
    rows = [[None], ["Report of the month"], [None], ["title", "body", "date"],
            ["Rain", "Two roads were closed by the rain.", datetime(2024, 3, 5, 14, 30)]]  # fmt: skip
    (found,) = read(workbook(Sheet=rows))
    assert (found.key, found.published) == ("Sheet#row=5", "2024-03-05T14:30:00")
    assert found.title == "Rain"


def test_named_fields_go_before_guesses_and_a_wrong_name_is_told():
    data = workbook(S=[["body", "story2"], ["The guess.", "The text that was asked for."]])
    assert read(data, text="story2")[0].text == "The text that was asked for."
    with pytest.raises(SeedError, match=r"a\.xlsx, sheet 'S': There is no field 'nope'; there are"):
        read(data, text="nope")


def test_rows_without_text_are_told_three_times_and_then_counted():
    data = workbook(S=[["title", "body"], *[["x", None]] * 7, ["y", "Some words."]])
    found = read(data)
    assert [type(item) for item in found] == [Problem] * 3 + [Article, Problem]
    assert found[-1].line == "a.xlsx: 4 more rows were left out."


def test_a_sheet_that_is_no_table_is_told_and_the_others_are_read():
    found = read(workbook(Data=[["body"], ["Some words."]], Sums=[[1, 2], [3, 4]], Empty=[]))
    assert [type(item) for item in found] == [Article, Problem]
    assert found[1].line.startswith("a.xlsx, sheet 'Sums': ")


def test_the_same_id_twice_is_two_articles():
    found = read(workbook(S=[["id", "body"], [7, "One."], [7, "Two."], [8.5, "Three."]]))
    assert [a.key for a in found] == ["id=7", "id=7#2", "id=8.5"]


def test_empty_workbooks_are_refused():
    with pytest.raises(SeedError, match=r"a\.xlsx holds no rows"):
        read(workbook(S=[]))


def test_a_file_that_unpacks_to_fill_memory_is_refused():
    held = io.BytesIO(workbook(S=[["body"], ["Some words."]]))
    with zipfile.ZipFile(held, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet2.xml", " " * 60_000_000)
    with pytest.raises(SeedError, match="unpacks to far more than documents do"):
        read(held.getvalue())


@pytest.mark.parametrize(
    "data", [b"", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, b"PK\x03\x04"]
)
def test_what_is_no_spreadsheet_is_refused_in_one_line(data):
    with pytest.raises(SeedError, match=r"^a\.xlsx (is damaged|cannot be read).*$"):
        read(data)


def test_a_damaged_old_file_is_refused_and_not_a_crash():
    whole = (FILES / "news-libreoffice.xls").read_bytes()
    for length in (512, 700, 1500, 5500, 6900):
        with pytest.raises(SeedError, match="cannot be read as a spreadsheet"):
            read(whole[:length])


def test_a_sheet_with_one_cell_at_its_far_end_is_refused_before_it_fills_memory():
    book = openpyxl.Workbook()
    book.active["A1"], book.active["A2"], book.active["XFD1048576"] = "body", "Some words.", "x"
    held = io.BytesIO()
    book.save(held)
    with pytest.raises(SeedError, match="a sheet of 1,048,576 rows and 16,384 columns"):
        read(held.getvalue())
