"""Web archives: every answer with text, from whatever wrote them, up to where they break off."""

from __future__ import annotations

import gzip
import io
import zlib
from pathlib import Path

import pytest
from marsad.seeds import SeedError
from marsad.seeds.articles import Member, Problem
from marsad.seeds.formats import feed, html, warc
from marsad.seeds.formats.markup_encoding import as_utf8, decode_markup
from marsad.seeds.formats.warc import members

FILES = Path(__file__).parent / "files"
PAGE = b"<html><body><p>The county has bought the empty dairy on Mill Lane for a fire station.</p></body></html>"


def record(
    url: str, body: bytes, *, status: str = "200 OK", kind: str = "text/html", headers: str = "",
    type_: str = "response",
) -> bytes:  # fmt: skip
    http = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\n{headers}\r\n".encode() + body
    block = body if type_ == "conversion" else http
    content = "text/plain" if type_ == "conversion" else "application/http; msgtype=response"
    head = (
        f"WARC/1.0\r\nWARC-Type: {type_}\r\nWARC-Target-URI: {url}\r\n"
        "WARC-Date: 2025-01-01T00:00:00Z\r\n"
        "WARC-Record-ID: <urn:uuid:12345678-0000-0000-0000-000000000000>\r\n"
        f"Content-Type: {content}\r\nContent-Length: {len(block)}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


def read(data: bytes) -> list[Member | Problem]:
    return list(members(io.BytesIO(data), "a.warc"))


def addresses(found: list[Member | Problem]) -> list[str | None]:
    return [item.url for item in found if isinstance(item, Member)]


@pytest.mark.parametrize("unpacked", [False, True])
def test_archive_written_by_wget(unpacked: bool) -> None:
    data = (FILES / "wget.warc.gz").read_bytes()
    found = read(gzip.decompress(data) if unpacked else data)
    paths = [(url or "").removeprefix("http://127.0.0.1:8765/") for url in addresses(found)]
    assert paths == ["khabar.html", "gazeta.html", "matar.html", "feed.xml", "gazeta.html"]
    russian, arabic, feeds = (item.data for item in found[1:4] if isinstance(item, Member))
    assert "мост для пешеходов" in html.articles(russian, "p")[0].text  # was sent in chunks
    # windows-1256 by the server's word alone
    assert "هطلت أمطار غزيرة على مدن الساحل" in html.articles(arabic, "p")[0].text
    assert feed.articles(feeds, "f")[0].title == "Köy okuluna yeni kütüphane"


def test_archive_that_wget_did_not_pack_with_a_packed_answer() -> None:
    with (FILES / "wget-plain.warc").open("rb") as stream:
        first, second = members(stream, "b.warc")
    assert isinstance(first, Member) and isinstance(second, Member)
    assert "بلدية طبرقة".encode() in first.data
    assert (first.key, second.key) == ("record=1", "record=2")


def test_only_answers_with_text_are_given() -> None:
    archive = b"".join(
        [
            record("https://a.example/moved", PAGE, status="301 Moved"),
            record("https://a.example/gone", PAGE, status="404 Not Found"),
            record("https://a.example/i.png", b"\x89PNG", kind="image/png"),
            record("https://a.example/api", b'{"a": 1}', kind="application/json"),
            record("https://a.example/again", b"", type_="revisit"),
            record("https://a.example/empty", b""),
            record("https://a.example/feed", b'{"version": "https://jsonfeed.org/version/1", "items": []}',
                   kind="application/json"),
            record("https://a.example/a.pdf", b"%PDF-1.4 \x93\x94", kind="application/pdf; charset=windows-1252"),
            record("https://a.example/text", b"Plain text.", type_="conversion"),
            record("https://a.example/", PAGE, kind="text/html; charset=UTF-8"),
        ]
    )  # fmt: skip
    found = read(archive)
    assert addresses(found) == [
        f"https://a.example/{path}" for path in ("feed", "a.pdf", "text", "")
    ]
    assert [item.data for item in found if isinstance(item, Member)][1:] == [
        b"%PDF-1.4 \x93\x94", b"Plain text.", PAGE,
    ]  # fmt: skip
    assert all(item.published is None for item in found if isinstance(item, Member))


@pytest.mark.parametrize(
    ("coding", "packed"),
    [("gzip", gzip.compress(PAGE)), ("deflate", zlib.compress(PAGE)), ("identity", PAGE)],
)
def test_answers_are_unpacked(coding: str, packed: bytes) -> None:
    [item] = read(record("https://a.example/", packed, headers=f"Content-Encoding: {coding}\r\n"))
    assert isinstance(item, Member)
    assert item.data == PAGE


def test_a_header_of_chunks_over_a_joined_answer_does_no_harm() -> None:
    [item] = read(record("https://a.example/", PAGE, headers="Transfer-Encoding: chunked\r\n"))
    assert isinstance(item, Member)
    assert item.data == PAGE


@pytest.mark.parametrize("packed", [False, True])
def test_a_truncated_archive_gives_what_came_before_and_says_so(packed: bool) -> None:
    records = [record(f"https://a.example/{n}", PAGE * 50) for n in range(3)]
    whole = b"".join(map(gzip.compress, records) if packed else records)
    first, second, problem = read(whole[: -50 if packed else -3000])
    assert addresses([first, second]) == ["https://a.example/0", "https://a.example/1"]
    assert isinstance(problem, Problem)
    assert "a.warc" in problem.line and "fetch" in problem.line


def test_what_goes_wrong_in_the_stream_is_said_after_what_was_read() -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            data = super().read(size)
            if not data:
                raise SeedError("a.warc.gz ends too early.")
            return data

    first, *rest = members(Broken(record("https://a.example/", PAGE)), "a.warc.gz")
    assert isinstance(first, Member)
    assert rest == [Problem("a.warc.gz ends too early.")]


def test_something_else_is_a_problem() -> None:
    [problem] = read(b"This is no archive of anything at all.\n" * 20)
    assert isinstance(problem, Problem)
    assert "damaged" in problem.line


def test_an_answer_that_unpacks_without_end_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warc, "LARGEST", 1 << 20)
    bomb = gzip.compress(b"\0" * (64 << 20))
    problem, page = read(
        record("https://a.example/bomb", bomb, headers="Content-Encoding: gzip\r\n")
        + record("https://a.example/", PAGE)
    )
    assert isinstance(problem, Problem) and "larger than 1 MiB" in problem.line
    assert isinstance(page, Member)


def test_a_server_that_says_a_false_encoding_is_not_believed() -> None:
    text = "Во вторник в посёлке открыли мост, который строили целых два года без перерыва."
    page = f"<html><body><p>{text}</p></body></html>".encode("koi8-r")
    for said in ("windows-1251", "koi8-r"):
        data = as_utf8(page, said)
        assert decode_markup(data, "a.html").text.count(text) == 1
