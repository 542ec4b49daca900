"""Bytes to text: right, or with a warning, or refused; never silently wrong."""

import pytest
from marsad.seeds import SeedError
from marsad.seeds.decoding import decode

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


@pytest.mark.parametrize(("text", "page"), [(ARABIC, "cp1256"), (FRENCH, "cp1252")])
def test_windows_pages_are_read_and_said(text, page):
    decoded = decode(text.encode(page), "a.txt")
    assert decoded.text == text
    assert decoded.encoding == page
    assert page in decoded.warning


def test_damaged_utf8_keeps_what_can_be_read_and_says_how_much_cannot():
    data = bytearray((ARABIC * 4).encode())
    data[100:101] = b"\xff"
    decoded = decode(bytes(data), "a.txt")
    assert decoded.encoding == "utf-8"
    assert "could not be read" in decoded.warning
    assert ARABIC[-40:] in decoded.text


def test_nul_characters_are_replaced_one_for_one_and_said():
    decoded = decode(("a long enough text " * 9 + "\0 end").encode(), "a.txt")
    assert "\0" not in decoded.text
    assert "1 NUL" in decoded.warning


@pytest.mark.parametrize("data", [b"%PDF-1.7\n123", b"PK\x03\x04abc", bytes(range(256)) * 8])
def test_binary_data_is_refused_by_name(data):
    with pytest.raises(SeedError, match=r"a\.bin is not text"):
        decode(data, "a.bin")
