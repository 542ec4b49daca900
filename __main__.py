"""``python -m marsad``."""

from .scripts.main import run

run()
