"""Reading a query: what is text, what must occur, what must not; never a query language."""

import pytest
from conftest import entry
from marsad.index import Question, search
from marsad.seeds import term_forms


@pytest.mark.parametrize(
    ("query", "text", "phrases", "excluded"),
    [
        ("closed accounts", "closed accounts", (), ()),
        ('the "closed accounts" list', "the closed accounts list", ("closed accounts",), ()),
        ("the “closed accounts” list", "the closed accounts list", ("closed accounts",), ()),
        ("river -flood", "river", (), ("flood",)),
        ('river -"flash flood"', "river", (), ("flash flood",)),
        ("river -“flash flood” rose", "river rose", (), ("flash flood",)),
        ("-flood", "", (), ("flood",)),
        ('"river rose" "river rose" x', "river rose river rose x", ("river rose",), ()),
        ('"River rose" "river ROSE"', "River rose river ROSE", ("River rose",), ()),
        ('the "closed accounts', 'the "closed accounts', (), ()),
        ("the “closed accounts", "the “closed accounts", (), ()),
        ("minus -5 degrees", "minus -5 degrees", (), ()),
        ("west - east", "west - east", (), ()),
        ("well-known twenty-one", "well-known twenty-one", (), ()),
        ("-- -", "-- -", (), ()),
        ('5" pipe, 6" hose', '5" pipe, 6" hose', (), ()),
        ('"" x', '"" x', (), ()),
        ('"..." x', "... x", (), ()),
        ('-"..." x', '-"..." x', (), ()),
        ("«two words» x", "«two words» x", (), ()),
        ('"closed accounts", again', "closed accounts, again", ("closed accounts",), ()),
        ('"关闭账户"的报道', "关闭账户的报道", ("关闭账户",), ()),
        ('"one two"-three', "one two-three", ("one two",), ()),
        ('\u200f-غرق \u200f\u202b"ارتفع النهر"\u202c', "ارتفع النهر", ("ارتفع النهر",), ("غرق",)),
        ("", "", (), ()),
        (" \n\t", "", (), ()),
    ],
)
def test_reading(query, text, phrases, excluded):
    assert Question.read(query) == Question(text, phrases, excluded)


SYNTAX = [
    "text:river", "river AND (flood OR town)*", "^2 river~1", "[a TO b]", "{a TO *}", "\\", "river\\",
    "NOT river", "+river", "river:", ":", "*", "?", "(", ")(", "river^", "/ri.*/", "' OR 1=1 --",
    "river\0flood", "\ud800 river", "NEAR(river flood)", "river && || !", '"', '""" river', "IN [river]",
]  # fmt: skip


@pytest.mark.parametrize("query", SYNTAX)
def test_syntax_of_search_engines_is_text(empty, query):
    empty.add([entry("a.txt", "The river rose by two metres and flooded the town at night.")])
    question = Question.read(query)
    assert (question.phrases, question.excluded) == ((), ())
    hits = search(empty, None, query=query, mode="keyword")
    assert bool(hits) == ("river" in query)


@pytest.mark.parametrize("mark", ["ِّ", "ً", "ـ", "\u200f", "\u200c"])
def test_arabic_phrase_is_found_however_it_is_vocalised(mark):
    question = Question.read('"اغلاق الحسابات"')
    assert question.admits(f"أعلنت المنصة إغلاق{mark} الحسابات{mark} أمس")
    assert Question.read(f'"إغلاق{mark} الحسابات"').admits("أعلنت المنصة اغلاق الحسابات أمس")


@pytest.mark.parametrize("alef", "اأإآٱ")
def test_every_alef_is_the_same_letter(alef):
    for other in "اأإآٱ":
        text = f"قرار {other}غلاق الحسابات"
        assert Question.read(f'"{alef}غلاق الحسابات"').admits(text)
        assert not Question.read(f"قرار -{alef}غلاق").admits(text)


def test_a_word_is_a_whole_word_where_words_are_spaced():
    assert Question.read("x -art").admits("The artist started a chart.")
    assert not Question.read('"closed account"').admits("closed accounts")
    assert Question.read('"closed account"').admits("A closed, ACCOUNT")
    assert not Question.read("x -حساب").admits("هذا حساب قديم")
    assert Question.read("x -حساب").admits("هذه الحسابات قديمة")


# A phrase, and a text in which it stands amid others without a space.
RUNS = [
    ("关闭账户", "平台宣布关闭账户数百个"),
    ("户", "平台宣布关闭账户数百个"),
    ("アカウント", "数百のアカウントを閉鎖した"),
    ("계정", "수백 개의 계정을 폐쇄했다"),
    ("ทำงาน", "พวกเขาทำงานทุกวัน"),
    ("ทำ", "พวกเขาทำงานทุกวัน"),
    ("น้ำ", "ระดับแม่น้ำสูงขึ้น"),
    ("ນ້ຳ", "ລະດັບນ້ຳສູງຂຶ້ນ"),
    ("2023年", "事情发生在2023年底"),
    ("п'ять років", "Минуло п'ять років відтоді."),
    ("L’Eau monte", "Dans la ville, l'eau monte encore."),
    ("می‌شود", "حساب‌ها بسته می‌شود و بس"),
    ("ｃｌｏｓｅｄ accounts", "The closed accounts of today"),
]


@pytest.mark.parametrize(("phrase", "text"), RUNS)
@pytest.mark.parametrize("mode", ["hybrid", "keyword"])
def test_phrase_in_any_script_is_admitted_and_found(empty, phrase, text, mode):
    query = f'"{phrase}" {text}'
    assert Question.read(query).admits(text)
    assert not Question.read(f'x -"{phrase}"').admits(text)
    empty.add([entry("a.txt", text), entry("b.txt", "Nothing of the kind stands in this one.")])
    hits = search(empty, empty.vectors(empty.rows()[1:])[0], query=query, mode=mode)
    assert [hit.passage.text for hit in hits] == [text]


def test_phrase_terms_stand_in_a_row_in_what_says_the_phrase():
    for phrase, text in RUNS:
        terms = term_forms(text)
        for run in Question.read(f'"{phrase}"').phrase_terms:
            places = [at for at in range(len(terms)) if tuple(terms[at : at + len(run)]) == run]
            assert places, (phrase, run, terms)


@pytest.mark.parametrize(
    "piece", ["word ", "-word ", '"a b" ', '"', "“", "-", "كلمة ", "字", 'x"', "\\"]
)
def test_very_long_query_is_read(piece):
    query = piece * (100_000 // len(piece))
    question = Question.read(query)
    assert len(question.phrases) + len(question.excluded) <= 1
    assert question.admits("A text that says none of it.") == (not question.phrases)
