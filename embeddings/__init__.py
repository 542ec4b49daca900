"""Text to unit vectors: the models and what runs them, languages and their means."""

from .cache import CachedEncoder
from .default_model import DEFAULT_MODEL
from .encoder import Encoded, Encoder
from .errors import EmbeddingError
from .languages import LanguageGuess, identify, identify_document, language_name
from .loading import PRECISIONS, load_model
from .means import LanguageMeans

__all__ = [
    "DEFAULT_MODEL",
    "PRECISIONS",
    "CachedEncoder",
    "EmbeddingError",
    "Encoded",
    "Encoder",
    "LanguageGuess",
    "LanguageMeans",
    "identify",
    "identify_document",
    "language_name",
    "load_model",
]
