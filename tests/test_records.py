"""Files of records to articles: shapes, fields that are guessed, and what is damaged."""

import csv
import gzip
import io
import json
import time
from pathlib import Path

import pyarrow
import pytest
from marsad.seeds import SeedError
from marsad.seeds.articles import Article, Problem
from marsad.seeds.formats import record_article, records, streams
from marsad.seeds.formats.field_names import guess_fields
from marsad.seeds.formats.markup_text import plain_text
from marsad.seeds.rows import Fields, Unreadable
from pyarrow import parquet

FILES = Path(__file__).parent / "files"
PORT = {
    "id": 7,
    "headline": "A third pier",
    "body": "The port of Raml opens a third pier.\nSmall ships come first.",
    "pubDate": "Tue, 23 Apr 2024 15:44:00 GMT",
    "link": "https://www.example.org/pier?utm_source=rss",
    "publisher": "Raml Observer",
    "creator": "Layla Saad",
}


def read(data, shape="jsonl", fields=None):
    """Return the articles and the lines about what went wrong."""
    stream = data if hasattr(data, "read") else io.BytesIO(data)
    found = list(records.articles(stream, "f", fields or Fields(), shape))
    articles = [item for item in found if isinstance(item, Article)]
    problems = [item.line for item in found if isinstance(item, Problem)]
    assert len(articles) + len(problems) == len(found)
    return articles, problems


def lines(*values):
    return "".join(json.dumps(value, ensure_ascii=False) + "\n" for value in values).encode()


def table(*rows, delimiter=",", quoting=csv.QUOTE_MINIMAL):
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, quoting=quoting).writerows(rows)
    return out.getvalue()


def test_a_record_becomes_an_article_with_all_that_it_says():
    (article,), problems = read(lines(PORT))
    assert not problems
    assert article.text == "A third pier\n\n" + PORT["body"]
    assert (article.key, article.title, article.author) == ("id=7", "A third pier", "Layla Saad")
    assert (article.source, article.url) == ("Raml Observer", "https://www.example.org/pier")
    assert article.published == "2024-04-23T15:44:00+00:00"


@pytest.mark.parametrize(
    ("url", "date", "published"),
    [
        ("https://a.example/news/2024/4/13/pier", None, "2024-04-13"),
        ("/news/2024/04/13/pier", "soon", "2024-04-13"),
        ("https://a.example/news/2024/04/13/pier", "2024-04-15", "2024-04-15"),
        ("https://a.example/pier?at=/2024/04/13/", None, None),
        ("https://a.example/2024/13/13/pier", None, None),
        ("https://a.example/2023/02/30/pier", None, None),
        ("https://[a.example/2024/04/13/pier", None, "2024-04-13"),
    ],
)
def test_the_date_in_an_address_is_taken_where_the_record_has_no_other(url, date, published):
    (article,), _ = read(lines({"text": PORT["body"], "url": url, "date": date}))
    assert article.published == published


def test_no_name_or_value_is_quoted_at_length():
    long = "Ships " * 100
    with pytest.raises(SeedError, match="There is no field") as raised:
        guess_fields([long, long + "a"], Fields(text=long + "b"))
    assert long[:100] not in str(raised.value)
    with pytest.raises(SeedError, match="Which field") as raised:
        guess_fields([long, long + "a"], Fields())
    assert long[:100] not in str(raised.value)
    articles, problems = read(lines({long: PORT["body"]}, {long: None}), fields=Fields(text=long))
    assert all(long[:100] not in said for said in (*problems, *articles[0].warnings))
    assert len(problems) == 1


def test_what_was_guessed_is_said_with_the_first_article_only():
    articles, _ = read(lines(PORT, {**PORT, "id": 8}))
    assert articles[1].warnings == ()
    (warning,) = articles[0].warnings
    for part in (
        "text from 'body'",
        "title from 'headline'",
        "date from 'pubDate'",
        "url from 'link'",
    ):
        assert part in warning


def test_nothing_is_said_where_all_fields_were_given():
    fields = Fields(
        text="body",
        title="headline",
        date="pubDate",
        url="link",
        source="publisher",
        author="creator",
        id="id",
    )
    assert read(lines(PORT), fields=fields)[0][0].warnings == ()


@pytest.mark.parametrize(
    ("names", "wanted"),
    [
        (["ID", "Title", "Content", "PublishedAt", "URL"], ("Content", "Title", "ID", "PublishedAt", "URL")),
        (["المعرف", "العنوان", "النص", "تاريخ النشر", "الرابط"], ("النص", "العنوان", "المعرف", "تاريخ النشر", "الرابط")),
        (["شناسه", "تیتر", "متن", "تاریخ", "لینک"], ("متن", "تیتر", "شناسه", "تاریخ", "لینک")),
        (["guid", "titre", "texte", "date", "lien"], ("texte", "titre", "guid", "date", "lien")),
        (["_id", "Überschrift", "Inhalt", "Datum", "link"], ("Inhalt", "Überschrift", "_id", "Datum", "link")),
        (["id", "título", "contenido", "fecha", "enlace"], ("contenido", "título", "id", "fecha", "enlace")),
        (["id", "Başlık", "İçerik", "Tarih", "Bağlantı"], ("İçerik", "Başlık", "id", "Tarih", "Bağlantı")),
        (["id", "заголовок", "текст", "дата", "ссылка"], ("текст", "заголовок", "id", "дата", "ссылка")),
        (["article_id", "article_title", "article_text", "publish_date", "article_url"],
         ("article_text", "article_title", "article_id", "publish_date", "article_url")),
    ],
)  # fmt: skip
def test_fields_are_told_by_the_names_of_exports_in_many_languages(names, wanted):
    found = guess_fields(names, Fields())
    assert (found.text, found.title, found.id, found.date, found.url) == wanted


def test_a_given_field_goes_before_a_guess():
    record = {**PORT, "lead": "Only the beginning of what happened at the port of Raml."}
    (article,), _ = read(lines(record), fields=Fields(text="lead"))
    assert article.text.endswith(record["lead"])


def test_a_text_without_a_telling_name_is_found_by_its_letters_and_said_to_be_so():
    record = {
        "c1": "https://example.org/a/b/c",
        "c2": "short",
        "c3": "x" * 30 + " and many more letters",
    }
    (article,), _ = read(lines(record, record))[0][:1], None
    assert article.text == record["c3"]
    assert "by what is in it" in article.warnings[0]


def test_where_no_field_could_be_the_text_they_are_listed():
    with pytest.raises(
        SeedError, match=r"f: Which field holds the text.* 'a', 'b'\. Name it with --text-field"
    ):
        read(lines({"a": 1, "b": "x"}))


def test_a_named_field_that_is_not_there_is_told_with_those_that_are():
    with pytest.raises(SeedError, match="no field 'titel'; there are 'id', 'headline'"):
        read(lines(PORT), fields=Fields(title="titel"))


def test_a_title_that_begins_the_text_is_not_said_twice():
    text = "A third pier!\n" + PORT["body"]
    (article,), _ = read(lines({**PORT, "body": text}))
    assert article.text == text
    assert article.title == "A third pier"


def test_paragraphs_in_a_list_and_html_become_a_paragraph_a_line():
    body = ["<p>One &amp; <b>two</b>.</p>", "Three<br>four.<script>no()</script>"]
    (article,), _ = read(lines({"body": body}))
    assert article.text == "One & two.\nThree\nfour."


def test_html_with_inline_tags_only_keeps_its_lines():
    assert plain_text("One <em>two</em>\n\nthree &lt; four") == "One two\nthree < four"
    assert plain_text("a < b and b > c") == "a < b and b > c"
    assert plain_text("AT&amp;T") == "AT&T"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("It&amp;rsquo;s 2AM at the &amp;quot;harbour&amp;quot;", 'It’s 2AM at the "harbour"'),
        ("&lt;p&gt;A &amp;amp; B.&lt;/p&gt;&lt;p&gt;C.&lt;/p&gt;", "A & B.\nC."),
        ("<p>One &amp;nbsp;two.</p>", "One \xa0two."),
        ("<p>He wrote &lt;b&gt;bold&lt;/b&gt;.</p>", "He wrote <b>bold</b>."),
        ("<p>A List<String> in his note.</p>", "A List<String> in his note."),
        ("<p>A <blink>list</blink> and <o:p>more</o:p>.</p>", "A list and more."),
        ("<p>Is 3 < 5 & 7 > 2?</p>", "Is 3 < 5 & 7 > 2?"),
    ],
)
def test_what_was_escaped_more_than_once_is_taken_back_and_what_is_no_tag_stays(text, shown):
    assert plain_text(text) == shown


def test_a_text_of_nothing_but_what_looks_like_tags_is_quick():
    text = "<p>" + "<x>" * 200_000
    began = time.process_time()
    assert plain_text(text).count("<x>") == 200_000
    assert time.process_time() - began < 20


def test_very_deep_html_ends():
    assert plain_text("<div>" * 50_000 + "x").strip() == "x"


def test_posts_of_wordpress_are_read_out_of_their_objects():
    post = {
        "id": 3, "date": "2024-04-23T15:44:00", "link": "https://example.org/?p=3",
        "title": {"rendered": "Pier &#8217;3"}, "content": {"rendered": "<p>One.</p>\n<p>Two.</p>"},
    }  # fmt: skip
    (article,), _ = read(json.dumps([post]).encode(), "json")
    assert (article.title, article.text) == ("Pier ’3", "Pier ’3\n\nOne.\nTwo.")
    assert (article.key, article.published) == ("id=3", "2024-04-23T15:44:00")


def test_fields_inside_an_object_are_found():
    record = {"n": 1, "article": {"headline": "A third pier", "body": PORT["body"]}}
    (article,), _ = read(lines(record))
    assert (article.title, article.text.splitlines()[-1]) == (
        "A third pier",
        "Small ships come first.",
    )


def test_keys_are_ids_then_addresses_then_lines_and_never_twice_the_same():
    assert [a.key for a in read(lines(*[{**PORT, "id": n} for n in (1, 2, 2, 3, 2)]))[0]] == [
        "id=1", "id=2", "id=2#2", "id=3", "id=2#3",
    ]  # fmt: skip
    no_id = {name: value for name, value in PORT.items() if name != "id"}
    assert [a.key for a in read(lines(no_id, no_id))[0]] == [
        "url=https://www.example.org/pier",
        "url=https://www.example.org/pier#2",
    ]
    assert [a.key for a in read(b"\n" + lines({"text": "one"}, {"text": "two"}))[0]] == [
        "line=2",
        "line=3",
    ]


def test_keys_stay_when_records_are_added_at_the_end():
    values = [{**PORT, "id": n % 7} for n in range(30)]
    before = [a.key for a in read(lines(*values[:20]), fields=Fields(id="id"))[0]]
    after = [a.key for a in read(lines(*values), fields=Fields(id="id"))[0]]
    assert after[:20] == before
    assert len(set(after)) == 30


def test_an_id_that_most_records_share_is_none():
    articles, _ = read(lines(*[{"id": 1, "text": f"number {n}"} for n in range(10)]))
    assert [a.key for a in articles] == [f"line={n}" for n in range(1, 11)]


def test_bad_lines_are_told_and_the_others_read():
    good = lines(PORT, {**PORT, "id": 8})
    bad = b'[1]\n{"body": \n\n{"id": 5}\n{"body": ""}\n{"body": 5}\nnonsense\n'
    articles, problems = read(bad + good)
    assert [a.key for a in articles] == ["id=7", "id=8"]
    assert problems[0].startswith("f, line 1: it is no JSON object")
    assert problems[1].startswith("f, line 2: it is no JSON (")
    assert problems[2] == "f, line 4: it has no field 'body'. It was left out."
    assert problems[3] == "f: 3 more records were left out (line 5, line 6, line 7)."
    assert len(problems) == 4


def test_of_many_bad_lines_only_a_few_are_told():
    _, problems = read(b"x\n" * 5000)
    assert len(problems) == 4
    assert "4997 more records" in problems[-1]


def test_a_line_too_long_is_passed_over(monkeypatch):
    monkeypatch.setattr(streams, "LARGEST_LINE", 1000)
    monkeypatch.setattr(streams, "_BLOCK", 100)
    long = lines({**PORT, "body": "x" * 5000})
    articles, problems = read(lines(PORT) + long + lines({**PORT, "id": 8}))
    assert [a.key for a in articles] == ["id=7", "id=8"]
    assert problems == ["f, line 2: it is longer than 64 MiB. It was left out."]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_json_in_other_encodings(encoding):
    value = {**PORT, "body": "فتح الميناء رصيفا ثالثا اليوم."}
    for shape, text in (
        ("jsonl", lines(value, value)),
        ("json", json.dumps([value, value]).encode()),
    ):
        articles, problems = read(text.decode().encode(encoding), shape)
        assert not problems
        assert [a.text.splitlines()[-1] for a in articles] == [value["body"]] * 2


def test_a_line_that_is_not_utf8_or_not_strict_json_is_read_with_a_word():
    latin = '{"id": 1, "body": "caf\xe9 and na\xefve and so on"}\n'.encode("latin-1")
    articles, _ = read(lines(PORT) + latin + b'{"id": NaN, "body": "not a number"}\n')
    assert "café and naïve" in articles[1].text
    assert "line 2: not UTF-8" in articles[1].warnings[0]
    assert articles[2].text == "not a number"


def test_halves_of_characters_and_nul_are_replaced():
    articles, _ = read(b'{"body": "a\\ud83d b\\u0000c"}\n' * 2)
    articles[0].text.encode()
    assert articles[0].text == "a\ufffd b\ufffdc"


@pytest.mark.parametrize("shape", ["json", "jsonl"])
@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize(
    "wrap",
    [
        lambda values: values,
        lambda values: {"status": "ok", "total": 2, "articles": values},
        lambda values: {"data": values},
        lambda values: {"response": {"docs": values}},
        lambda values: {"hits": {"hits": [{"_id": v["id"], "_source": v} for v in values]}},
    ],
)
def test_records_are_found_in_arrays_and_in_answers(shape, indent, wrap):
    data = json.dumps(wrap([PORT, {**PORT, "id": 8}]), indent=indent).encode()
    articles, problems = read(data, shape)
    assert ([a.key for a in articles], problems) == (["id=7", "id=8"], [])


def test_objects_behind_each_other_are_records():
    data = json.dumps(PORT, indent=1) + json.dumps({**PORT, "id": 8}, indent=1)
    assert [a.key for a in read(data.encode(), "json")[0]] == ["id=7", "id=8"]
    assert [a.key for a in read(lines(PORT, {**PORT, "id": 8}), "json")[0]] == ["id=7", "id=8"]


def test_an_article_with_lists_in_it_is_no_wrapper():
    value = {"body": PORT["body"], "news": [{"title": "other"}]}
    assert len(read(json.dumps(value).encode(), "json")[0]) == 1


def test_json_cut_off_gives_what_stands_before():
    data = json.dumps([{**PORT, "id": n} for n in range(50)]).encode()
    articles, problems = read(data[: len(data) // 2], "json")
    assert len(articles) in (23, 24, 25)
    assert problems == [
        f"f, what stands after record {len(articles)}: it is no JSON (it ends in the middle). It was left out."
    ]


@pytest.mark.parametrize("shape", ["json", "jsonl"])
def test_very_deep_json_ends_in_a_line(shape):
    deep = (
        b'{"body": "'
        + PORT["body"].encode().replace(b"\n", b" ")
        + b'", "x": '
        + b"[" * 100_000
        + b"]" * 100_000
        + b"}"
    )
    articles, problems = read(deep + b"\n" + lines(PORT), shape)
    assert len(articles) + len(problems) >= 1


@pytest.mark.parametrize("shape", ["json", "jsonl", "csv", "tsv"])
@pytest.mark.parametrize("data", [b"", b"\n\n"])
def test_a_file_without_records_is_told(shape, data):
    with pytest.raises(SeedError, match="f holds no records"):
        read(data, shape)


def test_a_stream_that_breaks_off_gives_what_was_there_and_then_its_error():
    values = [{**PORT, "id": n, "x": str(hash(str(n)))} for n in range(20_000)]
    packed = gzip.compress(b"bad\n" * 5 + lines(*values))
    with gzip.open(io.BytesIO(packed[:-1000])) as stream:
        reading = records.articles(stream, "f", Fields(), "jsonl")
        told = []
        with pytest.raises(EOFError, match="ended before"):
            while True:
                told.append(next(reading))
    assert sum(isinstance(item, Article) for item in told) > 10_000
    assert told[-1] == Problem("f: 2 more records were left out (line 4, line 5).", count=2)


ROWS = [
    ["id", "title", "text"],
    ["1", "Pier", 'He said "no", twice;\nthen left.'],
    ["2", "", "Second | text"],
]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_csv_with_any_delimiter_and_encoding(delimiter, encoding):
    data = table(*ROWS, delimiter=delimiter, quoting=csv.QUOTE_ALL).encode(encoding)
    articles, problems = read(data, "tsv" if delimiter == "\t" else "csv")
    assert not problems
    assert articles[0].text.splitlines() == ["Pier", "", 'He said "no", twice;', "then left."]
    assert [a.key for a in articles] == ["id=1", "id=2"]


def test_csv_of_old_arabic_windows_is_read_though_most_of_it_is_addresses():
    rows = [
        [n, "رصيف ثالث في الميناء", "https://example.org/a/long/path/to/the/article/" + "x" * 150]
        for n in range(50)
    ]
    articles, _ = read(table(["id", "text", "url"], *rows).encode("cp1256"), "csv")
    assert {a.text for a in articles} == {"رصيف ثالث في الميناء"}
    assert articles[0].encoding == "cp1256"
    assert "read as cp1256" in articles[0].warnings[1]


def test_one_cell_of_another_encoding_is_mended_with_a_word():
    data = (
        "id,text\n1,café is open on all days\n".encode()
        + "2,na\xefve people read this\n".encode("latin-1")
    )
    articles, _ = read(data, "csv")
    assert [a.text for a in articles] == ["café is open on all days", "naïve people read this"]
    (warning,) = articles[1].warnings
    assert warning.startswith("line 3: not UTF-8: read as cp1252")


def test_a_quotation_mark_never_closed_costs_only_its_record():
    good = "".join(f'{n},"text number {n}, in quotes",2024-01-01\n' for n in range(3, 400))
    data = f'id,text,date\n1,"first text\nin two lines",2024-01-01\n2,"never closed,2024\n{good}'
    articles, problems = read(data.encode(), "csv")
    assert problems == ["f, line 4: a quotation mark in it is not closed. It was left out."]
    assert [a.key for a in articles] == [f"id={n}" for n in range(1, 400) if n != 2]


def test_an_open_mark_before_the_end_of_the_file_costs_only_its_record():
    data = 'id,text\n1,"open to the end\n' + "".join(f"{n},text {n}\n" for n in range(2, 50))
    articles, problems = read(data.encode(), "csv")
    assert len(problems) == 1
    assert [a.key for a in articles] == [f"id={n}" for n in range(2, 50)]


def test_tabs_without_quoting_keep_their_quotation_marks():
    articles, problems = read(
        b'id\ttext\n1\t"To arms he cried\n2\tnobody came to the pier\n', "tsv"
    )
    assert not problems
    assert [a.text for a in articles] == ['"To arms he cried', "nobody came to the pier"]


def test_rows_too_long_are_told_and_rows_too_short_are_read():
    articles, problems = read(
        b"id,text,date\n1,a text,2024-01-01,more\n2,a short row\n3,another,,,\n", "csv"
    )
    assert problems == ["f, line 2: it has 4 columns, not 3. It was left out."]
    assert [a.key for a in articles] == ["id=2", "id=3"]


def test_excel_may_name_the_delimiter_in_a_line_of_its_own():
    assert read(b"sep=|\r\nid|text\r\n1|one, two; three\r\n", "csv")[0][0].text == "one, two; three"


def test_binary_data_called_csv_is_told():
    with pytest.raises(SeedError, match="f is not text"):
        read(bytes(range(256)) * 50, "csv")


def test_dates_of_a_column_are_read_in_one_order():
    data = table(["text", "date"], ["one", "03/04/2024"], ["two", "04/23/2024"]).encode()
    assert [a.published for a in read(data, "csv")[0]] == ["2024-03-04", "2024-04-23"]


def written(**columns):
    out = io.BytesIO()
    parquet.write_table(pyarrow.table(columns), out, row_group_size=2)
    return io.BytesIO(out.getvalue())


def test_parquet_with_nested_columns_and_dates_of_nanoseconds():
    stamps = pyarrow.array([1713887040000000001, None, 10**18], pyarrow.timestamp("ns", "UTC"))
    stream = written(
        doc=[{"title": "A", "body": "one text"}, {"title": None, "body": "two texts"}, None],
        vector=[[1.0], [2.0], [3.0]],
        stamp=stamps,
    )
    articles, problems = read(stream, "parquet", Fields(text="doc.body", date="stamp"))
    assert [(a.text, a.published) for a in articles] == [
        ("A\n\none text", "2024-04-23T15:44:00+00:00"),
        ("two texts", None),
    ]
    assert problems == ["f, row 3: 'doc.body' is empty. It was left out."]


def test_parquet_from_a_stream_that_cannot_seek():
    class Pipe(io.RawIOBase):
        def __init__(self, data):
            self._data = io.BytesIO(data)

        def readable(self):
            return True

        def readinto(self, buffer):
            return self._data.readinto(buffer)

    data = written(text=["one text", "two texts"]).getvalue()
    assert [a.key for a in read(Pipe(data), "parquet")[0]] == ["row=1", "row=2"]


def test_what_is_no_parquet_is_told():
    with pytest.raises(SeedError, match="f is no Parquet file that can be read"):
        read(b"PAR1" + b"x" * 100, "parquet")
    whole = written(text=["a text"] * 100).getvalue()
    with pytest.raises(SeedError, match="f is no Parquet file that can be read"):
        read(whole[: len(whole) // 2], "parquet")


def test_a_record_without_text_says_why():
    for value, reason in (
        (None, "is empty"),
        (" ", "is empty"),
        (3, "is no text but int"),
        ("<p> </p>", "is empty"),
    ):
        with pytest.raises(Unreadable, match=reason):
            record_article.article_of({"t": value}, Fields(text="t"), "")
    with pytest.raises(Unreadable, match="has no field 't'"):
        record_article.article_of({"x": 1}, Fields(text="t"), "")


@pytest.mark.parametrize(
    ("file", "shape"),
    [
        ("sqlite3.csv", "csv"), ("sqlite3.tsv", "tsv"), ("sqlite3.json", "json"), ("jq-pretty.json", "json"),
        ("jq-wrapped.json", "json"), ("jq.jsonl.gz", "jsonl"), ("duckdb.parquet", "parquet"),
        ("polars.parquet", "parquet"), ("polars.ndjson", "jsonl"),
    ],
)  # fmt: skip
def test_files_of_other_programs_hold_the_same_three_articles(file, shape):
    opened = gzip.open if file.endswith(".gz") else open
    with opened(FILES / file, "rb") as stream:
        articles, problems = read(stream, shape)
    assert not problems
    assert [a.title for a in articles] == [
        "ميناء الرمل يفتح رصيفا ثالثا",
        "Bridge over the Saltwater opens",
        None,
    ]
    assert articles[0].text.startswith("ميناء الرمل يفتح رصيفا ثالثا\n\nقالت إدارة ميناء الرمل")
    assert '"العمل تم قبل موعده"' in articles[0].text
    assert (
        articles[2].text
        == "Die Fähre nach Grünwerder fährt wieder; am Freitag fiel sie wegen Nebels aus."
    )


@pytest.mark.parametrize("file", ["sqlite3.csv", "sqlite3.json", "jq.jsonl.gz"])
def test_dates_addresses_and_names_in_files_of_other_programs(file):
    opened = gzip.open if file.endswith(".gz") else open
    with opened(FILES / file, "rb") as stream:
        articles, _ = read(stream, "jsonl" if "jsonl" in file else file.rpartition(".")[2])
    assert [a.published for a in articles] == ["2023-11-23", "2024-04-23T15:44:00", "2024-04-23"]
    assert [a.key for a in articles] == ["id=101", "id=102", "id=103"]
    assert [a.author for a in articles] == ["ليلى سعد", "Ann Tolly", None]
    assert articles[0].url.startswith("https://news.example.org/%D8%B1")


def test_structs_lists_and_timestamps_of_duckdb():
    with (FILES / "duckdb.parquet").open("rb") as stream:
        articles, _ = read(stream, "parquet")
    assert [a.source for a in articles] == ["مرصد الرمل", "The Saltwater Post", "Grünwerder Bote"]
    assert [a.author for a in articles] == ["ليلى سعد", "Ann Tolly", None]
    assert [a.published for a in articles] == [f"2024-04-{day}T15:44:00" for day in (21, 22, 23)]


@pytest.mark.parametrize("file", ["libreoffice-cp1256.csv", "libreoffice-utf16.csv"])
def test_csv_of_libreoffice_in_other_encodings(file):
    with (FILES / file).open("rb") as stream:
        (article,), problems = read(stream, "csv")
    assert not problems
    assert (article.key, article.published) == ("id=101", "2024-04-23")
    assert article.title == "ميناء الرمل يفتح رصيفا ثالثا"
    assert '"العمل تم قبل موعده"' in article.text


@pytest.mark.parametrize(
    ("data", "shape"),
    [
        (b'{"body": "a\xed\xa0\x80 text that is long"}\n', "jsonl"),
        (b'[{"body": "a\xed\xa0\x80 text that is long"}]', "json"),
        (b'id,text\n"\xff\xfe",a text\n1,another \xe9\n', "csv"),
        (b"id,text\n1,\x01 <b>a text</b>\n", "csv"),
        (b'{"body": "a\\u0001 <p>text</p> \\ud800"}\n' * 2, "jsonl"),
    ],
)
def test_damaged_bytes_end_in_an_article_or_a_line(data, shape):
    articles, problems = read(data, shape)
    assert articles or problems
    for article in articles:
        article.text.encode()


@pytest.mark.parametrize("file", ["polars.parquet", "duckdb.parquet"])
def test_parquet_with_any_byte_changed_ends_in_an_article_or_a_line(file):
    whole = (FILES / file).read_bytes()
    for place in range(0, len(whole), 7):
        data = bytearray(whole)
        data[place] ^= 0xA5
        try:
            articles, problems = read(bytes(data), "parquet")
        except SeedError as error:
            assert str(error).startswith("f")
        else:
            assert articles or problems
