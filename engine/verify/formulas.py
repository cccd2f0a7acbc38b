"""Verification, its logic: can these lines hold together? Decided exactly, by search over the cells of the answers.

A formula says of variables that their values lie in sets; `solve` finds values for which all formulas hold, or shows
that there are none.
"""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from engine.verify.cells import Cell, Numbers

Variable = tuple[str, str]
"""A measure, deficit or count, and the side ("" where there is none)."""

State = dict[Variable, int]
"""What is left of each variable's values; one that is missing may still be anything."""

MOST_STEPS = 20_000
"""After so many steps a question is left open, and never counted as an answer."""


@dataclass(frozen=True, slots=True)
class In:
    """The variable's value lies in a set."""

    variable: Variable
    chosen: int


@dataclass(frozen=True, slots=True)
class Apart:
    """The difference between the sides of a measure, or their asymmetry in percent, lies between two bounds."""

    measure: str
    kind: Literal["difference", "asymmetry"]
    low: float
    low_open: bool
    high: float
    high_open: bool


@dataclass(frozen=True, slots=True)
class All:
    """All parts hold; without parts it always holds."""

    parts: tuple["Formula", ...]


@dataclass(frozen=True, slots=True)
class Any:
    """At least one part holds; without parts it never does."""

    parts: tuple["Formula", ...]


Formula = In | Apart | All | Any

TRUE, FALSE = All(()), Any(())


class TooHard(Exception):
    """The question has too many branches to be decided."""


@dataclass(slots=True)
class Solver:
    """Finds values for formulas. `every` gives all values of a variable, `sides` the numbers of a per-side measure."""

    every: Callable[[Variable], int]
    sides: Callable[[str], Numbers]
    counts: Callable[[State], bool]
    """Whether counts of deficits and the deficits counted go together."""
    steps: int = 0

    def solve(self, formulas: Iterable[Formula]) -> State | None:
        """What is left of each variable that the formulas speak of; None when they cannot hold together.

        Raises: TooHard.
        """
        self.steps = 0
        return self._search({}, (), list(formulas))

    def _search(self, state: State, apart: tuple[Apart, ...], todo: list[Formula]) -> State | None:
        choices: list[Any] = []
        while todo or choices:
            self.steps += 1
            if self.steps > MOST_STEPS:
                raise TooHard
            if not todo:
                todo, choices = self._narrow(state, choices)
                if todo:
                    continue
                return self._branch(state, apart, choices)
            formula = todo.pop()
            if isinstance(formula, All):
                todo.extend(formula.parts)
            elif isinstance(formula, In):
                if not formula.chosen:
                    return None
                known = state.get(formula.variable)
                left = (self.every(formula.variable) if known is None else known) & formula.chosen
                if not left:
                    return None
                state[formula.variable] = left
            elif isinstance(formula, Apart):
                apart = (*apart, formula)
            elif len(formula.parts) == 1:
                todo.append(formula.parts[0])
            else:
                choices.append(formula)
        return state if self._sides_agree(state, apart) and self.counts(state) else None

    def _narrow(self, state: State, choices: list[Any]) -> tuple[list[Formula], list[Any]]:
        """Alternatives that are still open: those with one way left become certain, those with none end the search."""
        certain: list[Formula] = []
        still: list[Any] = []
        for choice in choices:
            parts = tuple(part for part in choice.parts if self._possible(state, part))
            if len(parts) <= 1:
                certain.append(parts[0] if parts else _NEVER)
            else:
                still.append(Any(parts))
        return certain, still

    def _possible(self, state: State, formula: Formula) -> bool:
        if isinstance(formula, In):
            left = state.get(formula.variable)
            return bool((self.every(formula.variable) if left is None else left) & formula.chosen)
        if isinstance(formula, Apart):
            return True
        every = isinstance(formula, All)
        for part in formula.parts:  # the first part that decides ends it
            if self._possible(state, part) != every:
                return not every
        return every

    def _branch(self, state: State, apart: tuple[Apart, ...], choices: list[Any]) -> State | None:
        choices = sorted(choices, key=lambda choice: len(choice.parts))
        for part in choices[0].parts:
            found = self._search(dict(state), apart, [*choices[1:], part])
            if found is not None:
                return found
        return None

    def _sides_agree(self, state: State, apart: tuple[Apart, ...]) -> bool:
        for measure in {one.measure for one in apart}:
            wanted = [one for one in apart if one.measure == measure]
            numbers = self.sides(measure)
            left, right = ((measure, side) for side in ("left", "right"))
            pair = _pair(numbers, state.get(left, numbers.known), state.get(right, numbers.known), wanted)
            if pair is None:
                return False
            state[left], state[right] = pair
        return True


_NEVER = In(("", ""), 0)


def _pair(numbers: Numbers, left: int, right: int, wanted: list[Apart]) -> tuple[int, int] | None:
    """Cells of both sides that are as far apart as wanted; differences and asymmetries each on their own."""
    kinds = dict.fromkeys(one.kind for one in wanted)
    wanted = [_merged([one for one in wanted if one.kind == kind]) for kind in kinds]
    cells = [(1 << index, cell) for index, cell in enumerate(numbers.cells) if numbers.known >> index & 1]
    for first, one in cells:
        if left & first:
            for second, other in cells:
                if right & second and all(_meets(_span(want.kind, one, other), want, numbers) for want in wanted):
                    return first, second
    return None


def _merged(wanted: list[Apart]) -> Apart:
    """Several bounds of one kind as one."""
    low, low_open = max((one.low, one.low_open) for one in wanted)
    high, closed = min((one.high, not one.high_open) for one in wanted)
    return Apart(wanted[0].measure, wanted[0].kind, low, low_open, high, not closed)


_Span = tuple[float, bool, float, bool]


def _span(kind: str, one: Cell, other: Cell) -> _Span:
    """Least and most difference (or asymmetry) of two cells, and whether each is only approached."""
    low, high = (one, other) if one.low <= other.low else (other, one)
    apart = low.open or high.open
    if kind == "difference":
        most = max(high.high - low.low, low.high - high.low)
        return (max(0.0, high.low - low.high), apart and low.high <= high.low, most, apart)
    if max(low.high, high.high) <= 0:
        return (1.0, True, 0.0, True)
    nearest = 100 * (1 - low.high / high.low) if high.low > low.high else 0.0
    most = max(100 * (1 - low.low / high.high), 100 * (1 - high.low / low.high) if low.high > 0 else 0.0)
    return (nearest, apart and low.high <= high.low, most, apart)


def _meets(span: _Span, want: Apart, numbers: Numbers) -> bool:
    low, high = max(span[0], want.low), min(span[2], want.high)
    if low < high:
        if numbers.whole and want.kind == "difference" and math.floor(low) + 1 >= math.ceil(high):
            return any(_holds(value, span) and _holds(value, _bounds(want)) for value in (low, high) if value % 1 == 0)
        return True
    return low == high and _holds(low, span) and _holds(low, _bounds(want))


def _bounds(want: Apart) -> _Span:
    return want.low, want.low_open, want.high, want.high_open


def _holds(value: float, span: _Span) -> bool:
    low, low_open, high, high_open = span
    return (value > low or (value == low and not low_open)) and (value < high or (value == high and not high_open))
