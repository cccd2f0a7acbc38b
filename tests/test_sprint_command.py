"""`limiter sprint` as a coach meets it: files of every kind, options that fill in, questions, mistakes read aloud."""

import csv
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result

import cli
import reports
from commands.sprint_files import columns_of
from engine import sprints
from engine.knowledge import KnowledgeBase
from engine.sprint.reading import read_sprint_file
from engine.sprint.results import Analysis
from reports.sprint import as_csv
from reports.sprint import squad as squad_table
from reports.sprint.as_csv import QUANTITIES, SAVED, TITLES
from reports.sprint.squad import table
from tests.conftest import ROOT
from tests.sprint.doctests import run_examples

SPLITS = "distance_m;time_s\n5;1,31\n10;2,07\n20;3,42\n30;4,68\n40;5,91\n"
STRANGE = SPLITS.replace("distance_m;time_s", "Matka;Aika")
ABOUT = ("--mass", "60", "--height", "168", "--sex", "female", "--age", "21", "--event", "team_sport", "--level",
         "trained")  # fmt: skip
TWO = """\
athlete: Sam
mass: 72 kg
height: 1.8 m
sex: male
age: 22
event_group: sprint
training_level: trained
sprints:
  - splits: {5 m: 1.40, 10 m: 2.1, 20 m: 3.3, 30 m: 4.4, 40 m: 5.5}
    start: gun
    wind: 1.2
  - splits: {5 m: 1.41, 10 m: 2.12, 20 m: 3.31, 30 m: 4.42, 40 m: 5.53}
    start: gun
"""


@pytest.fixture
def splits(tmp_path: Path) -> Path:
    return written(tmp_path / "ana.csv", SPLITS)


@pytest.fixture(scope="module")
def squad(knowledge: KnowledgeBase) -> tuple[Analysis, ...]:
    """Some of the women of the Vescovi data, with a group to stand beside."""
    entries = read_sprint_file(ROOT / "tests" / "data" / "sprint_splits_vescovi.csv", today=date(2026, 3, 1))
    who = {"sex": "female", "event_group": "team_sport", "training_level": "trained"}
    return tuple(
        sprints.analysed(knowledge, replace(one.runs[0], start="behind_gate"), replace(one.person, **who))  # type: ignore[arg-type]  # words as the pages have them
        for one in (*entries[:12], entries[14], entries[31])
    )


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def limiter(*words: str | Path) -> Result:
    """Run the command; nothing may end in an exception of its own."""
    done = CliRunner().invoke(cli.commands, ["sprint", *map(str, words)], prog_name="limiter")
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    assert "Traceback" not in done.output
    return done


# --- what comes out -------------------------------------------------------------------------------------------------


def test_splits_in_words(splits: Path) -> None:
    done = limiter(splits, "--start", "behind_gate", *ABOUT)
    assert done.exit_code == 0
    assert "95 % interval" in done.stdout
    assert "trained team-sport players" in " ".join(done.stdout.split())
    assert done.stderr == ""


def test_json_is_one_object_with_what_the_options_said(splits: Path) -> None:
    done = limiter(splits, "--format", "json", "--start", "gun", "--distance", "30", "--wind", "-0.5",
                   "--temperature", "20", "--pressure", "1000", *ABOUT)  # fmt: skip
    found = json.loads(done.stdout)
    assert found["schema"] == 1
    assert found["distance_m"] == 30
    assert found["run"]["start"] == "gun"
    assert (found["run"]["wind_m_per_s"], found["run"]["pressure_hpa"]) == (-0.5, 1000)
    assert (found["person"]["mass_kg"], found["person"]["height_m"]) == (60, 1.68)
    assert found["assumed"] == {}
    assert [one["distance_m"] for one in found["run"]["splits"]] == [5, 10, 20, 30, 40]


@pytest.mark.parametrize("height", ["168", "168 cm", "1.68", "1,68", "1.68 m"])
def test_a_height_is_understood_in_cm_and_in_m(splits: Path, height: str) -> None:
    done = limiter(splits, "--format", "json", "--height", height)
    assert json.loads(done.stdout)["person"]["height_m"] == pytest.approx(1.68)


def test_one_model_alone(splits: Path) -> None:
    done = limiter(splits, "--format", "json", "--model", "none")
    assert [one["model"] for one in json.loads(done.stdout)["readings"]] == ["none"]


def test_an_athlete_file_with_sprints_works_too(tmp_path: Path) -> None:
    path = written(tmp_path / "ana.yaml", "athlete: Ana\ndate: 2026-03-01\nanswers:\n  sex: female\n  age: 21\n"
                   "  stature: 168\n  body_mass: 60\n  event_group: team_sport\n  training_level: trained\nsprints:\n"
                   "  - splits: {5 m: 1.17, 10 m: 1.98, 20 m: 3.38, 30 m: 4.71, 35 m: 5.38}\n"
                   "    start: behind_gate\n")  # fmt: skip
    done = limiter(path)
    assert done.exit_code == 0
    assert "Ana: sprint" in done.stdout
    assert "Group: Trained team-sport players" in done.stdout


def test_a_workbook_works_too(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.create_sheet("Gates")
    for row in (("athlete", "t_5m_s", "t_10m_s", "t_20m_s", "t_30m_s"), ("Ana", 1.17, 1.98, 3.38, 4.71)):
        sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    (tmp_path / "gates.xlsx").write_bytes(stream.getvalue())
    done = limiter(tmp_path / "gates.xlsx", "--sheet", "Gates")
    assert done.exit_code == 0
    assert "Ana: sprint" in done.stdout


def test_a_trace_works_too() -> None:
    done = limiter(ROOT / "tests" / "data" / "radar_jb_morin.csv", "--device", "radar", "--mass", "75", "--height",
                   "1.72", "--format", "json")  # fmt: skip
    found = json.loads(done.stdout)
    assert found["run"]["trace"]["device"] == "radar"
    assert found["readings"][0]["fit"]["mss_m_per_s"] == pytest.approx(9.2, abs=0.2)


def test_a_pdf_goes_into_a_file(splits: Path, tmp_path: Path) -> None:
    done = limiter(splits, "--format", "pdf", "--paper", "letter", "-o", tmp_path / "ana.pdf")
    assert done.exit_code == 0
    assert done.stdout == ""
    assert "Written: " in done.stderr
    assert (tmp_path / "ana.pdf").read_bytes()[:5] == b"%PDF-"


# --- several sprints ------------------------------------------------------------------------------------------------


def test_two_sprints_are_told_one_after_the_other(tmp_path: Path) -> None:
    done = limiter(written(tmp_path / "two.yaml", TWO))
    assert done.stdout.index("Sam: sprint, 1 of 2") < done.stdout.index("Sam: sprint, 2 of 2")
    found = json.loads(limiter(tmp_path / "two.yaml", "--format", "json").stdout)
    assert [one["run"]["name"] for one in found] == ["1 of 2", "2 of 2"]


def test_each_goes_into_a_file_of_its_own(tmp_path: Path) -> None:
    done = limiter(written(tmp_path / "two.yaml", TWO), "--format", "html", "-o", tmp_path / "pages")
    assert done.exit_code == 0
    assert sorted(path.name for path in (tmp_path / "pages").iterdir()) == ["sam-2.html", "sam.html"]


def test_many_are_a_line_each(tmp_path: Path) -> None:
    rows = "".join(f"Athlete {one},1.{one}7,1.9{one},3.3{one},4.6{one}\n" for one in range(1, 6))
    path = written(tmp_path / "team.csv", "athlete,t_5m_s,t_10m_s,t_20m_s,t_30m_s\n" + rows)
    done = limiter(path)
    assert done.exit_code == 0
    lines = [line[:9] for line in done.stdout.splitlines() if line.startswith("Athlete")]
    assert sorted(lines) == [f"Athlete {one}" for one in range(1, 6)]
    assert "\n5 sprints: " in done.stdout
    assert "--format pdf -o DIRECTORY" in done.stderr


def test_a_squad_fits_into_a_small_terminal(knowledge: KnowledgeBase, squad: Sequence[Analysis]) -> None:
    wide, small = (reports.list_sprints(squad, knowledge, width).splitlines() for width in (120, 80))
    assert max(map(len, small)) <= 80 < max(map(len, wide)) <= 120
    assert "F0 saves, s" in wide[2]
    assert "F0 saves, s" not in small[2]
    aues = (replace(one.person, name=f"Maximiliane von der Aue {at}") for at, one in enumerate(squad))
    long = [replace(one, person=person) for one, person in zip(squad, aues, strict=True)]
    cut = reports.list_sprints(long, knowledge, 80).splitlines()
    assert max(map(len, cut)) <= 80
    assert "Maximiliane von der…" in cut[3]


def test_a_squad_stands_by_verdict_and_is_counted(knowledge: KnowledgeBase, squad: Sequence[Analysis]) -> None:
    whole = table(squad)
    sides = [[line.split("  ")[-1] for line in block] for block in whole.blocks]
    assert all(len(set(block)) == 1 for block in sides)
    counts = [f"{len(block)} {block[0]}" for block in sides]
    assert whole.count == f"{len(squad)} sprints: {', '.join(counts)}."
    assert whole.beside == "Compared with trained team-sport players, over 20 m."
    ends = {line.index(" to ") for block in whole.blocks for line in block if " to " in line}
    assert len(ends) == 1, "the ends of intervals stand below one another"


def test_who_has_several_sprints_is_told_which(tmp_path: Path) -> None:
    rows = "Ana,1.17,1.98,3.38,4.71\nBea,1.2,2.0,3.4,4.7\nAna,1.18,1.99,3.37,4.7\nCea,1.21,2.01,3.41,4.71\n"
    path = written(tmp_path / "team.csv", "athlete,t_5m_s,t_10m_s,t_20m_s,t_30m_s\n" + rows)
    names = [line.split("  ")[0] for line in limiter(path).stdout.splitlines()[3:7]]
    assert names == ["Ana, row 2", "Ana, row 4", "Bea", "Cea"]


def test_the_examples_in_the_docstrings() -> None:
    assert run_examples(as_csv) + run_examples(squad_table) > 1


# --- a spreadsheet --------------------------------------------------------------------------------------------------


def sheet_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_a_squad_as_a_spreadsheet(squad: Sequence[Analysis], knowledge: KnowledgeBase) -> None:
    rows = sheet_of(str(reports.render_sprint(squad, knowledge, "csv")))
    assert len(rows) == len(squad)
    for row, one in zip(rows, squad, strict=True):
        assert (row["athlete"], row["verdict"], row["distance (m)"]) == (one.person.name, one.side, "20")
        assert row["reading"] == (one.chosen.model if one.chosen else "")
        assert row["flags"].split("; ") == (list(dict.fromkeys(flag.code for flag in one.flags)) or [""])
        for title, name in (("F0{} (N/kg)", "f0_rel"), ("V0{} (m/s)", "v0"), ("DRF{} (%/(m/s))", "drf")):
            estimate = one.estimates.get(name)
            told = [row[title.format(end)] for end in ("", " low", " high")]
            meant = (estimate.value, estimate.low, estimate.high) if estimate else ()
            assert [float(cell) for cell in told if cell] == pytest.approx(meant, abs=5e-5)
        saved = one.comparison.save_v0.value if one.comparison else None
        assert (float(row["saved by V0 (s)"]) if row["saved by V0 (s)"] else None) == pytest.approx(saved, abs=5e-5)


def test_the_manual_names_the_columns() -> None:
    manual = " ".join((ROOT / "docs" / "sprint.md").read_text("utf-8").split())
    told = manual[manual.index("The spreadsheet names"):]
    assert all(name in told for name in (*QUANTITIES.values(), *SAVED.values()))
    assert set(re.findall(r"`(F0[^`]*\))`", told)) <= set(TITLES)


def test_a_name_that_looks_like_a_formula_is_harmless_in_a_spreadsheet(tmp_path: Path) -> None:
    names = ["=HYPERLINK(0)", "+1", "-2", "@SUM(A1)", "＝1+1", "Ana"]
    rows = "".join(f'"{name}",1.17,1.98,3.38,4.71\n' for name in names)
    path = written(tmp_path / "team.csv", "athlete,t_5m_s,t_10m_s,t_20m_s,t_30m_s\n" + rows)
    found = sheet_of(limiter(path, "--format", "csv").stdout)
    assert [row["athlete"] for row in found] == [*(f"'{name}" for name in names[:-1]), "Ana"]


def test_a_spreadsheet_file_says_that_it_is_utf_8(tmp_path: Path) -> None:
    path = written(tmp_path / "two.yaml", TWO.replace("athlete: Sam", "athlete: Zoë"))
    done = limiter(path, "--format", "csv", "-o", tmp_path / "zoe.csv", "--distance", "30")
    assert done.exit_code == 0
    written_bytes = (tmp_path / "zoe.csv").read_bytes()
    assert written_bytes.startswith(b"\xef\xbb\xbfathlete,")
    rows = sheet_of(written_bytes.decode("utf-8-sig"))
    assert [(row["athlete"], row["sprint"], row["start"]) for row in rows] == [
        ("Zoë", "1 of 2", "gun"), ("Zoë", "2 of 2", "gun"),
    ]  # fmt: skip


def test_a_trace_and_a_hopeless_sprint_are_rows_too(tmp_path: Path) -> None:
    trace = sheet_of(limiter(ROOT / "tests" / "data" / "radar_jb_morin.csv", "--device", "radar", "--format", "csv")
                     .stdout)  # fmt: skip
    assert [(row["reading"], row["start"], row["verdict"]) for row in trace] == [("radar", "", "no_group")]
    yards = written(tmp_path / "ana.csv", SPLITS.replace("1,31", "0,31"))
    (row,) = sheet_of(limiter(yards, "--format", "csv").stdout)
    assert (row["verdict"], row["F0 (N/kg)"], row["reading"]) == ("unreliable", "", "")
    assert "unit_suspicion" in row["flags"]


# --- how far it is --------------------------------------------------------------------------------------------------


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="needs a pseudo-terminal")
@pytest.mark.parametrize(("many", "bar"), [(22, True), (5, False)])
def test_a_bar_tells_how_far_a_large_squad_is(tmp_path: Path, many: int, bar: bool) -> None:
    rows = "".join(f"Athlete {one},1.17,1.98,3.38,4.{one + 60}\n" for one in range(many))
    path = written(tmp_path / "team.csv", "athlete,t_5m_s,t_10m_s,t_20m_s,t_30m_s\n" + rows)
    reader, screen = os.openpty()
    done = subprocess.run([sys.executable, ROOT / "cli.py", "sprint", path, "--format", "csv"], stderr=screen,
                          stdout=subprocess.PIPE, encoding="utf-8", check=True)  # fmt: skip
    os.close(screen)
    said = os.read(reader, 10_000).decode()
    os.close(reader)
    assert (f"{many}/{many}" in said) is bar
    assert len(sheet_of(done.stdout)) == many


# --- file and options -----------------------------------------------------------------------------------------------


def test_the_file_goes_before_the_options_and_says_so(tmp_path: Path) -> None:
    done = limiter(written(tmp_path / "two.yaml", TWO), "--mass", "80", "--wind", "2", "--temperature", "25",
                   "--format", "json")  # fmt: skip
    first, second = json.loads(done.stdout)
    assert {one["person"]["mass_kg"] for one in (first, second)} == {72}
    assert (first["run"]["wind_m_per_s"], second["run"]["wind_m_per_s"]) == (1.2, 2)
    assert {one["run"]["temperature_c"] for one in (first, second)} == {25}
    assert "Sam: the file says mass 72; 80 is not used." in done.stderr
    assert done.stderr.count("wind") == 1


def test_an_option_that_agrees_is_not_spoken_of(tmp_path: Path) -> None:
    done = limiter(written(tmp_path / "two.yaml", TWO), "--mass", "72", "--start", "unknown")
    assert done.stderr == ""


def test_what_is_lacking_for_a_group_is_said(splits: Path) -> None:
    done = limiter(splits, "--sex", "female", "--age", "21")
    assert "To compare with a group, say --event --level." in done.stderr
    assert "team_sport" in done.stderr
    assert "--sex" not in done.stderr


# --- columns --------------------------------------------------------------------------------------------------------


def test_columns_can_be_named(tmp_path: Path) -> None:
    path = written(tmp_path / "ana.csv", STRANGE)
    assert limiter(path, "--columns", "distance=Matka, time=Aika").exit_code == 0


def test_a_comma_in_a_title_belongs_to_it() -> None:
    assert columns_of("time=Zeit, s,distance=Weg") == {"time": "Zeit, s", "distance": "Weg"}
    assert columns_of(None) == {}


def test_without_a_terminal_the_option_is_named(tmp_path: Path) -> None:
    done = limiter(written(tmp_path / "ana.csv", STRANGE))
    assert done.exit_code == 1
    assert "Columns found: Matka, Aika" in done.stderr
    assert '--columns "distance=TITLE,time=TITLE"' in done.stderr


def at_a_terminal(words: Sequence[str | Path], typed: str) -> tuple[int, str]:
    """Run limiter with a terminal as standard input: exit code and everything said."""
    keyboard, screen = os.openpty()
    process = subprocess.Popen(
        [sys.executable, ROOT / "cli.py", "sprint", *words], stdin=screen, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, encoding="utf-8",
    )  # fmt: skip
    os.write(keyboard, typed.encode())
    said, _ = process.communicate(timeout=60)
    os.close(keyboard)
    os.close(screen)
    return process.returncode, said


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="needs a pseudo-terminal")
def test_at_a_terminal_columns_are_asked_for(tmp_path: Path) -> None:
    code, said = at_a_terminal([written(tmp_path / "ana.csv", STRANGE)], "7\nx\n1\n1\n")
    assert code == 0, said
    assert "Which column holds the distance?\n  1  Matka\n  2  Aika\n" in said
    assert said.count("A number from 1 to 2, please.") == 2
    assert "Which column holds the time?\n  1  Aika\n" in said
    assert 'Next time: --columns "distance=Matka,time=Aika"' in said
    assert "Athlete: sprint" in said


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="needs a pseudo-terminal")
def test_who_gives_no_answer_has_stopped(tmp_path: Path) -> None:
    code, said = at_a_terminal([written(tmp_path / "ana.csv", STRANGE)], "\x04")
    assert code == 130
    assert "Stopped." in said


# --- mistakes -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("words", "code", "said"), [
    (("--mass", "6000"), 2, "--mass: 6000 is outside the plausible range.\nAllowed: 20 to 250 kg"),
    (("--height", "tall"), 2, "--height: 'tall'"),
    (("--event", "sprnt"), 2, "Did you mean 'sprint'?"),
    (("--level", "expert"), 2, "--level: 'expert' is not a choice of level"),
    (("--distance", "0"), 2, "--distance: "),
    (("--columns", "Zeit"), 2, "write it like time=Zeit,distance=Weg"),
    (("--model", "fd_fixed"), 2, "add --set-back M"),
    (("--start", "crouch"), 2, "'crouch' is not one of"),
    (("--columns", "time=time_s,distance=Strecke"), 1, "there is no column 'Strecke'"),
    (("--sheet", "x"), 1, "sheet"),
    (("--format", "json", "-o", "/nonexistent/ana.json"), 3, "there is no directory /nonexistent"),
])  # fmt: skip
def test_mistakes_are_told_in_words(splits: Path, words: tuple[str, ...], code: int, said: str) -> None:
    done = limiter(splits, *words)
    assert said in done.stderr
    assert done.exit_code == code
    assert done.stdout == ""


def test_a_file_that_is_not_there_is_not_found(tmp_path: Path) -> None:
    done = limiter(tmp_path / "nobody.csv")
    assert done.exit_code == 3
    assert "there is no such file" in done.stderr


def test_standard_input_is_no_file() -> None:
    done = limiter("-")
    assert done.exit_code == 2
    assert "not from standard input" in done.stderr


def test_a_wrong_cell_is_told_with_its_row(tmp_path: Path) -> None:
    path = written(tmp_path / "ana.csv", SPLITS.replace("3,42", "fast"))
    done = limiter(path)
    assert done.exit_code == 1
    assert "ana.csv:4:" in done.stderr
    assert done.stdout == ""


def test_one_bad_sprint_does_not_hide_the_others(tmp_path: Path) -> None:
    text = TWO.replace("    start: gun\n    wind: 1.2\n", "    start: gun\n    wind: 1.2\n    reaction_time: 0.9\n")
    text = text.replace("{5 m: 1.40, 10 m: 2.1,", "{3 m: 0.80, 5 m: 1.40, 10 m: 2.1,")
    done = limiter(written(tmp_path / "two.yaml", text))
    assert done.exit_code == 1
    assert "longer than the first split" in done.stderr
    assert done.stdout.count("Sam: sprint") == 1


def test_nothing_numerical_is_loaded_for_the_help() -> None:
    script = "import sys, cli; cli.commands.main(['sprint', '--help'], standalone_mode=False); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert not {"numpy", "scipy", "pydantic", "engine"} & set(done.stdout.split())
