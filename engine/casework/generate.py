"""New cases for rules that lack them, worked out from their tests: it fires, it does not, on the edge, one line open.

On the edge means the limit itself and one error of measurement to either side (one step, where the measure has none).
What is expected follows from the words of the test; a case is kept only when running it says the same.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from engine import degrees
from engine.answers import write_value
from engine.casework.coverage import Covered, thresholds
from engine.casework.rule_cases import states_of
from engine.casework.witness import Witnesses, fits
from engine.compile import Compiled, CompiledRule
from engine.conditions import Between, Compare, Is, NormDistance, Percentile
from engine.facts import Facts, gather
from engine.model import RuleState, Sides, Value
from engine.schema.measure import Measure


@dataclass(frozen=True, slots=True)
class Made:
    """One new case about one rule."""

    rule: str
    name: str
    values: Mapping[str, Value]
    expected: RuleState


def generate(compiled: Compiled, covered: Covered) -> tuple[list[Made], list[str]]:
    """Cases for what no case shows yet, and the rules for which none could be worked out."""
    witnesses = Witnesses(compiled)
    made: list[Made] = []
    without: list[str] = []
    for rule in compiled.rules:
        lacks = covered.lacks(rule.id)
        if not lacks:
            continue
        values = witnesses.firing(rule)
        if values is None:
            without.append(rule.id)
        else:
            made += _cases(compiled, rule, values, lacks)
    return made, without


def _cases(compiled: Compiled, rule: CompiledRule, values: Mapping[str, Value], lacks: Collection[str]) -> list[Made]:
    wanted: list[Made] = []
    name = rule.id.partition("/")[2]
    if "fires" in lacks:
        wanted.append(Made(rule.id, f"{name} fires", values, "fired"))
    if "silent" in lacks:
        wanted += _first_true(compiled, _failing(compiled, rule, values))
    if "boundary" in lacks:
        wanted += _edges(compiled, rule, values)
    if "open" in lacks:
        wanted += _first_true(compiled, _unanswered(compiled, rule, values))
    return [case for case in wanted if _is_true(compiled, case)]


def _is_true(compiled: Compiled, case: Made) -> bool:
    return states_of(compiled, case.values)[case.rule] == case.expected


def _first_true(compiled: Compiled, cases: Iterable[Made]) -> list[Made]:
    found = next((case for case in cases if _is_true(compiled, case)), None)
    return [found] if found else []


def _failing(compiled: Compiled, rule: CompiledRule, values: Mapping[str, Value]) -> Iterator[Made]:
    """The firing answers with one of them on the wrong side."""
    name = rule.id.partition("/")[2]
    for at in rule.premise.all_tests:
        test = compiled.tests[at]
        page = compiled.knowledge.measures.get(test.key)
        if page is None or test.key not in values:
            continue
        if isinstance(test.test, Is):
            every = ["yes", "no"] if page.kind == "yes_no" else list(page.choices or {})
            for other in every:
                if (other in test.test.choices) == test.test.negated:
                    value: Value = other == "yes" if page.kind == "yes_no" else other
                    yield Made(rule.id, f"{name} is silent when {test.key} is {other}", {**values, test.key: value},
                               "blocked")  # fmt: skip
        else:
            yield from (edge for edge in _edges_of(compiled, rule, at, values, 3) if edge.expected == "blocked")


def _unanswered(compiled: Compiled, rule: CompiledRule, values: Mapping[str, Value]) -> Iterator[Made]:
    """The firing answers without one of them."""
    name = rule.id.partition("/")[2]
    for at in rule.premise.all_tests:
        key = compiled.tests[at].key
        for missing in sorted(compiled.base_inputs.get(key, {key})):
            if missing in values:
                left = {id: value for id, value in values.items() if id != missing}
                yield Made(rule.id, f"{name} waits for {missing}", left, "open")


def _edges(compiled: Compiled, rule: CompiledRule, values: Mapping[str, Value]) -> Iterator[Made]:
    for at in dict.fromkeys(rule.premise.all_tests):
        if compiled.tests[at].key in values:
            yield from _edges_of(compiled, rule, at, values, 1)


def _edges_of(
    compiled: Compiled, rule: CompiledRule, at: int, values: Mapping[str, Value], steps: int
) -> Iterator[Made]:
    """One measured line of a rule at its limit and some errors of measurement to either side."""
    test = compiled.tests[at]
    page = compiled.knowledge.measures.get(test.key)
    if page is None or not isinstance(test.test, Compare | Between | NormDistance | Percentile):
        return
    if test.test.reach not in ("either", "both"):
        return
    name = rule.id.partition("/")[2]
    facts = gather(compiled, values)
    for limit in thresholds(compiled, facts, at):
        for value, where in _beside(page, limit, steps):
            if not fits(page, value):
                continue
            expected: RuleState = "fired" if _holds(facts, at, page, value, where) else "blocked"
            told = "fires" if expected == "fired" else "is silent"
            said = f"{name} {told} with {test.key} {where} {write_value(round(limit, 3))}"
            yield from _first_true(
                compiled,
                (Made(rule.id, said, {**values, test.key: answer}, expected)
                 for answer in _answers(value, values[test.key])),
            )  # fmt: skip


def _answers(value: float, was: Value) -> Iterator[Value]:
    """A number as an answer; of two sides both, or either alone."""
    if isinstance(was, Sides):
        yield from (Sides(value, value), Sides(value, was.right), Sides(was.left, value))
    else:
        yield value


def _beside(page: Measure, limit: float, steps: int) -> Iterator[tuple[float, str]]:
    """The limit, if it can be answered as it is, and the values beside it."""
    error = degrees.error_of(page, degrees.MISSING, limit)
    step = steps * error or float(steps)
    if round(limit, 6) == limit:
        yield limit, "at"
    yield round(limit - step, 4), "below"
    yield round(limit + step, 4), "above"


def _holds(facts: Facts, at: int, page: Measure, value: float, where: str) -> bool:
    """Whether the words of a test are true of a number at, below or above one of its limits."""
    test = facts.compiled.tests[at].test
    crisp = degrees.error_of(page, degrees.MISSING, value) == 0
    match test:
        case Between(low, high):
            return low <= value <= high if crisp else low < value < high
        case Compare("exactly", wanted):
            return value == wanted
        case Compare(relation, _):
            upward, on_it = relation in ("at least", "above"), relation in ("at least", "at most")
        case NormDistance(relation, _):
            upward, on_it = (relation == "at least") == (_sign(facts, at) > 0), True
        case Percentile(relation, _):
            upward, on_it = (relation == "above") == (_sign(facts, at) > 0), False
        case _:
            return False
    return (on_it and crisp) if where == "at" else upward == (where == "above")


def _sign(facts: Facts, at: int) -> int:
    reference = facts.reference(facts.compiled.tests[at].key)
    return reference.sign if reference else 1


def pages(made: Iterable[Made]) -> dict[str, str]:
    """The cases as text, one page for each deficit or limiter, to be put into `rule_cases/`."""
    about: dict[str, list[str]] = {}
    for case in made:
        deficit, _, rule = case.rule.partition("/")
        word = {"fired": "fires", "blocked": "silent", "open": "open"}[case.expected]
        lines = [f"  - name: {case.name}", "    given:" + ("" if case.values else " {}")]
        lines += [f"      {id}: {write_value(value)}" for id, value in case.values.items()]
        lines.append(f"    expect: {{{word}: [{rule}]}}")
        about.setdefault(deficit, []).append("\n".join(lines))
    return {id: f"about: {id}\ncases:\n" + "\n".join(cases) + "\n" for id, cases in sorted(about.items())}
