"""Ctrl-C during an add keeps what is done, and the next run goes on from there."""

import signal
import subprocess
import sys
import time
from pathlib import Path

from marsad.index import Collection, problems_of

FILES, BATCH = 60, 10

# A slow word-hash encoder in a process of its own, so that it can be interrupted.
SLOW = f"""
import sys, time
sys.path.insert(0, {str(Path(__file__).parent)!r})
from types import SimpleNamespace
from conftest import DIMENSION, hashed
from marsad.scripts import main, session, storing

class Slow:
    name, fingerprint, dimension, prompts = "word-hash", "1", DIMENSION, {{}}
    def encode_with_windows(self, texts, *, prompt, progress=None):
        time.sleep(0.15)
        print("batch", flush=True)
        return SimpleNamespace(vectors=hashed(list(texts)), windows=__import__("numpy").ones(len(texts), int))

session.load_model = lambda name, **_: Slow()
storing.BATCH = {BATCH}
main.run()
"""


def start(folder, articles):
    command = [sys.executable, "-c", SLOW, "--collection", str(folder), "add", str(articles)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_interrupted_add_goes_on_where_it_stopped(tmp_path):
    articles = tmp_path / "articles"
    articles.mkdir()
    for number in range(FILES):
        text = f"The river rose by {number} metres during the night and flooded the lower town.\n"
        (articles / f"{number:03}.txt").write_text(text)
    folder = tmp_path / "c"
    first = start(folder, articles)
    for _ in range(3):
        first.stdout.readline()
    time.sleep(0.05)
    first.send_signal(signal.SIGINT)
    _, err = first.communicate(timeout=60)
    assert first.returncode == 1
    assert "What was done is kept" in err
    with Collection.open(folder) as collection:
        done = len(collection.documents())
        assert 0 < done < FILES
        assert done % BATCH == 0
        assert problems_of(collection) == []
    second = start(folder, articles)
    _, err = second.communicate(timeout=60)
    assert second.returncode == 0
    assert f"{FILES - done} added" in err
    assert f"{done} unchanged" in err
    with Collection.open(folder) as collection:
        assert len(collection.documents()) == FILES
        assert problems_of(collection) == []
