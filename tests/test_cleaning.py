"""Noise in scraped articles: what is marked, what stays, and paragraphs said twice."""

from __future__ import annotations

import subprocess
import sys

import pages as labelled
import pytest
from marsad.seeds.cleaning import mark, repeats
from marsad.seeds.documents import Span
from marsad.seeds.paragraphs import split

NOISE = {"byline", "dateline", "related", "sharing", "comments", "notice"}

# Two paragraphs of an invented article, long enough to be text whatever they say.
BODIES = {
    "ar": (
        "أعلنت بلدية المرسى الجديد أن أعمال توسعة الرصيف البحري ستبدأ في الربيع المقبل، وأن المرحلة الأولى تشمل بناء حاجز للأمواج وتجديد شبكة الإنارة على امتداد كيلومترين من الواجهة.",
        "ويأمل الصيادون أن يحد المشروع من الأضرار التي تلحقها العواصف بقواربهم كل شتاء، غير أنهم يطالبون بتعويض عن الأشهر التي سيغلق فيها المرفأ القديم أمام حركة المراكب الصغيرة.",
    ),
    "en": (
        "The harbour council of Eastmere said on Monday that it would begin to widen the old quay in spring, starting with a breakwater and new lamps along two kilometres of the waterfront.",
        "Fishermen hope the work will spare their boats the damage that storms do every winter, but they want to be paid for the months in which the small harbour will be closed to them.",
    ),
    "fr": (
        "La mairie de Port-Sablé a annoncé lundi que l'élargissement du vieux quai commencerait au printemps, avec une digue et de nouveaux lampadaires le long de deux kilomètres de front de mer.",
        "Les pêcheurs espèrent que les travaux épargneront à leurs bateaux les dégâts des tempêtes d'hiver, mais réclament une indemnité pour les mois où le petit port leur sera fermé.",
    ),
    "de": (
        "Der Stadtrat von Möwenhafen teilte am Montag mit, dass der Ausbau des alten Kais im Frühjahr beginnen soll, zunächst mit einem Wellenbrecher und neuen Laternen auf zwei Kilometern.",
        "Die Fischer hoffen, dass ihre Boote künftig vor den Winterstürmen sicher sind, verlangen aber eine Entschädigung für die Monate, in denen der kleine Hafen für sie gesperrt bleibt.",
    ),
    "es": (
        "El ayuntamiento de Puerto Calmo anunció el lunes que la ampliación del viejo muelle empezará en primavera, con un rompeolas y farolas nuevas a lo largo de dos kilómetros de costa.",
        "Los pescadores confían en que la obra libre a sus barcas de los daños de cada invierno, aunque piden una compensación por los meses en que el puerto pequeño estará cerrado.",
    ),
    "it": (
        "Il comune di Porto Sereno ha annunciato lunedì che l'ampliamento del vecchio molo comincerà in primavera, con una diga foranea e nuovi lampioni lungo due chilometri di lungomare.",
        "I pescatori sperano che i lavori risparmino alle barche i danni delle tempeste invernali, ma chiedono un indennizzo per i mesi in cui il porticciolo resterà chiuso.",
    ),
    "pt": (
        "A câmara de Porto Manso anunciou na segunda-feira que o alargamento do velho cais vai começar na primavera, com um quebra-mar e novos candeeiros ao longo de dois quilómetros.",
        "Os pescadores esperam que a obra poupe aos barcos os estragos de cada inverno, mas pedem uma compensação pelos meses em que o pequeno porto estará fechado.",
    ),
    "nl": (
        "De gemeenteraad van Meeuwenhaven maakte maandag bekend dat de verbreding van de oude kade in het voorjaar begint, met een golfbreker en nieuwe lantaarns over twee kilometer.",
        "De vissers hopen dat hun boten de schade van de winterstormen bespaard blijft, maar willen een vergoeding voor de maanden waarin de kleine haven voor hen gesloten is.",
    ),
}  # fmt: skip

TITLES = {
    "ar": "رصيف جديد يغير وجه المرسى القديم", "en": "Eastmere widens its quay after a decade of talk",
    "fr": "Port-Sablé élargit son quai après dix ans de débats", "de": "Möwenhafen baut nach zehn Jahren seinen Kai aus",
    "es": "Puerto Calmo amplía su muelle tras diez años de espera", "it": "Porto Sereno allarga il molo dopo dieci anni",
    "pt": "Porto Manso alarga o cais depois de dez anos", "nl": "Meeuwenhaven verbreedt de kade na tien jaar praten",
}  # fmt: skip


def marked(text, language="und"):
    """Every stretch of a text with the kind it is given."""
    spans = mark(text, split(text, language), language)
    return [(span.kind, text[span.start : span.end]) for span in spans]


def kind_below(line, language):
    """The kind of a line that stands below an article."""
    text = "\n".join([TITLES[language], *BODIES[language], line])
    return marked(text, language)[-1][0]


def kind_above(line, language):
    """The kind of a line that stands between the title and the article."""
    text = "\n".join([TITLES[language], line, *BODIES[language]])
    return marked(text, language)[1][0]


def kind_inside(line, language):
    """The kind of a line between two paragraphs of an article."""
    first, second = BODIES[language]
    text = "\n".join([TITLES[language], first, line, second])
    return marked(text, language)[2][0]


@pytest.mark.parametrize("page", labelled.load("develop"), ids=lambda page: page.name)
def test_stretches_and_their_order_are_kept_and_what_is_marked_says_why(page):
    spans = split(page.text, page.language)
    found = mark(page.text, spans, page.language)
    assert [(s.start, s.end) for s in found] == [(s.start, s.end) for s in spans]
    for before, after in zip(spans, found, strict=True):
        assert before == after or after.why
        assert after.kind in NOISE or after.kind in ("caption", before.kind)


def test_no_stretches_no_marks():
    assert mark("", [], "en") == []
    assert mark("...", [Span(0, 3, "fragment")], "en") == [Span(0, 3, "fragment")]


@pytest.mark.parametrize("language", BODIES)
def test_article_without_noise_keeps_every_kind(language):
    text = "\n\n".join([TITLES[language], *BODIES[language]])
    assert [kind for kind, _ in marked(text, language)] == ["title", "paragraph", "paragraph"]


@pytest.mark.parametrize(
    ("language", "kind", "line"),
    [
        ("en", "sharing", "Share this story with your friends"),
        ("en", "sharing", "Follow the Eastmere Echo on Facebook and Telegram"),
        ("en", "sharing", "Facebook | X | WhatsApp"),
        ("en", "notice", "Subscribe to our weekly newsletter"),
        ("en", "notice", "We use cookies to improve this website."),
        ("en", "notice", "© 2021 Eastmere Echo Ltd. All rights reserved."),
        ("en", "notice", "Tags: harbour, fishing, Eastmere"),
        ("en", "notice", "#harbour #fishing"),
        ("en", "notice", "4 min read"),
        ("en", "comments", "17 comments"),
        ("en", "comments", "Your email address will not be published. Required fields are marked *"),
        ("en", "byline", "newsdesk@eastmere.example"),
        ("ar", "sharing", "تابعوا قناتنا على تلغرام"),
        ("ar", "sharing", "نسخ الرابط"),
        ("ar", "comments", "٣ تعليقات"),
        ("ar", "comments", "كن أول من يعلق على الخبر"),
        ("ar", "notice", "الكلمات المفتاحية: المرسى، الصيد"),
        ("ar", "notice", "مدة القراءة: ٤ دقائق"),
        ("ar", "notice", "جميع الحقوق محفوظة لصحيفة الساحل"),
        ("ar", "byline", "المصدر: صحيفة الساحل"),
        ("fr", "sharing", "Suivez L'Écho du Quai sur Facebook"),
        ("fr", "sharing", "Partager sur WhatsApp"),
        ("fr", "comments", "12 commentaires"),
        ("fr", "comments", "Connectez-vous pour laisser un commentaire"),
        ("fr", "notice", "Inscrivez-vous gratuitement à notre newsletter"),
        ("fr", "notice", "Temps de lecture : 3 min"),
        ("de", "sharing", "Diesen Beitrag auf WhatsApp teilen"),
        ("de", "comments", "Kommentar schreiben"),
        ("de", "notice", "Lesezeit: 5 Minuten"),
        ("de", "notice", "Jetzt unseren Newsletter abonnieren"),
        ("es", "sharing", "Síguenos en nuestras redes sociales"),
        ("es", "comments", "Inicia sesión para comentar esta noticia"),
        ("es", "notice", "Suscríbete a nuestro boletín diario"),
        ("it", "sharing", "Condividi su Facebook"),
        ("it", "comments", "Lascia il tuo commento"),
        ("it", "notice", "Iscriviti alla newsletter del giornale"),
        ("it", "notice", "© RIPRODUZIONE RISERVATA"),
        ("pt", "sharing", "Compartilhe esta notícia no WhatsApp"),
        ("pt", "comments", "Seja o primeiro a comentar"),
        ("pt", "notice", "Assine a nossa newsletter"),
        ("nl", "sharing", "Deel dit artikel via WhatsApp"),
        ("nl", "comments", "Wees de eerste die reageert"),
        ("nl", "notice", "Meld je aan voor onze nieuwsbrief"),
    ],
)  # fmt: skip
def test_furniture_below_an_article_is_known_by_its_wording(language, kind, line):
    assert kind_below(line, language) in {kind} | ({"notice"} if kind == "byline" else set())


@pytest.mark.parametrize(
    ("language", "kind", "line"),
    [
        ("en", "byline", "By Ottilie Marsh and Dev Anand"),
        ("en", "byline", "Ottilie Marsh, Harbour Correspondent"),
        ("en", "dateline", "Tuesday 4 March 2025, 09:15 GMT"),
        ("en", "dateline", "EASTMERE (Reuters)"),
        ("en", "dateline", "EASTMERE, Northland —"),
        ("ar", "byline", "كتبت: سلمى البحري"),
        ("ar", "byline", "إعداد سلمى البحري"),
        ("ar", "dateline", "الثلاثاء ٤ مارس ٢٠٢٥"),
        ("fr", "byline", "Par Capucine Lorme"),
        ("fr", "dateline", "Publié le 4 mars 2025 à 9h15"),
        ("de", "byline", "Von Wiebke Tamm"),
        ("de", "dateline", "Möwenhafen (wta)."),
        ("es", "byline", "Texto: Lucía Varela"),
        ("es", "dateline", "4 de marzo de 2025 - 09:15"),
        ("it", "byline", "di Ilaria Conti"),
        ("it", "dateline", "Pubblicato il 4 marzo 2025 alle 9:15"),
        ("pt", "byline", "Por Inês Falcão"),
        ("pt", "dateline", "4 de março de 2025 às 09h15"),
        ("nl", "byline", "Door Femke Zeeman"),
        ("nl", "dateline", "Bijgewerkt op 4 maart 2025 om 9:15 uur"),
    ],
)
def test_who_wrote_it_and_when_is_known_above_an_article(language, kind, line):
    assert kind_above(line, language) == kind


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("en", "Leave a comment? Not here"),
        ("en", "Follow us, said the harbour master"),
        ("en", "Share and share alike"),
        ("en", "The cookie that crumbled"),
        ("en", "By the sea"),
        ("en", "From quay to court"),
        ("en", "Print is not dead"),
        ("en", "3 March"),
        ("ar", "التعليقات تحت المجهر"),
        ("ar", "ماذا يقول الصيادون؟"),
        ("ar", "مشاركة الأهالي في القرار"),
        ("fr", "Suivez le bateau"),
        ("fr", "Partager la mer"),
        ("fr", "Recevoir un ferry ne suffit pas"),
        ("de", "Teilen und herrschen am Kai"),
        ("de", "Von Fischern und Beamten"),
        ("es", "Sigue la polémica del muelle"),
        ("es", "Recibe el puerto su primer ferry"),
        ("it", "Segui la rotta"),
        ("pt", "Siga o dinheiro"),
        ("nl", "Steun voor de vissers"),
    ],
)
def test_heading_inside_a_text_that_sounds_like_furniture_stays(language, line):
    assert kind_inside(line, language) not in NOISE


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("en", "Readers who leave a comment under a story must now give their name, email and town, the publisher said on Friday, because the new law holds it liable for what they write."),
        ("en", "The site had told visitors for years that all rights reserved meant nothing could be copied, and the court disagreed on every point that its lawyers raised in two hearings."),
        ("en", "No one was hurt."),
        ("en", "She asked them to share the post, and they did."),
        ("ar", "وقال إن ملفات تعريف الارتباط التي يجمعها الموقع عن زواره لا تباع لأحد، وإن عبارة جميع الحقوق محفوظة لا تمنع الطلبة من نقل النصوص القصيرة في بحوثهم."),
        ("ar", "لم يصب أحد بأذى."),
        ("fr", "L'éditeur assure que les cookies déposés sur son site ne servent qu'à compter les visites, et que les lecteurs peuvent s'abonner à la newsletter sans donner leur adresse postale."),
        ("de", "Der Verlag will Kommentare künftig nur noch von Abonnenten zulassen, weil die Moderation im vergangenen Jahr mehr gekostet hat als die Werbung auf den Seiten eingebracht hat."),
        ("es", "El diario explicó que los comentarios seguirán abiertos, pero que cada lector deberá iniciar sesión y aceptar las normas, una medida que ya aplican otros medios de la región."),
    ],
)  # fmt: skip
def test_paragraph_that_talks_of_furniture_stays(language, line):
    assert kind_inside(line, language) not in NOISE


@pytest.mark.parametrize("line", ["He left on a Tuesday.", "Nobody saw him go", "What was it for?"])
def test_short_last_line_of_a_text_stays(line):
    assert kind_below(line, "en") not in NOISE


def test_quotation_marks_in_a_title_make_no_path():
    text = "\n".join(["«Морской вестник» сменил хозяина", *BODIES["en"]])
    assert marked(text, "ru")[0][0] == "title"


@pytest.mark.parametrize("line", ["News / Harbour", "Home » Coast » Harbour", "الرئيسية / اقتصاد"])
def test_path_to_the_page_is_told_above_its_title(line):
    text = "\n".join([line, TITLES["en"], *BODIES["en"]])
    assert marked(text, "en")[0][0] == "notice"


def test_box_ends_where_the_text_goes_on():
    first, second = BODIES["en"]
    lines = [
        TITLES["en"],
        first,
        "Read also",
        "Ferry fares to rise in May",
        "Lighthouse sold",
        second,
    ]
    assert [kind for kind, _ in marked("\n".join(lines), "en")] == [
        "title", "paragraph", "related", "related", "related", "paragraph",
    ]  # fmt: skip


def test_label_with_nothing_below_marks_itself_alone():
    first, second = BODIES["ar"]
    found = marked("\n".join([TITLES["ar"], first, "اقــرأ أيضاً", second]), "ar")
    assert [kind for kind, _ in found] == ["title", "paragraph", "related", "paragraph"]


def test_story_glued_below_a_box_keeps_its_title():
    story = [
        "Museum finds a lost map of the Silver Coast",
        "Silver Coast map, drawn in 1702 and lost since the museum burned down, was found behind a cupboard by a cleaner who took it for wallpaper, the museum of Eastmere said on Sunday.",
        "It shows eleven harbours of which only four are left, and a reef that no later map of the coast has, although two ships were wrecked there within a year of each other.",
    ]
    lines = [TITLES["en"], *BODIES["en"], "Related stories", "Ferry fares to rise in May", *story]
    assert [kind for kind, _ in marked("\n".join(lines), "en")][3:] == [
        "related", "related", "heading", "paragraph", "paragraph",
    ]  # fmt: skip


def test_comments_of_readers_belong_to_their_form():
    lines = [
        TITLES["en"], *BODIES["en"], "Comments (2)", "Log in to comment",
        "Herring Jo, 3 hours ago", "My grandfather said the same thing about the old quay and he was right.",
    ]  # fmt: skip
    assert {kind for kind, _ in marked("\n".join(lines), "en")[3:]} == {"comments"}


def test_form_with_starred_fields_is_a_form_in_any_wording():
    assert kind_below("Nimi* Sähköposti* Viesti*", "en") == "comments"


def test_unknown_buttons_among_known_ones_are_furniture():
    lines = [
        TITLES["en"],
        *BODIES["en"],
        "Share this story",
        "Copy link",
        "Zap it",
        "Tags: harbour",
    ]
    assert [kind for kind, _ in marked("\n".join(lines), "en")][-2:] == ["sharing", "notice"]


def test_hours_of_a_live_report_are_date_lines_and_days_of_a_chronicle_headings():
    first, second = BODIES["en"]
    live = marked("\n".join([TITLES["en"], "14:05", first, "13:20", second]), "en")
    assert [kind for kind, _ in live] == ["title", "dateline", "paragraph", "dateline", "paragraph"]
    days = [TITLES["en"], first, "3 March 2024", second, "9 May 2024", first + " Again.", second]
    assert "dateline" not in {kind for kind, _ in marked("\n".join(days), "en")}


@pytest.mark.parametrize(
    ("line", "is_date"),
    [
        ("14:05", True), ("9.30", True), ("23h15", True), ("٩:٣٠", True),
        ("12.99", False), ("1.62", False), ("5.44%", False), ("$3.50", False), ("45:10", False), ("٩:٧٥", False),
    ],
)  # fmt: skip
def test_a_time_is_a_date_line_and_a_price_a_share_or_a_score_is_none(line, is_date):
    assert (kind_inside(line, "en") == "dateline") == is_date


@pytest.mark.parametrize(("count", "is_list"), [(1, False), (2, False), (3, True), (6, True)])
def test_places_with_dates_that_follow_one_another_are_a_list(count, is_list):
    towns = ["Lindmouth", "Torvik", "Saltby", "Eastering", "Harrowgate", "Ness"][:count]
    rows = [f"{town}, {number} June 2024" for number, town in enumerate(towns, start=3)]
    found = marked("\n".join([TITLES["en"], *BODIES["en"], *rows]), "en")[-count:]
    assert all((kind != "dateline") == is_list for kind, _ in found)


def test_author_box_below_a_text_names_who_is_named_above():
    lines = [
        TITLES["en"],
        "By Ottilie Marsh",
        *BODIES["en"],
        "Ottilie Marsh writes about harbours. She lives in Eastmere.",
    ]
    assert marked("\n".join(lines), "en")[-1][0] == "byline"


@pytest.mark.parametrize(
    "line",
    ["Boats at anchor in Eastmere (Reuters)", "Photo: Dev Anand", "قوارب في المرسى القديم (أ.ف.ب)"],
)
def test_credit_tells_a_caption(line):
    assert kind_above(line, "ar" if "ق" in line else "en") == "caption"


def test_paragraph_said_twice_points_to_the_first():
    texts = [
        "A storm came.",
        "Boats sank.",
        "A  storm came",
        "***",
        "***",
        "boats sank!",
        "A storm came.",
    ]
    assert repeats(texts) == [None, None, 0, None, None, 1, 0]
    assert repeats([]) == []


def test_importing_the_room_loads_neither_ftfy_nor_any_wording():
    code = (
        "import sys, marsad.seeds.cleaning as c; from marsad.seeds.cleaning.wordings import wordings;"
        "assert 'ftfy' not in sys.modules and wordings.cache_info().currsize == 0"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
