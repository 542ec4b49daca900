"""What goes in: files to documents, documents to passages, and their normal form."""

from .documents import Document, Kind, Passage, Span, document_id
from .errors import SeedError
from .normal import Word, normal_form, normal_hash, words
from .paragraphs import split
from .passages import passages_of
from .readers import STDIN, Found, SeedFile, find_files, read, read_bytes
from .terms import term_forms, terms

__all__ = [
    "STDIN",
    "Document",
    "Found",
    "Kind",
    "Passage",
    "SeedError",
    "SeedFile",
    "Span",
    "Word",
    "document_id",
    "find_files",
    "normal_form",
    "normal_hash",
    "passages_of",
    "read",
    "read_bytes",
    "split",
    "term_forms",
    "terms",
    "words",
]
