"""Forward chaining on experta: facts → evidence → conclusions, stratum by stratum.

Each rule of the pages becomes one experta rule. The working memory of a stratum holds the athlete as one fact, whose
fields are the degrees of graded tests, and everything concluded below as one more. A rule fires when all of its fields
hold in some degree, and its body writes down how far; at the end of a stratum the evidence about each deficit becomes a
conclusion, a fact on which the next stratum chains.

What experta gets wrong is kept out (see DECISIONS.md): no NOT, no OR, a place of its own on the agenda for every rule,
one engine for each stratum and thread, reset and never rebuilt.
"""

import inspect
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine import degrees
from engine._experta import (
    ConflictSetNode,
    Fact,
    KnowledgeEngine,
    OrdinaryMatchNode,
    P,
    ReteMatcher,
    Rule,
    SameContextCheck,
    Strategy,
)
from engine.budget import Shares, shares_now
from engine.certainty import TOLERANCE, certainty
from engine.compile import COUNTS, LIMITERS, TESTS_DONE, Compiled, CompiledRule, CompiledTest, Premise
from engine.conditions import Between, Compare, HeldDeficit
from engine.evaluation import speaks_for
from engine.facts import Facts


class AthleteFact(Fact):  # type: ignore[misc]  # experta ships no types
    """The athlete: one field for each graded test and each alternative of this stratum's rules, a degree in [0, 1]."""


class Concluded(Fact):  # type: ignore[misc]
    """What lower strata concluded: one field for each test of a deficit or count, a degree in [0, 1]."""


class PlaceStrategy(Strategy):  # type: ignore[misc]
    """Rules fire by their salience alone, which each has for itself; nothing is retracted, so nothing is looked up."""

    def _update_agenda(self, agenda: Any, added: Any, removed: Any) -> None:
        if added:
            agenda.activations.extend(added)
            agenda.activations.sort(key=lambda activation: activation.rule.salience)


class StratumMatcher(ReteMatcher):  # type: ignore[misc]
    """experta's Rete network, wired straight from rules that are lists of one or two facts.

    experta first multiplies out what a rule may hold (OR, NOT, nests) and chooses by type how to wire each piece: nine
    tenths of the time it takes to set up an engine, and ours hold nothing of the kind.
    """

    @staticmethod
    def prepare_ruleset(engine: Any) -> Any:
        """The rules as they are."""
        return set(engine.get_rules())

    @staticmethod
    def build_beta_part(ruleset: Any, alpha_terminals: Any) -> None:
        """Joins the facts of each rule, the first with the second and so on, and ends in its activation."""
        for rule in ruleset:
            node, *others = (alpha_terminals[fact] for fact in rule)
            for other in others:
                join = OrdinaryMatchNode(SameContextCheck())
                node.add_child(join, join.activate_left)
                other.add_child(join, join.activate_right)
                node = join
            last = ConflictSetNode(rule)
            node.add_child(last, last.activate)

    # experta remembers the last nodes of one engine only, and looks for them again whenever another one runs.
    def _get_conflict_set_nodes(self) -> Any:
        if not hasattr(self, "_last_nodes"):
            self._last_nodes = super()._get_conflict_set_nodes()
        return self._last_nodes


class StratumEngine(KnowledgeEngine):  # type: ignore[misc]
    """An engine that asks the network for activations only when facts have changed, not after every rule that fired."""

    __strategy__ = PlaceStrategy
    __matcher__ = StratumMatcher

    fired: dict[int, float]
    degrees: Mapping[str, float]

    def __init__(self, rules: Sequence[Any]) -> None:
        self._rules = rules
        super().__init__()

    def get_rules(self) -> Any:
        """The rules this engine was made for; experta would look for them among its methods."""
        return self._rules

    def get_deffacts(self) -> Any:
        """The facts declared on every reset; looked up once."""
        if not hasattr(self, "_deffacts"):
            self._deffacts = super().get_deffacts()
        return self._deffacts

    def get_activations(self) -> Any:
        """Activations that came and went since the last call."""
        came, went = self.facts.changes
        return self.matcher.changes(came, went) if came or went else ((), ())


@dataclass(frozen=True, slots=True)
class Inferred:
    """Degrees of the rules and explanations that fired, by position, and certainties by deficit."""

    fired: Mapping[int, float]
    explanations: Mapping[int, float]
    certainties: Mapping[str, float]
    apparent: Mapping[str, float]


class Inference:
    """A compiled knowledge base as experta engines, one for each stratum; usable from one thread at a time each."""

    def __init__(self, compiled: Compiled) -> None:
        rules, tests = compiled.rules, compiled.tests
        about = compiled.rules_about
        deficits = [[position for id in stratum for position in about.get(id, ())] for stratum in compiled.strata]
        limiters = [position for limiter in LIMITERS for position in about.get(limiter, ())]
        self._strata = [
            *(_Stratum(tests, [(at, _of_rule(rules[at])) for at in positions]) for positions in deficits),
            _Stratum(tests, [(at, _of_rule(rules[at])) for at in limiters]),
            _Stratum(tests, [
                (at, _Premises(explanation.premise, ()))
                for at, explanation in enumerate(compiled.explanations) if explanation.premise
            ]),
        ]  # fmt: skip

    def infer(self, facts: Facts) -> Inferred:
        """All that the rules conclude from the facts, which are of the same knowledge base."""
        compiled = facts.compiled
        memory = _Memory(compiled, facts)
        kept = Shares(shares_now(compiled, memory.degree)).kept
        fired: dict[int, float] = {}
        for deficits, stratum in zip(compiled.strata, self._strata, strict=False):
            fired |= stratum.run(memory)
            for deficit in deficits:
                own = [(compiled.rules[at], fired.get(at, 0.0)) for at in compiled.rules_about.get(deficit, ())]
                memory.certainties[deficit] = certainty(speaks_for(own, kept))
                memory.apparent[deficit] = certainty(speaks_for(((rule, at) for rule, at in own if rule.visible), kept))
        fired |= self._strata[-2].run(memory)
        always = {at: 1.0 for at, explanation in enumerate(compiled.explanations) if explanation.premise is None}
        return Inferred(fired, always | self._strata[-1].run(memory), memory.certainties, memory.apparent)


@dataclass(frozen=True, slots=True)
class _Premises:
    """What must hold, and the exceptions that must not."""

    premise: Premise
    exceptions: tuple[Premise, ...]


def _of_rule(rule: CompiledRule) -> _Premises:
    return _Premises(rule.premise, rule.exceptions)


class _Memory:
    """What is known while the strata run: degrees of tests of measures, and conclusions so far."""

    def __init__(self, compiled: Compiled, facts: Facts) -> None:
        self.compiled = compiled
        self.facts = facts
        self.certainties: dict[str, float] = {}
        self.apparent: dict[str, float] = {}

    def degree(self, position: int) -> float:
        """How far a test is known to hold, in [0, 1]."""
        test = self.compiled.tests[position]
        held = self.compiled.knowledge.limiters.present_from - TOLERANCE
        if isinstance(test.test, HeldDeficit):
            value = self.certainties.get(test.key, 0.0)
            return degrees.of_deficit(test.test, value, value, value, held).low
        if test.kind == "count":
            assert isinstance(test.test, Compare | Between)  # checked on loading
            count = self.facts.tests_done if test.key == TESTS_DONE else self._present(test.key, held)
            return degrees.of_count(test.test, count, count, count).low
        return self.facts.degree(position).low

    def _present(self, count: str, held: float) -> int:
        families = self.compiled.families
        return sum(1 for id, value in self.certainties.items() if families[id] == COUNTS[count] and value >= held)


class _Stratum:
    """The rules of one stratum as an experta engine, made once for each thread."""

    def __init__(self, tests: Sequence[CompiledTest], rules: list[tuple[int, _Premises]]) -> None:
        self._tests = tests
        self._rules = rules
        self._athlete_tests, self._concluded_tests = self._split()
        self._local = threading.local()

    def run(self, memory: _Memory) -> dict[int, float]:
        """The positions of the rules that fire, and how far."""
        if not self._rules:
            return {}
        tests = {test: memory.degree(test) for test in (*self._athlete_tests, *self._concluded_tests)}
        fields = {f"t{test}": tests[test] for test in self._athlete_tests}
        for at, rule in self._rules:
            for number, alternatives in enumerate(_alternatives(rule.premise)):
                fields[f"any{at}_{number}"] = max(_low(alternative, tests) for alternative in alternatives)
            if rule.exceptions:
                fields[f"unless{at}"] = 1.0 - max(_low(exception, tests) for exception in rule.exceptions)
        engine = self._engine()
        engine.reset()
        engine.fired = {}
        engine.degrees = fields | {f"t{test}": tests[test] for test in self._concluded_tests}
        engine.declare(AthleteFact(**fields))
        if self._concluded_tests:
            engine.declare(Concluded(**{f"t{test}": tests[test] for test in self._concluded_tests}))
        engine.run()
        return dict(engine.fired)

    def _engine(self) -> StratumEngine:
        if not hasattr(self._local, "engine"):
            self._local.engine = StratumEngine(_experta_rules(self._tests, self._rules))
        engine: StratumEngine = self._local.engine
        return engine

    def _split(self) -> tuple[list[int], list[int]]:
        """The tests of this stratum, of measures and of conclusions."""
        used = {
            test
            for _, rule in self._rules
            for premise in (rule.premise, *rule.exceptions)
            for test in premise.all_tests
        }
        concluded = {test for test in used if self._tests[test].kind in ("deficit", "count")}
        return sorted(used - concluded), sorted(concluded)


def _alternatives(premise: Premise) -> tuple[tuple[Premise, ...], ...]:
    """The alternatives of a premise, for the one field that stands for them; none, or one group."""
    return (premise.any_of,) if premise.any_of else ()


def _low(premise: Premise, tests: Mapping[int, float]) -> float:
    """How far a premise is known to hold."""
    parts = [tests[test] for test in premise.tests]
    if premise.any_of:
        parts.append(max(_low(alternative, tests) for alternative in premise.any_of))
    return min(parts)


def _holds(degree: object) -> bool:
    """Whether a field holds in some degree. experta may hand a predicate a value of any type."""
    return isinstance(degree, float) and degree > 0


_HOLDS = P(_holds)


def _experta_rules(tests: Sequence[CompiledTest], rules: list[tuple[int, _Premises]]) -> list[Any]:
    """One experta rule for each rule of the stratum, each with its own place on the agenda."""
    found = []
    for place, (at, rule) in enumerate(rules):
        athlete: list[str] = []
        concluded: list[str] = []
        for test in rule.premise.tests:
            mine = concluded if tests[test].kind in ("deficit", "count") else athlete
            mine.append(f"t{test}")
        athlete += [f"any{at}_{number}" for number, _ in enumerate(_alternatives(rule.premise))]
        athlete += [f"unless{at}"] if rule.exceptions else []
        patterns = []
        if athlete:
            patterns.append(AthleteFact(**dict.fromkeys(athlete, _HOLDS)))
        if concluded:
            patterns.append(Concluded(**dict.fromkeys(concluded, _HOLDS)))
        fire = _fire(at, (*athlete, *concluded))
        found.append(Rule(*patterns, salience=len(rules) - place)(fire))
    return found


def _fire(at: int, fields: tuple[str, ...]) -> Callable[..., None]:
    """The body of a rule: writes down how far it fired, which is as far as the least of its fields holds."""

    def fire(engine: Any, **context: Any) -> None:
        engine.fired[at] = min(engine.degrees[field] for field in fields)

    fire.__signature__ = _SIGNATURE  # type: ignore[attr-defined]  # experta looks at each; the same for all
    return fire


def _body(engine: Any, **context: Any) -> None:
    """What every rule body takes."""


_SIGNATURE = inspect.signature(_body)
