"""What the sprint analysis hands on: Fit → Profile → Gains → Reading of the start → Analysis.

Frozen values in SI units (m, s, kg, N, W) at full precision, always finite; rounding and wording are the reports'
affair. Shares and percentages say so.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from engine.sprint.run import ModelId, Person, Run, Start


@dataclass(frozen=True, slots=True)
class Fit:
    """The mono-exponential model v(t) = MSS (1 - e^(-t MAC / MSS)) fitted to one sprint."""

    model: ModelId | Literal["radar", "radar_fixed_mss", "tether", "in_situ"]
    mss: float
    """Maximal sprinting speed of the model, m/s."""
    mac: float
    """Maximal acceleration of the model, at its start, m/s²."""
    n: int
    """Gates or samples fitted."""
    residuals: tuple[float, ...]
    """Observed minus predicted, gate by gate, in `residual_unit`."""
    residual_unit: Literal["s", "m", "m/s", "m/s^2"]
    free: tuple[str, ...]
    """The fitted parameters, in the order of `covariance`: mss, mac, and offsets by the names below."""
    covariance: tuple[tuple[float, ...], ...] | None
    """Of the free parameters, s² (J'J)⁻¹ with s² = SSR / (n - p); None without residual freedom."""
    time_correction: float = 0.0
    """TC in s, added to the model's time: positive for a reaction, negative for a start that was missed."""
    flying_distance: float = 0.0
    """FD in m: how far behind the first gate the run began."""
    distance_correction: float = 0.0
    """DC in m, taken from the gates' distances."""
    offset: float = 0.0
    """Fixed offset in s that was added to the times before the fit."""
    at_bound: tuple[str, ...] = ()
    """Parameters whose best value lies on the edge of what was allowed."""

    @property
    def tau(self) -> float:
        """Time constant MSS / MAC, s."""
        return self.mss / self.mac

    @property
    def pmax(self) -> float:
        """Greatest power of the kinematics alone, MSS MAC / 4, W/kg, without drag."""
        return self.mss * self.mac / 4

    @property
    def ssr(self) -> float:
        """Sum of squared residuals."""
        return math.fsum(residual**2 for residual in self.residuals)

    @property
    def rmse(self) -> float:
        """Root of the mean squared residual, in `residual_unit`."""
        return math.sqrt(self.ssr / self.n)

    @property
    def freedom(self) -> int:
        """Residual degrees of freedom."""
        return self.n - len(self.free)

    def standard_error(self, parameter: str) -> float | None:
        """Standard error of a free parameter; None for one that was not fitted or without residual freedom."""
        if self.covariance is None or parameter not in self.free:
            return None
        at = self.free.index(parameter)
        return math.sqrt(max(0.0, self.covariance[at][at]))


@dataclass(frozen=True, slots=True)
class Profile:
    """Horizontal force-velocity profile of a sprint (Samozino et al. 2016), F0 and V0 by definition A.

    Definition A: F0 = m MAC, V0 the smaller root of F0 (1 - v/MSS) + k v² = 0. B, the regression of force on speed
    over the modelled trace, and C, the line to the steady state, stand beside it.
    """

    mass: float
    drag: float
    """k in kg/m: F_air = k v²."""
    f0: float
    """N."""
    v0: float
    """m/s."""
    rf_max: float
    """Ratio of forward to total force at 0.3 s, a share."""
    drf: float
    """Slope of that ratio over speed, 0.3 to 6 s, share per m/s."""
    f0_regression: float
    """Definition B, N."""
    v0_regression: float
    """Definition B, m/s."""
    v0_steady: float
    """Definition C, m/s."""

    @property
    def f0_rel(self) -> float:
        """F0 over body mass, N/kg."""
        return self.f0 / self.mass

    @property
    def pmax(self) -> float:
        """F0 V0 / 4, W."""
        return self.f0 * self.v0 / 4

    @property
    def pmax_rel(self) -> float:
        """Pmax over body mass, W/kg."""
        return self.pmax / self.mass

    @property
    def slope(self) -> float:
        """S_FV = -(F0/m) / V0, N s/kg/m."""
        return -self.f0_rel / self.v0

    @property
    def pmax_regression(self) -> float:
        """F0 V0 / 4 by definition B, W."""
        return self.f0_regression * self.v0_regression / 4

    @property
    def slope_regression(self) -> float:
        """S_FV by definition B, N s/kg/m."""
        return -self.f0_regression / self.mass / self.v0_regression


@dataclass(frozen=True, slots=True)
class Gains:
    """Which quality gains how much time over one distance, asked in three ways (see `engine/sprint/sensitivity.py`)."""

    distance: float
    time: float
    """T at the distance, s."""
    dt_df0: float
    """s/N."""
    dt_dv0: float
    """s²/m."""
    e_f0: float
    """Elasticity: percent of time for a percent of F0; negative."""
    e_v0: float
    e_mss: float
    e_mac: float
    probe_percent: float
    probe_f0: float
    """Change of time in s when F0 alone grows by `probe_percent`; negative."""
    probe_v0: float
    optimal_f0: float
    """F0 of the fastest profile of the same Pmax, N."""
    optimal_v0: float
    imbalance: float
    """100 S_FV / S_FV of that profile, percent; above 100 V0 pays more."""
    optimal_gain: float
    """Change of time in s at that profile; never positive."""

    @property
    def probe_ratio(self) -> float:
        """100 x gain from V0 / gain from F0, percent; above 100 V0 pays more."""
        return 100 * self.probe_v0 / self.probe_f0


# --- the whole ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number with what is uncertain about it: fit and start condition together."""

    value: float
    error: float
    """One standard deviation, in the unit of the value."""
    low: float
    high: float
    """The ends of the interval (the page's confidence), over every reading of the start that is not refuted."""
    fit_error: float = 0.0
    """The part of `error` that more trials would make smaller."""


@dataclass(frozen=True, slots=True)
class StartReading:
    """One reading of the start: what follows if the clock was started as its model says."""

    model: ModelId | Literal["radar", "radar_fixed_mss", "tether", "in_situ"]
    fit: Fit
    profile: Profile
    gains: Gains
    refuted: bool = False
    """A wider model fits so much better that this one cannot be meant."""
    unusable: bool = False
    """Some flag says that its numbers are no trait of the athlete."""


@dataclass(frozen=True, slots=True)
class Flag:
    """A named warning. `details` fill the page's sentence; `serious` makes the readings it is about unusable."""

    code: str
    details: Mapping[str, float | str]
    serious: bool = False
    model: str = ""
    """The reading it is about; empty: the data themselves."""


@dataclass(frozen=True, slots=True)
class Group:
    """A reference group, fitted with one model: means and standard deviations between athletes."""

    id: str
    label: str
    model: ModelId
    f0_rel: float
    v0: float
    f0_rel_sd: float | None = None
    v0_sd: float | None = None
    n: int | None = None
    verified: str = "recalled"
    sources: tuple[str, ...] = ()
    start: Start = "unknown"
    """What started their clock; it matters where the model corrects nothing."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """The athlete beside a group fitted the same way, over the same distance. Times in s."""

    group: Group
    distance: float
    save_f0: Estimate
    """Time saved by bringing F0 to the middle of the group; negative: it is above the middle already."""
    save_v0: Estimate
    lead: Estimate
    """save_v0 - save_f0."""
    velocity_share: float
    """Probability that V0 saves more, in [0, 1]."""
    whole: bool = True
    """Whether every reading of the start that can be meant has a group to stand beside; else no side is taken."""


Side = Literal["force", "velocity", "undecided", "neither", "no_group", "unreliable"]
"""Which quality lies further behind the group, in time over the distance; undecided when the interval of the lead
spans zero; neither when both are at or above the middle as far as one can tell; without a group, or without a usable
fit, no side."""


@dataclass(frozen=True, slots=True)
class Analysis:
    """Everything one sprint says about one athlete."""

    run: Run
    person: Person
    distance: float
    """The distance the verdict is about, m."""
    readings: tuple[StartReading, ...]
    """The chosen one first; refuted and unusable ones last. Empty when nothing could be fitted."""
    estimates: Mapping[str, Estimate]
    """By name: mss, mac, tau, f0, f0_rel, v0, pmax, pmax_rel, slope, rf_max (percent), drf (percent per m/s), time (at
    `distance`), e_f0, e_v0, probe_f0, probe_v0, imbalance. Empty when nothing usable could be fitted."""
    flags: tuple[Flag, ...]
    comparison: Comparison | None
    side: Side
    assumed: Mapping[str, float]
    """What was taken for granted because it was not given: mass, height, temperature, pressure."""

    @property
    def chosen(self) -> StartReading | None:
        """The reading whose numbers are printed first."""
        first = self.readings[0] if self.readings else None
        return None if first is None or first.unusable or first.refuted else first
