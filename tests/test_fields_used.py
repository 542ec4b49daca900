"""What `add` says of the fields of records: what was found, what did not parse, what is offered."""

import gzip
import io
import json

import pytest
from marsad.seeds import Fields
from marsad.seeds.formats.records import articles

BODY = "The council of the town decided on Monday to repair the bridge, closed since the flood."


def remark(rows, fields=Fields()):  # noqa: B008
    lines = "\n".join(json.dumps({"body": f"{BODY} {n}", **row}) for n, row in enumerate(rows))
    found = list(articles(io.BytesIO(lines.encode()), "a.jsonl", fields, "jsonl"))
    assert [item.remark for item in found[:-1]] == [""] * (len(found) - 1)
    return found[-1].remark


def test_counts_are_those_of_the_records_and_an_example_tells_what_did_not_parse():
    dates = ["2024-04-13", "yesterday", "", None, "2024-04-15", "soon"]
    said = remark([{"title": f"T {n}", "date": date} for n, date in enumerate(dates)])
    assert said.startswith("a.jsonl: 6 records, text from 'body', title from 'title' (6)")
    assert "date from 'date' (2; 2 not understood, such as 'yesterday')" in said


def test_a_long_example_is_cut():
    said = remark([{"date": "x" * 500}, {"date": "2024-04-13"}])
    assert "x" * 79 + "…" in said and "x" * 80 not in said


def test_dates_in_addresses_are_counted_apart_and_a_field_goes_before():
    rows = [
        {"url": "https://a.example/2024/04/13/bridge"},
        {"url": "https://a.example/2024/04/14/mill", "date": "2024-04-15"},
        {"url": "https://a.example/mill", "date": "2024-04-16"},
    ]
    said = remark(rows)
    assert "date from 'date' (2)" in said and "date from the address (1)" in said


@pytest.mark.parametrize(
    ("name", "value", "offered"),
    [
        ("date_extracted", "2024-05-0{}T10:00:00Z", "'date_extracted' looks like one, or when it was fetched (--date-field date_extracted)"),
        ("day of print", "0{}.05.2024", "'day of print' looks like one (--date-field 'day of print')"),
        ("crawl_time", 1714557600, "'crawl_time' looks like one, or when"),
        ("views", 1714557600, None),
        ("number", "{}", None),
        ("note", "the 0{} of May", None),
    ],
)  # fmt: skip
def test_a_field_of_dates_is_offered_and_never_taken(name, value, offered):
    rows = [{name: value.format(n) if isinstance(value, str) else value} for n in (1, 2, 3)]
    said = remark(rows)
    assert (f"no date: {offered}" in said) if offered else "no date" not in said


def test_what_was_published_is_offered_before_what_was_fetched():
    row = {"date_crawled": "2024-05-01", "date_in_print": "2024-04-30"}
    assert "no date: 'date_in_print' looks like one (" in remark([row, row])


def test_nothing_is_offered_where_most_records_have_a_date():
    rows = [{"date": "2024-04-13", "crawled": "2024-05-01"}] * 3 + [{"crawled": "2024-05-01"}]
    assert "looks like" not in remark(rows)


def test_a_field_of_addresses_is_offered():
    said = remark([{"where_found": f"https://a.example/news/{n}"} for n in range(3)])
    assert "no address: 'where_found' looks like one (--url-field where_found)" in said


def test_a_single_record_that_gives_what_its_fields_promise_is_no_news():
    assert remark([{"title": "A bridge", "date": "2024-04-13"}]) == ""
    assert "not understood" in remark([{"title": "A bridge", "date": "now"}])


def test_the_remark_comes_also_where_the_file_ends_badly():
    rows = [{"body": f"{BODY} {hash(str(n))}", "title": f"T {n}"} for n in range(20_000)]
    packed = gzip.compress("\n".join(map(json.dumps, rows)).encode())
    found = []
    with gzip.open(io.BytesIO(packed[:-1000])) as stream, pytest.raises(EOFError):
        found.extend(articles(stream, "a.jsonl", Fields(), "jsonl"))
    assert f"{len(found):,} records, text from 'body', title" in found[-1].remark


def test_add_says_it_after_all_else_and_of_many_files_alike_but_once(marsad, tmp_path):
    for n in range(6):
        rows = [{"body": f"{BODY} {n} {k}", "title": f"Title {n} {k}"} for k in range(2)]
        (tmp_path / f"{n}.jsonl").write_text("\n".join(map(json.dumps, rows)))
    code, _, err = marsad("add", *(f"{n}.jsonl" for n in range(6)))
    told = [line for line in err.splitlines() if "2 records, text from" in line]
    assert code == 0 and len(told) == 4 and "3 more like this" in err
    assert err.index("2 records") > err.index("fields guessed")
