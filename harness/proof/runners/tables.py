"""Builds the text of a `.table` file, so that what a run measured and what a test says in its own words look different.

A line is a row, ` | ` separates cells, the first line is the head. Words of the test stand between asterisks, as
emphasis does in Markdown, and the page shows them in italics.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Cell:
    """A value that the run measured, counted, or read from a server, as it is to be shown."""

    value: object

    def __str__(self) -> str:
        return str(self.value)


@dataclass(frozen=True)
class Label:
    """Words that the test says. It asserts that they are true, but did not take them from anywhere."""

    words: object

    def __str__(self) -> str:
        return f"*{self.words}*"


def table(head: Sequence[str], *rows: Sequence[str | Cell | Label]) -> str:
    """The text of a table. Head and first column name what was measured; each other cell has to say what it is.

    Raises TypeError for a cell that does not, ValueError for a row of another length.
    """
    lines = [" | ".join(head)]
    for name, *cells in rows:
        if len(cells) + 1 != len(head):
            raise ValueError(f"row {name!r} has {len(cells) + 1} cells, the head has {len(head)}")
        for cell in cells:
            if not isinstance(cell, Cell | Label):
                raise TypeError(f"row {name!r}: {cell!r} must be a Cell (measured) or a Label (words of the test)")
        lines.append(" | ".join(map(str, (name, *cells))))
    return "\n".join(lines) + "\n"
