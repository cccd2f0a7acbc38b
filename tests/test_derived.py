"""Measures computed from others: the worked examples of the tables, to the digits shown, through the pages."""

import math
from collections.abc import Mapping

import pytest

from engine.compile import Compiled
from engine.derived import FORMULAS, critical_speed_fit, figures_of, function_of, side_difference
from engine.facts import gather
from engine.model import Sides, Value

GAIT: Mapping[str, Value] = {
    "body_mass": 70.0, "leg_length": 90.0, "running_speed": 3.33, "contact_time": 250.0, "flight_time": 100.0,
    "step_rate": 60 / 0.350, "vertical_oscillation": 9.0,
}  # fmt: skip
TRIALS: Mapping[str, Value] = {"time_trial_1200m": 225.0, "time_trial_3000m": 612.0, "time_trial_5000m": 1045.0}


@pytest.mark.parametrize(
    ("derived", "answers", "digits", "expected"),
    [
        ("eccentric_utilisation_ratio", {"cmj_height": 38.0, "sj_height": 35.2}, 2, 1.08),
        ("dynamic_strength_index", {"cmj_peak_force": 1750.0, "imtp_peak_force": 2300.0}, 2, 0.76),
        ("limb_symmetry_index_hop", {"single_leg_hop": Sides(168, 184)}, 1, 91.3),
        ("relative_squat", {"back_squat_1rm": 120.0, "body_mass": 75.0}, 2, 1.60),
        ("relative_hip_thrust", {"hip_thrust_1rm": 130.0, "body_mass": 75.0}, 2, 1.73),
        ("relative_imtp", {"imtp_peak_force": 2300.0, "body_mass": 75.0}, 1, 30.7),
        ("relative_nordic", {"nordic_force": Sides(290, 330), "body_mass": 75.0}, 2, 3.87),
        ("relative_iso_hamstring", {"iso_hamstring_90_20": Sides(260, 240), "body_mass": 75.0}, 2, 3.20),
        ("hq_ratio", {"knee_flexor_torque": Sides(92, 110), "knee_extensor_torque": Sides(155, 150)}, 2, 0.59),
        ("max_speed", {"flying_10m": 1.18}, 2, 8.47),
        ("max_speed", {"flying_20m": 2.5}, 2, 8.0),
        ("max_speed", {"flying_10m": 1.18, "flying_20m": 2.5}, 2, 8.47),
        ("step_length", {**GAIT, "step_rate": 171.4}, 3, 1.166),
        ("duty_factor", GAIT, 1, 35.7),
        ("flight_ratio", GAIT, 3, 0.286),
        ("vertical_ratio", GAIT, 1, 7.7),
        ("expected_step_rate", GAIT, 1, 168.8),
        ("step_rate_deviation", GAIT, 1, 1.6),
        ("expected_contact_time", GAIT, 1, 242.5),
        ("expected_contact_time", {"running_speed": 8.0}, 1, 125.0),
        ("contact_time_ratio", GAIT, 2, 1.03),
        ("peak_vertical_force", GAIT, 0, 1510),
        ("vertical_displacement", GAIT, 4, 0.0600),
        ("vertical_stiffness", GAIT, 1, 25.2),
        ("leg_stiffness", GAIT, 2, 9.32),
        ("leg_stiffness_dimensionless", GAIT, 1, 12.2),
        ("critical_speed", TRIALS, 2, 4.63),
        ("d_prime", TRIALS, 0, 160),
        ("critical_speed", {"time_trial_1200m": 225.0, "time_trial_3000m": 612.0}, 2, 4.65),
        ("speed_reserve_ratio", {**TRIALS, "flying_10m": 1.18}, 2, 1.83),
        ("knee_to_wall_difference", {"knee_to_wall": Sides(8.5, 11)}, 1, 2.5),
    ],
)
def test_worked_examples(
    compiled: Compiled, derived: str, answers: Mapping[str, Value], digits: int, expected: float
) -> None:
    value = gather(compiled, answers).datum(derived).value
    assert isinstance(value, float)
    assert round(value, digits) == expected


def test_a_force_in_body_weights() -> None:
    force = FORMULAS["peak_vertical_force"].function(70, 250, 100)
    assert force is not None
    assert round(force / (70 * 9.81), 2) == 2.20


@pytest.mark.parametrize(
    ("derived", "answers", "status"),
    [
        ("relative_squat", {"back_squat_1rm": 120.0}, "unknown"),
        ("max_speed", {}, "unknown"),
        ("critical_speed", {"time_trial_1200m": 225.0}, "unknown"),
        ("limb_symmetry_index_hop", {"single_leg_hop": Sides(left=168)}, "unknown"),
        ("hq_ratio", {"knee_flexor_torque": Sides(left=92), "knee_extensor_torque": Sides(right=155)}, "unknown"),
        ("expected_step_rate", {"running_speed": 6.0, "leg_length": 90.0}, "never"),  # the line holds to 5.5 m/s
        ("expected_step_rate", {"running_speed": 2.4, "leg_length": 90.0}, "never"),
        ("expected_contact_time", {"running_speed": 2.0}, "never"),
        ("step_rate_deviation", {"running_speed": 6.0, "leg_length": 90.0, "step_rate": 180.0}, "never"),
    ],
)
def test_what_is_missing_stays_unknown_and_what_is_out_of_reach_for_good(
    compiled: Compiled, derived: str, answers: Mapping[str, Value], status: str
) -> None:
    assert gather(compiled, answers).datum(derived).status == status


def fitted(*times: float | None, longest_trial: float = 1200, largest_reserve: float = 500) -> object:
    return critical_speed_fit(times, longest_trial=longest_trial, largest_reserve=largest_reserve)


def test_a_long_five_thousand_is_left_out_when_two_shorter_trials_exist() -> None:
    assert fitted(225, 612, 1300) == fitted(225, 612, None)
    assert fitted(225, 612, 1300) != fitted(225, 612, 1300, longest_trial=1500)
    assert fitted(225, None, 1300) is not None


def test_an_impossible_fit_is_refused() -> None:
    assert fitted(210, 500, None) is None  # the longer trial at the higher speed: D′ below 0
    assert fitted(225, 1100, None) is None  # D′ far above 500 m
    assert fitted(225, 1100, None, largest_reserve=1000) is not None
    assert fitted(300, 300, None) is None  # no line at all


def test_a_value_that_an_open_answer_could_change_is_open(compiled: Compiled) -> None:
    assert gather(compiled, {"flying_20m": 2.5}).datum("max_speed").open
    assert gather(compiled, {"nordic_force": Sides(left=290), "body_mass": 75.0}).datum("relative_nordic").open
    assert not gather(compiled, {"nordic_force": Sides(290, 330), "body_mass": 75.0}).datum("relative_nordic").open


def test_the_error_of_a_difference_of_sides_is_root_two_of_one(compiled: Compiled) -> None:
    page = compiled.knowledge.measures["knee_to_wall"].typical_error
    assert page is not None
    assert page.value is not None
    found = gather(compiled, {"knee_to_wall": Sides(8.5, 11)}).datum("knee_to_wall_difference")
    assert found.error == pytest.approx(page.value * math.sqrt(2), rel=1e-4)


def test_the_error_of_a_ratio_adds_relative_errors_in_squares(compiled: Compiled) -> None:
    facts = gather(compiled, {"cmj_height": 38.0, "sj_height": 35.2})
    relative = [facts.told()[id].error / value for id, value in (("cmj_height", 38.0), ("sj_height", 35.2))]
    found = facts.datum("eccentric_utilisation_ratio")
    assert isinstance(found.value, float)
    assert found.error == pytest.approx(found.value * math.hypot(*relative), rel=1e-4)


def test_a_difference_of_sides_needs_both() -> None:
    assert side_difference(Sides(left=8.5)) is None


def test_the_figures_of_a_page_are_what_its_formula_reckons_with(compiled: Compiled) -> None:
    derived = compiled.knowledge.derived
    page = derived["expected_step_rate"]
    steeper = page.figures["per_speed"].model_copy(update={"value": 15.0})
    changed = page.model_copy(update={"figures": {**page.figures, "per_speed": steeper}})
    assert function_of(page, derived)(4.0, 92.0) == pytest.approx(127 + 4 * 12)
    assert function_of(changed, derived)(4.0, 92.0) == pytest.approx(127 + 4 * 15)


def test_two_pages_share_the_figures_of_one(compiled: Compiled) -> None:
    derived = compiled.knowledge.derived
    assert figures_of(derived["d_prime"], derived) == derived["critical_speed"].figures
    assert derived["d_prime"].figures == {}


def test_a_formula_says_which_figures_it_takes() -> None:
    assert FORMULAS["critical_speed"].figures == FORMULAS["d_prime"].figures == ("longest_trial", "largest_reserve")
    assert FORMULAS["ratio"].figures == ()
    for formula in FORMULAS.values():
        assert set(formula.rising) <= set(formula.figures)


def test_every_formula_is_used_by_a_page(compiled: Compiled) -> None:
    assert set(FORMULAS) == {page.computed_by for page in compiled.knowledge.derived.values()}
