"""What a reader finds in a file: articles, files inside it, and what went wrong.

A reader yields these in the order in which they stand; one that goes wrong never stops the others.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Article:
    """One article as it stands in a file.

    Attributes
    ----------
    text : str
        Decoded; a paragraph a line.
    key : str
        What tells it from the other articles of its file, such as ``id=42`` or ``line=3``;
        empty where the file is one article. Stays the same from reading to reading.
    title, source, url, published, author : str or None
        As the file says; None where it does not. `source` is the outlet, `published` an ISO 8601
        date, or date and time.
    encoding : str
        What the bytes were decoded with.
    warnings : tuple of str
        What the user should be told, without the file's name.
    is_one : bool
        Whether the markup or the record it stands in holds it as one article. Then it is never
        cut into stories, whatever its text looks like.
    is_dated_by_address : bool
        Whether `published` stands in the address alone, which is weaker than what a file says.
    language : str or None
        BCP 47 tag, where the user said it; else it is told by the text.
    remark : str
        What is to be said of the whole file once all is read; on the last article of it.
    """

    text: str
    key: str = ""
    title: str | None = None
    source: str | None = None
    url: str | None = None
    published: str | None = None
    author: str | None = None
    encoding: str = "utf-8"
    warnings: tuple[str, ...] = ()
    is_one: bool = False
    is_dated_by_address: bool = False
    language: str | None = None
    remark: str = ""


@dataclass(frozen=True)
class Member:
    """A file inside a file, to be read in turn.

    Attributes
    ----------
    key : str
        Its name in the file that holds it.
    data : bytes
    url, published, source : str or None
        What the container says of it; what the member says itself goes before.
    """

    key: str
    data: bytes
    url: str | None = None
    published: str | None = None
    source: str | None = None


@dataclass(frozen=True)
class Problem:
    """Something that could not be read.

    Attributes
    ----------
    line : str
        A whole line for the user, with the file's name.
    trace : str
        Where it went wrong, in many lines, if that is a fault of marsad.
    count : int
        How many things the line is about.
    """

    line: str
    trace: str = ""
    count: int = 1
