"""Language means of any model, from sentences that say the same in every language.

A folder of text files is such a text: one file a language (``ar.txt``), line n saying the
same in each. One ships with marsad, written for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np

from .encoder import Encoder
from .errors import EmbeddingError
from .means import KINDS, LanguageMeans

SHIPPED = Path(__file__).parent / "parallel"
# Fewer sentences say more of what they are about than of the language.
FEWEST = 20


def read_parallel(folder: Path = SHIPPED) -> dict[str, list[str]]:
    """Read a folder of parallel text.

    Returns
    -------
    dict of str to list of str
        The lines of each language, the same number in all.

    Raises
    ------
    EmbeddingError
        If there is none, a file has another number of lines, or they are too few.
    """
    lines = {path.stem: _lines_of(path) for path in sorted(folder.glob("*.txt"))}
    if len(lines) < 2:
        raise EmbeddingError(
            f"{folder} holds no parallel text. Give a folder with a file for each of at least "
            "two languages, such as ar.txt and en.txt."
        )
    first, *others = lines
    for code in others:
        if len(lines[code]) != len(lines[first]):
            raise EmbeddingError(
                f"{folder}: {code}.txt has {len(lines[code])} lines, {first}.txt "
                f"{len(lines[first])}. Line n must say the same in each."
            )
    if len(lines[first]) < FEWEST:
        raise EmbeddingError(
            f"{folder} has {len(lines[first])} lines; at least {FEWEST} are needed."
        )
    return lines


def _lines_of(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise EmbeddingError(f"{path} cannot be read: {error}. Save it as UTF-8.") from error


def compute_means(
    encoder: Encoder,
    lines: Mapping[str, Sequence[str]],
    *,
    source: str,
    progress: Callable[[int], None] | None = None,
) -> LanguageMeans:
    """Encode parallel lines as passages and as queries, and average each language.

    Parameters
    ----------
    encoder : Encoder
    lines : mapping of str to sequence of str
        As `read_parallel` returns them.
    source : str
        For the record.
    progress : callable, optional
        Called with the number of texts finished since it was last called.
    """
    tables: dict[str, dict[str, np.ndarray]] = {kind: {} for kind in KINDS}
    for code, texts in lines.items():
        for kind in KINDS:
            vectors = encoder.encode(list(texts), prompt=kind, progress=progress)
            tables[kind][code] = vectors.mean(axis=0, dtype=np.float64).astype(np.float32)
    metadata = {"model": encoder.name, "source": source}
    return LanguageMeans(tables["passage"], tables["query"], metadata=metadata)
