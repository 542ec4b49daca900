"""Lines judged by what they say and where they stand: laws with made-up weights, floors on labelled pages."""

import sys
from pathlib import Path

import numpy as np
import pages
import pytest
from marsad.embeddings import DEFAULT_MODEL, CachedEncoder, LanguageMeans, load_model
from marsad.scripts.language_means import tables_of
from marsad.scripts.preparing import Judging
from marsad.seeds import NOISE, Span, split
from marsad.seeds.cleaning import Judge, judged
from marsad.seeds.cleaning.features import PageLines, features_of, shape_of
from marsad.seeds.cleaning.judging import CLASSES, SURE

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))
import gluing
import noise

TEXT = (
    "A title of the story\n\nClick here for more\n\n" + "It rained for days. " * 12 + "\n\nPrint it"
)
DIMENSION = 8


def judge_of(kind: str, score: float = 9.0) -> Judge:
    """A judge for whom every line is of one kind."""
    width_ = len(features_of(lines(), np.full((4, 7), 1 / 7))[0])
    bias = np.where(np.array(CLASSES) == kind, score, 0.0)
    said = np.zeros((7, DIMENSION + len(shape_of(""))))
    return Judge(said, np.zeros(7), np.zeros((7, width_)), bias)


def vectors(count: int = 4) -> np.ndarray:
    rows = np.random.default_rng(0).normal(size=(count, DIMENSION)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def lines() -> PageLines:
    return PageLines.of(TEXT, split(TEXT), [False] * 4, vectors())


def test_the_title_and_long_text_stay_whatever_the_judge_says():
    spans = split(TEXT)
    found = judged(judge_of("sharing"), TEXT, spans, [False] * 4, vectors())
    assert [span.kind for span in found] == ["title", "sharing", "paragraph", "sharing"]
    assert [(s.start, s.end) for s in found] == [(s.start, s.end) for s in spans]
    assert "share bar" in found[1].why and "0.99" in found[1].why


def test_what_is_known_or_said_before_stays_as_it_is():
    spans = split(TEXT)
    spans[1] = Span(spans[1].start, spans[1].end, "comments", "a form")
    found = judged(judge_of("notice"), TEXT, spans, [False, False, False, True], vectors())
    assert found == spans


def test_a_doubtful_line_stays():
    spans = split(TEXT)
    assert judged(judge_of("text", 2.0), TEXT, spans, [False] * 4, vectors()) == spans
    assert judged(judge_of("text"), TEXT, spans, [False] * 4, vectors()) == spans


def test_probabilities_are_of_every_class_and_a_page_without_lines_has_none():
    found = judge_of("notice").probabilities(lines())
    assert found.shape == (4, len(CLASSES)) and np.allclose(found.sum(axis=1), 1)
    assert judged(judge_of("notice"), "", [], [], np.empty((0, DIMENSION), np.float32)) == []


@pytest.mark.parametrize("count", [1, 2, 3, 40])
def test_pages_of_any_length_have_finite_features(count):
    text = "\n\n".join(
        ["Short line here to read", "Long text of it. " * 12][n % 2] for n in range(count)
    )
    spans = split(text)
    page = PageLines.of(text, spans, [False] * len(spans), vectors(len(spans)))
    found = features_of(page, np.full((len(spans), 7), 1 / 7))
    assert len(found) == len(spans) and np.isfinite(found).all()


def test_weights_belong_to_one_model():
    assert Judge.of_model("another-model", "1") is None
    assert Judge.of_model(DEFAULT_MODEL, "other weights") is None
    model = load_model(DEFAULT_MODEL)
    judge = Judge.of_model(model.name, model.fingerprint)
    assert judge is not None
    assert judge.said.shape == (7, model.dimension + len(shape_of("")))
    assert judge.page.shape[1] == features_of(lines(), np.full((4, 7), 1 / 7)).shape[1]


@pytest.fixture(scope="module")
def model():
    return load_model(DEFAULT_MODEL)


def test_noise_marks_keep_their_floors_on_pages_no_rule_was_made_on(model):
    judging, encoder = Judging.of(model), CachedEncoder(model)
    found = [line for page in pages.load("held") for line in noise.settled(page, encoder, judging)]
    wanted = [line.repeats or line.kind in NOISE for line, *_ in found]
    marked = [bool(why) for _, why, _ in found]
    right = sum(w and m for w, m in zip(wanted, marked, strict=True))
    assert right / sum(marked) >= 0.98
    assert right / sum(wanted) >= 0.90
    assert SURE < 1


def test_glued_stories_keep_their_floor_on_pages_no_rule_was_made_on(model):
    judging, encoder = Judging.of(model), CachedEncoder(model)
    means = LanguageMeans.for_model(model.name, model.dimension, model.fingerprint)
    subtracted = tables_of(means)["passage"]
    found = wanted = right = 0
    for page in pages.load("held"):
        starts = gluing.starts_of(page.text, encoder, subtracted, judging)
        begins = {gluing.row_at(page.text, line.start) for line in page.lines if line.begins}
        found, wanted, right = (
            found + len(starts), wanted + len(begins), right + len(starts & begins),
        )  # fmt: skip
    # A single text that is cut does more harm than a seam that is missed: see `gluing.SURE_ALONE`.
    assert right / found >= 0.85
    assert right / wanted >= 0.45
