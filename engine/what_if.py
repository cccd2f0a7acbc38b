"""What another answer would change: which open tests are worth the coach's minutes, and how firm the diagnosis is.

Both try answers out on the plain evaluation: representative values of an open measure, or the values next to a given
one at which some rule would speak differently.
"""

import itertools
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Literal

from engine import trace
from engine.certainty import TOLERANCE
from engine.compile import LIMITERS, QUESTION_GROUPS, Compiled, CompiledTest
from engine.conditions import Between, Compare, NormDistance, Percentile
from engine.coverage import coverage, decided_groups
from engine.degrees import error_of
from engine.evaluation import Evaluation, evaluate
from engine.facts import Facts, vary
from engine.model import NextTest, Sides, Value, WouldChange
from engine.outcome import decide, names
from engine.safety import screen
from engine.schema.base import Limiter
from engine.schema.measure import Measure
from engine.trial import Trials

_PERCENTILES = (10, 25, 50, 75, 90)
_MOST_TOGETHER = 3
"""Bundles of more open measures than this are not tried: nobody tests that much for one rule."""
_VALUES_TOGETHER = {2: 3, 3: 2}
"""In a bundle of so many measures each is tried at so many values."""


# --- what to test next --------------------------------------------------------------------------------------------


def next_tests(evaluation: Evaluation, most: int) -> tuple[NextTest, ...]:
    """The open measures that could change the lead most for each minute they take, at most `most` of them.

    The swing of a measure is the mean, over its choices or the percentiles 10, 25, 50, 75 and 90 of the athlete's
    group, of the largest change of any difference between two limiters' sums. Measures that only speak together are
    one item.
    """
    compiled = evaluation.compiled
    trials = Trials(evaluation)
    bundles: dict[frozenset[str], list[int]] = {}
    for position, rule in enumerate(compiled.rules):
        if evaluation.rules[position].most > evaluation.rules[position].low:
            waiting = frozenset(trace.waits_for(compiled, evaluation.facts, rule))
            if 0 < len(waiting) <= _MOST_TOGETHER:
                bundles.setdefault(waiting, []).append(position)
    items = (_next_test(trials, bundle, rules) for bundle, rules in bundles.items())
    found = sorted(
        (item for item in items if item is not None), key=lambda item: (-item.per_minute, item.minutes, item.measures)
    )
    return tuple(_apart(found, most))


def _next_test(trials: Trials, bundle: frozenset[str], rules: Sequence[int]) -> NextTest | None:
    compiled = trials.compiled
    measures = compiled.knowledge.measures
    if any(measures[id].group in QUESTION_GROUPS for id in bundle):
        return None
    ids = tuple(sorted(bundle))
    columns = [_representative(compiled, trials.evaluation.facts, id) for id in ids]
    columns = [_thinned(column, _VALUES_TOGETHER.get(len(ids), len(column))) for column in columns]
    tried = (trials.tried(dict(zip(ids, values, strict=True))) for values in itertools.product(*columns))
    swings = [_swing(trials.root, trial.root) for trial in tried]
    swing = sum(swings) / len(swings)
    if swing <= TOLERANCE:
        return None
    minutes = sum(measures[id].minutes for id in ids)
    strongest = sorted(rules, key=lambda at: (-abs(compiled.rules[at].factor), compiled.rules[at].id))
    return NextTest(
        measures=ids,
        minutes=minutes,
        swing=swing,
        per_minute=swing / minutes,
        rules=tuple(compiled.rules[at].id for at in strongest),
        no_equipment=not any(measures[id].equipment for id in ids),
    )


def _swing(before: Mapping[Limiter, float], after: Mapping[Limiter, float]) -> float:
    return max(
        abs((after[one] - after[other]) - (before[one] - before[other]))
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


def _thinned(values: Sequence[Value], most: int) -> Sequence[Value]:
    """At most so many of the values, spread evenly, the first and the last among them."""
    if len(values) <= most:
        return values
    return [values[round(at * (len(values) - 1) / (most - 1))] for at in range(most)]


def _representative(compiled: Compiled, facts: Facts, id: str) -> Sequence[Value]:
    """Values an open measure may plausibly turn out to have: both sides alike, or beside the side that is known."""
    page = compiled.knowledge.measures[id]
    values = _crisp_values(page)
    if values is None:
        numbers = _group_values(facts, id) or _between_thresholds(compiled, facts, page)
        values = [_plausible(page, value) for value in numbers]
    given = facts.values.get(id)
    return [_beside(given, value) if isinstance(given, Sides) else _both(page, value) for value in values]


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
            reference = facts.reference(test.key)
            at = reference.at_percentile(percentile) if reference else None
            if at is not None:
                yield at
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


def _beside(given: Sides, value: Value) -> Value:
    assert isinstance(value, float | int)  # only numbers and scales are asked of each side
    return Sides(value if given.left is None else given.left, value if given.right is None else given.right)


def _both(page: Measure, value: Value) -> Value:
    return Sides(value, value) if page.per_side and isinstance(value, float) else value


# --- what would change it -----------------------------------------------------------------------------------------


def would_change(evaluation: Evaluation, limiter: Limiter | None, stopped: bool, most: int) -> tuple[WouldChange, ...]:
    """The smallest single changes of one answer that change the named limiter, smallest first, at most `most`.

    Changes are compared in steps of a scale, choices as one step, and numbers in units of their error of measurement.
    """
    compiled = evaluation.compiled
    tries = [
        (size, id, side, to)
        for id, value in evaluation.facts.values.items()
        if compiled.knowledge.measures[id].group not in QUESTION_GROUPS and compiled.is_evidence(id)
        for size, to, side in _alternatives(compiled, evaluation.facts, compiled.knowledge.measures[id], value)
    ]
    trials = Trials(evaluation)
    found: dict[str, WouldChange] = {}
    for _, id, side, to in sorted(tries, key=lambda tried: (*tried[:2], str(tried[2:]))):
        if id not in found and (change := _changed_by(trials, limiter, stopped, id, side, to)) is not None:
            found[id] = change
            if len(found) == most:
                break
    return tuple(found.values())


def _changed_by(
    trials: Trials, limiter: Limiter | None, stopped: bool, id: str, side: "_Side", to: Value
) -> WouldChange | None:
    """The change of the named limiter that this other answer makes, if it makes one."""
    compiled = trials.compiled
    value = trials.evaluation.facts.values[id]
    tried = trials.tried({id: _changed(value, to, side)})
    safe = id not in compiled.safety_keys and id not in compiled.steering
    if not safe and screen(compiled, evaluate(compiled, tried.facts)).stopped != stopped:
        return None  # that a pain answer stops the plan says nothing about the limiter
    named = names(compiled, tried.root, tried.certainties, stopped=stopped)
    if named == limiter:
        return None
    decided = decided_groups(compiled, evaluate(compiled, tried.facts))
    coverages = {each: coverage(compiled, decided, each) for each in LIMITERS}
    verdict = decide(compiled, tried.root, tried.certainties, coverages, stopped=stopped)
    was = getattr(value, side) if side else value
    return WouldChange(id, side, was, to, named, verdict.outcome)


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
        yield from (
            (abs(step - value), float(step), None) for step in range(int(bottom), int(top) + 1) if step != value
        )


def _other_numbers(compiled: Compiled, facts: Facts, page: Measure, value: float) -> Iterator[tuple[float, float]]:
    """Numbers on either side of each threshold: a quarter, one and two errors of measurement away, or whole steps."""
    for edge in sorted({*_thresholds(compiled, facts, page.measure), *_computed_edges(compiled, facts, page, value)}):
        error = error_of(page, facts.datum(page.measure), edge)
        if error > 0:
            others = [_rounded(edge + steps * error) for steps in (-2, -1, -0.25, 0.25, 1, 2)]
        else:  # counted, not measured
            others = [math.floor(edge) - 1.0, math.floor(edge) + 0.0, math.ceil(edge) + 0.0, math.ceil(edge) + 1.0]
        for to in (_plausible(page, other) for other in others):
            if abs(to - value) > TOLERANCE:
                yield abs(to - value) / (error or 1.0), to


def _computed_edges(compiled: Compiled, facts: Facts, page: Measure, value: float) -> Iterator[float]:
    """Where a computed measure would cross a threshold, to first order in this input."""
    step = max(abs(value), 1.0) * 1e-4
    given = facts.values[page.measure]
    moved, _ = vary(facts, {page.measure: _both(page, value + step) if isinstance(given, Sides) else value + step})
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
