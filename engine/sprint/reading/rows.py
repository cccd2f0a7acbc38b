"""Rows of a table → athletes with their sprints, in one of three layouts: a row for each sprint, gate or sample."""

from collections.abc import Iterator
from typing import Any

from engine.errors import AnswersError
from engine.sprint.reading.cells import Enough
from engine.sprint.reading.described import Described
from engine.sprint.reading.slopes import SPAN, speeds
from engine.sprint.reading.splits import Written, line, ordered
from engine.sprint.reading.tables import Row
from engine.sprint.reading.titles import Column
from engine.sprint.reading.values import QUANTITIES, Quantity, WrongValue
from engine.sprint.run import Device, Entry, Person, Run, Trace

_SPLIT_OF_LINE = Quantity(QUANTITIES["split"].label, "s", 0, QUANTITIES["split"].high)
_GATE_OR_LINE = Quantity(QUANTITIES["gate"].label, "m", 0, QUANTITIES["gate"].high)


class Rows(Described):
    """A table whose rows become athletes and sprints."""

    __slots__ = ()

    def entries(self) -> tuple[Entry, ...]:
        """The athletes in the order of the table.

        Raises: AnswersError, with the row and column of every mistake.
        """
        self.said |= {**self.table.said, **self.plan.said}
        found: list[tuple[tuple[str, ...], Row, Run]] = []
        read = {"wide": self._wide, "long": self._long, "trace": self._samples}[self.plan.layout]
        people: dict[tuple[str, ...], dict[str, Any]] = {}
        try:
            self._computed()
            for key, rows, run in read():
                found.append((key, rows[0], run))
                self._person(people.setdefault(key, {}), rows)
        except Enough:
            pass
        if self.faults:
            raise AnswersError(self.faults)
        runs: dict[tuple[str, ...], list[Run]] = {}
        for key, _, run in found:
            runs.setdefault(key, []).append(run)
        self._twice(found)
        return tuple(Entry(Person(name=key[0], **people[key]), tuple(each), dict(self.said))
                     for key, each in runs.items())  # fmt: skip

    def _twice(self, found: list[tuple[tuple[str, ...], Row, Run]]) -> None:
        """Says which sprints of an athlete have the very same times."""
        named = bool({"athlete", "id"} & set(self.plan.columns))
        first: dict[tuple[object, ...], Row] = {}
        for key, row, run in found:
            what = (key if named else (), run.splits, run.trace)
            if what in first:
                whose = "of the same athlete" if named else "again"
                where = f"rows {first[what].line} and {row.line}"
                self.said[where] = f"the same times {whose}; leave one out unless there were two sprints"
            first.setdefault(what, row)

    def _computed(self) -> None:
        """Says where values of formulas are read; a formula or an error without a value is wrong where it is read."""
        read = {column.index for column in (*self.plan.columns.values(), *self.plan.gates)}
        for title in (self.table.titles[index] for index in sorted(self.table.formulas & read)):
            self.said[title] = "holds formulas; the values saved with them are read"
        for (at, column), wrong in self.table.no_values.items():
            if column in read and at > self.table.title_line:
                self._wrong(Row(at, []), column, wrong)
        if self.faults:
            raise Enough

    def _grouped(self) -> Iterator[tuple[tuple[str, ...], str, list[Row]]]:
        """The rows of each sprint: of one athlete and one name of the run."""
        groups: dict[tuple[tuple[str, ...], str], list[Row]] = {}
        for row in self.table.rows:
            groups.setdefault((self._key(row), self._run_name(row)), []).append(row)
        for (key, name), rows in groups.items():
            yield key, name, rows

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
        if "velocity" not in columns:
            self.said["velocity"] = f"not in the file; taken from distance over time, each over {SPAN:g} s"
            times, columns["velocity"] = ([], []) if self.faults else speeds(times, columns.pop("distance"))
        return Trace(device, tuple(times), tuple(columns["velocity"]), tuple(columns.get("distance", ())),
                     tuple(columns.get("acceleration", ())))  # fmt: skip
