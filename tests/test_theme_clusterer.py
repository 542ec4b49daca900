"""ThemeClusterer: planted groups are found, little is honest, and nothing hangs on the order."""

import numpy as np
import pytest
import sklearn.utils.estimator_checks as checks
from marsad.index.theme_clusterer import ThemeClusterer
from marsad.index.theme_figures import cohesion, separation, similarity_to_others, stability
from marsad.index.theme_graph import modularity, tied_rows
from sklearn.metrics import adjusted_rand_score


def planted(groups, each, dimension=48, spread=0.8, seed=0):
    """Unit rows around random directions, and the direction of each."""
    random = np.random.default_rng(seed)
    middles = random.normal(size=(groups, dimension))
    middles /= np.linalg.norm(middles, axis=1, keepdims=True)
    truth = np.repeat(np.arange(groups), each)
    noise = random.normal(size=(groups * each, dimension)) * spread / np.sqrt(dimension)
    rows = middles[truth] + noise
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32), truth


@pytest.mark.parametrize(("groups", "each"), [(3, 5), (4, 20), (2, 80), (5, 40), (8, 60)])
def test_planted_groups_and_their_number_are_found(groups, each):
    rows, truth = planted(groups, each)
    found = ThemeClusterer().fit(rows)
    assert found.n_clusters_ == groups
    assert adjusted_rand_score(truth, found.labels_) > 0.97


def test_given_number_is_kept():
    rows, _ = planted(6, 40)
    assert set(ThemeClusterer(3).fit(rows).labels_) - {-1} == {0, 1, 2}


@pytest.mark.parametrize("count", [1, 2, 3, 10, 30])
def test_rows_at_right_angles_are_in_no_group(count):
    assert (ThemeClusterer().fit(np.eye(30)[:count]).labels_ == -1).all()


def test_noise_has_no_themes():
    rows = np.random.default_rng(0).normal(size=(400, 50))
    assert ThemeClusterer().fit(rows).n_clusters_ == 0


def test_pair_about_one_thing_is_joined_and_others_are_left():
    rows = np.eye(6)
    rows[1] = rows[0] * 0.8 + rows[1] * 0.6
    assert ThemeClusterer().fit(rows).labels_.tolist() == [0, 0, -1, -1, -1, -1]
    assert ThemeClusterer().fit(rows[:2]).labels_.tolist() == [0, 0]


@pytest.mark.parametrize("count", [2, 30, 300])
def test_equal_rows_are_one_group(count):
    assert ThemeClusterer().fit(np.tile(np.eye(8)[:1], (count, 1))).labels_.tolist() == [0] * count


def test_order_of_rows_has_no_influence():
    rows, _ = planted(5, 40, spread=1.6)
    order = np.random.default_rng(1).permutation(len(rows))
    assert (
        ThemeClusterer().fit(rows[order]).labels_ == ThemeClusterer().fit(rows).labels_[order]
    ).all()


def test_weight_two_is_as_good_as_standing_there_twice():
    rows, _ = planted(4, 40, spread=1.4)
    weights = np.where(np.arange(len(rows)) < 30, 2, 1)
    weighted = ThemeClusterer().fit(rows, sample_weight=weights)
    doubled = ThemeClusterer().fit(np.concatenate([rows, rows[:30]]))
    assert (weighted.labels_ == doubled.labels_[: len(rows)]).all()


def test_rows_beyond_the_sample_follow_their_neighbours():
    rows, truth = planted(5, 100)
    found = ThemeClusterer(sample=250).fit(rows)
    assert adjusted_rand_score(truth, found.labels_) > 0.97


@pytest.mark.parametrize("each", [10, 60])
def test_new_rows_join_their_group_or_stay_outside(each):
    rows, truth = planted(4, each + 5)
    new = np.arange(len(rows)) % (each + 5) >= each
    found = ThemeClusterer().fit(rows[~new])
    assert adjusted_rand_score(truth[new], found.predict(rows[new])) == 1
    far = -rows.sum(axis=0, keepdims=True)
    assert found.predict(far).tolist() == [-1]


def test_theme_that_falls_apart_has_themes_within():
    random = np.random.default_rng(2)
    broad = np.repeat(np.eye(48)[:3], 4, axis=0) + 0.5 * np.eye(48)[3:15]
    rows = np.repeat(broad, 60, axis=0) + random.normal(size=(720, 48)) * 0.4 / np.sqrt(48)
    found = ThemeClusterer(3).fit(rows)
    assert adjusted_rand_score(np.repeat(np.arange(3), 240), found.labels_) == 1
    assert adjusted_rand_score(np.repeat(np.arange(12), 60), found.sub_labels_) > 0.97


def test_adding_a_hundredth_moves_few():
    rows, _ = planted(6, 101, spread=1.6)
    added = np.arange(len(rows)) % 101 == 100
    before = ThemeClusterer().fit(rows[~added]).labels_
    after = ThemeClusterer().fit(rows).labels_[~added]
    assert adjusted_rand_score(before, after) > 0.97


def test_bad_settings_are_named():
    with pytest.raises(ValueError, match="n_clusters is 0; it must be at least 1"):
        ThemeClusterer(0).fit(np.eye(3))
    with pytest.raises(ValueError, match="at least one non-zero"):
        ThemeClusterer().fit(np.eye(3), sample_weight=np.zeros(3))


@pytest.mark.filterwarnings("ignore")
@checks.parametrize_with_checks([ThemeClusterer()])
def test_scikit_learn_accepts_it(estimator, check):
    check(estimator)


def test_modularity_of_two_unconnected_pairs_is_a_half():
    rows = np.array([[1, 0], [1, 0.1], [0, 1], [0.1, 1]], np.float32)
    graph = tied_rows(rows, 1)
    assert modularity(graph, np.array([0, 0, 1, 1])) == pytest.approx(0.5)
    assert modularity(graph, np.zeros(4, int)) == pytest.approx(0)


def test_figures_agree_with_what_is_counted_by_hand():
    rows = np.array([[1, 0], [0.6, 0.8], [0, 1], [0, 1]], np.float32)
    labels = np.array([0, 0, 1, 1])
    assert cohesion(rows, labels) == pytest.approx([0.6, 1])
    assert separation(rows, labels) == pytest.approx([0.2, 0.6])
    assert similarity_to_others(rows, labels) == pytest.approx([0.6, 0.6, 1, 1])


def test_grouping_that_never_changes_is_stable_and_a_lottery_is_not():
    rows, truth = planted(4, 25)
    nearest = [np.flatnonzero(truth == at)[0] for at in range(4)]
    same = stability(rows, truth, lambda drawn: (drawn @ rows[nearest].T).argmax(axis=1))
    random = np.random.default_rng(0)
    lottery = stability(rows, truth, lambda drawn: random.integers(0, 4, len(drawn)))
    assert same.min() > 0.9
    assert lottery.max() < 0.4
