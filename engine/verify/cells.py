"""Verification, its values: what one answer can be, cut into cells no test of the rule base can tell apart inside.

A set of values is an integer whose bits are cells, so that and, or and not are exact and fast. The last bit stands for
“not answered”: no test holds of it.
"""

import math
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Cell:
    """The values between two bounds, or one value when the bounds are the same and belong to it."""

    low: float
    high: float
    open: bool
    """The bounds do not belong to it."""
    example: float


class Choices:
    """The values of a choice, each a cell of its own."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = tuple(names)
        self.unknown = 1 << len(self.names)
        self.known = self.unknown - 1
        self.every = self.known | self.unknown

    def among(self, names: Iterable[str]) -> int:
        """The set of these values; names that do not exist are left out."""
        return sum(1 << self.names.index(name) for name in set(names) if name in self.names)

    def example(self, chosen: int) -> str:
        """A value of a set."""
        return self.names[lowest(chosen & self.known)]


class Numbers:
    """The values of a number between two bounds (which may be infinite), cut at every threshold."""

    def __init__(self, low: float, high: float, thresholds: Iterable[float], *, whole: bool = False) -> None:
        self.low, self.high, self.whole = low, high, whole
        within = {value for value in (low, high, *thresholds) if low <= value <= high and math.isfinite(value)}
        self.points = sorted(within)

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        """All cells in rising order: an open one before, at and after every point."""
        bounds = [self.low, *self.points, self.high]
        found: list[Cell] = []
        for index, (low, high) in enumerate(pairwise(bounds)):
            found.append(Cell(low, high, True, plain_between(low, high, whole=self.whole)))
            if index < len(self.points):
                found.append(Cell(high, high, False, high))
        return tuple(found)

    @cached_property
    def known(self) -> int:
        """Every value that can be answered; a cell without one is left out."""
        return sum(1 << index for index, cell in enumerate(self.cells) if self._inhabited(cell))

    @cached_property
    def unknown(self) -> int:
        """Not answered."""
        return 1 << len(self.cells)

    @cached_property
    def every(self) -> int:
        """Every value, and not answered."""
        return self.known | self.unknown

    def _inhabited(self, cell: Cell) -> bool:
        if not cell.open:
            return not self.whole or float(cell.low).is_integer()
        if not self.whole:
            return cell.low < cell.high
        return math.isinf(cell.low) or math.isinf(cell.high) or math.floor(cell.low) + 1 < math.ceil(cell.high)

    def above(self, threshold: float, *, or_on_it: bool) -> int:
        """The values above a threshold."""
        at = bisect_left(self.points, threshold)
        if at < len(self.points) and self.points[at] == threshold:
            first = 2 * at + (1 if or_on_it else 2)
        else:
            first = 0 if threshold < self.low else 2 * at
            if threshold > self.high:
                return 0
        return self.known >> first << first

    def below(self, threshold: float, *, or_on_it: bool) -> int:
        """The values below a threshold."""
        return self.known & ~self.above(threshold, or_on_it=not or_on_it)

    def example(self, chosen: int) -> float:
        """A plain value of a set."""
        return self.cells[lowest(chosen & self.known)].example

    def runs(self, chosen: int) -> list[tuple[Cell, Cell]]:
        """A set as ranges of neighbouring cells, each by its first and last."""
        found: list[tuple[Cell, Cell]] = []
        last = -2
        inhabited = [index for index in range(len(self.cells)) if self.known >> index & 1]
        for place, index in enumerate(inhabited):
            if chosen >> index & 1:
                if found and last == place - 1:
                    found[-1] = (found[-1][0], self.cells[index])
                else:
                    found.append((self.cells[index], self.cells[index]))
                last = place
        return found


Domain = Choices | Numbers


def lowest(mask: int) -> int:
    """The position of the lowest bit of a set that is not empty."""
    return (mask & -mask).bit_length() - 1


def plain_between(low: float, high: float, *, whole: bool = False) -> float:
    """A number strictly between two bounds, with as few digits as will do.

    >>> plain_between(8, 9), plain_between(0.71, 0.73), plain_between(3, 7, whole=True)
    (8.5, 0.72, 5)
    """
    if math.isinf(low) and math.isinf(high):
        return 0
    if math.isinf(low):
        return math.ceil(high) - 1
    if math.isinf(high):
        return math.floor(low) + 1
    middle = (low + high) / 2
    for digits in range(0 if whole else 12):
        if low < (found := round(middle, digits)) < high:
            return int(found) if digits == 0 else found
    if whole:
        return math.floor(middle) if low < math.floor(middle) < high else math.ceil(middle)
    return middle
