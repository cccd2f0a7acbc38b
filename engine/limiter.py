"""Deficits → limiter: what each contributes, what moves to its causes, and which limiter is named.

*Apparent* is what a coach would blame at the track: visible rules alone, before weight is moved. *Root* is what causes
it: a deficit that another explains hands a share of its weight to the limiter of its cause, all in one step.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from engine import degrees
from engine.certainty import total, weight
from engine.compile import LIMITERS, Compiled, CompiledExplanation
from engine.evaluation import Evaluation, speaks_for
from engine.schema.base import Limiter


@dataclass(frozen=True, slots=True)
class Move:
    """Weight of evidence that leaves `effect` for the family of `cause`."""

    explanation: CompiledExplanation
    share: float
    """Of the effect's contribution, after causes were scaled together."""
    amount: float


@dataclass(frozen=True, slots=True)
class Account:
    """The sums of weight of the three limiters, and how they came about."""

    root: Mapping[Limiter, float]
    apparent: Mapping[Limiter, float]
    elsewhere: float
    """Weight that moved to causes in the elsewhere family."""
    contributions: Mapping[str, float]
    """By deficit, before weight is moved."""
    moves: tuple[Move, ...]

    @property
    def ranked(self) -> tuple[Limiter, ...]:
        """Limiters by root sum, the leader first; equal sums keep the order mechanics, synergy, strength."""
        return tuple(sorted(LIMITERS, key=lambda limiter: -self.root[limiter]))

    def share(self, limiter: Limiter) -> float:
        """A limiter's part of all positive weight, the elsewhere bucket included."""
        whole = total([max(0.0, value) for value in self.root.values()] + [self.elsewhere])
        return max(0.0, self.root[limiter]) / whole if whole > 0 else 0.0


def weigh(compiled: Compiled, evaluation: Evaluation) -> Account:
    """The account of one evaluation."""
    return settle_up(
        compiled,
        {id: belief.now for id, belief in evaluation.beliefs.items()},
        {id: belief.apparent for id, belief in evaluation.beliefs.items()},
        {position: degree.low for position, degree in enumerate(evaluation.rules)},
        [
            degrees.all_of(explanation.premise, evaluation.tests).low if explanation.premise else 1.0
            for explanation in compiled.explanations
        ],
    )


def settle_up(
    compiled: Compiled,
    certainties: Mapping[str, float],
    apparent: Mapping[str, float],
    rule_degrees: Mapping[int, float],
    explanation_degrees: Iterable[float],
) -> Account:
    """The account for certainties of deficits, degrees of the rules about limiters, and degrees of explanations."""
    contributions = {id: contribution(compiled, id, value) for id, value in certainties.items()}
    apparent_contributions = {id: contribution(compiled, id, value) for id, value in apparent.items()}
    moves = tuple(_moves(compiled, certainties, contributions, explanation_degrees))
    root: dict[Limiter, float] = {}
    seen: dict[Limiter, float] = {}
    for limiter in LIMITERS:
        rules = [compiled.rules[position] for position in compiled.rules_about.get(limiter, ())]
        at = compiled.rules_about.get(limiter, ())
        own = [value for id, value in contributions.items() if compiled.families[id] == limiter]
        leaving = [-move.amount for move in moves if compiled.families[move.explanation.effect] == limiter]
        coming = [move.amount for move in moves if compiled.families[move.explanation.cause] == limiter]
        spoken = speaks_for((rule, rule_degrees.get(position, 0.0)) for rule, position in zip(rules, at, strict=True))
        root[limiter] = total([*own, *leaving, *coming, spoken])
        visible = speaks_for(
            (rule, rule_degrees.get(position, 0.0)) for rule, position in zip(rules, at, strict=True) if rule.visible
        )
        seen_own = [value for id, value in apparent_contributions.items() if compiled.families[id] == limiter]
        seen[limiter] = total([*seen_own, visible])
    bucket = total(move.amount for move in moves if compiled.families[move.explanation.cause] == "elsewhere")
    return Account(root, seen, bucket, contributions, moves)


def contribution(compiled: Compiled, deficit: str, value: float) -> float:
    """The weight a deficit of this certainty gives its limiter; a ruled-out one speaks a little against."""
    factor = compiled.factors.get(deficit)
    if factor is None:
        return 0.0
    if compiled.is_present(value):
        return weight(factor * value)
    return weight(compiled.knowledge.limiters.against_weight * value) if compiled.is_present(-value) else 0.0


def strength_of(compiled: Compiled, explanation: CompiledExplanation, certainty_of_cause: float, degree: float) -> float:
    """The share an explanation claims before scaling: strength × degree × certainty of the cause, once it is present."""
    return explanation.factor * degree * certainty_of_cause if compiled.is_present(certainty_of_cause) else 0.0


def _moves(
    compiled: Compiled,
    certainties: Mapping[str, float],
    contributions: Mapping[str, float],
    explanation_degrees: Iterable[float],
) -> Iterable[Move]:
    claims: dict[str, list[tuple[CompiledExplanation, float]]] = {}
    for explanation, degree in zip(compiled.explanations, explanation_degrees, strict=True):
        claim = strength_of(compiled, explanation, certainties.get(explanation.cause, 0.0), degree)
        if claim > 0 and explanation.moves and contributions.get(explanation.effect, 0.0) > 0:
            claims.setdefault(explanation.effect, []).append((explanation, claim))
    for effect, found in claims.items():
        scale = min(1.0, compiled.knowledge.limiters.most_moved / total(claim for _, claim in found))
        for explanation, claim in found:
            yield Move(explanation, claim * scale, claim * scale * contributions[effect])
