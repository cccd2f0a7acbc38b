"""Evidence that comes from one observation: what many rules read off one sprint may say together.

A budget (on the limiters page) names measures that are made of a few free numbers, and how many pieces of evidence
those are worth. Rules that look at such a measure share the budget across all hypotheses: together they never weigh
more than the strongest so many of them would alone. When they would, all are made lighter by the same factor, their
share. Shares follow from answers alone, before any rule fires, so the order of conclusions cannot matter.
"""

from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, field

from engine.certainty import certainty, total, weight
from engine.compile import Compiled, CompiledRule, Premise

Lookup = Callable[[int], float]
_Key = tuple[str, str, bool]
"""What counts as one piece: hypothesis, group, and whether it speaks for it."""


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

    What waits for a conclusion may come true or not, and the share allows for both.
    """
    found = {}
    for id, (pieces, rules) in compiled.budgets.items():
        claims = _strongest((compiled.rules[at], _claim(compiled, compiled.rules[at], low)) for at in rules)
        found[id] = _share(claims, pieces, compiled.unsure_claims)
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


def _share(claims: Mapping[_Key, float], pieces: int, unsure: Container[_Key]) -> float:
    """The share at which all that is said weighs no more than its strongest `pieces` would alone.

    Claims that are `unsure` may in the end say anything from nothing to all they claim. Those that say as much as some
    other piece, and no more, leave the least room; so that is tried for each.
    """
    weights = [(weight(claim), key in unsure) for key, claim in claims.items()]
    least = 1.0
    for ceiling in {0.0, *(one for one, _ in weights)}:
        said = sorted((min(one, ceiling) if may_fail else one for one, may_fail in weights), reverse=True)
        whole, allowed = total(said), total(said[:pieces])
        if whole > allowed:
            least = min(least, allowed / whole)
    return least


def _key(rule: CompiledRule) -> _Key:
    return rule.about, rule.group, rule.factor > 0


def _strongest(claims: Iterable[tuple[CompiledRule, float]]) -> Mapping[_Key, float]:
    """The strongest claim of each group about each hypothesis, for and against, as certainty factors above nought."""
    found: dict[_Key, float] = {}
    for rule, degree in claims:
        if degree > 0:
            found[_key(rule)] = max(found.get(_key(rule), 0.0), abs(rule.factor) * degree)
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
