"""Answers → facts: which answers count, what is computed from them, and which norms fit the athlete."""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from engine import degrees, norms
from engine.compile import (
    ATHLETE_GROUP,
    CHOOSES_NORM,
    QUESTION_GROUPS,
    Compiled,
    Premise,
    inputs_of,
)
from engine.conditions import NormDistance, Percentile
from engine.degrees import MISSING, OUT_OF_REACH, Datum, Degree
from engine.derived import FORMULAS
from engine.model import Fact, Measured, Sides, Value
from engine.norms import Reference
from engine.schema.measure import DerivedMeasure, Measure


@dataclass(frozen=True, slots=True)
class Facts:
    """All that is held true of one athlete before any rule fires."""

    compiled: Compiled
    values: Mapping[str, Value]
    """The answers as given, those that do not count included, and what was measured in their place."""
    data: Mapping[str, Datum]
    """By asked or derived measure; missing keys are unknown."""
    asked: Mapping[str, bool | None]
    """For questions asked only on a condition: whether they are; None while that is not known."""
    athlete: norms.Athlete | None
    tests_done: int
    measured: Mapping[str, Measured] = field(default_factory=dict)
    """What the athlete's sprints give, by measure; an answer wins over it."""
    answered: frozenset[str] = frozenset()
    """The measures that were answered."""
    _references: dict[str, Reference | None] = field(default_factory=dict)
    _degrees: dict[tuple[int, Datum], Degree] = field(default_factory=dict)
    """By test and what it met: shared by all variations of one athlete, in which the same values come again."""

    def datum(self, measure: str) -> Datum:
        """What is known of a measure."""
        return self.data.get(measure, MISSING)

    def reference(self, measure: str) -> Reference | None:
        """The norm this athlete is compared with, or None when none fits or the athlete is not known well enough."""
        if self.athlete is None:
            return None
        if measure not in self._references:
            page = self.compiled.measure(measure)
            self._references[measure] = norms.choose(
                page.norms, page.better, page.stand_in_sd_percent, self.compiled.knowledge.populations, self.athlete
            )
        return self._references[measure]

    def degree(self, position: int) -> Degree:
        """The degree of a test of a measure, by the position of the test."""
        test = self.compiled.tests[position]
        datum = self.data.get(test.key, MISSING)
        found = self._degrees.get((position, datum))
        if found is None:
            page = self.compiled.measure(test.key)
            reference = self.reference(test.key) if page.norms else None
            found = degrees.of_measure(test, page, datum, reference, norm_known=self.athlete is not None)
            self._degrees[position, datum] = found
        return found

    def told(self) -> Mapping[str, Fact]:
        """The facts as a report tells them: known values with origin, error, inputs and norm."""
        found: dict[str, Fact] = {}
        for id, datum in sorted(self.data.items()):
            if datum.status == "known" and datum.value is not None:
                found[id] = self._fact(id, datum, datum.value)
        return found

    def without_norm(self) -> tuple[str, ...]:
        """Known measures of which a test against the norm stays unknown, because no norm fits this athlete."""
        wanted = {test.key for test in self.compiled.tests if isinstance(test.test, NormDistance | Percentile)}
        known = (id for id in sorted(wanted) if self.datum(id).status == "known")
        return tuple(id for id in known if self.reference(id) is None)

    def _fact(self, id: str, datum: Datum, value: Value) -> Fact:
        page = self.compiled.measure(id)
        worst = worse_side(page, value)
        reference = self.reference(id) if page.norms and worst is not None else None
        used = reference.used(worst) if reference is not None and worst is not None else None
        error = degrees.error_of(page, datum, worst) if worst is not None else 0.0
        if isinstance(page, DerivedMeasure):
            inputs = tuple(name for name in inputs_of(page) if self.datum(name).status == "known")
            return Fact(id, value, "derived", error, inputs, used)
        sprint = self.measured.get(id)
        if sprint is not None and id not in self.answered:
            return Fact(id, value, "sprint", error, (), used, sprint)
        return Fact(id, value, "not_asked" if self.asked.get(id) is False else "answered", error, (), used, sprint)


def asked(compiled: Compiled, values: Mapping[str, Value], measure: str) -> bool | None:
    """Whether a question is to be asked, given the answers so far; None while that cannot be known yet."""
    return gather(compiled, values).asked.get(measure, True)


_NOTHING: Mapping[str, Measured] = {}


def gather(compiled: Compiled, values: Mapping[str, Value], measured: Mapping[str, Measured] = _NOTHING) -> Facts:
    """The facts that follow from checked answers. An answer whose question is not asked does not count, and is kept.

    Args: `measured` holds what the athlete's sprints give; it stands where there is no answer, with its own error.
    """
    instead = {id: found for id, found in measured.items() if id not in values}
    known: Mapping[str, Value] = {**values, **{id: found.value for id, found in instead.items()}} if instead else values
    data: dict[str, Datum] = {id: Datum("known", value) for id, value in known.items() if id not in compiled.ask_when}
    data.update((id, Datum("known", found.value, found.error)) for id, found in instead.items())
    asked = _ask_all(compiled, known, data)
    _derive(compiled, data, compiled.derived_order)
    done = _tests_done(compiled, {id: datum for id, datum in data.items() if id not in instead})
    return Facts(compiled, known, data, asked, _athlete(data), done, measured, frozenset(values))


def vary(facts: Facts, changes: Mapping[str, Value]) -> tuple[Facts, frozenset[str] | None]:
    """The facts with some answers changed or added, and the measures that may differ; None when any may."""
    compiled = facts.compiled
    values = {**facts.values, **changes}
    if any(id in changes for id in CHOOSES_NORM):
        answers = {id: value for id, value in values.items() if id in facts.answered or id in changes}
        return gather(compiled, answers, facts.measured), None
    data = dict(facts.data)
    data.update((id, Datum("known", value)) for id, value in changes.items() if id not in compiled.ask_when)
    asked, changed = facts.asked, set(changes)
    if not compiled.steering.isdisjoint(changes):
        asked = _ask_again(compiled, values, data, facts.asked, changed)
    touched = compiled.computed_from(frozenset(changes))
    _derive(compiled, data, touched)
    changed.update(id for id in touched if data[id] != facts.data.get(id))
    done = facts.tests_done + _tests_done(compiled, {id: data[id] for id in changes if id not in facts.answered})
    answered = facts.answered | changes.keys()
    varied = replace(facts, values=values, data=data, asked=asked, tests_done=done, answered=answered)
    return varied, frozenset(changed)


def worse_side(page: Measure | DerivedMeasure, value: Value | None) -> float | None:
    """The number a value is judged by: the worse of two sides; None for choices and yes/no."""
    if isinstance(value, Sides):
        return max(value.known) if page.better == "lower" else min(value.known)
    return None if value is None or isinstance(value, bool | str) else float(value)


def _ask_all(compiled: Compiled, values: Mapping[str, Value], data: dict[str, Datum]) -> Mapping[str, bool | None]:
    """Decides which conditional questions are asked, one after the other, and enters their answers into the data."""
    asked: dict[str, bool | None] = {}
    so_far = Facts(compiled, values, data, asked, None, 0)
    for id, premise in compiled.ask_when.items():
        asked[id], data[id] = _decide(so_far, id, premise)
    return asked


def _ask_again(
    compiled: Compiled,
    values: Mapping[str, Value],
    data: dict[str, Datum],
    before: Mapping[str, bool | None],
    changed: set[str],
) -> Mapping[str, bool | None]:
    """Decides again about those questions that hang on what has changed, and adds to it the answers that change."""
    asked = dict(before)
    so_far = Facts(compiled, values, data, asked, None, 0)
    for id, premise in compiled.ask_when.items():
        if id in changed or not changed.isdisjoint(compiled.asks_after[id]):
            was = data.get(id)
            asked[id], data[id] = _decide(so_far, id, premise)
            if data[id] != was:
                changed.add(id)
    return asked


def _decide(so_far: Facts, id: str, premise: Premise) -> tuple[bool | None, Datum]:
    """Whether a question is asked, and what is known of its answer."""
    degree = degrees.all_of(premise, {test: so_far.degree(test) for test in premise.all_tests})
    asked = True if degree.low > 0 else False if degree.high == 0 else None
    return asked, _answer(so_far.compiled, id, so_far.values.get(id), asked, degree)


def _answer(compiled: Compiled, id: str, value: Value | None, whether: bool | None, degree: Degree) -> Datum:
    page = compiled.knowledge.measures[id]
    if whether is False:
        taken = page.neutral
        if taken is None:
            return OUT_OF_REACH if degree.most == 0 else MISSING
        return Datum("known", taken, open=degree.most > 0)
    if value is None:
        return MISSING
    return Datum("known", value, open=degree.least == 0)


def _athlete(data: Mapping[str, Datum]) -> norms.Athlete | None:
    sex, age, event, level = (data.get(id, MISSING).value for id in CHOOSES_NORM)
    if isinstance(sex, str) and isinstance(event, str) and isinstance(level, str) and isinstance(age, float | int):
        return norms.Athlete(sex, float(age), event, level)
    return None


def _tests_done(compiled: Compiled, data: Mapping[str, Datum]) -> int:
    measures = compiled.knowledge.measures
    return sum(
        1
        for id, datum in data.items()
        if id in measures and datum.status == "known" and measures[id].group not in (ATHLETE_GROUP, *QUESTION_GROUPS)
    )


def _derive(compiled: Compiled, data: dict[str, Datum], ids: Iterable[str]) -> None:
    for id in ids:
        data[id] = _derived(compiled, compiled.knowledge.derived[id], data)


def _derived(compiled: Compiled, page: DerivedMeasure, data: Mapping[str, Datum]) -> Datum:
    formula = FORMULAS[page.computed_by]
    required = [data.get(name, MISSING) for name in page.inputs]
    optional = [data.get(name, MISSING) for name in page.optional_inputs]
    if any(datum.status == "never" for datum in required):
        return OUT_OF_REACH
    if any(datum.status == "unknown" for datum in required):
        return MISSING
    data_in = required + optional
    still_open = any(datum.open or datum.status == "unknown" for datum in data_in) or any(
        isinstance(datum.value, Sides) and len(datum.value.known) < 2 for datum in data_in
    )
    arguments: list[float | Sides | None] = []
    errors: list[float | tuple[float, float]] = []
    for name, datum in zip(inputs_of(page), data_in, strict=True):
        argument, error = _argument(compiled.measure(name), datum, formula.wants_sides)
        arguments.append(argument)
        errors.append(error)
    function = compiled.functions[page.derived]
    value = function(*arguments)
    if value is None or not math.isfinite(value):
        return MISSING if still_open else OUT_OF_REACH
    return Datum("known", value, _propagated(function, arguments, errors, value), still_open)


def _argument(
    page: Measure | DerivedMeasure, datum: Datum, wants_sides: bool
) -> tuple[float | Sides | None, float | tuple[float, float]]:
    value = datum.value
    if wants_sides and isinstance(value, Sides):
        left, right = (
            0.0 if side is None else degrees.error_of(page, datum, side) for side in (value.left, value.right)
        )
        return value, (left, right)
    number = worse_side(page, value)
    return number, 0.0 if number is None else degrees.error_of(page, datum, number)


def _propagated(
    function: Callable[..., float | None],
    arguments: list[float | Sides | None],
    errors: list[float | tuple[float, float]],
    value: float,
) -> float:
    """First-order propagation of the inputs' errors: the root of the sum of (derivative × error)²."""
    shifts: list[float] = []
    for index, (argument, error) in enumerate(zip(arguments, errors, strict=True)):
        for shifted, size, step in _steps(argument, error):
            moved = function(*arguments[:index], shifted, *arguments[index + 1 :])
            if moved is not None:
                shifts.append((moved - value) / step * size)
    return math.hypot(*shifts) if shifts else 0.0


def _steps(
    argument: float | Sides | None, error: float | tuple[float, float]
) -> Iterable[tuple[float | Sides, float, float]]:
    """A small shift of each number of an argument that has an error: the shifted argument, the error, the shift."""
    if isinstance(argument, Sides) and isinstance(error, tuple):
        if argument.left is not None and error[0] > 0:
            step = _step(argument.left)
            yield Sides(argument.left + step, argument.right), error[0], step
        if argument.right is not None and error[1] > 0:
            step = _step(argument.right)
            yield Sides(argument.left, argument.right + step), error[1], step
    elif isinstance(argument, float | int) and isinstance(error, float) and error > 0:
        step = _step(argument)
        yield argument + step, error, step


def _step(value: float) -> float:
    return max(abs(value), 1.0) * 1e-6
