"""What another answer would change: which open tests are worth the coach's minutes, and how firm the diagnosis is.

Both try answers out on the plain evaluation: representative values of an open measure, or the values next to a given
one at which some rule would speak differently.
"""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from engine import limiter as limiters
from engine import outcome, trace
from engine.certainty import TOLERANCE, weight
from engine.compile import LIMITERS, QUESTION_GROUPS, Compiled, CompiledTest
from engine.conditions import Between, Compare, NormDistance, Percentile
from engine.coverage import coverage, decided_groups
from engine.degrees import error_of
from engine.evaluation import Evaluation, revise
from engine.facts import Facts, vary
from engine.model import NextTest, Sides, Value, WouldChange
from engine.outcome import Verdict
from engine.safety import screen
from engine.schema.measure import Measure

_PERCENTILES = (10, 25, 50, 75, 90)
_MOST_TOGETHER = 3
"""Bundles of more open measures than this are not tried: nobody tests that much for one rule."""
_VALUES_TOGETHER = 3
"""In a bundle each measure is tried at this many values."""


@dataclass(frozen=True, slots=True)
class Judged:
    """An evaluation with what was decided on it."""

    evaluation: Evaluation
    account: limiters.Account
    verdict: Verdict


def judge(compiled: Compiled, evaluation: Evaluation) -> Judged:
    """The account and verdict of an evaluation, by plain functions."""
    account = limiters.weigh(compiled, evaluation)
    decided = decided_groups(compiled, evaluation)
    verdict = outcome.decide(
        compiled,
        account,
        {id: belief.now for id, belief in evaluation.beliefs.items()},
        {limiter: coverage(compiled, decided, limiter) for limiter in LIMITERS},
        stopped=screen(compiled, evaluation).stopped,
    )
    return Judged(evaluation, account, verdict)


# --- what to test next --------------------------------------------------------------------------------------------


def next_tests(compiled: Compiled, evaluation: Evaluation, account: limiters.Account, most: int) -> tuple[NextTest, ...]:
    """The open measures that could change the lead most for each minute they take, at most `most` of them.

    The swing of a measure is the mean, over its choices or the percentiles 10, 25, 50, 75 and 90 of the athlete's
    group, of the largest change of any difference between two limiters' sums. Measures that only speak together are
    one item.
    """
    bundles: dict[frozenset[str], list[int]] = {}
    for position, rule in enumerate(compiled.rules):
        if evaluation.rules[position].most > evaluation.rules[position].low:
            waiting = frozenset(trace.waits_for(compiled, evaluation.facts, rule))
            if 0 < len(waiting) <= _MOST_TOGETHER:
                bundles.setdefault(waiting, []).append(position)
    found = [
        item
        for bundle, rules in bundles.items()
        if (item := _next_test(compiled, evaluation, account, bundle, rules)) is not None
    ]
    found.sort(key=lambda item: (-item.per_minute, item.minutes, item.measures))
    return tuple(_apart(found, most))


def _next_test(
    compiled: Compiled, evaluation: Evaluation, account: limiters.Account, bundle: frozenset[str], rules: Sequence[int]
) -> NextTest | None:
    measures = compiled.knowledge.measures
    if any(measures[id].group in QUESTION_GROUPS for id in bundle):
        return None
    ids = tuple(id for id in measures if id in bundle)
    columns = [_representative(compiled, evaluation.facts, id) for id in ids]
    if len(ids) > 1:
        columns = [_thinned(column) for column in columns]
    swings = []
    for values in itertools.product(*columns):
        tried = revise(evaluation, vary(evaluation.facts, dict(zip(ids, values, strict=True))))
        swings.append(_swing(account, limiters.weigh(compiled, tried)))
    swing = sum(swings) / len(swings)
    if swing <= TOLERANCE:
        return None
    minutes = sum(measures[id].minutes for id in ids)
    strongest = sorted(rules, key=lambda at: (-abs(weight(compiled.rules[at].factor)), compiled.rules[at].id))
    return NextTest(
        measures=ids,
        minutes=minutes,
        swing=swing,
        per_minute=swing / minutes,
        rules=tuple(compiled.rules[at].id for at in strongest),
        no_equipment=not any(measures[id].equipment for id in ids),
    )


def _swing(before: limiters.Account, after: limiters.Account) -> float:
    return max(
        abs((after.root[one] - after.root[other]) - (before.root[one] - before.root[other]))
        for one, other in itertools.combinations(LIMITERS, 2)
    )


def _apart(found: Iterable[NextTest], most: int) -> Iterator[NextTest]:
    """The best items, leaving out those that share a measure with a better one."""
    taken: set[str] = set()
    for item in found:
        if taken.isdisjoint(item.measures):
            taken.update(item.measures)
            yield item
            most -= 1
            if most == 0:
                return


def _thinned(values: Sequence[Value]) -> Sequence[Value]:
    """First, middle and last of a longer row of values."""
    if len(values) <= _VALUES_TOGETHER:
        return values
    return [values[0], values[len(values) // 2], values[-1]]


def _representative(compiled: Compiled, facts: Facts, id: str) -> Sequence[Value]:
    """Values an open measure may plausibly turn out to have, both sides alike."""
    page = compiled.knowledge.measures[id]
    crisp = _crisp_values(page)
    if crisp is not None:
        return [_both(page, value) for value in crisp]
    numbers = _group_values(facts, id) or _between_thresholds(compiled, facts, page)
    return [_both(page, _plausible(page, value)) for value in numbers]


def _crisp_values(page: Measure) -> Sequence[Value] | None:
    match page.kind:
        case "choice":
            return list(page.choices or {})
        case "yes_no":
            return [False, True]
        case "scale_0_3":
            return [0.0, 1.0, 2.0, 3.0]
        case "scale_0_10":
            return [1.0, 3.0, 5.0, 7.0, 9.0]
        case "number":
            return None


def _group_values(facts: Facts, id: str) -> list[float]:
    """Percentiles of the athlete's group, or nothing when no norm fits."""
    reference = facts.reference(id)
    if reference is None:
        return []
    values = (reference.at_percentile(at) for at in _PERCENTILES)
    return [value for value in values if value is not None]


def _between_thresholds(compiled: Compiled, facts: Facts, page: Measure) -> list[float]:
    """One value in each stretch between the thresholds that rules and norms of computed measures set."""
    edges = sorted(set(_thresholds(compiled, facts, page.measure)))
    bottom, top = _range(page)
    inner = [edge for edge in edges if bottom < edge < top]
    if not inner:  # it only counts through a computed measure
        return [bottom + (top - bottom) * share for share in (0.1, 0.25, 0.5, 0.75, 0.9)]
    return [(low + high) / 2 for low, high in itertools.pairwise([bottom, *inner, top])]


def _thresholds(compiled: Compiled, facts: Facts, id: str) -> Iterator[float]:
    for position in compiled.tests_of.get(id, ()):
        yield from _edges(compiled.tests[position], facts)


def _edges(test: CompiledTest, facts: Facts) -> Iterator[float]:
    match test.test:
        case Compare(_, value, _, "either" | "both"):
            yield value
        case Between(low, high, _, "either" | "both"):
            yield from (low, high)
        case NormDistance(_, sd, _):
            if reference := facts.reference(test.key):
                yield reference.at_distance(sd)
        case Percentile(_, percentile, _):
            if (reference := facts.reference(test.key)) and (value := reference.at_percentile(percentile)) is not None:
                yield value
        case _:
            return


def _range(page: Measure) -> tuple[float, float]:
    if page.plausible is None:
        return (0.0, 3.0) if page.kind == "scale_0_3" else (0.0, 10.0)
    return page.plausible.at_least, page.plausible.at_most


def _plausible(page: Measure, value: float) -> float:
    bottom, top = _range(page)
    value = min(max(value, bottom), top)
    return float(round(value)) if page.whole_numbers else value


def _both(page: Measure, value: Value) -> Value:
    return Sides(value, value) if page.per_side and isinstance(value, float) else value


# --- what would change it -----------------------------------------------------------------------------------------


def would_change(compiled: Compiled, judged: Judged, most: int) -> tuple[WouldChange, ...]:
    """The smallest single changes of one answer that change the named limiter, smallest first, at most `most`.

    Changes are compared in steps of a scale, choices as one step, and numbers in units of their error of measurement.
    """
    found: list[tuple[float, str, WouldChange]] = []
    for id, value in sorted(judged.evaluation.facts.values.items()):
        page = compiled.knowledge.measures[id]
        if page.group in QUESTION_GROUPS or not compiled.is_evidence(id):
            continue
        change = _smallest_change(compiled, judged, page, value)
        if change is not None:
            found.append(change)
    found.sort(key=lambda change: change[:2])
    return tuple(change for _, _, change in found[:most])


def _smallest_change(
    compiled: Compiled, judged: Judged, page: Measure, value: Value
) -> tuple[float, str, WouldChange] | None:
    for size, to, side in sorted(_alternatives(compiled, judged.evaluation.facts, page, value), key=lambda found: found[0]):
        changed = _changed(value, to, side)
        tried = revise(judged.evaluation, vary(judged.evaluation.facts, {page.measure: changed}))
        if tried.beliefs == judged.evaluation.beliefs and tried.rules == judged.evaluation.rules:
            continue
        verdict = judge(compiled, tried).verdict
        if verdict.limiter != judged.verdict.limiter:
            was = getattr(value, side) if side else value
            return size, page.measure, WouldChange(page.measure, side, was, to, verdict.limiter, verdict.outcome)
    return None


_Side = Literal["left", "right"] | None


def _alternatives(
    compiled: Compiled, facts: Facts, page: Measure, value: Value
) -> Iterator[tuple[float, Value, _Side]]:
    """Other values of one answer, each with the size of the step there."""
    if isinstance(value, Sides):
        for side in ("left", "right"):
            was = getattr(value, side)
            if was is not None:
                for size, to in _other_numbers(compiled, facts, page, was):
                    yield size, to, side
    elif isinstance(value, bool | str):
        yield from ((1.0, other, None) for other in _crisp_values(page) or () if other != value)
    elif page.kind == "number":
        for size, to in _other_numbers(compiled, facts, page, value):
            yield size, to, None
    else:
        bottom, top = _range(page)
        yield from ((abs(step - value), float(step), None) for step in range(int(bottom), int(top) + 1) if step != value)


def _other_numbers(compiled: Compiled, facts: Facts, page: Measure, value: float) -> Iterator[tuple[float, float]]:
    """Numbers on either side of each threshold: on it, and one and two errors of measurement beyond."""
    bottom, top = _range(page)
    for edge in sorted({*_thresholds(compiled, facts, page.measure), *_computed_edges(compiled, facts, page, value)}):
        error = error_of(page, facts.datum(page.measure), edge) or (top - bottom) / 100
        for steps in (-2, -1, -0.25, 0, 0.25, 1, 2):
            to = _plausible(page, _rounded(edge + steps * error))
            if abs(to - value) > TOLERANCE:
                yield abs(to - value) / error, to


def _computed_edges(compiled: Compiled, facts: Facts, page: Measure, value: float) -> Iterator[float]:
    """Where a computed measure would cross a threshold, to first order in this input."""
    step = max(abs(value), 1.0) * 1e-4
    given = facts.values[page.measure]
    moved = vary(facts, {page.measure: _both(page, value + step) if isinstance(given, Sides) else value + step})
    for id, inputs in compiled.base_inputs.items():
        now, then = facts.datum(id).value, moved.datum(id).value
        if page.measure in inputs and isinstance(now, float) and isinstance(then, float) and then != now:
            for edge in _thresholds(compiled, facts, id):
                yield value + (edge - now) * step / (then - now)


def _rounded(value: float) -> float:
    """To four significant digits: a coach reads it."""
    return float(f"{value:.4g}")


def _changed(value: Value, to: Value, side: _Side) -> Value:
    if isinstance(value, Sides) and isinstance(to, float) and side is not None:
        return replace(value, **{side: to})
    return to

