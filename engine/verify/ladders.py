"""Verification, the ladders: where the rules of one hypothesis on one measure speak, where none does, where both do.

A ladder is told as ranges. A silent range between for and against is a grey zone, which is often meant; a hole between
rungs of one direction, or a rung that says less about a worse value, is a warning.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.checks.desk import Spot
from engine.compile import CompiledRule
from engine.conditions import Between, Compare, NormDistance, Test
from engine.verify.cells import Cell, Numbers
from engine.verify.finding import Finding, fault_at
from engine.verify.formulas import State, TooHard
from engine.verify.world import World, values_of

_FURTHEST = 4.0
"""Ladders of distances from a norm are looked at this far to either side, in SD."""


@dataclass(frozen=True, slots=True)
class _Rung:
    rule: CompiledRule
    spoken: int


def ladders(
    world: World, can_fire: Mapping[str, State | TooHard | None], spots: Mapping[str, Spot]
) -> Iterator[Finding]:
    """Findings about every ladder."""
    compiled = world.compiled
    for about, positions in compiled.rules_about.items():
        found: dict[tuple[str, str, bool], list[CompiledRule]] = {}
        for at in positions:
            rule = compiled.rules[at]
            if (key := _only_key(world, rule)) and can_fire[rule.id] is not None:
                against_norm = isinstance(compiled.tests[rule.premise.tests[0]].test, NormDistance)
                found.setdefault((rule.group, key, against_norm), []).append(rule)
        for (_, key, against_norm), rules in found.items():
            if len(rules) > 1:
                yield from _ladder(world, about, key, rules, against_norm, spots)


def _only_key(world: World, rule: CompiledRule) -> str | None:
    """The number a rule tests, when it tests nothing else, and only in absolute terms or only against the norm."""
    compiled = world.compiled
    keys = {compiled.tests[test].key for test in rule.tests}
    tests = [compiled.tests[test].test for test in rule.premise.tests]
    if len(keys) != 1 or rule.premise.any_of or rule.exceptions:
        return None
    plain = all(isinstance(test, Compare | Between) and test.reach in ("either", "both") for test in tests)
    key = next(iter(keys))
    return key if plain or all(isinstance(test, NormDistance) for test in tests) else None


def _ladder(
    world: World, about: str, key: str, rules: list[CompiledRule], against_norm: bool, spots: Mapping[str, Spot]
) -> Iterator[Finding]:
    numbers, rungs = _rungs(world, key, rules, against_norm)
    unit = " sd from the norm" if against_norm else _unit(world, key)
    spoken_for = _union(rung for rung in rungs if rung.rule.factor > 0)
    spoken_against = _union(rung for rung in rungs if rung.rule.factor < 0)
    silent = numbers.known & ~(spoken_for | spoken_against)
    last = max(rules, key=lambda rule: rule.place)
    spot = spots[last.id] / "when" / key
    for low, high in numbers.runs(silent):
        below, above = _before(numbers, low), _after(numbers, high)
        if not below or not above:
            continue
        one_sided = any(bool(side & below) and bool(side & above) for side in (spoken_for, spoken_against))
        hole = one_sided and _better(world, key) in ("higher", "lower")
        names = ", ".join(f"'{rung.rule.id}'" for rung in rungs if rung.spoken & (below | above))
        message = f"{key}: {_range(numbers, low, high)}{unit} no rule speaks about {about} (beside it: {names})"
        fault = fault_at(world.compiled, spot, message, "ladder_hole" if hole else "ladder_gap", at_key=True)
        yield Finding("warning" if hole else "information", fault, {key: f"{low.example:g}{unit}"})
    for low, high in numbers.runs(spoken_for & spoken_against):
        message = f"{key}: {_range(numbers, low, high)}{unit} rules speak both for and against {about}"
        fault = fault_at(world.compiled, spot, message, "ladder_overlap", at_key=True)
        yield Finding("information", fault, {key: f"{low.example:g}{unit}"})
    yield from _backwards(world, about, key, numbers, rungs, spots)


def _rungs(world: World, key: str, rules: list[CompiledRule], against_norm: bool) -> tuple[Numbers, list[_Rung]]:
    tests = {rule.id: [world.compiled.tests[test].test for test in rule.premise.tests] for rule in rules}
    if against_norm:
        limits = [test.sd for own in tests.values() for test in own if isinstance(test, NormDistance)]
        numbers = Numbers(-_FURTHEST, _FURTHEST, limits)
    else:
        domain = world.domain(key)
        assert isinstance(domain, Numbers)
        numbers = domain
    found = []
    for rule in rules:
        spoken = numbers.known
        for test in tests[rule.id]:
            spoken &= _set(numbers, test)
        found.append(_Rung(rule, spoken))
    return numbers, found


def _set(numbers: Numbers, test: Test) -> int:
    if isinstance(test, NormDistance):
        test = Compare(test.relation, test.sd)
    assert isinstance(test, Compare | Between)
    return values_of(numbers, test, graded=False)


def _backwards(
    world: World, about: str, key: str, numbers: Numbers, rungs: list[_Rung], spots: Mapping[str, Spot]
) -> Iterator[Finding]:
    """A worse value must not say less than a better one: only where some answer reaches the weaker rung alone."""
    better = "higher" if isinstance(world.compiled.tests[rungs[0].rule.premise.tests[0]].test, NormDistance) else (
        _better(world, key))  # fmt: skip
    if better not in ("higher", "lower"):
        return
    for upward in (True, False):
        own = [rung for rung in rungs if (rung.rule.factor > 0) == upward and rung.spoken]
        worse_is_low = (better == "higher") == upward
        strongest = 0.0
        shown: _Rung | None = None
        indexes = [at for at in range(len(numbers.cells)) if numbers.known >> at & 1]
        for at in reversed(indexes) if worse_is_low else indexes:
            here = [rung for rung in own if rung.spoken >> at & 1]
            most = max((abs(rung.rule.factor) for rung in here), default=0.0)
            if here and most < strongest and shown is not None:
                weaker = max(here, key=lambda rung: abs(rung.rule.factor)).rule
                message = (f"'{weaker.id}' says less about {about} than '{shown.rule.id}', though it looks at "
                           f"{'worse' if upward else 'better'} values of {key}")  # fmt: skip
                fault = fault_at(world.compiled, spots[weaker.id] / "then", message, "ladder_backwards",
                                 cure="swap the words of the two, or their thresholds")  # fmt: skip
                yield Finding("warning", fault, {key: f"{numbers.cells[at].example:g}"})
                break
            if most > strongest:
                strongest, shown = most, max(here, key=lambda rung: abs(rung.rule.factor))


def _union(rungs: Iterator[_Rung]) -> int:
    found = 0
    for rung in rungs:
        found |= rung.spoken
    return found


def _before(numbers: Numbers, cell: Cell) -> int:
    """The cell just below one, as a set."""
    below = numbers.known & ((1 << numbers.cells.index(cell)) - 1)
    return 1 << below.bit_length() - 1 if below else 0


def _after(numbers: Numbers, cell: Cell) -> int:
    """The cell just above one, as a set."""
    after = numbers.known >> (first := numbers.cells.index(cell) + 1) << first
    return after & -after


def _range(numbers: Numbers, low: Cell, high: Cell) -> str:
    """
    >>> nine = Numbers(0, 25, [9, 11])
    >>> _range(nine, nine.cells[2], nine.cells[4]), _range(nine, nine.cells[3], nine.cells[3])
    ('between 0 and 11', 'at 9')
    """
    first, last = low.low, high.high
    if numbers.whole:
        first = math.floor(first) + 1 if low.open else first
        last = math.ceil(last) - 1 if high.open else last
    return f"at {first:g}" if first == last else f"between {first:g} and {last:g}"


def _unit(world: World, key: str) -> str:
    page = world.compiled.knowledge.measures.get(key) or world.compiled.knowledge.derived.get(key)
    return f" {page.unit}" if page is not None and page.unit else ""


def _better(world: World, key: str) -> str:
    page = world.compiled.knowledge.measures.get(key) or world.compiled.knowledge.derived.get(key)
    return page.better if page is not None else "none"
