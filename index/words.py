"""The word index: which passages say a word, and how much that says (tantivy, BM25).

Derived from the texts. It may hold rows that have gone and, after a crash, rows that it will
be given again; whoever asks compares with the catalogue.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import time
import weakref
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import tantivy
from tantivy import FieldType, Occur, Query

from ..seeds import term_forms
from .records import Selection

# The folder it lies in, among the derived files.
WORDS = "words"
_ROW, _TERMS, _LANGUAGE, _SOURCE, _DAY = "row", "terms", "language", "source", "day"
_TOKENIZER = "spaces"
_WRITER_BYTES = 64_000_000
# Longer "words" are addresses and encoded data.
_LONGEST_TERM = 64
# tantivy's constants of BM25: a term counts at most this many times its idf.
_MOST_A_TERM = 2.2


@dataclass(frozen=True)
class WordRecord:
    """What is indexed of a passage; `published` is an ISO date or begins with one."""

    row: int
    text: str
    language: str
    source: str | None
    published: str | None


class WordIndex:
    """Ranks passages by the terms of a query.

    Attributes
    ----------
    covered : int
        All passages up to this row are in it; later ones may be.
    is_on_disk : bool
    """

    def __init__(self, index: tantivy.Index, covered: int = -1, *, is_on_disk: bool = True) -> None:
        self.covered = covered
        self.is_on_disk = is_on_disk
        self._index = index
        self._index.register_tokenizer(
            _TOKENIZER, tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
        )
        self._schema = index.schema
        self._searcher = index.searcher()

    @classmethod
    def open(cls, folder: Path, covered: int = -1) -> WordIndex | None:
        """Open the index below `folder`; None if there is none, or it is not whole."""
        try:
            with _failing_as_os_error():
                if os.access(folder / WORDS, os.W_OK):
                    found = cls(tantivy.Index.open(str(folder / WORDS)), covered)
                else:
                    found = cls._open_read_only(folder / WORDS, covered)
                found._found(found._term(""), 1)  # that a file is missing may show only now
                return found
        except OSError:
            return None

    @classmethod
    def _open_read_only(cls, folder: Path, covered: int) -> WordIndex:
        """Open an index where it cannot be written: tantivy wants to lock it even to read."""
        place = _links_to(folder)
        try:
            found = cls(tantivy.Index.open(str(place)), covered)
        except BaseException:
            _remove(place)
            raise
        weakref.finalize(found, _remove, place)
        return found

    @staticmethod
    def count_gone(folder: Path) -> int:
        """Return how many passages that have gone still take room in the index below `folder`."""
        try:
            parts = json.loads((folder / WORDS / "meta.json").read_text("utf-8"))["segments"]
        except (OSError, ValueError, KeyError):
            return 0
        return sum((part["deletes"] or {}).get("num_deleted_docs", 0) for part in parts)

    @classmethod
    def in_memory(cls, records: Iterable[WordRecord]) -> WordIndex:
        """Make an index without files."""
        made = cls(tantivy.Index(_schema()), is_on_disk=False)
        made.update(records, after=-1, gone=[])
        return made

    @classmethod
    def create(cls, folder: Path) -> WordIndex:
        """Make an empty index below `folder`, in place of what is there.

        Raises
        ------
        OSError
            If the disk does not take it.
        """
        shutil.rmtree(folder / WORDS, ignore_errors=True)
        (folder / WORDS).mkdir(parents=True)
        with _failing_as_os_error():
            return cls(tantivy.Index(_schema(), path=str(folder / WORDS)))

    def update(self, records: Iterable[WordRecord], *, after: int, gone: Sequence[int]) -> int:
        """Put in passages of rows above `after`, take out those that have gone.

        What it held above `after` is put in anew. Returns the highest row it holds now,
        `after` if no record came.

        Raises
        ------
        OSError
            If the disk does not take it; it is then as it was.
        """
        highest = after
        with _failing_as_os_error():
            writer = self._index.writer(_WRITER_BYTES, 1)
            later = (
                Query.range_query(
                    self._schema, _ROW, FieldType.Unsigned, after, None, include_lower=False
                )
                if after >= 0
                else Query.all_query()
            )
            writer.delete_documents_by_query(later)
            # By query: `delete_documents_by_term` looks for a signed number, and finds none.
            writer.delete_documents_by_query(Query.term_set_query(self._schema, _ROW, list(gone)))
            for record in records:
                writer.add_document(_document(record))
                highest = record.row
            writer.commit()
            writer.wait_merging_threads()
            self._index.reload()
            self._searcher = self._index.searcher()
        self.covered = highest
        return highest

    def search(
        self,
        asked: Sequence[str],
        k: int,
        *,
        selection: Selection | None = None,
        phrases: Sequence[Sequence[str]] = (),
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return (rows, BM25 scores) of the k best passages that say one of the terms.

        Parameters
        ----------
        asked : sequence of str
            Terms in the form that `seeds.term_forms` gives.
        k : int
        selection : Selection, optional
        phrases : sequence of sequences of str
            Runs of terms that must stand there.
        """
        any_of = Query.boolean_query([(Occur.Should, self._term(term)) for term in asked])
        conditions = [*self._filters(selection), *self._phrases(phrases)]
        if conditions:
            return self._found(Query.boolean_query([(Occur.Must, any_of), *conditions]), k)
        return self._found(any_of, k)  # alone, it passes over what cannot be among the best

    def scores(self, asked: Sequence[str], rows: np.ndarray) -> np.ndarray:
        """Return the BM25 score of each row, 0 where none of the terms stands in it."""
        wanted = Query.term_set_query(self._schema, _ROW, rows.tolist())
        any_of = Query.boolean_query([(Occur.Should, self._term(term)) for term in asked])
        required = [(Occur.Must, any_of), (Occur.Must, Query.const_score_query(wanted, 0.0))]
        found, scores = self._found(Query.boolean_query(required), len(rows))
        by_row = dict(zip(found.tolist(), scores.tolist(), strict=True))
        return np.array([by_row.get(row, 0.0) for row in rows.tolist()], np.float32)

    def scores_of_texts(self, asked: Sequence[str], texts: Sequence[str]) -> np.ndarray:
        """Return the score of texts that are not in the index, as if all were equally long."""
        weights = dict(zip(asked, self.weights(asked).tolist(), strict=True))
        found = []
        for text in texts:
            said = Counter(term for term in term_forms(text) if term in weights)
            found.append(
                sum(
                    weights[term] * _MOST_A_TERM * times / (times + _MOST_A_TERM - 1)
                    for term, times in said.items()
                )
            )
        return np.array(found, np.float32)

    def rows_with(self, phrases: Sequence[Sequence[str]]) -> np.ndarray:
        """Return the rows in which all these runs of terms stand, ascending."""
        query = Query.boolean_query(self._phrases(phrases))
        return np.sort(self._found(query, max(1, self._searcher.num_docs))[0])

    @property
    def count(self) -> int:
        """How many passages are in it."""
        return int(self._searcher.num_docs)

    def rows(self) -> np.ndarray:
        """Return all rows in it, ascending."""
        return np.sort(self._found(Query.all_query(), self._searcher.num_docs)[0])

    def weights(self, asked: Sequence[str]) -> np.ndarray:
        """Return how much each term says: its inverse document frequency, above 0."""
        total = self._searcher.num_docs
        seen = np.array(
            [self._searcher.doc_freq(_TERMS, term[:_LONGEST_TERM]) for term in asked], np.float64
        )
        return np.asarray(np.log1p((total - seen + 0.5).clip(0.5) / (seen + 0.5)), np.float32)

    def best(self, asked: Sequence[str]) -> float:
        """Return the score that no passage exceeds, however often it says the terms."""
        return float(self.weights(asked).sum() * _MOST_A_TERM)

    def _found(self, query: Query, k: int) -> tuple[np.ndarray, np.ndarray]:
        hits = self._searcher.search(query, k, count=False).hits if k > 0 else []
        if not hits:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        rows = self._searcher.fast_field_values(_ROW, [address for _, address in hits])
        scores = np.array([score for score, _ in hits], np.float32)
        numbers = np.array(rows, np.int64)
        order = np.lexsort((numbers, -scores))
        return numbers[order], scores[order]

    def _term(self, term: str) -> Query:
        return Query.term_query(self._schema, _TERMS, term[:_LONGEST_TERM], "freq")

    def _filters(self, selection: Selection | None) -> list[tuple[Occur, Query]]:
        if selection is None:
            return []
        asked: list[Query] = []
        for field, wanted in ((_LANGUAGE, selection.languages), (_SOURCE, selection.sources)):
            if wanted:
                asked.append(Query.term_set_query(self._schema, field, list(wanted)))
        if selection.since or selection.until:
            first, last = _day(selection.since) or 1, _day(selection.until) or 99_999_999
            asked.append(Query.range_query(self._schema, _DAY, FieldType.Unsigned, first, last))
        return [(Occur.Must, Query.const_score_query(query, 0.0)) for query in asked]

    def _phrases(self, phrases: Sequence[Sequence[str]]) -> list[tuple[Occur, Query]]:
        made = [
            Query.phrase_query(self._schema, _TERMS, [term[:_LONGEST_TERM] for term in phrase])
            if len(phrase) > 1
            else self._term(phrase[0])
            for phrase in phrases
        ]
        return [(Occur.Must, Query.const_score_query(query, 0.0)) for query in made]


def _links_to(folder: Path) -> Path:
    """Make a passing folder with links to the files of an index, in which it can be locked."""
    place = Path(tempfile.mkdtemp(prefix="marsad-"))
    for path in (path for path in folder.glob("*") if path.suffix != ".lock"):
        (place / path.name).symlink_to(path.resolve())
    return place


def _remove(place: Path) -> None:
    """Delete a passing folder, again if a thread of tantivy put a lock in meanwhile."""
    for _ in range(5):
        shutil.rmtree(place, ignore_errors=True)
        if not place.exists():
            return
        time.sleep(0.02)


@contextmanager
def _failing_as_os_error() -> Iterator[None]:
    """Turn what tantivy raises when the disk fails into OSError. It also panics then."""
    try:
        yield
    except (ValueError, RuntimeError) as error:
        raise OSError(f"tantivy: {error}") from None
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # no name to import it by
            raise
        raise OSError(f"tantivy: {error}") from None


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field(_ROW, indexed=True, fast=True)
    builder.add_text_field(_TERMS, tokenizer_name=_TOKENIZER, index_option="position")
    builder.add_text_field(_LANGUAGE, tokenizer_name="raw", index_option="basic")
    builder.add_text_field(_SOURCE, tokenizer_name="raw", index_option="basic")
    builder.add_unsigned_field(_DAY, indexed=True, fast=True)
    return builder.build()


def _document(record: WordRecord) -> tantivy.Document:
    document = tantivy.Document()
    document.add_unsigned(_ROW, record.row)
    document.add_text(_TERMS, " ".join(t[:_LONGEST_TERM] for t in term_forms(record.text)))
    document.add_text(_LANGUAGE, record.language)
    document.add_text(_SOURCE, record.source or "")
    document.add_unsigned(_DAY, _day(record.published))
    return document


def _day(date: str | None) -> int:
    """Return an ISO date as a number that sorts like it; 0 if it is none."""
    digits = (date or "")[:10].replace("-", "")
    return int(digits.ljust(8, "0")) if digits.isdecimal() and digits.isascii() else 0
