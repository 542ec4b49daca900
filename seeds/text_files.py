"""A file of text as it lies, nothing repaired: for what is to be written again."""

from __future__ import annotations

from .documents import Document, document_id
from .errors import SeedError
from .finding import SeedFile, is_utf8, printable
from .formats.plain import articles
from .making import Origin, date_in_name, digest_of


def read_text(file: SeedFile) -> tuple[Document, list[str]]:
    """Read a file of text as one document, without a title.

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
    name = printable(str(file.path))
    if not is_utf8(str(file.path)):
        raise SeedError(f"{name} cannot be read: its name is not UTF-8. Give it another name.")
    try:
        data, origin = file.path.read_bytes(), Origin.of(file)
    except OSError as error:
        raise SeedError(
            f"{name} cannot be read: {error.strerror}. Check its permissions."
        ) from None
    (article,) = articles(data, name)
    document = Document(
        id=document_id(origin.path),
        path=origin.path,
        text=article.text,
        title=None,
        source=file.source,
        published=date_in_name(file.path.name),
        url=None,
        encoding=article.encoding,
        size=len(data),
        modified_ns=origin.modified_ns,
        sha256=digest_of(article),
    )
    return document, [f"{name}: {warning}" for warning in article.warnings]
