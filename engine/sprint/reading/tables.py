"""A CSV file or a workbook → titles and rows of cells, with the row and column of each for errors.

Its size is looked at before anything is read. CSV: commas, semicolons or tabs, UTF-8 with or without a byte order mark
or else Windows-1252, decimal points or commas. Workbooks: one sheet, opened as `engine/spreadsheet/opening.py` does it.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path as FilePath
from typing import NoReturn

from engine.errors import AnswersError, Fault, Place, nearest
from engine.faults import bare, short
from engine.spreadsheet.faults import WorkbookError, letter
from engine.spreadsheet.opening import Cell, Grid, grids
from engine.sprint.reading.values import WrongValue

LARGEST = 8_000_000
"""Bytes of a CSV file."""
MOST_ROWS = 200_000
MOST_COLUMNS = 400
LONGEST_CELL = 1_000
_LONGEST_LINE = 100_000
CSV_ENDINGS = (".csv", ".tsv", ".txt")
WORKBOOK_ENDINGS = (".xlsx", ".xlsm")
_SEPARATORS = (";", "\t", ",")
_MOST_HEADINGS = 5
"""Rows above the titles, such as the name of the test."""
_NO_UTF8 = "not UTF-8, so read as Windows-1252, as Excel often saves CSV; look at the letters of the names"
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Row:
    """One row with its number in the file, counted from 1."""

    line: int
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class Table:
    """Titles and rows; every row has as many cells as there are titles."""

    file: str
    titles: tuple[str, ...]
    title_line: int
    rows: list[Row]
    sheet: str = ""
    comma: bool = False
    """A comma in a number is known to be a decimal comma."""
    said: Mapping[str, str] = field(default_factory=dict)
    """What was taken for granted in reading the file, as `Plan.said`."""
    formulas: frozenset[int] = frozenset()
    """Columns with values that a spreadsheet program computed."""
    no_values: Mapping[tuple[int, int], WrongValue] = field(default_factory=dict)
    """By line and column: what stands in a cell instead of a value. It is wrong where the column is read."""

    def fault(self, line: int, column: int, wrong: WrongValue) -> Fault:
        """A mistake in a cell; `column` counts from 0."""
        sheet = f"sheet '{self.sheet}', " if self.sheet else ""
        title = self.titles[column] if column < len(self.titles) else ""
        where = f"{sheet}row {line}, column {letter(column + 1)}{f' ({bare(title)})' if title else ''}"
        place = Place(self.file, line, column + 1)
        return Fault(place, f"{where}: {wrong.message}", "", wrong.allowed, wrong.suggestion, wrong.code)


def refuse(file: str, message: str, code: str, allowed: str = "", suggestion: str = "", *, line: int = 1) -> NoReturn:
    """Say what is wrong with a file as a whole, or with one line of it.

    Raises: AnswersError.
    """
    raise AnswersError([Fault(Place(file, line, 1), message, "", allowed, suggestion, code)])


def contents(path: FilePath, file: str, largest: int = LARGEST) -> bytes:
    """The bytes of a file that is not too large; `file` is its name in errors.

    Raises: AnswersError, also when it cannot be opened.
    """
    try:
        if not path.is_file():
            what = "this is a folder" if path.is_dir() else "there is no such file"
            refuse(file, what, "no_file", "", near_file(path.name, _beside(path)))
        with path.open("rb") as stream:
            data = stream.read(largest + 1)
    except OSError as error:
        refuse(file, f"the file cannot be opened ({error.strerror or type(error).__name__})", "no_file")
    except ValueError:
        refuse(file, "this is no name of a file", "no_file")
    if len(data) > largest:
        refuse(file, f"the file is too large; at most {largest / 1e6:.0f} MB are read", "too_large")
    if not data.strip():
        refuse(file, "the file is empty", "empty")
    return data


def near_file(name: str, names: Iterable[str]) -> str:
    """The file that may be meant; its ending does not make one file like another.

    >>> near_file("anna.csv", ["ana.csv"]), near_file("nix.csv", ["28_mixdec.csv"])
    ('ana.csv', '')
    """
    stems = {FilePath(one).stem.lower(): one for one in names}
    stem = FilePath(name).stem.lower()
    return stems.get(nearest(stem, stems), "") if len(name) < 80 else ""


def _beside(path: FilePath) -> list[str]:
    return sorted(one.name for one in path.parent.iterdir()) if path.parent.is_dir() else []


def read_table(path: FilePath, file: str, *, sheet: str | None = None) -> Table:
    """The table in a CSV file or a workbook, by the ending of its name.

    Raises: AnswersError.
    """
    ending = path.suffix.lower()
    if ending in WORKBOOK_ENDINGS:
        return _workbook(contents(path, file), file, sheet)
    if ending not in CSV_ENDINGS:
        refuse(file, f"files ending in '{bare(ending)}' are not read here", "unknown_ending",
               ", ".join((*CSV_ENDINGS, *WORKBOOK_ENDINGS)))  # fmt: skip
    if sheet is not None:
        refuse(file, f"a text file has no sheets, and the sheet {short(sheet)} was asked for", "no_sheet")
    return _csv(contents(path, file), file)


# --- CSV ------------------------------------------------------------------------------------------------------------


def decoded(data: bytes, file: str) -> tuple[str, bool]:
    """The text of a file in UTF-8, with or without a byte order mark, and whether it is; else it is Windows-1252.

    That is what a spreadsheet program in western Europe saves as CSV unless told otherwise, and it contains Latin 1.
    Raises: AnswersError, for what is no text in either; it names the encoding problem and its line.
    """
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        refuse(file, "the file is saved as UTF-16 (Unicode text); save it as CSV UTF-8", "encoding")
    if data[:4] == b"PK\x03\x04":
        refuse(file, "this is a workbook or a packed file and no text; a workbook ends in .xlsx", "not_a_text")
    data = data.removeprefix(b"\xef\xbb\xbf")
    try:
        text, is_utf8 = data.decode("utf-8"), True
    except UnicodeDecodeError as error:
        text, is_utf8 = _windows(data, error.start, file), False
    if match := _CONTROL.search(text):
        line = text.count("\n", 0, match.start()) + 1
        message = f"line {line} holds the character U+{ord(match[0]):04X}, which is no text; is this a text file?"
        refuse(file, message, "control_character", line=line)
    return text, is_utf8


def _windows(data: bytes, wrong: int, file: str) -> str:
    """The text in Windows-1252; `wrong` is the first byte that is no UTF-8."""
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError as error:
        text, wrong = "\0", error.start
    if _CONTROL.search(text):
        line = data.count(b"\n", 0, wrong) + 1
        message = f"line {line} is not UTF-8 text (byte 0x{data[wrong]:02x}); save the file as CSV UTF-8"
        refuse(file, message, "encoding", line=line)
    return text


def _csv(data: bytes, file: str) -> Table:
    text, is_utf8 = decoded(data, file)
    separator = _separator(text)
    rows = list(_records(text, separator, file))
    if not rows:
        refuse(file, "the file is empty", "empty")
    said = _headings(rows) | ({} if is_utf8 else {"encoding": _NO_UTF8})
    table = Table(file, _titles(rows[0].cells), rows[0].line, rows[1:], comma=separator != ",", said=said)
    _even(table, separator)
    return _checked(table)


def _separator(text: str) -> str:
    """What stands between cells in the first line that has any of it; a heading above the table has none."""
    for line in islice((line for line in text.splitlines() if line.strip()), _MOST_HEADINGS + 1):
        bare_line = re.sub(r'"[^"]*"', "", line)
        found = max(_SEPARATORS, key=bare_line.count)
        if found in bare_line:
            return found
    return _SEPARATORS[0]


def _records(text: str, separator: str, file: str) -> Iterator[Row]:
    """Rows that hold something, with the line each begins in."""
    for at, each in enumerate(text.splitlines(), 1):
        if len(each) > _LONGEST_LINE:
            refuse(file, f"line {at} has {len(each):,} letters; is this a table?", "too_long", line=at)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    begins, count = 1, 0
    try:
        for cells in reader:
            stripped: list[Cell] = [cell.strip() or None for cell in cells]
            if any(cell is not None for cell in stripped):
                count += 1
                if count > MOST_ROWS:
                    refuse(file, f"more than {MOST_ROWS:,} rows", "too_many_rows", line=begins)
                if len(cells) > MOST_COLUMNS or max(map(len, cells)) > LONGEST_CELL:
                    refuse(file, f"line {begins} has more than {MOST_COLUMNS} cells, or a cell of more than "
                           f"{LONGEST_CELL:,} letters", "too_long", line=begins)  # fmt: skip
                yield Row(begins, stripped)
            begins = reader.line_num + 1
    except csv.Error:
        refuse(file, f"line {reader.line_num}: the quotes of this row do not close as they should", "quotes",
               line=max(1, reader.line_num))  # fmt: skip


def _even(table: Table, separator: str) -> None:
    """Every row has as many cells as there are titles; empty ones at the end do not count as too many."""
    wide = len(table.titles)
    faults: list[Fault] = []
    for row in table.rows:
        while len(row.cells) > wide and row.cells[-1] is None:
            row.cells.pop()
        if len(row.cells) != wide and len(faults) < _FAULTS:
            more = len(row.cells) > wide
            hint = "; with decimal commas, separate the columns by semicolons" if more and separator == "," else ""
            message = f"the row has {len(row.cells)} cells, the row of titles has {wide}{hint}"
            column = min(wide, len(row.cells))
            faults.append(table.fault(row.line, column, WrongValue(message, code="ragged_row")))
    if faults:
        raise AnswersError(faults)


_FAULTS = 20


# --- workbooks ------------------------------------------------------------------------------------------------------


def _workbook(data: bytes, file: str, sheet: str | None) -> Table:
    try:
        found = grids(data, file, stored=True)
    except WorkbookError as error:
        faults = [Fault(Place(file, max(1, cell.row), max(1, cell.column)), _told(cell.sheet, cell.row, cell.column)
                        + cell.message, "", cell.allowed, cell.suggestion, cell.code)
                  for cell in error.cells]  # fmt: skip
        raise AnswersError(faults) from None
    grid = _sheet(found, file, sheet)
    rows = [Row(number, list(cells)) for number, cells in enumerate(grid.rows, start=1)
            if any(_filled(cell) for cell in cells)]  # fmt: skip
    wide = max(map(len, (row.cells for row in rows)), default=0)
    for row in rows:
        row.cells.extend([None] * (wide - len(row.cells)))
        row.cells[:] = [cell.strip() or None if isinstance(cell, str) else cell for cell in row.cells]
    said = _headings(rows)
    table = Table(file, _titles(rows[0].cells), rows[0].line, rows[1:], grid.name, comma=True, said=said,
                  formulas=frozenset(column - 1 for row, column in grid.formulas if row > rows[0].line),
                  no_values={(row, column - 1): WrongValue(cell.message, code=cell.code)
                             for (row, column), cell in sorted(grid.no_values.items())})  # fmt: skip
    if faults := [table.fault(line, column, wrong) for (line, column), wrong in table.no_values.items()
                  if line == table.title_line]:  # fmt: skip
        raise AnswersError(faults)
    return _checked(table)


def _told(sheet: str, row: int, column: int) -> str:
    where = [f"sheet '{sheet}'"] if sheet else []
    where += [f"row {row}"] if row else []
    where += [f"column {letter(column)}"] if column else []
    return f"{', '.join(where)}: " if where else ""


def _filled(cell: Cell) -> bool:
    return bool(cell.strip()) if isinstance(cell, str) else cell is not None


def _sheet(found: Mapping[str, Grid], file: str, sheet: str | None) -> Grid:
    if sheet is not None:
        if sheet not in found:
            refuse(file, f"the workbook has no sheet {short(sheet)}", "no_sheet", ", ".join(map(bare, found)),
                   nearest(sheet, found) if len(sheet) < 80 else "")  # fmt: skip
        found = {sheet: found[sheet]}
    filled = [grid for grid in found.values() if any(_filled(cell) for row in grid.rows for cell in row)]
    if not filled:
        refuse(file, "the sheet is empty" if sheet else "the workbook is empty", "empty")
    if len(filled) > 1:
        refuse(file, "the workbook has several sheets with something in them; say which one with --sheet",
               "several_sheets", ", ".join(bare(grid.name) for grid in filled))  # fmt: skip
    return filled[0]


# --- both -----------------------------------------------------------------------------------------------------------


def _headings(rows: list[Row]) -> dict[str, str]:
    """Takes rows with one filled cell away from above the titles, and says so; a table of one column has no heading."""
    filled = [sum(_filled(cell) for cell in row.cells) for row in rows[: _MOST_HEADINGS + 1]]
    titles = next((at for at, count in enumerate(filled) if count > 1), 0)
    headings, rows[:] = rows[:titles], rows[titles:]
    return {
        bare(str(next(filter(_filled, row.cells)))): f"a heading; the titles are read from row {rows[0].line}"
        for row in headings
    }


def _titles(cells: list[Cell]) -> tuple[str, ...]:
    """Titles as texts; those at the end that are empty stay, for the columns below them."""
    return tuple(f"{cell:g}" if isinstance(cell, float) else "" if cell is None else " ".join(str(cell).split())
                 for cell in cells)  # fmt: skip


def _checked(table: Table) -> Table:
    """The table, once its titles are titles: something below each, none twice, and rows below them."""
    if not table.rows:
        refuse(table.file, "there are no rows below the titles", "no_rows", line=table.title_line)
    faults: list[Fault] = []
    seen: dict[str, int] = {}
    for column, title in enumerate(table.titles):
        if title and title.lower() in seen:
            message = (
                f"this title is there twice, in columns {letter(seen[title.lower()] + 1)} and {letter(column + 1)}"
            )
            faults.append(table.fault(table.title_line, column, WrongValue(message, code="duplicate_title")))
        seen.setdefault(title.lower(), column)
        if not title:
            line = next((row.line for row in table.rows if row.cells[column] is not None), 0)
            if line:
                message = "there is a value here, and the column has no title"
                faults.append(table.fault(line, column, WrongValue(message, code="no_title")))
    if faults:
        raise AnswersError(faults[:_FAULTS])
    return table
