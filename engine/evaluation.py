"""Facts → how certain each deficit is, by plain functions over the compiled rules.

This says the same as the working memory of `engine/inference.py` (a test holds them together), and says it fast and for
intervals: what could still come out, and what another answer would change.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from engine import degrees
from engine.certainty import TOLERANCE, certainty, total, weight
from engine.compile import COUNTS, TESTS_DONE, Compiled, CompiledRule
from engine.conditions import Between, Compare, HeldDeficit
from engine.degrees import Degree
from engine.facts import Facts
from engine.model import Interval


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

    def count(self, count: str) -> tuple[int, int, int]:
        """A count now, and the fewest and most it can become."""
        if count == TESTS_DONE:
            done = self.facts.tests_done
            return done, done, done + len(self.compiled.knowledge.measures)
        return _count(self.compiled, count, self.beliefs)


def evaluate(compiled: Compiled, facts: Facts) -> Evaluation:
    """Everything that follows from the facts."""
    return _Run(compiled, facts).finished()


def revise(before: Evaluation, facts: Facts) -> Evaluation:
    """The evaluation of changed facts, where only what depends on the changes is worked out anew."""
    old = before.facts
    if facts.athlete != old.athlete:
        return evaluate(before.compiled, facts)
    changed = [id for id in facts.data if facts.data[id] != old.data.get(id)]
    changed += [id for id in old.data if id not in facts.data]
    if facts.tests_done != old.tests_done:
        changed.append(TESTS_DONE)
    return _Run(before.compiled, facts, before, changed).finished()


def speaks_for(rules: Iterable[tuple[CompiledRule, float]]) -> float:
    """The sum of weights of rules with their degrees: of each group only the strongest for and the strongest against."""
    strongest: dict[tuple[str, bool], float] = {}
    for rule, degree in rules:
        found = weight(rule.factor * degree)
        if found:
            key = (rule.group, found > 0)
            strongest[key] = max(strongest.get(key, 0.0), found, key=abs)
    return total(strongest.values())


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
            moved: set[str] = set()
            for deficit in stratum:
                positions = compiled.rules_about.get(deficit, ())
                if deficit not in self.beliefs or not self.stale.isdisjoint(positions):
                    if self._conclude(deficit, positions):
                        moved.add(deficit)
            for key in moved:
                self._retest(key)
            for count, family in COUNTS.items():
                if family is not None and any(compiled.families[id] == family for id in moved):
                    self._retest(count)
        for position in sorted(self.stale):
            self.rules[position] = self._rule(compiled.rules[position])
        return Evaluation(compiled, self.facts, tuple(self.tests), tuple(self.rules), self.beliefs)

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

    def _conclude(self, deficit: str, positions: tuple[int, ...]) -> bool:
        """Works out one deficit; says whether anything about it has changed."""
        rules = self.compiled.rules
        for position in positions:
            if position in self.stale:
                self.rules[position] = self._rule(rules[position])
        self.stale.difference_update(positions)
        own = [(rules[position], self.rules[position]) for position in positions]
        belief = Belief(
            now=certainty(speaks_for((rule, degree.low) for rule, degree in own)),
            apparent=certainty(speaks_for((rule, degree.low) for rule, degree in own if rule.visible)),
            least=certainty(speaks_for((rule, worst_for(rule, degree)) for rule, degree in own)),
            most=certainty(speaks_for((rule, best_for(rule, degree)) for rule, degree in own)),
        )
        before = self.beliefs.get(deficit)
        self.beliefs[deficit] = belief
        return belief != before

    def _rule(self, rule: CompiledRule) -> Degree:
        return rule_degree(rule, self.tests)


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


def _count(compiled: Compiled, count: str, beliefs: Mapping[str, Belief]) -> tuple[int, int, int]:
    family = COUNTS[count]
    held = compiled.knowledge.limiters.present_from - TOLERANCE
    of_family = [belief for id, belief in beliefs.items() if compiled.families[id] == family]

    def how_many(end: Callable[[Belief], float]) -> int:
        return sum(1 for belief in of_family if end(belief) >= held)

    return how_many(lambda b: b.now), how_many(lambda b: b.least), how_many(lambda b: b.most)


def interval(belief: Belief) -> Interval:
    """The least and most a certainty can become."""
    return Interval(belief.least, belief.most)
