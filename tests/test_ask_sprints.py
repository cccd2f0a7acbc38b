"""`limiter ask --sprint FILE`: sprints in the saved answers and in the diagnosis, slips told before the questions."""

import shutil
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

import cli
from engine import answers as athlete_file
from engine import sitting
from engine.compile import Compiled
from engine.interview import plan
from engine.knowledge import KnowledgeBase
from engine.model import Answers
from engine.sprint.reading import item_of, read_items, write_items, writing
from engine.sprint.run import Person, Run, Split
from engine.yaml_positions import read
from tests.conftest import ROOT
from tests.sprint.doctests import run_examples

TITLES = "athlete,sex,mass_kg,height_cm,start,5 m,10 m,20 m,30 m,40 m\n"
ANA = "Ana,female,62,171,behind_gate,1.26,2.07,3.42,4.67,5.87\n"
AGAIN = "Ana,female,62,171,behind_gate,1.25,2.06,3.40,4.64,5.83\n"
FILE = """\
athlete: Ana
mass: 62
sprints:
  # on the old track
  - splits: {5: 1.26, 10 yd: 1.90, 20: 3.42, 30: 4.67}
    start: behind_gate
    set_back: 30 cm
  - trace: radar.csv
    device: radar
"""
SKIP = ["s"] * 130


@pytest.fixture
def at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ana.csv").write_text(TITLES + ANA + AGAIN)
    shutil.copy(ROOT / "tests" / "data" / "radar_jb_morin.csv", tmp_path / "radar.csv")
    return tmp_path


def ask(*words: str, typed: Sequence[str] = ("q",)) -> Result:
    done = CliRunner().invoke(cli.commands, ["ask", *words], prog_name="limiter", input="\n".join(typed) + "\n")
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done


def saved(file: str, knowledge: KnowledgeBase) -> Answers:
    return athlete_file.read_file(Path(file), knowledge, today=date.today())


# --- what is kept -----------------------------------------------------------------------------------------------------


def test_sprints_and_who_ran_are_kept_and_not_asked(at: Path, knowledge: KnowledgeBase) -> None:
    done = ask("--sprint", "ana.csv")
    assert done.exit_code == 0
    assert "Who is this about?" not in done.stderr
    assert "ana.csv: 2 sprints, used in the diagnosis." in done.stderr
    assert "body_mass: 62 kg" in done.stderr
    found = saved("ana.yaml", knowledge)
    assert dict(found.values) == {"sex": "female", "body_mass": 62.0, "stature": 171.0}
    assert [run.splits[-1].time for run in found.sprints] == [5.87, 5.83]
    assert [run.name for run in found.sprints] == ["row 2 of ana.csv", "row 3 of ana.csv"]


def test_the_diagnosis_rests_on_them(at: Path, knowledge: KnowledgeBase) -> None:
    with_them = ask("--sprint", "ana.csv", typed=["24", "team", "trained", *SKIP])
    assert "Read off the sprint: Forward force, theoretical (F0)" in " ".join(with_them.stdout.split())
    assert "limiter ask --resume --save ana.yaml --sprint FILE" not in with_them.stderr


def test_without_sprints_it_is_said_how_to_add_them(at: Path) -> None:
    done = ask("--name", "Bo", typed=["male", "24", "sprint", "trained", "70", "180", *SKIP])
    assert "limiter ask --resume --save bo.yaml --sprint FILE" in done.stderr


def test_sprints_are_added_later_and_only_once(at: Path, knowledge: KnowledgeBase) -> None:
    (at / "first.csv").write_text(TITLES + ANA)
    ask("--name", "Ana", "--sprint", "first.csv", typed=["24", "q"])
    text = (at / "ana.yaml").read_text().replace("    start", "    # windy\n    start")
    (at / "ana.yaml").write_text(text)
    for added in (1, 0):
        done = ask("--resume", "--save", "ana.yaml", "--sprint", "ana.csv")
        assert f"ana.csv: {added} sprint{'' if added == 1 else 's'} added to " in done.stderr
    found = saved("ana.yaml", knowledge)
    assert [run.splits[-1].time for run in found.sprints] == [5.87, 5.83]
    assert found.values["age"] == 24
    assert "# windy" in (at / "ana.yaml").read_text()


def test_an_athlete_file_is_taken_as_it_is_written(at: Path, knowledge: KnowledgeBase) -> None:
    (at / "old").mkdir()
    shutil.move(at / "radar.csv", at / "old" / "radar.csv")
    (at / "old" / "tests.yaml").write_text(FILE)
    done = ask("--name", "Cleo", "--sprint", "old/tests.yaml")
    assert "old/tests.yaml speaks of Ana; here its sprints are taken as those of Cleo." in done.stderr
    text = (at / "cleo.yaml").read_text()
    assert "set_back: " in text
    assert "10 yd: " in text
    first, second = saved("cleo.yaml", knowledge).sprints
    assert (first.set_back, first.splits[1]) == (0.3, Split(9.144, 1.9))
    assert second.trace is not None
    assert "trace: " in text
    assert "old/radar.csv" in text


def test_rows_without_a_name_are_all_of_the_athlete(at: Path, knowledge: KnowledgeBase) -> None:
    (at / "gates.csv").write_text("5 m,10 m,20 m,30 m\n1.26,2.07,3.42,4.67\n1.25,2.06,3.40,4.64\n")
    ask("--name", "Ana", "--sprint", "gates.csv")
    assert len(saved("ana.yaml", knowledge).sprints) == 2


def test_a_file_may_have_any_name(at: Path, knowledge: KnowledgeBase) -> None:
    """A backslash in it is a letter like others."""
    (at / "a\\1b.csv").write_text("sex,mass_kg,start,5 m,10 m,20 m,30 m\nfemale,62,behind_gate,1.26,2.07,3.42,4.67\n")
    done = ask("--sprint", "a\\1b.csv", "--save", "ana.yaml")
    assert done.exit_code == 0, done.output
    assert "a\\1b.csv" in saved("ana.yaml", knowledge).sprints[0].name


def test_a_sprint_nobody_can_rely_on_is_told(at: Path) -> None:
    (at / "odd.csv").write_text(TITLES + ANA.replace("1.26", "0.26"))
    done = ask("--sprint", "odd.csv")
    assert "row 2 is kept and not relied on. An interval of " in done.stderr


# --- slips ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "text", "code", "said"), [
    ("squad.csv", TITLES + ANA + ANA.replace("Ana", "Bea"), 1, "there are 2 athletes in this file (Ana, Bea)"),
    ("slip.csv", TITLES + ANA.replace("3.42", "fast"), 1, "slip.csv:2:"),
    ("slip.csv", "a,b\n1,2\n", 1, "Columns found: a, b"),
    ("slip.yaml", FILE.replace("radar.csv", "rader.csv"), 1, "Did you mean 'radar.csv'?"),
    ("slip.yaml", "athlete: Ana\nsprints:\n  - splits: {5: 1.3}\n", 1, "sprint 1: "),
    ("slip.yaml", "athlete: Ana\n", 1, "no `sprints:`"),
    ("slip.doc", "x", 1, "slip.doc"),
    ("", "", 3, "nowhere.csv: there is no such file"),
])  # fmt: skip
def test_a_slip_is_told_before_the_first_question(at: Path, name: str, text: str, code: int, said: str) -> None:
    if name:
        (at / name).write_text(text)
    done = ask("--sprint", name or "nowhere.csv")
    assert done.exit_code == code, done.stderr
    assert said in done.stderr
    assert "?  " not in done.stderr
    assert not list(at.glob("a*.yaml"))


def test_a_trace_elsewhere_is_refused(at: Path) -> None:
    (at / "here").mkdir()
    done = ask("--name", "Ana", "--sprint", "radar.csv", "--save", "here/ana.yaml")
    assert done.exit_code == 1
    assert "radar.csv: a trace has to lie in the folder of the saved answers" in done.stderr
    assert ask("--name", "Ana", "--sprint", "radar.csv").exit_code == 0


# --- the parts --------------------------------------------------------------------------------------------------------


def test_the_examples_in_the_docstrings() -> None:
    assert run_examples(writing) > 0


def test_what_fits_no_question_is_left_to_be_asked(compiled: Compiled) -> None:
    person = Person("Ana", mass=300.0, height=1.7125, sex="female", age=24.5, event_group="darts")
    begun = sitting.begin(plan(compiled), compiled.knowledge, person, "both")
    assert dict(begun.given) == {"sex": "female", "stature": 171.25}
    assert begun.question is not None


@given(
    times=st.lists(st.floats(0.2, 1.5), min_size=1, max_size=6), wind=st.floats(-15, 15),
    start=st.sampled_from(["gun", "behind_gate", "unknown"]), set_back=st.none() | st.floats(0, 10),
    name=st.text(st.characters(categories=["L", "N", "P", "S", "Zs"]), max_size=30).map(str.strip),
)  # fmt: skip
def test_runs_are_written_as_they_are_read(
    times: list[float], wind: float, start: Any, set_back: float | None, name: str
) -> None:
    clock = [sum(times[: number + 1]) for number in range(len(times))]
    splits = tuple(Split(5.0 * number + 5, time) for number, time in enumerate(clock))
    run = Run(splits, start=start, wind=wind, name=name, set_back=set_back if start == "behind_gate" else None)
    text = write_items([item_of(run)])
    again, faults = read_items(*_parsed(text), ("sprints",), None, date(2026, 3, 1))
    assert not faults
    assert [split.distance for split in again[0].splits] == [split.distance for split in splits]
    assert [split.time for split in again[0].splits] == pytest.approx(clock, abs=1e-12)
    assert again[0].start == start
    assert (again[0].wind, again[0].set_back or 0) == pytest.approx((wind, run.set_back or 0), abs=1e-12)
    both, faults = read_items(*_parsed(write_items([item_of(run)], text)), ("sprints",), None, date(2026, 3, 1))
    assert not faults
    assert len(both) == 2


def _parsed(text: str) -> tuple[Any, Any]:
    data, page = read(text, "ana.yaml")
    return data["sprints"], page


@pytest.mark.parametrize("before", [
    'sprints: [{"splits": {"5": 1.2}}]\n',
    "sprints:\n- splits: {5: 1.2}\n",
    "sprints:\n\n      # old\n      - splits:\n          5: 1.2\n        name: old\n",
    '"sprints":\n  - {splits: {5: 1.2}}\n',
])  # fmt: skip
def test_sprints_are_added_whatever_the_layout(before: str) -> None:
    added = write_items([{"splits": {"5": 1.3}, "name": "new one"}], before)
    items, _ = _parsed(added)
    assert [item["splits"] for item in items] == [{"5": 1.2}, {"5": 1.3}]
    assert "# old" in added or "# old" not in before
