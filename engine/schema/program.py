"""Programmes: how a block is composed from the deficits found; every number and sentence of the prescription.

One page a block (`mechanics`, `synergy`, …) and one page for each thing that all blocks share (`caps`, `layout`, …);
the name of the file is the name of the field in `Programs`.
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal

from pydantic import Field

from engine.schema.base import Family, Id, Limiter, Model, SourceId, Text, Weekday, YesNo
from engine.schema.intervention import Level
from engine.schema.safety import InterventionKind, Urgency

Class = Literal["A", "B", "C"]
Intensity = Literal["low", "moderate", "high"]
Season = Literal["general", "pre_competition", "in_season"]
Code = Annotated[str, Field(pattern=r"^[A-Z]$")]
"""What a part of a day is for; one capital letter."""
Percent = Annotated[float, Field(ge=0, le=200)]
Factor = Annotated[float, Field(gt=0)]
Count = Annotated[int, Field(ge=0)]
Row = Id
"""An intervention, or a group of them from the page `choosing`."""


class Selector(Model):
    """Some interventions: those named in `ids`, and those that fit every other line given."""

    ids: tuple[Id, ...] = ()
    kind: tuple[InterventionKind, ...] = ()
    limiter: tuple[Family, ...] = ()
    intensity: tuple[Intensity, ...] = ()
    level: tuple[Level, ...] = ()
    targets: tuple[Id, ...] = ()
    """Any one of these deficits is among the targets."""
    equipment_free: YesNo = False
    """Only what needs nothing that not everyone owns."""
    leave_out: tuple[Id, ...] = ()


class Group(Model):
    """A named set of interventions, as the other pages refer to it."""

    words: Text
    rows: Annotated[tuple[Selector, ...], Field(min_length=1)]


class LevelCaps(Model):
    """One number for each level."""

    beginner: Count
    intermediate: Count
    advanced: Count

    def of(self, level: Level) -> int:
        """The number for this level."""
        return {"beginner": self.beginner, "intermediate": self.intermediate, "advanced": self.advanced}[level]


class Equipment(Model):
    """One token: whether everyone has it, and which parts stand for it."""

    everyone: YesNo
    met_by: tuple[Id, ...] = ()
    note: Text | None = None


class EquipmentPage(Model):
    """All tokens an intervention may ask for."""

    about: Text
    tokens: dict[Id, Equipment]


class ShortWeek(Model):
    """What is left of a block when there is hardly time."""

    below_minutes: Factor
    items: Count
    first: tuple[Row, ...]
    """One of each of these, then the row for the top deficit."""


class Caps(Model):
    """How much a person really does; hard limits."""

    about: Text
    items_in_block: LevelCaps
    items_in_session: LevelCaps
    running_cues_at_once: LevelCaps
    cue_runs: Row
    new_items_per_week: LevelCaps
    swaps_mid_block: LevelCaps
    habits_printed: Count
    short_week: ShortWeek
    without_a_coach: Level
    """Whose column self-coached people use."""
    note: Text | None = None


class Lowered(Model):
    """Rows offered one or more levels lower while a training habit is missing."""

    measure: Id
    at_most: float
    rows: Row
    steps: Count
    because: Text


class NewTo(Model):
    """The rows a newcomer is held to."""

    below_months: Factor
    rows: Row
    level: Level
    because: Text


class Levels(Model):
    """From the training level to the level of the rows offered."""

    measure: Id
    levels: dict[Id, Level]
    unknown: Level
    offered_below: Count
    """How many levels below the person's own are offered."""
    only_after_regress: tuple[Level, ...]
    """Offered only when the easier row has been mastered, which the tool cannot know."""
    lowered: tuple[Lowered, ...]
    new_to_lifting: NewTo


class Score(Model):
    """How a candidate is valued: sum of severity times position weight, times the factors."""

    positions: Annotated[tuple[Factor, ...], Field(min_length=1)]
    recalled: Factor
    contested: Factor
    root_cause: Factor


class BeginnersClass(Model):
    """For beginners some rows count as another class."""

    rows: Row
    targets: tuple[Family, ...]
    """… when they target a found deficit of these families."""
    counts_as: Class
    because: Text


class Choosing(Model):
    """Groups, classes, levels and scores by which candidates are chosen."""

    about: Text
    groups: dict[Id, Group]
    classes: dict[Class, tuple[Selector, ...]]
    for_beginners: BeginnersClass
    levels: Levels
    score: Score
    clear_severity: Count
    """A deficit this severe must be the target of an item."""
    fillers: dict[Class, tuple[Id, ...]]
    """Taken first where a quota's lower end is not met by rows that target something found."""
    only_when_found: tuple[Row, ...] = ()
    """Rows that never fill a quota without a target."""
    sources: tuple[SourceId, ...] = ()
    note: Text | None = None


class Also(Model):
    """A second limiter that is off as well, and by itself."""

    limiters: tuple[Limiter, ...]
    certainty: Factor
    severity: Count
    """It has a deficit at least this severe that no present deficit of the first limiter explains."""


class Choice(Model):
    """A block, and for which diagnosis it is chosen."""

    block: Id
    outcome: tuple[Id, ...]
    limiter: tuple[Limiter, ...] = ()
    apparent: tuple[Limiter, ...] = ()
    also: Also | None = None
    because: Text


class BlockChoice(Model):
    """Which block a diagnosis gets; the first line that fits. No line: no block."""

    about: Text
    no_programme: tuple[Urgency, ...]
    """With a stop of this urgency only the safety text is printed."""
    choices: tuple[Choice, ...]
    none_because: Text


class DoseWord(Model):
    """What one word of a week table says to one item; `{start}` and `{progressed}` are the item's own doses."""

    text: Text
    does_it: YesNo = True
    """No: the item rests this week."""
    easier: YesNo = False
    """An easier week: it also holds for an item kept at its start dose."""
    for_beginners: Id | None = None
    """The word beginners get instead."""


class Lane(Model):
    """Items that progress alike and are done in the same parts of a day."""

    lane: Id
    words: Text
    rows: tuple[Selector, ...]
    fast: YesNo = False
    homes: Annotated[tuple[Code, ...], Field(min_length=1)]
    """The session codes it is done in, best first."""
    otherwise: tuple[Code, ...] = ()
    """Where it goes once a week when no home has room."""


class Step(Model):
    """What happened last week, and what follows."""

    last_week: Text
    next_week: Text
    steps: Literal["1", "0", "-1", "stop", "restart"]


class Progression(Model):
    """How a dose moves from week to week."""

    about: Text
    order: tuple[Text, ...]
    gate: Text
    doses: dict[Id, DoseWord]
    test_first: Id
    """The dose word of an item kept only at its start dose."""
    put_aside: Id
    """The dose word of an item whose weeks are over."""
    not_yet: Id
    """The dose word of an item that waits for its week."""
    table: tuple[Step, ...]
    sources: tuple[SourceId, ...] = ()


class SessionCode(Model):
    """What one capital letter in a day means."""

    meaning: Text
    fast: YesNo = False
    heavy_legs: YesNo = False
    technique: YesNo = False
    minutes: Annotated[float, Field(ge=0)]
    items: LevelCaps
    less_with: dict[Code, Count] = Field(default_factory=dict)
    """So many items fewer when this other code is on the same day."""
    running: YesNo = False
    """An easy run, left out when running is."""
    stands_alone: YesNo = False
    """Worth doing without any item of the block in it (an easy run)."""
    warm_up: YesNo = True


class WarmUp(Model):
    """The minutes a warm-up takes, and who may run it slowly instead."""

    minutes: tuple[float, float]
    run: Id
    """The run that is a warm-up in itself …"""
    run_for: tuple[Level, ...]
    """… for these levels."""


class Events(Model):
    """The days around a match or a race."""

    days_before: Count
    """So many days before: nothing new, no heavy legs, none of `not_before`."""
    not_before: Row
    day_before: Code
    day_before_row: Id
    """What the day before consists of; a day of rest when safety takes it away."""
    no_relearning_days: Count
    no_relearning: Text


class Layout(Model):
    """How items become days."""

    about: Text
    codes: dict[Code, SessionCode]
    fast_days_apart: Count
    """2: 48 hours between two fast days."""
    not_after_heavy: tuple[Code, ...]
    lowering_work: Row
    """Rows after which the legs need a day before anything fast."""
    lanes: tuple[Lane, ...]
    """The first that fits an item is its lane."""
    order: tuple[Id, ...]
    """Lanes in the order of a session."""
    warm_up: WarmUp
    events: Events
    weeks_start_on: Weekday
    """When no start is given, the block starts on the first such day."""
    notes: dict[Id, Text]
    fewest_days: Count
    most_days: Count
    session_order: tuple[Text, ...]
    sources: tuple[SourceId, ...] = ()


class Adjustment(Model):
    """What changes for some people: those with one of these safety rows, or with one of these answers."""

    words: Text
    safety: tuple[Id, ...] = ()
    answers: dict[Id, tuple[Id, ...]] = Field(default_factory=dict)
    without_a_coach: YesNo = False
    warm_up_minutes: tuple[float, float] | None = None
    fast_days_apart: Count | None = None
    most_fast_days: Count | None = None
    fast_too: tuple[Selector, ...] = ()
    """Rows that count as fast for these people."""
    dose_note: dict[Row, Text] = Field(default_factory=dict)
    """Added to every dose of these rows."""
    notes: tuple[Text, ...] = ()
    sources: tuple[SourceId, ...] = ()


class People(Model):
    """Adjustments for age, sport and company."""

    about: Text
    people: dict[Id, Adjustment]


class LittleRunning(Model):
    """Who runs so little that nothing is cut."""

    measure: Id
    below: Factor
    percent: Percent
    note: Text


class RetestPage(Model):
    """What counts as a change, and when to look."""

    about: Text
    conditions: Text
    no_change: Text
    rule: Text
    snap_weeks: Count
    """A deficit's retest this close to the end of the block is done at its end."""
    heavy_days_before: Count
    """No heavy legs so many days before the retest that ends a block."""
    fast_days_before: Count
    speed: Text
    exit_any: tuple[Text, ...]
    """Exit criteria of every block."""
    after_exit: Text
    sources: tuple[SourceId, ...] = ()


class Running(Model):
    """Weekly distance, for all blocks."""

    about: Text
    base: Text
    """What the percentages are of."""
    kind: InterventionKind
    """With this kind blocked there is no running at all."""
    volume: Id
    """The measure that holds the usual weekly distance, in km."""
    little: LittleRunning
    longest_run: Text
    sources: tuple[SourceId, ...] = ()


class Claims(Model):
    """What may be promised, and what is contested."""

    honest: tuple[Text, ...]
    contested: tuple[Text, ...]
    sources: tuple[SourceId, ...] = ()


class Quota(Model):
    """Fewest and most items of each class."""

    A: tuple[Count, Count]
    B: tuple[Count, Count]
    C: tuple[Count, Count]

    def of(self, role: Class) -> tuple[int, int]:
        """Fewest and most of this class."""
        return {"A": self.A, "B": self.B, "C": self.C}[role]


class LevelQuotas(Model):
    """A quota and the items that are always in, for each level."""

    beginner: Quota
    intermediate: Quota
    advanced: Quota

    def of(self, level: Level) -> Quota:
        """The quota for this level."""
        return {"beginner": self.beginner, "intermediate": self.intermediate, "advanced": self.advanced}[level]


class LevelRows(Model):
    """Rows for each level."""

    beginner: tuple[Row, ...] = ()
    intermediate: tuple[Row, ...] = ()
    advanced: tuple[Row, ...] = ()

    def of(self, level: Level) -> tuple[Row, ...]:
        """The rows for this level."""
        return {"beginner": self.beginner, "intermediate": self.intermediate, "advanced": self.advanced}[level]


class WeekRow(Model):
    """One week of a block: running in percent, what each part does, and which dose word each lane gets."""

    running: tuple[Percent, Percent]
    technique: Text
    lifts: Text
    fast: Text
    check: Text | None = None
    retest: YesNo = False
    doses: dict[Id, Id]
    """Dose word of each lane."""
    keep: dict[Class, Count] = Field(default_factory=dict)
    """So many items of the class stay; the rest are put aside."""
    layout: Id | None = None
    """The block whose weekly layout this week uses, when it is another's."""


class Variant(Model):
    """The week table in another length or for other people."""

    weeks: Count | None = None
    people: Id | None = None
    order: tuple[int, ...]
    """Which rows of the table, counted from 1, in which order; checks stay at their place."""
    add_running: dict[int, float] = Field(default_factory=dict)
    """Points added to the running of a week, counted from 1."""
    doses: dict[int, dict[Id, Id]] = Field(default_factory=dict)
    """Dose words changed, by week and lane."""


class Habit(Model):
    """A rule printed at the top, and when."""

    habit: Id
    found: tuple[Id, ...] = ()
    """Only when one of these deficits is present."""
    running_below: Percent | None = None
    """Only when some week runs less than this."""


class InSeason(Model):
    """What a part of the season changes."""

    note: Text
    weeks: Count | None = None
    running_at_least: Percent | None = None
    running_unchanged: YesNo = False
    most_sessions: dict[Code, Count] = Field(default_factory=dict)
    items_in: dict[Code, Count] = Field(default_factory=dict)
    doses: dict[Id, Id] = Field(default_factory=dict)
    """Dose word that replaces every other of a lane, save those of weeks in which it rests."""
    drop: tuple[Row, ...] = ()


DayCodes = dict[Weekday, tuple[Code, ...]]
"""The training days of a week; all others are rest."""


class Block(Model):
    """A few weeks with one aim."""

    label: Text
    purpose: Text
    why: tuple[Text, ...] = ()
    targets_first: tuple[Limiter, ...] = ()
    """When rows tie, those of these limiters go first."""
    quotas: LevelQuotas | None = None
    """None: only what is `always` in."""
    always: LevelRows = LevelRows()
    only: tuple[Row, ...] = ()
    """Nothing but these rows."""
    at_most: dict[Row, Count] = Field(default_factory=dict)
    """So many of these rows and no more."""
    not_while: dict[Id, tuple[Row, ...]] = Field(default_factory=dict)
    """Rows that wait while this deficit is present."""
    cuts_everyone: YesNo = False
    """Running is cut also for those who run little."""
    relearns: YesNo = False
    """It changes how one runs, which a near race forbids."""
    not_these: tuple[Row, ...] = ()
    """Rows this block never loads."""
    most_items: Count | None = None
    fewest_items: Count = 0
    """With fewer there is no programme."""
    weeks: Annotated[tuple[WeekRow, ...], Field(min_length=1)]
    lasts: Count | None = None
    """The last row repeats until this week."""
    variants: tuple[Variant, ...] = ()
    layouts: dict[int, DayCodes] = Field(default_factory=dict)
    layouts_for: dict[Id, dict[int, DayCodes]] = Field(default_factory=dict)
    """Layouts for some people, by adjustment."""
    light_days: dict[int, tuple[Weekday, ...]] = Field(default_factory=dict)
    items_in: dict[Code, Count] = Field(default_factory=dict)
    """More or fewer items in a session code than usual."""
    habits: tuple[Habit, ...] = ()
    season: dict[Season, InSeason] = Field(default_factory=dict)
    running_if_open: tuple[Percent, Percent] | None = None
    """Running where a safety row leaves it open; with running blocked it is 0."""
    causal_line: Text | None = None
    """`{cause}` and `{fault}` are filled with the deficits' own sentences."""
    causal_pair: tuple[Limiter, Limiter] | None = None
    """Limiter of the cause, limiter of the fault."""
    exit: tuple[Text, ...] = ()
    notes: tuple[Text, ...] = ()
    next_block: Id | None = None
    sources: tuple[SourceId, ...] = ()
    note: Text | None = None


class PatternFirst(Model):
    """Two limiters are off: the pattern first, at light load, with another block's page."""

    label: Text
    purpose: Text
    patterns: tuple[Limiter, ...]
    weeks: Count
    not_these: tuple[Row, ...]
    notes: tuple[Text, ...]
    next_block: Id
    sources: tuple[SourceId, ...] = ()


class Elsewhere(Model):
    """What is offered when the limit lies outside mechanics, synergy and strength."""

    about: Text
    line: Text
    plans: dict[Id, Block]
    """By deficit."""
    pain: tuple[Id, ...]
    """Deficits that lead to the pain stop instead."""


class Programs(Model):
    """Every programme page together; the field is the name of the file."""

    equipment: EquipmentPage
    caps: Caps
    choosing: Choosing
    block_choice: BlockChoice
    layout: Layout
    progression: Progression
    running: Running
    people: People
    retest: RetestPage
    claims: Claims
    mechanics: Block
    synergy: Block
    strength: Block
    mixed_synergy_root: Block
    pattern_first: PatternFirst
    balanced: Block
    elsewhere: Elsewhere
    pain_stop: Block

    def blocks(self) -> Mapping[str, Block]:
        """Every block that stands on a page of its own, by id."""
        return {
            "mechanics": self.mechanics,
            "synergy": self.synergy,
            "strength": self.strength,
            "mixed_synergy_root": self.mixed_synergy_root,
            "balanced": self.balanced,
            "pain_stop": self.pain_stop,
        }

    def references(self) -> Iterator[tuple[str, tuple[str | int, ...], str, str]]:
        """Every id that must exist elsewhere: (file stem, path in the page, kind of id, id).

        Kinds: intervention, row (an intervention or a group of `choosing`), deficit, safety, measure, source,
        block, code, lane, dose, people.
        """
        for stem in type(self).model_fields:
            page = getattr(self, stem)
            if isinstance(page, Model):
                yield from ((stem, path, kind, name) for path, kind, name in _references(page, ()))


ID_VALUES: dict[tuple[str, str], str] = {
    ("Selector", "ids"): "intervention",
    ("Selector", "leave_out"): "intervention",
    ("Selector", "targets"): "deficit",
    ("ShortWeek", "first"): "row",
    ("Caps", "cue_runs"): "row",
    ("Lowered", "measure"): "measure",
    ("Lowered", "rows"): "row",
    ("NewTo", "rows"): "row",
    ("Levels", "measure"): "measure",
    ("BeginnersClass", "rows"): "row",
    ("Choosing", "fillers"): "intervention",
    ("Choosing", "only_when_found"): "row",
    ("Choice", "block"): "block",
    ("Lane", "homes"): "code",
    ("Lane", "otherwise"): "code",
    ("DoseWord", "for_beginners"): "dose",
    ("Progression", "test_first"): "dose",
    ("Progression", "put_aside"): "dose",
    ("Progression", "not_yet"): "dose",
    ("WarmUp", "run"): "intervention",
    ("Events", "not_before"): "row",
    ("Events", "day_before"): "code",
    ("Events", "day_before_row"): "intervention",
    ("Layout", "not_after_heavy"): "code",
    ("Layout", "lowering_work"): "row",
    ("Layout", "order"): "lane",
    ("Adjustment", "safety"): "safety",
    ("LittleRunning", "measure"): "measure",
    ("Running", "volume"): "measure",
    ("LevelRows", "beginner"): "row",
    ("LevelRows", "intermediate"): "row",
    ("LevelRows", "advanced"): "row",
    ("WeekRow", "layout"): "block",
    ("WeekRow", "doses"): "dose",
    ("Variant", "people"): "people",
    ("Variant", "doses"): "dose",
    ("Habit", "habit"): "intervention",
    ("Habit", "found"): "deficit",
    ("InSeason", "drop"): "row",
    ("InSeason", "doses"): "dose",
    ("Block", "only"): "row",
    ("Block", "not_while"): "row",
    ("Block", "not_these"): "row",
    ("Block", "layouts"): "code",
    ("Block", "layouts_for"): "code",
    ("Block", "next_block"): "block",
    ("PatternFirst", "not_these"): "row",
    ("PatternFirst", "next_block"): "block",
    ("Elsewhere", "pain"): "deficit",
}
ID_KEYS: dict[tuple[str, str], str] = {
    ("Adjustment", "answers"): "measure",
    ("Adjustment", "dose_note"): "row",
    ("WeekRow", "doses"): "lane",
    ("InSeason", "doses"): "lane",
    ("InSeason", "most_sessions"): "code",
    ("InSeason", "items_in"): "code",
    ("Block", "items_in"): "code",
    ("Block", "at_most"): "row",
    ("Block", "not_while"): "deficit",
    ("SessionCode", "less_with"): "code",
    ("Block", "layouts_for"): "people",
    ("Elsewhere", "plans"): "deficit",
}
"""Which fields hold ids of other things, and of what kind: the values, and the keys of mappings."""


def _references(page: Model, path: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], str, str]]:
    for field in type(page).model_fields:
        if field not in page.model_fields_set:
            continue
        kind = "source" if field == "sources" else ID_VALUES.get((type(page).__name__, field))
        value = getattr(page, field)
        if key_kind := ID_KEYS.get((type(page).__name__, field)):
            yield from (((*path, field, key), key_kind, str(key)) for key in value)
        yield from _leaves(value, (*path, field), kind)


def _leaves(
    value: object, path: tuple[str | int, ...], kind: str | None
) -> Iterator[tuple[tuple[str | int, ...], str, str]]:
    if isinstance(value, Model):
        yield from _references(value, path)
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _leaves(inner, (*path, key), kind)
    elif isinstance(value, tuple):
        for index, inner in enumerate(value):
            yield from _leaves(inner, (*path, index), kind)
    elif isinstance(value, str) and kind:
        yield path, kind, value
