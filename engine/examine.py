"""A knowledge base as a coach wants it looked through: page by page, closely, and as a whole. Serves `rules check`."""

from collections.abc import Callable, Iterable
from datetime import date

from engine.checks import check, is_warning
from engine.checks.closely import SOFT, look_closely
from engine.compile import compile_knowledge
from engine.errors import Fault
from engine.knowledge import KnowledgeBase
from engine.verify import Finding, verify


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
        findings += verify(compile_knowledge(knowledge))
    return sorted(findings, key=lambda finding: (finding.fault.place, finding.fault.message))


def told(faults: Iterable[Fault]) -> list[Finding]:
    """Faults that keep pages from being read."""
    return [Finding("fault", fault) for fault in faults]
