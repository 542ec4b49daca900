"""A process killed at any instant leaves a whole collection, and the next one goes on.

``MARSAD_KILLS`` sets how many kills (``make soak`` takes a hundred and more).
"""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from conftest import DIMENSION, entry
from marsad.index import Collection, Model, problems_of

KILLS = int(os.environ.get("MARSAD_KILLS", "12"))
DOCUMENTS = 40

# Adds, replaces, removes and indexes without end, until it is killed.
WRITER = f"""
import random, sys
sys.path.insert(0, {str(Path(__file__).parent)!r})
from conftest import entry
from marsad.index import Collection
seed = int(sys.argv[2])
choose = random.Random(seed)
line = "The river rose by {{}} metres in {{}} and flooded the lower part of the town."
with Collection.open(sys.argv[1]) as collection:
    print("ready", flush=True)
    while True:
        numbers = choose.sample(range({DOCUMENTS}), 5)
        text = lambda n: "\\n".join(line.format(seed, n + m) for m in range(choose.randint(1, 6)))
        collection.add([entry(f"{{n}}.txt", text(n)) for n in numbers])
        if choose.random() < 0.4:
            documents = collection.documents()
            collection.remove([d.id for d in choose.sample(documents, min(3, len(documents)))])
        if choose.random() < 0.5:
            collection.save_index()
"""


def test_killed_at_random_instants_nothing_is_half_done(tmp_path):
    folder = tmp_path / "collection"
    with Collection.create(folder, Model("word-hash", "1", DIMENSION), means={}, prompts={}):
        pass
    choose = random.Random(7)
    for kill in range(KILLS):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(folder), str(kill)],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert writer.stdout.readline() == "ready\n"
        time.sleep(choose.uniform(0, 0.4))
        writer.send_signal(signal.SIGKILL)
        writer.communicate()
        with Collection.open(folder) as collection:
            assert problems_of(collection) == []
            for document in collection.documents():
                text = collection.text(document.id)
                passages = [p for p in collection.passages() if p.document.id == document.id]
                assert [p.text for p in passages] == text.split("\n")
            rows = collection.rows()
            if len(rows):
                found, _ = collection.nearest(collection.vectors(rows[:1])[0], len(rows))
                assert sorted(found.tolist()) == rows.tolist()
    with Collection.open(folder) as collection:
        collection.add([entry("after.txt", "The river fell again and the town dried its streets.")])
        collection.save_index()
        named = {name for (name,) in collection.query("SELECT name FROM segments")}
        assert {path.name for path in (folder / "segments").iterdir()} == named
        assert len(list((folder / "derived").glob("*.faiss*"))) == 1
