"""Measures: what can be asked or tested, what is computed from it, and how much is enough."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from engine.conditions import Conditions
from engine.schema.base import Better, Figure, Id, Model, Sex, SourceId, Text, Verified, YesNo

Kind = Literal["number", "yes_no", "choice", "scale_0_3", "scale_0_10"]

Short = Annotated[Text, Field(max_length=34)]
"""A name that fits beside a bar of a chart."""


class Range(Model):
    """Smallest and largest plausible value, inclusive, in the unit of the measure."""

    at_least: float
    at_most: float


class TypicalError(Model):
    """Error of measurement of one test, as `value` in the unit of the measure or as `percent` of what was read.

    Zero is for what is counted or known exactly, not measured.
    """

    value: Annotated[float, Field(ge=0)] | None = None
    percent: Annotated[float, Field(gt=0)] | None = None
    sources: tuple[SourceId, ...] = ()
    """Empty: judgement."""
    how: Text
    """How the number follows from the source, or why it was judged so."""

    @model_validator(mode="after")
    def _one_of_the_two(self) -> Self:
        if (self.value is None) == (self.percent is None):
            raise ValueError("a typical error needs either `value` or `percent`")
        return self


class Percentiles(Model):
    """Percentiles of quality-neutral values: p10 is the smallest number, whatever is better."""

    p10: float | None = None
    p25: float | None = None
    p50: float
    p75: float | None = None
    p90: float | None = None


class Threshold(Model):
    """The zone between the two verdicts; one bound may be unknown. See `better` of the measure for the sides."""

    low: float | None = None
    high: float | None = None

    @model_validator(mode="after")
    def _has_a_bound(self) -> Self:
        if self.low is None and self.high is None:
            raise ValueError("a threshold needs `low`, `high` or both")
        return self


class Norm(Model):
    """How much is usual or enough for one group; exactly one of `mean`, `percentiles`, `threshold`."""

    population: Id
    sex: Sex | Literal["any"]
    ages: tuple[int, int]
    mean: float | None = None
    sd: Annotated[float, Field(gt=0)] | None = None
    percentiles: Percentiles | None = None
    threshold: Threshold | None = None
    n: Annotated[int, Field(gt=0)] | None = None
    sources: tuple[SourceId, ...]
    verified: Verified
    note: Text | None = None

    @model_validator(mode="after")
    def _one_statistic(self) -> Self:
        given = [name for name in ("mean", "percentiles", "threshold") if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError("a norm needs exactly one of `mean`, `percentiles` and `threshold`")
        if self.sd is not None and self.mean is None:
            raise ValueError("`sd` belongs to a `mean`")
        if self.ages[0] > self.ages[1]:
            raise ValueError("`ages` runs from the younger to the older")
        return self


class Measure(Model):
    """One question or test: its wording, unit, range, protocol, error of measurement and norms."""

    measure: Id
    """The name; the file is called like it."""
    label: Text
    """What a coach calls it."""
    short_label: Short | None = None
    """The same in at most 34 letters, for charts; needed where the label is longer."""
    group: Id
    """The folder it lies in."""
    kind: Kind
    """What an answer looks like."""
    unit: Text | None = None
    """The unit answers are kept in; declared here and nowhere else."""
    choices: dict[Id, Text] | None = None
    """Only for `kind: choice`: the id of each choice and the words the athlete reads."""
    anchors: dict[int, Text] | None = None
    """Only for scales: what the ends (and steps) of the scale mean."""
    plausible: Range | None = None
    """What can be true; an answer outside is refused as a slip."""
    whole_numbers: YesNo = False
    better: Better = "none"
    """On which side of the norm people are faster."""
    per_side: YesNo = False
    """Yes: tested left and right."""
    equipment: tuple[Text, ...] = ()
    """Alternatives, any of which will do; empty: none needed."""
    minutes: Annotated[float, Field(gt=0)]
    """How long it takes."""
    asked_of: Literal["athlete", "coach", "either"]
    """Who can answer."""
    question: Text
    """What the person is asked."""
    protocol: Text
    """How the test is done, so that two coaches find the same."""
    ask_when: Conditions | None = None
    """Asked only when this holds."""
    counts_as: bool | Id | float | None = None
    """The answer taken for granted when `ask_when` is not met."""
    typical_error: TypicalError | None = None
    """How much two tests of the same person differ by chance."""
    reliability: Text | None = None
    stand_in_sd_percent: Annotated[float, Field(gt=0)] | None = None
    """Spread assumed where a norm gives a mean alone, in percent of the mean."""
    sources: tuple[SourceId, ...] = ()
    norms: tuple[Norm, ...] = ()
    """How much is usual or enough, group by group."""
    note: Text | None = None

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Self:
        if (self.kind == "choice") != (self.choices is not None):
            raise ValueError("`choices` belongs to `kind: choice`, and to no other")
        if (self.kind == "number") and (self.unit is None or self.plausible is None):
            raise ValueError("a number needs `unit` and `plausible`")
        if self.counts_as is not None and self.ask_when is None:
            raise ValueError("`counts_as` belongs to a question with `ask_when`")
        return self

    @property
    def neutral(self) -> bool | str | float | None:
        """The answer taken for granted when the question is not asked, as its kind has it."""
        if self.kind == "yes_no" and self.counts_as is not None:
            return self.counts_as in ("yes", True)
        return self.counts_as


class DerivedMeasure(Model):
    """A measure computed from others by a function of `engine/derived.py`; never asked."""

    derived: Id
    label: Text
    short_label: Short | None = None
    """The same in at most 34 letters, for charts; needed where the label is longer."""
    group: Id
    unit: Text
    better: Better = "none"
    computed_by: Id
    inputs: tuple[Id, ...]
    """In the order the formula takes them; a per-side input gives its worse side, unless the formula wants both."""
    optional_inputs: tuple[Id, ...] = ()
    figures: dict[Id, Figure] = Field(default_factory=dict)
    """What the formula takes besides its inputs, by name; in the units of this page and its inputs."""
    figures_of: Id | None = None
    """The computed measure whose figures are meant here too; then there are none on this page."""
    about: Text
    stand_in_sd_percent: Annotated[float, Field(gt=0)] | None = None
    sources: tuple[SourceId, ...] = ()
    verified: Verified = "seen"
    norms: tuple[Norm, ...] = ()
    note: Text | None = None


class Population(Model):
    """A group of people a norm was taken from."""

    label: Text


class Populations(Model):
    """Which groups exist, and which of them an athlete is compared with."""

    populations: dict[Id, Population]
    compare_with: dict[Id, dict[Id, Id]]
    """event group → training level → population."""
    also: dict[Id, tuple[Id, ...]]
    """event group → its other populations, tried next."""
    then: tuple[Id, ...]
    """Tried last, in this order, for everyone."""
    elite: dict[Id, tuple[Id, ...]]
    """event group → populations tried first, at training level `elite` alone."""
    largest_distance: Annotated[float, Field(gt=0)]
    """Distances from a norm are capped here, in SD; a larger one is more likely an entry error."""
