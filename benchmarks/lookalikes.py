"""Look-alikes: news texts of one template with other numbers and names, which are no copies.

    python benchmarks/lookalikes.py [--count 2000] [--seed 1]

prints them. Match reports, weather, prices, rates, notices of appointments and deaths, traffic
and flights in five languages, most in Arabic. In some templates names and numbers change, in
some only names, in some only numbers. Every text is made up, and every name as well.
"""

from __future__ import annotations

import argparse
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass

# {name} is filled from the lists of the language, {1-9} with a number, {10-99.} with a decimal one.
_TEMPLATES = {
    "ar": """
فاز فريق {club} على ضيفه {club} بنتيجة {1-5}-{0-1} في المباراة التي جمعتهما مساء {day} على ملعب
{city} ضمن الجولة {10-30} من الدوري الممتاز، ورفع الفائز رصيده إلى {20-60} نقطة، وسجل أهداف
المباراة {man} في الدقيقة {3-44} و{man} في الدقيقة {46-89}.

تعادل {club} مع {club} {1-3}-{1-3} في لقاء أقيم مساء {day} في {city} أمام {2000-19000} متفرج،
وتقدم {man} لأصحاب الأرض في الدقيقة {5-40} قبل أن يدرك {man} التعادل في الدقيقة {60-88}.

تغلب {club} بصعوبة على {club} في المباراة الافتتاحية لبطولة كأس {city}، وأحرز {man} هدف الفوز من
ركلة حرة مباشرة، فيما أهدر {man} فرصة ثمينة للتعادل في اللحظات الأخيرة من الشوط الثاني.

يستضيف {club} نظيره {club} في السابعة من مساء {day} على ملعب {city} الكبير، ويدير اللقاء الحكم
{man} بمساعدة {man}، ويغيب عن صفوف أصحاب الأرض المهاجم {man} بداعي الإصابة.

توقعت هيئة الأرصاد أن يكون الطقس {day} في {city} صحواً بوجه عام، وأن تصل درجة الحرارة العظمى إلى
{28-48} درجة مئوية والصغرى إلى {14-27} درجة، وأن تهب رياح خفيفة تبلغ سرعتها {8-40} كيلومتراً في
الساعة.

تسود أجواء مستقرة في {city} و{city} و{city} يوم {day}، مع ظهور بعض السحب على المناطق الشرقية،
وتنشط الرياح أحياناً على المناطق المكشوفة، فيما يكون البحر خفيف الموج على سواحل {city}.

سجلت محطة الرصد أعلى درجة حرارة أمس عند {40-51} درجة مئوية وأدناها عند {12-24} درجة، وبلغت
الرطوبة النسبية {20-90} في المئة، وهطلت أمطار بلغت كميتها {1-30} مليمتراً خلال {2-12} ساعة.

هطلت أمطار متوسطة إلى غزيرة على {city} مساء {day}، وبلغت كمية الأمطار {10-80} مليمتراً، وأغلقت
السلطات {2-9} شوارع رئيسية، وتلقت غرفة العمليات {30-400} بلاغاً من السكان حتى منتصف الليل.

أغلق مؤشر بورصة {city} تعاملات {day} على ارتفاع بنسبة {0-3.} في المئة عند مستوى {3000-9000} نقطة،
وبلغت قيمة التداولات {100-900} مليون، وارتفعت أسهم {20-60} شركة فيما تراجعت أسهم {10-50} شركة.

تراجع المؤشر العام في ختام جلسة اليوم {0-3.} في المئة إلى {3000-9000} نقطة، وجرى تداول {50-400}
مليون سهم من خلال {2000-9000} صفقة، وأنهت {15-60} شركة الجلسة على انخفاض و{10-50} شركة على
ارتفاع.

بلغ سعر غرام الذهب من عيار 24 اليوم {243-249.}، وعيار 22 {223-229.}، وعيار 21 {213-218.}، وعيار
18 {182-187.}، فيما استقرت الأونصة في الأسواق العالمية عند {1920-2050} دولاراً بحسب بيانات
الصاغة.

سجل سعر صرف الدولار اليوم {day} في سوق {city} {30-31.} للشراء و{32-32.} للبيع، وسجل اليورو
{33-34.} للشراء و{35-35.} للبيع، وبلغ سعر الجنيه الإسترليني {39-41.} في تعاملات الصباح.

ارتفعت أسعار الخضراوات في سوق {city} المركزية {day}، وبلغ سعر كيلو الطماطم {2-9.} والخيار {2-9.}
والبطاطا {1-8.} والبصل {1-7.}، وعزا تجار ذلك إلى قلة المعروض وارتفاع تكاليف النقل.

انخفض سعر خام برنت {0-4.} في المئة إلى {60-110.} دولاراً للبرميل في تسليمات الشهر المقبل، وهبط
خام غرب تكساس إلى {55-105.} دولاراً، بعد بيانات أظهرت زيادة المخزونات {1-9} ملايين برميل.

أعلنت شركة {firm} عن أرباح صافية بلغت {20-900} مليوناً في الربع الأول من العام مقابل {20-900}
مليوناً في الفترة نفسها من العام السابق، وقررت توزيع أرباح نقدية بنسبة {5-40} في المئة على
المساهمين.

وقعت شركة {firm} اتفاقية مع مجموعة {firm} لتنفيذ مشروع سكني في {city}، وحضر التوقيع {man} الرئيس
التنفيذي و{man} مدير المشاريع، وأكد الجانبان حرصهما على إنجاز الأعمال في موعدها.

انتقل إلى رحمة الله تعالى {man} من أهالي {city}، وسيصلى عليه بعد صلاة العصر في الجامع الكبير،
وتقبل التعازي في منزل العائلة بحي {quarter}، وهو والد كل من {first} و{first} و{first}.

شيعت {city} عصر {day} المرحوم {man} الذي وافته المنية عن عمر ناهز {55-98} عاماً، ووري الثرى في
مقبرة {quarter}، وتقبل التعازي لمدة {2-4} أيام في ديوان العائلة، إنا لله وإنا إليه راجعون.

صدر قرار بتعيين الدكتور {man} مديراً عاماً لمستشفى {city} خلفاً للدكتور {man} الذي أحيل إلى
التقاعد، وتمنت إدارة المستشفى للمدير الجديد التوفيق في مهامه، وأعرب عن شكره على هذه الثقة.

عقد مجلس إدارة غرفة {city} اجتماعاً {day} برئاسة {man}، وانتخب {man} نائباً للرئيس و{man} أميناً
للصندوق، وناقش المجلس خطة العام المقبل واطلع على تقرير لجنة المشاريع الصغيرة.

استقبل محافظ {city} {man} في مكتبه {day} وفداً من جمعية {quarter} الخيرية برئاسة {man}، وجرى خلال
اللقاء بحث سبل التعاون في المجالات الاجتماعية وعدد من الموضوعات ذات الاهتمام المشترك.

أعلنت إدارة المرور تحويل حركة السير في شارع {quarter} بمدينة {city} اعتباراً من {day} ولمدة
{2-30} يوماً بسبب أعمال الصيانة، ودعت السائقين إلى استخدام الطرق البديلة والالتزام بالسرعة
المحددة وهي {30-80} كيلومتراً.

أصيب {2-12} أشخاص في حادث تصادم بين {2-6} مركبات على طريق {city} {city} صباح {day}، وهرعت إلى
المكان {2-8} سيارات إسعاف ونقلت المصابين إلى المستشفى، وتسبب الحادث في تعطل السير {1-5} ساعات.

تأخر إقلاع الرحلة رقم {100-990} المتجهة من {city} إلى {city} يوم {day} {2-9} ساعات بسبب خلل فني،
ووفرت الشركة وجبات ل{80-320} مسافراً، ثم غادرت الطائرة عند الساعة {1-12}:{10-59}.

وصلت إلى مطار {city} طائرة مساعدات قادمة من {city} تحمل على متنها أغذية وأدوية وخياماً للمتضررين،
وكان في استقبالها {man} رئيس فرع الهلال الأحمر، وهي الطائرة الثانية التي تصل هذا الأسبوع.

ضبطت جمارك ميناء {city} {day} شحنة تضم {200-9000} علبة سجائر مخبأة في {2-9} حاويات، وأحيل {2-7}
أشخاص إلى النيابة، وقدرت قيمة المضبوطات بنحو {100-900} ألف بحسب بيان المكتب الإعلامي.

سجلت وزارة الصحة اليوم {20-900} إصابة جديدة و{10-800} حالة شفاء و{1-19} وفيات، ليرتفع إجمالي
الإصابات إلى {10000-90000} إصابة، وأجرت المختبرات {2000-30000} فحصاً خلال الساعات الأربع والعشرين
الماضية.

تنطلق {day} في {city} فعاليات معرض الكتاب بمشاركة {50-400} دار نشر من {10-40} دولة، ويستمر المعرض
{5-14} يوماً، ويفتتح الدورة {man}، وتستضيف الأمسية الأولى الشاعر {man}.
""",
    "en": """
{club} beat {club} {1-5}-{0-1} at {city} on {day}, with {man} scoring in the {3-44}th minute and
{man} adding another in the {46-89}th, a result that lifts them to {20-60} points after {10-30}
matches.

The forecast for {city} on {day} is dry with sunny spells, highs of {15-34} degrees and lows of
{3-14}, with light winds of {5-30} kilometres an hour and a {5-60} per cent chance of rain by
evening.

The main index closed {0-3.} per cent higher at {3000-9000} points on {day}; {20-60} shares
gained and {10-50} fell, while turnover reached {100-900} million, brokers in {city} said.

The board of {firm} has named {man} as chief executive to succeed {man}, who is leaving the
company for family reasons. The new head has worked for {firm} for many years and lives in
{city}.

Flight {100-990} from {city} to {city} was delayed by {2-9} hours on {day} because of a technical
fault, and {80-320} passengers were given meals before the aircraft took off at {1-12}.{10-59}
pm.

{man}, a retired teacher from {city}, has died after a short illness. The funeral will be held at
the parish church on {day}, and the family asks for donations to the hospice rather than flowers.
""",
    "fr": """
{club} a battu {club} {1-5}-{0-1} {day} au stade de {city}, grâce à des buts de {man} à la
{3-44}e minute et de {man} à la {46-89}e, devant {2000-19000} spectateurs, lors de la {10-30}e
journée du championnat.

Le temps sera ensoleillé {day} sur la région de {city}, avec des températures comprises entre
{3-14} et {15-34} degrés, un vent faible de {5-30} kilomètres à l'heure et quelques averses
attendues en soirée.

L'indice principal a terminé la séance de {day} en hausse de {0-3.} % à {3000-9000} points, dans
un volume de {100-900} millions, {20-60} valeurs ayant progressé tandis que {10-50} autres ont
reculé.

Le conseil municipal de {city} a élu {man} au poste d'adjoint chargé de la culture, en
remplacement de {man}, qui avait présenté sa démission pour raisons de santé, a annoncé la mairie
{day}.

La circulation sera interdite {day} entre {city} et {city} de {1-11} heures à {12-23} heures en
raison de travaux; une déviation de {4-30} kilomètres est mise en place, précise la préfecture.
""",
    "tr": """
{club} sahasında {club} takımını {1-5}-{0-1} yendi. {city} şehir stadında {day} günü oynanan
maçta golleri {3-44}. dakikada {man} ve {46-89}. dakikada {man} attı. Ev sahibi takım puanını
{20-60} yaptı.

{city} ve çevresinde {day} günü hava parçalı bulutlu olacak. En yüksek sıcaklık {15-38} derece,
en düşük sıcaklık {3-14} derece, rüzgarın hızı saatte {5-40} kilometre olarak tahmin ediliyor.

Serbest piyasada dolar {32-32.} liradan alınıp {33-33.} liradan satılıyor. Avro {35-36.} lira,
gram altın {2480-2520} lira, çeyrek altın ise {4010-4090} lira seviyesinden işlem görüyor.

{city} Ticaret Odası başkanlığına {man} seçildi. Görevi {man} isimli üyeden devralan yeni başkan,
{day} günü yapılan törende tüm üyelere teşekkür etti ve birlikte çalışma sözü verdi.

{city} yakınlarında {day} günü {2-6} aracın karıştığı zincirleme kazada {2-19} kişi yaralandı.
Olay yerine {2-8} ambulans sevk edildi, yol {1-5} saat boyunca trafiğe kapalı kaldı.
""",
    "ru": """
Команда {club} обыграла команду {club} со счётом {1-5}:{0-1} в матче {10-30}-го тура. Голы забили
{man} на {3-44}-й минуте и {man} на {46-89}-й. За игрой в городе {city} следили {2000-19000}
зрителей.

В городе {city} в {day} ожидается переменная облачность, температура воздуха днём {10-30}
градусов, ночью {1-9} градусов, ветер {2-15} метров в секунду, атмосферное давление {735-765}
миллиметров.

Официальный курс доллара на сегодня составляет {89-91.} рубля, курс евро {97-99.} рубля, курс
юаня {12-12.} рубля. Баррель нефти подешевел до {60-110.} доллара, индекс биржи вырос на {0-3.}
процента.

Новым директором завода {firm} в городе {city} назначен {man}. Прежний руководитель {man}
переходит на преподавательскую работу, сообщила в {day} пресс-служба предприятия.

Рейс {100-990} по маршруту {city} {city} задержан в {day} на {2-9} часов по техническим причинам.
На борту находились {80-320} пассажиров, новое время вылета {1-12}:{10-59}, сообщили в аэропорту.
""",
}
_LISTS = {
    "ar": {
        "club": "النسور|الهدف|الوفاق|الساحل|الفجر|الواحة|النهضة|الميناء|الرابطة|الفرسان|الشعلة",
        "city": "الريان|المنارة|السالمية|الزهراء|بئر النخيل|رأس الوادي|الحمراء|القصيبة|عين الجبل",
        "quarter": "الربيع|الياسمين|النزهة|السلام|الروضة|المروج|الصفا|الورود|البستان|الأندلس",
        "firm": "الأفق|السنابل|المدار|الركن|البناء الحديث|النخلة|المرساة|الدرة|السدرة|الخليل",
        "first": "سامر|ماجد|نبيل|رائد|وليد|هاني|زياد|فارس|طارق|عادل|باسم|كمال",
        "family": "الراشدي|المنصوري|الحداد|الصباغ|النجار|السعدي|الخطيب|العمري|الزيات|البنا|الشامي",
        "day": "السبت|الأحد|الاثنين|الثلاثاء|الأربعاء|الخميس|الجمعة",
    },
    "en": {
        "club": "Harbour Rovers|North End|Castle Town|Riverside|Old Mill|United Vale|Hill Park",
        "city": "Ashford Bay|Kingsmere|Eastwick|Marlow Hill|Stonebridge|Fairhaven|Westbrook",
        "firm": "Bright Foods|Calder Works|Linden Group|Northway|Oak Systems|Pembury",
        "first": "Martin|Helen|Peter|Laura|Simon|Alice|George|Ruth|Daniel|Clara",
        "family": "Hartley|Brookes|Fenwick|Marsh|Oakley|Thornton|Penrose|Whitcombe|Dale",
        "day": "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday",
    },
    "fr": {
        "club": "Olympique Valmont|Racing Belleroche|Étoile Saint-Aubin|Stade Merval|Union Clairac",
        "city": "Valmont|Belleroche|Clairac|Saint-Aubin|Merval|Roquefeuil|Montclar|Beauvoir",
        "first": "Luc|Hélène|Paul|Claire|Marc|Sophie|Julien|Anne|Thomas|Élise",
        "family": "Morvan|Delcourt|Lafargue|Berthier|Rouvière|Castel|Vasseur|Marchal",
        "day": "lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche",
    },
    "tr": {
        "club": "Yıldızspor|Limanspor|Yeşilova|Dağgücü|Kıyı Birliği|Altınova|Çınarspor",
        "city": "Yeşilova|Akdere|Güneykent|Taşköprü|Çamlıdağ|Gölbaşı|Karataş|Pınarlı",
        "first": "Murat|Elif|Hasan|Zeynep|Kemal|Ayşe|Orhan|Selin|Cem|Derya",
        "family": "Aksoy|Demirtaş|Kılıçer|Yalçın|Sönmez|Ertürk|Bulutlu|Karaca",
        "day": "pazartesi|salı|çarşamba|perşembe|cuma|cumartesi|pazar",
    },
    "ru": {
        "club": "«Маяк»|«Север»|«Сокол»|«Волна»|«Искра»|«Металлист»|«Восход»",
        "city": "Светлогорье|Берёзовск|Новоозёрск|Камнегорск|Лесное|Приморье|Старополь",
        "firm": "«Прогресс»|«Кристалл»|«Вектор»|«Заря»|«Моторист»|«Горизонт»",
        "first": "Иван|Сергей|Николай|Павел|Андрей|Виктор|Олег|Михаил",
        "family": "Ветров|Лесников|Озеров|Каменев|Соколовский|Рощин|Берегов|Поляков",
        "day": "понедельник|вторник|среду|четверг|пятницу|субботу|воскресенье",
    },
}  # fmt: skip
_SHARES = {"ar": 60, "en": 12, "fr": 10, "tr": 9, "ru": 9}
_SLOT = re.compile(r"\{(?:(\d+)-(\d+)(\.?)|(\w+))\}")


@dataclass(frozen=True)
class LookAlike:
    """A made text, its language, the number of its template, and what stands in its slots."""

    text: str
    language: str
    template: int
    slots: tuple[str, ...]


def look_alikes(count: int = 2_000, seed: int = 1) -> list[LookAlike]:
    """Make look-alikes, all different; each template of a language is used equally often."""
    chance = random.Random(seed)
    made: dict[tuple[str, int, tuple[str, ...]], LookAlike] = {}
    turns = dict.fromkeys(_TEMPLATES, 0)
    while len(made) < count:
        (language,) = chance.choices(list(_SHARES), list(_SHARES.values()))
        known = templates(language)
        number = turns[language] % len(known)
        turns[language] += 1
        text, slots = _filled(known[number], language, chance)
        made.setdefault((language, number, slots), LookAlike(text, language, number, slots))
    return list(made.values())


def templates(language: str) -> list[str]:
    """Return the templates of a language, each in one line."""
    return [" ".join(part.split()) for part in _TEMPLATES[language].strip().split("\n\n")]


def _filled(template: str, language: str, chance: random.Random) -> tuple[str, tuple[str, ...]]:
    pieces: list[str] = []
    slots: list[str] = []
    end = 0
    for slot in _SLOT.finditer(template):
        pieces.append(template[end : slot.start()])
        value = next(v for v in _values(slot, language, chance) if v not in slots or slot[1])
        slots.append(value)
        pieces.append(value)
        end = slot.end()
    return "".join([*pieces, template[end:]]), tuple(slots)


def _values(slot: re.Match[str], language: str, chance: random.Random) -> Iterator[str]:
    """Yield values for a slot without end; a name is taken once in a text, a number often."""
    low, high, point, name = slot.groups()
    lists = _LISTS[language]
    while True:
        if name == "man":
            yield " ".join(chance.choice(lists[part].split("|")) for part in ("first", "family"))
        elif name:
            yield chance.choice(lists[name].split("|"))
        else:
            number = str(chance.randint(int(low), int(high)))
            yield f"{number}.{chance.randint(0, 99):02}" if point else number


def main() -> None:
    """Print them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    for made in look_alikes(arguments.count, arguments.seed):
        print(made.text)


if __name__ == "__main__":
    main()
