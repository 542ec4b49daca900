"""A process killed at any instant leaves a whole collection, and the next one goes on.

``MARSAD_KILLS`` sets how many kills (``make soak`` takes a hundred and more).
"""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from conftest import DIMENSION
from faults import create
from marsad.index import Collection, Model
from wholeness import assert_whole, finish_the_job, means_of, text_of

KILLS = int(os.environ.get("MARSAD_KILLS", "12"))
OPERATIONS = ("add", "remove", "index", "compact", "means", "repair")

# Small limits, so that few documents have segments merged and an IVF index built and extended.
LIMITS = """
from marsad.index import nearest, upkeep
upkeep.SMALL, upkeep.MANY_SMALL, upkeep.LARGEST = 50, 3, 80
nearest.EXACT_LIMIT, nearest.CELLS, nearest.SAMPLES_A_CELL = 40, 0.5, 40
"""

# Says what it is about to do, does it, and so on without end, until it is killed. It works
# towards one of the operations; what it has said before the last line is done.
WRITER = f"""
import json, random, sys, time
sys.path.insert(0, {str(Path(__file__).parent)!r})
from marsad.index import Collection
from wholeness import entry_of, means_of
{LIMITS}
seed, wanted = int(sys.argv[2]), sys.argv[3]
choose, began = random.Random(seed), time.monotonic()

def say(operation, **what):
    global began
    print(json.dumps(dict(operation=operation, took=time.monotonic() - began, **what)), flush=True)
    began = time.monotonic()

def once(operation):
    paths = [f"{{n}}.txt" for n in choose.sample(range(40), 5)]
    if operation == "add":
        seeds = {{path: choose.randrange(10**6) for path in paths}}
        say("add", seeds=seeds)
        collection.add([entry_of(path, seed) for path, seed in seeds.items()])
    elif operation == "remove":
        ids = [d.id for d in collection.documents() if d.path in paths]
        say("remove", paths=paths)
        collection.remove(ids)
    elif operation == "means":
        version = choose.randrange(10**6)
        say("means", version=version)
        collection.set_means(means_of(version), str(version), {{}})
    else:
        say(operation)
        dict(index=collection.save_index, compact=collection.compact, repair=collection.repair)[operation]()

with Collection.open(sys.argv[1]) as collection:
    while True:
        once("add")
        once(choose.choice(["add", "remove", "index"]))
        once(wanted)
"""


class Told:
    """What a writer has said, and so what may be in the collection after its last word."""

    def __init__(self):
        self.before, self.after = {}, {}
        self.means, self.last = ["none"], ""
        self.seconds = {}

    def hear(self, line):
        said = json.loads(line)
        if self.last:
            self.seconds[self.last] = said["took"]
        self.last = said["operation"]
        self.before = dict(self.after)
        self.means = self.means[-1:]
        if self.last == "add":
            self.after.update({path: text_of(seed) for path, seed in said["seeds"].items()})
        if self.last == "remove":
            self.after = {p: t for p, t in self.after.items() if p not in said["paths"]}
        if self.last == "means":
            self.means.append(str(said["version"]))

    def settle(self, collection):
        """Hold the collection against both; the one it is in is the one to go on from."""
        found = {d.path: collection.text(d.id) for d in collection.documents()}
        assert found in (self.before, self.after)
        version = collection.means_state.version
        assert version in self.means
        if version != "none":
            for kind, table in means_of(int(version)).items():
                held = collection.means[kind]
                assert {k: v.tolist() for k, v in held.items()} == {
                    k: v.tolist() for k, v in table.items()
                }
        self.before, self.after, self.means = found, dict(found), [version]


def kill_during(operation, folder, seed, told, choose, log):
    """Kill a writer at an instant of an operation; return which one it was in the end."""
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(folder), str(seed), operation],
        stdout=subprocess.PIPE, stderr=log, text=True,
    )  # fmt: skip
    told.last = ""
    times = choose.randint(1, 2)
    while times:
        line = writer.stdout.readline()
        assert line, Path(log.name).read_text()
        told.hear(line)
        times -= told.last == operation
    time.sleep(choose.uniform(0, told.seconds.get(operation, 0.02)))
    writer.send_signal(signal.SIGKILL)
    rest, _ = writer.communicate()
    assert writer.returncode == -signal.SIGKILL, Path(log.name).read_text()
    for line in rest.splitlines():
        told.hear(line)
    return told.last


# Makes one collection after the other.
MAKER = f"""
import sys
sys.path.insert(0, {str(Path(__file__).parent)!r})
from pathlib import Path
from faults import create
number = 0
while True:
    print(number, flush=True)
    create(Path(sys.argv[1]) / str(number)).close()
    number += 1
"""


def test_killed_while_a_collection_is_made_it_is_there_or_can_be_made(tmp_path):
    choose = random.Random(3)
    for kill in range(max(3, KILLS // 4)):
        within = tmp_path / str(kill)
        maker = subprocess.Popen(
            [sys.executable, "-c", MAKER, str(within)], stdout=subprocess.PIPE, text=True
        )
        assert maker.stdout.readline() == "0\n"
        time.sleep(choose.uniform(0, 0.05))
        maker.send_signal(signal.SIGKILL)
        rest, _ = maker.communicate()
        numbers = ["0", *rest.splitlines()]
        for number in numbers:
            folder = within / number
            assert number == numbers[-1] or Collection.is_in(folder)
            with Collection.open(folder) if Collection.is_in(folder) else create(folder) as made:
                assert_whole(made, {})
            finish_the_job(folder, {})


def test_killed_at_random_instants_nothing_is_half_done(tmp_path):
    folder = tmp_path / "collection"
    with Collection.create(folder, Model("word-hash", "1", DIMENSION), means={}, prompts={}):
        pass
    choose, told = random.Random(7), Told()
    hit = dict.fromkeys(OPERATIONS, 0)
    with (tmp_path / "log").open("w") as log:
        for kill in range(KILLS):
            wanted = OPERATIONS[kill % len(OPERATIONS)]
            hit[kill_during(wanted, folder, kill, told, choose, log)] += 1
            with Collection.open(folder) as collection:
                told.settle(collection)
                assert_whole(collection)
    print(f"{KILLS} kills during {hit}")
    if KILLS >= 60:
        assert min(hit.values()) >= KILLS // 30
    finish_the_job(folder, told.after)
