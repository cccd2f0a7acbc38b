"""Verification, two rules at a time: one that never counts beside another, two that say the opposite of each other."""

from collections.abc import Iterator, Mapping
from itertools import combinations

from engine.certainty import TOLERANCE
from engine.checks.desk import Spot
from engine.compile import CompiledRule
from engine.verify.finding import Finding, fault_at
from engine.verify.formulas import Formula, State, TooHard
from engine.verify.world import World


def pairs(world: World, alive: Mapping[str, State | TooHard | None], spots: Mapping[str, Spot]) -> Iterator[Finding]:
    """Findings about every two rules of one hypothesis that can both fire."""
    compiled = world.compiled
    for positions in compiled.rules_about.values():
        rules = [compiled.rules[at] for at in positions if isinstance(alive[compiled.rules[at].id], dict)]
        for first, second in combinations(rules, 2):
            if (first.factor > 0) != (second.factor > 0):
                yield from _opposed(world, first, second, spots)
            elif keys_of(world, first) & keys_of(world, second):
                yield from _alike(world, first, second, spots)


def keys_of(world: World, rule: CompiledRule) -> frozenset[str]:
    """What a rule looks at that is evidence, exceptions left out."""
    compiled = world.compiled
    keys = (compiled.tests[test].key for test in rule.premise.all_tests)
    return frozenset(key for key in keys if compiled.is_evidence(key))


def together(world: World, formulas: list[Formula], *rules: CompiledRule) -> State | None:
    """Answers for which formulas about these rules hold; too hard a question counts as none."""
    keys = {world.compiled.tests[test].key for rule in rules for test in rule.tests}
    try:
        return world.possible(formulas, keys)
    except TooHard:
        return None


def entails(world: World, first: CompiledRule, second: CompiledRule) -> bool:
    """Whether the second rule fires whenever the first does. Too hard a question counts as no."""
    keys = {world.compiled.tests[test].key for rule in (first, second) for test in rule.tests}
    try:
        return world.possible([world.rule(first, fires=True), world.rule(second, fires=False)], keys) is None
    except TooHard:
        return False


def _alike(world: World, first: CompiledRule, second: CompiledRule, spots: Mapping[str, Spot]) -> Iterator[Finding]:
    forth, back = entails(world, first, second), entails(world, second, first)
    if first.group != second.group:
        if forth and back:
            message = (f"'{second.id}' fires exactly when '{first.id}' does ({_at(first)}), in another "
                       "group: the same evidence counts twice")  # fmt: skip
            fault = fault_at(world.compiled, spots[second.id] / "id", message, "counted_twice",
                             cure="one of the two rules, or the same group for both")  # fmt: skip
            yield Finding("warning", fault, _witness(world, second))
        return
    for weaker, stronger, follows in ((second, first, back), (first, second, forth)):
        if follows and abs(weaker.factor) <= abs(stronger.factor) + TOLERANCE:
            when = "exactly when" if forth and back else "only when"
            message = (f"'{weaker.id}' never counts: it fires {when} '{stronger.id}' does ({_at(stronger)}), "
                       "which says the same at least as strongly in the same group")  # fmt: skip
            fault = fault_at(world.compiled, spots[weaker.id] / "id", message, "subsumed",
                             cure="take it away, give it stronger words, or look at something else")  # fmt: skip
            yield Finding("warning", fault, _witness(world, weaker))
            return


def _opposed(world: World, first: CompiledRule, second: CompiledRule, spots: Mapping[str, Spot]) -> Iterator[Finding]:
    """Two rules that speak for and against on the same evidence; other evidence may well point the other way."""
    one, other = keys_of(world, first), keys_of(world, second)
    if not one & other:
        return
    state = together(world, [world.rule(first, fires=True), world.rule(second, fires=True)], first, second)
    if state is None:
        return
    always = next((a for a, b in ((second, first), (first, second)) if entails(world, a, b)), None)
    if always is None and _related(world, one | other):
        return  # what is computed and what it is computed from are not free of each other: nothing can be said
    last = always or second
    rest = first if last is second else second
    further = keys_of(world, last) - keys_of(world, rest)
    same = one <= other or other <= one
    how = "always speaks" if always else "can speak"
    message = (f"'{last.id}' {how} {_side(last)} {rest.about} in the same athlete in whom '{rest.id}' speaks "
               f"{_side(rest)} it ({_at(rest)})")  # fmt: skip
    if not always and not same:
        return  # different evidence may well point different ways
    certain = not further if always else first.group == second.group
    if further and always:
        message += f"; it qualifies the other by looking at {', '.join(sorted(further))} as well"
    cure = "move one threshold, or add a line that keeps the two apart" if certain else ""
    fault = fault_at(world.compiled, spots[last.id] / "id", message, "contradiction", cure=cure)
    yield Finding("fault" if certain else "information", fault, world.words(state))


def _related(world: World, keys: frozenset[str]) -> bool:
    """Whether some measure is computed from another, or from the same, so that their values are not free."""
    base = world.compiled.base_inputs
    used: set[str] = set()
    for key in keys:
        inputs = base.get(key, frozenset({key}))
        if used & inputs:
            return True
        used |= inputs
    return False


def _at(rule: CompiledRule) -> str:
    return f"{rule.place.file}:{rule.place.line}"


def _side(rule: CompiledRule) -> str:
    return "for" if rule.factor > 0 else "against"


def _witness(world: World, rule: CompiledRule) -> Mapping[str, str]:
    state = together(world, [world.rule(rule, fires=True)], rule)
    return world.words(state) if state is not None else {}
