"""Third step of loading: everything that crosses files. Does each id exist, does each test suit what it tests?

`check` reports; `is_warning` tells the faults that only deserve a look from those that stop a diagnosis.
"""

from datetime import date

from engine.checks.cases import check_cases
from engine.checks.cycles import check_cycles
from engine.checks.deficits import check_deficits, check_limiter_rules
from engine.checks.desk import Desk
from engine.checks.measures import check_derived, check_measures, check_populations, check_questionnaire
from engine.checks.names import check_names, check_sources
from engine.checks.prescription import check_interventions, check_limiters, check_programs, check_safety
from engine.checks.sprint import check_sprint
from engine.errors import Fault
from engine.knowledge import KnowledgeBase

WARNINGS = frozenset({"unused_source", "review_overdue", "no_intervention", "always_holds", "ladder_level"})
"""Codes of faults that deserve a look but leave every diagnosis sound."""

_ALL = (
    check_names, check_limiters, check_measures, check_derived, check_populations, check_questionnaire, check_deficits,
    check_limiter_rules, check_safety, check_interventions, check_programs, check_sprint, check_cases, check_cycles,
    check_sources,
)  # fmt: skip


def check(knowledge: KnowledgeBase, *, today: date | None = None) -> list[Fault]:
    """Every fault in the knowledge taken together, warnings included, in the order of their places.

    Args: `today` also reports rules whose review is overdue; without it no clock is looked at.
    """
    desk = Desk(knowledge, today)
    for look in _ALL:
        look(desk)
    return sorted(desk.faults, key=lambda fault: (fault.place, fault.message))


def is_warning(fault: Fault) -> bool:
    """Whether a fault leaves every diagnosis sound."""
    return fault.code in WARNINGS
