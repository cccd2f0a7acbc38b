"""Answers on which a rule fires: found by search over the values its tests single out, and believed only when run.

The search is short on purpose. Where it finds nobody, that says nothing about the rule; the check of the rule base
(`limiter rules check`) is what proves that a rule can never fire.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations, islice, product

from engine import degrees
from engine.answers import SCALES, bounds
from engine.casework.coverage import thresholds
from engine.casework.rule_cases import states_of
from engine.compile import CHOOSES_NORM, COUNTS, Compiled, CompiledRule, Premise
from engine.conditions import Between, Compare, HeldDeficit, NormDistance, Percentile
from engine.facts import Facts, gather, vary
from engine.model import Sides, Value
from engine.schema.measure import Measure

MOST_WAYS = 40
"""Ways to bring a rule about that are tried."""
DEEPEST = 4
"""Conclusions that rest on conclusions are followed so far."""
_AGES = (25.0, 16.0, 35.0, 50.0, 12.0, 65.0)
_GRID = 9
_CROSSED = 5

Ways = Iterator[tuple[int, ...]]
"""Each way is the tests of answers (by position) that together bring something about."""


class Witnesses:
    """Finds answers for the rules of one compiled knowledge base."""

    def __init__(self, compiled: Compiled) -> None:
        self.compiled = compiled
        self._nobody = gather(compiled, {})
        self._people = list(self._everybody())

    def firing(self, rule: CompiledRule) -> Mapping[str, Value] | None:
        """Answers on which the rule fires, as few as the search finds; None when it finds none."""
        for way in islice(self._ways(rule.premise, 0), MOST_WAYS):
            values = self._answers(tuple(dict.fromkeys(way)))
            if values is not None and states_of(self.compiled, values)[rule.id] == "fired":
                return values
        return None

    # --- which tests of answers must hold -------------------------------------------------------------------------

    def _ways(self, premise: Premise, depth: int) -> Ways:
        parts = [self._ways_of_test(at, depth) for at in premise.tests]
        if premise.any_of:
            parts.append(tuple(way for one in premise.any_of for way in islice(self._ways(one, depth), MOST_WAYS)))
        for chosen in product(*parts):
            yield tuple(at for way in chosen for at in way)

    def _ways_of_test(self, at: int, depth: int) -> tuple[tuple[int, ...], ...]:
        test = self.compiled.tests[at]
        if depth >= DEEPEST:
            return ()
        if isinstance(test.test, HeldDeficit):
            return tuple(islice(self._ways_to_conclude(test.key, test.test.state == "present", depth), MOST_WAYS))
        if test.key in COUNTS:
            assert isinstance(test.test, Compare | Between)  # checked on loading
            return tuple(islice(self._ways_to_count(test.key, _fewest(test.test), depth), MOST_WAYS))
        asked = self.compiled.ask_when.get(test.key)
        if asked is None:
            return ((at,),)
        return tuple((*way, at) for way in islice(self._ways(asked, depth + 1), MOST_WAYS))

    def _ways_to_conclude(self, deficit: str, present: bool, depth: int) -> Ways:
        rules = [self.compiled.rules[at] for at in self.compiled.rules_about.get(deficit, ())]
        speaking = [rule for rule in rules if (rule.factor > 0) == present]
        for rule in sorted(speaking, key=lambda rule: (-abs(rule.factor), len(rule.tests), rule.id)):
            yield from islice(self._ways(rule.premise, depth + 1), 3)

    def _ways_to_count(self, count: str, fewest: int, depth: int) -> Ways:
        family = COUNTS[count]
        if fewest <= 0 or family is None:
            yield ()
            return
        each = [next(self._ways_to_conclude(id, True, depth), None) for id in self.compiled.of_family[family]]
        for chosen in combinations([way for way in each if way is not None], fewest):
            yield tuple(at for way in chosen for at in way)

    # --- answers for which they hold ------------------------------------------------------------------------------

    def _answers(self, tests: Sequence[int]) -> Mapping[str, Value] | None:
        who = [at for at in tests if self.compiled.tests[at].key in CHOOSES_NORM]
        normed = [at for at in tests if isinstance(self.compiled.tests[at].test, NormDistance | Percentile)]
        facts = self._somebody(who, normed)
        if facts is None:
            return None
        rest: dict[str, list[int]] = {}
        for at in tests:
            if at not in who:
                rest.setdefault(self.compiled.tests[at].key, []).append(at)
        computed = self.compiled.knowledge.derived
        for key in sorted(rest, key=lambda key: key in computed):
            found = self._computed(facts, key, rest[key]) if key in computed else self._asked(facts, key, rest[key])
            if found is None:
                return None
            facts = found
        return dict(facts.values)

    def _somebody(self, who: Sequence[int], normed: Sequence[int]) -> Facts | None:
        """The first person for whom the tests of sex, age, event and level hold and all norms needed exist."""
        if not who and not normed:
            return self._nobody
        for facts in self._people:
            if all(facts.degree(at).low > 0 for at in who) and all(
                thresholds(self.compiled, facts, at) for at in normed
            ):
                if normed:
                    return facts
                named = {self.compiled.tests[at].key for at in who}
                return gather(self.compiled, {key: facts.values[key] for key in CHOOSES_NORM if key in named})
        return None

    def _everybody(self) -> Iterator[Facts]:
        measures = self.compiled.knowledge.measures
        choices = [list(measures[id].choices or {}) if id in measures else [] for id in CHOOSES_NORM if id != "age"]
        if not all(choices):
            return
        levels = sorted(choices[2], key=lambda level: level != "trained")
        low, high = bounds(measures["age"])
        for age, level, event, sex in product(_AGES, levels, choices[1], choices[0]):
            if low <= age <= high:
                yield gather(
                    self.compiled, {"sex": sex, "age": age, "event_group": event, "training_level": level}
                )  # fmt: skip

    def _asked(self, facts: Facts, key: str, tests: Sequence[int]) -> Facts | None:
        page = self.compiled.knowledge.measures[key]
        if key in facts.values:
            return facts if all(facts.degree(at).low > 0 for at in tests) else None
        for value in self.values(facts, page, tests):
            tried, _ = vary(facts, {key: value})
            if all(tried.degree(at).low > 0 for at in tests):
                return tried
        return None

    def _computed(self, facts: Facts, key: str, tests: Sequence[int]) -> Facts | None:
        """The first values of the measures a computed one rests on that make it what its tests want."""
        measures = self.compiled.knowledge.measures
        names = [id for id in sorted(self.compiled.base_inputs[key]) if id not in facts.values]
        if all(facts.degree(at).low > 0 for at in tests):
            return facts
        columns = [_spread(measures[id], _GRID if len(names) <= 2 else _CROSSED) for id in names]
        if _too_many(columns):
            return None
        for values in product(*columns):
            tried, _ = vary(facts, dict(zip(names, values, strict=True)))
            if all(tried.degree(at).low > 0 for at in tests):
                return tried
        return None

    def values(self, facts: Facts, page: Measure, tests: Iterable[int]) -> Iterator[Value]:
        """Values of a measure that its tests single out: each choice, the limits and well beyond them, the ends."""
        if page.kind == "yes_no":
            yield from (True, False)
        elif page.kind == "choice":
            yield from page.choices or {}
        else:
            apart = any(getattr(self.compiled.tests[at].test, "reach", "") in _APART for at in tests)
            limits = [limit for at in tests for limit in thresholds(self.compiled, facts, at)]
            numbers = _spread_numbers(page, 15) if apart else list(_around(page, limits))
            if not page.per_side:
                yield from numbers
            elif apart:
                yield from (Sides(left, right) for left, right in product(numbers, reversed(numbers)))
            else:
                yield from (Sides(number, number) for number in numbers)


_APART = ("difference", "asymmetry")


def _too_many(columns: Sequence[Sequence[Value]]) -> bool:
    """Whether trying all combinations would take too long."""
    count = 1
    for column in columns:
        count *= len(column)
    return count > 2_000


def fits(page: Measure, value: float) -> bool:
    """Whether a number may be answered."""
    low, high = bounds(page)
    return low <= value <= high and (value.is_integer() or not (page.whole_numbers or page.kind in SCALES))


def _around(page: Measure, limits: Iterable[float]) -> Iterator[float]:
    """Numbers well beyond each limit, on either side, then the limits, then the whole range."""
    for limit in limits:
        error = degrees.error_of(page, degrees.MISSING, limit) or 1.0
        whole = page.whole_numbers or page.kind in SCALES
        for steps in (3, -3, 1, -1, 0):
            value = round(limit) + steps if whole else round(limit + steps * error, 3)
            if fits(page, float(value)):
                yield float(value)
    yield from _spread_numbers(page, _GRID)


def _spread_numbers(page: Measure, count: int) -> list[float]:
    low, high = bounds(page)
    whole = page.whole_numbers or page.kind in SCALES
    steps = [low + (high - low) * step / (count - 1) for step in range(count)]
    return list(dict.fromkeys(float(round(step, 0 if whole else 3)) for step in steps))


def _spread(page: Measure, count: int) -> list[Value]:
    if page.kind == "yes_no":
        return [True, False]
    if page.kind == "choice":
        return list(page.choices or {})
    numbers = _spread_numbers(page, count)
    if page.per_side:
        few = _spread_numbers(page, _CROSSED)
        return [*(Sides(number, number) for number in numbers),
                *(Sides(left, right) for left in few for right in few if left != right)]  # fmt: skip
    return [*numbers]


def _fewest(test: Compare | Between) -> int:
    """How many a test of a count asks for at least."""
    if isinstance(test, Between):
        return int(test.low)
    return {"at least": int(test.value), "above": int(test.value) + 1, "exactly": int(test.value)}.get(test.relation, 0)
