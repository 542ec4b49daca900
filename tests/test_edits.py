"""Planted copies and look-alikes, by which repeated paragraphs are measured, are what they say."""

import random
import sys
from pathlib import Path

import pytest
from marsad.seeds import normal_form
from rapidfuzz.distance import Levenshtein

sys.path.append(str(Path(__file__).parents[1] / "benchmarks"))

import edits
import planting
from lookalikes import look_alikes

TEXTS = {
    "ar": "أعلنت إدارة الميناء، يوم الثلاثاء، وصول 12 سفينة محملة بالقمح إلى الأرصفة الشرقية؛ وقال "
    "مديرها إن التفريغ يستغرق أربعة أيام، وإن المخازن تتسع لأكثر من 40 ألف طن من الحبوب.",
    "ar vocalised": "أَعْلَنَتِ الإِدَارَةُ إِغْلَاقَ الطَّرِيقِ الشَّرْقِيِّ يَوْمَ الثُّلَاثَاءِ، وَدَعَتِ السَّائِقِينَ إِلَى الحَذَرِ الشَّدِيدِ.",
    "en": "The harbour office said on Tuesday that 12 ships with grain had arrived at the eastern "
    "quays; unloading takes four days, and the stores hold more than 40 thousand tonnes.",
    "tr": "Liman idaresi salı günü 12 geminin doğu rıhtımına ulaştığını, boşaltmanın dört gün "
    "süreceğini ve ılık havanın işleri kolaylaştırdığını bildirdi. İşçiler memnun.",
    "ru": "Управление порта сообщило во вторник, что 12 судов с зерном пришли к восточным причалам; "
    "разгрузка займёт четыре дня, а склады вмещают больше 40 тысяч тонн.",
    "el": "Το λιμάνι ανακοίνωσε την Τρίτη ότι έφτασαν 12 πλοία με σιτάρι στις ανατολικές αποβάθρες, "
    "και η εκφόρτωση διαρκεί τέσσερις ημέρες.",
    "he": "הנהלת הנמל הודיעה ביום שלישי כי 12 אוניות עם חיטה הגיעו לרציפים המזרחיים, והפריקה נמשכת ארבעה ימים.",
    "hi": "बंदरगाह कार्यालय ने मंगलवार को कहा कि 12 जहाज पूर्वी घाट पर पहुँचे हैं, और माल उतारने में चार दिन लगेंगे।",
    "zh": "港务局星期二表示，载有小麦的12艘货轮已经抵达东部码头；卸货需要四天时间，仓库可以存放四万多吨粮食。",
    "th": "สำนักงานท่าเรือกล่าวเมื่อวันอังคารว่าเรือบรรทุกข้าวสาลี 12 ลำมาถึงท่าเรือฝั่งตะวันออกแล้ว และการขนถ่ายใช้เวลาสี่วัน",
    "ko": "항만 사무소는 화요일에 밀을 실은 배 12척이 동쪽 부두에 도착했으며, 하역에 나흘이 걸리고 창고에는 4만 톤이 넘게 들어간다고 밝혔다.",
}
SEEDS = range(25)


def made(name, language, seed):
    """Make a copy with the words of its text and one more, as the list of its language."""
    words = [*planting.word_lists([TEXTS[language]], ["x"])["x"], "مثال"]
    edit = planting.edits_for(words)[name]
    return planting.copy_of(TEXTS[language], edit, random.Random(seed))


@pytest.mark.parametrize("language", TEXTS)
@pytest.mark.parametrize("name", ["equal", "vocalised", "respelled"])
def test_exact_edits_keep_the_normal_form(name, language):
    copies = {made(name, language, seed) for seed in SEEDS}
    assert {normal_form(copy) for copy in copies} == {normal_form(TEXTS[language])}
    assert (copies == {TEXTS[language]}) == (name == "equal")


@pytest.mark.parametrize("language", TEXTS)
@pytest.mark.parametrize("name", planting.NAMES[3:11])
def test_other_edits_change_it(name, language):
    for seed in SEEDS:
        assert normal_form(made(name, language, seed)) != normal_form(TEXTS[language])


@pytest.mark.parametrize("language", TEXTS)
@pytest.mark.parametrize(
    ("name", "low", "high"), [("noisy", 0.02, 0.05), ("very noisy", 0.05, 0.1)]
)
def test_noise_is_within_its_bounds(name, low, high, language):
    text = TEXTS[language]
    for seed in SEEDS:
        distance = Levenshtein.distance(text, made(name, language, seed))
        # A letter that is lost beside one that is doubled counts less than it was.
        assert 0.6 * low * len(text) - 1 <= distance <= high * len(text) + 0.5


@pytest.mark.parametrize("language", TEXTS)
def test_words_are_dropped_and_swapped_within_bounds(language):
    words = [word for word, _ in edits.units(TEXTS[language])]
    for seed in SEEDS:
        left = edits.units(made("dropped", language, seed))
        assert 1 <= len(words) - len(left) <= max(1, 0.15 * len(words))
        moved = [
            word for word, _ in edits.units(edits.swapped(TEXTS[language], random.Random(seed)))
        ]
        if language not in {"zh", "th"}:  # where pairs of letters are parted anew
            assert sorted(moved) == sorted(words)
            assert sum(map(str.__ne__, moved, words)) <= max(2, 0.15 * len(words))


@pytest.mark.parametrize("language", TEXTS)
def test_numbers_outlive_replaced_words(language):
    numbers = [word for word, _ in edits.units(TEXTS[language]) if any(map(str.isdigit, word))]
    for seed in SEEDS:
        left = [word for word, _ in edits.units(made("replaced", language, seed))]
        assert [word for word in left if any(map(str.isdigit, word))] == numbers


@pytest.mark.parametrize("language", TEXTS)
def test_a_truncated_copy_is_one_stretch(language):
    text = TEXTS[language]
    whole = len(edits.units(text))
    for seed in SEEDS:
        copy = made("truncated", language, seed)
        assert copy in text
        assert 6 <= len(edits.units(copy)) <= 0.8 * whole + 1


@pytest.mark.parametrize("language", TEXTS)
def test_words_are_added_around_and_within(language):
    for seed in SEEDS:
        copy = made("added", language, seed)
        assert TEXTS[language] not in copy
        assert len(copy) > len(TEXTS[language])


def test_both_paragraphs_lie_whole_in_a_merged_copy():
    merged = edits.merged(f"{TEXTS['ar']}\n{TEXTS['ar vocalised']}", random.Random(0))
    assert merged == f"{TEXTS['ar']} {TEXTS['ar vocalised']}"


@pytest.mark.parametrize("language", TEXTS)
def test_units_make_up_the_text(language):
    assert "".join(word + gap for word, gap in edits.units(TEXTS[language])) == TEXTS[language]


def test_bases_are_used_once_and_seeds_give_equal_copies():
    texts = [f"{text} {number}" for number in range(6) for text in TEXTS.values()]
    tags = list(TEXTS) * 6
    planted = planting.plant(texts, tags, range(len(texts)), random.Random(3))
    assert planted == planting.plant(texts, tags, range(len(texts)), random.Random(3))
    assert planted != planting.plant(texts, tags, range(len(texts)), random.Random(4))
    bases = [base for copy in planted[1] for base in copy.bases]
    assert len(bases) == len(set(bases))
    assert {copy.edit for copy in planted[1]} == set(planting.NAMES)
    assert [copy.copy for copy in planted[1]] == [len(texts) + n for n in range(len(planted[0]))]


def test_look_alikes_are_all_distinct_and_seeded():
    alike = look_alikes(2_000, seed=5)
    assert alike == look_alikes(2_000, seed=5)
    assert len({normal_form(found.text) for found in alike}) == 2_000
    assert len({(found.language, found.template, found.slots) for found in alike}) == 2_000
    assert len({(found.language, found.template) for found in alike}) >= 40
    assert all(15 <= len(found.text.split()) <= 60 for found in alike)
    assert not any("{" in found.text for found in alike)
