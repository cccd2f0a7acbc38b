"""Sets of interventions as the programme pages name them: groups, classes, lanes and ladders.

Stands below every other module of the prescription: it answers which rows a page means, and knows no athlete.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from engine.knowledge import KnowledgeBase
from engine.schema.intervention import Intervention, Level
from engine.schema.program import Class, Lane, Selector

LEVELS: tuple[Level, ...] = ("beginner", "intermediate", "advanced")


def rank(level: Level) -> int:
    """0 for beginner, 1 for intermediate, 2 for advanced."""
    return LEVELS.index(level)


@dataclass(frozen=True, eq=False)
class Rows:
    """The interventions of a knowledge base, by the names that the programme pages use."""

    knowledge: KnowledgeBase

    def named(self, name: str) -> frozenset[str]:
        """The ids a group stands for, or the one intervention of that id."""
        return self._groups.get(name) or frozenset({name})

    def any_of(self, names: Iterable[str]) -> frozenset[str]:
        """The ids of several groups or interventions together."""
        key = tuple(names)
        if key not in self._names:
            self._names[key] = frozenset().union(*map(self.named, key))
        return self._names[key]

    def role(self, row: Intervention) -> Class | None:
        """The class of a row for the quotas; None for what is no exercise."""
        return self._roles[row.intervention]

    def lane(self, row: Intervention, fast_too: tuple[Selector, ...] = ()) -> Lane:
        """How the row progresses and where in a day it goes; `fast_too` makes more rows fast for some people."""
        lanes = self.knowledge.programs.layout.lanes
        if any(self.fits(selector, row) for selector in fast_too):
            wanted = next((lane for lane in lanes if lane.fast and self._in_lane(lane, row)), None)
            return wanted or next(lane for lane in reversed(lanes) if lane.fast)
        return self._lanes[row.intervention]

    def fits(self, selector: Selector, row: Intervention) -> bool:
        """Whether the row is named by the selector, or meets every line of it."""
        if row.intervention in selector.ids:
            return True
        lines = (
            (selector.kind, row.kind in selector.kind),
            (selector.limiter, row.limiter in selector.limiter),
            (selector.intensity, row.intensity in selector.intensity),
            (selector.level, row.level in selector.level),
            (selector.targets, any(target in selector.targets for target in row.targets)),
            (selector.equipment_free, not self.kit(row)),
        )
        given = [met for line, met in lines if line]
        return bool(given) and all(given) and row.intervention not in selector.leave_out

    def kit(self, row: Intervention) -> tuple[str, ...]:
        """What the row needs that not everyone owns."""
        return self._kits[row.intervention]

    def on_one_ladder(self, first: str, second: str) -> bool:
        """Whether one can be reached from the other by `progress_to`."""
        return second in self._above[first] or first in self._above[second]

    def _in_lane(self, lane: Lane, row: Intervention) -> bool:
        return any(self.fits(selector, row) for selector in lane.rows)

    @cached_property
    def _roles(self) -> dict[str, Class | None]:
        classes = self.knowledge.programs.choosing.classes.items()
        return {
            id: next((role for role, selectors in classes if any(self.fits(one, row) for one in selectors)), None)
            for id, row in self.knowledge.interventions.items()
        }

    @cached_property
    def _lanes(self) -> dict[str, Lane]:
        lanes = self.knowledge.programs.layout.lanes
        return {
            id: next((lane for lane in lanes if self._in_lane(lane, row)), lanes[-1])
            for id, row in self.knowledge.interventions.items()
        }

    @cached_property
    def _kits(self) -> dict[str, tuple[str, ...]]:
        tokens = self.knowledge.programs.equipment.tokens
        return {
            id: tuple(token for token in row.equipment if not tokens[token].everyone)
            for id, row in self.knowledge.interventions.items()
        }

    @cached_property
    def _groups(self) -> dict[str, frozenset[str]]:
        return {
            name: frozenset(
                id
                for id, row in self.knowledge.interventions.items()
                if any(self.fits(selector, row) for selector in group.rows)
            )
            for name, group in self.knowledge.programs.choosing.groups.items()
        }

    @cached_property
    def _above(self) -> dict[str, frozenset[str]]:
        return {id: self._reach(id) for id in self.knowledge.interventions}

    @cached_property
    def _names(self) -> dict[tuple[str, ...], frozenset[str]]:
        return {}

    def _reach(self, id: str) -> frozenset[str]:
        reached: set[str] = set()
        step = self.knowledge.interventions[id].progress_to
        while step is not None and step not in reached:
            reached.add(step)
            step = self.knowledge.interventions[step].progress_to
        return frozenset(reached)


_latest: list[Rows] = []


def rows_of(knowledge: KnowledgeBase) -> Rows:
    """The rows of a knowledge base; those of the latest one are kept, since a squad is prescribed for with one."""
    if not _latest or _latest[0].knowledge is not knowledge:
        _latest[:] = [Rows(knowledge)]
    return _latest[0]
