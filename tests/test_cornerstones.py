"""The cornerstone athletes get the diagnosis that good coaches expect of them: knowledge/cases, one by one."""

from datetime import date

import pytest

from engine.answers import read_file
from engine.assessment import assess
from engine.compile import Compiled
from engine.model import Diagnosis
from engine.schema.case import Expectation
from tests.conftest import ROOT

CASES = sorted(path.stem for path in (ROOT / "knowledge" / "cases").glob("*.yaml"))
DAY = date(2026, 3, 1)


def test_there_are_fifteen() -> None:
    assert len(CASES) >= 15


@pytest.mark.parametrize("case", CASES)
def test_the_diagnosis_is_the_expected_one(compiled: Compiled, case: str) -> None:
    expected = compiled.knowledge.cases[case].expect
    found = diagnosed(compiled, case)
    assert disagreements(found, expected) == []


def diagnosed(compiled: Compiled, case: str) -> Diagnosis:
    file = ROOT / "knowledge" / "cases" / f"{case}.yaml"
    return assess(compiled, read_file(file, compiled.knowledge, today=DAY), deep=False)


def disagreements(found: Diagnosis, expected: Expectation) -> list[str]:
    """What a diagnosis says against what was expected, in words."""
    wrong = []
    if found.outcome not in expected.outcome:
        wrong.append(f"outcome is {found.outcome}, expected {' or '.join(expected.outcome)}")
    if expected.must_stop and found.outcome != "stop":
        wrong.append(f"must stop, and is {found.outcome}")
    acceptable = {expected.limiter, *expected.acceptable}
    if found.limiter not in acceptable:
        wrong.append(f"limiter is {found.limiter}, acceptable {acceptable}")
    if found.apparent != expected.apparent:
        wrong.append(f"apparent is {found.apparent}, expected {expected.apparent}")
    states = {deficit.id: deficit.state for deficit in found.deficits}
    wrong += [f"{id} is {states[id]}, not present" for id in expected.deficits_present if states[id] != "present"]
    wrong += [f"{id} is present" for id in expected.deficits_absent if states[id] == "present"]
    return wrong


def test_the_test_above_can_fail(compiled: Compiled) -> None:
    found = diagnosed(compiled, "52_yuki_100m")
    other = Expectation(
        outcome=("none",), limiter="strength", apparent="strength", must_stop=True, why="Made up.",
        deficits_present=("overstriding",), deficits_absent=("limb_asymmetry",),
    )  # fmt: skip
    assert len(disagreements(found, other)) == 6
