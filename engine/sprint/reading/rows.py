"""Rows of a table → athletes with their sprints, in one of three layouts: a row for each sprint, gate or sample."""

import datetime
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar, get_args

from engine.errors import AnswersError, Fault, Place
from engine.spreadsheet.opening import Cell
from engine.sprint.reading.columns import Column, Plan
from engine.sprint.reading.splits import Written, line, ordered
from engine.sprint.reading.tables import Row, Table
from engine.sprint.reading.values import QUANTITIES, Quantity, WrongValue, choice, day, number, text
from engine.sprint.run import Device, Entry, ModelId, Person, Run, Split, Start, Trace
from engine.yaml_positions import MOST_FAULTS

SEXES = {"male": "male", "m": "male", "female": "female", "f": "female"}
_TIME_WORDS = (datetime.datetime, datetime.date, datetime.time, datetime.timedelta)
_SPLIT_OF_LINE = Quantity(QUANTITIES["split"].label, "s", 0, QUANTITIES["split"].high)
_GATE_OR_LINE = Quantity(QUANTITIES["gate"].label, "m", 0, QUANTITIES["gate"].high)
_PERSON = ("mass", "height", "sex", "age", "event_group", "training_level")
_RUN = ("start", "set_back", "reaction_time", "model", "surface", "wind", "temperature", "pressure", "sled",
        "resistance", "date")  # fmt: skip
_T = TypeVar("_T")


class _Enough(Exception):
    """So many mistakes that looking for more helps nobody."""


@dataclass(slots=True)
class Rows:
    """A table being read by its plan; its mistakes gather in `faults`."""

    table: Table
    plan: Plan
    today: datetime.date
    words: Mapping[str, tuple[str, ...]]
    """What may be said as event_group and training_level; without it anything."""
    faults: list[Fault] = field(default_factory=list)
    said: dict[str, str] = field(default_factory=dict)

    def entries(self) -> tuple[Entry, ...]:
        """The athletes in the order of the table.

        Raises: AnswersError, with the row and column of every mistake.
        """
        self.said |= self.plan.said
        found: list[tuple[tuple[str, ...], Row, Run]] = []
        read = {"wide": self._wide, "long": self._long, "trace": self._samples}[self.plan.layout]
        people: dict[tuple[str, ...], dict[str, Any]] = {}
        try:
            for key, rows, run in read():
                found.append((key, rows[0], run))
                self._person(people.setdefault(key, {}), rows)
        except _Enough:
            pass
        if self.faults:
            raise AnswersError(self.faults)
        runs: dict[tuple[str, ...], list[Run]] = {}
        for key, _, run in found:
            runs.setdefault(key, []).append(run)
        return tuple(Entry(Person(name=key[0], **people[key]), tuple(each), dict(self.said))
                     for key, each in runs.items())  # fmt: skip

    # --- cells ------------------------------------------------------------------------------------------------------

    def _wrong(self, row: Row, column: int, wrong: WrongValue) -> None:
        self.faults.append(self.table.fault(row.line, column, wrong))
        if len(self.faults) >= MOST_FAULTS:
            raise _Enough

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
        return number(kind, cell, scale=column.scale, comma=self.table.comma)

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
                whose = "athlete" if role in _PERSON else "sprint"
                hint = "; two athletes need two names" if whose == "athlete" else ""
                self._wrong(row, column.index, WrongValue(f"{message}{whose}{hint}", code="contradiction"))
            elif known is None:
                known, first = value, cell
        return known

    # --- who and how ------------------------------------------------------------------------------------------------

    def _person(self, known: dict[str, Any], rows: list[Row]) -> None:
        """Add what these rows say about the athlete to what is known."""
        for role in _PERSON:
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
            word = str(cell).strip().lower()
            if word not in SEXES:
                raise WrongValue(f"'{word[:40]}' is not a choice of sex", ", ".join(SEXES), code="unknown_choice")
            return SEXES[word]
        if role in self.words:
            return choice(role, cell, self.words[role])
        return text(role, cell)

    def _run(self, rows: list[Row], name: str, splits: tuple[Split, ...] = (), trace: Trace | None = None) -> Run:
        """A sprint with what its rows say about it."""
        found = {role: self._given(role, rows, partial(self._how, role))
                 for role in _RUN if role in self.plan.columns}  # fmt: skip
        found["day"], found["inertia"] = found.pop("date", None), found.pop("sled", None)
        self._start_agrees(found, rows[0])
        place = Place(self.table.file, rows[0].line, 1)
        known = {role: value for role, value in found.items() if value is not None}
        return Run(splits=splits, trace=trace, name=name, place=place, **known)

    def _how(self, role: str, column: Column, cell: Cell) -> Any:
        if role == "start":
            return choice(role, cell, get_args(Start))
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
        start, columns = found.get("start"), self.plan.columns
        if found.get("reaction_time") is not None and start not in (None, "gun", "unknown"):
            message = "a reaction time is contained in the times of a gun start only"
            self._wrong(row, columns["reaction_time"].index, WrongValue(message, code="contradiction"))
        if found.get("set_back") is not None and start in ("gun", "first_movement"):
            message = f"a set-back says how far behind the first gate the run began; the start is {start}"
            self._wrong(row, columns["set_back"].index, WrongValue(message, code="contradiction"))
        if found.get("model") == "fd_fixed" and found.get("set_back") is None:
            message = "the model fd_fixed needs the measured set_back"
            self._wrong(row, columns["model"].index, WrongValue(message, code="missing_key"))

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

    def _grouped(self) -> Iterator[tuple[tuple[str, ...], str, list[Row]]]:
        """The rows of each sprint: of one athlete and one name of the run."""
        groups: dict[tuple[tuple[str, ...], str], list[Row]] = {}
        for row in self.table.rows:
            groups.setdefault((self._key(row), self._run_name(row)), []).append(row)
        for (key, name), rows in groups.items():
            yield key, name, rows

    # --- layouts ----------------------------------------------------------------------------------------------------

    def _wide(self) -> Iterator[tuple[tuple[str, ...], list[Row], Run]]:
        """One row for each sprint, one column for each gate."""
        alone = not {"athlete", "id"} & set(self.plan.columns)
        for row in self.table.rows:
            key = ("", str(row.line)) if alone else self._key(row)
            pairs = list(self._row_of_splits(row))
            splits, wrong = ordered(pairs)
            for column, each in wrong:
                self._wrong(row, column, each)
            if not any(row.cells[gate.index] is not None for gate in self.plan.gates if gate.gate):
                message = "the row has no time at all; leave out a sprint that was not measured"
                self._wrong(row, self.plan.gates[0].index, WrongValue(message, code="no_value"))
            yield key, [row], self._run([row], self._run_name(row) or f"row {row.line}", splits)

    def _row_of_splits(self, row: Row) -> Iterator[Written[int]]:
        for gate in self.plan.gates:
            cell = row.cells[gate.index]
            if cell is None:
                self._not_measured(gate, row)
            elif gate.gate == 0:
                time = self._value(row, gate, _SPLIT_OF_LINE)
                if time:
                    self._wrong(row, gate.index, line(time))
                self.said[gate.title] = "the start line is no gate"
            elif (time := self._value(row, gate, QUANTITIES["split"])) is not None:
                yield Written(gate.gate, time, gate.index)

    def _not_measured(self, gate: Column, row: Row) -> None:
        said = self.said.get(gate.title, "")
        if not said:
            self.said[gate.title] = f"empty in row {row.line}; taken as not measured there"
        elif "rows" not in said:
            self.said[gate.title] = said.replace("row ", "rows ").replace(";", " and others;")

    def _long(self) -> Iterator[tuple[tuple[str, ...], list[Row], Run]]:
        """One row for each gate."""
        distance, time = self.plan.columns["distance"], self.plan.columns["time"]
        for key, name, rows in self._grouped():
            pairs = []
            for row in rows:
                gate = self._value(row, distance, _GATE_OR_LINE)
                at = self._value(row, time, QUANTITIES["split"] if gate else _SPLIT_OF_LINE)
                if gate is None or at is None:
                    continue
                if gate == 0:
                    if at:
                        self._wrong(row, distance.index, line(at))
                    self.said[f"0 m in {distance.title}"] = "the start line is no gate"
                else:
                    pairs.append(Written(gate, at, row))
            splits, wrong = ordered(pairs)
            for at_row, each in wrong:
                twice = each.code == "duplicate_distance"
                if twice and "run" not in self.plan.columns:
                    each.message += "; tell several sprints apart by a column `athlete` or `run`"
                self._wrong(at_row, (distance if twice else time).index, each)
            if not pairs and not self.faults:
                message = "the sprint has no gate beyond the start line"
                self._wrong(rows[0], distance.index, WrongValue(message, code="no_value"))
            yield key, rows, self._run(rows, name, splits)

    def _samples(self) -> Iterator[tuple[tuple[str, ...], list[Row], Run]]:
        """One row for each sample of a trace."""
        device = self.plan.device
        assert device is not None, "the plan of a trace has a device"
        for key, name, rows in self._grouped():
            yield key, rows, self._run(rows, name, trace=self._trace(rows, device))

    def _trace(self, rows: list[Row], device: Device) -> Trace:
        columns: dict[str, list[float]] = {}
        for role in ("time", "distance", "velocity", "acceleration"):
            if column := self.plan.columns.get(role):
                kind = QUANTITIES[role]
                columns[role] = [value for row in rows if (value := self._value(row, column, kind)) is not None]
        times = columns.get("time", [])
        if not self.faults and times:
            for at, row in enumerate(rows[1:], start=1):
                if times[at] <= times[at - 1]:
                    message = f"the time {times[at]:g} s is not later than {times[at - 1]:g} s in the row above"
                    self._wrong(row, self.plan.columns["time"].index, WrongValue(message, code="times_not_increasing"))
        return Trace(device, tuple(times), tuple(columns["velocity"]), tuple(columns.get("distance", ())),
                     tuple(columns.get("acceleration", ())))  # fmt: skip
