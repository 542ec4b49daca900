"""What a stream holds: told by its content, read by its kind, unpacked and looked at in turn.

Only text is read here; documents and records are read in workers, since their parsers may hang,
crash or want too much memory.
"""

from __future__ import annotations

import importlib
import io
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import BinaryIO, cast

from . import compressed, worker, zips
from .articles import Article, Member, Problem
from .containment import all_of
from .detection import HEAD, KNOWN, format_of, no_reader_for
from .errors import SeedError
from .finding import PASSED_OVER
from .formats import archives, plain
from .limits import MIB, Limits, too_large
from .places import Place
from .rows import Fields
from .streams import Rejoined, read_up_to, seekable_copy

FORMATS = f"{__package__}.formats"
_DOCUMENTS = ("html", "pdf", "docx", "odt", "rtf", "epub", "sheet", "mail", "feed")
# Format → the module whose `articles` reads it, in a worker.
DOCUMENTS = {form: f"{FORMATS}.{form}" for form in _DOCUMENTS}
RECORDS = f"{FORMATS}.records"
_SHAPES = ("jsonl", "json", "csv", "tsv")
# Bytes of records up to which no process of their own is worth its start.
_FEW = 2 * MIB
_OFFICE = (".docx", ".odt", ".xlsx", ".xlsm", ".ods", ".epub")


@dataclass(frozen=True)
class Waiting:
    """A document that a worker reads."""

    reading: worker.Reading
    place: Place

    def result(self) -> list[Article | Problem]:
        """Wait for what it holds."""
        return [
            self.place.placed(each) if isinstance(each, Article) else each
            for each in self.reading.result()
        ]


Found = Article | Problem | Waiting


class Contents:
    """Reads streams of all kinds.

    Parameters
    ----------
    fields : Fields
    limits : Limits
    workers : worker.Workers
    passed : callable
        Gets how many bytes were read of files that are not read by their stream.
    """

    def __init__(
        self,
        fields: Fields,
        limits: Limits,
        workers: worker.Workers,
        passed: Callable[[int], object] = int,
    ) -> None:
        self._fields, self._limits, self._workers = fields, limits, workers
        self._passed = passed

    def read(self, stream: BinaryIO, place: Place) -> Iterator[Found]:
        """Tell what a stream is, and read it.

        Raises
        ------
        SeedError
            Where it goes no further; what came before holds.
        """
        self._check_depth(place)
        head, cut_off = read_up_to(stream, HEAD)
        if not head:
            raise cut_off or SeedError(f"{place.name} is empty. Nothing was added for it.")
        form = format_of(head, place.ending)
        if form is None:
            raise _no_reader(head, place)
        if len(head) < HEAD and not cut_off:
            whole: BinaryIO = io.BytesIO(head)
        else:
            whole = cast(BinaryIO, io.BufferedReader(Rejoined(head, cut_off, stream), HEAD))
        if form == "zip":
            yield from self._zip(whole, place)
        elif form == "parquet":
            yield from self._parquet(whole, place)
        elif form in compressed.FORMATS:
            inner = compressed.unpacked(whole, form, place.name, place.budget)
            ending = compressed.inner_name(place.ending)
            yield from self.read(
                inner, replace(place, ending=ending, depth=place.depth + 1, path=None)
            )
        elif form in _SHAPES:
            yield from self._records(whole, form, place)
        elif form in ("tar", "mbox", "warc"):
            yield from self._members(whole, form, place)
        else:
            yield from self._document(whole, form, place)

    def _check_depth(self, place: Place) -> None:
        if place.depth > self._limits.depth:
            raise SeedError(
                f"{place.name} lies deeper than {self._limits.depth} archives inside each other, "
                "the limit. Unpack the outer ones and give what was in them."
            )

    def _document(self, stream: BinaryIO, form: str, place: Place) -> Iterator[Found]:
        data, cut_off = read_up_to(stream, self._limits.document + 1)
        if len(data) > self._limits.document:
            raise too_large(place.name, self._limits)
        if form == "text":
            yield from map(place.placed, plain.articles(data, place.name))
        else:
            fields = (self._fields,) if form == "sheet" else ()
            reading = self._workers.read(DOCUMENTS[form], place.name, data, place.name, *fields)
            yield Waiting(reading, place)
        if cut_off:
            raise cut_off

    def _records(self, stream: BinaryIO, shape: str, place: Place) -> Iterator[Found]:
        """Have few records read like a document, many in a process of their own as they come."""
        data, cut_off = read_up_to(stream, _FEW + 1)
        if len(data) <= _FEW:
            reading = self._workers.read(
                RECORDS, place.name, io.BytesIO(data), place.name, self._fields, shape
            )
            yield Waiting(reading, place)
            if cut_off:
                raise cut_off
            return
        whole = cast(BinaryIO, io.BufferedReader(Rejoined(data, cut_off, stream), HEAD))
        for item in worker.stream(
            RECORDS, place.name, self._limits, whole, place.name, self._fields, shape
        ):
            yield place.placed(item) if isinstance(item, Article) else item

    def _parquet(self, stream: BinaryIO, place: Place) -> Iterator[Found]:
        """Have Parquet read by its path in a process of its own, as it may be of any length."""
        with tempfile.TemporaryDirectory() as folder:
            path = place.path
            if path is None:
                with seekable_copy(stream, place.name, self._limits, folder) as copy:
                    path = Path(copy.name)
            for item in worker.stream(
                f"{FORMATS}.records", place.name, self._limits,
                path, place.name, self._fields, "parquet",
            ):  # fmt: skip
                self._passed(len(item.text) if isinstance(item, Article) else 0)
                yield place.placed(item) if isinstance(item, Article) else item

    def _zip(self, stream: BinaryIO, place: Place) -> Iterator[Found]:
        """Read a zip by its list at the end, which also tells documents that are zips."""
        with (
            place.path.open("rb") if place.path else seekable_copy(stream, place.name, self._limits)
        ) as seekable:
            archives.check_list(seekable, place.name, self._limits)
            form = zips.format_of(seekable)
            if form is None:
                raise _no_reader(seekable.read(HEAD), place)
            if form != "zip":
                yield from self._document(seekable, form, place)
            elif place.ending.lower().endswith(_OFFICE):
                raise SeedError(
                    f"{place.name} is a zip without what such a document has in it, or cut off. "
                    "Open it in the program that made it and save it anew."
                )
            else:
                yield from self._members(seekable, form, place)

    def _members(self, stream: BinaryIO, form: str, place: Place) -> Iterator[Found]:
        is_empty = True
        for item in self._found_in(stream, form, place):
            is_empty = False
            if isinstance(item, Problem):
                yield item
                continue
            inner, data = item
            ending = PurePosixPath(inner.ending).suffix.lower()
            if ending in PASSED_OVER:
                place.passed_over[ending] += 1
                continue
            try:
                read = (
                    self._document(data, "mail", inner)
                    if form == "mbox"
                    else self.read(data, inner)
                )
                yield from all_of(read, inner.name, passing=(SeedError,))
            except _NoReader as error:
                if ending in KNOWN:
                    yield Problem(str(error))
                else:
                    place.passed_over[ending or "no ending"] += 1
            except SeedError as error:
                yield Problem(str(error))
                if place.budget.is_spent:
                    return
        if is_empty:
            raise SeedError(f"{place.name} holds nothing that can be read.")

    def _found_in(
        self, stream: BinaryIO, form: str, place: Place
    ) -> Iterator[Problem | tuple[Place, BinaryIO]]:
        """Yield the places and streams of the files in a container of any kind."""
        if form in ("zip", "tar"):
            for packed in archives.members(stream, place.name, self._limits, place.budget):
                self._passed(packed.size if isinstance(packed, archives.Packed) else 0)
                if isinstance(packed, Problem):
                    yield packed
                else:
                    yield place.inside(packed.key), packed.stream
            return
        for member in _container(form)(stream, place.name):
            if isinstance(member, Problem):
                yield member
            else:
                place.budget.count_member(place.name)
                said = member.url, member.published, member.source
                yield place.inside(member.key, *said), io.BytesIO(member.data)


class _NoReader(SeedError):
    """No reader is for what a file is."""


def _container(form: str) -> Callable[[BinaryIO, str], Iterator[Member | Problem]]:
    module = importlib.import_module(f"{FORMATS}.{'mail' if form == 'mbox' else form}")
    return cast("Callable[[BinaryIO, str], Iterator[Member | Problem]]", module.members)


def _no_reader(head: bytes, place: Place) -> _NoReader:
    what = no_reader_for(head, place.ending)
    if what is not None:
        return _NoReader(
            f"{place.name} seems to be {what}, which no reader is for. Give the text of the "
            "article itself."
        )
    return _NoReader(
        f"{place.name} is not text (binary data), nor any other kind of file that is read. Give "
        "the text of the article itself."
    )
