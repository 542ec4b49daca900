"""Compute the mean vector of each language that ships with a model, from parallel sentences.

    python benchmarks/compute_means.py SIB200.tsv.gz --model multilingual-e5-small \\
        --output embeddings/means/multilingual-e5-small.safetensors

Takes the train split of SIB-200 and no other, so that dev and test can judge the means. The same
sentences are taken in every language: what they are about is then the same in every mean, and
falls out when vectors of two languages are compared. Languages already done are found again in
the work folder, so an interrupted run goes on.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import defaultdict
from pathlib import Path

import numpy as np
from marsad.embeddings import load_model
from marsad.embeddings.means import KINDS, LanguageMeans
from sib200 import read_sentences

SOURCE = "SIB-200 (Adelani et al., 2024), sentences of FLORES-200"
LICENCE = "SIB-200: Apache-2.0; FLORES-200: CC BY-SA 4.0"


def main() -> None:
    """Write the file of means."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sib200", type=Path, help="sib200.tsv.gz")
    parser.add_argument("--model", default="multilingual-e5-small")
    parser.add_argument(
        "--precision", default="bfloat16", help="not int8: means serve all machines"
    )
    parser.add_argument("--output", type=Path, required=True, help="a .safetensors file")
    parser.add_argument("--work", type=Path, required=True, help="folder for finished languages")
    parser.add_argument("--sentences", type=int, default=None, help="so many, the same in each")
    arguments = parser.parse_args()

    texts: dict[str, dict[int, str]] = defaultdict(dict)
    for sentence in read_sentences(arguments.sib200, "train"):
        texts[sentence.language][sentence.number] = sentence.text
    numbers = sorted(set.intersection(*({*rows} for rows in texts.values())))
    if arguments.sentences:
        numbers = sorted(random.Random(0).sample(numbers, arguments.sentences))

    encoder = load_model(arguments.model, precision=arguments.precision)
    arguments.work.mkdir(parents=True, exist_ok=True)
    tables: dict[str, dict[str, np.ndarray]] = {kind: {} for kind in KINDS}
    for at, tag in enumerate(sorted(texts), 1):
        rows = [texts[tag][number] for number in numbers]
        for kind in KINDS:
            done = arguments.work / f"{tag}.{kind}.{len(numbers)}.npy"
            if not done.is_file():
                vectors = encoder.encode(rows, prompt=kind)
                np.save(done, vectors.mean(axis=0, dtype=np.float64).astype(np.float32))
            tables[kind][tag] = np.load(done)
        print(f"{at}/{len(texts)} {tag}", file=sys.stderr)

    metadata = {
        "model": arguments.model,
        "source": SOURCE,
        "licence": LICENCE,
        "split": "train",
        "sentences": f"{len(numbers)} in each language, the same ones",
    }
    means = LanguageMeans(tables["passage"], tables["query"], metadata=metadata)
    arguments.output.parent.mkdir(parents=True, exist_ok=True)
    means.save(arguments.output)
    saved = LanguageMeans.load(arguments.output)
    print(f"{len(saved.languages)} languages in {arguments.output}, version {saved.version}")


if __name__ == "__main__":
    main()
