"""The days of one week of a block: the page's layout, moved around matches, races and the retest.

Positions count from the first day of the week, 0 to 6; events may lie before or after the week.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations
from typing import get_args

from engine.prescription.blocks import Shape
from engine.prescription.person import Person
from engine.prescription.weeks import running_percent
from engine.schema.base import Weekday
from engine.schema.program import Block, Code, DayCodes, WeekRow

WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)
DAYS = 7


@dataclass(frozen=True)
class Before:
    """What the week before leaves in the legs."""

    fast: frozenset[int] = frozenset()
    """Its fast days, as positions before this week: -1 is the day before it."""
    heavy: bool = False
    """Whether its last day was hard on the legs."""


@dataclass(frozen=True)
class Frame:
    """A week before exercises are put in: the codes of each position, and what else happens."""

    starts: date
    codes: tuple[tuple[Code, ...], ...]
    events: frozenset[int]
    """Positions of matches and races, from two days before the week to two days after it."""
    retest: int | None
    light: frozenset[int]
    before: "Before"

    def same_days(self, other: "Frame") -> bool:
        """Whether the two weeks differ in nothing but their dates."""
        mine = self.codes, self.events, self.retest, self.before
        return mine == (other.codes, other.events, other.retest, other.before)

    def weekday(self, position: int) -> Weekday:
        """The weekday at a position."""
        return WEEKDAYS[(self.starts.weekday() + position) % DAYS]


Days = tuple[tuple[Code, ...], ...]
Moved = dict[object, tuple[Days, frozenset[int]]]
"""Weeks already moved around the same events, so that equal weeks are looked at once."""


def frame(person: Person, shape: Shape, week: WeekRow, starts: date, before: Before, known: Moved) -> Frame:
    """The days of the week that starts on this date."""
    reach = max(person.knowledge.programs.layout.events.days_before, person.fast_days_apart)
    events = frozenset(position for position in range(-reach, DAYS + reach) if _is_event(person, starts, position))
    retest = _retest_day(events) if week.retest else None
    sessions, light = _sessions(person, shape, week, starts)
    rules = _Rules(person, events, retest, before)
    if events or retest is not None:
        key = (tuple(sessions.items()), light, events, retest, before)
        if key not in known:
            known[key] = _moved(sessions, light, rules)
        codes, light = known[key]
    else:
        codes = rules.kept(sessions)
    return Frame(starts, codes, events, retest, light, before)


def first_day(person: Person, made: date) -> date:
    """The first day of the block: the day given, or else the first day of a week from the diagnosis on."""
    if person.options.start is not None:
        return person.options.start
    wanted = WEEKDAYS.index(person.knowledge.programs.layout.weeks_start_on)
    return made + timedelta(days=(wanted - made.weekday()) % DAYS)


def _is_event(person: Person, starts: date, position: int) -> bool:
    day = starts + timedelta(days=position)
    return WEEKDAYS[day.weekday()] in person.options.match_days or day in person.options.race_dates


def _retest_day(events: frozenset[int]) -> int:
    """The last day of the week that is not beside an event; the last of all when every day is."""
    for position in range(DAYS - 1, 2, -1):
        if not events.intersection((position - 1, position, position + 1)):
            return position
    return DAYS - 1


def _sessions(
    person: Person, shape: Shape, week: WeekRow, starts: date
) -> tuple[Mapping[int, tuple[Code, ...]], frozenset[int]]:
    """The training days of the layout by position, as the season and the running left allow, and which are light."""
    page = person.knowledge.programs.layout
    block = person.knowledge.programs.blocks()[week.layout] if week.layout else shape.block
    days = max(page.fewest_days, min(page.most_days, person.options.days_per_week))
    codes = person.knowledge.programs.layout.codes
    runs = running_percent(person, shape, week)[1] > 0
    left = dict(shape.season.most_sessions) if shape.season else {}
    sessions: dict[int, tuple[Code, ...]] = {}
    for weekday, wanted in _layout(person, block, days).items():
        kept: list[Code] = []
        for code in wanted:
            if (codes[code].running and not runs) or left.get(code, 1) <= 0:
                continue
            if code in left:
                left[code] -= 1
            kept.append(code)
        if kept:
            sessions[(WEEKDAYS.index(weekday) - starts.weekday()) % DAYS] = tuple(kept)
    light = {(WEEKDAYS.index(day) - starts.weekday()) % DAYS for day in block.light_days.get(days, ())}
    return dict(sorted(sessions.items())), frozenset(light)


def _layout(person: Person, block: Block, days: int) -> DayCodes:
    for id, layouts in block.layouts_for.items():
        if id in person.adjustments and days in layouts:
            return layouts[days]
    if days in block.layouts:
        return block.layouts[days]
    smallest = block.layouts[min(block.layouts)]
    ordered = sorted(smallest, key=WEEKDAYS.index)
    return {day: smallest[day] for day in ordered[:days]}


@dataclass(frozen=True)
class _Rules:
    """Which codes may stand at a position."""

    person: Person
    events: frozenset[int]
    retest: int | None
    before: Before

    def kept(self, sessions: Mapping[int, tuple[Code, ...]]) -> tuple[tuple[Code, ...], ...]:
        """Each day's codes, those left out that come too close to an event, the retest or another hard day."""
        page = self.person.knowledge.programs.layout
        apart = self.person.fast_days_apart
        days: list[tuple[Code, ...]] = [()] * DAYS
        fast = sorted(self.before.fast)
        heavy = [-1] if self.before.heavy else []
        for position, codes in sorted(sessions.items()):
            day: list[Code] = []
            for code in codes:
                meaning = page.codes[code]
                after_heavy = position - 1 in heavy and code in page.not_after_heavy
                too_fast = meaning.fast and any(
                    0 < position - other < apart or 0 <= other < position - DAYS + apart
                    for other in fast
                    if other != position
                )
                wraps = meaning.heavy_legs and any(
                    other in page.not_after_heavy for other in (days[0] if position == DAYS - 1 else ())
                )
                if self.allows(code, position) and not (after_heavy or too_fast or wraps):
                    day.append(code)
                    if meaning.fast:
                        fast.append(position)
                    if meaning.heavy_legs:
                        heavy.append(position)
            days[position] = tuple(day)
        return tuple(days)

    def allows(self, code: Code, position: int) -> bool:
        """Whether the code may stand at this position, as far as events and the retest go."""
        page = self.person.knowledge.programs
        meaning = page.layout.codes[code]
        before = page.layout.events.days_before
        if position in self.events or position + 1 in self.events or position == self.retest:
            return False
        hard = meaning.heavy_legs or meaning.fast
        if hard and position - 1 in self.events:
            return False
        if meaning.heavy_legs and any(position + ahead in self.events for ahead in range(1, before + 1)):
            return False
        if meaning.fast and any(abs(position - event) < self.person.fast_days_apart for event in self.events):
            return False
        if self.retest is not None and position < self.retest:
            gap = self.retest - position
            too_near = (meaning.heavy_legs and gap < page.retest.heavy_days_before) or (
                meaning.fast and gap < page.retest.fast_days_before
            )
            return not too_near
        return True


def _moved(
    sessions: Mapping[int, tuple[Code, ...]], light: frozenset[int], rules: _Rules
) -> tuple[tuple[tuple[Code, ...], ...], frozenset[int]]:
    """The same sessions in the same order on the days where most of them can stand, moved as little as possible."""
    places, bundles = list(sessions), list(sessions.values())
    wanted = sum(len(codes) for codes in bundles)
    best: tuple[tuple[int, int, tuple[int, ...]], tuple[tuple[Code, ...], ...]] | None = None
    for chosen in combinations(range(DAYS), len(bundles)):
        days = rules.kept(dict(zip(chosen, bundles, strict=True)))
        lost = wanted - sum(len(day) for day in days)
        moved = sum(abs(new - old) for new, old in zip(chosen, places, strict=True))
        key = (lost, moved, chosen)
        if best is None or key < best[0]:
            best = key, days
    if best is None:
        return ((),) * DAYS, frozenset()
    now = dict(zip(places, best[0][2], strict=True))
    return best[1], frozenset(now[position] for position in light if position in now)
