"""The whole report as one value, and which sections stand on which page. Part of *report*, see `views`."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.knowledge import KnowledgeBase
from engine.model import Diagnosis
from engine.schema.intervention import Intervention
from reports import wording
from reports.fonts import wrap
from reports.pdf import Paper, Sheet
from reports.views.block import THREE_QUESTIONS, Block, block
from reports.views.following import Test, brief, next_tests
from reports.views.safety import Safety, safety
from reports.views.said import Said, meaning, said
from reports.views.trace import Trace, trace
from reports.views.why import Why, why

if TYPE_CHECKING:
    from reports.sprint.room import Printed as Sprint

PERFECT_REPS, SLOW_RUN = "perfect_rep_rule", "slow_technique_run"
"""Interventions that stand for what every report keeps saying; left out where the knowledge has no such page."""

CONTENT_WIDTH = {"a4": 518.0, "letter": 535.0}
"""Points between the margins."""
CONTENT_HEIGHT = {"a4": 782.0, "letter": 732.0}
HEADING, BODY = 40.0, 9.0


@dataclass(frozen=True, slots=True)
class Page:
    """One sheet of paper: its element id, what it is, and its parts as (template, name a person would use)."""

    id: str
    title: str
    private: bool
    parts: tuple[tuple[str, str], ...]
    flows: bool = False
    """Takes as many sheets as it needs; all others must fit one."""
    sprint: "Sprint | None" = None
    """What a page about a sprint prints."""

    def sheet(self) -> Sheet:
        """The same for the check that it fits."""
        return Sheet(self.id, self.title, tuple(name for _, name in self.parts))


@dataclass(frozen=True, slots=True)
class Seed:
    """What every report keeps saying: the three questions, perfect reps, slow runs, and that it can get better."""

    questions: tuple[str, ...]
    how: str
    lines: tuple[tuple[str, str], ...]
    promise: str


@dataclass(frozen=True, slots=True)
class Report:
    """Everything the templates print."""

    athlete: str
    date: str
    made: datetime.date
    outcome: str
    private: bool
    said: Said
    means: str
    safety: Safety
    block: Block | None
    knowledge: KnowledgeBase
    known: tuple[str, ...]
    good: tuple[str, ...]
    next_tests: tuple[Test, ...]
    brief_tests: tuple[Test, ...]
    """Those the coach's page has room for."""
    seed: Seed
    why: Why
    trace: Trace | None
    pages: tuple[Page, ...]
    version: str
    hash: str


def build(
    diagnosis: Diagnosis, knowledge: KnowledgeBase, *, paper: Paper = "a4", explain: bool = False, number: int = 0
) -> Report:
    """The report of one athlete; `number` keeps the pages of several athletes in one file apart."""
    width = CONTENT_WIDTH[paper]
    notices, top = safety(diagnosis, knowledge), said(diagnosis, knowledge)
    kept = CONTENT_HEIGHT[paper] - _top_height(top, notices, width)
    printed = block(diagnosis, knowledge, width=width, room=kept)
    private = diagnosis.outcome == "stop" or (
        diagnosis.prescription is not None and diagnosis.prescription.block == "pain_stop"
    )
    tests = () if diagnosis.outcome == "stop" else next_tests(diagnosis, knowledge)
    room = CONTENT_HEIGHT[paper] - HEADING - (0 if private else _height(notices, width))
    if diagnosis.outcome == "stop" and notices.open_questions:
        room -= HEADING + 10.9 * len(wrap("; ".join(notices.open_questions), 8.5, (width - 17) / 2 * 0.97, most=99))
    reasons = why(diagnosis, knowledge, width=width, room=room)
    return Report(
        athlete=diagnosis.athlete,
        date=wording.day(diagnosis.date),
        made=diagnosis.date,
        outcome=diagnosis.outcome,
        private=private,
        said=top,
        means=meaning(knowledge, diagnosis.limiter).means if diagnosis.limiter else "",
        safety=notices,
        block=printed,
        knowledge=knowledge,
        known=_known(diagnosis, knowledge),
        good=_good(diagnosis, knowledge),
        next_tests=tests,
        seed=_seed(diagnosis, knowledge),
        why=reasons,
        brief_tests=brief(tests, reasons.lines_left, (width - 17) / 2),
        trace=trace(diagnosis, knowledge) if explain else None,
        pages=_pages(diagnosis.outcome, private, printed, notices, tests, _sprint(diagnosis, knowledge, paper), number),
        version=diagnosis.knowledge.version,
        hash=diagnosis.knowledge.hash[:12],
    )


def _top_height(top: Said, notices: Safety, width: float) -> float:
    """Height on page one of all but exercises and weeks, with a box of questions and retests of usual height."""
    lead = f"  {top.certainty}  {top.causal_line or ' '.join(top.found)}"
    return (
        212
        + 21.5 * len(wrap(top.headline, 19, width, bold=True, most=9))
        + 13.0 * len(wrap(lead, 10, width - 20, bold=bool(top.causal_line), most=9))
        + 11.6 * len(wrap(top.what_to_do, BODY, width, most=9))
        + (28 if notices.on_wall else 0)
    )


def _height(notices: Safety, width: float) -> float:
    """Height of the safety texts on the coach's page, in points."""
    texts = [f"⚠ {one.urgency} {one.text} Until: {one.clear_when} {one.provisional}" for one in notices.notices]
    if not texts:
        return 0.0
    lines = [len(wrap(text, BODY, (width - 20) * 0.97, most=99)) for text in texts]
    others = [len(wrap(f"Also: {text}", BODY, (width - 20) * 0.97, most=99)) for text in notices.others]
    return 16 + 11.5 * (sum(lines) + sum(others) + 1) + 2.3 * len(lines)


def _known(diagnosis: Diagnosis, knowledge: KnowledgeBase) -> tuple[str, ...]:
    severity = knowledge.limiters.severity
    present = [one for one in diagnosis.deficits if one.state == "present" and one.limiter != "elsewhere"]
    return tuple(
        f"{wording.certainty(one.certainty, severity).capitalize()}: {knowledge.deficits[one.id].in_a_sentence}."
        for one in present[:5]
    )


def _good(diagnosis: Diagnosis, knowledge: KnowledgeBase) -> tuple[str, ...]:
    ruled_out = [one for one in reversed(diagnosis.deficits) if one.state == "ruled_out" and one.limiter != "elsewhere"]
    return tuple(wording.sentence(knowledge.deficits[one.id].when_fine).rstrip(".") for one in ruled_out[:8])


def _seed(diagnosis: Diagnosis, knowledge: KnowledgeBase) -> Seed:
    plan = diagnosis.prescription
    printed = {*plan.habits, *(item.intervention for item in plan.items)} if plan else set[str]()
    questions = knowledge.interventions.get(THREE_QUESTIONS)
    lines = [
        (page.print_name, page.how_short)
        for page in (knowledge.interventions.get(one) for one in (PERFECT_REPS, SLOW_RUN) if one not in printed)
        if page and _allowed(page, diagnosis, knowledge)
    ]
    return Seed(
        questions.cues if questions else (),
        questions.how_short if questions else "",
        tuple(lines),
        knowledge.programs.claims.honest[0] if knowledge.programs.claims.honest else "",
    )


def _allowed(page: Intervention, diagnosis: Diagnosis, knowledge: KnowledgeBase) -> bool:
    """Whether no active safety rule blocks it; what is printed on every page must not slip past a block."""
    rules = [knowledge.safety[one.id] for one in diagnosis.safety if one.id in knowledge.safety]
    return not any(
        page.kind in rule.blocked_kinds
        or (page.intensity == "high" and page.kind in rule.blocked_high_only)
        or (rule.safety in page.contraindications and rule.row_rule != "warn")
        for rule in rules
    )


def _pages(
    outcome: str, private: bool, printed: Block | None, notices: Safety, tests: Sequence[Test],
    sprint: "Sprint | None", number: int,
) -> tuple[Page, ...]:  # fmt: skip
    """Which parts stand on which page; order is the order of reading."""
    prefix = f"a{number}"
    guarded = [("guarded", "safety line")] if notices.on_wall else []
    if private:
        allowed = [("allowed", "what is left open")] if printed else []
        one = [("head", "name and date"), ("stop", "safety text"), *allowed, ("clear", "when to start again")]
    elif printed and printed.exercises:
        week = [("week", "the week")] if printed.names_on_wall else []
        one = [("head", "name and date"), ("headline", "headline"), *guarded, ("exercises", "exercises"), *week,
               ("weeks", "running by week"), ("after", "three questions and retest")]  # fmt: skip
    else:
        further = [("tests", "next tests")] if tests else []
        one = [("head", "name and date"), ("headline", "headline"), *guarded, ("known", "what is known"), *further,
               ("meanwhile", "meanwhile")]  # fmt: skip
    one.append(("every_copy", "pain line"))
    two = [("coach_head", "heading"), *([("notices", "safety texts")] if notices.notices and not private else []),
           ("standings", "the three limiters"), ("charts", "evidence and norms"), ("reasons", "why and why not"),
           ("next", "what would change it")]  # fmt: skip
    titles = {"stop": "Page 1 (private)", "elsewhere": "Page 1", "none": "Page 1", "insufficient": "Page 1"}
    pages = [
        Page(f"{prefix}-one", titles.get(outcome, "Page 1 (wall)"), private, tuple(one)),
        *([sprint_page(sprint, f"{prefix}-sprint", "Page 2 (sprint)")] if sprint else []),
        Page(f"{prefix}-two", f"Page {3 if sprint else 2} (coach)", True, tuple(two)),
    ]
    if printed and not private:
        three = [("block_head", "heading"), ("doses", "doses by week"), ("plan", "week by week"),
                 ("judging", "how to judge it"), ("sources", "sources")]  # fmt: skip
        pages.append(Page(f"{prefix}-three", f"Page {len(pages) + 1} (the block)", True, tuple(three), flows=True))
    return tuple(pages)


# --- the sprint -------------------------------------------------------------------------------------------------------


def _sprint(diagnosis: Diagnosis, knowledge: KnowledgeBase, paper: Paper) -> "Sprint | None":
    """What one of the athlete's sprints says, and what becomes of the others; they have pages of `limiter sprint`."""
    if not diagnosis.sprints:
        return None
    from reports.sprint.room import printed  # it brings numpy along
    from reports.sprint.uses import shown, uses

    analysis = diagnosis.sprints[shown(diagnosis.sprints, knowledge)]
    told = uses(diagnosis, knowledge)
    return printed(analysis, knowledge, uses=told, width=CONTENT_WIDTH[paper], room=CONTENT_HEIGHT[paper])


def sprint_page(sprint: "Sprint", id: str, title: str) -> Page:
    """The page about a sprint."""
    parts = [("sprint_head", "name and date"), ("sprint_verdict", "verdict"), ("sprint_charts", "charts"),
             ("sprint_figures", "figures and gates")]  # fmt: skip
    if sprint.warnings:
        parts.append(("sprint_warnings", "warnings"))
    parts.append(("sprint_honest", "what was assumed"))
    return Page(id, title, True, tuple(parts), sprint=sprint)
