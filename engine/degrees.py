"""How far a test holds of what is known: its degree, as an interval, for what is said now and for what can still come.

An unknown answer gives [0, 1] in both. A known one gives one number now; where a further answer could still change it
(the second side, an optional input, a question that may yet be dropped) the bounds stay open.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from engine.certainty import beyond
from engine.compile import CompiledTest, Premise
from engine.conditions import Between, Compare, HeldDeficit, Is, NormDistance, Percentile
from engine.model import Sides, Value
from engine.norms import Reference
from engine.schema.measure import DerivedMeasure, Measure


class Degree(NamedTuple):
    """`low`, `high`: for what is said now. `least`, `most`: whatever the open questions bring."""

    low: float
    high: float
    least: float
    most: float


Degrees = Sequence[Degree] | Mapping[int, Degree]
"""Degrees by the position of their test."""

UNKNOWN = Degree(0.0, 1.0, 0.0, 1.0)
NEVER = Degree(0.0, 1.0, 0.0, 0.0)
"""Not known, and no answer will make it known: no norm fits, or the formula does not reach this far."""


@dataclass(frozen=True, slots=True)
class Datum:
    """What is known of one measure. `open`: a further answer could still change the value."""

    status: Literal["known", "unknown", "never"]
    value: Value | None = None
    error: float | None = None
    """Typical error of a derived value; that of an answer follows from its page."""
    open: bool = False


MISSING = Datum("unknown")
OUT_OF_REACH = Datum("never")


def known(value: float) -> Degree:
    """A degree that is settled."""
    return Degree(value, value, value, value)


def error_of(page: Measure | DerivedMeasure, datum: Datum, value: float) -> float:
    """Typical error of one value, in the unit of its measure; 0 where the measure is crisp."""
    if datum.error is not None:
        return datum.error
    if not isinstance(page, Measure) or page.typical_error is None:
        return 0.0
    if page.typical_error.percent is not None:
        return abs(value) * page.typical_error.percent / 100
    return page.typical_error.value or 0.0


def of_measure(
    test: CompiledTest, page: Measure | DerivedMeasure, datum: Datum, reference: Reference | None, *, norm_known: bool
) -> Degree:
    """The degree of a test of a measure.

    `reference` is the athlete's norm, for tests against it; `norm_known` is False while sex, age, event group or
    training level are still open, so that a norm may yet be found.
    """
    against_norm = isinstance(test.test, NormDistance | Percentile)
    threshold: Compare | Between | None = None
    if isinstance(test.test, NormDistance | Percentile):
        if not norm_known:
            return UNKNOWN
        threshold = _in_units(test.test, reference) if reference is not None else None
        if threshold is None:
            return NEVER
    elif isinstance(test.test, Compare | Between):
        threshold = test.test
    if datum.status == "never":
        return NEVER
    if datum.status == "unknown" or datum.value is None:
        return UNKNOWN
    if isinstance(test.test, Is):
        return _opened(_is(test.test, datum.value), datum.open)
    if threshold is None or isinstance(datum.value, str | bool):
        return UNKNOWN
    reach = threshold.reach
    if against_norm and reach == "either" and _asks_for_good(test.test):
        threshold, reach = _with_reach(threshold, "both"), "both"
    return _numeric(threshold, page, datum)


def of_deficit(test: HeldDeficit, certainty: float, least: float, most: float, threshold: float) -> Degree:
    """The degree of `present` or `ruled out`: the size of the certainty where it holds, else 0."""
    if test.state == "ruled out":
        certainty, least, most = -certainty, -most, -least
    now = certainty if certainty >= threshold else 0.0
    return Degree(now, now, least if least >= threshold else 0.0, most if most >= threshold else 0.0)


def of_count(test: Compare | Between, count: int, fewest: int, largest: int) -> Degree:
    """The degree of a test of a count: crisp now, and open between the fewest and the most it can become."""
    now = _crisp(test, count)
    possible = [_crisp(test, number) for number in range(fewest, largest + 1)]
    return Degree(now, now, min(possible), max(possible))


def all_of(premise: Premise, degrees: Degrees) -> Degree:
    """The degree of a premise: the least of its lines, and of its alternatives the greatest."""
    if len(premise.tests) == 1 and not premise.any_of:
        return degrees[premise.tests[0]]
    low = high = least = most = 1.0
    parts = [degrees[test] for test in premise.tests]
    if premise.any_of:
        parts.append(any_of(all_of(alternative, degrees) for alternative in premise.any_of))
    for part in parts:
        low, high = min(low, part.low), min(high, part.high)
        least, most = min(least, part.least), min(most, part.most)
    return Degree(low, high, least, most)


def any_of(parts: Iterable[Degree]) -> Degree:
    """The degree of alternatives: the greatest, end by end."""
    low = high = least = most = 0.0
    for part in parts:
        low, high = max(low, part.low), max(high, part.high)
        least, most = max(least, part.least), max(most, part.most)
    return Degree(low, high, least, most)


def _opened(now: float, open: bool) -> Degree:
    return Degree(now, now, 0.0, 1.0) if open else known(now)


def _is(test: Is, value: Value) -> float:
    word = ("yes" if value else "no") if isinstance(value, bool) else value
    return 1.0 if (word in test.choices) != test.negated else 0.0


def _asks_for_good(test: object) -> bool:
    """Tests against a norm look at the worse side: a good verdict needs both sides to be good."""
    if isinstance(test, Percentile):
        return test.relation == "above"
    return isinstance(test, NormDistance) and test.relation == "at least"


def _in_units(test: NormDistance | Percentile, reference: Reference) -> Compare | None:
    """A test against a norm as a threshold in the unit of the measure."""
    if isinstance(test, NormDistance):
        good = test.relation == "at least"
        relation: Literal["at least", "at most"] = "at least" if good == (reference.sign > 0) else "at most"
        return Compare(relation, reference.at_distance(test.sd), reach=test.reach)
    value = reference.at_percentile(test.percentile)
    if value is None:
        return None
    above = (test.relation == "above") == (reference.sign > 0)
    return Compare("above" if above else "below", value, reach=test.reach)


def _with_reach(test: Compare | Between, reach: Literal["both"]) -> Compare | Between:
    if isinstance(test, Compare):
        return Compare(test.relation, test.value, test.unit, reach)
    return Between(test.low, test.high, test.unit, reach)


def _numeric(test: Compare | Between, page: Measure | DerivedMeasure, datum: Datum) -> Degree:
    value = datum.value
    if test.reach in ("difference", "asymmetry"):
        return _opened_between_sides(test, page, datum)
    if not isinstance(value, Sides):
        assert isinstance(value, float | int)  # a choice or yes/no never meets a number test: checked on loading
        return _opened(_graded(test, float(value), error_of(page, datum, value)), datum.open)
    sides = [_graded(test, side, error_of(page, datum, side)) for side in value.known]
    both = test.reach == "both"
    now = min(sides) if both else max(sides)
    if datum.open:
        return Degree(now, now, 0.0, 1.0)
    if len(sides) == 2:
        return known(now)
    return Degree(now, now, 0.0, now) if both else Degree(now, now, now, 1.0)


def _opened_between_sides(test: Compare | Between, page: Measure | DerivedMeasure, datum: Datum) -> Degree:
    value = datum.value
    if not isinstance(value, Sides) or value.left is None or value.right is None:
        return UNKNOWN
    low, high = sorted((value.left, value.right))
    low_error, high_error = error_of(page, datum, low), error_of(page, datum, high)
    if test.reach == "difference":
        return _opened(_graded(test, high - low, math.hypot(low_error, high_error)), datum.open)
    if high <= 0:
        return NEVER
    error = 100 / high * math.hypot(low_error, low / high * high_error)
    return _opened(_graded(test, 100 * (1 - low / high), error), datum.open)


def _graded(test: Compare | Between, value: float, error: float) -> float:
    """The degree for one number, graded by its error of measurement (same unit)."""
    if isinstance(test, Between):
        above = beyond(value, test.low, error, or_on_it=True)
        return min(above, beyond(-value, -test.high, error, or_on_it=True))
    match test.relation:
        case "at least" | "above":
            return beyond(value, test.value, error, or_on_it=test.relation == "at least")
        case "at most" | "below":
            return beyond(-value, -test.value, error, or_on_it=test.relation == "at most")
        case "exactly":
            return _crisp(test, value)


def _crisp(test: Compare | Between, value: float) -> float:
    if isinstance(test, Compare) and test.relation == "exactly":
        return 1.0 if math.isclose(value, test.value, abs_tol=1e-9) else 0.0
    return _graded(test, value, 0.0)
