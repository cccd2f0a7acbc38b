"""Why one athlete is diagnosed so, and what kept a limiter or a deficit from being named: which rules, and where.

Reads the trace of a diagnosis and adds the places of what is no rule (safety pages, explanations), so that a coach who
disagrees knows which line to open. Decides nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from engine.errors import Place
from engine.knowledge import KnowledgeBase
from engine.model import DeficitFinding, Diagnosis, LineTrace, RuleTrace
from engine.schema.base import Limiter

Effect = Literal["for", "against"]


@dataclass(frozen=True, slots=True)
class Cause:
    """A deficit that accounts for another, the weight of evidence that moved to it, and where that is written."""

    deficit: str
    moved: float
    at: Place


@dataclass(frozen=True, slots=True)
class DeficitReason:
    """One deficit with every rule about it, sorted by what each did."""

    finding: DeficitFinding
    speaks_for: tuple[RuleTrace, ...]
    """Fired, strongest first; so are those against."""
    speaks_against: tuple[RuleTrace, ...]
    open: tuple[RuleTrace, ...]
    failed: tuple[RuleTrace, ...]
    """Rules for the deficit that did not fire; that one against it did not is no reason for anything."""
    causes: tuple[Cause, ...]


@dataclass(frozen=True, slots=True)
class LimiterReason:
    """One limiter: its deficits that count, heaviest first, the rules about it as a whole, and what moved to it."""

    limiter: Limiter
    deficits: tuple[DeficitReason, ...]
    speaks_for: tuple[RuleTrace, ...]
    speaks_against: tuple[RuleTrace, ...]
    open: tuple[RuleTrace, ...]
    failed: tuple[RuleTrace, ...]
    came_from: tuple[tuple[str, Cause], ...]
    """Deficits of other families that hand weight to this limiter, with the cause they hand it to."""


@dataclass(frozen=True, slots=True)
class Chain:
    """How the diagnosis came about: safety first, then the named limiter, or what lies outside the three."""

    stops: tuple[tuple[str, Place], ...]
    limiter: LimiterReason | None
    elsewhere: tuple[DeficitReason, ...]


def chain(diagnosis: Diagnosis, knowledge: KnowledgeBase) -> Chain:
    """The chain of rules behind a diagnosis."""
    stops = tuple(
        (found.id, knowledge.pages["safety", found.id].value("when"))
        for found in diagnosis.safety
        if found.action == "stop_and_refer"
    )
    outside = [one for one in diagnosis.deficits if one.limiter == "elsewhere" and one.state == "present"]
    return Chain(
        stops=stops,
        limiter=of_limiter(diagnosis, knowledge, diagnosis.limiter) if diagnosis.limiter else None,
        elsewhere=tuple(_deficit(diagnosis, knowledge, one) for one in outside),
    )


def of_limiter(diagnosis: Diagnosis, knowledge: KnowledgeBase, limiter: Limiter) -> LimiterReason:
    """Everything that speaks for or against a limiter, or could."""
    own = sorted((one for one in diagnosis.deficits if one.limiter == limiter), key=lambda one: (-one.weight, one.id))
    whole = _sorted(diagnosis, knowledge, limiter)
    came_from = [
        (one.id, cause)
        for one in diagnosis.deficits
        if one.limiter != limiter
        for cause in _causes(knowledge, one)
        if cause.moved > 0 and knowledge.deficits[cause.deficit].limiter == limiter
    ]
    deficits = tuple(_deficit(diagnosis, knowledge, one) for one in own)
    return LimiterReason(limiter, deficits, *whole, tuple(came_from))


def of_deficit(diagnosis: Diagnosis, knowledge: KnowledgeBase, deficit: str) -> DeficitReason:
    """Every rule about a deficit and what it did."""
    return _deficit(diagnosis, knowledge, next(one for one in diagnosis.deficits if one.id == deficit))


def first_failing(rule: RuleTrace) -> LineTrace | None:
    """The line that stopped a rule: the first one that fails for good, or the exception that held."""
    lines = [line for line in rule.lines if line.measure == rule.blocked_by]
    return next((line for line in lines if line.degree.high <= 0), lines[0] if lines else None)


def _deficit(diagnosis: Diagnosis, knowledge: KnowledgeBase, found: DeficitFinding) -> DeficitReason:
    return DeficitReason(found, *_sorted(diagnosis, knowledge, found.id), tuple(_causes(knowledge, found)))


def _sorted(
    diagnosis: Diagnosis, knowledge: KnowledgeBase, about: str
) -> tuple[tuple[RuleTrace, ...], tuple[RuleTrace, ...], tuple[RuleTrace, ...], tuple[RuleTrace, ...]]:
    """The rules about something: fired for, fired against, open, failed; the strongest first."""
    rules = sorted(
        (rule for rule in diagnosis.trace if rule.about == about), key=lambda rule: (-abs(rule.weight), rule.rule)
    )
    return (
        tuple(rule for rule in rules if rule.state == "fired" and rule.contribution > 0),
        tuple(rule for rule in rules if rule.state == "fired" and rule.contribution < 0),
        tuple(rule for rule in rules if rule.state == "open"),
        tuple(rule for rule in rules if rule.state == "blocked" and is_for(rule, knowledge)),
    )


def is_for(rule: RuleTrace, knowledge: KnowledgeBase) -> bool:
    """Whether a rule, when it fires, speaks for what it is about."""
    page = knowledge.limiter_rules.get(rule.rule)
    if page is None:
        deficit = knowledge.deficits[rule.about]
        return any(one.then.endswith("for") for one in deficit.rules if f"{rule.about}/{one.id}" == rule.rule)
    return page.then.endswith("for")


def _causes(knowledge: KnowledgeBase, found: DeficitFinding) -> Iterator[Cause]:
    page = knowledge.pages["deficit", found.id]
    written = [one.deficit for one in knowledge.deficits[found.id].explained_by]
    for cause in found.explained_by:
        yield Cause(cause.deficit, cause.moved, page.value("explained_by", written.index(cause.deficit)))
