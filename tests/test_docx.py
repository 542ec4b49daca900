"""Word and OpenDocument texts written by other programs: what a reader sees, in order."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import docx as python_docx
import pytest
from marsad.seeds.errors import SeedError
from marsad.seeds.formats import docx, odt

FILES = Path(__file__).parent / "files"
HARBOUR = [
    "الميناء يفتح أبوابه",
    "عاد الميناء القديم بعد ترميمه إلى استقبال السفن الصغيرة صباح الخميس.",
    "وقال مدير الميناء إن الرسوم لن ترتفع هذا العام.",
    "أرقام: 14 رصيفاً و320 عاملاً.",
    "أرصفة للصيادين",
    "أرصفة للزوار",
    "السنة | السفن",
    "2023 | 410",
    "وتبدأ الرحلات اليومية مطلع الصيف.",
]
NOTE = "بني الميناء أول مرة عام 1904."
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def packed(parts: dict[str, str]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return held.getvalue()


def word(body: str, before: str = "") -> bytes:
    document = f"{before}<w:document {W}><w:body>{body}</w:body></w:document>"
    return packed({"word/document.xml": document})


def lines(data: bytes, reader=docx) -> list[str]:
    (article,) = reader.articles(data, "a.docx")
    return article.text.split("\n")


def test_libreoffice_docx_has_tables_lists_boxes_and_insertions_but_no_deletions():
    data = (FILES / "harbour-libreoffice.docx").read_bytes()
    assert b"<w:del " in zipfile.ZipFile(io.BytesIO(data)).read("word/document.xml")
    assert lines(data) == [*HARBOUR, NOTE]


def test_libreoffice_odt_says_the_same_with_the_note_after_its_paragraph():
    found = lines((FILES / "harbour-libreoffice.odt").read_bytes(), odt)
    assert found == [*HARBOUR[:2], NOTE, *HARBOUR[2:]]


@pytest.mark.parametrize("reader", [docx, odt])
def test_properties_of_the_file_are_read_and_the_day_it_was_made_is_no_date(reader):
    name = f"harbour-libreoffice.{reader.__name__.rpartition('.')[2]}"
    (article,) = reader.articles((FILES / name).read_bytes(), name)
    assert (article.title, article.author) == ("الميناء يفتح أبوابه", "سلمى القاضي")
    assert article.published is None
    assert article.warnings == ()


@pytest.mark.parametrize("reader", [docx, odt])
def test_pandoc_files_hold_the_words_of_their_source(reader):
    ending = reader.__name__.rpartition(".")[2]
    found = lines((FILES / f"bridge-pandoc.{ending}").read_bytes(), reader)
    assert "افتتحت البلدية الجسر صباح الأحد. وقالت إن العمل استغرق ثلاث سنوات." in found
    assert "2022 | 4.5 مليون" in found and "بدأ العمل في ربيع عام 2021." in found
    assert found[-2 if reader is docx else -1].endswith("إذا سمحت الأحوال الجوية بذلك.")


def test_what_a_template_says_of_itself_is_not_taken_for_the_documents():
    document = python_docx.Document()
    document.add_heading("Rain in the valley", 1)
    document.add_paragraph("Two roads were closed.\tThe third stayed open.")
    held = io.BytesIO()
    document.save(held)
    (article,) = docx.articles(held.getvalue(), "rain.docx")
    assert article.text == "Rain in the valley\nTwo roads were closed. The third stayed open."
    assert (article.title, article.author, article.published) == (None, None, None)


def test_a_macro_document_is_read_as_any_other():
    with zipfile.ZipFile(FILES / "harbour-libreoffice.docx") as archive:
        parts = {
            name: archive.read(name).decode("utf-8", "surrogateescape")
            for name in archive.namelist()
            if name.endswith((".xml", ".rels"))
        }
    types = parts["[Content_Types].xml"]
    parts["[Content_Types].xml"] = types.replace(
        "vnd.openxmlformats-officedocument.wordprocessingml.document.main",
        "vnd.ms-word.document.macroEnabled.main",
    )
    assert parts["[Content_Types].xml"] != types
    assert lines(packed(parts)) == [*HARBOUR, NOTE]


def test_a_box_said_twice_for_older_programs_is_said_once():
    box = "<w:txbxContent><w:p><w:r><w:t>In the box.</w:t></w:r></w:p></w:txbxContent>"
    mc = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    both = f"<mc:AlternateContent {mc}><mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent>"
    said = lines(word(f"<w:p><w:r><w:t>Before</w:t>{both}<w:t> after.</w:t></w:r></w:p>"))
    assert said == ["Before after.", "In the box."]


def test_entities_that_multiply_are_not_expanded():
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<!DOCTYPE w [<!ENTITY a0 "ha">{entities}]>'
    data = word("<w:p><w:r><w:t>Safe. &a9;</w:t></w:r></w:p>", bomb)
    assert sum(map(len, lines(data))) < 100


def test_files_named_by_entities_are_not_read(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("hidden words")
    before = f'<!DOCTYPE w [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'
    data = word("<w:p><w:r><w:t>Safe. &x;</w:t></w:r></w:p>", before)
    assert "hidden" not in "".join(lines(data))


def test_a_file_that_unpacks_to_fill_memory_is_refused():
    data = packed({"word/document.xml": " " * 60_000_000})
    with pytest.raises(SeedError, match=r"a\.docx unpacks to far more than documents do"):
        docx.articles(data, "a.docx")


@pytest.mark.parametrize("reader", [docx, odt])
@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", packed({"other.xml": "<a/>"})])
def test_what_is_no_document_is_refused_in_one_line(reader, data):
    with pytest.raises(SeedError, match=r"^a\.docx (is damaged|holds no Word document).*$"):
        reader.articles(data, "a.docx")


def test_a_document_without_text_is_refused():
    with pytest.raises(SeedError, match=r"a\.docx holds no text"):
        docx.articles(word("<w:p/>"), "a.docx")


def test_tags_nested_without_end_are_refused_or_read_but_never_hang():
    deep = "<w:p>" * 50_000 + "<w:r><w:t>deep</w:t></w:r>" + "</w:p>" * 50_000
    with pytest.raises(SeedError, match=r"a\.docx (is damaged|holds no text)"):
        docx.articles(word(deep), "a.docx")


def test_a_damaged_end_leaves_what_stands_before_it():
    whole = f"<w:document {W}><w:body><w:p><w:r><w:t>First.</w:t></w:r></w:p><w:p><w:r><w:t>Sec"
    assert lines(packed({"word/document.xml": whole}))[0] == "First."


def test_a_locked_odt_is_named_so():
    manifest = (
        '<m:manifest xmlns:m="urn:x"><m:file-entry><m:encryption-data/></m:file-entry></m:manifest>'
    )
    data = packed({"content.xml": "?", "META-INF/manifest.xml": manifest})
    with pytest.raises(SeedError, match=r"a\.odt is locked with a password"):
        odt.articles(data, "a.odt")
