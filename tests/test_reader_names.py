"""A theme is named in the reader's language, by its own texts or by the nearest ones in it."""

from conftest import entry
from marsad.index import find_themes
from marsad.index.parts import parts_of_documents
from marsad.index.reader_names import with_reader_names
from test_themes import FLOOD, MATCH, around, page

ARABIC = "ارتفع منسوب النهر وغمرت مياه الفيضان الشوارع المنخفضة وأجلي السكان بالقوارب رقم {} إلى مكان آمن."


def arabic_page(path, axis, count=4):
    made = entry(path, "\n\n".join(ARABIC.format(n) for n in range(count)), "ar")
    for row in range(len(made.vectors)):
        made.vectors[row] = around(axis, 500 + row)
    return made


def named(empty, *entries):
    empty.add(list(entries))
    passages = empty.passages()
    vectors = empty.vectors([p.row for p in passages])
    themes = find_themes(passages, vectors).themes
    return with_reader_names(themes, parts_of_documents(passages, vectors), "ar")


def test_own_texts_name_a_theme_and_unrelated_ones_do_not(empty):
    pages = [page(f"f{n}", (FLOOD, 0, 4)) for n in range(3)]
    pages += [page(f"m{n}", (MATCH, 1, 4)) for n in range(3)]
    themes = named(empty, *pages, arabic_page("a1", 0), arabic_page("a2", 0))
    (flood,) = [t for t in themes if "f0" in {d.path for d in t.documents}]
    (match,) = [t for t in themes if "m0" in {d.path for d in t.documents}]
    assert flood.names["ar"]
    assert "ar" not in match.names


def test_without_any_text_in_it_names_stay_as_they_are(empty):
    themes = named(empty, *[page(f"f{n}", (FLOOD, 0, 4)) for n in range(3)])
    assert all("ar" not in theme.names for theme in themes)
