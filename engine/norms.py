"""Which norm an athlete is compared with, and the distance from it.

Distances and percentiles count quality: plus is good and p25 is the worst quarter, also where less is better.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import NormalDist

from engine.model import NormUsed
from engine.schema.base import Better
from engine.schema.measure import Norm, Populations

_QUARTILES_IN_SD = 1.349
"""Distance between the quartiles of a normal distribution, in SD."""

_NORMAL = NormalDist()


@dataclass(frozen=True, slots=True)
class Athlete:
    """The four answers that choose a norm."""

    sex: str
    age: float
    event_group: str
    training_level: str


@dataclass(frozen=True, slots=True)
class Reference:
    """A norm as a distribution of values, in the unit of the measure; `sign` is -1 where less is better."""

    norm: Norm
    middle: float
    spread: float
    stand_in: bool
    sign: int
    largest_distance: float

    def distance(self, value: float) -> float:
        """Distance of a value from the middle in SD, plus is good, capped at what is still believable."""
        found = self.sign * (value - self.middle) / self.spread
        return max(-self.largest_distance, min(self.largest_distance, found))

    def at_distance(self, sd: float) -> float:
        """The value that lies this many SD to the good side of the middle."""
        return self.middle + self.sign * sd * self.spread

    def at_percentile(self, percentile: float) -> float | None:
        """The value at a percentile of quality; None outside the percentiles a row gives."""
        percentiles = self.norm.percentiles
        raw = percentile if self.sign > 0 else 100 - percentile
        if percentiles is None:
            return self.middle + self.spread * _NORMAL.inv_cdf(raw / 100)
        named = ((10, percentiles.p10), (25, percentiles.p25), (50, percentiles.p50),
                 (75, percentiles.p75), (90, percentiles.p90))  # fmt: skip
        known = [(at, value) for at, value in named if value is not None]
        for (low_at, low), (high_at, high) in pairwise(known):
            if low_at <= raw <= high_at:
                return low + (high - low) * (raw - low_at) / (high_at - low_at)
        return None

    def used(self, value: float) -> NormUsed:
        """This reference and the value's distance from it, for the report."""
        norm = self.norm
        return NormUsed(norm.population, norm.sex, norm.ages, self.middle, self.spread, self.stand_in,
                        self.distance(value), norm.sources, norm.verified)  # fmt: skip


def choose(
    norms: Sequence[Norm], better: Better, stand_in_percent: float | None, populations: Populations, athlete: Athlete
) -> Reference | None:
    """The reference for this athlete, or None when no norm fits.

    Populations are tried in the order of the populations page; within one, the athlete's own sex comes before any sex,
    then the narrower age band, the larger group, seen before recalled. Thresholds are never used for distances.
    """
    if better not in ("higher", "lower"):
        return None
    for population in populations_for(populations, athlete):
        found = within(population, norms, better, stand_in_percent, populations.largest_distance, athlete)
        if found is not None:
            return found
    return None


def within(
    population: str, norms: Sequence[Norm], better: Better, stand_in_percent: float | None, largest: float,
    athlete: Athlete,
) -> Reference | None:  # fmt: skip
    """The reference of one population for this athlete, or None; `largest` caps distances from it, in SD."""
    fitting = [
        reference
        for norm in norms
        if norm.population == population
        and norm.sex in (athlete.sex, "any")
        and norm.ages[0] <= athlete.age <= norm.ages[1]
        and (reference := _reference(norm, better, stand_in_percent, largest)) is not None
    ]
    return min(fitting, key=_preference, default=None)


def populations_for(populations: Populations, athlete: Athlete) -> Iterator[str]:
    """The populations to try for this athlete, in order."""
    yield from dict.fromkeys(_populations(populations, athlete))


def _populations(populations: Populations, athlete: Athlete) -> Iterator[str]:
    event = athlete.event_group
    if athlete.training_level == "elite":
        yield from populations.elite.get(event, ())
    own = populations.compare_with.get(event, {}).get(athlete.training_level)
    if own is not None:
        yield own
    yield from populations.also.get(event, ())
    yield from populations.then


def _preference(reference: Reference) -> tuple[bool, int, int, bool]:
    norm = reference.norm
    return norm.sex == "any", norm.ages[1] - norm.ages[0], -(norm.n or 0), norm.verified == "recalled"


def _reference(norm: Norm, better: Better, stand_in_percent: float | None, largest: float) -> Reference | None:
    sign = 1 if better == "higher" else -1
    if norm.mean is not None:
        if norm.sd is not None:
            return Reference(norm, norm.mean, norm.sd, False, sign, largest)
        if stand_in_percent is not None:
            return Reference(norm, norm.mean, abs(norm.mean) * stand_in_percent / 100, True, sign, largest)
    percentiles = norm.percentiles
    if percentiles is not None and percentiles.p25 is not None and percentiles.p75 is not None:
        spread = (percentiles.p75 - percentiles.p25) / _QUARTILES_IN_SD
        return Reference(norm, percentiles.p50, spread, False, sign, largest)
    return None
