"""A reader of feeds that hangs, eats memory, crashes or fails where a feed asks for it."""

from __future__ import annotations

import os
import signal
import time
from importlib import import_module


def articles(data: bytes, name: str) -> list:
    if b"HANG" in data:
        time.sleep(600)
    if b"EAT" in data:
        eaten = []
        while True:
            eaten.append(bytearray(1 << 24))
    if b"CRASH" in data:
        os.kill(os.getpid(), signal.SIGSEGV)
    if b"RAISE" in data:
        raise ZeroDivisionError("a reason\nof two lines")
    return import_module("marsad.seeds.formats.feed").articles(data, name)
