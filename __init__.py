"""marsad: semantic similarity and clustering for news in any language."""

__version__ = "0.1.0"
