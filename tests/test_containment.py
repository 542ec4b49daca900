"""Whatever is raised for one file, record or page costs only that, and is said in one line."""

import io
import json
import random
import re
from pathlib import Path

import pytest
from conftest import HashEncoder
from hypothesis import given
from hypothesis import strategies as st
from marsad.index import Collection, collection, unread_of
from marsad.scripts import explain, ingest, preparing, storing
from marsad.seeds import Fields, contents, finding, making
from marsad.seeds.articles import Article, Problem
from marsad.seeds.containment import LONGEST_QUOTE, all_of, contained, one_by_one, problem_of
from marsad.seeds.errors import SeedError
from marsad.seeds.formats import plain, records

WORD = "Xyzzyplanted"
GOOD = [
    "The river rose by two metres during the night and flooded the lower part of the town.",
    "Nurses vaccinated four hundred children against measles in the clinic near the station.",
    "The goalkeeper saved a penalty in extra time and the visitors went through to the final.",
]
BAD = f"The {WORD} orchestra gave its last concert on Sunday in the hall beside the harbour."
# Step → the module and the name by which it is called, and the error that is planted there.
STEPS = {
    "looked into": (finding, "format_of", IndexError("list index out of range")),
    "told": (contents, "format_of", UnicodeDecodeError("utf-8", b"\xff", 0, 1, "of a library")),
    "read": (plain, "decode", KeyError("body")),
    "made a document": (storing, "document_of", AttributeError("no attribute 'text'")),
    "split": (making, "split", ValueError("two\nlines")),
    "cleaned": (making, "mark", IndexError("list index out of range")),
    "identified": (preparing, "identify_document", RuntimeError("of the identifier")),
    "judged": (preparing, "completed", ZeroDivisionError("division by zero")),
    "made passages": (preparing, "passages_of", AssertionError()),
    "separated": (storing, "separated", RecursionError("maximum recursion depth exceeded")),
    "encoded": (HashEncoder, "encode_with_windows", TypeError("not a tensor")),
    "compared with what is there": (storing, "told_apart", MemoryError()),
    "stored": (collection, "insert_entry", OverflowError("int too large")),
}


def has_word(value):
    """Tell whether a planted word is anywhere in what a step is called with."""
    if isinstance(value, bytes):
        return WORD.encode() in value
    return WORD in (value if isinstance(value, str) else repr(value))


@pytest.fixture
def plant(monkeypatch):
    def planted(step):
        where, name, error = STEPS[step]
        real = getattr(where, name)

        def failing(*arguments, **more):
            if any(map(has_word, arguments)):
                raise error
            return real(*arguments, **more)

        monkeypatch.setattr(where, name, failing)

    return planted


@pytest.fixture
def encoded(monkeypatch):
    """The texts that were encoded."""
    texts = []
    real = HashEncoder.encode_with_windows

    def noting(self, given, **more):
        texts.extend(given)
        return real(self, given, **more)

    monkeypatch.setattr(HashEncoder, "encode_with_windows", noting)
    return texts


def write(folder):
    folder.mkdir()
    for number, text in enumerate([*GOOD[:2], BAD, GOOD[2]]):
        ending = "story" if text is BAD else "txt"  # an ending that has to be looked into
        (folder / f"{number}.{ending}").write_text(f"Report {number}\n\n{text}\n")


def stored():
    with Collection.open("c") as opened:
        return sorted(Path(document.path).name for document in opened.documents())


@pytest.mark.parametrize("step", STEPS)
def test_an_error_at_any_step_costs_one_file_and_one_line(marsad, tmp_path, plant, step):
    write(tmp_path / "in")
    plant(step)
    code, _, err = marsad("add", tmp_path / "in")
    if step == "looked into":  # its reader is asked instead, and finds nothing wrong
        assert (code, stored()) == (0, ["0.txt", "1.txt", "2.story", "3.txt"])
        return
    assert code == 1
    assert stored() == ["0.txt", "1.txt", "3.txt"]
    said = [line for line in err.splitlines() if "2.story" in line]
    assert len(said) == 1 and "Traceback" not in err
    assert "3 added" in err and "1 could not be read" in err
    if not isinstance(STEPS[step][2], MemoryError | RecursionError):
        assert "a fault of marsad" in said[0] and "please report it" in said[0]
    with Collection.open("c") as opened:
        assert [Path(unread.file).name for unread in unread_of(opened)] == ["2.story"]


@pytest.mark.parametrize("step", ["cleaned", "encoded", "stored"])
def test_a_rerun_does_only_what_failed_and_goes_on_when_it_can(
    marsad, tmp_path, monkeypatch, encoded, step
):
    write(tmp_path / "in")
    where, name, error = STEPS[step]
    real = getattr(where, name)

    def failing(*arguments, **more):
        if any(map(has_word, arguments)):
            raise error
        return real(*arguments, **more)

    with monkeypatch.context() as patch:
        patch.setattr(where, name, failing)
        marsad("add", tmp_path / "in")
        encoded.clear()
        code, _, err = marsad("add", tmp_path / "in")
        assert (code, "3 unchanged, 1 could not be read" in err) == (1, True)
        assert not set(encoded) & set(GOOD)
    code, _, err = marsad("add", tmp_path / "in")
    assert (code, "1 added" in err, "3 unchanged" in err) == (0, True, True)
    assert stored() == ["0.txt", "1.txt", "2.story", "3.txt"]
    with Collection.open("c") as opened:
        assert list(unread_of(opened)) == []


@pytest.mark.parametrize("step", ["cleaned", "encoded", "compared with what is there", "stored"])
def test_a_record_costs_only_itself_and_keeps_its_file_open(marsad, tmp_path, plant, step):
    rows = [{"id": n, "text": text} for n, text in enumerate([*GOOD[:2], BAD, GOOD[2]])]
    (tmp_path / "dump.jsonl").write_text("\n".join(map(json.dumps, rows)))
    plant(step)
    code, _, err = marsad("add", "dump.jsonl")
    assert (code, stored()) == (1, [f"dump.jsonl#id={n}" for n in (0, 1, 3)])
    assert sum("dump.jsonl#id=2" in line for line in err.splitlines()) == 1
    assert "3 unchanged, 1 could not be read" in marsad("add", "dump.jsonl")[2]


def test_what_was_stored_of_a_record_stays_where_its_new_version_fails(marsad, tmp_path, plant):
    path = tmp_path / "dump.jsonl"
    rows = [{"id": n, "text": text} for n, text in enumerate(GOOD)]
    path.write_text("\n".join(map(json.dumps, rows)))
    marsad("add", path)
    plant("stored")
    rows = [{**rows[0], "text": BAD}, {"id": 7, "text": GOOD[1]}]
    path.write_text("\n".join(map(json.dumps, rows)))
    assert marsad("add", path)[0] == 1
    with Collection.open("c") as opened:
        texts = {Path(p.document.path).name: p.text for p in opened.passages()}
    assert texts["dump.jsonl#id=0"] == GOOD[0]
    assert set(texts) == {f"dump.jsonl#id={n}" for n in (0, 1, 2, 7)}


def test_copies_in_a_batch_are_found_also_where_one_article_fails(marsad, tmp_path, plant):
    rows = [
        {"id": n, "title": f"Title of {text[4:12]}", "source": "North", "text": text}
        for n, text in enumerate([GOOD[0], BAD, GOOD[0]])
    ]
    (tmp_path / "dump.jsonl").write_text("\n".join(map(json.dumps, rows)))
    plant("stored")
    assert "1 added" in (err := marsad("add", "dump.jsonl")[2])
    assert "1 known by another path, 1 could not be read" in err


@pytest.mark.parametrize("step", ["split", "encoded", "separated"])
def test_explaining_goes_on_behind_an_error(marsad, tmp_path, monkeypatch, plant, step):
    write(tmp_path / "in")
    if step == "separated":
        monkeypatch.setattr(explain, "separated", lambda *_: 1 / 0)
        code, _, err = marsad("add", "--explain", tmp_path / "in", "-o", "jsonl")
        assert (code, err.count("a fault of marsad")) == (3, 4)
        return
    plant(step)
    code, out, err = marsad("add", "--explain", tmp_path / "in", "-o", "jsonl")
    assert (code, len(out.splitlines())) == (1, 3)
    assert sum("2.story" in line for line in err.splitlines()) == 1


@pytest.mark.parametrize("step", ["refresh_means", "compare_texts", "learn_boilerplate"])
def test_a_fault_in_what_follows_leaves_the_articles_in(marsad, tmp_path, monkeypatch, step):
    write(tmp_path / "in")
    monkeypatch.setattr(ingest, step, lambda *_, **__: [][0])
    code, _, err = marsad("add", tmp_path / "in")
    assert (code, len(stored())) == (1, 4)
    assert "all articles are stored" in err and "a fault of marsad: IndexError" in err


def test_the_traceback_is_shown_when_more_is_asked_for(marsad, tmp_path, plant, caplog):
    write(tmp_path / "in")
    plant("cleaned")
    marsad("-v", "add", tmp_path / "in")
    assert "Traceback" in caplog.text and "IndexError" in caplog.text


def test_an_interrupt_is_not_contained(marsad, tmp_path, monkeypatch):
    write(tmp_path / "in")

    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(making, "mark", interrupted)
    code, _, err = marsad("add", tmp_path / "in")
    assert code == 1 and "Stopped" in err
    assert "fault of marsad" not in err


def test_a_full_disk_is_not_told_as_the_fault_of_an_article(marsad, tmp_path, monkeypatch):
    write(tmp_path / "in")

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(collection, "insert_entry", full)
    code, _, err = marsad("add", tmp_path / "in")
    assert code == 1 and "No space left" in err and ".txt" not in err


def test_many_broken_records_among_many_are_each_named(marsad, tmp_path):
    choose = random.Random(3)
    words = "river clinic market school harbour council bridge farmer storm museum train".split()  # noqa: SIM905
    broken = set(choose.sample(range(2000), 20))
    faults = ["{", '{"id": 1', "[1, 2]", '"text"', '{"id": 5, "text": ""}', '{"id": 6}', "\x00\x01"]
    lines = []
    for number in range(2000):
        text = " ".join(choose.choices(words, k=choose.randint(2, 40))).capitalize()
        good = json.dumps({"id": number, "title": f"Title {number}", "text": f"{text}."})
        lines.append(choose.choice(faults) if number in broken else good)
    (tmp_path / "pile.jsonl").write_text("\n".join(lines))
    code, _, err = marsad("add", "pile.jsonl")
    assert code == 1 and "1980 added" in err and "20 could not be read" in err
    numbers = {int(n) for line in err.splitlines() for n in _lines_named(line)}
    assert numbers == {number + 1 for number in broken}


def _lines_named(line):
    return re.findall(r"line (\d+)", line)


def test_a_fault_in_a_record_is_told_and_the_next_is_read(monkeypatch):
    real = records.article_of

    def failing(values, *arguments, **more):
        if has_word(values):
            raise IndexError("list index out of range")
        return real(values, *arguments, **more)

    monkeypatch.setattr(records, "article_of", failing)
    rows = "\n".join(json.dumps({"text": text}) for text in [GOOD[0], BAD, GOOD[1]])
    found = list(records.articles(io.BytesIO(rows.encode()), "a.jsonl", Fields(), "jsonl"))
    assert [item.text for item in found if isinstance(item, Article)] == GOOD[:2]
    (problem,) = [item for item in found if isinstance(item, Problem)]
    assert "a.jsonl, line 2" in problem.line and "a fault of marsad" in problem.line


def test_repeated_doubts_are_counted(marsad, tmp_path):
    for number in range(7):
        (tmp_path / f"{number}.txt").write_bytes(f"{GOOD[0]} caf\xe9 {number}".encode("latin-1"))
    err = marsad("add", *(f"{n}.txt" for n in range(7)))[2]
    assert err.count("not UTF-8") == 4 and "4 more like this: not UTF-8" in err


# The helpers by themselves.


def test_who_is_to_blame_is_told_by_where_it_was_raised():
    def of_library(text):
        json.loads(text)

    with pytest.raises(ValueError, match="Expecting") as raised:
        of_library("{")
    assert "may be damaged" in problem_of(raised.value, "a.json", parsing=True).line
    with pytest.raises(AttributeError, match="startswith") as raised:
        plain.articles(1, "a.txt")
    parsed = problem_of(raised.value, "a.txt", parsing=True)
    assert parsed.line.startswith("a.txt was left out by a fault of marsad: AttributeError")
    assert "seeds." in parsed.line and "Traceback" in parsed.trace


@given(st.text(), st.text(max_size=300))
def test_a_problem_is_one_short_line(name, said):
    line = problem_of(ValueError(said), "a.txt").line
    assert len(line.splitlines()) == 1
    assert len(line) < LONGEST_QUOTE + 200


def test_errors_people_can_mend_say_what_they_say():
    told = []
    with contained("a.txt", told.append):
        raise SeedError("a.txt is empty.")
    assert told == [Problem("a.txt is empty.")]
    assert list(all_of(iter([1, 2]), "a.txt")) == [1, 2]


@given(st.lists(st.integers()), st.sets(st.integers()))
def test_one_by_one_gives_all_that_can_be_had(items, bad):
    said = []

    def work(some):
        if bad.intersection(some):
            raise ValueError("one of them")
        return [2 * item for item in some]

    done = one_by_one(items, work, lambda item, _: said.append(item))
    assert done == [None if item in bad else 2 * item for item in items]
    assert said == [item for item in items if item in bad]


def test_what_is_about_all_passes():
    def work(_):
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        one_by_one([1, 2], work, lambda *_: None, passing=(OSError,))
    with pytest.raises(OSError, match="No space"), contained("a", print, passing=(OSError,)):
        work(1)
