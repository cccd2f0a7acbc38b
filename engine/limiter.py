"""Deficits → limiter: what each contributes, what moves to its causes, and which limiter is named.

*Apparent* is what a coach would blame at the track: visible rules alone, before weight is moved. *Root* is what causes
it: a deficit that another explains hands a share of its weight to the limiter of its cause, all in one step.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from engine import degrees
from engine.budget import WHOLE, Shares
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
        _spoken(compiled, evaluation),
        explanation_degrees(compiled, evaluation),
        evaluation.shares,
    )


def root_sums(
    compiled: Compiled,
    certainties: Mapping[str, float],
    contributions: Mapping[str, float],
    spoken: Mapping[Limiter, float],
    explained: Sequence[float],
) -> Mapping[Limiter, float]:
    """The root sums alone, for trying answers out.

    Args: certainties and contributions by deficit, what rules say about each limiter, degrees of all explanations by
    position.
    """
    moves = tuple(_moves(compiled, certainties, contributions, explained))
    return {limiter: _root(compiled, limiter, contributions, moves, spoken[limiter]) for limiter in LIMITERS}


def said_about(
    compiled: Compiled, limiter: Limiter, rule_degrees: Callable[[int], float], shares: Shares = WHOLE
) -> float:
    """The weight of the rules about a limiter as a whole; `rule_degrees` gives how far the rule at a position fires."""
    about = compiled.rules_about.get(limiter, ())
    return speaks_for(((compiled.rules[at], rule_degrees(at)) for at in about), shares.kept)


def explanation_degrees(compiled: Compiled, evaluation: Evaluation) -> Sequence[float]:
    """How far the further conditions of each explanation hold."""
    return [
        degrees.all_of(explanation.premise, evaluation.tests).low if explanation.premise else 1.0
        for explanation in compiled.explanations
    ]


def settle_up(
    compiled: Compiled,
    certainties: Mapping[str, float],
    apparent: Mapping[str, float],
    rule_degrees: Mapping[int, float],
    explained: Sequence[float],
    shares: Shares = WHOLE,
) -> Account:
    """The account for certainties of deficits, degrees of the rules about limiters, and degrees of explanations."""
    contributions = {id: contribution(compiled, id, value) for id, value in certainties.items()}
    seen = {id: contribution(compiled, id, value) for id, value in apparent.items()}
    visible = {at: degree for at, degree in rule_degrees.items() if compiled.rules[at].visible}
    said, visibly_said = (
        {limiter: said_about(compiled, limiter, lambda at: fired.get(at, 0.0), shares) for limiter in LIMITERS}  # noqa: B023 - called at once
        for fired in (rule_degrees, visible)
    )
    moves = tuple(_moves(compiled, certainties, contributions, explained))
    return Account(
        root={limiter: _root(compiled, limiter, contributions, moves, said[limiter]) for limiter in LIMITERS},
        apparent={limiter: _root(compiled, limiter, seen, (), visibly_said[limiter]) for limiter in LIMITERS},
        elsewhere=total(move.amount for move in moves if compiled.families[move.explanation.cause] == "elsewhere"),
        contributions=contributions,
        moves=moves,
    )


def _root(
    compiled: Compiled,
    limiter: Limiter,
    contributions: Mapping[str, float],
    moves: Sequence[Move],
    spoken: float,
) -> float:
    """What a limiter's deficits contribute, less what leaves and with what comes, and what rules say about it."""
    families = compiled.families
    own = [contributions[id] for id in compiled.of_family[limiter]]
    leaving = [-move.amount for move in moves if families[move.explanation.effect] == limiter]
    coming = [move.amount for move in moves if families[move.explanation.cause] == limiter]
    return total([*own, *leaving, *coming, spoken])


def _spoken(compiled: Compiled, evaluation: Evaluation) -> Mapping[int, float]:
    """Degrees of the rules about limiters."""
    return {at: evaluation.rules[at].low for limiter in LIMITERS for at in compiled.rules_about.get(limiter, ())}


def contribution(compiled: Compiled, deficit: str, value: float) -> float:
    """The weight a deficit of this certainty gives its limiter; a ruled-out one speaks a little against."""
    factor = compiled.factors.get(deficit)
    if factor is None:
        return 0.0
    if compiled.is_present(value):
        return weight(factor * value)
    return weight(compiled.knowledge.limiters.against_weight * value) if compiled.is_present(-value) else 0.0


def strength_of(
    compiled: Compiled, explanation: CompiledExplanation, certainty_of_cause: float, degree: float
) -> float:
    """The share an explanation claims before scaling: strength × degree × certainty of a present cause."""
    return explanation.factor * degree * certainty_of_cause if compiled.is_present(certainty_of_cause) else 0.0


def _moves(
    compiled: Compiled,
    certainties: Mapping[str, float],
    contributions: Mapping[str, float],
    explained: Sequence[float],
) -> Iterable[Move]:
    claims: dict[str, list[tuple[CompiledExplanation, float]]] = {}
    for at, explanation in compiled.moving:
        if contributions.get(explanation.effect, 0.0) > 0:
            claim = strength_of(compiled, explanation, certainties.get(explanation.cause, 0.0), explained[at])
            if claim > 0:
                claims.setdefault(explanation.effect, []).append((explanation, claim))
    for effect, found in claims.items():
        scale = min(1.0, compiled.knowledge.limiters.most_moved / total(claim for _, claim in found))
        for explanation, claim in found:
            yield Move(explanation, claim * scale, claim * scale * contributions[effect])
