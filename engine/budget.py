"""Evidence that comes from one observation: what many rules read off one sprint may say together.

A budget (on the limiters page) names measures that are made of a few free numbers, and how many pieces of evidence
those are worth. Rules that look at such a measure share the budget across all hypotheses: together they never weigh
more than the strongest so many of them would alone. When they would, all are made lighter by the same factor, their
share. Shares follow from answers alone, before any rule fires, so the order of conclusions cannot matter.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from engine.certainty import certainty, total, weight
from engine.compile import Compiled, CompiledRule, Premise

Lookup = Callable[[int], float]


@dataclass(frozen=True, slots=True)
class Shares:
    """By budget, the share of its weight that each of its rules keeps: as things are, at least, and at most."""

    now: Mapping[str, float] = field(default_factory=dict)
    least: Mapping[str, float] = field(default_factory=dict)
    most: Mapping[str, float] = field(default_factory=dict)

    def kept(self, rule: CompiledRule) -> float:
        """The share a rule keeps as things are."""
        return self.now.get(rule.budget, 1.0) if rule.budget else 1.0

    def for_least(self, rule: CompiledRule) -> float:
        """The share at which a rule speaks least for its hypothesis, whatever the open questions bring."""
        return (self.least if rule.factor > 0 else self.most).get(rule.budget, 1.0) if rule.budget else 1.0

    def for_most(self, rule: CompiledRule) -> float:
        """The share at which a rule speaks most for its hypothesis."""
        return (self.most if rule.factor > 0 else self.least).get(rule.budget, 1.0) if rule.budget else 1.0


WHOLE = Shares()
"""Nothing is shared."""


def spoken(rule: CompiledRule, degree: float, share: float) -> float:
    """What a rule says of its hypothesis, as a signed certainty factor, when it keeps this share of its weight."""
    said = rule.factor * degree
    return said if share == 1 else certainty(share * weight(said))


def shares_now(compiled: Compiled, low: Lookup) -> Mapping[str, float]:
    """The share of each budget's rules as things are; `low` gives how far the test at a position is known to hold.

    Tests of conclusions are taken to hold, so shares may be smaller than they need be, never larger.
    """
    found = {}
    for id, (pieces, rules) in compiled.budgets.items():
        claims = _strongest((compiled.rules[at], _claim(compiled, compiled.rules[at], low)) for at in rules)
        found[id] = _share(claims, pieces)
    return found


def shares(compiled: Compiled, low: Lookup, most: Lookup, least: Lookup) -> Shares:
    """The shares as things are, and the least and most they can become when open questions are answered.

    Args: how far the test at a position is known to hold, and the most and least it can come to hold.
    """
    now = shares_now(compiled, low)
    floor, ceiling = {}, {}
    for id, (pieces, rules) in compiled.budgets.items():
        own = [compiled.rules[at] for at in rules]
        most_claimed = _strongest((rule, _claim(compiled, rule, most, least)) for rule in own)
        if most_claimed == _strongest((rule, _claim(compiled, rule, least, most)) for rule in own):
            floor[id] = ceiling[id] = now[id]
        else:  # the strongest few weigh at least their part of all
            floor[id], ceiling[id] = min(1.0, pieces / len(most_claimed)), 1.0
    return Shares(now, floor, ceiling)


def _share(claims: Mapping[tuple[str, str, bool], float], pieces: int) -> float:
    weights = sorted((weight(claim) for claim in claims.values()), reverse=True)
    whole, allowed = total(weights), total(weights[:pieces])
    return allowed / whole if whole > allowed else 1.0


def _strongest(claims: Iterable[tuple[CompiledRule, float]]) -> Mapping[tuple[str, str, bool], float]:
    """The strongest claim of each group about each hypothesis, for and against, as certainty factors above nought."""
    found: dict[tuple[str, str, bool], float] = {}
    for rule, degree in claims:
        if degree > 0:
            key = (rule.about, rule.group, rule.factor > 0)
            found[key] = max(found.get(key, 0.0), abs(rule.factor) * degree)
    return found


def _claim(compiled: Compiled, rule: CompiledRule, low: Lookup, blocking: Lookup | None = None) -> float:
    """How far a rule would fire if every conclusion it asks for were drawn and none that blocks it."""
    holds = _low(compiled, rule.premise, low, 1.0)
    if rule.exceptions and holds > 0:
        blocked = max(_low(compiled, exception, blocking or low, 0.0) for exception in rule.exceptions)
        holds = min(holds, 1.0 - blocked)
    return holds


def _low(compiled: Compiled, premise: Premise, low: Lookup, conclusion: float) -> float:
    tests = compiled.tests
    parts = [low(at) if tests[at].kind in ("measure", "derived") else conclusion for at in premise.tests]
    if premise.any_of:
        parts.append(max(_low(compiled, alternative, low, conclusion) for alternative in premise.any_of))
    return min(parts, default=1.0)
