"""Athletes whom a coach made up, with the diagnosis to be expected, before the program was ever run on them."""

from pathlib import Path

import pytest

from engine.answers import read_file
from engine.assessment import assess
from engine.compile import Compiled
from engine.schema.case import Case
from engine.yaml_positions import read
from tests.conftest import ROOT
from tests.test_cornerstones import DAY, disagreements

ATHLETES = sorted((ROOT / "tests" / "athletes").glob("*.yaml"), key=lambda path: path.stem)


@pytest.mark.parametrize("path", ATHLETES, ids=lambda path: path.stem)
def test_the_diagnosis_is_the_one_the_coach_expected(compiled: Compiled, path: Path) -> None:
    expected = Case.model_validate(read(path.read_text("utf-8"), path.name)[0]).expect
    found = assess(compiled, read_file(path, compiled.knowledge, today=DAY), deep=False)
    wrong = [line for line in disagreements(found, expected) if not line.startswith("apparent")]
    assert wrong == []
