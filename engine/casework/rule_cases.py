"""Cases about single rules, as data: read from `rule_cases/`, checked, and run by the plain functions."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from engine.answers import AnswerError, value_of
from engine.compile import Compiled
from engine.errors import Fault, KnowledgeError, Place, nearest
from engine.evaluation import Evaluation, evaluate
from engine.facts import gather
from engine.faults import explain
from engine.knowledge import KnowledgeBase, Page
from engine.model import RuleState, Value
from engine.schema.rule_case import RuleCase, RuleCases
from engine.tree import RULE_CASES, SHIPPED, SHIPPED_NAME
from engine.yaml_positions import Unreadable, decode, excerpt, read

STATES: Mapping[str, RuleState] = {"fires": "fired", "silent": "blocked", "open": "open"}
"""What a case may expect of a rule, and what the trace calls it."""


@dataclass(frozen=True, slots=True)
class Case:
    """One case with its place; `expect` is the expected state of rules by their full id."""

    name: str
    at: Place
    values: Mapping[str, Value]
    expect: Mapping[str, RuleState]


@dataclass(frozen=True, slots=True)
class Miss:
    """A rule that did something else than its case expects."""

    case: Case
    rule: str
    expected: RuleState
    found: RuleState


def read_all(directory: Path | None, knowledge: KnowledgeBase) -> list[Case]:
    """Every case about a rule, in the order of files and lines.

    Raises: KnowledgeError, with every fault of every file.
    """
    root, name = (SHIPPED, SHIPPED_NAME) if directory is None else (directory, directory.as_posix())
    found, faults = [], list[Fault]()
    for path in sorted((root / RULE_CASES).glob("*.yaml")):
        file = f"{name}/{RULE_CASES}/{path.name}"
        try:
            data, page = read(decode(path.read_bytes(), file), file)
            shape = RuleCases.model_validate(data)
        except Unreadable as unreadable:
            faults += unreadable.faults
        except ValidationError as error:
            faults += explain(error.errors(include_url=False), RuleCases, page, data)
        else:
            cases, wrong = _checked(shape, page, path.stem, knowledge)
            found += cases
            faults += wrong
    if faults:
        raise KnowledgeError(faults)
    return found


def run(compiled: Compiled, case: Case) -> list[Miss]:
    """What the rules do otherwise than a case expects."""
    states = states_of(compiled, case.values)
    wrong = ((rule, state) for rule, state in case.expect.items() if states[rule] != state)
    return [Miss(case, rule, state, states[rule]) for rule, state in wrong]


def states_of(compiled: Compiled, values: Mapping[str, Value]) -> dict[str, RuleState]:
    """What every rule does on some answers."""
    return rule_states(evaluate(compiled, gather(compiled, values)))


def rule_states(evaluation: Evaluation) -> dict[str, RuleState]:
    """What every rule does in an evaluation."""
    degrees = zip(evaluation.compiled.rules, evaluation.rules, strict=True)
    return {
        rule.id: "fired" if degree.low > 0 else "open" if degree.high > 0 and degree.most > 0 else "blocked"
        for rule, degree in degrees
    }


def _checked(shape: RuleCases, page: Page, stem: str, knowledge: KnowledgeBase) -> tuple[list[Case], list[Fault]]:
    faults: list[Fault] = []

    def fault(place: Place, message: str, meant: str = "", allowed: str = "") -> None:
        faults.append(Fault(place, message, excerpt(page.text, place.line), allowed, meant, "rule_case"))

    known = {id.partition("/")[2] for id in knowledge.places if id.startswith(f"{shape.about}/")}
    if shape.about != stem:
        fault(page.value("about"), f"'about' says '{shape.about}', and the file is called '{stem}'")
    elif not known:
        names = {id.partition("/")[0] for id in knowledge.places}
        fault(page.value("about"), f"there are no rules about '{shape.about}'", nearest(shape.about, names))
    cases = []
    for number, case in enumerate(shape.cases):
        values: dict[str, Value] = {}
        for measure, given in case.given.items():
            try:
                values[measure] = value_of(knowledge, measure, given)
            except AnswerError as error:
                path = ("cases", number, "given", measure)
                place = page.key(*path) if error.at_key else page.value(*path, *error.path)
                fault(place, error.message, error.suggestion, error.allowed)
        expect: dict[str, RuleState] = {}
        for word, index, rule in _expected(case):
            if known and rule not in known:
                place = page.value("cases", number, "expect", word, index)
                fault(place, f"there is no rule '{rule}' about {shape.about}", nearest(rule, known))
            expect[f"{shape.about}/{rule}"] = STATES[word]
        cases.append(Case(case.name, page.value("cases", number), values, expect))
    return cases, faults


def _expected(case: RuleCase) -> list[tuple[str, int, str]]:
    return [(word, index, rule) for word in STATES for index, rule in enumerate(getattr(case.expect, word))]
