"""What fired, on which answers, and why; what did not, and which line stopped it; what is still open.

The trace is part of the result: every *why* and *why not* in a report is read off it.
"""

from collections.abc import Iterable, Iterator, Mapping

from engine import degrees
from engine.budget import spoken
from engine.certainty import weight
from engine.compile import Compiled, CompiledRule, Premise
from engine.conditions import NormDistance, Percentile
from engine.degrees import Degree
from engine.derived import FORMULAS
from engine.evaluation import Evaluation
from engine.facts import Facts
from engine.model import Interval, LineTrace, RuleState, RuleTrace, Sides, Value


def trace(compiled: Compiled, evaluation: Evaluation, fired: Mapping[int, float]) -> tuple[RuleTrace, ...]:
    """One entry for each rule, in the order of the compiled rules; `fired` is what the working memory found."""
    counted = frozenset(_counted(compiled, evaluation, fired))
    return tuple(
        _rule(compiled, evaluation, position, fired.get(position, 0.0), position in counted)
        for position in range(len(compiled.rules))
    )


def waits_for(compiled: Compiled, facts: Facts, rule: CompiledRule) -> tuple[str, ...]:
    """The asked measures whose answers could still decide a rule, in the order its lines need them."""
    found: dict[str, None] = {}
    for position in rule.tests:
        for name in _missing(compiled, facts, position):
            found[name] = None
    return tuple(found)


def _rule(compiled: Compiled, evaluation: Evaluation, position: int, fired: float, counted: bool) -> RuleTrace:
    rule = compiled.rules[position]
    degree = evaluation.rules[position]
    state = _state(degree, fired)
    share = evaluation.shares.kept(rule)
    contribution = spoken(rule, fired, share)
    return RuleTrace(
        rule=rule.id,
        about=rule.about,
        file=rule.place.file,
        line=rule.place.line,
        state=state,
        degree=fired,
        contribution=contribution,
        weight=weight(contribution),
        counted=counted,
        bounds=Interval(degree.least, degree.most),
        answers=dict(_answers(compiled, evaluation.facts, rule)),
        waits_for=waits_for(compiled, evaluation.facts, rule) if state == "open" else (),
        lines=tuple(_lines(compiled, evaluation, rule)),
        blocked_by=_blocked_by(compiled, evaluation, rule) if state == "blocked" else "",
        budget=rule.budget or "",
        share=share,
    )


def _state(degree: Degree, fired: float) -> RuleState:
    if fired > 0:
        return "fired"
    return "open" if degree.high > 0 and degree.most > 0 else "blocked"


def _counted(compiled: Compiled, evaluation: Evaluation, fired: Mapping[int, float]) -> Iterator[int]:
    """The strongest rule of each group, for and against."""
    strongest: dict[tuple[str, str, bool], tuple[int, float]] = {}
    for position, degree in sorted(fired.items()):
        rule = compiled.rules[position]
        key = (rule.about, rule.group, rule.factor > 0)
        said = abs(spoken(rule, degree, evaluation.shares.kept(rule)))
        if key not in strongest or said > strongest[key][1]:
            strongest[key] = (position, said)
    yield from (position for position, _ in strongest.values())


def _lines(compiled: Compiled, evaluation: Evaluation, rule: CompiledRule) -> Iterator[LineTrace]:
    for position in rule.tests:
        test = compiled.tests[position]
        degree = evaluation.tests[position]
        value: Value | None
        if test.kind == "deficit":
            value = evaluation.beliefs[test.key].now
        elif test.kind == "count":
            value = float(evaluation.count(test.key))
        else:
            value = evaluation.facts.datum(test.key).value
        yield LineTrace(test.key, compiled.words[position], value, Interval(degree.low, degree.high))


def _answers(compiled: Compiled, facts: Facts, rule: CompiledRule) -> Iterator[tuple[str, Value]]:
    """The answers a rule rests on; for computed measures, those they are computed from."""
    for position in rule.tests:
        key = compiled.tests[position].key
        for name in _bases(compiled, key):
            value = facts.datum(name).value
            if value is not None:
                yield name, value


def _bases(compiled: Compiled, key: str) -> Iterable[str]:
    if key in compiled.base_inputs:
        return sorted(compiled.base_inputs[key])
    return (key,) if key in compiled.knowledge.measures else ()


def _missing(compiled: Compiled, facts: Facts, position: int) -> Iterator[str]:
    test = compiled.tests[position]
    key = test.key
    if key in compiled.base_inputs:
        if facts.datum(key).status == "unknown":
            sides = FORMULAS[compiled.knowledge.derived[key].computed_by].wants_sides
            yield from (name for name in _needed(compiled, key) if _is_open(facts, name, sides=sides))
    elif key in compiled.knowledge.measures and _is_open(facts, key, sides=facts.degree(position) == degrees.UNKNOWN):
        yield key
    if isinstance(test.test, NormDistance | Percentile) and facts.athlete is None:
        yield from (name for name in ("sex", "age", "event_group", "training_level") if name not in facts.values)


def _is_open(facts: Facts, measure: str, *, sides: bool) -> bool:
    """Whether a measure is not answered yet or, where both sides are needed, one side is not."""
    datum = facts.datum(measure)
    half = isinstance(datum.value, Sides) and len(datum.value.known) == 1
    return datum.status == "unknown" or (sides and half)


def _needed(compiled: Compiled, key: str) -> Iterator[str]:
    """Asked measures a computed one needs, in the order of its page; all of its optional ones."""
    page = compiled.knowledge.derived[key]
    for name in (*page.inputs, *page.optional_inputs):
        if name in compiled.knowledge.derived:
            yield from _needed(compiled, name)
        else:
            yield name


def _blocked_by(compiled: Compiled, evaluation: Evaluation, rule: CompiledRule) -> str:
    """The key of the first line that fails for good, or of the exception that holds."""
    for position in rule.premise.tests:
        degree = evaluation.tests[position]
        if degree.high <= 0 or degree.most <= 0:
            return compiled.tests[position].key
    if rule.premise.any_of and _fails(degrees.any_of(_each(rule.premise, evaluation))):
        return compiled.tests[rule.premise.any_of[0].all_tests[0]].key
    for exception in rule.exceptions:
        if degrees.all_of(exception, evaluation.tests).low >= 1:
            return compiled.tests[exception.all_tests[0]].key
    return ""


def _each(premise: Premise, evaluation: Evaluation) -> Iterator[Degree]:
    return (degrees.all_of(alternative, evaluation.tests) for alternative in premise.any_of)


def _fails(degree: Degree) -> bool:
    return degree.high <= 0 or degree.most <= 0
