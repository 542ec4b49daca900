"""What this machine has: processor cores, the instructions they know, and a GPU or none."""

from __future__ import annotations

import hashlib
import math
import os
import platform
import shutil
from pathlib import Path

# Instruction sets that decide which runtime is fastest.
_TELLING = ("avx", "amx", "f16c", "fma", "asimd", "bf16", "i8mm", "sve")


def core_count() -> int:
    """Return how many cores this process may use: its affinity, and its container's share."""
    if hasattr(os, "sched_getaffinity"):
        cores = len(os.sched_getaffinity(0))
    else:
        cores = os.cpu_count() or 1
    share = _container_share()
    return max(1, min(cores, math.ceil(share)) if share else cores)


def processor_key() -> str:
    """Return 8 hexadecimal digits that stand for the processor's kind and instructions."""
    known: set[str] = set()
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    for line in lines:
        field, _, value = line.partition(":")
        if field.strip() in ("flags", "Features"):
            known = {flag for flag in value.split() if any(part in flag for part in _TELLING)}
            break
    text = " ".join([platform.machine(), platform.processor(), *sorted(known)])
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def nvidia_driver_present() -> bool:
    """Return whether asking torch for CUDA is worth its import."""
    return Path("/proc/driver/nvidia").exists() or shutil.which("nvidia-smi") is not None


def _container_share() -> float | None:
    """Return the cores a control group allows, such as 1.5, or None without such a limit."""
    try:
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text(encoding="ascii").split()
        return int(quota) / int(period)
    except (OSError, ValueError):  # no such file, or "max"
        return None
