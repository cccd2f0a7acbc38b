"""Titles of a table → what each column holds and in which unit, and which layout the table has.

Known by name, or told by the person who asks (`--columns time=Zeit`); what is needed and unknown, or known twice, is
`ColumnsUnknown`, and what is not needed is read over with its reason.
"""

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, get_args

from engine.errors import LimiterError, nearest
from engine.faults import bare, short
from engine.sprint.reading.tables import Table
from engine.sprint.reading.titles import SAMPLED, Column, column_of, folded, interval, name_and_unit, with_unit
from engine.sprint.reading.values import QUANTITIES, WrongValue, choice, number
from engine.sprint.reading.vocabulary import NAMES
from engine.sprint.run import Device
from engine.units import factor

Layout = Literal["wide", "long", "trace"]
"""One row for each sprint; one row for each gate; one row for each sample."""

NEEDED: Mapping[Device, tuple[str, ...]] = {
    "radar": ("time", "velocity"), "laser": ("time", "velocity"),
    "tether": ("distance", "velocity"), "in_situ": ("velocity", "acceleration"),
}  # fmt: skip

_MAY_BE_ANOTHER = ("event_group", "training_level")
"""Roles with names of many meanings, like `event`: left out beside a column with the role's own name, or without a word
of the role."""
_SAMPLES = 12
_BETWEEN_GATES = 0.05
"""s; so many rows that follow one another within this are samples: no gates stand half a metre apart for 6 m."""
_NUMBER = re.compile(r"[-+]?[0-9]*[.,]?[0-9]+(?:[eE][-+]?[0-9]+)?")


class ColumnsUnknown(LimiterError):
    """Which column holds what cannot be told from the titles; the person has to say it.

    `found` are the titles, `needed` what has no column of its own yet (`time`, `distance`, `device` …), `candidates`
    the titles that may be meant by each, where several may.
    """

    def __init__(
        self, file: str, what: str, found: Sequence[str], needed: Sequence[str],
        candidates: Mapping[str, tuple[str, ...]] | None = None,
    ) -> None:  # fmt: skip
        self.file = file
        self.what = what
        self.found = tuple(title for title in found if title)
        self.needed = tuple(needed)
        self.candidates = dict(candidates or {})
        super().__init__("\n".join([f"{file}: {what}", f"Columns found: {', '.join(map(bare, self.found[:40]))}",
                                    self.remedy]))  # fmt: skip

    @property
    def remedy(self) -> str:
        """What can be done on the command line."""
        if self.needed == ("device",):
            return f"Say what recorded it: --device {'|'.join(get_args(Device))}"
        told = [f"{one}={self.candidates[one][0] if one in self.candidates else 'TITLE'}" for one in self.needed]
        return f'Say which is which: --columns "{",".join(told)}"' if told else "Say which is which with --columns."


@dataclass(frozen=True, slots=True)
class Plan:
    """How a table is to be read."""

    layout: Layout
    columns: Mapping[str, Column]
    """By role."""
    gates: tuple[Column, ...]
    device: Device | None
    said: Mapping[str, str]
    """Columns read over, and what was taken for granted."""


def plan(
    table: Table, columns: Mapping[str, str] | None, device: Device | None, words: Mapping[str, tuple[str, ...]]
) -> Plan:
    """What the titles of a table say; `words` as in `read_sprint_file`.

    Raises: ColumnsUnknown.
    """
    _has_titles(table)
    told = _told(table, columns or {})
    known = [told.get(index) or column_of(index, title) for index, title in enumerate(table.titles)]
    gates = tuple(column for column in known if column and column.role == "gate")
    by_role: dict[str, list[Column]] = {}
    for column in known:
        if column and column.role != "gate":
            by_role.setdefault(column.role, []).append(column)
    for column in told.values():
        by_role[column.role] = [column] if column.role != "gate" else []
    speaks_of_else = {
        column.title: f"left out: none of its words is a choice of {role}"
        for role in _MAY_BE_ANOTHER if role in words for column in by_role.get(role, [])
        if column not in told.values() and not _says(table, column, role, words[role])
    }  # fmt: skip
    for role in _MAY_BE_ANOTHER:
        by_role[role] = [column for column in by_role.get(role, []) if column.title not in speaks_of_else]
    left_out = _left_out(by_role)
    said = {title: left_out for index, title in enumerate(table.titles) if title and not known[index]}
    said |= {title: "a time between two gates; times from the start are read" for title in said if interval(title)}
    said |= speaks_of_else
    layout = _layout(table, by_role, gates, device, bool(told))
    needed = _needed(table, layout, by_role, device)
    chosen: dict[str, Column] = {}
    for role, candidates in by_role.items():
        if candidates and (role not in SAMPLED or role in needed[1]):
            chosen[role] = _one_of(table, role, candidates, said)
        else:
            said |= {column.title: "not needed beside the others" for column in candidates}
    if layout == "trace" and device is None:
        said["device"] = f"not said; read as a {needed[0]} trace by its columns"
    return Plan(layout, chosen, gates if layout == "wide" else (), needed[0], said)


def _says(table: Table, column: Column, role: str, words: Sequence[str]) -> bool:
    """Whether a column is titled by its role's own name, or says one of the role's words somewhere."""
    if name_and_unit(folded(column.title))[0] == role:
        return True
    for row in table.rows:
        with suppress(WrongValue):
            choice(role, row.cells[column.index], words)
            return True
    return False


def _left_out(by_role: Mapping[str, list[Column]]) -> str:
    """What is said of columns that nothing is known of, and how they are named."""
    lacking = [role for role in ("athlete", "mass", "height") if not by_role.get(role)]
    told = ",".join(f"{role}=TITLE" for role in lacking)
    hint = f'if one holds the {" or the ".join(lacking)}, say --columns "{told}"' if lacking else (
        "--columns says which is which")  # fmt: skip
    return f"not known as a title, so left out; {hint}"


# --- all titles -----------------------------------------------------------------------------------------------------


def _has_titles(table: Table) -> None:
    """Refuse a first row of numbers: whole numbers may be distances, others are values without titles."""
    titles = [title for title in table.titles if title]
    numbers = [title for title in titles if _NUMBER.fullmatch(title)]
    parts = [title for title in numbers if not re.fullmatch(r"[0-9]+(?:[.,](?:0|5|25|75|144|288|576))?", title)]
    whole = [float(title.replace(",", ".")) for title in numbers]
    if parts or (len(numbers) == len(titles) and whole != sorted(set(whole))):
        what = f"row {table.title_line} holds numbers and no titles; write a title above every column"
        raise ColumnsUnknown(table.file, what, table.titles, ())


def _told(table: Table, columns: Mapping[str, str]) -> dict[int, Column]:
    """The columns a person named, by their place."""
    by_title = {title.lower(): index for index, title in reversed(list(enumerate(table.titles))) if title}
    found: dict[int, Column] = {}
    for role, title in columns.items():
        index = by_title.get(" ".join(title.lower().split()))
        if index is None:
            meant = nearest(title.lower(), by_title) if len(title) < 80 else ""
            hint = f"; did you mean '{table.titles[by_title[meant]]}'?" if meant else ""
            raise ColumnsUnknown(table.file, f"there is no column {short(title)}{hint}", table.titles, (role,))
        if index in found:
            raise ColumnsUnknown(table.file, f"the column {short(title)} is named twice", table.titles, (role,))
        found[index] = _named(table, role.strip(), index, table.titles[index])
    return found


def _named(table: Table, role: str, index: int, title: str) -> Column:
    if role in NAMES:
        _, unit = name_and_unit(folded(title))
        return with_unit(index, title, role, unit) or Column(index, title, role, unit_written=False)
    try:
        distance = number(QUANTITIES["gate"], role.replace("_", " "))
    except WrongValue:
        meant = nearest(role, NAMES) if len(role) < 80 else ""
        hint = f"; did you mean '{meant}'?" if meant else f"; there are {', '.join(NAMES)} and distances like '10 m'"
        raise ColumnsUnknown(table.file, f"no column holds {short(role)}{hint}", table.titles, ()) from None
    _, unit = name_and_unit(folded(title))
    return Column(index, title, "gate", factor(unit, "s") if unit in ("s", "ms") else 1.0, distance)


def _layout(
    table: Table,
    by_role: Mapping[str, list[Column]],
    gates: tuple[Column, ...],
    device: Device | None,
    told: bool,
) -> Layout:
    if device is None and any(gate.gate for gate in gates):
        unsure = sorted(gate.gate for gate in gates if not gate.unit_written)
        if unsure and unsure == [float(count) for count in range(1, len(unsure) + 1)]:
            first = next(gate.title for gate in gates if not gate.unit_written)
            what = f"'{bare(first)}' may be the first split or the split at 1 m; say the distance of each"
            needed = tuple(f"{distance} m" for distance in (5, 10, 20)[: len(unsure)])
            raise ColumnsUnknown(table.file, what, table.titles, needed)
        return "wide"
    if device is not None or by_role.get("velocity"):
        return "trace"
    if by_role.get("distance") and by_role.get("time"):
        if not told and (speeds := _like(table, "velocity")):
            what = (
                f"this may be a trace or a list of splits; several columns may hold the velocity: {', '.join(speeds)}"
            )
            raise ColumnsUnknown(table.file, what, table.titles, ("velocity",), {"velocity": speeds})
        if _every_moment(table, by_role["time"][0]):
            what = "a row every few hundredths of a second is a trace and no list of gates; say what recorded it"
            raise ColumnsUnknown(table.file, what, table.titles, ("device",))
        return "long"
    needed = tuple(role for role in ("distance", "time") if not by_role.get(role))
    candidates = {role: _like(table, role) for role in needed}
    what = f"no column is known to hold {' or '.join(needed)}"
    if any(interval(title) for title in table.titles):
        what = "the columns hold times between gates; times from the start to each gate are needed, like t_10m_s"
    raise ColumnsUnknown(
        table.file, what, table.titles, needed, {role: each for role, each in candidates.items() if each}
    )


def _every_moment(table: Table, column: Column) -> bool:
    """Whether the first rows follow one another faster than a runner passes gates."""
    times = []
    for row in table.rows[:_SAMPLES]:
        try:
            times.append(number(QUANTITIES["time"], row.cells[column.index], scale=column.scale, comma=table.comma))
        except WrongValue:
            return False
    return len(times) == _SAMPLES and all(0 < after - before <= _BETWEEN_GATES for before, after in pairwise(times))


def _like(table: Table, role: str) -> tuple[str, ...]:
    """Titles that hold one of the names of a role among other words."""
    names = {name for name in NAMES[role] if len(name) > 1}
    return tuple(title for title in table.titles if names & set(re.split(r"[\W_]+", folded(title))))


def _needed(
    table: Table, layout: Layout, by_role: Mapping[str, list[Column]], device: Device | None
) -> tuple[Device | None, tuple[str, ...]]:
    """What recorded a trace, and the columns that have to be there."""
    if layout == "wide":
        return None, ()
    if layout == "long":
        return None, ("distance", "time")
    known = device or _device(table, {role for role in SAMPLED if by_role.get(role)})
    if known == "laser" and by_role.get("time") and by_role.get("distance") and not by_role.get("velocity"):
        return known, ("time", "distance")
    missing = tuple(role for role in NEEDED[known] if not by_role.get(role))
    if missing:
        what = f"a {known.replace('_', '-')} trace needs {' and '.join(NEEDED[known])}, and no column is known to hold "
        raise ColumnsUnknown(table.file, what + " or ".join(missing), table.titles, missing)
    return known, NEEDED[known]


def _device(table: Table, given: set[str]) -> Device:
    if "acceleration" not in given:
        if "time" in given:
            return "radar"
        if "distance" in given:
            return "tether"
    elif given == {"velocity", "acceleration"}:
        return "in_situ"
    if given == {"velocity"}:
        what = "no column is known to hold the time or the distance that belongs to the velocity"
        raise ColumnsUnknown(table.file, what, table.titles, ("time",))
    what = f"{', '.join(sorted(given))}: this may be a radar or laser trace or an in-situ session"
    raise ColumnsUnknown(table.file, what, table.titles, ("device",))


def _one_of(table: Table, role: str, candidates: list[Column], said: dict[str, str]) -> Column:
    """The column meant by a role: the only one, or the one of several units that needs no conversion."""
    if len(candidates) == 1:
        return candidates[0]
    names = {name_and_unit(folded(column.title))[0] for column in candidates}
    metric = [column for column in candidates if column.scale == 1]
    if len(names) == 1 and len(metric) == 1:
        said |= {column.title: f"the same as {metric[0].title} in another unit"
                 for column in candidates if column is not metric[0]}  # fmt: skip
        return metric[0]
    own = [column for column in candidates if name_and_unit(folded(column.title))[0] == role]
    if role in _MAY_BE_ANOTHER and len(own) == 1:
        said |= {column.title: f"left out beside {own[0].title}" for column in candidates if column is not own[0]}
        return own[0]
    titles = tuple(column.title for column in candidates)
    what = f"several columns may hold the {role}: {', '.join(map(bare, titles))}"
    raise ColumnsUnknown(table.file, what, table.titles, (role,), {role: titles})
