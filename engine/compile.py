"""KnowledgeBase → the flat, immutable form that evaluation runs on: tests, rules, strata and groups as plain tables.

A test is compiled once, however many rules use it; rules refer to tests by position. Deficits are put into strata:
those of one stratum test only measures and deficits (or counts of deficits) of lower strata.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from engine.certainty import TOLERANCE, weight
from engine.conditions import Conditions, HeldDeficit, Test, say
from engine.derived import function_of
from engine.errors import Place
from engine.knowledge import KnowledgeBase
from engine.schema.base import Family, Limiter
from engine.schema.deficit import Explanation, LimiterRule, Rule
from engine.schema.measure import DerivedMeasure, Measure
from engine.schema.safety import SafetyRule

ATHLETE_GROUP = "athlete"
"""Answers that say who the athlete is; they choose norms and rules but are no evidence."""

CHOOSES_NORM = ("sex", "age", "event_group", "training_level")
"""The answers that choose the norms."""

QUESTION_GROUPS = ("screening", "health_history", "pain_detail")
"""Safety questions; no tests either."""

TESTS_DONE = "tests_done"
COUNTS: Mapping[str, Family | None] = {
    "mechanics_deficits": "mechanics",
    "synergy_deficits": "synergy",
    "strength_deficits": "strength",
    "elsewhere_deficits": "elsewhere",
    TESTS_DONE: None,
}
"""What can be counted in a condition, and the family whose present deficits it counts."""

LIMITERS: tuple[Limiter, ...] = ("mechanics", "synergy", "strength")

FAMILIES: tuple[Family, ...] = (*LIMITERS, "elsewhere")

KeyKind = Literal["measure", "derived", "deficit", "count"]


@dataclass(frozen=True, slots=True)
class CompiledTest:
    """One test of one key."""

    key: str
    kind: KeyKind
    test: Test


@dataclass(frozen=True)
class Premise:
    """All of the tests (by position) and, of the alternatives if there are any, at least one."""

    tests: tuple[int, ...]
    any_of: tuple["Premise", ...] = ()

    @cached_property
    def all_tests(self) -> tuple[int, ...]:
        """Positions of every test below, in the order written."""
        return self.tests + tuple(test for alternative in self.any_of for test in alternative.all_tests)


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """One rule of evidence about a deficit or a limiter."""

    id: str
    about: str
    factor: float
    """Signed certainty factor of its word."""
    group: str
    premise: Premise
    exceptions: tuple[Premise, ...]
    visible: bool
    """All that it looks at can be seen or felt while running."""
    place: Place
    source: Rule | LimiterRule
    tests: tuple[int, ...]
    """Positions of all its tests, exceptions included."""
    budget: str | None = None
    """The budget of evidence it shares with other rules that look at the same observation."""


@dataclass(frozen=True, slots=True)
class CompiledExplanation:
    """`cause`, when present, accounts for a share of `effect`."""

    effect: str
    cause: str
    factor: float
    premise: Premise | None
    moves: bool
    """False when both belong to one limiter: told, but no weight is moved."""
    source: Explanation


@dataclass(frozen=True, slots=True)
class CompiledSafety:
    """One safety rule."""

    id: str
    when: Premise
    when_short: Premise | None
    when_no_other_stop: Premise | None
    source: SafetyRule


@dataclass(frozen=True, eq=False, repr=False)
class Compiled:
    """The whole knowledge base, ready to run."""

    knowledge: KnowledgeBase
    tests: tuple[CompiledTest, ...]
    rules: tuple[CompiledRule, ...]
    """Rules about deficits in the order of strata, then rules about limiters."""
    rules_about: Mapping[str, tuple[int, ...]]
    strata: tuple[tuple[str, ...], ...]
    """Deficits in the order they are concluded."""
    families: Mapping[str, Family]
    factors: Mapping[str, float]
    """How much each deficit, when certain, speaks for its limiter."""
    explanations: tuple[CompiledExplanation, ...]
    safety: tuple[CompiledSafety, ...]
    ask_when: Mapping[str, Premise]
    """Questions asked only on a condition, in an order in which each can be decided after those before it."""

    def __repr__(self) -> str:
        return f"<Compiled {self.knowledge.version}: {len(self.rules)} rules>"

    @cached_property
    def tests_of(self) -> Mapping[str, tuple[int, ...]]:
        """Positions of the tests of each key."""
        found: dict[str, list[int]] = {}
        for position, test in enumerate(self.tests):
            found.setdefault(test.key, []).append(position)
        return {key: tuple(positions) for key, positions in found.items()}

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The words of each test, by position."""
        return tuple(say(test.test) for test in self.tests)

    @cached_property
    def of_family(self) -> Mapping[str, tuple[str, ...]]:
        """The deficits of each family."""
        return {family: tuple(id for id, own in self.families.items() if own == family) for family in FAMILIES}

    @cached_property
    def rules_of_test(self) -> Mapping[int, tuple[int, ...]]:
        """Positions of the rules that look at each test."""
        found: dict[int, list[int]] = {}
        for position, rule in enumerate(self.rules):
            for test in dict.fromkeys(rule.tests):
                found.setdefault(test, []).append(position)
        return {test: tuple(positions) for test, positions in found.items()}

    @cached_property
    def derived_order(self) -> tuple[str, ...]:
        """Derived measures, each after those it is computed from."""
        derived = self.knowledge.derived
        return _ordered(derived, lambda id: [name for name in inputs_of(derived[id]) if name in derived])

    @cached_property
    def functions(self) -> Mapping[str, Callable[..., float | None]]:
        """The function of each derived measure, with the figures of its page filled in."""
        derived = self.knowledge.derived
        return {id: function_of(page, derived) for id, page in derived.items()}

    @cached_property
    def base_inputs(self) -> Mapping[str, frozenset[str]]:
        """For each derived measure, the asked measures it is computed from."""
        found: dict[str, frozenset[str]] = {}
        for id in self.derived_order:
            names = inputs_of(self.knowledge.derived[id])
            found[id] = frozenset().union(*(found.get(name, frozenset({name})) for name in names))
        return found

    @cached_property
    def asks_after(self) -> Mapping[str, frozenset[str]]:
        """For each question asked only on a condition, the answers on which that hangs."""
        return {
            id: frozenset(self.tests[test].key for test in premise.all_tests) for id, premise in self.ask_when.items()
        }

    @cached_property
    def steering(self) -> frozenset[str]:
        """Answers on which it depends which questions are asked, which answers count, or which norms fit."""
        asking = (self.tests[test].key for premise in self.ask_when.values() for test in premise.all_tests)
        return frozenset({*asking, *self.ask_when, *CHOOSES_NORM})

    @cached_property
    def safety_keys(self) -> frozenset[str]:
        """Everything a safety rule looks at."""
        premises = (p for rule in self.safety for p in (rule.when, rule.when_short, rule.when_no_other_stop) if p)
        return frozenset(self.tests[test].key for premise in premises for test in premise.all_tests)

    @cached_property
    def explaining_tests(self) -> frozenset[int]:
        """Positions of the tests that further conditions of explanations look at."""
        premises = (explanation.premise for explanation in self.explanations if explanation.premise)
        return frozenset(test for premise in premises for test in premise.all_tests)

    @cached_property
    def moving(self) -> tuple[tuple[int, CompiledExplanation], ...]:
        """The explanations that move weight, with their positions."""
        return tuple((at, explanation) for at, explanation in enumerate(self.explanations) if explanation.moves)

    def computed_from(self, asked: frozenset[str]) -> tuple[str, ...]:
        """The derived measures that depend on any of these answers, each after those it is computed from."""
        found = self._computed_from.get(asked)
        if found is None:
            found = tuple(id for id in self.derived_order if not self.base_inputs[id].isdisjoint(asked))
            self._computed_from[asked] = found
        return found

    @cached_property
    def _computed_from(self) -> dict[frozenset[str], tuple[str, ...]]:
        return {}

    @cached_property
    def budgets(self) -> Mapping[str, tuple[int, tuple[int, ...]]]:
        """Each budget of evidence with the pieces it is worth and the positions of the rules that share it."""
        return {
            page.budget: (page.pieces, tuple(at for at, rule in enumerate(self.rules) if rule.budget == page.budget))
            for page in self.knowledge.limiters.budgets
        }

    @cached_property
    def unsure_claims(self) -> frozenset[tuple[str, str, bool]]:
        """Pieces of evidence (hypothesis, group, for or against) from a budget that may come to nothing.

        Some rule of theirs waits for a conclusion, or one outside the budget may speak in its place.
        """
        waits = {at for at, test in enumerate(self.tests) if test.kind in ("deficit", "count")}
        return frozenset(
            (rule.about, rule.group, rule.factor > 0)
            for rule in self.rules
            if rule.budget is None or not waits.isdisjoint(rule.tests)
        )

    @cached_property
    def budget_tests(self) -> frozenset[int]:
        """Positions of the tests that the rules of any budget look at."""
        return frozenset(test for _, rules in self.budgets.values() for at in rules for test in self.rules[at].tests)

    @cached_property
    def group_weights(self) -> Mapping[str, Mapping[str, float]]:
        """deficit → group → weight of its strongest rule."""
        found: dict[str, dict[str, float]] = {}
        for rule in self.rules:
            groups = found.setdefault(rule.about, {})
            groups[rule.group] = max(groups.get(rule.group, 0.0), abs(weight(rule.factor)))
        return found

    def measure(self, id: str) -> Measure | DerivedMeasure:
        """The page of an asked or derived measure."""
        return self.knowledge.measures.get(id) or self.knowledge.derived[id]

    @cached_property
    def held_from(self) -> float:
        """The certainty from which something is held present, with the slack of comparisons taken off."""
        return self.knowledge.limiters.present_from - TOLERANCE

    def is_present(self, certainty: float) -> bool:
        """Whether a certainty is enough to hold something present."""
        return certainty >= self.held_from

    def is_evidence(self, key: str) -> bool:
        """Whether a key says more than who the athlete is."""
        measure = self.knowledge.measures.get(key)
        return measure is None or measure.group != ATHLETE_GROUP


def inputs_of(page: DerivedMeasure) -> tuple[str, ...]:
    """Every measure a derived one is computed from, in the order its formula takes them."""
    return page.inputs + page.optional_inputs


def compile_knowledge(knowledge: KnowledgeBase) -> Compiled:
    """The flat form of a checked knowledge base."""
    return _Compiler(knowledge).compiled()


class _Compiler:
    """Numbers the tests while it goes through the pages."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        self.knowledge = knowledge
        self.words = knowledge.limiters.words.model_dump()
        self.positions: dict[CompiledTest, int] = {}

    def compiled(self) -> Compiled:
        knowledge = self.knowledge
        strata = self._strata()
        rules = [
            self._rule(f"{id}/{rule.id}", id, rule)
            for stratum in strata
            for id in stratum
            for rule in knowledge.deficits[id].rules
        ]
        rules += [self._rule(id, rule.limiter, rule) for id, rule in knowledge.limiter_rules.items()]
        about: dict[str, list[int]] = {}
        for position, rule in enumerate(rules):
            about.setdefault(rule.about, []).append(position)
        families = {id: page.limiter for id, page in knowledge.deficits.items()}
        explanations = tuple(
            self._explanation(id, explanation, families)
            for id, page in knowledge.deficits.items()
            for explanation in page.explained_by
        )
        safety = tuple(self._safety(page) for page in knowledge.safety.values())
        ask_when = self._ask_when()
        return Compiled(
            knowledge=knowledge,
            tests=tuple(self.positions),
            rules=tuple(rules),
            rules_about={id: tuple(positions) for id, positions in about.items()},
            strata=strata,
            families=families,
            factors={id: self.words[page.weight] for id, page in knowledge.deficits.items() if page.weight},
            explanations=explanations,
            safety=safety,
            ask_when=ask_when,
        )

    def _rule(self, id: str, about: str, rule: Rule | LimiterRule) -> CompiledRule:
        word, direction = rule.then.split(" evidence ")
        premise = self._premise(rule.when)
        exceptions = self._exceptions(rule.unless) if rule.unless else ()
        return CompiledRule(
            id=id,
            about=about,
            factor=self.words[word] * (1 if direction == "for" else -1),
            group=rule.group,
            premise=premise,
            exceptions=exceptions,
            visible=self._visible(rule.when),
            place=self.knowledge.places[id],
            source=rule,
            tests=premise.all_tests + tuple(test for exception in exceptions for test in exception.all_tests),
            budget=self._budget(rule.when),
        )

    def _explanation(self, effect: str, page: Explanation, families: Mapping[str, Family]) -> CompiledExplanation:
        premise = self._premise(page.when) if page.when else None
        moves = families[effect] != families[page.deficit]
        return CompiledExplanation(effect, page.deficit, self.words[page.share], premise, moves, page)

    def _safety(self, page: SafetyRule) -> CompiledSafety:
        short = self._premise(page.when_short) if page.when_short else None
        no_other = self._premise(page.when_no_other_stop) if page.when_no_other_stop else None
        return CompiledSafety(page.safety, self._premise(page.when), short, no_other, page)

    def _ask_when(self) -> dict[str, Premise]:
        conditional = {id: page.ask_when for id, page in self.knowledge.measures.items() if page.ask_when is not None}
        order = _ordered(conditional, lambda id: [key for key in conditional[id].keys() if key in conditional])
        return {id: self._premise(conditional[id]) for id in order}

    def _premise(self, conditions: Conditions) -> Premise:
        tests = tuple(self._test(key, test) for key, tests in conditions.lines for test in tests)
        return Premise(tests, tuple(self._premise(alternative) for alternative in conditions.any_of))

    def _exceptions(self, unless: Conditions) -> tuple[Premise, ...]:
        lines = tuple(Premise(tuple(self._test(key, test) for test in tests)) for key, tests in unless.lines)
        return lines + tuple(self._premise(alternative) for alternative in unless.any_of)

    def _test(self, key: str, test: Test) -> int:
        return self.positions.setdefault(CompiledTest(key, self._kind(key, test), test), len(self.positions))

    def _kind(self, key: str, test: Test) -> KeyKind:
        if isinstance(test, HeldDeficit):
            return "deficit"
        if key in COUNTS:
            return "count"
        return "derived" if key in self.knowledge.derived else "measure"

    def _visible(self, conditions: Conditions) -> bool:
        groups = {group for key in conditions.keys() for group in self._groups(key)} - {ATHLETE_GROUP}
        return bool(groups) and groups <= set(self.knowledge.limiters.visible_groups)

    def _budget(self, conditions: Conditions) -> str | None:
        """The first budget that holds a measure the conditions look at, or one it is computed from."""
        bases = {base for key in conditions.keys() for base in self._bases(key)}
        budgets = self.knowledge.limiters.budgets
        return next((page.budget for page in budgets if not bases.isdisjoint(page.measures)), None)

    def _bases(self, key: str) -> Iterable[str]:
        if key in self.knowledge.derived:
            return {key, *(base for name in inputs_of(self.knowledge.derived[key]) for base in self._bases(name))}
        return {key}

    def _groups(self, key: str) -> Iterable[str]:
        if key in self.knowledge.derived:
            return {group for name in inputs_of(self.knowledge.derived[key]) for group in self._groups(name)}
        measure = self.knowledge.measures.get(key)
        return {measure.group} if measure else ()

    def _strata(self) -> tuple[tuple[str, ...], ...]:
        deficits = self.knowledge.deficits
        levels: dict[str, int] = {}
        for id in _ordered(deficits, self._needs):
            levels[id] = 1 + max((levels[name] for name in self._needs(id)), default=-1)
        return tuple(
            tuple(sorted(id for id, level in levels.items() if level == stratum))
            for stratum in range(1 + max(levels.values(), default=-1))
        )

    def _needs(self, id: str) -> list[str]:
        deficits = self.knowledge.deficits
        needed: set[str] = set()
        for rule in deficits[id].rules:
            for conditions in (rule.when, rule.unless):
                for key in conditions.keys() if conditions else ():
                    if key in deficits:
                        needed.add(key)
                    elif family := COUNTS.get(key):
                        needed |= {name for name, page in deficits.items() if page.limiter == family}
        return sorted(needed)


def _ordered(pages: Iterable[str], needs: Callable[[str], Iterable[str]]) -> tuple[str, ...]:
    """Ids such that each comes after those it needs; the checks have made sure that there is no cycle."""
    order: dict[str, None] = {}

    def visit(id: str) -> None:
        if id not in order:
            for name in needs(id):
                visit(name)
            order[id] = None

    for id in sorted(pages):
        visit(id)
    return tuple(order)
