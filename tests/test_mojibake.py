"""Mojibake repaired and put back; healthy text in many scripts stays as it is."""

from __future__ import annotations

import random

import pytest
from marsad.seeds import Article, Origin, SeedFile, document_of
from marsad.seeds.cleaning import original, repair
from test_cleaning import BODIES

TEXTS = {
    "ar": BODIES["ar"][0], "fr": BODIES["fr"][0], "de": BODIES["de"][0] + " Größe, Übermut, ärgerlich.",
    "es": BODIES["es"][0] + " ¿Mañana? Sí, señor.", "pt": BODIES["pt"][0] + " A ação não é em vão.",
    "fa": "شهردار بندر گفت که کار ساخت اسکلهٔ تازه از بهار آغاز می‌شود و ماهیگیران باید چند ماه صبر کنند.",
    "ru": "Городской совет сообщил, что расширение старой набережной начнётся весной и продлится два года.",
    "tr": "Belediye, eski iskelenin genişletilmesine ilkbaharda başlanacağını ve çalışmanın süreceğini açıkladı.",
    "el": "Ο δήμος ανακοίνωσε ότι η διεύρυνση της παλιάς προβλήτας θα αρχίσει την άνοιξη.",
    "zh": "市政府周一宣布，旧码头的扩建工程将于明年春天开工，工期两年。",
}  # fmt: skip


def spoilt(text, page, times=1):
    """What a text looks like after its UTF-8 was read in another encoding."""
    for _ in range(times):
        text = text.encode("utf-8").decode(page, "replace")
    return text


def spoils():
    """Every text spoilt in each way; bytes that a page has no letter for become U+FFFD."""
    for language, text in TEXTS.items():
        for page in ("cp1252", "latin-1", "cp1256", "cp1251"):
            for times in (1, 2):
                yield language, page, times, spoilt(text, page, times)


@pytest.mark.parametrize(("language", "page", "times", "text"), list(spoils()))
def test_what_was_repaired_can_be_had_back(language, page, times, text):
    repaired, done = repair(text)
    assert original(repaired, done) == text
    for one in done:
        assert 0 <= one.start <= one.end <= len(repaired)


@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize("language", ["ar", "ru", "el", "fr", "de", "es"])
def test_text_read_as_latin_is_repaired(language, times):
    assert repair(spoilt(TEXTS[language], "latin-1", times))[0] == TEXTS[language]


def test_arabic_read_as_its_windows_page_is_repaired():
    text = TEXTS["ar"].replace("ى", "ي")
    assert repair(spoilt(text, "cp1256"))[0] == text


def test_arabic_page_read_as_a_western_one_is_repaired():
    assert repair(TEXTS["ar"].encode("cp1256").decode("cp1252"))[0] == TEXTS["ar"]


def test_only_the_spoilt_line_is_changed():
    bad = spoilt(TEXTS["ru"], "latin-1")
    text = f"{TEXTS['ar']}\r\n{bad}\n{TEXTS['zh']}"
    repaired, done = repair(text)
    assert repaired == f"{TEXTS['ar']}\r\n{TEXTS['ru']}\n{TEXTS['zh']}"
    assert original(repaired, done) == text


HEALTHY = [
    *TEXTS.values(), *(body for pair in BODIES.values() for body in pair),
    "Â zo a yeke. Â wagingô ndâ ti ala", "Â stissa manera chi facìa", "À la fin, Ã l'est",
    "Žluťoučký kůň úpěl ďábelské ódy, «naïve» façade – 20 °C, 5 €, ½ “quoted” … ™",
    "Łódź, Kraków i Gdańsk: żółw, źrebię, ćma", "Þórður og Æsa búa á Íslandi", "Tiếng Việt có nhiều dấu thanh điệu",
    "Հայերեն տեքստ է սա", "ეს ქართული ტექსტია", "זה טקסט בעברית", "यह हिन्दी का एक वाक्य है।", "এটি একটি বাংলা বাক্য।",
    "இது ஒரு தமிழ் வாக்கியம்", "ఇది తెలుగు వాక్యం", "ಇದು ಕನ್ನಡ ವಾಕ್ಯ", "ഇത് മലയാളം വാക്യമാണ്", "ਇਹ ਪੰਜਾਬੀ ਵਾਕ ਹੈ", "આ ગુજરાતી વાક્ય છે",
    "මෙය සිංහල වාක්‍යයකි", "นี่คือประโยคภาษาไทย", "ນີ້ແມ່ນພາສາລາວ", "ဤသည်မှာ မြန်မာစာ ဖြစ်သည်", "នេះជាភាសាខ្មែរ", "ይህ የአማርኛ ዓረፍተ ነገር ነው",
    "これは日本語の文です。", "이것은 한국어 문장입니다.", "這是一個中文句子。", "བོད་ཡིག་", "ᠮᠣᠩᠭᠣᠯ", "ئەمە ڕستەیەکی کوردییە", "دا د پښتو جمله ده", "یہ اردو کا ایک جملہ ہے۔",
]  # fmt: skip


@pytest.mark.parametrize("text", HEALTHY)
def test_healthy_text_stays_as_it_is(text):
    assert repair(text) == (text, [])


def test_any_mixture_of_characters_can_be_had_back():
    chance = random.Random(7)
    letters = "aéÃ©Ø§Ù„â€™ÐŸÑ€طھظŠ»«\u0152\u02dc\u00a0 \n\r\tابتя中"
    for _ in range(300):
        text = "".join(chance.choices(letters, k=60))
        repaired, done = repair(text)
        assert original(repaired, done) == text


def test_title_outlet_and_author_are_repaired_as_the_text_is(tmp_path):
    said = {
        "title": TEXTS["fr"], "source": "Le Déjeuner", "author": "Zoë Müller", "text": TEXTS["ru"] * 2,
    }  # fmt: skip
    article = Article(**{name: spoilt(value, "latin-1") for name, value in said.items()})
    path = tmp_path / "a.txt"
    path.touch()
    document, _ = document_of(article, Origin.of(SeedFile(path, None)))
    assert {name: getattr(document, name) for name in said} == said


def test_healthy_titles_stay_as_they_are(tmp_path):
    path = tmp_path / "a.txt"
    path.touch()
    for title in HEALTHY:
        article = Article(title=title, author=title, text=TEXTS["fr"])
        document, _ = document_of(article, Origin.of(SeedFile(path, None)))
        assert document.title == document.author == " ".join(title.split())
