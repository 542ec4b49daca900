"""Names of groups: words that tell them apart, right in Arabic and without stop words."""

from marsad.index.keywords import keywords, stems
from marsad.index.stopwords import is_stop_word

ACCOUNTS = [
    "أغلقت المنصة حسابات على مواقع التواصل الاجتماعي، وقالت إن الحسابات المغلقة كانت تروج للعنف.",
    "وأكدت المنصة إغلاق حسابات جديدة على مواقع التواصل الاجتماعي خلال الأسبوع الماضي.",
    "وتقول المنصة إن مواقع التواصل الاجتماعي شهدت عودة حسابات وهمية.",
]
FLOODS = [
    "ارتفع منسوب النهر وغمرت المياه الأحياء السكنية، وقالت البلدية إن المياه تنحسر.",
    "وأضافت البلدية أن منسوب النهر انخفض بعد فتح السد.",
]


def test_names_tell_the_groups_apart():
    accounts, floods = keywords([ACCOUNTS, FLOODS], "ar")
    assert any("التواصل الاجتماعي" in name for name in accounts)
    assert any("النهر" in name for name in floods)
    assert not set(accounts) & set(floods)


def test_no_particle_and_no_reporting_verb_names_anything():
    for name in keywords([ACCOUNTS, FLOODS], "ar")[0]:
        for word in ("على", "إن", "وقالت", "وأكدت", "خلال", "الماضي"):
            assert word not in name.split()


def test_proclitics_are_seen_through():
    assert is_stop_word("وقال", "ar")
    assert is_stop_word("وفي", "ar")
    assert not is_stop_word("وزاره", "ar")
    assert stems("والحسابات الحسابات بالحسابات", "ar") == stems("حسابات", "ar") * 3


def test_vocalised_words_stay_whole():
    assert stems("تَنْظِيمُ الدَّوْلَةِ", "ar") == stems("تنظيم الدولة", "ar")


def test_inflected_doubles_are_told_once():
    (names,) = keywords([["The flood flooded the town. Floods and flooding: a flood."] * 2], "en")
    assert sum(name.lower().startswith("flood") for name in names) == 1


def test_languages_without_a_stemmer_and_empty_groups():
    first, second = keywords([["سیلاب سے متاثر افراد سیلاب کے پانی میں"], []], "ur")
    assert "سیلاب" in first
    assert second == []
