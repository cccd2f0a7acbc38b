"""Why an athlete is diagnosed so, rule by rule with file and line: `rules why`."""

from collections.abc import Iterable, Iterator
from textwrap import fill

from engine.impact.reasons import Chain, DeficitReason, LimiterReason, first_failing, is_for
from engine.knowledge import KnowledgeBase
from engine.model import Diagnosis, LineTrace, RuleTrace
from reports import wording
from reports.show import WIDTH


def chain_text(diagnosis: Diagnosis, found: Chain, knowledge: KnowledgeBase) -> str:
    """The chain of a diagnosis, from what is named down to the answers."""
    named = diagnosis.limiter or "nobody named"
    lines = [f"{diagnosis.athlete}: {diagnosis.outcome}, {named}"
             + (f" (what you see: {diagnosis.apparent})" if diagnosis.apparent else "")]  # fmt: skip
    for id, place in found.stops:
        lines += ["", f"Stopped by the safety rule {id}", f"  {place.file}:{place.line}"]
    for outside in found.elsewhere:
        lines += ["", *_deficit(outside, diagnosis, knowledge, told=("for", "against"))]
    if found.limiter:
        lines += ["", *_limiter_chain(found.limiter, diagnosis, knowledge)]
    if not (found.stops or found.elsewhere or found.limiter):
        lines += ["", "No deficit weighs enough to name a limiter. `--not LIMITER` tells what kept one from it:"]
        lines += [f"  {one.id}: {_sure(one.certainty, knowledge)}, looked at {wording.percent(one.coverage)}"
                  for one in diagnosis.limiters]  # fmt: skip
    return "\n".join(lines) + "\n"


def limiter_text(diagnosis: Diagnosis, found: LimiterReason, knowledge: KnowledgeBase) -> str:
    """What kept a limiter from being named: strongest against it, rules that failed, what is still open."""
    account = next(one for one in diagnosis.limiters if one.id == found.limiter)
    named_from = knowledge.limiters.outcomes.named_from
    place = knowledge.pages["limiters", "limiters"].value("outcomes", "named_from")
    if diagnosis.limiter == found.limiter:
        head = f"{found.limiter} is named."
    elif diagnosis.limiter:
        head = f"{found.limiter} is not named: {diagnosis.limiter} weighs more."
    elif diagnosis.outcome in ("stop", "elsewhere"):
        head = f"{found.limiter} is not named: the outcome is {diagnosis.outcome}, which comes first."
    elif account.certainty < named_from:
        head = (f"{found.limiter} is not named: its certainty {wording.number(account.certainty)} is below "
                f"{wording.number(named_from)} ({place.file}:{place.line}).")  # fmt: skip
    else:
        head = f"{found.limiter} is not named."
    lines = [f"{diagnosis.athlete}: {diagnosis.outcome}, {diagnosis.limiter or 'nobody named'}", head]
    against = [*found.speaks_against, *(rule for one in found.deficits for rule in one.speaks_against)]
    lines += _list("Speaks against it, strongest first", _strongest(against), diagnosis, knowledge)
    speaks = [*found.speaks_for, *(rule for one in found.deficits for rule in one.speaks_for)]
    lines += _list("Speaks for it", _strongest(speaks), diagnosis, knowledge)
    away = [(one.finding.id, cause) for one in found.deficits for cause in one.causes
            if cause.moved > 0 and knowledge.deficits[cause.deficit].limiter != found.limiter]  # fmt: skip
    if away:
        lines += ["", "Handed on to what causes it"]
        lines += [f"  {id} → {cause.deficit}\n    {cause.at.file}:{cause.at.line}" for id, cause in away]
    still = [*found.open, *(rule for one in found.deficits for rule in one.open)]
    lines += _open(still, knowledge)
    failed = [*found.failed, *(rule for one in found.deficits for rule in one.failed)]
    return "\n".join([*lines, *_failed(failed, knowledge, diagnosis)]) + "\n"


def deficit_text(diagnosis: Diagnosis, found: DeficitReason, knowledge: KnowledgeBase) -> str:
    """Every rule about a deficit: what it did, and where it is written."""
    lines = [f"{diagnosis.athlete}: {diagnosis.outcome}, {diagnosis.limiter or 'nobody named'}"]
    lines += _deficit(found, diagnosis, knowledge, told=("for", "against"))
    lines += _open(found.open, knowledge)
    lines += _failed(found.failed, knowledge, diagnosis)
    return "\n".join(lines) + "\n"


def _limiter_chain(found: LimiterReason, diagnosis: Diagnosis, knowledge: KnowledgeBase) -> Iterator[str]:
    yield f"{knowledge.limiters.limiters[found.limiter].label} is named because of"
    for one in found.deficits:
        if one.finding.state == "present":
            yield from _deficit(one, diagnosis, knowledge, told=("for", "against"), indent=2)
    for effect, cause in found.came_from:
        yield f"  {cause.deficit} also takes a part of {effect}, which it explains"
        yield f"    {cause.at.file}:{cause.at.line}"
    for rule in (*found.speaks_for, *found.speaks_against):
        yield from _rule(rule, diagnosis, knowledge, 2)


def _deficit(
    found: DeficitReason, diagnosis: Diagnosis, knowledge: KnowledgeBase, *, told: tuple[str, ...], indent: int = 0
) -> Iterator[str]:
    margin = " " * indent
    state = wording.STATES[found.finding.state]
    yield f"{margin}{found.finding.id}: {state}, {_sure(found.finding.certainty, knowledge)}"
    rules = [*(found.speaks_for if "for" in told else ()), *(found.speaks_against if "against" in told else ())]
    for rule in rules:
        yield from _rule(rule, diagnosis, knowledge, indent + 2)
    for cause in found.causes:
        yield f"{margin}  explained in part by {cause.deficit}"
        yield f"{margin}    {cause.at.file}:{cause.at.line}"


def _strongest(rules: Iterable[RuleTrace]) -> list[RuleTrace]:
    return sorted(rules, key=lambda rule: (-abs(rule.weight), rule.rule))


def _list(title: str, rules: list[RuleTrace], diagnosis: Diagnosis, knowledge: KnowledgeBase) -> Iterator[str]:
    if rules:
        yield ""
        yield title
        for rule in rules:
            yield from _rule(rule, diagnosis, knowledge, 2)


def _rule(rule: RuleTrace, diagnosis: Diagnosis, knowledge: KnowledgeBase, indent: int) -> Iterator[str]:
    margin = " " * indent
    sign = "for" if rule.contribution > 0 else "against"
    counted = "" if rule.counted else ", not counted: a stronger one of its group speaks"
    yield f"{margin}{rule.rule}: {wording.number(abs(rule.contribution))} {sign}{counted}"
    yield f"{margin}  {rule.file}:{rule.line}"
    if rule.counted:
        yield from _filled(wording.shared(rule), indent + 2)
    said = [wording.line(knowledge, line.measure, line.words) + _met(diagnosis, knowledge, line.measure, line.value)
            for line in rule.lines if line.degree.low > 0]  # fmt: skip
    yield from _filled("; ".join(said), indent + 2)


def _met(diagnosis: Diagnosis, knowledge: KnowledgeBase, key: str, value: object) -> str:
    if isinstance(value, bool | str) or value is None or key in knowledge.deficits or key in wording.COUNTS:
        return ""
    if sprint := wording.of_sprint(diagnosis, key):
        return f": {wording.interval(knowledge, key, sprint)}"
    return f" ({wording.value(knowledge, key, value)})"  # type: ignore[arg-type]  # a number or two sides by now


def _open(rules: Iterable[RuleTrace], knowledge: KnowledgeBase) -> Iterator[str]:
    waiting = sorted(rules, key=lambda rule: rule.rule)
    if waiting:
        yield ""
        yield "Still open, waiting for an answer"
    for rule in waiting:
        names = wording.listed(rule.waits_for) or "what follows from other answers"
        yield f"  {rule.rule} ({'for' if is_for(rule, knowledge) else 'against'}): {names}"
        yield f"    {rule.file}:{rule.line}"


def _failed(rules: Iterable[RuleTrace], knowledge: KnowledgeBase, diagnosis: Diagnosis) -> Iterator[str]:
    stopped = sorted(rules, key=lambda rule: rule.rule)
    if stopped:
        yield ""
        yield "Did not fire; the first line that stopped each"
    for rule in stopped:
        line = first_failing(rule)
        yield f"  {rule.rule}"
        yield f"    {rule.file}:{rule.line}"
        if line is not None:
            held = "it holds that " if line.degree.low >= 1 else "asked for: "
            value = "" if line.value is None else f", and it is {_found(diagnosis, knowledge, line)}"
            if line.measure in knowledge.deficits:
                value = f", and its certainty is {wording.number(float(line.value))}" if isinstance(line.value, float) \
                    else ""  # fmt: skip
            no_norm = " (no norm fits this athlete)" if line.measure in diagnosis.no_norm else ""
            yield from _filled(f"{held}{wording.line(knowledge, line.measure, line.words)}{value}{no_norm}", 4)


def _found(diagnosis: Diagnosis, knowledge: KnowledgeBase, line: LineTrace) -> str:
    return wording.met(knowledge, diagnosis, line.measure, line.value)


def _filled(text: str, indent: int) -> Iterator[str]:
    if text:
        yield fill(text, WIDTH, initial_indent=" " * indent, subsequent_indent=" " * indent, break_long_words=False)


def _sure(certainty: float, knowledge: KnowledgeBase) -> str:
    return f"{wording.certainty(certainty, knowledge.limiters.severity)} ({wording.number(certainty)})"
