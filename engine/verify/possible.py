"""Verification, what can never be: rules, questions, safety rules and explanations whose lines exclude each other.

A deficit nothing can bring about takes the rules that wait for it along; that is worked out from the bottom up.
"""

from collections.abc import Iterator, Sequence

from engine.checks.desk import Spot
from engine.compile import CompiledRule, Premise
from engine.conditions import ANY_OF, Conditions
from engine.errors import Fault
from engine.verify.finding import Finding, fault_at
from engine.verify.formulas import Formula, State, TooHard
from engine.verify.world import World

Outcome = State | TooHard | None
"""Answers for which something holds; None: there are none; or the question was too hard."""

_CURE = "take one of these lines away, or move its threshold"


def rule_can_fire(world: World, rule: CompiledRule) -> Outcome:
    """Answers for which a rule fires and nothing excepts it; None when there are none."""
    try:
        return world.possible([world.rule(rule, fires=True)], (world.compiled.tests[test].key for test in rule.tests))
    except TooHard as hard:
        return hard


def conclude(world: World) -> dict[str, Outcome]:
    """For every rule whether it can fire; notes in the world what can be concluded of each deficit."""
    compiled = world.compiled
    found: dict[str, Outcome] = {}
    for stratum in compiled.strata:
        for deficit in stratum:
            possible = {"neither"}
            for position in compiled.rules_about.get(deficit, ()):
                rule = compiled.rules[position]
                found[rule.id] = rule_can_fire(world, rule)
                if found[rule.id] is not None and abs(rule.factor) > 0:
                    possible.add("present" if rule.factor > 0 else "ruled out")
            world.concluded[deficit] = possible
    for rule in compiled.rules:
        if rule.id not in found:
            found[rule.id] = rule_can_fire(world, rule)
    return found


def never_fires(world: World, can_fire: dict[str, Outcome], spots: dict[str, Spot]) -> Iterator[Finding]:
    """Rules no answers can make fire."""
    for rule in world.compiled.rules:
        state = can_fire[rule.id]
        if isinstance(state, TooHard):
            fault = fault_at(world.compiled, spots[rule.id] / "when", f"'{rule.id}' has too many branches to be worked "
                             "out whole", "too_hard", at_key=True)  # fmt: skip
            yield Finding("information", fault)
        elif state is None:
            yield Finding("fault", _never(world, rule, spots[rule.id]))


def _never(world: World, rule: CompiledRule, spot: Spot) -> Fault:
    source = rule.source
    if _can(world, rule.premise):
        message = f"'{rule.id}' can never fire: whenever its lines hold, so does its exception"
        return fault_at(world.compiled, spot / "unless", message, "never_fires", at_key=True,
                        cure="take the exception away, or make it narrower than `when`")  # fmt: skip
    return never_holds(world, spot / "when", source.when, rule.premise, f"'{rule.id}' can never fire", "never_fires")


def never_holds(world: World, spot: Spot, lines: Conditions, premise: Premise, what: str, code: str) -> Fault:
    """The fault of a premise that cannot hold: the fewest lines that exclude each other, at the last of them."""
    parts = _lines(world, spot, lines, premise)
    core = list(parts)
    for part in parts:
        fewer = [other for other in core if other is not part]
        if not _together(world, [formula for _, _, formula in fewer], premise):
            core = fewer
    words = " and ".join(f"'{name}'" for name, _, _ in core)
    last = core[-1][1]
    if len(core) == 1:
        message = f"{what}: no answer can make {words} hold"
        return fault_at(world.compiled, last, message, code, cure="a line that some athlete can meet")
    return fault_at(world.compiled, last, f"{what}: {words} exclude each other", code, cure=_CURE)


def _lines(world: World, spot: Spot, lines: Conditions, premise: Premise) -> list[tuple[str, Spot, Formula]]:
    """Each line of a condition: its words, its place, its formula."""
    found: list[tuple[str, Spot, Formula]] = []
    places = [(path, key) for path, key, _ in lines.tests() if path[0] != ANY_OF]
    for (path, key), position in zip(places, premise.tests, strict=True):
        found.append((f"{key}: {world.compiled.words[position]}", spot.below(*path), world.test(position, holds=True)))
    if premise.any_of:
        whole = world.premise(Premise((), premise.any_of), holds=True)
        found.append((ANY_OF, spot / ANY_OF, whole))
    return found


def _together(world: World, formulas: Sequence[Formula], premise: Premise) -> bool:
    keys = (world.compiled.tests[test].key for test in premise.all_tests)
    try:
        return world.possible(formulas, keys) is not None
    except TooHard:
        return True


def _can(world: World, premise: Premise) -> bool:
    return _together(world, [world.premise(premise, holds=True)], premise)


def conditions_that_never_hold(world: World) -> Iterator[Finding]:
    """Safety rules that can never speak, questions that are never asked, explanations that can never count."""
    compiled = world.compiled
    for rule in compiled.safety:
        parts = (("when", rule.when), ("when_short", rule.when_short), ("when_no_other_stop", rule.when_no_other_stop))
        for field, premise in parts:
            if premise is not None and not _can(world, premise):
                spot, lines = Spot("safety", rule.id) / field, getattr(rule.source, field)
                fault = never_holds(world, spot, lines, premise, f"'{rule.id}' can never speak", "never_holds")
                yield Finding("fault", fault)
    for name, premise in compiled.ask_when.items():
        lines = compiled.knowledge.measures[name].ask_when
        if lines is not None and not _can(world, premise):
            spot = Spot("measure", name, ("ask_when",))
            yield Finding("fault", never_holds(world, spot, lines, premise, f"'{name}' is never asked", "never_asked"))
    for explanation in compiled.explanations:
        number = compiled.knowledge.deficits[explanation.effect].explained_by.index(explanation.source)
        spot = Spot("deficit", explanation.effect, ("explained_by", number))
        what = f"'{explanation.cause}' can never explain {explanation.effect}"
        if "present" not in world.concluded[explanation.cause]:
            fault = fault_at(compiled, spot / "deficit", f"{what}: nothing can bring it about", "never_explains")
            yield Finding("warning", fault)
        elif explanation.premise and explanation.source.when and not _can(world, explanation.premise):
            lines = explanation.source.when
            fault = never_holds(world, spot / "when", lines, explanation.premise, what, "never_explains")
            yield Finding("fault", fault)
