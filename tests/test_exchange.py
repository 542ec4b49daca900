"""Export and import: what comes back is what went out, and nothing half made stays behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from conftest import DIMENSION, document, entry, hashed
from marsad.index import (
    Cluster,
    Collection,
    CollectionDamaged,
    CollectionError,
    CollectionMissing,
    Doubt,
    Entry,
    FileState,
    Model,
    Named,
    Place,
    decide,
    exchange,
    file_state,
    mark_boilerplate,
    named,
    near_from,
    places_of,
    problems_of,
    set_near_from,
)
from marsad.index.exchange import (
    export_collection,
    import_collection,
    outgoing,
    read_manifest,
)
from marsad.index.exchange.manifest import sha256_of
from marsad.index.exchange.tables import FORMATS, Column, read_rows, writing
from marsad.scripts.main import main
from marsad.seeds import Passage
from wholeness import assert_whole, text_of

FORMATS_BEFORE = Path(__file__).parent / "formats"

RIVER = "The river rose by two metres during the night and flooded the lower part of the town."
CLINIC = "Nurses vaccinated four hundred children against measles in the clinic near the station."
MARKED = "تَنْظِيمُ الحَمَلاتِ عَبْرَ المِنَصّاتِ يَسْتَهْدِفُ الشَّبابَ فِي مُدُنٍ كَثِيرَةٍ مُنْذُ سَنَوات."
ODD = 'Odd \u2028 signs \x85 stay \x0b in the text \ufeff as \u200f they are: \U0001f30d e\u0301 \ufffd "\\ \x1f.'

TABLES = {
    "documents": "SELECT * FROM documents ORDER BY path",
    "passages": "SELECT document, position, start, end, kind, language, confidence, hash, windows "
    "FROM passages ORDER BY row",
    "means": "SELECT * FROM means ORDER BY kind, language",
    "settings": "SELECT * FROM settings WHERE name IN ('model', 'prompts', 'means') ORDER BY name",
}


@pytest.fixture
def full(tmp_path):
    """A collection with means, prompts, replaced documents and vectors in several segments."""
    model = Model("word-hash", "1", DIMENSION)
    means = {
        kind: {code: 0.3 * hashed([kind + code])[0] for code in ("en", "ar", "und")}
        for kind in ("passage", "query")
    }
    made = Collection.create(
        tmp_path / "full", model, means={}, prompts={"query": "query: ", "passage": "passage: "}
    )
    with made as collection:
        collection.set_means(means, "abc123", {"en": 3, "ar": 1})
        collection.add(
            [
                entry("/z/river.txt", f"{RIVER}\n\n{CLINIC}\n", title="River", url="https://x/?ü"),
                entry("/b/odd.txt", f"{ODD}\n\n{RIVER}\n", source="north.example"),
            ]
        )
        collection.add(
            [entry("/a/marked.txt", f"{MARKED}\n\n{RIVER}", "ar", published="2025-01-05")]
        )
        collection.add([_bare("/empty.txt")])
        collection.add([entry("/z/river.txt", f"{CLINIC}\n\nAgain. {RIVER}\n", title="River 2")])
        yield collection


def _bare(path: str) -> Entry:
    """A document without passages."""
    return Entry(document(path, " - "), "und", [], np.empty((0, DIMENSION), np.float32), [])


def stored(collection: Collection) -> np.ndarray:
    """The vectors as they lie on disk, in order of row."""
    files = {p.name: np.load(p) for p in (collection.folder / "segments").glob("*.npy")}
    places = collection.query("SELECT segment, offset FROM passages ORDER BY row")
    return np.array([files[name][offset] for name, offset in places])


def answers(collection: Collection) -> list:
    found = []
    for query in (RIVER, MARKED, "measles in the town"):
        rows, scores = collection.nearest(hashed([query])[0], 10)
        found.append([(p.id, p.text) for p in collection.passages(rows.tolist())])
        found.append(scores.tolist())
    return found


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def reseal(folder: Path, **changes: object) -> None:
    """Give the manifest the checksums of the files as they are now, and other values."""
    path = folder / "manifest.json"
    form = json.loads(path.read_text(encoding="utf-8"))
    form["files"] = {name: sha256_of(folder / name) for name in form["files"]}
    path.write_text(json.dumps({**form, **changes}), encoding="utf-8")


@pytest.mark.parametrize("format_", FORMATS)
def test_what_comes_back_is_what_went_out(full, tmp_path, format_):
    seen = []
    manifest = export_collection(full, tmp_path / "out", format_, progress=seen.append)
    assert (manifest.documents, manifest.passages, sum(seen)) == (4, 9, 9)
    assert read_manifest(tmp_path / "out") == manifest
    import_collection(tmp_path / "out", tmp_path / "back")
    with Collection.open(tmp_path / "back") as back:
        for name, sql in TABLES.items():
            assert back.query(sql) == full.query(sql), name
        assert np.array_equal(stored(back), stored(full))
        assert answers(back) == answers(full)
        assert back.means_state == full.means_state
        assert problems_of(back) == []
        again = export_collection(back, tmp_path / "again", format_)
    assert again == manifest
    assert contents(tmp_path / "again") == contents(tmp_path / "out")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["again", "back", "full", "out"]


def decided(collection: Collection) -> None:
    """Let people decide something of every kind."""
    passages = collection.passages()
    mark_boilerplate(collection, [passages[0].id], is_so=True)
    mark_boilerplate(collection, [passages[-1].id], is_so=False)
    decide(collection, Doubt(passages[0], passages[-1], "near", 0.8), same=True)
    set_near_from(collection, 0.85)
    middle = np.eye(DIMENSION, dtype=np.float32)[0]
    groups = [Named(Cluster(frozenset([passages[0].id]), middle), "نهر")]
    named(collection, "theme", groups, keep=True)


def test_what_people_decided_comes_back_too(full, tmp_path):
    decided(full)
    export_collection(full, tmp_path / "out")
    import_collection(tmp_path / "out", tmp_path / "back")
    with Collection.open(tmp_path / "back") as back:
        for table in ("boilerplate", "reviews", "groups", "group_members", "group_events"):
            sql = f"SELECT * FROM {table} ORDER BY 1, 2"
            assert back.query(sql) == full.query(sql) != [], table
        assert near_from(back) == 0.85
        hidden = [{p.id for p in c.passages(sorted(c.boilerplate()))} for c in (back, full)]
        assert hidden[0] == hidden[1] != set()
        export_collection(back, tmp_path / "again")
    assert contents(tmp_path / "again") == contents(tmp_path / "out")


@pytest.mark.parametrize(
    "text", ["[]", "{}", '{"near_from": 1, "boilerplate": [["zz", "a", "b"]]}', "no JSON"]
)
def test_decisions_that_are_not_what_they_should_be(full, tmp_path, text):
    decided(full)
    export_collection(full, tmp_path / "out")
    (tmp_path / "out" / "decisions.json").write_text(text)
    reseal(tmp_path / "out")
    with pytest.raises(CollectionDamaged, match=r"decisions\.json"):
        import_collection(tmp_path / "out", tmp_path / "back")
    assert not (tmp_path / "back").exists()


@pytest.mark.parametrize("format_", FORMATS)
def test_files_places_and_glued_stories_come_back(full, tmp_path, format_):
    page = entry("/p.jsonl#id=1", f"{RIVER}\n\n{CLINIC}", source="n", file="/p.jsonl", author="A")
    story = entry(
        "/p.jsonl#id=1#story=2", CLINIC, part_of=page.document.id, part_start=88, file="/p.jsonl",
        repairs='[[0, 3, "Ù„"]]',
    )  # fmt: skip
    place = Place("/q.txt", "/q.txt", page.document.id, "https://q/", "2025-01-05", "ab")
    files = [FileState("/p.jsonl", 99, 5, "cd"), FileState("/q.txt", 9, 6, "ab")]
    full.add([page, story], places=[place], files=files)
    export_collection(full, tmp_path / "out", format_)
    import_collection(tmp_path / "out", tmp_path / "back")
    with Collection.open(tmp_path / "back") as back:
        for name, sql in TABLES.items():
            assert back.query(sql) == full.query(sql), name
        assert places_of(back) == [place]
        assert [file_state(back, file.path) for file in files] == files
        export_collection(back, tmp_path / "again", format_)
    assert contents(tmp_path / "again") == contents(tmp_path / "out")


def test_an_export_of_the_first_version_is_imported(tmp_path):
    import_collection(FORMATS_BEFORE / "export-1", tmp_path / "back")
    with Collection.open(tmp_path / "back") as back:
        assert {d.path: back.text(d.id) for d in back.documents()} == {
            f"{n}.txt": text_of(n) for n in range(2)
        }
        assert file_state(back, "0.txt") is not None
        assert_whole(back)


@pytest.mark.parametrize("format_", FORMATS)
def test_same_collection_exports_to_equal_bytes(full, tmp_path, format_):
    (tmp_path / "second").mkdir()
    export_collection(full, tmp_path / "first", format_)
    export_collection(full, tmp_path / "second", format_)
    assert contents(tmp_path / "first") == contents(tmp_path / "second")
    assert len(contents(tmp_path / "first")) == 7


def test_batches_change_nothing_but_row_groups(full, tmp_path, monkeypatch):
    export_collection(full, tmp_path / "whole", "jsonl")
    monkeypatch.setattr(outgoing, "_AT_ONCE", 1)
    monkeypatch.setattr(exchange, "_PASSAGES_AT_ONCE", 2)
    export_collection(full, tmp_path / "parts", "jsonl")
    export_collection(full, tmp_path / "groups", "parquet")
    assert contents(tmp_path / "parts") == contents(tmp_path / "whole")
    import_collection(tmp_path / "groups", tmp_path / "back")
    with Collection.open(tmp_path / "back") as back:
        assert back.query(TABLES["passages"]) == full.query(TABLES["passages"])
        assert answers(back) == answers(full)


def test_row_i_of_the_vectors_belongs_to_passage_i(full, tmp_path):
    export_collection(full, tmp_path / "out", "jsonl")
    vectors = np.load(tmp_path / "out" / "vectors.npy")
    lines = (tmp_path / "out" / "passages.jsonl").read_bytes().split(b"\n")
    rows = [json.loads(line) for line in lines if line]
    assert vectors.dtype == np.float16
    assert [row["vector"] for row in rows] == list(range(len(vectors)))
    assert np.allclose(vectors, hashed([row["text"] for row in rows]), atol=1e-3)
    assert MARKED in (tmp_path / "out" / "documents.jsonl").read_text(encoding="utf-8")


def test_other_tools_read_the_parquet(full, tmp_path):
    from pyarrow import parquet

    export_collection(full, tmp_path / "out")
    table = parquet.read_table(tmp_path / "out" / "documents.parquet").to_pydict()
    assert table["id"] == [r[0] for r in full.query(
        "SELECT id FROM documents ORDER BY path != '/b/odd.txt', path != '/a/marked.txt', path = '/empty.txt'")]  # fmt: skip
    assert table["title"].count(None) == 3
    passages = parquet.read_table(tmp_path / "out" / "passages.parquet").to_pydict()
    assert list(passages) == [
        "id", "document", "position", "start", "end", "kind", "language", "confidence", "windows",
        "text", "vector", "repeats",
    ]  # fmt: skip


@pytest.mark.parametrize("format_", FORMATS)
def test_empty_collection(empty, tmp_path, format_):
    assert export_collection(empty, tmp_path / "out", format_).documents == 0
    import_collection(tmp_path / "out", tmp_path / "back")
    with Collection.open(tmp_path / "back") as back:
        assert (back.documents(), back.model, back.prompts) == ([], empty.model, {})
        back.add([entry("/a.txt", RIVER)])
        assert back.passages()[0].text == RIVER


def _many(dimension: int) -> np.ndarray:
    """Unit rows in all directions, or of few different numbers, whose errors add up."""
    random = np.random.default_rng(3)
    rows = random.normal(size=(4000, dimension))
    rows[2000:] = random.integers(-2, 3, size=(2000, dimension))
    rows[2000:, 0] += 0.01
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


@pytest.mark.parametrize("dimension", [2, 3, 8, 64, 384])
def test_stored_vectors_come_back_bit_for_bit(tmp_path, dimension):
    rows = _many(dimension)
    one = document("/many.txt", "x" * len(rows))
    passages = [Passage(one.id, n, n, n + 1, "x", "fragment", "en", 1.0) for n in range(len(rows))]
    model = Model("numbers", "1", dimension)
    with Collection.create(tmp_path / "c", model, means={}, prompts={}) as collection:
        collection.add([Entry(one, "en", passages, rows, [1] * len(rows))])
        export_collection(collection, tmp_path / "out")
        before = stored(collection)
    import_collection(tmp_path / "out", tmp_path / "back")
    with Collection.open(tmp_path / "back") as back:
        assert np.array_equal(stored(back), before)


def test_paths_with_odd_bytes(full, tmp_path):
    out = tmp_path / os.fsdecode(b"caf\xe9 \xd8\n")
    export_collection(full, out)
    import_collection(out, tmp_path / "back")
    with Collection.open(tmp_path / "back") as back:
        assert answers(back) == answers(full)


def test_lone_surrogate_in_json_lines_is_written_as_its_escape(tmp_path):
    with writing(tmp_path / "t.jsonl", {"x": Column(str)}) as write:
        write([{"x": "half \udcff مرصد"}])
    assert (tmp_path / "t.jsonl").read_bytes() == '{"x": "half \\udcff مرصد"}\n'.encode()
    with pytest.raises(CollectionDamaged, match=r"'x' of row 1 holds half a character .* 5"):
        list(read_rows(tmp_path / "t.jsonl", {"x": Column(str)}))


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        (None, "None, which is no int"),
        (True, "True, which is no int"),
        (1.0, "1.0, which is no int"),
        ("1", "'1', which is no int"),
        (2**63, "beyond 64 bits"),
    ],
)
def test_value_of_another_type_is_told_with_its_row(tmp_path, value, problem):
    path = tmp_path / "t.jsonl"
    path.write_text(json.dumps({"x": 1}) + "\n" + json.dumps({"x": value}))
    with pytest.raises(CollectionDamaged, match=f"t.jsonl is damaged: 'x' of row 2 .*{problem}"):
        list(read_rows(path, {"x": Column(int)}))
    path.write_text('{"x": 1}\n{"x": NaN}\n')
    with pytest.raises(CollectionDamaged, match="'x' of row 2 is nan, which is no finite number"):
        list(read_rows(path, {"x": Column(float)}))


@pytest.mark.parametrize("name", ["documents.jsonl", "passages.jsonl", "vectors.npy", "means.npy"])
def test_missing_or_changed_file_is_named(full, tmp_path, name):
    out = tmp_path / "out"
    export_collection(full, out, "jsonl")
    data = (out / name).read_bytes()
    (out / name).write_bytes(data[:-1] + b"?")
    with pytest.raises(
        CollectionDamaged, match=f"{name} is damaged: its SHA-256 .*Copy the export"
    ):
        import_collection(out, tmp_path / "back")
    (out / name).unlink()
    with pytest.raises(CollectionDamaged, match=f"{name} is damaged: it cannot be read"):
        import_collection(out, tmp_path / "back")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["full", "out"]


@pytest.mark.parametrize(
    ("text", "error", "problem"),
    [
        ("{", CollectionDamaged, "it is no JSON"),
        ("[]", CollectionDamaged, "it is no manifest of a marsad-export"),
        ('{"format": "other", "version": 1}', CollectionDamaged, "it is no manifest of a marsad"),
        ('{"format": "marsad-export", "version": "1"}', CollectionDamaged, "its version is '1'"),
        ('{"format": "marsad-export", "version": 1}', CollectionDamaged, "'marsad' is missing"),
        ('{"format": "marsad-export", "version": 3}', CollectionError, "up to 2. Update marsad"),
    ],
)
def test_manifest_that_cannot_be_read(full, tmp_path, text, error, problem):
    export_collection(full, tmp_path / "out")
    (tmp_path / "out" / "manifest.json").write_text(text)
    with pytest.raises(error, match=f"manifest.json .*{problem}") as caught:
        import_collection(tmp_path / "out", tmp_path / "back")
    assert caught.type is error


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("model", {"name": "x", "fingerprint": "1"}),
        ("model", {"name": "x", "fingerprint": "1", "dimension": 0}),
        ("prompts", {"query": 1}),
        ("means", {"version": "1", "counts": {}, "passage": ["en"]}),
        ("documents", -1),
        ("passages", "6"),
        ("files", {"documents.jsonl": "0", "../passages.jsonl": "0"}),
    ],
)
def test_manifest_with_a_wrong_value(full, tmp_path, name, value):
    export_collection(full, tmp_path / "out", "jsonl")
    reseal(tmp_path / "out", **{name: value})
    with pytest.raises(
        CollectionDamaged, match=f"manifest.json is damaged: '{name}' is missing, or"
    ):
        import_collection(tmp_path / "out", tmp_path / "back")


def _change(folder: Path, table: str, number: int, **values: object) -> None:
    path = folder / f"{table}.jsonl"
    rows = [json.loads(line) for line in path.read_bytes().split(b"\n") if line]
    rows[number].update(values)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


@pytest.mark.parametrize(
    ("table", "number", "values", "problem"),
    [
        ("passages", 0, {"start": 1}, r"passages.jsonl .*the text of \w+:0 is not characters 1 to"),
        ("passages", 5, {"end": 10**6}, r"the text of \w+:\d is not characters \d+ to 1000000"),
        ("passages", 0, {"start": -3}, "is not characters -3 to"),
        ("passages", 0, {"text": "other"}, "the text of"),
        ("passages", 1, {"position": 0}, "does not name passage 0 of its document, after 0"),
        ("passages", 1, {"id": "other"}, "'other' does not name passage 1"),
        ("passages", 1, {"kind": "poem"}, "is of no known kind .'poem'."),
        ("passages", 1, {"vector": 0}, "the vector of .* is 0, not 1"),
        ("passages", 1, {"document": "x"}, "passages of 'x' do not lie in the order of documents"),
        ("passages", 1, {"windows": None}, "'windows' of row 2 is None, which is no int"),
        ("passages", 1, {"language": "\ud800"}, "holds half a character"),
        ("documents", 1, {"text": "other"}, "the text of"),
        ("documents", 1, {"path": "/b/odd.txt"}, "documents.jsonl .*'/b/odd.txt' is there twice"),
        ("documents", 0, {"text": None}, "'text' of row 1 is None, which is no str"),
    ],
)
def test_rows_that_do_not_agree_are_named_and_nothing_is_made(
    full, tmp_path, table, number, values, problem
):
    export_collection(full, tmp_path / "out", "jsonl")
    _change(tmp_path / "out", table, number, **values)
    reseal(tmp_path / "out")
    with pytest.raises(CollectionDamaged, match=problem):
        import_collection(tmp_path / "out", tmp_path / "back")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["full", "out"]


@pytest.mark.parametrize(
    ("name", "array", "problem"),
    [
        ("vectors.npy", lambda v: np.where(np.arange(9)[:, None] == 4, v, np.nan), "row 0, of"),
        ("vectors.npy", lambda v: v * np.float16(2), "is no finite vector of length 1"),
        ("vectors.npy", lambda v: v[:5], r"it holds \(5, 64\) of float16, not \(9, 64\)"),
        ("vectors.npy", lambda v: v.astype(np.float32), "of float32, not"),
        ("vectors.npy", lambda v: np.array([{}]), "it is no NumPy file that can be read"),
        ("means.npy", lambda m: np.full_like(m, np.inf), "it holds numbers that are not finite"),
        ("means.npy", lambda m: m[:, :9], "of float32, not"),
    ],
)
def test_arrays_that_are_not_what_they_should_be(full, tmp_path, name, array, problem):
    export_collection(full, tmp_path / "out", "jsonl")
    changed = array(np.load(tmp_path / "out" / name))
    if changed.dtype == np.float64:
        changed = changed.astype(np.float16)
    np.save(tmp_path / "out" / name, changed, allow_pickle=True)
    reseal(tmp_path / "out")
    with pytest.raises(CollectionDamaged, match=f"{name} is damaged: .*{problem}"):
        import_collection(tmp_path / "out", tmp_path / "back")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["full", "out"]


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("documents", "holds 4 rows, not the 12"),
        ("passages", r"\(9, 64\) of float16, not \(12, 64"),
    ],
)
def test_counts_must_be_the_manifests(full, tmp_path, name, problem):
    export_collection(full, tmp_path / "out")
    reseal(tmp_path / "out", **{name: 12})
    with pytest.raises(CollectionDamaged, match=problem):
        import_collection(tmp_path / "out", tmp_path / "back")


def test_table_that_is_no_parquet(full, tmp_path):
    from pyarrow import Table, parquet

    export_collection(full, tmp_path / "out")
    table = tmp_path / "out" / "passages.parquet"
    parquet.write_table(Table.from_pylist([{"id": b"x"}]), table)
    reseal(tmp_path / "out")
    with pytest.raises(CollectionDamaged, match=r"'id' of row 1 is b'x', which is no str"):
        import_collection(tmp_path / "out", tmp_path / "back")
    table.write_bytes(b"PAR1" * 9)
    reseal(tmp_path / "out")
    with pytest.raises(CollectionDamaged, match=r"passages.parquet is damaged: it is no Parquet"):
        import_collection(tmp_path / "out", tmp_path / "back")


def test_taken_folders_are_left_alone(full, tmp_path):
    export_collection(full, tmp_path / "out")
    before = contents(tmp_path / "out")
    with pytest.raises(CollectionError, match=r"out is not empty. Name another folder for the exp"):
        export_collection(full, tmp_path / "out")
    with pytest.raises(
        CollectionError, match=r"out is not empty. Name another folder for the coll"
    ):
        import_collection(tmp_path / "out", tmp_path / "out")
    with pytest.raises(CollectionError, match=r"full holds a collection already. Name another"):
        import_collection(tmp_path / "out", full.folder)
    with pytest.raises(
        CollectionMissing, match=r"full holds no export: there is no .*manifest.json"
    ):
        import_collection(full.folder, tmp_path / "back")
    (tmp_path / "file").touch()
    with pytest.raises(CollectionError, match="file/out cannot be written"):
        export_collection(full, tmp_path / "file" / "out")
    assert contents(tmp_path / "out") == before


def test_damaged_segment_is_not_exported(full, tmp_path):
    for segment in (full.folder / "segments").glob("*.npy"):
        data = bytearray(segment.read_bytes())
        data[-1] ^= 0x7F
        data[-2 * DIMENSION : -2] = b"\xff" * (2 * DIMENSION - 2)
        segment.write_bytes(data)
    with pytest.raises(CollectionDamaged, match=r"row \d of .*npy is no unit vector. .* check"):
        export_collection(full, tmp_path / "out")
    for segment in (full.folder / "segments").glob("*.npy"):
        segment.unlink()
    with pytest.raises(CollectionDamaged, match=r"npy is damaged or missing"):
        export_collection(full, tmp_path / "out")
    assert [p.name for p in tmp_path.iterdir()] == ["full"]


def test_export_is_of_one_state_although_another_writes(full, tmp_path, reopened, monkeypatch):
    """The other takes everything out once when nothing is read yet, and once in the midst."""
    first = export_collection(full, tmp_path / "before", "jsonl")
    other = reopened(full)
    plain = outgoing._write_means

    def write_means(*arguments):
        other.remove([d.id for d in other.documents()])
        other.add([entry("/later.txt", CLINIC)])
        return plain(*arguments)

    monkeypatch.setattr(outgoing, "_write_means", write_means)
    assert export_collection(full, tmp_path / "during", "jsonl") == first
    assert contents(tmp_path / "during") == contents(tmp_path / "before")


def test_export_begins_again_when_its_vectors_are_dropped(full, tmp_path, reopened, monkeypatch):
    other = reopened(full)
    plain = outgoing._write_vectors
    calls = []

    def write_vectors(*arguments):
        if not calls:
            other.remove([d.id for d in other.documents()])
            other.add([entry("/later.txt", CLINIC)])
        calls.append(1)
        return plain(*arguments)

    monkeypatch.setattr(outgoing, "_write_vectors", write_vectors)
    manifest = export_collection(full, tmp_path / "out")
    assert (manifest.documents, manifest.passages, len(calls)) == (1, 1, 2)
    import_collection(tmp_path / "out", tmp_path / "back")


KILLED = """
import sys, time
from pathlib import Path
from marsad.index import Collection, exchange
from marsad.index.exchange import outgoing
def slow(*_):
    print("writing", flush=True)
    time.sleep(60)
outgoing._synced = exchange._batches = slow
if sys.argv[1] == "export":
    with Collection.open(sys.argv[2]) as collection:
        exchange.export_collection(collection, Path(sys.argv[3]))
else:
    exchange.import_collection(Path(sys.argv[2]), Path(sys.argv[3]))
"""


def test_killed_run_leaves_nothing_that_looks_whole_and_the_next_one_works(full, tmp_path):
    out, back = tmp_path / "out", tmp_path / "back"
    for what, source, target in (("export", full.folder, out), ("import", out, back)):
        if what == "import":
            export_collection(full, out)
        run = subprocess.Popen(
            [sys.executable, "-c", KILLED, what, str(source), str(target)],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert run.stdout.readline() == "writing\n"
        with pytest.raises(CollectionError, match=f"{target.name} is being written by another"):
            if what == "export":
                export_collection(full, out)
            else:
                import_collection(out, back)
        run.send_signal(signal.SIGKILL)
        run.communicate()
        assert not target.exists()
    import_collection(out, back)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["back", "full", "out"]


@pytest.fixture
def marsad(capsys):
    def run(*arguments: object) -> tuple[int, str, str]:
        code = main([str(argument) for argument in arguments])
        out = capsys.readouterr()
        return code, out.out, out.err

    return run


@pytest.mark.parametrize("format_", FORMATS)
def test_commands(full, tmp_path, marsad, format_):
    out, back = tmp_path / "out", tmp_path / "back"
    code, printed, err = marsad(
        "--collection", full.folder, "export", "--output", out, "--format", format_
    )
    assert (code, printed) == (0, "")
    assert err == f"4 documents, 9 passages exported to {out}\n"
    code, printed, err = marsad("--collection", back, "import", out)
    assert (code, printed) == (0, "")
    assert err == f"4 documents, 9 passages imported into {back}\n"
    assert marsad("--collection", back, "check")[0] == 0


def test_exit_codes(full, tmp_path, marsad):
    out = tmp_path / "out"
    assert marsad("--collection", tmp_path / "none", "export", "--output", out)[0] == 3
    assert marsad("--collection", full.folder, "export")[0] == 2
    assert marsad("--collection", full.folder, "export", "--output", out, "--format", "x")[0] == 2
    assert marsad("--collection", full.folder, "export", "--output", out)[0] == 0
    assert marsad("--collection", full.folder, "export", "--output", out)[0] == 1
    assert marsad("--collection", full.folder, "import", out)[0] == 1
    assert marsad("--collection", tmp_path / "c", "import", tmp_path / "none")[0] == 3
    (out / "vectors.npy").write_bytes(b"")
    code, _, err = marsad("--collection", tmp_path / "c", "import", out)
    assert code == 5
    assert err.startswith(f"marsad: {out / 'vectors.npy'} is damaged") and err.count("\n") == 1


def test_stopped_export_says_that_nothing_was_written(full, tmp_path, marsad, monkeypatch):
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(outgoing, "_synced", stop)
    code, _, err = marsad("--collection", full.folder, "export", "--output", tmp_path / "out")
    assert (code, err) == (1, f"marsad: Stopped. Nothing was written to {tmp_path / 'out'}.\n")
    assert [p.name for p in tmp_path.iterdir()] == ["full"]
    assert full.query("SELECT count(*) FROM documents") == [(4,)]
