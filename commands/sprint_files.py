"""Files of sprints, read for a command: columns named on the command line, or asked for where somebody sits there."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from commands.base import Misuse, say, today

if TYPE_CHECKING:
    from engine.knowledge import KnowledgeBase
    from engine.sprint.run import Entry

DEVICES = ("radar", "laser", "tether", "in_situ")


def read_entries(
    path: Path, knowledge: "KnowledgeBase", *, columns: dict[str, str], device: str | None = None,
    sheet: str | None = None,
) -> "tuple[Entry, ...]":  # fmt: skip
    """The athletes of a file with their sprints; which columns were read over is said.

    Columns that cannot be told are asked for where somebody sits at the keyboard, and put among `columns`.
    """
    from engine.sprint.reading import ColumnsUnknown, read_sprint_file

    path.stat()
    while True:
        try:
            entries = read_sprint_file(
                path, columns=columns or None, device=device, sheet=sheet, today=today(), words=words_of(knowledge)
            )
            _say_skipped(entries)
            return entries
        except ColumnsUnknown as unknown:
            if not sys.stdin.isatty() or not _can_be_asked(unknown.needed, columns, device):
                raise
            say(f"{unknown.file}: {unknown.what}.")
            if unknown.needed == ("device",):
                device = DEVICES[_chosen("What recorded it?", DEVICES)]
                continue
            for role in unknown.needed:
                titles = unknown.candidates.get(role) or tuple(
                    title for title in unknown.found if title not in columns.values()
                )
                columns[role] = titles[_chosen(f"Which column holds the {role}?", titles)]
            say(f'Next time: --columns "{",".join(f"{role}={title}" for role, title in columns.items())}"')


def _can_be_asked(needed: Sequence[str], columns: Mapping[str, str], device: str | None) -> bool:
    """Whether a number is an answer, and nothing is asked a second time."""
    if tuple(needed) == ("device",):
        return device is None
    return bool(needed) and all(one in ("time", "distance", "velocity", "acceleration") for one in needed) and not (
        set(needed) & set(columns)
    )  # fmt: skip


def _chosen(question: str, choices: Sequence[str]) -> int:
    """The place of the choice whose number is typed."""
    say(question)
    for number, one in enumerate(choices, 1):
        say(f"  {number}  {one}")
    while True:
        typed = click.prompt("", prompt_suffix="> ", err=True, show_default=False).strip()
        if typed.isdecimal() and 1 <= int(typed) <= len(choices):
            return int(typed) - 1
        say(f"A number from 1 to {len(choices)}, please.")


def _say_skipped(entries: "Sequence[Entry]") -> None:
    """Which columns were read over, and why."""
    by_reason: dict[str, list[str]] = {}
    for entry in entries:
        for title, reason in entry.said.items():
            if title not in by_reason.setdefault(reason, []):
                by_reason[reason].append(title)
    for reason, titles in by_reason.items():
        more = f" and {len(titles) - 8} more" if len(titles) > 8 else ""
        say(f"{', '.join(titles[:8])}{more}: {reason}.")


def words_of(knowledge: "KnowledgeBase") -> dict[str, tuple[str, ...]]:
    """What may be said as event group and training level."""
    named = knowledge.sprint.person
    ids = {"event_group": named.event_group, "training_level": named.training_level}
    return {name: tuple(knowledge.measures[id].choices or ()) for name, id in ids.items()}


def columns_of(written: str | None) -> dict[str, str]:
    """`time=Zeit,distance=Weg` as a mapping; a comma inside a title belongs to the title."""
    found: dict[str, str] = {}
    last = ""
    for part in (written or "").split(","):
        name, equals, title = part.partition("=")
        if equals:
            last = name.strip()
            found[last] = title.strip()
        elif last:
            found[last] += f",{part}"
        elif part.strip():
            raise Misuse(f"--columns: '{part.strip()}' says no title; write it like time=Zeit,distance=Weg")
    return found
