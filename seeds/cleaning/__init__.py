"""What scraping left in articles: noise marked, paragraphs said twice, mojibake repaired."""

from .judging import Judge, judged
from .marking import mark
from .mojibake import Repair, original, repair
from .repeated import repeats
from .within import kept_within

__all__ = ["Judge", "Repair", "judged", "kept_within", "mark", "original", "repair", "repeats"]
