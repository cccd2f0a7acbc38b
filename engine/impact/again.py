"""The same answers judged by a second state that differs little: worked out again only as far as it differs.

Holds while measures, computed measures and populations are the same in both, so that the facts are; what a test or an
unchanged rule came to is then taken over, and a deficit is concluded anew only when a rule about it or something its
rules look at came out otherwise. Agrees with judging from the start (a test holds them together).
"""

from engine import degrees
from engine.budget import Shares
from engine.certainty import TOLERANCE
from engine.compile import COUNTS, LIMITERS, TESTS_DONE, Compiled
from engine.conditions import Between, Compare, HeldDeficit
from engine.coverage import decided_groups
from engine.degrees import Degree
from engine.evaluation import Belief, Evaluation, believed, rule_degree, shares_of
from engine.facts import Facts
from engine.impact.judge import Basis, Judgement, concluded
from engine.safety import screen


class Again:
    """From the judgements of one state to those of another."""

    def __init__(self, before: Compiled, after: Compiled) -> None:
        self.after = after
        old, new = before.knowledge, after.knowledge
        self.applies = (
            old.measures == new.measures and old.derived == new.derived and old.populations == new.populations
        )
        """Whether the facts are the same in both."""
        tests = {test: position for position, test in enumerate(before.tests)}
        self._tests = [tests.get(test) for test in after.tests]
        rules = {rule.id: position for position, rule in enumerate(before.rules)}
        self._rules = [
            at if (at := rules.get(rule.id)) is not None and _looks_alike(before, at, after, position) else None
            for position, rule in enumerate(after.rules)
        ]
        self._alike = {id for id in after.families if self._same_rules(before, id)}
        """Deficits about which all rules are and say the same."""
        same_figures = old.limiters == new.limiters
        self._same_safety = same_figures and old.safety == new.safety
        self._concluded_tests = [
            position for position, test in enumerate(after.tests) if test.kind in ("deficit", "count")
        ]
        self._same_shape = (
            [(rule.id, rule.group) for rule in before.rules] == [(rule.id, rule.group) for rule in after.rules]
            and None not in self._rules
            and before.strata == after.strata
        )

    def judge(self, basis: Basis) -> Judgement:
        """The judgement of the second state, from what the first one's rests on."""
        was = basis.evaluation
        evaluation = self._evaluate(was)
        same_tests = all(
            (at := self._tests[position]) is not None and evaluation.tests[position] == was.tests[at]
            for position in self._concluded_tests
        )
        safety = basis.safety if self._same_safety and same_tests else screen(self.after, evaluation)
        same_rules = self._same_shape and same_tests and evaluation.rules == was.rules
        decided = basis.decided if same_rules else decided_groups(self.after, evaluation)
        return concluded(self.after, Basis(evaluation, safety, decided))

    def _same_rules(self, before: Compiled, id: str) -> bool:
        now, old = self.after.rules_about.get(id, ()), before.rules_about.get(id, ())
        pairs = [(self._rules[at], at) for at in now]
        if id not in before.families or before.families[id] != self.after.families[id] or len(now) != len(old):
            return False
        return all(
            at is not None and _says(before, at) == _says(self.after, position) for at, position in pairs
        )  # fmt: skip

    def _evaluate(self, was: Evaluation) -> Evaluation:
        after = self.after
        facts = Facts(after, was.facts.values, was.facts.data, was.facts.asked, was.facts.athlete, was.facts.tests_done,
                      was.facts.measured, was.facts.answered)  # fmt: skip
        tests = [was.tests[at] if at is not None else degrees.UNKNOWN for at in self._tests]
        for position, at in enumerate(self._tests):
            if at is None and after.tests[position].kind in ("measure", "derived"):
                tests[position] = facts.degree(position)
        shares = shares_of(after, tests)
        rules: list[Degree] = [was.rules[at] if at is not None else degrees.UNKNOWN for at in self._rules]
        beliefs: dict[str, Belief] = {}
        moved: set[int] = set(self._conclude_tests(tests, was, beliefs, (TESTS_DONE,), facts))
        for stratum in after.strata:
            for id in stratum:
                beliefs[id] = self._conclude(id, was, tests, rules, moved, shares)
            moved |= self._conclude_tests(tests, was, beliefs, (*stratum, *COUNTS), facts)
        for limiter in LIMITERS:
            self._fire(after.rules_about.get(limiter, ()), tests, rules, moved)
        return Evaluation(after, facts, tuple(tests), tuple(rules), beliefs, shares)

    def _conclude(
        self, id: str, was: Evaluation, tests: list[Degree], rules: list[Degree], moved: set[int], shares: Shares
    ) -> Belief:  # fmt: skip
        after = self.after
        positions = after.rules_about.get(id, ())
        fired = self._fire(positions, tests, rules, moved)
        if not fired and id in self._alike and shares == was.shares:
            return was.beliefs[id]
        own = [(after.rules[at], rules[at]) for at in positions]
        return believed(own, shares)

    def _fire(self, positions: tuple[int, ...], tests: list[Degree], rules: list[Degree], moved: set[int]) -> bool:
        """Works out rules that are new or look at something that moved; says whether any was."""
        fired = False
        for at in positions:
            if self._rules[at] is None or (moved and not moved.isdisjoint(self.after.rules[at].tests)):
                rules[at] = rule_degree(self.after.rules[at], tests)
                fired = True
        return fired

    def _conclude_tests(
        self, tests: list[Degree], was: Evaluation, beliefs: dict[str, Belief], keys: tuple[str, ...], facts: Facts
    ) -> set[int]:
        """Tests of deficits and counts, as far as they are concluded; the positions of those that moved."""
        after = self.after
        moved = set()
        held = after.knowledge.limiters.present_from - TOLERANCE
        for key in keys:
            for position in after.tests_of.get(key, ()):
                test = after.tests[position].test
                if isinstance(test, HeldDeficit):
                    belief = beliefs[key]
                    found = degrees.of_deficit(test, belief.now, belief.least, belief.most, held)
                elif key in COUNTS:
                    assert isinstance(test, Compare | Between)  # checked on loading
                    found = degrees.of_count(test, *self._count(key, beliefs, facts))
                else:
                    continue
                at = self._tests[position]
                if at is None or found != was.tests[at]:
                    moved.add(position)
                tests[position] = found
        return moved

    def _count(self, count: str, beliefs: dict[str, Belief], facts: Facts) -> tuple[int, int, int]:
        after = self.after
        family = COUNTS[count]
        if family is None:
            return facts.tests_done, facts.tests_done, facts.tests_done + len(after.knowledge.measures)
        own = [beliefs[id] for id in after.of_family[family] if id in beliefs]
        return (
            sum(after.is_present(belief.now) for belief in own),
            sum(after.is_present(belief.least) for belief in own),
            sum(after.is_present(belief.most) for belief in own),
        )


def _looks_alike(before: Compiled, at: int, after: Compiled, position: int) -> bool:
    """Whether two editions of a rule have the same conditions."""
    old, new = before.rules[at].source, after.rules[position].source
    return old.when == new.when and old.unless == new.unless


def _says(compiled: Compiled, position: int) -> tuple[float, str, bool, str | None]:
    rule = compiled.rules[position]
    return rule.factor, rule.group, rule.visible, rule.budget

