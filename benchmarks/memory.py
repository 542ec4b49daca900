"""How much memory this process has taken."""

from __future__ import annotations

import resource
import sys
from pathlib import Path


def resident() -> float:
    """Return what is in memory now, in MiB; nan where the system does not say."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return float("nan")
    return pages * resource.getpagesize() / 2**20


def peak() -> float:
    """Return the most that was in memory at a time, in MiB."""
    largest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return largest / (2**20 if sys.platform == "darwin" else 2**10)
