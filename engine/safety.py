"""Which safety rules are active. The strictest wins; rules never cancel each other.

A rule is active when its `when` holds. While `when` is still open, its `when_short`, over the short answers alone, may
make it active provisionally; once `when` is known to fail, `when_short` is ignored.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from engine import degrees
from engine.compile import QUESTION_GROUPS, Compiled, CompiledSafety, Premise
from engine.evaluation import Evaluation
from engine.facts import Facts
from engine.model import SafetyFinding
from engine.schema.safety import Urgency

_URGENCY: tuple[Urgency, ...] = ("emergency_now", "within_24h", "within_days", "routine")
_ACTIONS = ("stop_and_refer", "modify", "monitor")
_STOP = "stop_and_refer"


@dataclass(frozen=True, slots=True)
class Safety:
    """Active rules, most urgent first, and whether they stop the athlete now, surely, or possibly."""

    findings: tuple[SafetyFinding, ...]
    stopped: bool
    surely_stopped: bool
    possibly_stopped: bool


def screen(compiled: Compiled, evaluation: Evaluation) -> Safety:
    """The safety rules that are active for these answers."""
    stops = [rule for rule in compiled.safety if rule.source.action == _STOP]
    active = {rule.id: found for rule in compiled.safety if (found := _finding(evaluation, rule)) is not None}
    if not any(rule.id in active and not active[rule.id].provisional for rule in stops):
        for rule in compiled.safety:
            if rule.when_no_other_stop and degrees.all_of(rule.when_no_other_stop, evaluation.tests).low > 0:
                active[rule.id] = _active(evaluation, rule, provisional=False)
    findings = sorted(
        active.values(),
        key=lambda found: (_ACTIONS.index(found.action), _URGENCY.index(found.urgency), found.provisional, found.id),
    )
    return Safety(
        findings=tuple(findings),
        stopped=any(found.action == _STOP for found in findings),
        surely_stopped=any(degrees.all_of(rule.when, evaluation.tests).least > 0 for rule in stops),
        possibly_stopped=any(
            degrees.all_of(premise, evaluation.tests).most > 0
            for rule in stops
            for premise in (rule.when, rule.when_no_other_stop)
            if premise is not None
        ),
    )


def open_questions(compiled: Compiled, evaluation: Evaluation, premise: Premise) -> tuple[str, ...]:
    """Unanswered questions that a premise still waits for, in the order written."""
    return tuple(dict.fromkeys(_open(compiled, evaluation, premise)))


def unanswered(compiled: Compiled, facts: Facts) -> tuple[str, ...]:
    """Safety questions to be asked of this athlete that have no answer yet."""
    return tuple(
        id
        for id, measure in compiled.knowledge.measures.items()
        if measure.group in QUESTION_GROUPS and id not in facts.values and facts.asked.get(id, True)
    )


def _finding(evaluation: Evaluation, rule: CompiledSafety) -> SafetyFinding | None:
    when = degrees.all_of(rule.when, evaluation.tests)
    if when.low > 0:
        return _active(evaluation, rule, provisional=False)
    is_open = when.high > 0
    if is_open and rule.when_short and degrees.all_of(rule.when_short, evaluation.tests).low > 0:
        return _active(evaluation, rule, provisional=True)
    return None


def _active(evaluation: Evaluation, rule: CompiledSafety, *, provisional: bool) -> SafetyFinding:
    page = rule.source
    questions = open_questions(evaluation.compiled, evaluation, rule.when) if provisional else ()
    return SafetyFinding(rule.id, page.action, page.urgency, provisional, page.report_text, questions)


def _open(compiled: Compiled, evaluation: Evaluation, premise: Premise) -> Iterator[str]:
    for position in premise.all_tests:
        key = compiled.tests[position].key
        if key in compiled.knowledge.measures and evaluation.facts.datum(key).status == "unknown":
            yield key
