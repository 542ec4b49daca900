"""Groups of a collection keep their ids from run to run, and the log says what became of them."""

import numpy as np
from marsad.index.identity import Cluster
from marsad.index.memory import Named, log, named


def groups(*members):
    middles = np.eye(26, dtype=np.float32)
    return [Named(Cluster(frozenset(m), middles[ord(m[0]) - ord("a")]), m) for m in members]


def test_ids_stay_and_only_what_changes_is_logged(empty, reopened):
    first = named(empty, "theme", groups("ab", "cd"), keep=True)
    assert [(e.run, e.event.kind) for e in log(empty, "theme")] == [(1, "new")] * 2
    again = reopened(empty)
    assert named(again, "theme", groups("cd", "ab"), keep=True) == first[::-1]
    assert len(log(again, "theme")) == 2
    grown = named(again, "theme", groups("abx", "y"), keep=True)
    assert grown[0] == first[0]
    told = {(e.run, e.event.kind, e.event.id, e.name) for e in log(again, "theme")}
    assert (2, "ended", first[1], "cd") in told
    assert (2, "new", grown[1], "y") in told


def test_a_run_on_a_part_is_named_alike_and_not_remembered(empty):
    first = named(empty, "story", groups("ab", "cd"), keep=True)
    assert named(empty, "story", groups("a"), keep=False) == [first[0]]
    assert named(empty, "story", groups("ab", "cd"), keep=True) == first
    assert len(log(empty, "story")) == 2


def test_stories_and_themes_do_not_know_of_each_other(empty):
    story = named(empty, "story", groups("ab"), keep=True)
    theme = named(empty, "theme", groups("ab"), keep=True)
    assert story[0][0] == "s"
    assert theme[0][0] == "t"
    assert len(log(empty, "story")) == len(log(empty, "theme")) == 1
