"""Rule cases as data: tests/rules/*.yaml, one file for each deficit or limiter, run through the public face.

`given` is written as in an athlete's file; `expect` says which rules of the file's subject fire, do not fire, or are
still open.
"""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from engine.answers import value_of
from engine.assessment import assess
from engine.compile import Compiled
from engine.model import Answers
from engine.yaml_positions import read
from tests.conftest import ROOT

FOLDER = ROOT / "tests" / "rules"
STATES = {"fires": "fired", "does_not_fire": "blocked", "open": "open"}


def cases() -> Iterator[Any]:
    """Every case, its file's name before its own."""
    for path in sorted(FOLDER.glob("*.yaml")):
        for case in read(path.read_text("utf-8"), path.name)[0]["cases"]:
            yield pytest.param(path, case, id=f"{path.stem}: {case['name']}")


@pytest.mark.parametrize(("path", "case"), [*cases()])
def test_rules_speak_as_expected(compiled: Compiled, path: Path, case: dict[str, Any]) -> None:
    values = {id: value_of(compiled.knowledge, id, found) for id, found in case["given"].items()}
    found = assess(compiled, Answers("Somebody", date(2026, 3, 1), values), deep=False)
    states = {rule.rule: rule.state for rule in found.trace if rule.about == path.stem}
    expected = {
        rule if "/" in rule else f"{path.stem}/{rule}": state
        for word, state in STATES.items()
        for rule in case["expect"].get(word, ())
    }
    assert {rule: states.get(rule) for rule in expected} == expected
    assert expected
    assert set(case["expect"]) <= STATES.keys()


def test_many_rules_have_cases_of_every_kind(compiled: Compiled) -> None:
    said: dict[str, set[str]] = {word: set() for word in STATES}
    for path in FOLDER.glob("*.yaml"):
        for case in read(path.read_text("utf-8"), path.name)[0]["cases"]:
            for word, rules in case["expect"].items():
                said[word] |= {f"{path.stem}/{rule}" for rule in rules}
    known = {rule.id for rule in compiled.rules}
    assert all(rules <= known for rules in said.values())
    assert len(set.intersection(*said.values())) >= 40  # each fires, does not fire, and waits in some case
