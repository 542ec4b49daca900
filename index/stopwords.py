"""Words that name no theme: a kept list for 57 languages, and the verbs of news reports."""

from __future__ import annotations

from functools import lru_cache

import stopwordsiso

from ..seeds import normal_form

# What every news report says, whatever it is about. The general list lacks these.
_REPORTING = {
    "ar": "قال قالت يقول تقول أضاف أضافت أكد أكدت يؤكد أوضح أوضحت أشار أشارت ذكر ذكرت صرح أعلن "
    "أعلنت كشف كشفت أفاد أفادت لفت نقل بحسب حسب وفق وفقا خلال حول عبر ضمن بينما حيث كما اليوم أمس "
    "يذكر مشيرا مؤكدا موضحا مبينا مضيفا قد كان كانت يكون تكون هناك الماضي الماضية الجاري المقبل "
    "المقبلة السبت الأحد الاثنين الثلاثاء الأربعاء الخميس الجمعة عام سنة شهر أكثر نحو غير عدد من "
    "بعض جديد جديدة أول إحدى الأولى إلى أنه أنها بعد قبل منذ عدم بشكل جدير بيان تصريح وقت أي",
    "en": "said says say told added according reported announced stated also would could may might "
    "year years month week day today yesterday monday tuesday wednesday thursday friday saturday "
    "sunday percent new last first two three one many",
    "fr": "dit selon ajouté déclaré annoncé précisé indiqué affirmé expliqué lundi mardi mercredi "
    "jeudi vendredi samedi dimanche an ans année mois semaine jour hier aujourd'hui nouveau "
    "nouvelle après avant lors ainsi également pourrait",
    "es": "dijo según añadió declaró anunció indicó señaló explicó afirmó lunes martes miércoles "
    "jueves viernes sábado domingo año años mes semana día ayer hoy nuevo nueva tras además",
    "de": "sagte sagten laut teilte erklärte berichtete nach montag dienstag mittwoch donnerstag "
    "freitag samstag sonntag jahr jahre jahren monat woche tag gestern heute neue neuen zudem",
    "tr": "dedi söyledi belirtti açıkladı ekledi göre ifade pazartesi salı çarşamba perşembe cuma "
    "cumartesi pazar yıl yılı ay hafta gün bugün dün yeni ayrıca sonra önce",
    "fa": "گفت گفتند افزود اعلام کرد کردند شد شده است بود خواهد دارد دارند روز هفته ماه سال امروز "
    "دیروز گزارش بر اساس وی همچنین شنبه یکشنبه دوشنبه سه‌شنبه چهارشنبه پنجشنبه جمعه می کند شود",
    "ru": "сказал сказала заявил заявила сообщил сообщила сообщили добавил отметил данным словам "
    "понедельник вторник среду четверг пятницу субботу воскресенье год года лет месяц недели день "
    "сегодня вчера новый также",
    "ur": "کہا کہنا بتایا مطابق اعلان کیا گیا کہ ہے ہیں تھا تھے ہو گا گی دن ہفتے ماہ سال آج کل پیر "
    "منگل بدھ جمعرات جمعہ ہفتہ اتوار نئے نئی انہوں",
    "id": "kata ujar mengatakan menurut menambahkan menyatakan hari pekan bulan tahun senin selasa "
    "rabu kamis jumat sabtu minggu baru juga pada telah",
    "pt": "disse segundo afirmou acrescentou anunciou declarou explicou segunda terça quarta "
    "quinta sexta sábado domingo ano anos mês semana dia ontem hoje novo nova além",
}

_CLITICS = ("و", "ف", "ب", "ل", "ك")


@lru_cache(maxsize=64)
def stop_words(language: str) -> frozenset[str]:
    """Return the normal forms of the words of `language` that name no theme."""
    code = language.split("-")[0]
    listed = stopwordsiso.stopwords(code) if stopwordsiso.has_lang(code) else set()
    listed = set(listed) | set(_REPORTING.get(code, "").split())
    return frozenset(part for word in listed for part in normal_form(word).split())


def is_stop_word(word: str, language: str) -> bool:
    """Tell whether a normal form names no theme; Arabic proclitics are seen through."""
    listed = stop_words(language)
    if word in listed or len(word) == 1 or word.isdigit():
        return True
    return language == "ar" and word[0] in _CLITICS and word[1:] in listed
