"""A workbook taken over: read, compared, spliced into the pages, checked as a whole, written with the journal."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path as FilePath

from engine.editing import journal, splice
from engine.editing.setting import Change
from engine.errors import EditError, Fault, KnowledgeError, Place
from engine.knowledge import KnowledgeBase, Page, Path
from engine.loader import load, shape_of
from engine.spreadsheet.faults import CellFault, WorkbookError
from engine.spreadsheet.opening import grids
from engine.workbook.comparing import At, Comparison, Edit, compare
from engine.workbook.splicing import appended, spliced
from engine.workbook.tables import Opened, opened, sheets
from engine.workbook.writing import workbook


@dataclass(frozen=True, slots=True)
class Taken:
    """What a workbook does to the pages."""

    changes: tuple[Change, ...]
    before: KnowledgeBase
    after: KnowledgeBase
    other_pages: bool
    """The workbook was made from other pages than these, or does not say from which."""
    kept: int
    """Cells whose page changed since the workbook was made, and keeps its change."""
    write: Callable[[], None]
    """Writes the changed pages; can be taken back."""


def export(directory: FilePath | None, about: Callable[[KnowledgeBase], Iterable[str]]) -> bytes:
    """The workbook of the pages in a folder. `about` gives the lines of its first sheet.

    Raises: KnowledgeError, when the pages are not sound.
    """
    knowledge = load(directory)
    pages = opened(directory)
    return workbook(knowledge, pages, sheets(pages), about(knowledge))


def take(directory: FilePath | None, content: bytes, file: str, *, allow_removal: bool = False) -> Taken:
    """What a workbook would change; nothing is written before `write` is called.

    Raises: WorkbookError, with everything wrong in its cells; KnowledgeError, when the pages themselves are not sound.
    """
    folder = journal.home(directory)
    given = grids(content, file)
    before = load(directory)
    pages = opened(directory)
    found = compare(given, sheets(pages), pages, before, file=file, allow_removal=allow_removal)
    texts: dict[str, str | None] = {}
    new: dict[str, Page] = {}
    page_faults: list[Fault] = []
    for place, edit in found.edits.items():
        try:
            new[place] = _edited(pages[place], edit)
            texts[place] = new[place].text
        except EditError as error:
            found.faults.append(_unspliced(found, place, file, str(error)))
    after, what = before, f"import {FilePath(file).name}"
    try:
        after = journal.apply(folder, texts, what, dry_run=True) if texts else before
    except KnowledgeError as error:
        for fault in error.faults:
            page = next((page for page in new.values() if page.file == fault.place.file), None)
            told = page and _at_cell(fault, page, next(p for p, one in new.items() if one is page), found, file)
            if told:
                found.faults.append(told)
            else:
                page_faults.append(fault)
    if found.faults or page_faults:
        raise WorkbookError(found.faults, page_faults)
    changes = tuple(Change(pages[place].page.file, pages[place].page.text, new[place].text)
                    for place in sorted(texts) if new[place].text != pages[place].page.text)  # fmt: skip

    def write() -> None:
        journal.apply(folder, texts, what)

    return Taken(changes, before, after, found.hash != before.hash, found.kept, write)


def _edited(page: Opened, edit: Edit) -> Page:
    """The page with every change of an edit."""
    shape = shape_of(page.place)
    found = spliced(page.page, shape, page.data, edit.data)
    for path, thing in edit.added:
        found = appended(found, shape, path, thing)
    for path in sorted(edit.removed, key=lambda path: (isinstance(path[-1], int), path[-1]), reverse=True):
        found = splice.again(found, splice.remove(found, path))
    return found


def _unspliced(found: Comparison, place: str, file: str, message: str) -> CellFault:
    cells = [cell for (at, _), cell in found.cells.items() if at == place]
    first = cells[0] if len(cells) == 1 else None
    if first:
        return CellFault(file, first.sheet, first.row, first.column, first.about, first.value, message,
                         code="no_splice")  # fmt: skip
    return CellFault(file, message=message, code="no_splice")


def _at_cell(fault: Fault, page: Page, place: str, found: Comparison, file: str) -> CellFault | None:
    """A fault of a changed page, told at the cell that made it; None when no changed cell did."""
    here: Place = fault.place
    paths = [path for table in (page.values, page.keys) for path, (line, column, _) in table.items()
             if (line, column) == (here.line, here.column)]  # fmt: skip
    for path in sorted(paths, key=len, reverse=True):
        if cell := _cell_of(path, place, found):
            return CellFault(file, cell.sheet, cell.row, cell.column, cell.about, cell.value, fault.message,
                             fault.allowed, fault.suggestion, fault.code)  # fmt: skip
    return None


def _cell_of(path: Path, place: str, found: Comparison) -> At | None:
    """The changed cell at a path, or at the nearest piece around it, or else within it."""
    for length in range(len(path), 0, -1):
        if cell := found.cells.get((place, path[:length])):
            return cell
    within = [cell for (at, below), cell in found.cells.items() if at == place and below[: len(path)] == path]
    return within[0] if within and path else None
