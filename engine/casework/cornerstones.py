"""Cornerstone athletes: does the diagnosis still say what good coaches expect of them?"""

from dataclasses import dataclass

from engine import sprints
from engine.cases import answers_of
from engine.compile import Compiled
from engine.errors import Place
from engine.impact.judge import Judgement, judge
from engine.schema.case import Expectation


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One thing a diagnosis says against what was expected of it; `line` is the line of the expectation."""

    case: str
    at: Place
    about: str
    found: str | None
    expected: tuple[str | None, ...]


def disagreements(compiled: Compiled) -> list[Disagreement]:
    """Everything in which a cornerstone athlete is diagnosed otherwise than expected.

    Raises: AnswersError, for a sprint that no model can be fitted to, at its place on the page.
    """
    knowledge = compiled.knowledge
    found = []
    for id, case in knowledge.cases.items():
        answers = answers_of(knowledge, id)
        judged = judge(compiled, answers.values, sprints.read_off(knowledge, answers))
        for line, about, was, expected in against(judged, case.expect):
            place = knowledge.pages["case", id].value("expect", line)
            found.append(Disagreement(id, place, about, was, expected))
    return found


def against(found: Judgement, expected: Expectation) -> list[tuple[str, str, str | None, tuple[str | None, ...]]]:
    """What a judgement says against an expectation: the line of the page, what it is about, found, expected."""
    wrong: list[tuple[str, str, str | None, tuple[str | None, ...]]] = []
    if found.outcome not in expected.outcome:
        wrong.append(("outcome", "outcome", found.outcome, expected.outcome))
    if expected.must_stop and found.outcome != "stop":
        wrong.append(("must_stop", "outcome", found.outcome, ("stop",)))
    acceptable = tuple(dict.fromkeys((expected.limiter, *expected.acceptable)))
    if found.limiter not in acceptable:
        wrong.append(("limiter", "limiter", found.limiter, acceptable))
    if found.apparent != expected.apparent:
        wrong.append(("apparent", "what you see", found.apparent, (expected.apparent,)))
    missing = (id for id in expected.deficits_present if found.states[id] != "present")
    wrong += [("deficits_present", id, found.states[id], ("present",)) for id in missing]
    too_many = (id for id in expected.deficits_absent if found.states[id] == "present")
    wrong += [("deficits_absent", id, "present", ("ruled_out", "undecided", "unexamined")) for id in too_many]
    return wrong
