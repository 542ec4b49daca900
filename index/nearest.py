"""The FAISS index: derived from the vectors, of one generation of the collection."""

from __future__ import annotations

from pathlib import Path

import faiss
import numpy as np

_FOLDER = "faiss"


class NearestIndex:
    """Exact inner-product search over language-centred vectors, answered in rows."""

    def __init__(self, generation: int, index: faiss.Index) -> None:
        self.generation = generation
        self._index = index

    @classmethod
    def build(cls, generation: int, rows: np.ndarray, vectors: np.ndarray) -> NearestIndex:
        """Index `vectors`, shape (n, d), float32 unit rows, under the numbers `rows`."""
        index = faiss.IndexIDMap2(faiss.IndexFlatIP(vectors.shape[1]))
        index.add_with_ids(vectors, rows)
        return cls(generation, index)

    @classmethod
    def load(cls, folder: Path, generation: int, dimension: int) -> NearestIndex | None:
        """Return the index saved for this generation; None if there is none to be trusted."""
        path = _path(folder, generation)
        if not path.is_file():
            return None
        try:
            index = faiss.read_index(str(path))
        except RuntimeError:  # cut short or not FAISS: it is derived, so make it anew
            return None
        return cls(generation, index) if index.d == dimension else None

    def save(self, folder: Path) -> None:
        """Write the index aside, rename it, and delete those of other generations."""
        path = _path(folder, self.generation)
        path.parent.mkdir(exist_ok=True)
        aside = path.with_suffix(".writing")
        faiss.write_index(self._index, str(aside))
        aside.replace(path)
        for other in path.parent.iterdir():
            if other != path:
                other.unlink(missing_ok=True)

    def search(
        self, query: np.ndarray, k: int, within: np.ndarray | None
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return (rows, similarities), best first, equal ones in order of row."""
        count = self._index.ntotal if within is None else len(within)
        k = min(k, count)
        if k < 1:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        parameters = None
        if within is not None:
            parameters = faiss.SearchParameters()
            parameters.sel = selector = faiss.IDSelectorBatch(within)  # noqa: F841 (keeps it alive)
        scores, rows = self._index.search(query, k, params=parameters)
        found = rows[0] >= 0
        rows, scores = rows[0][found], scores[0][found]
        order = np.lexsort((rows, -scores))
        return rows[order], scores[order]


def _path(folder: Path, generation: int) -> Path:
    return folder / _FOLDER / f"{generation:010d}.faiss"
