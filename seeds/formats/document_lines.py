"""Lines of a written document, put together as its elements begin and end.

A paragraph is a line, and so is a row of a table. A paragraph can hold others (a text box, a
note): their lines come after its own.
"""

from __future__ import annotations


class DocumentLines:
    """What was said so far: `lines`, once everything has ended."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._said: list[list[str]] = []  # the pieces of each paragraph that is open
        self._inner: list[list[str]] = []  # the lines inside each
        self._rows: list[tuple[int, list[list[str]]]] = []  # rows that are open, in which depth

    def begin_paragraph(self) -> None:
        """Open a paragraph, inside another if one is open."""
        self._said.append([])
        self._inner.append([])

    def say(self, text: str) -> None:
        """Add to the paragraph that is open; nothing where there is none."""
        if self._said:
            self._said[-1].append(text)

    def end_paragraph(self) -> None:
        """Close a paragraph; line breaks in it make lines."""
        if self._said:
            said, inner = "".join(self._said.pop()), self._inner.pop()
            lines = (" ".join(line.split()) for line in said.split("\n"))
            self._put([*filter(None, lines), *inner])

    def begin_row(self) -> None:
        """Open a row of a table."""
        self._rows.append((len(self._said), []))

    def begin_cell(self) -> None:
        """Open the next cell of a row."""
        if self._rows:
            self._rows[-1][1].append([])

    def end_row(self) -> None:
        """Close a row of a table: its cells become a line."""
        if self._rows:
            said = [" ".join(cell) for cell in self._rows.pop()[1] if cell]
            self._put([" | ".join(said)] if said else [])

    def _put(self, lines: list[str]) -> None:
        in_cell = self._rows and self._rows[-1][1] and self._rows[-1][0] == len(self._said)
        if in_cell:
            self._rows[-1][1][-1] += lines
        elif self._said:
            self._inner[-1] += lines
        else:
            self.lines += lines
