"""Terms: what the keyword index is made of."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marsad.seeds import normal_form, words
from marsad.seeds.terms import term_forms, terms

ARABIC = "قال: تَنْظِيمُ «داعش» إنّه أغلق الحسابات الـ٢٠ في 3.5 يوم"


def forms(text):
    return [term.normal for term in terms(text)]


@pytest.mark.parametrize(
    "spellings",
    [
        "حسابات الحسابات والحسابات وبالحسابات للحسابات الحِسابُ حسابهم كحساباتها",
        "كتاب الكتاب بكتاب وبالكتاب لكتابها",
        "لبنان ولبنان بلبنان للبنان",
        "وزير الوزير والوزير للوزير الوزيرة وزيرتهم",
        "تَنْظِيمُ التنظيم تنظيـــم والتنظيمات",
        "کتاب کتاب‌ها کتابها كتاب",
        "ישראל בישראל וישראל שבישראל",
        "правительство правительства правительством",
        "Straße STRASSE",
        "20 ٢٠ ۲۰ الـ20 و٢٠ ב20",
    ],
)
def test_forms_of_a_word_are_one_term(spellings):
    assert len(set(forms(spellings))) == 1


@pytest.mark.parametrize(
    "text",
    [
        "internet international",
        "2024 2025",
        "1000000001 1000000002",
        "الله اله",
        "قال مال",
        "B12 B13",
    ],
)
def test_unlike_words_are_two_terms(text):
    assert len(set(forms(text))) == 2


@pytest.mark.parametrize("word", ["في", "من", "بل", "ال", "لل", "و", "ب", "כל", "ها"])
def test_a_short_word_is_its_own_term(word):
    assert forms(word) == [word]


def test_three_letters_are_left_of_a_word():
    for word in words("قال إنّه أغلق الحسابات وال فال وبال كالو للات والهم ותות"):
        (term,) = forms(word.normal)
        assert len(term) >= min(3, len(word.normal))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("北京大学", ["北京", "京大", "大学"]),
        ("水", ["水"]),
        ("iPhone手机", ["iphone", "手机"]),
        ("2019年12月", ["2019", "年", "12", "月"]),
        ("テスト", ["テス", "スト"]),
        ("スーパー", ["スー", "ーパ", "パー"]),
        ("ｶﾞﾗｽ", ["ガラ", "ラス"]),
        ("대한민국은", ["대한", "한민", "민국", "국은"]),
        ("ประเทศ", ["ปร", "ระ", "ะเ", "เท", "ทศ"]),
        ("น้ำท่วม", ["น้ําท่", "ท่ว", "วม"]),
        ("ខ្មែរ", ["ខ្មែ", "មែរ"]),
        ("བོད་ཡིག", ["བོད", "ཡིག"]),
        ("الرئيس 习近平 في Paris", ["رييس", "习近", "近平", "في", "paris"]),
    ],
)
def test_scripts_without_spaces_give_pairs_of_letters(text, expected):
    assert forms(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        ARABIC,
        "北京大学 ｶﾞﾗｽ 2019年12月",
        "ประเทศไทยน้ำท่วม",
        "ﷺ ﬁn l'eau п'ять",
        "हिन्दी में",
        "한국어 e\u0301te\u0301",
    ],
)
def test_places_point_at_what_the_term_is_of(text):
    found = list(terms(text))
    assert found
    for term in found:
        assert 0 <= term.start < term.end <= len(text)
        assert forms(text[term.start : term.end]) == [term.normal]
    assert found == sorted(found, key=lambda term: term.start)


@pytest.mark.parametrize("text", [ARABIC, "The cat’s l'eau п'ять", "کتاب‌ها ہندوستان", "हिन्दी में"])
def test_words_of_spaced_scripts_are_one_term_each_at_the_same_place(text):
    found = [(term.start, term.end) for term in terms(text)]
    assert found == [(word.start, word.end) for word in words(text)]


@pytest.mark.parametrize(
    "text", [ARABIC, "北京大学 Straße 2019年", "", "…!؟ ـ \u200f", "ประเทศไทย"]
)
def test_forms_are_the_terms_without_their_places(text):
    assert term_forms(text) == forms(text)


@pytest.mark.parametrize("text", [ARABIC, "ﷺ ﬁn ½ a\u0300\u0345 ⑳ ｱﾞ", "น้ำท่วม ម្ដាយ"])
def test_a_term_has_no_space_and_is_in_normal_form(text):
    for term in forms(text):
        assert term
        assert term == normal_form(term)


def test_a_phrase_gives_consecutive_terms_of_the_text():
    text = "أعلن مجلس الأمن الدولي؛ 北京大学生 في نيويورك"
    whole = forms(text)
    for phrase in ("مجلس الأمن الدولي", "大学生", "北京大学生 في نيويورك"):
        asked = forms(phrase)
        assert any(whole[at : at + len(asked)] == asked for at in range(len(whole)))


INVISIBLE = "\u00ad\u200b\u2060\ufeff\u200e\u200f\u061c\u202b\u202c\u2067\u2069\u200c\u0640\u0001"


@given(
    st.sampled_from(
        ["Freiberufler", "الحسابات", "наводнение", "北京大学", "ประเทศไทย", "한국어", "כתבות"]
    ),
    st.data(),
)
def test_a_word_is_the_same_with_invisible_characters_in_it(word, data):
    hidden = data.draw(st.text(INVISIBLE, min_size=1, max_size=3))
    at = data.draw(st.integers(1, len(word) - 1))
    spelt = word[:at] + hidden + word[at:]
    assert forms(f"a {spelt} b") == forms(f"a {word} b")
    assert [found.normal for found in words(spelt)] == [normal_form(spelt)]


@given(
    st.text(INVISIBLE, max_size=3),
    st.text(INVISIBLE.replace("\u200c", "").replace("\u0640", ""), max_size=3),
)
def test_invisible_characters_around_a_word_are_not_part_of_it(before, after):
    text = f"{before} {after}word{after} {before}"
    (found,) = (found for found in words(text) if found.normal)
    assert text[found.start : found.end] == "word"


@pytest.mark.parametrize(
    "between", ["\n", "\t", "\r", "\x1f", "\x85", "\u2028", "\u3000", "-", "/"]
)
def test_what_can_be_seen_parts_words(between):
    assert forms(f"free{between}lance") == ["free", "lance"]
