"""The choice among candidates: always items, then severe deficits, then quotas, all under the caps.

When rules collide: safety (sifted before), then caps, then `always` items, then clear deficits, then quotas.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import get_args

from engine.model import Dropped
from engine.prescription.blocks import Shape
from engine.prescription.candidates import Candidate
from engine.prescription.person import Person
from engine.prescription.rows import rank
from engine.prescription.score import worth
from engine.schema.program import Class

CLASSES: tuple[Class, ...] = get_args(Class)


@dataclass
class Picked:
    """The choice while it grows: the items in the order they were chosen."""

    person: Person
    shape: Shape
    cap: int
    items: list[Candidate] = field(default_factory=list)
    always: set[str] = field(default_factory=set)
    without_place: frozenset[str] = frozenset()
    """Candidates that were chosen once and found no place in any week."""

    @property
    def full(self) -> bool:
        """Whether the block's cap is reached."""
        return len(self.items) >= self.cap

    @property
    def count(self) -> Counter[Class]:
        """How many of each class are chosen."""
        return Counter(item.role for item in self.items)

    def covered(self, deficit: str) -> bool:
        """Whether some item is for this deficit."""
        return any(deficit in item.targets for item in self.items)

    def barrier(self, candidate: Candidate) -> Dropped | None:
        """Why the candidate cannot join what is chosen, the quotas left aside."""
        rows = self.person.rows
        for item in self.items:
            if item.id == candidate.id or rows.on_one_ladder(item.id, candidate.id):
                return Dropped(candidate.id, "same_ladder", (item.id,), candidate.score)
        caps = self.person.knowledge.programs.caps
        limits = {caps.cue_runs: caps.running_cues_at_once.of(self.person.column), **self.shape.block.at_most}
        for name, most in limits.items():
            group = rows.named(name)
            if candidate.id in group and sum(item.id in group for item in self.items) >= most:
                return Dropped(candidate.id, "cap", (name,), candidate.score)
        return Dropped(candidate.id, "cap", (), candidate.score) if self.full else None

    def add(self, candidate: Candidate | None, *, always: bool = False) -> None:
        """Take a candidate in."""
        if candidate is not None:
            self.items.append(candidate)
            if always:
                self.always.add(candidate.id)


def pick(person: Person, shape: Shape, candidates: tuple[Candidate, ...]) -> Picked:
    """The items of the block, in the order they were chosen."""
    short = _has_hardly_time(person)
    caps = person.knowledge.programs.caps
    most = [caps.items_in_block.of(person.column), shape.block.most_items, caps.short_week.items if short else None]
    picked = Picked(person, shape, min(number for number in most if number is not None))
    for name in caps.short_week.first if short else shape.always:
        _take_always(name, picked, candidates)
    if short:
        _cover(picked, candidates, [finding.id for finding in person.found][:1])
    _cover(picked, candidates, clear_deficits(person))
    quota = shape.quota(person.column)
    if quota is not None:
        fewest = {role: quota.of(role)[0] for role in CLASSES}
        most_of = {role: quota.of(role)[1] for role in CLASSES}
        _fill(picked, candidates, fewest, with_target=False)
        _fill(picked, candidates, most_of, with_target=True)
    return picked


def clear_deficits(person: Person) -> list[str]:
    """Found deficits so severe that an item must be for them, most certain first."""
    clear = person.knowledge.programs.choosing.clear_severity
    return [finding.id for finding in person.found if finding.severity >= clear]


def left_over(picked: Picked, candidates: tuple[Candidate, ...]) -> list[Dropped]:
    """Why each candidate that was not chosen was not."""
    chosen = {item.id for item in picked.items}
    drops = []
    for candidate in candidates:
        if candidate.id in chosen:
            continue
        barrier = picked.barrier(candidate)
        if not candidate.targets:
            drops.append(Dropped(candidate.id, "no_target", (), 0.0))
        else:
            drops.append(barrier or Dropped(candidate.id, "quota", (candidate.role,), candidate.score))
    return drops


def _has_hardly_time(person: Person) -> bool:
    minutes = person.options.minutes_per_session
    if minutes is None:
        return False
    return minutes * person.options.days_per_week < person.knowledge.programs.caps.short_week.below_minutes


def _take_always(name: str, picked: Picked, candidates: tuple[Candidate, ...]) -> None:
    """The best row of a group that is always in; nothing when one of it is in already, or none is left."""
    group = picked.person.rows.named(name)
    if any(item.id in group for item in picked.items):
        chosen = next(item for item in picked.items if item.id in group)
        picked.always.add(chosen.id)
        return
    free = [candidate for candidate in candidates if candidate.id in group and picked.barrier(candidate) is None]
    picked.add(min(free, key=lambda row: (-_new_cover(row, picked), *_order(row, picked)), default=None), always=True)


def _cover(picked: Picked, candidates: tuple[Candidate, ...], deficits: Iterable[str]) -> None:
    """One item for each of these deficits, rows that serve several of them first."""
    for deficit in deficits:
        if picked.covered(deficit):
            continue
        free = [row for row in candidates if deficit in row.targets and picked.barrier(row) is None]
        picked.add(
            min(
                free,
                key=lambda row: (not _has_room(row, picked), -_new_cover(row, picked), *_order(row, picked)),
                default=None,
            )
        )


def _has_room(row: Candidate, picked: Picked) -> bool:
    quota = picked.shape.quota(picked.person.column)
    return quota is None or picked.count[row.role] < quota.of(row.role)[1]


def _new_cover(row: Candidate, picked: Picked) -> float:
    """What the row is worth for the clear deficits that nothing serves yet."""
    value = worth(row.row, picked.person)
    return sum(value.get(deficit, 0.0) for deficit in clear_deficits(picked.person) if not picked.covered(deficit))


def _fill(picked: Picked, candidates: tuple[Candidate, ...], wanted: dict[Class, int], *, with_target: bool) -> None:
    """The best rows of each class until there are as many as wanted; without a target only what may fill up."""
    choosing = picked.person.knowledge.programs.choosing
    only_found = picked.person.rows.any_of(choosing.only_when_found)
    while True:
        count = picked.count
        free = [
            row
            for row in candidates
            if count[row.role] < wanted[row.role]
            and (row.targets or not (with_target or row.id in only_found))
            and picked.barrier(row) is None
        ]
        if not free:
            return
        picked.add(min(free, key=lambda row: _order(row, picked)))


def _order(row: Candidate, picked: Picked) -> tuple[float, int, int, float, int, int, str]:
    """Best first: worth, then what serves as a filler, then the block's own limiter, minutes, equipment, level."""
    fillers = picked.person.knowledge.programs.choosing.fillers.get(row.role, ())
    first = [str(limiter) for limiter in picked.shape.block.targets_first]
    return (
        -row.score,
        0 if row.targets else fillers.index(row.id) if row.id in fillers else len(fillers),
        first.index(row.row.limiter) if row.row.limiter in first else len(first),
        row.row.minutes,
        len(picked.person.rows.kit(row.row)),
        rank(row.row.level),
        row.id,
    )
