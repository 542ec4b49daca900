"""Laws of language means, with vectors on a circle that can be checked by hand."""

from pathlib import Path

import numpy as np
import pytest
from marsad.embeddings.errors import EmbeddingError
from marsad.embeddings.languages import identify
from marsad.embeddings.means import (
    COMMON_HALF,
    OWN_HALF,
    OWN_SHARE,
    STRENGTH,
    LanguageMeans,
    blend,
)
from marsad.index import centred

# The 60 largest written languages, as `identify` names them.
LARGEST = (
    "en zh hi es fr ar bn pt ru ur id de ja mr te tr ta vi tl ko fa ha sw jv it pa gu th kn am yo "
    "my or uz sd ps pl uk ml om ro ig ne nl az ms ku so mg si el hu cs sv he kk km as zu sr"
)


def center(means: LanguageMeans, vectors, languages, kind="passage") -> np.ndarray:
    """Take the means off as a collection does."""
    return centred(vectors, languages, means.subtracted(kind))


def unit(*degrees: float) -> np.ndarray:
    angles = np.radians(degrees)
    return np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)


@pytest.fixture
def means() -> LanguageMeans:
    passage = {"ar": unit(0)[0] * 0.8, "en": unit(90)[0] * 0.8}
    query = {"ar": unit(10)[0] * 0.9, "en": unit(100)[0] * 0.9}
    return LanguageMeans(passage, query, metadata={"source": "made by hand"})


def test_centring_puts_two_languages_on_top_of_each_other(means: LanguageMeans) -> None:
    # The same meaning, 30 degrees to the left of each language's mean direction.
    vectors = unit(30, 120)
    centred = center(means, vectors, ["ar", "en"])
    expected = unit(30)[0] - [0.8 * STRENGTH, 0]
    np.testing.assert_allclose(centred[0], expected / np.linalg.norm(expected), atol=1e-6)
    turned = np.array([centred[0][0] * 0 - centred[0][1], centred[0][0]])
    np.testing.assert_allclose(centred[1], turned, atol=1e-6)


def test_centring_takes_most_of_the_direction_that_a_language_has_in_common() -> None:
    chance = np.random.default_rng(0)
    raw = chance.normal(size=(400, 16)) + 3 * np.eye(16)[0]
    raw = (raw / np.linalg.norm(raw, axis=1, keepdims=True)).astype(np.float32)
    own = LanguageMeans({"xx": raw.mean(axis=0)})
    centred = center(own, raw, ["xx"] * 400)
    before, after = (np.linalg.norm(rows.mean(axis=0)) for rows in (raw, centred))
    assert before > 0.5
    assert after < before / 3


def test_centred_rows_have_length_one_and_raw_ones_stay(means: LanguageMeans) -> None:
    vectors = unit(*range(0, 360, 7))
    before = vectors.copy()
    centred = center(means, vectors, ["ar", "en", "qqz", "und"] * 13)
    np.testing.assert_array_equal(vectors, before)
    assert centred.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(centred, axis=1), 1, atol=1e-6)


def test_the_same_rows_centre_to_the_same_in_any_company(means: LanguageMeans) -> None:
    vectors, tags = unit(5, 50, 95), ["ar", "en", "ar"]
    whole = center(means, vectors, tags)
    np.testing.assert_array_equal(center(means, vectors, tags), whole)
    for row in range(3):
        np.testing.assert_array_equal(
            center(means, vectors[row : row + 1], [tags[row]])[0], whole[row]
        )


def test_a_row_that_equals_what_is_subtracted_is_returned_as_it_came() -> None:
    on_the_circle = LanguageMeans({"ar": unit(40)[0] / STRENGTH})
    vectors = unit(40, 41)
    centred = center(on_the_circle, vectors, ["ar", "ar"])
    np.testing.assert_array_equal(centred[0], vectors[0])
    assert centred[1] @ vectors[1] < 0.1


def test_queries_are_centred_with_means_of_their_own(means: LanguageMeans) -> None:
    vector = unit(70)
    assert not np.allclose(center(means, vector, ["ar"], "query"), center(means, vector, ["ar"]))
    np.testing.assert_allclose(means.vector("en", "query"), unit(100)[0] * 0.9, atol=1e-6)


def test_an_unknown_language_falls_back_to_the_mean_of_all(means: LanguageMeans) -> None:
    for tag in ("qqz", "und", "", "x-private"):
        np.testing.assert_allclose(means.vector(tag), [0.4, 0.4], atol=1e-6)


def test_a_longer_tag_falls_back_to_the_shorter_one(means: LanguageMeans) -> None:
    for tag in ("ar", "ar-EG", "ar-Arab-EG"):
        np.testing.assert_array_equal(means.vector(tag), means.vector("ar"))


def test_what_is_subtracted_by_hand_centres_as_the_class_does(means: LanguageMeans) -> None:
    vectors, tags = unit(5, 50, 95), ["ar", "en", "qqz"]
    for kind in ("passage", "query"):
        table = means.subtracted(kind)
        by_hand = vectors - np.stack([table.get(tag, table["und"]) for tag in tags])
        by_hand /= np.linalg.norm(by_hand, axis=1, keepdims=True)
        np.testing.assert_allclose(center(means, vectors, tags, kind), by_hand, atol=1e-6)


def test_no_means_change_nothing() -> None:
    none = LanguageMeans.none(2)
    vectors = unit(3, 200)
    np.testing.assert_allclose(center(none, vectors, ["ar", "zh"]), vectors, atol=1e-7)
    assert (none.languages, none.version, none.dimension) == ((), "none", 2)


def test_no_rows_centre_to_no_rows(means: LanguageMeans) -> None:
    assert center(means, np.zeros((0, 2), np.float32), []).shape == (0, 2)


def test_version_changes_with_a_number_and_with_a_tag_only(means: LanguageMeans) -> None:
    passage, query = means.as_table("passage"), means.as_table("query")
    assert LanguageMeans(passage, query).version == means.version
    renamed = {"ar": passage["ar"], "de": passage["en"]}
    moved = {**passage, "ar": passage["ar"] + np.float32(1e-6)}
    assert (
        len({means.version, LanguageMeans(renamed).version, LanguageMeans(moved, query).version})
        == 3
    )


def test_a_table_is_a_copy(means: LanguageMeans) -> None:
    means.as_table("passage")["ar"][:] = 9
    means.vector("ar")[:] = 9
    np.testing.assert_allclose(means.vector("ar"), [0.8, 0], atol=1e-6)


def test_saved_means_are_read_back(means: LanguageMeans, tmp_path: Path) -> None:
    means.save(tmp_path / "own.safetensors")
    again = LanguageMeans.load(tmp_path / "own.safetensors")
    assert again.languages == means.languages
    assert again.metadata == {"source": "made by hand"}
    for kind in ("passage", "query"):
        np.testing.assert_allclose(again.vector("en", kind), means.vector("en", kind), atol=1e-3)


def test_what_does_not_fit_is_refused_with_numbers(means: LanguageMeans, tmp_path: Path) -> None:
    with pytest.raises(EmbeddingError, match="differ in: en"):
        LanguageMeans({"ar": unit(0)[0], "en": unit(1)[0]}, {"ar": unit(0)[0]})
    with pytest.raises(EmbeddingError, match=r"dimensions: \[2, 3\]"):
        LanguageMeans({"ar": unit(0)[0], "en": np.ones(3, np.float32)})
    with pytest.raises(EmbeddingError, match="'no-such-model'"):
        LanguageMeans.load("no-such-model")
    (tmp_path / "torn.safetensors").write_bytes(b"\x00" * 20)
    with pytest.raises(EmbeddingError, match=r"torn\.safetensors"):
        LanguageMeans.load(tmp_path / "torn.safetensors")


def test_blend_goes_from_the_shipped_mean_to_the_own_one() -> None:
    shipped, own = unit(0)[0], unit(90)[0]
    np.testing.assert_array_equal(blend(shipped, own, 0, 30), shipped)
    np.testing.assert_allclose(blend(shipped, own, 30, 30), [0.5, 0.5], atol=1e-6)
    np.testing.assert_allclose(blend(shipped, own, 10**9, 30), own, atol=1e-5)


def test_blend_weight_is_the_one_that_errs_least() -> None:
    # By simulation: many collections, each at squared distance t, passages of variance v.
    chance = np.random.default_rng(1)
    dimension, v, t, n = 8, 0.24, 0.02, 6
    truth = chance.normal(scale=(t / dimension) ** 0.5, size=(4000, dimension))
    own = truth + chance.normal(scale=(v / n / dimension) ** 0.5, size=truth.shape)
    own = own.astype(np.float32)

    def error(half: float) -> float:
        mixed = np.array([blend(np.zeros(dimension, np.float32), row, n, half) for row in own])
        return float(((mixed - truth) ** 2).sum(axis=1).mean())

    assert min((error(half), half) for half in (1, 4, v / t, 36, 100))[1] == v / t


def test_a_shift_common_to_all_languages_moves_them_all(means: LanguageMeans) -> None:
    shift = np.array([0.1, -0.1], np.float32)
    own = {tag: (means.vector(tag) + shift, COMMON_HALF // 2) for tag in ("ar", "en")}
    blended = means.blended(own)
    half = shift * (2 * (COMMON_HALF // 2)) / (2 * (COMMON_HALF // 2) + COMMON_HALF)
    for kind in ("passage", "query"):
        for tag in ("ar", "en", "und"):
            moved = blended.vector(tag, kind) - means.vector(tag, kind)
            np.testing.assert_allclose(moved, half, atol=1e-6)


def test_a_language_alone_takes_the_others_along(means: LanguageMeans) -> None:
    own = np.array([0.0, 0.8], np.float32)
    blended = means.blended({"ar": (own, 10**9)})
    np.testing.assert_allclose(blended.vector("ar"), own, atol=1e-5)
    moved = blended.vector("en", "query") - means.vector("en", "query")
    np.testing.assert_allclose(moved, own - means.vector("ar"), atol=1e-5)


def test_of_what_is_a_language_s_own_a_share_is_taken(means: LanguageMeans) -> None:
    apart = np.array([0.2, 0.0], np.float32)
    own = {"ar": (means.vector("ar") + apart, 10**9), "en": (means.vector("en") - apart, 10**9)}
    moved = means.blended(own).vector("ar") - means.vector("ar")
    np.testing.assert_allclose(moved, OWN_SHARE * apart, atol=1e-5)
    own = {tag: (vector, OWN_HALF) for tag, (vector, _) in own.items()}
    moved = means.blended(own).vector("ar") - means.vector("ar")
    np.testing.assert_allclose(moved, OWN_SHARE * apart / 2, atol=1e-5)


def test_without_shipped_means_the_own_ones_count_in_full() -> None:
    own = {"ar": (unit(0)[0] * 0.8, 10**9), "en": (unit(90)[0] * 0.8, 10**9)}
    blended = LanguageMeans.none(2).blended(own)
    for tag in own:
        np.testing.assert_allclose(blended.vector(tag), own[tag][0], atol=1e-5)


def test_a_blended_version_is_its_own_and_comes_again(means: LanguageMeans) -> None:
    own = {"so": (unit(45)[0] * 0.7, 40), "ar": (unit(5)[0] * 0.7, 7)}
    blended = means.blended(own)
    assert blended.languages == ("ar", "en", "so")
    assert blended.version not in (means.version, "none")
    assert blended.version == means.blended(dict(reversed(own.items()))).version


def test_blending_nothing_changes_nothing(means: LanguageMeans) -> None:
    assert means.blended({}).version == means.version
    assert means.blended({"und": (unit(3)[0], 9), "ar": (unit(3)[0], 0)}).version == means.version


def test_shipped_means_know_the_60_largest_languages() -> None:
    shipped = LanguageMeans.shipped()
    assert shipped.dimension == 384
    assert len(shipped.languages) == 205
    assert not set(LARGEST.split()) - set(shipped.languages)
    assert {"no", "nn", "ckb", "zh-Hant", "ug", "bg", "da", "fi", "hr", "sk"} <= set(
        shipped.languages
    )
    assert {"source", "licence", "split", "sentences", "model"} <= set(shipped.metadata)
    for kind in ("passage", "query"):
        lengths = np.linalg.norm(list(shipped.as_table(kind).values()), axis=1)
        assert np.isfinite(lengths).all() and (lengths < 1).all()


def test_what_identify_says_finds_a_mean_of_its_own() -> None:
    shipped = LanguageMeans.shipped()
    texts = ["أغلقت المنصة مئات الحسابات", "市议会昨天批准了计划", "Det norske folk vil ha fred"]
    for guess in identify(texts):
        assert not np.allclose(shipped.vector(guess.code), shipped.vector("qqz"))


def test_a_model_without_shipped_means_has_zeros() -> None:
    assert LanguageMeans.for_model("someone/some-model", 7).version == "none"
    assert LanguageMeans.for_model("intfloat/multilingual-e5-small", 384).languages
    with pytest.raises(EmbeddingError, match="has 512"):
        LanguageMeans.for_model("multilingual-e5-small", 512)
