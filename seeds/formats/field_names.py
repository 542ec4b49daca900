"""Which field of a record holds what, by the names that exports give them, and by what is in them.

Names are compared in their normal form without spaces, so that `pubDate`, `pub_date` and
`PubDate` are one. Whatever was guessed is said aloud (`fields_line`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ..containment import LONGEST_QUOTE, quoted
from ..errors import SeedError
from ..normal import normal_form
from ..rows import Fields

# Looked for in this order.
_NAMES = {
    "text": (
        "text body content maintext articletext articlebody fulltext articlecontent contenttext "
        "bodytext textcontent storytext story postcontent contentencoded bodyhtml contenthtml "
        "html article paragraph paragraphs passage sentence document plaintext cleantext "
        "نص النص المحتوى محتوى المتن متن نصالمقال نصالخبر المقال مقال الخبر الفقرة تفاصيل التفاصيل "
        "texte contenu corps textearticle inhalt volltext artikeltext beitrag "
        "texto contenido cuerpo conteudo corpo testo contenuto içerik icerik metin haber "
        "haberiçeriği متنخبر محتوا текст содержание тексты статья текстстатьи isi konten teks "
        "正文 内容 文章内容 本文 내용 본문 내용본문 पाठ সংবাদ متنمقاله "
        "description summary abstract excerpt snippet lead وصف الوصف ملخص الملخص résumé"
    ),
    "title": (
        "title headline heading articletitle posttitle newstitle storytitle subject "
        "عنوان العنوان عنوانالمقال عنوانالخبر titre titel überschrift schlagzeile "
        "titulo título titular titolo başlık baslik haberbaşlığı تیتر заголовок название "
        "judul 标题 標題 題名 タイトル 見出し 제목 शीर्षक শিরোনাম"
    ),
    "id": (
        "id uid guid uuid articleid docid documentid postid newsid storyid itemid recordid "
        "المعرف معرف رقمالمقال معرفالمقال شناسه identifiant kennung identificador"
    ),
    "date": (
        "published publishedat publisheddate publishdate publicationdate publishedon pubdate "
        "datepublished datepublication publishtime publicationtime publishedtime postdate "
        "dateposted articledate newsdate firstpublished datetime date dcdate issued created "
        "createdat creationdate datecreated timestamp time posted postedat "
        "التاريخ تاريخ تاريخالنشر نشرفي وقتالنشر datedepublication datum veröffentlicht "
        "veröffentlichungsdatum erscheinungsdatum fecha fechadepublicacion fechapublicacion data "
        "datapublicacao datadipubblicazione tarih yayıntarihi yayintarihi تاریخ تاریخانتشار дата "
        "датапубликации tanggal 日期 发布时间 发布日期 日付 公開日 날짜 तारीख তারিখ"
    ),
    "source": (
        "source outlet publisher site sitename sourcename newspaper medium media website domain "
        "sourcedomain publication channel feed feedtitle feedname agency newsagency journal "
        "المصدر مصدر الموقع موقع الصحيفة الجريدة الناشر quelle zeitung fuente medio periodico "
        "fonte kaynak gazete منبع خبرگزاری источник издание sumber 来源 來源 媒体 출처 언론사 स्रोत"
    ),
    "url": (
        "url link permalink href articleurl articlelink sourceurl canonicalurl canonical weburl "
        "pageurl newsurl storyurl posturl originalurl uri webpage address "
        "الرابط رابط رابطالمقال رابطالخبر lien enlace liga collegamento bağlantı baglanti لینک "
        "ссылка адрес tautan 链接 網址 网址 リンク 링크 주소 लिंक"
    ),
    "author": (
        "author authors byline creator dccreator writer reporter journalist authorname postauthor "
        "createdby الكاتب كاتب المؤلف مؤلف المحرر بقلم auteur autor autorin autores verfasser "
        "autore yazar muhabir نویسنده خبرنگار автор penulis 作者 记者 記者 著者 기자 글쓴이 लेखक"
    ),
}  # fmt: skip
# Read first of all roles that may share a name's beginning; text last, since it may be told by
# what is in it.
_ROLES = ("title", "url", "id", "date", "source", "author")
# A text by content has at least this many letters, and this many times as many as any other.
_FEWEST_LETTERS, _BY_FAR = 20, 1.5
_SHARE_OF_IDS = 0.5  # fewer different values are no ids
_MOST_NAMED = 20


def _key(name: str) -> str:
    return normal_form(name).replace(" ", "")


_KEYS = {
    role: tuple(dict.fromkeys(_key(name) for name in names.split()))
    for role, names in _NAMES.items()
}


def guess_fields(
    names: Iterable[str], given: Fields, records: Sequence[Mapping[str, Any]] = ()
) -> Fields:
    """Return the fields that are to be read, those that are given among them.

    Parameters
    ----------
    names : iterable of str
        The fields that there are.
    given : Fields
        None where a field is to be guessed.
    records : sequence of mapping, optional
        The first records: they tell the text where no name does, and an outlet from an address.

    Raises
    ------
    SeedError
        If a given field is not there, or no field fits the text. It does not name the file.
    """
    there = list(dict.fromkeys(names))
    for name in given.names():
        if name not in there:
            raise SeedError(f"There is no field {quoted(name)!r}; there are {_listed(there)}.")
    found = dict(vars(given))
    for role in _ROLES:
        if found[role] is None:
            free = [name for name in there if name not in found.values()]
            found[role] = next(iter(_by_name(role, free)), None)
    if given.text is None:
        found["text"] = _text_by_name(there, found, records) or _text_by_content(found, records)
    if not there:
        raise SeedError("The records have no fields.")
    if found["text"] is None:
        raise SeedError(
            f"Which field holds the text? There are {_listed(there)}. Name it with --text-field."
        )
    if found["title"] == found["text"] and given.title is None:
        found["title"] = None
    return _checked(Fields(**found), given, records)


def is_known(name: str) -> bool:
    """Tell whether a name is one that fields of any kind are known by."""
    key = _key(name) if len(name) <= LONGEST_QUOTE else ""
    return any(key in keys for keys in _KEYS.values())


def names_of(records: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return the names of fields; of those of an object in a field ``field.name``."""
    found: dict[str, None] = {}
    for record in records:
        for name, value in record.items():
            found[name] = None
            if isinstance(value, dict):
                found.update((f"{name}.{inner}", None) for inner in value if isinstance(inner, str))
    return list(found)


def value_of(record: Mapping[str, Any], name: str | None) -> Any:
    """Return the value of a field, also of one that `names_of` calls ``field.name``."""
    if name is None:
        return None
    if name in record or "." not in name:
        return record.get(name)
    outer, _, inner = name.partition(".")
    value = record.get(outer)
    return value_of(value, inner) if isinstance(value, dict) else None


def fields_line(fields: Fields, given: Fields = Fields()) -> str:  # noqa: B008
    """Say what is read from which field, as in ``text from 'body', title from 'headline'``.

    Parameters
    ----------
    fields : Fields
    given : Fields, optional
        What need not be said.
    """
    told = [
        f"{role} from {quoted(name)!r}"
        for role, name in vars(fields).items()
        if name and name != vars(given)[role]
    ]
    if not told:
        return ""
    guessed_text = given.text is None and fields.text is not None
    unnamed = guessed_text and _last_key(fields.text or "") not in _KEYS["text"]
    return (
        "fields guessed: "
        + ", ".join(told)
        + (
            " (the text by what is in it, not by its name; --text-field names another)"
            if unnamed
            else ""
        )
    )


def _by_name(role: str, names: Sequence[str]) -> list[str]:
    """Return the names that fit, the best first; those inside of an object after the others."""
    ranks = {key: rank for rank, key in enumerate(_KEYS[role])}
    fitting = [name for name in names if _last_key(name) in ranks]
    return sorted(fitting, key=lambda name: ("." in name, ranks[_last_key(name)]))


def _last_key(name: str) -> str:
    return _key(name.rpartition(".")[2] if "." in name.strip(".") else name)


def _text_by_name(
    names: Sequence[str], found: Mapping[str, str | None], records: Sequence[Mapping[str, Any]]
) -> str | None:
    """Return the first name for a text under which there are letters."""
    fitting = _by_name("text", [name for name in names if name not in found.values()])
    for name in fitting:
        if not records or _letters(records, name) >= _FEWEST_LETTERS:
            return name
    return fitting[0] if fitting else None


def _text_by_content(
    found: Mapping[str, str | None], records: Sequence[Mapping[str, Any]]
) -> str | None:
    taken = {name for role, name in found.items() if role != "title"}
    counts = {name: _letters(records, name) for name in names_of(records) if name not in taken}
    ranked = sorted(counts, key=lambda name: counts[name], reverse=True)
    if not ranked or counts[ranked[0]] < _FEWEST_LETTERS:
        return None
    second = counts[ranked[1]] if len(ranked) > 1 else 0
    return ranked[0] if counts[ranked[0]] >= _BY_FAR * second else None


def _letters(records: Sequence[Mapping[str, Any]], name: str) -> float:
    """Return how many letters a field has on average, in the records that have it."""
    texts = [
        " ".join(map(str, value)) if isinstance(value, list) else value
        for value in (value_of(record, name) for record in records)
        if value
    ]
    counts = [sum(map(str.isalpha, text)) for text in texts if isinstance(text, str)]
    return sum(counts) / len(counts) if counts else 0.0


def _checked(fields: Fields, given: Fields, records: Sequence[Mapping[str, Any]]) -> Fields:
    """Take back guesses that the records speak against."""
    if fields.id and given.id is None:
        ids = [str(value_of(record, fields.id)) for record in records]
        if len(set(ids)) < _SHARE_OF_IDS * len(ids):
            fields = replace(fields, id=None)
    if fields.source and fields.url is None and given.source is None:
        sources = [str(value_of(record, fields.source)) for record in records]
        addresses = sum(s.startswith(("http://", "https://")) and s.count("/") > 3 for s in sources)
        if addresses > len(sources) / 2:
            fields = replace(fields, source=None, url=fields.source)
    return fields


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return ", ".join(repr(quoted(name)) for name in names[:_MOST_NAMED]) + more if names else "none"
