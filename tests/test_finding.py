"""Paths to files: what is found, what is passed over, and by what words."""

import os
import socket
from pathlib import Path

import pytest
from marsad.seeds.finding import SeedFile, find_files

PAGE = "<!DOCTYPE html><html><body><p>The river rose in the night.</p></body></html>"


def make(folder, *names, text="The river rose in the night.\n"):
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def names(found):
    return [file.path.name for file in found.files]


def test_folder_gives_files_in_order_with_outlets_and_counts_the_rest(tmp_path):
    make(tmp_path, "b.example/2.txt", "a.example/1.pdf", "a.example/deep/er.html", "top.txt")
    make(tmp_path, "x.jpg", ".hidden/3.txt", ".4.txt", "code.py")
    found = find_files([tmp_path])
    assert [(f.path.name, f.source) for f in found.files] == [
        ("top.txt", None), ("1.pdf", "a.example"), ("er.html", "a.example"), ("2.txt", "b.example"),
    ]  # fmt: skip
    assert found.passed_over == {".jpg": 1, ".py": 1}
    assert not found.problems


def test_files_with_unknown_endings_are_taken_for_what_is_in_them(tmp_path):
    make(tmp_path, "README", "story.news", "page.php", text=PAGE)
    (tmp_path / "data.xyz").write_bytes(b"\x7fELF\2\1\1\0" + bytes(200))
    (tmp_path / "empty.xyz").write_bytes(b"")
    found = find_files([tmp_path])
    assert names(found) == ["README", "page.php", "story.news"]
    assert found.passed_over == {".xyz": 2}


def test_a_file_that_is_named_is_taken_whatever_it_is(tmp_path):
    make(tmp_path, "x.jpg")
    assert find_files([tmp_path / "x.jpg"]).files == [SeedFile(tmp_path / "x.jpg")]


def test_what_a_browser_saves_beside_a_page_is_passed_over_quietly(tmp_path):
    make(tmp_path, "page.html", "page_files/ad.html", "page_files/style.css", "other_files/a.txt")
    found = find_files([tmp_path])
    assert names(found) == ["page.html", "a.txt"]
    assert not found.passed_over


def test_a_file_named_twice_is_read_once(tmp_path):
    make(tmp_path, "a.txt")
    assert len(find_files([tmp_path, tmp_path / "a.txt"]).files) == 1


def test_missing_and_empty_places_are_named(tmp_path):
    (tmp_path / "folder").mkdir()
    found = find_files([tmp_path / "folder", tmp_path / "nothing.txt"])
    assert "folder holds no files" in found.problems[0]
    assert "nothing.txt does not exist" in found.problems[1]


def test_cyclic_links_end(tmp_path):
    make(tmp_path, "a.txt")
    (tmp_path / "again").symlink_to(tmp_path)
    (tmp_path / "self").symlink_to(tmp_path / "self")
    assert names(find_files([tmp_path])) == ["a.txt", "self"]  # reading it says what it is


def test_pipes_and_sockets_are_never_opened(tmp_path):
    make(tmp_path, "a.txt")
    os.mkfifo(tmp_path / "pipe.txt")
    with socket.socket(socket.AF_UNIX) as listening:
        folder = os.open(tmp_path, os.O_RDONLY)
        listening.bind(f"/proc/self/fd/{folder}/socket.txt")
        os.close(folder)
        found = find_files([tmp_path])
    assert names(found) == ["a.txt"]
    assert found.passed_over == {"pipes, sockets and devices": 2}
    assert "neither a file nor a folder" in find_files([tmp_path / "pipe.txt"]).problems[0]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may list every folder")
def test_a_folder_that_may_not_be_listed_is_named(tmp_path):
    make(tmp_path, "a.txt", "closed/b.txt")
    (tmp_path / "closed").chmod(0)
    found = find_files([tmp_path])
    (tmp_path / "closed").chmod(0o700)
    assert names(found) == ["a.txt"]
    assert "closed cannot be listed: Permission denied" in found.problems[0]


def test_folder_whose_name_is_not_utf8_is_named_in_words_that_can_be_printed(tmp_path):
    strange = os.fsencode(tmp_path) + b"/caf\xe9"
    Path(os.fsdecode(strange)).mkdir()
    (line,) = find_files([os.fsdecode(strange)]).problems
    assert line.encode("utf-8").endswith(rb"caf\xe9 holds no files. Give a folder with articles.")


def test_marsadignore_leaves_out_what_it_names_and_counts_it(tmp_path):
    make(tmp_path, "a.txt", "b.tmp.txt", "drafts/c.txt", "drafts/d.txt", "sub/top.txt", "top.txt")
    make(tmp_path, ".marsadignore", text="# not these\n*.tmp.txt\ndrafts/\n/top.txt\n")
    found = find_files([tmp_path])
    assert [str(f.path.relative_to(tmp_path)) for f in found.files] == ["a.txt", "sub/top.txt"]
    assert found.ignored == 3  # a file, a folder, a file
    assert not found.passed_over


def test_a_deeper_marsadignore_goes_before(tmp_path):
    make(tmp_path, "x.txt", "keep/x.txt", "keep/deep/x.txt", "keep/deep/y.txt")
    make(tmp_path, ".marsadignore", text="x.txt\n")
    make(tmp_path, "keep/.marsadignore", text="!x.txt\n")
    make(tmp_path, "keep/deep/.marsadignore", text="y.txt\n")
    found = find_files([tmp_path])
    assert [str(f.path.relative_to(tmp_path)) for f in found.files] == [
        "keep/x.txt",
        "keep/deep/x.txt",
    ]
    assert found.ignored == 2


def test_a_marsadignore_that_cannot_be_read_is_said_and_leaves_nothing_out(tmp_path):
    make(tmp_path, "a.txt")
    (tmp_path / ".marsadignore").write_bytes(bytes(range(256)) * 8)
    found = find_files([tmp_path])
    assert names(found) == ["a.txt"]
    assert ".marsadignore is not text" in found.problems[0]
