"""Facts → how certain each deficit is, by plain functions over the compiled rules.

This says the same as the working memory of `engine/inference.py` (a test holds them together), and says it fast and for
intervals: what could still come out, and what another answer would change.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from engine import degrees
from engine.certainty import TOLERANCE, certainty, total, weight
from engine.compile import COUNTS, LIMITERS, TESTS_DONE, Compiled, CompiledRule
from engine.conditions import Between, Compare, HeldDeficit
from engine.degrees import Degree
from engine.facts import Facts, vary
from engine.model import Interval, Value


class Belief(NamedTuple):
    """Certainty of a deficit now, from visible rules alone, and the least and most it can become."""

    now: float
    apparent: float
    least: float
    most: float


NOTHING = Belief(0.0, 0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Degrees of all tests and rules by position, and beliefs by deficit."""

    compiled: Compiled
    facts: Facts
    tests: tuple[Degree, ...]
    rules: tuple[Degree, ...]
    beliefs: Mapping[str, Belief]

    def says_more_than(self, other: "Evaluation") -> bool:
        """Whether anything concluded, or any rule about a limiter, differs from another evaluation."""
        limiters = (at for limiter in LIMITERS for at in self.compiled.rules_about.get(limiter, ()))
        return (
            any(self.beliefs[id].now != other.beliefs[id].now for id in self.beliefs)
            or any(self.rules[at].low != other.rules[at].low for at in limiters)
            or any(self.tests[at] != other.tests[at] for at in self.compiled.explaining_tests)
        )

    def count(self, count: str) -> tuple[int, int, int]:
        """A count now, and the fewest and most it can become."""
        if count == TESTS_DONE:
            done = self.facts.tests_done
            return done, done, done + len(self.compiled.knowledge.measures)
        return _count(self.compiled, count, self.beliefs)


def evaluate(compiled: Compiled, facts: Facts) -> Evaluation:
    """Everything that follows from the facts."""
    return _Run(compiled, facts).finished()


def revise(before: Evaluation, changes: Mapping[str, Value]) -> Evaluation:
    """The evaluation with some answers changed or added; only what depends on them is worked out anew."""
    facts, changed = vary(before.facts, changes)
    if changed is None:
        return evaluate(before.compiled, facts)
    keys = changed | {TESTS_DONE} if facts.tests_done != before.facts.tests_done else changed
    return _Run(before.compiled, facts, before, keys).finished()


def speaks_for(rules: Iterable[tuple[CompiledRule, float]]) -> float:
    """The sum of weights of rules with their degrees: of each group only the strongest for and against."""
    strongest: dict[tuple[str, bool], float] = {}
    for rule, degree in rules:
        if degree > 0:
            spoken = rule.factor * degree
            key = (rule.group, spoken > 0)
            if abs(spoken) > abs(strongest.get(key, 0.0)):
                strongest[key] = spoken
    return total(weight(spoken) for spoken in strongest.values())


class _Run:
    """One evaluation in the making: all of it, or only what depends on the changed keys."""

    def __init__(
        self, compiled: Compiled, facts: Facts, before: Evaluation | None = None, changed: Iterable[str] = ()
    ) -> None:
        self.compiled = compiled
        self.facts = facts
        self.tests: list[Degree] = list(before.tests) if before else [degrees.UNKNOWN] * len(compiled.tests)
        self.rules: list[Degree] = list(before.rules) if before else [degrees.UNKNOWN] * len(compiled.rules)
        self.beliefs: dict[str, Belief] = dict(before.beliefs) if before else {}
        self.stale: set[int] = set() if before else set(range(len(compiled.rules)))
        keys = changed if before else compiled.tests_of
        for key in keys:
            self._retest(key)

    def finished(self) -> Evaluation:
        compiled = self.compiled
        for stratum in compiled.strata:
            self._conclude_stratum(stratum)
        for position in sorted(self.stale):
            self.rules[position] = rule_degree(compiled.rules[position], self.tests)
        return Evaluation(compiled, self.facts, tuple(self.tests), tuple(self.rules), self.beliefs)

    def _conclude_stratum(self, stratum: tuple[str, ...]) -> None:
        """Concludes what is stale in a stratum, and tests again what looks at a conclusion that has changed."""
        compiled = self.compiled
        about = {compiled.rules[position].about for position in self.stale}
        recounted: set[str] = set()
        for deficit in stratum:
            if deficit in about or deficit not in self.beliefs:
                before = self.beliefs.get(deficit)
                belief = self._conclude(deficit)
                if belief != before:
                    self._retest(deficit)
                if before is None or _held(compiled, belief) != _held(compiled, before):
                    recounted.add(compiled.families[deficit])
        for count, family in COUNTS.items():
            if family in recounted:
                self._retest(count)

    def _retest(self, key: str) -> None:
        for position in self.compiled.tests_of.get(key, ()):
            degree = self._degree(position)
            if degree != self.tests[position]:
                self.tests[position] = degree
                self.stale.update(self.compiled.rules_of_test.get(position, ()))

    def _degree(self, position: int) -> Degree:
        test = self.compiled.tests[position]
        if isinstance(test.test, HeldDeficit):
            belief = self.beliefs.get(test.key, NOTHING)
            held = self.compiled.knowledge.limiters.present_from - TOLERANCE
            return degrees.of_deficit(test.test, belief.now, belief.least, belief.most, held)
        if test.kind == "count":
            assert isinstance(test.test, Compare | Between)  # checked on loading
            if test.key == TESTS_DONE:
                done = self.facts.tests_done
                return degrees.of_count(test.test, done, done, done + len(self.compiled.knowledge.measures))
            return degrees.of_count(test.test, *_count(self.compiled, test.key, self.beliefs))
        return self.facts.degree(position)

    def _conclude(self, deficit: str) -> Belief:
        """Works out one deficit."""
        rules = self.compiled.rules
        positions = self.compiled.rules_about.get(deficit, ())
        for position in positions:
            if position in self.stale:
                self.rules[position] = rule_degree(rules[position], self.tests)
        self.stale.difference_update(positions)
        own = [(rules[position], self.rules[position]) for position in positions]
        belief = self.beliefs[deficit] = Belief(
            now=certainty(speaks_for((rule, degree.low) for rule, degree in own)),
            apparent=certainty(speaks_for((rule, degree.low) for rule, degree in own if rule.visible)),
            least=certainty(speaks_for((rule, worst_for(rule, degree)) for rule, degree in own)),
            most=certainty(speaks_for((rule, best_for(rule, degree)) for rule, degree in own)),
        )
        return belief


def worst_for(rule: CompiledRule, degree: Degree) -> float:
    """The degree that speaks least for the hypothesis."""
    return degree.least if rule.factor > 0 else degree.most


def best_for(rule: CompiledRule, degree: Degree) -> float:
    """The degree that speaks most for the hypothesis."""
    return degree.most if rule.factor > 0 else degree.least


def rule_degree(rule: CompiledRule, tests: degrees.Degrees) -> Degree:
    """How far a rule fires. An exception blocks as far as it is known to hold; while it is open, the bounds are."""
    when = degrees.all_of(rule.premise, tests)
    if not rule.exceptions:
        return when
    unless = degrees.any_of(degrees.all_of(exception, tests) for exception in rule.exceptions)
    return Degree(
        min(when.low, 1 - unless.low),
        min(when.high, 1 - unless.low),
        min(when.least, 1 - unless.most),
        min(when.most, 1 - unless.least),
    )


def _held(compiled: Compiled, belief: Belief) -> tuple[bool, bool, bool]:
    """Whether a deficit counts as present now, at the least, and at the most."""
    return compiled.is_present(belief.now), compiled.is_present(belief.least), compiled.is_present(belief.most)


def _count(compiled: Compiled, count: str, beliefs: Mapping[str, Belief]) -> tuple[int, int, int]:
    held = [
        _held(compiled, beliefs[id])
        for id, family in compiled.families.items()
        if family == COUNTS[count] and id in beliefs
    ]
    return sum(now for now, _, _ in held), sum(least for _, least, _ in held), sum(most for _, _, most in held)


def interval(belief: Belief) -> Interval:
    """The least and most a certainty can become."""
    return Interval(belief.least, belief.most)
