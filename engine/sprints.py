"""The sprints of an athlete's file → what each says by itself, and the measures that rules may use.

Here the physics of `engine/sprint/` meets the pages: which answers say who ran, whom to compare with, and which measure
each quantity stands in for. The numerical libraries are loaded only when there is a sprint.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import fsum
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from engine import degrees, norms
from engine.degrees import Datum
from engine.errors import AnswersError, Fault, SprintError
from engine.knowledge import KnowledgeBase
from engine.model import Answers, Measured, Value
from engine.schema.sprint import Sprint
from engine.sprint.run import Person, Run
from engine.units import UnitError, convert

if TYPE_CHECKING:
    from engine.sprint.results import Analysis, Estimate, Fit, Group
    from engine.sprint.wanted import Wanted

Role = Literal["counts", "older", "repeated", "resisted", "unreliable", "unlike_norms"]
"""What becomes of a sprint's profile: rules use it, or why they do not."""
_SAME_PLACE = 0.01
"""m; a gate this near to a distance stands at it."""


def person_of(knowledge: KnowledgeBase, values: Mapping[str, Value], name: str = "") -> Person:
    """Who ran, from the answers the sprint page names; what was not answered is not known."""
    named = knowledge.sprint.person

    def number(id: str, unit: str) -> float | None:
        value, page = values.get(id), knowledge.measures[id]
        try:
            return convert(value, page.unit or unit, unit) if isinstance(value, float | int) else None
        except UnitError:  # the page names a measure of something else
            return None

    def word(id: str) -> str | None:
        value = values.get(id)
        return value if isinstance(value, str) else None

    age = values.get(named.age)
    return Person(
        name, number(named.mass, "kg"), number(named.height, "m"), word(named.sex),
        float(age) if isinstance(age, float | int) else None, word(named.event_group), word(named.training_level),
    )  # fmt: skip


def groups_for(knowledge: KnowledgeBase, person: Person) -> tuple["Group", ...]:
    """The groups this athlete may be compared with, nearest first: those of the sprint page, then the norms."""
    athlete = _athlete(person)
    if athlete is None:
        return ()
    return tuple(
        group
        for population in norms.populations_for(knowledge.populations, athlete)
        for group in (*_of_page(knowledge, athlete, population), *_of_norms(knowledge, athlete, population))
    )


def nearest_people(knowledge: KnowledgeBase, person: Person) -> str | None:
    """The population nearest to this athlete, whether anybody measured it or not; None when too little is known."""
    athlete = _athlete(person)
    return next(norms.populations_for(knowledge.populations, athlete), None) if athlete else None


def _athlete(person: Person) -> norms.Athlete | None:
    if person.sex is None or person.age is None or person.event_group is None or person.training_level is None:
        return None
    return norms.Athlete(person.sex, person.age, person.event_group, person.training_level)


def _of_page(knowledge: KnowledgeBase, athlete: norms.Athlete, population: str) -> Iterator["Group"]:
    from engine.sprint.results import Group

    for page in knowledge.sprint.groups:
        if page.population == population and page.sex == athlete.sex and page.ages[0] <= athlete.age <= page.ages[1]:
            yield Group(population, knowledge.populations.populations[population].label, page.model, page.f0_rel,
                        page.v0, page.f0_rel_sd, page.v0_sd, page.n, page.verified, page.sources,
                        page.start)  # fmt: skip


def _of_norms(knowledge: KnowledgeBase, athlete: norms.Athlete, population: str) -> Iterator["Group"]:
    """The group behind the norms of F0 and V0, where both have one."""
    from engine.sprint.results import Group

    fed = {quantity: id for id, quantity in knowledge.sprint.feeds.items()}
    found = []
    for quantity in ("f0_rel", "v0"):
        page = knowledge.measures.get(fed.get(quantity, ""))
        reference = page and norms.within(population, page.norms, page.better, page.stand_in_sd_percent,
                                          knowledge.populations.largest_distance, athlete)  # fmt: skip
        if not reference:
            return
        found.append(reference)
    f0, v0 = found
    verified = "seen" if f0.norm.verified == v0.norm.verified == "seen" else "recalled"
    sources = tuple(dict.fromkeys((*f0.norm.sources, *v0.norm.sources)))
    yield Group(population, knowledge.populations.populations[population].label, knowledge.sprint.norms_fitted_with,
                f0.middle, v0.middle, f0.spread, v0.spread, f0.norm.n, verified, sources)  # fmt: skip


def analyses(knowledge: KnowledgeBase, answers: Answers) -> tuple["Analysis", ...]:
    """What each sprint of the athlete's file says by itself.

    Raises: AnswersError, for a sprint that no model can be fitted to, at its place in the file.
    """
    if not answers.sprints:
        return ()
    person = person_of(knowledge, answers.values, answers.athlete)
    return tuple(analysed(knowledge, run, person) for run in answers.sprints)


def analysed(
    knowledge: KnowledgeBase,
    run: Run,
    person: Person,
    distance: float | None = None,
    known: "Mapping[Wanted, Fit]" = MappingProxyType({}),
) -> "Analysis":
    """What one sprint says about one athlete, compared with the groups that fit; `distance` in m, for the verdict.

    Args: `known` are fits worked out before, of a whole squad for example (`engine/sprint/squad.py`).
    Raises: AnswersError, as `analyses` does; SprintError, when the sprint stands in no file.
    """
    from engine.sprint.analysis import analyse

    try:
        groups = groups_for(knowledge, person)
        return analyse(run, person, knowledge.sprint, groups=groups, distance=distance, known=known)
    except SprintError as error:
        if run.place is None:
            raise
        raise AnswersError([Fault(run.place, str(error), code="no_fit")]) from error


def roles(page: Sprint, found: Sequence["Analysis"]) -> tuple[Role, ...]:
    """For each sprint whether its profile counts for the rules, and if not, why; the first reason that holds.

    Of several days the last counts, with the sprints that have none, and times written twice count once.
    """
    last = max((one.run.day for one in found if one.run.day is not None), default=None)
    counted: set[object] = set()
    told: list[Role] = []
    for one in found:
        times = one.run.splits, one.run.trace
        role = _role(one, page)
        if one.run.day is not None and one.run.day != last:
            role = "older"
        elif role == "counts" and times in counted:
            role = "repeated"
        elif role == "counts":
            counted.add(times)
        told.append(role)
    return tuple(told)


def _role(one: "Analysis", page: Sprint) -> Role:
    if one.run.inertia or one.run.resistance:
        return "resisted"
    if one.chosen is None:
        return "unreliable"
    model, run = one.chosen.model, one.run
    if run.trace is not None:
        return "unlike_norms" if model == "in_situ" else "counts"
    pushed = run.reaction_time is not None or run.start == "first_movement"
    return "counts" if model in page.feed_from or (model == "none" and pushed) else "unlike_norms"


def measured(knowledge: KnowledgeBase, found: Sequence["Analysis"]) -> Mapping[str, Measured]:
    """The measures the sprints stand in for, averaged over the sprints that can be relied on.

    More sprints make the error of the fits smaller, but not what is unknown about the start, nor what the page of the
    measure says it varies by from one day to the next.
    """
    page = knowledge.sprint
    role = roles(page, found)
    usable = [one for one, it in zip(found, role, strict=True) if it == "counts"]
    timed = [one for one, it in zip(found, role, strict=True) if it not in ("older", "repeated", "resisted")]
    measures: dict[str, Measured] = {}
    for id, quantity in page.feeds.items():
        if usable and id in knowledge.measures:
            value = _together([one.estimates[quantity] for one in usable])
            kept = _kept(knowledge, id, value)
            if kept is not None:
                measures[id] = kept
    for id, distance in page.gate_times.items():
        times = [
            split.time
            for one in timed
            if page.starts[one.run.start].times_are_comparable and not _doubtful(one)
            for split in one.run.splits
            if abs(split.distance - distance) < _SAME_PLACE
        ]
        if times and id in knowledge.measures:
            best = min(times)
            kept = _kept(knowledge, id, Measured(best, 0.0, best, best))
            if kept is not None:
                measures[id] = kept
    return measures


def read_off(knowledge: KnowledgeBase, answers: Answers) -> Mapping[str, Measured]:
    """The measures that the sprints of some answers stand in for; none without sprints.

    Raises: AnswersError, as `analyses` does.
    """
    return measured(knowledge, analyses(knowledge, answers)) if answers.sprints else {}


def _doubtful(one: "Analysis") -> bool:
    """Whether the times themselves look wrong, whatever is fitted to them."""
    return any(flag.serious and not flag.model for flag in one.flags)


def _together(estimates: Sequence["Estimate"]) -> Measured:
    """The mean, whatever the order; sprints further apart than their fits explain are as uncertain as that."""
    n = len(estimates)

    def mean(values: Iterable[float]) -> float:
        return fsum(values) / n

    value = mean(one.value for one in estimates)
    fit = mean(one.fit_error**2 for one in estimates)
    start = mean(max(0.0, one.error**2 - one.fit_error**2) for one in estimates)
    apart = mean((one.value - value) ** 2 for one in estimates) * n / max(1, n - 1)
    low = min(mean(one.low for one in estimates), *(one.value for one in estimates))
    high = max(mean(one.high for one in estimates), *(one.value for one in estimates))
    return Measured(value, (max(fit, apart) / n + start) ** 0.5, low, high)


def _kept(knowledge: KnowledgeBase, id: str, found: Measured) -> Measured | None:
    """A value with no less error than its measure has anyway; None when it is not plausible as such a measure."""
    page = knowledge.measures[id]
    if page.plausible is None or not page.plausible.at_least <= found.value <= page.plausible.at_most:
        return None
    typical = degrees.error_of(page, Datum("known", found.value), found.value)
    return Measured(found.value, max(found.error, typical), found.low, found.high)
