"""Red flags and pain rules: what must stop or change the plan, whatever the diagnosis says."""

from typing import Literal

from engine.conditions import Conditions
from engine.schema.base import Id, Model, SourceId, Text, Verified, YesNo

InterventionKind = Literal["technique_drill", "running", "strength", "plyometric", "mobility", "motor_control", "habit"]
Action = Literal["stop_and_refer", "modify", "monitor"]
Urgency = Literal["emergency_now", "within_24h", "within_days", "routine"]
RowRule = Literal["drop", "test_first", "warn"]


class SafetyRule(Model):
    """One red flag or pain rule. `when_short` speaks only while `when` is still open."""

    safety: Id
    condition: Text
    when: Conditions
    when_short: Conditions | None = None
    when_no_other_stop: Conditions | None = None
    """Also active when this holds and no other stop_and_refer rule is active by its `when`."""
    action: Action
    urgency: Urgency
    report_text: Text
    training_advice: YesNo = False
    """It says how to train and warns of nothing; printed with a calmer mark than a warning."""
    blocked_kinds: tuple[InterventionKind, ...] = ()
    blocked_high_only: tuple[InterventionKind, ...] = ()
    row_rule: RowRule
    clear_when: Text
    sources: tuple[SourceId, ...]
    verified: Verified
    note: Text | None = None


class UrgencyWords(Model):
    """How each urgency is printed, most urgent first, and what every wall copy must say."""

    urgency: dict[Urgency, Text]
    on_every_wall_copy: Text
    not_a_diagnosis: Text
    pain_limit: Text
    note: Text | None = None
