"""Files named `.marsadignore`: what in a folder is not to be read, by the rules of `.gitignore`.

The rules of a folder hold for all below it; those of a deeper folder go before.
"""

from __future__ import annotations

import os
from pathlib import Path

from pathspec import GitIgnoreSpec

from .decoding import decode
from .errors import SeedError

IGNORE_FILE = ".marsadignore"


class Ignored:
    """The rules that hold in one folder.

    Parameters
    ----------
    folder : str
    above : Ignored, optional
        The rules of the folder that this one lies in.

    Attributes
    ----------
    problem : str or None
        Why the folder's own rules cannot be used.
    """

    def __init__(self, folder: str, above: Ignored | None = None) -> None:
        self._folder, self._above = folder, above
        self._rules: GitIgnoreSpec | None = None
        self.problem: str | None = None
        path = Path(folder) / IGNORE_FILE
        try:
            if path.is_file():
                lines = decode(path.read_bytes(), str(path)).text.splitlines()
                self._rules = GitIgnoreSpec.from_lines(lines)
        except (OSError, ValueError) as error:
            self.problem = f"{path} cannot be used: {error}. Nothing is left out by it."
        except SeedError as error:
            self.problem = str(error)

    def names(self, path: str, *, is_folder: bool) -> bool:
        """Tell whether the rules leave out what lies at `path`, below the folder."""
        rules: Ignored | None = self
        while rules is not None:
            if rules._rules is not None:
                below = os.path.relpath(path, rules._folder).replace(os.sep, "/")
                include = rules._rules.check_file(below + "/" * is_folder).include
                if include is not None:
                    return include
            rules = rules._above
        return False
