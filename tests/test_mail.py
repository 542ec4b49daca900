"""Mail: what a message says, in whatever encoding, and mailboxes of any size."""

from __future__ import annotations

import io
import mailbox
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from marsad.seeds import SeedError
from marsad.seeds.articles import Article, Member, Problem
from marsad.seeds.formats import mail
from marsad.seeds.formats.mail import articles, members

FILES = Path(__file__).parent / "files"
TEXT = "Der Kanal bei Altheim ist seit Montag wieder offen, und die Schleuse arbeitet auch nachts."
ARABIC = "أعلنت نقابة الصيادين أن مراكبها ستعود إلى البحر بعد أسبوعين من التوقف بسبب الرياح."


def one(message: EmailMessage | bytes) -> Article:
    data = message if isinstance(message, bytes) else message.as_bytes()
    [article] = articles(data, "m.eml")
    return article


def letter(**headers: str) -> EmailMessage:
    message = EmailMessage()
    for name, value in {
        "Subject": "Kanal offen",
        "From": "Ada <ada@kanal.example>",
        **headers,
    }.items():
        message[name.replace("_", "-")] = value
    return message


def test_message_written_by_mutt() -> None:
    read = one((FILES / "mutt.eml").read_bytes())
    assert read.title == "پل زرند باز شد"
    assert read.author == "Sahar Karimi"
    assert read.text.splitlines()[1].startswith("پل تازه‌ی زرند روز دوشنبه باز شد")
    assert read.published == "2026-11-25T16:38:26+00:00"
    assert read.source is None
    assert read.warnings == ("1 attachment was left out: table.csv",)


@pytest.mark.parametrize("name", ["s-nail.mbox", "formail.mbox"])
def test_mailbox_written_by_another_program(name: str) -> None:
    with (FILES / name).open("rb") as stream:
        found = [m for m in members(stream, name) if isinstance(m, Member)]
    assert [m.key for m in found] == ["message=1", "message=2"]
    first, second = (articles(m.data, name)[0] for m in found)
    assert first.title == "المراكب تعود إلى البحر"
    assert "From here the boats will sail at 05:00 each day" in first.text
    assert second.title == "La piscina abrirá en abril"
    assert second.text.splitlines()[1] == (
        "El ayuntamiento de Villarroble abrirá la piscina cubierta en abril, dos meses antes de lo "
        "previsto, porque las obras del tejado terminaron durante el invierno y el presupuesto "
        "alcanza para otro socorrista."
    )
    assert second.source == ("Villarroble al dia" if name == "formail.mbox" else None)


@pytest.mark.parametrize("transfer", ["quoted-printable", "base64", "8bit"])
def test_transfer_encodings(transfer: str) -> None:
    message = letter()
    message.set_content(ARABIC, cte=transfer)
    assert one(message).text == f"Kanal offen\n{ARABIC}"


@pytest.mark.parametrize(
    "said", ["utf-8", "us-ascii", "iso-8859-1", "x-nonsense", "idna", "utf-8\0"]
)
def test_what_decodes_is_believed_before_what_is_said(said: str) -> None:
    head = f"Subject: خبر\nContent-Type: text/plain; charset={said}\nContent-Transfer-Encoding: 8bit\n\n"
    read = one((head + ARABIC).encode("cp1256"))
    assert read.text == f"خبر\n{ARABIC}"
    assert read.encoding == "cp1256"
    assert read.warnings


def test_the_version_that_says_more_is_read() -> None:
    message = letter()
    message.set_content("Sehen Sie diese Nachricht im Browser an.")
    message.add_alternative(
        f"<html><body><div style='display:none'>Vorschau</div><p>{TEXT}</p><p>{ARABIC}</p></body></html>",
        subtype="html",
    )
    assert one(message).text.splitlines() == ["Kanal offen", TEXT, ARABIC]
    message = letter()
    message.set_content(f"{TEXT}\n\n{ARABIC}")
    message.add_alternative("<p>HTML?</p>", subtype="html")
    assert one(message).text.splitlines() == ["Kanal offen", TEXT, ARABIC]


def test_broken_lines_are_joined_and_lists_are_not() -> None:
    message = letter()
    message.set_content(
        "Der Kanal bei Altheim ist seit Montag wieder offen, und die Schleuse\n"
        "arbeitet auch nachts.\n\n- Brot\n- Käse\n\nAda\n"
    )
    assert one(message).text.splitlines()[1:] == [
        "Der Kanal bei Altheim ist seit Montag wieder offen, und die Schleuse arbeitet auch nachts.",
        "- Brot", "- Käse", "Ada",
    ]  # fmt: skip
    flowed = (
        b"Subject: x\nContent-Type: text/plain; charset=utf-8; format=flowed\n\n"
        b"A short \nline goes on.\nThis does not.\n"
    )
    assert one(flowed).text.splitlines()[1:] == ["A short line goes on.", "This does not."]


def test_newsletters_name_their_outlet_and_letters_do_not() -> None:
    for headers, outlet in (
        ({}, None),
        ({"List_Id": "Kanalbrief <brief.kanal.example>"}, "Kanalbrief"),
        ({"List_Id": "<brief.kanal.example>"}, "brief.kanal.example"),
        ({"List_Unsubscribe": "<https://kanal.example/u>"}, "kanal.example"),
        ({"Precedence": "bulk"}, "kanal.example"),
    ):
        message = letter(**headers)
        message.set_content(TEXT)
        assert one(message).source == outlet


def test_a_forwarded_message_is_by_whom_it_was_written() -> None:
    message = letter(Subject="Fwd: إعادة توجيه: المراكب", Date="Tue, 04 Mar 2025 10:00:00 +0100")
    message.set_content(
        f"---------- Forwarded message ---------\nFrom: Rima Haddad <r@j.example>\n"
        f"Date: Mon, 3 Mar 2025 at 09:00\nSubject: المراكب\nTo: <a@b.example>\n\n{ARABIC}\n"
    )
    read = one(message)
    assert (read.title, read.author) == ("المراكب", "Rima Haddad")
    assert read.published is not None and read.published.startswith("2025-03-03")
    assert read.text.endswith(ARABIC)


def test_attached_messages_are_articles_of_their_own() -> None:
    inner = letter(Subject="Inner")
    inner.set_content(ARABIC)
    outer = letter(Subject="Outer")
    outer.set_content(TEXT)
    outer.add_attachment(inner)
    first, second = articles(outer.as_bytes(), "m.eml")
    assert (first.key, second.key) == ("", "attached=1")
    assert second.text == f"Inner\n{ARABIC}"
    assert ARABIC not in first.text


def test_headers_that_break_their_grammar_end_no_reading() -> None:
    head = b'Subject: =?x-none?B?////?= \xd4\xdf\xd1\xc7\r\nFrom: ,<>@;"\r\nDate: yesterday\r\nContent-Type: ;;;\r\n\r\n'
    read = one(head + TEXT.encode())
    assert read.text.endswith(TEXT)
    assert (read.published, read.author) == (None, None)


def test_a_message_without_text_says_what_is_attached() -> None:
    message = letter()
    message.add_attachment(b"%PDF-", maintype="application", subtype="pdf", filename="تقرير.pdf")
    with pytest.raises(
        SeedError, match=r"m\.eml is a message with only attachments \(تقرير\.pdf\)"
    ):
        articles(message.as_bytes(), "m.eml")


def test_a_page_saved_as_mhtml_is_read_as_a_page() -> None:
    page = f"<html><body><h1>Kanal</h1><nav><a href='/'>Start</a></nav><p>{TEXT}</p></body></html>"
    message = letter(Snapshot_Content_Location="https://kanal.example/offen", Subject="Kanal")
    message.set_content(page, subtype="html", cte="quoted-printable")
    read = one(message)
    assert read.text.splitlines() == ["Kanal", TEXT]
    assert (read.url, read.source, read.published) == (
        "https://kanal.example/offen",
        "kanal.example",
        None,
    )


def test_mailboxes_are_split_as_the_standard_library_has_written_them(tmp_path: Path) -> None:
    box = mailbox.mbox(tmp_path / "box")
    bodies = [
        "From the harbour we hear\n\nFrom here on it rains\n",
        "Zwei\n",
        ">From quoted\n\n\n",
        "نهاية",
    ]
    for number, body in enumerate(bodies):
        message = letter(Subject=f"Nr {number}")
        message.set_content(body)
        box.add(message)
    box.close()
    with (tmp_path / "box").open("rb") as stream:
        found = [m for m in members(stream, "box") if isinstance(m, Member)]
    assert [a.title for m in found for a in articles(m.data, "box")] == [
        f"Nr {n}" for n in range(4)
    ]
    first = articles(found[0].data, "box")[0].text
    assert "From the harbour we hear\nFrom here on it rains" in first


def test_lines_that_begin_with_from_split_nothing_unless_a_header_follows() -> None:
    box = (
        b"From a@b.example Tue Mar  4 10:00:00 2025\nSubject: 1\n\nText.\n\n"
        b"From 10:30 on 4 March 2025 the bridge is closed.\nIt opens again later.\n\n"
        b">>From there it goes on\n\n"
        b"From a@b.example Tue Mar  4 11:00:00 2025\nSubject: 2\n\nMore."
    )
    first, second = members(io.BytesIO(box), "box")
    assert isinstance(first, Member) and isinstance(second, Member)
    assert b"From 10:30 on 4 March" in first.data and b"\n>From there" in first.data
    assert second.data.endswith(b"More.")


class Endless(io.RawIOBase):
    """A mailbox whose message does not end for a long time, counted as it is read."""

    def __init__(self, size: int) -> None:
        start = b"From a@b.example Tue Mar  4 10:00:00 2025\nSubject: 1\n\n"
        end = b"\n\nFrom a@b.example Tue Mar  4 11:00:00 2025\nSubject: 2\n\nEnd.\n"
        self._parts: Iterator[bytes] = iter([start, *[b"x" * 1000] * (size // 1000), end])
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        self._rest = self._rest or next(self._parts, b"")
        size = min(len(buffer), len(self._rest))
        buffer[:size], self._rest = self._rest[:size], self._rest[size:]
        return size


def test_a_message_without_end_is_named_and_the_next_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(mail, "LARGEST", 1 << 20)
    problem, last = members(io.BufferedReader(Endless(5 << 20)), "box")
    assert isinstance(problem, Problem) and "box, message 1 is larger than 1 MiB" in problem.line
    assert isinstance(last, Member) and last.key == "message=2"
