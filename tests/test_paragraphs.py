"""Splitting: nothing lost, nothing altered, in the shapes that scraped news has."""

import itertools

import pytest
from marsad.seeds import split
from marsad.seeds.paragraphs import LONGEST, width

LONG_ARABIC = (
    "قالت الوزارة إن الحسابات المغلقة كانت تنشر محتوى مخالفاً لسياسات المنصة منذ شهور. " * 40
)


def kinds(text, language="ar"):
    return [(s.kind, text[s.start : s.end]) for s in split(text, language)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n\t\r\n",
        "سطر واحد",
        "a\r\nb\r\n\r\nc",
        "one\u2028two\u2029three",
        LONG_ARABIC,
        "字" * 5000,
        "x" * 9000,
        "🙂" * 3000,
        "\u200f\u200e\n\u202b نص \u202c",
        "Mixed نص mixed. " * 300,
    ],
)
def test_spans_are_ordered_bounded_and_cover_every_visible_character(text):
    spans = split(text)
    covered = set()
    for before, after in itertools.pairwise(spans):
        assert before.end <= after.start
    for span in spans:
        piece = text[span.start : span.end]
        assert piece and piece == piece.strip()
        assert width(piece) <= LONGEST
        covered.update(range(span.start, span.end))
    invisible = "\u200e\u200f\u202b\u202c\ufeff"
    left = [c for i, c in enumerate(text) if i not in covered and not c.isspace()]
    assert not [c for c in left if c not in invisible]


def test_single_newlines_part_paragraphs():
    text = "العنوان الرئيسي للخبر هنا\n" + "\n".join(
        ["جملة طويلة تنتهي بنقطة في آخر السطر الأول."] * 3
    )
    assert [kind for kind, _ in kinds(text)] == ["title", "paragraph", "paragraph", "paragraph"]


def test_hard_wrapped_lines_are_one_paragraph():
    text = (
        "Headline of the story about the river\n\n"
        "The river rose by two metres during the night and flooded\n"
        "the lower part of the town, where the fire brigade brought\n"
        "eighty people to safety, among them the patients of a small\n"
        "clinic by the bridge.\n"
    )
    assert [kind for kind, _ in kinds(text, "en")] == ["title", "paragraph"]


def test_captions_headings_and_fragments_are_marked():
    text = (
        "TT\n\nإغلاق شبكة حسابات في المنطقة\n\nشعار المنصة على شاشة هاتف (وكالة أنباء)\n\n"
        "أغلقت المنصة شبكة واسعة من الحسابات التي كانت تنسق نشر رسائل متطابقة بين المستخدمين.\n\n"
        "ماذا بعد إغلاق هذه الحسابات\n\nاقرأ أيضاً\n\n"
        "وتقول المنصة إنها ستواصل إغلاق الحسابات المخالفة خلال الأشهر المقبلة من هذا العام."
    )
    assert [kind for kind, _ in kinds(text)] == [
        "fragment", "title", "caption", "paragraph", "heading", "fragment", "paragraph",
    ]  # fmt: skip


def test_long_paragraphs_are_split_at_sentence_ends():
    pieces = [piece for _, piece in kinds(LONG_ARABIC)]
    assert len(pieces) > 2
    assert all(piece.endswith(".") for piece in pieces)


def test_arabic_sentences_glued_by_a_scrape_are_parted():
    glued = ("وتوسعت الحملة في مدن عدة خلال أسبوع واحد." * 30).strip()
    pieces = [piece for _, piece in kinds(glued)]
    assert len(pieces) > 1
    assert all(piece.endswith(".") for piece in pieces)
