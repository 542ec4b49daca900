"""What is stored and what can be asked of it."""

from .collection import Collection, Model
from .duplicates import Copy, DuplicateGroup, Evidence, copied_rows, find_duplicates
from .errors import CollectionDamaged, CollectionError, CollectionMissing
from .inspection import Summary, problems_of, summary_of
from .records import DocumentInfo, Entry, FileState, Selection, StoredPassage
from .search import Hit, Term, Why, search
from .themes import Outside, Theme, Themes, find_themes
from .vectors import OTHER_LANGUAGES, as_unit_rows, centred

__all__ = [
    "OTHER_LANGUAGES",
    "Collection",
    "CollectionDamaged",
    "CollectionError",
    "CollectionMissing",
    "Copy",
    "DocumentInfo",
    "DuplicateGroup",
    "Entry",
    "Evidence",
    "FileState",
    "Hit",
    "Model",
    "Outside",
    "Selection",
    "StoredPassage",
    "Summary",
    "Term",
    "Theme",
    "Themes",
    "Why",
    "as_unit_rows",
    "centred",
    "copied_rows",
    "find_duplicates",
    "find_themes",
    "problems_of",
    "search",
    "summary_of",
]
