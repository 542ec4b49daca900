"""A collection on a disk that cannot be written is read as ever, and a write is told in a line."""

import errno
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import DIMENSION
from marsad.index import Collection, Model, schema
from wholeness import assert_answers, entry_of, means_of

HERE = str(Path(__file__).parent)
OWN_MOUNTS = ["unshare", "--user", "--map-root-user", "--mount"]
# Makes the folder $0 a read-only file system, then runs what follows.
READ_ONLY = 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && exec "$@"'

# Leaves the log of the database as a process does that is killed.
UNFINISHED = f"""
import os, sys
sys.path.insert(0, {HERE!r})
from marsad.index import Collection
from wholeness import entry_of
collection = Collection.open(sys.argv[1])
collection.add([entry_of("later.txt", 77)])
os._exit(0)
"""

# Runs commands one after the other; prints the code, stdout and stderr of each.
COMMANDS = f"""
import contextlib, io, json, sys
sys.path.insert(0, {HERE!r})
from conftest import HashEncoder
from marsad.scripts import main, session
from marsad.index import Collection
from wholeness import assert_answers
session.load_model = lambda name, **_: HashEncoder()
folder, commands = sys.argv[1], json.loads(sys.argv[2])
results = []
for arguments in commands:
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = main.main(["--collection", folder, *arguments])
        except SystemExit as leaving:
            code = leaving.code
    results.append((code, out.getvalue(), err.getvalue()))
with Collection.open(folder) as collection:
    assert_answers(collection)
print(json.dumps(results))
"""


@pytest.fixture
def folder(tmp_path):
    """The folder of a collection with all its derived files."""
    model = Model("word-hash", "1", DIMENSION)
    made = Collection.create(tmp_path / "c", model, means=means_of(0), prompts={})
    with made as collection:
        for n in range(1, 6):
            collection.add([entry_of(f"{n}.txt", n)])
        collection.remove([collection.documents()[0].id])
        collection.save_index()
        collection.add([entry_of("tail.txt", 9)])
    return made.folder


def on_a_read_only_disk(folder, *commands):
    """Run commands on it where nobody can write; return (code, stdout, stderr) of each."""
    before = state_of(folder)
    words = [*OWN_MOUNTS, "sh", "-c", READ_ONLY, str(folder)]
    if subprocess.run([*words, "true"], capture_output=True).returncode:
        pytest.skip("no file system can be mounted here")
    script = [sys.executable, "-c", COMMANDS, str(folder), json.dumps(commands)]
    done = subprocess.run([*words, *script], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert state_of(folder) == before
    return [*json.loads(done.stdout), done.stderr]


def state_of(folder):
    return {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_it_is_searched_described_checked_and_exported(folder, tmp_path):
    *results, told = on_a_read_only_disk(
        folder,
        ["search", "the river and the clinic"],
        ["search", "--mode", "keyword", "river measles"],
        ["info"],
        ["check"],
        ["export", "--output", str(tmp_path / "out"), "--format", "jsonl"],
    )
    for code, _, err in results:
        assert code == 0, err
    assert all(out for _, out, _ in results[:4])
    assert told == ""
    assert len((tmp_path / "out" / "documents.jsonl").read_text().splitlines()) == 5


@pytest.mark.parametrize("command", ["add", "remove", "compact", "repair"])
def test_a_write_says_in_one_line_that_it_cannot_be_written(folder, tmp_path, command):
    (tmp_path / "new.txt").write_text("The river rose by two metres during the night.\n")
    with Collection.open(folder) as collection:
        document = collection.documents()[0].id
    arguments = {
        "add": ["add", str(tmp_path / "new.txt")],
        "remove": ["remove", "--yes", document],
        "compact": ["compact"],
    }.get(command)
    if arguments is None:  # there must be something to repair
        shutil.rmtree(folder / "derived")
        arguments = ["check", "--repair"]
    (code, _, err), _ = on_a_read_only_disk(folder, arguments)
    assert code == 1
    last = err.splitlines()[-1]
    assert last.startswith(f"marsad: {folder} cannot be written: ")
    assert "Traceback" not in err
    if command != "repair":
        assert err.splitlines() == [last]


def test_what_was_written_last_is_read_from_the_log_of_a_killed_process(folder):
    subprocess.run([sys.executable, "-c", UNFINISHED, str(folder)], check=True)
    assert (folder / "marsad.sqlite-wal").stat().st_size > 0
    (code, out, _), _ = on_a_read_only_disk(folder, ["info", "--format", "json"])
    assert code == 0
    assert json.loads(out)["documents"] == 6


def test_a_log_that_cannot_be_read_there_is_told_with_what_to_do(folder):
    subprocess.run([sys.executable, "-c", UNFINISHED, str(folder)], check=True)
    (folder / "marsad.sqlite-shm").unlink()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(schema, "is_writable", lambda _: False)
        with pytest.raises(schema.CollectionError, match=r"sqlite-wal\. Copy the collection"):
            Collection.open(folder)
    with Collection.open(folder) as collection:
        assert len(collection.documents()) == 6


def test_missing_derived_files_change_no_answer_and_are_not_made_anew(folder):
    shutil.rmtree(folder / "derived")
    (code, _, err), told = on_a_read_only_disk(folder, ["search", "--mode", "keyword", "river"])
    assert code == 0
    assert "missing or damaged" in err + told
    assert not (folder / "derived").exists()


@pytest.mark.parametrize("missing", [False, True])
def test_a_folder_without_the_right_to_write_is_read_and_not_written(folder, missing, monkeypatch):
    # The rights do not bind root, so they are taken away where they are asked for.
    if missing:
        shutil.rmtree(folder / "derived")
    before = state_of(folder)
    monkeypatch.setattr(schema, "is_writable", lambda _: False)
    with Collection.open(folder) as collection:
        assert_answers(collection)
        with pytest.raises(schema.CollectionError, match=f"{folder} cannot be written: "):
            collection.add([entry_of("new.txt", 5)])
        with pytest.raises(schema.CollectionError, match=f"{folder} cannot be written: "):
            collection.save_index()
    assert state_of(folder) == before


def test_a_folder_that_may_not_be_written_cannot_be_made_a_collection(tmp_path, monkeypatch):
    def refused(path, **_):
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr(Path, "mkdir", refused)
    with pytest.raises(schema.CollectionError, match=r"c cannot be made: .* Check its permissions"):
        Collection.create(tmp_path / "c", Model("m", "1", 3), means={}, prompts={})
