"""Articles from PDF: the text of all pages, in the order in which it is read, as one article.

The letters come from PDFium; their order, lines, columns and paragraphs are worked out from where
they stand (`pdf_glyphs`, `pdf_lines`, `visual`, `pdf_paragraphs`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ..articles import Article
from ..errors import SeedError
from .pdf_glyphs import letters_of
from .pdf_lines import Line, rows_of
from .pdf_paragraphs import Page, page_of, paragraphs_of, without_edges
from .pdf_repair import repaired
from .properties import believable_author, believable_title
from .visual import logical, looks_mirrored

# No book is longer; a file that claims more is read up to here.
MOST_PAGES = 10_000
# Share of letters that no character is given for, above which a text is said to be doubtful, and
# above which it is none.
_DOUBTFUL, _NO_TEXT = 0.1, 0.25
_END_OF_FILE = b"%%EOF"


@dataclass
class _Pages:
    """What was read: the lines of each page with text, and what could not be read."""

    pages: list[Page] = field(default_factory=list)
    letters: int = 0
    unknown: int = 0
    sideways: int = 0
    broken: int = 0
    pictures: int = 0
    total: int = 0
    beyond: int = 0


def articles(data: bytes, name: str) -> list[Article]:
    """Return the text of a PDF as one article.

    Title and author are those that the file says of itself, where they are believable. The day
    on which it was made is not one of publication.

    Parameters
    ----------
    data : bytes
    name : str
        How messages call the file.

    Raises
    ------
    SeedError
        If it cannot be opened (damaged, or locked with a password), or holds no text (scanned).
    """
    document, was_searched = _opened(data, name)
    try:
        pages = _read(document)
        properties = _properties(document)
    finally:
        document.close()
    if not pages.letters:
        raise SeedError(_without_text(pages, name))
    if pages.unknown > _NO_TEXT * pages.letters:
        raise SeedError(
            f"{name} does not say which letters its fonts are for ({pages.unknown} of "
            f"{pages.letters} unknown). Download it again if it is cut off, or run OCR on it."
        )
    lines, left_out = without_edges(pages.pages)
    text = "\n".join(paragraphs_of(_turned_right(lines)))
    if not text:
        raise SeedError(f"{name} holds nothing but page numbers and headers. Give another file.")
    warnings = _warnings(pages, left_out)
    if was_searched or _END_OF_FILE not in data[-2048:]:
        warnings.insert(0, "damaged: the end of the file is missing, and text may be too")
    return [
        Article(
            text,
            title=believable_title(properties.get("Title"), name),
            author=believable_author(properties.get("Author")),
            warnings=tuple(warnings),
        )
    ]


def _opened(data: bytes, name: str) -> tuple[Any, bool]:
    """Return the document, and whether its pages had to be searched for."""
    import pypdfium2
    import pypdfium2.raw

    try:
        return pypdfium2.PdfDocument(data), False
    except pypdfium2.PdfiumError as error:
        if error.err_code == pypdfium2.raw.FPDF_ERR_PASSWORD:
            raise SeedError(
                f"{name} is locked with a password. Save it without one and add it again."
            ) from None
    try:
        return pypdfium2.PdfDocument(repaired(data) or b""), True
    except pypdfium2.PdfiumError:
        raise SeedError(
            f"{name} is too damaged to be read as a PDF. Download it again, or open it in a "
            "viewer and print it to a new PDF."
        ) from None


def _properties(document: Any) -> dict[str, str]:
    try:
        found: dict[str, str] = document.get_metadata_dict(skip_empty=True)
        return found
    except UnicodeDecodeError:  # damaged, and with it all that the file says of itself
        return {}


def _read(document: Any) -> _Pages:
    import pypdfium2

    pages = _Pages(total=len(document))
    pages.beyond = max(0, pages.total - MOST_PAGES)
    for number in range(pages.total - pages.beyond):
        try:
            page = document[number]
        except pypdfium2.PdfiumError:
            pages.broken += 1
            continue
        try:
            _read_page(page, pages)
        except pypdfium2.PdfiumError:
            pages.broken += 1
        finally:
            page.close()
    return pages


def _read_page(page: Any, pages: _Pages) -> None:
    import pypdfium2.raw

    found = letters_of(page)
    pages.letters += len(found.glyphs)
    pages.unknown += found.unknown
    pages.sideways += found.sideways
    if found.glyphs:
        pages.pages.append(page_of(rows_of(found.glyphs)))
    elif any(page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_IMAGE], max_depth=3)):
        pages.pictures += 1


def _turned_right(pages: list[list[Line]]) -> list[list[Line]]:
    """Exchange the brackets in text from right to left, where the file gives how they look."""
    rtl = [line.text for lines in pages for line in lines if line.is_rtl]
    if not looks_mirrored(rtl):
        return pages
    return [[_mirrored(line) for line in lines] for lines in pages]


def _mirrored(line: Line) -> Line:
    return replace(line, text=logical(line.units, line.is_rtl, mirror=True))


def _without_text(pages: _Pages, name: str) -> str:
    if pages.pictures:
        return (
            f"{name} holds no text, only pictures of {pages.pictures} pages (a scan). Run OCR on "
            "it, for example with ocrmypdf, and add the result."
        )
    if pages.broken:
        return f"{name} is damaged: none of its {pages.total} pages can be read. Download it again."
    return f"{name} holds no text ({pages.total} empty pages). Give another file."


def _warnings(pages: _Pages, left_out: int) -> list[str]:
    counts: Sequence[tuple[int, str]] = (
        (left_out, "{} headers, footers and page numbers were left out"),
        (pages.pictures, "{} pages hold only pictures (scanned?); OCR would be needed for them"),
        (pages.broken, "damaged: {} pages could not be read"),
        (pages.beyond, "too long: the last {} pages were not read"),
        (pages.sideways, "{} letters that stand sideways were left out"),
    )
    found = [text.format(count) for count, text in counts if count]
    if pages.unknown > _DOUBTFUL * pages.letters:
        found.append(
            f"the fonts of the PDF do not say which letters they are for {pages.unknown} of "
            f"{pages.letters}; the text may be wrong"
        )
    return found
