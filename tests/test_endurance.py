"""Critical speed: worked numbers in all three forms, noiseless trials recovered, units, and what can be no trials."""

import csv
import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import endurance
from engine.endurance import FORMS, CriticalSpeed, Form, critical_speed, speed_reserve_ratio, usable_trials
from engine.errors import LimiterError, RunningError
from tests.conftest import ROOT
from tests.sprint.doctests import run_examples

METRES, SECONDS = (1200.0, 2400.0, 3600.0), (218.0, 466.0, 720.0)

speeds, reserves = st.floats(2, 7), st.floats(20, 450)
durations = st.lists(st.integers(120, 900), min_size=3, max_size=6, unique=True)


def codes(found: CriticalSpeed) -> list[str]:
    return [caution.code for caution in found.cautions]


def golden() -> list[tuple[Form, str, Mapping[str, Sequence[float]], float, float]]:
    rows = []
    with (ROOT / "tests" / "data" / "golden_formulas.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            for form in FORMS:
                if row["formula"] == f"critical_speed_{form}":
                    given, expected = json.loads(row["inputs_json"]), float(row["expected"])
                    rows.append((form, row["output"], given, expected, float(row["tol_abs"])))
    return rows


@pytest.mark.parametrize(("form", "output", "inputs", "expected", "tolerance"), golden())
def test_golden_values(
    form: Form, output: str, inputs: Mapping[str, Sequence[float]], expected: float, tolerance: float
) -> None:
    found = critical_speed(inputs["distance_m"], inputs["time_s"], form)
    value = found.cs if output == "CS" else found.d_prime
    assert value == pytest.approx(expected, rel=0, abs=tolerance)


def test_the_golden_values_are_there() -> None:
    assert len(golden()) == 4  # CS and D′ of the two straight lines


@pytest.mark.parametrize(
    ("form", "cs", "d_prime"),
    [("distance_time", 4.780649, 162.656), ("inverse_time", 4.799508, 154.676), ("hyperbola", 4.755601, 177.100)],
)
def test_the_forms_disagree_about_the_reserve_and_hardly_about_the_speed(form: Form, cs: float, d_prime: float) -> None:
    found = critical_speed(METRES, SECONDS, form, forms_disagree=0.1)
    assert round(found.cs, 6) == cs
    assert round(found.d_prime, 3) == d_prime
    assert codes(found) == ["depends_on_form"]
    assert codes(critical_speed(METRES, SECONDS, form)) == []
    assert found.cautions[0].value == pytest.approx(177.100 - 154.676, abs=1e-3)
    assert found.r_squared is not None
    assert found.r_squared > 0.99


def test_two_trials_are_one_line_in_every_form() -> None:
    for form in FORMS:
        found = critical_speed((1200, 3600), (218, 720), form)
        assert (round(found.cs, 6), round(found.d_prime, 3)) == (4.780876, 157.769)
        assert codes(found) == ["few_trials"]
        assert (found.cs_error, found.d_prime_error, found.r_squared) == (None, None, None)


def test_the_worked_example_of_the_pages() -> None:
    found = critical_speed((1200, 3000, 5000), (225, 612, 1045))
    assert (round(found.cs, 2), round(found.d_prime)) == (4.63, 160)
    assert round(1000 / found.cs) == 3 * 60 + 36
    assert round(critical_speed((1200, 3000), (225, 612)).cs, 2) == 4.65
    assert round(speed_reserve_ratio(10 / 1.18, found.cs), 2) == 1.83


def test_standard_errors_against_the_textbook() -> None:
    found = critical_speed(METRES, SECONDS)
    residuals = [d - found.d_prime - found.cs * t for d, t in zip(METRES, SECONDS, strict=True)]
    mean = sum(SECONDS) / 3
    spread = sum((t - mean) ** 2 for t in SECONDS)
    noise = sum(r * r for r in residuals) / 1
    assert found.cs_error == pytest.approx(math.sqrt(noise / spread))
    assert found.d_prime_error == pytest.approx(math.sqrt(noise * sum(t * t for t in SECONDS) / 3 / spread))


@given(st.sampled_from(FORMS), speeds, reserves, durations)
def test_noiseless_trials_are_recovered_exactly(form: Form, cs: float, reserve: float, times: list[int]) -> None:
    found = critical_speed([cs * time + reserve for time in times], times, form)
    assert found.cs == pytest.approx(cs, rel=1e-7)
    assert found.d_prime == pytest.approx(reserve, rel=1e-5)
    assert found.cs_error == pytest.approx(0, abs=1e-4)
    assert codes(found) == []


@given(speeds, reserves, durations, st.lists(st.floats(-0.01, 0.01), min_size=6, max_size=6))
def test_the_hyperbola_is_the_best_of_all(cs: float, reserve: float, times: list[int], noise: list[float]) -> None:
    run = [time * (1 + error) for time, error in zip(times, noise, strict=False)]
    metres = [cs * time + reserve for time in times]
    try:
        found = critical_speed(metres, run, "hyperbola")
    except RunningError:
        return

    def misfit(speed: float, d_prime: float) -> float:
        return sum((t - d_prime / (d / t - speed)) ** 2 for d, t in zip(metres, run, strict=True))

    least = misfit(found.cs, found.d_prime)
    for other in (critical_speed(metres, run, form) for form in FORMS):
        assert least <= misfit(other.cs, other.d_prime) * (1 + 1e-9) + 1e-12
    for by in (-1e-4, 1e-4):
        assert least <= misfit(found.cs, found.d_prime * (1 + by)) + 1e-12
        assert least <= misfit(found.cs * (1 + by), found.d_prime) + 1e-12


@given(st.sampled_from(FORMS), st.floats(0.7, 1.4), st.floats(0.7, 1.4))
def test_units_carry_through(form: Form, longer: float, slower: float) -> None:
    one = critical_speed(METRES, SECONDS, form)
    other = critical_speed([longer * d for d in METRES], [slower * t for t in SECONDS], form)
    assert other.cs == pytest.approx(one.cs * longer / slower, rel=1e-8)
    assert other.d_prime == pytest.approx(one.d_prime * longer, rel=1e-7)
    assert other.r_squared == pytest.approx(one.r_squared, rel=1e-6)


@given(st.sampled_from(FORMS), st.permutations(range(3)))
def test_the_order_of_the_trials_does_not_matter(form: Form, order: list[int]) -> None:
    found = critical_speed([METRES[k] for k in order], [SECONDS[k] for k in order], form)
    assert found.cs == pytest.approx(critical_speed(METRES, SECONDS, form).cs, rel=1e-12)


@pytest.mark.parametrize(
    ("metres", "seconds", "expected"),
    [
        ((400, 2400, 3600), (60, 466, 720), "short_trial"),
        ((1200, 3000, 6000), (218, 612, 1300), "long_trial"),
        ((1200, 3000), (210, 500), "negative_d_prime"),  # the longer trial at the higher speed
        ((1200, 3000), (225, 1100), "large_d_prime"),
        ((1200, 2400, 3600), (200, 400, 600), "form_impossible"),  # one speed throughout
    ],
)
def test_what_to_distrust(metres: tuple[float, ...], seconds: tuple[float, ...], expected: str) -> None:
    found = critical_speed(metres, seconds, largest_d_prime=500, forms_disagree=0.1)
    assert expected in codes(found)
    assert found.plausible == (expected not in ("negative_d_prime", "large_d_prime"))


def test_the_limits_are_arguments() -> None:
    found = critical_speed(METRES, SECONDS, shortest_trial=300, longest_trial=600, largest_d_prime=100)
    assert {"short_trial", "long_trial", "large_d_prime"} <= set(codes(found))
    assert codes(critical_speed(METRES, SECONDS, forms_disagree=0.2)) == []


def test_faster_over_the_longer_distance_bends_the_hyperbola_the_other_way() -> None:
    found = critical_speed((1200, 2400, 3600), (200, 390, 560), "hyperbola")
    assert found.d_prime < 0
    assert found.cs > 3600 / 560


def test_the_time_for_a_distance() -> None:
    found = critical_speed((1200, 3600), (218, 720))
    assert found.time_for(1200) == pytest.approx(218)
    assert found.time_for(3600) == pytest.approx(720)
    with pytest.raises(RunningError, match="says nothing"):
        found.time_for(100)


def test_long_trials_go_when_two_others_remain() -> None:
    distances = (1200.0, 3000.0, 5000.0)
    assert usable_trials(distances, (225, 612, 1300), longest_trial=1200) == ((1200, 3000), (225, 612))
    assert usable_trials(distances, (225, None, 1300), longest_trial=1200) == ((1200, 5000), (225, 1300))
    assert usable_trials(distances, (225, 612, 1300), longest_trial=1500)[0] == distances
    assert usable_trials(distances, (None, None, None), longest_trial=1200) == ((), ())


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("metres", "seconds", "words"),
    [
        ((1200,), (225,), "two trials"),
        ((1200, 3000), (225,), "every trial needs both"),
        ((1200, 3000), (225, 0), "time of a trial"),
        ((1200, math.nan), (225, 600), "distance of a trial"),
        ((1200, 3000), (300, 300), "took the same time"),
        ((1200, 1200), (225, 300), "no positive critical speed"),
        ((2400, 1200), (225, 300), "no positive critical speed"),
    ],
)
def test_what_can_be_no_set_of_trials(
    form: Form, metres: tuple[float, ...], seconds: tuple[float, ...], words: str
) -> None:
    with pytest.raises(RunningError, match=words):
        critical_speed(metres, seconds, form)


def test_one_speed_has_no_hyperbola() -> None:
    with pytest.raises(RunningError, match="one speed"):
        critical_speed((1200, 2400, 3600), (200, 400, 600), "hyperbola")


def test_the_examples_in_the_docstrings() -> None:
    assert run_examples(endurance) > 0


def test_a_ratio_of_nothing_is_refused() -> None:
    with pytest.raises(RunningError, match="critical speed"):
        speed_reserve_ratio(8, 0)


anything = st.floats(allow_nan=True, allow_infinity=True) | st.floats(1, 5000)


@given(st.sampled_from(FORMS), st.lists(st.tuples(anything, anything), min_size=2, max_size=5))
def test_whatever_is_given_what_comes_back_is_finite(form: Form, trials: list[tuple[float, float]]) -> None:
    try:
        found = critical_speed([d for d, _ in trials], [t for _, t in trials], form)
    except LimiterError:
        return
    values = (found.cs, found.d_prime, found.cs_error, found.d_prime_error, found.r_squared)
    assert all(math.isfinite(value) for value in values if value is not None)
    assert all(math.isfinite(caution.value) for caution in found.cautions)


@pytest.mark.parametrize(
    ("distances", "times", "says"),
    [
        ((1.2, 2.4), (218, 466), r"0.0055 m/s, which nobody runs; distances are in m and times in s"),
        ((1200, 2400), (3.6, 7.8), "333 m/s"),
        ((1200, 2400), None, "one of each for every trial"),
        ((1200, "x"), (218, 466), "must be a number"),
    ],
)
def test_trials_of_nobody_are_refused(distances: Any, times: Any, says: str) -> None:
    with pytest.raises(RunningError, match=says):
        critical_speed(distances, times)


def test_another_form_is_refused() -> None:
    with pytest.raises(RunningError, match="no form 'foo' of the law; there are distance_time"):
        critical_speed(METRES, SECONDS, form="foo")  # type: ignore[arg-type]  # as a caller without types may
