"""Own themes: read with errors that help, found where they are and nowhere else."""

import logging
from pathlib import Path

import numpy as np
import pytest
from conftest import DIMENSION, hashed
from marsad import seeds
from marsad.index.own_themes import OwnTheme, assign_own_themes
from marsad.scripts.own_themes import OwnThemeSpec, encode_own_themes, read_own_themes
from marsad.seeds import SeedError

STARTER = Path(seeds.__file__).parent / "themes" / "starter.toml"


def near(axis, count, seed, spread=0.8):
    """Unit vectors around an axis, scattered in all directions."""
    rows = np.random.default_rng([axis, seed]).normal(size=(count, DIMENSION))
    rows *= spread / np.sqrt(DIMENSION)
    rows[:, axis] += 1
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def own(name, vectors, description=""):
    count = len(vectors) - bool(description)
    return OwnTheme(name, {}, description, tuple(f"{name} {n}" for n in range(count)), vectors)


def collection(sizes, seed=1):
    """Parts on so many axes, so many on each; and the axis of each part."""
    rows = np.concatenate([near(axis, count, seed) for axis, count in enumerate(sizes)])
    return rows, np.repeat(np.arange(len(sizes)), sizes)


@pytest.mark.parametrize("sizes", [(5, 5, 5, 5, 5, 5, 5, 5), (60, 60, 60, 60), (400, 30, 900)])
def test_parts_on_a_theme_are_taken_and_others_are_left(sizes):
    parts, axes = collection(sizes)
    found = assign_own_themes([own("zero", near(0, 5, 9)), own("one", near(1, 5, 9))], parts)
    assert found.first.tolist() == np.where(axes < 2, axes, -1).tolist()
    assert [check.parts for check in found.checks] == list(sizes[:2])


def test_theme_nothing_is_about_takes_nothing_and_says_so():
    parts, _ = collection((40, 40, 40))
    found = assign_own_themes([own("absent", near(9, 5, 9)), own("zero", near(0, 5, 9))], parts)
    absent, there = found.checks
    assert (absent.is_there, absent.parts, there.is_there) == (False, 0, True)
    assert 0 not in found.first


def test_one_example_is_enough_to_find_a_theme_but_not_to_judge_it():
    parts, axes = collection((40, 40, 40))
    found = assign_own_themes([own("zero", near(0, 1, 9))], parts)
    assert found.first.tolist() == np.where(axes == 0, 0, -1).tolist()
    assert (found.checks[0].score, found.checks[0].odd) == (None, ())


def test_description_alone_is_an_example():
    parts, axes = collection((40, 40, 40))
    found = assign_own_themes([own("zero", near(0, 1, 9), description="about zero")], parts)
    assert ((found.first == 0) == (axes == 0)).all()


def test_example_of_another_theme_is_odd():
    parts, _ = collection((40, 40, 40))
    mixed = np.concatenate([near(0, 4, 9), near(1, 1, 7)])
    found = assign_own_themes([own("zero", mixed), own("one", near(1, 5, 9))], parts)
    assert [check.odd for check in found.checks] == [("zero 4",), ()]


def test_example_that_fits_nothing_is_odd_and_lowers_the_score():
    parts, _ = collection((40, 40, 40))
    good = assign_own_themes([own("zero", near(0, 5, 9))], parts).checks[0]
    mixed = np.concatenate([near(0, 4, 9), -near(0, 1, 7)])
    bad = assign_own_themes([own("zero", mixed)], parts).checks[0]
    assert (good.odd, bad.odd) == ((), ("zero 4",))
    assert 0 <= bad.score < good.score <= 1


def test_examples_that_have_nothing_in_common_score_near_nothing():
    parts, _ = collection((40, 40, 40))
    scattered = np.concatenate([near(axis, 1, 9) for axis in (10, 20, 30, 40)])
    assert assign_own_themes([own("none", scattered)], parts).checks[0].score < 0.7


def test_two_themes_that_mean_the_same_are_named():
    parts, _ = collection((40, 40, 40))
    themes = [own("a", near(0, 5, 9)), own("b", near(0, 5, 8)), own("c", near(1, 5, 9))]
    checks = assign_own_themes(themes, parts).checks
    assert [check.same_as for check in checks] == [("b",), ("a",), ()]


def test_part_about_two_themes_is_in_both_and_the_nearer_is_first():
    parts, _ = collection((40,) * 8)
    both = near(0, 12, 5, spread=0.4) + 0.9 * near(1, 12, 5, spread=0.4)
    both /= np.linalg.norm(both, axis=1, keepdims=True)
    themes = [own("zero", near(0, 5, 9)), own("one", near(1, 5, 9))]
    found = assign_own_themes(themes, np.concatenate([parts, both]))
    assert all({match.theme for match in matches} == {0, 1} for matches in found.matches[-12:])
    assert all(matches[0].theme == 0 for matches in found.matches[-12:])
    assert all(len(matches) == 1 for matches in found.matches[:80])
    assert all(m.score >= found.checks[m.theme].threshold for ms in found.matches for m in ms)


def test_order_of_parts_has_no_influence():
    parts, _ = collection((30, 20, 50))
    themes = [own("zero", near(0, 3, 9)), own("two", near(2, 3, 9))]
    order = np.random.default_rng(0).permutation(len(parts))
    straight = assign_own_themes(themes, parts).first
    assert (assign_own_themes(themes, parts[order]).first == straight[order]).all()


@pytest.mark.parametrize("count", [0, 1, 2, 3, 9])
def test_few_parts_are_no_error(count):
    parts = near(0, count, 1)
    assert len(assign_own_themes([own("zero", near(0, 3, 9))], parts).matches) == count


def test_no_themes_leave_every_part_alone():
    assert assign_own_themes([], near(0, 3, 1)).matches == ((), (), ())


def test_vectors_that_are_not_one_for_each_example_are_refused():
    theme = OwnTheme("zero", {}, "", ("a", "b"), near(0, 3, 1))
    with pytest.raises(ValueError, match=r"'zero' has 3 vectors; 2 are wanted"):
        assign_own_themes([theme], near(0, 3, 1))
    with pytest.raises(ValueError, match="neither examples nor a description"):
        assign_own_themes([OwnTheme("zero", {}, "", (), near(0, 0, 1))], near(0, 3, 1))


def read(tmp_path, text):
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return read_own_themes(path)


def test_file_is_read_as_written(tmp_path):
    specs = read(
        tmp_path,
        '[[theme]]\nname = {ar = "فيضانات", en = "Floods"}\nexamples = ["The river rose.", '
        '"ارتفع النهر."]\n[[theme]]\nname = "Football"\ndescription = "Matches"\n',
    )
    assert specs == [
        OwnThemeSpec(
            "Floods", {"ar": "فيضانات", "en": "Floods"}, "", ("The river rose.", "ارتفع النهر.")
        ),
        OwnThemeSpec("Football", {}, "Matches", ()),
    ]


def test_example_said_twice_counts_once(tmp_path):
    spec = read(tmp_path, '[[theme]]\nname = "A"\nexamples = ["It rained.", "It  rained."]')[0]
    assert spec.examples == ("It rained.",)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[theme]\n", r"mine\.toml is not TOML: .*line 1"),
        ("", r"mine\.toml holds no themes; a theme begins with \[\[theme\]\]"),
        ('[[themes]]\nname = "A"', r"holds no themes, but 'themes'"),
        ('theme = ["A"]', r"theme 1 is 'A'"),
        ('[[theme]]\nexamples = ["x"]', r"theme 1 has no name\. Write name ="),
        ('[[theme]]\nname = "  "\nexamples = ["x"]', r"theme 1 has ' ' as its name"),
        ('[[theme]]\nname = {en = ""}\nexamples = ["x"]', r"theme 1 has {'en': ''} as its name"),
        ('[[theme]]\nname = "A"', r"theme 'A' has no examples and no description"),
        ('[[theme]]\nname = "A"\nexmples = ["x"]', r"it has 'exmples', which"),
        ('[[theme]]\nname = "A"\nexamples = ["x", 3]', r"theme 'A' has 3 as example 2"),
        ('[[theme]]\nname = "A"\nexamples = [" "]', r"theme 'A' has ' ' as example 1"),
        ('[[theme]]\nname = "A"\nexamples = "x"', r"theme 'A' has 'x' as its examples"),
        ('[[theme]]\nname = "A"\ndescription = 1', r"theme 'A' has 1 as its description"),
        (
            2 * '[[theme]]\nname = "A"\nexamples = ["x"]\n',
            r"'A' as the name of 2 themes\. Join",
        ),
    ],
)
def test_error_says_where_and_what_to_do(tmp_path, text, said):
    with pytest.raises(SeedError, match=said):
        read(tmp_path, text)


def test_file_that_is_missing_or_not_utf8_is_named(tmp_path):
    with pytest.raises(SeedError, match=r"none\.toml cannot be read"):
        read_own_themes(tmp_path / "none.toml")
    path = tmp_path / "latin.toml"
    path.write_bytes('[[theme]]\nname = "é"'.encode("latin-1"))
    with pytest.raises(SeedError, match=r"latin\.toml is not UTF-8 \(byte 18\)"):
        read_own_themes(path)


def test_unknown_key_is_said_and_ignored(tmp_path, caplog):
    with caplog.at_level(logging.WARNING, "marsad"):
        specs = read(tmp_path, '[[theme]]\nname = "A"\ncolour = "red"\nexamples = ["x"]')
    assert [spec.name for spec in specs] == ["A"]
    assert "theme 'A': 'colour' is not known and ignored" in caplog.text


def test_example_in_two_themes_is_said_with_both_names(tmp_path, caplog):
    text = '[[theme]]\nname = "A"\nexamples = ["It rained."]\n[[theme]]\nname = "B"\nexamples = ["It rained."]'
    with caplog.at_level(logging.WARNING, "marsad"):
        assert len(read(tmp_path, text)) == 2
    assert "'It rained.' is an example of both 'A' and 'B'" in caplog.text


class WordHash:
    """An encoder of the words alone, that remembers what it was asked."""

    def encode(self, texts, prompt):
        self.asked = (texts, prompt)
        return hashed(texts)


def test_examples_and_description_are_encoded_as_passages_in_order(empty):
    specs = [
        OwnThemeSpec("A", {}, "all about rain", ("It rained.", "It snowed.")),
        OwnThemeSpec("B", {}, "", ("They scored.",)),
    ]
    encoder = WordHash()
    themes = encode_own_themes(specs, empty, encoder)
    texts = ["It rained.", "It snowed.", "all about rain", "They scored."]
    assert encoder.asked == (texts, "passage")
    assert [theme.name for theme in themes] == ["A", "B"]
    assert np.allclose(np.concatenate([theme.vectors for theme in themes]), hashed(texts))


def test_starter_file_has_six_themes_in_two_languages():
    specs = read_own_themes(STARTER)
    assert len(specs) == 6
    for spec in specs:
        assert set(spec.names) == {"ar", "en"}
        assert 6 <= len(spec.examples) <= 8
        arabic = [any("\u0600" <= letter <= "\u06ff" for letter in text) for text in spec.examples]
        assert sum(arabic) * 2 == len(arabic)
