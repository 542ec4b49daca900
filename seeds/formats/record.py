"""A record of a file as it was read, before it is an article."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Record:
    """One record, or why it could not be read.

    Attributes
    ----------
    key : str
        Where it stands, as ``line=3`` or ``row=3``.
    where : str
        The same for people, ``line 3``.
    values : dict, optional
    problem : str, optional
        Why there are no values.
    warning : str, optional
    encoding : str
        What the bytes were decoded with.
    """

    key: str
    where: str
    values: dict[str, Any] | None = None
    problem: str | None = None
    warning: str | None = None
    encoding: str = "utf-8"
