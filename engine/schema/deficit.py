"""Deficits and the rules that speak for and against them, and for and against a limiter as a whole."""

import datetime
from typing import Annotated, Literal

from pydantic import Field

from engine.conditions import Conditions
from engine.schema.base import Family, Id, Limiter, Model, SourceId, Text, Verified

Word = Literal["weak", "moderate", "strong", "decisive"]
Verdict = Literal[
    "weak evidence for", "moderate evidence for", "strong evidence for", "decisive evidence for",
    "weak evidence against", "moderate evidence against", "strong evidence against", "decisive evidence against",
]  # fmt: skip


class Review(Model):
    """Who last looked at a rule, when, and when it is due again."""

    by: Text
    date: datetime.date
    again_by: datetime.date


class Grounded(Model):
    """What every statement about running carries: the reason, when it fails, and where it comes from."""

    because: Text
    """The reason, as you would tell the athlete."""
    wrong_when: Text
    """When this misleads; there is always something."""
    sources: tuple[SourceId, ...]
    """Names from sources.yaml on which it rests."""
    verified: Verified
    """`seen`: somebody read the source for this. `recalled`: known, not read again."""
    evidence_note: Text | None = None
    """What the source shows, and what is our judgement."""
    reviewed: Review | None = None
    """Who looked at it last, and when it is due again."""
    note: Text | None = None
    """Anything an editor of the page should know."""


class Rule(Grounded):
    """When … unless … then … because: one piece of evidence about one deficit."""

    id: Id
    """A short name that tells what is seen, unique on its page."""
    when: Conditions
    """What must hold; all lines must."""
    unless: Conditions | None = None
    """Exceptions; any one that is known to hold silences the rule, a question not answered does not."""
    group: Id
    """What the rule looks at; rules of one page with the same group count once."""
    then: Verdict
    """How much it says, for or against."""


class Explanation(Grounded):
    """Another deficit that, when present, accounts for a share of this one."""

    deficit: Id
    """The deficit that can be behind this one."""
    share: Word
    """How large a part of this one it accounts for."""
    when: Conditions | None = None
    """Only when this holds."""


class Retest(Model):
    """How this deficit is measured again and how much change is more than noise."""

    measure: Id
    real_change: Annotated[float, Field(gt=0)] | None = None
    """In the unit of the measure; `None` for a choice, where `to` says what counts."""
    real_change_percent: Annotated[float, Field(gt=0)] | None = None
    at_most: float | None = None
    """For a number that must come down to a fixed value, whatever it was before."""
    to: tuple[Id, ...] | None = None
    """For choices: the answers that count as mended."""
    repeats: Annotated[int, Field(ge=1)] = 1
    """How many tests running must show it."""
    mean_of: Annotated[int, Field(ge=1)] = 1
    """How many trials a test averages."""
    after_weeks: Annotated[int, Field(ge=1)]
    same: Text | None = None
    """What must be the same as at the first test (speed, camera, device, rater)."""
    sources: tuple[SourceId, ...] = ()
    """Empty: judgement or derived; `basis` says which."""
    basis: Literal["source", "derived", "judgement"]
    note: Text | None = None


class Deficit(Model):
    """One thing that is lacking: every rule for and against it, what explains it, and how to retest it."""

    deficit: Id
    """The name; the file is called like it."""
    label: Text
    """What a coach calls it."""
    limiter: Family
    """The family it belongs to; the folder is called like it."""
    weight: Word | None = None
    """How much this deficit, when certain, speaks for its limiter; none in the elsewhere family."""
    weight_because: Text | None = None
    weight_wrong_when: Text | None = None
    weight_sources: tuple[SourceId, ...] = ()
    weight_verified: Verified | None = None
    weight_evidence_note: Text | None = None
    about: Text
    """What is seen or felt, in a coach's words."""
    in_a_sentence: Text
    """Completes “In this athlete …”, for headlines and causal lines: “the foot lands too far ahead of the hips”."""
    when_fine: Text
    """The same when it is ruled out: “the foot lands close under the hips”."""
    while_present: Text | None = None
    """What is said of a limiter instead of “not”, while this deficit is present and hides what can be seen."""
    rules: tuple[Rule, ...]
    """Everything that speaks for or against it."""
    explained_by: tuple[Explanation, ...] = ()
    """Other deficits that can be behind it."""
    retest: tuple[Retest, ...]
    """How it is measured again."""
    note: Text | None = None


class LimiterRule(Grounded):
    """One piece of evidence about a limiter as a whole."""

    id: Id
    """A short name that tells what is seen, unique for its limiter."""
    limiter: Limiter
    """The limiter it speaks about."""
    when: Conditions
    """What must hold; all lines must."""
    unless: Conditions | None = None
    """Exceptions; any one that is known to hold silences the rule."""
    group: Id
    """What the rule looks at; rules about one limiter with the same group count once."""
    then: Verdict
    """How much it says, for or against."""


class LimiterRules(Model):
    """A page of rules that speak about limiters: history, interplay, clean findings, elsewhere."""

    about: Text
    rules: tuple[LimiterRule, ...]
