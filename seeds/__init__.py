"""What goes in: files to documents, documents to passages, and their normal form.

What reads files is imported when it is first asked for: searches do without it.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .articles import Article, Problem
from .constants import Constants
from .containment import contained, one_by_one, problem_of
from .documents import LEFT_OUT, NOISE, STORY, Document, Kind, Passage, Span, document_id
from .errors import SeedError
from .identity import likeness
from .normal import Word, normal_form, normal_hash, words
from .paragraphs import split, width
from .passages import passages_of
from .rows import Fields
from .terms import TERMS_VERSION, term_forms, terms

if TYPE_CHECKING:
    from .cleaning import Judge, judged, kept_within, repeats
    from .finding import Found, SeedFile, find_files, printable
    from .making import (
        Origin,
        completed,
        digest_of,
        document_of,
        file_path,
        name_of,
        path_of,
        spans_of,
    )
    from .reading import ALL_FIELDS, NO_CONSTANTS, STDIN, Finished, Reader
    from .text_files import read_text

_FOUND_IN = {
    "cleaning": ("Judge", "judged", "kept_within", "repeats"),
    "finding": ("Found", "SeedFile", "find_files", "printable"),
    "making": (
        "Origin", "completed", "digest_of", "document_of", "file_path", "name_of",
        "path_of", "spans_of",
    ),
    "reading": ("ALL_FIELDS", "NO_CONSTANTS", "STDIN", "Finished", "Reader"),
    "text_files": ("read_text",),
}  # fmt: skip

__all__ = [
    "ALL_FIELDS",
    "LEFT_OUT",
    "NOISE",
    "NO_CONSTANTS",
    "STDIN",
    "STORY",
    "TERMS_VERSION",
    "Article",
    "Constants",
    "Document",
    "Fields",
    "Finished",
    "Found",
    "Judge",
    "Kind",
    "Origin",
    "Passage",
    "Problem",
    "Reader",
    "SeedError",
    "SeedFile",
    "Span",
    "Word",
    "completed",
    "contained",
    "digest_of",
    "document_id",
    "document_of",
    "file_path",
    "find_files",
    "judged",
    "kept_within",
    "likeness",
    "name_of",
    "normal_form",
    "normal_hash",
    "one_by_one",
    "passages_of",
    "path_of",
    "printable",
    "problem_of",
    "read_text",
    "repeats",
    "spans_of",
    "split",
    "term_forms",
    "terms",
    "width",
    "words",
]


def __getattr__(name: str) -> Any:
    for module, names in _FOUND_IN.items():
        if name in names:
            return getattr(import_module(f".{module}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
