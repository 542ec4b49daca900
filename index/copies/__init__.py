"""Repeated texts: proposed by shared grams, compared letter by letter, grouped round the kept."""

from .comparison import UNCERTAIN, Relation
from .evidence import Evidence, evidence_of
from .families import Families, Pair, TextsOf
from .links import TEXT_KINDS, Keeping, Link, LinkKind, Place, Where, links_of
from .pile import Labelled, Pile
from .texts import FEWEST_WORDS, comparing, find_copies, says_something

__all__ = [
    "FEWEST_WORDS",
    "TEXT_KINDS",
    "UNCERTAIN",
    "Evidence",
    "Families",
    "Keeping",
    "Labelled",
    "Link",
    "LinkKind",
    "Pair",
    "Pile",
    "Place",
    "Relation",
    "TextsOf",
    "Where",
    "comparing",
    "evidence_of",
    "find_copies",
    "links_of",
    "says_something",
]
