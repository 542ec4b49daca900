"""Mail: messages as articles (newsletters, forwarded stories), saved pages in MHTML, mailboxes.

Of the versions of a message the one that says more is read. Headers and bodies lie
about their encoding; what decodes is believed.
"""

from __future__ import annotations

import email
import email.utils
import re
from collections.abc import Iterator
from email.message import Message
from typing import BinaryIO

from ..articles import Article, Member, Problem
from ..dates import parse_date
from ..errors import SeedError
from ..limits import Limits
from . import html
from .mail_text import Forwarded, forwarded_in, header_of, unencoded, unwrapped
from .markup import blocks, drop_unseen, letters_of, parse
from .markup_encoding import decode_markup

# A message may be as large as any document.
LARGEST = Limits().document
_LINE = 1 << 16
_DEEPEST = 10
# HTML is read when it says at least this share of what the plain text says: its paragraphs are
# whole, those of plain text are broken into lines.
_HTML_SHARE = 0.9
_START = re.compile(rb"From \S.*\b\d{1,2}:\d\d(?::\d\d)?\b.*\b(?:19|20)\d\d\b")
_HEADER = re.compile(rb"(?:[!-9;-~]+:|>From )")
_QUOTED_START = re.compile(rb">+From ")
_FORWARD_PREFIX = re.compile(
    r"^(?:\s*(?:fwd?|wg|tr|rv|enc|i|إعادة توجيه|محولة?)\s*:\s*)+", re.IGNORECASE
)
_BULK = ("list-unsubscribe", "list-post", "list-subscribe", "feedback-id", "x-campaign-id")


def articles(data: bytes, name: str) -> list[Article]:
    """Read a message, and the messages that are attached to it.

    Parameters
    ----------
    data : bytes
        A message as it was sent (EML), or a page that a browser saved as MHTML.
    name : str
        How messages call the file.

    Returns
    -------
    list of Article
        The message itself has an empty key, those in it ``attached=N``.

    Raises
    ------
    SeedError
        If neither it nor a message in it has text.
    """
    message = email.message_from_bytes(data.replace(b"\0", b""))
    if (page := _saved_page(message)) is not None:
        return html.articles(page, name, url=header_of(message, "snapshot-content-location"))
    found, attached = [], list(_messages_in(message))
    for number, one in enumerate([message, *attached]):
        article = _article(one, f"attached={number}" if number else "", name)
        if article is not None:
            found.append(article)
    if not found:
        names = ", ".join(_attachments(message))
        held = f"only attachments ({names})" if names else "no text"
        raise SeedError(f"{name} is a message with {held}. Save what is attached to it as files.")
    return found


def members(stream: BinaryIO, name: str) -> Iterator[Member | Problem]:
    """Give the messages of a mailbox (mbox), one at a time.

    Parameters
    ----------
    stream : binary stream
        Read forwards only.
    name : str
        How messages call the mailbox.

    Yields
    ------
    Member or Problem
        A member's key is ``message=N``, from 1. ``>From`` at the beginning of a line loses one
        sign. A message of more than `LARGEST` bytes is a Problem, and is not held in memory.
    """
    number, size = 0, 0
    held: list[bytes] = []
    for line, starts in _marked(stream):
        if starts:
            yield from _message(number, size, held, name)
            number, size, held = number + 1, 0, []
        elif number:
            size += len(line)
            if size <= LARGEST:
                held.append(line[1:] if _QUOTED_START.match(line) else line)
            else:
                held.clear()
    yield from _message(number, size, held, name)


def _marked(stream: BinaryIO) -> Iterator[tuple[bytes, bool]]:
    """Give the lines of a mailbox, and whether each begins a message.

    A "From " line begins one after an empty line, with a time and a year, before a header.
    """
    before, at_start, waiting = b"\n", True, None
    while line := stream.readline(_LINE):
        if waiting is not None:
            yield waiting, bool(_HEADER.match(line))
            waiting = None
        if at_start and not before.strip() and _START.match(line):
            waiting = line
        else:
            yield line, False
        before, at_start = line if at_start else b"x", line.endswith(b"\n")
    if waiting is not None:
        yield waiting, False


def _message(number: int, size: int, held: list[bytes], name: str) -> Iterator[Member | Problem]:
    if size > LARGEST:
        yield Problem(
            f"{name}, message {number} is larger than {LARGEST >> 20} MiB, the limit. It was "
            "left out; save its text as a file of its own."
        )
    elif number and size:
        yield Member(key=f"message={number}", data=b"".join(held))


def _saved_page(message: Message) -> bytes | None:
    """Return the page in what a browser saved as MHTML."""
    if not header_of(message, "snapshot-content-location"):
        return None
    pages = (part for part in message.walk() if part.get_content_type() == "text/html")
    first = next(pages, None)
    return _payload(first) if first is not None else None


def _messages_in(message: Message) -> Iterator[Message]:
    """Give the messages attached to one, and those attached to them."""
    level = [message]
    for _ in range(_DEEPEST):
        inner: list[Message] = []
        for one in level:
            for part in _own_parts(one):
                if part.get_content_type() == "message/rfc822":
                    inner.extend(_inner(part))
        yield from inner
        level = inner


def _own_parts(message: Message) -> Iterator[Message]:
    """Give all parts of a message, without those of messages in it."""
    waiting = [message]
    while waiting:
        part = waiting.pop(0)
        yield part
        if part.get_content_maintype() == "multipart":
            waiting[:0] = _inner(part)


def _inner(part: Message) -> list[Message]:
    held = part.get_payload() if part.is_multipart() else []
    return [one for one in held if isinstance(one, Message)] if isinstance(held, list) else []


def _article(message: Message, key: str, name: str) -> Article | None:
    lines, encoding, problems = _body(message, name, 0)
    if not any(letters_of(line) for line in lines):
        return None
    title = _FORWARD_PREFIX.sub("", header_of(message, "subject") or "") or None
    inner = forwarded_in(lines) or Forwarded()
    left_out = _attachments(message)
    if left_out:
        plural = "s were" if len(left_out) > 1 else " was"
        problems.append(f"{len(left_out)} attachment{plural} left out: {', '.join(left_out)}")
    if title and letters_of(lines[0]) != letters_of(title):
        lines.insert(0, title)
    dated = inner.date or header_of(message, "date")
    return Article(
        text="\n".join(lines),
        key=key,
        title=title,
        source=_outlet(message),
        url=_web_address(message),
        published=parse_date(dated) if dated else None,
        author=inner.author or _sender(message)[0],
        encoding=encoding,
        warnings=tuple(problems),
        is_one=True,
    )


def _body(part: Message, name: str, depth: int) -> tuple[list[str], str, list[str]]:
    """Return the lines of a part, their encoding, and what to tell of it."""
    kind = part.get_content_type()
    if part.get_content_maintype() == "multipart":
        bodies = [_body(p, name, depth + 1) for p in _inner(part) if depth < _DEEPEST]
        bodies = [body for body in bodies if body[0]]
        if kind == "multipart/alternative":
            return _fullest(bodies)
        lines = [line for body in bodies for line in body[0]]
        told = [problem for body in bodies for problem in body[2]]
        return lines, bodies[0][1] if bodies else "utf-8", told
    if kind not in ("text/plain", "text/html") or part.get_content_disposition() == "attachment":
        return [], "utf-8", []
    decoded = decode_markup(_payload(part), name, part.get_content_charset())
    told = [decoded.warning] if decoded.warning else []
    if kind == "text/plain":
        flowed = str(part.get_param("format", "")).lower() == "flowed"
        return unwrapped(decoded.text, flowed=flowed), decoded.encoding, told
    return _shown(decoded.text, name), decoded.encoding, told


def _fullest(bodies: list[tuple[list[str], str, list[str]]]) -> tuple[list[str], str, list[str]]:
    """Choose between versions of one text: the later one unless an earlier says more."""
    best: tuple[list[str], str, list[str]] = ([], "utf-8", [])
    for body in bodies:
        if _size(body[0]) >= _HTML_SHARE * _size(best[0]):
            best = body
    return best


def _shown(text: str, name: str) -> list[str]:
    if not text.strip():
        return []
    root = parse(text, name)
    drop_unseen(root)
    return [block.text for block in blocks(root)]


def _size(lines: list[str]) -> int:
    return sum(len(letters_of(line)) for line in lines)


def _payload(part: Message) -> bytes:
    """Return the bytes of a part, its transfer encoding undone."""
    try:
        held = part.get_payload(decode=True)
    except ValueError:  # the library has tried the encoding that the part says, and it is none
        part.set_param("charset", "ascii")
        held = part.get_payload(decode=True)
    return held if isinstance(held, bytes) else b""


def _attachments(message: Message) -> list[str]:
    found = []
    for part in _own_parts(message):
        if part.get_content_type() in ("message/rfc822", "text/html", "text/plain") and (
            part.get_content_disposition() != "attachment"
        ):
            continue
        if part.get_content_maintype() not in ("multipart", "message"):
            named = part.get_filename()
            found.append(unencoded(named) if named else part.get_content_type())
    return found


def _sender(message: Message) -> tuple[str | None, str | None]:
    """Return the name and the host that a message comes from."""
    name, address = email.utils.parseaddr(header_of(message, "from") or "")
    host = address.rpartition("@")[2].strip().lower()
    return name.strip() or None, host or None


def _outlet(message: Message) -> str | None:
    """Return what a mailing list calls itself, or where a newsletter comes from."""
    listed = header_of(message, "list-id")
    if listed:
        called, _, rest = listed.partition("<")
        return called.strip(' "') or rest.strip(" >") or None
    bulk = any(message.get_all(header) for header in _BULK)
    precedence = (header_of(message, "precedence") or "").lower() in ("bulk", "list")
    return _sender(message)[1] if bulk or precedence else None


def _web_address(message: Message) -> str | None:
    """Return the address of the message's text on the web, where a header gives it."""
    for name in ("archived-at", "content-location", "x-url"):
        stated = (header_of(message, name) or "").strip("<> ")
        if stated.lower().startswith(("http://", "https://")):
            return stated
    return None
