"""The main job on the sample corpus, with the real default model, against its labels."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from marsad.index import (
    Collection,
    Selection,
    copied_rows,
    find_duplicates,
    find_links,
    find_themes,
    problems_of,
    search,
)
from marsad.scripts import demo
from marsad.scripts.about import stories_of, themes_of
from marsad.scripts.ingest import add_paths
from marsad.scripts.own_themes import own_themes_of
from marsad.scripts.session import Wanted, encoder_of, query_vectors

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

CORPUS = demo.SAMPLE.parent


def _toml(name: str) -> dict:
    return tomllib.loads((CORPUS / name).read_text(encoding="utf-8"))


LABELS, QUERIES = _toml("labels.toml"), _toml("queries.toml")["query"]
ARTICLES = {article["path"]: article for article in LABELS["article"]}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("sample") / "collection"
    warnings: list[str] = []
    counts = add_paths(place, [demo.SAMPLE], wanted=Wanted(), warn=warnings.append)
    assert (counts.added, counts.problems) == (40, 0)
    assert len(warnings) == 3
    assert all(any(said in line for line in warnings) for said in ("cp1252", "cp1256", "places"))
    return place


@pytest.fixture(scope="module")
def collection(folder):
    with Collection.open(folder) as opened:
        yield opened


@pytest.fixture(scope="module")
def lines(collection):
    """Row of each passage → "path:line", as the labels name it."""
    starts = dict(collection.query("SELECT id, part_start FROM documents"))
    found = {}
    for passage in collection.passages():
        document = passage.document
        text = collection.text(document.part_of or document.id)
        line = text.count("\n", 0, starts[document.id] + passage.start) + 1
        found[passage.row] = f"{page(document)}:{line}"
    return found


def page(document):
    """The file an article lies in, below the sample corpus."""
    return str(Path(document.path.partition("#")[0]).relative_to(demo.SAMPLE))


def labels_of(document):
    """What the labels say of an article; of its own if it is glued to another's page."""
    article = ARTICLES[page(document)]
    return article["glued"] if document.part_of else article


def test_every_article_has_its_language_and_title(collection):
    for document in collection.documents():
        if document.part_of:
            continue
        article = ARTICLES[page(document)]
        assert document.language == article["language"], document.path
        assert document.title == " ".join(article["title"].split())
        assert document.published == Path(document.path).name[:10]


def test_glued_stories_are_articles_of_their_own(collection, lines):
    first = {p.document.id: lines[p.row] for p in reversed(collection.passages())}
    found = {first[d.id] for d in collection.documents() if d.part_of}
    labelled = {f"{a['path']}:{a['glued']['line']}" for a in ARTICLES.values() if "glued" in a}
    assert found == labelled


def test_what_is_no_text_is_marked_and_what_is_text_is_not(collection, lines):
    noise = {
        f"{article['path']}:{line['line']}": line["kind"]
        for article in ARTICLES.values()
        for line in article.get("noise", [])
        if line["kind"] != "mojibake"
    }
    marked = {
        lines[p.row]
        for p in collection.passages()
        if not p.counts or p.kind == "caption" or p.repeats is not None
    }
    assert marked == set(noise)


def test_whole_collection_passes_its_check(collection):
    assert problems_of(collection) == []


@pytest.mark.parametrize("kind", ["exact", "near", "contained", "translated"])
def test_every_planted_copy_is_found_and_no_other(collection, lines, kind):
    found = {
        (lines[group.kept.row], lines[copy.passage.row])
        for group in find_duplicates(collection, [kind])
        for copy in group.copies
    }
    planted = {
        (copies["passages"][0], copy)
        for copies in LABELS["copies"]
        if copies["kind"] == kind
        for copy in copies["passages"][1:]
    }
    left_out = {lines[p.row] for p in collection.passages() if not p.counts}
    assert found == {pair for pair in planted if not left_out & set(pair)}


@pytest.mark.parametrize("query", QUERIES, ids=[query["text"] for query in QUERIES])
def test_query_finds_its_passage_in_the_first_three_hits(collection, lines, query):
    vector = query_vectors(collection, encoder_of(collection), [query["text"]])[0]
    hits = search(collection, vector, query=query["text"], k=3)
    found = {lines[p.row] for hit in hits for p in (hit.passage, *hit.copies.passages)}
    assert found & set(query["passages"])


def test_half_of_the_queries_are_in_another_language_than_their_passages():
    apart = [
        query
        for query in QUERIES
        if query["language"]
        not in {ARTICLES[p.rsplit(":", 1)[0]]["language"] for p in query["passages"]}
    ]
    assert len(QUERIES) == 20
    assert len(apart) >= 10


def test_articles_of_a_theme_are_together_across_languages(collection):
    passages = [p for p in collection.passages() if p.counts]
    vectors = collection.vectors([p.row for p in passages])
    copies = copied_rows(find_links(collection))
    found = find_themes(passages, vectors, copies=copies)
    placed: dict[str, Counter[str]] = {}
    for theme in found.themes:
        for part in theme.members:
            about = labels_of(part.passages[0].document)
            placed.setdefault(about["theme"], Counter())[theme.id] += 1
    assert len(placed) == 8
    for theme, where in placed.items():
        assert len(where) == 1, f"{theme} is spread over {where}"
        assert sum(where.values()) >= 5
    assert len({next(iter(where)) for where in placed.values()}) >= 7
    assert all(theme.name and len(theme.languages) >= 3 for theme in found.themes)


def test_search_from_a_shell_prints_json_lines_and_needs_no_torch(folder):
    code = (
        "import sys; from marsad.scripts.main import main;"
        f"code = main(['--collection', {str(folder)!r}, 'search', 'ملاجئ الأيتام', '-k', '2']);"
        "assert not {'torch', 'sentence_transformers'} & set(sys.modules); sys.exit(code)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    hits = [json.loads(line) for line in done.stdout.decode().splitlines()]
    assert len(hits) == 2
    assert hits[0]["score"] >= hits[1]["score"]


def test_starter_themes_take_the_articles_that_are_about_them(collection):
    found = themes_of(collection, Selection(), own=own_themes_of(collection, "starter"))
    names = {
        "Account takedowns": "account-takedowns",
        "Online recruitment": "online-recruitment",
        "Terrorist financing": "terrorist-financing",
        "Attacks and security operations": "security-operations",
        "Platform policy and law": "platform-law",
    }
    own = [theme for theme in found.themes if theme.origin == "own"]
    assert [theme.name for theme in own] == list(names)
    for theme in own:
        about = set()
        for part in theme.members:
            about.add(labels_of(part.passages[0].document)["theme"])
        assert names[theme.name] in about
        assert about <= {names[theme.name], "account-takedowns", "platform-law"}
    rest = [theme for theme in found.themes if theme.origin == "found"]
    assert len(rest) == 3


def test_articles_of_one_event_are_one_story(collection):
    found = stories_of(collection, Selection())
    told: dict[str, set[str]] = {}
    for story in found:
        events = set()
        for part in story.members:
            document = part.passages[0].document
            events.add(labels_of(document).get("story", document.path))
        if len(story.members) > 1:
            assert len(events) == 1
        for event in events:
            told.setdefault(event, set()).add(story.id)
    labelled = Counter(a["story"] for a in ARTICLES.values() if "story" in a)
    shared = [event for event, count in labelled.items() if count > 1]
    assert len(shared) == 13
    assert sum(len(told[event]) > 1 for event in shared) <= 1
