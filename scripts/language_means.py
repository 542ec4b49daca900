"""The language means of a collection: the shipped ones, moved towards its own as it grows.

They move only when a language has doubled since they were computed, so that answers do
not jump when a passage is added; each state has a version that is stored with it.
"""

from __future__ import annotations

import numpy as np

from ..embeddings import LanguageMeans
from ..embeddings.means import KINDS
from ..index import OTHER_LANGUAGES, Collection

# A language's own mean is looked at from this many passages on, and again whenever it
# has grown by this factor.
FEWEST = 50
GROWN = 2

Tables = dict[str, dict[str, np.ndarray]]


def tables_of(means: LanguageMeans) -> Tables:
    """Return what is taken off vectors, by kind and language, "und" for all others."""
    return {kind: means.subtracted(kind) for kind in KINDS}


def refresh_means(collection: Collection) -> bool:
    """Compute the means of a collection anew if it has grown enough; tell whether it had."""
    counts = collection.language_counts()
    seen = collection.means_state.counts
    grown = [
        code
        for code, count in counts.items()
        if code != OTHER_LANGUAGES and count >= max(FEWEST, GROWN * seen.get(code, 0))
    ]
    if not grown:
        return False
    model = collection.model
    shipped = LanguageMeans.for_model(model.name, model.dimension, model.fingerprint)
    own = {
        code: (np.asarray(mean, np.float32), count)
        for code, (mean, count) in collection.language_means().items()
    }
    blended = shipped.blended(own)
    collection.set_means(tables_of(blended), blended.version, counts)
    return True
