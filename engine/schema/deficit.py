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
    wrong_when: Text
    sources: tuple[SourceId, ...]
    verified: Verified
    evidence_note: Text | None = None
    reviewed: Review | None = None
    note: Text | None = None


class Rule(Grounded):
    """When … unless … then … because: one piece of evidence about one deficit."""

    id: Id
    when: Conditions
    unless: Conditions | None = None
    group: Id
    then: Verdict


class Explanation(Grounded):
    """Another deficit that, when present, accounts for a share of this one."""

    deficit: Id
    share: Word
    when: Conditions | None = None


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
    label: Text
    limiter: Family
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
    rules: tuple[Rule, ...]
    explained_by: tuple[Explanation, ...] = ()
    retest: tuple[Retest, ...]
    note: Text | None = None


class LimiterRule(Grounded):
    """One piece of evidence about a limiter as a whole."""

    id: Id
    limiter: Limiter
    when: Conditions
    unless: Conditions | None = None
    group: Id
    then: Verdict


class LimiterRules(Model):
    """A page of rules that speak about limiters: history, interplay, clean findings, elsewhere."""

    about: Text
    rules: tuple[LimiterRule, ...]
