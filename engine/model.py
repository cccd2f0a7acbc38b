"""What each stage hands to the next: Answers → Fact → DeficitFinding → LimiterFinding → Diagnosis.

Everything here is a frozen value. Numbers keep full precision; rounding and wording are the reports' affair.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Literal

from engine.schema.base import Family, Limiter, Weekday
from engine.schema.intervention import Level
from engine.schema.safety import Action, Urgency

if TYPE_CHECKING:  # the sprint physics is loaded only when an athlete has a sprint
    from engine.sprint.results import Analysis
    from engine.sprint.run import Run

Outcome = Literal["stop", "elsewhere", "none", "insufficient", "mixed", "clear"]
DeficitState = Literal["present", "ruled_out", "undecided", "unexamined"]
RuleState = Literal["fired", "blocked", "open"]
Season = Literal["general", "pre_competition", "in_season"]


@dataclass(frozen=True, slots=True)
class Sides:
    """A per-side value; a side not tested is None, and at least one is given."""

    left: float | None = None
    right: float | None = None

    @property
    def known(self) -> tuple[float, ...]:
        """The sides that were tested, left first."""
        return tuple(side for side in (self.left, self.right) if side is not None)


Value = bool | float | str | Sides
"""yes/no as bool, numbers and scales as float in the unit of the measure, choices as the choice's id."""


@dataclass(frozen=True, slots=True)
class Answers:
    """One athlete's file, checked: every value is of its measure's kind, unit and plausible range."""

    athlete: str
    date: date
    values: Mapping[str, Value]
    file: str = ""
    sprints: "tuple[Run, ...]" = ()
    sprints_as_written: str = ""
    """The lines of the file that hold the sprints, so that a file written again keeps them."""


@dataclass(frozen=True, slots=True)
class Options:
    """What the coach can say about the circumstances; None leaves it to the programme's default."""

    days_per_week: int = 3
    minutes_per_session: int | None = None
    equipment: frozenset[str] = frozenset()
    """Tokens of the equipment page owned beside what everyone has."""
    level: Level | None = None
    season: Season = "general"
    coached: bool = False
    months_of_lifting: float | None = None
    match_days: tuple[Weekday, ...] = ()
    race_dates: tuple[date, ...] = ()
    start: date | None = None
    """First day of the block; the first Monday (see the programme's layout) from the athlete file's date when None."""
    week: int | None = None
    """Print this week of the block alone."""


@dataclass(frozen=True, slots=True)
class NormUsed:
    """The norm an athlete is compared with, and the distance from it in SD, plus is good."""

    population: str
    sex: str
    ages: tuple[int, int]
    middle: float
    spread: float
    stand_in_spread: bool
    distance: float
    sources: tuple[str, ...]
    verified: str


@dataclass(frozen=True, slots=True)
class Measured:
    """A value computed from an athlete's sprints, in the unit of its measure, with its own error of measurement."""

    value: float
    error: float
    """One standard deviation: fit, start condition and what the measure varies by from day to day."""
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Fact:
    """Something held true, with its origin. `error` is the typical error in the unit of the measure."""

    measure: str
    value: Value
    origin: Literal["answered", "derived", "not_asked", "sprint"]
    error: float = 0.0
    inputs: tuple[str, ...] = ()
    norm: NormUsed | None = None
    sprint: Measured | None = None
    """What the athlete's sprints give for it; not used where the value was answered."""


@dataclass(frozen=True, slots=True)
class Interval:
    """What a number can still become once open questions are answered."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class LineTrace:
    """One tested line of a rule: the words, the value it met, and how far it holds."""

    measure: str
    words: str
    value: Value | None
    degree: Interval


@dataclass(frozen=True, slots=True)
class RuleTrace:
    """What one rule did and why.

    `contribution` is its signed certainty factor times its degree, 0 unless fired; less when it shares a budget.
    """

    rule: str
    """`deficit/rule` for rules of a deficit page, `limiter/rule` for rules about a limiter as a whole."""
    about: str
    """The deficit or limiter it speaks about."""
    file: str
    line: int
    state: RuleState
    degree: float
    contribution: float
    weight: float
    """Signed weight of evidence of the contribution."""
    counted: bool
    """False when a stronger rule of the same group speaks the same way."""
    bounds: Interval
    """What the degree can still become."""
    answers: Mapping[str, Value]
    waits_for: tuple[str, ...]
    lines: tuple[LineTrace, ...]
    blocked_by: str = ""
    """For a blocked rule: the measure whose line failed or whose exception held."""
    budget: str = ""
    """The budget of evidence it shares with other rules, if any."""
    share: float = 1.0
    """The share of its weight that it keeps within that budget; the contribution is already smaller by it."""


@dataclass(frozen=True, slots=True)
class ExplainedBy:
    """A cause that takes a share of a deficit's weight. `share` is after scaling, 0 when the cause moves nothing."""

    deficit: str
    share: float
    moved: float
    """Weight of evidence moved to the cause's limiter."""
    because: str
    verified: str


@dataclass(frozen=True, slots=True)
class DeficitFinding:
    """One deficit as concluded. `weight` is what it contributes to its limiter before weight is moved."""

    id: str
    limiter: Family
    certainty: float
    state: DeficitState
    bounds: Interval
    because: tuple[str, ...]
    against: tuple[str, ...]
    explained_by: tuple[ExplainedBy, ...]
    explains: tuple[str, ...]
    """Present deficits that this one accounts for in part."""
    weight: float
    severity: int
    """3 clear, 2 likely, 1 possible, 0 not present."""


@dataclass(frozen=True, slots=True)
class LimiterFinding:
    """One limiter's account. Sums are weights of evidence; certainties lie in [-1, 1]."""

    id: Limiter
    certainty: float
    weight: float
    apparent_certainty: float
    apparent_weight: float
    share: float
    coverage: float
    bounds: Interval
    """Of the certainty."""


@dataclass(frozen=True, slots=True)
class SafetyFinding:
    """An active safety rule. `provisional`: it speaks from the short answers while its questions are open."""

    id: str
    action: Action
    urgency: Urgency
    provisional: bool
    text: str
    open_questions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NextTest:
    """Open measures that only speak together, and what knowing them could change."""

    measures: tuple[str, ...]
    minutes: float
    swing: float
    """Mean absolute change of the lead over the possible answers, in weight of evidence."""
    per_minute: float
    rules: tuple[str, ...]
    """The rules that wait for it, strongest first."""
    no_equipment: bool


@dataclass(frozen=True, slots=True)
class WouldChange:
    """The smallest change of one answer that changes the named limiter."""

    measure: str
    side: Literal["left", "right"] | None
    was: Value
    to: Value
    limiter: Limiter | None
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class KnowledgeVersion:
    """What made a diagnosis: the version the editors gave, and the hash of every page."""

    version: str
    hash: str


# --- the prescription ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Item:
    """One chosen intervention and why it won."""

    intervention: str
    targets: tuple[str, ...]
    """The found deficits it is for, strongest first."""
    role: Literal["A", "B", "C"]
    """Class for the quotas: technique and easy running, control and range, force and speed."""
    always: bool
    score: float
    cue: str
    dose: tuple[str, ...]
    """One for each week of the block."""
    sessions: tuple[int, ...]
    """How often, for each week."""
    test_first: bool = False
    """A safety rule keeps it only at its start dose, and only while the first set stays at pain 2 of 10 or less."""
    regress_to: str | None = None
    warnings: tuple[str, ...] = ()
    """Safety rules that let it stay but have something to say."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One part of a day: the session code, and the interventions done in it, in order."""

    code: str
    items: tuple[str, ...]
    minutes: float


@dataclass(frozen=True, slots=True)
class Day:
    """One day of a week; no slots: rest."""

    weekday: Weekday
    slots: tuple[Slot, ...]
    minutes: float
    note: str | None = None
    """An id of the programme's notes, `match_day` for example."""


@dataclass(frozen=True, slots=True)
class Week:
    """One week of the block. Running in percent of the last four weeks' average, and in km when that is known."""

    number: int
    starts: date
    running_percent: tuple[float, float]
    running_km: tuple[float, float] | None
    technique: str
    lifts: str
    fast: str
    check: str | None
    days: tuple[Day, ...]


@dataclass(frozen=True, slots=True)
class RetestPlan:
    """What to measure again, and the change that counts as real."""

    deficit: str
    measure: str
    was: Value | None
    change: float | None
    percent: bool
    unit: str | None
    to: tuple[str, ...] | None
    repeats: int
    mean_of: int
    after_weeks: int
    on: date
    same: str | None
    at_most: float | None = None
    """Down to this value or below, instead of a change."""


@dataclass(frozen=True, slots=True)
class OnHold:
    """A found deficit for which nothing is done now, and the safety rules whose clearing would release it."""

    deficit: str
    safety: tuple[str, ...]
    why: Literal["safety", "nothing_fits", "no_room"] = "safety"
    """`nothing_fits`: no exercise fits the level, equipment or block; `no_room`: the caps leave it for later."""


@dataclass(frozen=True, slots=True)
class Dropped:
    """A candidate that was not chosen. `reason` is a code, `detail` the ids it refers to."""

    intervention: str
    reason: Literal[
        "blocked_kind", "blocked_high", "contraindicated", "equipment", "level", "season", "quota", "cap", "minutes",
        "same_ladder", "no_target", "new_to_lifting", "regress_first",
    ]  # fmt: skip
    detail: tuple[str, ...]
    score: float


@dataclass(frozen=True, slots=True)
class Prescription:
    """The chosen doses. Sentences are the programme pages' own, ids refer to interventions and deficits."""

    block: str
    """Id of the programme page: mechanics, synergy, strength, mixed_synergy_root, pattern_first, balanced, elsewhere,
    pain_stop."""
    weeks: int
    level: Level
    items: tuple[Item, ...]
    habits: tuple[str, ...]
    """Ids of habit interventions printed as a line at the top."""
    plan: tuple[Week, ...]
    retests: tuple[RetestPlan, ...]
    retest_on: date
    exit_criteria: tuple[str, ...]
    on_hold: tuple[OnHold, ...]
    dropped: tuple[Dropped, ...]
    causal_line: str | None
    notes: tuple[str, ...]
    starts: date


# --- the whole ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Everything concluded about one athlete, with the trace that explains it."""

    athlete: str
    date: date
    knowledge: KnowledgeVersion
    options: Options
    outcome: Outcome
    settled: bool
    limiter: Limiter | None
    apparent: Limiter | None
    facts: Mapping[str, Fact]
    limiters: tuple[LimiterFinding, ...]
    """Leader first."""
    elsewhere_share: float
    deficits: tuple[DeficitFinding, ...]
    """Every deficit of every family, most certain first."""
    safety: tuple[SafetyFinding, ...]
    """Most urgent first."""
    trace: tuple[RuleTrace, ...]
    next_tests: tuple[NextTest, ...] = ()
    would_change: tuple[WouldChange, ...] = ()
    prescription: Prescription | None = None
    no_norm: tuple[str, ...] = field(default=())
    """Measures whose norm tests stay unknown because no norm fits this athlete."""
    sprints: "tuple[Analysis, ...]" = ()
    """What each sprint of the athlete's file says by itself."""
    open_safety: tuple[str, ...] = ()
    """Safety questions that should be asked of this athlete and are not answered yet."""
