"""Files to articles: order, keys, containers, streams, and processes that end when told."""

import bz2
import gzip
import hashlib
import io
import json
import lzma
import os
import signal
import subprocess
import sys
import tarfile
import time
import tracemalloc
from pathlib import Path

import pytest
import zstandard
from hostile_files import PAGE, SAID, encrypted_zip, lines, parquet, zipped
from marsad.seeds import worker
from marsad.seeds.articles import Article, Problem
from marsad.seeds.finding import SeedFile, find_files
from marsad.seeds.limits import Limits
from marsad.seeds.reading import Finished, Reader

FILES = Path(__file__).parent / "files"


def read(data, name="<stdin>", **more):
    with Reader(**more) as reader:
        return list(reader.read_bytes(data, name))


def read_file(path, **more):
    with Reader(**more) as reader:
        return [item for _, item in reader.read_all([SeedFile(path)])]


def keys(items):
    return [item.key for item in items if isinstance(item, Article)]


def texts(items):
    return [item.text for item in items if isinstance(item, Article)]


def problems(items):
    return [item.line for item in items if isinstance(item, Problem)]


def tarred(members, mode="w"):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:
        for name, data in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return out.getvalue()


def test_each_file_is_closed_by_what_is_needed_to_know_it_again(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text(SAID)
    article, end = read_file(path)
    assert article == Article(SAID)
    assert end == Finished(
        len(SAID), path.stat().st_mtime_ns, hashlib.sha256(SAID.encode()).hexdigest(), True
    )


@pytest.mark.parametrize("name", ["big.jsonl", "big.zip", "big.txt", "big.parquet"])
def test_hash_and_size_are_those_of_the_whole_file_whatever_was_read_of_it(tmp_path, name):
    path = tmp_path / name
    data = lines(20_000)
    path.write_bytes(
        {".zip": zipped({"a.jsonl": data}), ".parquet": parquet({"text": [SAID] * 9})}.get(
            path.suffix, data
        )
    )
    end = read_file(path)[-1]
    assert (end.size, end.sha256) == (
        path.stat().st_size,
        hashlib.sha256(path.read_bytes()).hexdigest(),
    )


def test_articles_come_in_the_order_of_the_files_though_pages_take_longer(tmp_path):
    names = [f"{n:02}{'.html' if n % 3 else '.txt'}" for n in range(20)]
    for name in names:
        (tmp_path / name).write_text(
            PAGE.replace("Flood", f"Flood {name}") if "html" in name else SAID
        )
    with Reader() as reader:
        came = [
            (file.path.name, type(item))
            for file, item in reader.read_all(find_files([tmp_path]).files)
        ]
    assert came == [(name, kind) for name in names for kind in (Article, Finished)]


def test_text_alone_starts_no_process(tmp_path, monkeypatch):
    monkeypatch.setattr(worker, "ProcessPool", None)
    (tmp_path / "a.txt").write_text(SAID)
    (tmp_path / "b.md").write_text(f"# Flood\n\n{SAID}")
    with Reader() as reader:
        assert len(list(reader.read_all(find_files([tmp_path]).files))) == 4


def test_keys_say_where_in_a_container_an_article_stands():
    inner = zipped({"c.txt": SAID, "d.csv": f'id,text\n7,"{SAID}"\n'})
    data = zipped(
        {
            "a/b.html": PAGE,
            "dump.jsonl": lines(2),
            "in.zip": inner,
            "e.jsonl.gz": gzip.compress(lines(1)),
        }
    )
    assert keys(read(data, "pages.zip")) == [
        "a/b.html", "dump.jsonl#id=0", "dump.jsonl#id=1", "in.zip#c.txt", "in.zip#d.csv#id=7", "e.jsonl.gz#id=0",
    ]  # fmt: skip


def test_a_packed_file_adds_nothing_to_the_key():
    assert keys(read(gzip.compress(lines(2)), "dump.jsonl.gz")) == ["id=0", "id=1"]


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress, zstandard.compress])
def test_packed_streams_are_read_even_when_several_stand_behind_each_other(pack):
    data = lines(3000)
    packed = b"".join(pack(data[start : start + 50_000]) for start in range(0, len(data), 50_000))
    assert texts(read(packed)) == [json.loads(line)["text"] for line in data.splitlines()]


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:bz2", "w:xz"])
def test_tar_is_read_from_a_stream_that_cannot_seek(mode):
    data = tarred({"a.txt": SAID.encode(), "b.html": PAGE.encode()}, mode)
    read_end, write_end = os.pipe()
    with os.fdopen(write_end, "wb") as writer:
        writer.write(data)
    with os.fdopen(read_end, "rb") as stream:
        assert keys(read(stream)) == ["a.txt", "b.html"]


@pytest.mark.parametrize(
    ("data", "count"),
    [(lines(3), 3), (SAID.encode(), 1), (PAGE.encode(), 1), (zipped({"a.txt": SAID}), 1),
     (parquet({"text": [SAID] * 5}), 5), (lines(9000), 9000), (SAID.encode("utf-16"), 1)],
)  # fmt: skip
def test_standard_input_is_told_by_its_content(data, count):
    *found, end = read(io.BytesIO(data))
    assert len(texts(found)) == count
    assert problems(found) == []
    assert end == Finished(len(data), 0, hashlib.sha256(data).hexdigest(), True)


@pytest.mark.parametrize("encoding", ["utf-8", "cp1256", "cp720", "cp437"])
def test_names_in_a_zip_are_decoded_though_it_does_not_say_how(encoding):
    name = "café.txt" if encoding == "cp437" else "فيضان النهر.txt"
    data = zipped({"N" * len(name.encode(encoding)): SAID})
    data = data.replace(b"N" * len(name.encode(encoding)), name.encode(encoding))
    assert keys(read(data, "a.zip")) == [name]


def test_names_that_come_twice_in_a_tar_get_keys_of_their_own():
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for text in (b"one", b"two"):
            entry = tarfile.TarInfo("a.txt")
            entry.size = 3
            archive.addfile(entry, io.BytesIO(text))
    items = read(out.getvalue(), "a.tar")
    assert list(zip(keys(items), texts(items), strict=True)) == [
        ("a.txt", "one"),
        ("a.txt~2", "two"),
    ]


def test_hidden_files_and_those_of_macos_are_left_out_and_pictures_are_counted():
    data = zipped({".DS_Store": "x", "__MACOSX/._a.txt": "x", ".git/a.txt": SAID, "a.txt": SAID,
                   "p.jpg": b"\xff\xd8\xff", "p.unknown": b"\x7fELF\2\1\1\0"})  # fmt: skip
    *found, end = read(data, "a.zip")
    assert keys(found) == ["a.txt"]
    assert end.is_whole
    assert end.passed_over == {".jpg": 1, ".unknown": 1}


def test_one_bad_member_stops_no_other():
    data = zipped(
        {
            "a.txt": SAID,
            "b.txt": b"",
            "c.pdf": b"\x89PNG\r\n\x1a\n....",
            "d.zip": encrypted_zip(),
            "e.txt": SAID,
        }
    )
    *found, end = read(data, "a.zip")
    assert keys(found) == ["a.txt", "e.txt"]
    assert [line.split()[0] for line in problems(found)] == [
        "a.zip#b.txt",
        "a.zip#c.pdf",
        "a.zip#d.zip#a.txt",
    ]
    assert not end.is_whole


def test_a_large_packed_file_of_records_streams():
    line = json.dumps({"id": 1, "text": SAID * 20}).encode() + b"\n"
    packed = gzip.compress(line * 20_000 + os.urandom(100_000).hex().encode())  # 37 MB
    tracemalloc.start()
    with Reader() as reader:
        count = sum(isinstance(item, Article) for item in reader.read_bytes(io.BytesIO(packed)))
        peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 20_000
    assert peak < 16_000_000


def test_a_document_larger_than_the_limit_is_named():
    *_, problem, end = read(PAGE.encode() * 1000, "a.html", limits=Limits(document=100_000))
    assert "a.html is larger than 100,000 bytes" in problem.line
    assert not end.is_whole


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_that_may_not_be_read_is_named(tmp_path):
    (tmp_path / "a.txt").touch(0)
    assert "a.txt cannot be read: Permission denied" in problems(read_file(tmp_path / "a.txt"))[0]


def test_a_pipe_that_was_named_is_not_opened(tmp_path):
    os.mkfifo(tmp_path / "pipe.txt")
    assert "neither a file nor a folder" in problems(read_file(tmp_path / "pipe.txt"))[0]


# A program without the guard that multiprocessing asks for, which also shows that it runs once.
PROGRAM = """
import sys
print("once", flush=True)
from marsad.seeds.reading import Reader
with Reader() as reader:
    print([type(item).__name__ for item in reader.read_bytes(%r, "a.html")])
""" % PAGE.encode()  # noqa: UP031
EXPECTED = "once\n['Article', 'Finished']\n"


@pytest.mark.parametrize("way", ["script", "-c", "stdin"])
def test_programs_need_no_guard_around_their_main_part(tmp_path, way):
    script = tmp_path / "script.py"
    script.write_text(PROGRAM)
    command = {"script": [str(script)], "-c": ["-c", PROGRAM], "stdin": ["-"]}[way]
    ran = subprocess.run([sys.executable, *command], input=PROGRAM if way == "stdin" else None,
                         capture_output=True, text=True, timeout=60)  # fmt: skip
    assert (ran.stdout, ran.stderr) == (EXPECTED, "")


HANGING = """
import sys
sys.path.insert(0, %r)
from marsad.seeds import contents
from marsad.seeds.reading import Reader
contents.DOCUMENTS["feed"] = "planted"
print("begun", flush=True)
with Reader() as reader:
    list(reader.read_bytes(b"<rss>HANG</rss>"))
""" % str(Path(__file__).parent)  # noqa: UP031


@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_nobody_is_left_behind(number):
    program = subprocess.Popen([sys.executable, "-c", HANGING], stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True, start_new_session=True)  # fmt: skip
    with program:
        program.stdout.readline()
        deadline = time.monotonic() + 30
        while len(of_session(program.pid)) < 3:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        time.sleep(0.7)  # until the parser hangs
        (os.killpg if number == signal.SIGINT else os.kill)(program.pid, number)
        program.wait(20)
        while of_session(program.pid):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        said = program.stderr.read()
    if number == signal.SIGINT:
        assert said.count("Traceback") == 1  # of the program itself; its workers are silent
        assert said.endswith("KeyboardInterrupt\n")


def of_session(session):
    """Return the processes of a session that have not ended."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, _, number = status.read_text().rpartition(")")[2].split()[:4]
        except OSError:
            continue
        if int(number) == session and state != "Z":
            found.append(status.parent.name)
    return found


def test_a_worker_that_dies_costs_only_its_document():
    workers = worker.Workers(Limits(seconds=4, memory=600 << 20), 2)
    try:
        asked = {
            word: workers.read("planted", word, word.encode(), word)
            for word in ("HANG", "EAT", "CRASH", "RAISE")
        }
        good = workers.read("marsad.seeds.formats.plain", "a.txt", SAID.encode(), "a.txt")
        said = {word: reading.result()[0].line for word, reading in asked.items()}
        assert good.result() == [Article(SAID)]
    finally:
        workers.stop()
    assert "HANG took longer than 4 s" in said["HANG"]
    assert "EAT needs too much memory to read (more than 600 MiB)" in said["EAT"]
    assert "CRASH made its parser crash (signal 11)" in said["CRASH"]
    assert "RAISE cannot be read: ZeroDivisionError: a reason of two lines" in said["RAISE"]


def articles_in(name):
    with Reader() as reader:
        items = [item for _, item in reader.read_all([SeedFile(FILES / name)])]
    assert items[-1].is_whole
    return {item.key: item for item in items[:-1]}


def test_archives_of_other_programs_hold_what_was_put_in():
    text = (FILES / "bridge.ar.txt").read_text()
    records = {f"dump.jsonl#{key}": a for key, a in articles_in("jq.jsonl.gz").items()}
    for name in ("info-zip.zip", "gnu-tar.tar.gz"):
        found = articles_in(name)
        assert {key.removeprefix("pages/") for key in found} == {
            "جسر.txt", "chromium-dump-dom.html", *records,
        }  # fmt: skip
        assert found["pages/جسر.txt"].text == text
        for key, article in records.items():
            assert found[f"pages/{key}"].text == article.text


@pytest.mark.parametrize("name", ["zstd.jsonl.zst", "bzip2.jsonl.bz2", "xz.jsonl.xz"])
def test_packed_records_of_other_programs_are_those_that_went_in(name):
    assert {key: a.text for key, a in articles_in(name).items()} == {
        key: a.text for key, a in articles_in("jq.jsonl.gz").items()
    }


def test_markdown_of_another_program_is_text():
    (article,) = articles_in("pandoc.md").values()
    assert article.text.startswith("# الجسر الجديد")
