"""One cell of a table → its value; every mistake is noted with its row and column."""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from engine.errors import Fault
from engine.faults import bare
from engine.spreadsheet.opening import Cell
from engine.sprint.reading.columns import Plan
from engine.sprint.reading.tables import Row, Table
from engine.sprint.reading.titles import Column
from engine.sprint.reading.values import Quantity, WrongValue, number
from engine.yaml_positions import MOST_FAULTS

OF_PERSON = ("mass", "height", "sex", "age", "event_group", "training_level")
"""Columns that say something about the athlete, and not about one sprint."""
_TIME_WORDS = (datetime.datetime, datetime.date, datetime.time, datetime.timedelta)
_T = TypeVar("_T")


class Enough(Exception):
    """So many mistakes that looking for more helps nobody."""


@dataclass(slots=True)
class Cells:
    """A table being read by its plan; its mistakes gather in `faults`."""

    table: Table
    plan: Plan
    today: datetime.date
    words: Mapping[str, tuple[str, ...]]
    """What may be said as event_group and training_level; without it anything."""
    faults: list[Fault] = field(default_factory=list)
    said: dict[str, str] = field(default_factory=dict)

    def _wrong(self, row: Row, column: int, wrong: WrongValue) -> None:
        self.faults.append(self.table.fault(row.line, column, wrong))
        if len(self.faults) >= MOST_FAULTS:
            raise Enough

    def _value(self, row: Row, column: Column, kind: Quantity) -> float | None:
        """The number in a cell; None with a fault when there is none."""
        cell = row.cells[column.index]
        try:
            return self._number(cell, column, kind)
        except WrongValue as wrong:
            self._wrong(row, column.index, wrong)
            return None

    def _number(self, cell: Cell, column: Column, kind: Quantity) -> float:
        if isinstance(cell, _TIME_WORDS):
            what = "a time of day" if isinstance(cell, datetime.time | datetime.timedelta) else "a date"
            message = f"{kind.label} is {what} in this cell; format the cell as a number in {kind.unit}"
            raise WrongValue(message, kind.range, code="date_in_cell")
        if cell is None:
            raise WrongValue(f"{kind.label} is missing", kind.range, code="no_value")
        try:
            return number(kind, cell, scale=column.scale, comma=self.table.comma)
        except WrongValue as wrong:
            if wrong.suggestion.endswith(" ms"):
                wrong.allowed += f"; a column in milliseconds says so in its title: '{bare(column.title)} (ms)'"
            raise

    def _given(self, role: str, rows: list[Row], read: Callable[[Column, Cell], _T]) -> _T | None:
        """What the rows of one sprint or athlete say about something that has one value; empty cells say nothing."""
        column = self.plan.columns.get(role)
        if column is None:
            return None
        known: _T | None = None
        first: Cell = None
        for row in rows:
            cell = row.cells[column.index]
            if cell is None or cell == first:
                continue
            try:
                value = read(column, cell)
            except WrongValue as wrong:
                self._wrong(row, column.index, wrong)
                continue
            if known is not None and value != known:
                message = f"{role} is {cell} here and {first} in an earlier row of the same "
                whose = "athlete" if role in OF_PERSON else "sprint"
                hint = "; two athletes need two names" if whose == "athlete" else ""
                self._wrong(row, column.index, WrongValue(f"{message}{whose}{hint}", code="contradiction"))
            elif known is None:
                known, first = value, cell
        return known
