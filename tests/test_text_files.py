"""A file of text as it lies: what is refused, and by what words."""

import os
from pathlib import Path

import pytest
from marsad.seeds import SeedError, SeedFile, read_text


@pytest.mark.parametrize(("content", "words"), [(b"", "is empty"), (b" \n\t", "only white space")])
def test_files_with_nothing_in_them_are_refused_by_name(tmp_path, content, words):
    (tmp_path / "a.txt").write_bytes(content)
    with pytest.raises(SeedError, match=rf"a\.txt {words}|a\.txt holds {words}"):
        read_text(SeedFile(tmp_path / "a.txt"))


def test_unreadable_file_is_refused_by_name(tmp_path):
    (tmp_path / "loop.txt").symlink_to(tmp_path / "loop.txt")
    with pytest.raises(SeedError, match=r"loop\.txt cannot be read"):
        read_text(SeedFile(tmp_path / "loop.txt"))


def test_file_with_a_name_that_is_not_utf8_is_refused_in_words_that_can_be_printed(tmp_path):
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.txt"))
    path.write_text("Some text that is long enough to be read as one.")
    file = SeedFile(path)
    with pytest.raises(SeedError, match=r"caf\\xe9\.txt cannot be read: its name is not UTF-8"):
        read_text(file)


def test_date_in_the_name_and_the_outlet_of_the_folder(tmp_path):
    path = tmp_path / "2025-03-01-flood.txt"
    path.write_text("River floods the old town\n\nThe river rose by two metres during the night.\n")
    document, warnings = read_text(SeedFile(path, "outlet.example"))
    assert (document.published, document.title) == ("2025-03-01", None)
    assert document.source == "outlet.example"
    assert not warnings


def test_no_date_is_made_up(tmp_path):
    path = tmp_path / "2025-13-45-x.txt"
    path.write_text("Some text that is long enough to be read as one.")
    assert read_text(SeedFile(path))[0].published is None
