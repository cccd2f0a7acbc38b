"""Pairs of distance and time → splits in the order of distance: each distance once, every time later than the last."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from engine.sprint.reading.values import WrongValue
from engine.sprint.run import Split

Where = TypeVar("Where")

SAME_DISTANCE = 1e-6
"""m; gates nearer to each other than this are one gate."""
SHORTEST_INTERVAL = 1e-6
"""s; less between two gates is no time at all."""


@dataclass(frozen=True, slots=True)
class Written(Generic[Where]):
    """A split with where it was found."""

    distance: float
    time: float
    where: Where


def line(time: float) -> WrongValue:
    """What is said about a time at the start line."""
    hint = "leave it out" if time == 0 else "leave it out, and say a reaction under reaction_time"
    return WrongValue(f"0 m is the start line, where the distances begin, and no gate; {hint}", code="start_line")


def ordered(found: Iterable[Written[Where]]) -> tuple[tuple[Split, ...], list[tuple[Where, WrongValue]]]:
    """The splits by distance, and what is wrong with their order."""
    splits: list[Split] = []
    wrong: list[tuple[Where, WrongValue]] = []
    for one in sorted(found, key=lambda each: each.distance):
        before = splits[-1] if splits else None
        if before is not None and one.distance - before.distance < SAME_DISTANCE:
            message = f"the distance {one.distance:g} m is there twice, with {before.time:g} s and {one.time:g} s"
            wrong.append((one.where, WrongValue(message, "each gate once for a run", code="duplicate_distance")))
        elif before is not None and one.time - before.time < SHORTEST_INTERVAL:
            message = (f"{one.distance:g} m is reached at {one.time:g} s, not later than {before.distance:g} m "
                       f"at {before.time:g} s")  # fmt: skip
            wrong.append((one.where, WrongValue(message, "times counted from the start, growing with every gate",
                                                code="times_not_increasing")))  # fmt: skip
        else:
            splits.append(Split(one.distance, one.time))
    return tuple(splits), wrong
