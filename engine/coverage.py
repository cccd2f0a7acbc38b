"""How much of the possible evidence about each limiter could be decided.

"Not examined" and "fine" are never the same.
"""

from collections.abc import Mapping

from engine import degrees
from engine.certainty import total
from engine.compile import Compiled, CompiledRule
from engine.degrees import Degrees
from engine.evaluation import Evaluation, rule_degree
from engine.model import DeficitState
from engine.schema.base import Limiter

_HELD = degrees.known(1.0)


def decided_groups(compiled: Compiled, evaluation: Evaluation) -> Mapping[str, Mapping[str, bool]]:
    """deficit → group → whether one of its rules is decided.

    A rule that the athlete's sex, age, event or level alone rules out, or that no answer could decide (no norm fits),
    is not about this athlete and leaves its group out. Nor does a deficit that nobody has examined decide a rule.
    """
    evidence = [
        degree if compiled.is_evidence(test.key) else _HELD
        for test, degree in zip(compiled.tests, evaluation.tests, strict=True)
    ]
    tests = list(evaluation.tests)
    found: dict[str, dict[str, bool]] = {}
    for deficit in (deficit for stratum in compiled.strata for deficit in stratum):
        groups = found[deficit] = {}
        for position in compiled.rules_about.get(deficit, ()):
            decided = _is_decided(compiled.rules[position], tests, evidence)
            if decided is not None:
                group = compiled.rules[position].group
                groups[group] = groups.get(group, False) or decided
        if not any(groups.values()):
            for position in compiled.tests_of.get(deficit, ()):
                tests[position] = tests[position]._replace(low=0.0, high=1.0)
    return found


def coverage(compiled: Compiled, decided: Mapping[str, Mapping[str, bool]], limiter: Limiter) -> float:
    """The decided part of the evidence about a limiter's deficits, in [0, 1], weighted by deficits and groups.

    A group counts by the weight of its strongest rule, a deficit by its own weight.
    """
    parts = [
        (compiled.factors.get(deficit, 0.0) * compiled.group_weights[deficit][group], known)
        for deficit, groups in decided.items()
        if compiled.families[deficit] == limiter
        for group, known in groups.items()
    ]
    whole = total(part for part, _ in parts)
    return total(part for part, known in parts if known) / whole if whole > 0 else 0.0


def state(
    compiled: Compiled, deficit: str, certainty: float, decided: Mapping[str, Mapping[str, bool]]
) -> DeficitState:
    """Present, ruled out, undecided (something could be decided, neither holds) or unexamined (nothing could)."""
    if compiled.is_present(certainty):
        return "present"
    if compiled.is_present(-certainty):
        return "ruled_out"
    return "undecided" if any(decided[deficit].values()) else "unexamined"


def _is_decided(rule: CompiledRule, tests: Degrees, evidence: Degrees) -> bool | None:
    degree = rule_degree(rule, tests)
    if degree.low > 0:
        return True
    if degree.high > 0:
        return False if degree.most > 0 else None
    return True if rule_degree(rule, evidence).high <= 0 else None
