"""A sprint as JSON, the form for programs: stable, versioned by `schema`, see docs/sprint.schema.json.

Units stand in the names or beside the value; numbers keep eight digits.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from engine.knowledge import KnowledgeBase
from engine.sprint.results import Analysis, Comparison, Estimate, Fit, Flag, Gains, Profile, StartReading
from engine.sprint.run import Person, Run
from reports.sprint import words

SCHEMA = 1
"""Raised when a program that reads the output would have to change."""

UNITS = {
    "mss": "m/s", "mac": "m/s^2", "tau": "s", "f0": "N", "f0_rel": "N/kg", "v0": "m/s", "pmax": "W",
    "pmax_rel": "W/kg", "slope": "N*s/(m*kg)", "rf_max": "%", "drf": "%/(m/s)", "time": "s", "e_f0": "1", "e_v0": "1",
    "probe_f0": "s", "probe_v0": "s", "imbalance": "%",
}  # fmt: skip
"""Of the estimates."""
ASSUMED = {"mass": "mass_kg", "height": "height_m", "temperature": "temperature_c", "pressure": "pressure_hpa"}


def data(analysis: Analysis) -> dict[str, Any]:
    """One analysis as plain data, in the order of the schema; numbers are always finite."""
    return {
        "schema": SCHEMA,
        "person": _person(analysis.person),
        "run": _run(analysis.run),
        "distance_m": _number(analysis.distance),
        "side": analysis.side,
        "comparison": _comparison(analysis.comparison),
        "estimates": {name: {**_estimate(one), "unit": UNITS[name]} for name, one in analysis.estimates.items()},
        "readings": [_reading(one, one is analysis.chosen) for one in analysis.readings],
        "flags": [_flag(one) for one in analysis.flags],
        "assumed": {ASSUMED[name]: _number(value) for name, value in analysis.assumed.items()},
    }


def to_json(analysis: Analysis, knowledge: KnowledgeBase) -> dict[str, Any]:
    """The same with the verdict in a sentence, the confidence of every interval, and the pages it was read by."""
    return {
        **data(analysis),
        "sentence": words.verdict(analysis, knowledge.sprint),
        "confidence": knowledge.sprint.confidence,
        "knowledge": {"version": knowledge.version, "hash": knowledge.hash},
    }


def dumps(analyses: Sequence[Analysis], knowledge: KnowledgeBase) -> str:
    """One object for one sprint, an array for several; UTF-8 text with a line end."""
    found = [to_json(one, knowledge) for one in analyses]
    return json.dumps(found[0] if len(found) == 1 else found, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def _number(value: float | None) -> Any:
    if value is None or isinstance(value, int):
        return value
    return (int(value) if float(value).is_integer() and abs(value) < 1e15 else float(f"{value:.8g}")) or 0


def _plain(values: Mapping[str, float | str | None]) -> dict[str, Any]:
    return {key: value if isinstance(value, str) else _number(value) for key, value in values.items()}


def _person(person: Person) -> dict[str, Any]:
    return _plain({
        "name": person.name, "mass_kg": person.mass, "height_m": person.height, "sex": person.sex,
        "age_years": person.age, "event_group": person.event_group, "training_level": person.training_level,
    })  # fmt: skip


def _run(run: Run) -> dict[str, Any]:
    return {
        "name": run.name,
        "date": run.day.isoformat() if run.day else None,
        "splits": [_plain({"distance_m": one.distance, "time_s": one.time}) for one in run.splits],
        "trace": None if run.trace is None else {
            "device": run.trace.device,
            "samples": max(len(one) for one in (run.trace.times, run.trace.velocities, run.trace.distances)),
        },
        "start": run.start,
        "model": run.model,
        "surface": run.surface,
        **_plain({
            "set_back_m": run.set_back, "reaction_time_s": run.reaction_time, "wind_m_per_s": run.wind,
            "temperature_c": run.temperature, "pressure_hpa": run.pressure, "inertia_kg": run.inertia,
            "resistance_n": run.resistance,
        }),
    }  # fmt: skip


def _estimate(one: Estimate) -> dict[str, Any]:
    return _plain({
        "value": one.value, "low": one.low, "high": one.high, "error": one.error, "fit_error": one.fit_error,
    })  # fmt: skip


def _comparison(one: Comparison | None) -> dict[str, Any] | None:
    if one is None:
        return None
    group = one.group
    return {
        "group": {
            "id": group.id, "label": group.label, "model": group.model, "n": group.n, "verified": group.verified,
            "sources": list(group.sources),
            **_plain({"f0_n_per_kg": group.f0_rel, "f0_sd_n_per_kg": group.f0_rel_sd, "v0_m_per_s": group.v0,
                      "v0_sd_m_per_s": group.v0_sd}),
        },
        "distance_m": _number(one.distance),
        "save_f0_s": _estimate(one.save_f0),
        "save_v0_s": _estimate(one.save_v0),
        "lead_s": _estimate(one.lead),
        "velocity_share": _number(one.velocity_share),
    }  # fmt: skip


def _reading(one: StartReading, chosen: bool) -> dict[str, Any]:
    return {
        "model": one.model, "chosen": chosen, "refuted": one.refuted, "unusable": one.unusable,
        "fit": _fit(one.fit), "profile": _profile(one.profile), "gains": _gains(one.gains),
    }  # fmt: skip


def _fit(fit: Fit) -> dict[str, Any]:
    return {
        **_plain({
            "mss_m_per_s": fit.mss, "mac_m_per_s2": fit.mac, "tau_s": fit.tau, "n": fit.n, "rmse": fit.rmse,
            "residual_unit": fit.residual_unit,
        }),
        "residuals": [_number(one) for one in fit.residuals],
        "free": list(fit.free),
        "standard_errors": {name: _number(fit.standard_error(name)) for name in fit.free},
        **_plain({
            "time_correction_s": fit.time_correction, "flying_distance_m": fit.flying_distance,
            "distance_correction_m": fit.distance_correction, "offset_s": fit.offset,
        }),
        "at_bound": list(fit.at_bound),
    }  # fmt: skip


def _profile(one: Profile) -> dict[str, Any]:
    return _plain({
        "mass_kg": one.mass, "drag_kg_per_m": one.drag, "f0_n": one.f0, "f0_n_per_kg": one.f0_rel,
        "v0_m_per_s": one.v0, "pmax_w": one.pmax, "pmax_w_per_kg": one.pmax_rel, "slope_n_s_per_m_kg": one.slope,
        "rf_max_percent": 100 * one.rf_max, "drf_percent_per_m_per_s": 100 * one.drf,
        "f0_regression_n": one.f0_regression, "v0_regression_m_per_s": one.v0_regression,
        "v0_steady_m_per_s": one.v0_steady,
    })  # fmt: skip


def _gains(one: Gains) -> dict[str, Any]:
    return _plain({
        "distance_m": one.distance, "time_s": one.time, "dt_df0_s_per_n": one.dt_df0,
        "dt_dv0_s_per_m_per_s": one.dt_dv0, "e_f0": one.e_f0, "e_v0": one.e_v0, "e_mss": one.e_mss, "e_mac": one.e_mac,
        "probe_percent": one.probe_percent, "probe_f0_s": one.probe_f0, "probe_v0_s": one.probe_v0,
        "probe_ratio_percent": one.probe_ratio, "optimal_f0_n": one.optimal_f0, "optimal_v0_m_per_s": one.optimal_v0,
        "imbalance_percent": one.imbalance, "optimal_gain_s": one.optimal_gain,
    })  # fmt: skip


def _flag(flag: Flag) -> dict[str, Any]:
    return {"code": flag.code, "serious": flag.serious, "model": flag.model or None, "details": _plain(flag.details)}
