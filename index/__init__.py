"""What is stored and what can be asked of it."""

from .collection import Collection, Model
from .duplicates import Copy, DuplicateGroup, Evidence, copied_rows, find_duplicates
from .errors import CollectionDamaged, CollectionError, CollectionMissing
from .inspection import Summary, derived_problems_of, problems_of, summary_of
from .question import Question
from .ranking import MODES, Mode
from .records import DocumentInfo, Entry, FileState, Selection, StoredPassage
from .search import Copies, Hit, Term, Why, search
from .themes import Outside, Theme, Themes, find_themes
from .vectors import OTHER_LANGUAGES, as_unit_rows, centred

__all__ = [
    "MODES",
    "OTHER_LANGUAGES",
    "Collection",
    "CollectionDamaged",
    "CollectionError",
    "CollectionMissing",
    "Copies",
    "Copy",
    "DocumentInfo",
    "DuplicateGroup",
    "Entry",
    "Evidence",
    "FileState",
    "Hit",
    "Mode",
    "Model",
    "Outside",
    "Question",
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
    "derived_problems_of",
    "find_duplicates",
    "find_themes",
    "problems_of",
    "search",
    "summary_of",
]
