"""Verification, its ground: every answer that can be given, and each test of the pages as a set of such answers.

Measured numbers are graded by their error of measurement, so on the threshold itself they do not speak yet: there a
test holds only beyond it. Computed measures are taken as free within the range of their formula, and conclusions as
free if anything can bring them about; what follows from that is never said to be certain when it is not.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product

from engine.answers import SCALES, bounds
from engine.compile import CHOOSES_NORM, COUNTS, Compiled, CompiledRule, Premise, inputs_of
from engine.conditions import Between, Compare, HeldDeficit, Is, NormDistance, Percentile, Reach, Test
from engine.norms import Reference
from engine.schema.measure import DerivedMeasure
from engine.verify.cells import Choices, Domain, Numbers, lowest
from engine.verify.formulas import All, Any, Apart, Formula, In, Solver, State, Variable
from engine.verify.people import PEOPLE, People

STATES = ("neither", "present", "ruled out")
"""What can be concluded of a deficit."""

_MONOTONE = frozenset({"ratio", "step_length", "duty_factor", "flight_ratio", "vertical_ratio", "deviation_percent"})
"""Formulas that rise or fall with each input all the way, so that their ends lie at the ends of the inputs."""


@dataclass
class World:
    """The answers that can be given to the pages, and the solver over them."""

    compiled: Compiled
    concluded: dict[str, set[str]] = field(default_factory=dict)
    """What can be concluded of each deficit; everything, until it is known better."""
    _domains: dict[str, Domain] = field(default_factory=dict)
    _formulas: dict[tuple[int, bool], Formula] = field(default_factory=dict)
    _rules: dict[tuple[str, bool], Formula] = field(default_factory=dict)

    # --- what can be answered ----------------------------------------------------------------------------------------

    @cached_property
    def people(self) -> People:
        """Who can be asked."""
        compiled = self.compiled
        page = compiled.knowledge.measures.get("age")
        if page is None or page.kind != "number":
            return People(compiled.knowledge, None)
        limits = set(_thresholds(compiled.tests[test].test for test in compiled.tests_of.get("age", ())))
        for name in self._against_norms:
            for norm in compiled.measure(name).norms:
                limits.update(norm.ages)
        return People(compiled.knowledge, Numbers(*bounds(page), limits, whole=page.whole_numbers))

    @cached_property
    def _against_norms(self) -> tuple[str, ...]:
        """Measures some test compares with a norm."""
        found = (test.key for test in self.compiled.tests if isinstance(test.test, NormDistance | Percentile))
        return tuple(dict.fromkeys(found))

    def domain(self, key: str) -> Domain:
        """The values of a measure, deficit or count."""
        if key not in self._domains:
            self._domains[key] = self._domain(key)
        return self._domains[key]

    def _domain(self, key: str) -> Domain:
        compiled = self.compiled
        if key in compiled.knowledge.deficits:
            return Choices(STATES)
        page = compiled.knowledge.measures.get(key)
        if page is not None and page.kind in ("yes_no", "choice"):
            return Choices(tuple(page.choices or ("yes", "no")))
        limits = self._limits(key)
        if key in COUNTS:
            most = len(compiled.of_family[COUNTS[key]]) if COUNTS[key] else len(compiled.knowledge.measures)  # type: ignore[index]  # the family of every count but one
            return Numbers(0, most, range(most + 1) if COUNTS[key] else limits, whole=True)
        if page is not None:
            return Numbers(*bounds(page), limits, whole=page.whole_numbers or page.kind in SCALES)
        return Numbers(*self._computed_range(compiled.knowledge.derived[key]), limits)

    def _limits(self, key: str) -> Iterable[float]:
        compiled = self.compiled
        tests = [compiled.tests[position].test for position in compiled.tests_of.get(key, ())]
        yield from _thresholds(tests)
        norms = [test for test in tests if isinstance(test, NormDistance | Percentile)]
        for fitting in self.people.fitting(compiled.measure(key)) if norms else ():
            for test in norms:
                at = _at(test, fitting.reference)
                if at is not None:
                    yield at
        page = compiled.knowledge.measures.get(key)
        if page is not None and isinstance(page.neutral, int | float):
            yield float(page.neutral)

    def _computed_range(self, page: DerivedMeasure) -> tuple[float, float]:
        """Least and most a computed measure can be, as far as its formula tells without more ado."""
        ranges = [self._range(name) for name in inputs_of(page)]
        if page.computed_by == "side_symmetry":
            return 0.0, 100.0
        if page.computed_by == "side_difference":
            return 0.0, ranges[0][1] - ranges[0][0]
        if page.computed_by == "ratio_of_weaker_side" and all(low > 0 for low, _ in ranges):
            (low, high), (smallest, largest) = ranges[:2]
            return low / largest, high / smallest
        if page.computed_by in _MONOTONE and all(low > 0 and high < math.inf for low, high in ranges):
            ends = [self.compiled.functions[page.derived](*corner) for corner in product(*ranges)]
            known = [end for end in ends if end is not None]
            if len(known) == len(ends):
                return min(known), max(known)
        return -math.inf, math.inf

    def _range(self, key: str) -> tuple[float, float]:
        if page := self.compiled.knowledge.measures.get(key):
            return bounds(page)
        return self._computed_range(self.compiled.knowledge.derived[key])

    def sides(self, key: str) -> tuple[Variable, ...]:
        """The variables of a measure: one, or one for each side."""
        page = self.compiled.knowledge.measures.get(key)
        return ((key, "left"), (key, "right")) if page is not None and page.per_side else ((key, ""),)

    def every(self, variable: Variable) -> int:
        """All values of a variable."""
        if variable == PEOPLE:
            return self.people.every
        domain = self.domain(variable[0])
        if variable[0] in self.compiled.knowledge.deficits:
            assert isinstance(domain, Choices)
            return domain.among(self.concluded.get(variable[0], STATES))
        return domain.known if variable[0] in COUNTS else domain.every

    def graded(self, key: str) -> bool:
        """Whether a measure has an error of measurement, so that it does not speak yet on a threshold."""
        if key in COUNTS:
            return False
        if key in self.compiled.knowledge.derived:
            return any(self.graded(name) for name in self.compiled.base_inputs[key])
        error = self.compiled.knowledge.measures[key].typical_error
        return error is not None and bool(error.percent or error.value)

    # --- what the tests say ------------------------------------------------------------------------------------------

    def test(self, position: int, *, holds: bool) -> Formula:
        """That a test holds, or that it does not (because of the answer, or because there is none)."""
        found = self._formulas.get((position, holds))
        if found is None:
            found = self._formulas[position, holds] = self._test(position, holds)
        return found

    def _test(self, position: int, holds: bool) -> Formula:
        test = self.compiled.tests[position]
        if isinstance(test.test, HeldDeficit):
            return self._among(test.key, (test.test.state,), holds)
        if test.key in CHOOSES_NORM and self._asks_who(test.key):
            return self._who(test.key, test.test, holds)
        if isinstance(test.test, Is):
            domain = self.domain(test.key)
            assert isinstance(domain, Choices)  # checked on loading
            names = set(domain.names) - set(test.test.choices) if test.test.negated else test.test.choices
            return self._among(test.key, names, holds)
        if isinstance(test.test, NormDistance | Percentile):
            return self._against_norm(test.key, test.test, holds)
        if test.test.reach in ("difference", "asymmetry"):
            return self._apart(test.key, test.test, holds)
        return self._number(test.key, test.test, test.test.reach, holds)

    def _asks_who(self, key: str) -> bool:
        page = self.compiled.knowledge.measures.get(key)
        return page is not None and (page.kind == "choice" or (key == "age" and self.people.ages is not None))

    def _among(self, key: str, names: Iterable[str], holds: bool) -> Formula:
        domain = self.domain(key)
        assert isinstance(domain, Choices)
        chosen = domain.among(names)
        return In((key, ""), chosen if holds else domain.every & ~chosen)

    def _who(self, key: str, test: Test, holds: bool) -> Formula:
        people = self.people
        if isinstance(test, Is):
            names = set(self.compiled.knowledge.measures[key].choices or ()) - set(test.choices)
            chosen = people.having(key, tuple(names if test.negated else test.choices))
        else:
            assert people.ages is not None
            assert isinstance(test, Compare | Between)
            ages, within = people.ages, values_of(people.ages, test, graded=False)
            chosen = people.having(key, [cell.example for at, cell in enumerate(ages.cells) if within >> at & 1])
        return In(PEOPLE, chosen if holds else people.every & ~chosen)

    def _number(self, key: str, test: Compare | Between, reach: Reach, holds: bool) -> Formula:
        domain = self.domain(key)
        assert isinstance(domain, Numbers)
        chosen = values_of(domain, test, graded=self.graded(key))
        if not holds:
            chosen = domain.every & ~chosen
        parts = tuple(In(variable, chosen) for variable in self.sides(key))
        return All(parts) if (reach == "both") == holds or len(parts) == 1 else Any(parts)

    def _against_norm(self, key: str, test: NormDistance | Percentile, holds: bool) -> Formula:
        """For each norm that fits somebody: those people, and a threshold for them."""
        asks_for_good = test.relation in ("at least", "above")
        reach: Reach = "both" if asks_for_good and test.reach == "either" else test.reach
        parts: list[Formula] = []
        left_over = self.people.every
        for fitting in self.people.fitting(self.compiled.measure(key)):
            at = _at(test, fitting.reference)
            if at is None:
                continue
            left_over &= ~fitting.people
            upward = asks_for_good == (fitting.reference.sign > 0)
            relations = ("at least", "at most") if isinstance(test, NormDistance) else ("above", "below")
            compare = Compare(relations[0] if upward else relations[1], at)  # type: ignore[arg-type]  # one of the four
            parts.append(All((In(PEOPLE, fitting.people), self._number(key, compare, reach, holds))))
        if not holds:
            parts.append(In(PEOPLE, left_over))
        return Any(tuple(parts))

    def _apart(self, key: str, test: Compare | Between, holds: bool) -> Formula:
        graded = self.graded(key)
        kind = "difference" if test.reach == "difference" else "asymmetry"
        if isinstance(test, Between):
            low, high, low_open, high_open = test.low, test.high, graded, graded
        else:
            strict = graded or test.relation in ("above", "below")
            upward = test.relation in ("at least", "above", "exactly")
            downward = test.relation in ("at most", "below", "exactly")
            low, low_open = (test.value, strict and not downward) if upward else (0.0, False)
            high, high_open = (test.value, strict and not upward) if downward else (math.inf, True)
        domain = self.domain(key)
        answered = tuple(In(variable, domain.known) for variable in self.sides(key))
        if holds:
            return All((*answered, Apart(key, kind, low, low_open, high, high_open)))  # type: ignore[arg-type]  # as above
        parts: list[Formula] = [In(variable, domain.unknown) for variable in self.sides(key)]
        if low > 0:
            parts.append(All((*answered, Apart(key, kind, 0.0, False, low, not low_open))))  # type: ignore[arg-type]
        if high < math.inf:
            parts.append(All((*answered, Apart(key, kind, high, not high_open, math.inf, True))))  # type: ignore[arg-type]
        return Any(tuple(parts))

    def premise(self, premise: Premise, *, holds: bool) -> Formula:
        """That all lines of a premise hold, or that one of them does not."""
        parts: list[Formula] = [self.test(test, holds=holds) for test in premise.tests]
        if premise.any_of:
            ways = tuple(self.premise(alternative, holds=holds) for alternative in premise.any_of)
            parts.append(Any(ways) if holds else All(ways))
        return All(tuple(parts)) if holds else Any(tuple(parts))

    def rule(self, rule: CompiledRule, *, fires: bool) -> Formula:
        """That a rule fires and nothing excepts it, or that it does not."""
        found = self._rules.get((rule.id, fires))
        if found is None:
            premise = self.premise(rule.premise, holds=fires)
            exceptions = tuple(self.premise(exception, holds=not fires) for exception in rule.exceptions)
            found = All((premise, *exceptions)) if fires else Any((premise, *exceptions))
            self._rules[rule.id, fires] = found
        return found

    # --- what can be --------------------------------------------------------------------------------------------------

    @cached_property
    def solver(self) -> Solver:
        """Finds answers."""
        return Solver(self.every, self._numbers, self._counts_agree)

    def _numbers(self, key: str) -> Numbers:
        domain = self.domain(key)
        assert isinstance(domain, Numbers)
        return domain

    def possible(self, formulas: Iterable[Formula], keys: Iterable[str]) -> State | None:
        """Answers for which all formulas hold; `keys` are the measures they speak of. None: there are no such answers.

        Questions that are asked only on a condition bring it with them.

        Raises: TooHard.
        """
        return self.solver.solve([*formulas, *self._asked(keys)])

    def _asked(self, keys: Iterable[str]) -> Iterable[Formula]:
        """What must hold for an answer to these questions other than the one taken for granted."""
        waiting, seen = list(keys), set[str]()
        while waiting:
            key = waiting.pop()
            premise = self.compiled.ask_when.get(key)
            if premise is None or key in seen:
                continue
            seen.add(key)
            waiting += [self.compiled.tests[test].key for test in premise.all_tests]
            asked = self.premise(premise, holds=True)
            for variable in self.sides(key):
                yield Any((In(variable, self._taken_for_granted(key)), asked))

    def _taken_for_granted(self, key: str) -> int:
        domain, page = self.domain(key), self.compiled.knowledge.measures[key]
        neutral = page.neutral
        if isinstance(domain, Choices):
            name = ("yes" if neutral else "no") if isinstance(neutral, bool) else str(neutral)
            return domain.unknown | domain.among((name,))
        if isinstance(neutral, int | float):
            here = domain.above(neutral, or_on_it=True) & domain.below(neutral, or_on_it=True)
            return domain.unknown | here
        return domain.unknown

    def _counts_agree(self, state: State) -> bool:
        """Whether as many deficits can be present as are counted."""
        for key, family in COUNTS.items():
            if family is None or (key, "") not in state:
                continue
            domain = self._numbers(key)
            members = [(name, "") for name in self.compiled.of_family[family]]
            present = Choices(STATES).among(("present",))
            left = [state.get(member, self.every(member)) for member in members]
            fewest = sum(chosen == present for chosen in left)
            most = sum(bool(chosen & present) for chosen in left)
            within = domain.above(fewest, or_on_it=True) & domain.below(most, or_on_it=True)
            if not state[key, ""] & within:
                return False
        return True

    def words(self, state: State) -> dict[str, str]:
        """Answers of one such athlete, as they would be entered; what does not matter is left out."""
        found: dict[str, str] = {}
        for (key, side), chosen in state.items():
            if (key, side) == PEOPLE:
                found.update((name, _said(value)) for name, value in self.people.example(chosen).items())
                continue
            domain = self.domain(key)
            if chosen & domain.unknown and key not in COUNTS:
                continue
            if key in self.compiled.knowledge.deficits:
                choices = Choices(STATES)
                if chosen != self.every((key, "")):
                    found[key] = choices.names[lowest(chosen)]
                continue
            value = _said(domain.example(chosen))
            found[f"{key} ({side})" if side else key] = value
        return found


def values_of(domain: Numbers, test: Compare | Between, *, graded: bool) -> int:
    """The values of which a test of a number holds."""
    if isinstance(test, Between):
        low = domain.above(test.low, or_on_it=not graded)
        return low & domain.below(test.high, or_on_it=not graded)
    strict = graded and test.value != 0  # an error in percent is none at zero
    match test.relation:
        case "at least" | "above":
            return domain.above(test.value, or_on_it=test.relation == "at least" and not strict)
        case "at most" | "below":
            return domain.below(test.value, or_on_it=test.relation == "at most" and not strict)
        case "exactly":
            return domain.above(test.value, or_on_it=True) & domain.below(test.value, or_on_it=True)


def _thresholds(tests: Iterable[Test]) -> Iterable[float]:
    for test in tests:
        if isinstance(test, Compare):
            yield test.value
        elif isinstance(test, Between):
            yield from (test.low, test.high)


def _at(test: NormDistance | Percentile, reference: Reference) -> float | None:
    """Where a test against a norm draws its line, in the unit of the measure."""
    if isinstance(test, NormDistance):
        return reference.at_distance(test.sd)
    return reference.at_percentile(test.percentile)


def _said(value: str | float) -> str:
    return value if isinstance(value, str) else f"{value:.6g}"
