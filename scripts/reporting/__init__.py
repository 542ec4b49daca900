"""The report: what it says (`gather`), and how it is laid out."""

from .comparison import Period
from .gathering import gather
from .map_page import MapSection
from .map_points import map_of
from .markdown import as_markdown
from .material import Material, material_of, narrowed
from .page import as_html
from .sheets import write_sheets
from .verifying import Verified, verify
from .words import Words, direction, languages

__all__ = [
    "MapSection",
    "Material",
    "Period",
    "Verified",
    "Words",
    "as_html",
    "as_markdown",
    "direction",
    "gather",
    "languages",
    "map_of",
    "material_of",
    "narrowed",
    "verify",
    "write_sheets",
]
