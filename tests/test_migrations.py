"""A collection of every earlier format opens, answers as it did, and is then of this format.

`formats/README.md` says which marsad wrote them, and how.
"""

import json
import multiprocessing
import shutil
import sqlite3
from pathlib import Path

import numpy as np
import pytest
from conftest import DIMENSION
from marsad.index import Collection, CollectionError, Model, schema
from wholeness import assert_no_strays, assert_whole, entry_of, text_of

FORMATS = Path(__file__).parent / "formats"


@pytest.fixture(params=[1, 2, 3])
def earlier(request, tmp_path):
    """The folder of a collection as an earlier format left it, and what it answered then."""
    stored, folder = FORMATS / str(request.param), tmp_path / "collection"
    shutil.copytree(stored, folder)
    connection = sqlite3.connect(folder / schema.DATABASE)
    connection.executescript((stored / "database.sql").read_text())
    connection.execute("PRAGMA journal_mode = WAL")
    connection.close()
    (folder / "database.sql").unlink()
    answers = json.loads((folder / "answers.json").read_text())
    (folder / "answers.json").unlink()
    return folder, answers


def tables(folder):
    connection = sqlite3.connect(folder / schema.DATABASE)
    found = connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_master").fetchall()
    version = connection.execute("PRAGMA user_version").fetchone()
    connection.close()
    return sorted(found), version


def test_it_answers_as_before_and_its_tables_are_those_of_a_new_one(earlier, tmp_path):
    folder, answers = earlier
    with Collection.open(folder) as collection:
        assert_whole(collection, answers["texts"])
        for text, expected in answers["nearest"].items():
            (row,) = [p.row for p in collection.passages() if p.text == text]
            found, scores = collection.nearest(collection.vectors([row])[0], len(expected))
            assert found.tolist() == [row for row, _ in expected]
            assert np.allclose(scores, [score for _, score in expected], atol=1e-4)
    model = Model("word-hash", "1", DIMENSION)
    with Collection.create(tmp_path / "new", model, means={}, prompts={}):
        pass
    assert tables(folder) == tables(tmp_path / "new")


def test_what_an_earlier_format_derived_is_swept_when_it_is_made_anew(earlier):
    folder, answers = earlier
    with Collection.open(folder) as collection:
        collection.add([entry_of("new.txt", 3)])
        collection.save_index()
        assert_whole(collection, {**answers["texts"], "new.txt": text_of(3)})
        assert_no_strays(collection)


def opened(folder, together):
    together.wait()
    with Collection.open(folder) as collection:
        return [d.path for d in collection.documents()]


def test_processes_that_open_it_at_once_all_find_it_in_this_format(earlier):
    folder, answers = earlier
    context = multiprocessing.get_context("spawn")
    with context.Manager() as manager, context.Pool(3) as pool:
        together = manager.Barrier(3)
        found = pool.starmap(opened, [(folder, together)] * 3, chunksize=1)
    assert found == [sorted(answers["texts"])] * 3
    assert tables(folder)[1] == (schema.FORMAT,)


def test_a_migration_that_fails_leaves_the_earlier_format(earlier, monkeypatch):
    folder, answers = earlier
    before = tables(folder)
    broken = {
        step: sql + "CREATE TABLE gone (no TEXT);" for step, sql in schema._MIGRATIONS.items()
    }
    with monkeypatch.context() as patch:
        patch.setattr(schema, "_MIGRATIONS", broken)
        with pytest.raises(CollectionError, match=r"marsad\.sqlite cannot be used: .*gone"):
            Collection.open(folder)
    assert tables(folder) == before
    with Collection.open(folder) as collection:
        assert_whole(collection, answers["texts"])


def test_where_it_cannot_be_written_it_says_so_and_what_to_do(earlier, monkeypatch):
    folder, _ = earlier
    monkeypatch.setattr(schema, "is_writable", lambda _: False)
    with pytest.raises(CollectionError, match=r"has format \d and must be .* Copy the collection"):
        Collection.open(folder)


def test_a_newer_format_is_refused(tmp_path):
    with Collection.create(
        tmp_path / "c", Model("word-hash", "1", DIMENSION), means={}, prompts={}
    ) as made:
        made.add([entry_of("a.txt", 1)])
    connection = sqlite3.connect(tmp_path / "c" / schema.DATABASE)
    connection.execute(f"PRAGMA user_version = {schema.FORMAT + 1}")
    connection.close()
    newer = rf"has format {schema.FORMAT + 1}; this marsad reads up to {schema.FORMAT}\. Update"
    with pytest.raises(CollectionError, match=newer):
        Collection.open(tmp_path / "c")
