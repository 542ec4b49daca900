"""What groups were called in the last run, so that they keep their ids, and what became of them."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from .collection import Collection
from .identity import Cluster, Event, matched

GroupKind = Literal["story", "theme"]
_PREFIXES: dict[GroupKind, str] = {"story": "s", "theme": "t"}


@dataclass(frozen=True)
class Named:
    """A group as it was found, and what it is called."""

    cluster: Cluster
    name: str


@dataclass(frozen=True)
class Logged:
    """What became of a group in a run; runs are numbered from 1."""

    run: int
    event: Event
    name: str


def named(
    collection: Collection, kind: GroupKind, groups: Sequence[Named], *, keep: bool
) -> list[str]:
    """Return the id of each group: that of the last run where it goes on from one.

    Parameters
    ----------
    collection : Collection
    kind : {"story", "theme"}
    groups : sequence of Named
    keep : bool
        Whether this run is the one that the next is compared with, and its events are logged.
        A run on a part of the collection should not be.
    """
    previous = _previous(collection, kind)
    ids, events = matched(previous, [group.cluster for group in groups], prefix=_PREFIXES[kind])
    if keep:
        current = dict(zip(ids, groups, strict=True))
        changed = previous.keys() != current.keys() or any(
            previous[id_].members != group.cluster.members for id_, group in current.items()
        )
        if changed:
            _keep(collection, kind, current, events)
    return ids


def log(collection: Collection, kind: GroupKind) -> list[Logged]:
    """Return what became of groups, run by run; those that just went on are not told."""
    found = collection.query(
        "SELECT run, event, id, others, name FROM group_events WHERE kind = ? ORDER BY number",
        (kind,),
    )
    return [
        Logged(run, Event(event, id_, tuple(json.loads(others))), name)
        for run, event, id_, others, name in found
    ]


def _previous(collection: Collection, kind: GroupKind) -> dict[str, Cluster]:
    members: defaultdict[str, set[str]] = defaultdict(set)
    for member, id_ in collection.query(
        "SELECT member, id FROM group_members WHERE kind = ?", (kind,)
    ):
        members[id_].add(member)
    return {
        id_: Cluster(frozenset(members[id_]), np.frombuffer(middle, "<f4"))
        for id_, middle in collection.query("SELECT id, middle FROM groups WHERE kind = ?", (kind,))
    }


def _keep(
    collection: Collection, kind: GroupKind, current: dict[str, Named], events: Sequence[Event]
) -> None:
    with collection.writing() as connection:
        connection.execute("BEGIN IMMEDIATE")
        names = dict(connection.execute("SELECT id, name FROM groups WHERE kind = ?", (kind,)))
        names.update((id_, group.name) for id_, group in current.items())
        sql = "SELECT ifnull(max(run), 0) + 1 FROM group_events WHERE kind = ?"
        run = connection.execute(sql, (kind,)).fetchone()[0]
        for table in ("groups", "group_members"):
            connection.execute(f"DELETE FROM {table} WHERE kind = ?", (kind,))
        connection.executemany(
            "INSERT INTO groups VALUES (?, ?, ?, ?)",
            [(kind, id_, g.name, _bytes(g.cluster)) for id_, g in current.items()],
        )
        connection.executemany(
            "INSERT INTO group_members VALUES (?, ?, ?)",
            [(kind, m, id_) for id_, g in current.items() for m in sorted(g.cluster.members)],
        )
        connection.executemany(
            "INSERT INTO group_events (run, kind, event, id, others, name) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            [
                (run, kind, e.kind, e.id, json.dumps(e.others), names.get(e.id, ""))
                for e in events
                if e.kind != "continued"
            ],
        )
        connection.execute("COMMIT")


def _bytes(cluster: Cluster) -> bytes:
    middle = np.zeros(0) if cluster.middle is None else cluster.middle
    return np.asarray(middle, "<f4").tobytes()
