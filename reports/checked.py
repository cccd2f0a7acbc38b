"""Part of *report*: what a check of the pages found, in words for the coach and as JSON for programs."""

import json
from collections.abc import Sequence
from typing import Any

from engine.knowledge import KnowledgeBase
from engine.verify import Finding

_TITLES = {"fault": "Faults", "warning": "Worth a look", "information": "Good to know"}


def in_words(findings: Sequence[Finding]) -> str:
    """Every finding of one weight after the other; information on one line each."""
    parts: list[str] = []
    for weight, title in _TITLES.items():
        own = [finding for finding in findings if finding.weight == weight]
        if own:
            parts.append(f"{title} ({len(own)})")
            told = [_brief(finding) if weight == "information" else _whole(finding) for finding in own]
            parts.append("\n".join(told) if weight == "information" else "\n\n".join(told))
    return "\n\n".join(parts)


def _whole(finding: Finding) -> str:
    athlete = _athlete(finding)
    return f"{finding.fault}\nFor example: {athlete}" if athlete else str(finding.fault)


def _brief(finding: Finding) -> str:
    athlete = _athlete(finding)
    return f"{finding.fault.place}: {finding.fault.message}" + (f" (for example {athlete})" if athlete else "")


def _athlete(finding: Finding) -> str:
    return ", ".join(f"{key}: {value}" for key, value in finding.witness.items())


def summary(knowledge: KnowledgeBase, findings: Sequence[Finding]) -> str:
    """What was read, and how much was found."""
    rules = sum(len(deficit.rules) for deficit in knowledge.deficits.values()) + len(knowledge.limiter_rules)
    counts = [sum(finding.weight == weight for finding in findings) for weight in ("fault", "warning")]
    verdict = "All well" if not counts[0] else _many(counts[0], "fault")
    if counts[1]:
        verdict += f", {_many(counts[1], 'warning')}"
    return (f"{verdict}: {len(knowledge.pages)} pages, {len(knowledge.measures)} measures, {len(knowledge.deficits)} "
            f"deficits, {rules} rules, {len(knowledge.safety)} safety rules, {len(knowledge.interventions)} "
            f"interventions, {len(knowledge.cases)} cases. Version {knowledge.version}.")  # fmt: skip


def _many(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def as_json(knowledge: KnowledgeBase | None, findings: Sequence[Finding]) -> str:
    """The same for programs."""
    found: dict[str, Any] = {
        "version": knowledge.version if knowledge else None,
        "hash": knowledge.hash if knowledge else None,
        "findings": [
            {
                "weight": finding.weight,
                "code": finding.fault.code,
                "file": finding.fault.place.file,
                "line": finding.fault.place.line,
                "column": finding.fault.place.column,
                "message": finding.fault.message,
                "excerpt": finding.fault.excerpt,
                "cure": finding.fault.allowed,
                "meant": finding.fault.suggestion,
                "witness": dict(finding.witness),
            }
            for finding in findings
        ],
    }
    return json.dumps(found, ensure_ascii=False, indent=2)
