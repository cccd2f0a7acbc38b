"""Who is diagnosed otherwise by the later of two states, from what to what, and which change of the pages made it.

A change is guilty of a difference when the difference vanishes as soon as that change alone is taken back. Where no
single one is (each of several is enough), those whose rules speak otherwise about this athlete are named together.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from engine.checks.cycles import check_cycles
from engine.checks.desk import Desk
from engine.compile import COUNTS, Compiled, compile_knowledge
from engine.conditions import Conditions
from engine.impact.again import Again
from engine.impact.athletes import Athlete
from engine.impact.changes import Change, compare, revert, without_figure
from engine.impact.judge import Basis, Judgement, basis, concluded, judge
from engine.impact.screen import Screen
from engine.impact.states import State
from engine.knowledge import KnowledgeBase
from engine.model import Value

Aspect = Literal["outcome", "limiter", "apparent", "deficit", "safety", "certainty"]
"""What can differ; `deficit` is whether one is held present or ruled out, `certainty` the word for how sure."""

_HELD = {"present": "present", "ruled_out": "ruled_out"}


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is said otherwise. `about` is the deficit, limiter or safety rule, empty for the diagnosis."""

    aspect: Aspect
    about: str
    before: str | None
    after: str | None
    made_by: tuple[str, ...]
    """Names of changes, each of which alone undoes the difference; or, when `together`, those that made it jointly."""
    together: bool = False


@dataclass(frozen=True, slots=True)
class Moved:
    """One athlete who is diagnosed otherwise."""

    athlete: Athlete
    before: Judgement
    after: Judgement
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Impact:
    """What the changes from one state to another do to some athletes."""

    before: State
    after: State
    changes: tuple[Change, ...]
    athletes: tuple[Athlete, ...]
    moved: tuple[Moved, ...]

    @property
    def not_understood(self) -> tuple[Athlete, ...]:
        """Athletes with answers that one of the states has no use for."""
        return tuple(one for one in self.athletes if one.not_read_before or one.not_read_after)


def impact(before: State, after: State, athletes: Iterable[Athlete]) -> Impact:
    """Who changes from one state to the other, and why."""
    everyone = tuple(athletes)
    changes = compare(before.knowledge, after.knowledge)
    moved: tuple[Moved, ...] = ()
    if any(change.decides for change in changes):
        moved = tuple(_Comparison(before.knowledge, after.knowledge, changes).moved(everyone))
    return Impact(before, after, changes, everyone, moved)


def differences(before: Judgement, after: Judgement) -> dict[tuple[Aspect, str], tuple[str | None, str | None]]:
    """What two judgements of one athlete say otherwise, by aspect and what it is about."""
    told = dict(_told(before)), dict(_told(after))
    found = {}
    for key in dict.fromkeys((*told[1], *told[0])):
        was, now = told[0].get(key), told[1].get(key)
        if was != now:
            found[key] = was, now
    for aspect, about in list(found):  # the word for how sure follows when something is newly held or no more
        if aspect == "certainty" and ("deficit", about) in found:
            del found[aspect, about]
    return found


def _told(judged: Judgement) -> Iterator[tuple[tuple[Aspect, str], str | None]]:
    yield ("outcome", ""), judged.outcome
    yield ("limiter", ""), judged.limiter
    yield ("apparent", ""), judged.apparent
    for id, state in judged.states.items():
        yield ("deficit", id), _HELD.get(state)
    for id in judged.safety:
        yield ("safety", id), "active"
    for limiter, grade in judged.limiters.items():
        yield ("certainty", limiter), grade
    for id, grade in judged.deficits.items():
        yield ("certainty", id), None if grade == "unclear" else grade


class _Comparison:
    """Two states, compiled, and the later one with each change taken back."""

    def __init__(self, before: KnowledgeBase, after: KnowledgeBase, changes: Sequence[Change]) -> None:
        self.before, self.after = before, after
        self.compiled = compile_knowledge(before), compile_knowledge(after)
        self.changes = [change for change in changes if change.decides]
        self.screen = Screen(*self.compiled, self.changes)
        self._reverted: dict[str, Compiled | None] = {}
        self._again: dict[int, Again] = {}

    def moved(self, athletes: Iterable[Athlete]) -> Iterator[Moved]:
        """The athletes who are diagnosed otherwise."""
        for athlete in athletes:
            if not self.screen.may_move(athlete):
                continue
            ground = basis(self.compiled[0], athlete.before, athlete.measured(self.before, athlete.before))
            was = concluded(self.compiled[0], ground)
            now = self._judge(self.compiled[1], athlete, ground)
            if found := differences(was, now):
                yield Moved(athlete, was, now, tuple(self._explained(athlete, ground, was, now, found)))

    def _judge(self, compiled: Compiled, athlete: Athlete, ground: Basis) -> Judgement:
        """An athlete judged by a later state, going on from the earlier one where that gives the same."""
        again = self._again.get(id(compiled)) or Again(self.compiled[0], compiled)
        self._again[id(compiled)] = again
        same_sprints = not athlete.sprints or compiled.knowledge.sprint == self.before.sprint
        if again.applies and athlete.before == athlete.after and same_sprints:
            return again.judge(ground)
        values = self._values(athlete, compiled)
        return judge(compiled, values, athlete.measured(compiled.knowledge, values))

    def _explained(
        self,
        athlete: Athlete,
        ground: Basis,
        was: Judgement,
        now: Judgement,
        found: Mapping[tuple[Aspect, str], tuple[str | None, str | None]],
    ) -> Iterator[Difference]:
        suspects = list(self._suspects(was, now))
        left: dict[str, Mapping[tuple[Aspect, str], tuple[str | None, str | None]]] = {}
        for name, compiled in suspects:
            if len(suspects) == len(self.changes) == 1 and athlete.before == athlete.after:
                left[name] = {}  # the only change taken back is the earlier state
            elif compiled is not None:
                left[name] = differences(was, self._judge(compiled, athlete, ground))
        for (aspect, about), (before, after) in found.items():
            guilty = tuple(name for name, rest in left.items() if (aspect, about) not in rest)
            joint = tuple(name for name, _ in suspects)
            yield Difference(aspect, about, before, after, guilty or joint, not guilty and len(joint) > 1)

    def _values(self, athlete: Athlete, compiled: Compiled) -> Mapping[str, Value]:
        """The answers as a state understands them whose measures are partly the old ones, partly the new ones."""
        measures, old = compiled.knowledge.measures, self.before.measures
        now = {id: value for id, value in athlete.after.items() if id in measures}
        was = {id: value for id, value in athlete.before.items() if id in measures and measures[id] is old.get(id)}
        return now | was

    def _suspects(self, was: Judgement, now: Judgement) -> Iterator[tuple[str, Compiled | None]]:
        """Changes that can have made a difference, with the state in which each is taken back, if it can be."""
        for change in self.changes:
            if change.kind == "rule" and not self._speaks_otherwise(change, was, now):
                continue
            if len(change.figures) > 1:
                for path in change.figures:
                    yield f"{change.kind}/{path}", self._taken_back(f"{change.kind}/{path}", change, path)
            else:
                yield name_of(change), self._taken_back(name_of(change), change)

    def _speaks_otherwise(self, change: Change, was: Judgement, now: Judgement) -> bool:
        if was.spoken.get(change.id) != now.spoken.get(change.id):
            return True
        regrouped = any(field.path == "group" for field in change.fields)
        came_or_went = change.what != "changed"
        return came_or_went or regrouped or any(field.path == "then" for field in change.fields)

    def _taken_back(self, name: str, change: Change, figure: str = "") -> Compiled | None:
        """The later state with a change taken back, or with one figure of its page; None when it cannot be run."""
        if name not in self._reverted:
            if figure:
                knowledge = without_figure(change.kind, figure, self.before, self.after)
            else:
                knowledge = revert(change, self.before, self.after)
            self._reverted[name] = compile_knowledge(knowledge) if knowledge and _is_whole(knowledge) else None
        return self._reverted[name]


def name_of(change: Change) -> str:
    """What a change is called where it is named as the cause: the id of a rule, else the kind and the id."""
    if change.kind == "rule":
        return change.id
    if len(change.figures) == 1:
        return f"{change.kind}/{change.figures[0]}"
    return change.kind if change.kind == change.id else f"{change.kind} {change.id}"


def _is_whole(knowledge: KnowledgeBase) -> bool:
    """Whether every name the rules use exists and nothing goes in a circle, so that the state can be run."""
    known = {*knowledge.measures, *knowledge.derived, *knowledge.deficits, *COUNTS}
    used: set[str] = set()
    conditions: list[Conditions | None] = [measure.ask_when for measure in knowledge.measures.values()]
    for deficit in knowledge.deficits.values():
        conditions += [part for rule in deficit.rules for part in (rule.when, rule.unless)]
        conditions += [cause.when for cause in deficit.explained_by]
        used.update(cause.deficit for cause in deficit.explained_by)
    conditions += [part for rule in knowledge.limiter_rules.values() for part in (rule.when, rule.unless)]
    for page in knowledge.safety.values():
        conditions += [page.when, page.when_short, page.when_no_other_stop]
    for derived in knowledge.derived.values():
        used.update((*derived.inputs, *derived.optional_inputs))
    used.update(key for one in conditions if one for key in one.keys())
    if not used <= known:
        return False
    desk = Desk(knowledge)
    check_cycles(desk)
    return not desk.faults
