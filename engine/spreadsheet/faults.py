"""What is wrong with a workbook, told by sheet, row, column and value."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from engine.errors import EditError, Fault


@dataclass(frozen=True, slots=True)
class CellFault:
    """One mistake in a workbook. Row and column count from 1; 0 where the whole sheet or workbook is meant."""

    file: str
    sheet: str = ""
    row: int = 0
    column: int = 0
    about: str = ""
    """What stands in the row and the column: `overstriding foot_ahead_on_video, then`."""
    value: str = ""
    message: str = ""
    allowed: str = ""
    suggestion: str = ""
    code: str = ""

    def __str__(self) -> str:
        where = [self.file]
        if self.sheet:
            where.append(f"sheet '{self.sheet}'")
        if self.row:
            where.append(f"row {self.row}")
        if self.column:
            where.append(f"column {letter(self.column)}")
        if self.about:
            where.append(f"({self.about})")
        found = f"'{_short(self.value)}': " if self.value else ""
        lines = [f"{', '.join(where).replace(', (', ' (')}: {found}{self.message}"]
        if self.suggestion:
            lines.append(f"Did you mean '{self.suggestion}'?")
        if self.allowed:
            lines.append(f"Allowed: {self.allowed}")
        return "\n".join(lines)


class WorkbookError(EditError):
    """A workbook cannot be taken over: mistakes in cells, and mistakes the pages would have."""

    def __init__(self, cells: Iterable[CellFault], pages: Iterable[Fault] = ()) -> None:
        self.cells: Sequence[CellFault] = sorted(cells, key=lambda one: (one.sheet, one.row, one.column, one.message))
        self.pages = tuple(pages)
        super().__init__("\n\n".join(map(str, (*self.cells, *self.pages))))


def letter(column: int) -> str:
    """The letters of a column counted from 1.

    >>> letter(1), letter(26), letter(27), letter(703)
    ('A', 'Z', 'AA', 'AAA')
    """
    letters = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= 80 else flat[:77] + "…"
