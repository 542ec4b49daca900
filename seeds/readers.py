"""Paths to documents: which files are meant, and one file to one `Document`.

To add a format, add its reader to `READERS` under the endings it is known by.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from .decoding import Decoded, decode
from .documents import Document, document_id
from .errors import SeedError
from .paragraphs import split

STDIN = "<stdin>"

READERS: dict[str, Callable[[bytes, str], Decoded]] = {
    ".txt": decode,
    ".text": decode,
    ".md": decode,
}
_DATED_NAME = re.compile(r"^(\d{4})-(\d{2})-(\d{2})(?!\d)")


@dataclass(frozen=True)
class SeedFile:
    """A file to read: its path, its outlet if the folders tell one, whether it was named."""

    path: Path
    source: str | None = None
    named: bool = True


@dataclass
class Found:
    """What lies under the given paths.

    Attributes
    ----------
    files : list of SeedFile
        In order of their paths, each once.
    problems : list of str
        One line for each path that cannot be used.
    passed_over : Counter
        Ending → number of files in folders that no reader is for.
    seen : int
        How many files and folders that cannot be listed were met, before any choice.
    """

    files: list[SeedFile] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    passed_over: Counter[str] = field(default_factory=Counter)
    seen: int = 0


def find_files(paths: Iterable[str | Path]) -> Found:
    """List the files that the given files and folders hold.

    Folders are walked without following links; hidden files are left out. A file
    that is named itself is taken whatever its ending. The outlet (`source`) of a
    file is the first folder below the one that was given.
    """
    found = Found()
    seen: set[str] = set()
    for given in paths:
        path = Path(given)
        if path.is_dir():
            before = found.seen
            for file in _walk(path, found):
                _take(file, found, seen)
            if found.seen == before:
                found.problems.append(f"{path} holds no files. Give a folder with articles.")
        elif path.is_file():
            _take(SeedFile(path), found, seen)
        elif path.exists():
            found.problems.append(f"{path} is neither a file nor a folder. Give a text file.")
        else:
            found.problems.append(f"{path} does not exist. Check the spelling of the path.")
    return found


def read(file: SeedFile) -> tuple[Document, list[str]]:
    """Read one file.

    Returns
    -------
    Document
    list of str
        Warnings, such as the encoding that had to be guessed.

    Raises
    ------
    SeedError
        If it cannot be read, is empty, is no text, or has a name that is not UTF-8.
    """
    name = str(file.path)
    if _is_no_utf8(name):
        shown = os.fsencode(name).decode("utf-8", "backslashreplace")
        raise SeedError(f"{shown} cannot be read: its name is not UTF-8. Give it another name.")
    try:
        status = file.path.stat()
        data = file.path.read_bytes()
    except OSError as error:
        raise SeedError(
            f"{name} cannot be read: {error.strerror}. Check its permissions."
        ) from None
    reader = READERS.get(file.path.suffix.lower(), decode)
    return _document(data, reader, os.path.abspath(name), file, status.st_mtime_ns)  # noqa: PTH100


def _is_no_utf8(name: str) -> bool:
    return any("\ud800" <= character <= "\udfff" for character in name)


def read_bytes(data: bytes, name: str = STDIN) -> tuple[Document, list[str]]:
    """Read one document that came without a file, such as standard input."""
    return _document(data, decode, name, SeedFile(Path(name)), 0)


def _document(
    data: bytes, reader: Callable[[bytes, str], Decoded], key: str, file: SeedFile, modified: int
) -> tuple[Document, list[str]]:
    name = str(file.path)
    if not data:
        raise SeedError(f"{name} is empty. Nothing was added for it.")
    decoded = reader(data, name)
    if not decoded.text.strip():
        raise SeedError(f"{name} holds only white space. Nothing was added for it.")
    document = Document(
        id=document_id(key),
        path=key,
        text=decoded.text,
        title=_title(decoded.text),
        source=file.source,
        published=_date_in(file.path.name),
        url=None,
        encoding=decoded.encoding,
        size=len(data),
        modified_ns=modified,
        sha256=hashlib.sha256(data).hexdigest(),
    )
    return document, [f"{name}: {decoded.warning}"] if decoded.warning else []


def _walk(folder: Path, found: Found) -> Iterator[SeedFile]:
    def failed(error: OSError) -> None:
        found.seen += 1
        found.problems.append(f"{error.filename} cannot be listed: {error.strerror}.")

    for root, folders, names in os.walk(folder, onerror=failed):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(root) / name
            if name.startswith("."):
                continue
            below = path.relative_to(folder).parts
            yield SeedFile(path, below[0] if len(below) > 1 else None, named=False)


def _take(file: SeedFile, found: Found, seen: set[str]) -> None:
    found.seen += 1
    if not file.named and file.path.suffix.lower() not in READERS:
        found.passed_over[file.path.suffix.lower() or "no ending"] += 1
        return
    key = os.path.abspath(file.path)  # noqa: PTH100
    if key not in seen:
        seen.add(key)
        found.files.append(file)


def _title(text: str) -> str | None:
    """Return the title that `split` marks near the top, on one line."""
    for span in split(text[:4000])[:3]:
        if span.kind == "title":
            return " ".join(text[span.start : span.end].split())
    return None


def _date_in(name: str) -> str | None:
    match = _DATED_NAME.match(name)
    if not match:
        return None
    try:
        return date(*(int(part) for part in match.groups())).isoformat()
    except ValueError:
        return None
