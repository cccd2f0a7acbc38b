"""Analysis → its two pictures, with the words for who cannot see them: speed along the run, force over speed."""

from engine.sprint.results import Analysis, StartReading
from reports import wording
from reports.sprint import words
from reports.sprint.charts import Named, Plot, force_velocity, speed_over_distance, trace_with_fit
from reports.sprint.views import legs, meant
from reports.sprint.words import between, written


def curve(analysis: Analysis, width: float, height: float) -> Plot:
    """Speed along the run with the fitted curves, so many points wide and high."""
    fits = [_named(one) for one in meant(analysis)]
    trace = analysis.run.trace
    curves = "; ".join(
        f"{one.name}: rising to {written(one.fit.mss, 2)} m/s with a time constant of {written(one.fit.tau, 2)} s"
        for one in fits
    )
    if trace is not None:
        return trace_with_fit(trace, fits, width, height, f"Speed along the trace. {curves or 'No curve fits'}.")
    steps = ", ".join(
        f"{wording.number(leg.begins.distance)} to {wording.number(leg.ends.distance)} m: {written(leg.speed, 2)} m/s"
        for leg in legs(analysis)
    )
    alternative = f"Mean speeds {steps}. {curves or 'No curve fits'}."
    return speed_over_distance(analysis.run.splits, fits, width, height, alternative)


def line(analysis: Analysis, width: float, height: float) -> Plot | None:
    """The force-velocity line with its band, so many points wide and high; None when no fit is usable."""
    readings = meant(analysis)
    if not readings or not analysis.estimates:
        return None
    f0, v0, pmax = (analysis.estimates[name] for name in ("f0_rel", "v0", "pmax_rel"))
    group = analysis.comparison.group if analysis.comparison else None
    others = [(words.SHORT[one.model], one.profile.f0_rel, one.profile.v0) for one in readings[1:]]
    alternative = (
        f"Force falls from F0 {written(f0.value, 1)} N/kg ({between(f0.low, f0.high, 1)}) to nothing at V0 "
        f"{written(v0.value, 2)} m/s ({between(v0.low, v0.high, 2)})"
    )
    for name, force, speed in others:
        alternative += f"; {name}: {written(force, 1)} N/kg, {written(speed, 2)} m/s"
    if group:
        alternative += f"; middle of the group: {written(group.f0_rel, 1)} N/kg, {written(group.v0, 2)} m/s"
    taken = words.SHORT[readings[0].model] if others else "athlete"
    return force_velocity(f0, v0, pmax, taken, others, group, width, height, f"{alternative}.")


def _named(reading: StartReading) -> Named:
    name = words.SHORT[reading.model] if reading.model in words.START_FITS else "model"
    return Named(reading.fit, name)
