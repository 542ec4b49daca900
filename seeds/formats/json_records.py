"""Records in JSON: an object a line, objects behind each other, arrays, and arrays in an answer.

Lines are read one by one, so that one that is no JSON costs only itself; everything else
streams through ijson, which cannot go on behind a fault.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, BinaryIO

import ijson
import orjson

from ..decoding import decode
from ..errors import SeedError
from .half_characters import streamed_without_halves, without_halves
from .record import Record
from .streams import as_utf8, lines_of

# How far is looked for where the records are, and names of what they may lie in.
_SAMPLE = 1 << 20
_WRAPPERS = frozenset(
    {
        "articles", "data", "items", "results", "records", "documents", "docs", "news", "posts",
        "entries", "rows", "hits", "response", "stories", "value", "list", "feed", "export",
        "payload",
    }
)  # fmt: skip
# An object with one of these, or with as long a text, is a record, whatever lists it has.
_OF_A_RECORD = frozenset({"text", "body", "content", "articlebody", "maintext", "fulltext"})
_LONG_TEXT = 200
_STARTS, _ENDS = frozenset({"start_map", "start_array"}), frozenset({"end_map", "end_array"})
_ITEM = "[]"  # the place in an array
_DEEPEST = 500
_TOO_DEEP = object()
_OF_THE_STORE = "_source"  # where Elasticsearch puts what was stored


def json_lines(stream: BinaryIO, name: str) -> Iterator[Record]:
    """Yield the records of a JSON file that should have one a line; if it has not, all the same.

    Raises
    ------
    SeedError
    """
    start, stream, encoding = as_utf8(stream, _SAMPLE)
    if not start.strip():
        return iter(())
    start = without_halves(start)
    if _path_to_records(start) or (not _are_lines(start) and _is_json(start)):
        return _streamed(start, stream, encoding)
    return _by_lines(stream, name, encoding)


def json_records(stream: BinaryIO, name: str) -> Iterator[Record]:
    """Yield the records of any JSON file.

    An array of objects that lies in an object under a name such as ``articles`` or ``data`` is
    what the file holds; else each object on the outside is a record.

    Raises
    ------
    SeedError
    """
    start, stream, encoding = as_utf8(stream, _SAMPLE)
    if not start.strip():
        return iter(())
    start = without_halves(start)
    if not _path_to_records(start) and _are_lines(start):
        return _by_lines(stream, name, encoding)
    return _streamed(start, stream, encoding)


def _are_lines(start: bytes) -> bool:
    """Tell whether the first two lines are objects, as far as they can be seen."""
    lines = [line for line in start.split(b"\n", 20)[:20] if line.strip()]
    if len(lines) < 2 or not isinstance(_loads(lines[0]), dict):
        return False
    return lines[1].lstrip().startswith(b"{")


def _is_json(start: bytes) -> bool:
    """Tell whether JSON goes on to the end of the sample."""
    try:
        for _ in ijson.basic_parse(start, multiple_values=True):
            pass
    except ijson.JSONError as error:
        return "premature EOF" in str(error)
    except ValueError:  # no UTF-8, or a number out of all bounds
        return False
    return True


def _by_lines(stream: BinaryIO, name: str, encoding: str) -> Iterator[Record]:
    for number, line in enumerate(lines_of(stream), start=1):
        key, where = f"line={number}", f"line {number}"
        if line is None:
            yield Record(key, where, problem="it is longer than 64 MiB")
            continue
        try:
            values = orjson.loads(line)
        except orjson.JSONDecodeError:
            if line.strip():
                yield _once_more(line, name, key, where)
            continue
        if isinstance(values, dict):
            yield Record(key, where, values, encoding=encoding)
        else:
            yield Record(key, where, problem="it is no JSON object")


def _once_more(line: bytes, name: str, key: str, where: str) -> Record:
    """Read a line that is not strict JSON, such as one with NaN in it, or not in UTF-8."""
    try:
        decoded = decode(line, name)
        values = json.loads(decoded.text)
    except SeedError:
        return Record(key, where, problem="it is no text")
    except json.JSONDecodeError as error:
        reason = f"{error.msg} at character {error.pos + 1}"
        return Record(key, where, problem=f"it is no JSON ({reason})")
    except ValueError as error:  # a number of thousands of digits
        return Record(key, where, problem=f"it is no JSON ({error})")
    except RecursionError:
        return Record(key, where, problem="it is nested too deeply")
    if not isinstance(values, dict):
        return Record(key, where, problem="it is no JSON object")
    warning = decoded.warning and f"{where}: {decoded.warning}"
    return Record(key, where, values, encoding=decoded.encoding, warning=warning)


def _streamed(start: bytes, stream: BinaryIO, encoding: str) -> Iterator[Record]:
    number = 0
    try:
        for values in _values_at(_path_to_records(start), streamed_without_halves(stream)):
            number += 1
            key, where = f"row={number}", f"record {number}"
            if values is _TOO_DEEP:
                yield Record(key, where, problem="it is nested too deeply")
                continue
            if not isinstance(values, dict):
                yield Record(key, where, problem="it is no JSON object")
                continue
            inner = values.get(_OF_THE_STORE)
            if isinstance(inner, dict):
                values = _with_id(inner, values)
            yield Record(key, where, values, encoding=encoding)
    except (ijson.JSONError, ValueError) as error:
        after = f"what stands after record {number}" if number else "the file"
        yield Record("", after, problem=f"it is no JSON ({_reason(error)})")


def _values_at(path: list[str], stream: BinaryIO) -> Iterator[Any]:
    """Yield the values that lie at a path, one after the other, and `_TOO_DEEP` for some.

    ijson could do this by itself (`items`), but takes time with the square of the depth.
    """
    at: list[str] = []  # where the next value lies
    builder, depth = ijson.ObjectBuilder(), 0
    for event, value in ijson.basic_parse(stream, multiple_values=True, use_float=True):
        is_start, is_end = event in _STARTS, event in _ENDS
        if depth or (at == path and not is_end and event != "map_key"):
            depth += is_start - is_end
            if depth <= _DEEPEST and builder is not None:
                builder.event(event, value)
            else:
                builder = None
            if depth == 0:
                yield _TOO_DEEP if builder is None else builder.value
                builder = ijson.ObjectBuilder()
        elif event == "map_key":
            at[-1] = value
        elif is_start:
            at.append(_ITEM if event == "start_array" else "")
        elif is_end:
            at.pop()


def _reason(error: Exception) -> str:
    said = error.args[0] if error.args else ""
    said = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    if isinstance(error, UnicodeError) or "UTF8" in said:
        return "its text is not UTF-8"
    if "premature EOF" in said:
        return "it ends in the middle"
    return said.partition("\n")[0].rstrip(".")


def _with_id(inner: dict[str, Any], outer: dict[str, Any]) -> dict[str, Any]:
    return inner if "_id" in inner or "_id" not in outer else {**inner, "_id": outer["_id"]}


def _path_to_records(start: bytes) -> list[str]:
    """Return under which names the records lie; nothing where they are on the outside."""
    at: list[str] = []
    try:
        for event, value in ijson.basic_parse(start, multiple_values=True):
            if event == "map_key":
                if len(at) == 1 and value.casefold() in _OF_A_RECORD:
                    return []
                at[-1] = value
            elif event in _STARTS:
                if event == "start_map" and at and at[-1] == _ITEM:
                    return at if _WRAPPERS.issuperset(at[:-1]) else []
                at.append(_ITEM if event == "start_array" else "")
            elif event in _ENDS:
                at.pop()
                if not at:
                    return []
            elif event == "string" and len(at) == 1 and len(value) >= _LONG_TEXT:
                return []
    except (ijson.JSONError, ValueError):
        pass  # the sample ends in the middle
    return []


def _loads(line: bytes) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None
