"""The prescription: from a finished diagnosis to the items, weeks and days of a block.

    meet        who it is for              person.py
    choose      which block, in what shape blocks.py
    sift        what may be given          candidates.py, score.py
    pick        what is given              pick.py
    courses     week by week               weeks.py
    weeks       day by day                 calendar.py, layout.py
    retests     what to measure again      retest.py

Every number and sentence is from `knowledge/programs/`; nothing here knows a sport.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from engine.knowledge import KnowledgeBase
from engine.model import Diagnosis, Dropped, Item, OnHold, Prescription, Week
from engine.prescription.blocks import Shape, choose
from engine.prescription.calendar import DAYS, Before, Moved, first_day, frame
from engine.prescription.candidates import SAFETY_REASONS, Candidate, Sifted, sift
from engine.prescription.layout import Table
from engine.prescription.person import Person, meet
from engine.prescription.pick import Picked, clear_deficits, left_over, pick
from engine.prescription.retest import retests
from engine.prescription.weeks import Course, courses, running_percent, runs_little

__all__ = ["prescribe"]

MOST_TRIES = 4
"""After so many items without a place the days are full, and no other would find one."""


def prescribe(knowledge: KnowledgeBase, diagnosis: Diagnosis) -> Prescription | None:
    """The block for a finished diagnosis; None where a programme would be wrong, or would aim at nothing.

    The same diagnosis gives the same prescription, to the last byte.
    """
    person = meet(knowledge, diagnosis)
    shape = choose(knowledge, diagnosis, person)
    if shape is None:
        return None
    sifted = sift(person, shape)
    starts = first_day(person, diagnosis.date)
    picked, tables, done = _composed(person, shape, sifted.candidates, starts)
    without_place = [_no_place(person, item) for item in sifted.candidates if item.id in picked.without_place]
    if len(done) < max(1, shape.block.fewest_items):
        return None
    items = tuple(_item(way, tables, picked) for way in done)
    weeks = len(shape.weeks)
    last = tables[-1].frame
    retest_on = last.starts + timedelta(days=DAYS - 1 if last.retest is None else last.retest)
    return Prescription(
        block=shape.id,
        weeks=weeks,
        level=person.level,
        items=items,
        habits=_habits(person, shape),
        plan=tuple(_week(person, shape, number, table) for number, table in enumerate(tables)),
        retests=retests(
            person, diagnosis, _retested(person, shape, items), starts=starts, weeks=weeks, retest_on=retest_on
        ),
        retest_on=retest_on,
        exit_criteria=(*shape.block.exit, *knowledge.programs.retest.exit_any, knowledge.programs.retest.after_exit),
        on_hold=_on_hold(person, sifted, items),
        dropped=_dropped(sifted, picked, done, without_place),
        causal_line=_causal_line(shape, diagnosis, person),
        notes=_notes(person, shape, starts, weeks),
        starts=starts,
    )  # fmt: skip


def _composed(
    person: Person, shape: Shape, candidates: tuple[Candidate, ...], starts: date
) -> tuple[Picked, list[Table], list[Course]]:
    """The choice, the weeks it fills, and the items that found a place.

    An item that finds no place in any week gives way to the next best, a few times over.
    """
    without_place: frozenset[str] = frozenset()
    while True:
        picked = pick(person, shape, tuple(row for row in candidates if row.id not in without_place))
        ways = courses(person, shape, picked.items)
        tables = _tables(person, shape, ways, starts)
        done = [way for way in ways if any(table.sessions[way.item.id] for table in tables)]
        missing = frozenset(way.item.id for way in ways) - {way.item.id for way in done}
        picked.without_place = without_place | missing
        if not missing or len(without_place) >= MOST_TRIES:
            return picked, tables, done
        without_place |= missing


def _tables(person: Person, shape: Shape, ways: Sequence[Course], starts: date) -> list[Table]:
    """Every week with its items in."""
    tables: list[Table] = []
    begun: set[str] = set()
    moved: Moved = {}
    before = Before()
    items_in = {**shape.block.items_in, **(shape.season.items_in if shape.season else {})}
    for number, week in enumerate(shape.weeks):
        active = [way for way in ways if way.active[number]]
        block = person.knowledge.programs.blocks()[week.layout] if week.layout else shape.block
        table = Table(
            person,
            block,
            frame(person, shape, week, starts + timedelta(weeks=number), before, moved),
            {**block.items_in, **items_in},
            frozenset(way.item.id for way in active) - begun,
        )
        same = next((other for other in tables if other.is_like(table, active)), None)
        if same is None:
            table.fill(active)
        else:
            table.repeat(same)
        begun.update(table.sessions)
        before = table.leaves()
        tables.append(table)
    return tables


def _item(way: Course, tables: Sequence[Table], picked: Picked) -> Item:
    item = way.item
    return Item(
        intervention=item.id,
        targets=item.targets,
        role=item.role,
        always=item.id in picked.always,
        score=item.score,
        cue=item.row.cues[0],
        dose=way.doses,
        sessions=tuple(table.sessions[item.id] for table in tables),
        test_first=item.test_first,
        regress_to=item.row.regress_to,
        warnings=item.warnings,
    )


def _week(person: Person, shape: Shape, number: int, table: Table) -> Week:
    row = shape.weeks[number]
    percent = running_percent(person, shape, row)
    volume = person.numbers.get(person.knowledge.programs.running.volume)
    return Week(
        number=number + 1,
        starts=table.frame.starts,
        running_percent=percent,
        running_km=None if volume is None else (volume * percent[0] / 100, volume * percent[1] / 100),
        technique=row.technique,
        lifts=row.lifts,
        fast=row.fast,
        check=row.check,
        days=table.days(),
    )


def _habits(person: Person, shape: Shape) -> tuple[str, ...]:
    """The habits printed at the top, as many as the cap allows."""
    least = min(running_percent(person, shape, week)[0] for week in shape.weeks)
    fitting = [
        habit.habit
        for habit in shape.block.habits
        if (not habit.found or set(habit.found).intersection(person.severity))
        and (habit.running_below is None or least < habit.running_below)
    ]
    return tuple(fitting[: person.knowledge.programs.caps.habits_printed])


def _retested(person: Person, shape: Shape, items: tuple[Item, ...]) -> list[str]:
    """The deficits whose change is looked for: those the items aim at, or the one that led elsewhere."""
    programs = person.knowledge.programs
    if shape.block in (*programs.elsewhere.plans.values(), programs.pain_stop):
        known = {*programs.elsewhere.plans, *programs.elsewhere.pain}
        return [finding.id for finding in person.elsewhere if finding.id in known]
    aimed = {target for item in items for target in item.targets}
    return [finding.id for finding in person.found if finding.id in aimed]


def _on_hold(person: Person, sifted: Sifted, items: tuple[Item, ...]) -> tuple[OnHold, ...]:
    """Found deficits that nothing may be done about now, and clear ones that found no room."""
    rows = person.knowledge.interventions
    aimed = {target for item in items for target in item.targets}
    clear = clear_deficits(person)
    held: list[OnHold] = []
    for finding in person.found:
        if finding.id in aimed:
            continue
        safety = sifted.dropped_for_safety(finding.id, rows)
        if any(finding.id in candidate.targets for candidate in sifted.candidates):
            if finding.id in clear:
                held.append(OnHold(finding.id, (), "no_room"))
        elif safety:
            held.append(OnHold(finding.id, safety, "safety"))
        elif finding.id in clear:
            held.append(OnHold(finding.id, (), "nothing_fits"))
    return tuple(held)


def _dropped(
    sifted: Sifted, picked: Picked, done: Sequence[Course], without_place: Sequence[Dropped]
) -> tuple[Dropped, ...]:
    """Everything not given and why, worth most first."""
    given = {way.item.id for way in done}
    homeless = {drop.intervention for drop in without_place}
    others = tuple(row for row in sifted.candidates if row.id not in given and row.id not in homeless)
    drops = [*sifted.dropped, *left_over(picked, others)]
    untargeted = [
        drop if drop.score or drop.reason in SAFETY_REASONS else Dropped(drop.intervention, "no_target", (), 0.0)
        for drop in drops
    ]
    return tuple(sorted([*untargeted, *without_place], key=lambda drop: (-drop.score, drop.intervention)))


def _no_place(person: Person, item: Candidate) -> Dropped:
    short = person.options.minutes_per_session is not None
    return Dropped(item.id, "minutes" if short else "cap", ("items_in_session",), item.score)


def _causal_line(shape: Shape, diagnosis: Diagnosis, person: Person) -> str | None:
    """The likely cause and its fault in one sentence, the pair that moved most weight."""
    if shape.block.causal_line is None or shape.block.causal_pair is None:
        return None
    cause_limiter, fault_limiter = shape.block.causal_pair
    pages = person.knowledge.deficits
    pairs = [
        (-cause.moved, finding.id, cause.deficit)
        for finding in diagnosis.deficits
        if finding.limiter == fault_limiter and finding.state == "present"
        for cause in finding.explained_by
        if pages[cause.deficit].limiter == cause_limiter and cause.share > 0
    ]
    if not pairs:
        return None
    _, fault, cause = min(pairs)
    line = shape.block.causal_line
    return line.replace("{cause}", pages[cause].in_a_sentence).replace("{fault}", pages[fault].in_a_sentence)


def _notes(person: Person, shape: Shape, starts: date, weeks: int) -> tuple[str, ...]:
    programs = person.knowledge.programs
    notes = [*shape.notes]
    if runs_little(person) and not shape.block.cuts_everyone:
        notes.append(programs.running.little.note)
    notes.extend(rule.because for rule in person.lowered)
    if person.is_new_to_lifting:
        notes.append(programs.choosing.levels.new_to_lifting.because)
    events = programs.layout.events
    ends = starts + timedelta(weeks=weeks, days=events.no_relearning_days)
    if shape.block.relearns and any(starts <= race < ends for race in person.options.race_dates):
        notes.append(events.no_relearning)
    for change in person.adjustments.values():
        notes.extend(change.notes)
    if person.options.days_per_week > programs.layout.most_days:
        notes.append(programs.layout.notes["more_days"])
    return tuple(dict.fromkeys(notes))
