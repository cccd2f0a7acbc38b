"""The named warnings about a sprint: what the splits show before any fit, and what a fit shows of itself.

Every limit is the page's (`knowledge/sprint.yaml`), and so is every sentence; here a flag is a code with the figures
its sentence needs. A serious flag makes the readings it is about unusable.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from math import sqrt
from statistics import NormalDist

from engine.schema.sprint import Limits, Sprint
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
    "large_residual": ("noise", "place", "off"),
    "uncertain_fit": ("mss_error", "mac_error"),
    "undetermined_fit": (),
    "no_v0": (),
    "start_decides": ("low", "high"),
    "beyond_last_gate": ("distance", "last"),
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


def about_splits(splits: Sequence[Split], start: Start, page: Sprint) -> Iterator[Flag]:
    """What the gates and their times show before any fit.

    Args: `splits` in the order of distance, in m and s.
    """
    limits = page.limits
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
    yield from _falling(splits, speeds, page)


def _falling(splits: Sequence[Split], speeds: Sequence[float], page: Sprint) -> Iterator[Flag]:
    """The first interval that is slower than the fastest before it, by more than the limit and the gates' noise."""
    fastest = 0
    for number in range(1, len(splits)):
        fastest = max(fastest, number - 1, key=lambda at: speeds[at])
        fall = 100 * (1 - speeds[number] / speeds[fastest])
        noise = 100 * page.timing_noise.value * _noise_of(splits, fastest, number)
        if fall > max(page.limits.falling_speed.value, NormalDist().inv_cdf(page.confidence) * noise):
            last = number == len(splits) - 1  # at the very end it may be the last gate's noise
            yield Flag("falling_speed", {"place": splits[number - 1].distance, "percent": fall}, serious=not last)
            return


def _noise_of(splits: Sequence[Split], early: int, late: int) -> float:
    """Error (SD) of how much slower the later interval is, as a share, for a gate noise of 1 s."""
    clock = [0.0, *(split.time for split in splits)]
    first, second = clock[early + 1] - clock[early], clock[late + 1] - clock[late]
    shared = 1 / (first * second) if late == early + 1 else 0.0
    return sqrt(2 * (1 / first**2 + 1 / second**2 + shared))


def about_residuals(fit: Fit, distances: Sequence[float], limits: Limits) -> Iterator[Flag]:
    """Times that no curve of this kind runs through: a slip of the pen, or a start that was another.

    Args: `distances` of the gates in m, as they were fitted.
    """
    if not fit.freedom:
        return
    unit = fit.mss if fit.residual_unit == "m" else 1.0
    noise = sqrt(fit.ssr / fit.freedom) / unit
    if noise > limits.largest_noise.value:
        worst = max(range(fit.n), key=lambda at: abs(fit.residuals[at]))
        details = {"noise": noise, "place": distances[worst], "off": abs(fit.residuals[worst]) / unit}
        yield Flag("large_residual", details, serious=True, model=fit.model)


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
