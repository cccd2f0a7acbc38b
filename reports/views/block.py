"""The prescription as the wall and the coach read it: exercises, weeks, running, retests. Part of *report*."""

from dataclasses import dataclass

from engine.knowledge import KnowledgeBase
from engine.model import Diagnosis, Item, Prescription, RetestPlan, Week
from reports import wording
from reports.charts import Picture, ticks

ROOMY = 6
"""Up to so many exercises the wall has room for how each is done; beyond, that stands on the coach's page alone."""
ON_WALL = 3
"""So many retests stand on the wall; the coach's page has them all."""


@dataclass(frozen=True, slots=True)
class Exercise:
    """One line of the wall page and, with the rest, of the coach's."""

    name: str
    how: str
    cue: str
    stop: str
    doses: tuple[tuple[str, str], ...]
    """Span of weeks (empty: the whole block) and dose."""
    ticks: Picture
    aim: str
    role: str
    chosen: str
    gate: str
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DayCell:
    """One day of the week grid."""

    name: str
    items: tuple[str, ...]
    minutes: str
    note: str


@dataclass(frozen=True, slots=True)
class Grid:
    """A week's layout and the weeks it holds for."""

    title: str
    days: tuple[DayCell, ...]


@dataclass(frozen=True, slots=True)
class WeekLine:
    """One week in a row: when, how much running, what to do with technique, lifts and fast work."""

    number: int
    starts: str
    running: str
    km: str
    technique: str
    lifts: str
    fast: str
    check: str


@dataclass(frozen=True, slots=True)
class Retest:
    """What is measured again and what counts as a real change."""

    name: str
    was: str
    real: str
    how: str


@dataclass(frozen=True, slots=True)
class Block:
    """Everything of a prescription that is printed."""

    title: str
    span: str
    exercises: tuple[Exercise, ...]
    roomy: bool
    habits: tuple[tuple[str, str], ...]
    grids: tuple[Grid, ...]
    weeks: tuple[WeekLine, ...]
    one_week: WeekLine | None
    retest_on: str
    retests: tuple[Retest, ...]
    exit_criteria: tuple[str, ...]
    on_hold: tuple[str, ...]
    notes: tuple[str, ...]
    has_km: bool


def block(diagnosis: Diagnosis, knowledge: KnowledgeBase) -> Block | None:
    """The printed form of the prescription, or None when there is none."""
    plan = diagnosis.prescription
    if plan is None:
        return None
    chosen = [week for week in plan.plan if diagnosis.options.week in (None, week.number)] or list(plan.plan)
    one = chosen[0] if diagnosis.options.week and len(chosen) == 1 else None
    return Block(
        _title(diagnosis, one),
        _span(plan, one),
        tuple(_exercise(item, plan, chosen, knowledge) for item in plan.items),
        len(plan.items) <= ROOMY,
        tuple(_habit(habit, knowledge) for habit in plan.habits),
        _grids(chosen, knowledge),
        tuple(map(_week, plan.plan)),
        _week(one) if one else None,
        wording.day(plan.retest_on),
        tuple(_retest(one, knowledge) for one in plan.retests),
        plan.exit_criteria,
        tuple(_on_hold(one.deficit, one.safety, knowledge) for one in plan.on_hold),
        plan.notes,
        any(week.running_km for week in plan.plan),
    )


def _title(diagnosis: Diagnosis, one: Week | None) -> str:
    plan = diagnosis.prescription
    assert plan is not None
    if one:
        return f"Week {one.number} of {plan.weeks}"
    if not plan.weeks:
        return "Do this until you are cleared"
    return f"Do this for {wording.counted(plan.weeks, 'week')}"


def _span(plan: Prescription, one: Week | None) -> str:
    return f"from {wording.day(one.starts if one else plan.starts)}"


def _exercise(item: Item, plan: Prescription, weeks: list[Week], knowledge: KnowledgeBase) -> Exercise:
    page = knowledge.interventions[item.intervention]
    numbers = [week.number for week in weeks]
    doses = wording.spans(item.dose) if len(numbers) != 1 else [("", item.dose[min(numbers[0], len(item.dose)) - 1])]
    sessions = [item.sessions[number - 1] for number in numbers if number <= len(item.sessions)] or list(item.sessions)
    aims = [wording.lower_first(knowledge.deficits[one].label) for one in item.targets if one in knowledge.deficits]
    return Exercise(
        page.print_name,
        page.how_short,
        item.cue,
        page.stop_short,
        tuple(doses) if len(doses) > 1 else (("", doses[0][1]),) if doses else (),
        ticks(sessions),
        wording.listed(aims),
        wording.ROLES[item.role],
        "in every block of this kind" if item.always else "",
        page.quality_gate,
        _warnings(item, knowledge),
    )


def _warnings(item: Item, knowledge: KnowledgeBase) -> tuple[str, ...]:
    first = ("Start dose only, and only while the first set stays at pain 2 of 10 or less.",) if item.test_first else ()
    return (*first, *(knowledge.safety[one].report_text for one in item.warnings if one in knowledge.safety))


def _habit(habit: str, knowledge: KnowledgeBase) -> tuple[str, str]:
    page = knowledge.interventions[habit]
    return page.print_name, page.how_short


def _grids(weeks: list[Week], knowledge: KnowledgeBase) -> tuple[Grid, ...]:
    """Each distinct layout once; what differs in minutes alone is the same layout."""
    layouts: dict[tuple[tuple[str, ...], ...], list[Week]] = {}
    for week in weeks:
        layouts.setdefault(tuple(tuple(item for slot in day.slots for item in slot.items) for day in week.days),
                           []).append(week)  # fmt: skip
    return tuple(
        Grid(_which([week.number for week in same]), tuple(_days(same[0], knowledge))) for same in layouts.values()
    )


def _which(numbers: list[int]) -> str:
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    spans = [f"{run[0]}–{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs]
    return f"Week{'s' if len(numbers) > 1 else ''} {wording.listed(spans)}"


def _days(week: Week, knowledge: KnowledgeBase) -> list[DayCell]:
    cells = []
    for day in week.days:
        items = dict.fromkeys(item for slot in day.slots for item in slot.items)
        names = tuple(knowledge.interventions[item].print_name for item in items if item in knowledge.interventions)
        minutes = f"{wording.whole(day.minutes)} min" if day.minutes else ""
        cells.append(DayCell(wording.WEEKDAYS[day.weekday], names, minutes,
                             knowledge.programs.layout.notes.get(day.note or "", "")))  # fmt: skip
    return cells


def _week(week: Week) -> WeekLine:
    return WeekLine(
        week.number,
        f"{week.starts.day} {wording.MONTHS[week.starts.month - 1][:3]}",
        _range(week.running_percent, " %"),
        _range(week.running_km, " km") if week.running_km else "",
        week.technique, week.lifts, week.fast, week.check or "",
    )  # fmt: skip


def _range(bounds: tuple[float, float], unit: str) -> str:
    low, high = (wording.number(round(one, 1)) for one in bounds)
    return f"{low}{unit}" if low == high else f"{low}–{high}{unit}"


def _retest(plan: RetestPlan, knowledge: KnowledgeBase) -> Retest:
    how = [f"mean of {plan.mean_of}" if plan.mean_of > 1 else "",
           f"on {plan.repeats} tests running" if plan.repeats > 1 else "", plan.same or ""]  # fmt: skip
    return Retest(
        wording.label(knowledge, plan.measure),
        wording.value(knowledge, plan.measure, plan.was) if plan.was is not None else "not measured yet",
        _real(plan, knowledge),
        "; ".join(one for one in how if one),
    )


def _real(plan: RetestPlan, knowledge: KnowledgeBase) -> str:
    if plan.to:
        page = knowledge.measures.get(plan.measure)
        return wording.listed([f"“{wording.choice(page, one)}”" for one in plan.to], "or")
    if plan.at_most is not None:
        return f"{wording.number(plan.at_most)}{_unit(plan, knowledge)} or less"
    if plan.change is None:
        return "any clear change"
    return f"{wording.number(plan.change)}{_unit(plan, knowledge)} or more"


def _unit(plan: RetestPlan, knowledge: KnowledgeBase) -> str:
    measure = knowledge.measures.get(plan.measure)
    if plan.percent:
        return " %"
    if measure and measure.kind.startswith("scale"):
        return " point" if plan.change == 1 else " points" if plan.change else ""
    return f" {plan.unit}" if plan.unit else wording.unit(measure or knowledge.derived.get(plan.measure))


def _on_hold(deficit: str, safety: tuple[str, ...], knowledge: KnowledgeBase) -> str:
    release = [knowledge.safety[one].clear_when for one in safety if one in knowledge.safety]
    return f"{wording.label(knowledge, deficit)}: on hold. {' '.join(wording.sentence(one) for one in release)}".strip()
