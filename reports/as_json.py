"""A diagnosis as JSON, the form for programs: stable, versioned by `schema`, see docs/diagnosis.schema.json."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any

from engine.knowledge import KnowledgeBase
from engine.model import Diagnosis, Sides, Value, WouldChange
from reports.sprint.as_json import data as sprint
from reports.views.following import why

SCHEMA = 1
"""Raised when a program that reads the output would have to change."""

DIGITS = 6


def to_json(diagnosis: Diagnosis, knowledge: KnowledgeBase) -> dict[str, Any]:
    """One diagnosis as plain data, in the order of the manual; numbers have at most six decimals."""
    return {
        "schema": SCHEMA,
        "athlete": diagnosis.athlete,
        "date": diagnosis.date.isoformat(),
        "knowledge": {"version": diagnosis.knowledge.version, "hash": diagnosis.knowledge.hash},
        "options": plain(diagnosis.options),
        "outcome": diagnosis.outcome,
        "settled": diagnosis.settled,
        "limiter": diagnosis.limiter,
        "apparent": diagnosis.apparent,
        "limiters": [
            {"id": one.id, "certainty": plain(one.certainty), "apparent_certainty": plain(one.apparent_certainty),
             "share": plain(one.share), "coverage": plain(one.coverage),
             "bounds": [plain(one.bounds.low), plain(one.bounds.high)]}
            for one in diagnosis.limiters
        ],
        "deficits": [
            {"id": one.id, "limiter": one.limiter, "certainty": plain(one.certainty), "state": one.state,
             "because": list(one.because), "against": list(one.against),
             "explained_by": [{"id": cause.deficit, "share": plain(cause.share)} for cause in one.explained_by]}
            for one in diagnosis.deficits
        ],
        "safety": [
            {"id": one.id, "action": one.action, "urgency": one.urgency, "text": one.text} for one in diagnosis.safety
        ],
        "next_tests": [
            {"measures": list(one.measures), "minutes": plain(one.minutes), "why": why(one, knowledge)}
            for one in diagnosis.next_tests
        ],
        "would_change": [_change(one) for one in diagnosis.would_change],
        "trace": [
            {"rule": one.rule, "file": one.file, "line": one.line, "degree": plain(one.degree),
             "contribution": plain(one.contribution), "state": one.state, "answers": plain(one.answers),
             "waits_for": list(one.waits_for)}
            for one in diagnosis.trace
        ],
        "measured": [
            {"measure": fact.measure, "value": plain(fact.sprint.value), "error": plain(fact.sprint.error),
             "low": plain(fact.sprint.low), "high": plain(fact.sprint.high), "used": fact.origin == "sprint"}
            for fact in diagnosis.facts.values() if fact.sprint
        ],
        "sprints": [sprint(one) for one in diagnosis.sprints],
        "prescription": plain(diagnosis.prescription),
    }  # fmt: skip


def dumps(diagnoses: Sequence[Diagnosis], knowledge: KnowledgeBase) -> str:
    """One object for one athlete, an array for several; UTF-8 text with a line end."""
    found = [to_json(one, knowledge) for one in diagnoses]
    return json.dumps(found[0] if len(found) == 1 else found, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def _change(change: WouldChange) -> dict[str, Any]:
    return {"measure": change.measure, "from": _sided(change.was, change), "to": _sided(change.to, change),
            "limiter": change.limiter}  # fmt: skip


def _sided(value: Value, change: WouldChange) -> Any:
    """The value as an athlete file writes it; of a per-side measure only the side that would change."""
    if change.side is None:
        return plain(value)
    return {change.side: plain(getattr(value, change.side) if isinstance(value, Sides) else value)}


def plain(value: object) -> Any:
    """Any value of the model as JSON data."""
    match value:
        case float():
            return (int(value) if value.is_integer() else round(value, DIGITS)) or 0
        case date():
            return value.isoformat()
        case Sides():
            return {side: plain(getattr(value, side)) for side in ("left", "right") if getattr(value, side) is not None}
        case Mapping():
            return {key: plain(inner) for key, inner in value.items()}
        case frozenset() | set():
            return sorted(plain(inner) for inner in value)
        case list() | tuple():
            return [plain(inner) for inner in value]
        case _ if is_dataclass(value):
            return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    return value
