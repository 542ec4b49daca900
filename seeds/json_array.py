"""A JSON file that is one array of records, each with the text that it is written with."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from .decoding import decode
from .errors import SeedError
from .rows import SAMPLE, Fields, Row, Table, Unreadable

_DECODER = json.JSONDecoder()
_SPACE = re.compile(r"[ \t\r\n]*")


class JsonArray(Table):
    """An array of objects. It is read into memory; its rows are counted from 1."""

    shape = "json"
    between, tail = b",\n", b"\n]\n"

    def names(self) -> list[str]:
        first = islice(self.rows(Fields("")), SAMPLE)
        return list(dict.fromkeys(name for row in first for name in row.cells or ()))

    def rows(self, fields: Fields) -> Iterator[Row]:
        return self._reading(self._rows())

    def values(self, row: Row) -> dict[str, Any]:
        if not isinstance(row.cells, dict):
            raise Unreadable("it is no JSON object")
        return row.cells

    def head(self) -> bytes:
        return b"[\n"

    def with_text(self, row: Row, field: str, text: str) -> bytes:
        return with_value(row.raw.decode(), field, text).encode("utf-8", "backslashreplace")

    def _rows(self) -> Iterator[Row]:
        with self._open() as file:
            text = decode(file.read(), self.name).text
        at, number = _after_space(text, 0), 0
        if text[at : at + 1] != "[":
            raise SeedError(
                f"{self.name} is no JSON array of records. If it holds one JSON object a line, "
                "name it .jsonl; an array inside of an object is written so by: jq -c '.NAME[]'"
            )
        at = _after_space(text, at + 1)
        while text[at : at + 1] != "]":
            number += 1
            start = at
            try:
                value, at = _DECODER.raw_decode(text, at)
            except (ValueError, RecursionError) as error:
                reason = getattr(error, "msg", "it is nested too deeply")
                raise SeedError(f"{self.name}, record {number}: no JSON ({reason}).") from None
            cells = value if isinstance(value, dict) else None
            yield Row(number, text[start:at].encode("utf-8", "backslashreplace"), cells)
            at = _after_space(text, at)
            if text[at : at + 1] == ",":
                at = _after_space(text, at + 1)
            elif text[at : at + 1] != "]":
                raise SeedError(f"{self.name} cannot be read after record {number}: it is cut off.")


def with_value(record: str, field: str, text: str) -> str:
    """Return how a JSON object is written with another text in a field, and all else as it is."""
    start, end = _place_of_value(record, field)
    return record[:start] + json.dumps(text, ensure_ascii=False) + record[end:]


def _place_of_value(line: str, field: str) -> tuple[int, int]:
    """Return where the value of a field stands in a JSON object; of several the last."""
    found = (0, 0)
    at = line.index("{") + 1
    while True:
        at = _after_space(line, at)
        if line[at] == "}":
            return found
        if line[at] == ",":
            at = _after_space(line, at + 1)
        name, at = _DECODER.raw_decode(line, at)
        start = _after_space(line, _after_space(line, at) + 1)
        _, at = _DECODER.raw_decode(line, start)
        if name == field:
            found = (start, at)


def _after_space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at
