"""One question about something new, as data."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

Told = dict[str, Any]
"""What was answered so far, by the name of the question."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One question: its name for scripts, its words, what `?` says, and how a line becomes a value."""

    name: str
    words: str
    help: str
    read: Callable[[str, Told], Any]
    default: Callable[[Told], str | None] = lambda told: None
    """What Enter alone means; None: an answer is needed; '': it is left out."""
    choices: Callable[[Told], Sequence[str]] = lambda told: ()
    asked: Callable[[Told], bool] = lambda told: True
    many_lines: bool = False
