"""What scraping left in articles: noise marked, paragraphs said twice, mojibake repaired."""

from .marking import mark
from .mojibake import Repair, original, repair
from .repeated import repeats

__all__ = ["Repair", "mark", "original", "repair", "repeats"]
