"""The making of something new as a conversation: puts questions, hears lines, ends in data. It knows no terminal."""

import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.editing.answered import data_of
from engine.editing.create import New
from engine.errors import OptionError, nearest
from engine.knowledge import KnowledgeBase
from reports.asking import paragraph
from reports.creating.ask import Ask, Told
from reports.creating.questions import questions_of

__all__ = ["Making", "as_options", "questions_of"]

HELP = """\
Answer each question and press Enter; Enter alone takes what stands in [ ].
  ?   explains the question, with an example
  b   back to the question before
  q   stop; nothing is written"""


@dataclass(slots=True)
class Making:
    """The making of one new thing: goes through the questions, hears lines, ends in data."""

    knowledge: KnowledgeBase
    kind: New
    given: Mapping[str, str]
    told: Told = field(default_factory=dict)
    lines: dict[str, str] = field(default_factory=dict)
    """What was typed, to repeat it as options."""

    def run(self, say: Callable[[str], None], hear: Callable[[], str | None] | None) -> bool:
        """Ask until all is told; False when the person stops. Without `hear` only options and defaults count.

        Raises: OptionError, for an option that does not fit or, without `hear`, one that is missing.
        """
        questions = questions_of(self.kind, self.knowledge)
        if unknown := [name for name in self.given if name not in {one.name for one in questions}]:
            near = nearest(unknown[0], [one.name for one in questions])
            names = ", ".join(one.name for one in questions)
            raise OptionError(f"A {self.kind} has no '{unknown[0]}'."
                              + (f" Did you mean '{near}'?" if near else f" There are: {names}."))  # fmt: skip
        if hear:
            say(HELP)
        at = 0
        asked: list[int] = []
        missing: list[str] = []
        while at < len(questions):
            one = questions[at]
            self.told.pop(one.name, None)
            at += 1
            if not one.asked(self.told):
                continue
            if one.name in self.given:
                self._take(one, self.given[one.name])
            elif hear is None:
                default = one.default(self.told)
                if default is None:
                    missing.append(one.name)
                    self.told[one.name] = None
                elif default:
                    self._take(one, default)
            else:
                moved = self._ask(one, say, hear)
                if moved == "stop":
                    return False
                if moved == "back":
                    at = asked.pop() if asked else at - 1
                else:
                    asked.append(at - 1)
        if missing:
            raise OptionError(f"Missing for a new {self.kind}: {', '.join(missing)}. Give each as --set NAME=VALUE.")
        return True

    def _take(self, one: Ask, line: str) -> None:
        try:
            self._read(one, line)
        except ValueError as error:
            raise OptionError(f"{one.name}: {error}") from error

    def _read(self, one: Ask, line: str) -> None:
        value = one.read(line, self.told)
        if value not in (None, "", [], {}):
            self.told[one.name] = value
            self.lines[one.name] = line

    def _ask(self, one: Ask, say: Callable[[str], None], hear: Callable[[], str | None]) -> str:
        say("\n" + _put(one, self.told))
        typed_lines: list[str] = []
        while True:
            line = hear()
            if line is None or line.lower() == "q":
                return "stop"
            if line.lower() == "b":
                return "back"
            if line == "?":
                say(paragraph(one.help, "  "))
                continue
            try:
                if one.many_lines and line:
                    one.read(line, self.told)
                    typed_lines.append(line)
                    say("  And what else? Enter when that is all.")
                    continue
                self._answer(one, "; ".join(typed_lines) or line)
                return "on"
            except ValueError as error:
                say(paragraph(f"That does not work: {error}", "  "))

    def _answer(self, one: Ask, line: str) -> None:
        if not line:
            default = one.default(self.told)
            if default is None:
                raise ValueError("an answer is needed here; ? explains")
            if not default:
                return
            line = default
        self._read(one, line)

    def data(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """The page or rule, and what other pages need."""
        return data_of(self.kind, self.told)


def as_options(kind: str, lines: Mapping[str, str]) -> str:
    """What was answered, as a command that says it again."""
    return f"limiter rules new {kind} " + " ".join(
        f"--set {shlex.quote(f'{name}={line}')}" for name, line in lines.items()
    )


def _put(one: Ask, told: Told) -> str:
    default = one.default(told)
    choices = list(one.choices(told))
    lines = [paragraph(one.words + (f" [{default}]" if default else " (Enter leaves it out)" if default == "" else ""))]
    if 0 < len(choices) <= 20:
        lines += [f"  {number:>2}  {choice}" for number, choice in enumerate(choices, 1)]
    elif 0 < len(choices) <= 60:
        lines.append(paragraph(", ".join(choices), "  "))
    return "\n".join(lines)
