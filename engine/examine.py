"""A knowledge base as a coach wants it looked through: page by page, closely, and as a whole. Serves `rules check`."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date

from engine import sprints
from engine.cases import answers_of
from engine.checks import check, is_warning
from engine.checks.closely import SOFT, look_closely
from engine.compile import compile_knowledge
from engine.errors import AnswersError, Fault
from engine.knowledge import KnowledgeBase
from engine.verify import Finding, verify
from engine.yaml_positions import excerpt


def examine(
    knowledge: KnowledgeBase,
    *,
    today: date | None = None,
    further: Callable[[KnowledgeBase], Iterable[Fault]] | None = None,
) -> list[Finding]:
    """Every finding about pages that are well-formed, faults first, then by place.

    The rules are looked at as a whole only once each page is sound. Args: `today` tells what is overdue; `further`
    gives more warnings, from the report for example.
    """
    faults = check(knowledge, today=today)
    findings = [Finding("warning" if is_warning(fault) else "fault", fault) for fault in faults]
    if all(map(is_warning, faults)):
        close = look_closely(knowledge, today=today)
        findings += [Finding("warning" if fault.code in SOFT else "fault", fault) for fault in close]
        findings += [Finding("warning", fault) for fault in (further(knowledge) if further else ())]
        findings += [Finding("fault", fault) for fault in _without_a_fit(knowledge)]
        findings += verify(compile_knowledge(knowledge))
    return sorted(findings, key=lambda finding: (finding.fault.place, finding.fault.message))


def _without_a_fit(knowledge: KnowledgeBase) -> Iterator[Fault]:
    """Sprints of cornerstones that are well written and that no model can be fitted to."""
    for id, case in knowledge.cases.items():
        if case.sprints:  # only then the numerical libraries are needed
            try:
                sprints.analyses(knowledge, answers_of(knowledge, id))
            except AnswersError as error:
                text = knowledge.pages["case", id].text
                yield from (replace(fault, excerpt=excerpt(text, fault.place.line)) for fault in error.faults)


def told(faults: Iterable[Fault]) -> list[Finding]:
    """Faults that keep pages from being read."""
    return [Finding("fault", fault) for fault in faults]
