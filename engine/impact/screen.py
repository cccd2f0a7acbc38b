"""Whom a change cannot touch: told from the facts and the changed rules alone, so that most athletes cost little.

A sure no rests on this: a judgement hangs on how far each rule fires, on whether it can be decided, and on the weights
of groups. When every changed rule comes out alike in these for an athlete, then everything that follows does; a rule
of which only the word changed, and which does not fire, says nothing either way. Where other deficits look at what a
changed rule is about, what could still come out must be the same too. Norms, figures and new rules are never screened.
"""

from collections.abc import Sequence

from engine import degrees
from engine.compile import COUNTS, Compiled, CompiledRule
from engine.degrees import Degree
from engine.evaluation import rule_degree
from engine.facts import Facts, gather
from engine.impact.athletes import Athlete
from engine.impact.changes import Change

_HELD = degrees.known(1.0)
_BLOCKED = degrees.known(0.0)


class Screen:
    """The changed rules of two compiled states."""

    def __init__(self, before: Compiled, after: Compiled, changes: Sequence[Change]) -> None:
        self.before, self.after = before, after
        old = {rule.id: rule for rule in before.rules}
        new = {rule.id: rule for rule in after.rules}
        self.pairs = [(old[change.id], new[change.id]) for change in changes if change.id in old and change.id in new]
        only_rules = all(change.kind == "rule" and change.what == "changed" for change in changes)
        same_weights = before.group_weights == after.group_weights
        self.applies = only_rules and same_weights and all(_stay_put(*pair) for pair in self.pairs)
        # a rule that shares a budget moves the weight of others too
        self.applies = self.applies and not any(rule.budget for pair in self.pairs for rule in pair)
        self._looked_at = _looked_at(before) | _looked_at(after)

    def may_move(self, athlete: Athlete) -> bool:
        """Whether the later state could say anything else about an athlete."""
        if not self.applies or athlete.before != athlete.after:
            return True
        measured = athlete.measured(self.before.knowledge, athlete.before)
        facts = gather(self.before, athlete.before, measured)
        return any(self._differ(facts, was, now) for was, now in self.pairs)

    def _differ(self, facts: Facts, was: CompiledRule, now: CompiledRule) -> bool:
        first = _degrees(self.before, facts, was)
        second = _degrees(self.after, _under(self.after, facts), now)
        if first is None or second is None:
            return True
        (fires, alone), (fires_now, alone_now) = first, second
        if fires.low != fires_now.low or (fires.low > 0 and was.factor != now.factor):
            return True
        if was.about in self._looked_at and (fires != fires_now or was.factor != now.factor):
            return True
        return _decidable(fires, alone) != _decidable(fires_now, alone_now)


def _decidable(degree: Degree, alone: Degree) -> tuple[bool, bool, bool]:
    """All that coverage asks of a rule that does not fire."""
    return degree.high > 0, degree.most > 0, alone.high > 0


def _stay_put(was: CompiledRule, now: CompiledRule) -> bool:
    """Whether two editions of a rule are about the same and of the same group."""
    return (was.about, was.group, was.visible) == (now.about, now.group, now.visible)


def _looked_at(compiled: Compiled) -> frozenset[str]:
    """The deficits that some rule tests, by name or by counting."""
    found: set[str] = set()
    for rule in compiled.rules:
        if rule.about in compiled.families:
            for position in rule.tests:
                key = compiled.tests[position].key
                found.update((key,) if key in compiled.families else compiled.of_family.get(COUNTS.get(key) or "", ()))
    return frozenset(found)


def _under(compiled: Compiled, facts: Facts) -> Facts:
    """The same facts for the tests of another state whose measures and norms are the same."""
    return Facts(compiled, facts.values, facts.data, facts.asked, facts.athlete, facts.tests_done)


def _degrees(compiled: Compiled, facts: Facts, rule: CompiledRule) -> tuple[Degree, Degree] | None:
    """How far a rule fires, and how far its evidence alone does; None when that hangs on conclusions."""
    full: dict[int, Degree] = {}
    evidence: dict[int, Degree] = {}
    hangs = False
    for position in rule.tests:
        test = compiled.tests[position]
        if test.kind in ("measure", "derived"):
            full[position] = facts.degree(position)
            evidence[position] = full[position] if compiled.is_evidence(test.key) else _HELD
        else:
            full[position] = evidence[position] = degrees.UNKNOWN
            hangs = True
    found = rule_degree(rule, full), rule_degree(rule, evidence)
    return None if hangs and (found[0] != _BLOCKED or found[1] != _BLOCKED) else found
