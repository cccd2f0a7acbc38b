"""Sprints as a coach writes them, in an athlete's file or a table, and what is read from them."""

from datetime import date
from pathlib import Path

import pytest

from engine.errors import Fault
from engine.sprint.reading import read_items
from engine.sprint.run import Run, Split
from engine.yaml_positions import read

TODAY = date(2026, 3, 1)


def items(text: str, folder: Path | None = None) -> tuple[tuple[Run, ...], list[Fault]]:
    data, page = read(text, "ana.yaml")
    return read_items(data["sprints"], page, ("sprints",), folder, TODAY)


WHOLE = """\
athlete: Ana
sprints:
  - splits: {5: 1.26, 10: "2,07", 20: 3.42, 30: 4670 ms, 35 m: 5.27 s, 40 yd: 5.5}
    start: behind gate
    set_back: 30 cm
    model: tc
    surface: track
    wind: 1.2 m/s
    temperature: 21 °C
    pressure: 760 mmHg
    sled: 20 kg
    resistance: 50 N
    date: 2026-03-01
    name: best of three
  - splits:
      10: 1,91
      20 m: 3.1
    start: gun
    reaction_time: 150 ms
"""


def test_everything_a_sprint_may_say() -> None:
    runs, faults = items(WHOLE)
    assert [str(fault) for fault in faults] == []
    first, second = runs
    assert first.splits == (Split(5, 1.26), Split(10, 2.07), Split(20, 3.42), Split(30, 4.67), Split(35, 5.27),
                            Split(36.576, 5.5))  # fmt: skip
    assert (first.start, first.set_back, first.model, first.surface) == ("behind_gate", 0.3, "tc", "track")
    assert (first.wind, first.temperature, first.pressure) == (1.2, 21, 1013.2)
    assert (first.inertia, first.resistance, first.day, first.name) == (20, 50, TODAY, "best of three")
    assert first.place is not None
    assert (first.place.file, first.place.line) == ("ana.yaml", 3)
    assert second.splits == (Split(10, 1.91), Split(20, 3.1))
    assert (second.start, second.reaction_time, second.wind) == ("gun", 0.15, 0)


@pytest.mark.parametrize(
    ("item", "line", "column", "says", "meant"),
    [
        ("- splits: {5: 1.2, 10: 1.9}\n    strat: gun", 3, 5, "unknown key 'strat'", "start"),
        ("- splits: {5: 1.2, 10: 1.9}\n    start: gunn", 3, 12, "'gunn' is not a choice of start", "gun"),
        ("- split: {5: 1.2, 10: 1.9}", 2, 5, "unknown key 'split'", "splits"),
        ("- splits: {5: 1.2, 10: 1.1}", 2, 26, "10 m is reached at 1.1 s, not later than 5 m at 1.2 s", ""),
        ("- splits: {5: 1.2, 10: 1.2}", 2, 26, "not later", ""),
        ("- splits: {5: 1.2, 5 m: 1.3}", 2, 22, "the distance 5 m is there twice", ""),
        ("- splits: {9.144: 1.2, 10 yd: 1.3}", 2, 26, "the distance 9.144 m is there twice", ""),
        ("- splits: {0: 0, 5: 1.2}", 2, 17, "0 m is the start line", ""),
        ("- splits: {5: 1260, 10: 2.1}", 2, 17, "1260 is outside the plausible range", "1260 ms"),
        ("- splits: {5: 1,26, 10: 2.1}", 2, 19, "decimals take a point", ""),
        ("- splits: {5: 0:01.26, 10: 2.1}", 2, 17, "looks like a clock time", "1.26"),
        ("- splits: {5: 0:01, 10: 2.1}", 2, 17, "looks like a clock time", ""),
        ("- splits: {5: nan, 10: 2.1}", 2, 17, "no number that can be measured", ""),
        ("- splits: {5: 1e999, 10: 2.1}", 2, 17, "outside the plausible range", ""),
        ("- splits: {five: 1.2}", 2, 14, "'five' is not a number in m", ""),
        ("- splits: {-5: 1.2}", 2, 14, "outside the plausible range", ""),
        ("- splits: {5: 1.2 kg}", 2, 17, "'kg' is not a unit", ""),
        ("- splits: {5: true}", 2, 17, "found 'true'", ""),
        ("- splits: {5: [1.2]}", 2, 17, "found a list", ""),
        ("- splits: {}", 2, 13, "nothing in it", ""),
        ("- splits: [1.2, 2.1]", 2, 13, "expected splits as distance and time", ""),
        ("- splits:", 2, 12, "expected splits as distance and time, found nothing", ""),
        ("- start: gun", 2, 5, "neither `splits` nor a `trace`", ""),
        ("- 1.2", 2, 5, "expected a sprint like", ""),
        ("- splits: {5: 1.2}\n    trace: a.csv", 3, 5, "either `splits` or a `trace`", ""),
        ("- splits: {5: 1.2}\n    device: radar", 3, 5, "`device` belongs to a trace", ""),
        ("- splits: {5: 1.2}\n    reaction_time: 0.1", 3, 5, "gun start only", ""),
        ("- splits: {5: 1.2}\n    start: gun\n    set_back: 0.3", 4, 5, "has no such gate", ""),
        ("- splits: {5: 1.2}\n    model: fd_fixed", 3, 12, "needs the measured `set_back`", ""),
        ("- splits: {5: 1.2}\n    set_back: 30", 3, 15, "outside the plausible range", "30 cm"),
        ("- splits: {5: 1.2}\n    temperature: 70 F", 3, 18, "degrees Celsius", "21.1 C"),
        ("- splits: {5: 1.2}\n    date: 2026-13-01", 3, 11, "year-month-day", ""),
        ("- splits: {5: 1.2}\n    wind:", 3, 10, "wind has no value", ""),
        ("- splits: {5: 1.2}\n    name: 7", 3, 11, "put it in quotes", ""),
    ],
)
def test_mistakes_of_an_item(item: str, line: int, column: int, says: str, meant: str) -> None:
    runs, faults = items(f"sprints:\n  {item}\n")
    assert runs == ()
    [fault] = faults
    assert says in fault.message
    assert (fault.place.line, fault.place.column) == (line, column)
    assert fault.suggestion == meant


@pytest.mark.parametrize("found", ["sprints: 3\n", "sprints: {splits: {5: 1.2}}\n", "sprints: []\n", "sprints:\n"])
def test_sprints_are_a_list(found: str) -> None:
    _, [fault] = items(found)
    assert "expected a list of sprints" in fault.message


def test_all_mistakes_are_told_together_and_not_without_end() -> None:
    _, faults = items("sprints:\n" + "  - splits: {5: x, 10: y}\n    start: z\n" * 40)
    assert len(faults) == 50
    assert [fault.message for fault in items("sprints:\n  - splits: {5: x}\n    wind: y\n")[1]] == [
        "a split time: 'x' is not a number in s",
        "wind: 'y' is not a number in m/s",
    ]


def test_a_good_sprint_beside_a_bad_one_does_not_hide_the_fault() -> None:
    runs, faults = items("sprints:\n  - splits: {5: 1.2}\n  - splits: {5: x}\n")
    assert len(runs) == len(faults) == 1


# --- traces ---------------------------------------------------------------------------------------------------------

TRACE = "sprints:\n  - trace: {name}\n    device: radar\n"


def test_a_trace_beside_the_file(tmp_path: Path) -> None:
    (tmp_path / "radar").mkdir()
    (tmp_path / "radar" / "ana.csv").write_text("time_s,velocity_km_h\n0,0\n0.1,3.6\n0.2,7.2\n", "utf-8")
    [run], faults = items(TRACE.format(name="radar/ana.csv"), tmp_path)
    assert not faults
    assert run.trace is not None
    assert (run.trace.device, run.trace.times, run.trace.velocities) == ("radar", (0, 0.1, 0.2), (0, 1, 2))


def test_the_columns_of_a_trace_can_be_named(tmp_path: Path) -> None:
    (tmp_path / "ana.csv").write_text("Zeit;Tempo\n0;0\n0,1;1,5\n", "utf-8")
    _, [fault] = items(TRACE.format(name="ana.csv"), tmp_path)
    assert "no column is known to hold time or velocity" in fault.message
    assert fault.allowed == "columns: {time: …, velocity: …}"
    [run], faults = items(TRACE.format(name="ana.csv") + "    columns: {time: Zeit, velocity: Tempo}\n", tmp_path)
    assert not faults
    assert run.trace is not None
    assert run.trace.velocities == (0, 1.5)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("/etc/passwd", "beside the athlete's file"),
        ("../ana.csv", "beside the athlete's file"),
        ("a/../../ana.csv", "beside the athlete's file"),
        ("C:\\ana.csv", "beside the athlete's file"),
        ("..\\ana.csv", "beside the athlete's file"),
        ("~/ana.csv", "beside the athlete's file"),
        ("link/ana.csv", "leads out of the folder"),
        ("anna.csv", "there is no file 'anna.csv'"),
        ("sub", "there is no file 'sub'"),
        ("3", "put it in quotes"),
    ],
)
def test_a_trace_lies_below_the_folder(tmp_path: Path, name: str, says: str) -> None:
    (tmp_path / "ana.csv").write_text("time_s,velocity_m_s\n0,0\n", "utf-8")
    home = tmp_path / "home"
    (home / "sub").mkdir(parents=True)
    (home / "link").symlink_to(tmp_path)
    (home / "ana.csv").write_text("time_s,velocity_m_s\n0,0\n", "utf-8")
    runs, [fault] = items(TRACE.format(name=name), home)
    assert runs == ()
    assert says in fault.message
    assert (fault.place.line, fault.place.column) == (2, 12)
    assert fault.suggestion == ("ana.csv" if name == "anna.csv" else "")


def test_no_trace_through_a_pipe() -> None:
    _, [fault] = items(TRACE.format(name="ana.csv"), None)
    assert "came through a pipe" in fault.message


def test_a_mistake_in_the_trace_has_its_row_and_column(tmp_path: Path) -> None:
    (tmp_path / "ana.csv").write_text("time_s,velocity_m_s\n0,0\n0.1,fast\n", "utf-8")
    _, [fault] = items(TRACE.format(name="ana.csv"), tmp_path)
    assert (fault.place.file, fault.place.line, fault.place.column) == ("ana.csv", 3, 2)
    assert "'fast' is not a number in m/s" in fault.message
