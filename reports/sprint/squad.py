"""Many analyses → a table as text, a line for each sprint: those with the same verdict together, and counted."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from engine.sprint.results import Analysis, Estimate, Side
from reports import wording
from reports.sprint import words
from reports.sprint.words import written

SIDES: dict[Side, str] = {
    "force": "force (F0)", "velocity": "speed (V0)", "neither": "neither", "undecided": "undecided",
    "no_group": "no group", "unreliable": "unreliable",
}  # fmt: skip
"""Which quality lies further behind, in a table; in the order of the table."""
NARROW = 80
"""Letters in a line of a small terminal."""
LONGEST_NAME, SHORTEST_NAME = 30, 12
"""Letters of a name that are shown; a small screen shows as many of them as there is room for."""
NOTHING = "–"
_GAP = "  "


@dataclass(frozen=True, slots=True)
class Table:
    """What the template prints, laid out already."""

    titles: str
    blocks: tuple[tuple[str, ...], ...]
    """Lines, those with one verdict together."""
    count: str
    beside: str
    """Whom the athletes were compared with, and over which distance."""


@dataclass(frozen=True, slots=True)
class _Column:
    """Cells under a title; numbers stand to the right."""

    title: str
    cells: tuple[str, ...]
    numbers: bool = True

    def lines(self) -> tuple[str, ...]:
        """The title and the cells, all of one width."""
        width = max(map(len, (self.title, *self.cells)))
        return tuple(one.rjust(width) if self.numbers else one.ljust(width) for one in (self.title, *self.cells))


def table(analyses: Sequence[Analysis], width: int | None = None) -> Table:
    """The table for a screen of so many letters; without a width nothing is left out.

    Within a verdict the order of the file is kept.
    """
    order = list(SIDES)
    found = sorted(analyses, key=lambda one: order.index(one.side))
    titles, *lines = _joined(_columns(found), width)
    blocks = tuple(
        tuple(line for one, line in zip(found, lines, strict=True) if one.side == side)
        for side in dict.fromkeys(one.side for one in found)
    )
    return Table(titles, blocks, _count(found), _beside(found))


def _columns(found: Sequence[Analysis]) -> tuple[list[_Column], list[_Column]]:
    """Those that every screen has room for, and those that only a wide one has."""
    times = {one.distance for one in found}
    time = f"{wording.number(found[0].distance)} m, s" if len(times) == 1 else "time, s"
    always = [
        _Column("", _names(found), numbers=False),
        _intervals("F0, N/kg", [one.estimates.get("f0_rel") for one in found], 1),
        _intervals("V0, m/s", [one.estimates.get("v0") for one in found], 2),
        _intervals(time, [one.estimates.get("time") for one in found], 2),
        _Column("start", tuple(words.SHORT[one.chosen.model] if one.chosen else NOTHING for one in found),
                numbers=False),
        _Column("behind", tuple(SIDES[one.side] for one in found), numbers=False),
    ]  # fmt: skip
    compared = [one.comparison for one in found]
    wide = [
        _intervals("F0 saves, s", [one.save_f0 if one else None for one in compared], 2),
        _intervals("V0 saves, s", [one.save_v0 if one else None for one in compared], 2),
    ] if any(compared) else []  # fmt: skip
    return always, wide


def _intervals(title: str, estimates: Sequence[Estimate | None], decimals: int) -> _Column:
    """Intervals with their ends below one another."""
    ends = [(written(one.low, decimals), written(one.high, decimals)) if one else ("", "") for one in estimates]
    low, high = (max(map(len, side), default=0) for side in zip(*ends, strict=True))
    cells = (f"{a.rjust(low)} to {b.rjust(high)}" if a else NOTHING for a, b in ends)
    return _Column(title, tuple(cells))


def _names(found: Sequence[Analysis]) -> tuple[str, ...]:
    """Athletes by name, with the name of the sprint where somebody has several, or no name."""
    many = Counter(one.person.name for one in found)
    names = []
    for one in found:
        name, run = one.person.name, one.run.name
        both = (name, run if run != name and (not name or many[name] > 1) else "")
        names.append(_cut(", ".join(filter(None, both)) or "Athlete", LONGEST_NAME))
    return tuple(names)


def _cut(name: str, most: int) -> str:
    """The name with no more letters than that.

    >>> _cut("Anna-Lena Müller", 10), _cut("Ana", 10)
    ('Anna-Lena…', 'Ana')
    """
    return name if len(name) <= most else f"{name[: most - 1].rstrip()}…"


def _joined(columns: tuple[list[_Column], list[_Column]], width: int | None) -> list[str]:
    """The lines of the table: with the columns of a wide screen before the verdict where they have room."""
    always, wide = columns
    lines = _lines([*always[:-1], *wide, always[-1]])
    if width is None or max(map(len, lines)) <= width:
        return lines
    names, *numbers = always
    left = max(SHORTEST_NAME, width - len(_GAP) - max(map(len, _lines(numbers))))
    return _lines([replace(names, cells=tuple(_cut(name, left) for name in names.cells)), *numbers])


def _lines(columns: Sequence[_Column]) -> list[str]:
    return [_GAP.join(cells).rstrip() for cells in zip(*(one.lines() for one in columns), strict=True)]


def _count(found: Sequence[Analysis]) -> str:
    """How many sprints have which verdict, in a sentence."""
    many = Counter(one.side for one in found)
    each = ", ".join(f"{many[side]} {label}" for side, label in SIDES.items() if many[side])
    return f"{wording.counted(len(found), 'sprint')}: {each}."


def _beside(found: Sequence[Analysis]) -> str:
    """Whom the athletes are compared with, in a sentence; nothing without a group."""
    groups = dict.fromkeys(one.comparison.group.label for one in found if one.comparison)
    if not groups:
        return ""
    far = dict.fromkeys(f"{wording.number(one.distance)} m" for one in found if one.comparison)
    return f"Compared with {wording.listed(list(groups))}, over {wording.listed(list(far))}."
