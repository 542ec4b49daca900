"""What is stored and what can be asked of it."""

from .boilerplate import Boilerplate, boilerplate_of, learn_boilerplate, mark_boilerplate
from .collection import Collection, Model
from .comparing import compare_texts
from .copies import FEWEST_WORDS, TEXT_KINDS, Evidence, Keeping, Link, Where, find_copies
from .duplicates import (
    KINDS,
    SORTS,
    Copy,
    CopyKind,
    DuplicateGroup,
    Sort,
    copied_rows,
    family_of,
    find_duplicates,
    find_links,
    groups_of,
    kinds_by_default,
)
from .errors import CollectionDamaged, CollectionError, CollectionMissing
from .filters import Resolved, Unknown, resolve
from .gluing import stretches_of
from .identity import Cluster, Event
from .inspection import Summary, derived_problems_of, problems_of, summary_of
from .memory import Logged, Named, log, named
from .origins import (
    file_state,
    paths_among,
    places_of,
    same_articles,
    set_unread,
    stored_from,
    unread_of,
)
from .question import Question
from .ranking import MODES, Mode
from .records import DocumentInfo, Entry, FileState, Place, Selection, StoredPassage, Unread
from .reviews import Doubt, Refit, decide, doubts, near_from, refit, set_near_from
from .search import Copies, Hit, Term, Why, search
from .story_finder import Story, find_stories
from .themes import Outside, SubTheme, Theme, Themes, find_themes
from .vectors import OTHER_LANGUAGES, as_unit_rows, centred

__all__ = [
    "FEWEST_WORDS",
    "KINDS",
    "MODES",
    "OTHER_LANGUAGES",
    "SORTS",
    "TEXT_KINDS",
    "Boilerplate",
    "Cluster",
    "Collection",
    "CollectionDamaged",
    "CollectionError",
    "CollectionMissing",
    "Copies",
    "Copy",
    "CopyKind",
    "DocumentInfo",
    "Doubt",
    "DuplicateGroup",
    "Entry",
    "Event",
    "Evidence",
    "FileState",
    "Hit",
    "Keeping",
    "Link",
    "Logged",
    "Mode",
    "Model",
    "Named",
    "Outside",
    "Place",
    "Question",
    "Refit",
    "Resolved",
    "Selection",
    "Sort",
    "StoredPassage",
    "Story",
    "SubTheme",
    "Summary",
    "Term",
    "Theme",
    "Themes",
    "Unknown",
    "Unread",
    "Where",
    "Why",
    "as_unit_rows",
    "boilerplate_of",
    "centred",
    "compare_texts",
    "copied_rows",
    "decide",
    "derived_problems_of",
    "doubts",
    "family_of",
    "file_state",
    "find_copies",
    "find_duplicates",
    "find_links",
    "find_stories",
    "find_themes",
    "groups_of",
    "kinds_by_default",
    "learn_boilerplate",
    "log",
    "mark_boilerplate",
    "named",
    "near_from",
    "paths_among",
    "places_of",
    "problems_of",
    "refit",
    "resolve",
    "same_articles",
    "search",
    "set_near_from",
    "set_unread",
    "stored_from",
    "stretches_of",
    "summary_of",
    "unread_of",
]
