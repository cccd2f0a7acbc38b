"""Why and why not: evidence as sums, tests against their norms, sentences, what would change it. Part of *report*."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from engine.conditions import parse
from engine.knowledge import KnowledgeBase
from engine.model import DeficitFinding, Diagnosis, Fact, LimiterFinding, RuleTrace, Sides, Value, WouldChange
from engine.schema.base import Limiter
from engine.schema.deficit import LimiterRule, Rule
from reports import wording
from reports.charts import SIZE, Account, Evidence, Picture, Reading, Threshold, bands, waterfall
from reports.fonts import wrap
from reports.views.said import shared

ACCOUNTS = 4
BARS = 4
"""So many pieces of evidence of a deficit have a bar of their own; the smaller ones share one."""
READINGS = 9
AXIS = ("◀ worse", "usual", "better ▶")
STANDINGS, CAPTIONS, LINE = 82.0, 98.0, 10.9
"""Heights in points: the table of limiters, headings and captions, a line of text with its share of the gaps."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One limiter in the coach's table."""

    name: str
    cause: str
    seen: str
    share: str
    share_width: float
    looked_at: str
    named: bool


@dataclass(frozen=True, slots=True)
class Reason:
    """A deficit (or limiter) with the sentences that speak for or against it."""

    title: str
    verdict: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One answer, what it would have to be, and what would follow."""

    words: str
    then: str


@dataclass(frozen=True, slots=True)
class Why:
    """All that the coach's page says about how the result came about."""

    standings: tuple[Standing, ...]
    waterfall: Picture | None
    bands: Picture | None
    more_readings: int
    reasons: tuple[Reason, ...]
    reasons_not: tuple[Reason, ...]
    changes: tuple[Change, ...]
    no_norm: str
    entered: tuple[str, ...]
    """Values that were entered and counted, where the sprints give others."""
    sources: tuple[str, ...]
    lines_left: int
    """So many lines of a column are left for what comes after."""


def why(diagnosis: Diagnosis, knowledge: KnowledgeBase, *, width: float, room: float) -> Why:
    """How the result came about.

    Args: `width` of the page and the height kept for this, both in points. Charts come first; of the sentences as many
    whole ones are told as the rest has room for, the strongest first.
    """
    shown = _accounts_shown(diagnosis)
    accounts = [_account(one, diagnosis, knowledge) for one in shown]
    readings = _readings(diagnosis, knowledge)
    sources = _sources(diagnosis, knowledge, shown)
    chart = round(width * 0.57)
    evidence = waterfall(accounts, _thresholds(knowledge), chart, chart * 0.58) if accounts else None
    norms = bands(readings[:READINGS], round(width * 0.39), AXIS) if readings else None
    charts = max(evidence.height if evidence else 0.0, norms.height if norms else 0.0)
    standings = STANDINGS + (LINE * len(diagnosis.limiters) if _on_hold(diagnosis, knowledge) else 0)
    lines = max(8, int((room - standings - charts - CAPTIONS) / LINE))
    column = (width - 17) / 2
    reasons = [_reason(one, diagnosis, knowledge) for one in shown if one.state == "present"]
    return Why(
        tuple(_standing(one, diagnosis, knowledge) for one in diagnosis.limiters),
        evidence,
        norms,
        max(0, len(readings) - READINGS),
        _within(reasons, round(lines * 0.6), column),
        _within(_reasons_not(diagnosis, knowledge), round(lines * 0.6), column),
        tuple(_change(one, knowledge) for one in diagnosis.would_change if _is_news(one, diagnosis))[:3],
        _no_norm(diagnosis, knowledge),
        _entered(diagnosis, knowledge),
        sources,
        lines - round(lines * 0.6),
    )


def _within(reasons: Sequence[Reason], lines: int, width: float) -> tuple[Reason, ...]:
    """The reasons with as many of their sentences, from the first, as so many lines of the column hold."""
    found, left = list[Reason](), lines
    for number, reason in enumerate(reasons):
        share = left // (len(reasons) - number)
        title, told = f"{reason.title} ({reason.verdict}).", list(reason.sentences)
        while told and _lines(" ".join([title, *told]), width) > max(share, 2):
            told.pop()
        used = _lines(" ".join([title, *told]), width)
        if used > left:
            break
        left -= used
        found.append(replace(reason, sentences=tuple(told)))
    return tuple(found)


def _lines(text: str, width: float) -> int:
    return len(wrap(text, SIZE, width * 0.98, most=99))


# --- the limiters -------------------------------------------------------------------------------------------------


def _standing(one: LimiterFinding, diagnosis: Diagnosis, knowledge: KnowledgeBase) -> Standing:
    return Standing(
        knowledge.limiters.limiters[one.id].label,
        _verdict(one, one.certainty, diagnosis, knowledge),
        _verdict(one, one.apparent_certainty, diagnosis, knowledge),
        wording.percent(one.share),
        round(max(0.0, one.share) * 60, 1),
        wording.percent(one.coverage),
        one.id == diagnosis.limiter,
    )


def _verdict(one: LimiterFinding, certainty: float, diagnosis: Diagnosis, knowledge: KnowledgeBase) -> str:
    """How sure, in words; no "not" while something present hides what could be seen."""
    held = _on_hold(diagnosis, knowledge)
    if held and certainty < wording.NO_SIGN:
        return held
    known = one.coverage >= knowledge.limiters.outcomes.insufficient_coverage
    return wording.certainty(certainty, knowledge.limiters.severity, known=known)


def _on_hold(diagnosis: Diagnosis, knowledge: KnowledgeBase) -> str:
    """What a present deficit says of all that it hides, or nothing."""
    present = (knowledge.deficits[one.id] for one in diagnosis.deficits if one.state == "present")
    return next((page.while_present for page in present if page.while_present), "")


# --- the waterfall ------------------------------------------------------------------------------------------------


def _thresholds(knowledge: KnowledgeBase) -> list[Threshold]:
    severity = knowledge.limiters.severity
    words = {"possible": severity.possible, "likely": severity.likely, "clear": severity.clear}
    return [Threshold(-math.log(1 - at), word) for word, at in words.items() if at < 1]


def _accounts_shown(diagnosis: Diagnosis) -> list[DeficitFinding]:
    """The present deficits that carry most, causes of the named limiter first."""
    present = [one for one in diagnosis.deficits if one.state == "present"]
    elsewhere = diagnosis.outcome == "elsewhere"
    first = "elsewhere" if elsewhere else diagnosis.limiter
    present.sort(key=lambda one: (one.limiter != first, -one.weight, -one.certainty, one.id))
    if diagnosis.outcome == "mixed":
        return shared(present, [one.id for one in diagnosis.limiters[:2]], ACCOUNTS)
    return present[:ACCOUNTS]


def _account(one: DeficitFinding, diagnosis: Diagnosis, knowledge: KnowledgeBase) -> Account:
    traces = _counted(one.id, diagnosis.trace)
    found = [Evidence(*_seen(trace, diagnosis, knowledge), trace.weight) for trace in traces]
    if len(found) > BARS:
        rest = found[BARS - 1 :]
        found = [*found[: BARS - 1], Evidence(f"{len(rest)} further signs", "", sum(piece.weight for piece in rest))]
    verdict = wording.certainty(one.certainty, knowledge.limiters.severity)
    return Account(knowledge.deficits[one.id].label, verdict, tuple(found))


def _counted(about: str, traces: Iterable[RuleTrace]) -> list[RuleTrace]:
    """Rules that fired and count, those for before those against, the strongest first."""
    fired = [
        trace for trace in traces if trace.about == about and trace.state == "fired" and trace.counted and trace.weight
    ]
    return sorted(fired, key=lambda trace: (trace.weight < 0, -abs(trace.weight), trace.rule))


def _seen(trace: RuleTrace, diagnosis: Diagnosis, knowledge: KnowledgeBase) -> tuple[str, str]:
    """What a rule rests on first of all, and what was found there; further answers are counted."""
    met = dict.fromkeys(line.measure for line in trace.lines if line.value is not None and line.degree.low > 0)
    keys = [key for key in met if key not in knowledge.deficits and key not in wording.COUNTS] or list(trace.answers)
    keys = [key for key in keys if not _is_about_athlete(key, knowledge)] or keys
    if not keys:
        held = dict.fromkeys(wording.short_label(knowledge, line.measure) for line in trace.lines)
        return " · ".join(held) or trace.rule, ""
    values = {line.measure: line.value for line in trace.lines} | dict(trace.answers)
    more = f" (+{len(keys) - 1})" if len(keys) > 1 else ""
    found = wording.met(knowledge, diagnosis, keys[0], values.get(keys[0]))
    return wording.short_label(knowledge, keys[0]), found + more


def _is_about_athlete(key: str, knowledge: KnowledgeBase) -> bool:
    page = knowledge.measures.get(key)
    return page is not None and page.group == "athlete"


# --- tests against their norms ------------------------------------------------------------------------------------


def _readings(diagnosis: Diagnosis, knowledge: KnowledgeBase) -> list[Reading]:
    """Tests with a norm, the furthest on the worse side first."""
    facts = [fact for fact in diagnosis.facts.values() if fact.norm is not None]
    facts.sort(key=lambda fact: (fact.norm.distance if fact.norm else 0.0, fact.measure))
    return [_reading(fact, knowledge) for fact in facts]


def _reading(fact: Fact, knowledge: KnowledgeBase) -> Reading:
    norm = fact.norm
    assert norm is not None
    page = knowledge.measures.get(fact.measure) or knowledge.derived.get(fact.measure)
    sign = -1.0 if page and page.better == "lower" else 1.0
    sides = fact.value.known if isinstance(fact.value, Sides) else ()
    distances = tuple(sign * (side - norm.middle) / norm.spread for side in sides) or (norm.distance,)
    low, high = (wording.number(float(f"{norm.middle + step * norm.spread:.3g}")) for step in (-1, 1))
    value = wording.value(knowledge, fact.measure, fact.value).replace("left ", "L ").replace("right ", "R ")
    usual = f"{low} to {high}" if low.startswith("−") else f"{low}–{high}"
    return Reading(wording.short_label(knowledge, fact.measure), value, usual, distances)


def _no_norm(diagnosis: Diagnosis, knowledge: KnowledgeBase) -> str:
    names = [wording.lower_first(wording.label(knowledge, one)) for one in diagnosis.no_norm]
    if not names:
        return ""
    if len(names) > 3:
        names = [*names[:2], f"{len(names) - 2} more"]
    return f"No norm fits this athlete for {wording.listed(names)}."


# --- sentences ----------------------------------------------------------------------------------------------------


def rule_of(trace: RuleTrace, knowledge: KnowledgeBase) -> Rule | LimiterRule | None:
    """The page's rule behind a trace."""
    about, _, name = trace.rule.partition("/")
    deficit = knowledge.deficits.get(about)
    if deficit:
        return next((rule for rule in deficit.rules if rule.id == name), None)
    return knowledge.limiter_rules.get(trace.rule)


def _because(traces: Iterable[RuleTrace], knowledge: KnowledgeBase) -> list[str]:
    rules = [rule_of(trace, knowledge) for trace in traces]
    return list(dict.fromkeys(wording.sentence(rule.because) for rule in rules if rule))


def _reason(one: DeficitFinding, diagnosis: Diagnosis, knowledge: KnowledgeBase) -> Reason:
    counted = _counted(one.id, diagnosis.trace)
    sentences = _because([trace for trace in counted if trace.weight > 0], knowledge)[:2]
    sentences[1:1] = _from_sprint(counted, diagnosis, knowledge)
    sentences += [f"Against it: {words}" for words in _because([t for t in counted if t.weight < 0], knowledge)[:1]]
    for cause in one.explained_by[:1]:
        name = wording.lower_first(wording.label(knowledge, cause.deficit))
        sentences.append(f"Likely explained in part by: {name}. {wording.sentence(cause.because)}")
    verdict = wording.certainty(one.certainty, knowledge.limiters.severity)
    return Reason(knowledge.deficits[one.id].label, verdict, tuple(sentences))


def _from_sprint(traces: Iterable[RuleTrace], diagnosis: Diagnosis, knowledge: KnowledgeBase) -> list[str]:
    """One sentence with what these rules read off the athlete's sprints, each with its interval; none when nothing."""
    keys = dict.fromkeys(line.measure for trace in traces for line in trace.lines)
    told = [
        f"{wording.short_label(knowledge, key)} {wording.interval(knowledge, key, sprint)}"
        for key in keys
        if (sprint := wording.of_sprint(diagnosis, key))
    ]
    return [f"Read off the sprint: {wording.listed(told)}."] if told else []


def _entered(diagnosis: Diagnosis, knowledge: KnowledgeBase) -> tuple[str, ...]:
    """Where a value was entered that the sprints give too, which was used."""
    return tuple(
        f"{wording.short_label(knowledge, fact.measure)}: {wording.value(knowledge, fact.measure, fact.value)}, as "
        f"entered, was used; the sprint gives {wording.interval(knowledge, fact.measure, fact.sprint)}."
        for fact in diagnosis.facts.values()
        if fact.origin == "answered" and fact.sprint and fact.sprint.value != fact.value
    )


def _reasons_not(diagnosis: Diagnosis, knowledge: KnowledgeBase) -> tuple[Reason, ...]:
    """Why none of the other limiters was named (or, with no limiter named, why not each)."""
    named = {diagnosis.limiter} if diagnosis.outcome != "mixed" else {one.id for one in diagnosis.limiters[:2]}
    return tuple(_not(one.id, diagnosis, knowledge) for one in diagnosis.limiters if one.id not in named)


def _not(limiter: Limiter, diagnosis: Diagnosis, knowledge: KnowledgeBase) -> Reason:
    """What keeps a limiter from being named: causes that took its weight, what was ruled out, what was not examined."""
    finding = next(one for one in diagnosis.limiters if one.id == limiter)
    own = [one for one in diagnosis.deficits if one.limiter == limiter]
    verdict = _verdict(finding, finding.certainty, diagnosis, knowledge)
    on_hold = verdict == _on_hold(diagnosis, knowledge)
    sentences = _moved_away(own, diagnosis, knowledge)[:1]
    if not on_hold:
        sentences += _ruled_out(own, diagnosis, knowledge)[:2]
    present = [wording.lower_first(knowledge.deficits[one.id].label) for one in own if one.state == "present"]
    if present and len(sentences) < 2:
        behind = "It is there, with less behind it" if diagnosis.outcome in ("clear", "mixed") else "Found so far"
        sentences.append(wording.sentence(f"{behind}: {'; '.join(present[:2])}"))
    if not sentences and not on_hold:
        sentences += _near_misses(own, diagnosis, knowledge)[:1]
    unexamined = sum(one.state in ("unexamined", "undecided") for one in own)
    if unexamined:
        of_all = "None" if unexamined == len(own) else f"{len(own) - unexamined}"
        could = "could be judged yet" if unexamined == len(own) else "could be judged so far"
        sentences.append(f"{of_all} of its {len(own)} points {could}.")
    return Reason(knowledge.limiters.limiters[limiter].label, verdict, tuple(sentences))


def _moved_away(own: list[DeficitFinding], diagnosis: Diagnosis, knowledge: KnowledgeBase) -> list[str]:
    """The causes, in other families, that account for most of what was found here."""
    moved = [(cause.moved, one.id, cause) for one in own for cause in one.explained_by if cause.moved > 0]
    moved.sort(key=lambda one: (-one[0], one[1], one[2].deficit))
    return [
        f"{knowledge.deficits[id].label}: {wording.percent(cause.share)} of it is put down to "
        f"{wording.lower_first(wording.label(knowledge, cause.deficit))}. {wording.sentence(cause.because)}"
        for _, id, cause in moved
    ]


def _ruled_out(own: list[DeficitFinding], diagnosis: Diagnosis, knowledge: KnowledgeBase) -> list[str]:
    found = []
    for one in reversed(own):
        if one.state == "ruled_out":
            against = _because([t for t in _counted(one.id, diagnosis.trace) if t.weight < 0], knowledge)[:1]
            found.append(f"{wording.sentence(knowledge.deficits[one.id].when_fine)} {' '.join(against)}".strip())
    return found


def _near_misses(own: list[DeficitFinding], diagnosis: Diagnosis, knowledge: KnowledgeBase) -> list[str]:
    """For deficits not held: the test at which a rule that speaks for one stopped. Who the athlete is, is no test."""
    found = []
    for one in own:
        if one.state == "present":
            continue
        speak_for = {f"{one.id}/{rule.id}" for rule in knowledge.deficits[one.id].rules if rule.then.endswith("for")}
        blocked = (t for t in diagnosis.trace if t.rule in speak_for and t.state == "blocked")
        stopped = (line for t in blocked for line in t.lines if line.measure == t.blocked_by)
        measured = (line for line in stopped if isinstance(line.value, float | Sides))
        line = next((line for line in measured if not _is_about_athlete(line.measure, knowledge)), None)
        if line:
            name = wording.lower_first(knowledge.deficits[one.id].label)
            value = wording.value(knowledge, line.measure, line.value)
            met = f"{wording.short_label(knowledge, line.measure)}: {value}"
            words = wording.test(knowledge, line.measure, parse(line.words))
            found.append(f"{met}. It would point to “{name}” only if it {words}.")
    return found


def _is_news(change: WouldChange, diagnosis: Diagnosis) -> bool:
    """Whether what would follow is not already so."""
    return change.outcome in ("clear", "mixed") or change.outcome != diagnosis.outcome


def _change(change: WouldChange, knowledge: KnowledgeBase) -> Change:
    def words(value: Value) -> str:
        one: Value | None = value
        if change.side and isinstance(value, Sides):
            one = value.left if change.side == "left" else value.right
        told = wording.value(knowledge, change.measure, one)
        return f"“{told}”" if isinstance(one, str) else told

    side = f" ({change.side})" if change.side else ""
    name = f"{wording.short_label(knowledge, change.measure).rstrip('?')}{side}"
    outcomes = {
        "stop": "the plan would stop for safety", "elsewhere": "the limiter would lie elsewhere",
        "none": "no limiter would be named", "insufficient": "it would be too early to name a limiter",
        "mixed": "two limiters would be about equal", "clear": "another limiter would be named",
    }  # fmt: skip
    then = outcomes[change.outcome]
    if change.limiter and change.outcome in ("clear", "mixed"):
        then = f"{knowledge.limiters.limiters[change.limiter].in_a_headline} would be named"
    return Change(f"{name}: {words(change.to)} instead of {words(change.was)}", then)


# --- sources ------------------------------------------------------------------------------------------------------


def _sources(diagnosis: Diagnosis, knowledge: KnowledgeBase, shown: list[DeficitFinding]) -> tuple[str, ...]:
    """Citations behind the evidence and the exercises shown, in the order met; a recalled one says so."""
    grounds: dict[str, bool] = {}
    for one in shown:
        for trace in _counted(one.id, diagnosis.trace):
            rule = rule_of(trace, knowledge)
            for source in rule.sources if rule else ():
                grounds[source] = grounds.get(source, False) or bool(rule and rule.verified == "seen")
    for item in diagnosis.prescription.items if diagnosis.prescription else ():
        page = knowledge.interventions[item.intervention]
        for source in page.sources:
            grounds[source] = grounds.get(source, False) or page.verified == "seen"
    return tuple(_citation(source, seen, knowledge) for source, seen in grounds.items() if source in knowledge.sources)


def _citation(source: str, seen: bool, knowledge: KnowledgeBase) -> str:
    page = knowledge.sources[source]
    year = f" ({page.year})" if page.year and str(page.year) not in page.citation else ""
    return f"{page.citation.rstrip('.')}{year}{'' if seen else ' [recalled]'}"
