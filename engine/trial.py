"""Trying answers out: what would be concluded if some answers were others, worked out only as far as it differs.

A trial carries what would be said, not what could still come out: no bounds, no trace, nothing apparent. It agrees
with a whole evaluation of the changed answers (a test holds them together) at a small part of its cost.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from engine import degrees
from engine.budget import Shares, shares_now
from engine.certainty import certainty
from engine.compile import COUNTS, LIMITERS, TESTS_DONE, Compiled, CompiledRule, Premise
from engine.conditions import Between, Compare, HeldDeficit
from engine.evaluation import Evaluation, evaluate, speaks_for
from engine.facts import Facts, vary
from engine.limiter import contribution, root_sums, said_about
from engine.model import Value
from engine.schema.base import Limiter


@dataclass(frozen=True, slots=True)
class Trial:
    """What some changed answers would lead to: certainties by deficit and root sums by limiter."""

    facts: Facts
    certainties: Mapping[str, float]
    root: Mapping[Limiter, float]


class Trials:
    """Trials that all start from one evaluation."""

    def __init__(self, evaluation: Evaluation) -> None:
        self.evaluation = evaluation
        self.compiled: Compiled = evaluation.compiled
        self._tests = [degree.low for degree in evaluation.tests]
        self._rules = [degree.low for degree in evaluation.rules]
        self._certainties = {id: belief.now for id, belief in evaluation.beliefs.items()}
        self._contributions = {id: contribution(self.compiled, id, now) for id, now in self._certainties.items()}
        self._spoken = {
            limiter: said_about(self.compiled, limiter, self._rules.__getitem__, evaluation.shares)
            for limiter in LIMITERS
        }
        self._explained = _explained(self.compiled, self._tests)
        self._found: dict[tuple[tuple[int, float], ...], tuple[Mapping[str, float], Mapping[Limiter, float]]] = {}
        self.root = root_sums(self.compiled, self._certainties, self._contributions, self._spoken, self._explained)

    def tried(self, changes: Mapping[str, Value]) -> Trial:
        """What these answers, changed or added, would lead to."""
        facts, changed = vary(self.evaluation.facts, changes)
        if changed is None:
            return self._anew(facts)
        keys = changed | {TESTS_DONE} if facts.tests_done != self.evaluation.facts.tests_done else changed
        run = _Run(self.compiled, facts, self._tests, self._rules, self._certainties, self.evaluation.shares)
        tests = run.tested(keys)
        found = self._found.get(tests)
        if found is None:  # all that follows, follows from the tests that come out otherwise
            found = (run.certainties, self._root(run)) if run.follows() else (self._certainties, self.root)
            self._found[tests] = found
        return Trial(facts, *found)

    def _anew(self, facts: Facts) -> Trial:
        anew = Trials(evaluate(self.compiled, facts))
        return Trial(facts, anew._certainties, anew.root)

    def _root(self, run: "_Run") -> Mapping[Limiter, float]:
        """The root sums of a trial; only what is about something that has moved is worked out again."""
        compiled, before = self.compiled, self._certainties
        moved = {id: contribution(compiled, id, now) for id, now in run.certainties.items() if now != before[id]}
        spoken = dict(self._spoken)
        for limiter in LIMITERS:
            if limiter in run.about:
                spoken[limiter] = said_about(compiled, limiter, run.rules.__getitem__, run.shares)
        explained = _explained(compiled, run.tests) if run.explains else self._explained
        return root_sums(compiled, run.certainties, self._contributions | moved, spoken, explained)


def low(premise: Premise, tests: Sequence[float]) -> float:
    """How far a premise is known to hold, from how far its tests are."""
    least = min((tests[test] for test in premise.tests), default=1.0)
    if premise.any_of and least > 0:
        least = min(least, max(low(alternative, tests) for alternative in premise.any_of))
    return least


def _explained(compiled: Compiled, tests: Sequence[float]) -> Sequence[float]:
    """How far the further conditions of each explanation hold, from how far their tests do."""
    return [low(explanation.premise, tests) if explanation.premise else 1.0 for explanation in compiled.explanations]


def _rule_low(rule: CompiledRule, tests: Sequence[float]) -> float:
    when = low(rule.premise, tests)
    if rule.exceptions and when > 0:
        when = min(when, 1.0 - max(low(exception, tests) for exception in rule.exceptions))
    return when


class _Run:
    """One trial in the making: lows of tests and rules, certainties, and what has become stale."""

    def __init__(
        self,
        compiled: Compiled,
        facts: Facts,
        tests: Sequence[float],
        rules: Sequence[float],
        certainties: Mapping[str, float],
        shares: Shares,
    ) -> None:
        self.compiled = compiled
        self.facts = facts
        self.tests = list(tests)
        self.rules = list(rules)
        self.certainties = dict(certainties)
        self.shares = shares
        self.about: set[str] = set()
        """The limiters of which some rule has changed."""
        self.explains = False
        """Whether a further condition of some explanation has changed."""
        self._stale: set[int] = set()
        self._shared_anew: set[int] = set()
        self._held = compiled.held_from

    def tested(self, keys: Iterable[str]) -> tuple[tuple[int, float], ...]:
        """Tests changed keys again; the tests that come out otherwise, and how far each holds now."""
        changed = [position for key in keys for position in self._retest(key)]
        if not self.compiled.budget_tests.isdisjoint(changed):
            self._share()
        return tuple((position, self.tests[position]) for position in sorted(changed))

    def follows(self) -> bool:
        """Works out what follows from the tests that have changed; False when nothing does."""
        compiled = self.compiled
        moved = False
        for stratum in compiled.strata:
            moved = self._conclude_stratum(stratum) or moved
        for position in self._stale:
            rule = compiled.rules[position]
            degree = _rule_low(rule, self.tests)
            if degree != self.rules[position] or position in self._shared_anew:
                self.rules[position] = degree
                self.about.add(rule.about)
        return moved or self.explains or bool(self.about)

    def _share(self) -> None:
        """Shares budgets of evidence out again; rules of which the share has changed are stale."""
        before, self.shares = self.shares.now, Shares(shares_now(self.compiled, self.tests.__getitem__))
        for id, (_, rules) in self.compiled.budgets.items():
            if self.shares.now[id] != before[id]:
                self._stale.update(rules)
                self._shared_anew.update(rules)

    def _conclude_stratum(self, stratum: tuple[str, ...]) -> bool:
        """Concludes what is stale in a stratum; says whether any conclusion has changed."""
        compiled = self.compiled
        about = {compiled.rules[position].about for position in self._stale}
        recounted: set[str] = set()
        moved = False
        for deficit in stratum:
            if deficit in about:
                before = self.certainties[deficit]
                after = self._conclude(deficit)
                if after != before:
                    moved = True
                    self._retest(deficit)
                    if (before >= self._held) != (after >= self._held):
                        recounted.add(compiled.families[deficit])
        for count, family in COUNTS.items():
            if family in recounted:
                self._retest(count)
        return moved

    def _conclude(self, deficit: str) -> float:
        positions = self.compiled.rules_about[deficit]
        rules = self.compiled.rules
        for position in self._stale.intersection(positions):
            self.rules[position] = _rule_low(rules[position], self.tests)
        self._stale.difference_update(positions)
        found = certainty(speaks_for(((rules[at], self.rules[at]) for at in positions), self.shares.kept))
        self.certainties[deficit] = found
        return found

    def _retest(self, key: str) -> list[int]:
        """Tests a key again; the tests that come out otherwise, whose rules are stale now."""
        changed = []
        count = self._count(key) if key in COUNTS else 0
        for position in self.compiled.tests_of.get(key, ()):
            degree = self._low(position, count)
            if degree != self.tests[position]:
                self.tests[position] = degree
                self._stale.update(self.compiled.rules_of_test.get(position, ()))
                self.explains = self.explains or position in self.compiled.explaining_tests
                changed.append(position)
        return changed

    def _low(self, position: int, count: int) -> float:
        test = self.compiled.tests[position]
        if isinstance(test.test, HeldDeficit):
            value = self.certainties[test.key]
            return degrees.of_deficit(test.test, value, value, value, self._held).low
        if test.kind == "count":
            assert isinstance(test.test, Compare | Between)  # checked on loading
            return degrees.of_count(test.test, count, count, count).low
        return self.facts.degree(position).low

    def _count(self, count: str) -> int:
        if count == TESTS_DONE:
            return self.facts.tests_done
        family = COUNTS[count]
        of_family = self.compiled.of_family[family] if family else ()
        return sum(1 for id in of_family if self.certainties[id] >= self._held)
