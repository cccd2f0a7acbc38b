"""A workbook somebody sends → the values of its cells. Its size is looked at before anything is read, and nothing in
it is run, followed or computed. A formula is refused with its place, and so is an error; who asks for `stored` values
gets those that the spreadsheet program computed and saved, and the places of the cells that have none.
"""

import datetime
import io
import re
import zipfile
import zlib
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import NoReturn
from xml.etree import ElementTree

from engine.spreadsheet.faults import CellFault, WorkbookError, letter

Cell = str | float | bool | datetime.date | datetime.time | datetime.timedelta | None
"""What a cell may hold; None: nothing."""

LARGEST = 5_000_000
"""Bytes of the file."""
LARGEST_INSIDE = 15_000_000
"""Bytes of everything packed in it."""
MOST_PARTS = 300
MOST_ROWS = 5_000
MOST_COLUMNS = 400
MOST_CELLS = 200_000
"""From the first to the last cell of each sheet, all sheets together, empty ones included."""
MOST_LETTERS = 20_000_000
"""Of all cells together."""
MOST_FORMULAS = 50
"""After so many formulas or errors in a sheet we stop looking for more."""
_LARGEST_INDEX = 1_000_000

_ANY_CELL = re.compile(rb"<(?:\w+:)?c[\s/>]")
_CELL = re.compile(rb'<(?:\w+:)?c\s(?:[^<>]*?\s)?r="([A-Z]{1,4})(\d{1,9})"')
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_ERROR = re.compile(rb"<(?:\w+:)?c\s[^<>]{0,200}?\bt=[\"']e[\"']")
_NO_VALUES = (
    (_FORMULA, (b"f",), "a formula; only values are read, so type the value it should have", "formula"),
    (
        _ERROR,
        (b'"e"', b"'e'"),
        "an error of the spreadsheet program, like #DIV/0!; type the value the cell should have",
        "error",
    ),
)
"""What may stand in a cell and is no value: pattern, bytes without which it cannot be there, message, code.

An error would otherwise be read as an empty cell."""
_STORED = re.compile(rb"<(?:\w+:)?v(?:\s[^<>]*)?>[^<]")
_STORED_TEXT = re.compile(rb"<(?:\w+:)?c\s[^<>]{0,200}?\bt=[\"']str[\"']")
"""A formula that gave a text: an empty one is a value too."""
_NEVER_COMPUTED = "a formula without a stored value; open the workbook in Excel and save it, or type the value"
_SHARED = re.compile(rb"<(?:\w+:)?c\s[^<>]*?t\s*=\s*[\"']s[\"'][^<>]*>\s*<(?:\w+:)?v[^<>]*>\s*(\d{1,9})\s*<")
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


Place = tuple[int, int]
"""Row and column of a cell, from 1."""


@dataclass(frozen=True, slots=True)
class Grid:
    """The cells of one sheet, from its first row and column on."""

    name: str
    rows: list[list[Cell]]
    formulas: frozenset[Place] = frozenset()
    """Cells whose value was computed and saved by a spreadsheet program; only where stored values were asked for."""
    no_values: Mapping[Place, CellFault] = field(default_factory=dict)
    """Errors, and formulas that were never computed; their cells are empty in `rows`, or hold no value to be used."""


def grids(content: bytes, file: str, *, stored: bool = False) -> dict[str, Grid]:
    """Every sheet of a workbook by name; with `stored`, formulas are read by the values saved with them.

    Raises: WorkbookError, when it is no workbook or too large; without `stored` also for every formula and error.
    """
    parts = _parts(content, file)
    if "xl/workbook.xml" not in parts:
        _refuse(file, "this is no Excel workbook; save it as .xlsx and try again", "not_a_workbook")
    formulas: list[CellFault] = []
    left = _Left([len(text) for text in parts.get("xl/sharedStrings.xml", b"").split(b"</si>")])
    computed: dict[str, tuple[frozenset[Place], dict[Place, CellFault]]] = {}
    for name, part in _sheet_parts(parts, file):
        places = _examined(name, part, file, left)
        if stored:
            computed[name] = _computed(name, part, file, places)
        else:
            formulas += _no_values(name, part, file, places)
    if formulas:
        raise WorkbookError(formulas)
    found = _read(_packed(parts), file)
    if astray := [one for name, (_, wrong) in computed.items() if name not in found for one in wrong.values()]:
        raise WorkbookError(astray)
    return {name: Grid(name, rows, *computed.get(name, (frozenset(), {}))) for name, rows in found.items()}


def _parts(content: bytes, file: str) -> dict[str, bytes]:
    """What is packed in the file, each part no larger than it says and all together no larger than allowed."""
    if len(content) > LARGEST:
        _refuse(file, f"the file is too large ({len(content) / 1e6:.1f} MB); at most {LARGEST / 1e6:.0f} MB are read",
                "too_large")  # fmt: skip
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            entries = packed.infolist()
            size = sum(entry.file_size for entry in entries)
            if len(entries) > MOST_PARTS or size > LARGEST_INSIDE:
                _refuse(file, f"unpacked it would be too large ({len(entries)} parts, {size / 1e6:.0f} MB)", "bomb")
            if len({entry.filename for entry in entries}) != len(entries):
                _refuse(file, "two parts of the file have the same name", "damaged")
            return {entry.filename: _unpacked(packed, entry) for entry in entries if not entry.is_dir()}
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError) as error:
        what = "it needs a password" if "password" in str(error) else "save it as .xlsx and try again"
        _refuse(file, f"this is no Excel workbook, or a damaged one; {what}", "not_a_workbook")


def _unpacked(packed: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    with packed.open(entry) as stream:
        return stream.read(entry.file_size)


def _packed(parts: Mapping[str, bytes]) -> bytes:
    """The same parts, not compressed: so whoever reads them on meets only what we have measured."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as packed:
        for name, part in parts.items():
            if name.endswith((".xml", ".rels")):
                packed.writestr(name, part)
    return out.getvalue()


def _sheet_parts(parts: Mapping[str, bytes], file: str) -> Iterator[tuple[str, bytes]]:
    """Every sheet with its name; each XML part is first seen to hold no definitions of its own."""
    for name, part in parts.items():
        if name.endswith((".xml", ".rels")) and (b"<!" in part or b"\0" in part):
            _refuse(file, f"the part {_plain(name)} of the file is not as a spreadsheet program writes it", "damaged")
    index, links = parts["xl/workbook.xml"], parts.get("xl/_rels/workbook.xml.rels", b"<none/>")
    if max(len(index), len(links)) > _LARGEST_INDEX:
        _refuse(file, "the list of its sheets is too long", "bomb")
    try:
        relations = {one.get("Id"): one.get("Target", "") for one in ElementTree.fromstring(links)}
        sheets = [(one.get("name", ""), relations.get(one.get(_RELATION), ""))
                  for one in ElementTree.fromstring(index).iter() if one.tag.endswith("}sheet")]  # fmt: skip
    except ElementTree.ParseError:
        _refuse(file, "this is no Excel workbook, or a damaged one; save it as .xlsx and try again", "not_a_workbook")
    known = {f"xl/{target.lstrip('/').removeprefix('xl/')}": name for name, target in sheets}
    for name, part in parts.items():
        if name in known or name.startswith("xl/worksheets/"):
            yield known.get(name, _plain(name)), part


@dataclass(frozen=True, slots=True)
class _Places:
    """Where the cells of a sheet begin in its text, and their rows and columns."""

    starts: list[int]
    cells: list[Place]

    def at(self, position: int) -> int:
        """Which cell a position of the text lies in; -1 before the first."""
        return bisect_right(self.starts, position) - 1


def _examined(sheet: str, part: bytes, file: str, left: "_Left") -> _Places:
    """The cells of one sheet; it is refused when it reaches too far."""
    cells = sum(1 for _ in islice(_ANY_CELL.finditer(part), MOST_CELLS))
    if cells == MOST_CELLS:
        _too_far(file, sheet, "more cells than are read")
    places = [(match.start(), int(match[2]), _column(match[1])) for match in _CELL.finditer(part)]
    if len(places) != cells:
        _refuse(file, f"the sheet '{sheet}' is not as a spreadsheet program writes it", "damaged")
    last_row = max((row for _, row, _ in places), default=0)
    last_column = max((column for *_, column in places), default=0)
    if last_row > MOST_ROWS or last_column > MOST_COLUMNS:
        _too_far(file, sheet, f"cells in row {last_row:,} and column {letter(last_column)}; at most {MOST_ROWS:,} rows "
                 f"and {MOST_COLUMNS} columns are read")  # fmt: skip
    left.cells -= last_row * last_column
    left.letters -= len(part) + sum(left.length(int(match[1])) for match in _SHARED.finditer(part))
    if left.cells < 0 or left.letters < 0:
        _too_far(file, sheet, "more cells or longer texts than are read")
    return _Places([start for start, *_ in places], [(row, column) for _, row, column in places])


def _no_values(sheet: str, part: bytes, file: str, places: _Places) -> list[CellFault]:
    """The formulas and errors of one sheet."""
    found = []
    for pattern, signs, message, code in _NO_VALUES:
        seen = pattern.finditer(part) if any(sign in part for sign in signs) else iter(())
        for match in islice(seen, MOST_FORMULAS):
            at = places.at(match.start())
            row, column = places.cells[at] if at >= 0 else (0, 0)
            found.append(CellFault(file, sheet, row, column, message=message, code=code))
    return found


def _computed(
    sheet: str, part: bytes, file: str, places: _Places
) -> tuple[frozenset[Place], dict[Place, CellFault]]:
    """The formulas of one sheet that were computed; and those that were not, with the errors."""
    wrong: dict[Place, CellFault] = {}
    formulas = set()
    ends = [*places.starts[1:], len(part)]
    for at in sorted({places.at(match.start()) for match in _FORMULA.finditer(part)} - {-1}):
        place = places.cells[at]
        begin, end = places.starts[at], ends[at]
        if _STORED.search(part, begin, end) or _STORED_TEXT.match(part, begin, end):
            formulas.add(place)
        else:
            wrong[place] = CellFault(file, sheet, *place, message=_NEVER_COMPUTED, code="formula")
    _, _, message, code = _NO_VALUES[1]
    for at in {places.at(match.start()) for match in _ERROR.finditer(part)} - {-1}:
        place = places.cells[at]
        wrong[place] = CellFault(file, sheet, *place, message=message, code=code)
    return frozenset(formulas - wrong.keys()), wrong


@dataclass(slots=True)
class _Left:
    """How much more may be read; `texts` are the lengths of the texts that cells share."""

    texts: list[int]
    cells: int = MOST_CELLS
    letters: int = MOST_LETTERS

    def length(self, number: int) -> int:
        """How long a shared text is."""
        return self.texts[number] if number < len(self.texts) else 0


def _column(letters: bytes) -> int:
    number = 0
    for sign in letters:
        number = number * 26 + sign - 64
    return number


def _too_far(file: str, sheet: str, what: str) -> NoReturn:
    message = f"the sheet has {what}. Clear what is not needed."
    raise WorkbookError([CellFault(file, sheet, message=message, code="too_large")])


def _read(content: bytes, file: str) -> dict[str, list[list[Cell]]]:
    from python_calamine import CalamineWorkbook

    found: dict[str, list[list[Cell]]] = {}
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        for name in book.sheet_names:
            sheet = book.get_sheet_by_name(name)
            rows = sheet.to_python(skip_empty_area=False)
            found[name] = [[None if cell == "" else cell for cell in row] for row in rows]
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException as error:
        message = "this workbook cannot be read; save it again as .xlsx and try again"
        raise WorkbookError([CellFault(file, message=message, code="damaged")]) from error
    return found


def _plain(name: str) -> str:
    return ascii(name)[1:-1][:60]


def _refuse(file: str, message: str, code: str) -> NoReturn:
    raise WorkbookError([CellFault(file, message=message, code=code)])
