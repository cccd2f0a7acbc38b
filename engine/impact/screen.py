"""Whom a change cannot touch: told from the facts and the changed rules alone, so that most athletes cost little.

A sure no rests on this: when every changed rule comes out alike for an athlete, in all that evaluation and coverage
ask of it, then everything that follows does. Whatever else was changed (a word, a norm, a figure) is never screened.
"""

from collections.abc import Sequence

from engine import degrees
from engine.compile import Compiled, CompiledRule
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
        self.applies = only_rules and all(_speak_alike(*pair) for pair in self.pairs)

    def may_move(self, athlete: Athlete) -> bool:
        """Whether the later state could say anything else about an athlete."""
        if not self.applies or athlete.before != athlete.after:
            return True
        facts = gather(self.before, athlete.before)
        return any(self._differ(facts, was, now) for was, now in self.pairs)

    def _differ(self, facts: Facts, was: CompiledRule, now: CompiledRule) -> bool:
        first = _degrees(self.before, facts, was)
        second = _degrees(self.after, _under(self.after, facts), now)
        if first is None or second is None:
            return True
        return first != second


def _speak_alike(was: CompiledRule, now: CompiledRule) -> bool:
    """Whether two editions of a rule say the same when they fire, so that only their conditions can differ."""
    return (was.about, was.factor, was.group, was.visible) == (now.about, now.factor, now.group, now.visible)


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
