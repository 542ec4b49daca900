"""Zip files that are one document (DOCX, ODT, EPUB): their parts, and XML that can do no harm.

What a part unpacks to is bounded before it is unpacked; XML is parsed without entities, without
the network and without huge trees.
"""

from __future__ import annotations

import io
import lzma
import posixpath
import re
import zipfile
import zlib
from html.entities import html5
from types import TracebackType
from urllib.parse import unquote

from lxml import etree

from ..errors import SeedError
from ..limits import MIB, RATIO_FREE

# What all parts unpack to together: the parts with text are a small share of the largest books.
LARGEST = 1024 * MIB
LARGEST_PART = 256 * MIB
MOST_PARTS = 50_000
_RATIO = 200  # text packs to a tenth; deflate ends at 1032
_LOCKED = 1
_NAMED = re.compile(rb"&([A-Za-z][A-Za-z0-9]{1,30});")
_OF_XML = frozenset({b"amp", b"lt", b"gt", b"quot", b"apos"})


_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    OSError,
    NotImplementedError,
    ValueError,
)


class Package:
    """A document that is a zip file; to be used with `with`.

    Parameters
    ----------
    data : bytes
    name : str
        How messages call the file.

    Raises
    ------
    SeedError
        If it is no zip file, is damaged or locked, or unpacks to more than may be.
    """

    def __init__(self, data: bytes, name: str) -> None:
        self.name = name
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
            raise self._damaged(str(error)) from None
        infos = self._zip.infolist()
        self._check(infos, len(data))
        self._parts = {info.filename: info for info in infos}

    def __enter__(self) -> Package:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._zip.close()

    def __contains__(self, part: str) -> bool:
        return part in self._parts

    def parts(self) -> list[str]:
        """Return the names of its parts."""
        return list(self._parts)

    def read(self, part: str) -> bytes:
        """Return the bytes of a part.

        Raises
        ------
        SeedError
            If there is no such part, it is damaged, locked or too large.
        """
        info = self._parts.get(part)
        if info is None:
            raise self._damaged(f"it has no part {part!r}")
        if info.flag_bits & _LOCKED:
            raise SeedError(f"{self.name} is locked with a password. Save it without one.")
        if info.file_size > LARGEST_PART:
            raise self._too_large()
        try:
            return self._zip.read(info)
        except _UNREADABLE as error:
            raise self._damaged(f"{part}: {error}") from None

    def xml(self, part: str, *, html_names: bool = False) -> etree._Element:
        """Return the root of a part that is XML; what of it can be read, where it is damaged.

        Parameters
        ----------
        part : str
        html_names : bool, default False
            Whether characters may have their names of HTML, such as ``&nbsp;``.

        Raises
        ------
        SeedError
        """
        data = self.read(part)
        if html_names:
            data = _NAMED.sub(_numbered, data)
        try:
            return etree.fromstring(data, _parser(recover=False))
        except etree.XMLSyntaxError:
            pass
        try:
            root = etree.fromstring(data, _parser(recover=True))
        except etree.XMLSyntaxError as error:
            raise self._damaged(f"{part}: {error}") from None
        if root is None:
            raise self._damaged(f"{part} is no XML")
        return root

    def _check(self, infos: list[zipfile.ZipInfo], packed: int) -> None:
        unpacked = sum(info.file_size for info in infos)
        if unpacked > min(LARGEST, _RATIO * packed + RATIO_FREE) or len(infos) > MOST_PARTS:
            raise self._too_large()

    def _too_large(self) -> SeedError:
        return SeedError(
            f"{self.name} unpacks to far more than documents do, as files that are made to fill "
            "memory. It was not read; save it anew if it is sound."
        )

    def _damaged(self, reason: str) -> SeedError:
        return SeedError(f"{self.name} is damaged ({reason}). Save or download it again.")


def resolved(base: str, reference: str) -> str:
    """Return the name of the part that a part refers to."""
    path = unquote(reference.split("#", 1)[0])
    return posixpath.normpath(posixpath.join(posixpath.dirname(base), path)).lstrip("/")


def _numbered(match: re.Match[bytes]) -> bytes:
    characters = html5.get(match[1].decode() + ";")
    if characters is None or match[1] in _OF_XML:
        return match[0]
    return "".join(f"&#{ord(character)};" for character in characters).encode()


def _parser(*, recover: bool) -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        recover=recover,
    )
