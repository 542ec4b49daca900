"""What a run of ``marsad add`` says of what it reads: each thing once, the same things together.

What could not be read is counted, and kept in the collection by file, until it can be read.
"""

from __future__ import annotations

import logging
import re
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

from ..index import Collection, set_unread, unread_of
from ..seeds import STDIN, Problem

# Lines about a file that are told and kept: what is wrong with one record is often wrong with all.
UNREAD_KEPT = 20
# Warnings of one wording that are told one by one; the others are counted.
ALIKE_TOLD = 3

_LOG = logging.getLogger("marsad")
# What differs between warnings that say the same of several articles.
_PARTICULAR = re.compile(r"\d+|'[^']*'|\"[^\"]*\"")


@dataclass
class Telling:
    """Says what went wrong, and remembers of which file.

    Parameters
    ----------
    warn : callable
        Gets each line.
    """

    warn: Callable[[str], None]
    problems: int = 0
    _unread: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    _kept: set[str] = field(default_factory=set)
    _finished: list[tuple[str, str]] = field(default_factory=list)
    _alike: Counter[str] = field(default_factory=Counter)
    _last: dict[str, str] = field(default_factory=dict)
    _remarks: list[str] = field(default_factory=list)

    def known(self, collection: Collection) -> None:
        """Learn of which files something could not be read in earlier runs."""
        self._kept = {unread.file for unread in unread_of(collection)}

    def unread(self, file: str, problem: Problem) -> None:
        """Say what could not be read; of a file with very many such things the first ones."""
        self.problems += problem.count
        lines = self._unread[file]
        lines.append(problem.line)
        if len(lines) <= UNREAD_KEPT:
            self.warn(problem.line)
        if problem.trace:
            _LOG.debug("%s", problem.trace.rstrip())

    def is_whole(self, file: str) -> bool:
        """Tell whether nothing of a file was unread so far in this run."""
        return file not in self._unread

    def doubt(self, line: str) -> None:
        """Say what was read with doubt; of lines that say the same the first ones."""
        if self._is_of_the_first(line):
            self.warn(line)

    def remark(self, line: str) -> None:
        """Say something of a whole file, at the end; of lines that say the same the first ones."""
        if self._is_of_the_first(line):
            self._remarks.append(line)

    def passed_over(self, endings: Counter[str], where: str = "") -> None:
        """Say in one line how many files hold no articles, by their endings."""
        if endings:
            which = ", ".join(f"{number:,} {ending}" for ending, number in endings.most_common())
            files = "file was" if endings.total() == 1 else "files were"
            self.warn(f"{endings.total():,} {files} passed over{where}, no articles ({which})")

    def finished(self, file: str, name: str) -> None:
        """Note that a file was read to its end."""
        self._finished.append((file, name))

    def keep(self, collection: Collection) -> None:
        """Keep what could not be read of the files that are finished and stored."""
        for file, name in self._finished:
            lines = self._unread.get(file, [])
            if len(lines) > UNREAD_KEPT:
                self.warn(
                    f"{name}: {len(lines) - UNREAD_KEPT:,} more things in it could not be read"
                )
            if file != STDIN and (lines or file in self._kept):
                set_unread(collection, file, lines[:UNREAD_KEPT])
        self._finished = []

    def summary(self) -> None:
        """Say what was kept for the end, and how often lines came of which the first were told."""
        for line in self._remarks:
            self.warn(line)
        for alike, number in self._alike.items():
            if number > ALIKE_TOLD:
                self.warn(f"{number - ALIKE_TOLD:,} more like this: {self._last[alike]}")

    def _is_of_the_first(self, line: str) -> bool:
        """Count a line among those that say the same; tell whether it is one of the first."""
        said = line.partition(": ")[2] or line
        alike = _PARTICULAR.sub("", said)
        self._alike[alike] += 1
        if self._alike[alike] > ALIKE_TOLD:
            return False
        self._last[alike] = said
        return True
