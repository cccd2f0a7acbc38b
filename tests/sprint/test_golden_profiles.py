"""What `tests/data/golden_fvp.csv` expects of profile and gains, from the MSS and MAC it expects of the fits."""

import csv
from collections import defaultdict
from functools import cache

import pytest

from engine.sprint.body import Body
from engine.sprint.drag import drag_factor
from engine.sprint.force_velocity import profile
from engine.sprint.sensitivity import gains
from tests.conftest import ROOT

DISTANCES = (10, 20, 30)


@cache
def cases() -> dict[str, dict[str, tuple[float, float]]]:
    """Case and method → quantity → (expected, tolerance), and the athlete's mass and height."""
    found: dict[str, dict[str, tuple[float, float]]] = defaultdict(dict)
    with (ROOT / "tests" / "data" / "golden_fvp.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["mass_kg"]:  # not known of the in-situ session, which has no profile
                case = found[f"{row['case']} {row['method']}"]
                case[row["quantity"]] = float(row["expected"]), float(row["tol_abs"])
                case["body"] = float(row["mass_kg"]), float(row["height_m"])
    return found


@pytest.mark.parametrize("name", cases())
def test_profile_and_gains_of_a_golden_case(name: str) -> None:
    case = cases()[name]
    mass, height = case["body"]
    mss, mac, runner = case["MSS"][0], case["MAC"][0], Body(mass, drag_factor(mass, height))
    shape = profile(mss, mac, runner)
    computed = {
        "F0": shape.f0,
        "F0_rel": shape.f0_rel,
        "V0": shape.v0,
        "Pmax": shape.pmax,
        "Pmax_rel": shape.pmax_rel,
        "FV_slope": shape.slope,
        "RFmax": shape.rf_max,
        "DRF": shape.drf,
        "F0_reg": shape.f0_regression,
        "V0_reg": shape.v0_regression,
        "Pmax_reg": shape.pmax_regression,
        "FV_slope_reg": shape.slope_regression,
    }
    for distance in DISTANCES:
        worth = gains(mss, mac, runner, distance)
        computed |= {
            f"T_{distance}m": worth.time,
            f"dT_dF0_{distance}m": worth.dt_df0,
            f"dT_dV0_{distance}m": worth.dt_dv0,
            f"E_F0_{distance}m": worth.e_f0,
            f"E_V0_{distance}m": worth.e_v0,
            f"probe_gain_F0_{distance}m": worth.probe_f0,
            f"probe_gain_V0_{distance}m": worth.probe_v0,
            f"optimal_imbalance_{distance}m": worth.imbalance,
            f"optimal_time_gain_{distance}m": worth.optimal_gain,
        }
    of_the_fit = {"MSS", "MAC", "TAU", "PMAX", "RMSE", "TC", "FD", "body"}
    assert case.keys() - of_the_fit <= computed.keys()
    for quantity in case.keys() - of_the_fit:
        expected, tolerance = case[quantity]
        assert computed[quantity] == pytest.approx(expected, rel=0, abs=tolerance), quantity


def test_the_cases_are_all_here() -> None:
    assert len(cases()) == 245
