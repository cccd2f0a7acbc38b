"""Interventions: exercises, drills, running prescriptions and habits."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from engine.schema.base import Family, Id, Model, SourceId, Text, Verified, YesNo
from engine.schema.safety import InterventionKind

Level = Literal["beginner", "intermediate", "advanced"]


class Intervention(Model):
    """Something that can be done about a deficit; `targets` are in order of aim, the first the strongest."""

    intervention: Id
    """The name; the file is called like it."""
    label: Text
    """What a coach calls it."""
    print_name: Annotated[str, StringConstraints(min_length=1, max_length=32)]
    """As the wall page prints it, at most 32 letters."""
    kind: InterventionKind
    """The folder it lies in."""
    limiter: Family
    """The family it helps most."""
    targets: Annotated[tuple[Id, ...], Field(min_length=1)]
    """Deficits it aims at, the strongest aim first."""
    level: Level
    """From which level it is offered."""
    equipment: tuple[Id, ...] = ()
    """Tokens of `programs/equipment.yaml`; every one must be owned."""
    how: Text
    """How it is done."""
    how_short: Annotated[str, StringConstraints(min_length=1, max_length=120)]
    """The same in one line, at most 120 letters."""
    cues: Annotated[tuple[Text, ...], Field(min_length=1)]
    """What the coach calls out."""
    dose_start: Text
    """The dose of the first week."""
    dose_progressed: Text
    """The dose it grows to."""
    sessions_per_week: tuple[int, int] | None = None
    """Fewest and most; `None` for habits that go with everything, see `how_often`."""
    how_often: Text | None = None
    fresh_only: YesNo = False
    intensity: Literal["low", "moderate", "high"]
    """How hard it is on the body."""
    minutes: Annotated[float, Field(ge=0)]
    """How long it takes in a session."""
    regress_to: Id | None = None
    """The easier step of the ladder."""
    progress_to: Id | None = None
    """The harder step of the ladder."""
    quality_gate: Text
    """What must be seen before the next step."""
    stop_short: Annotated[str, StringConstraints(min_length=1, max_length=70)]
    """The stop rule as the wall page prints it."""
    contraindications: tuple[Id, ...] = ()
    """Safety rules that take it off the plan."""
    sources: tuple[SourceId, ...]
    verified: Verified
    dose_basis: Literal["source", "judgement"]
    contested: YesNo = False
    evidence_note: Text | None = None
    note: Text | None = None
