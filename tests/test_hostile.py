"""Files that are made to harm, broken or odd: each ends in a clear line, and the rest goes in."""

import os
import re
import resource
import time
from pathlib import Path

import hostile_files
import pytest
from marsad.seeds import contents
from marsad.seeds.articles import Article, Problem
from marsad.seeds.finding import SeedFile, find_files
from marsad.seeds.limits import Limits
from marsad.seeds.reading import Finished, Reader

LIMITS = Limits(seconds=6, memory=1 << 30)
# How much the reading process itself may grow.
MEMORY = 700 << 20


@pytest.fixture(scope="module")
def bad():
    return hostile_files.bad()


@pytest.fixture(scope="module")
def outcome(tmp_path_factory, bad):
    """What came of each file, by its name, all read in one go."""
    folder = tmp_path_factory.mktemp("hostile")
    for name, data in hostile_files.good().items():
        (folder / name).write_bytes(data)
    for name, (data, _, _) in bad.items():
        (folder / name).write_bytes(data)
    (folder / "around").symlink_to(folder)
    (folder / "self.txt").symlink_to(folder / "self.txt")
    os.mkfifo(folder / "pipe.txt")
    (folder / os.fsdecode(b"caf\xe9.txt")).write_text(hostile_files.SAID)
    outcome = {}
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()
    with pytest.MonkeyPatch.context() as patch, Reader(limits=LIMITS) as reader:
        patch.setitem(contents.DOCUMENTS, "feed", "planted")
        for file, item in reader.read_all(find_files([folder]).files):
            outcome.setdefault(file.path.name, []).append(item)
    outcome["seconds"] = time.monotonic() - began
    outcome["memory"] = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) << 10
    return outcome


def of(items, kind):
    return [item for item in items if isinstance(item, kind)]


def test_there_are_sixty_and_more(bad):
    assert len(bad) >= 60


def test_the_good_ones_all_came(outcome):
    for name in hostile_files.good():
        *found, end = outcome[name]
        assert [hostile_files.SAID in article.text for article in of(found, Article)] == [True], (
            name
        )
        assert isinstance(end, Finished)
        assert end.is_whole


@pytest.mark.parametrize("name", hostile_files.bad())
def test_each_ends_in_a_clear_line_or_in_a_document(outcome, bad, name):
    _, pattern, count = bad[name]
    *found, end = outcome[name]
    lines = [problem.line for problem in of(found, Problem)]
    came = of(found, Article)
    assert end.is_whole == (not lines)
    assert lines or came, "nothing was said and nothing came"
    assert count in (-1, len(came)), came
    for line in lines:
        assert name in line
        assert "\n" not in line
        assert len(line) < 600
        assert "Traceback" not in line
    if pattern == "" and count > 0:
        assert not lines
    elif pattern:
        assert any(re.search(pattern, line) for line in lines), lines


def test_what_came_before_a_break_is_kept(outcome):
    assert len(of(outcome["half.jsonl.gz"], Article)) > 100
    assert [a.text for a in of(outcome["claims.txt.gz"], Article)] == [hostile_files.SAID]
    assert of(outcome["truncated.tar"], Article)[0].key == "first.txt"


def test_text_with_doubtful_bytes_comes_with_a_warning(outcome):
    for name in ("nul.txt", "latin1.txt", "utf16.txt"):
        (article,) = of(outcome[name], Article)
        assert article.warnings, name


def test_nothing_outside_the_file_is_read(outcome):
    for name, items in outcome.items():
        for article in of(items, Article) if isinstance(items, list) else ():
            assert "root:" not in article.text, name


def test_links_and_names_that_cannot_be_read_are_named(outcome):
    assert "self.txt cannot be read" in outcome["self.txt"][0].line
    assert (
        r"caf\xe9.txt cannot be read: its name is not UTF-8"
        in outcome[os.fsdecode(b"caf\xe9.txt")][0].line
    )
    assert "pipe.txt" not in outcome


def test_nothing_is_written_where_names_in_archives_point():
    assert not Path("/tmp/absolute.txt").exists()


def test_time_and_memory_stay_bounded(outcome):
    assert outcome["seconds"] < 50
    assert outcome["memory"] < MEMORY


def test_an_archive_may_not_unpack_to_more_than_all_that_is_allowed(tmp_path):
    path = tmp_path / "many.zip"
    path.write_bytes(
        hostile_files.zipped({f"{n}.txt": f"{n} {hostile_files.SAID}" for n in range(99)})
    )
    with Reader(limits=Limits(unpacked=1000)) as reader:
        *found, end = [item for _, item in reader.read_all([SeedFile(path)])]
    assert len(of(found, Article)) == 10
    (problem,) = of(found, Problem)
    assert re.search(r"many\.zip#\d+\.txt unpacks to more than 1,000 bytes", problem.line)
    assert not end.is_whole


def test_an_archive_may_not_hold_more_files_than_allowed(tmp_path):
    path = tmp_path / "many.zip"
    path.write_bytes(hostile_files.zipped({f"{n}.txt": hostile_files.SAID for n in range(99)}))
    with Reader(limits=Limits(members=50)) as reader:
        found = [item for _, item in reader.read_all([SeedFile(path)])]
    assert len(of(found, Article)) == 50
    (problem,) = of(found, Problem)
    assert "many.zip holds more than 50 files" in problem.line


def test_a_zip_with_a_list_that_would_fill_the_memory_is_not_opened(tmp_path):
    path = tmp_path / "list.zip"
    path.write_bytes(hostile_files.zipped({f"{n}.txt": "" for n in range(99)}))
    with Reader(limits=Limits(members=10)) as reader:
        (problem, end) = [item for _, item in reader.read_all([SeedFile(path)])]
    assert "list.zip holds more than 10 files" in problem.line
    assert not end.is_whole
