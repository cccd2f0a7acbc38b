"""All 5,297 values of `tests/data/golden_fvp.csv`, from the times and traces themselves: fit, profile, gains.

`test_golden_profiles.py` asks the same of profile and gains alone, from the expected fit.
"""

from collections import defaultdict
from functools import cache

import numpy as np
import pytest

from engine.sprint.body import Body
from engine.sprint.drag import drag_factor
from engine.sprint.force_velocity import profile
from engine.sprint.kinematics import time_to
from engine.sprint.results import Fit
from engine.sprint.run import ModelId
from engine.sprint.sensitivity import gains
from engine.sprint.splits import fit_splits
from tests.sprint.test_traces import fitted as fitted_trace
from tests.sprint.test_traces import rows

MODELS: dict[str, ModelId] = {
    "none": "none",
    "plus0.3": "fixed_offset",
    "TC": "tc",
    "FD": "fd",
    "FDfix0.5": "fd_fixed",
    "distTC": "distance_target",
}
VESCOVI = (5, 10, 20, 30, 35)
VIGNETTE = (5, 10, 20, 30, 40)

Case = tuple[str, str, str, str]


@cache
def splits(case: str, dataset: str, athlete: str) -> tuple[list[float], list[float]]:
    """Distances and times of one athlete of one file."""
    if dataset.startswith("generated"):
        start = 0.5 if "FD 0.5" in dataset else 0.0
        gates = np.array(VIGNETTE, dtype=float)
        return list(map(float, VIGNETTE)), list(time_to(gates + start, 8.5, 7.5) - time_to(start, 8.5, 7.5))
    if dataset == "sprint_splits_vescovi.csv":
        row = next(row for row in rows(dataset) if row["athlete_id"] == athlete)
        return list(map(float, VESCOVI)), [float(row[f"t_{gate}m_s"]) for gate in VESCOVI]
    if dataset == "sprint_splits_berlin2009.csv":
        kept = [
            row
            for row in rows(dataset)
            if row["athlete"] == athlete and row["event"] == "Men's 100 m" and 0 < float(row["distance_m"]) <= 60
        ]
        reaction = float(kept[0]["reaction_time_s"]) if case.endswith("RTremoved") else 0.0
        return [float(row["distance_m"]) for row in kept], [
            float(row["time_incl_reaction_s"]) - reaction for row in kept
        ]
    key, time = ("athlete_key", "t_rel_clock_s") if "nfl" in dataset else ("athlete", "time_s")
    kept = [row for row in rows(dataset) if row[key] == athlete]
    return [float(row["distance_m"]) for row in kept], [float(row[time]) for row in kept]


@cache
def fitted(case: str, dataset: str, athlete: str, method: str) -> Fit:
    if method not in MODELS:
        return fitted_trace(dataset, athlete, method)
    given = 0.5 if method == "FDfix0.5" else None
    return fit_splits(*splits(case, dataset, athlete), MODELS[method], flying_distance=given)


def computed(fit: Fit, body: tuple[float, float] | None) -> dict[str, float]:
    """Every quantity the file knows, by its name there; `body` is mass in kg and height in m."""
    found = {"MSS": fit.mss, "MAC": fit.mac, "TAU": fit.tau, "PMAX": fit.pmax, "RMSE": fit.rmse}
    found |= {"TC": fit.time_correction, "FD": fit.flying_distance}
    if body is None:
        return found
    runner = Body(body[0], drag_factor(*body))
    shape = profile(fit.mss, fit.mac, runner)
    found |= {"F0": shape.f0, "F0_rel": shape.f0_rel, "V0": shape.v0, "Pmax": shape.pmax, "Pmax_rel": shape.pmax_rel}
    found |= {"FV_slope": shape.slope, "RFmax": shape.rf_max, "DRF": shape.drf}
    found |= {"F0_reg": shape.f0_regression, "V0_reg": shape.v0_regression, "Pmax_reg": shape.pmax_regression}
    found |= {"FV_slope_reg": shape.slope_regression}
    for distance in (10, 20, 30):
        worth = gains(fit.mss, fit.mac, runner, distance)
        by_name = {
            "T": worth.time,
            "dT_dF0": worth.dt_df0,
            "dT_dV0": worth.dt_dv0,
            "E_F0": worth.e_f0,
            "E_V0": worth.e_v0,
            "probe_gain_F0": worth.probe_f0,
            "probe_gain_V0": worth.probe_v0,
            "optimal_imbalance": worth.imbalance,
            "optimal_time_gain": worth.optimal_gain,
        }
        found |= {f"{name}_{distance}m": value for name, value in by_name.items()}
    return found


@cache
def golden() -> dict[Case, list[dict[str, str]]]:
    """Case, data set, athlete and method → the rows about them."""
    found: dict[Case, list[dict[str, str]]] = defaultdict(list)
    for row in rows("golden_fvp.csv"):
        found[row["case"], row["dataset"], row["athlete"], row["method"]].append(row)
    return found


@pytest.mark.parametrize("case", golden(), ids=lambda case: f"{case[0]}-{case[3]}")
def test_golden_values(case: Case) -> None:
    expected = golden()[case]
    first = expected[0]
    body = (float(first["mass_kg"]), float(first["height_m"])) if first["mass_kg"] else None
    values = computed(fitted(*case), body)
    off = [
        f"{row['quantity']}: {values[row['quantity']]:.9g}, expected {row['expected']} ± {row['tol_abs']}"
        for row in expected
        if not abs(values[row["quantity"]] - float(row["expected"])) <= float(row["tol_abs"])
    ]
    assert not off, "\n".join(off)


def test_every_row_of_the_golden_file_is_asked() -> None:
    assert len(golden()) == 246
    assert sum(map(len, golden().values())) == 5297
