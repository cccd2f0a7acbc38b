"""The sprint page: how a start is read, what makes a profile unreliable, whom it is compared with, and how it is said.

The physics is in `engine/sprint/`; every opinion about it is here, so that a coach can argue with it.
"""

from typing import Annotated, Literal

from pydantic import Field

from engine.schema.base import Figure, Id, Model, Sex, SourceId, Text, Verified, YesNo

Start = Literal["gun", "first_movement", "behind_gate", "unknown"]
Fitting = Literal["none", "fixed_offset", "tc", "fd", "fd_fixed", "dc", "tc_dc", "distance_target"]
Quantity = Literal[
    "mss", "mac", "tau", "f0", "f0_rel", "v0", "pmax", "pmax_rel", "slope", "rf_max", "drf", "time", "imbalance",
]  # fmt: skip
Positive = Annotated[float, Field(gt=0)]
Share = Annotated[float, Field(ge=0.5, le=0.999)]
Metres = Annotated[float, Field(gt=0, le=1000)]


class StartPage(Model):
    """One way a clock is started, and the fits that may be meant by it."""

    label: Text
    """How it is called where it is chosen."""
    says: Text
    """How the report says it."""
    ask: Text
    """How a coach recognises it."""
    models: Annotated[tuple[Fitting, ...], Field(min_length=1)]
    """The readings tried, the preferred one first."""
    with_set_back: tuple[Fitting, ...] = ()
    """The same when the set-back was measured; empty: no difference."""
    with_few_gates: tuple[Fitting, ...] = ()
    """The same with too few gates to fit a correction; empty: no difference."""
    time_correction: tuple[float, float] | None = None
    """Smallest and largest time correction that can be meant, s."""
    times_are_comparable: YesNo = False
    """Whether its gate times may stand for sprint times from a standing start."""


class FittingPage(Model):
    """How one fit is called and what it takes for granted."""

    label: Text
    """Its short name."""
    says: Text
    """How the report says what is taken for granted."""


class Limits(Model):
    """Where a fit stops being a trait of the athlete. The names are those of the flags they raise."""

    fewest_gates: Figure
    """Fewer: few_splits."""
    first_gate_by: Figure
    """m; none up to here: missing_early_gate."""
    far_gate_beyond: Figure
    """m; none beyond: no_far_gate."""
    bracket_gates: Figure
    """Gates needed to fit a correction at all when the start is unknown."""
    bracket_reach: Figure
    """m the last gate must reach for the same."""
    fastest_interval: Figure
    """m/s; a faster interval: unit_suspicion."""
    slowest_interval: Figure
    """m/s; any interval slower: unit_suspicion."""
    first_interval: Figure
    """m/s; a first interval faster than this from a still start: flying_start."""
    falling_speed: Figure
    """Percent an interval may be slower than the one before: falling_speed."""
    beyond_fastest: Figure
    """Percent MSS may lie above the fastest interval: extrapolated_v0."""
    largest_mss: Figure
    """m/s: implausible_fit."""
    shortest_tau: Figure
    """s; below: implausible_fit."""
    longest_tau: Figure
    """s; above: implausible_fit."""
    largest_mss_error: Figure
    """Percent: uncertain_fit."""
    largest_mac_error: Figure
    """Percent: uncertain_fit."""
    start_offset: Figure
    """s of time correction from which the reading without one is not to be believed: start_offset."""
    beyond_start: Figure
    """Standard errors of its own by which a time correction may lie beyond what the start allows, and still be set
    free; further, it is held at the edge: boundary_optimum."""
    reaction_from: Figure
    """s of TC from which a reaction was left in: reaction_time_left_in."""
    standing_speed: Figure
    """m/s under which a trace stands still: standing_still."""
    strongest_wind: Figure
    """m/s, head or tail; stronger, or a tail wind faster than the athlete: wind_suspicion."""
    largest_noise: Figure
    """s by which a curve may miss the times, as a standard error of the fit: large_residual."""
    start_matters: Figure
    """Percent by which readings of the start must disagree about F0: start_decides."""
    drawn_on: Figure
    """Percent by which the distance of the verdict may go beyond the last gate: beyond_last_gate."""
    refuted_below: Figure
    """Probability of the F test below which the narrower of two nested readings is refuted."""


class TracePage(Model):
    """How a recording is read before a curve is laid through it."""

    smoothing: Figure
    """s over which speed is averaged before its peak is looked for."""
    smoothing_percent: Figure
    """The same in percent of the samples, where there is no clock, and for the fastest speed seen."""
    session_from: Figure
    """m/s from which the accelerations of a whole session count."""
    session_bin: Figure
    """m/s; how wide the steps of speed are from which the greatest accelerations of a session are taken."""
    session_kept: Figure
    """How many of each step; a whole number."""


class SprintGroup(Model):
    """A reference group whose sprints were fitted with one model."""

    label: Text
    """Who they are and how their sprints were fitted."""
    population: Id
    """The people of `populations.yaml` they stand for."""
    sex: Sex
    ages: tuple[int, int]
    """The youngest and the oldest athlete compared with them, in years."""
    model: Fitting
    """The fit behind the figures, for sprints are compared with what was fitted like them."""
    start: Start = "unknown"
    """What started their clock. A fit that corrects nothing is compared only with what was started alike."""
    n: Annotated[int, Field(gt=0)] | None = None
    """How many athletes."""
    mss: Positive | None = None
    """Mean top speed the runs lead to, m/s."""
    mss_sd: Positive | None = None
    tau: Positive | None = None
    """Mean time constant, s."""
    tau_sd: Positive | None = None
    f0_rel: Annotated[float, Field(gt=0, le=40)]
    """Mean forward force at a standstill, N/kg."""
    f0_rel_sd: Positive | None = None
    v0: Annotated[float, Field(gt=0, le=20)]
    """Mean speed at which no forward force is left, m/s."""
    v0_sd: Positive | None = None
    sources: tuple[SourceId, ...]
    verified: Verified
    """Whether somebody read the sources for these figures."""
    note: Text | None = None
    """How the figures were made, and what is not known about them."""


class GroupSpread(Model):
    """How closely the middle of a group is known: what is taken where the group does not say it of itself."""

    f0_rel: Figure
    """SD of F0 per kg between the athletes of one group, percent."""
    v0: Figure
    """The same of V0."""
    together: Figure
    """Correlation of F0 per kg and V0 between the athletes of one group."""
    people: Figure
    """So many athletes are taken to stand behind a group that gives no number."""


class FlagPage(Model):
    """A warning as a coach reads it; names in braces are filled in."""

    says: Text
    """What is wrong; the names in braces that may stand here are told by the check."""
    do: Text
    """What to do about it next time."""


class PersonAnswers(Model):
    """The measures that say who ran."""

    mass: Id
    height: Id
    sex: Id
    age: Id
    event_group: Id
    training_level: Id


class Assumed(Model):
    """What is taken when it was not given: kg, m, °C, hPa."""

    mass: Annotated[float, Field(ge=20, le=250)]
    height: Annotated[float, Field(ge=0.8, le=2.6)]
    temperature: Annotated[float, Field(ge=-60, le=60)]
    pressure: Annotated[float, Field(ge=300, le=1100)]
    note: Text | None = None


class Words(Model):
    """The sentences of the verdict by side; names in braces are filled in."""

    force: Text
    velocity: Text
    undecided: Text
    neither: Text
    no_group: Text
    unreliable: Text


class Sprint(Model):
    """The page `sprint.yaml`."""

    about: Text
    """What a sprint tells, in a coach's words."""
    starts: dict[Start, StartPage]
    """Every way a clock is started."""
    fits: dict[Fitting, FittingPage]
    """Every way a sprint is fitted."""
    fixed_offset: Figure
    """s added by the fixed-offset fit."""
    fixed_offset_error: Figure
    """s by which that rule of thumb may be wrong, SD."""
    set_back_error: Figure
    """m by which a measured set-back may be wrong, SD."""
    probe_percent: Figure
    """Percent by which F0, and then V0, is raised to see what each is worth."""
    confidence: Share
    """Of every interval."""
    timing_noise: Figure
    """Noise of one gate in s, SD, before the fit is seen."""
    timing_noise_weight: Figure
    """How many gates' worth that is believed."""
    distances: dict[Id, Metres]
    """event group → the distance in m the verdict is about."""
    any_distance: Metres
    """The same when the event group is not known."""
    person: PersonAnswers
    """The measures that say who ran."""
    feeds: dict[Id, Quantity]
    """measure → the quantity of a profile that stands in for it where nobody entered one."""
    feed_from: Annotated[tuple[Fitting, ...], Field(min_length=1)]
    """The fits whose figures may stand beside the norms; without a correction only where none is needed."""
    gate_times: dict[Id, Metres]
    """measure → the distance in m at which a gate gives it."""
    assumed: Assumed
    """What is taken when it was not given."""
    traces: TracePage
    """How a recording is read."""
    limits: Limits
    """Where a fit stops being a trait of the athlete."""
    flags: dict[Id, FlagPage]
    """The warnings in words."""
    groups: tuple[SprintGroup, ...]
    """With whom a sprint is compared."""
    group_spread: GroupSpread
    """How closely the middle of a group is known."""
    norms_fitted_with: Fitting
    """The fit behind the norms on the pages f0_rel and v0."""
    verdict: Words
    """Which of the two is the weaker, in words."""
    honest: tuple[Text, ...]
    """What every sprint page says about the limits of the method."""
    sources: tuple[SourceId, ...] = ()
    note: Text | None = None
