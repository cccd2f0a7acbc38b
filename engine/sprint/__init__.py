"""Sprint physics: split times, radar and tether traces → force-velocity profile, with an honest interval.

`Run` (what was measured) → `Fit` (the mono-exponential model) → `Profile` (force and velocity) → `Gains` (which quality
pays) → `Analysis` (all of it, with what is uncertain). The functions know no opinion about running; limits, reference
groups and words stand in `knowledge/sprint.yaml`.

    from engine.sprint import Body, drag_factor, fit_splits, profile
    fit = fit_splits([5, 10, 20, 30, 40], [1.25, 2.03, 3.35, 4.58, 5.80], "tc")
    athlete = profile(fit.mss, fit.mac, Body(mass=75, drag=drag_factor(75, 1.80)))

Each name below is found on first use, so that reading a file loads no numerical library.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.sprint.analysis import analyse
    from engine.sprint.batch import Fits, fit_many, usable_rows
    from engine.sprint.body import Body
    from engine.sprint.drag import air_density, air_resistance, drag_factor, frontal_area, torr_to_hpa
    from engine.sprint.exact import exact_distance_at, exact_time_to, exact_velocity_at
    from engine.sprint.force_velocity import kinematics_of, peak_power_of, profile
    from engine.sprint.forces import (
        force_at,
        force_over,
        power_at,
        power_over,
        ratio_of_force_at,
        ratio_of_force_over,
    )
    from engine.sprint.kinematics import acceleration_at, distance_at, time_to, velocity_at, velocity_over
    from engine.sprint.reading import read_sprint_file
    from engine.sprint.results import Analysis, Comparison, Estimate, Fit, Flag, Gains, Group, Profile, StartReading
    from engine.sprint.run import Person, Run, Split, Trace
    from engine.sprint.sensitivity import balance_distance, gains, time_of
    from engine.sprint.splits import fit_splits
    from engine.sprint.squad import fits_of
    from engine.sprint.traces import fit_in_situ, fit_tether, fit_velocity, trim

_HOMES = {
    "analysis": ("analyse",),
    "body": ("Body",),
    "batch": ("Fits", "fit_many", "usable_rows"),
    "drag": ("air_density", "air_resistance", "drag_factor", "frontal_area", "torr_to_hpa"),
    "exact": ("exact_distance_at", "exact_time_to", "exact_velocity_at"),
    "sensitivity": ("balance_distance", "gains", "time_of"),
    "kinematics": ("acceleration_at", "distance_at", "time_to", "velocity_at", "velocity_over"),
    "force_velocity": ("kinematics_of", "peak_power_of", "profile"),
    "forces": ("force_at", "force_over", "power_at", "power_over", "ratio_of_force_at", "ratio_of_force_over"),
    "reading": ("read_sprint_file",),
    "results": ("Analysis", "Comparison", "Estimate", "Fit", "Flag", "Gains", "Group", "Profile", "StartReading"),
    "run": ("Person", "Run", "Split", "Trace"),
    "splits": ("fit_splits",),
    "squad": ("fits_of",),
    "traces": ("fit_in_situ", "fit_tether", "fit_velocity", "trim"),
}

__all__ = [
    "Analysis", "Body", "Comparison", "Estimate", "Fit", "Fits", "Flag", "Gains", "Group", "Person", "Profile",
    "Run", "Split", "StartReading", "Trace", "acceleration_at", "air_density", "air_resistance", "analyse",
    "balance_distance", "distance_at", "drag_factor", "exact_distance_at", "exact_time_to", "exact_velocity_at",
    "fit_in_situ", "fit_many", "fit_splits", "fit_tether", "fit_velocity", "fits_of", "force_at", "force_over",
    "frontal_area", "gains", "kinematics_of", "peak_power_of", "power_at", "power_over", "profile",
    "ratio_of_force_at", "ratio_of_force_over", "read_sprint_file", "time_of", "time_to", "torr_to_hpa", "trim",
    "usable_rows", "velocity_at", "velocity_over",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    for module, names in _HOMES.items():
        if name in names:
            return getattr(import_module(f"engine.sprint.{module}"), name)
    raise AttributeError(f"module 'engine.sprint' has no attribute '{name}'")
