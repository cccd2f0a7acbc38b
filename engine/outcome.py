"""Which outcome an account amounts to, and whether any answer to the open questions could change the named limiter."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine import degrees
from engine.certainty import TOLERANCE, certainty, total
from engine.compile import LIMITERS, Compiled
from engine.evaluation import Evaluation, best_for, speaks_for, worst_for
from engine.limiter import Account, contribution, strength_of
from engine.model import Interval, Outcome
from engine.schema.base import Limiter


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome, and the limiter it names."""

    outcome: Outcome
    limiter: Limiter | None


def decide(
    compiled: Compiled,
    root: Mapping[Limiter, float],
    certainties: Mapping[str, float],
    coverages: Mapping[Limiter, float],
    *,
    stopped: bool,
) -> Verdict:
    """The first outcome that fits, in the order stop, elsewhere, none, insufficient, mixed, clear.

    Args: `root` sums by limiter, certainties by deficit, coverages by limiter.
    """
    figures = compiled.knowledge.limiters.outcomes
    if stopped:
        return Verdict("stop", None)
    if _is_elsewhere(compiled, root, certainties):
        return Verdict("elsewhere", None)
    named = names(compiled, root, certainties, stopped=stopped)
    if named is None:
        examined = all(value >= figures.none_coverage for value in coverages.values())
        return Verdict("none" if examined else "insufficient", None)
    others_unseen = any(coverages[limiter] < figures.insufficient_coverage for limiter in LIMITERS if limiter != named)
    if certainty(root[named]) < figures.insufficient_below and others_unseen:
        return Verdict("insufficient", named)
    second = max(root[limiter] for limiter in LIMITERS if limiter != named)
    if (root[named] - second) / root[named] < figures.mixed_below:
        return Verdict("mixed", named)
    return Verdict("clear", named)


def names(
    compiled: Compiled, root: Mapping[Limiter, float], certainties: Mapping[str, float], *, stopped: bool
) -> Limiter | None:
    """The limiter a diagnosis names, whatever its outcome is called; coverage has no say in it."""
    leader = max(LIMITERS, key=lambda limiter: root[limiter])
    if stopped or _is_elsewhere(compiled, root, certainties):
        return None
    enough = certainty(root[leader]) >= compiled.knowledge.limiters.outcomes.named_from - TOLERANCE
    return leader if enough else None


def _is_elsewhere(compiled: Compiled, root: Mapping[Limiter, float], certainties: Mapping[str, float]) -> bool:
    figures = compiled.knowledge.limiters.outcomes
    strongest = max((certainties[id] for id in compiled.of_family["elsewhere"]), default=0.0)
    lead = certainty(max(root.values()))
    return strongest >= figures.elsewhere_from - TOLERANCE and strongest > lead - figures.elsewhere_lead


def apparent(account: Account, verdict: Verdict) -> Limiter | None:
    """The limiter a coach would blame by what is seen; None when nothing is, or too little is known to blame any."""
    leader = max(LIMITERS, key=lambda limiter: account.apparent[limiter])
    nobody = verdict.limiter is None and verdict.outcome in ("none", "insufficient")
    return leader if account.apparent[leader] > 0 and not nobody else None


def bounds(compiled: Compiled, evaluation: Evaluation) -> Mapping[Limiter, Interval]:
    """The least and most each root sum can become, whatever the open questions bring, in weight of evidence.

    Every part is taken at its worst and best on its own, so the true range is never wider, and often narrower.
    """
    contributions = {
        id: (contribution(compiled, id, belief.least), contribution(compiled, id, belief.most))
        for id, belief in evaluation.beliefs.items()
    }
    claims = _claims(compiled, evaluation)
    shares = evaluation.shares
    found: dict[Limiter, Interval] = {}
    for limiter in LIMITERS:
        lows, highs = [], []
        for id, (low, high) in contributions.items():
            if compiled.families[id] == limiter:
                least_moved, most_moved = _moved_share(compiled, claims.get(id, ()))
                lows.append(low * (1 - most_moved) if low > 0 else low)
                highs.append(high * (1 - least_moved) if high > 0 else high)
        for effect, causes in claims.items():
            low, high = (max(0.0, end) for end in contributions[effect])
            for index, (cause, own) in enumerate(causes):
                if compiled.families[cause] == limiter:
                    others = [claim for other, (_, claim) in enumerate(causes) if other != index]
                    least, most = _scaled(compiled, own, others)
                    lows.append(low * least)
                    highs.append(high * most)
        at = compiled.rules_about.get(limiter, ())
        spoken = [(compiled.rules[position], evaluation.rules[position]) for position in at]
        lows.append(speaks_for(((rule, worst_for(rule, degree)) for rule, degree in spoken), shares.for_least))
        highs.append(speaks_for(((rule, best_for(rule, degree)) for rule, degree in spoken), shares.for_most))
        found[limiter] = Interval(total(lows), total(highs))
    return found


def is_settled(
    compiled: Compiled,
    evaluation: Evaluation,
    verdict: Verdict,
    sums: Mapping[Limiter, Interval],
    *,
    surely_stopped: bool,
    possibly_stopped: bool,
) -> bool:
    """Whether no possible answers to the open questions could change the named limiter. A proof, not an opinion."""
    figures = compiled.knowledge.limiters.outcomes
    elsewhere = [evaluation.beliefs[id] for id, family in compiled.families.items() if family == "elsewhere"]
    lowest = {limiter: certainty(sums[limiter].low) for limiter in LIMITERS}
    highest = {limiter: certainty(sums[limiter].high) for limiter in LIMITERS}
    if verdict.limiter is None:
        nobody_can_lead = max(highest.values()) < figures.named_from - TOLERANCE
        beaten = max(highest.values()) - figures.elsewhere_lead
        always_elsewhere = any(
            belief.least >= figures.elsewhere_from - TOLERANCE and belief.least > beaten for belief in elsewhere
        )
        return surely_stopped or nobody_can_lead or always_elsewhere
    if possibly_stopped or lowest[verdict.limiter] < figures.named_from:
        return False
    if any(
        belief.most >= figures.elsewhere_from - TOLERANCE
        and belief.most > lowest[verdict.limiter] - figures.elsewhere_lead
        for belief in elsewhere
    ):
        return False
    others: Sequence[Limiter] = [limiter for limiter in LIMITERS if limiter != verdict.limiter]
    return all(sums[verdict.limiter].low > sums[other].high + TOLERANCE for other in others)


_Claim = tuple[float, float]


def _claims(compiled: Compiled, evaluation: Evaluation) -> dict[str, list[tuple[str, _Claim]]]:
    """effect → its causes in other families, each with the least and most share it can claim before scaling."""
    found: dict[str, list[tuple[str, _Claim]]] = {}
    for explanation in compiled.explanations:
        if not explanation.moves:
            continue
        degree = degrees.all_of(explanation.premise, evaluation.tests) if explanation.premise else _ALWAYS
        cause = evaluation.beliefs[explanation.cause]
        least = strength_of(compiled, explanation, cause.least, degree.least)
        most = strength_of(compiled, explanation, cause.most, degree.most)
        if most > 0:
            found.setdefault(explanation.effect, []).append((explanation.cause, (least, most)))
    return found


_ALWAYS = degrees.known(1.0)


def _moved_share(compiled: Compiled, claims: Sequence[tuple[str, _Claim]]) -> _Claim:
    """The least and most of a contribution that can leave it."""
    most_moved = compiled.knowledge.limiters.most_moved
    return (
        min(most_moved, total(least for _, (least, _) in claims)),
        min(most_moved, total(most for _, (_, most) in claims)),
    )


def _scaled(compiled: Compiled, own: _Claim, others: Sequence[_Claim]) -> _Claim:
    """A claim's least and most share once all claims are scaled together: it grows with itself, shrinks with others."""
    most_moved = compiled.knowledge.limiters.most_moved

    def scaled(claim: float, rest: float) -> float:
        return claim * min(1.0, most_moved / (claim + rest)) if claim > 0 else 0.0

    return scaled(own[0], total(most for _, most in others)), scaled(own[1], total(least for least, _ in others))
