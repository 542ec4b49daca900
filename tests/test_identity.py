"""Groups keep their ids from run to run, and what became of each is told."""

import random

import numpy as np
import pytest
from marsad.index.identity import Cluster, Event, matched


def group(*members, middle=None):
    return Cluster(frozenset(members), middle)


def run(previous, current):
    return matched(previous, current, prefix="t")


def first(*clusters):
    ids, _ = run({}, clusters)
    return dict(zip(ids, clusters, strict=True))


def test_new_ids_depend_on_the_members_alone():
    a, b = group("x", "y"), group("z")
    assert run({}, [a, b])[0] == run({}, [b, a])[0][::-1]
    assert run({}, [a])[0] == [run({}, [a, b])[0][0]]
    assert run({}, [a])[1] == [Event("new", run({}, [a])[0][0])]


def test_equal_groups_go_on_whatever_their_order():
    before = first(group("a", "b"), group("c"), group("d", "e"))
    shuffled = list(before.items())
    random.Random(1).shuffle(shuffled)
    ids, events = run(before, [cluster for _, cluster in shuffled])
    assert ids == [id_ for id_, _ in shuffled]
    assert {event.kind for event in events} == {"continued"}


def test_a_group_that_grows_or_shrinks_goes_on():
    before = first(group(*"abcdef"))
    (id_,) = before
    assert run(before, [group(*"abcdefghijklmnop")])[0] == [id_]
    assert run(before, [group("a")])[0] == [id_]


def test_of_two_that_become_one_the_larger_goes_on_and_the_other_is_merged():
    before = first(group(*"abc"), group(*"xy"))
    large, small = before
    ids, events = run(before, [group(*"abcxy")])
    assert ids == [large]
    assert events == sorted(
        [Event("continued", large), Event("merged", small, (large,))], key=lambda e: e.id
    )


def test_of_one_that_falls_apart_the_largest_part_goes_on():
    before = first(group(*"abcde"))
    (was,) = before
    ids, events = run(before, [group(*"de"), group(*"abc")])
    assert ids[1] == was
    assert events == [Event("split", was, (ids[0],))]


def test_one_that_is_gone_has_ended_and_another_is_new():
    before = first(group("a"))
    (was,) = before
    ids, events = run(before, [group("b")])
    assert set(events) == {Event("ended", was), Event("new", ids[0])}


def test_where_no_member_is_left_the_middle_tells():
    middle = np.array([1.0, 0.0], np.float32)
    before = first(group("a", middle=middle), group("b", middle=middle[::-1]))
    ids, events = run(before, [group("n", middle=middle), group("b", middle=middle[::-1])])
    assert set(ids) == set(before)
    assert {event.kind for event in events} == {"continued"}


def test_an_id_is_never_given_twice():
    before = {run({}, [group("a")])[0][0]: group("z")}
    ids, _ = run(before, [group("z"), group("a")])
    assert len(set(ids)) == 2


@pytest.mark.parametrize("seed", range(5))
def test_the_ids_keep_as_many_members_as_any_other_choice(seed):
    from itertools import permutations

    chance = random.Random(seed)
    members = range(30)
    old = [chance.randrange(4) for _ in members]
    new = [label if chance.random() < 0.85 else chance.randrange(4) for label in old]

    def clusters(labels):
        return [
            group(*(str(m) for m in members if labels[m] == label)) for label in sorted(set(labels))
        ]

    before, current = first(*clusters(old)), clusters(new)
    ids, _ = run(before, current)

    def kept(names):
        return sum(
            len(before[name].members & cluster.members)
            for name, cluster in zip(names, current, strict=True)
            if name in before
        )

    assert kept(ids) == max(kept(order) for order in permutations(list(before), len(current)))


def test_many_small_groups_are_matched_in_bounded_time():
    clusters = [group(*(f"{n}.{m}" for m in range(4))) for n in range(20_000)]
    before = first(*clusters)
    ids, _ = run(before, clusters[::-1])
    assert ids == list(before)[::-1]
