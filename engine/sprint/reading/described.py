"""What the rows of a table say about who ran, and how."""

import datetime
from collections.abc import Mapping
from functools import partial
from typing import Any, get_args

from engine.errors import Place
from engine.spreadsheet.opening import Cell
from engine.sprint.reading.cells import OF_PERSON, Cells
from engine.sprint.reading.starts import contradictions
from engine.sprint.reading.tables import Row
from engine.sprint.reading.titles import Column, folded, name_and_unit
from engine.sprint.reading.values import QUANTITIES, WrongValue, choice, day, text
from engine.sprint.reading.vocabulary import MAN_OR_MUJER, SEXES, SEXES_ELSEWHERE, STARTS_ELSEWHERE
from engine.sprint.run import ModelId, Run, Split, Start, Trace

_OF_RUN = ("start", "set_back", "reaction_time", "model", "surface", "wind", "temperature", "pressure", "sled",
           "resistance", "date")  # fmt: skip


class Described(Cells):
    """A table whose rows are asked about the athlete and the sprint."""

    __slots__ = ()

    def _person(self, known: dict[str, Any], rows: list[Row]) -> None:
        """Add what these rows say about the athlete to what is known."""
        for role in OF_PERSON:
            if role in self.plan.columns:
                value = self._given(role, rows, partial(self._about, role))
                before = known.get(role)
                if value is not None and before is not None and value != before:
                    message = f"{role} is {value} here and {before} in an earlier row of the same athlete"
                    self._wrong(rows[0], self.plan.columns[role].index,
                               WrongValue(f"{message}; two athletes need two names", code="contradiction"))  # fmt: skip
                elif value is not None:
                    known[role] = value

    def _about(self, role: str, column: Column, cell: Cell) -> float | str:
        if role in QUANTITIES:
            return self._number(cell, column, QUANTITIES[role])
        if role == "sex":
            return _sex(str(cell), column.title)
        if role in self.words:
            return self._group(role, column, cell)
        return text(role, cell)

    def _group(self, role: str, column: Column, cell: Cell) -> str:
        try:
            return choice(role, cell, self.words[role])
        except WrongValue as wrong:
            if name_and_unit(folded(column.title))[0] != role:
                wrong.message += f"; if {column.title} says something else, give the column another title"
            raise

    def _run(self, rows: list[Row], name: str, splits: tuple[Split, ...] = (), trace: Trace | None = None) -> Run:
        """A sprint with what its rows say about it."""
        found = {role: self._given(role, rows, partial(self._how, role))
                 for role in _OF_RUN if role in self.plan.columns}  # fmt: skip
        found["day"], found["inertia"] = found.pop("date", None), found.pop("sled", None)
        self._start_agrees(found, rows[0])
        place = Place(self.table.file, rows[0].line, 1)
        known = {role: value for role, value in found.items() if value is not None}
        return Run(splits=splits, trace=trace, name=name, place=place, **known)

    def _how(self, role: str, column: Column, cell: Cell) -> Any:
        if role == "start":
            word = "_".join(folded(str(cell)).split())
            return STARTS_ELSEWHERE.get(word) or choice(role, cell, get_args(Start))
        if role == "model":
            return choice(role, cell, get_args(ModelId))
        if role == "surface":
            return text(role, cell)
        if role == "date":
            if isinstance(cell, datetime.date):
                cell = (cell.date() if isinstance(cell, datetime.datetime) else cell).isoformat()
            return day(cell, self.today)
        return self._number(cell, column, QUANTITIES[role])

    def _start_agrees(self, found: Mapping[str, Any], row: Row) -> None:
        given = {role: found.get(role) is not None for role in ("reaction_time", "set_back")}
        start = None if found.get("start") == "unknown" else found.get("start")
        for role, wrong in contradictions(start, **given, model=found.get("model")):
            self._wrong(row, self.plan.columns[role].index, wrong)

    def _key(self, row: Row) -> tuple[str, str]:
        """Who a row is about: name and id, as far as there are such columns."""
        found = []
        for role in ("athlete", "id"):
            if column := self.plan.columns.get(role):
                cell = row.cells[column.index]
                if isinstance(cell, float) and cell.is_integer():
                    cell = str(int(cell))
                try:
                    if cell is None:
                        raise WrongValue(f"the row has no {role}", code="no_value")
                    found.append(text(role, str(cell)))
                except WrongValue as wrong:
                    self._wrong(row, column.index, wrong)
                    found.append("")
        return (found[0], found[-1]) if found else ("", "")

    def _run_name(self, row: Row) -> str:
        column = self.plan.columns.get("run")
        cell = row.cells[column.index] if column else None
        if isinstance(cell, float) and cell.is_integer():
            cell = int(cell)
        return "" if cell is None else " ".join(str(cell).split())[:80]


def _sex(found: str, title: str) -> str:
    """The sex a cell says; under `sexo` a bare `m` may be *masculino* or *mujer* and is neither."""
    word = folded(found)
    if word == "m" and folded(title) == MAN_OR_MUJER:
        raise WrongValue("'m' may be masculino or mujer", "hombre, mujer", code="unknown_choice")
    sex = SEXES.get(word) or SEXES_ELSEWHERE.get(word)
    if sex is None:
        raise WrongValue(f"'{word[:40]}' is not a choice of sex", ", ".join(SEXES), code="unknown_choice")
    return sex
