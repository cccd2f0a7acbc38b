"""The whole sentence: answers → facts → deficits → limiter → prescription, as one readable function."""

import threading
from collections.abc import Mapping
from dataclasses import replace
from weakref import WeakKeyDictionary

from engine import limiter as limiters
from engine import outcome, sprints, what_if
from engine.certainty import certainty
from engine.compile import LIMITERS, Compiled
from engine.coverage import coverage, decided_groups, state
from engine.evaluation import Evaluation, evaluate, interval
from engine.facts import gather
from engine.inference import Inference
from engine.limiter import Account
from engine.model import (
    Answers,
    DeficitFinding,
    Diagnosis,
    ExplainedBy,
    Interval,
    KnowledgeVersion,
    LimiterFinding,
    Options,
    RuleTrace,
)
from engine.prescription import prescribe
from engine.safety import screen, unanswered
from engine.schema.base import Limiter
from engine.trace import trace

MOST_NEXT_TESTS = 6
MOST_CHANGES = 3


def assess(compiled: Compiled, answers: Answers, options: Options | None = None, *, deep: bool = True) -> Diagnosis:
    """The diagnosis of one athlete, with its trace and prescription.

    Args: `deep` adds what to test next and what would change the diagnosis, which take longer than all the rest.
    The same answers give the same diagnosis, to the last bit.
    """
    options = options or Options()
    sprinted = sprints.analyses(compiled.knowledge, answers)
    facts = gather(compiled, answers.values, sprints.measured(compiled.knowledge, sprinted))
    inferred = _inference(compiled).infer(facts)
    evaluation = evaluate(compiled, facts)
    account = limiters.settle_up(
        compiled,
        inferred.certainties,
        inferred.apparent,
        inferred.fired,
        [inferred.explanations.get(position, 0.0) for position in range(len(compiled.explanations))],
        evaluation.shares,
    )
    safety = screen(compiled, evaluation)
    decided = decided_groups(compiled, evaluation)
    coverages = {limiter: coverage(compiled, decided, limiter) for limiter in LIMITERS}
    verdict = outcome.decide(compiled, account.root, inferred.certainties, coverages, stopped=safety.stopped)
    sums = outcome.bounds(compiled, evaluation)
    rules = trace(compiled, evaluation, inferred.fired)
    diagnosis = Diagnosis(
        athlete=answers.athlete,
        date=answers.date,
        knowledge=KnowledgeVersion(compiled.knowledge.version, compiled.knowledge.hash),
        options=options,
        outcome=verdict.outcome,
        settled=outcome.is_settled(
            compiled,
            evaluation,
            verdict,
            sums,
            surely_stopped=safety.surely_stopped,
            possibly_stopped=safety.possibly_stopped,
        ),
        limiter=verdict.limiter,
        apparent=outcome.apparent(account, verdict),
        facts=facts.told(),
        limiters=tuple(_limiter(account, limiter, coverages[limiter], sums[limiter]) for limiter in account.ranked),
        elsewhere_share=_elsewhere_share(account),
        deficits=_deficits(compiled, evaluation, inferred.certainties, account, rules, decided),
        safety=safety.findings,
        trace=rules,
        no_norm=facts.without_norm(),
        sprints=sprinted,
        open_safety=unanswered(compiled, facts),
    )
    if deep:
        diagnosis = replace(
            diagnosis,
            next_tests=what_if.next_tests(evaluation, MOST_NEXT_TESTS),
            would_change=what_if.would_change(evaluation, verdict.limiter, safety.stopped, MOST_CHANGES),
        )
    return replace(diagnosis, prescription=prescribe(compiled.knowledge, diagnosis))


_inferences: WeakKeyDictionary[Compiled, Inference] = WeakKeyDictionary()
_making = threading.Lock()


def _inference(compiled: Compiled) -> Inference:
    """The engines of a knowledge base, made once and freed with it; they never refer back to it."""
    with _making:
        if compiled not in _inferences:
            _inferences[compiled] = Inference(compiled)
        return _inferences[compiled]


def _limiter(account: Account, limiter: Limiter, covered: float, sums: Interval) -> LimiterFinding:
    return LimiterFinding(
        id=limiter,
        certainty=certainty(account.root[limiter]),
        weight=account.root[limiter],
        apparent_certainty=certainty(account.apparent[limiter]),
        apparent_weight=account.apparent[limiter],
        share=account.share(limiter),
        coverage=covered,
        bounds=Interval(certainty(sums.low), certainty(sums.high)),
    )


def _elsewhere_share(account: Account) -> float:
    whole = sum(max(0.0, value) for value in account.root.values()) + account.elsewhere
    return account.elsewhere / whole if whole > 0 else 0.0


def _deficits(
    compiled: Compiled,
    evaluation: Evaluation,
    certainties: Mapping[str, float],
    account: Account,
    rules: tuple[RuleTrace, ...],
    decided: Mapping[str, Mapping[str, bool]],
) -> tuple[DeficitFinding, ...]:
    """Every deficit as concluded, most certain first."""
    found = [_deficit(compiled, evaluation, certainties, account, rules, decided, id) for id in certainties]
    return tuple(sorted(found, key=lambda finding: (-finding.certainty, finding.id)))


def _deficit(
    compiled: Compiled,
    evaluation: Evaluation,
    certainties: Mapping[str, float],
    account: Account,
    rules: tuple[RuleTrace, ...],
    decided: Mapping[str, Mapping[str, bool]],
    id: str,
) -> DeficitFinding:
    own = [rules[position] for position in compiled.rules_about.get(id, ())]
    value = certainties[id]
    here = state(compiled, id, value, decided)
    return DeficitFinding(
        id=id,
        limiter=compiled.families[id],
        certainty=value,
        state=here,
        bounds=interval(evaluation.beliefs[id]),
        because=tuple(rule.rule for rule in own if rule.contribution > 0),
        against=tuple(rule.rule for rule in own if rule.contribution < 0),
        explained_by=_causes(compiled, certainties, account, id) if here == "present" else (),
        explains=_effects(compiled, certainties, id) if here == "present" else (),
        weight=account.contributions[id],
        severity=_severity(compiled, value),
    )


def _causes(
    compiled: Compiled, certainties: Mapping[str, float], account: Account, effect: str
) -> tuple[ExplainedBy, ...]:
    """Present causes of a present deficit; those of its own limiter are told and move nothing."""
    moves = {move.explanation.cause: move for move in account.moves if move.explanation.effect == effect}
    found = []
    for explanation in compiled.explanations:
        cause = explanation.cause
        if explanation.effect == effect and compiled.is_present(certainties[cause]):
            move = moves.get(cause)
            if move is not None or not explanation.moves:
                page = explanation.source
                share, amount = (move.share, move.amount) if move else (0.0, 0.0)
                found.append(ExplainedBy(cause, share, amount, page.because, page.verified))
    return tuple(sorted(found, key=lambda cause: (-cause.share, cause.deficit)))


def _effects(compiled: Compiled, certainties: Mapping[str, float], cause: str) -> tuple[str, ...]:
    effects = (explanation.effect for explanation in compiled.explanations if explanation.cause == cause)
    return tuple(sorted({effect for effect in effects if compiled.is_present(certainties[effect])}))


def _severity(compiled: Compiled, value: float) -> int:
    from_ = compiled.knowledge.limiters.severity
    return sum(1 for least in (from_.possible, from_.likely, from_.clear) if value >= least - 1e-9)
