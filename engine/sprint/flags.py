"""The named warnings about a sprint: what the splits show before any fit, and what a fit shows of itself.

Every limit is the page's (`knowledge/sprint.yaml`), and so is every sentence; here a flag is a code with the figures
its sentence needs. A serious flag makes the readings it is about unusable.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from engine.schema.sprint import Limits
from engine.sprint.results import Fit, Flag
from engine.sprint.run import Split, Start

FLAGS: Mapping[str, tuple[str, ...]] = {
    "few_splits": ("gates",),
    "zero_residual_freedom": ("gates", "numbers"),
    "missing_early_gate": ("first",),
    "no_far_gate": ("last", "limit"),
    "flying_start": ("first", "speed"),
    "start_offset": ("offset",),
    "reaction_time_left_in": ("offset",),
    "boundary_optimum": ("parameters",),
    "standing_still": ("seconds",),
    "slowing_down": ("seconds",),
    "extrapolated_v0": ("mss", "percent", "fastest"),
    "falling_speed": ("place", "percent"),
    "unit_suspicion": ("speed", "place"),
    "wind_suspicion": ("wind", "fastest"),
    "implausible_fit": ("mss", "tau"),
    "uncertain_fit": ("mss_error", "mac_error"),
    "undetermined_fit": (),
    "no_v0": (),
    "start_decides": ("low", "high"),
    "assumed_mass": ("mass",),
    "assumed_height": ("height",),
    "resisted": (),
}
"""Every code with the names its sentence may use."""

SYMBOLS: Mapping[str, str] = {
    "mss": "MSS", "mac": "MAC", "time_correction": "TC", "flying_distance": "FD", "distance_correction": "DC",
}  # fmt: skip
"""Parameters of a fit as the field writes them."""

OFFSETS = frozenset({"time_correction", "flying_distance", "distance_correction"})
"""Parameters of the start. At nought they say that nothing was corrected, not that the curve is undetermined; a time
correction on the edge of what the start allows says that the start was another."""


def about_splits(splits: Sequence[Split], start: Start, limits: Limits) -> Iterator[Flag]:
    """What the gates and their times show before any fit.

    Args: `splits` in the order of distance, in m and s.
    """
    first, last = splits[0], splits[-1]
    if len(splits) < limits.fewest_gates.value:
        yield Flag("few_splits", {"gates": len(splits)})
    if first.distance > limits.first_gate_by.value:
        yield Flag("missing_early_gate", {"first": first.distance})
    if last.distance <= limits.far_gate_beyond.value:
        yield Flag("no_far_gate", {"last": last.distance, "limit": limits.far_gate_beyond.value})
    speeds = interval_speeds(splits)
    if speeds[0] > limits.first_interval.value and start != "behind_gate":
        yield Flag("flying_start", {"first": first.distance, "speed": speeds[0]})
    for number, (speed, split) in enumerate(zip(speeds, splits, strict=True)):
        if speed > limits.fastest_interval.value or (number and speed < limits.slowest_interval.value):
            yield Flag("unit_suspicion", {"speed": speed, "place": split.distance}, serious=True)
            break
    fastest = 0.0
    for (before, speed), (split, after) in zip(pairwise(speeds), pairwise(splits), strict=True):
        fastest = max(fastest, before)
        fall = 100 * (1 - speed / fastest)
        if fall > limits.falling_speed.value:  # at the very end it may be the last gate's noise
            yield Flag("falling_speed", {"place": split.distance, "percent": fall}, serious=after is not last)
            break


def about_wind(wind: float, fastest: float, limits: Limits) -> Iterator[Flag]:
    """A wind that cannot have been: a gale, or one that pushes an athlete along faster than she runs.

    Args: `wind` in m/s, tail wind positive; `fastest` interval or sample seen, m/s.
    """
    if wind >= fastest or abs(wind) > limits.strongest_wind.value:
        yield Flag("wind_suspicion", {"wind": wind, "fastest": fastest}, serious=True)


def interval_speeds(splits: Sequence[Split]) -> tuple[float, ...]:
    """Mean speed from gate to gate, the first from the start line, in m/s."""
    gates = (Split(0.0, 0.0), *splits)
    return tuple((after.distance - before.distance) / (after.time - before.time) for before, after in pairwise(gates))


def about_fit(
    fit: Fit, start: Start, fastest: float, errors: tuple[float, float] | None, limits: Limits
) -> Iterator[Flag]:
    """What a fit shows of itself.

    Args: `fastest` interval or sample seen, m/s; `errors` of MSS and MAC in percent, None where they are not known.
    """
    model = fit.model
    if fit.freedom == 0:
        yield Flag("zero_residual_freedom", {"gates": fit.n, "numbers": len(fit.free)}, model=model)
    if fit.at_bound:
        corrected = "time_correction" in fit.at_bound and fit.time_correction != 0
        serious = corrected or not OFFSETS.issuperset(fit.at_bound)
        parameters = ", ".join(SYMBOLS[name] for name in fit.at_bound)
        yield Flag("boundary_optimum", {"parameters": parameters}, serious=serious, model=model)
    if "time_correction" in fit.free and start != "gun":
        if fit.time_correction >= limits.reaction_from.value:
            yield Flag("reaction_time_left_in", {"offset": fit.time_correction}, model=model)
        elif start != "behind_gate" and -fit.time_correction >= limits.start_offset.value:
            yield Flag("start_offset", {"offset": -fit.time_correction}, model=model)
    beyond = 100 * (fit.mss / fastest - 1)
    if beyond > limits.beyond_fastest.value:
        details = {"mss": fit.mss, "percent": beyond, "fastest": fastest}
        yield Flag("extrapolated_v0", details, serious=True, model=model)
    plausible = limits.shortest_tau.value <= fit.tau <= limits.longest_tau.value
    if fit.mss > limits.largest_mss.value or not plausible:
        yield Flag("implausible_fit", {"mss": fit.mss, "tau": fit.tau}, serious=True, model=model)
    if errors is not None:
        mss, mac = errors
        if mss > limits.largest_mss_error.value or mac > limits.largest_mac_error.value:
            yield Flag("uncertain_fit", {"mss_error": mss, "mac_error": mac}, serious=True, model=model)
