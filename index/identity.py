"""Groups that keep their ids: those of a new run are matched to those of the last one.

What a group is called tomorrow depends on its members, then on its middle; never on the order in
which groups were found.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

EventKind = Literal["continued", "new", "split", "merged", "ended"]
# A group goes on in another if both have this share of what is left of the one, or of what was
# known before in the other; one of whose members none are left, in one whose middle is so near.
SHARED, NEAR_MIDDLE = 0.5, 0.9
# A part of a group that went elsewhere is told from this share of its members on.
TOLD = 0.25
_OVER_MEMBERS = 0.01


@dataclass(frozen=True)
class Cluster:
    """A group as it was found.

    Attributes
    ----------
    members : frozenset of str
        What is in it, by names that stay.
    middle : array, shape (d,), or None
        A unit vector.
    """

    members: frozenset[str]
    middle: np.ndarray | None = None


@dataclass(frozen=True)
class Event:
    """What became of a group.

    Attributes
    ----------
    kind : {"continued", "new", "split", "merged", "ended"}
    id : str
        The group that it is told of: of a split the one that was, of a merger the one that is no
        more.
    others : tuple of str
        Of a split the groups that its members are in now; of a merger the one they went to.
    """

    kind: EventKind
    id: str
    others: tuple[str, ...] = ()


def matched(
    previous: Mapping[str, Cluster], current: Sequence[Cluster], *, prefix: str
) -> tuple[list[str], list[Event]]:
    """Give each group the id of the one it goes on from, or a new one.

    Parameters
    ----------
    previous : mapping from id to Cluster
    current : sequence of Cluster
        No member is in two of them.
    prefix : str
        What new ids begin with; the rest is told by the members alone.

    Returns
    -------
    ids : list of str
        One for each of `current`.
    events : list of Event
        By id. Groups that go on unchanged are told too.
    """
    old = sorted(previous)
    ids: dict[int, str] = {}
    for was, now in _pairs([previous[id_] for id_ in old], current):
        ids[now] = old[was]
    taken = set(old)
    for number, cluster in enumerate(current):
        if number not in ids:
            ids[number] = _new_id(cluster, prefix, taken)
            taken.add(ids[number])
    named = [ids[number] for number in range(len(current))]
    return named, _events(previous, dict(zip(named, current, strict=True)))


def _pairs(old: Sequence[Cluster], new: Sequence[Cluster]) -> list[tuple[int, int]]:
    """Return which old group goes on in which new one, so that as much as can be stays."""
    from scipy.optimize import linear_sum_assignment  # searches shall not wait for SciPy

    shared = _shared(old, new)
    left = Counter[int]()
    known = Counter[int]()
    for (row, column), count in shared.items():
        left[row] += count
        known[column] += count
    found: list[tuple[int, int]] = []
    for rows, columns in _components(shared):
        gains = np.array(
            [[_gain(old[i], new[j], shared.get((i, j), 0)) for j in columns] for i in rows]
        )
        for i, j in zip(*linear_sum_assignment(-gains), strict=True):
            row, column = rows[i], columns[j]
            count = shared.get((row, column), 0)
            if count and count >= SHARED * min(left[row], known[column]):
                found.append((row, column))
    rest = [n for n in range(len(old)) if not left[n]]
    fresh = [n for n in range(len(new)) if not known[n]]
    return found + _by_middle(old, new, rest, fresh)


def _shared(old: Sequence[Cluster], new: Sequence[Cluster]) -> Counter[tuple[int, int]]:
    """Count the members that each old group has in common with each new one."""
    places = {member: number for number, cluster in enumerate(new) for member in cluster.members}
    return Counter(
        (number, places[member])
        for number, cluster in enumerate(old)
        for member in cluster.members
        if member in places
    )


def _components(shared: Mapping[tuple[int, int], int]) -> list[tuple[list[int], list[int]]]:
    """Return the old and new groups that hang together by members, each lot by itself."""
    if not shared:
        return []
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    rows, columns = np.array(list(shared)).T
    count = int(rows.max()) + 1
    size = count + int(columns.max()) + 1
    graph = csr_array((np.ones(len(rows)), (rows, columns + count)), shape=(size, size))
    _, labels = connected_components(graph, directed=False)
    lots: defaultdict[int, tuple[set[int], set[int]]] = defaultdict(lambda: (set(), set()))
    for row, column in shared:
        lots[labels[row]][0].add(row)
        lots[labels[row]][1].add(column)
    return [(sorted(was), sorted(now)) for was, now in lots.values()]


def _gain(old: Cluster, new: Cluster, shared: int) -> float:
    """Return what it is worth that a group goes on in another: members first, then the middle."""
    if not shared or old.middle is None or new.middle is None:
        return float(shared)
    return shared + _OVER_MEMBERS * float(old.middle @ new.middle)


def _by_middle(
    old: Sequence[Cluster], new: Sequence[Cluster], rows: list[int], columns: list[int]
) -> list[tuple[int, int]]:
    """Pair groups of which no member is left with new ones of nearly the same middle."""
    was = [(n, m) for n in rows if (m := old[n].middle) is not None]
    now = [(n, m) for n in columns if (m := new[n].middle) is not None]
    if not was or not now:
        return []
    from scipy.optimize import linear_sum_assignment

    likeness = np.stack([m for _, m in was]) @ np.stack([m for _, m in now]).T
    return [
        (was[i][0], now[j][0])
        for i, j in zip(*linear_sum_assignment(-likeness), strict=True)
        if likeness[i, j] >= NEAR_MIDDLE
    ]


def _new_id(cluster: Cluster, prefix: str, taken: set[str]) -> str:
    digest = hashlib.sha256("\n".join(sorted(cluster.members)).encode())
    while (id_ := prefix + digest.hexdigest()[:8]) in taken:
        digest.update(b"again")
    return id_


def _events(previous: Mapping[str, Cluster], current: Mapping[str, Cluster]) -> list[Event]:
    """Say what became of each old group, and which are new."""
    places = {member: id_ for id_, cluster in current.items() for member in cluster.members}
    events = []
    come_from: set[str] = set()
    for id_, cluster in sorted(previous.items()):
        went = Counter(places[member] for member in cluster.members if member in places)
        told = [other for other, count in sorted(went.items()) if count >= TOLD * went.total()]
        others = tuple(other for other in told if other != id_)
        if id_ in current:
            is_split = any(other not in previous for other in others)
            events.append(Event("split", id_, others) if is_split else Event("continued", id_))
        elif len(told) > 1:
            events.append(Event("split", id_, others))
        elif told:
            events.append(Event("merged", id_, others))
        else:
            events.append(Event("ended", id_))
        come_from.update(others)
    events += [Event("new", id_) for id_ in sorted(current.keys() - previous.keys() - come_from)]
    return events
