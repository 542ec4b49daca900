"""What a zip is: told by the names in it, as Word, Excel, EPUB and OpenDocument files are zips."""

from __future__ import annotations

import re
import zipfile
from typing import BinaryIO

# Names in a zip that tell what it is, and what a message calls those that have no reader.
_PARTS = (
    ("word/document", "docx"),
    ("xl/workbook", "sheet"),
    ("META-INF/container.xml", "epub"),
)
_TYPES = {
    b"application/epub+zip": "epub",
    b"application/vnd.oasis.opendocument.spreadsheet": "sheet",
    b"application/vnd.oasis.opendocument.text": "odt",
}
_NO_READER = (
    ("ppt/presentation", "slides (PowerPoint)"),
    ("META-INF/MANIFEST.MF", "a program (Java)"),
    ("AndroidManifest.xml", "a program (Android)"),
)


def format_of(stream: BinaryIO) -> str | None:
    """Tell by the names in a zip whether it is a document; `stream` must be seekable.

    Returns
    -------
    str or None
        ``docx``, ``odt``, ``sheet``, ``epub``, ``zip``, or None where there is no reader.
    """
    stream.seek(0)
    try:
        with zipfile.ZipFile(stream) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        return "zip"  # its reader says what is wrong
    finally:
        stream.seek(0)
    found = _by_parts(names)
    if found == "zip" and _no_reader_by_parts(names):
        return None
    return found


def no_reader_for(head: bytes) -> str | None:
    """Say what a zip seems to be that no reader is for."""
    kind = _mimetype(head)
    if kind and kind not in _TYPES:
        return f"a document of the type {kind.decode('ascii', 'replace')}"
    return _no_reader_by_parts(_local_names(head))


def format_of_head(head: bytes) -> str | None:
    """Tell what a zip is as far as its beginning tells; ``zip`` where it does not."""
    kind = _mimetype(head)
    if kind is not None:
        return _TYPES.get(kind)
    names = _local_names(head)
    found = _by_parts(names)
    return None if found == "zip" and _no_reader_by_parts(names) else found


def _mimetype(head: bytes) -> bytes | None:
    """Return the type that EPUB and OpenDocument files say as their first entry, unpacked."""
    if head[26:38] not in (b"\x08\x00\x00\x00mimetype",):
        return None
    size = int.from_bytes(head[22:26], "little")
    return head[38 : 38 + min(size, 100)].strip()


def _local_names(head: bytes) -> list[str]:
    """Return the names of the entries that begin within the head of a zip."""
    names = []
    for match in re.finditer(rb"PK\x03\x04", head):
        start = match.start()
        length = int.from_bytes(head[start + 26 : start + 28], "little")
        names.append(head[start + 30 : start + 30 + length].decode("utf-8", "replace"))
    return names


def _by_parts(names: list[str]) -> str:
    for part, form in _PARTS:
        if any(name.startswith(part) for name in names):
            return form
    return "zip"


def _no_reader_by_parts(names: list[str]) -> str | None:
    for part, called in _NO_READER:
        if any(name.startswith(part) for name in names):
            return called
    return None
