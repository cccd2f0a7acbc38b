"""Every error the program raises on purpose.

    LimiterError                 caught once, in the command line
    ├── KnowledgeError           the pages are wrong: one or more faults
    ├── AnswersError             an athlete's file is wrong: one or more faults
    ├── OptionError              an option the coach gave cannot be followed
    ├── EditError                a page cannot be changed as asked
    ├── SprintError              numbers of a sprint that no model can be fitted to
    ├── RunningError             numbers of a stride or of time trials that no runner can have
    └── ReportError              the result cannot be said
        ├── UndrawableText       a name has letters the font does not hold
        ├── PageOverflow         a section does not fit its page
        └── BackEndMissing       an optional back end (a PDF engine) is not installed

A fault is a value, not an exception: it has a place, says what was found and what is allowed, and names the nearest
name. Faults of one stage are collected and raised together.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where something stands: file, line and column, both counted from 1."""

    file: str
    line: int
    column: int
    width: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Fault:
    """One mistake: where, what was found, what is allowed, what was probably meant."""

    place: Place
    message: str
    excerpt: str = ""
    """The line as written, without its end."""
    allowed: str = ""
    suggestion: str = ""
    code: str = ""
    """Which kind of mistake, for programs: `unknown_key`, `duplicate_key`, `wrong_unit`, …"""

    def __str__(self) -> str:
        lines = [f"{self.place}: {self.message}"]
        if self.excerpt.strip():
            number = str(self.place.line)
            lines.append(f"  {number} | {self.excerpt}")
            lines.append(f"  {' ' * len(number)} | {' ' * (self.place.column - 1)}{'^' * max(1, self.place.width)}")
        if self.suggestion:
            lines.append(f"Did you mean '{self.suggestion}'?")
        if self.allowed:
            lines.append(f"Allowed: {self.allowed}")
        return "\n".join(lines)


class LimiterError(Exception):
    """The parent of all errors that carry a message for the person at the keyboard."""


class _Faults(LimiterError):
    """One or more faults, told in the order of their places."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults: Sequence[Fault] = sorted(faults, key=lambda fault: (fault.place, fault.message))
        super().__init__("\n\n".join(str(fault) for fault in self.faults))


class KnowledgeError(_Faults):
    """The knowledge pages are wrong."""


class AnswersError(_Faults):
    """An athlete's file of answers is wrong."""


class OptionError(LimiterError):
    """An option the coach gave cannot be followed."""


class EditError(LimiterError):
    """A page cannot be changed as asked; nothing was written."""


class SprintError(LimiterError):
    """Numbers of a sprint that no model can be fitted to; the message says which and why."""


class RunningError(LimiterError):
    """Numbers of a stride or of time trials that no runner can have; the message says which and why."""


class ReportError(LimiterError):
    """The result cannot be said in the form asked for."""


class UndrawableText(ReportError):
    """A text has letters the report's font does not hold."""


class PageOverflow(ReportError):
    """A section of the report does not fit its page."""


class BackEndMissing(ReportError):
    """An optional back end is not installed."""


def nearest(name: str, names: Iterable[str]) -> str:
    """The name most like `name`, or an empty text when none is near."""
    close = get_close_matches(name, list(names), n=1, cutoff=0.6)
    return close[0] if close else ""
