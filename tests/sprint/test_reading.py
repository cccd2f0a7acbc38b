"""Sprints as a coach writes them, in an athlete's file or a table, and what is read from them."""

import math
import random
import re
import subprocess
import sys
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from engine.errors import AnswersError, Fault
from engine.sprint import traces
from engine.sprint.reading import ColumnsUnknown, read_items, read_sprint_file, slopes, tables, titles, values
from engine.sprint.run import Entry, Person, Run, Split
from engine.yaml_positions import read
from tests.conftest import ROOT
from tests.sprint.doctests import run_examples

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
        ("- splits: {5: 1.2}\n    model: fd_fixed", 3, 12, "needs the measured set_back", ""),
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
    (tmp_path / "ana.csv").write_text("Aika;Nopeus\n0;0\n0,1;1,5\n", "utf-8")
    _, [fault] = items(TRACE.format(name="ana.csv"), tmp_path)
    assert "no column is known to hold time or velocity" in fault.message
    assert fault.allowed == "columns: {time: …, velocity: …}"
    [run], faults = items(TRACE.format(name="ana.csv") + "    columns: {time: Aika, velocity: Nopeus}\n", tmp_path)
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
        ("box.csv", "there is no file 'box.csv'"),
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


# --- tables ---------------------------------------------------------------------------------------------------------


def table(tmp_path: Path, text: str, name: str = "splits.csv", **options: Any) -> tuple[Entry, ...]:
    path = tmp_path / name
    path.write_bytes(text.encode("utf-8"))
    return read_sprint_file(path, today=TODAY, **options)


def splits(entry: Entry) -> list[tuple[float, float]]:
    return [(split.distance, split.time) for split in entry.runs[0].splits]


WIDE = """athlete,mass_kg,height_cm,sex,age_y,start,set_back_cm,wind,date,5 m,10 m
Ana,60,168,f,24,behind gate,30,-0.5,2026-02-01,1.26,2.07
Ben,75,180,male,,,,,,1.21,1.98
Ana,60,168,f,24,gun,,1.2,,1.25,2.05
"""


def test_a_row_for_each_sprint(tmp_path: Path) -> None:
    ana, ben = table(tmp_path, WIDE)
    assert ana.person == Person("Ana", 60, 1.68, "female", 24)
    assert ben.person == Person("Ben", 75, 1.80, "male", None)
    first, second = ana.runs
    assert first.splits == (Split(5, 1.26), Split(10, 2.07))
    assert (first.start, first.set_back, first.wind, first.day) == ("behind_gate", 0.3, -0.5, date(2026, 2, 1))
    assert (second.start, second.set_back, second.wind, second.day) == ("gun", None, 1.2, None)
    assert (second.name, second.place and second.place.line) == ("row 4", 4)
    assert ana.said == {}


@pytest.mark.parametrize(
    ("titles", "expected"),
    [
        ("t_5m_s,t_10m_s", [5, 10]),
        ("5 m,10 m", [5, 10]),
        ("5m;10m", [5, 10]),
        ("5,10", [5, 10]),
        ("split_5,split_10", [5, 10]),
        ("t5,t10", [5, 10]),
        ("10 yd,20 yd", [9.144, 18.288]),
        ("5m split (s),10m split (s)", [5, 10]),
        ("Time 5 m [s],Time 10 m [s]", [5, 10]),
        ("0-5 m,0-10 m", [5, 10]),
        ("5_m,10_m", [5, 10]),
        ("Sprint 5m,Sprint 10m", [5, 10]),
        ("10m,5m", [10, 5]),
        ("7.5 m,15 m", [7.5, 15]),
    ],
)
def test_what_a_gate_may_be_called(tmp_path: Path, titles: str, expected: list[float]) -> None:
    semicolon = ";" in titles
    first, second = (("1,2", "2,1") if semicolon else ("1.2", "2.1"))  # fmt: skip
    values = (first, second) if expected[0] < expected[1] else (second, first)
    [entry] = table(tmp_path, f"{titles}\n{(';' if semicolon else ',').join(values)}\n")
    assert splits(entry) == [(min(expected), 1.2), (max(expected), 2.1)]


@pytest.mark.parametrize(
    "titles", ["t_5m_ms,t_10m_ms", "5 m (ms),10 m (ms)"]
)  # fmt: skip
def test_milliseconds_in_the_title(tmp_path: Path, titles: str) -> None:
    [entry] = table(tmp_path, f"{titles}\n1260,2070.5\n")
    assert splits(entry) == [(5, 1.26), (10, 2.0705)]


def test_a_gate_that_was_not_measured_is_said(tmp_path: Path) -> None:
    ana, ben, _ = table(tmp_path, "athlete,5 m,10 m,20 m\nAna,1.2,,3.2\nBen,1.2,2.0,3.1\nCid,1.2,,3.3\n")
    assert splits(ana) == [(5, 1.2), (20, 3.2)]
    assert len(splits(ben)) == 3
    assert ana.said == {"10 m": "empty in rows 2 and others; taken as not measured there"}


@pytest.mark.parametrize(
    ("title", "found", "meant"),
    [("mass", "6", ""), ("mass", "300", "300 lb"), ("height_cm", "1.71", "1.71 m"), ("height", "171", "171 cm"),
     ("height_cm", "17", ""), ("10 m", "2070", "2070 ms"), ("t_10m_ms", "2.07", "2.07 s"), ("10 m", "0.001", "")],
)  # fmt: skip
def test_the_unit_that_may_be_meant(tmp_path: Path, title: str, found: str, meant: str) -> None:
    text = f"{title}\n{found}\n" if "10" in title else f"{title},10 m\n{found},2.07\n"
    with pytest.raises(AnswersError) as error:
        table(tmp_path, text)
    assert error.value.faults[0].suggestion == meant


@pytest.mark.parametrize("title", ["5 m (ms)", '"5 m, ms"', "t_5m_ms", "5 m in ms", "Zeit 5m [ms]"])
def test_a_column_in_milliseconds(tmp_path: Path, title: str) -> None:
    [entry] = table(tmp_path, f"athlete,{title}\nAna,1260\n")
    assert splits(entry) == [(5, 1.26)]
    with pytest.raises(AnswersError, match=r"says so in its title: '5 m \(ms\)'"):
        table(tmp_path, "athlete,5 m\nAna,1260\n")


def test_a_sprint_that_stands_there_twice_is_said(tmp_path: Path) -> None:
    ana, _ = table(tmp_path, "athlete,5 m,10 m\nAna,1.2,2.1\nBen,1.2,2.1\nAna,1.2,2.1\nAna,1.2,2.2\n")
    assert len(ana.runs) == 3
    said = "the same times of the same athlete; leave one out unless there were two sprints"
    assert ana.said == {"rows 2 and 4": said}
    alone = table(tmp_path, "5 m\n1.2\n1.2\n1.3\n")
    assert len(alone) == 3
    assert list(alone[0].said) == ["rows 2 and 3"]
    [bea] = table(tmp_path, "athlete,run,distance,time\nBea,1,5,1.2\nBea,2,5,1.2\nBea,3,5,1.2\n")
    assert list(bea.said) == ["rows 2 and 3", "rows 2 and 4"]


def test_columns_read_over_are_said(tmp_path: Path) -> None:
    [entry] = table(tmp_path, "team,athlete,0 m,10 m,10-20 m,shoes,20 m\nX,Ana,0,2.0,1.1,blue,3.1\n")
    assert splits(entry) == [(10, 2.0), (20, 3.1)]
    left_out = ('not known as a title, so left out; if one holds the mass or the height, '
                'say --columns "mass=TITLE,height=TITLE"')  # fmt: skip
    assert entry.said == {
        "team": left_out,
        "shoes": left_out,
        "10-20 m": "a time between two gates; times from the start are read",
        "0 m": "the start line is no gate",
    }


def test_a_row_for_each_gate(tmp_path: Path) -> None:
    text = "athlete,run,distance,time\nAna,1,5,1.26\nAna,1,10,2.07\nBen,1,5,1.2\nAna,2,10,2.05\nAna,2,5,1.25\n"
    ana, ben = table(tmp_path, text)
    assert [run.splits for run in ana.runs] == [(Split(5, 1.26), Split(10, 2.07)), (Split(5, 1.25), Split(10, 2.05))]
    assert [run.name for run in ana.runs] == ["1", "2"]
    assert ben.runs[0].splits == (Split(5, 1.2),)


def test_two_columns_in_different_units_are_one(tmp_path: Path) -> None:
    [entry] = table(tmp_path, "distance_yd,distance_m,time_s\n10,9.144,1.7\n")
    assert splits(entry) == [(9.144, 1.7)]
    assert entry.said == {"distance_yd": "the same as distance_m in another unit"}


def test_two_athletes_of_one_name(tmp_path: Path) -> None:
    found = table(tmp_path, "name,id,mass,5 m\nAna,1,60,1.2\nAna,2,70,1.3\n")
    assert [(entry.person.name, entry.person.mass) for entry in found] == [("Ana", 60), ("Ana", 70)]


@pytest.mark.parametrize(
    ("text", "device", "filled"),
    [
        ("time_s,velocity_m_s\n0,0\n0.1,1\n", "radar", ("times", "velocities")),
        ("time_s,distance_m,velocity_m_s\n0,0,0\n0.1,0,1\n", "radar", ("times", "velocities")),
        ("distance_m,speed\n0.5,2\n1,3\n", "tether", ("velocities", "distances")),
        ("velocity,acceleration (m/s²)\n5,2\n6,1\n", "in_situ", ("velocities", "accelerations")),
        ("v [m/s],a [m/s^2]\n5,2\n6,1\n", "in_situ", ("velocities", "accelerations")),
        ("v m.s-1,a m.s-2\n5,2\n6,1\n", "in_situ", ("velocities", "accelerations")),
    ],
)
def test_a_row_for_each_sample(tmp_path: Path, text: str, device: str, filled: tuple[str, ...]) -> None:
    [entry] = table(tmp_path, text)
    trace = entry.runs[0].trace
    assert trace is not None
    assert trace.device == device
    columns = ("times", "velocities", "distances", "accelerations")
    assert [len(getattr(trace, name)) for name in columns] == [2 if name in filled else 0 for name in columns]
    assert entry.said["device"] == f"not said; read as a {device} trace by its columns"


@pytest.mark.parametrize(("device", "empty"), [("laser", "distances"), ("tether", "times"), ("in_situ", "times")])
def test_the_device_decides_between_columns(tmp_path: Path, device: str, empty: str) -> None:
    text = "time,distance,velocity,acceleration\n0,0,0,5\n0.1,0.2,1,4\n"
    [entry] = table(tmp_path, text, device=device)
    trace = entry.runs[0].trace
    assert trace is not None
    assert trace.device == device
    assert getattr(trace, empty) == ()
    assert "device" not in entry.said


PLACES = "time_s,distance_m\n" + "".join(f"{0.02 * at:.2f},{0.02 * at * at * 0.02 * 2:.6f}\n" for at in range(60))
"""Speed 4 m/s² t, in places."""


def test_a_laser_of_places_and_no_speeds(tmp_path: Path) -> None:
    [entry] = table(tmp_path, PLACES, device="laser")
    trace = entry.runs[0].trace
    assert trace is not None
    assert trace.times[0] == 0.06  # a whole tenth of a second lies about it
    assert trace.velocities == pytest.approx([4 * time for time in trace.times])
    assert trace.distances == ()
    assert "taken from distance over time" in entry.said["velocity"]
    with pytest.raises(ColumnsUnknown, match="a trace and no list of gates") as error:
        table(tmp_path, PLACES)
    assert error.value.needed == ("device",)
    with pytest.raises(ColumnsUnknown, match="a radar trace needs time and velocity"):
        table(tmp_path, PLACES, device="radar")


def test_a_laser_of_places_is_held_to_its_order(tmp_path: Path) -> None:
    with pytest.raises(AnswersError, match="not later than"):
        table(tmp_path, PLACES + "0.5,1\n", device="laser")


@pytest.mark.parametrize("rate", [50, 100, 1000])
def test_speeds_from_noisy_places_give_the_runner_back(rate: int) -> None:
    """A run of MSS 8.5 m/s and MAC 7.5 m/s² half a second into the file, each place 5 mm wrong."""
    noise, tau = random.Random(rate), 8.5 / 7.5
    times = [at / rate for at in range(6 * rate)]
    since = [max(0.0, time - 0.5) for time in times]
    places = [8.5 * (t - tau * (1 - math.exp(-t / tau))) + noise.gauss(0, 0.005) for t in since]
    found = traces.fit_velocity(*traces.trim(*slopes.speeds(times, places), standing_speed=0.3, smoothing=0.4))
    assert (found.mss, found.mac) == pytest.approx((8.5, 7.5), rel=0.015)


def test_the_places_of_a_real_laser_give_a_runner(tmp_path: Path) -> None:
    """Its maker smoothed the places into such a curve; the raw speeds of the same file give MSS 8.3 and MAC 7.5."""
    lines = (ROOT / "tests" / "data" / "laser_youth_basketball.csv").read_text("utf-8").splitlines()
    places = "\n".join(",".join(line.split(",")[:2]) for line in lines)
    [entry] = table(tmp_path, places, device="laser")
    trace = entry.runs[0].trace
    assert trace is not None
    found = traces.fit_velocity(*traces.trim(trace.times, trace.velocities, standing_speed=0.3, smoothing=0.4))
    assert (found.mss, found.mac) == pytest.approx((8.1, 8.3), abs=0.05)


def test_units_in_the_titles_of_a_trace(tmp_path: Path) -> None:
    [entry] = table(tmp_path, "time_ms;velocity_km_h\n0;0\n1,25;3,6\n1.5;1,8e1\n")
    trace = entry.runs[0].trace
    assert trace is not None
    assert list(trace.times) == [0, 0.00125, 0.0015]
    assert list(trace.velocities) == [0, 1, 5]


def test_several_traces_in_one_table(tmp_path: Path) -> None:
    found = table(tmp_path, "athlete,mass,time,velocity\nAna,60,0,0\nAna,60,0.1,1\nBen,70,0,0\nBen,70,0.1,2\n")
    assert [(entry.person.name, entry.person.mass) for entry in found] == [("Ana", 60), ("Ben", 70)]
    assert [entry.runs[0].trace and entry.runs[0].trace.velocities for entry in found] == [(0, 1), (0, 2)]


GERMAN = """Name;Gewicht kg;Größe in cm;Start;Geschlecht;Alter (Jahre);Disziplin;5 m;Zeit 10m [s];20m-Zeit
Jörg;78,5;183;hinter der Schranke;männlich;24;sprint;1,19;1,94;3,20
Änne;62;171;Startschuss;w;22;sprint;1,66;2,47;3,82
"""


def test_a_table_in_german(tmp_path: Path) -> None:
    jorg, anne = table(tmp_path, GERMAN, words={"event_group": ("sprint",)})
    assert jorg.person == Person("Jörg", 78.5, 1.83, "male", 24, "sprint")
    assert anne.person == Person("Änne", 62, 1.71, "female", 22, "sprint")
    assert splits(jorg) == [(5, 1.19), (10, 1.94), (20, 3.2)]
    assert (jorg.runs[0].start, anne.runs[0].start, jorg.said) == ("behind_gate", "gun", {})


@pytest.mark.parametrize(
    "titles",
    [
        "Athletin;Masse_kg;Körpergröße_cm;Geschlecht;Strecke (m);Zeit (s)",
        "Sportler;Koerpergewicht [kg];Groesse [cm];Geschlecht;Weg in m;Laufzeit in s",
        "Nom;Poids (kg);Taille (cm);Sexe;Distance (m);Temps (s)",
        "Nombre;Peso kg;Talla cm;Género;Distancia;Tiempo",
    ],
)
def test_titles_of_other_languages(tmp_path: Path, titles: str) -> None:
    [entry] = table(tmp_path, f"{titles}\nEva;61,5;170;F;5;1,3\nEva;61,5;170;f;10;2,1\n")
    assert entry.person == Person("Eva", 61.5, 1.7, "female")
    assert (splits(entry), entry.said) == ([(5, 1.3), (10, 2.1)], {})


@pytest.mark.parametrize(
    ("title", "word", "sex"),
    [("Geschlecht", "Weiblich", "female"), ("Sexe", "H", "male"), ("Sexe", "femme", "female"),
     ("Sexo", "mujer", "female"), ("Sexo", "Hombre", "male"), ("Geschlecht", "m", "male"), ("sex", "W", "female")],
)  # fmt: skip
def test_a_sex_in_other_words(tmp_path: Path, title: str, word: str, sex: str) -> None:
    [entry] = table(tmp_path, f"{title},5 m\n{word},1.2\n")
    assert entry.person.sex == sex


def test_a_bare_m_below_sexo_is_not_guessed(tmp_path: Path) -> None:
    with pytest.raises(AnswersError, match=r"may be masculino or mujer\nAllowed: hombre, mujer"):
        table(tmp_path, "sexo,5 m\nM,1.2\n")


def test_event_and_level(tmp_path: Path) -> None:
    words = {"event_group": ("sprint", "team_sport"), "training_level": ("trained",)}
    [entry] = table(tmp_path, "name,Event,level,5 m\nAna,Team Sport,trained,1.2\n", words=words)
    assert (entry.person.event_group, entry.person.training_level) == ("team_sport", "trained")
    [entry] = table(tmp_path, "name,event,event_group,5 m\nAna,team_sport,sprint,1.2\n", words=words)
    assert (entry.person.event_group, entry.said) == ("sprint", {"event": "left out beside event_group"})
    [entry] = table(tmp_path, "name,event,5 m\nAna,100 m,1.2\n", words=words)
    assert (entry.person.event_group, entry.said["event"]) == (
        None, "left out: none of its words is a choice of event_group")  # fmt: skip
    with pytest.raises(AnswersError, match="'100 m' is not a choice of event_group; if event says something else"):
        table(tmp_path, "name,event,5 m\nAna,100 m,1.2\nBea,sprint,1.3\n", words=words)
    with pytest.raises(AnswersError, match="'100 m' is not a choice of event_group"):
        table(tmp_path, "name,event_group,5 m\nAna,100 m,1.2\n", words=words)


def test_a_position_without_a_unit_is_a_players(tmp_path: Path) -> None:
    [entry] = table(tmp_path, "name,position,5 m\nAna,keeper,1.2\n")
    assert "position" in entry.said
    [entry] = table(tmp_path, "Position [m],Time [s]\n5,1.2\n10,2.0\n")
    assert splits(entry) == [(5, 1.2), (10, 2.0)]


def test_columns_said_by_the_coach(tmp_path: Path) -> None:
    text = "Matka;Aika;Juoksija\n5;1,26;Ana\n10;2,07;Ana\n"
    with pytest.raises(ColumnsUnknown, match='--columns "distance=TITLE,time=TITLE"'):
        table(tmp_path, text)
    [entry] = table(tmp_path, text, columns={"time": "aika", "distance": "Matka", "athlete": "Juoksija"})
    assert (entry.person.name, splits(entry)) == ("Ana", [(5, 1.26), (10, 2.07)])
    text = "athlete,Schranke 1,Schranke 2 (ms)\nAna,1.2,2070\n"
    [entry] = table(tmp_path, text, columns={"5 m": "Schranke 1", "10 yd": "Schranke 2 (ms)"})
    assert splits(entry) == [(5, 1.2), (9.144, 2.07)]


def test_what_may_be_meant_is_offered(tmp_path: Path) -> None:
    with pytest.raises(ColumnsUnknown) as error:
        table(tmp_path, "distance_m,time_incl_reaction_s\n5,1.2\n")
    assert error.value.candidates == {"time": ("time_incl_reaction_s",)}
    assert "--columns \"time=time_incl_reaction_s\"" in str(error.value)  # fmt: skip


@pytest.mark.parametrize("text", ["\ufeff{}", "{}\r\n", "\n\n{}\n\n"])
def test_marks_and_line_ends(tmp_path: Path, text: str) -> None:
    body = "athlete;5 m\nZoë;1,234\n"
    [entry] = table(tmp_path, text.format(body.replace("\n", "\r\n") if "\r" in text else body))
    assert (entry.person.name, splits(entry)) == ("Zoë", [(5, 1.234)])


def test_what_excel_saves_as_csv_in_germany(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("Sportlerin;Größe cm;5 m\r\nJörg „Lü€“;171;1,26\r\n".encode("cp1252"))
    [entry] = read_sprint_file(path, today=TODAY)
    assert (entry.person.name, entry.person.height, splits(entry)) == ("Jörg „Lü€“", 1.71, [(5, 1.26)])
    assert list(entry.said) == ["encoding"]
    assert "Windows-1252" in entry.said["encoding"]


def test_a_comma_table_with_decimal_commas_in_quotes(tmp_path: Path) -> None:
    [entry] = table(tmp_path, 'athlete,5 m,10 m\n"Ana, the first","1,26","2,075"\n')
    assert (entry.person.name, splits(entry)) == ("Ana, the first", [(5, 1.26), (10, 2.075)])


def workbook(path: Path, **sheets: list[list[Any]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, cells in sheets.items():
        sheet = book.create_sheet(name)
        for row in cells:
            sheet.append(row)
    book.save(path)
    return path


def test_a_workbook(tmp_path: Path) -> None:
    cells = [["athlete", "id", "date", 5, "10 m"], ["Ana", 7, datetime(2026, 2, 1), 1.26, "2,07"]]
    path = workbook(tmp_path / "splits.xlsx", Splits=cells, Empty=[])
    [entry] = read_sprint_file(path, today=TODAY)
    assert (entry.person.name, splits(entry)) == ("Ana", [(5, 1.26), (10, 2.07)])
    assert entry.runs[0].day == date(2026, 2, 1)


def cells_of(path: Path, **xml: str) -> Path:
    """The workbook with other XML in some cells, such as what Excel saves of a formula."""
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"].decode()
    for cell, content in xml.items():
        sheet, found = re.subn(rf'<c r="{cell}"[^>]*?(?:/>|>.*?</c>)', content, sheet)
        assert found == 1
    with zipfile.ZipFile(path, "w") as new:
        for name, part in parts.items():
            new.writestr(name, sheet if name == "xl/worksheets/sheet1.xml" else part)
    return path


TWO_ROWS: list[list[Any]] = [["athlete", "5 m", "mean"], ["Ana", 1.26, 1], ["Ben", 1.21, 1]]
COMPUTED = '<c r="B2"><f>1+0.26</f><v>1.26</v></c>'
NEVER_COMPUTED = '<c r="B2"><f>1+0.26</f><v></v></c>'
DIVIDED = '<c r="B2" t="e"><f>1/0</f><v>#DIV/0!</v></c>'


def test_a_formula_is_read_by_its_stored_value(tmp_path: Path) -> None:
    path = cells_of(workbook(tmp_path / "a.xlsx", Splits=TWO_ROWS), B2=COMPUTED)
    ana, ben = read_sprint_file(path, today=TODAY)
    assert (splits(ana), splits(ben)) == ([(5, 1.26)], [(5, 1.21)])
    assert ana.said["5 m"] == "holds formulas; the values saved with them are read"


def test_a_formula_that_gave_an_empty_text_is_an_empty_cell(tmp_path: Path) -> None:
    path = cells_of(workbook(tmp_path / "a.xlsx", Splits=[["athlete", "5 m", "10 m"], ["Ana", 1.26, 2]]),
                    C2='<c r="C2" t="str"><f>IF(D2="","",D2)</f><v></v></c>')  # fmt: skip
    [ana] = read_sprint_file(path, today=TODAY)
    assert splits(ana) == [(5, 1.26)]


@pytest.mark.parametrize(
    ("xml", "says"), [(NEVER_COMPUTED, "a formula without a stored value"), (DIVIDED, "an error of the spreadsheet")]
)
def test_a_formula_without_a_value_is_refused_where_it_is_read(tmp_path: Path, xml: str, says: str) -> None:
    path = cells_of(workbook(tmp_path / "a.xlsx", Splits=TWO_ROWS), B2=xml)
    with pytest.raises(AnswersError, match=rf"sheet 'Splits', row 2, column B \(5 m\): {says}") as error:
        read_sprint_file(path, today=TODAY)
    assert len(error.value.faults) == 1
    path = cells_of(workbook(tmp_path / "b.xlsx", Splits=TWO_ROWS), C2=xml.replace("B2", "C2"))
    assert [splits(entry) for entry in read_sprint_file(path, today=TODAY)] == [[(5, 1.26)], [(5, 1.21)]]
    path = cells_of(workbook(tmp_path / "c.xlsx", Splits=TWO_ROWS), B1=xml.replace("B2", "B1"))
    with pytest.raises(AnswersError, match="row 1, column B"):
        read_sprint_file(path, today=TODAY)


def test_a_heading_above_the_table(tmp_path: Path) -> None:
    cells: list[list[Any]] = [["Sprint test, spring"], [], [datetime(2026, 2, 1)], ["athlete", "5 m", "10 m"]]
    cells.append(["Ana", 1.26, 2.07])
    [entry] = read_sprint_file(workbook(tmp_path / "a.xlsx", Splits=cells), today=TODAY)
    assert splits(entry) == [(5, 1.26), (10, 2.07)]
    assert entry.said["Sprint test, spring"] == "a heading; the titles are read from row 4"
    assert entry.runs[0].name == "row 5"
    for text in ("Sprint test\n\nathlete;5 m\nAna;1,26\n", '"Sprint; test";\nathlete;5 m\nAna;1,26\n'):
        [entry] = table(tmp_path, text)
        assert splits(entry) == [(5, 1.26)]
        assert [reason[:9] for reason in entry.said.values()] == ["a heading"]


def test_a_table_of_one_column_has_no_heading(tmp_path: Path) -> None:
    assert [splits(entry) for entry in table(tmp_path, "5 m\n1.26\n1.31\n")] == [[(5, 1.26)], [(5, 1.31)]]


def test_one_sheet_of_several(tmp_path: Path) -> None:
    path = workbook(tmp_path / "s.xlsx", A=[["5 m"], [1.2]], B=[["5 m"], [1.3]])
    [entry] = read_sprint_file(path, sheet="B", today=TODAY)
    assert splits(entry) == [(5, 1.3)]


SMALL = """athlete: Ana
mass: 132 lb
height: 168 cm
sex: f
age: 24
event_group: sprint
sprints:
  - splits: {5: 1.26, 10: 2.07}
"""

ATHLETE = """athlete: Ana
date: 2026-03-01
answers:
  sex: female
  body_mass: 60
  stature: 5 ft 6 in
  event_group: sprint
  dj_rsi: 1.4
sprints:
  - splits: {5: 1.26, 10: 2.07}
  - trace: ana.csv
"""


def test_a_small_file_of_one_athlete(tmp_path: Path) -> None:
    [entry] = table(tmp_path, SMALL, "ana.yaml", words={"event_group": ("sprint", "distance")})
    assert entry.person == Person("Ana", 59.87, 1.68, "female", 24, "sprint")
    assert splits(entry) == [(5, 1.26), (10, 2.07)]
    with pytest.raises(AnswersError, match="'sprint' is not a choice of event_group"):
        table(tmp_path, SMALL, "ana.yaml", words={"event_group": ("distance",)})


def test_an_athletes_file(tmp_path: Path) -> None:
    (tmp_path / "ana.csv").write_text("time,velocity\n0,0\n0.1,1\n", "utf-8")
    [entry] = table(tmp_path, ATHLETE, "ana.yaml")
    assert entry.person == Person("Ana", 60, 1.6764, "female", None, "sprint")
    assert [bool(run.trace) for run in entry.runs] == [False, True]


def test_reading_needs_no_numerical_library() -> None:
    found = "import sys, engine.sprint.reading as r; assert not {'numpy', 'scipy'} & set(sys.modules), 'loaded'"
    subprocess.run([sys.executable, "-c", found], check=True, cwd=ROOT)


def test_ten_thousand_athletes_are_read(tmp_path: Path) -> None:
    rows = "".join(f"A{number},{60 + number % 30},1.26,2.07,3.42,4.67\n" for number in range(10_000))
    assert len(table(tmp_path, "athlete,mass,5 m,10 m,20 m,30 m\n" + rows)) == 10_000


def test_real_files_are_read_once_their_columns_are_named() -> None:
    data = ROOT / "tests" / "data"
    nfl = read_sprint_file(
        data / "sprint_splits_nfl2026_handlabelled.csv", columns={"time": "t_rel_clock_s"}, today=TODAY
    )
    assert [len(entry.runs[0].splits) for entry in nfl] == [8] * 7
    assert nfl[0].runs[0].splits[0] == Split(4.572, 1.0269)
    assert len(read_sprint_file(data / "sprint_splits_vescovi.csv", today=TODAY)) == 35
    berlin = {"time": "time_incl_reaction_s", "run": "event"}
    found = read_sprint_file(data / "sprint_splits_berlin2009.csv", columns=berlin, today=TODAY)
    bolt = next(entry for entry in found if entry.person.name == "Bolt")
    assert (len(bolt.runs), bolt.runs[0].reaction_time, bolt.runs[0].splits[0]) == (2, 0.146, Split(10, 1.88))


def test_the_manual_names_titles_that_are_known() -> None:
    manual = (ROOT / "docs" / "sprint.md").read_text("utf-8")
    rows = manual[manual.index("| what | English |"):].split("\n\n")[0].splitlines()[2:]
    cells = [cell for row in rows for cell in row.split("|")[2:4]]
    named = [title.strip() for cell in cells for title in re.split(r"[,;]|in milliseconds", cell)]
    assert len(named) > 50
    assert [title for title in named if title and titles.column_of(0, title.strip("`")) is None] == []


def test_the_examples_run() -> None:
    assert run_examples(values) + run_examples(titles) + run_examples(slopes) + run_examples(tables) >= 7
