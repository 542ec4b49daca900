"""Paths to files: which ones are meant, and what is passed over.

Files whose endings say nothing are looked into; pipes, sockets and devices are never opened.
"""

from __future__ import annotations

import os
import re
import stat
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from .containment import contained
from .detection import HEAD, KNOWN, format_of
from .ignoring import IGNORE_FILE, Ignored

# Endings of files that hold no articles, so that they need not be looked into: what lies
# beside saved pages, pictures, sound and films, programs and their settings.
PASSED_OVER = frozenset(
    """
    .css .scss .less .js .mjs .cjs .ts .map .wasm .woff .woff2 .ttf .otf .eot .ico .cur .svg
    .png .jpg .jpeg .gif .webp .avif .bmp .tif .tiff .heic .psd .mp3 .m4a .wav .ogg .oga .opus
    .flac .aac .mp4 .m4v .mov .avi .mkv .webm .ogv .wmv .flv .mpg .mpeg .vtt .srt .swf
    .exe .dll .so .dylib .bin .o .a .class .jar .apk .dmg .iso .msi .deb .rpm .whl
    .jsx .tsx .vue .svelte .swift .scala .hs .jl .dart .ex .exs .erl .clj .groovy .gradle .cmake .mk
    .asm .f90 .proto .graphql .tf .diff .patch .vb .fs .psm1 .hh .hxx .cxx .cu .awk .sed .vim
    .py .pyc .pyi .ipynb .sh .bash .bat .ps1 .c .h .cc .cpp .hpp .cs .go .rs .java .kt .rb .pl .lua
    .r .sql .log .ini .cfg .conf .toml .yaml .yml .lock .env .tex .bib .sqlite .db .npy .npz .pkl
    .safetensors .onnx .pt .tmp .bak .swp .part .crdownload .torrent .lnk .url .webloc
    """.split()  # noqa: SIM905
)
_PAGES = (".html", ".htm", ".xhtml", ".php", ".asp", ".aspx")
# What would break a line in a message, or move about in a terminal.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
# What browsers call the folder beside a saved page, in the languages they come in.
_BESIDE_PAGES = ("_files", "-files", ".files", "_file", "_fichiers", "-Dateien", "_archivos",
                 "_arquivos", "_elemei", "_dosyalar", "_ملفات")  # fmt: skip


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
    ignored : int
        How many files and whole folders the `.marsadignore` files leave out.
    seen : int
        How many files and folders that cannot be listed were met, before any choice.
    """

    files: list[SeedFile] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    passed_over: Counter[str] = field(default_factory=Counter)
    ignored: int = 0
    seen: int = 0


def find_files(paths: Iterable[str | Path]) -> Found:
    """List the files that the given files and folders hold.

    Folders are walked without following links to folders; hidden files are left out, and what
    a `.marsadignore` names. A file that is named itself is taken whatever it is; one in a folder
    when its ending is known or its first bytes tell what it is. The outlet (`source`) of a file
    is the first folder below the one that was given.
    """
    found = Found()
    seen: set[str] = set()
    for given in paths:
        path = Path(given)
        with contained(printable(str(path)), lambda problem: found.problems.append(problem.line)):
            _look_at(path, found, seen)
    return found


def printable(name: str) -> str:
    """Return a path in a form that can be printed on one line whatever bytes it has."""
    if not is_utf8(name):
        name = os.fsencode(name).decode("utf-8", "backslashreplace")
    return _CONTROL.sub(lambda found: ascii(found[0])[1:-1], name)


def _look_at(path: Path, found: Found, seen: set[str]) -> None:
    """List what lies at a path that was given."""
    shown = printable(str(path))
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        found.problems.append(f"{shown} does not exist. Check the spelling of the path.")
        return
    if stat.S_ISDIR(mode):
        before = found.seen
        for file in _walk(str(path), found):
            _take(file, found, seen)
        if found.seen == before:
            found.problems.append(f"{shown} holds no files. Give a folder with articles.")
    elif stat.S_ISREG(mode):
        _take(SeedFile(path), found, seen)
    else:
        found.problems.append(f"{shown} is neither a file nor a folder. Give a text file.")


def is_utf8(name: str) -> bool:
    """Tell whether a path is one in UTF-8, so that it can be stored."""
    return not any("\ud800" <= character <= "\udfff" for character in name)


def _walk(given: str, found: Found) -> Iterator[SeedFile]:
    """Yield the files below a folder, those of each folder before those of the ones in it."""
    waiting: list[tuple[str, str | None, Ignored | None]] = [(given, None, None)]
    while waiting:
        folder, source, above = waiting.pop()
        try:
            with os.scandir(folder) as listed:
                entries = sorted(listed, key=lambda entry: entry.name)
        except OSError as error:
            found.seen += 1
            found.problems.append(f"{printable(folder)} cannot be listed: {error.strerror}.")
            continue
        rules = above
        if any(entry.name == IGNORE_FILE for entry in entries):
            rules = Ignored(folder, above)
            found.problems += [rules.problem] if rules.problem else []
        entries = [entry for entry in entries if not entry.name.startswith(".")]
        folders = [entry for entry in entries if entry.is_dir(follow_symlinks=False)]
        links = sum(entry.is_symlink() and _is_folder(entry) for entry in entries)
        if links:  # they may lead back to where they stand
            found.seen += links
            found.passed_over["links to folders"] += links
        files = [entry for entry in entries if not _is_folder(entry)]
        for entry in files:
            if _is_kept(entry, rules, found):
                yield SeedFile(Path(entry.path), source, named=False)
        pages = {Path(entry.name).stem for entry in files if entry.name.lower().endswith(_PAGES)}
        for entry in reversed(folders):
            if rules is not None and rules.names(entry.path, is_folder=True):
                found.ignored += 1
            elif not _is_beside_page(entry.name, pages):
                waiting.append((entry.path, source or entry.name, rules))


def _is_folder(entry: os.DirEntry[str]) -> bool:
    """Tell whether an entry is a folder, or a link to one."""
    try:
        return entry.is_dir()
    except OSError:
        return False


def _is_beside_page(name: str, pages: set[str]) -> bool:
    return any(name.endswith(end) and name.removesuffix(end) in pages for end in _BESIDE_PAGES)


def _is_kept(entry: os.DirEntry[str], rules: Ignored | None, found: Found) -> bool:
    if rules is not None and rules.names(entry.path, is_folder=False):
        found.seen += 1
        found.ignored += 1
        return False
    if not _may_be_opened(entry):
        found.seen += 1
        found.passed_over["pipes, sockets and devices"] += 1
        return False
    return True


def _may_be_opened(entry: os.DirEntry[str]) -> bool:
    """Tell pipes, sockets and devices, which are never opened; a broken link is for the reader."""
    try:
        if entry.is_file(follow_symlinks=False):
            return True
        kind = entry.stat().st_mode
    except OSError:
        return True
    return stat.S_ISREG(kind)


def _take(file: SeedFile, found: Found, seen: set[str]) -> None:
    found.seen += 1
    if not file.named and not _has_reader(file.path):
        found.passed_over[file.path.suffix.lower() or "no ending"] += 1
        return
    key = os.path.abspath(file.path)  # noqa: PTH100
    if key not in seen:
        seen.add(key)
        found.files.append(file)


def _has_reader(path: Path) -> bool:
    """Tell by the ending, or by the first bytes where it says nothing."""
    ending = path.suffix.lower()
    if ending in KNOWN or ending in PASSED_OVER:
        return ending in KNOWN
    with contained(path.name, lambda _: None):  # its reader says what is wrong
        with path.open("rb", buffering=0) as file:
            head = file.read(HEAD)
        return bool(head) and format_of(head, path.name) is not None
    return True
