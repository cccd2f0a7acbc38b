"""A cornerstone's page → its answers and sprints, as an athlete's file would give them.

Beside `engine/answers.py`, whose rules hold here too. A page stands alone: it holds splits, and names no trace, since
the file of a trace would be no page.
"""

from dataclasses import replace
from datetime import date

from engine.answers import SPRINTS, value_of
from engine.errors import AnswersError, Fault
from engine.knowledge import KnowledgeBase, Page
from engine.model import Answers
from engine.schema.case import Case
from engine.sprint.run import Run

_TRACE = "a page holds its sprints as splits; a trace lies in a file of its own, which does not travel with the pages"
_SPLITS = "splits: {5: 1.26, 10: 2.07, 20: 3.42}"
_ANY_DAY = date(2100, 1, 1)
"""Taken for the day of tests that cannot be read: a fault of its own, and none of the sprints."""


def answers_of(knowledge: KnowledgeBase, id: str) -> Answers:
    """The answers and sprints of a cornerstone of checked knowledge.

    Raises: KeyError, when there is no such case.
    """
    case, page = knowledge.cases[id], knowledge.pages["case", id]
    values = {measure: value_of(knowledge, measure, given) for measure, given in case.answers.items()}
    return Answers(case.athlete.strip(), day_of(case), values, page.file, runs_of(case, page))


def day_of(case: Case) -> date:
    """The day of the tests.

    Raises: ValueError, when none is written.
    """
    return date.fromisoformat(str(case.date))


def runs_of(case: Case, page: Page) -> tuple[Run, ...]:
    """The sprints of a case, each with its place on the page.

    Raises: AnswersError, with everything that is wrong with them.
    """
    if SPRINTS not in case.model_fields_set:
        return ()
    from engine.sprint.reading import read_items  # only who has a sprint waits for it

    try:
        today = day_of(case)
    except ValueError:
        today = _ANY_DAY
    runs, faults = read_items(case.sprints, page, (SPRINTS,), None, today)
    if faults:
        raise AnswersError([_told(fault) for fault in faults])
    return runs


def _told(fault: Fault) -> Fault:
    return replace(fault, message=_TRACE, allowed=_SPLITS) if fault.code == "no_folder" else fault
