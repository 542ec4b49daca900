"""Stories: small hand-made vectors, and brute force for neighbours and for joining."""

import inspect
from itertools import combinations

import numpy as np
import pytest
from marsad.index import neighbours, stories
from marsad.index.neighbours import nearest_among, neighbour_graph
from marsad.index.stories import StoryChange, StoryClusterer
from marsad.index.story_merging import Sums, merge
from marsad.index.story_rows import Background
from marsad.index.vectors import unit_rows
from sklearn.base import clone
from sklearn.utils.estimator_checks import parametrize_with_checks

DIMENSION = 256
rng = np.random.default_rng


def events(count, seed=0):
    """Return vectors that have little to do with each other, a row each."""
    return unit_rows(rng(seed).normal(size=(count, DIMENSION)))


def told(event, times, seed=1, noise=0.03):
    """Return one event told so many times: similarity about 0.8."""
    return unit_rows(event + noise * rng(seed).normal(size=(times, DIMENSION)))


def pile(count=12, times=4):
    """Return (vectors, stories): every event told some times, in mixed order."""
    X = np.concatenate([told(event, times, seed) for seed, event in enumerate(events(count))])
    order = rng(9).permutation(len(X))
    return X[order], np.repeat(np.arange(count), times)[order]


def groups(labels):
    return {tuple(np.flatnonzero(labels == label)) for label in np.unique(labels)}


@parametrize_with_checks([StoryClusterer()])
def test_it_is_an_estimator_like_any_other(estimator, check):
    check(estimator)


def test_events_told_several_times_are_found():
    X, truth = pile()
    assert groups(StoryClusterer().fit_predict(X)) == groups(truth)


def test_order_of_the_input_does_not_matter():
    X, _ = pile()
    labels = StoryClusterer().fit_predict(X)
    backwards = StoryClusterer().fit_predict(X[::-1])[::-1]
    assert groups(labels) == groups(backwards)


def test_stories_are_numbered_as_they_first_occur():
    labels = StoryClusterer().fit_predict(pile()[0])
    firsts = [int(np.flatnonzero(labels == label)[0]) for label in range(labels.max() + 1)]
    assert firsts == sorted(firsts)


def test_equal_input_gives_equal_output():
    X, _ = pile()
    assert np.array_equal(StoryClusterer().fit_predict(X), StoryClusterer().fit_predict(X))


def test_one_article_is_a_story():
    assert StoryClusterer().fit_predict(events(1)).tolist() == [0]


def test_equal_articles_are_one_story():
    same = np.repeat(events(1), 30, axis=0)
    assert set(StoryClusterer().fit_predict(same)) == {0}


def test_articles_with_nothing_in_common_are_each_a_story():
    assert len(set(StoryClusterer().fit_predict(np.eye(20)))) == 20


def test_equal_articles_far_apart_in_time_are_two_stories():
    same = np.repeat(events(1), 4, axis=0)
    days = [0, 0.2, 40, 40.1]
    assert StoryClusterer().fit(same, days=days).labels_.tolist() == [0, 0, 1, 1]
    assert StoryClusterer(days=1000).fit(same, days=days).labels_.tolist() == [0] * 4


def test_an_unknown_day_says_nothing():
    X, truth = pile()
    days = np.full(len(X), np.nan)
    assert groups(StoryClusterer().fit(X, days=days).labels_) == groups(truth)
    days[0] = 5.0
    assert groups(StoryClusterer().fit(X, days=days).labels_) == groups(truth)


def test_rare_words_part_what_vectors_hold_together():
    close = told(events(1)[0], 4, noise=0.05)
    others = events(40, seed=5)
    X = np.concatenate([close, others])
    texts = ["Tifone Nepartak Tokio"] * 2 + ["Bilancio Pallacanestro Slovenia"] * 2
    texts += [f"a{n} b{n} c{n}" for n in range(40)]
    alone = StoryClusterer(threshold=0.68).fit(X)
    read = StoryClusterer(threshold=0.68).fit(X, texts=texts)
    assert len(set(alone.labels_[:4])) == 1
    assert read.labels_[0] == read.labels_[1] != read.labels_[2] == read.labels_[3]


def test_what_a_language_has_in_common_is_no_story():
    shift = 1.5 * events(1, seed=3)
    X, truth = pile(30, 4)
    odd = np.arange(len(X)) % 2 == 1
    X = unit_rows(np.where(odd[:, None], X + shift, X))
    languages = np.where(odd, "ar", "en").tolist()
    found = groups(StoryClusterer().fit(X, languages=languages).labels_)
    assert len(found & groups(truth)) > 20


def test_a_language_with_one_article_and_regions_are_taken():
    X, truth = pile()
    languages = ["ckb"] + ["pt-BR", "pt-PT"] * ((len(X) - 1) // 2) + ["pt"]
    assert len(StoryClusterer().fit(X, languages=languages[: len(X)]).labels_) == len(truth)


def test_empty_texts_are_taken():
    X, truth = pile()
    labels = StoryClusterer().fit(X, texts=[""] * len(X)).labels_
    assert groups(labels) == groups(truth)


def test_predict_knows_the_stories_and_what_is_new():
    X, _ = pile()
    clusterer = StoryClusterer().fit(X)
    again = unit_rows(X + 0.01 * rng(4).normal(size=X.shape))
    assert np.array_equal(clusterer.predict(again), clusterer.labels_)
    assert set(clusterer.predict(events(3, seed=77))) == {-1}


def test_predict_minds_the_day():
    X, _ = pile()
    clusterer = StoryClusterer().fit(X, days=np.zeros(len(X)))
    assert clusterer.predict(X[:3], days=[0, np.nan, 60]).tolist() == [
        *clusterer.labels_[:2].tolist(),
        -1,
    ]


def test_join_joins_and_starts():
    X, truth = pile()
    old, event = truth < 10, truth[truth >= 10]
    clusterer = StoryClusterer().fit(X[old])
    before = clusterer.labels_.copy()
    added = np.concatenate([X[:1] if old[0] else X[old][:1], X[~old]])
    labels, changes = clusterer.join(added)
    assert np.array_equal(clusterer.labels_[: len(before)], before)
    assert np.array_equal(clusterer.labels_[len(before) :], labels)
    assert labels[0] == before[0]
    assert groups(labels[1:]) == groups(event)
    assert [change.kind for change in changes] == ["joined", "started", "started"]
    assert changes[0] == StoryChange("joined", int(before[0]), (0,))
    assert {change.story for change in changes[1:]} == {10, 11}


def test_join_merges_two_stories():
    first, second, *rest = events(30)
    one, two = told(first, 3, noise=0.01), told(second, 2, seed=2, noise=0.01)
    clusterer = StoryClusterer(threshold=0.4).fit(np.concatenate([one, two, rest]))
    assert clusterer.labels_[:5].tolist() == [0, 0, 0, 1, 1]
    between = np.repeat(unit_rows((first + second)[None]), 12, axis=0)
    labels, changes = clusterer.join(between)
    assert StoryChange("merged", 0, other=1) in changes
    assert set(labels) == {0}
    assert clusterer.labels_[:5].tolist() == [0] * 5


def test_join_gives_no_number_twice():
    clusterer = StoryClusterer().fit(np.eye(30)[:10])
    first, _ = clusterer.join(np.eye(30)[10:20])
    second, _ = clusterer.join(np.eye(30)[20:])
    assert len({*clusterer.labels_.tolist()}) == 30 == len(clusterer.labels_)
    assert not {*first.tolist()} & {*second.tolist()}


def test_joining_in_any_portions_adds_every_article():
    X, _ = pile()
    clusterer = StoryClusterer().fit(X[:20])
    for start in range(20, len(X), 7):
        clusterer.join(X[start : start + 7])
    assert len(clusterer.labels_) == len(X)


@pytest.mark.parametrize(
    ("told_", "message"),
    [
        ({"texts": ["a"]}, "48 vectors have 1 texts"),
        ({"languages": ["ar"]}, "48 vectors have 1 languages"),
        ({"days": [1.0]}, r"days of shape \(48,\), not \(1,\)"),
        ({"days": [np.inf] * 48}, "a day is infinite"),
    ],
)
def test_what_does_not_fit_the_vectors_is_said(told_, message):
    with pytest.raises(ValueError, match=message):
        StoryClusterer().fit(pile()[0], **told_)


def test_settings_can_be_cloned_and_are_checked():
    assert clone(StoryClusterer(days=3)).get_params() == {
        "threshold": stories.THRESHOLD,
        "days": 3,
        "neighbours": stories.NEIGHBOURS,
    }
    with pytest.raises(ValueError, match="threshold"):
        StoryClusterer(threshold=2.0).fit(pile()[0])


def test_neighbours_agree_with_brute_force():
    X, _ = pile()
    graph = neighbour_graph(X, 5)
    similarities = X @ X.T
    np.fill_diagonal(similarities, -9)
    best = np.argsort(-similarities, axis=1)[:, :5]
    assert np.array_equal(graph.indices.reshape(-1, 5), best)
    assert np.allclose(
        graph.data.reshape(-1, 5), np.take_along_axis(similarities, best, 1), atol=1e-5
    )


def test_copies_do_not_make_an_article_its_own_neighbour():
    graph = neighbour_graph(np.repeat(events(1), 9, axis=0), 3)
    assert graph.diagonal().sum() == 0
    assert np.diff(graph.indptr).tolist() == [3] * 9


@pytest.mark.parametrize("count", [0, 1, 2])
def test_few_vectors_have_few_neighbours(count):
    graph = neighbour_graph(events(max(count, 1))[:count], 5)
    assert graph.shape == (count, count)
    assert graph.nnz == count * max(0, count - 1)


def test_an_index_of_cells_finds_nearly_all(monkeypatch):
    X, _ = pile(300, 4)
    exact = neighbour_graph(X, 3)
    monkeypatch.setattr(neighbours, "EXACT_LIMIT", 1000)
    cells = neighbour_graph(X, 3)
    shared = exact.astype(bool).multiply(cells.astype(bool)).sum()
    assert shared > 0.95 * exact.nnz


def test_neighbours_within_days_agree_with_brute_force():
    X, _ = pile(20, 5)
    days = rng(3).uniform(0, 30, len(X))
    days[::9] = np.nan
    graph = neighbour_graph(X, 4, days=days, within=5).toarray()
    similarities = X @ X.T
    apart = np.abs(days[:, None] - days)
    for one in range(len(X)):
        found = np.flatnonzero(graph[one])
        worst = similarities[one, found].min()
        better = (similarities[one] > worst + 1e-5) & ~(apart[one] > 5)
        better[one] = False
        assert len(found) == 4
        assert set(np.flatnonzero(better)) <= set(found)
        assert not (apart[one, found] > 10).any()


def test_few_queries_are_compared_with_everything(monkeypatch):
    X, _ = pile()
    monkeypatch.setattr(neighbours, "EXACT_LIMIT", 40)
    _, places = nearest_among(X[:3], X, 1)
    assert places[:, 0].tolist() == [0, 1, 2]


def test_merging_agrees_with_brute_force():
    rows = np.concatenate(
        [told(event, 3, seed, noise=0.06) for seed, event in enumerate(events(5))]
    )
    days = rng(2).uniform(0, 4, 15)
    edges = tuple(np.array(list(combinations(range(15), 2))).T)
    sums = Sums.of(rows, days, np.arange(15), 15)
    roots = merge(sums, edges, threshold=0.3, days=10)
    assert 1 < len(set(roots)) < 15
    assert groups(roots) == _merged_slowly(rows, days, 0.3)


def _merged_slowly(rows, days, threshold):
    parts = [(n,) for n in range(len(rows))]
    while len(parts) > 1:
        scores = {}
        for one, other in combinations(parts, 2):
            a, b = rows[list(one)].sum(0), rows[list(other)].sum(0)
            square = np.mean([(days[i] - days[j]) ** 2 for i in one for j in other])
            cosine = a @ b / np.linalg.norm(a) / np.linalg.norm(b)
            scores[one, other] = cosine - np.sqrt(square) / 10
        one, other = max(scores, key=scores.get)
        if scores[one, other] < threshold:
            break
        parts = [part for part in parts if part not in (one, other)]
        parts.append(tuple(sorted(one + other)))
    return set(parts)


def test_only_stories_with_an_edge_are_joined():
    same = np.repeat(events(1), 3, axis=0)
    sums = Sums.of(same, np.full(3, np.nan), np.arange(3), 3)
    roots = merge(sums, (np.array([1]), np.array([2])), threshold=0.5, days=1)
    assert roots.tolist() == [0, 1, 1]


def test_a_row_of_zeros_is_nobodys_neighbour():
    X = np.concatenate([np.zeros((2, DIMENSION)), pile()[0]])
    labels = StoryClusterer().fit_predict(X)
    assert labels[:2].tolist() == [0, 1]
    assert (labels[2:] > 1).all()


def test_texts_without_a_word_in_common_are_unlike():
    X = np.zeros((200, 2), np.float32)
    texts = [f"{chr(97 + n % 26)}{n}x {n}yy zz{n}" for n in range(200)]
    rows = Background(X, ["en"] * 200, texts).rows(X, ["en"] * 200, texts)
    similarities = (rows @ rows.T)[~np.eye(200, dtype=bool)]
    assert abs(similarities.mean()) < 0.01
    assert similarities.std() < 0.06


def test_an_accent_or_an_ending_does_not_part_a_name():
    X = np.zeros((3, 2), np.float32)
    texts = ["Dončić", "Doncic", "Dónciću"]
    rows = Background(X, ["sl"] * 3, texts).rows(X, ["sl"] * 3, texts)
    assert np.allclose(rows @ rows.T, 1, atol=1e-5)


def test_nothing_of_the_room_of_embeddings_is_imported():
    assert "embeddings" not in inspect.getsource(stories)
