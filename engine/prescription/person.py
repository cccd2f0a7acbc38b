"""Who the block is for: level, adjustments, what was found, and what the safety rules take away.

Reads the finished diagnosis and nothing else; every number it applies is from the programme pages.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from engine.knowledge import KnowledgeBase
from engine.model import DeficitFinding, Diagnosis, Options, SafetyFinding
from engine.prescription.rows import LEVELS, Rows, rank, rows_of
from engine.schema.intervention import Intervention, Level
from engine.schema.program import Adjustment, Lowered, Selector


@dataclass(frozen=True, eq=False)
class Person:
    """One athlete as the composition sees them."""

    rows: Rows
    options: Options
    level: Level
    """Of the athlete."""
    column: Level
    """Whose column of caps and quotas counts; a coach is needed for the later ones."""
    found: tuple[DeficitFinding, ...]
    """Present deficits of the three limiters, most certain first."""
    elsewhere: tuple[DeficitFinding, ...]
    """Present deficits of the elsewhere family, most certain first."""
    safety: tuple[SafetyFinding, ...]
    adjustments: Mapping[str, Adjustment]
    lowered: tuple[Lowered, ...]
    numbers: Mapping[str, float]
    """The answers that are numbers."""

    @cached_property
    def knowledge(self) -> KnowledgeBase:
        """The pages."""
        return self.rows.knowledge

    @cached_property
    def severity(self) -> dict[str, int]:
        """How severe each found deficit is, 1 to 3."""
        return {finding.id: finding.severity for finding in self.found}

    @cached_property
    def roots(self) -> frozenset[str]:
        """Found deficits that explain another found one."""
        present = {finding.id for finding in self.found}
        return frozenset(finding.id for finding in self.found if present.intersection(finding.explains))

    def blocked_kinds(self, *, high_only: bool = False) -> Mapping[str, tuple[str, ...]]:
        """Blocked kinds of intervention, with the safety rules that block them."""
        blocked: dict[str, tuple[str, ...]] = {}
        for finding in self.safety:
            rule = self.knowledge.safety[finding.id]
            for kind in rule.blocked_high_only if high_only else rule.blocked_kinds:
                blocked[kind] = (*blocked.get(kind, ()), finding.id)
        return blocked

    @cached_property
    def row_rules(self) -> Mapping[str, str]:
        """What each active safety rule does to rows that list it."""
        return {finding.id: self.knowledge.safety[finding.id].row_rule for finding in self.safety}

    def row_level(self, row: Intervention) -> int:
        """The rank of the highest level of this row that the person is offered."""
        highest = rank(self.level)
        for rule in self.lowered:
            if row.intervention in self.rows.named(rule.rows):
                highest = max(0, highest - rule.steps)
        new = self.knowledge.programs.choosing.levels.new_to_lifting
        if self.is_new_to_lifting and row.intervention in self.rows.named(new.rows):
            highest = min(highest, rank(new.level))
        return highest

    @cached_property
    def is_new_to_lifting(self) -> bool:
        """Whether the coach said that lifting is new to them."""
        months = self.options.months_of_lifting
        return months is not None and months < self.knowledge.programs.choosing.levels.new_to_lifting.below_months

    @cached_property
    def fast_too(self) -> tuple[Selector, ...]:
        """Rows that count as fast for this person beside those that are for everyone."""
        return tuple(selector for change in self.adjustments.values() for selector in change.fast_too)

    @cached_property
    def fast_days_apart(self) -> int:
        """Days from one fast day to the next, at least."""
        own = [change.fast_days_apart for change in self.adjustments.values() if change.fast_days_apart is not None]
        return max([self.knowledge.programs.layout.fast_days_apart, *own])

    @cached_property
    def most_fast_days(self) -> int:
        """Fast days a week, at most."""
        own = [change.most_fast_days for change in self.adjustments.values() if change.most_fast_days is not None]
        return min([7, *own])

    @cached_property
    def warm_up_minutes(self) -> float:
        """The shortest warm-up that will do, in minutes."""
        own = [change.warm_up_minutes[0] for change in self.adjustments.values() if change.warm_up_minutes is not None]
        return max([self.knowledge.programs.layout.warm_up.minutes[0], *own])


def meet(knowledge: KnowledgeBase, diagnosis: Diagnosis) -> Person:
    """The person behind a diagnosis."""
    options = diagnosis.options
    choosing = knowledge.programs.choosing.levels
    answers = {id: fact.value for id, fact in diagnosis.facts.items()}
    trained = answers.get(choosing.measure)
    level = options.level or choosing.levels.get(str(trained), choosing.unknown)
    alone = knowledge.programs.caps.without_a_coach
    numbers = {id: float(value) for id, value in answers.items() if _is_number(value)}  # type: ignore[arg-type]  # as tested
    present = [finding for finding in diagnosis.deficits if finding.state == "present"]
    safety = {finding.id for finding in diagnosis.safety}
    return Person(
        rows=rows_of(knowledge),
        options=options,
        level=level,
        column=level if options.coached else LEVELS[min(rank(level), rank(alone))],
        found=tuple(finding for finding in present if finding.limiter != "elsewhere"),
        elsewhere=tuple(finding for finding in present if finding.limiter == "elsewhere"),
        safety=diagnosis.safety,
        adjustments={
            id: change
            for id, change in knowledge.programs.people.people.items()
            if safety.intersection(change.safety)
            or any(answers.get(measure) in wanted for measure, wanted in change.answers.items())
            or (change.without_a_coach and not options.coached)
        },
        lowered=tuple(rule for rule in choosing.lowered if numbers.get(rule.measure, rule.at_most + 1) <= rule.at_most),
        numbers=numbers,
    )


def _is_number(value: object) -> bool:
    return isinstance(value, float | int) and not isinstance(value, bool)
