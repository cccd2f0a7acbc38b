"""Who is diagnosed otherwise, and by which rule: `rules impact`, as a table and as JSON."""

import json
from collections.abc import Mapping
from typing import Any

from engine.impact.impact import Difference, Impact, Moved, name_of
from reports import wording
from reports.changes import change_data, counts, describe, state_data
from reports.tables import table

SCHEMA = 1
"""Raised when a program that reads the output would have to change; see docs/impact.schema.json."""

_NOTHING = {"outcome": "–", "limiter": "nobody named", "apparent": "none", "deficit": "open", "safety": "not active",
            "certainty": "no sign either way"}  # fmt: skip


def impact_text(found: Impact) -> str:
    """What the changes do, to whom, and where to go and look."""
    deciding = [change for change in found.changes if change.decides]
    numbers = {name_of(change): str(number) for number, change in enumerate(deciding, 1)}
    lines = [_summary(found), ""]
    if found.moved:
        head = ["Athlete", "What", "Before", "Now", "Made by"]
        lines += table(head, [row for moved in found.moved for row in _rows(moved, found, numbers)])
        if any(one.together for moved in found.moved for one in moved.differences):
            lines += ["", "* Only together: taking back one of these alone leaves it as it is now."]
        lines.append("")
    for athlete in found.not_understood:
        for when, names in (("now", athlete.not_read_after), ("before", athlete.not_read_before)):
            if names:
                lines += [f"{athlete.file}: no question {when} for {wording.listed(names)}; left out of that side.", ""]
    guilty = {_change_of(name, numbers) for moved in found.moved for one in moved.differences for name in one.made_by}
    for change in deciding:
        number = numbers[name_of(change)]
        first, *rest = describe(change, found.before.knowledge, found.after.knowledge)
        lines += [f"{number}. {first}", *rest]
        if found.athletes and number not in guilty:
            lines.append("    moves nobody here")
        lines.append("")
    if others := len(found.changes) - len(deciding):
        lines.append(f"{wording.counted(others, 'change')} of words, sources, exercises, programmes or what a sprint "
                     "is compared with, on which no diagnosis rests: see `limiter rules diff`.")  # fmt: skip
    return "\n".join(lines).rstrip() + "\n"


def _change_of(name: str, numbers: Mapping[str, str]) -> str:
    """The number of the change that goes by a name; one figure of a page of figures is told with its page."""
    return numbers.get(name) or numbers[name.partition("/")[0]]


def _numbered(name: str, numbers: Mapping[str, str]) -> str:
    return numbers.get(name) or f"{_change_of(name, numbers)} ({name.partition('/')[2]})"


def impact_json(found: Impact) -> str:
    """The same for programs, the same to the byte for the same pages and athletes."""
    data = {
        "schema": SCHEMA,
        "before": state_data(found.before),
        "after": state_data(found.after),
        "athletes": len(found.athletes),
        "changes": [change_data(change) for change in found.changes],
        "moved": [_moved(moved) for moved in found.moved],
        "not_understood": [
            {"file": one.file, "before": list(one.not_read_before), "after": list(one.not_read_after)}
            for one in found.not_understood
        ],
    }
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def _summary(found: Impact) -> str:
    who = wording.counted(len(found.athletes), "athlete")
    if not found.moved:
        said = f"No athlete changes ({who} compared)"
    else:
        said = f"{len(found.moved)} of {who} {'changes' if len(found.moved) == 1 else 'change'}"
    what = counts(found.changes).lower() if found.changes else "no change on the pages"
    return f"{said}. Compared with {found.before.name}: {what}."


def _rows(moved: Moved, found: Impact, numbers: Mapping[str, str]) -> list[list[str]]:
    name = f"{moved.athlete.name}, {moved.athlete.file.rpartition('/')[2]}"
    rows: list[list[str]] = []
    for one in moved.differences:
        by = ", ".join(_numbered(name, numbers) for name in one.made_by) + (" *" if one.together else "")
        was, now = _said(one, one.before), _said(one, one.after)
        rows.append(["" if rows else name, _what(one), was, now, by or "other answers"])
    return rows


def _what(one: Difference) -> str:
    if not one.about:
        return {"outcome": "outcome", "limiter": "limiter", "apparent": "what you see"}.get(one.aspect, one.aspect)
    return {"certainty": "how sure: ", "safety": "safety: "}.get(one.aspect, "") + one.about


def _said(one: Difference, value: str | None) -> str:
    return value.replace("_", " ") if value else _NOTHING[one.aspect]


def _moved(moved: Moved) -> dict[str, Any]:
    return {
        "athlete": moved.athlete.name,
        "file": moved.athlete.file,
        "kind": moved.athlete.kind,
        "differences": [
            {"aspect": one.aspect, "about": one.about or None, "before": one.before, "after": one.after,
             "made_by": list(one.made_by), "together": one.together}
            for one in moved.differences
        ],
    }  # fmt: skip


