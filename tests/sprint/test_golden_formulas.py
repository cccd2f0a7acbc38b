"""Every worked example of `tests/data/golden_formulas.csv` that is about kinematics, drag, profile or gains.

The examples of the stride and of critical speed stand with their own modules' tests.
"""

import csv
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pytest

from engine.sprint import force_velocity, forces, kinematics, sensitivity
from engine.sprint.body import Body
from engine.sprint.drag import air_density, air_resistance, drag_factor, frontal_area, torr_to_hpa
from engine.sprint.exact import exact_time_to
from engine.sprint.sensitivity import balance_distance
from tests.conftest import ROOT

Inputs = Mapping[str, float]

ELSEWHERE = {
    "spring_mass_sine",
    "critical_speed_distance_time",
    "critical_speed_inverse_time",
}


@dataclass(frozen=True)
class Example:
    formula: str
    inputs: Inputs
    output: str
    expected: float
    tolerance: float


def examples() -> list[Example]:
    with (ROOT / "tests" / "data" / "golden_formulas.csv").open(encoding="utf-8", newline="") as file:
        return [
            Example(
                row["formula"],
                json.loads(row["inputs_json"]),
                row["output"],
                float(row["expected"]),
                float(row["tol_abs"]),
            )
            for row in csv.DictReader(file)
        ]


OURS = [example for example in examples() if example.formula not in ELSEWHERE]


def k_of(of: Inputs) -> float:
    torr, temperature = of.get("pressure_torr", 760), of.get("temp_C", 25)
    return drag_factor(of["mass"], of["height"], temperature, torr_to_hpa(torr))


def body_of(of: Inputs) -> Body:
    return Body(of["mass"], k_of(of), inertia=of.get("inertia", 0), resistance=of.get("resistance", 0))


def profiled(of: Inputs) -> dict[str, float]:
    found = force_velocity.profile(of["MSS"], of["MAC"], body_of(of))
    return {
        "F0": found.f0,
        "V0": found.v0,
        "Pmax": found.pmax,
        "Pmax_rel": found.pmax_rel,
        "FV_slope": found.slope,
        "RFmax": found.rf_max,
        "DRF": found.drf,
        "F0_reg": found.f0_regression,
        "V0_reg": found.v0_regression,
        "V0_ss": found.v0_steady,
    }


def back(of: Inputs) -> dict[str, float]:
    mss, mac = force_velocity.kinematics_of(of["F0"], of["V0"], body_of(of))
    return {"MSS": mss, "MAC": mac}


def gained(of: Inputs) -> dict[str, float]:
    found = sensitivity.gains(of["MSS"], of["MAC"], body_of(of), of["distance"])
    return {
        "dT_dF0": found.dt_df0,
        "dT_dV0": found.dt_dv0,
        "E_F0": found.e_f0,
        "E_V0": found.e_v0,
        "E_MSS": found.e_mss,
        "E_MAC": found.e_mac,
        "F0_opt": found.optimal_f0,
        "V0_opt": found.optimal_v0,
        "imb": found.imbalance,
        "gain": found.optimal_gain,
        "gF0": found.probe_f0,
        "gV0": found.probe_v0,
        "ratio": found.probe_ratio,
    }


def loaded(of: Inputs) -> tuple[float, float, float, Body]:
    return of["time"], of["MSS"], of["MAC"], body_of(of)


def time_of(of: Inputs) -> float:
    return sensitivity.time_of(of["F0"], of["V0"], body_of(of), of["distance"])


COMPUTED: Mapping[str, Callable[[Inputs], float | Mapping[str, float]]] = {
    "distance_at_time": lambda of: kinematics.distance_at(of["time"], of["MSS"], of["MAC"]),
    "velocity_at_time": lambda of: kinematics.velocity_at(of["time"], of["MSS"], of["MAC"]),
    "acceleration_at_time": lambda of: kinematics.acceleration_at(of["time"], of["MSS"], of["MAC"]),
    "time_at_distance": lambda of: kinematics.time_to(of["distance"], of["MSS"], of["MAC"]),
    "power_at_time": lambda of: forces.power_at(*loaded(of)),
    "power_at_time_loaded": lambda of: forces.power_at(*loaded(of)),
    "force_at_time_loaded": lambda of: forces.force_at(*loaded(of)),
    "air_density": lambda of: air_density(of["temp_C"], torr_to_hpa(of["pressure_torr"])),
    "frontal_area": lambda of: frontal_area(of["height"], of["mass"]),
    "drag_k": k_of,
    "drag_force": lambda of: air_resistance(of["velocity"], k_of(of), of["wind"]),
    "fvp": profiled,
    "fvp_to_avp": back,
    "time_at_distance_FV": time_of,
    "time_at_distance_FV_loaded": time_of,
    "sensitivity": gained,
    "optimal_slope": gained,
    "probe_2.5pct": gained,
    "balance_distance_infinitesimal": lambda of: balance_distance(of["MSS"], of["MAC"], body_of(of)) or 0,
    "balance_distance_probe_2.5pct": lambda of: balance_distance(of["MSS"], of["MAC"], body_of(of), 2.5) or 0,
    "exact_drag_time": lambda of: exact_time_to(of["distance"], of["F0"], of["V0"], body_of(of)),
}


@pytest.mark.parametrize("example", OURS, ids=lambda example: f"{example.formula}-{example.output}")
def test_every_worked_example(example: Example) -> None:
    computed = COMPUTED[example.formula](example.inputs)
    value = computed if isinstance(computed, float) else computed[example.output]
    assert value == pytest.approx(example.expected, rel=0, abs=example.tolerance)


def test_no_example_is_left_out() -> None:
    assert len(examples()) == 106
    assert {example.formula for example in examples()} == set(COMPUTED) | ELSEWHERE
