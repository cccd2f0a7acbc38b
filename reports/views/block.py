"""The prescription as the wall and the coach read it: exercises, weeks, running, retests. Part of *report*."""

from dataclasses import dataclass

from engine.knowledge import KnowledgeBase
from engine.model import Diagnosis, Item, OnHold, Prescription, RetestPlan, Week
from reports import fonts, wording
from reports.charts import SIZE, Picture, ticks
from reports.views.safety import ADVISES, WARNING, is_warning

COLUMNS = {True: (36, 31, 20), False: (30, 33, 24)}
"""Percent of the width for exercise, dose and stop, with and without how each is done; the rest for boxes to tick."""
REST_SHARE = 0.55
"""Width of a day of rest in the week grid, beside a day of training."""
LINE, NAME_LINE, PADDING = 10.4, 11.6, 4.4
"""Heights in points: a line of a table, an exercise's name, the space around a row."""
THREE_QUESTIONS = "three_question_check"
"""Has a box of its own on every first page, so it is left out of the habits."""
ON_WALL = 3
"""So many retests stand on the wall; the coach's page has them all."""


@dataclass(frozen=True, slots=True)
class Exercise:
    """One line of the wall page and, with the rest, of the coach's."""

    name: str
    how: str
    cue: str
    stop: str
    number: int
    dose: str
    """What to begin with, or the dose of the one week printed."""
    begins: str
    """`from week 4` for one that waits, else empty."""
    doses: tuple[tuple[str, str], ...]
    """Span of weeks and dose, the whole block through."""
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
    """With the numbers of the exercises before their names."""
    numbers: tuple[int, ...]
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
    days: tuple[tuple[int, ...], ...]
    """The numbers of the exercises done on each day, Monday first."""


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
    how_on_wall: bool
    """Whether the wall has room for how each exercise is done; else that stands on the coach's page alone."""
    names_on_wall: bool
    """Whether it has room for a week with the exercises' names; else the weeks give their numbers."""
    columns: tuple[int, int, int]
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


def block(diagnosis: Diagnosis, knowledge: KnowledgeBase, *, width: float, room: float) -> Block | None:
    """The printed form of the prescription, or None when there is none.

    Args: `width` of the page and the height page one keeps for exercises and weeks, both in points.
    """
    plan = diagnosis.prescription
    if plan is None:
        return None
    chosen = [week for week in plan.plan if diagnosis.options.week in (None, week.number)] or list(plan.plan)
    one = chosen[0] if diagnosis.options.week and len(chosen) == 1 else None
    exercises = tuple(_exercise(number, item, chosen, knowledge) for number, item in enumerate(plan.items, 1))
    numbers = {item.intervention: number for number, item in enumerate(plan.items, 1)}
    grids = _grids(chosen, numbers, knowledge)
    habits = tuple(_habit(habit, knowledge) for habit in plan.habits if habit != THREE_QUESTIONS)
    how, names = _layout(exercises, habits, grids, len(chosen), room - _retests_height(plan, knowledge, width), width)
    return Block(
        _title(diagnosis, one),
        _span(plan, one),
        exercises,
        how,
        names,
        COLUMNS[how],
        habits,
        grids,
        tuple(_week(week, numbers) for week in plan.plan),
        _week(one, numbers) if one else None,
        wording.day(plan.retest_on),
        tuple(_retest(one, knowledge) for one in plan.retests),
        plan.exit_criteria,
        tuple(_on_hold(one, knowledge) for one in plan.on_hold),
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


def _exercise(number: int, item: Item, weeks: list[Week], knowledge: KnowledgeBase) -> Exercise:
    page = knowledge.interventions[item.intervention]
    sessions = [item.sessions[week.number - 1] for week in weeks]
    begins = next((week for week, often in zip(weeks, sessions, strict=True) if often), weeks[0])
    aims = [wording.lower_first(knowledge.deficits[one].label) for one in item.targets if one in knowledge.deficits]
    return Exercise(
        page.print_name,
        page.how_short,
        item.cue,
        page.stop_short,
        number,
        item.dose[begins.number - 1],
        f"from week {begins.number}" if begins is not weeks[0] else "",
        _doses(item, page.dose_start),
        ticks(sessions),
        wording.listed(aims),
        wording.ROLES[item.role],
        "in every block of this kind" if item.always else "",
        page.quality_gate,
        _warnings(item, knowledge),
    )


def _doses(item: Item, start: str) -> tuple[tuple[str, str], ...]:
    """Spans of weeks with their doses; once the start dose has been told, it is named and not repeated."""
    told, found = False, list[tuple[str, str]]()
    for span, dose in wording.spans(item.dose):
        found.append((span, wording.sentence(dose.replace(start, "the start dose")).rstrip(".") if told else dose))
        told = told or start in dose
    return tuple(found)


# --- what page one has room for -----------------------------------------------------------------------------------


def _layout(
    exercises: tuple[Exercise, ...], habits: tuple[tuple[str, str], ...], grids: tuple[Grid, ...], weeks: int,
    room: float, width: float,
) -> tuple[bool, bool]:  # fmt: skip
    """Whether page one says how each exercise is done, and whether its week names them: the most that fits.

    Nothing is ever set smaller to make it fit; what is left out here stands on the coach's pages.
    """
    line = "  ".join(f"{name}. {text}" for name, text in habits)
    least = 44 + 10.8 * _lines(line, width)
    for how, names in ((True, True), (True, False), (False, True), (False, False)):
        by_week = 24 + (LINE + PADDING) * weeks if len(grids) > 1 or not names else 55
        if least + _table(exercises, how, width) + (_grid(grids, width) if names else 0) + by_week <= room:
            return how, names
    return False, False


def _retests_height(plan: Prescription, knowledge: KnowledgeBase, width: float) -> float:
    """How much higher the retests make the box they share with the three questions, in points."""
    told = [_retest(one, knowledge) for one in plan.retests[:ON_WALL]]
    lines = sum(_lines(f"{one.name}: {one.real} (now {one.was})", width * 0.42) for one in told)
    return max(0.0, (lines - 4) * LINE)


def _lines(text: str, room: float, *, bold: bool = False) -> int:
    return len(fonts.wrap(text, SIZE, room, bold=bold, most=99)) if text else 0


def _table(exercises: tuple[Exercise, ...], how: bool, width: float) -> float:
    name, dose, stop = (width * share / 100 - 5.7 for share in COLUMNS[how])
    return sum(
        PADDING + max(
            NAME_LINE + LINE * (_lines(f"“{one.cue}”", name) + (_lines(one.how, name) if how else 0)),
            LINE * _lines(f"{one.begins} {one.dose}", dose), LINE * _lines(one.stop, stop), one.ticks.height,
        )
        for one in exercises
    )  # fmt: skip


def _grid(grids: tuple[Grid, ...], width: float) -> float:
    days = grids[0].days if grids else ()
    shares = [1.0 if day.items else REST_SHARE for day in days]
    cells = [
        1 + sum(_lines(item, width * share / sum(shares) - 7.8) for item in day.items)
        + _lines(day.note, width * share / sum(shares) - 7.8)
        for day, share in zip(days, shares, strict=True)
    ]  # fmt: skip
    return 30 + LINE * max(cells, default=0)


def _warnings(item: Item, knowledge: KnowledgeBase) -> tuple[str, ...]:
    first = ("Start dose only, and only while the first set stays at pain 2 of 10 or less.",) if item.test_first else ()
    known = [knowledge.safety[one] for one in item.warnings if one in knowledge.safety]
    marked = (f"{WARNING if is_warning(one) else ADVISES} {one.report_text}" for one in known)
    return (*(f"{WARNING} {one}" for one in first), *marked)


def _habit(habit: str, knowledge: KnowledgeBase) -> tuple[str, str]:
    page = knowledge.interventions[habit]
    return page.print_name, page.how_short


def _grids(weeks: list[Week], numbers: dict[str, int], knowledge: KnowledgeBase) -> tuple[Grid, ...]:
    """Each distinct layout once, in the order met; what differs in minutes alone is the same layout."""
    layouts: dict[tuple[tuple[str, ...], ...], list[Week]] = {}
    for week in weeks:
        key = tuple((*(item for slot in day.slots for item in slot.items), day.note or "") for day in week.days)
        layouts.setdefault(key, []).append(week)
    return tuple(
        Grid(_which([week.number for week in same]), tuple(_days(same[0], numbers, knowledge)))
        for same in layouts.values()
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


def _days(week: Week, numbers: dict[str, int], knowledge: KnowledgeBase) -> list[DayCell]:
    cells = []
    for day in week.days:
        items = list(dict.fromkeys(item for slot in day.slots for item in slot.items))
        names = [_numbered(item, numbers, knowledge) for item in items]
        codes = [knowledge.programs.layout.codes[slot.code].meaning for slot in day.slots if not slot.items]
        minutes = f"{wording.whole(day.minutes)} min" if day.minutes else ""
        note = knowledge.programs.layout.notes.get(day.note or "", "")
        given = tuple(numbers[item] for item in items if item in numbers)
        cells.append(DayCell(wording.WEEKDAYS[day.weekday], (*names, *codes), given, minutes, note))
    return cells


def _numbered(item: str, numbers: dict[str, int], knowledge: KnowledgeBase) -> str:
    name = knowledge.interventions[item].print_name
    return f"{numbers[item]} {name}" if item in numbers else name


def _week(week: Week, numbers: dict[str, int]) -> WeekLine:
    return WeekLine(
        week.number,
        f"{week.starts.day} {wording.MONTHS[week.starts.month - 1][:3]}",
        _range(week.running_percent, " %"),
        _range(week.running_km, " km") if week.running_km else "",
        week.technique, week.lifts, week.fast, week.check or "",
        tuple(tuple(sorted({numbers[item] for slot in day.slots for item in slot.items if item in numbers}))
              for day in week.days),
    )  # fmt: skip


def _range(bounds: tuple[float, float], unit: str) -> str:
    low, high = (wording.number(round(one, 1)) for one in bounds)
    return f"{low}{unit}" if low == high else f"{low}–{high}{unit}"


def _retest(plan: RetestPlan, knowledge: KnowledgeBase) -> Retest:
    how = [f"mean of {plan.mean_of}" if plan.mean_of > 1 else "",
           f"on {plan.repeats} tests in a row" if plan.repeats > 1 else "", plan.same or ""]  # fmt: skip
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
    if plan.unit:
        return wording.written_unit(plan.unit)
    return wording.unit(measure or knowledge.derived.get(plan.measure))


def _on_hold(held: OnHold, knowledge: KnowledgeBase) -> str:
    release = [wording.sentence(knowledge.safety[one].clear_when) for one in held.safety if one in knowledge.safety]
    why = {"safety": "waits for safety.", "nothing_fits": wording.NOTHING_FITS, "no_room": wording.NO_ROOM}[held.why]
    return " ".join([f"{wording.label(knowledge, held.deficit)}: {why}", *release])
