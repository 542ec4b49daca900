"""How much of a machine one file may take: files come from anywhere, and some are made to harm.

A `Budget` is what one file that was given may still unpack, with everything packed inside it.
"""

from __future__ import annotations

from dataclasses import dataclass

from .errors import SeedError

MIB = 1 << 20
# Small files of one repeated letter are harmless: the ratio counts after so many bytes.
RATIO_FREE = 16 * MIB


@dataclass(frozen=True)
class Limits:
    """The bounds for reading; the defaults leave room for anything honest that was met.

    Attributes
    ----------
    document : int
        Bytes of one article's file (a page, a PDF, a spreadsheet), which is read as a whole.
        Records that are read one at a time are not bounded in their sum.
    unpacked : int
        Bytes that come out of one archive, with all that is packed inside its members.
    ratio : int
        How many times larger than its packed form anything may become.
    depth : int
        How deep files may be packed inside each other: `a.zip` holding `b.tar.gz` is 3.
    members : int
        Files in one archive, with those in archives inside it.
    seconds : float
        For one document in a parser, or for the next articles of a Parquet file.
    memory : int
        Bytes of address space of a worker, its program and libraries with it.
    """

    document: int = 64 * MIB  # the largest newspaper PDFs have some 50 MiB
    unpacked: int = 32 << 30  # 32 GiB: a year of a web crawl; it costs time, not memory
    ratio: int = (
        200  # text packs to a tenth, very repetitive JSON to a sixtieth; deflate ends at 1032
    )
    depth: int = 5  # .zip > .zip > .tar > .gz > .mbox; a file that holds itself ends here
    members: int = 1_000_000
    seconds: float = 60.0  # a PDF of 1,000 pages takes some 30
    memory: int = 2048 * MIB  # a PDF of 50 MiB takes some 700 MiB; the libraries alone 300


@dataclass
class Budget:
    """What is left of the limits for one file that was given."""

    limits: Limits
    unpacked: int = 0
    members: int = 0

    @property
    def is_spent(self) -> bool:
        """Whether nothing more may be unpacked."""
        return self.unpacked > self.limits.unpacked or self.members > self.limits.members

    def spend(self, size: int, name: str) -> None:
        """Count bytes that were unpacked.

        Raises
        ------
        SeedError
            If they are more than all that may be.
        """
        self.unpacked += size
        if self.unpacked > self.limits.unpacked:
            raise SeedError(
                f"{name} unpacks to more than {_shown(self.limits.unpacked)} together, the limit. "
                "The rest of it was not read; give its parts one by one if they are sound."
            )

    def count_member(self, name: str) -> None:
        """Count one more file in an archive.

        Raises
        ------
        SeedError
            If there are more than may be.
        """
        self.members += 1
        if self.members > self.limits.members:
            raise SeedError(
                f"{name} holds more than {self.limits.members:,} files, the limit. The rest of it "
                "was not read; unpack it and give the folder."
            )

    def check_ratio(self, unpacked: int, packed: int, name: str) -> None:
        """Check what came out of one packed file against what went in.

        Raises
        ------
        SeedError
            If it is so much that it can only be meant to harm.
        """
        if unpacked > self.limits.ratio * packed + RATIO_FREE:
            raise SeedError(
                f"{name} unpacks to more than {self.limits.ratio} times its size, as files do that "
                "are made to fill memory. It was not read further; if it is sound, unpack it "
                "yourself and give what was in it."
            )


def check_stored(size: int, stored: int | None, name: str, limits: Limits) -> None:
    """Refuse a file that says to be huge while next to nothing of it lies on the disk.

    Told by its size, before it is read: the hole in it would be read as zeros for hours.

    Parameters
    ----------
    size, stored : int, int or None
        Bytes that it says to have, and that it takes on the disk; None where nothing tells.

    Raises
    ------
    SeedError
    """
    is_huge = stored is not None and size > limits.unpacked
    if is_huge and size > limits.ratio * (stored or 0) + RATIO_FREE:
        raise SeedError(
            f"{name} says to be {_shown(size)} large, of which {_shown(stored or 0)} are stored: "
            "nearly all of it is empty. It was not read; copy what is in it to a file of its own."
        )


def too_large(name: str, limits: Limits) -> SeedError:
    """Return the error for a document of more bytes than are read as a whole."""
    return SeedError(
        f"{name} is larger than {_shown(limits.document)}, the limit for one document. "
        "Split it, or give the articles as JSON Lines."
    )


def _shown(size: int) -> str:
    """Return a number of bytes as people say it."""
    for unit, name in ((1 << 40, "TiB"), (1 << 30, "GiB"), (MIB, "MiB")):
        if size >= unit:
            return f"{size / unit:.4g} {name}"
    return f"{size:,} bytes"
