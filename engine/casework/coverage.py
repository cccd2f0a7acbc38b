"""Which rules the cases reach: where each fires, does not fire, meets its boundary, and waits for an answer.

Cornerstones count as cases. A boundary counts as met where a number stands within one error of measurement of the
limit of a line (or on it, where there is no error) while no other line of the rule already fails.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from engine import degrees, sprints
from engine.cases import answers_of
from engine.casework.rule_cases import rule_states
from engine.certainty import TOLERANCE
from engine.compile import Compiled, CompiledRule
from engine.conditions import Between, Compare, NormDistance, Percentile
from engine.degrees import Datum
from engine.evaluation import Evaluation, evaluate
from engine.facts import Facts, gather
from engine.model import Sides, Value
from engine.schema.measure import DerivedMeasure, Measure

Reached = Literal["fires", "silent", "boundary", "open"]
REACHED: tuple[Reached, ...] = ("fires", "silent", "boundary", "open")
_OF_STATE: Mapping[str, Reached] = {"fired": "fires", "blocked": "silent", "open": "open"}


@dataclass(frozen=True, slots=True)
class Covered:
    """For each rule, what the cases reach; `has_boundary` are the rules with a number to be on the edge of."""

    reached: Mapping[str, frozenset[Reached]]
    has_boundary: frozenset[str]

    def lacks(self, rule: str) -> tuple[Reached, ...]:
        """What no case shows of a rule."""
        wanted = (one for one in REACHED if one != "boundary" or rule in self.has_boundary)
        return tuple(one for one in wanted if one not in self.reached[rule])


def cover(compiled: Compiled, given: Iterable[Mapping[str, Value]]) -> Covered:
    """What some athletes reach, cornerstones and their sprints included.

    Raises: AnswersError, for a sprint of a cornerstone that no model can be fitted to.
    """
    knowledge = compiled.knowledge
    cases = [answers_of(knowledge, id) for id in knowledge.cases]
    everyone = [(case.values, sprints.read_off(knowledge, case)) for case in cases]
    everyone += [(values, {}) for values in given]
    reached: dict[str, set[Reached]] = {rule.id: set() for rule in compiled.rules}
    with_boundary = [rule for rule in compiled.rules if any(limits(compiled, at) for at in rule.tests)]
    for values, measured in everyone:
        evaluation = evaluate(compiled, gather(compiled, values, measured))
        for id, state in rule_states(evaluation).items():
            reached[id].add(_OF_STATE[state])
        for rule in with_boundary:
            if "boundary" not in reached[rule.id] and on_boundary(evaluation, rule):
                reached[rule.id].add("boundary")
    return Covered(
        {id: frozenset(found) for id, found in reached.items()}, frozenset(rule.id for rule in with_boundary)
    )


def limits(compiled: Compiled, position: int) -> bool:
    """Whether a test has a limit that a measured number can stand on."""
    test = compiled.tests[position]
    return test.kind in ("measure", "derived") and isinstance(
        test.test, Compare | Between | NormDistance | Percentile
    )  # fmt: skip


def on_boundary(evaluation: Evaluation, rule: CompiledRule) -> bool:
    """Whether a number stands on the limit of one line of a rule while the other lines do not fail."""
    near = [at for at in rule.premise.all_tests if _is_near(evaluation.compiled, evaluation.facts, at)]
    if not near:
        return False
    others = (at for at in rule.premise.tests if at not in near)
    return all(evaluation.tests[at].low > 0 for at in others)


def _is_near(compiled: Compiled, facts: Facts, position: int) -> bool:
    if not limits(compiled, position):
        return False
    test = compiled.tests[position]
    page, datum = compiled.measure(test.key), facts.datum(test.key)
    if datum.status != "known" or datum.value is None or isinstance(datum.value, bool | str):
        return False
    reach = getattr(test.test, "reach", "either")
    near = _measured(page, datum, datum.value, reach)
    limited = thresholds(compiled, facts, position)
    return any(abs(number - limit) <= error + TOLERANCE for number, error in near for limit in limited)


def thresholds(compiled: Compiled, facts: Facts, position: int) -> tuple[float, ...]:
    """The limits of a test in the unit of its measure; of tests against the norm, this athlete's."""
    test = compiled.tests[position]
    match test.test:
        case Between(low, high):
            return low, high
        case Compare(_, value):
            return (value,)
        case NormDistance(_, sd):
            reference = facts.reference(test.key)
            return (reference.at_distance(sd),) if reference else ()
        case Percentile(_, percentile):
            reference = facts.reference(test.key)
            limit = reference.at_percentile(percentile) if reference else None
            return () if limit is None else (limit,)
    return ()


def _measured(
    page: Measure | DerivedMeasure, datum: Datum, value: float | Sides, reach: str
) -> tuple[tuple[float, float], ...]:
    """The numbers a test looks at, each with its error of measurement."""
    if not isinstance(value, Sides):
        return ((float(value), degrees.error_of(page, datum, value)),)
    if reach not in ("difference", "asymmetry"):
        return tuple((side, degrees.error_of(page, datum, side)) for side in value.known)
    if len(value.known) < 2:
        return ()
    low, high = sorted(value.known)
    errors = degrees.error_of(page, datum, low), degrees.error_of(page, datum, high)
    if reach == "difference":
        return ((high - low, math.hypot(*errors)),)
    return ((100 * (1 - low / high), 100 / high * math.hypot(errors[0], low / high * errors[1])),) if high > 0 else ()
