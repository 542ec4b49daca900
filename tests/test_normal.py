"""The normal form: what counts as the same text."""

import pytest
from marsad.seeds import normal_form, words


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("تَنْظِيمُ الدَّوْلَةِ", "تنظيم الدوله"),
        ("مَـــرْصَد", "مرصد"),
        ("أحمد إبراهيم آمال ٱلله", "احمد ابراهيم امال الله"),
        ("مستشفى مسؤول رئيس", "مستشفي مسوول رييس"),
        ("١٢٣ ۴۵۶ 789", "123 456 789"),
        ("کتاب فارسی", "كتاب فارسي"),
        ("«نص»، نص؟", "نص نص"),
        ("Straße ＡＢＣ Ünal", "strasse abc ünal"),
        ("İstanbul", "istanbul"),
        ("\u200fنص\u200e\u202b \ufeff", "نص"),
        ("هرگز نمی\u200cروم", "هرگز نميروم".replace("گ", "گ").replace("ک", "ك")),
        ("हिन्दी में", "हिन्दी में"),
        ("السعودية\n\t الرياض", "السعوديه الرياض"),
        ("", ""),
        ("…!؟", ""),
    ],
)
def test_normal_form_of(written, normal):
    assert normal_form(written) == normal


@pytest.mark.parametrize(
    "text",
    ["تَنْظِيمُ أ ١٢", "Straße İ ŉ ﷺ ﬁ", "e\u0301 ǅ ϓ", "한국어 テスト ｶﾞ", "a\u0300\u0345", "Ⅻ ² ½"],
)
def test_normal_form_twice_is_the_same(text):
    assert normal_form(normal_form(text)) == normal_form(text)


def test_words_keep_marks_with_their_letters_and_point_into_the_text():
    text = "قال: تَنْظِيمُ «داعش» إنّه 3.5"
    found = list(words(text))
    assert [w.normal for w in found] == ["قال", "تنظيم", "داعش", "انه", "3", "5"]
    assert [text[w.start : w.end] for w in found][1] == "تَنْظِيمُ"
