"""One process writes, many read: a second writer waits, and readers are never led astray.

``MARSAD_SECONDS`` sets how long readers read beside a writer.
"""

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from conftest import DIMENSION, entry, hashed
from marsad.index import Collection, CollectionError, Model, collection
from wholeness import assert_whole, entry_of, means_of

HERE = str(Path(__file__).parent)
SECONDS = float(os.environ.get("MARSAD_SECONDS", "5"))
# What is never changed, and words that stand nowhere else.
STILL = "An astronomer photographed a comet above the observatory in the desert."
# What is replaced again and again, and so is in every state.
CHANGED = 12

HOLDER = f"""
import sys
sys.path.insert(0, {HERE!r})
from marsad.index import Collection
with Collection.open(sys.argv[1]) as collection, collection.writing():
    print("held", flush=True)
    sys.stdin.readline()
"""

WRITER = f"""
import random, sys
sys.path.insert(0, {HERE!r})
from marsad.index import Collection, nearest, upkeep
from wholeness import entry_of, means_of
upkeep.SMALL, upkeep.MANY_SMALL, upkeep.LARGEST = 50, 3, 80
nearest.EXACT_LIMIT, nearest.CELLS, nearest.SAMPLES_A_CELL = 40, 0.5, 40
choose = random.Random(1)
counts = dict.fromkeys(("add", "remove", "save_index", "compact", "repair"), 0)
print("ready", flush=True)
import threading
stopped = threading.Event()
threading.Thread(target=lambda: (sys.stdin.readline(), stopped.set()), daemon=True).start()
with Collection.open(sys.argv[1]) as collection:
    while not stopped.is_set():
        what = choose.choices(list(counts), (6, 2, 2, 1, 1))[0]
        counts[what] += 1
        if what == "add":
            chosen = choose.sample(range({CHANGED}), 3)
            collection.add([entry_of(f"changed{{n}}.txt", choose.randrange(100)) for n in chosen])
            collection.add([entry_of(f"passing{{choose.randrange(9)}}.txt", choose.randrange(100))])
        elif what == "remove":
            passing = [d.id for d in collection.documents() if d.path.startswith("passing")]
            collection.remove(passing[:3])
        else:
            getattr(collection, what)()
        if choose.random() < 0.1:
            version = choose.randrange(10**6)
            collection.set_means(means_of(version), str(version), {{}})
print(counts)
"""

# Compares every answer with what must be in it, whatever the state.
READER = f"""
import logging, sys, time
sys.path.insert(0, {HERE!r})
from conftest import hashed
from marsad.index import Collection, centred, search
from test_processes import CHANGED, STILL
from wholeness import text_of
lines = {{line for seed in range(100) for line in text_of(seed).split("\\n")}} | {{STILL}}
still = {{f"still{{n}}.txt" for n in range(3)}}
always = {{f"changed{{n}}.txt" for n in range(CHANGED)}}
paths = lambda hits: {{hit.passage.document.path for hit in hits}}
answers, end = 0, time.monotonic() + {SECONDS}
collection = Collection.open(sys.argv[1])
while time.monotonic() < end:
    if answers % 20 == 0:
        collection.close()
        collection = Collection.open(sys.argv[1])
    query = centred(hashed([STILL]), ["en"], collection.means["query"])[0]
    assert paths(search(collection, None, query="comet observatory", mode="keyword", fold=False)) == still
    found = search(collection, query, query=STILL, fold=False, k=3)
    assert paths(found) == still, found
    (folded,) = search(collection, query, query='"comet above"')
    assert folded.copies.count == 2
    for mode in ("keyword", "dense"):
        hits = search(collection, query, query="report named", mode=mode, fold=False, k=1000)
        assert always <= paths(hits), always - paths(hits)
        assert {{hit.passage.text for hit in hits}} <= lines
    rows, scores = collection.nearest(query, 1000)
    assert len(rows) == len(set(rows.tolist()))
    answers += 1
print(answers)
"""


@pytest.fixture
def folder(tmp_path):
    """The folder of a collection with documents that stay, and others."""
    model = Model("word-hash", "1", DIMENSION)
    with Collection.create(tmp_path / "c", model, means=means_of(0), prompts={}) as made:
        made.add([entry(f"still{n}.txt", STILL) for n in range(3)])
        made.add([entry_of(f"changed{n}.txt", n) for n in range(CHANGED)])
        made.save_index()
    return made.folder


def start(script, folder):
    return subprocess.Popen(
        [sys.executable, "-c", script, str(folder)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def test_second_writer_waits_and_is_told_when_it_takes_too_long(folder, monkeypatch):
    monkeypatch.setattr(collection, "_LOCK_SECONDS", 0.3)
    holder = start(HOLDER, folder)
    assert holder.stdout.readline() == "held\n"
    with Collection.open(folder) as second:
        began = time.monotonic()
        with pytest.raises(CollectionError, match=r"c is being written by another process\. Try"):
            second.add([entry_of("new.txt", 1)])
        assert time.monotonic() - began >= 0.3
        assert len(second.documents()) == 3 + CHANGED
    holder.communicate("\n")


def test_second_writer_goes_on_when_the_first_is_done(folder):
    holder = start(HOLDER, folder)
    assert holder.stdout.readline() == "held\n"
    threading.Timer(0.3, holder.stdin.write, ["\n"]).start()
    threading.Timer(0.31, holder.stdin.flush).start()
    with Collection.open(folder) as second:
        began = time.monotonic()
        second.add([entry_of("new.txt", 1)])
        assert time.monotonic() - began > 0.2
        assert "new.txt" in {d.path for d in second.documents()}
    holder.communicate()


def test_reader_does_not_wait_for_a_writer(folder):
    holder = start(HOLDER, folder)
    assert holder.stdout.readline() == "held\n"
    with Collection.open(folder) as reader:
        began = time.monotonic()
        assert len(reader.nearest(hashed([STILL])[0], 3)[0]) == 3
        assert time.monotonic() - began < 5
    holder.communicate("\n")


def test_two_processes_that_write_at_once_both_get_everything_in(folder):
    script = f"""
import sys
sys.path.insert(0, {HERE!r})
from marsad.index import Collection
from wholeness import entry_of
name = sys.stdin.readline().strip()
with Collection.open(sys.argv[1]) as collection:
    for n in range(8):
        collection.add([entry_of(f"{{name}}{{n}}.txt", n)])
        collection.save_index()
"""
    writers = [start(script, folder) for _ in range(2)]
    for name, writer in zip("ab", writers, strict=True):
        writer.stdin.write(f"{name}\n")
        writer.stdin.flush()
    for writer in writers:
        _, err = writer.communicate()
        assert (writer.returncode, err) == (0, "")
    with Collection.open(folder) as both:
        found = {d.path for d in both.documents()}
        assert {f"{name}{n}.txt" for name in "ab" for n in range(8)} <= found
        both.save_index()
        assert_whole(both)


def test_readers_beside_a_writer_get_no_error_and_no_wrong_answer(folder):
    writer = start(WRITER, folder)
    assert writer.stdout.readline() == "ready\n"
    readers = [start(READER, folder) for _ in range(2)]
    for reader in readers:
        out, err = reader.communicate()
        assert (reader.returncode, err) == (0, "")
        assert int(out) > 10
    _, err = writer.communicate("\n")
    assert writer.returncode == 0, err
    with Collection.open(folder) as after:
        assert {d.path for d in after.documents()} >= {f"changed{n}.txt" for n in range(CHANGED)}
        assert_whole(after)
