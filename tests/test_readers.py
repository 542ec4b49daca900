"""Paths to documents: what is found, what is refused, and by what words."""

import os
from pathlib import Path

import pytest
from marsad.seeds import SeedError, SeedFile, find_files, read


def test_folder_gives_text_files_in_order_with_outlets_and_counts_the_rest(tmp_path):
    for name in ("b.example/2.txt", "a.example/1.txt", "top.txt", "x.jpg", ".hidden/3.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("text")
    found = find_files([tmp_path])
    assert [(f.path.name, f.source) for f in found.files] == [
        ("top.txt", None), ("1.txt", "a.example"), ("2.txt", "b.example"),
    ]  # fmt: skip
    assert found.passed_over == {".jpg": 1}
    assert not found.problems


def test_a_file_named_twice_is_read_once(tmp_path):
    (tmp_path / "a.txt").write_text("text")
    assert len(find_files([tmp_path, tmp_path / "a.txt"]).files) == 1


def test_missing_and_empty_places_are_named(tmp_path):
    (tmp_path / "folder").mkdir()
    found = find_files([tmp_path / "folder", tmp_path / "nothing.txt"])
    assert "folder holds no files" in found.problems[0]
    assert "nothing.txt does not exist" in found.problems[1]


def test_cyclic_links_end(tmp_path):
    (tmp_path / "a.txt").write_text("text")
    (tmp_path / "again").symlink_to(tmp_path)
    assert [f.path.name for f in find_files([tmp_path]).files] == ["a.txt"]


@pytest.mark.parametrize(("content", "words"), [(b"", "is empty"), (b" \n\t", "only white space")])
def test_files_with_nothing_in_them_are_refused_by_name(tmp_path, content, words):
    (tmp_path / "a.txt").write_bytes(content)
    with pytest.raises(SeedError, match=rf"a\.txt {words}|a\.txt holds {words}"):
        read(SeedFile(tmp_path / "a.txt"))


def test_unreadable_file_is_refused_by_name(tmp_path):
    (tmp_path / "loop.txt").symlink_to(tmp_path / "loop.txt")
    with pytest.raises(SeedError, match=r"loop\.txt cannot be read"):
        read(SeedFile(tmp_path / "loop.txt"))


def test_file_with_a_name_that_is_not_utf8_is_refused_in_words_that_can_be_printed(tmp_path):
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.txt"))
    path.write_text("Some text that is long enough to be read as one.")
    (file,) = find_files([tmp_path]).files
    with pytest.raises(SeedError, match=r"caf\\xe9\.txt cannot be read: its name is not UTF-8"):
        read(file)


def test_date_in_the_name_and_title_in_the_text(tmp_path):
    path = tmp_path / "2025-03-01-flood.txt"
    path.write_text("River floods the old town\n\nThe river rose by two metres during the night.\n")
    document, warnings = read(SeedFile(path, "outlet.example"))
    assert (document.published, document.title) == ("2025-03-01", "River floods the old town")
    assert document.source == "outlet.example"
    assert not warnings


def test_no_date_is_made_up(tmp_path):
    path = tmp_path / "2025-13-45-x.txt"
    path.write_text("Some text that is long enough to be read as one.")
    assert read(SeedFile(path))[0].published is None
