"""The interview as a state machine: which question comes next, and which answers count. It prints nothing.

Beside the sentence answers → facts → …, it is where the answers of a questionnaire come from. Every move returns a new
`Interview`. What counts in the end depends on the last word given to each question and on nothing else, so any walk of
back, skip and change ends where answering straight ends; an answer whose question is no longer asked is kept, and does
not count.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, Self

from engine.compile import Compiled
from engine.facts import gather
from engine.model import Value
from engine.schema.questionnaire import Kit, Section

Who = Literal["athlete", "coach", "both"]
Whether = Callable[[Mapping[str, Value]], Mapping[str, bool | None]]
"""From the answers so far: whether each conditional question is asked; None while that is not known yet."""

KIT = "kit"
"""The name of the one question that is no measure: what the coach has to test with."""


@dataclass(frozen=True, slots=True)
class Question:
    """One place in the order asked: a measure, or the question for the kit."""

    id: str
    section: Section
    asked_of: Literal["athlete", "coach", "either"]


@dataclass(frozen=True, slots=True)
class Plan:
    """The whole questionnaire, in the order asked."""

    questions: tuple[Question, ...]
    kit: tuple[Kit, ...]
    whether: Whether

    def opens(self, test: str) -> tuple[str, ...]:
        """The kit any of which opens this test; empty: it needs none."""
        return tuple(kit.id for kit in self.kit if test in kit.opens)


def plan(compiled: Compiled) -> Plan:
    """The questionnaire of a knowledge base; the kit is asked for just before the first test."""
    knowledge = compiled.knowledge
    questions: list[Question] = []
    for section in knowledge.questionnaire.sections:
        if section.part == "tests" and all(question.id != KIT for question in questions):
            questions.append(Question(KIT, section, "either"))
        questions += [Question(id, section, knowledge.measures[id].asked_of) for id in section.measures]
    return Plan(tuple(questions), knowledge.questionnaire.kit, lambda values: gather(compiled, values).asked)


@dataclass(frozen=True, slots=True)
class Left:
    """How many questions are still to come in this sitting."""

    sure: int
    perhaps: int
    """As many more may be opened by answers still to come."""


@dataclass(frozen=True, slots=True)
class Interview:
    """One sitting: what was answered so far, and which question is up.

    `given` holds every answer ever given, `counting` those that count. `brought` are answers that stood in the file
    before: the kit says what to test next, not whether an old test was done, so it cannot put these aside.
    """

    plan: Plan
    who: Who = "both"
    given: Mapping[str, Value] = field(default_factory=dict)
    kit: Mapping[str, bool] = field(default_factory=dict)
    skipped: frozenset[str] = frozenset()
    brought: frozenset[str] = frozenset()
    trail: tuple[str, ...] = ()
    revisiting: str | None = None
    _whether: Mapping[str, bool | None] = field(init=False, repr=False)
    _counting: Mapping[str, Value] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        counting, whether = self._settle()
        object.__setattr__(self, "_counting", counting)
        object.__setattr__(self, "_whether", whether)

    @property
    def counting(self) -> Mapping[str, Value]:
        """The answers that count, in the order of the questionnaire."""
        return self._counting

    @property
    def set_aside(self) -> Mapping[str, Value]:
        """Answers that are kept though their question is not asked any more."""
        return {id: value for id, value in self.given.items() if id not in self._counting}

    @property
    def question(self) -> Question | None:
        """The question that is up; None when nothing is left to ask in this sitting."""
        if self.revisiting is not None:
            return self._question(self.revisiting)
        return next((question for question in self.plan.questions if self._open(question)), None)

    @property
    def left(self) -> Left:
        """How many questions are still to come, the one that is up included."""
        unanswered = [q for q in self.plan.questions if self._for_us(q) and not self._passed(q.id)]
        asked = [self._asked(question.id) for question in unanswered]
        return Left(asked.count(True), asked.count(None))

    @property
    def offered(self) -> tuple[Kit, ...]:
        """The kit worth asking for in this sitting: what opens a test that would be asked."""
        tests = {q.id for q in self.plan.questions if self._for_us(q) and q.id != KIT and self._called_for(q.id)}
        return tuple(kit for kit in self.plan.kit if tests.intersection(kit.opens))

    def answer(self, value: Value) -> Self:
        """The question that is up, answered."""
        id = self._up()
        return self._pass(id, given={**self.given, id: value}, skipped=self.skipped - {id})

    def choose(self, kit: frozenset[str]) -> Self:
        """The question for the kit, answered with what the coach has of what was offered."""
        had = {**self.kit, **{item.id: item.id in kit for item in self.offered}}
        return self._pass(self._up(), kit=had, skipped=self.skipped - {KIT})

    def skip(self) -> Self:
        """On to the next question. An answer given earlier stays; without one the question is left open."""
        id = self._up()
        return self._pass(id, skipped=self.skipped if self._answered(id) else self.skipped | {id})

    def withdraw(self) -> Self:
        """The question that is up, left open, and the answer given earlier taken back."""
        id = self._up()
        if id == KIT:
            return self._pass(id, kit={}, skipped=self.skipped | {id})
        given = {key: value for key, value in self.given.items() if key != id}
        return self._pass(id, given=given, skipped=self.skipped | {id}, brought=self.brought - {id})

    def back(self) -> Self:
        """The question before this one, of those that are still asked; at the first, this one again."""
        passed = self.trail[: self.trail.index(self.revisiting)] if self.revisiting in self.trail else self.trail
        for id in reversed(passed):
            if self._can_visit(id):
                return replace(self, revisiting=id)
        return self

    def go_to(self, id: str) -> Self | None:
        """The interview with that question up; None when it is not asked in this sitting."""
        return replace(self, revisiting=id) if self._can_visit(id) else None

    # --- what counts ----------------------------------------------------------------------------------------------

    def _settle(self) -> tuple[Mapping[str, Value], Mapping[str, bool | None]]:
        """The answers that count, and which questions are asked: conditions on conditions, until nothing moves."""
        order = [question.id for question in self.plan.questions if question.id in self.given]
        counting = {id: self.given[id] for id in order}
        whether = self.plan.whether(counting)
        for _ in self.plan.questions:
            settled = {id: self.given[id] for id in order if self._counts(id, whether)}
            if settled == counting:
                break
            counting, whether = settled, self.plan.whether(settled)
        return counting, whether

    def _counts(self, id: str, whether: Mapping[str, bool | None]) -> bool:
        called_for, allowed = whether.get(id, True), self._allowed(id)
        if id in self.brought:
            return called_for is not False
        return called_for is True and allowed is True

    def _allowed(self, id: str) -> bool | None:
        """Whether the coach has the kit for a test; None while that is not known."""
        keys = self.plan.opens(id)
        if not keys or any(self.kit.get(key) for key in keys):
            return True
        return False if all(key in self.kit for key in keys) else None

    # --- what is asked --------------------------------------------------------------------------------------------

    def _for_us(self, question: Question) -> bool:
        return self.who == "both" or question.asked_of in (self.who, "either")

    def _called_for(self, id: str) -> bool:
        return self._whether.get(id, True) is True

    def _asked(self, id: str) -> bool | None:
        if id == KIT:
            return bool(self.offered)
        called_for, allowed = self._whether.get(id, True), self._allowed(id)
        if called_for is False or allowed is False:
            return False
        return None if called_for is None or allowed is None else True

    def _answered(self, id: str) -> bool:
        return all(kit.id in self.kit for kit in self.offered) if id == KIT else id in self.given

    def _passed(self, id: str) -> bool:
        return id in self.skipped or self._answered(id)

    def _open(self, question: Question) -> bool:
        return self._for_us(question) and not self._passed(question.id) and self._asked(question.id) is True

    def _can_visit(self, id: str) -> bool:
        question = self._question(id)
        return question is not None and self._for_us(question) and self._asked(id) is True

    def _question(self, id: str) -> Question | None:
        return next((question for question in self.plan.questions if question.id == id), None)

    def _up(self) -> str:
        question = self.question
        if question is None:
            raise ValueError("nothing is left to ask")
        return question.id

    def _pass(self, id: str, **changes: object) -> Self:
        trail = self.trail if id in self.trail else (*self.trail, id)
        return replace(self, trail=trail, revisiting=None, **changes)  # type: ignore[arg-type]  # the moves above name them
