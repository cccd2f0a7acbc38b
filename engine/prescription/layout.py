"""Exercises put into the days of a week, under the caps of a session, the minutes and the rest between hard days."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from engine.model import Day, Slot
from engine.prescription.calendar import DAYS, Before, Frame
from engine.prescription.person import Person
from engine.prescription.weeks import Course
from engine.schema.program import Block, Code

Place = tuple[int, int]
"""A part of a day: position of the day, position of the code in it."""


@dataclass
class Table:
    """One week while it is filled."""

    person: Person
    block: Block
    frame: Frame
    items_in: dict[Code, int]
    """Items in a session code where the block or the season says so."""
    beginning: frozenset[str]
    """Items that were never done before this week."""
    placed: dict[Place, list[Course]] = field(default_factory=dict)
    held: dict[int, list[Course]] = field(default_factory=dict)
    """What each day holds, by position."""

    active: tuple[str, ...] = ()

    def is_like(self, other: "Table", courses: Sequence[Course]) -> bool:
        """Whether filling the other week with these items would only repeat this one."""
        return (
            self.active == tuple(course.item.id for course in courses)
            and self.frame.same_days(other.frame)
            and self.items_in == other.items_in
            and (not self.frame.events or self.beginning == other.beginning)
        )

    def fill(self, courses: Sequence[Course]) -> None:
        """Put the items in: each once in the order given, then again while their week allows."""
        self.active = tuple(course.item.id for course in courses)
        waiting = list(courses)
        for again in range(DAYS):
            placed = [course for course in waiting if self._place(course, first=again == 0)]
            waiting = [course for course in placed if again + 1 < (course.item.row.sessions_per_week or (1, DAYS))[1]]

    def repeat(self, other: "Table") -> None:
        """The same week once more."""
        self.placed, self.held, self.active = other.placed, other.held, other.active

    def _place(self, course: Course, *, first: bool) -> bool:
        place = self._best(course, first=first)
        if place is None:
            return False
        self.placed.setdefault(place, []).append(course)
        self.held.setdefault(place[0], []).append(course)
        return True

    @property
    def sessions(self) -> Counter[str]:
        """How often each item is done."""
        return Counter(course.item.id for courses in self.placed.values() for course in courses)

    def leaves(self) -> Before:
        """What this week leaves in the legs for the next."""
        fast = frozenset(position - DAYS for position in range(DAYS) if self._is_fast(position))
        return Before(fast, self._heavy(DAYS - 1) or self._lowering(DAYS - 1))

    def days(self) -> tuple[Day, ...]:
        """The week as it is printed, first day first."""
        return tuple(self._day(position) for position in range(DAYS))

    # --- where an item may go --------------------------------------------------------------------------------------

    def _best(self, course: Course, *, first: bool) -> Place | None:
        """The best part of a day; a first session squeezes into a full home before it goes anywhere else."""
        homes = (*course.lane.homes, *course.lane.otherwise) if first else course.lane.homes
        places = [
            (position, index)
            for position in range(DAYS)
            for index, code in enumerate(self.frame.codes[position])
            if code in homes and (first or self._has_room(position, index)) and self._fits(course, position, code)
        ]
        return min(places, key=lambda place: self._order(course, place), default=None)

    def _order(self, course: Course, place: Place) -> tuple[bool, bool, int, int, int, int, int]:
        position, index = place
        homes, code = (*course.lane.homes, *course.lane.otherwise), self.frame.codes[position][index]
        beside = sum(self._holds(near, course) for near in (position - 1, position + 1))
        codes = self.frame.codes[position]
        full = not self._has_room(position, index)
        load = len(self._at(position))
        return code not in course.lane.homes, full, homes.index(code), beside, load, len(codes), position

    def _fits(self, course: Course, position: int, code: Code) -> bool:
        page = self.person.knowledge.programs.layout
        if self._holds(position, course):
            return False
        if self._count(position, course) > self.person.knowledge.programs.caps.items_in_session.of(self.person.column):
            return False
        limit = self.person.options.minutes_per_session
        if limit is not None and self._minutes(position, course) > limit:
            return False
        tomorrow = (position + 1) % DAYS
        if page.codes[code].heavy_legs and (self._is_fast(tomorrow) or self._has_codes(tomorrow, page.not_after_heavy)):
            return False
        if code in page.not_after_heavy and (self._heavy(position - 1) or self._after_hard(position)):
            return False
        return self._rested(course, position)

    def _rested(self, course: Course, position: int) -> bool:
        """Whether rest before and after hard work, matches and races is kept."""
        page = self.person.knowledge.programs.layout
        ahead = range(1, page.events.days_before + 1)
        near_event = any(position + days in self.frame.events for days in ahead)
        if near_event and course.item.id in self.person.rows.named(page.events.not_before):
            return False
        if near_event and course.item.id in self.beginning and not self._done_before(course, position):
            return False
        if self._is_lowering(course):
            if self._is_fast((position + 1) % DAYS):
                return False
            if self.frame.retest is not None and 0 < self.frame.retest - position < self._retest_rest:
                return False
        return not course.lane.fast or self._fast_fits(position)

    def _fast_fits(self, position: int) -> bool:
        apart = self.person.fast_days_apart
        fast = [day for day in range(DAYS) if self._is_fast(day)]
        if any(0 < min(abs(position - day), DAYS - abs(position - day)) < apart for day in fast):
            return False
        if any(abs(position - event) < apart for event in self.frame.events):
            return False
        if any(position - day < apart for day in self.frame.before.fast) or self._after_hard(position):
            return False
        if self.frame.retest is not None and 0 <= self.frame.retest - position < self._retest_rest:
            return False
        if len({*fast, position}) > self.person.most_fast_days:
            return False
        return not (self._heavy(position - 1) or self._lowering(position - 1))

    def _after_hard(self, position: int) -> bool:
        return position == 0 and self.frame.before.heavy

    @property
    def _retest_rest(self) -> int:
        return self.person.knowledge.programs.retest.fast_days_before

    def _done_before(self, course: Course, position: int) -> bool:
        return any(self._holds(day, course) for day in range(position))

    # --- what a day holds ------------------------------------------------------------------------------------------

    def _at(self, position: int) -> list[Course]:
        return self.held.get(position % DAYS, [])

    def _holds(self, position: int, course: Course) -> bool:
        return any(other.item.id == course.item.id for other in self._at(position))

    def _is_fast(self, position: int) -> bool:
        return any(course.lane.fast for course in self._at(position))

    def _is_lowering(self, course: Course) -> bool:
        return course.item.id in self.person.rows.named(self.person.knowledge.programs.layout.lowering_work)

    def _lowering(self, position: int) -> bool:
        return any(self._is_lowering(course) for course in self._at(position))

    def _heavy(self, position: int) -> bool:
        codes = self.person.knowledge.programs.layout.codes
        day = position % DAYS
        return any(
            codes[code].heavy_legs and self.placed.get((day, index)) for index, code in enumerate(self.frame.codes[day])
        )

    def _has_codes(self, position: int, wanted: tuple[Code, ...]) -> bool:
        return any(
            code in wanted and self.placed.get((position, index))
            for index, code in enumerate(self.frame.codes[position])
        )

    def _has_room(self, position: int, index: int) -> bool:
        return len(self.placed.get((position, index), ())) < self._room(position, self.frame.codes[position][index])

    def _room(self, position: int, code: Code) -> int:
        meaning = self.person.knowledge.programs.layout.codes[code]
        room = self.items_in.get(code, meaning.items.of(self.person.column))
        return room - sum(fewer for other, fewer in meaning.less_with.items() if other in self.frame.codes[position])

    def _warm_up(self, position: int, *also: Course) -> bool:
        """Whether the day needs a warm-up of its own."""
        page = self.person.knowledge.programs.layout
        items = [*self._at(position), *also]
        run = self.person.column in page.warm_up.run_for and any(item.item.id == page.warm_up.run for item in items)
        return bool(items) and not run and any(page.codes[code].warm_up for code in self.frame.codes[position])

    def _count(self, position: int, also: Course) -> int:
        """Items of the day with one more, the warm-up counted as one."""
        return len(self._at(position)) + 1 + int(self._warm_up(position, also))

    def _minutes(self, position: int, also: Course) -> float:
        items = [*self._at(position), also]
        warm_up = self.person.warm_up_minutes if self._warm_up(position, also) else 0.0
        return warm_up + sum(course.item.row.minutes for course in items)

    # --- the day in print ------------------------------------------------------------------------------------------

    def _day(self, position: int) -> Day:
        page = self.person.knowledge.programs.layout
        warm_up = self.person.warm_up_minutes if self._warm_up(position) else 0.0
        items = sum(course.item.row.minutes for course in self._at(position))
        limit = self.person.options.minutes_per_session
        spare = float("inf") if limit is None else max(0.0, limit - warm_up - items)
        slots: list[Slot] = []
        if self._is_eve(position):
            slots.append(Slot(page.events.day_before, (), page.codes[page.events.day_before].minutes))
        for index, code in enumerate(self.frame.codes[position]):
            courses = sorted(self.placed.get((position, index), ()), key=self._turn)
            own = sum(course.item.row.minutes for course in courses)
            if page.codes[code].stands_alone:
                easy = min(max(0.0, page.codes[code].minutes - own), spare)
                spare -= easy
                own += easy
            if courses or (page.codes[code].stands_alone and own > 0):
                slots.append(Slot(code, tuple(course.item.id for course in courses), own))
        minutes = warm_up + sum(slot.minutes for slot in slots)
        return Day(self.frame.weekday(position), tuple(slots), minutes, self._note(position))

    def _turn(self, course: Course) -> tuple[int, bool, float, str]:
        order = self.person.knowledge.programs.layout.order
        row = course.item.row
        return order.index(course.lane.lane), not row.fresh_only, -course.item.score, row.intervention

    def _is_eve(self, position: int) -> bool:
        """Whether this is the day before an event, with the strides of such a day allowed."""
        if position + 1 not in self.frame.events or position in self.frame.events:
            return False
        row = self.person.knowledge.interventions[self.person.knowledge.programs.layout.events.day_before_row]
        active = {finding.id for finding in self.person.safety}
        return row.kind not in self.person.blocked_kinds() and not active.intersection(row.contraindications)

    def _note(self, position: int) -> str | None:
        events = self.frame.events
        if position in events:
            return "match_day"
        if position + 1 in events:
            return "day_before_match" if self._is_eve(position) else "day_before_match_rest"
        if position == self.frame.retest:
            return "retest_day"
        before = self.person.knowledge.programs.layout.events.days_before
        if any(position + days in events for days in range(2, before + 1)):
            return "two_days_before_match"
        if position - 1 in events:
            return "day_after_match"
        return "light_day" if position in self.frame.light else None
