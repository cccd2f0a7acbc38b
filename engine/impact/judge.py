"""One athlete judged by the plain functions, without working memory, trace and prescription: fast, for many athletes.

Says the same as `engine/assess.py` about outcome, limiters and deficits (a test holds them together).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from engine.budget import spoken
from engine.certainty import TOLERANCE, certainty
from engine.compile import LIMITERS, Compiled
from engine.coverage import coverage, decided_groups, state
from engine.evaluation import Evaluation, evaluate
from engine.facts import gather
from engine.limiter import weigh
from engine.model import DeficitState, Measured, Outcome, Value
from engine.outcome import apparent, decide
from engine.safety import Safety, screen
from engine.schema.base import Limiter
from engine.schema.limiter import Severity

Grade = Literal["clearly_not", "probably_not", "rather_not", "unclear", "possible", "likely", "clear"]
"""How certain, in the steps in which a report says it."""

_FOR: tuple[Grade, ...] = ("unclear", "possible", "likely", "clear")
_AGAINST: tuple[Grade, ...] = ("unclear", "rather_not", "probably_not", "clearly_not")


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is concluded about one athlete, and what each rule said."""

    outcome: Outcome
    limiter: Limiter | None
    apparent: Limiter | None
    limiters: Mapping[Limiter, Grade]
    deficits: Mapping[str, Grade]
    states: Mapping[str, DeficitState]
    safety: tuple[str, ...]
    """Active safety rules, in alphabetical order."""
    spoken: Mapping[str, float]
    """What each rule that fired says, by its id: its signed certainty factor times its degree, less what it shares."""


@dataclass(frozen=True, slots=True)
class Basis:
    """What a judgement rests on."""

    evaluation: Evaluation
    safety: Safety
    decided: Mapping[str, Mapping[str, bool]]
    """As `coverage.decided_groups` tells it."""


def judge(compiled: Compiled, values: Mapping[str, Value], measured: Mapping[str, Measured] | None = None) -> Judgement:
    """What these answers amount to, with what was read off the athlete's sprints."""
    return concluded(compiled, basis(compiled, values, measured))


def basis(compiled: Compiled, values: Mapping[str, Value], measured: Mapping[str, Measured] | None = None) -> Basis:
    """Everything a judgement of these answers rests on."""
    evaluation = evaluate(compiled, gather(compiled, values, measured or {}))
    return Basis(evaluation, screen(compiled, evaluation), decided_groups(compiled, evaluation))


def concluded(compiled: Compiled, found: Basis) -> Judgement:
    """The judgement that rests on this."""
    evaluation, safety = found.evaluation, found.safety
    account = weigh(compiled, evaluation)
    coverages = {limiter: coverage(compiled, found.decided, limiter) for limiter in LIMITERS}
    certainties = {id: belief.now for id, belief in evaluation.beliefs.items()}
    verdict = decide(compiled, account.root, certainties, coverages, stopped=safety.stopped)
    severity = compiled.knowledge.limiters.severity
    return Judgement(
        outcome=verdict.outcome,
        limiter=verdict.limiter,
        apparent=apparent(account, verdict),
        limiters={limiter: grade(certainty(account.root[limiter]), severity) for limiter in LIMITERS},
        deficits={id: grade(value, severity) for id, value in certainties.items()},
        states={id: state(compiled, id, value, found.decided) for id, value in certainties.items()},
        safety=tuple(sorted(finding.id for finding in safety.findings)),
        spoken=_spoken(compiled, evaluation),
    )


def grade(value: float, severity: Severity) -> Grade:
    """A certainty in the steps of the limiters page."""
    steps = sum(abs(value) >= step - TOLERANCE for step in (severity.possible, severity.likely, severity.clear))
    return (_FOR if value > 0 else _AGAINST)[steps]


def _spoken(compiled: Compiled, evaluation: Evaluation) -> Mapping[str, float]:
    degrees = zip(compiled.rules, evaluation.rules, strict=True)
    kept = evaluation.shares.kept
    return {rule.id: spoken(rule, degree.low, kept(rule)) for rule, degree in degrees if degree.low > 0}
