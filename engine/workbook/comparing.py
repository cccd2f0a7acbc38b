"""Workbook against pages: which values were changed on which page, and what is wrong with cells.

Three things are compared: a cell, what the page says now, and what the page said when the workbook was made (its hidden
sheet remembers a mark of each cell). So a page that changed meanwhile keeps its change, and only where both changed is
there a conflict.
"""

import copy
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.compile import COUNTS
from engine.errors import nearest
from engine.knowledge import KnowledgeBase, Path
from engine.spreadsheet.faults import CellFault
from engine.spreadsheet.opening import Cell, Grid
from engine.workbook.forms import CellValueError, Form, canonical, fingerprint, shown, unix, value
from engine.workbook.tables import Column, Opened, Row, Sheet, Table, at, page_name, test_column
from engine.workbook.writing import EXPORTED

Names = tuple[str, ...]


@dataclass(slots=True)
class Edit:
    """What the workbook wants of one page: its data with the changed values, new things, and things taken away."""

    data: Any
    added: list[tuple[Path, Any]] = field(default_factory=list)
    """Where (a list or mapping of the page), and the thing; in a mapping a pair of its name and itself."""
    removed: list[Path] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class At:
    """A cell, to tell a fault of the page at the cell that made it."""

    sheet: str
    row: int
    column: int
    about: str
    value: str = ""


@dataclass(slots=True)
class Comparison:
    """Everything found."""

    edits: dict[str, Edit] = field(default_factory=dict)
    faults: list[CellFault] = field(default_factory=list)
    cells: dict[tuple[str, Path], At] = field(default_factory=dict)
    """The changed cells, by page and path."""
    version: str = ""
    hash: str = ""
    """Of the pages the workbook was made from; empty when it does not say."""
    kept: int = 0
    """Cells the coach left alone whose page changed since; the page's value stays."""


@dataclass(frozen=True, slots=True)
class _Base:
    """What the workbook remembers of the day it was made."""

    version: str = ""
    hash: str = ""
    rows: Mapping[str, Mapping[Names, Mapping[str, str]]] = field(default_factory=dict)

    def row(self, sheet: str, names: Names) -> Mapping[str, str] | None:
        return self.rows.get(sheet, {}).get(names)


def compare(
    grids: Mapping[str, Grid],
    sheets: Sequence[Sheet],
    pages: Mapping[str, Opened],
    knowledge: KnowledgeBase,
    *,
    file: str,
    allow_removal: bool,
) -> Comparison:
    """What a workbook changes."""
    base = _base(grids.get(EXPORTED))
    found = Comparison(version=base.version, hash=base.hash)
    for sheet in sheets:
        grid = grids.get(sheet.table.sheet)
        if grid is None:
            near = nearest(sheet.table.sheet, [name for name in grids if name not in {s.table.sheet for s in sheets}])
            message = "the sheet is missing" + (f"; is '{near}' meant to be it? Give it its name back" if near else "")
            found.faults.append(CellFault(file, sheet.table.sheet, message=message, code="missing_sheet"))
            continue
        _Sheet(found, grid, sheet, pages, knowledge, base, file, allow_removal).compare()
    return found


def _base(grid: Grid | None) -> _Base:
    if grid is None:
        return _Base()
    head: dict[str, str] = {}
    rows: dict[str, dict[Names, dict[str, str]]] = {}
    for cells in grid.rows:
        words = [cell if isinstance(cell, str) else "" for cell in (*cells, None, None, None)[:3]]
        if words[0] in ("version", "hash"):
            head[words[0]] = words[1]
        else:
            marks = (line.rpartition("=") for line in unix(words[2]).split("\n") if line)
            names = tuple(unix(words[1]).split("\n"))
            rows.setdefault(words[0], {})[names] = {title: mark for title, _, mark in marks}
    return _Base(head.get("version", ""), head.get("hash", ""), rows)


@dataclass(slots=True)
class _Sheet:
    """One sheet being compared."""

    found: Comparison
    grid: Grid
    sheet: Sheet
    pages: Mapping[str, Opened]
    knowledge: KnowledgeBase
    base: _Base
    file: str
    allow_removal: bool
    columns: dict[int, Column] = field(default_factory=dict)
    name_columns: list[int] = field(default_factory=list)

    @property
    def table(self) -> Table:
        return self.sheet.table

    def compare(self) -> None:
        if not self._heads():
            return
        known = {row.names: row for row in self.sheet.rows}
        seen: dict[Names, int] = {}
        for number, cells in enumerate(self.grid.rows[1:], 2):
            names = tuple(_name(self._cell(cells, column)) for column in self.name_columns)
            filled = [column for column in self.columns if not _empty(self._cell(cells, column))]
            if not any(names):
                if filled:
                    self._fault(number, filled[0], f"a row without a name; fill {self._first_heads()}", "no_name",
                                cell=self._cell(cells, filled[0]))  # fmt: skip
                continue
            if names in seen:
                self._fault(number, self.name_columns[-1], f"the same row stands in row {seen[names]} too; keep one",
                            "twice", names=names)  # fmt: skip
                continue
            if row := known.get(names):
                seen[names] = number
                self._row(number, cells, row)
            elif self.base.row(self.table.sheet, names) is not None:
                self._gone_from_pages(number, cells, names)
            else:
                self._new(number, cells, names)
        self._removed(known, seen)

    # --- heads ------------------------------------------------------------------------------------------------------

    def _heads(self) -> bool:
        """Find every column; False where so many are missing that rows cannot be told apart."""
        expected = {_head(column.head): column for column in self.sheet.columns}
        places: dict[str, int] = {}
        for place, cell in enumerate(self.grid.rows[0] if self.grid.rows else [], 1):
            head = _head(_name(cell))
            if not head:
                self._headless(place)
            elif head in places:
                self._fault(1, place, "two columns have this head; keep one", "twice", cell=cell)
            else:
                places[head] = place
                self._known_head(head, place, expected, cell)
        self.name_columns = [places[_head(name)] for name in self.table.heads if _head(name) in places]
        missing = [name for name in self.table.heads if _head(name) not in places]
        missing += [column.head for column in self.sheet.columns if _head(column.head) not in places]
        if missing:
            names = ", ".join(f"'{name}'" for name in missing)
            what = f"columns {names} are" if len(missing) > 1 else f"column {names} is"
            self._fault(1, 0, f"the {what} missing; export again, or give each column its head back", "missing_column")
        return len(self.name_columns) == len(self.table.heads)

    def _known_head(self, head: str, place: int, expected: Mapping[str, Column], cell: Cell) -> None:
        if head in {_head(name) for name in self.table.heads}:
            return
        if column := expected.get(head):
            self.columns[place] = column
            return
        id = _name(cell)
        testable = {*self.knowledge.measures, *self.knowledge.derived, *self.knowledge.deficits, *COUNTS}
        if self.table.tests and id in testable:
            self.columns[place] = test_column(id)
            return
        near = nearest(id, {*(column.head for column in expected.values()), *(testable if self.table.tests else ())})
        also = " and no measure" if self.table.tests else ""
        self._fault(1, place, f"no column of this sheet{also} has this name", "unknown_column", cell=cell, near=near)

    def _headless(self, place: int) -> None:
        for number, cells in enumerate(self.grid.rows[1:], 2):
            if not _empty(self._cell(cells, place)):
                self._fault(number, place, "the column has no head; write the name of a measure in row 1", "no_head",
                            cell=self._cell(cells, place))  # fmt: skip
                return

    # --- rows -------------------------------------------------------------------------------------------------------

    def _row(self, number: int, cells: Sequence[Cell], row: Row) -> None:
        data = self.pages[row.place].data
        base = self.base.row(self.table.sheet, row.names)
        for place, column in self.columns.items():
            path = (*row.path, *column.path)
            cell = self._cell(cells, place)
            mine, theirs = canonical(column.form, cell), canonical(column.form, shown(column.form, at(data, path)))
            if mine == theirs:
                continue
            if base is not None:
                remembered = base.get(column.head, _NOTHING)
                if _mark(mine) == remembered:
                    self.found.kept += 1
                    continue
                if _mark(theirs) != remembered:
                    message = f"changed here, and on the page since the workbook was made; the page says '{theirs}' now"
                    self._fault(number, place, message, "conflict", names=row.names, cell=cell)
                    continue
            self._change(number, place, column, cell, row, path)

    def _change(self, number: int, place: int, column: Column, cell: Cell, row: Row, path: Path) -> None:
        try:
            new = value(column.form, cell)
        except CellValueError as error:
            self._fault(number, place, error.message, "value", names=row.names, cell=cell, near=error.suggestion,
                        allowed=error.allowed)  # fmt: skip
            return
        page = self.pages[row.place]
        edit = self.found.edits.setdefault(row.place, Edit(copy.deepcopy(page.data)))
        if new is None and self.table.leaves:
            self._fault(number, place, "a number is missing here", "value", names=row.names)
            return
        _put(edit.data, path, _emptied(column.form, at(page.data, path)) if new is None else new)
        self._remember(row.place, path, number, place, row.names, cell)

    def _gone_from_pages(self, number: int, cells: Sequence[Cell], names: Names) -> None:
        base = self.base.row(self.table.sheet, names) or {}
        for place, column in self.columns.items():
            if _mark(canonical(column.form, self._cell(cells, place))) != base.get(column.head, _NOTHING):
                message = "changed here, but the pages have no such thing any more; delete the row, or export again"
                self._fault(number, place, message, "conflict", names=names, cell=self._cell(cells, place))
                return

    def _new(self, number: int, cells: Sequence[Cell], names: Names) -> None:
        near = nearest(" ".join(names), [" ".join(row.names) for row in self.sheet.rows])
        if not self.table.grows:
            message = f"there is no such {self.table.heads[-1]}; new pages are made with `limiter rules new`"
            self._fault(number, self.name_columns[0], message, "unknown_row", names=names, near=near)
            return
        place = self._page(number, names)
        if place is None:
            self._thing(number, cells, names)
            return
        thing: dict[str, Any] = {}
        own = names[len(names) - len(self.table.names) :] if self.table.names else ()
        for name, word, name_place in zip(self.table.names, own, self.name_columns[-len(own) or None :], strict=False):
            if not word:
                self._fault(number, name_place, f"a new row needs its {name}", "no_name", names=names)
                return
            thing[name] = word
        list_path: Path = (self.table.inside,)
        edit = self.found.edits.setdefault(place, Edit(copy.deepcopy(self.pages[place].data)))
        existing = at(self.pages[place].data, list_path) or []
        added = len([one for one, _ in edit.added if one == list_path])
        item: str | int = names[0] if isinstance(existing, dict) else len(existing) + added
        values = self._thing(number, cells, names)
        for column_place, new in (values or {}).items():
            path = self.columns[column_place].path
            _put(thing, path, new)
            cell = self._cell(cells, column_place)
            self._remember(place, (*list_path, item, *path), number, column_place, names, cell)
        for name, info in self.table.model.model_fields.items():  # `sources: []` is said on the page
            if info.is_required() and name == "sources":
                thing.setdefault("sources", [])
        if values is not None:
            self._remember(place, (*list_path, item), number, self.name_columns[0], names, None)
            edit.added.append((list_path, (names[0], thing) if isinstance(existing, dict) else thing))

    def _thing(self, number: int, cells: Sequence[Cell], names: Names) -> dict[int, Any] | None:
        """The values of a new row by column; None when one of them is wrong."""
        found: dict[int, Any] = {}
        whole = True
        for place, column in self.columns.items():
            cell = self._cell(cells, place)
            try:
                new = value(column.form, cell)
            except CellValueError as error:
                self._fault(number, place, error.message, "value", names=names, cell=cell, near=error.suggestion,
                            allowed=error.allowed)  # fmt: skip
                whole = False
                continue
            if new is not None:
                found[place] = new
        return found if whole else None

    def _page(self, number: int, names: Names) -> str | None:
        """The place of the page a new row belongs to."""
        places = {page_name(self.table, place): place for place in self.pages if self.table.takes(place)}
        if self.table.heads == ("source",):
            return next(iter(places.values()), None)
        if names[0] in places:
            return places[names[0]]
        near = nearest(names[0], places)
        message = f"there is no {self.table.heads[0]} of this name; new pages are made with `limiter rules new`"
        self._fault(number, self.name_columns[0], message, "unknown_page", names=names, cell=names[0], near=near)
        return None

    def _removed(self, known: Mapping[Names, Row], seen: Mapping[Names, int]) -> None:
        has_base = bool(self.base.rows)
        for names, row in known.items():
            if names in seen or (has_base and self.base.row(self.table.sheet, names) is None):
                continue
            what = " ".join(names)
            if not self.table.grows:
                self._fault(0, 0, f"the row '{what}' is gone; it cannot be taken away here: bring it back", "removed")
            elif not self.allow_removal:
                self._fault(0, 0, f"the row '{what}' is gone; to take it from its page too, say --allow-removal",
                            "removed")  # fmt: skip
            else:
                edit = self.found.edits.setdefault(row.place, Edit(copy.deepcopy(self.pages[row.place].data)))
                edit.removed.append(row.path)

    # --- help -------------------------------------------------------------------------------------------------------

    def _cell(self, cells: Sequence[Cell], place: int) -> Cell:
        return cells[place - 1] if place <= len(cells) else None

    def _first_heads(self) -> str:
        return " and ".join(f"'{head}'" for head in self.table.heads)

    def _about(self, names: Names, place: int) -> str:
        head = self.columns[place].head if place in self.columns else ""
        return ", ".join(filter(None, (" ".join(filter(None, names)), head)))

    def _remember(self, place: str, path: Path, row: int, column: int, names: Names, cell: Cell) -> None:
        self.found.cells[place, path] = At(self.table.sheet, row, column, self._about(names, column), _said(cell))

    def _fault(
        self, row: int, column: int, message: str, code: str, *, names: Iterable[str] = (), cell: Cell = None,
        near: str = "", allowed: str = "",
    ) -> None:  # fmt: skip
        self.found.faults.append(
            CellFault(self.file, self.table.sheet, row, column, self._about(tuple(names), column), _said(cell), message,
                      allowed, near, code)
        )  # fmt: skip


_NOTHING = ""


def _mark(text: str) -> str:
    return fingerprint(text) if text else _NOTHING


def _said(cell: Cell) -> str:
    if isinstance(cell, float):
        return f"{cell:g}"
    return "" if cell is None else str(cell)


def _empty(cell: Cell) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _name(cell: Cell) -> str:
    """A name in a cell; a spreadsheet may keep the number of a row as a number."""
    if isinstance(cell, float) and cell == int(cell):
        return str(int(cell))
    return "" if cell is None else " ".join(unix(str(cell)).split())


def _head(text: str) -> str:
    return text.replace("_", " ").casefold()


def _emptied(form: Form, old: Any) -> Any:
    """What stays where a cell was emptied: an empty list where sources and the like were, else nothing."""
    return [] if form.kind == "names" and isinstance(old, list) else None


def _put(data: Any, path: Path, new: Any) -> None:
    """Put a value at a path, making what lies on the way; None takes it away, and what is left empty with it."""
    *above, last = path
    way = [data]
    for step, below in zip(above, path[1:], strict=True):
        inside = way[-1][step] if isinstance(step, int) else way[-1].get(step)
        if inside is None:
            if new is None:
                return
            inside = way[-1][step] = [None, None] if isinstance(below, int) else {}
        way.append(inside)
    if new is None and isinstance(way[-1], dict):
        way[-1].pop(last, None)
        if not way[-1] and len(way) > 1 and isinstance(above[-1], str) and above[-1] != "when":
            way[-2].pop(above[-1], None)
    else:
        way[-1][last] = new
        if isinstance(way[-1], list) and not any(one is not None for one in way[-1]):
            way[-2].pop(above[-1], None)
