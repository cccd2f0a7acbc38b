"""The limiters page: what each limiter means, and every number by which a diagnosis is decided."""

from typing import Annotated

from pydantic import Field

from engine.schema.base import Family, Id, Limiter, Model, SourceId, Text

Share = Annotated[float, Field(ge=0, le=1)]


class LimiterMeaning(Model):
    """One limiter as a coach explains it."""

    label: Text
    means: Text
    what_to_do: Text
    in_a_headline: Text


class Words(Model):
    """The certainty factor each word stands for."""

    weak: Share
    moderate: Share
    strong: Share
    decisive: Share


class Severity(Model):
    """From which certainty a deficit counts as possible (1), likely (2) and clear (3)."""

    possible: Share
    likely: Share
    clear: Share


class Outcomes(Model):
    """Where one outcome ends and the next begins."""

    elsewhere_from: Share
    elsewhere_lead: Share
    """Elsewhere wins unless the leading limiter is more certain by more than this."""
    named_from: Share
    none_coverage: Share
    insufficient_below: Share
    insufficient_coverage: Share
    mixed_below: Share


class Budget(Model):
    """Measures made of a few free numbers of one observation: what rules read off them shares one budget."""

    budget: Id
    """Its name."""
    measures: Annotated[tuple[Id, ...], Field(min_length=1)]
    """The measures; rules that look at one of them, or at what is computed from it, share the budget."""
    pieces: Annotated[int, Field(gt=0)]
    """How many pieces of evidence the observation is worth: its degrees of freedom."""
    because: Text
    """Why they are no more, as you would tell the athlete."""
    sources: tuple[SourceId, ...] = ()


class Limiters(Model):
    """The three limiters, the elsewhere family, and the figures that decide between them."""

    limiters: dict[Limiter, LimiterMeaning]
    elsewhere: LimiterMeaning
    words: Words
    present_from: Share
    against_weight: Share
    most_moved: Share
    visible_groups: tuple[Id, ...]
    severity: Severity
    outcomes: Outcomes
    budgets: tuple[Budget, ...] = ()
    families: tuple[Family, ...] = ("mechanics", "synergy", "strength", "elsewhere")
    sources: tuple[SourceId, ...] = ()
    note: Text | None = None
