"""Tables → a fresh workbook: cells as plain values, choices as lists, names locked, nothing that computes."""

import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from engine.knowledge import KnowledgeBase
from engine.spreadsheet.faults import letter
from engine.workbook.forms import Form, canonical, fingerprint, shown
from engine.workbook.tables import Column, Opened, Sheet, at

BEGIN = "read me"
EXPORTED = "exported"
"""The hidden sheet that remembers what each cell held when the workbook was made."""
CHOICES = "choices"
"""The hidden sheet the dropdowns take their words from."""
LAST_ROW = 2000
"""Dropdowns reach down to here."""

_WIDE = frozenset(
    {"because", "wrong when", "citation", "protocol", "question", "report text", "how", "about", "condition"}
)
_FIXED = frozenset({("measures", "group"), ("deficits", "limiter"), ("exercises", "kind")})
"""Columns that follow from the folder of the page."""


def workbook(
    knowledge: KnowledgeBase, pages: Mapping[str, Opened], sheets: Sequence[Sheet], about: Iterable[str]
) -> bytes:
    """The bytes of a workbook. `about` are the lines of its first sheet."""
    from openpyxl import Workbook

    book = Workbook()
    book.properties.creator = "limiter"
    book.properties.title = f"limiter knowledge {knowledge.version}"
    book.remove(book.worksheets[0])
    _styles(book)
    _begin(book.create_sheet(BEGIN), about)
    remembered: list[tuple[str, ...]] = [("version", knowledge.version), ("hash", knowledge.hash)]
    lists: dict[tuple[str, ...], str] = {}
    for sheet in sheets:
        _Filled(book.create_sheet(sheet.table.sheet), sheet, knowledge, lists).fill(pages, remembered)
    _hidden(book.create_sheet(CHOICES), list(lists))
    _hidden(book.create_sheet(EXPORTED), remembered)
    book.active = 0
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _styles(book: Any) -> None:
    from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Protection, Side

    line = Border(bottom=Side(style="hair", color="FF999999"))
    top = Alignment(wrap_text=True, vertical="top")
    grey = PatternFill("solid", fgColor="FFE3E3E3")
    head = PatternFill("solid", fgColor="FFCFD8DC")
    locked, free = Protection(locked=True), Protection(locked=False)
    for name, fill, font, protection, form in (
        ("limiter head", head, Font(bold=True), locked, "@"),
        ("limiter open head", head, Font(bold=True), free, "@"),
        ("limiter name", grey, Font(color="FF444444"), locked, "@"),
        ("limiter text", None, Font(), free, "@"),
        ("limiter number", None, Font(), free, "General"),
    ):
        style = NamedStyle(name=name, font=font, protection=protection, alignment=top, border=line, number_format=form)
        if fill is not None:
            style.fill = fill
        book.add_named_style(style)


def _begin(page: Any, about: Iterable[str]) -> None:
    page.column_dimensions["A"].width = 110
    for number, line in enumerate(about, 1):
        cell = page.cell(number, 1)
        _put(cell, line)
        cell.style = "limiter head" if number == 1 else "limiter text"
    page.sheet_view.showGridLines = False
    page.protection.sheet = True


def _hidden(page: Any, rows: Iterable[Sequence[str]]) -> None:
    for number, words in enumerate(rows, 1):
        for column, word in enumerate(words, 1):
            _put(page.cell(number, column), word)
    page.sheet_state = "hidden"
    page.protection.sheet = True


def _put(cell: Any, value: str | int | float | None) -> None:
    """A value and nothing else: a text that begins with = stays a text."""
    if isinstance(value, str):
        cell.value = _allowed(value)
        cell.data_type = "s"
    else:
        cell.value = value


def _allowed(text: str) -> str:
    """A text without the signs no workbook can hold."""
    return "".join(sign for sign in text if sign >= " " or sign in "\n\t")


class _Filled:
    """One sheet being filled."""

    def __init__(self, page: Any, sheet: Sheet, knowledge: KnowledgeBase, lists: dict[tuple[str, ...], str]) -> None:
        self.page, self.sheet, self.table = page, sheet, sheet.table
        self.knowledge, self.lists = knowledge, lists

    def fill(self, pages: Mapping[str, Opened], remembered: list[tuple[str, ...]]) -> None:
        names = len(self.table.heads)
        self._heads()
        for number, row in enumerate(self.sheet.rows, 2):
            for place, name in enumerate(row.names, 1):
                cell = self.page.cell(number, place)
                _put(cell, name)
                cell.style = "limiter name"
            marks = []
            data = pages[row.place].data
            for place, column in enumerate(self.sheet.columns, names + 1):
                value = shown(column.form, at(data, (*row.path, *column.path)))
                if value is not None:
                    marks.append(f"{column.head}={fingerprint(canonical(column.form, value))}")
                elif self.table.grows:
                    continue  # the style of the column will do
                cell = self.page.cell(number, place)
                _put(cell, value)
                cell.style = self._style(column)
            remembered.append((self.table.sheet, "\n".join(row.names), "\n".join(marks)))
        self.page.freeze_panes = f"{letter(names + 1)}2"
        self._protect()

    def _style(self, column: Column) -> str:
        if (self.table.sheet, column.head) in _FIXED:
            return "limiter name"
        return "limiter number" if column.form.kind in ("number", "whole", "plain") else "limiter text"

    def _heads(self) -> None:
        free = "limiter text" if self.table.grows else "limiter name"
        heads = [*((head, 24, free, None) for head in self.table.heads),
                 *((one.head, _width(one), self._style(one), one) for one in self.sheet.columns)]  # fmt: skip
        for place, (head, width, style, column) in enumerate(heads, 1):
            self._head(place, head, width, style, column)
        if self.table.tests:
            for place in range(len(heads) + 1, len(heads) + 4):  # room for measures no rule here has tested yet
                self._head(place, "", 18, "limiter text", None)
                self.page.cell(1, place).style = "limiter open head"
        self.page.row_dimensions[1].height = 32

    def _head(self, place: int, head: str, width: float, style: str, column: Column | None) -> None:
        cell = self.page.cell(1, place)
        if head:
            _put(cell, head)
        cell.style = "limiter head"
        dimension = self.page.column_dimensions[letter(place)]
        dimension.width = width
        if self.table.grows:
            self._column_style(dimension, style)
        if column is None:
            return
        if column.measure and (note := _note(column.measure, self.knowledge)):
            from openpyxl.comments import Comment

            cell.comment = Comment(note, "limiter", height=180, width=420)
        words = self._choices(column)
        if words:
            self._dropdown(place, words, strict=column.form.kind in ("choice", "yes_no"))

    @staticmethod
    def _column_style(dimension: Any, style: str) -> None:
        """Cells below the last row look and behave like those above, so that new rows can be typed there."""
        from openpyxl.styles import Alignment, Protection

        dimension.protection = Protection(locked=False)
        dimension.alignment = Alignment(wrap_text=True, vertical="top")
        dimension.number_format = "General" if style == "limiter number" else "@"

    def _choices(self, column: Column) -> tuple[str, ...]:
        form: Form = column.form
        if form.kind in ("choice", "yes_no"):
            return form.allowed
        if column.path == ("population",):
            return tuple(self.knowledge.populations.populations)
        if column.path in (("regress_to",), ("progress_to",)):
            return tuple(self.knowledge.interventions)
        if column.path == ("group",) and self.table.tests:
            groups = {rule.group for deficit in self.knowledge.deficits.values() for rule in deficit.rules}
            return tuple(sorted(groups | {rule.group for rule in self.knowledge.limiter_rules.values()}))
        if column.path == ("measure",):
            return tuple(self.knowledge.measures)
        return ()

    def _dropdown(self, place: int, words: tuple[str, ...], *, strict: bool) -> None:
        from openpyxl.worksheet.datavalidation import DataValidation

        if words not in self.lists:
            number = len(self.lists) + 1
            self.lists[words] = f"'{CHOICES}'!$A${number}:${letter(len(words))}${number}"
        found = DataValidation(type="list", formula1=self.lists[words], allow_blank=True, showErrorMessage=strict,
                               error="Please choose one from the list.", errorTitle="limiter")  # fmt: skip
        found.add(f"{letter(place)}2:{letter(place)}{LAST_ROW}")
        self.page.add_data_validation(found)

    def _protect(self) -> None:
        guard = self.page.protection
        guard.sheet = True
        guard.formatColumns = guard.formatRows = guard.formatCells = False  # False: allowed
        guard.sort = guard.autoFilter = False
        if self.table.grows:
            guard.insertRows = guard.deleteRows = False


def _width(column: Column) -> float:
    if column.form.kind == "tests":
        return 18
    if column.head in _WIDE:
        return 52
    return {"number": 11, "whole": 11, "yes_no": 9, "yaml": 34, "choice": 18, "date": 12}.get(column.form.kind, 26)


def _note(id: str, knowledge: KnowledgeBase) -> str:
    """What a coach wants to know about the measure of a column."""
    if measure := knowledge.measures.get(id):
        kind = f" ({measure.unit})" if measure.unit else ""
        words = "" if measure.choices is None else "\n\n" + ", ".join(measure.choices)
        return f"{measure.label}{kind}\n\n{measure.protocol}{words}"
    if derived := knowledge.derived.get(id):
        return f"{derived.label} ({derived.unit})\n\n{derived.about}"
    if deficit := knowledge.deficits.get(id):
        return f"{deficit.label}\n\n{deficit.about}"
    return ""
