"""Does the map keep neighbours? Its layout beside UMAP, PaCMAP and openTSNE with their defaults.

    python benchmarks/map.py VECTORS.npz [--count 10000] [--runs 3] [--tools marsad umap]

The file holds `v` (unit rows, language-centred), as `benchmarks/themes.py --save FOLDER` writes
it; several files are put together. Trustworthiness is scikit-learn's (5 neighbours); times are
of a warm process, after a small layout has compiled what the tool compiles.
"""

from __future__ import annotations

import argparse
import statistics
import time
import warnings
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
from sklearn.manifold import trustworthiness

Layout = Callable[[np.ndarray], np.ndarray]


def main() -> None:
    """Print one line a tool: medians of its runs, which take turns with the other tools'."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("vectors", type=Path, nargs="+")
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--tools", nargs="+", choices=list(TOOLS), default=list(TOOLS))
    arguments = parser.parse_args()
    rows = np.concatenate([np.load(path)["v"] for path in arguments.vectors])
    rows = rows[np.random.default_rng(0).permutation(len(rows))[: arguments.count]]
    print(f"{len(rows)} vectors of {rows.shape[1]}, {len(np.unique(rows, axis=0))} different")
    tools = {}
    for name in arguments.tools:
        with suppress(ModuleNotFoundError):
            tools[name] = TOOLS[name]()
        if name not in tools:
            print(f"{name:10} is left out, since it is not installed")
    figures: dict[str, list[tuple[float, float]]] = {name: [] for name in tools}
    for run in range(arguments.runs):
        for name, tool in tools.items():
            if not run:
                tool(rows[:500])
            start = time.perf_counter()
            places = tool(rows)
            seconds = time.perf_counter() - start
            figures[name].append((trustworthiness(rows, places), seconds))
    for name, of_runs in figures.items():
        kept, seconds = (statistics.median(column) for column in zip(*of_runs, strict=True))
        print(f"{name:10} trustworthiness {kept:.4f}  {seconds:6.1f} s")


def marsad() -> Layout:
    """Return the layout of the report's map."""
    from marsad.index.layout import layout

    return layout


def umap() -> Layout:
    """Return UMAP's with its defaults, and the cosine."""
    import umap

    def run(rows: np.ndarray) -> np.ndarray:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return umap.UMAP(metric="cosine").fit_transform(rows)

    return run


def pacmap() -> Layout:
    """Return PaCMAP's with its defaults."""
    import pacmap

    return lambda rows: pacmap.PaCMAP(random_state=0).fit_transform(rows.copy())


def localmap() -> Layout:
    """Return LocalMAP's with its defaults."""
    import pacmap

    return lambda rows: pacmap.LocalMAP(random_state=0).fit_transform(rows.copy())


def opentsne() -> Layout:
    """Return openTSNE's with its defaults, on all processors."""
    import openTSNE

    return lambda rows: np.asarray(openTSNE.TSNE(n_jobs=-1, random_state=0).fit(rows))


TOOLS = {f.__name__: f for f in (marsad, umap, pacmap, localmap, opentsne)}


if __name__ == "__main__":
    main()
