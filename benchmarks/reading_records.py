"""Reading files of records: megabytes a second from bytes to articles, on one core.

    python benchmarks/reading_records.py [--records 10000] [--repeats 5] [--seed 1]

Records of about 3 KB, Arabic and English in turn, with id, title, address, outlet, author, date
and a text of several paragraphs, are made from the sentences in embeddings/parallel and written
as JSON Lines (plain and gzip), a JSON array, CSV and Parquet. Each is read to its last article,
in turn with `json.loads` of each line of the same JSON Lines, and with pandas where that is
installed. Figures are medians; all sizes are those of the plain JSON Lines, so that rows can be
compared. Beside the time that passed stands that of the processor, which does not feel other
programs.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import io
import json
import random
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow
from marsad.seeds.formats.records import Shape, articles
from marsad.seeds.rows import Fields
from pyarrow import parquet

SENTENCES = Path(__file__).parent.parent / "embeddings" / "parallel"
_SENTENCES_OF = {"ar": 20, "en": 26}  # make about 3 KB


def made(count: int, seed: int) -> list[dict[str, Any]]:
    """Make records, each different."""
    chance = random.Random(seed)
    sentences = {
        code: (SENTENCES / f"{code}.txt").read_text("utf-8").splitlines() for code in _SENTENCES_OF
    }
    found = []
    for number in range(count):
        code = ("ar", "en")[number % 2]
        body = chance.choices(sentences[code], k=_SENTENCES_OF[code])
        found.append(
            {
                "id": number,
                "title": chance.choice(sentences[code]),
                "url": f"https://www.example.org/{code}/news/{number}?utm_source=rss",
                "outlet": "Example Post",
                "author": "Ann Tolly",
                "published": f"2024-04-{number % 28 + 1:02}T12:{number % 60:02}:00+03:00",
                "body": "\n".join(" ".join(body[at : at + 4]) for at in range(0, len(body), 4)),
            }
        )
    return found


def as_csv(records: list[dict[str, Any]]) -> bytes:
    """Return records as a CSV file."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(records[0]))
    writer.writeheader()
    writer.writerows(records)
    return out.getvalue().encode()


def as_parquet(records: list[dict[str, Any]]) -> bytes:
    """Return records as a Parquet file."""
    out = io.BytesIO()
    parquet.write_table(pyarrow.Table.from_pylist(records), out)
    return out.getvalue()


def read_all(data: bytes, shape: Shape, count: int) -> None:
    """Read all articles, and check that they are all there."""
    stream: Any = io.BytesIO(data)
    if data.startswith(b"\x1f\x8b"):
        stream = gzip.open(stream)  # noqa: SIM115
    assert (
        sum(bool(article.published) for article in articles(stream, "f", Fields(), shape)) == count
    )


def as_lines(records: list[dict[str, Any]]) -> bytes:
    """Return records as JSON Lines."""
    return "\n".join(json.dumps(record, ensure_ascii=False) for record in records).encode()


def tasks(records: list[dict[str, Any]], lines: bytes) -> dict[str, Callable[[], object]]:
    """Return what is timed."""
    count = len(records)
    files: dict[str, tuple[bytes, Shape]] = {
        "JSON Lines": (lines, "jsonl"),
        "JSON Lines, gzip": (gzip.compress(lines, 6), "jsonl"),
        "JSON array": (json.dumps(records, ensure_ascii=False).encode(), "json"),
        "CSV": (as_csv(records), "csv"),
        "Parquet": (as_parquet(records), "parquet"),
    }
    found: dict[str, Callable[[], object]] = {
        name: lambda data=data, shape=shape: read_all(data, shape, count)
        for name, (data, shape) in files.items()
    }
    found["json.loads of each line"] = lambda: [json.loads(x) for x in io.BytesIO(lines)]
    try:
        import pandas
    except ModuleNotFoundError:
        print("pandas is not installed; it is left out.")
    else:
        found["pandas.read_json"] = lambda: pandas.read_json(io.BytesIO(lines), lines=True)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--records", type=int, default=10_000)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    records = made(options.records, options.seed)
    lines = as_lines(records)
    timed, megabytes = tasks(records, lines), len(lines) / 1e6
    print(f"{len(records)} records, {megabytes:.1f} MB, {len(lines) / len(records):.0f} bytes each")
    passed: dict[str, list[tuple[float, float]]] = {name: [] for name in timed}
    for _ in range(options.repeats):
        for name, task in timed.items():
            began, worked = time.perf_counter(), time.process_time()
            task()
            passed[name].append((time.perf_counter() - began, time.process_time() - worked))
    print(f"{'':26}{'MB/s':>8}{'MB/s of processor time':>26}")
    for name, times in passed.items():
        wall, worked = (statistics.median(column) for column in zip(*times, strict=True))
        print(f"{name:26}{megabytes / wall:8.1f}{megabytes / worked:26.1f}")


if __name__ == "__main__":
    main()
