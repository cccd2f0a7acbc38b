"""A page of knowledge as a coach reads it aloud: `rules show`."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from textwrap import fill
from typing import Any

from engine.conditions import Conditions
from engine.derived import figures_of
from engine.errors import nearest
from engine.knowledge import KnowledgeBase
from engine.schema.deficit import Deficit, Grounded, LimiterRule, Rule
from engine.schema.intervention import Intervention
from engine.schema.measure import DerivedMeasure, Measure, Norm
from engine.schema.safety import SafetyRule
from engine.schema.source import Source
from reports import sprint_page, wording
from reports.tell import tell

WIDTH = 100


def show(knowledge: KnowledgeBase, id: str) -> str:
    """A page in words: a deficit, one rule (`overstriding/foot_ahead_on_video`), a measure, exercise, `sprint` …

    Raises: KeyError, with a sentence and the nearest name, when there is no such page.
    """
    for pages, words in _kinds(knowledge):
        if id in pages:
            return "\n".join([*words(pages[id]), *_where(knowledge, id)]) + "\n"
    if page := next((page for (_, name), page in knowledge.pages.items() if name == id), None):
        return f"{page.text.rstrip()}\n\n  Written in {page.file}\n"  # a page of settings reads as it is written
    about, _, name = id.partition("/")
    deficit = knowledge.deficits.get(about)
    rule = next((rule for rule in deficit.rules if rule.id == name), None) if deficit else None
    if deficit and rule:
        return "\n".join([deficit.label, *_rule(rule, deficit.label, knowledge), *_where(knowledge, id)]) + "\n"
    known = [one for pages, _ in _kinds(knowledge) for one in pages] + list(knowledge.places)
    close = nearest(id, known)
    raise KeyError(f"There is no page or rule '{id}'." + (f" Did you mean '{close}'?" if close else ""))


def _kinds(knowledge: KnowledgeBase) -> Iterable[tuple[Mapping[Any, Any], Callable[[Any], Iterator[str]]]]:
    return (
        (knowledge.deficits, lambda page: _deficit(page, knowledge)),
        (knowledge.measures, lambda page: _measure(page, knowledge)),
        (knowledge.derived, lambda page: _derived(page, knowledge)),
        (knowledge.interventions, lambda page: _intervention(page, knowledge)),
        (knowledge.safety, lambda page: _safety(page, knowledge)),
        (knowledge.limiter_rules, lambda page: _limiter_rule(page, knowledge)),
        (knowledge.limiters.limiters, lambda page: iter((page.label, _text(page.means), _text(page.what_to_do)))),
        (knowledge.sources, _source),
        ({"sprint": knowledge.sprint}, lambda _: (_text(text, indent) for indent, text in sprint_page.told(knowledge))),
    )


def _where(knowledge: KnowledgeBase, id: str) -> Iterator[str]:
    if id in knowledge.places:
        yield f"  Written in {knowledge.places[id]}"
        return
    page = next((page for (_, name), page in knowledge.pages.items() if name == id), None)
    if page:
        yield f"  Written in {page.file}"


# --- deficits and rules -------------------------------------------------------------------------------------------


def _deficit(page: Deficit, knowledge: KnowledgeBase) -> Iterator[str]:
    weight = f", {page.weight} evidence for it when certain" if page.weight else ""
    yield f"{page.label} ({page.limiter}{weight})"
    yield _text(page.about)
    for rule in page.rules:
        yield ""
        yield from _rule(rule, page.label, knowledge)
    for cause in page.explained_by:
        yield ""
        yield _text(f"Explained in part ({cause.share}) by {_named(cause.deficit, knowledge)}"
                    + (f", when {condition(cause.when, knowledge)}" if cause.when else "") + ",")  # fmt: skip
        yield _text(f"because {_lower(wording.sentence(cause.because))}", 4)
        yield from _grounds(cause, knowledge)
    if shared := list(sprint_page.shared_by(knowledge, page.deficit)):
        yield ""
        yield from map(_text, shared)
    for retest in page.retest:
        yield ""
        amount = retest.real_change_percent or retest.real_change
        unit = " %" if retest.real_change_percent else wording.unit(knowledge.measures.get(retest.measure))
        real = f"a change of {wording.number(amount)}{unit} is real" if amount else ""
        real = f"“{' or '.join(retest.to)}” counts as mended" if retest.to else real
        after = wording.counted(retest.after_weeks, "week")
        yield _text(f"Retest with {_named(retest.measure, knowledge)} after {after}" + (f": {real}." if real else "."))


def _rule(rule: Rule | LimiterRule, label: str, knowledge: KnowledgeBase) -> Iterator[str]:
    yield f"  {rule.id}"
    yield _text(f"When {condition(rule.when, knowledge)}"
                + (f", unless {exceptions(rule.unless, knowledge)}" if rule.unless else "") + ",", 4)  # fmt: skip
    yield _text(f"then that is {rule.then} “{wording.lower_first(label)}”,", 4)
    yield _text(f"because {_lower(wording.sentence(rule.because))}", 4)
    yield _text(f"Wrong when: {_lower(wording.sentence(rule.wrong_when))}", 4)
    yield from _grounds(rule, knowledge)


def _limiter_rule(rule: LimiterRule, knowledge: KnowledgeBase) -> Iterator[str]:
    label = knowledge.limiters.limiters[rule.limiter].label
    yield label
    yield from _rule(rule, label, knowledge)


def _grounds(page: Grounded, knowledge: KnowledgeBase) -> Iterator[str]:
    names = [knowledge.sources[one].citation.split(".")[0] for one in page.sources if one in knowledge.sources]
    yield _text(f"Rests on: {'; '.join(names) or 'judgement'} ({page.verified}).", 4)
    for extra in (page.evidence_note, page.note):
        if extra:
            yield _text(f"Note: {wording.sentence(extra)}", 4)


def condition(when: Conditions, knowledge: KnowledgeBase, joined: str = "and") -> str:
    """Conditions as a clause: every line, then the alternatives.

    A list of tests on one measure reads "is above 5 and is at most 9".
    """
    clauses = [
        f"{_named(key, knowledge)} {wording.listed([wording.test(knowledge, key, one) for one in tests])}"
        for key, tests in when.lines
    ]
    if when.any_of:
        clauses.append("either " + ", or ".join(condition(one, knowledge) for one in when.any_of))
    return f" {joined} ".join(clauses)


def exceptions(unless: Conditions, knowledge: KnowledgeBase) -> str:
    """Exceptions as a clause; any one of them will do."""
    return condition(unless, knowledge, "or")


def _named(key: str, knowledge: KnowledgeBase) -> str:
    return wording.lower_first(wording.label(knowledge, key))


# --- the other pages ----------------------------------------------------------------------------------------------


def _measure(page: Measure, knowledge: KnowledgeBase) -> Iterator[str]:
    yield tell(page)
    if page.ask_when:
        yield _text(f"Asked when {condition(page.ask_when, knowledge)}.")
    if page.reliability:
        yield _text(f"Reliability: {page.reliability}")
    yield from _norms(page.norms, wording.unit(page), knowledge)
    used = [id for id, rule in _rules_of(knowledge) if page.measure in rule.when.keys()]
    if used:
        yield _text(f"Used by: {', '.join(used)}")


def _rules_of(knowledge: KnowledgeBase) -> Iterator[tuple[str, Rule | LimiterRule]]:
    for id, deficit in knowledge.deficits.items():
        yield from ((f"{id}/{rule.id}", rule) for rule in deficit.rules)
    yield from knowledge.limiter_rules.items()


def _norms(norms: Iterable[Norm], unit: str, knowledge: KnowledgeBase) -> Iterator[str]:
    for norm in norms:
        people = knowledge.populations.populations.get(norm.population)
        who = f"{people.label if people else norm.population}, {norm.sex}, {norm.ages[0]} to {norm.ages[1]}"
        if norm.mean is not None:
            says = f"mean {wording.number(norm.mean)}{unit}" + (f", SD {wording.number(norm.sd)}" if norm.sd else "")
        elif norm.percentiles is not None:
            known = norm.percentiles.model_dump(exclude_none=True)
            says = ", ".join(f"{name} {wording.number(value)}" for name, value in known.items()) + unit
        else:
            assert norm.threshold is not None
            bounds = [wording.number(one) for one in (norm.threshold.low, norm.threshold.high) if one is not None]
            says = f"threshold {' to '.join(bounds)}{unit}"
        yield _text(f"Norm: {who}: {says} ({norm.verified})")


def _derived(page: DerivedMeasure, knowledge: KnowledgeBase) -> Iterator[str]:
    yield f"{page.derived}: {page.label} ({page.unit})"
    yield _text(page.about)
    inputs = [_named(one, knowledge) for one in (*page.inputs, *page.optional_inputs)]
    yield _text(f"Computed from {wording.listed(inputs)}.")
    yield from map(_text, figures(page, knowledge))
    yield from _norms(page.norms, wording.unit(page), knowledge)


def figures(page: DerivedMeasure, knowledge: KnowledgeBase) -> Iterator[str]:
    """The figures the formula of a computed measure takes, a sentence for each."""
    for name, figure in figures_of(page, knowledge.derived).items():
        basis = figure.verified if figure.sources else "our choice"
        note = f" {figure.note}" if figure.note else ""
        yield f"Figure {name.replace('_', ' ')}: {wording.number(figure.value)} ({basis}).{note}"


def _intervention(page: Intervention, knowledge: KnowledgeBase) -> Iterator[str]:
    yield f"{page.label} ({page.kind.replace('_', ' ')}, {page.level})"
    yield _text(page.how)
    yield _text("Cues: " + "; ".join(f"“{cue}”" for cue in page.cues))
    yield _text(f"Dose: {page.dose_start}; later {page.dose_progressed}")
    yield _text(f"Next step only when: {page.quality_gate}")
    yield _text(f"Stop: {page.stop_short}")
    yield _text("For: " + "; ".join(_named(one, knowledge) for one in page.targets))
    for title, other in (("Easier", page.regress_to), ("Harder", page.progress_to)):
        if other is not None and other in knowledge.interventions:
            yield _text(f"{title}: {knowledge.interventions[other].print_name}")
    if page.evidence_note:
        yield _text(f"Evidence: {page.evidence_note}")


def _safety(page: SafetyRule, knowledge: KnowledgeBase) -> Iterator[str]:
    yield f"{page.condition} ({page.action.replace('_', ' ')}, {knowledge.safety_wording.urgency[page.urgency]})"
    yield _text(f"When {condition(page.when, knowledge)}.")
    if page.when_short:
        yield _text(f"While that is open: when {condition(page.when_short, knowledge)}.")
    yield _text(f"Prints: {page.report_text}")
    if page.blocked_kinds or page.blocked_high_only:
        kinds = [one.replace("_", " ") for one in page.blocked_kinds]
        kinds += [f"hard {one.replace('_', ' ')}" for one in page.blocked_high_only]
        yield _text(f"Blocks: {', '.join(kinds)}")
    yield _text(f"Cleared when: {page.clear_when}")


def _source(page: Source) -> Iterator[str]:
    yield _text(page.citation, 0)
    for extra in (page.doi and f"https://doi.org/{page.doi}", page.note):
        if extra:
            yield _text(extra)


def _lower(text: str) -> str:
    return wording.lower_first(text.strip())


def _text(text: str, indent: int = 2) -> str:
    return fill(" ".join(text.split()), WIDTH, initial_indent=" " * indent, subsequent_indent=" " * indent,
                break_long_words=False)  # fmt: skip
