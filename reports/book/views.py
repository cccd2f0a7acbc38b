"""KnowledgeBase → what the chapters of the rule book tell: order, grouping, sentences."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from engine.conditions import Conditions
from engine.knowledge import KnowledgeBase
from engine.schema.base import Model, Verified
from engine.schema.deficit import Deficit, Grounded, LimiterRule, Retest, Rule
from engine.schema.intervention import Intervention
from engine.schema.measure import DerivedMeasure, Measure, Norm
from engine.schema.program import Block
from engine.schema.safety import SafetyRule
from engine.schema.source import Source
from engine.yaml_positions import read
from reports import sprint_page, wording
from reports.book.links import NOWHERE, Link, cited, link
from reports.book.picture import Picture, draw
from reports.book.sprints import Sprints, sprints
from reports.show import condition, exceptions, figures
from reports.tell import what

FAMILIES = ("mechanics", "synergy", "strength", "elsewhere")
_STRENGTHS = ("decisive", "strong", "moderate", "weak")
_ACTIONS = {"stop_and_refer": "stop and refer", "modify": "change the plan", "monitor": "keep an eye on"}


@dataclass(frozen=True, slots=True)
class Sentence:
    """One rule as it reads aloud."""

    id: str
    strength: str
    when: str
    unless: str
    because: str
    wrong_when: str
    notes: tuple[str, ...]
    sources: tuple[Link, ...]
    verified: str
    about: str = ""
    """For rules about a limiter, which one."""


@dataclass(frozen=True, slots=True)
class Coupling:
    """One deficit that accounts for a share of another, told at the one (`other` is the cause) or at the other."""

    other: Link
    share: str
    because: str
    when: str = ""
    of: Link = NOWHERE


@dataclass(frozen=True, slots=True)
class DeficitPage:
    """A page for a deficit."""

    page: Deficit
    family: str
    weight_sources: tuple[Link, ...]
    speak_for: tuple[Sentence, ...]
    speak_against: tuple[Sentence, ...]
    explained_by: tuple[Coupling, ...]
    explains: tuple[Coupling, ...]
    retests: tuple[str, ...]
    exercises: tuple[Link, ...]
    tests: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class NormRow:
    """A norm as a row of a table."""

    who: str
    sex: str
    ages: str
    says: str
    basis: str


@dataclass(frozen=True, slots=True)
class MeasureEntry:
    """A question or test, or what is computed from others."""

    id: str
    label: str
    enter: str
    better: str
    question: str
    protocol: str
    choices: tuple[tuple[str, str], ...]
    facts: tuple[str, ...]
    norms: tuple[NormRow, ...]
    note: str
    sources: tuple[Link, ...]
    used_by: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class SafetyEntry:
    """A safety rule."""

    page: SafetyRule
    action: str
    when: str
    short: str
    blocks: str
    sources: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class ExerciseEntry:
    """An exercise, drill, run or habit."""

    page: Intervention
    targets: tuple[Link, ...]
    easier: Link | None
    harder: Link | None
    not_with: tuple[Link, ...]
    facts: tuple[str, ...]
    sources: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class BlockEntry:
    """A programme in brief."""

    id: str
    page: Block
    next: str


@dataclass(frozen=True, slots=True)
class SourceEntry:
    """A source and where it is used."""

    id: str
    page: Source
    used: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Share:
    """How many statements of one kind rest on a source that was read."""

    kind: str
    seen: int
    recalled: int

    @property
    def percent(self) -> str:
        """The share that was read."""
        return wording.percent(self.seen / (self.seen + self.recalled)) if self.seen + self.recalled else "–"


@dataclass(frozen=True, slots=True)
class Book:
    """Everything the templates say."""

    knowledge: KnowledgeBase
    title: str
    about: str
    counts: tuple[tuple[int, str], ...]
    shares: tuple[Share, ...]
    picture: Picture
    couplings: tuple[Coupling, ...]
    deficits: tuple[tuple[str, str, tuple[DeficitPage, ...]], ...]
    """Family, its label, its pages."""
    whole: tuple[tuple[str, tuple[Sentence, ...]], ...]
    """Rules about a limiter as a whole, by limiter."""
    measures: tuple[tuple[str, tuple[MeasureEntry, ...]], ...]
    sprints: Sprints
    safety: tuple[tuple[str, tuple[SafetyEntry, ...]], ...]
    exercises: tuple[tuple[str, tuple[ExerciseEntry, ...]], ...]
    ladders: tuple[tuple[Link, ...], ...]
    blocks: tuple[BlockEntry, ...]
    sources: tuple[SourceEntry, ...]


def build(knowledge: KnowledgeBase) -> Book:
    """The whole book."""
    title, about = _about(knowledge)
    return Book(
        knowledge=knowledge,
        title=title,
        about=about,
        counts=tuple(_counts(knowledge)),
        shares=tuple(shares(knowledge)),
        picture=draw(knowledge),
        couplings=tuple(_couplings(knowledge)),
        deficits=tuple(_families(knowledge)),
        whole=tuple(_whole(knowledge)),
        measures=tuple(_measures(knowledge)),
        sprints=sprints(knowledge),
        safety=tuple(_safety(knowledge)),
        exercises=tuple(_exercises(knowledge)),
        ladders=tuple(_ladders(knowledge)),
        blocks=tuple(_blocks(knowledge)),
        sources=tuple(_sources(knowledge)),
    )


def _about(knowledge: KnowledgeBase) -> tuple[str, str]:
    """Title and purpose, from the page about the knowledge itself."""
    page = knowledge.pages.get(("about", "about"))
    data = read(page.text, page.file)[0] if page else {}
    return str(data.get("title", "")), " ".join(str(data.get("about", "")).split())


def _counts(knowledge: KnowledgeBase) -> Iterator[tuple[int, str]]:
    yield len(knowledge.deficits), "deficits"
    yield sum(len(page.rules) for page in knowledge.deficits.values()) + len(knowledge.limiter_rules), "rules"
    yield len(knowledge.measures), "questions and tests"
    yield len(knowledge.derived), "computed measures"
    yield len(knowledge.safety), "safety rules"
    yield len(knowledge.interventions), "exercises, runs and habits"
    yield len(knowledge.sources), "sources"


# --- deficits and rules ----------------------------------------------------------------------------------------------


def _families(knowledge: KnowledgeBase) -> Iterator[tuple[str, str, tuple[DeficitPage, ...]]]:
    for family in FAMILIES:
        pages = tuple(_deficit(page, knowledge) for page in knowledge.deficits.values() if page.limiter == family)
        yield family, _family(knowledge, family), pages


def _family(knowledge: KnowledgeBase, family: str) -> str:
    labels = {str(name): one.label for name, one in knowledge.limiters.limiters.items()}
    return labels.get(family, knowledge.limiters.elsewhere.label)


def _deficit(page: Deficit, knowledge: KnowledgeBase) -> DeficitPage:
    rules = sorted(page.rules, key=lambda rule: _STRENGTHS.index(rule.then.split()[0]))
    keys = dict.fromkeys(key for rule in page.rules for key in rule.when.keys())
    return DeficitPage(
        page=page,
        family=_family(knowledge, page.limiter),
        weight_sources=cited(knowledge, page.weight_sources),
        speak_for=tuple(_sentence(rule, knowledge) for rule in rules if rule.then.endswith("for")),
        speak_against=tuple(_sentence(rule, knowledge) for rule in rules if rule.then.endswith("against")),
        explained_by=tuple(one for one in _couplings(knowledge) if one.of.to == f"deficit-{page.deficit}"),
        explains=tuple(one for one in _couplings(knowledge) if one.other.to == f"deficit-{page.deficit}"),
        retests=tuple(_retest(one, knowledge) for one in page.retest),
        exercises=tuple(
            link(knowledge, one.intervention)
            for one in sorted(
                (one for one in knowledge.interventions.values() if page.deficit in one.targets),
                key=lambda one: one.targets.index(page.deficit),
            )
        ),
        tests=tuple(link(knowledge, key) for key in keys if key in knowledge.measures or key in knowledge.derived),
    )


def _sentence(rule: Rule | LimiterRule, knowledge: KnowledgeBase, about: str = "") -> Sentence:
    return Sentence(
        id=rule.id,
        strength=rule.then.split()[0],
        when=condition(rule.when, knowledge),
        unless=exceptions(rule.unless, knowledge) if rule.unless else "",
        because=wording.sentence(rule.because),
        wrong_when=wording.sentence(rule.wrong_when),
        notes=tuple(wording.sentence(note) for note in (rule.evidence_note, rule.note) if note),
        sources=cited(knowledge, rule.sources),
        verified=rule.verified,
        about=about or rule.then.split()[-1],
    )


def _couplings(knowledge: KnowledgeBase) -> Iterator[Coupling]:
    for name, page in knowledge.deficits.items():
        for cause in page.explained_by:
            when = condition(cause.when, knowledge) if cause.when else ""
            yield Coupling(link(knowledge, cause.deficit), cause.share, wording.sentence(cause.because), when,
                           link(knowledge, name))  # fmt: skip


def _retest(retest: Retest, knowledge: KnowledgeBase) -> str:
    """A retest as one sentence."""
    page = knowledge.measures.get(retest.measure) or knowledge.derived.get(retest.measure)
    unit = wording.unit(page)
    parts = [f"{wording.label(knowledge, retest.measure)} after {wording.counted(retest.after_weeks, 'week')}"]
    if retest.real_change_percent:
        parts.append(f"a change of {wording.number(retest.real_change_percent)} % is real")
    elif retest.real_change:
        parts.append(f"a change of {wording.number(retest.real_change)}{unit} is real")
    if retest.at_most is not None:
        parts.append(f"mended at {wording.number(retest.at_most)}{unit} or less")
    if retest.to:
        measure = page if isinstance(page, Measure) else None
        parts.append("mended when " + wording.listed([f"“{wording.choice(measure, one)}”" for one in retest.to], "or"))
    if retest.repeats > 1:
        parts.append(f"{retest.repeats} tests running must show it")
    if retest.mean_of > 1:
        parts.append(f"mean of {retest.mean_of} trials")
    if retest.same:
        parts.append(retest.same.rstrip("."))
    return wording.sentence("; ".join(parts))


def _whole(knowledge: KnowledgeBase) -> Iterator[tuple[str, tuple[Sentence, ...]]]:
    for name, limiter in knowledge.limiters.limiters.items():
        rules = sorted(
            (rule for rule in knowledge.limiter_rules.values() if rule.limiter == name),
            key=lambda rule: (not rule.then.endswith("for"), _STRENGTHS.index(rule.then.split()[0])),
        )
        yield limiter.label, tuple(_sentence(rule, knowledge) for rule in rules)


# --- measures --------------------------------------------------------------------------------------------------------


def _measures(knowledge: KnowledgeBase) -> Iterator[tuple[str, tuple[MeasureEntry, ...]]]:
    users = _users(knowledge)
    groups: dict[str, list[MeasureEntry]] = {}
    order = [name for section in knowledge.questionnaire.sections for name in section.measures]
    asked = {name: at for at, name in enumerate(order)}
    for page in sorted(knowledge.measures.values(), key=lambda one: asked.get(one.measure, len(asked))):
        groups.setdefault(page.group, []).append(_measure(page, knowledge, users))
    for name, found in groups.items():
        yield name.replace("_", " "), tuple(found)
    yield "computed from others", tuple(_derived(page, knowledge, users) for page in knowledge.derived.values())


def _users(knowledge: KnowledgeBase) -> Mapping[str, tuple[str, ...]]:
    """By measure, the deficits and safety rules that look at it."""
    found: dict[str, dict[str, None]] = {}
    for name, page in knowledge.deficits.items():
        for rule in page.rules:
            for key in (*rule.when.keys(), *(rule.unless.keys() if rule.unless else ())):
                found.setdefault(key, {})[name] = None
    for name, safety in knowledge.safety.items():
        for when in (safety.when, safety.when_short, safety.when_no_other_stop):
            for key in when.keys() if isinstance(when, Conditions) else ():
                found.setdefault(key, {})[name] = None
    return {key: tuple(names) for key, names in found.items()}


def _measure(page: Measure, knowledge: KnowledgeBase, users: Mapping[str, tuple[str, ...]]) -> MeasureEntry:
    return MeasureEntry(
        id=page.measure, label=page.label, enter=what(page) if not page.choices else "one of these",
        question=page.question, protocol=page.protocol, better=_better(page.better),
        choices=tuple((page.choices or {}).items()),
        facts=tuple(_facts(page, knowledge)), norms=tuple(_norms(page.norms, wording.unit(page), knowledge)),
        note=page.note or "", sources=cited(knowledge, page.sources),
        used_by=tuple(link(knowledge, one) for one in users.get(page.measure, ())),
    )  # fmt: skip


def _better(better: str) -> str:
    return {"higher": "more is better", "lower": "less is better", "middle": "the middle is best"}.get(better, "")


def _facts(page: Measure, knowledge: KnowledgeBase) -> Iterator[str]:
    """What else a coach wants to know of a test."""
    who = {"athlete": "the athlete", "coach": "the coach", "either": "athlete or coach"}[page.asked_of]
    kit = f", needs {' or '.join(page.equipment)}" if page.equipment else ""
    yield f"Answered by {who}, {wording.number(page.minutes)} min{kit}."
    if page.ask_when:
        yield f"Asked when {condition(page.ask_when, knowledge)}."
    for at, words in (page.anchors or {}).items():
        yield f"{at} means: {words.rstrip('.')}."
    if error := page.typical_error:
        amount = f"{wording.number(error.percent)} %" if error.percent else (
            f"{wording.number(error.value or 0)}{wording.unit(page)}"
        )  # fmt: skip
        yield f"Error of one test: {amount}. {wording.sentence(error.how)}"
    if page.reliability:
        yield f"Reliability: {wording.sentence(page.reliability)}"


def _derived(page: DerivedMeasure, knowledge: KnowledgeBase, users: Mapping[str, tuple[str, ...]]) -> MeasureEntry:
    inputs = [wording.lower_first(wording.label(knowledge, one)) for one in (*page.inputs, *page.optional_inputs)]
    return MeasureEntry(
        id=page.derived, label=page.label, enter=page.unit, better=_better(page.better), question="",
        protocol=page.about, choices=(), facts=(f"Computed from {wording.listed(inputs)}.", *figures(page, knowledge)),
        norms=tuple(_norms(page.norms, wording.unit(page), knowledge)), note=page.note or "",
        sources=cited(knowledge, page.sources),
        used_by=tuple(link(knowledge, one) for one in users.get(page.derived, ())),
    )  # fmt: skip


def _norms(norms: Iterable[Norm], unit: str, knowledge: KnowledgeBase) -> Iterator[NormRow]:
    for norm in norms:
        if norm.mean is not None:
            says = f"mean {wording.number(norm.mean)}{unit}" + (f", SD {wording.number(norm.sd)}" if norm.sd else "")
        elif norm.percentiles is not None:
            known = norm.percentiles.model_dump(exclude_none=True)
            says = ", ".join(f"{name} {wording.number(value)}" for name, value in known.items()) + unit
        else:
            low, high = (norm.threshold.low, norm.threshold.high) if norm.threshold else (None, None)
            says = "limits " + " to ".join(wording.number(one) for one in (low, high) if one is not None) + unit
        people = knowledge.populations.populations.get(norm.population)
        counted = f", n = {norm.n}" if norm.n else ""
        yield NormRow(people.label if people else norm.population, norm.sex, f"{norm.ages[0]}–{norm.ages[1]}", says,
                      f"{norm.verified}{counted}")  # fmt: skip


# --- safety, exercises, programmes -----------------------------------------------------------------------------------


def _safety(knowledge: KnowledgeBase) -> Iterator[tuple[str, tuple[SafetyEntry, ...]]]:
    for urgency, words in knowledge.safety_wording.urgency.items():
        pages = [page for page in knowledge.safety.values() if page.urgency == urgency]
        if pages:
            yield words, tuple(_safety_entry(page, knowledge) for page in pages)


def _safety_entry(page: SafetyRule, knowledge: KnowledgeBase) -> SafetyEntry:
    kinds = [one.replace("_", " ") for one in page.blocked_kinds]
    kinds += [f"hard {one.replace('_', ' ')}" for one in page.blocked_high_only]
    return SafetyEntry(page, _ACTIONS[page.action], condition(page.when, knowledge),
                       condition(page.when_short, knowledge) if page.when_short else "", wording.listed(kinds),
                       cited(knowledge, page.sources))  # fmt: skip


def _exercises(knowledge: KnowledgeBase) -> Iterator[tuple[str, tuple[ExerciseEntry, ...]]]:
    kinds: dict[str, list[ExerciseEntry]] = {}
    for page in knowledge.interventions.values():
        often = page.how_often or (
            "" if page.sessions_per_week is None else f"{_span(page.sessions_per_week)} sessions a week"
        )
        facts = [f"{page.level}", f"{page.intensity} intensity", f"{wording.number(page.minutes)} min", often,
                 "fresh only" if page.fresh_only else "",
                 "needs " + wording.listed([one.replace("_", " ") for one in page.equipment]) if page.equipment else "",
                 page.verified, "contested" if page.contested else ""]  # fmt: skip
        kinds.setdefault(page.kind, []).append(ExerciseEntry(
            page, tuple(link(knowledge, one) for one in page.targets),
            link(knowledge, page.regress_to) if page.regress_to else None,
            link(knowledge, page.progress_to) if page.progress_to else None,
            tuple(link(knowledge, one) for one in page.contraindications), tuple(filter(None, facts)),
            cited(knowledge, page.sources),
        ))  # fmt: skip
    for kind, found in kinds.items():
        yield kind.replace("_", " "), tuple(found)


def _span(pair: tuple[int, int]) -> str:
    return str(pair[0]) if pair[0] == pair[1] else f"{pair[0]}–{pair[1]}"


def _ladders(knowledge: KnowledgeBase) -> Iterator[tuple[Link, ...]]:
    """Every ladder from its easiest step on; a step is told once."""
    reached = {page.progress_to for page in knowledge.interventions.values() if page.progress_to}
    for name, page in knowledge.interventions.items():
        if name not in reached and page.progress_to:
            steps = [name]
            at: str | None = page.progress_to
            while at and at in knowledge.interventions and at not in steps:
                steps.append(at)
                at = knowledge.interventions[at].progress_to
            yield tuple(link(knowledge, step) for step in steps)


def _blocks(knowledge: KnowledgeBase) -> Iterator[BlockEntry]:
    blocks = knowledge.programs.blocks()
    for name, page in blocks.items():
        following = blocks[page.next_block].label if page.next_block in blocks and page.next_block else ""
        yield BlockEntry(name, page, following)


# --- sources ---------------------------------------------------------------------------------------------------------


def _sources(knowledge: KnowledgeBase) -> Iterator[SourceEntry]:
    used: dict[str, dict[Link, None]] = {}
    for where, model in _statements(knowledge):
        for name in _cites(model):
            used.setdefault(name, {})[where] = None
    for name, page in knowledge.sources.items():
        yield SourceEntry(name, page, tuple(used.get(name, ())))


def _statements(knowledge: KnowledgeBase) -> Iterator[tuple[Link, Model]]:
    """Every page with the link by which it is named."""
    for kind in (knowledge.deficits, knowledge.measures, knowledge.derived, knowledge.interventions, knowledge.safety):
        yield from ((link(knowledge, name), page) for name, page in kind.items())
    for rule in knowledge.limiter_rules.values():
        yield Link(f"rules about {_family(knowledge, rule.limiter).lower()}", "whole"), rule
    yield Link("how a diagnosis is decided", "decided"), knowledge.limiters
    yield Link("sprints", "sprints"), knowledge.sprint
    yield Link("programmes", "programmes"), knowledge.programs


def _cites(value: object) -> Iterator[str]:
    """Every source named anywhere in a page."""
    if isinstance(value, Model):
        for field in type(value).model_fields:
            inner = getattr(value, field)
            if field.endswith("sources"):
                yield from inner
            else:
                yield from _cites(inner)
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _cites(inner)
    elif isinstance(value, tuple):
        for inner in value:
            yield from _cites(inner)


def shares(knowledge: KnowledgeBase) -> Iterator[Share]:
    """By kind of statement, how many rest on a source that was read for this knowledge; all together last."""
    rules: list[Grounded] = [rule for page in knowledge.deficits.values() for rule in page.rules]
    rules += knowledge.limiter_rules.values()
    found: list[tuple[str, list[Verified]]] = [
        ("rules", [one.verified for one in rules]),
        ("explanations between deficits",
         [one.verified for page in knowledge.deficits.values() for one in page.explained_by]),
        ("weights of deficits",
         [page.weight_verified for page in knowledge.deficits.values() if page.weight_verified]),
        ("norms", [norm.verified for kind in (knowledge.measures, knowledge.derived) for page in kind.values()
                   for norm in page.norms]),
        ("figures and groups of sprints", sprint_page.verified(knowledge)),
        ("formulas", [page.verified for page in knowledge.derived.values()]),
        ("figures of formulas", [figure.verified for page in knowledge.derived.values()
                                 for figure in page.figures.values() if figure.sources]),
        ("safety rules", [page.verified for page in knowledge.safety.values()]),
        ("exercises, runs and habits", [page.verified for page in knowledge.interventions.values()]),
    ]  # fmt: skip
    total: list[Verified] = []
    for kind, words in found:
        total += words
        yield Share(kind, words.count("seen"), words.count("recalled"))
    yield Share("all together", total.count("seen"), total.count("recalled"))
