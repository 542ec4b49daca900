"""Pages: the article is found without what stands around it, and nothing is made up."""

from __future__ import annotations

from pathlib import Path

import pytest
from marsad.seeds import SeedError
from marsad.seeds.articles import Article
from marsad.seeds.formats.html import articles

FILES = Path(__file__).parent / "files"
ARABIC = (
    "أعلنت إدارة الميناء في بنزرت أن الرصيف الشرقي سيغلق ثلاثة أسابيع بسبب أعمال الصيانة السنوية.",
    "وقال مدير الميناء إن البواخر الصغيرة ستحول إلى الرصيف القديم، وإن العمال سيتقاضون أجورهم كاملة.",
    "ويخشى تجار السوق المجاور أن تقل الحركة قبل العيد، ويطلبون فتح الطريق الخلفية أمام الشاحنات.",
)
PERSIAN = (
    "شهرداری می‌گوید کتابخانه‌ی تازه از شنبه باز می‌شود و بچه‌ها می‌توانند رایگان کتاب بگیرند.",
    "کارکنان کتابخانه هفته‌ی پیش قفسه‌ها را چیدند و نزدیک ده‌هزار جلد کتاب را شماره‌گذاری کردند.",
)
ENGLISH = (
    "The county has bought the empty dairy on Mill Lane and wants to turn it into a fire station.",
    "Two engines will stand in the old loading bay, and the crews will train in the yard behind it.",
    "Neighbours were told on Monday that the sirens will stay silent until the first crossroads.",
)


def one(html: str | bytes) -> Article:
    data = html.encode() if isinstance(html, str) else html
    [article] = articles(data, "page.html")
    return article


def page(body: str, head: str = "", *, lang: str = "en") -> str:
    return (
        f"<!DOCTYPE html><html lang='{lang}'><head><meta charset='utf-8'>{head}</head>"
        f"<body>{body}</body></html>"
    )


def paragraphs(texts: tuple[str, ...]) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


def test_page_saved_by_chromium_is_read_with_all_it_says() -> None:
    read = one((FILES / "chromium-dump-dom.html").read_bytes())
    lines = read.text.splitlines()
    assert lines[0] == read.title == "بلدية طبرقة تفتح سوق السمك الجديد بعد ثلاثة أعوام"
    assert read.author == "نادية الورغي"
    assert read.source == "صحيفة المرسى"
    assert read.url == "https://almarsa.example/2025/03/04/souk-tabarka"
    assert read.published == "2025-03-04T09:30:00+01:00"
    assert "الرصيف الجديد أمام السوق صباح الثلاثاء (المرسى)" not in lines
    assert lines[-1].startswith("واشتكى عدد من الباعة") and lines[-1].endswith("من القوارب مباشرة.")
    assert "أسعار الزيتون" not in read.text and "رياضة" not in read.text


def test_menus_boxes_comments_and_hidden_text_are_left_out() -> None:
    around = (
        "<header><nav><ul><li><a href='/a'>World</a></li><li><a href='/b'>Sport</a></li></ul></nav>"
        "</header>{}<div class='related-posts'><h3>More</h3><p>A goat has won the village race for "
        "the third time in a row, to nobody's surprise.</p></div><div id='comments'><p>I have lived "
        "here for forty years and never saw the like of it, says one reader.</p></div>"
        "<footer>© 2019 The Lane</footer>"
    )
    hidden = (
        "<div style='display:none'>Subscribe now for the secret offer of the whole year.</div>"
        "<p hidden>And this was never meant to be read by anybody at all, really.</p>"
    )
    text = f"<article><h1>Dairy becomes a fire station</h1>{hidden}{paragraphs(ENGLISH)}</article>"
    read = one(page(around.format(text)))
    assert read.text.splitlines() == ["Dairy becomes a fire station", *ENGLISH]
    assert (read.published, read.author, read.url) == (None, None, None)


def test_joiners_and_dates_in_sentences_stay_and_captions_do_not() -> None:
    body = (
        f"<article><h1>کتابخانه‌ی تازه باز می‌شود</h1>{paragraphs(PERSIAN)}<figure><img src='a.jpg'>"
        "<figcaption>عکس: نمای قفسه‌ها</figcaption></figure><p>مراسم گشایش <time>شنبه ۴ اسفند</time> "
        "ساعت ده برگزار می‌شود و ورود برای همه آزاد است.</p></article>"
    )
    lines = one(page(body, lang="fa")).text.splitlines()
    assert lines == [
        "کتابخانه‌ی تازه باز می‌شود",
        *PERSIAN,
        "مراسم گشایش شنبه ۴ اسفند ساعت ده برگزار می‌شود و ورود برای همه آزاد است.",
    ]


@pytest.mark.parametrize("said", ["windows-1256", "utf-8", "iso-8859-1", None])
def test_arabic_in_an_old_encoding_is_read_whatever_the_page_says(said: str | None) -> None:
    meta = f"<meta http-equiv='Content-Type' content='text/html; charset={said}'>" if said else ""
    script = "<script>" + "var a = 1;" * 4000 + "</script>"
    html = f"<html><head>{meta}{script}</head><body><h1>إغلاق الرصيف</h1>{paragraphs(ARABIC)}</body></html>"
    read = one(html.encode("cp1256"))
    assert read.text.splitlines() == ["إغلاق الرصيف", *ARABIC]
    assert read.encoding == "cp1256"
    assert bool(read.warnings) is (said != "windows-1256")


@pytest.mark.parametrize(
    ("encoding", "said", "text"),
    [
        ("koi8-r", "koi8-r", "Во вторник в посёлке открыли мост, который строили целых два года без перерыва."),
        ("gb18030", "gb2312", "星期二上午，镇政府宣布旧码头将改建成图书馆，工程预计在明年春天完成，居民表示欢迎。"),
        ("iso2022_jp", "iso-2022-jp", "火曜日の朝、町は古い港を図書館に変えると発表し、工事は来年の春に終わる予定です。"),
        ("cp1254", "iso-8859-9", "Köy okulunun yeni kütüphanesi salı günü açıldı, çocuklar ilk gün üç yüz kitap aldı."),
        ("utf-16", "utf-16", "The old harbour is to become a library, and the work will take until next spring."),
    ],
)  # fmt: skip
def test_the_encoding_that_a_page_says_is_used(encoding: str, said: str, text: str) -> None:
    html = f"<html><head><meta charset='{said}'></head><body><p>{text}</p></body></html>"
    read = one(html.encode(encoding))
    assert read.text == text
    assert read.warnings == ()


@pytest.mark.parametrize(
    ("encoding", "said", "text"),
    [
        ("cp1254", "iso-8859-1", "Köy okulunun yeni kütüphanesi salı günü açıldı, çocuklar ilk gün üç yüz kitap aldı."),
        ("koi8-r", "windows-1251", "Во вторник в посёлке открыли мост, который строили целых два года без перерыва."),
        ("cp1251", "iso-8859-1", "Во вторник в посёлке открыли мост, который строили целых два года без перерыва."),
        ("cp1250", "utf-8", "Městská rada oznámila, že rozšíření starého nábřeží začne na jaře příštího roku."),
        ("gb18030", "iso-8859-1", "星期二上午，镇政府宣布旧码头将改建成图书馆，工程预计在明年春天完成，居民表示欢迎。"),
    ],
)  # fmt: skip
def test_an_encoding_that_the_letters_speak_against_is_not_believed(
    encoding: str, said: str, text: str
) -> None:
    html = f"<html><head><meta charset='{said}'></head><body><p>{text}</p></body></html>"
    read = one(html.encode(encoding))
    assert read.text == text
    (warning,) = read.warnings
    assert "it says it is" in warning


@pytest.mark.parametrize(
    ("encoding", "head"), [("iso2022_jp", ""), ("hz", "<meta charset='hz-gb-2312'>")]
)
def test_letters_that_signs_switch_are_read(encoding: str, head: str) -> None:
    text = (
        "市政府宣布旧港将改建成图書館"
        if encoding == "hz"
        else "町は古い港を図書館に変えると発表した"
    )
    text = text.replace("書館", "书馆") if encoding == "hz" else text
    html = f"<html><head>{head}</head><body><p>{text * 3}</p></body></html>"
    assert text in one(html.encode(encoding)).text


def test_a_page_put_together_from_two_encodings_is_read_as_both() -> None:
    head = "<html><head><meta charset='utf-8'><title>Las señales del puerto</title></head><body><h1>Las señales</h1>"
    first = "<p>El martes comenzó la mañana con señales de niebla en la bahía, según la autoridad portuaria.</p>"
    second = "<p>Comentó el alcalde que el año próximo habrá más señales y una compensación para los pescadores.</p>"
    read = one((head + first).encode() + second.encode("cp1252") + b"</body></html>")
    assert read.title in ("Las señales del puerto", "Las señales")
    assert "Comentó el alcalde que el año próximo habrá más" in read.text
    assert "comenzó la mañana" in read.text


def test_saved_from_and_canonical_addresses() -> None:
    body = f"<article>{paragraphs(ENGLISH)}</article>"
    saved = "<!-- saved from url=(0036)https://lane.example/news?id=7&amp;p=1 -->"
    single = "<!--\n Page saved with SingleFile \n url: https://lane.example/single \n saved date: Mon -->"
    assert one(saved + page(body)).url == "https://lane.example/news?id=7&p=1"
    assert one("<!DOCTYPE html>" + single + page(body)[15:]).url == "https://lane.example/single"
    head = "<link rel='canonical' href='/a/dairy'><meta property='og:url' content='https://lane.example/x'>"
    assert one(page(body, head)).url == "https://lane.example/a/dairy"
    home = "<link rel='canonical' href='https://lane.example/'><meta property='og:url' content='https://lane.example/x'>"
    assert one(page(body, home)).url == "https://lane.example/x"
    assert one(saved + page(body)).source == "lane.example"


@pytest.mark.parametrize(
    ("head", "top", "date"),
    [
        ("<meta property='article:published_time' content='2025-02-03T08:00:00Z'>", "", "2025-02-03T08:00:00+00:00"),
        ("<meta property='article:modified_time' content='2025-02-03T08:00:00Z'>", "", None),
        ("", "<time datetime='2025-02-04'>yesterday</time>", "2025-02-04"),
        ("", "<div class='post-date'>4 مارس 2025</div>", "2025-03-04"),
        ("", "<p>The mill burnt down on 4 March 1931 and was never built again by anyone.</p>", None),
        ("", "<footer>© 2021</footer>", None),
        ("<link rel='canonical' href='https://l.example/2025/02/05/dairy'>", "", "2025-02-05"),
        ("<link rel='canonical' href='https://l.example/2025/dairy-20250205'>", "", None),
        ("<script type='application/ld+json'>{'broken': \"datePublished\":\"2025-02-06\",}</script>", "", "2025-02-06"),
        ('<script type="application/ld+json">[{"@graph":[{"@type":"WebPage"},{"@type":["NewsArticle"],'
         '"datePublished":"2025-02-07"}]}]</script>', "", "2025-02-07"),
    ],
)  # fmt: skip
def test_a_date_is_one_that_the_page_gives(head: str, top: str, date: str | None) -> None:
    read = one(
        page(
            f"<article><h1>Dairy becomes a fire station</h1>{top}{paragraphs(ENGLISH)}</article>",
            head,
        )
    )
    assert read.published == date


def test_dates_of_other_stories_are_not_taken() -> None:
    side = "<ul class='latest'><li>A goat won <time datetime='2020-01-01'>then</time></li></ul>"
    body = f"<article><h1>Dairy</h1><time datetime='2025-02-04'>4 Feb</time>{paragraphs(ENGLISH)}</article>"
    assert one(page(side + body)).published == "2025-02-04"
    card = "<div class='x1'><a href='/g'>A goat won the race again</a><span class='date'>1 January 2020</span></div>"
    undated = f"<article><h1>Dairy</h1>{paragraphs(ENGLISH)}</article>"
    assert one(page(card + undated + card)).published is None


def test_the_outlet_is_taken_off_the_title() -> None:
    body = f"<div>{paragraphs(ENGLISH)}</div>"
    head = "<title>Dairy becomes a fire station | Lane Post</title><meta property='og:site_name' content='Lane Post'>"
    read = one(page(body, head))
    assert (read.title, read.source) == ("Dairy becomes a fire station", "Lane Post")
    assert read.text.splitlines()[0] == "Dairy becomes a fire station"
    shown = page(
        f"<div><b>Dairy becomes a fire station</b>{body}</div>",
        "<title>Lane Post - Dairy becomes a fire station</title>",
    )
    assert one(shown).text.splitlines() == ["Dairy becomes a fire station", *ENGLISH]


def test_old_table_pages_and_lines_with_breaks() -> None:
    menu = "".join(f"<a href='{n}.html'>Section {n}</a><br>" for n in range(20))
    text = "<br><br>".join(ENGLISH)
    html = (
        "<table><tr><td>" + menu + "</td><td><font size=5>Dairy becomes a fire station</font><br><br>"
        + text + "</td><td>A goat has won the village race for the third time in a row.</td></tr></table>"
    )  # fmt: skip
    read = one(page(html, "<title>Dairy becomes a fire station</title>"))
    assert read.text.splitlines() == ["Dairy becomes a fire station", *ENGLISH]


def test_a_form_around_the_whole_page_hides_nothing() -> None:
    html = f"<form id='aspnetForm'><div><h1>إغلاق الرصيف</h1><div>{paragraphs(ARABIC)}</div></div></form>"
    assert one(page(html, lang="ar")).text.splitlines() == ["إغلاق الرصيف", *ARABIC]


def test_amp_page() -> None:
    html = page(
        f"<article class='amp-wp-article'><h1>Dairy</h1><amp-img src='a'></amp-img>{paragraphs(ENGLISH)}</article>",
        "<style amp-boilerplate>body{visibility:hidden}</style>"
        "<link rel='canonical' href='https://lane.example/dairy'>",
    )
    read = one(html.replace("<html", "<html amp", 1))
    assert read.text.splitlines() == ["Dairy", *ENGLISH]
    assert read.url == "https://lane.example/dairy"


def test_whole_stories_on_one_page_are_articles_of_their_own() -> None:
    stories = (
        f"<article id='post-1'><h2><a href='/dairy'>Dairy</a></h2><time datetime='2025-02-04'>4 Feb</time>"
        f"{paragraphs(ENGLISH * 2)}</article><article id='post-2'><h2><a href='/port'>الميناء</a></h2>"
        f"{paragraphs(ARABIC * 2)}</article>"
    )
    head = "<title>Lane Post</title><meta property='og:url' content='https://lane.example/'>"
    first, second = articles(page(stories, head).encode(), "page.html")
    assert (first.key, second.key) == ("article=post-1", "article=post-2")
    assert (first.title, second.title) == ("Dairy", "الميناء")
    assert (first.url, second.url) == ("https://lane.example/dairy", "https://lane.example/port")
    assert (first.published, second.published) == ("2025-02-04", None)
    assert ARABIC[0] not in first.text and ENGLISH[0] not in second.text


def test_teasers_in_articles_do_not_make_a_page_many() -> None:
    cards = "".join(
        f"<article class='card'><h3>Goat {n} wins</h3><p>A short one.</p></article>"
        for n in range(6)
    )
    read = one(
        page(
            f"<article><h1>Dairy</h1>{paragraphs(ENGLISH * 2)}</article><section>{cards}</section>"
        )
    )
    assert read.title == "Dairy"
    assert "Goat" not in read.text


def test_the_body_in_a_script_is_read_where_the_page_shows_none() -> None:
    data = (
        '<script type="application/ld+json">{"@type":"NewsArticle","headline":"Dairy","articleBody":"'
        + "\\n\\n".join(ENGLISH) + '"}</script>'
    )  # fmt: skip
    read = one(page("<div id='app'></div><h1>Dairy</h1>", data))
    assert read.text.splitlines() == ["Dairy", *ENGLISH]


@pytest.mark.parametrize(
    "body",
    [
        "<div id='root'></div><script>render()</script>",
        "<h1>Dairy becomes a fire station</h1><div id='text'></div><script>render()</script>",
        "",
    ],
)
def test_a_page_without_text_says_so(body: str) -> None:
    with pytest.raises(SeedError, match=r"page\.html is a page with no article to be found"):
        articles(page(body).encode(), "page.html")


def test_no_bytes_are_no_page() -> None:
    with pytest.raises(SeedError, match=r"page\.html is an empty page"):
        articles(b"  \n", "page.html")


def test_very_deep_pages_end_in_a_line_or_in_text() -> None:
    deep = "<div>" * 50_000 + "deep" + "</div>" * 50_000
    with pytest.raises(SeedError, match="no article to be found"):
        articles(page(deep).encode(), "page.html")


def test_the_same_page_gives_the_same_article() -> None:
    html = (FILES / "chromium-dump-dom.html").read_bytes()
    assert articles(html, "a") == articles(html, "b")


FURNITURE_NAMES = [
    "elementor-widget-theme-post-content", "with-sidebar", "no-share", "has-related",
    "category-social-media", "widget Blog", "comments-open",
]  # fmt: skip


@pytest.mark.parametrize("name", FURNITURE_NAMES)
def test_a_class_that_names_furniture_throws_no_article_away(name: str) -> None:
    body = f"<h1>The quay</h1><div class='{name}'><div>{paragraphs(ENGLISH)}</div></div>"
    assert one(page(body)).text.splitlines() == ["The quay", *ENGLISH]


def test_paragraphs_in_wrappers_of_their_own_stay_together() -> None:
    wrapped = "".join(f"<div class='row'><div><p>{line}</p></div></div>" for line in ENGLISH * 2)
    menu = "<ul>" + "".join(f"<li><a href='/{n}'>Section {n}</a></li>" for n in range(9)) + "</ul>"
    lines = one(page(f"{menu}<h1>The quay</h1><div>{wrapped}</div>")).text.splitlines()
    assert lines == ["The quay", *ENGLISH * 2]


def test_a_list_between_two_paragraphs_belongs_to_the_article() -> None:
    items = ["the silt is too deep for the pilots;", "the cover of the insurers has run out;"]
    listed = "".join(f"<li>{item}</li>" for item in items)
    menu = "".join(f"<li><a href='/{n}'>Read the story number {n}</a></li>" for n in range(4))
    body = (
        f"<h1>The quay</h1>{paragraphs(ENGLISH)}<ul>{listed}</ul>{paragraphs(ENGLISH[::-1])}"
        f"<ul>{menu}</ul>"
    )
    lines = one(page(body)).text.splitlines()
    assert lines == ["The quay", *ENGLISH, *items, *ENGLISH[::-1]]


def test_readings_above_letters_are_left_out() -> None:
    body = "<h1>港</h1><p><ruby>漁師<rp>(</rp><rt>りょうし</rt><rp>)</rp></ruby>たちは" + "海" * 60
    assert "漁師たちは海" in one(page(body + "</p>", lang="ja")).text


def test_text_that_only_scripts_would_show_is_read_where_the_page_shows_none() -> None:
    hidden = f"<noscript><h1>The quay</h1>{paragraphs(ENGLISH)}</noscript>"
    archive = "".join(f"<p><a href='/{n}'>month {n}</a></p>" for n in range(12))
    lines = one(page(f"{hidden}<div>{archive}</div>")).text.splitlines()
    assert [line for line in lines if line in ENGLISH] == list(ENGLISH)


def test_hidden_text_replaces_no_article() -> None:
    dialog = f"<div style='display:none'>{paragraphs(ARABIC)}</div>"
    lines = one(page(f"{dialog}<h1>The quay</h1>{paragraphs(ENGLISH * 2)}")).text.splitlines()
    assert lines == ["The quay", *ENGLISH * 2]


def test_stories_that_scroll_under_each_other_are_articles_of_their_own() -> None:
    stories = "".join(
        f"<section><h1>{title}</h1><time datetime='{day}'>{day}</time>{paragraphs(body * 2)}</section>"
        for title, day, body in (
            ("The quay", "2025-02-04", ENGLISH), ("الميناء الجديد", "2025-02-03", ARABIC),
        )
    )  # fmt: skip
    first, second = articles(page(f"<main>{stories}</main>").encode(), "page.html")
    assert [first.title, second.title] == ["The quay", "الميناء الجديد"]
    assert [first.published, second.published] == ["2025-02-04", "2025-02-03"]
    assert ARABIC[0] not in first.text
    assert ARABIC[0] in second.text


def test_headings_of_one_article_part_no_stories() -> None:
    parts = "".join(
        f"<section><h1>Question {n}</h1>{paragraphs(ENGLISH * 2)}</section>" for n in range(3)
    )
    (article,) = articles(page(f"<main>{parts}</main>").encode(), "page.html")
    assert article.is_one
