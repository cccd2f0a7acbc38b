"""What safety says: in full on the coach's page, guarded on the wall. Part of *report*, see `views`.

A safety text can tell what somebody answered about their health. A wall copy therefore prints only that something was
changed for safety, and the full texts stand on the coach's page. A stop is a page of its own, marked private.
"""

from dataclasses import dataclass

from engine.knowledge import KnowledgeBase
from engine.model import Diagnosis, SafetyFinding
from engine.schema.safety import SafetyRule
from reports import wording

IN_FULL, OTHERS = 3, 3
"""The most urgent text and the two most relevant others are printed in full."""


SAFETY = "Safety has changed parts of this plan. What and why is on the coach’s page: read it before you start."
ADVICE = "Parts of this plan were fitted to you. What and why is on the coach’s page."
WARNING, ADVISES = "⚠", "ℹ"


@dataclass(frozen=True, slots=True)
class Notice:
    """One active safety rule."""

    urgency: str
    text: str
    clear_when: str
    provisional: str
    mark: str
    """⚠ for a warning, ℹ for advice on training."""


@dataclass(frozen=True, slots=True)
class Safety:
    """All active safety rules, most urgent first, and what every copy must say."""

    notices: tuple[Notice, ...]
    others: tuple[str, ...]
    """Further active rules, by what they are about."""
    on_wall: str
    every_copy: str
    not_a_diagnosis: str
    pain_limit: str
    stop: bool
    unanswered: str
    """How many safety questions are still to be asked."""
    open_questions: tuple[str, ...]
    """Those questions, by what they are about."""
    warns: bool
    """Whether any active rule is a warning, not mere advice on training."""


def safety(diagnosis: Diagnosis, knowledge: KnowledgeBase) -> Safety:
    """What safety says about this athlete."""
    words = knowledge.safety_wording
    stop = diagnosis.outcome == "stop"
    found = sorted(diagnosis.safety, key=lambda one: one.action != "stop_and_refer") if stop else list(diagnosis.safety)
    warns = any(is_warning(knowledge.safety.get(one.id)) for one in found)
    return Safety(
        tuple(_notice(one, knowledge) for one in found[:IN_FULL]),
        tuple(knowledge.safety[one.id].condition for one in found[IN_FULL:][:OTHERS] if one.id in knowledge.safety),
        (SAFETY if warns else ADVICE) if diagnosis.safety and not stop else "",
        words.on_every_wall_copy,
        words.not_a_diagnosis,
        words.pain_limit,
        stop,
        _unanswered(len(diagnosis.open_safety)),
        tuple(wording.short_label(knowledge, one) for one in diagnosis.open_safety),
        warns,
    )


def is_warning(rule: SafetyRule | None) -> bool:
    """Whether it warns of something; advice on training, as the page itself says, does not."""
    return rule is None or not rule.training_advice


def _unanswered(how_many: int) -> str:
    if not how_many:
        return ""
    questions = "One safety question is" if how_many == 1 else f"{how_many} safety questions are"
    return f"{questions} still open. Ask them before the first session: limiter ask."


def _notice(finding: SafetyFinding, knowledge: KnowledgeBase) -> Notice:
    rule = knowledge.safety.get(finding.id)
    open_questions = [wording.label(knowledge, one) for one in finding.open_questions]
    return Notice(
        knowledge.safety_wording.urgency[finding.urgency],
        finding.text,
        rule.clear_when if rule else "",
        f"Printed to be on the safe side; not answered yet: {'; '.join(open_questions)}."
        if finding.provisional
        else "",
        WARNING if is_warning(rule) else ADVISES,
    )
