"""Files that change, vanish, lie about their size, are no articles, or have odd names."""

import gzip
import io
import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marsad.scripts import progress
from marsad.scripts.progress import Bar
from marsad.seeds import making
from marsad.seeds.articles import Article, Problem
from marsad.seeds.detection import format_of, no_reader_for
from marsad.seeds.finding import SeedFile, find_files, printable
from marsad.seeds.formats import warc
from marsad.seeds.formats.half_characters import streamed_without_halves, without_halves
from marsad.seeds.limits import Limits, check_stored
from marsad.seeds.reading import Finished, Reader
from rich.console import Console
from rich.progress import Progress

SAID = "The river rose by two metres during the night and flooded the lower part of the town."
PAGE = f"<!DOCTYPE html><html><body><article><h1>Flood</h1><p>{SAID}</p></article></body></html>"
HALF = json.dumps({"title": "Flood \ud83d", "text": f"{SAID} \udfff"})


def read(path, **more):
    with Reader(**more) as reader:
        return [item for _, item in reader.read_all([SeedFile(path)])]


def problems(items):
    return [item.line for item in items if isinstance(item, Problem)]


def texts(items):
    return [item.text for item in items if isinstance(item, Article)]


@pytest.mark.parametrize(
    ("what", "said"),
    [
        (lambda path: path.write_text(f"{SAID} more"), "changed while it was read"),
        (lambda path: path.unlink(), "vanished while it was read"),
        (lambda path: path.with_name("b").rename(path), "was replaced while it was read"),
    ],
)
def test_a_file_that_changes_while_it_is_read_is_read_again(tmp_path, monkeypatch, what, said):
    path = tmp_path / "a.txt"
    path.write_text(SAID)
    path.with_name("b").write_text(SAID)
    from marsad.seeds import contents

    real = contents.format_of

    def changing(*arguments):
        what(path)
        return real(*arguments)

    monkeypatch.setattr(contents, "format_of", changing)
    items = read(path)
    assert texts(items)[0].startswith(SAID)
    assert len(problems(items)) == 1 and said in problems(items)[0]
    assert not items[-1].is_whole


def test_a_file_that_vanishes_before_it_is_read_costs_only_itself(marsad, tmp_path, monkeypatch):
    from marsad.scripts import ingest

    (tmp_path / "in").mkdir()
    for name in "abc":
        (tmp_path / "in" / f"{name}.txt").write_text(f"{SAID} {name}")
    real = ingest.find_files

    def vanishing(paths):
        found = real(paths)
        (tmp_path / "in" / "b.txt").unlink()
        return found

    monkeypatch.setattr(ingest, "find_files", vanishing)
    code, _, err = marsad("add", "in")
    assert code == 1 and "2 added" in err
    assert "b.txt cannot be read: No such file" in err


def test_a_sparse_file_of_a_terabyte_is_told_by_its_size(tmp_path):
    path = tmp_path / "huge.jsonl"
    with path.open("wb") as file:
        file.write(json.dumps({"text": SAID}).encode() + b"\n")
        file.truncate(1 << 40)
    passed = []
    (problem, end) = read(path, passed=passed.append)
    assert "huge.jsonl says to be 1 TiB large" in problem.line
    assert isinstance(end, Finished) and not end.is_whole


def test_what_lies_on_the_disk_is_never_taken_for_a_hole():
    limits = Limits()
    check_stored(1 << 40, 1 << 40, "a", limits)
    check_stored(1 << 40, 1 << 34, "a", limits)  # packed by the file system
    check_stored(1 << 20, 0, "a", limits)  # too new to be on the disk
    check_stored(1 << 40, None, "a", limits)  # nothing tells


@pytest.mark.parametrize(
    ("head", "name", "said"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'><text>Flood</text></svg>", "a", "SVG"),
        (b"<?xml version='1.0'?><svg:svg xmlns:svg='x'/>", "a.txt", "SVG"),
        (b"<?xml version='1.0'?>\n<!-- made -->\n<svg/>", "a.xml", "SVG"),
        (b"#!/usr/bin/env python3\nprint('flood')\n", "tool", "script"),
        (b"<?php echo 'flood'; ?>", "page", "PHP"),
    ],
)
def test_drawings_and_programs_are_no_articles(head, name, said):
    assert format_of(head, name) is None
    assert said in no_reader_for(head, name)


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b"<svg/><p>" + SAID.encode() + b"</p>", "a.html"),  # a page that begins with a drawing
        (PAGE.replace("<body>", "<body><svg></svg>").encode(), "a"),
        (b"<!-- saved -->\n" + PAGE.encode(), "a"),
        (b"# A title in Markdown\n\n" + SAID.encode(), "a.md"),
    ],
)
def test_pages_and_texts_are_not_taken_for_drawings_and_programs(head, name):
    assert format_of(head, name) in ("html", "text")


def test_what_is_no_article_is_counted_in_one_line(marsad, tmp_path):
    folder = tmp_path / "in"
    (folder / "inner").mkdir(parents=True)
    (folder / "a.txt").write_text(SAID)
    for name in ("a.py", "b.py", "c.tsx", "d.svg"):
        (folder / name).write_text("x = 1")
    (folder / "inner" / "loop").symlink_to(folder)
    os.mkfifo(folder / "pipe.txt")
    code, _, err = marsad("add", folder)
    assert (code, "1 added" in err) == (0, True)
    (line,) = [line for line in err.splitlines() if "passed over" in line]
    assert "6 files were passed over, no articles (2 .py" in line
    assert "1 links to folders" in line and "1 pipes, sockets and devices" in line


def test_a_name_with_line_ends_is_told_on_one_line(marsad, tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "two\nlines\x1b[31m.pdf").write_bytes(b"%PDF-1.4 nothing")
    (tmp_path / "in" / "good.txt").write_text(SAID)
    code, _, err = marsad("add", "in")
    assert code == 1 and "1 added" in err
    assert r"two\nlines\x1b[31m.pdf" in err and "\x1b" not in err


@given(st.text())
def test_a_printable_name_has_one_line(name):
    shown = printable(name)
    assert len(shown.splitlines()) <= 1
    if name.isprintable():
        assert shown == name


def test_a_path_that_cannot_even_be_looked_at_is_told(tmp_path):
    found = find_files([tmp_path / ("x" * 300), tmp_path / "none.txt"])
    assert "File name too long" in found.problems[0]
    assert "does not exist" in found.problems[1]


# Halves of characters in JSON.


@pytest.mark.parametrize(
    "data",
    [HALF, f"[{HALF}]", json.dumps({"articles": [json.loads(HALF)]}), HALF.replace(", ", ",\n")],
)
@pytest.mark.parametrize("ending", ["json", "jsonl"])
def test_half_a_character_is_replaced_and_told(tmp_path, data, ending):
    path = tmp_path / f"a.{ending}"
    path.write_text(data)
    items = read(path)
    assert texts(items) == [f"Flood \ufffd\n\n{SAID} \ufffd"]
    assert any("2 characters could not be read" in line for line in items[0].warnings)


@given(
    st.lists(st.sampled_from(["\ud83d", "\ude00", "\U0001f600", "a", "\\", '"', "u", " ", "\n"]))
)
def test_only_halves_are_replaced(characters):
    text = "".join(characters)
    wanted = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    assert json.loads(without_halves(json.dumps(text).encode())) == wanted


@given(
    st.lists(st.sampled_from(["\ud83d", "\ude00", "\U0001f600", "ab", "\\", '"', " , "])), st.data()
)
def test_a_stream_is_mended_as_the_whole_is(characters, data):
    whole = json.dumps(["".join(characters)] * 2).encode()

    class Pieces(io.RawIOBase):
        left = whole

        def read(self, _=-1):
            size = data.draw(st.integers(1, 40)) if self.left else 0
            piece, self.left = self.left[:size], self.left[size:]
            return piece

    assert streamed_without_halves(Pieces()).read() == without_halves(whole)


# Web archives whose headers lie.


def archive(body, coding):
    answer = (
        f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"
        f"Content-Encoding: {coding}\r\nContent-Length: 999\r\n\r\n"
    ).encode() + body
    return (
        (
            f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:1>\r\n"
            f"WARC-Date: 2026-03-02T10:00:00Z\r\nWARC-Target-URI: https://a.example/1\r\n"
            f"Content-Type: application/http; msgtype=response\r\n"
            f"Content-Length: {len(answer)}\r\n\r\n"
        ).encode()
        + answer
        + b"\r\n\r\n"
    )


@pytest.mark.parametrize("coding", ["gzip", "x-gzip", "zstd", "deflate", "br", "identity", "none"])
def test_a_plain_body_is_read_whatever_coding_its_header_names(coding):
    (member,) = warc.members(io.BytesIO(archive(PAGE.encode(), coding)), "a.warc")
    assert member.data == PAGE.encode()


def test_a_packed_body_is_unpacked_and_a_damaged_one_told():
    packed = gzip.compress(PAGE.encode())
    (member,) = warc.members(io.BytesIO(archive(packed, "gzip")), "a.warc")
    assert member.data == PAGE.encode()
    (problem,) = warc.members(io.BytesIO(archive(packed[:40] + b"\xff" * 60, "gzip")), "a.warc")
    assert "cannot be unpacked" in problem.line


# Texts of very few words.

_LINES = st.sampled_from(
    ["", "DANCING FOR FUN", "Breaking news", "By", "By Anna Roth", "12 March 2025", "Reuters", "(AFP)",
     "©", ":", "…", "By:", "عاجل", "كتب: سامر", "写真", "Share", "- a", SAID, "Photo: x", "\u200f", "1"]
)  # fmt: skip


@given(st.lists(_LINES, min_size=1, max_size=7), st.sampled_from(["en", "ar", "de", "zh", "und"]))
def test_texts_of_any_few_lines_are_cleaned(lines, language):
    text = "\n".join(lines)
    if text.strip():
        article = Article(text)
        document, _ = making.document_of(article, making.Origin(SeedFile(Path("a")), "/a"))
        spans = making.spans_of(document, language)
        assert all(text[span.start : span.end].strip() for span in spans)


@given(st.text(max_size=60))
def test_any_short_text_is_cleaned(text):
    if text.strip():
        document, _ = making.document_of(Article(text), making.Origin(SeedFile(Path("a")), "/a"))
        making.completed(document, making.spans_of(document, "en"))


# The bar.


def test_the_reader_counts_each_byte_of_a_file_once(tmp_path):
    import zipfile

    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.txt").write_text(SAID)
    (folder / "broken.pdf").write_bytes(b"%PDF-1.4 " + bytes(3000))
    (folder / "b.jsonl").write_text("\n".join([json.dumps({"text": SAID})] * 900))
    (folder / "c.json.gz").write_bytes(gzip.compress(json.dumps({"text": SAID}).encode()))
    with zipfile.ZipFile(folder / "d.zip", "w") as packed:
        for number in range(5):
            packed.writestr(f"{number}.txt", f"{SAID} {number}")
    passed = []
    with Reader(passed=passed.append) as reader:
        for _ in reader.read_all(find_files([folder]).files):
            pass
    assert sum(passed) == sum(path.stat().st_size for path in folder.iterdir())
    assert min(passed) >= 0


def test_bytes_are_done_when_what_is_in_them_is_stored():
    with Progress(console=Console(file=io.StringIO())) as shown:
        bar = Bar(shown, shown.add_task("", total=10_000_000, rate=""))
        done = []
        bar.read(2_000_000)  # a file of records, read at once
        for _ in range(4):
            bar.taken(450_000)
            bar.stored()
            done.append(shown.tasks[0].completed)
        bar.finished(2_000_000)
        bar.stored()
        bar.read(8_000_000)  # a file with next to no text in it
        bar.taken(1)
        bar.stored()
        done.append(shown.tasks[0].completed)
        bar.finished(8_000_000)
        bar.stored()
        done.append(shown.tasks[0].completed)
    assert done[:4] == [450_000, 900_000, 1_350_000, 1_800_000]
    assert 5_000_000 < done[4] < 10_000_000 == done[5]


def test_the_time_left_counts_down_between_two_steps():
    clock = [0.0]
    with Progress(console=Console(file=io.StringIO()), get_time=lambda: clock[0]) as shown:
        task = shown.add_task("", total=100, rate="")
        column = progress._Left()
        said = []
        for second in range(0, 41, 5):
            clock[0] = second
            if second % 10 == 0 and second:
                shown.advance(task, 25)
            said.append(str(column.render(shown.tasks[0])))
    left = ["", "", *(f"0:00:{seconds:02} left" for seconds in (30, 25, 20, 15, 10, 5, 0))]
    assert said == left


RUN = """
import sys
from conftest import HashEncoder
from marsad.scripts import session
from marsad.scripts.main import main
session.load_model = lambda name, **_: HashEncoder()
sys.exit(main(sys.argv[1:]))
"""


def add_in(tmp_path, stderr):
    (tmp_path / "a.txt").write_text(SAID)
    command = [sys.executable, "-c", RUN, "--collection", tmp_path / "c", "add", tmp_path / "a.txt"]
    where = filter(None, [str(Path(__file__).parent), os.environ.get("PYTHONPATH")])
    environment = {**os.environ, "TERM": "xterm", "PYTHONPATH": os.pathsep.join(where)}
    return subprocess.run(command, stderr=stderr, stdout=subprocess.PIPE, env=environment)


def test_there_is_no_bar_unless_stderr_is_a_terminal(tmp_path):
    done = add_in(tmp_path, subprocess.PIPE)
    assert done.returncode == 0
    assert re.fullmatch(rb"1 added \(1 passages\), 0 replaced, 0 unchanged, in .* s\n", done.stderr)


def test_the_bar_goes_on_through_what_follows_reading(tmp_path):
    ours, theirs = pty.openpty()
    done = add_in(tmp_path, theirs)
    os.close(theirs)
    said = b""
    while True:
        try:
            piece = os.read(ours, 1 << 16)
        except OSError:
            break
        if not piece:
            break
        said += piece
    os.close(ours)
    assert (done.returncode, done.stdout) == (0, b"")
    for what in (b"Adding articles", b"Updating the index", b"Comparing texts", b"1 added"):
        assert what in said
