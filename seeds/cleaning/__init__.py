"""What scraping left in articles: noise marked, paragraphs said twice, mojibake repaired."""

from .judging import Judge, judged
from .marking import mark
from .mojibake import Repair, original, repair
from .repeated import repeats

__all__ = ["Judge", "Repair", "judged", "mark", "original", "repair", "repeats"]
