"""Bytes to text: right, or with a warning, or refused; never silently wrong."""

import codecs
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marsad.seeds import SeedError
from marsad.seeds.decoding import decode

TONES = "\u0300\u0301\u0303\u0309\u0323"
ARABIC = "أعلنت المنصة إغلاق مئات الحسابات التي تروج للعنف، وفق بيان صدر يوم الثلاثاء في العاصمة."
FRENCH = "La plateforme a fermé des centaines de comptes « très actifs » près de l'île, a-t-elle déclaré."


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_unicode_is_read_without_a_warning(encoding):
    decoded = decode(ARABIC.encode(encoding), "a.txt")
    assert decoded.text == ARABIC
    assert decoded.warning is None


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("text", [ARABIC, FRENCH])
def test_utf16_without_a_mark_is_read_and_said(encoding, text):
    decoded = decode(text.encode(encoding), "a.txt")
    assert decoded.text == text
    assert encoding in decoded.warning


OLDER = [
    ("cp1256", ARABIC),
    ("iso8859_6", ARABIC.replace("،", "،")),
    (
        "cp1256",
        "شهردار بندر گفت كه كار ساخت اسكله تازه از بهار آغاز مي\u200cشود و چند ماه طول مي\u200cكشد.",
    ),
    ("cp1252", FRENCH),
    ("mac_roman", FRENCH + " Le maire a promis une réunion où chacun pourra être entendu à l'été."),
    ("koi8_r", "Городской совет сообщил, что расширение старой набережной начнётся весной."),
    ("cp866", "Городской совет сообщил, что расширение старой набережной начнётся весной."),
    (
        "cp1251",
        "Міська рада повідомила, що розширення старої набережної почнеться навесні, а їхній мер.",
    ),
    ("cp1254", "Belediye, eski iskelenin genişletilmesine ilkbaharda başlanacağını açıkladı."),
    ("cp1257", "Pilsētas dome paziņoja, ka vecās piestātnes paplašināšana sāksies pavasarī."),
    ("cp1257", "Miesto taryba pranešė, kad senosios krantinės plėtra prasidės pavasarį."),
    ("iso8859_2", "Rada miasta ogłosiła, że rozbudowa starego nabrzeża rozpocznie się wiosną."),
    ("cp1250", "Rada miasta ogłosiła, że „rozbudowa” starego nabrzeża rozpocznie się wiosną."),
    ("cp1250", "Městská rada oznámila, že rozšíření starého nábřeží začne na jaře."),
    ("cp1253", "Ο δήμος ανακοίνωσε ότι η διεύρυνση της παλιάς προβλήτας θα αρχίσει την άνοιξη."),
    ("cp1255", "העירייה הודיעה כי הרחבת הרציף הישן תתחיל באביב ותימשך שנתיים."),
    ("cp874", "เทศบาลประกาศว่าการขยายท่าเรือเก่าจะเริ่มในฤดูใบไม้ผลิและจะใช้เวลาสองปี"),
    ("shift_jis", "市は火曜日、古い港を図書館に変えると発表した。工事は来年の春に終わる予定です。"),
    ("euc_jp", "市は火曜日、古い港を図書館に変えると発表した。工事は来年の春に終わる予定です。"),
    (
        "iso2022_jp",
        "市は火曜日、古い港を図書館に変えると発表した。工事は来年の春に終わる予定です。",
    ),
    ("euc_kr", "시는 화요일 옛 부두를 도서관으로 바꾸겠다고 발표했으며 공사는 내년 봄에 끝난다."),
    (
        "iso2022_kr",
        "시는 화요일 옛 부두를 도서관으로 바꾸겠다고 발표했으며 공사는 내년 봄에 끝난다.",
    ),
    ("gb18030", "市政府周一宣布，旧码头的扩建工程将于明年春天开工，工期两年。"),
    ("hz", "市政府周一宣布，旧码头的扩建工程将于明年春天开工，工期两年。"),
    ("big5", "市政府週一宣布，舊碼頭的擴建工程將於明年春天開工，工期兩年。"),
]


@pytest.mark.parametrize(("page", "text"), OLDER)
def test_older_encodings_are_read_and_said(page, text):
    decoded = decode(text.encode(page), "a.txt")
    assert decoded.text == text
    assert decoded.encoding in decoded.warning


def test_vietnamese_with_its_tones_apart_is_read():
    text = "Hôị đồng thành phố thông báo việc mở rộng bến cảng cũ sẽ bắt đầu vào mùa xuân."
    apart = "".join(
        unicodedata.normalize(
            "NFC", "".join(c for c in unicodedata.normalize("NFD", letter) if c not in TONES)
        )
        + "".join(c for c in unicodedata.normalize("NFD", letter) if c in TONES)
        for letter in text
    )
    decoded = decode(apart.encode("cp1258"), "a.txt")
    assert unicodedata.normalize("NFC", decoded.text) == unicodedata.normalize("NFC", text)


def test_the_windows_name_is_told_where_two_encodings_give_one_text():
    assert decode(FRENCH.encode("latin-1"), "a.txt").encoding == "cp1252"


def test_letters_far_from_the_beginning_tell_the_encoding():
    text = "All of this is plain. " * 6000 + "\n" + OLDER[5][1]
    assert decode(text.encode("koi8-r"), "a.txt").text == text


def test_two_encodings_that_fit_alike_are_both_told():
    decoded = decode("Ça va".encode("cp1252"), "a.txt")
    assert decoded.text == "Ça va"
    assert "which is not sure" in decoded.warning


@pytest.mark.parametrize(
    "text", ["Göteborg är", "Größe", "À Paris", "§ 5 StGB", "20 °C", "Nestlé", "£5"]
)
def test_a_letter_or_two_are_western(text):
    assert decode(text.encode("cp1252"), "a.txt").text == text


def test_quotation_marks_alone_are_those_of_the_windows_pages():
    assert decode("Sie sagte: „so“ – ja.".encode("cp1250"), "a.txt").text == "Sie sagte: „so“ – ja."


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("text", [text for _, text in OLDER])
def test_utf16_without_a_mark_is_read_in_every_script(encoding, text):
    assert decode(text.encode(encoding), "a.txt").text == text


@pytest.mark.parametrize(
    "text", ["\x1b[31mred\x1b[0m and ~{ code ~} of C", "a ~{b~} c", "cost: ~{12} or so"]
)
def test_plain_text_with_signs_of_terminals_and_of_code_stays_as_it_is(text):
    assert decode(text.encode(), "a.txt").text == text


def test_form_feeds_do_not_make_text_utf16():
    text = "\f".join(
        ["The town council met on Monday to talk about the quay of the old harbour."] * 4
    )
    for data in (text.encode(), (text + " ").encode()):
        assert decode(data, "a.txt").encoding == "utf-8"


def test_damaged_utf8_keeps_what_can_be_read_and_says_how_much_cannot():
    data = bytearray((ARABIC * 4).encode())
    data[100:101] = b"\xff"
    decoded = decode(bytes(data), "a.txt")
    assert decoded.encoding == "utf-8"
    assert "could not be read" in decoded.warning
    assert ARABIC[-40:] in decoded.text


@pytest.mark.parametrize("text", [ARABIC, FRENCH, OLDER[-1][1]])
def test_characters_that_were_cut_are_lost_alone(text):
    characters = list(text * 3)
    cut = [n for n, character in enumerate(characters) if ord(character) > 127][3::40]
    data = b"".join(c.encode()[: -1 if n in cut else None] for n, c in enumerate(characters))
    decoded = decode(data, "a.txt")
    assert decoded.text == "".join("\ufffd" if n in cut else c for n, c in enumerate(characters))
    assert decoded.warning == f"damaged UTF-8: {len(cut)} characters could not be read"


@pytest.mark.parametrize(
    ("page", "other"), [("cp1252", FRENCH), ("cp1256", ARABIC), ("koi8_r", OLDER[5][1])]
)
@pytest.mark.parametrize("first", [ARABIC, FRENCH])
def test_utf8_and_an_older_encoding_in_one_file_are_both_read(first, page, other):
    data = first.encode() + b"\n" + other.encode(page)
    decoded = decode(data, "a.txt")
    assert decoded.text == f"{first}\n{other}"
    assert decoded.warning == f"UTF-8 mixed with {page.replace('_', '-')}: both were read"


def test_quotation_marks_of_windows_in_utf8_are_read():
    data = (FRENCH * 2).encode() + b" It\x92s \x93fine\x94."
    assert decode(data, "a.txt").text == FRENCH * 2 + " It’s “fine”."


@given(st.binary(max_size=300))
def test_any_bytes_are_text_or_refused(data):
    try:
        decoded = decode(data, "a.txt")
    except SeedError as error:
        assert str(error).startswith("a.txt is")
    else:
        decoded.text.encode()
        assert "\0" not in decoded.text


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"])))
def test_what_is_utf8_is_read_as_such(text):
    data = text.encode()
    if not data.startswith((codecs.BOM_UTF16_BE, b"%PDF-", b"PK", b"GIF8")):
        assert decode(data, "a.txt").text == text.removeprefix("\ufeff")


def test_nul_characters_are_replaced_one_for_one_and_said():
    decoded = decode(("a long enough text " * 9 + "\0 end").encode(), "a.txt")
    assert "\0" not in decoded.text
    assert "1 NUL" in decoded.warning


@pytest.mark.parametrize("data", [b"%PDF-1.7\n123", b"PK\x03\x04abc", bytes(range(256)) * 8])
def test_binary_data_is_refused_by_name(data):
    with pytest.raises(SeedError, match=r"a\.bin is not text"):
        decode(data, "a.bin")
