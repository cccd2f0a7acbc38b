"""The full trace for `--explain`: every rule, what it did, on which answers, and every exercise not chosen."""

from dataclasses import dataclass

from engine.knowledge import KnowledgeBase
from engine.model import DeficitFinding, Diagnosis, Dropped, RuleTrace
from reports import wording
from reports.charts import signed
from reports.views.why import rule_of


@dataclass(frozen=True, slots=True)
class RuleLine:
    """One rule in words."""

    rule: str
    where: str
    did: str
    """`fired`, `did not fire`, `still open`, and why."""
    weight: str
    because: str


@dataclass(frozen=True, slots=True)
class Conclusion:
    """A deficit or limiter with all its rules, those that fired first."""

    title: str
    verdict: str
    bounds: str
    moved: tuple[str, ...]
    rules: tuple[RuleLine, ...]


@dataclass(frozen=True, slots=True)
class Trace:
    """Everything, for those who want to check."""

    conclusions: tuple[Conclusion, ...]
    dropped: tuple[str, ...]


def trace(diagnosis: Diagnosis, knowledge: KnowledgeBase) -> Trace:
    """The whole trace in words."""
    by_about: dict[str, list[RuleTrace]] = {}
    for one in diagnosis.trace:
        by_about.setdefault(one.about, []).append(one)
    conclusions = [_limiter(one.id, by_about, diagnosis, knowledge) for one in diagnosis.limiters]
    conclusions += [_deficit(one, by_about.get(one.id, []), diagnosis, knowledge) for one in diagnosis.deficits]
    dropped = diagnosis.prescription.dropped if diagnosis.prescription else ()
    return Trace(tuple(conclusions), tuple(_dropped(one, knowledge) for one in dropped))


def _limiter(
    id: str, by_about: dict[str, list[RuleTrace]], diagnosis: Diagnosis, knowledge: KnowledgeBase
) -> Conclusion:
    finding = next(one for one in diagnosis.limiters if one.id == id)
    severity = knowledge.limiters.severity
    return Conclusion(
        f"Limiter: {knowledge.limiters.limiters[finding.id].label}",
        wording.certainty(finding.certainty, severity),
        _bounds(finding.bounds.low, finding.bounds.high, knowledge),
        (),
        _rules(by_about.get(id, []), diagnosis, knowledge),
    )


def _deficit(
    finding: DeficitFinding, traces: list[RuleTrace], diagnosis: Diagnosis, knowledge: KnowledgeBase
) -> Conclusion:
    moved = tuple(
        f"{wording.percent(cause.share)} of its weight is put down to: "
        f"{wording.lower_first(wording.label(knowledge, cause.deficit))}. {wording.sentence(cause.because)}"
        for cause in finding.explained_by
    )
    page, severity = knowledge.deficits[finding.id], knowledge.limiters.severity
    fine = f" ({page.when_fine})" if finding.state == "ruled_out" else ""
    known = finding.state != "unexamined"
    return Conclusion(
        page.label,
        f"{wording.STATES[finding.state]}{fine}, {wording.certainty(finding.certainty, severity, known=known)}",
        _bounds(finding.bounds.low, finding.bounds.high, knowledge),
        moved,
        _rules(traces, diagnosis, knowledge),
    )


def _bounds(low: float, high: float, knowledge: KnowledgeBase) -> str:
    severity = knowledge.limiters.severity
    words = wording.certainty(low, severity), wording.certainty(high, severity)
    return (
        "" if words[0] == words[1] else f"open answers could still make it anything from “{words[0]}” to “{words[1]}”"
    )


def _rules(traces: list[RuleTrace], diagnosis: Diagnosis, knowledge: KnowledgeBase) -> tuple[RuleLine, ...]:
    order = {"fired": 0, "open": 1, "blocked": 2}
    return tuple(
        _rule(one, diagnosis, knowledge)
        for one in sorted(traces, key=lambda t: (order[t.state], -abs(t.weight), t.rule))
    )


def _rule(one: RuleTrace, diagnosis: Diagnosis, knowledge: KnowledgeBase) -> RuleLine:
    rule = rule_of(one, knowledge)
    weight = (
        f"{signed(one.weight)}{'' if one.counted else ' (a stronger sign of its kind counts)'}" if one.weight else ""
    )
    return RuleLine(one.rule, f"{one.file}:{one.line}", _did(one, diagnosis, knowledge), weight,
                    wording.sentence(rule.because) if rule and one.state == "fired" else "")  # fmt: skip


def _did(one: RuleTrace, diagnosis: Diagnosis, knowledge: KnowledgeBase) -> str:
    if one.state == "fired":
        answers = [wording.answer(knowledge, diagnosis, key, value) for key, value in one.answers.items()]
        degree = "" if one.degree > 0.995 else f", to {wording.percent(one.degree)}"
        shared = f", {words}" if (words := wording.shared(one)) else ""
        return f"fired{degree}{shared}: {'; '.join(answers)}" if answers else f"fired{degree}{shared}"
    if one.state == "open":
        waits = [wording.lower_first(wording.label(knowledge, key)) for key in one.waits_for]
        return f"still open, waits for {wording.listed(waits)}" if waits else "still open"
    line = next((line for line in one.lines if line.measure == one.blocked_by), None)
    if line is None:
        held = wording.lower_first(wording.label(knowledge, one.blocked_by)) if one.blocked_by else "its lines"
        return f"did not fire: stopped by {held}"
    words = wording.line(knowledge, line.measure, line.words)
    return f"did not fire: stopped at “{words}”, found {wording.met(knowledge, diagnosis, line.measure, line.value)}"


def _dropped(one: Dropped, knowledge: KnowledgeBase) -> str:
    name = (
        knowledge.interventions[one.intervention].print_name
        if one.intervention in knowledge.interventions
        else one.intervention
    )
    details = [_named(detail, knowledge) for detail in one.detail]
    return f"{name}: {wording.DROPPED[one.reason]}" + (f" ({', '.join(details)})" if details else "")


def _named(id: str, knowledge: KnowledgeBase) -> str:
    if id in knowledge.interventions:
        return knowledge.interventions[id].print_name
    return id.replace("_", " ")
