"""Runs → `sprints:` of an athlete's file, as `items.py` reads it again; also added to those a file holds already."""

import json
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from engine.sprint.run import Run
from engine.yaml_positions import Unreadable, typed
from engine.yaml_positions import read as read_yaml

_KEY = "sprints"
_PLAIN_KEY = re.compile(r"[A-Za-z0-9_.]+(?: [A-Za-z]+)?")
_PLAIN_TEXT = re.compile(r"[A-Za-z][A-Za-z0-9_]*(?: [A-Za-z0-9_]+)*")


def item_of(run: Run, trace: str = "") -> dict[str, Any]:
    """One run as an item of the file, what is not known left out; `trace` names the file its trace lies in.

    >>> from engine.sprint.run import Split
    >>> item_of(Run((Split(5, 1.26), Split(10, 2.07)), start="gun"))
    {'splits': {'5': 1.26, '10': 2.07}, 'start': 'gun'}
    """
    item: dict[str, Any] = {}
    if run.trace is None:
        item["splits"] = {_number(split.distance): split.time for split in run.splits}
    else:
        item |= {"trace": trace, "device": run.trace.device}
    told = {
        "start": run.start if run.start != "unknown" else None, "set_back": run.set_back,
        "reaction_time": run.reaction_time, "model": run.model, "surface": run.surface, "wind": run.wind or None,
        "temperature": run.temperature, "pressure": run.pressure, "sled": run.inertia or None,
        "resistance": run.resistance or None, "date": run.day.isoformat() if run.day else None,
        "name": run.name or None,
    }  # fmt: skip
    return item | {key: value for key, value in told.items() if value is not None}


def write_items(items: Sequence[Mapping[str, Any]], before: str = "") -> str:
    """The lines of a file that hold these sprints, after those it has already (`before`, which keeps its comments).

    >>> print(write_items([{"splits": {"5": 1.26, "10": 2.07}, "start": "gun"}]), end="")
    sprints:
      - splits: {5: 1.26, 10: 2.07}
        start: gun
    """
    if not before:
        return f"{_KEY}:\n{_block(items, '  ')}"
    held = _held(before)
    first = next((line for line in before.split("\n")[1:] if line.strip()[:1] not in ("", "#")), "")
    added = before + _block(items, first[: len(first) - len(first.lstrip())])
    try:
        whole = _held(added) == [*held, *_held(write_items(items))]
    except Unreadable:
        whole = False
    return added if whole else write_items([*held, *items])


def _held(text: str) -> list[Any]:
    """The items in the lines of a file that hold its sprints."""
    items: list[Any] = read_yaml(text, _KEY)[0][_KEY]
    return items


def _block(items: Sequence[Mapping[str, Any]], indent: str) -> str:
    """A hyphen for each item, a line for each of its keys."""
    lines = []
    for item in items:
        for number, (key, value) in enumerate(item.items()):
            lines.append(f"{indent}{'  ' if number else '- '}{_key(key)}: {_flow(value)}\n")
    return "".join(lines)


def _flow(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_key(key)}: {_flow(one)}" for key, one in value.items()) + "}"
    if isinstance(value, str):
        plain = _PLAIN_TEXT.fullmatch(value) and typed(value) is value
        return value if plain else json.dumps(value, ensure_ascii=False)
    return _number(value) if isinstance(value, float) else json.dumps(value)


def _key(key: str) -> str:
    return key if _PLAIN_KEY.fullmatch(key) else json.dumps(key, ensure_ascii=False)


def _number(value: float) -> str:
    """In the fewest digits that say it to twelve decimals, never with an exponent."""
    value = round(value, 12)
    return str(int(value)) if float(value).is_integer() else format(Decimal(repr(value)), "f")
