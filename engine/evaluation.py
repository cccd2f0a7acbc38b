"""Facts → how certain each deficit is, by plain functions over the compiled rules.

This says the same as the working memory of `engine/inference.py` (a test holds them together), and says it for
intervals: what could still come out.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from engine import degrees
from engine.budget import WHOLE, Shares, shares, spoken
from engine.certainty import TOLERANCE, certainty, total, weight
from engine.compile import COUNTS, LIMITERS, TESTS_DONE, Compiled, CompiledRule
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
    shares: Shares = WHOLE

    def count(self, count: str) -> int:
        """How many deficits of a family are held present, or how many tests are done."""
        return _count(self.compiled, self.facts, count, self.beliefs)[0]


def evaluate(compiled: Compiled, facts: Facts) -> Evaluation:
    """Everything that follows from the facts."""
    return _Run(compiled, facts).finished()


def speaks_for(
    rules: Iterable[tuple[CompiledRule, float]], share: Callable[[CompiledRule], float] = WHOLE.kept
) -> float:
    """The sum of weights of rules with their degrees: of each group only the strongest for and against.

    Args: `share` gives the part of its weight that a rule keeps (see `engine/budget.py`).
    """
    strongest: dict[tuple[str, bool], float] = {}
    for rule, degree in rules:
        if degree > 0:
            said = spoken(rule, degree, share(rule)) if rule.budget else rule.factor * degree
            key = (rule.group, said > 0)
            if abs(said) > abs(strongest.get(key, 0.0)):
                strongest[key] = said
    return total(weight(said) for said in strongest.values())


class _Run:
    """One evaluation in the making, stratum by stratum."""

    def __init__(self, compiled: Compiled, facts: Facts) -> None:
        self.compiled = compiled
        self.facts = facts
        self.tests = [self._degree(position) for position in range(len(compiled.tests))]
        self.rules = [degrees.UNKNOWN] * len(compiled.rules)
        self.shares = shares_of(compiled, self.tests)
        self.beliefs: dict[str, Belief] = {}

    def finished(self) -> Evaluation:
        compiled = self.compiled
        for stratum in compiled.strata:
            for deficit in stratum:
                self.beliefs[deficit] = self._conclude(deficit)
            for key in (*stratum, *COUNTS):
                for position in compiled.tests_of.get(key, ()):
                    self.tests[position] = self._conclusion(position)
        for limiter in LIMITERS:
            for position in compiled.rules_about.get(limiter, ()):
                self.rules[position] = rule_degree(compiled.rules[position], self.tests)
        return Evaluation(compiled, self.facts, tuple(self.tests), tuple(self.rules), self.beliefs, self.shares)

    def _degree(self, position: int) -> Degree:
        """The degree of a test of an answer; conclusions are not known yet."""
        test = self.compiled.tests[position]
        return self.facts.degree(position) if test.kind in ("measure", "derived") else degrees.UNKNOWN

    def _conclusion(self, position: int) -> Degree:
        """The degree of a test of a deficit or a count."""
        test = self.compiled.tests[position]
        if isinstance(test.test, HeldDeficit):
            belief = self.beliefs.get(test.key, NOTHING)
            held = self.compiled.knowledge.limiters.present_from - TOLERANCE
            return degrees.of_deficit(test.test, belief.now, belief.least, belief.most, held)
        assert isinstance(test.test, Compare | Between)  # checked on loading
        return degrees.of_count(test.test, *_count(self.compiled, self.facts, test.key, self.beliefs))

    def _conclude(self, deficit: str) -> Belief:
        rules = self.compiled.rules
        positions = self.compiled.rules_about.get(deficit, ())
        for position in positions:
            self.rules[position] = rule_degree(rules[position], self.tests)
        return believed([(rules[position], self.rules[position]) for position in positions], self.shares)


def shares_of(compiled: Compiled, tests: Sequence[Degree]) -> Shares:
    """The shares of budgets that follow from the degrees of all tests of answers, by position."""
    return shares(compiled, lambda at: tests[at].low, lambda at: tests[at].most, lambda at: tests[at].least)


def believed(rules: Sequence[tuple[CompiledRule, Degree]], shares: Shares) -> Belief:
    """What rules with their degrees say of one deficit."""
    return Belief(
        now=certainty(speaks_for(((rule, degree.low) for rule, degree in rules), shares.kept)),
        apparent=certainty(speaks_for(((rule, degree.low) for rule, degree in rules if rule.visible), shares.kept)),
        least=certainty(speaks_for(((rule, worst_for(rule, degree)) for rule, degree in rules), shares.for_least)),
        most=certainty(speaks_for(((rule, best_for(rule, degree)) for rule, degree in rules), shares.for_most)),
    )


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


def _count(compiled: Compiled, facts: Facts, count: str, beliefs: Mapping[str, Belief]) -> tuple[int, int, int]:
    """A count now, and the fewest and most it can become."""
    if count == TESTS_DONE:
        return facts.tests_done, facts.tests_done, facts.tests_done + len(compiled.knowledge.measures)
    family = COUNTS[count]
    of_family = [beliefs[id] for id in beliefs if compiled.families[id] == family]
    return (
        sum(compiled.is_present(belief.now) for belief in of_family),
        sum(compiled.is_present(belief.least) for belief in of_family),
        sum(compiled.is_present(belief.most) for belief in of_family),
    )


def interval(belief: Belief) -> Interval:
    """The least and most a certainty can become."""
    return Interval(belief.least, belief.most)
