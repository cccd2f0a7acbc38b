"""Which interventions may be given at all: the filters, in their order, and why each other one was dropped.

Safety first (blocked kinds, blocked high intensity, contraindications), then equipment, level and season.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from engine.model import Dropped
from engine.prescription.blocks import Shape
from engine.prescription.person import Person
from engine.prescription.rows import rank
from engine.prescription.score import score, targets
from engine.schema.intervention import Intervention
from engine.schema.program import Class

SAFETY_REASONS = frozenset({"blocked_kind", "blocked_high", "contraindicated"})


@dataclass(frozen=True)
class Candidate:
    """A row that may be given, what it is worth, and what it is for."""

    row: Intervention
    role: Class
    score: float
    targets: tuple[str, ...]
    test_first: bool
    warnings: tuple[str, ...]

    @cached_property
    def id(self) -> str:
        """Of the intervention."""
        return self.row.intervention


@dataclass(frozen=True)
class Sifted:
    """What is left and what is not."""

    candidates: tuple[Candidate, ...]
    dropped: tuple[Dropped, ...]

    def dropped_for_safety(self, deficit: str, rows: Mapping[str, Intervention]) -> tuple[str, ...]:
        """The safety rules that took away rows for this deficit."""
        taken = (
            rule
            for drop in self.dropped
            if drop.reason in SAFETY_REASONS and deficit in rows[drop.intervention].targets
            for rule in drop.detail
        )
        return tuple(dict.fromkeys(taken))


def sift(person: Person, shape: Shape) -> Sifted:
    """Every exercise as a candidate or as dropped, ids in order."""
    kept: list[Candidate] = []
    dropped: list[Dropped] = []
    safe = dict(_by_safety(person))
    offered = frozenset(
        person.knowledge.interventions[id].regress_to
        for id, reason in safe.items()
        if reason is not None and reason.reason == "contraindicated"
    )
    always = person.rows.any_of(shape.always)
    for id, row in person.knowledge.interventions.items():
        role = person.rows.role(row)
        if id not in safe or role is None:
            continue
        reason = safe[id] or next(
            (found for sieve in _SIEVES if (found := sieve(row, person, shape)) is not None), None
        )
        if reason is None and id not in always and id not in offered:
            reason = _too_easy(row, person)
        if reason is None:
            kept.append(_candidate(row, role, person, shape))
        else:
            dropped.append(Dropped(id, reason.reason, reason.detail, score(row, person)))
    return Sifted(tuple(kept), tuple(dropped))


def _by_safety(person: Person) -> Iterator[tuple[str, Dropped | None]]:
    blocked, blocked_high = person.blocked_kinds(), person.blocked_kinds(high_only=True)
    active = person.row_rules
    for id, row in person.knowledge.interventions.items():
        if person.rows.role(row) is None:
            continue
        contra = tuple(rule for rule in row.contraindications if active.get(rule) == "drop")
        if row.kind in blocked:
            yield id, Dropped(id, "blocked_kind", blocked[row.kind], 0.0)
        elif row.intensity == "high" and row.kind in blocked_high:
            yield id, Dropped(id, "blocked_high", blocked_high[row.kind], 0.0)
        elif contra:
            yield id, Dropped(id, "contraindicated", contra, 0.0)
        else:
            yield id, None


def _candidate(row: Intervention, role: Class, person: Person, shape: Shape) -> Candidate:
    active = person.row_rules
    listed = [rule for rule in row.contraindications if rule in active]
    return Candidate(
        row=row,
        role=_beginners_role(row, role, person, shape),
        score=score(row, person),
        targets=targets(row, person),
        test_first=any(active[rule] == "test_first" for rule in listed),
        warnings=tuple(rule for rule in listed if active[rule] == "warn"),
    )


def _beginners_role(row: Intervention, role: Class, person: Person, shape: Shape) -> Class:
    """The class for a beginner, where the block has room for that class at all."""
    page = person.knowledge.programs.choosing.for_beginners
    quota = shape.quota(person.column)
    if quota is None or quota.of(page.counts_as)[1] == 0 or row.intervention not in person.rows.named(page.rows):
        return role
    aims = any(person.knowledge.deficits[target].limiter in page.targets for target in targets(row, person))
    return page.counts_as if aims and person.row_level(row) == 0 else role


def _outside_the_block(row: Intervention, person: Person, shape: Shape) -> Dropped | None:
    if shape.only and row.intervention not in person.rows.any_of(shape.only):
        return Dropped(row.intervention, "blocked_kind", tuple(finding.id for finding in person.safety), 0.0)
    if shape.quota(person.column) is None and row.intervention not in person.rows.any_of(shape.always):
        return Dropped(row.intervention, "quota", (), 0.0)
    return None


def _no_equipment(row: Intervention, person: Person, shape: Shape) -> Dropped | None:
    tokens, owned = person.knowledge.programs.equipment.tokens, person.options.equipment
    missing = tuple(
        token for token in person.rows.kit(row) if token not in owned and not owned.intersection(tokens[token].met_by)
    )
    return Dropped(row.intervention, "equipment", missing, 0.0) if missing else None


def _too_long(row: Intervention, person: Person, shape: Shape) -> Dropped | None:
    """A row that no session is long enough for, with the warm-up where there is no way round it."""
    limit = person.options.minutes_per_session
    if limit is None:
        return None
    layout = person.knowledge.programs.layout
    lane = person.rows.lane(row, person.fast_too)
    spared = any(not layout.codes[code].warm_up for code in (*lane.homes, *lane.otherwise))
    needed = row.minutes + (0.0 if spared else person.warm_up_minutes)
    return Dropped(row.intervention, "minutes", (), 0.0) if needed > limit else None


def _too_hard(row: Intervention, person: Person, shape: Shape) -> Dropped | None:
    levels = person.knowledge.programs.choosing.levels
    if rank(row.level) > person.row_level(row):
        new = person.is_new_to_lifting and row.intervention in person.rows.named(levels.new_to_lifting.rows)
        within = rank(row.level) <= rank(person.level)
        return Dropped(row.intervention, "new_to_lifting" if new and within else "level", (row.level,), 0.0)
    if row.level in levels.only_after_regress:
        return Dropped(row.intervention, "regress_first", (row.regress_to,) if row.regress_to else (), 0.0)
    return None


def _too_easy(row: Intervention, person: Person) -> Dropped | None:
    lowest = person.row_level(row) - person.knowledge.programs.choosing.levels.offered_below
    return Dropped(row.intervention, "level", (row.level,), 0.0) if rank(row.level) < lowest else None


def _not_yet(row: Intervention, person: Person, shape: Shape) -> Dropped | None:
    if row.intervention in person.rows.any_of(shape.not_these):
        return Dropped(row.intervention, "regress_first", (), 0.0)
    for deficit in person.severity:
        if row.intervention in person.rows.any_of(shape.not_while.get(deficit, ())):
            return Dropped(row.intervention, "regress_first", (deficit,), 0.0)
    return None


def _out_of_season(row: Intervention, person: Person, shape: Shape) -> Dropped | None:
    gone = shape.season is not None and row.intervention in person.rows.any_of(shape.season.drop)
    return Dropped(row.intervention, "season", (person.options.season,), 0.0) if gone else None


_SIEVES: tuple[Callable[[Intervention, Person, Shape], Dropped | None], ...] = (
    _outside_the_block, _no_equipment, _too_hard, _not_yet, _out_of_season, _too_long,
)  # fmt: skip
