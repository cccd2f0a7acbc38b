"""The athletes over whom two states are compared: the cornerstones, and any files; read once, understood by each state.

An answer that one of the states has no question for is left out there and named; what neither understands is a fault.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path as FilePath
from types import MappingProxyType
from typing import Any, Literal

from engine import answers, sprints
from engine.answers import AnswerError, value_of
from engine.cases import runs_of
from engine.errors import AnswersError, Fault
from engine.knowledge import KnowledgeBase
from engine.model import Answers, Measured, Value
from engine.sprint.run import Run
from engine.yaml_positions import decode
from engine.yaml_positions import read as read_yaml


@dataclass(frozen=True, slots=True)
class Athlete:
    """One athlete as each state understands the answers; `not_read_…` are answers it has no use for."""

    name: str
    file: str
    kind: Literal["case", "file"]
    before: Mapping[str, Value]
    after: Mapping[str, Value]
    not_read_before: tuple[str, ...] = ()
    not_read_after: tuple[str, ...] = ()
    sprints: tuple[Run, ...] = ()

    def measured(self, knowledge: KnowledgeBase, values: Mapping[str, Value]) -> Mapping[str, Measured]:
        """What a state reads off the athlete's sprints; `values` are the answers as that state understands them."""
        answers = Answers(self.name, date.min, values, self.file, self.sprints)
        return sprints.read_off(knowledge, answers)


def cornerstones(before: KnowledgeBase, after: KnowledgeBase) -> list[Athlete]:
    """The cornerstone athletes of the later state."""
    found = []
    for id, case in after.cases.items():
        file = after.pages["case", id].file
        athlete = _understood(case.athlete, file, "case", case.answers, before, after)
        found.append(replace(athlete, sprints=runs_of(case, after.pages["case", id])))
    return found


def from_files(
    files: Iterable[tuple[str, bytes]], before: KnowledgeBase, after: KnowledgeBase, *, today: date,
    folders: Mapping[str, FilePath] = MappingProxyType({}),
) -> list[Athlete]:  # fmt: skip
    """The athletes in some files, each given by its name and what it holds; `folders` hold the traces a file names.

    Raises: AnswersError, with every fault of every file; answers that the earlier state alone understands are none.
    """
    found, faults = [], list[Fault]()
    same = before.measures == after.measures
    for file, content in files:
        folder = folders.get(file)
        try:
            now = answers.read(content, file, after, today=today, folder=folder)
        except AnswersError as error:
            may_differ = all(fault.code in _MAY_DIFFER for fault in error.faults)
            was = _read(content, file, folder, before, today) if may_differ else None
            if was is None:
                faults += error.faults
                continue
            now = was
        if same:
            found.append(Athlete(now.athlete, file, "file", now.values, now.values, sprints=now.sprints))
        else:
            data, _ = read_yaml(decode(content, file), file)
            found.append(replace(_understood(now.athlete, file, "file", data["answers"], before, after),
                                 sprints=now.sprints))  # fmt: skip
    if faults:
        raise AnswersError(faults)
    return found


_MAY_DIFFER = frozenset({
    "unknown_measure", "unknown_choice", "out_of_range", "not_whole", "wrong_type", "missing_side", "wrong_unit",
    "derived_measure", "not_a_measure",
})  # fmt: skip
"""Faults of an answer that a changed measure can cause."""


def _read(
    content: bytes, file: str, folder: FilePath | None, knowledge: KnowledgeBase, today: date
) -> Answers | None:  # fmt: skip
    try:
        return answers.read(content, file, knowledge, today=today, folder=folder)
    except AnswersError:
        return None


def _understood(
    name: str, file: str, kind: Literal["case", "file"], raw: Mapping[str, Any], before: KnowledgeBase,
    after: KnowledgeBase,
) -> Athlete:  # fmt: skip
    was, not_before = _values(raw, before)
    now, not_after = _values(raw, after)
    return Athlete(name, file, kind, was, now, not_before, not_after)


def _values(raw: Mapping[str, Any], knowledge: KnowledgeBase) -> tuple[dict[str, Value], tuple[str, ...]]:
    found: dict[str, Value] = {}
    unread = []
    for measure, answer in raw.items():
        try:
            found[measure] = value_of(knowledge, measure, answer)
        except AnswerError:
            unread.append(measure)
    return found, tuple(unread)
