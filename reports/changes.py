"""What differs between two states of the pages, in words and as JSON: `rules diff`, and the lower half of `impact`."""

import json
from collections.abc import Iterator, Sequence
from textwrap import fill
from typing import Any

from engine.impact.changes import Change, FieldChange, units
from engine.impact.states import State
from engine.knowledge import KnowledgeBase
from engine.schema.deficit import Deficit, LimiterRule, Rule
from engine.schema.safety import SafetyRule
from reports import wording
from reports.as_json import plain
from reports.show import WIDTH, condition, exceptions

SCHEMA = 1
"""Raised when a program that reads the output would have to change."""

_SENTENCE = ("when", "unless", "then", "when_short", "action")
_LONGEST = 44


def diff_text(before: State, after: State, changes: Sequence[Change]) -> str:
    """Every change in words: the rule before and after as a sentence, and every line side by side."""
    lines = [f"From  {_state(before)}", f"To    {_state(after)}", ""]
    if not changes:
        lines.append("The pages say the same." if before.knowledge.hash == after.knowledge.hash
                     else "The pages say the same; only their layout differs.")  # fmt: skip
        return "\n".join(lines) + "\n"
    lines.append(f"{counts(changes)}.")
    for change in changes:
        lines += ["", *describe(change, before.knowledge, after.knowledge)]
    return "\n".join(lines) + "\n"


def diff_json(before: State, after: State, changes: Sequence[Change]) -> str:
    """The same for programs; see docs/impact.schema.json."""
    found = {
        "schema": SCHEMA,
        "before": state_data(before),
        "after": state_data(after),
        "changes": [change_data(change) for change in changes],
    }
    return json.dumps(found, ensure_ascii=False, indent=2) + "\n"


def state_data(state: State) -> dict[str, str]:
    """Which state was compared."""
    return {"name": state.name, "origin": state.origin, "version": state.knowledge.version,
            "hash": state.knowledge.hash}  # fmt: skip


def change_data(change: Change) -> dict[str, Any]:
    """One change as data."""
    return {
        "kind": change.kind,
        "id": change.id,
        "what": change.what,
        "decides": change.decides,
        "before_at": str(change.before_at) if change.before_at else None,
        "after_at": str(change.after_at) if change.after_at else None,
        "lines": [{"line": one.path, "before": plain(one.before), "after": plain(one.after)} for one in change.fields],
    }


def counts(changes: Sequence[Change]) -> str:
    """How many changes of which kind.

    >>> counts([])
    'No change'
    """
    found = [(what, sum(1 for change in changes if change.what == what)) for what in ("changed", "added", "removed")]
    words = [f"{number} {what}" for what, number in found if number]
    return wording.listed(words) if words else "No change"


def describe(change: Change, before: KnowledgeBase, after: KnowledgeBase) -> Iterator[str]:
    """One change: what it is, where, the rule as a sentence before and after, and the lines that differ."""
    kind = "" if change.kind == "rule" else f"{change.kind.replace('_', ' ')} "
    yield f"{change.what.capitalize()}: {kind}{change.id if change.kind != change.id else ''}".rstrip()
    yield f"  {change.at}"
    was, now = units(before).get((change.kind, change.id)), units(after).get((change.kind, change.id))
    tested = change.what != "changed" or any(_top(field) in _SENTENCE for field in change.fields)
    for name, found, knowledge in (("before", was, before), ("now", now, after)):
        if found and tested and (words := _sentence(change.id, found.model, knowledge)):
            yield fill(f"{name + ':':8}{words}", WIDTH, initial_indent="  ", subsequent_indent=" " * 10)
    for field in change.fields:
        yield from _line(field)


def _sentence(id: str, model: Any, knowledge: KnowledgeBase) -> str:
    match model:
        case Rule() | LimiterRule():
            about = id.partition("/")[0]
            limiters = {**knowledge.limiters.limiters}
            label = limiters[about].label if about in limiters else wording.label(knowledge, about)
            unless = f", unless {exceptions(model.unless, knowledge)}" if model.unless else ""
            then = f"then that is {model.then} “{wording.lower_first(label)}”"
            return f"When {condition(model.when, knowledge)}{unless}, {then}."
        case SafetyRule():
            short = f" While that is open: when {condition(model.when_short, knowledge)}." if model.when_short else ""
            return f"{model.action.replace('_', ' ').capitalize()} when {condition(model.when, knowledge)}.{short}"
        case Deficit():
            return f"{model.label}, with {wording.counted(len(model.rules), 'rule')}."
    return ""


def _line(field: FieldChange) -> Iterator[str]:
    was, now = _words(field.before), _words(field.after)
    if len(was) <= _LONGEST and len(now) <= _LONGEST:
        yield f"    {field.path}: {was} → {now}"
    else:
        yield f"    {field.path}:"
        for sign, words in (("−", was), ("+", now)):
            yield fill(words, WIDTH, initial_indent=f"      {sign} ", subsequent_indent=" " * 8)


def _words(value: Any) -> str:
    match value:
        case None:
            return "(nothing)"
        case float():
            return f"{value:g}"
        case dict():
            return "; ".join(f"{key}: {_words(inner)}" for key, inner in value.items())
        case list():
            return f"[{', '.join(_words(inner) for inner in value)}]"
    return str(value)


def _state(state: State) -> str:
    return f"{state.name} (version {state.knowledge.version}, {state.knowledge.hash[:12]})"


def _top(field: FieldChange) -> str:
    return field.path.partition(".")[0].partition("[")[0]
