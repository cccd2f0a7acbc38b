"""Interventions: exercises, drills, running prescriptions and habits."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from engine.schema.base import Family, Id, Model, SourceId, Text, Verified, YesNo
from engine.schema.safety import InterventionKind

Level = Literal["beginner", "intermediate", "advanced"]


class Intervention(Model):
    """Something that can be done about a deficit; `targets` are in order of aim, the first the strongest."""

    intervention: Id
    label: Text
    print_name: Annotated[str, StringConstraints(min_length=1, max_length=32)]
    kind: InterventionKind
    limiter: Family
    targets: Annotated[tuple[Id, ...], Field(min_length=1)]
    level: Level
    equipment: tuple[Id, ...] = ()
    """Tokens of `programs/equipment.yaml`; every one must be owned."""
    how: Text
    how_short: Annotated[str, StringConstraints(min_length=1, max_length=120)]
    cues: Annotated[tuple[Text, ...], Field(min_length=1)]
    dose_start: Text
    dose_progressed: Text
    sessions_per_week: tuple[int, int] | None = None
    """Fewest and most; `None` for habits that go with everything, see `how_often`."""
    how_often: Text | None = None
    fresh_only: YesNo = False
    intensity: Literal["low", "moderate", "high"]
    minutes: Annotated[float, Field(ge=0)]
    regress_to: Id | None = None
    progress_to: Id | None = None
    quality_gate: Text
    stop_short: Annotated[str, StringConstraints(min_length=1, max_length=70)]
    """The stop rule as the wall page prints it."""
    contraindications: tuple[Id, ...] = ()
    sources: tuple[SourceId, ...]
    verified: Verified
    dose_basis: Literal["source", "judgement"]
    contested: YesNo = False
    evidence_note: Text | None = None
    note: Text | None = None
