"""The FAISS index: derived from the vectors, chosen by how many there are.

Up to `EXACT_LIMIT` rows every vector is compared. Above it, vectors lie in cells (IVF) with
4 bits a number, and the best of them are compared again with the stored vectors.
The figures behind the constants: docs/collection.md.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import faiss
import numpy as np

from .segments import written_whole

EXACT_LIMIT = 100_000
# Cells for n vectors: this times the square root of n, as a power of two.
CELLS = 4
# Vectors a cell that k-means sees: with 64 it takes four times as long and finds no better.
SAMPLES_A_CELL = 32
# Cells that are looked into; where only a share of the rows is wanted, `FILTERED_PROBES` over
# that share, if that is more, up to all of them.
PROBES, FILTERED_PROBES = 128, 64
# Best candidates that are compared again.
CANDIDATES = 100
_AT_A_TIME = 65_536

# Gives the centred vectors of rows, shape (n,) to (n, d).
Vectors = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class IndexState:
    """What the database knows of the index in use.

    Attributes
    ----------
    file : str
        Its name in the folder of derived files.
    means : str
        The version of the language means that its vectors were centred with.
    covered : int
        The highest row that was there when it was made: later ones are not in it.
    count, trained : int
        Rows in it, and how many there were when its cells were found.
    """

    file: str
    means: str
    covered: int
    count: int
    trained: int


class NearestIndex:
    """Inner-product search over language-centred vectors, answered in rows."""

    def __init__(self, index: faiss.Index) -> None:
        self._index = index

    @property
    def is_exact(self) -> bool:
        """Whether similarities are those of the vectors themselves, all of them compared."""
        return not isinstance(_inside(self._index), faiss.IndexIVF)

    @property
    def count(self) -> int:
        """How many rows are in it, those that have gone since among them."""
        return int(self._index.ntotal)

    def rows(self) -> np.ndarray:
        """Return the rows in it, in no order."""
        if self.is_exact:
            index: Any = self._index
            return np.asarray(faiss.vector_to_array(index.id_map))
        lists = _inside(self._index).invlists
        parts = [
            faiss.rev_swig_ptr(lists.get_ids(cell), lists.list_size(cell)).copy()
            for cell in range(lists.nlist)
            if lists.list_size(cell)
        ]
        return np.concatenate(parts) if parts else np.empty(0, np.int64)

    @classmethod
    def build(cls, rows: np.ndarray, vectors: Vectors, dimension: int) -> NearestIndex:
        """Index the vectors of `rows`, read in parts."""
        if len(rows) <= EXACT_LIMIT:
            made = cls(faiss.IndexIDMap2(_exact(dimension)))
        else:
            made = cls(
                empty_cells("SQ4", len(rows), dimension, lambda places: vectors(rows[places]))
            )
        made.add(rows, vectors)
        return made

    @classmethod
    def load(cls, path: Path, dimension: int, *, mapped: bool = True) -> NearestIndex | None:
        """Return the index saved at `path`; None if there is none to be trusted.

        Parameters
        ----------
        mapped : bool, default True
            Whether cells stay on disk and are mapped into memory; to add to it, they must not.
        """
        try:
            flags = faiss.IO_FLAG_MMAP | faiss.IO_FLAG_READ_ONLY if mapped else 0
            index: Any = faiss.read_index(str(path), flags)
        except RuntimeError:  # not there, cut short or not FAISS: it is derived
            return None
        if mapped and isinstance(index, faiss.IndexIVF):
            # Threads that read ahead take longer than the search itself.
            lists: Any = faiss.downcast_InvertedLists(_inside(index).invlists)
            if isinstance(lists, faiss.OnDiskInvertedLists):
                lists.prefetch_nthread = 0
        return cls(index) if index.d == dimension else None

    def add(self, rows: np.ndarray, vectors: Vectors) -> None:
        """Add the vectors of `rows`, read in parts."""
        for start in range(0, len(rows), _AT_A_TIME):
            part = rows[start : start + _AT_A_TIME]
            self._index.add_with_ids(vectors(part), part)

    def save(self, path: Path) -> None:
        """Write the index wholly or not at all.

        Raises
        ------
        OSError
            If the disk does not take it.
        """
        with written_whole(path) as file:
            # Not by name: FAISS would pass over an error at the end of the file.
            writer = faiss.PyCallbackIOWriter(file.write)  # type: ignore[attr-defined]
            faiss.write_index(self._index, writer)

    def search(
        self, query: np.ndarray, k: int, within: np.ndarray | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return (rows, similarities) of about the k nearest, best first.

        Parameters
        ----------
        query : array, shape (1, d)
        k : int
        within : array of int, optional
            Rows to look at. The fewer of all they are, the more cells are looked into, so
            that about as many vectors are compared as without it.

        Fewer than k come back only where no more are in it.
        """
        if self.count == 0 or k < 1 or (within is not None and not len(within)):
            return np.empty(0, np.int64), np.empty(0, np.float32)
        selector, kept = None, 1.0
        if within is not None:
            bits = np.zeros(int(within.max()) + 1, bool)
            bits[within] = True
            bitmap = np.packbits(bits, bitorder="little")
            selector = faiss.IDSelectorBitmap(len(bitmap), faiss.swig_ptr(bitmap))
            kept = len(within) / self.count
        parameters: Any = faiss.SearchParameters()
        if not self.is_exact:
            cells = _inside(self._index).nlist
            parameters = faiss.SearchParametersIVF()
            parameters.nprobe = min(cells, max(PROBES, int(np.ceil(FILTERED_PROBES / kept))))
        if selector is not None:
            parameters.sel = selector
        wanted = min(k, self.count if within is None else len(within))
        scores, rows = self._index.search(query, wanted, params=parameters)
        if not self.is_exact and rows[0, -1] < 0 and parameters.nprobe < cells:
            parameters.nprobe = cells  # those cells hold fewer than are wanted: look into all
            scores, rows = self._index.search(query, wanted, params=parameters)
        found = rows[0] >= 0
        return rows[0][found], scores[0][found]


def is_due(state: IndexState | None, *, live: int, means: str) -> bool:
    """Tell whether an index must be made from the beginning.

    That is when there is none for these language means, when the kind that `live` rows ask for
    is another, when the cells were found among half as many, or a fifth of it has gone.
    """
    if state is None or state.means != means:
        return True
    if (state.count > EXACT_LIMIT) != (live > EXACT_LIMIT):
        return True
    return live > 2 * state.trained > EXACT_LIMIT or live < 0.8 * state.count


def _exact(dimension: int) -> faiss.Index:
    """Return an index of float16 numbers, as they are stored: half of float32, and faster."""
    kind = faiss.ScalarQuantizer.QT_fp16
    return faiss.IndexScalarQuantizer(dimension, kind, faiss.METRIC_INNER_PRODUCT)


def empty_cells(kind: str, count: int, dimension: int, vectors: Vectors) -> Any:
    """Return an index of cells for `count` vectors, trained on a sample of them and empty.

    Parameters
    ----------
    kind : str
        How FAISS keeps numbers, such as ``SQ4`` or ``SQfp16``.
    count, dimension : int
    vectors : callable
        Gives the vectors at places from 0 to `count`, ascending.
    """
    cells = cells_for(count)
    index: Any = faiss.index_factory(dimension, f"IVF{cells},{kind}", faiss.METRIC_INNER_PRODUCT)
    index.cp.min_points_per_centroid = SAMPLES_A_CELL
    sample = min(count, SAMPLES_A_CELL * cells)
    chosen = np.random.default_rng(0).choice(count, sample, replace=False)
    index.train(vectors(np.sort(chosen)))
    return index


def cells_for(count: int) -> int:
    """Return how many cells `count` vectors lie in."""
    return int(2 ** np.round(np.log2(CELLS * np.sqrt(count))))


def _inside(index: faiss.Index) -> Any:
    while isinstance(index, (faiss.IndexIDMap, faiss.IndexIDMap2)):
        index = faiss.downcast_index(index.index)
    return index
