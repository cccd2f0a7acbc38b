"""The cornerstone athletes get the diagnosis that good coaches expect of them: knowledge/cases, one by one."""

import csv
import re
from dataclasses import replace
from datetime import date

import pytest

from engine.answers import read_file
from engine.assessment import assess
from engine.cases import answers_of
from engine.compile import Compiled
from engine.model import Diagnosis
from engine.schema.case import Expectation
from tests.conftest import ROOT

CASES = sorted(path.stem for path in (ROOT / "knowledge" / "cases").glob("*.yaml"))
DAY = date(2026, 3, 1)


SPRINTED = ("61_hanna_hockey", "62_lucia_soccer")


def test_there_are_seventeen() -> None:
    assert len(CASES) == 17


@pytest.mark.parametrize("case", CASES)
def test_the_diagnosis_is_the_expected_one(compiled: Compiled, case: str) -> None:
    expected = compiled.knowledge.cases[case].expect
    found = diagnosed(compiled, case)
    assert disagreements(found, expected) == []


@pytest.mark.parametrize("case", SPRINTED)
def test_the_sprint_decides(compiled: Compiled, case: str) -> None:
    whole = answers_of(compiled.knowledge, case)
    without = replace(whole, sprints=())
    expected = compiled.knowledge.cases[case].expect
    assert disagreements(assess(compiled, whole, deep=False), expected) == []
    assert assess(compiled, without, deep=False).outcome == "insufficient"


@pytest.mark.parametrize(("case", "side"), [(SPRINTED[0], "force"), (SPRINTED[1], "velocity")])
def test_the_verdict_of_the_sprint_is_decided(compiled: Compiled, case: str, side: str) -> None:
    [found] = diagnosed(compiled, case).sprints
    assert found.side == side


@pytest.mark.parametrize("case", SPRINTED)
def test_the_splits_are_those_of_the_public_data(compiled: Compiled, case: str) -> None:
    page = compiled.knowledge.cases[case]
    [name] = re.findall(r"FMSS-[0-9]{3}", page.basis)
    with (ROOT / "tests" / "data" / "sprint_splits_vescovi.csv").open(encoding="utf-8", newline="") as file:
        [row] = [row for row in csv.DictReader(file) if row["athlete_id"] == name]
    answers = answers_of(compiled.knowledge, case)
    told = [answers.values[id] for id in ("age", "body_mass", "stature")]
    assert told == [float(row[column]) for column in ("age_y", "mass_kg", "height_cm")]
    times = {f"t_{split.distance:g}m_s": split.time for split in answers.sprints[0].splits}
    assert times == {column: float(time) for column, time in row.items() if column.startswith("t_")}


def test_a_page_and_an_athlete_file_of_the_same_lines_say_the_same(compiled: Compiled) -> None:
    for case in CASES:
        of_file = read_file(ROOT / "knowledge" / "cases" / f"{case}.yaml", compiled.knowledge, today=DAY)
        of_page = answers_of(compiled.knowledge, case)
        alike = [(one.athlete, one.date, one.values, [replace(run, place=None) for run in one.sprints])
                 for one in (of_file, of_page)]  # fmt: skip
        assert alike[0] == alike[1]


def test_a_sprint_on_a_page_has_its_place(compiled: Compiled) -> None:
    [run] = answers_of(compiled.knowledge, SPRINTED[0]).sprints
    assert run.place is not None
    assert run.place.file == f"knowledge/cases/{SPRINTED[0]}.yaml"
    assert "splits" in compiled.knowledge.pages["case", SPRINTED[0]].line(run.place.line)


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
