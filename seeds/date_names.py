"""The names of months, and what else may stand in a line that gives a date.

Gregorian names come from CLDR through babel, for the languages below, in all the forms that it
has; those of the Hijri and the Persian solar year, which CLDR keeps elsewhere, stand here.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

from babel import Locale

from .normal import normal_form

Calendar = Literal["gregorian", "hijri", "solar"]
Month = tuple[Calendar, int]

# Where a name is two months (listopad is October in Croatian, November in Polish) it takes the
# language to tell them apart. The countries of Arabic call the months by different names.
_LOCALES = (
    "ar", "ar_SY", "ar_MA", "ar_TN", "ar_DZ", "fa", "ur", "ps", "ckb", "ku", "he", "en", "fr",
    "de", "es", "pt", "it", "nl", "ca", "ro", "tr", "az", "uz", "kk", "ru", "uk", "bg", "sr",
    "mk", "bs", "hr", "sl", "pl", "cs", "sk", "hu", "el", "sq", "sv", "da", "nb", "fi", "et",
    "lv", "lt", "hi", "bn", "ta", "te", "ml", "mr", "gu", "pa", "ne", "si", "th", "id", "ms",
    "fil", "sw", "so", "ha", "am", "hy", "ka",
)  # fmt: skip
_MORE: dict[str, dict[int, str]] = {
    "ar": {
        1: "كانون ثاني", 2: "فيبراير", 4: "ابريل نيسان", 5: "نوار", 7: "جولاي", 8: "اوغسطس",
        9: "سبتامبر", 10: "تشرين اول", 11: "تشرين ثاني", 12: "كانون اول",
    },
    "en": {9: "sept"},
    "ru": {3: "мар", 11: "ноя", 9: "сен"},
    "hi": {9: "सितम्बर", 11: "नवम्बर", 12: "दिसम्बर", 2: "फरवरी"},
    "bn": {1: "জানুয়ারি", 2: "ফেব্রুয়ারি"},
    "id": {8: "agu", 11: "nopember", 2: "pebruari"},
}  # fmt: skip
_HIJRI = (
    "محرم|المحرم|محرم الحرام|muharram|muharrem|мухаррам",
    "صفر|صفر المظفر|safar|safer",
    "ربيع الاول|ربيع اول|ربیع الاول|rabi al awwal|rabi ul awal|rabiul awal|rebiulevvel",
    "ربيع الاخر|ربيع الثاني|ربيع ثاني|rabi al thani|rabi al akhir|rabiul akhir|rebiulahir",
    "جمادي الاولي|جمادي الاول|جمادي اول|jumada al awwal|jumada al ula|jumadil awal|cemaziyelevvel",
    "جمادي الاخره|جمادي الثانيه|جمادي الاخر|جمادي الثاني|جمادي ثاني|"
    "jumada al thani|jumada al akhirah|jumadil akhir|cemaziyelahir",
    "رجب|رجب المرجب|rajab|recep",
    "شعبان|شعبان المعظم|shaban|sha ban|syaban|saban",
    "رمضان|رمضان المبارك|ramadan|ramadhan|ramazan|рамадан",
    "شوال|شوال المكرم|shawwal|syawal|sevval",
    "ذو القعده|ذي القعده|ذوالقعده|ذيقعده|ذي قعده|dhu al qadah|zulkaidah|zilkade",
    "ذو الحجه|ذي الحجه|ذوالحجه|ذيحجه|ذي حجه|dhu al hijjah|zulhijjah|zilhicce",
)
_SOLAR = (
    "فروردین|حمل", "اردیبهشت|ثور", "خرداد|جوزا", "تیر|سرطان", "مرداد|امرداد|اسد",
    "شهریور|سنبله", "مهر|میزان", "آبان|عقرب", "آذر|قوس", "دی|جدی", "بهمن|دلو", "اسفند|حوت",
)  # fmt: skip
_LONGEST = 4  # words of a month's name

# What may stand between the day, the month and the year, and after them.
_FILLER_WORDS = (
    "de del of the month mes d m g y o a e ein er st nd rd th eme re nin den di da do dei lo "
    "la le el al hb tháng năm року рік р года год г го й m ye yil jahr ar an bhl "
    "من شهر ماه سال عام سنه لعام لسنه م ه هجري هجريه ميلادي ميلاديه ميلاد شمسي قمري ق ش الموافق "
    "مطابق و في का की के को साल সাল"
)
_LABELS = (
    "published publish posted post updated update last modified created date dated on at by time "
    "first issued release released publication "
    "publié publiée le mis mise à jour modifié actualisé date heure "
    "veröffentlicht aktualisiert stand erstellt datum uhr am um vom zuletzt "
    "publicado publicada actualizado actualizada atualizado atualizada última actualización "
    "atualização modificación fecha data a las às em el hora horas "
    "pubblicato aggiornato il alle ore ultimo aggiornamento "
    "gepubliceerd bijgewerkt op om laatst "
    "yayınlanma yayınlandı yayın güncelleme güncellenme güncellendi son giriş tarihi tarih saat "
    "опубликовано опубликован дата публикации обновлено обновлен обновление последнее в время "
    "опубліковано оновлено о "
    "diterbitkan dipublikasikan diperbarui terbit pada tanggal pukul wib wita wit "
    "opublikowano aktualizacja dodano godz data "
    "تم نشر نشر النشر نشرت منشور تاريخ بتاريخ التاريخ في يوم اليوم الساعه ساعه على عند اخر تحديث "
    "التحديث حدث حدثت تعديل كتب حرر صدر الاصدار بتوقيت توقيت "
    "المحلي صباحا مساء ظهرا بعد الظهر قبل ص م "
    "انتشار منتشر تاریخ زمان ساعت شده به روز رسانی اخرین بروزرسانی شنبه "
    "اشاعت شائع تاریخ اپ ڈیٹ وقت بجے "
    "प्रकाशित अपडेट अपडेटेड पर को बजे तारीख समय দিন প্রকাশ প্রকাশিত আপডেট সময় "
    "发布 发表 更新 时间 于 發布 更新時間 发布时间 发表时间 日期 公開 公開日 更新日 投稿日 配信 "
    "입력 수정 등록 기사입력 ngày lúc cập nhật "
    "gmt utc est edt cet cest msk bst ist trt eet eest am pm local et pt"
)
_WEEKDAYS = (
    "الإثنين اثنين ثلاثاء أربعاء الاربعاء خميس جمعه سبت أحد 星期 周 月 火 水 木 金 土 日 曜日"
)
_FILLERS = frozenset(_FILLER_WORDS.split())


def month_of(words: list[str], language: str | None) -> Month | None:
    """Return the month that words in normal form name, and nothing but it.

    Parameters
    ----------
    words : list of str
        As `key_of` parts them. Names of the same month twice, "November (Teshrin)", are one.
    language : str, optional
        Decides where a name is of different months in different languages.
    """
    options: set[Month] | None = None
    at = 0
    while at < len(words):
        size, found = _name_at(words, at, language)
        if not found:
            if words[at] not in _FILLERS:
                return None
            at += 1
            continue
        options = found if options is None else options & found
        at += size
    return next(iter(options)) if options is not None and len(options) == 1 else None


def last_month_of(words: list[str], language: str | None) -> tuple[Month | None, int]:
    """Return the month that the last words name, and of how many words its name is."""
    for size in range(min(_LONGEST, len(words)), 0, -1):
        found = _chosen(" ".join(words[-size:]), language)
        if len(found) == 1:
            return next(iter(found)), size
    return None, 0


def key_of(text: str) -> list[str]:
    """Return the words of a text as names of months and labels are looked up."""
    return normal_form(text).replace("ı", "i").split()


def are_fillers(words: list[str]) -> bool:
    """Tell whether words are no more than what may stand inside a date."""
    return all(word in _FILLERS for word in words)


def are_labels(words: list[str]) -> bool:
    """Tell whether words are no more than weekdays and what announces a date."""
    return _label_words().issuperset(words)


def name_a_month(words: list[str]) -> bool:
    """Tell whether there is a name of a month among words, of one or of several."""
    return any(_name_at(words, at, None)[0] for at in range(len(words)))


def _name_at(words: list[str], at: int, language: str | None) -> tuple[int, set[Month]]:
    for size in range(min(_LONGEST, len(words) - at), 0, -1):
        found = _chosen(" ".join(words[at : at + size]), language)
        if found:
            return size, found
    return 0, set()


def _chosen(name: str, language: str | None) -> set[Month]:
    options = _months().get(name, {})
    if len(options) > 1 and language:
        base = language.replace("_", "-").split("-")[0].lower()
        own = {month for month, languages in options.items() if base in languages}
        return own or set(options)
    return set(options)


@lru_cache(1)
def _months() -> dict[str, dict[Month, set[str]]]:
    table: dict[str, dict[Month, set[str]]] = {}

    def put(name: str, month: Month, language: str) -> None:
        key = " ".join(key_of(name))
        if len(key) > 1 and not any(c.isdigit() for c in key):
            table.setdefault(key, {}).setdefault(month, set()).add(language)

    for code in _LOCALES:
        language = code.split("_")[0]
        for widths in Locale.parse(code).months.values():
            for width in ("wide", "abbreviated"):
                for number, name in widths.get(width, {}).items():
                    put(name, ("gregorian", number), language)
    for language, names in _MORE.items():
        for number, name in names.items():
            put(name, ("gregorian", number), language)
    for number, spelt in enumerate(_HIJRI, start=1):
        for name in spelt.split("|"):
            put(name, ("hijri", number), "ar")
    for number, spelt in enumerate(_SOLAR, start=1):
        for name in spelt.split("|"):
            put(name, ("solar", number), "fa")
    return table


@lru_cache(1)
def _label_words() -> frozenset[str]:
    days = (
        name
        for code in _LOCALES
        for widths in Locale.parse(code).days.values()
        for width in ("wide", "abbreviated")
        for name in widths.get(width, {}).values()
    )
    return _FILLERS | {word for text in (*days, _WEEKDAYS, _LABELS) for word in key_of(text)}
