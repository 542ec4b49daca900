"""The words of the report: the same in every language, with the plural forms that each one has."""

from __future__ import annotations

import re
import string
from pathlib import Path

import click
import pytest
from babel import Locale
from marsad.scripts.reporting import Words, languages
from marsad.scripts.reporting.map_page import MAP_WORDS

ENGLISH = Words("en")
TEMPLATES = Path(__file__).parent.parent / "scripts" / "reporting" / "templates"


def _fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("language", languages())
def test_every_language_says_the_same_things(language):
    words = Words(language)
    assert words.words.keys() == ENGLISH.words.keys()
    assert words.counts.keys() == ENGLISH.counts.keys()
    for key, text in words.words.items():
        assert _fields(text) == _fields(ENGLISH.words[key]), key


@pytest.mark.parametrize("language", languages())
def test_what_is_counted_has_a_form_for_every_number(language):
    plural = Locale.parse(language).plural_form
    needed = {plural(n) for n in range(200)}
    for key, forms in Words(language).counts.items():
        assert needed | {"other"} == set(forms), key
        assert "{n}" in forms["other"], key


@pytest.mark.parametrize("key", MAP_WORDS)
def test_the_map_has_its_words(key):
    assert ENGLISH.words[key]


def test_no_word_is_in_the_files_for_nothing():
    used = "".join(path.read_text(encoding="utf-8") for path in TEMPLATES.iterdir())
    used += (TEMPLATES.parent / "words.py").read_text() + (
        TEMPLATES.parent / "sheets.py"
    ).read_text()
    prefixes = ("kind_", "copy_", "change_", "sure_", "unit_", "aspect_", "setting_", "selection_",
                "level_", "figure_")  # fmt: skip
    for key in ENGLISH.words.keys() - set(MAP_WORDS):
        assert f'"{key}"' in used or key.startswith(prefixes), key
    for key in ENGLISH.counts:
        assert f'"{key}"' in used, key


def test_arabic_counts_as_arabic_does():
    words = Words("ar")
    counted = [words.count("articles", n) for n in (0, 1, 2, 3, 10, 11, 99, 100, 102, 103)]
    assert counted == [
        "لا مقالات", "مقال واحد", "مقالان", "3 مقالات", "10 مقالات", "11 مقالًا", "99 مقالًا",
        "100 مقال", "102 مقال", "103 مقالات",
    ]  # fmt: skip


def test_numbers_and_dates_are_written_as_the_region_does():
    assert Words("ar-EG").number(1234.5, 1) == "١٬٢٣٤٫٥"
    assert Words("ar-EG").percent(0.25).startswith("٢٥٪")
    assert Words("ar-EG").day("2025-03-09") == "٩ مارس ٢٠٢٥"
    assert Words("ar-EG").count("articles", 15) == "١٥ مقالًا"
    assert Words("ar").day("2025-03-09") == "9 مارس 2025"
    assert Words("en").number(1234) == "1,234"
    assert Words("en-GB").day("2025-03-09") == "9 March 2025"
    assert (
        re.sub(r"\s", " ", Words("en").period("2025-03-09", "2025-04-01")) == "Mar 9 – Apr 1, 2025"
    )


def test_a_small_share_does_not_become_none():
    assert [ENGLISH.percent(share) for share in (0, 0.004, 0.05, 0.5)] == [
        "0%",
        "0.4%",
        "5.0%",
        "50%",
    ]


def test_what_is_put_in_stays_text_and_keeps_its_direction():
    said = ENGLISH.html("collection_named", name="<b>{0}</b>")
    assert said == "Collection <bdi>&lt;b&gt;{0}&lt;/b&gt;</bdi>"


@pytest.mark.parametrize("tag, told", [("xx", "'xx', but in ar, en"), ("ar-!", "such as ar-EG")])
def test_a_language_without_words_is_told(tag, told):
    with pytest.raises(click.BadParameter, match=told):
        Words(tag)
