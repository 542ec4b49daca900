"""Are stories that a scrape glued to the end of a page found? Labelled pages, as ``add`` works.

    python benchmarks/gluing.py [develop|held] [--show]

A story counts as found when it begins at the line at which the labels say it does. The weights in
``index/gluing.py`` were trained on ``develop`` and the sample corpus (`train_gluing.py`).
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
from marsad.embeddings import DEFAULT_MODEL, CachedEncoder, LanguageMeans, load_model
from marsad.scripts.language_means import tables_of
from marsad.scripts.preparing import Judging, draft, prepare, separated
from marsad.seeds import Article, Origin, SeedFile, document_of

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
import pages as labelled


def main() -> None:
    """Print precision, recall and F1 of the places where stories begin."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("half", nargs="?", default="develop")
    parser.add_argument("--show", action="store_true", help="list what is missed and wrong")
    arguments = parser.parse_args()
    model = load_model(DEFAULT_MODEL)
    means = LanguageMeans.for_model(model.name, model.dimension, model.fingerprint)
    encoder, subtracted = CachedEncoder(model), tables_of(means)["passage"]
    judging = Judging.of(model)
    counts = np.zeros(3, int)  # found, labelled, right
    for page in labelled.load(arguments.half):
        found = starts_of(page.text, encoder, subtracted, judging)
        wanted = {row_at(page.text, line.start) for line in page.lines if line.begins}
        counts += len(found), len(wanted), len(found & wanted)
        if arguments.show and found != wanted:
            for what, places in (("missed", wanted - found), ("wrong", found - wanted)):
                for row in sorted(places):
                    said = page.text.split("\n")[row]
                    print(f"{page.name} {what}: {said[:90]}")
    found, wanted, right = counts
    precision, recall = right / max(1, found), right / max(1, wanted)
    f1 = 2 * precision * recall / max(1e-9, precision + recall)
    print(f"{arguments.half}: {wanted} stories glued, {found} found, {right} right: ", end="")
    print(f"precision {precision:.3f}, recall {recall:.3f}, F1 {f1:.3f}")


def starts_of(text, encoder, means, judging) -> set[int]:
    """Return the rows of a page at which other stories are found to begin."""
    drawn = draft_of(text)
    encoded = encoder.encode_with_windows(drawn.texts, prompt="passage")
    prepared = prepare(drawn, encoded.vectors, judging)
    entries = separated(prepared, encoded.vectors, encoded.windows.tolist(), means)
    starts = {entry.document.part_start for entry in entries if entry.document.part_of}
    return {row_at(drawn.document.text, start) for start in starts}


def row_at(text, place) -> int:
    """Return the number of a row: repairs may move offsets, but never a line break."""
    return text.count("\n", 0, place)


def draft_of(text):
    """Cut a text up as if it were a file."""
    document, _ = document_of(Article(text), Origin(SeedFile(Path("page")), "page"))
    return draft(document)


if __name__ == "__main__":
    main()
