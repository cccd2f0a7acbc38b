"""The interview as a conversation: puts each question, follows each line typed, and stops at an emergency.

It speaks and hears through two callables and keeps through a third, so it knows no terminal and no file; `cli.py` does.
"""

from collections.abc import Callable
from datetime import date
from typing import Literal

import reports
from engine import answers as athlete_file
from engine.compile import Compiled
from engine.evaluation import evaluate
from engine.facts import gather
from engine.interview import KIT, Interview, Question
from engine.model import Answers, SafetyFinding
from engine.safety import screen
from engine.sprint.run import Run
from reports import asking

Ending = Literal["done", "quit", "emergency"]

_COMMANDS = ("b", "back", "q", "quit", "?", "why", "h", "help", "answers")


class Conversation:
    """One sitting. `hear` gives the line typed, or None at the end of input; `keep` saves what was answered so far."""

    def __init__(
        self,
        compiled: Compiled,
        interview: Interview,
        *,
        athlete: str,
        day: date,
        say: Callable[[str], None],
        hear: Callable[[], str | None],
        keep: Callable[[Interview], None],
        sprints: tuple[Run, ...] = (),
    ) -> None:
        self.compiled, self.knowledge, self.interview = compiled, compiled.knowledge, interview
        self.athlete, self.day, self.say, self.hear, self.keep = athlete, day, say, hear, keep
        self.sprints = sprints
        self._section = ""
        self._quit = False

    def run(self, tell: Callable[[str], None]) -> Ending:
        """Ask until nothing is left, an answer is an emergency, or the person stops; `tell` prints a warning."""
        self.say(asking.HELP)
        if danger := self.danger():
            tell(asking.warning(self.knowledge, danger))
            self._revisit(danger)
        self.keep(self.interview)
        while (question := self.interview.question) is not None and not self._quit:
            self._put(question)
            line = self.hear()
            if line is None:
                self._quit = True
            elif self._move(question, line):
                self.keep(self.interview)
                if question.section.part in ("about_you", "safety") and (danger := self.danger()):
                    tell(asking.warning(self.knowledge, danger))
                    return "emergency"
        return "quit" if self._quit else "done"

    def answers(self) -> Answers:
        """What counts so far."""
        return Answers(self.athlete, self.day, self.interview.counting, sprints=self.sprints)

    def danger(self) -> SafetyFinding | None:
        """The safety rule, if any, that ends the questions at once."""
        found = screen(self.compiled, evaluate(self.compiled, gather(self.compiled, self.interview.counting))).findings
        return next((one for one in found if one.urgency == "emergency_now" and not one.provisional), None)

    def _put(self, question: Question) -> None:
        section, left = question.section, self.interview.left
        if section.id != self._section:
            self._section = section.id
            self.say(f"\n== {'Tests' if question.id == KIT else section.title} ==")
            if section.intro and question.id != KIT:
                self.say(asking.paragraph(section.intro))
        self.say(asking.left(left.sure, left.perhaps))
        if question.id == KIT:
            self.say(asking.put_kit(self.interview.offered, self.interview.kit))
            return
        self.say(asking.put(self.knowledge.measures[question.id], with_protocol=section.part == "tests"))
        if question.id in self.interview.given:
            self.say(asking.earlier(self.knowledge, question.id, self.interview.given[question.id]))

    def _move(self, question: Question, line: str) -> bool:
        """Follow the line typed. True when something was answered, skipped or taken back."""
        word, _, rest = line.lower().partition(" ")
        if line.lower() in _COMMANDS or (word == "change" and rest):
            self._command(question, word, rest)
            return False
        before = self.interview
        has_answer = question.id in before.given or (question.id == KIT and before.revisiting == KIT)
        if line.lower() in ("s", "skip") or (not line and has_answer):
            self.interview = before.skip()
            self.say("  Kept." if has_answer else "  Skipped.")
        elif line == "-":
            self.interview = before.withdraw()
        elif not line:
            self.say("  Type an answer, or s to skip.")
        else:
            try:
                self.interview = self._answered(question, line)
            except ValueError as error:
                self.say(asking.refusal(error))
        return self.interview is not before

    def _command(self, question: Question, word: str, rest: str) -> None:
        """Follow a word that answers nothing."""
        if word in ("b", "back"):
            self.interview = self.interview.back()
        elif word in ("q", "quit"):
            self._quit = True
        elif word in ("h", "help"):
            self.say(asking.HELP)
        elif word == "answers":
            self.say(asking.told(self.knowledge, tuple(self.interview.counting.items())))
        elif word == "change":
            found = self.interview.go_to(rest.strip().replace(" ", "_"))
            self.interview = found or self.interview
            if found is None:
                self.say(f"  There is no question '{rest.strip()}' to go to; `answers` lists the names.")
        elif question.id == KIT:
            self.say(asking.why_kit(self.interview.offered, self.knowledge))
        else:
            self.say(reports.explain_question(self.knowledge, question.id))

    def _answered(self, question: Question, line: str) -> Interview:
        """The interview with that line as the answer.

        Raises: ValueError, with a sentence that says what can be answered.
        """
        if question.id == KIT:
            return self.interview.choose(asking.chosen_kit(self.interview.offered, line))
        words = asking.spelled(self.knowledge.measures[question.id], line)
        return self.interview.answer(athlete_file.parse_value(self.knowledge, question.id, words))

    def _revisit(self, danger: SafetyFinding) -> None:
        """Put the question up again on which an emergency rests."""
        for key in self.knowledge.safety[danger.id].when.keys():
            if key in self.interview.counting and (found := self.interview.go_to(key)):
                self.interview = found
                return
