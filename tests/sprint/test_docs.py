"""The page docs/sprint.md: its tables are computed again, its examples run, its files read."""

import csv
import doctest
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from engine import answers, sprints
from engine.endurance import FORMS, critical_speed
from engine.force_plate import contacts, low_pass, steps
from engine.knowledge import KnowledgeBase
from engine.sprint.batch import fit_many
from engine.sprint.body import Body
from engine.sprint.drag import drag_factor
from engine.sprint.elementwise import Array
from engine.sprint.flags import FLAGS
from engine.sprint.force_velocity import v0_of
from engine.sprint.kinematics import time_to
from engine.sprint.reading import read_sprint_file
from engine.sprint.run import ModelId
from engine.sprint.sensitivity import elasticities_of
from reports.sprint.words import verdict
from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "sprint.md").read_text(encoding="utf-8")
DATA = ROOT / "tests" / "data"
READINGS: Mapping[ModelId, str] = {"none": "no correction", "fixed_offset": "+0.3 s", "tc": "TC", "fd": "FD"}
TRUE_MSS, TRUE_MAC = 8.5, 7.5
GATES = (5.0, 10.0, 20.0, 30.0, 40.0)

Rows = Sequence[Sequence[str]]


def blocks(kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)


def table(name: str) -> Rows:
    """The rows of a marked table below its head."""
    found = re.search(rf"^<!-- table: {name} -->\n((?:\|.*\n)+)", PAGE, re.MULTILINE)
    assert found, name
    return [[cell.strip() for cell in line.strip("|\n").split("|")] for line in found[1].splitlines()[2:]]


def rows_of(file: str) -> list[dict[str, str]]:
    with (DATA / file).open(encoding="utf-8") as opened:
        return list(csv.DictReader(opened))


# --- what the tables say ----------------------------------------------------------------------------------------------


def set_back() -> Rows:
    rows = []
    for behind in (0.05, 0.1, 0.3, 0.5, 1.0):
        lost = float(time_to(behind, TRUE_MSS, TRUE_MAC))
        times = [[float(time_to(gate + behind, TRUE_MSS, TRUE_MAC)) - lost for gate in GATES]]
        macs = [f"{float(fit_many(GATES, times, model).mac[0]):.2f}" for model in READINGS]
        rows.append([f"{behind:.2f}", f"{lost:.3f}", *macs])
    return rows


def women() -> tuple[Mapping[ModelId, tuple[Array, Array, Array, Array]], Array, Array]:
    """For each reading MSS, TAU, F0 (N) and V0 of the 34 women; then their masses and drag factors."""
    people = [row for row in rows_of("sprint_splits_vescovi.csv") if row["athlete_id"] != "FMSS-151"]  # twice the same
    gates = (5, 10, 20, 30, 35)
    times = [[float(row[f"t_{gate}m_s"]) for gate in gates] for row in people]
    mass = np.array([float(row["mass_kg"]) for row in people])
    drag = np.array([drag_factor(float(row["mass_kg"]), float(row["height_cm"]) / 100) for row in people])
    found = {}
    for model in READINGS:
        fits = fit_many(gates, times, model)
        found[model] = fits.mss, fits.tau, mass * fits.mac, np.asarray(v0_of(fits.mss, fits.mac, Body(mass, drag)))
    return found, mass, drag


def vescovi() -> Rows:
    found, mass, _ = women()
    assert len(mass) == 34

    def spread(values: Array, digits: int) -> str:
        return f"{values.mean():.{digits}f} ± {values.std(ddof=1):.{digits}f}"

    return [
        [READINGS[model], spread(mss, 2), spread(tau, 2), spread(f0 / mass, 1), spread(v0, 2)]
        for model, (mss, tau, f0, v0) in found.items()
    ]


def flips() -> Rows:
    found, mass, drag = women()
    pairs: Sequence[tuple[ModelId, ModelId]] = (
        ("none", "tc"), ("none", "fd"), ("fixed_offset", "tc"), ("tc", "fd"),
    )  # fmt: skip
    rows = []
    for distance in (10, 20, 30):
        velocity = {
            model: elasticities_of(f0, v0, Body(mass, drag), distance)[1] < -1 / 3
            for model, (_, _, f0, v0) in found.items()
        }  # fmt: skip
        shares = [velocity[model].mean() for model in READINGS]
        shares += [(velocity[one] != velocity[other]).mean() for one, other in pairs]
        rows.append([f"{distance} m", *(f"{100 * share:.0f} %" for share in shares)])
    return rows


def noise() -> Rows:
    sets = {
        "5, 10, 20, 30, 40": GATES,
        "every 5 to 40": tuple(range(5, 41, 5)),
        "5, 10, 15, 20": (5, 10, 15, 20),
        "10, 20, 30": (10, 20, 30),
    }
    rows = []
    for name, gates in sets.items():
        times = np.array([time_to(float(gate), TRUE_MSS, TRUE_MAC) for gate in gates])
        times = times + np.random.default_rng(4).normal(0, 0.01, (4000, len(gates)))
        row = [name]
        for model in ("none", "tc"):
            if model == "tc" and len(gates) < 4:
                row += ["–", "–"]
                continue
            fits = fit_many(gates, times, model)
            row += [f"{100 * values.std() / values.mean():.1f}" for values in (fits.mss, fits.mac)]
        rows.append(row)
    return rows


def treadmill() -> Rows:
    force = low_pass([float(row["fy_vertical_N"]) for row in rows_of("running_grf_treadmill_2p5ms.csv")], 300, 50)
    rows = []
    for threshold in (20, 50, 100):
        found = steps(force, 300, contacts(force, 300, threshold))
        sine, measured = found.sine, found.measured
        rows.append([
            f"{threshold}", f"{found.contact_time:.4f}", f"{found.flight_time:.4f}",
            f"{sine.fmax:.0f} / {measured.fmax:.0f}", f"{sine.dy:.4f} / {measured.dy:.4f}",
            f"{sine.kvert / 1000:.1f} / {measured.kvert / 1000:.1f}",
        ])  # fmt: skip
    return rows


def forms() -> Rows:
    found = [critical_speed([1200, 2400, 3600], [218, 466, 720], form) for form in FORMS]
    return [
        [fit.form, f"{fit.cs:.3f} ± {fit.cs_error:.3f}", f"{fit.d_prime:.0f} ± {fit.d_prime_error:.0f}"]
        for fit in found
    ]


@pytest.mark.parametrize("computed", [set_back, vescovi, flips, noise, treadmill, forms])
def test_the_tables_say_what_comes_out(computed: Callable[[], Rows]) -> None:
    expected = computed()
    lines = "\n".join(f"| {' | '.join(row)} |" for row in expected)
    assert table(computed.__name__) == expected, f"docs/sprint.md should read:\n{lines}"


def test_every_flag_is_explained(knowledge: KnowledgeBase) -> None:
    told = [row[0].strip("`") for row in table("flags")]
    assert sorted(told) == sorted(knowledge.sprint.flags) == sorted(FLAGS)


def test_the_limits_the_page_speaks_of_are_those_of_the_knowledge(knowledge: KnowledgeBase) -> None:
    page = knowledge.sprint
    assert (page.fixed_offset.value, page.timing_noise.value, page.timing_noise_weight.value) == (0.3, 0.01, 8)
    assert (page.confidence, page.probe_percent.value, page.limits.refuted_below.value) == (0.95, 2.5, 0.05)
    assert (page.limits.fewest_gates.value, page.limits.far_gate_beyond.value) == (4, 20)
    assert (page.fixed_offset_error.value, page.set_back_error.value) == (0.12, 0.05)
    assert (page.limits.largest_noise.value, page.limits.start_matters.value) == (0.04, 10)
    assert tuple(page.starts["behind_gate"].models) == ("tc", "fd")
    assert tuple(page.starts["unknown"].models) == ("tc", "fd", "none")


def test_the_verdict_in_the_readme_is_the_example_s(knowledge: KnowledgeBase) -> None:
    file = ROOT / "examples" / "vescovi_fmss_205.yaml"
    [found] = sprints.analyses(knowledge, answers.read_file(file, knowledge, today=date(2026, 11, 22)))
    readme = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    assert verdict(found, knowledge.sprint) in readme


# --- what can be tried ------------------------------------------------------------------------------------------------


def test_the_examples_run_as_printed() -> None:
    runner, parser = doctest.DocTestRunner(), doctest.DocTestParser()
    names: dict[str, object] = {}
    assert len(blocks("python")) >= 5
    for number, block in enumerate(blocks("python")):
        example = parser.get_doctest(block, names, f"block {number}", "docs/sprint.md", 0)
        runner.run(example, clear_globs=False)
        names.update(example.globs)
    assert runner.tries > 20
    assert not runner.failures


@pytest.mark.parametrize(("kind", "ending", "athletes", "sprints"), [("yaml", "yaml", 1, 2), ("csv", "csv", 2, 2)])
def test_the_files_are_read(tmp_path: Path, kind: str, ending: str, athletes: int, sprints: int) -> None:
    [text] = blocks(kind)
    file = tmp_path / f"example.{ending}"
    file.write_text(text, encoding="utf-8")
    entries = read_sprint_file(file, today=date(2026, 3, 2))
    assert len(entries) == athletes
    assert sum(len(entry.runs) for entry in entries) == sprints
    assert {run.start for entry in entries for run in entry.runs} <= {"behind_gate", "gun"}
    assert all(entry.person.mass for entry in entries)
