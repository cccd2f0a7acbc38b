"""The shipped cases about single rules, `knowledge/rule_cases/`: each rule fires, is silent or waits as they say."""

from collections.abc import Sequence

import pytest

from engine.casework.rule_cases import STATES, Case, read_all, run
from engine.compile import Compiled, compile_knowledge
from engine.loader import load

CASES: Sequence[Case] = read_all(None, load())


@pytest.fixture(scope="module")
def shipped() -> Compiled:
    return compile_knowledge(load())


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.at.file.rpartition('/')[2]}: {case.name}")
def test_rules_speak_as_expected(shipped: Compiled, case: Case) -> None:
    assert case.expect
    assert run(shipped, case) == []


def test_many_rules_have_cases_of_every_kind() -> None:
    said = {state: {rule for case in CASES for rule, found in case.expect.items() if found == state}
            for state in STATES.values()}  # fmt: skip
    assert len(set.intersection(*said.values())) >= 40  # each fires, is silent, and waits in some case
