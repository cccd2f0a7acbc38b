"""Critical speed and D′ from time trials: the speed that can be held, and the metres that can be run above it.

Part of the public API; the pages reach it through `engine/derived.py`. Plain floats, SI units (m, s, m/s).

One law in three forms, which weigh the trials differently and so disagree when trials scatter:

    distance_time   d = CS t + D'         line of distance over time; long trials count most
    inverse_time    d/t = CS + D'/t       line of speed over 1/time; short trials count most
    hyperbola       t = D'/(v - CS)       residuals in time; as the law is usually drawn

CS hardly hangs on the form, D′ does. With two trials all three are the same line. Repeated within days CS varies by
0.4 %, D′ by 13 % (Galbraith 2014, abstract seen); two trials served as well as three for CS, 4.94 ± 0.32 m/s either
way (Kordi 2019, abstract seen). Trials are all-out, of 2 to 15 minutes, within about two weeks. A sprint is too short
for the law and a marathon too long. From where on a trial, a reserve or a disagreement between the forms is to be
distrusted is an opinion: whoever asks for such a warning gives the limit, and the page `critical_speed` holds what this
project thinks of trials and reserves.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from engine.errors import RunningError

Form = Literal["distance_time", "inverse_time", "hyperbola"]
FORMS: tuple[Form, ...] = ("distance_time", "inverse_time", "hyperbola")

SHORTEST_TRIAL, LONGEST_TRIAL = 2 * 60.0, 15 * 60.0
"""s; the domain the method is published for (Galbraith 2011, 2014): below, a trial is run on more than the law knows
of; above, it pulls the line down."""

SLOWEST, FASTEST = 0.5, 12.0
"""m/s; a trial at another speed was given in other units."""

CautionCode = Literal[
    "few_trials", "short_trial", "long_trial", "negative_d_prime", "large_d_prime", "depends_on_form", "form_impossible"
]


@dataclass(frozen=True, slots=True)
class Caution:
    """A named reason to distrust a fit, with the number it is about."""

    code: CautionCode
    value: float
    """few_trials: how many; short_trial, long_trial: the time in s; negative_d_prime, large_d_prime: D′ in m;
    depends_on_form: the spread of D′ over the three forms in m; form_impossible: how many forms have no solution."""


@dataclass(frozen=True, slots=True)
class CriticalSpeed:
    """What time trials say of endurance."""

    cs: float
    """Critical speed, m/s, always above 0."""
    d_prime: float
    """D′, m; may be negative, and then there is a caution."""
    form: Form
    n: int
    """Trials fitted."""
    cs_error: float | None
    """Standard error of cs, m/s; None with two trials."""
    d_prime_error: float | None
    """Standard error of d_prime, m; None with two trials."""
    r_squared: float | None
    """Share of the variance explained in the form's own terms; None with two trials, and where nothing varies."""
    cautions: tuple[Caution, ...]

    @property
    def plausible(self) -> bool:
        """Whether D′ is not below 0 nor above the largest one allowed; otherwise CS is not to be used either."""
        return not any(caution.code in ("negative_d_prime", "large_d_prime") for caution in self.cautions)

    def time_for(self, distance: float) -> float:
        """The time in s the law gives for a distance in m; to be trusted only between the trials' own distances.

        Raises: RunningError, for a distance no longer than D′.
        """
        if not (math.isfinite(distance) and distance > max(0.0, self.d_prime)):
            raise RunningError(f"The law begins beyond D′ = {self.d_prime:.0f} m, and says nothing of {distance:g} m.")
        return (distance - self.d_prime) / self.cs


def critical_speed(
    distances: Sequence[float],
    times: Sequence[float],
    form: Form = "distance_time",
    *,
    shortest_trial: float = SHORTEST_TRIAL,
    longest_trial: float = LONGEST_TRIAL,
    largest_d_prime: float | None = None,
    forms_disagree: float | None = None,
) -> CriticalSpeed:
    """Critical speed and D′ from two or more all-out trials, by least squares in the form asked for.

    Args: distances (n,) in m and times (n,) in s, trial by trial, in any order, n at least 2. The limits only decide
        about cautions: every trial given is used (`usable_trials` leaves out the long ones). Trials are cautioned of
        outside the published domain, 2 to 15 minutes, unless said otherwise; D′ above `largest_d_prime` (m), and a
        D′ that differs between the forms by more than the share `forms_disagree` of it, only where these are given.
    Raises: RunningError, for numbers that are not positive, trials at a speed of nobody (km or minutes may have been
        given), trials that make no line, a CS that is not positive, and another form.
    Source: the linear distance-time, linear speed-1/time and hyperbolic models (Galbraith 2011, 2014; Kordi 2019).
    >>> found = critical_speed([1200, 2400, 3600], [218, 466, 720])
    >>> round(found.cs, 6), round(found.d_prime, 3)
    (4.780649, 162.656)
    """
    if form not in FORMS:
        raise RunningError(f"There is no form '{form}' of the law; there are {', '.join(FORMS)}.")
    _check(distances, times)
    fit = _FITS[form](distances, times)
    if not (math.isfinite(fit.cs) and fit.cs > 0 and math.isfinite(fit.d_prime)):
        raise RunningError("The trials give no positive critical speed: the longer ones were not run farther.")
    cautions: list[Caution] = []
    if len(times) < 3:
        cautions.append(Caution("few_trials", len(times)))
    cautions += (Caution("short_trial", time) for time in times if time < shortest_trial)
    cautions += (Caution("long_trial", time) for time in times if time > longest_trial)
    if fit.d_prime < -1e-9 * max(distances):  # not for the last digit of an exact zero
        cautions.append(Caution("negative_d_prime", fit.d_prime))
    if largest_d_prime is not None and fit.d_prime > largest_d_prime:
        cautions.append(Caution("large_d_prime", fit.d_prime))
    if forms_disagree is not None:
        cautions += _between_forms(distances, times, fit.d_prime, forms_disagree)
    return CriticalSpeed(
        fit.cs, fit.d_prime, form, len(times), fit.cs_error, fit.d_prime_error, fit.r_squared, tuple(cautions)
    )


def usable_trials(
    distances: Sequence[float], times: Sequence[float | None], *, longest_trial: float
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """The distances and times of the trials that were run; those above `longest_trial` s go when two others remain.

    Args: distances (n,) in m, times (n,) in s, None or 0 where there was no trial.
    """
    run = [(distance, time) for distance, time in zip(distances, times, strict=True) if time]
    short = [trial for trial in run if trial[1] <= longest_trial]
    kept = short if len(short) >= 2 else run
    return tuple(distance for distance, _ in kept), tuple(time for _, time in kept)


def speed_reserve_ratio(top_speed: float, critical_speed: float) -> float:
    """Top speed over critical speed, both in m/s: how wide the range of speeds above CS is. Raises: RunningError."""
    return _positive(top_speed, "top speed") / _positive(critical_speed, "critical speed")


# --- the three forms --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Fit:
    cs: float
    d_prime: float
    cs_error: float | None = None
    d_prime_error: float | None = None
    r_squared: float | None = None


@dataclass(frozen=True, slots=True)
class _Line:
    slope: float
    intercept: float
    slope_error: float | None
    intercept_error: float | None
    r_squared: float | None


def _line(x: Sequence[float], y: Sequence[float]) -> _Line:
    """The straight line through points by least squares; errors from three points on."""
    n = len(x)
    mean_x, mean_y = math.fsum(x) / n, math.fsum(y) / n
    spread = math.fsum((one - mean_x) ** 2 for one in x)
    if spread <= (1e-12 * mean_x) ** 2:
        raise RunningError("The trials took the same time, so no line can be laid through them. Run two distances.")
    slope = math.fsum((one - mean_x) * (other - mean_y) for one, other in zip(x, y, strict=True)) / spread
    intercept = mean_y - slope * mean_x
    if n < 3:
        return _Line(slope, intercept, None, None, None)
    left = math.fsum((other - intercept - slope * one) ** 2 for one, other in zip(x, y, strict=True))
    whole = math.fsum((other - mean_y) ** 2 for other in y)
    noise = left / (n - 2)
    errors = math.sqrt(noise / spread), math.sqrt(noise * (1 / n + mean_x**2 / spread))
    return _Line(slope, intercept, *errors, 1 - left / whole if whole > 0 else None)


def _distance_time(distances: Sequence[float], times: Sequence[float]) -> _Fit:
    line = _line(times, distances)
    return _Fit(line.slope, line.intercept, line.slope_error, line.intercept_error, line.r_squared)


def _inverse_time(distances: Sequence[float], times: Sequence[float]) -> _Fit:
    speeds = [distance / time for distance, time in zip(distances, times, strict=True)]
    line = _line([1 / time for time in times], speeds)
    return _Fit(line.intercept, line.slope, line.intercept_error, line.slope_error, line.r_squared)


def _hyperbola(distances: Sequence[float], times: Sequence[float]) -> _Fit:
    """Least squares of time residuals: for a given CS the best D′ is known, so only CS is searched for."""
    if len(times) < 3:
        return _distance_time(distances, times)
    speeds = [distance / time for distance, time in zip(distances, times, strict=True)]
    slow, fast = min(speeds), max(speeds)
    if fast - slow <= 1e-12 * fast:
        raise RunningError("All trials were run at one speed, and a hyperbola has no speed to bend at.")
    # CS lies below all speeds, or, when longer trials were faster, above them all; never among them.
    grid = [10 ** (power / 20) * fast for power in range(-160, 41)]
    starts = [slow - gap for gap in grid] + [fast + gap for gap in grid]
    cs = _descend(min(starts, key=lambda start: _misfit(start, speeds, times)), speeds, times)
    u = [1 / (speed - cs) for speed in speeds]
    d_prime = _best_d_prime(u, times)
    left = _misfit(cs, speeds, times)
    by_cs, by_d = [d_prime * one**2 for one in u], u
    a, b, c = _dot(by_cs, by_cs), _dot(by_cs, by_d), _dot(by_d, by_d)
    noise, determinant = left / (len(times) - 2), a * c - b * b
    if not determinant > 0:
        raise RunningError("No hyperbola fits these trials better than every other.")
    mean = math.fsum(times) / len(times)
    spread = math.fsum((time - mean) ** 2 for time in times)
    if not spread > 0:
        raise RunningError("All trials took the same time; no critical speed can be told from them.")
    r_squared = 1 - left / spread
    return _Fit(cs, d_prime, math.sqrt(noise * c / determinant), math.sqrt(noise * a / determinant), r_squared)


def _descend(cs: float, speeds: Sequence[float], times: Sequence[float]) -> float:
    """The nearest best CS, by Gauss-Newton with halved steps; the D′ of a new CS is always the best one."""
    least = _misfit(cs, speeds, times)
    for _ in range(200):
        u = [1 / (speed - cs) for speed in speeds]
        d_prime = _best_d_prime(u, times)
        residuals = [time - d_prime * one for time, one in zip(times, u, strict=True)]
        # What a change of CS does to the times beyond what D′ can make up for.
        by_cs = [d_prime * one**2 for one in u]
        share = _dot(by_cs, u) / _dot(u, u)
        beyond = [one - share * other for one, other in zip(by_cs, u, strict=True)]
        size = _dot(beyond, beyond)
        step = _dot(beyond, residuals) / size if size > 0 else 0.0
        moved = cs
        for _ in range(60):
            moved = cs + step
            inside = moved < min(speeds) or moved > max(speeds)
            if inside and (moved < min(speeds)) == (cs < min(speeds)) and _misfit(moved, speeds, times) <= least:
                break
            step /= 2
        else:
            return cs
        least = _misfit(moved, speeds, times)
        if abs(moved - cs) <= 1e-15 * max(speeds):
            return moved
        cs = moved
    return cs


def _misfit(cs: float, speeds: Sequence[float], times: Sequence[float]) -> float:
    u = [1 / (speed - cs) for speed in speeds]
    d_prime = _best_d_prime(u, times)
    return math.fsum((time - d_prime * one) ** 2 for time, one in zip(times, u, strict=True))


def _best_d_prime(u: Sequence[float], times: Sequence[float]) -> float:
    return _dot(u, times) / _dot(u, u)


def _dot(x: Sequence[float], y: Sequence[float]) -> float:
    return math.fsum(one * other for one, other in zip(x, y, strict=True))


_FITS = {"distance_time": _distance_time, "inverse_time": _inverse_time, "hyperbola": _hyperbola}


def _between_forms(distances: Sequence[float], times: Sequence[float], d_prime: float, allowed: float) -> list[Caution]:
    """What the other forms say to it; with two trials they are the same."""
    if len(times) < 3:
        return []
    found, impossible = [], 0
    for fit in _FITS.values():
        try:
            found.append(fit(distances, times).d_prime)
        except RunningError:
            impossible += 1
    cautions = [Caution("form_impossible", impossible)] if impossible else []
    spread = max(found) - min(found)
    if spread > allowed * max(abs(d_prime), 1.0):  # a metre is no disagreement
        cautions.append(Caution("depends_on_form", spread))
    return cautions


# --- what can be --------------------------------------------------------------------------------------------------


def _check(distances: Sequence[float], times: Sequence[float]) -> None:
    try:
        counts = len(distances), len(times)
    except TypeError:
        raise RunningError("Distances and times have to be numbers, one of each for every trial.") from None
    if counts[0] != counts[1]:
        raise RunningError(f"There are {counts[0]} distances and {counts[1]} times; every trial needs both.")
    if counts[1] < 2:
        raise RunningError("Critical speed needs two trials or more over different distances.")
    for distance, time in zip(distances, times, strict=True):
        speed = _positive(distance, "distance of a trial") / _positive(time, "time of a trial")
        if not SLOWEST <= speed <= FASTEST:
            raise RunningError(f"A trial over {distance:g} in {time:g} would be one at {speed:.3g} m/s, which nobody "
                               "runs; distances are in m and times in s.")  # fmt: skip


def _positive(value: float, name: str) -> float:
    try:
        if 1e-9 <= value <= 1e9:
            return value
    except TypeError:
        raise RunningError(f"The {name} must be a number.") from None
    raise RunningError(f"The {name} must be above 0 and within reason, and is {value:g}.")
