"""Verification, what can come out: deficits nothing can bring above `present`, limiters that can never be named.

Everything is reckoned at its best, each group of evidence on its own, so what is called out of reach is so for sure.
"""

import math
from collections.abc import Iterator, Mapping
from itertools import product

from engine.certainty import TOLERANCE, beyond, certainty, total, weight
from engine.checks.desk import Spot
from engine.compile import LIMITERS, CompiledRule, CompiledTest
from engine.conditions import Between, Compare
from engine.degrees import Datum, error_of
from engine.limiter import contribution
from engine.schema.base import Limiter
from engine.verify.cells import Numbers
from engine.verify.finding import Finding, fault_at
from engine.verify.formulas import State, TooHard
from engine.verify.pairs import entails
from engine.verify.world import World

_MOST_WAYS = 2_000
"""So many ways to choose one rule of each group are tried one by one."""


def out_of_reach(world: World, can_fire: Mapping[str, State | TooHard | None]) -> Iterator[Finding]:
    """Deficits that can never be present, and limiters that can never be named."""
    compiled = world.compiled
    alive = [rule for rule in compiled.rules if can_fire[rule.id] is not None]
    best = {name: _most_certain(world, [rule for rule in alive if rule.about == name]) for name in compiled.families}
    for name, most in best.items():
        if not compiled.is_present(most):
            spot = Spot("deficit", name, ("rules",))
            what = "none of its rules for it can fire" if most <= 0 else (
                f"its rules together reach {most:.2f} at most, and present begins at "
                f"{compiled.knowledge.limiters.present_from:g}")  # fmt: skip
            message = f"no answers can ever bring {name} above present: {what}"
            cure = "a rule for it that can fire, in strong enough words"
            fault = fault_at(compiled, spot, message, "never_present", at_key=True, cure=cure)
            yield Finding("fault", fault)
    for limiter in LIMITERS:
        most = certainty(_most_weight(world, limiter, best, alive))
        enough = compiled.knowledge.limiters.outcomes.named_from
        if most < enough - TOLERANCE:
            spot = Spot("limiters", "limiters", ("limiters", limiter))
            message = (f"'{limiter}' can never be named: its deficits and rules together reach {most:.2f} at most, and "
                       f"a limiter is named from {enough:g}")  # fmt: skip
            fault = fault_at(compiled, spot, message, "never_named", at_key=True,
                             cure="deficits of more weight, or a lower `named_from`")  # fmt: skip
            yield Finding("fault", fault)


def _most_certain(world: World, rules: list[CompiledRule]) -> float:
    """The most certain a deficit can become: of each group the best rule, less what must speak against with it."""
    groups: dict[str, list[CompiledRule | None]] = {}
    for rule in rules:
        if rule.factor > 0:
            groups.setdefault(rule.group, [None]).append(rule)
    against = [rule for rule in rules if rule.factor < 0]
    weights = {rule.id: weight(rule.factor * _most_degree(world, rule)) for rule in rules if rule.factor > 0}
    drags = {
        rule.id: {other.group: other.factor for other in against if entails(world, rule, other)}
        for rule in rules
        if rule.factor > 0
    }
    if math.prod(len(group) for group in groups.values()) > _MOST_WAYS or not any(drags.values()):
        return certainty(total(max(weights[rule.id] for rule in group if rule) for group in groups.values()))
    best = 0.0
    for chosen in product(*groups.values()):
        known = [rule for rule in chosen if rule is not None]
        pulled: dict[str, float] = {}
        for rule in known:
            for group, factor in drags[rule.id].items():
                pulled[group] = min(pulled.get(group, 0.0), factor)
        ups = [weights[rule.id] for rule in known]
        best = max(best, certainty(total([*ups, *map(weight, pulled.values())])))
    return best


def _most_degree(world: World, rule: CompiledRule) -> float:
    """The furthest a rule can fire: no further than its least line. Alternatives are not looked into."""
    return min((_reachable(world, world.compiled.tests[test]) for test in rule.premise.tests), default=1.0)


def _reachable(world: World, test: CompiledTest) -> float:
    """The furthest a test can hold: as far beyond its threshold as the range of the measure goes."""
    page = world.compiled.knowledge.measures.get(test.key)
    if page is None or not isinstance(test.test, Compare | Between) or test.test.reach not in ("either", "both"):
        return 1.0
    domain = world.domain(test.key)
    if not isinstance(domain, Numbers) or not world.graded(test.key):
        return 1.0

    def upto(value: float, threshold: float, sign: int) -> float:
        error = error_of(page, Datum("known", value), value)
        return beyond(sign * value, sign * threshold, error, or_on_it=True)

    if isinstance(test.test, Between):
        if page.typical_error is None or page.typical_error.percent is not None:
            return 1.0
        middle = (test.test.low + test.test.high) / 2
        return min(upto(middle, test.test.low, 1), upto(middle, test.test.high, -1))
    match test.test.relation:
        case "at least" | "above":
            return upto(domain.high, test.test.value, 1)
        case "at most" | "below":
            return upto(domain.low, test.test.value, -1)
        case "exactly":
            return 1.0


def _most_weight(world: World, limiter: Limiter, best: Mapping[str, float], alive: list[CompiledRule]) -> float:
    """The most weight a limiter can gather: its deficits, what others can hand over, and rules about it."""
    compiled = world.compiled
    gives = {name: max(0.0, contribution(compiled, name, most)) for name, most in best.items()}
    own = [gives[name] for name in compiled.of_family[limiter]]
    most_moved = compiled.knowledge.limiters.most_moved
    effects = {
        explanation.effect
        for explanation in compiled.explanations
        if explanation.moves
        and compiled.families[explanation.cause] == limiter
        and compiled.is_present(best[explanation.cause])
    }
    groups: dict[str, float] = {}
    for rule in alive:
        if rule.about == limiter and rule.factor > 0:
            groups[rule.group] = max(groups.get(rule.group, 0.0), weight(rule.factor))
    return total([*own, *(gives[name] * most_moved for name in effects), *groups.values()])
