"""Cornerstone athletes: their answers and sprints can be entered, and what is expected of them can be said."""

from typing import get_args

from engine.answers import AnswerError, value_of
from engine.cases import day_of, runs_of
from engine.checks.desk import Desk, Spot
from engine.errors import AnswersError
from engine.model import Outcome


def check_cases(desk: Desk) -> None:
    """Every case."""
    knowledge = desk.knowledge
    for name, case in knowledge.cases.items():
        spot = Spot("case", name)
        for measure, found in case.answers.items():
            try:
                value_of(knowledge, measure, found)
            except AnswerError as error:
                _tell(desk, spot.below("answers", measure), error)
        try:
            day_of(case)
        except ValueError:
            desk.fault(spot / "date", f"expected a date like 2026-03-01, found '{case.date}'", "wrong_date")
        try:
            runs_of(case, knowledge.pages["case", name])
        except AnswersError as error:
            desk.faults += error.faults
        expect = spot / "expect"
        for number, outcome in enumerate(case.expect.outcome):
            desk.exists(expect.below("outcome", number), "outcome", outcome, get_args(Outcome))
        for field in ("deficits_present", "deficits_absent"):
            for number, deficit in enumerate(getattr(case.expect, field)):
                desk.exists(expect.below(field, number), "deficit", deficit, knowledge.deficits)


def _tell(desk: Desk, spot: Spot, error: AnswerError) -> None:
    for each in (error, *error.also):
        desk.fault(spot.below(*each.path), each.message, each.code, allowed=each.allowed, meant=each.suggestion,
                   at_key=each.at_key)  # fmt: skip
